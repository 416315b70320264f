// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "base/vector.h"
#include "flow/within_parts.h"
#include "kernel/exp_log.h"

#include <math.h>
#include <string.h>

/* Feature by feature: the squared distances of the cells in reach, what these weigh, and that added
 * to the row. The features' fixed order makes the sums' bits. */

enum { WITH_VALUE = 1, WITHOUT_VALUE = 2 };

struct worker {
    const struct gs_within *rows;
    struct gs_reach_row reach;
    size_t row;
    double *weights; /* of one feature: squared distances at first */
    double *products, *sum_of_weights;
    uint8_t *seen; /* for sums: with and without value */
};

/* -- distances ------------------------------------------------------------------------------- */

/* The row's centres are x0 + (c + 0.5) × cell, as gs_grid_x() has them. */
GS_VECTORISED
static void to_point(size_t n, int first, const struct gs_grid *grid, const double p[2], double dy,
                     double *restrict squared)
{
    double x0 = grid->x0, cell = grid->cell, px = p[0], dy2 = dy * dy;
    for (size_t i = 0; i < n; i++) {
        double dx = x0 + ((double)(first + (int)i) + 0.5) * cell - px;
        squared[i] = dx * dx + dy2;
    }
}

GS_VECTORISED
static void to_segment(size_t n, int first, const struct gs_grid *grid, const double a[2],
                       const double b[2], double y, double *restrict squared)
{
    double x0 = grid->x0, cell = grid->cell, ax = a[0], vy = y - a[1];
    double ux = b[0] - ax, uy = b[1] - a[1], length2 = ux * ux + uy * uy;
    double per = length2 > 0 ? 1 / length2 : 0;
    for (size_t i = 0; i < n; i++) {
        double vx = x0 + ((double)(first + (int)i) + 0.5) * cell - ax;
        double t = (vx * ux + vy * uy) * per;
        t = t > 0 ? t : 0;
        t = t < 1 ? t : 1;
        double wx = vx - t * ux, wy = vy - t * uy, d2 = wx * wx + wy * wy;
        squared[i] = d2 < squared[i] ? d2 : squared[i];
    }
}

static bool all_inside(const struct gs_reached *reached, struct gs_columns c)
{
    for (size_t i = 0; i < reached->n_inside; i++)
        if (reached->inside[i].first <= c.first && c.end <= reached->inside[i].end)
            return true;
    return false;
}

/* The segments of a run, each to the cells it reaches. */
static void measure_run(struct worker *w, const struct gs_reached *reached,
                        const struct gs_reach_run *run)
{
    const struct gs_grid *grid = &w->rows->rows.grid;
    const double(*xy)[2] = (const double(*)[2])w->rows->request.shapes->xy + run->first;
    double y = gs_grid_y(grid, (double)w->row);
    for (size_t k = 0; k + 1 < run->n || k == 0; k++) {
        const double *b = run->n == 1 ? xy[k] : xy[k + 1];
        struct gs_columns c = gs_reach_about(w->rows->reach, w->row, xy[k], b);
        if (c.first < c.end && !all_inside(reached, c))
            to_segment((size_t)(c.end - c.first), c.first, grid, xy[k], b, y, w->weights + c.first);
    }
}

/* -- shapes of many runs: most are farther from every cell than one already measured ------------
 */

enum { MANY_RUNS = 8 };

/* The columns where the box is nearer than what is measured, from the first to the last. */
GS_VECTORISED
static struct gs_columns nearer_columns(struct gs_columns among, const struct gs_grid *grid,
                                        const double bounds[4], double y,
                                        const double *restrict squared)
{
    double x0 = grid->x0, cell = grid->cell, west = bounds[0], east = bounds[2];
    double dy = y < bounds[1] ? bounds[1] - y : y > bounds[3] ? y - bounds[3] : 0;
    int first = among.end, last = among.first - 1;
    for (int c = among.first; c < among.end; c++) {
        double x = x0 + ((double)c + 0.5) * cell;
        double left = west - x, right = x - east, dx = left > right ? left : right;
        dx = dx > 0 ? dx : 0;
        bool nearer = dx * dx + dy * dy < squared[c];
        int low = nearer ? c : among.end, high = nearer ? c : among.first - 1;
        first = low < first ? low : first;
        last = high > last ? high : last;
    }
    return (struct gs_columns){first, last + 1};
}

