// SPDX-License-Identifier: Apache-2.0
#include "flow/raster_rows.h"

#include "base/mem.h"
#include "flow/raster_sample.h"
#include "kernel/slope.h"

#include <math.h>

struct raster_rows {
    struct gs_rows rows;
    const struct gs_raster *raster;
    struct gs_raster_rows_options options; /* warp: as it came out, never AUTO */
    struct gs_positions *positions;
    struct gs_raster_store *store;
    bool aligned; /* cells of raster and grid coincide: nothing is to be sampled */
    long col0, row0;
    double metres; /* per unit of the raster's axes; 0: degrees */
    double a_m, f; /* its ellipsoid */
    float *chosen;
    double reach[2]; /* how far around a position the raster is read, in its cells */
};

struct worker {
    const struct raster_rows *owner;
    struct gs_transform *transform;
    float *lines;                /* three rows of heights, with a cell more at either end */
    struct gs_slope_scale scale; /* of row `scale_row` */
    long scale_row;
};

enum gs_warp gs_warp_choose(const struct gs_raster *raster)
{
    const struct gs_raster_info *info = gs_raster_info(raster);
    switch (info->resampling) {
    case GS_RESAMPLING_NEAREST:
        return GS_WARP_NEAREST;
    case GS_RESAMPLING_CUBIC:
        return GS_WARP_CUBIC;
    case GS_RESAMPLING_AVERAGE:
        return GS_WARP_AVERAGE;
    default:
        return info->resampling_given ? GS_WARP_BILINEAR : GS_WARP_AUTO;
    }
}

/* -- slope ----------------------------------------------------------------------------------- */

/* A cell's gradient g (height per column and row) belongs to the world's gradient Jᵀ g, J being the
 * derivative of cell by world coordinates. In degrees a cell's metres depend on its latitude. */
static void set_scale(struct worker *w, long col, long row)
{
    const struct raster_rows *r = w->owner;
    const struct gs_raster_info *info = gs_raster_info(r->raster);
    bool turned = info->to_world[4] != 0; /* latitude changes along the row */
    if (w->scale_row == row && !turned)
        return;
    if (r->metres > 0 && w->scale_row >= 0)
        return;
    double east_m = r->metres, north_m = r->metres;
    const double *t = info->to_world, *c = info->to_cell;
    if (!(r->metres > 0))
        gs_slope_degree_m(r->a_m, r->f,
                          t[3] + ((double)col + 0.5) * t[4] + ((double)row + 0.5) * t[5], &east_m,
                          &north_m);
    double height = r->options.height_m;
    w->scale = (struct gs_slope_scale){
        .east = {c[1] / east_m * height, c[4] / east_m * height},
        .north = {c[2] / north_m * height, c[5] / north_m * height},
        .percent = r->options.percent,
    };
    w->scale_row = row;
}

/* gs_cell_fn */
static float slope_at(const void *user, const struct gs_raster_view *view, long x, long y)
{
    struct worker *w = (struct worker *)user;
    double window[9], gradient[2];
    for (int i = 0; i < 9; i++)
        window[i] = (double)gs_raster_view_cell(view, x - 1 + i % 3, y - 1 + i / 3);
    gs_slope_gradient(window + 4, 3, gradient);
    set_scale(w, x, y);
    return (float)gs_slope_of(gradient, &w->scale);
}

/* Cells [first, end) of the row have the raster's cells on all sides, the others no slope. */
static void slope_row(const struct raster_rows *r, struct worker *w, long y, float *out)
{
    const struct gs_raster_view *view = gs_raster_store_view(r->store);
    long n = (long)r->rows.grid.n_cols, first = 1 - r->col0, end = view->n_cols - 1 - r->col0;
    first = first > 0 ? first : 0;
    end = end < n ? end : n;
    bool inside = y >= 1 && y + 1 < view->n_rows && first < end;
    for (long i = 0; i < n; i++)
        if (!inside || i < first || i >= end)
            out[i] = NAN;
    if (!inside)
        return;
    const float *line[3];
    size_t wide = (size_t)(end - first) + 2;
    for (int i = 0; i < 3; i++) {
        float *copy = w->lines + (size_t)i * wide;
        line[i] = view->is_bytes
                      ? copy + 1
                      : (const float *)view->rows[y - 1 + i - view->first] + r->col0 + first;
        if (view->is_bytes)
            gs_raster_view_row(view, r->col0 + first - 1, y - 1 + i, wide, copy);
    }
    set_scale(w, r->col0, y);
    gs_slope_row(line[0], line[1], line[2], (size_t)(end - first), &w->scale, out + first);
}

/* -- chosen values --------------------------------------------------------------------------- */

static float choose(const struct raster_rows *r, float value)
{
    bool found = false;
    for (size_t k = 0; k < r->options.n_chosen; k++)
        found |= value == r->chosen[k];
    return isnan(value) ? (float)NAN : found ? 1 : 0;
}

/* gs_cell_fn */
static float chosen_at(const void *user, const struct gs_raster_view *view, long x, long y)
{
    return choose(((const struct worker *)user)->owner, gs_raster_view_cell(view, x, y));
}

