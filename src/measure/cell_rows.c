// SPDX-License-Identifier: Apache-2.0
#include "measure/cell_rows.h"

#include "base/mem.h"
#include "geo/crs.h"
#include "geo/polygon.h"
#include "measure/nearby.h"
#include "measure/ranks.h"
#include "measure/scratch.h"

#include <math.h>

struct cell_rows {
    struct gs_rows rows;
    struct gs_job job;
    struct gs_nearby *nearby;
    struct gs_crs *geographic; /* NULL: planar */
    struct gs_ranks ranks;     /* of what is measured, when that is text */
};

/* One site, moved from cell to cell. */
struct worker {
    struct gs_worker base;
    struct gs_scratch scratch;
    struct gs_sites site;
    struct gs_transform *to_lonlat;
    double lonlat[1][2];
};

static void worker_free(void *worker)
{
    struct worker *w = worker;
    w->site.features.lonlat = NULL;
    gs_sites_release(&w->site);
    gs_transform_free(w->to_lonlat);
    gs_polygons_free(w->base.polygons);
    gs_scratch_release(&w->scratch);
    gs_free(w);
}

static enum gs_status fill_worker(struct gs_ctx *ctx, const struct cell_rows *c, struct worker *w)
{
    double(*xy)[2];
    struct gs_shapes *shapes = &w->site.features.shapes;
    w->base.scratch = &w->scratch;
    w->site.footprint_radius_m = c->job.sites->footprint_radius_m;
    enum gs_status status = gs_polygons_new(ctx, &w->base.polygons);
    if (!status)
        status = gs_shapes_begin(ctx, shapes);
    if (!status)
        status = gs_shapes_add_part(ctx, shapes, GS_PART_POINTS, 1, &xy);
    if (!status)
        xy[0][0] = xy[0][1] = 0;
    if (!status && c->geographic) {
        w->site.features.lonlat = w->lonlat;
        status = gs_transform_new(ctx, c->job.crs, c->geographic, &w->to_lonlat);
    }
    return status;
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    gs_scratch_init(&w->scratch);
    gs_sites_init(&w->site);
    enum gs_status status = fill_worker(ctx, (struct cell_rows *)rows, w);
    if (status)
        worker_free(w);
    else
        *worker = w;
    return status;
}

static float number_of(const struct cell_rows *c, const struct gs_reading *reading)
{
    return (float)(c->rows.texts ? gs_rank_of(c->rows.texts, c->rows.n_texts, reading->text)
                                 : reading->number);
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    const struct cell_rows *c = (const struct cell_rows *)rows;
    struct worker *w = worker;
    struct gs_job job = c->job;
    job.sites = &w->site;
    double *xy = w->site.features.shapes.xy[0];
    enum gs_status status = GS_OK;
    for (size_t col = 0; col < rows->grid.n_cols && !status; col++) {
        struct gs_reading reading = {.number = NAN, .valid_share = 1};
        w->lonlat[0][0] = xy[0] = gs_grid_x(&rows->grid, (double)col);
        w->lonlat[0][1] = xy[1] = gs_grid_y(&rows->grid, (double)row);
        if (col % 256 == 0)
            status = gs_check_cancel(ctx);
        bool shown = !w->to_lonlat || gs_transform_points(w->to_lonlat, w->lonlat, 1) == 0;
        if (!status && shown)
            status = job.factor->measure->measure(ctx, &job, &w->base, 0, &reading);
        out[col] = number_of(c, &reading);
    }
    return status;
}

static void free_rows(struct gs_rows *rows)
{
    struct cell_rows *c = (struct cell_rows *)rows;
    gs_nearby_free(c->nearby);
    gs_crs_free(c->geographic);
    gs_ranks_release(&c->ranks);
    gs_free(c);
}

static const struct gs_rows_kind kind = {
    .name = "cell by cell",
    .slow = true,
    .free = free_rows,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
};

enum gs_status gs_cell_rows_new(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    struct cell_rows *c = GS_NEW(ctx, struct cell_rows);
    if (!c)
        return GS_ENOMEM;
    const struct gs_measure *measure = job->factor->measure;
    bool geodesic = measure->geodesic && measure->geodesic(job->params);
    c->rows.kind = &kind;
    c->rows.grid = *job->grid;
    c->job = *job;
    enum gs_status status = GS_OK;
    if (job->factor->categorical && job->field)
        status = gs_ranks_init(ctx, job->field, job->features->shapes.n, &c->ranks);
    c->rows.texts = c->ranks.texts;
    c->rows.n_texts = c->ranks.n_texts;
    if (!status)
        status = gs_nearby_new(ctx, job->features, job->crs, geodesic, &c->nearby);
    if (!status && geodesic)
        status = gs_crs_geographic(ctx, job->crs, &c->geographic);
    c->job.nearby = c->nearby;
    if (status)
        free_rows(&c->rows);
    else
        *out = &c->rows;
    return status;
}
