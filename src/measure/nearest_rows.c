// SPDX-License-Identifier: Apache-2.0
#include "measure/nearest_rows.h"

#include "base/mem.h"
#include "base/thread.h"
#include "measure/nearby.h"
#include "measure/ranks.h"
#include "measure/scratch.h"

#include <math.h>
#include <string.h>

/* A tile of cells is asked at its middle: what is nearest to any of its cells is no farther from
 * there than the nearest to the middle and the tile's diagonal. When all of that has one value the
 * tile has it; else its halves are asked. A single cell is asked as a site is. So the work grows
 * with the borders between values, not with the area. */

enum { TILE = 64 };

struct nearest_rows {
    struct gs_rows rows;
    struct gs_nearby *nearby;
    struct gs_ranks ranks;
    double radius_m, metres_per_unit;
    size_t first, end; /* the band */
    float *band;       /* its rows */
    size_t band_capacity;
};

struct worker {
    struct nearest_rows *rows;
    struct gs_scratch scratch;
    struct gs_sites site; /* one point */
};

struct tile {
    size_t first_col, end_col, first_row, end_row;
};

static void fill(struct worker *w, const struct tile *t, double value)
{
    struct nearest_rows *r = w->rows;
    for (size_t row = t->first_row; row < t->end_row; row++)
        for (size_t c = t->first_col; c < t->end_col; c++)
            r->band[(row - r->first) * r->rows.grid.n_cols + c] = (float)value;
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

/* Fills the tile if it can be told as a whole. */
static enum gs_status try_tile(struct gs_ctx *ctx, struct worker *w, const struct tile *t,
                               bool *done)
{
    const struct nearest_rows *r = w->rows;
    const struct gs_neighbour *found;
    size_t n, n_cols = t->end_col - t->first_col, n_rows = t->end_row - t->first_row;
    double *xy = w->site.features.shapes.xy[0];
    xy[0] = gs_grid_x(&r->rows.grid, (double)(t->first_col + t->end_col - 1) / 2);
    xy[1] = gs_grid_y(&r->rows.grid, (double)(t->first_row + t->end_row - 1) / 2);
    bool single = n_cols == 1 && n_rows == 1;
    double dx = (double)(n_cols - 1) / 2, dy = (double)(n_rows - 1) / 2;
    double half_m = sqrt(dx * dx + dy * dy) * r->rows.grid.cell * r->metres_per_unit;
    double slack_m = single ? 0 : 1e-6 + 1e-9 * half_m;
    enum gs_status status =
        gs_nearby_nearest(ctx, r->nearby, &w->site, 0, r->radius_m + half_m + slack_m, &w->scratch,
                          &found, &n);
    if (status)
        return status;
    *done = single || n == 0;
    if (*done) {
        fill(w, t, n ? smallest(w, found, n) : NAN);
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
        fill(w, t, value);
    return GS_OK;
}

static enum gs_status tell(struct gs_ctx *ctx, struct worker *w, const struct tile *t)
{
    bool done = false;
    enum gs_status status = try_tile(ctx, w, t, &done);
    if (status || done)
        return status;
    struct tile a = *t, b = *t;
    if (t->end_col - t->first_col >= t->end_row - t->first_row)
        a.end_col = b.first_col = t->first_col + (t->end_col - t->first_col) / 2;
    else
        a.end_row = b.first_row = t->first_row + (t->end_row - t->first_row) / 2;
    status = tell(ctx, w, &a);
    return status ? status : tell(ctx, w, &b);
}

/* -- bands ----------------------------------------------------------------------------------- */

static void stop(void *user, void *worker)
{
    (void)user;
    struct worker *w = worker;
    gs_scratch_release(&w->scratch);
    gs_sites_release(&w->site);
    gs_free(w);
}

static enum gs_status start(struct gs_ctx *ctx, void *user, void **worker)
{
    double(*xy)[2];
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->rows = user;
    gs_scratch_init(&w->scratch);
    gs_sites_init(&w->site);
    enum gs_status status = gs_shapes_begin(ctx, &w->site.features.shapes);
    if (!status)
        status = gs_shapes_add_part(ctx, &w->site.features.shapes, GS_PART_POINTS, 1, &xy);
    if (status)
        stop(NULL, w);
    else
        *worker = w;
    return status;
}

static size_t tiles_across(const struct nearest_rows *r)
{
    return (r->rows.grid.n_cols + TILE - 1) / TILE;
}

static enum gs_status work(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end)
{
    const struct nearest_rows *r = user;
    enum gs_status status = GS_OK;
    size_t across = tiles_across(r), n_cols = r->rows.grid.n_cols;
    for (size_t i = first; i < end && !status; i++) {
        size_t col = i % across * TILE, row = r->first + i / across * TILE;
        struct tile tile = {col, col + TILE < n_cols ? col + TILE : n_cols, row,
                            row + TILE < r->end ? row + TILE : r->end};
        status = tell(ctx, worker, &tile);
    }
    return status;
}

static enum gs_status begin(struct gs_ctx *ctx, struct gs_rows *rows, size_t first, size_t end)
{
    struct nearest_rows *r = (struct nearest_rows *)rows;
    enum gs_status status = gs_grow(ctx, &r->band, &r->band_capacity,
                                    (end - first) * rows->grid.n_cols, sizeof *r->band);
    if (status)
        return status;
    r->first = first;
    r->end = end;
    struct gs_parallel parallel = {.n_items = tiles_across(r) * ((end - first + TILE - 1) / TILE),
                                   .chunk = 4,
                                   .start = start,
                                   .stop = stop,
                                   .work = work,
                                   .user = r};
    return gs_parallel_run(ctx, &parallel);
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    (void)ctx, (void)worker;
    const struct nearest_rows *r = (const struct nearest_rows *)rows;
    memcpy(out, r->band + (row - r->first) * rows->grid.n_cols, rows->grid.n_cols * sizeof *out);
    return GS_OK;
}

static void free_rows(struct gs_rows *rows)
{
    struct nearest_rows *r = (struct nearest_rows *)rows;
    gs_nearby_free(r->nearby);
    gs_ranks_release(&r->ranks);
    gs_free(r->band);
    gs_free(r);
}

static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    const struct nearest_rows *r = (const struct nearest_rows *)rows;
    *per_worker = 0;
    return gs_nearby_bytes(r->nearby) + band_rows * rows->grid.n_cols * sizeof *r->band;
}

static const struct gs_rows_kind kind = {
    .name = "nearest feature",
    .slow = true,
    .free = free_rows,
    .begin = begin,
    .row = row,
    .bytes = bytes,
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
    enum gs_status status = gs_ranks_init(ctx, job->field, job->features->shapes.n, &r->ranks);
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
