// SPDX-License-Identifier: Apache-2.0
#include "measure/area_rows.h"

#include "base/mem.h"
#include "measure/nearby.h"
#include "measure/outline.h"
#include "measure/scratch.h"

#include <math.h>

/* Where no circle of a stretch of cells meets the outline of the polygons, all are covered as the one
 * in its middle is, wholly or not at all. Else its halves are asked; a single cell is asked as a site
 * is. */

enum { STRETCH = 64 };

struct area_rows {
    struct gs_rows rows;
    struct gs_nearby *nearby;
    struct gs_outline *outline;
    double radius; /* axis units */
};

struct worker {
    const struct area_rows *rows;
    struct gs_scratch scratch;
    double y;
    float *out;
};

static enum gs_status stretch(struct gs_ctx *ctx, struct worker *w, size_t first, size_t end)
{
    const struct area_rows *r = w->rows;
    const double pi = 3.14159265358979323846;
    double at[2] = {gs_grid_x(&r->rows.grid, (double)(first + end - 1) / 2), w->y};
    double half = (double)(end - first - 1) / 2 * r->rows.grid.cell;
    enum gs_status status;
    if (end - first > 1 && gs_outline_passes(r->outline, at, (r->radius + half) * (1 + 1e-9))) {
        size_t middle = first + (end - first) / 2;
        status = stretch(ctx, w, first, middle);
        return status ? status : stretch(ctx, w, middle, end);
    }
    double covered, size = pi * r->radius * r->radius;
    status =
        gs_outline_area_in_circle(ctx, r->outline, at, r->radius, &w->scratch, &covered);
    if (status)
        return status;
    float share = (float)fmin(fmax(covered / size, 0), 1); /* rounding alone leads out of 0 … 1 */
    for (size_t c = first; c < end; c++)
        w->out[c] = share;
    return GS_OK;
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    struct worker *w = worker;
    enum gs_status status = GS_OK;
    size_t n = rows->grid.n_cols;
    w->y = gs_grid_y(&rows->grid, (double)row);
    w->out = out;
    for (size_t c = 0; c < n && !status; c += STRETCH) {
        status = gs_check_cancel(ctx);
        if (!status)
            status = stretch(ctx, w, c, c + STRETCH < n ? c + STRETCH : n);
    }
    return status;
}

static void worker_free(void *worker)
{
    struct worker *w = worker;
    gs_scratch_release(&w->scratch);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->rows = (const struct area_rows *)rows;
    gs_scratch_init(&w->scratch);
    *worker = w;
    return GS_OK;
}

static void free_rows(struct gs_rows *rows)
{
    struct area_rows *r = (struct area_rows *)rows;
    gs_outline_free(r->outline);
    gs_nearby_free(r->nearby);
    gs_free(r);
}

static const struct gs_rows_kind kind = {
    .name = "share of a circle",
    .free = free_rows,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
};

enum gs_status gs_area_rows_new(struct gs_ctx *ctx, const struct gs_job *job, double radius_m,
                                struct gs_rows **out)
{
    struct area_rows *r = GS_NEW(ctx, struct area_rows);
    if (!r)
        return GS_ENOMEM;
    r->rows.kind = &kind;
    r->rows.grid = *job->grid;
    r->radius = radius_m / job->metres_per_unit;
    double bounds[4];
    gs_grid_bounds(job->grid, bounds);
    double centre[1][2] = {{(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2}};
    double dx = bounds[2] - bounds[0], dy = bounds[3] - bounds[1];
    double all = sqrt(dx * dx + dy * dy) / 2 + r->radius; /* a circle around all of theirs */
    enum gs_status status = gs_nearby_new(ctx, job->features, job->crs, false, &r->nearby);
    if (!status)
        status = gs_outline_new(ctx, r->nearby, (const double(*)[2])centre, &all, 1, &r->outline);
    if (status)
        free_rows(&r->rows);
    else
        *out = &r->rows;
    return status;
}