static void measure_many(struct worker *w, const struct gs_reached *reached)
{
    const struct gs_grid *grid = &w->rows->rows.grid;
    const struct gs_shapes *shapes = w->rows->request.shapes;
    struct gs_columns all = {reached->within[0].first, reached->within[reached->n_within - 1].end};
    double y = gs_grid_y(grid, (double)w->row);
    for (size_t i = 0; i < reached->n_runs; i++) { /* one vertex of each */
        const struct gs_reach_run *run = reached->runs[i];
        const double *at = shapes->xy[run->first + run->n / 2];
        struct gs_columns c = gs_reach_about(w->rows->reach, w->row, at, at);
        if (c.first < c.end && !all_inside(reached, c))
            to_segment((size_t)(c.end - c.first), c.first, grid, at, at, y, w->weights + c.first);
    }
    for (size_t i = 0; i < reached->n_runs; i++) {
        const struct gs_reach_run *run = reached->runs[i];
        const double(*xy)[2] = (const double(*)[2])shapes->xy + run->first;
        double radius = gs_reach_radius(w->rows->reach);
        struct gs_columns among =
            gs_reach_columns(w->rows->reach, run->bounds[0] - radius, run->bounds[2] + radius);
        among.first = among.first > all.first ? among.first : all.first;
        among.end = among.end < all.end ? among.end : all.end;
        struct gs_columns c = nearer_columns(among, grid, run->bounds, y, w->weights);
        for (size_t k = 0; k + 1 < run->n && c.first < c.end; k++)
            to_segment((size_t)(c.end - c.first), c.first, grid, xy[k], xy[k + 1], y,
                       w->weights + c.first);
    }
}

/* Squared distances of all cells in reach, into the weights. */
static void measure_shape(struct worker *w, const struct gs_reached *reached)
{
    const struct gs_grid *grid = &w->rows->rows.grid;
    const struct gs_shapes *shapes = w->rows->request.shapes;
    if (reached->n_runs == 1 && reached->runs[0]->n == 1) {
        const double *p = shapes->xy[reached->runs[0]->first];
        struct gs_columns c = reached->within[0];
        to_point((size_t)(c.end - c.first), c.first, grid, p,
                 gs_grid_y(grid, (double)w->row) - p[1], w->weights + c.first);
        return;
    }
    for (int c = reached->within[0].first; c < reached->within[reached->n_within - 1].end; c++)
        w->weights[c] = INFINITY;
    for (size_t i = 0; i < reached->n_inside; i++)
        for (int c = reached->inside[i].first; c < reached->inside[i].end; c++)
            w->weights[c] = 0;
    if (reached->n_runs > MANY_RUNS)
        measure_many(w, reached);
    else
        for (size_t i = 0; i < reached->n_runs; i++)
            measure_run(w, reached, reached->runs[i]);
}

/* -- weights --------------------------------------------------------------------------------- */

/* gs_decay_weight() of the roots of the squares, to 1e-9. */
GS_VECTORISED
static void weigh_linear(size_t n, double per_radius, double *restrict d)
{
    for (size_t i = 0; i < n; i++)
        d[i] = d[i] == 0 ? 1 : 1 - sqrt(d[i]) * per_radius;
}

GS_VECTORISED
static void weigh_gaussian(size_t n, double factor, double *restrict d)
{
    for (size_t i = 0; i < n; i++)
        d[i] = d[i] == 0 ? 1 : gs_exp2(d[i] * factor);
}

GS_VECTORISED
static void weigh_inverse(size_t n, double half, double metres_per_unit, double *restrict d)
{
    for (size_t i = 0; i < n; i++)
        d[i] = d[i] == 0 ? 1 : half / (half + sqrt(d[i]) * metres_per_unit);
}

static void weigh(const struct gs_within_request *q, size_t n, double *d)
{
    double scale = q->decay.scale_m / q->metres_per_unit;
    if (q->decay.kind == GS_DECAY_LINEAR)
        weigh_linear(n, 1 / scale, d);
    else if (q->decay.kind == GS_DECAY_GAUSSIAN)
        weigh_gaussian(n, -GS_LOG2_E / 2 / (scale * scale), d);
    else
        weigh_inverse(n, q->decay.scale_m, q->metres_per_unit, d);
}

GS_VECTORISED
static void add(size_t n, const double *restrict weights, double value, double *restrict sums)
{
    for (size_t i = 0; i < n; i++)
        sums[i] += weights[i] * value;
}

