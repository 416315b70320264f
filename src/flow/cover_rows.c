// SPDX-License-Identifier: Apache-2.0
#include "flow/cover_rows.h"

#include "base/mem.h"
#include "base/vector.h"
#include "flow/feature_order.h"
#include "kernel/arcsine.h"
#include "kernel/reach.h"
#include "kernel/steps.h"

#include <math.h>
#include <string.h>

/* Seen from a circle's centre, the row at height y cuts it from -w to w, w = √(r² - y²), and the
 * outline at some x. What of the cut is covered is the sum over the outline, upward pieces positive
 * and downward ones negative, of x held between -w and w: so the covered area is the sum over the
 * outline's segments of the integral of that over y. For a segment to the right of the circle it is
 * the same for all centres of a row, G(y of its end) - G(y of its beginning), where G' = w; to the
 * left the negative; within the circle a linear function of the centre's x. These are steps along
 * the row and added up exactly. Only where the circle cuts the segment is the integral computed,
 * cell by cell. */

/* As in length_rows.c. */
enum { BLOCK = 8 };

struct cover_rows {
    struct gs_rows rows;
    struct gs_shapes outline;
    struct gs_reach *reach;
    double radius; /* axis units */
    int exponent, slope_exponent;
};

struct worker {
    const struct cover_rows *rows;
    struct gs_steps
        steps;   /* sum: what does not depend on x; values: what x is to be taken off by */
    double *cut; /* of segments that circles cut */
    size_t row;
};

/* The integral of √(r² - y²) from 0 to y, |y| <= r. */
static inline double half_disc(double y, double r)
{
    double w2 = (r - y) * (r + y), z = y / r;
    z = z < -1 ? -1 : z > 1 ? 1 : z;
    return (y * sqrt(w2 > 0 ? w2 : 0) + r * r * gs_arcsine(z)) / 2;
}

static double hold(double y, double r)
{
    return y < -r ? -r : y > r ? r : y;
}

/* A segment as seen from a row: x from the grid's west edge, y from the row's centres. */
struct edge {
    double a[2], b[2];
    double ga, gb; /* half_disc() at its ends, held within the radius */
};

/* The integral for `blocks` × BLOCK columns. Between the parameters t0 and t1 the segment is in the
 * circle; before and behind it is on the side on which its ends are. */
GS_VECTORISED
static void add_cut(size_t blocks, int first, double cell, const struct edge *e, double r,
                    double *restrict cut)
{
    double ax = e->a[0], ay = e->a[1], dx = e->b[0] - ax, dy = e->b[1] - ay, ga = e->ga, gb = e->gb;
    double length2 = dx * dx + dy * dy, per2 = 1 / length2, per = sqrt(per2);
    /* where it is within the circles' height */
    double from = ((dy > 0 ? -r : r) - ay) / dy, to = ((dy > 0 ? r : -r) - ay) / dy;
    from = from > 0 ? from : 0;
    to = to < 1 ? to : 1;
    for (size_t i = 0; i < blocks * BLOCK; i++) {
        double ux = ax - ((double)(first + (int)i) + 0.5) * cell;
        double off = fabs(ux * dy - ay * dx) * per, half2 = (r - off) * (r + off);
        double half = sqrt(half2 > 0 ? half2 : 0) * per, middle = -(ux * dx + ay * dy) * per2;
        double t0 = middle - half, t1 = middle + half;
        t0 = t0 > from ? t0 : from;
        t0 = t0 < to ? t0 : to;
        t1 = t1 > from ? t1 : from;
        t1 = t1 < to ? t1 : to;
        double g0 = half_disc(ay + t0 * dy, r), g1 = half_disc(ay + t1 * dy, r);
        double before = ux + from * dx > 0 ? g0 - ga : ga - g0;
        double behind = ux + to * dx > 0 ? gb - g1 : g1 - gb;
        cut[i] += before + behind + (t1 - t0) * dy * (ux + (t0 + t1) / 2 * dx);
    }
}