/* -- rows ------------------------------------------------------------------------------------ */

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    (void)ctx;
    const struct raster_rows *r = (const struct raster_rows *)rows;
    struct worker *w = worker;
    const struct gs_raster_view *view = gs_raster_store_view(r->store);
    if (r->aligned) {
        if (r->options.slope)
            slope_row(r, w, (long)row + r->row0, out);
        else
            gs_raster_view_row(view, r->col0, (long)row + r->row0, rows->grid.n_cols, out);
        for (size_t i = 0; r->chosen && i < rows->grid.n_cols; i++)
            out[i] = choose(r, out[i]);
        return GS_OK;
    }
    struct gs_sampler sampler = {.view = view, .warp = r->options.warp};
    if (r->options.slope || r->chosen) {
        sampler.cell = r->options.slope ? slope_at : chosen_at;
        sampler.user = w;
    }
    for (size_t col = 0; col < rows->grid.n_cols;) {
        struct gs_stretch stretch;
        gs_positions_stretch(r->positions, w->transform, row, col, &stretch);
        gs_sample(&sampler, &stretch, stretch.n, out + col);
        col += stretch.n;
    }
    return GS_OK;
}

static long clip(double x, long n)
{
    return x <= 0 ? 0 : x >= (double)n ? n : (long)x;
}

static enum gs_status begin(struct gs_ctx *ctx, struct gs_rows *rows, size_t first, size_t end)
{
    struct raster_rows *r = (struct raster_rows *)rows;
    const struct gs_raster_view *view = gs_raster_store_view(r->store);
    double window[4];
    enum gs_status status = gs_positions_begin(ctx, r->positions, first, end, window);
    if (status)
        return status;
    long top = clip(floor(window[2] - r->reach[1]), view->n_rows);
    long bottom = clip(ceil(window[3] + r->reach[1]), view->n_rows);
    if (!(window[2] <= window[3])) /* nothing to be seen */
        top = bottom = 0;
    return gs_raster_store_begin(ctx, r->store, top, bottom,
                                 clip(floor(window[0] - r->reach[0]), view->n_cols),
                                 clip(ceil(window[1] + r->reach[0]), view->n_cols));
}

/* -- life ------------------------------------------------------------------------------------ */

static void worker_free(void *worker)
{
    struct worker *w = worker;
    gs_transform_free(w->transform);
    gs_free(w->lines);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct raster_rows *r = (struct raster_rows *)rows;
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->owner = r;
    w->scale_row = -1;
    enum gs_status status = gs_positions_worker(ctx, r->positions, &w->transform);
    if (!status && r->aligned && r->options.slope) {
        w->lines = GS_ARRAY(ctx, float, 3 * (rows->grid.n_cols + 2));
        status = w->lines ? GS_OK : GS_ENOMEM;
    }
    if (status)
        worker_free(w);
    else
        *worker = w;
    return status;
}

static void free_rows(struct gs_rows *rows)
{
    struct raster_rows *r = (struct raster_rows *)rows;
    gs_positions_free(r->positions);
    gs_raster_store_free(r->store);
    gs_free(r->chosen);
    gs_free(r);
}

static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    const struct raster_rows *r = (const struct raster_rows *)rows;
    double high, wide;
    gs_positions_window(r->positions, (double)band_rows, &high, &wide);
    *per_worker = (r->aligned && r->options.slope ? 12 * (rows->grid.n_cols + 2) : 0) +
                  gs_raster_store_bytes(r->raster, 0, 0, 1);
    return gs_raster_store_bytes(r->raster, high + 2 * r->reach[1], wide + 2 * r->reach[0], 0);
}

static const struct gs_rows_kind kind = {
    .name = "raster",
    .free = free_rows,
    .begin = begin,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
    .bytes = bytes,
};

static void settle(struct raster_rows *r)
{
    double ratio = gs_positions_ratio(r->positions), half[2] = {ratio / 2 + 1, ratio / 2 + 1};
    r->aligned = gs_positions_aligned(r->positions, &r->col0, &r->row0);
    if (r->options.warp == GS_WARP_AUTO)
        r->options.warp = ratio > 2 ? GS_WARP_AVERAGE : GS_WARP_BILINEAR;
    if (r->options.warp == GS_WARP_AREA) /* a cell turned against the raster's is no larger yet */
        r->options.warp = ratio > 1.42 ? GS_WARP_AVERAGE : GS_WARP_NEAREST;
    /* what changes the size of cells most lies between the places where they were measured */
    half[0] *= 1.1;
    half[1] *= 1.1;
    gs_sample_reach(r->options.warp, half, r->reach);
    for (int d = 0; d < 2; d++)
        r->reach[d] += r->options.slope ? 2 : 1;
}

double gs_raster_rows_ratio(const struct gs_rows *rows)
{
    return gs_positions_ratio(((const struct raster_rows *)rows)->positions);
}

enum gs_status gs_raster_rows_new(struct gs_ctx *ctx, const struct gs_raster *raster,
                                  const struct gs_crs *crs, const struct gs_grid *grid,
                                  const struct gs_raster_rows_options *options,
                                  struct gs_rows **out)
{
    struct raster_rows *r = GS_NEW(ctx, struct raster_rows);
    if (!r)
        return GS_ENOMEM;
    const struct gs_crs *own = gs_raster_info(raster)->crs;
    r->rows.kind = &kind;
    r->rows.grid = *grid;
    r->raster = raster;
    r->options = *options;
    r->metres = gs_crs_metres_per_unit(own);
    gs_crs_ellipsoid(own, &r->a_m, &r->f);
    enum gs_status status = gs_positions_new(ctx, raster, crs, grid, &r->positions);
    if (!status)
        status = gs_raster_store_new(ctx, raster, &r->store);
    r->options.chosen = NULL;
    if (!status && options->chosen) {
        r->chosen = GS_ARRAY(ctx, float, options->n_chosen);
        status = r->chosen ? GS_OK : GS_ENOMEM;
        for (size_t i = 0; !status && i < options->n_chosen; i++)
            r->chosen[i] = options->chosen[i];
    }
    if (status) {
        free_rows(&r->rows);
        return status;
    }
    settle(r);
    *out = &r->rows;
    return GS_OK;
}