GS_VECTORISED
static void keep_largest(size_t n, const double *restrict weights, double value,
                         double *restrict largest)
{
    for (size_t i = 0; i < n; i++) {
        double product = weights[i] * value;
        largest[i] = product > largest[i] ? product : largest[i];
    }
}

/* -- rows ------------------------------------------------------------------------------------ */

static void add_interval(struct worker *w, struct gs_columns c, double value)
{
    const struct gs_within_request *q = &w->rows->request;
    size_t n = (size_t)(c.end - c.first);
    double *weights = w->weights + c.first;
    weigh(q, n, weights);
    if (q->kind == GS_WITHIN_MAX)
        keep_largest(n, weights, value, w->products + c.first);
    else
        add(n, weights, value, w->products + c.first);
    if (q->kind == GS_WITHIN_MEAN)
        add(n, weights, 1, w->sum_of_weights + c.first);
}

static enum gs_status add_shape(struct gs_ctx *ctx, void *user, const struct gs_reached *reached)
{
    (void)ctx;
    struct worker *w = user;
    double value = w->rows->values[reached->at];
    if (w->rows->any_missing)
        for (size_t i = 0; i < reached->n_within; i++)
            for (int c = reached->within[i].first; c < reached->within[i].end; c++)
                w->seen[c] |= isnan(value) ? WITHOUT_VALUE : WITH_VALUE;
    if (isnan(value))
        return GS_OK;
    measure_shape(w, reached);
    for (size_t i = 0; i < reached->n_within; i++)
        add_interval(w, reached->within[i], value);
    return GS_OK;
}

static void finish(const struct worker *w, float *out)
{
    size_t n = w->rows->rows.grid.n_cols;
    const double *products = w->products, *weights = w->sum_of_weights;
    if (w->rows->request.kind == GS_WITHIN_MAX)
        for (size_t c = 0; c < n; c++)
            out[c] = products[c] > -INFINITY ? (float)products[c] : NAN;
    else if (w->rows->request.kind == GS_WITHIN_MEAN)
        for (size_t c = 0; c < n; c++)
            out[c] = weights[c] > 0 ? (float)(products[c] / weights[c]) : NAN;
    else
        for (size_t c = 0; c < n; c++)
            out[c] = (float)products[c];
    for (size_t c = 0; c < n && w->rows->any_missing; c++)
        out[c] = w->seen[c] == WITHOUT_VALUE ? NAN : out[c];
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    struct worker *w = worker;
    size_t n = rows->grid.n_cols;
    bool largest = w->rows->request.kind == GS_WITHIN_MAX;
    for (size_t c = 0; c < n; c++)
        w->products[c] = largest ? -INFINITY : 0;
    if (w->sum_of_weights)
        memset(w->sum_of_weights, 0, n * sizeof *w->sum_of_weights);
    if (w->seen)
        memset(w->seen, 0, n);
    w->row = row;
    enum gs_status status = gs_reach_row(ctx, w->rows->reach, &w->reach, row, add_shape, w);
    if (!status)
        finish(w, out);
    return status;
}

static void worker_free(void *worker)
{
    struct worker *w = worker;
    gs_reach_row_release(&w->reach);
    gs_free(w->weights);
    gs_free(w->products);
    gs_free(w->sum_of_weights);
    gs_free(w->seen);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    size_t n = rows->grid.n_cols;
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->rows = (const struct gs_within *)rows;
    bool mean = w->rows->request.kind == GS_WITHIN_MEAN, missing = w->rows->any_missing;
    w->weights = GS_ARRAY(ctx, double, n);
    w->products = w->weights ? GS_ARRAY(ctx, double, n) : NULL;
    if (w->products && mean)
        w->sum_of_weights = GS_ARRAY(ctx, double, n);
    if (w->products && missing)
        w->seen = GS_ARRAY(ctx, uint8_t, n);
    if (!w->products || (mean && !w->sum_of_weights) || (missing && !w->seen)) {
        worker_free(w);
        return GS_ENOMEM;
    }
    *worker = w;
    return GS_OK;
}

static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    (void)band_rows;
    const struct gs_within *w = (const struct gs_within *)rows;
    *per_worker = rows->grid.n_cols * (3 * sizeof(double) + 1);
    return gs_reach_bytes(w->reach) + w->n * sizeof *w->values;
}

const struct gs_rows_kind gs_decay_rows_kind = {
    .name = "radius with decay",
    .slow = true,
    .local = gs_within_local,
    .free = gs_within_free,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
    .bytes = bytes,
};