static int column_of(double col, int n)
{
    return col > 0 ? (col < n ? (int)col : n) : 0;
}

/* The columns whose circle the segment may meet. Those before have it to their right, those behind
 * to their left. */
static struct gs_columns met_by(const struct worker *w, const double a[2], const double b[2],
                                const struct edge *e)
{
    const struct gs_grid *grid = &w->rows->rows.grid;
    double x[2];
    if (!gs_reach_hull(w->rows->reach, w->row, a, b, x)) /* rounding alone: it just touches them */
        x[0] = x[1] = grid->x0 + (e->a[0] + e->b[0]) / 2;
    int n = (int)grid->n_cols;
    return (struct gs_columns){column_of((x[0] - grid->x0) / grid->cell + (0.5 - 1e-6), n),
                               column_of((x[1] - grid->x0) / grid->cell + (0.5 + 1e-6), n)};
}

static void add_edge(struct worker *w, const double a[2], const double b[2], const struct edge *e)
{
    const struct cover_rows *r = w->rows;
    int n = (int)r->rows.grid.n_cols;
    struct gs_columns met = met_by(w, a, b, e);
    struct gs_columns all = gs_columns_of_both(met, 0, r->rows.grid.cell, 0, r->radius, e->a, e->b);
    int before = (all.first - met.first + BLOCK - 1) / BLOCK;
    int behind = (met.end - all.end + BLOCK - 1) / BLOCK;
    struct gs_columns cut = {all.first - before * BLOCK, all.end + behind * BLOCK};
    gs_int128 side = gs_fixed(e->gb, r->exponent) - gs_fixed(e->ga, r->exponent);
    struct gs_step right = {.sum = side}, left = {.sum = -side};
    if (cut.first > 0)
        gs_steps_add(&w->steps, 0, cut.first, &right);
    if (cut.end < n)
        gs_steps_add(&w->steps, cut.end, n, &left);
    if (before > 0)
        add_cut((size_t)before, cut.first, r->rows.grid.cell, e, r->radius,
                w->cut + BLOCK + cut.first);
    if (behind > 0)
        add_cut((size_t)behind, all.end, r->rows.grid.cell, e, r->radius, w->cut + BLOCK + all.end);
    if (all.first < all.end) {
        double rise = e->b[1] - e->a[1];
        struct gs_step in = {.sum = gs_fixed((e->a[0] + e->b[0]) / 2 * rise, r->exponent),
                             .values = (int64_t)gs_fixed(rise, r->slope_exponent)};
        gs_steps_add(&w->steps, all.first, all.end, &in);
    }
}

static void add_run(void *user, const struct gs_reach_run *run)
{
    struct worker *w = user;
    const struct gs_grid *grid = &w->rows->rows.grid;
    const double(*xy)[2] = (const double(*)[2])w->rows->outline.xy + run->first;
    double y = gs_grid_y(grid, (double)w->row), r = w->rows->radius;
    struct edge e = {.b = {xy[0][0] - grid->x0, xy[0][1] - y}};
    double held_b = hold(e.b[1], r);
    e.gb = half_disc(held_b, r);
    for (size_t k = 1; k < run->n; k++) {
        double held_a = held_b;
        e.a[0] = e.b[0];
        e.a[1] = e.b[1];
        e.ga = e.gb;
        e.b[0] = xy[k][0] - grid->x0;
        e.b[1] = xy[k][1] - y;
        held_b = hold(e.b[1], r);
        if (held_b == held_a) /* level, or above or below all circles */
            continue;
        e.gb = half_disc(held_b, r);
        add_edge(w, xy[k - 1], xy[k], &e);
    }
}

/* -- rows ------------------------------------------------------------------------------------ */

