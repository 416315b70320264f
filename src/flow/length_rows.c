// SPDX-License-Identifier: Apache-2.0
#include "flow/length_rows.h"

#include "base/mem.h"
#include "base/vector.h"
#include "flow/feature_order.h"
#include "kernel/reach.h"
#include "kernel/steps.h"

#include <math.h>
#include <string.h>

/* Where a circle holds a whole segment, its length is a step along the row, in exact sums. Where it
 * cuts the segment, the piece is computed for each cell. */

/* Pieces are computed for whole blocks of columns, those not in reach (of no length) included, so
 * that loops are vectors from end to end; the row has a block to spare on either side. */
enum { BLOCK = 8 };

struct length_rows {
    struct gs_rows rows;
    const struct gs_shapes *shapes;
    struct gs_reach *reach; /* of the lines */
    double radius, metres_per_unit;
    int exponent;
};

struct worker {
    const struct length_rows *rows;
    struct gs_steps steps;
    double *pieces;
    size_t row;
};

/* As gs_planar_length_in_circle(), without branches, for `blocks` × BLOCK columns. */
GS_VECTORISED
static void add_pieces(size_t blocks, int first, const struct gs_grid *grid, const double a[2],
                       const double b[2], double y, double radius, double *restrict pieces)
{
    double x0 = grid->x0, cell = grid->cell, ax = a[0], uy = a[1] - y;
    double dx = b[0] - ax, dy = b[1] - a[1], length2 = dx * dx + dy * dy, length = sqrt(length2);
    double per = 1 / length, per2 = 1 / length2;
    for (size_t i = 0; i < blocks * BLOCK; i++) {
        double ux = ax - (x0 + ((double)(first + (int)i) + 0.5) * cell);
        double off = fabs(ux * dy - uy * dx) * per;
        double middle = -(ux * dx + uy * dy) * per2;
        double half2 = (radius - off) * (radius + off);
        double half = sqrt(half2 > 0 ? half2 : 0) * per;
        double from = middle - half, to = middle + half;
        from = from > 0 ? from : 0;
        to = to < 1 ? to : 1;
        double piece = to - from;
        pieces[i] += piece > 0 ? piece * length : 0;
    }
}

static void add_segment(struct worker *w, const double a[2], const double b[2])
{
    const struct length_rows *r = w->rows;
    const struct gs_grid *grid = &r->rows.grid;
    double dx = b[0] - a[0], dy = b[1] - a[1], y = gs_grid_y(grid, (double)w->row);
    struct gs_columns c = gs_reach_about(r->reach, w->row, a, b);
    if (c.first >= c.end || (dx == 0 && dy == 0))
        return;
    struct gs_columns all = gs_columns_of_both(c, grid->x0, grid->cell, y, r->radius, a, b);
    if (all.first < all.end) {
        struct gs_step step = {.sum = gs_fixed(sqrt(dx * dx + dy * dy), r->exponent)};
        gs_steps_add(&w->steps, all.first, all.end, &step);
    }
    int before = (all.first - c.first + BLOCK - 1) / BLOCK;
    int behind = (c.end - all.end + BLOCK - 1) / BLOCK;
    int first = all.first - before * BLOCK;
    if (before > 0)
        add_pieces((size_t)before, first, grid, a, b, y, r->radius, w->pieces + BLOCK + first);
    if (behind > 0)
        add_pieces((size_t)behind, all.end, grid, a, b, y, r->radius, w->pieces + BLOCK + all.end);
}

static void add_run(void *user, const struct gs_reach_run *run)
{
    struct worker *w = user;
    const double(*xy)[2] = (const double(*)[2])w->rows->shapes->xy + run->first;
    double y = gs_grid_y(&w->rows->rows.grid, (double)w->row), r = w->rows->radius;
    for (size_t k = 0; k + 1 < run->n; k++) {
        double ya = xy[k][1] - y, yb = xy[k + 1][1] - y;
        if ((ya <= r || yb <= r) && (ya >= -r || yb >= -r))
            add_segment(w, xy[k], xy[k + 1]);
    }
}

GS_VECTORISED
static void finish(size_t n, double whole, double metres_per_unit, const double *restrict pieces,
                   float *restrict out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (float)((whole + pieces[i]) * metres_per_unit);
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    (void)ctx;
    const struct length_rows *r = (const struct length_rows *)rows;
    struct worker *w = worker;
    struct gs_step sums;
    size_t first, end;
    memset(w->pieces, 0, (rows->grid.n_cols + 2 * BLOCK) * sizeof *w->pieces);
    w->row = row;
    gs_reach_runs(r->reach, row, add_run, w);
    while (gs_steps_next(&w->steps, &first, &end, &sums))
        finish(end - first, gs_fixed_value(sums.sum, r->exponent), r->metres_per_unit,
               w->pieces + BLOCK + first, out + first);
    return GS_OK;
}

static void worker_free(void *worker)
{
    struct worker *w = worker;
    gs_steps_release(&w->steps);
    gs_free(w->pieces);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->rows = (const struct length_rows *)rows;
    enum gs_status status = gs_steps_init(ctx, &w->steps, rows->grid.n_cols);
    w->pieces = status ? NULL : GS_ARRAY(ctx, double, rows->grid.n_cols + 2 * BLOCK);
    if (!w->pieces) {
        worker_free(w);
        return GS_ENOMEM;
    }
    *worker = w;
    return GS_OK;
}

static void free_rows(struct gs_rows *rows)
{
    gs_reach_free(((struct length_rows *)rows)->reach);
    gs_free(rows);
}

static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    (void)band_rows;
    *per_worker = gs_steps_bytes(rows->grid.n_cols) + rows->grid.n_cols * sizeof(double);
    return gs_reach_bytes(((const struct length_rows *)rows)->reach);
}

/* How fine lengths are added up follows from what all come to. */
static struct gs_rows_local local(const struct gs_rows *rows)
{
    const struct length_rows *r = (const struct length_rows *)rows;
    return (struct gs_rows_local){r->radius, r->exponent};
}

static const struct gs_rows_kind kind = {
    .name = "length in a radius",
    .slow = true,
    .local = local,
    .free = free_rows,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
    .bytes = bytes,
};

/* -- making ---------------------------------------------------------------------------------- */

enum gs_status gs_length_rows_new(struct gs_ctx *ctx, const struct gs_shapes *shapes,
                                  const struct gs_grid *grid, double radius_m,
                                  double metres_per_unit, struct gs_rows **out)
{
    const unsigned lines = 1u << GS_PART_LINE;
    struct length_rows *r = GS_NEW(ctx, struct length_rows);
    size_t *order = r ? GS_ARRAY(ctx, size_t, shapes->n) : NULL;
    if (!order) {
        gs_free(r);
        return GS_ENOMEM;
    }
    r->rows.kind = &kind;
    r->rows.grid = *grid;
    r->shapes = shapes;
    r->radius = radius_m / metres_per_unit;
    r->metres_per_unit = metres_per_unit;
    double total = 0;
    for (size_t i = 0; i < shapes->n; i++)
        total += gs_shapes_length(shapes, i);
    r->exponent = gs_fixed_exponent(total);
    size_t n;
    enum gs_status status = gs_order_by_value(ctx, shapes, lines, NULL, false, order, &n);
    if (!status)
        status =
            gs_reach_new(ctx, shapes, order, n, lines, grid, radius_m, metres_per_unit, &r->reach);
    gs_free(order);
    if (status)
        free_rows(&r->rows);
    else
        *out = &r->rows;
    return status;
}
