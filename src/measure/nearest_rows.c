// SPDX-License-Identifier: Apache-2.0
#include "measure/nearest_rows.h"

#include "base/mem.h"
#include "measure/nearby.h"
#include "measure/ranks.h"
#include "measure/scratch.h"

#include <math.h>

/* A stretch of cells is asked at its middle: what is nearest to any of its cells is no farther from
 * there than the nearest to the middle and the stretch's length. When all of that has one value the
 * stretch has it; else its halves are asked. A single cell is asked as a site is. */

enum { STRETCH = 128 };

struct nearest_rows {
    struct gs_rows rows;
    struct gs_nearby *nearby;
    struct gs_ranks ranks;
    double radius_m, metres_per_unit;
};

struct worker {
    const struct nearest_rows *rows;
    struct gs_scratch scratch;
    struct gs_sites site; /* one point */
    double y;
    float *out;
};

static void fill(struct worker *w, size_t first, size_t end, double value)
{
    for (size_t c = first; c < end; c++)
        w->out[c] = (float)value;
}

/* The smallest value; NaN: none has one. */
static double smallest(const struct worker *w, const struct gs_neighbour *found, size_t n)
{
    double value = NAN;
    for (size_t i = 0; i < n; i++)
        value = fmin(value, w->rows->ranks.values[found[i].feature]); /* NaN counts as none */
    return value;
}

static bool all_alike(const struct worker *w, const struct gs_neighbour *found, size_t n)
{
    const double *values = w->rows->ranks.values;
    double value = values[found[0].feature];
    for (size_t i = 1; i < n; i++) {
        double other = values[found[i].feature];
        if (other != value && !(isnan(other) && isnan(value)))
            return false;
    }
    return true;
}

/* True: the stretch is done. */
static enum gs_status try_stretch(struct gs_ctx *ctx, struct worker *w, size_t first, size_t end,
                                  bool *done)
{
    const struct nearest_rows *r = w->rows;
    const struct gs_neighbour *found;
    size_t n;
    double *xy = w->site.features.shapes.xy[0];
    xy[0] = gs_grid_x(&r->rows.grid, (double)(first + end - 1) / 2);
    xy[1] = w->y;
    bool single = end - first == 1;
    double half_m = (double)(end - first - 1) / 2 * r->rows.grid.cell * r->metres_per_unit;
    double slack_m = single ? 0 : 1e-6 + 1e-9 * half_m;
    enum gs_status status = gs_nearby_nearest(ctx, r->nearby, &w->site, 0,
                                              r->radius_m + half_m + slack_m, &w->scratch, &found,
                                              &n);
    if (status)
        return status;
    *done = single || n == 0;
    if (*done) {
        fill(w, first, end, n ? smallest(w, found, n) : NAN);
        return GS_OK;
    }
    double nearest_m = found[0].distance_m * (1 + 1e-9) + slack_m;
    status = gs_nearby_within(ctx, r->nearby, &w->site, 0, nearest_m + 2 * half_m, &w->scratch,
                              &found, &n);
    if (status || !all_alike(w, found, n))
        return status;
    double value = r->ranks.values[found[0].feature];
    *done = isnan(value) || nearest_m + half_m < r->radius_m;
    if (*done)
        fill(w, first, end, value);
    return GS_OK;
}

static enum gs_status stretch(struct gs_ctx *ctx, struct worker *w, size_t first, size_t end)
{
    bool done = false;
    enum gs_status status = try_stretch(ctx, w, first, end, &done);
    if (status || done)
        return status;
    size_t middle = first + (end - first) / 2;
    status = stretch(ctx, w, first, middle);
    return status ? status : stretch(ctx, w, middle, end);
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
    gs_sites_release(&w->site);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    double(*xy)[2];
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->rows = (const struct nearest_rows *)rows;
    gs_scratch_init(&w->scratch);
    gs_sites_init(&w->site);
    enum gs_status status = gs_shapes_begin(ctx, &w->site.features.shapes);
    if (!status)
        status = gs_shapes_add_part(ctx, &w->site.features.shapes, GS_PART_POINTS, 1, &xy);
    if (status)
        worker_free(w);
    else
        *worker = w;
    return status;
}

static void free_rows(struct gs_rows *rows)
{
    struct nearest_rows *r = (struct nearest_rows *)rows;
    gs_nearby_free(r->nearby);
    gs_ranks_release(&r->ranks);
    gs_free(r);
}

static const struct gs_rows_kind kind = {
    .name = "nearest feature",
    .free = free_rows,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
};

enum gs_status gs_nearest_rows_new(struct gs_ctx *ctx, const struct gs_job *job, double radius_m,
                                   struct gs_rows **out)
{
    struct nearest_rows *r = GS_NEW(ctx, struct nearest_rows);
    if (!r)
        return GS_ENOMEM;
    r->rows.kind = &kind;
    r->rows.grid = *job->grid;
    r->radius_m = radius_m;
    r->metres_per_unit = job->metres_per_unit;
    enum gs_status status =
        gs_ranks_init(ctx, job->field, job->features->shapes.n, &r->ranks);
    if (!status)
        status = gs_nearby_new(ctx, job->features, job->crs, false, &r->nearby);
    r->rows.texts = r->ranks.texts;
    r->rows.n_texts = r->ranks.n_texts;
    if (status)
        free_rows(&r->rows);
    else
        *out = &r->rows;
    return status;
}