GS_VECTORISED
static void finish(size_t n, size_t first, double cell, double sum, double slope, double per_area,
                   const double *restrict cut, float *restrict out)
{
    for (size_t i = 0; i < n; i++) {
        double x = ((double)(int)(first + i) + 0.5) * cell;
        double share = (sum - slope * x + cut[i]) * per_area;
        share = share > 0 ? share : 0; /* rounding alone leads out of 0 … 1 */
        out[i] = (float)(share < 1 ? share : 1);
    }
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    (void)ctx;
    const double pi = 3.14159265358979323846;
    const struct cover_rows *r = (const struct cover_rows *)rows;
    struct worker *w = worker;
    struct gs_step sums;
    size_t first, end;
    memset(w->cut, 0, (rows->grid.n_cols + 2 * BLOCK) * sizeof *w->cut);
    w->row = row;
    gs_reach_runs(r->reach, row, add_run, w);
    while (gs_steps_next(&w->steps, &first, &end, &sums))
        finish(end - first, first, rows->grid.cell, gs_fixed_value(sums.sum, r->exponent),
               ldexp((double)sums.values, -r->slope_exponent), 1 / (pi * r->radius * r->radius),
               w->cut + BLOCK + first, out + first);
    return GS_OK;
}

static void worker_free(void *worker)
{
    struct worker *w = worker;
    gs_steps_release(&w->steps);
    gs_free(w->cut);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->rows = (const struct cover_rows *)rows;
    enum gs_status status = gs_steps_init(ctx, &w->steps, rows->grid.n_cols);
    w->cut = status ? NULL : GS_ARRAY(ctx, double, rows->grid.n_cols + 2 * BLOCK);
    if (!w->cut) {
        worker_free(w);
        return GS_ENOMEM;
    }
    *worker = w;
    return GS_OK;
}

static void free_rows(struct gs_rows *rows)
{
    struct cover_rows *r = (struct cover_rows *)rows;
    gs_shapes_release(&r->outline);
    gs_reach_free(r->reach);
    gs_free(r);
}

static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    (void)band_rows;
    const struct cover_rows *r = (const struct cover_rows *)rows;
    *per_worker = gs_steps_bytes(rows->grid.n_cols) + rows->grid.n_cols * sizeof(double);
    return gs_reach_bytes(r->reach) + r->outline.n_vertices * sizeof *r->outline.xy +
           r->outline.n_parts * 3 * sizeof(size_t);
}

static const struct gs_rows_kind kind = {
    .name = "share of a circle",
    .slow = true,
    .free = free_rows,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
    .bytes = bytes,
};

enum gs_status gs_cover_rows_new(struct gs_ctx *ctx, struct gs_shapes *outline,
                                 const struct gs_grid *grid, double radius_m,
                                 double metres_per_unit, struct gs_rows **out)
{
    struct cover_rows *r = GS_NEW(ctx, struct cover_rows);
    size_t *order = r ? GS_ARRAY(ctx, size_t, outline->n) : NULL, n;
    if (!order) {
        gs_free(r);
        return GS_ENOMEM;
    }
    r->outline = *outline;
    r->rows.kind = &kind;
    r->rows.grid = *grid;
    r->radius = radius_m / metres_per_unit;
    /* Only segments in a circle's height count: the steps are at most 4 r times their x. */
    double width = (double)grid->n_cols * grid->cell, most = (double)outline->n_vertices;
    r->exponent = gs_fixed_exponent(most * 4 * r->radius * (width + 4 * r->radius));
    r->slope_exponent = gs_fixed_exponent(most * 4 * r->radius) - 64;
    enum gs_status status = gs_order_by_value(ctx, outline, 0, NULL, false, order, &n);
    if (!status)
        status =
            gs_reach_new(ctx, &r->outline, order, n, 0, grid, radius_m, metres_per_unit, &r->reach);
    gs_free(order);
    gs_shapes_init(status ? &r->outline : outline); /* one of the two has it */
    if (status)
        free_rows(&r->rows);
    else
        *out = &r->rows;
    return status;
}
