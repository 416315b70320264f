// SPDX-License-Identifier: Apache-2.0
#include "flow/distance_rows.h"

#include "base/mem.h"
#include "kernel/distance.h"

#include <math.h>

struct distance_rows {
    struct gs_rows rows;
    const struct gs_shapes *shapes; /* until prepared */
    struct gs_touched *touched;     /* NULL: there is no shape at all */
    double limit;                   /* cells */
};

static void free_rows(struct gs_rows *rows)
{
    struct distance_rows *d = (struct distance_rows *)rows;
    gs_touched_free(d->touched);
    gs_free(d);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct distance_rows *d = (struct distance_rows *)rows;
    if (!d->touched)
        return GS_OK;
    struct gs_sweep *sweep;
    enum gs_status status = gs_sweep_new(ctx, d->touched, rows->grid.n_cols, &sweep);
    if (!status)
        *worker = sweep;
    return status;
}

static void worker_free(void *worker)
{
    gs_sweep_free(worker);
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    (void)ctx;
    const struct distance_rows *d = (const struct distance_rows *)rows;
    if (d->touched)
        gs_sweep_row(worker, (long)row, d->limit, (float)rows->grid.cell_m, out);
    else
        for (size_t c = 0; c < rows->grid.n_cols; c++)
            out[c] = NAN;
    return GS_OK;
}

static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    (void)band_rows;
    const struct distance_rows *d = (const struct distance_rows *)rows;
    *per_worker = d->touched ? gs_sweep_bytes(d->touched, rows->grid.n_cols) : 0;
    return d->touched ? gs_touched_bytes(d->touched) : 0;
}

/* -- what is touched ------------------------------------------------------------------------- */

/* Bits of all cells are quicker than a list of spans, but features may lie anywhere on Earth. */
enum { BITS_MAX = 1 << 26 };

/* The part of the plane that has to be burnt: what the shapes take up, as far as it is in reach.
 * The grid's own cells go on beyond its borders. False: nothing is in reach. */
static bool burnt_grid(const struct gs_grid *grid, const double bounds[4], double reach,
                       struct gs_grid *out, double offset[2])
{
    double first[2] = {floor(gs_grid_col(grid, bounds[0])), floor(gs_grid_row(grid, bounds[3]))};
    double last[2] = {floor(gs_grid_col(grid, bounds[2])), floor(gs_grid_row(grid, bounds[1]))};
    double size[2] = {(double)grid->n_cols, (double)grid->n_rows};
    for (int k = 0; k < 2; k++) {
        first[k] = fmax(first[k], -reach);
        last[k] = fmin(last[k], size[k] + reach);
        if (first[k] > last[k])
            return false;
        offset[k] = first[k];
    }
    *out = *grid;
    out->x0 += first[0] * grid->cell;
    out->y0 -= first[1] * grid->cell;
    out->n_cols = (size_t)(last[0] - first[0]) + 1;
    out->n_rows = (size_t)(last[1] - first[1]) + 1;
    return true;
}

static enum gs_status burn_all(struct gs_ctx *ctx, const struct gs_shapes *shapes,
                               const struct gs_grid *grid, double reach, struct gs_touched **out)
{
    struct gs_grid burnt;
    double bounds[4], offset[2] = {0, 0};
    struct gs_spans spans;
    gs_spans_init(&spans);
    enum gs_status status = GS_OK;
    bool any =
        gs_shapes_all_bounds(shapes, bounds) && burnt_grid(grid, bounds, reach, &burnt, offset);
    if (!any) { /* shapes there are, but none in reach: a grid without a touched cell */
        burnt = *grid;
        burnt.n_cols = burnt.n_rows = 1;
    } else if (burnt.n_cols > GS_GRID_SIDE_MAX || burnt.n_rows > GS_GRID_SIDE_MAX) {
        return gs_fail(ctx, GS_EDATA, NULL, "give the area a coarser `resolution:`",
                       "features lie more than %d cells apart: distances to them cannot be taken",
                       GS_GRID_SIDE_MAX);
    }
    if (gs_spans_bits_bytes(&burnt) <= BITS_MAX)
        status = gs_spans_mark_bits(ctx, &spans, &burnt);
    for (size_t i = 0; i < shapes->n && any && !status; i++) {
        if (i % 1024 == 0)
            status = gs_check_cancel(ctx);
        if (!status)
            status = gs_burn(ctx, shapes, i, 0, &burnt, &spans);
    }
    if (!status)
        status = gs_touched_new(ctx, &spans, &burnt, (long)offset[0], (long)offset[1], out);
    gs_spans_release(&spans);
    return status;
}

static enum gs_status prepare(struct gs_ctx *ctx, struct gs_rows *rows)
{
    struct distance_rows *d = (struct distance_rows *)rows;
    bool any = false;
    for (size_t i = 0; i < d->shapes->n && !any; i++)
        any = !gs_shapes_is_empty(d->shapes, i);
    double reach = isfinite(d->limit) ? ceil(d->limit) : INFINITY;
    enum gs_status status = any ? burn_all(ctx, d->shapes, &rows->grid, reach, &d->touched) : GS_OK;
    d->shapes = NULL;
    return status;
}

static const struct gs_rows_kind kind = {
    .name = "distance transform",
    .free = free_rows,
    .prepare = prepare,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
    .bytes = bytes,
};

enum gs_status gs_distance_rows_new(struct gs_ctx *ctx, const struct gs_shapes *shapes,
                                    const struct gs_grid *grid, double limit_m,
                                    struct gs_rows **out)
{
    struct distance_rows *d = GS_NEW(ctx, struct distance_rows);
    if (!d)
        return GS_ENOMEM;
    d->rows.kind = &kind;
    d->rows.grid = *grid;
    d->shapes = shapes;
    /* One cell more, so that rounding decides nothing at the limit itself. */
    d->limit = limit_m / grid->cell_m + 1;
    *out = &d->rows;
    return GS_OK;
}
