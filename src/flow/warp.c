// SPDX-License-Identifier: Apache-2.0
#include "flow/warp.h"

#include "base/mem.h"
#include "base/thread.h"

#include <math.h>
#include <string.h>

enum { STEP_MAX = 128, TRIED = 9 }; /* TRIED × TRIED places of the grid decide on the step */
static const double tolerance = 0.001;

struct gs_positions {
    const struct gs_raster *raster;
    const struct gs_crs *crs;
    struct gs_grid grid;
    struct gs_transform *transform; /* of the calling thread */
    bool linear, aligned;
    long col0, row0;  /* aligned */
    double origin[2]; /* linear: of the grid's corner, raster cells */
    double per_col[2], per_row[2];
    double ratio;
    double per_row_y, per_band_y, spread_x; /* for gs_positions_window() */
    double turn; /* columns that a turn of the globe measures; 0: it is no raster of degrees */
    size_t step, n_node_cols;
    size_t node_first, node_end; /* rows of nodes that are ready */
    double (*nodes)[2];          /* from node_first on */
    size_t nodes_capacity;
};

void gs_positions_free(struct gs_positions *positions)
{
    if (!positions)
        return;
    gs_transform_free(positions->transform);
    gs_free(positions->nodes);
    gs_free(positions);
}

/* -- one position ---------------------------------------------------------------------------- */

/* From the grid's cell coordinates to the raster's, in place; on the turn of the globe that the
 * raster shows when there is one. */
static void place(const struct gs_positions *p, struct gs_transform *transform, double (*at)[2],
                  size_t n)
{
    const struct gs_raster_info *info = gs_raster_info(p->raster);
    const double *t = info->to_cell;
    for (size_t i = 0; i < n; i++) {
        at[i][0] = p->grid.x0 + at[i][0] * p->grid.cell;
        at[i][1] = p->grid.y0 - at[i][1] * p->grid.cell;
    }
    gs_transform_points(transform, at, n);
    for (size_t i = 0; i < n; i++) {
        double x = at[i][0], y = at[i][1], col = t[0] + x * t[1] + y * t[2];
        double row = t[3] + x * t[4] + y * t[5];
        if (p->turn > 0 && !(col >= 0 && col <= (double)info->n_cols)) {
            double other = col < 0 ? col + p->turn : col - p->turn;
            if (other >= 0 && other <= (double)info->n_cols)
                col = other;
        }
        at[i][0] = col;
        at[i][1] = row;
    }
}

/* -- which way ------------------------------------------------------------------------------- */

/* A number as near to a whole one as rounding may have moved it; none that is beyond all rasters.
 */
static bool is_whole(double x)
{
    return fabs(x) < 0x1p40 && fabs(x - round(x)) < 1e-6;
}

static void find_alignment(struct gs_positions *p)
{
    p->aligned = fabs(p->per_col[0] - 1) < 1e-9 && fabs(p->per_row[1] - 1) < 1e-9 &&
                 p->per_col[1] == 0 && p->per_row[0] == 0 && is_whole(p->origin[0]) &&
                 is_whole(p->origin[1]);
    /* what adds up over the whole grid must not be a cell's part either */
    p->aligned = p->aligned && fabs(p->per_col[0] - 1) * (double)p->grid.n_cols < 1e-3 &&
                 fabs(p->per_row[1] - 1) * (double)p->grid.n_rows < 1e-3;
    if (!p->aligned)
        return;
    p->col0 = (long)round(p->origin[0]);
    p->row0 = (long)round(p->origin[1]);
}

static void make_linear(struct gs_positions *p)
{
    double at[3][2] = {{0, 0}, {1, 0}, {0, 1}};
    place(p, p->transform, at, 3);
    const double *t = gs_raster_info(p->raster)->to_cell;
    for (int d = 0; d < 2; d++) {
        p->origin[d] = at[0][d];
        p->per_col[d] = p->grid.cell * t[3 * d + 1];
        p->per_row[d] = -p->grid.cell * t[3 * d + 2];
    }
    find_alignment(p);
}

/* How far the middle of a square of nodes with this side lies from where it is taken to lie; NaN:
 * that cannot be told. */
static double error_at(const struct gs_positions *p, double col, double row, double side)
{
    double at[5][2] = {{col, row},
                       {col + side, row},
                       {col, row + side},
                       {col + side, row + side},
                       {col + side / 2, row + side / 2}};
    place(p, p->transform, at, 5);
    double x = (at[0][0] + at[1][0] + at[2][0] + at[3][0]) / 4 - at[4][0];
    double y = (at[0][1] + at[1][1] + at[2][1] + at[3][1]) / 4 - at[4][1];
    /* across the seam of the globe nothing is told about the rest */
    return p->turn > 0 && fabs(x) > p->turn / 8 ? NAN : hypot(x, y);
}

static double worst_error(const struct gs_positions *p, double side)
{
    double worst = 0;
    for (int i = 0; i < TRIED * TRIED; i++) {
        double error =
            error_at(p, (double)p->grid.n_cols * (i % TRIED) / (TRIED - 1) - side / 2,
                     (double)p->grid.n_rows * (i / TRIED) / (TRIED - 1) - side / 2, side);
        worst = fmax(worst, error); /* passes NaN over */
    }
    return worst;
}

/* The largest of what one cell of the grid measures on the raster, at the places tried. */
static void measure_cells(struct gs_positions *p)
{
    double per_row_y = 0, per_col_y = 0, low = INFINITY, high = -INFINITY;
    for (int i = 0; i < TRIED * TRIED; i++) {
        double col = (double)p->grid.n_cols * (i % TRIED) / (TRIED - 1);
        double row = (double)p->grid.n_rows * (i / TRIED) / (TRIED - 1);
        double at[3][2] = {{col, row}, {col + 1, row}, {col, row + 1}}, side[2];
        place(p, p->transform, at, 3);
        for (int d = 0; d < 2; d++)
            side[d] = fabs(at[1][d] - at[0][d]) + fabs(at[2][d] - at[0][d]);
        if (isnan(side[0]) || (p->turn > 0 && side[0] > p->turn / 8))
            continue;
        p->ratio = fmax(p->ratio, fmax(side[0], side[1]));
        per_row_y = fmax(per_row_y, fabs(at[2][1] - at[0][1]));
        per_col_y = fmax(per_col_y, fabs(at[1][1] - at[0][1]));
        low = fmin(low, at[0][0]);
        high = fmax(high, at[0][0]);
    }
    p->per_row_y = per_row_y;
    p->per_band_y = per_col_y * (double)p->grid.n_cols;
    p->spread_x = high > low ? high - low : 0;
}

enum gs_status gs_positions_new(struct gs_ctx *ctx, const struct gs_raster *raster,
                                const struct gs_crs *crs, const struct gs_grid *grid,
                                struct gs_positions **out)
{
    struct gs_positions *p = GS_NEW(ctx, struct gs_positions);
    if (!p)
        return GS_ENOMEM;
    const struct gs_raster_info *info = gs_raster_info(raster);
    p->raster = raster;
    p->crs = crs;
    p->grid = *grid;
    enum gs_status status = gs_transform_new(ctx, crs, info->crs, &p->transform);
    if (status) {
        gs_positions_free(p);
        return status;
    }
    p->linear = gs_transform_is_identity(p->transform);
    if (gs_crs_is_geographic(info->crs) && info->to_cell[4] == 0)
        p->turn = fabs(360 * info->to_cell[1]);
    if (p->linear)
        make_linear(p);
    p->step = STEP_MAX;
    while (!p->linear && p->step > 1 && worst_error(p, (double)p->step) > tolerance)
        p->step /= 2;
    p->n_node_cols = (grid->n_cols - 1) / p->step + 2;
    measure_cells(p);
    *out = p;
    return GS_OK;
}

bool gs_positions_aligned(const struct gs_positions *positions, long *col, long *row)
{
    *col = positions->col0;
    *row = positions->row0;
    return positions->aligned;
}

double gs_positions_ratio(const struct gs_positions *positions)
{
    return positions->ratio;
}

void gs_positions_window(const struct gs_positions *p, double rows, double *window_rows,
                         double *window_cols)
{
    *window_rows = rows * p->per_row_y + p->per_band_y;
    *window_cols = p->spread_x;
}

enum gs_status gs_positions_worker(struct gs_ctx *ctx, const struct gs_positions *positions,
                                   struct gs_transform **out)
{
    if (positions->linear) {
        *out = NULL;
        return GS_OK;
    }
    return gs_transform_new(ctx, positions->crs, gs_raster_info(positions->raster)->crs, out);
}

/* -- nodes ----------------------------------------------------------------------------------- */

static double *node(const struct gs_positions *p, size_t row, size_t col)
{
    return p->nodes[(row - p->node_first) * p->n_node_cols + col];
}

static enum gs_status start(struct gs_ctx *ctx, void *user, void **worker)
{
    struct gs_transform *transform = NULL;
    enum gs_status status = gs_positions_worker(ctx, user, &transform);
    *worker = transform;
    return status;
}

static void stop(void *user, void *worker)
{
    (void)user;
    gs_transform_free(worker);
}

static enum gs_status place_nodes(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                  size_t end)
{
    struct gs_positions *p = user;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++) {
        size_t row = p->node_end + i;
        double(*nodes)[2] = (double(*)[2])node(p, row, 0);
        for (size_t c = 0; c < p->n_node_cols; c++) {
            nodes[c][0] = (double)(c * p->step) + 0.5; /* centres of cells */
            nodes[c][1] = (double)(row * p->step) + 0.5;
        }
        place(p, worker, nodes, p->n_node_cols);
        status = gs_check_cancel(ctx);
    }
    return status;
}

/* Can positions between four nodes be taken from them? */
static bool can_be_joined(const struct gs_positions *p, size_t row, size_t col)
{
    const double *at[4] = {node(p, row, col), node(p, row, col + 1), node(p, row + 1, col),
                           node(p, row + 1, col + 1)};
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < 4; i++) {
        if (isnan(at[i][0]) || isnan(at[i][1]))
            return false;
        low = fmin(low, at[i][0]);
        high = fmax(high, at[i][0]);
    }
    return p->turn == 0 || high - low < p->turn / 8;
}

static void widen(double window[4], double x, double y)
{
    if (isnan(x) || isnan(y))
        return;
    window[0] = fmin(window[0], x);
    window[1] = fmax(window[1], x);
    window[2] = fmin(window[2], y);
    window[3] = fmax(window[3], y);
}

/* Every cell on its own, where nodes tell nothing. */
static void widen_by_cells(const struct gs_positions *p, size_t row, size_t col, size_t first,
                           size_t end, double window[4])
{
    size_t col_end = (col + 1) * p->step < p->grid.n_cols ? (col + 1) * p->step : p->grid.n_cols;
    size_t row_first = row * p->step > first ? row * p->step : first;
    size_t row_end = (row + 1) * p->step < end ? (row + 1) * p->step : end;
    for (size_t r = row_first; r < row_end; r++)
        for (size_t c = col * p->step; c < col_end; c++) {
            double at[1][2] = {{(double)c + 0.5, (double)r + 0.5}};
            place(p, p->transform, at, 1);
            widen(window, at[0][0], at[0][1]);
        }
}

static void find_window(const struct gs_positions *p, size_t first, size_t end, double window[4])
{
    for (size_t row = first / p->step; row <= (end - 1) / p->step; row++)
        for (size_t col = 0; col + 1 < p->n_node_cols; col++) {
            if (!can_be_joined(p, row, col)) {
                widen_by_cells(p, row, col, first, end, window);
                continue;
            }
            for (size_t i = 0; i < 4; i++) {
                const double *at = node(p, row + i / 2, col + i % 2);
                widen(window, at[0], at[1]);
            }
        }
}

static void linear_window(const struct gs_positions *p, size_t first, size_t end, double window[4])
{
    for (int i = 0; i < 4; i++) {
        double col = i & 1 ? (double)p->grid.n_cols - 0.5 : 0.5;
        double row = i & 2 ? (double)end - 0.5 : (double)first + 0.5;
        widen(window, p->origin[0] + col * p->per_col[0] + row * p->per_row[0],
              p->origin[1] + col * p->per_col[1] + row * p->per_row[1]);
    }
}

/* Forgets the rows of nodes before `first` and makes room up to `end`. */
static enum gs_status shift_nodes(struct gs_ctx *ctx, struct gs_positions *p, size_t first,
                                  size_t end)
{
    size_t kept_from = first < p->node_end ? first : p->node_end;
    size_t kept = p->node_end - kept_from;
    if (kept)
        memmove(p->nodes, node(p, kept_from, 0), kept * p->n_node_cols * sizeof *p->nodes);
    p->node_first = first;
    p->node_end = first + kept;
    return gs_grow(ctx, &p->nodes, &p->nodes_capacity, (end - first) * p->n_node_cols,
                   sizeof *p->nodes);
}

enum gs_status gs_positions_begin(struct gs_ctx *ctx, struct gs_positions *p, size_t first,
                                  size_t end, double window[4])
{
    window[0] = window[2] = INFINITY;
    window[1] = window[3] = -INFINITY;
    if (p->linear) {
        linear_window(p, first, end, window);
        return GS_OK;
    }
    size_t node_first = first / p->step, node_end = (end - 1) / p->step + 2;
    enum gs_status status = shift_nodes(ctx, p, node_first, node_end);
    if (status)
        return status;
    struct gs_parallel parallel = {.n_items = node_end > p->node_end ? node_end - p->node_end : 0,
                                   .chunk = 1,
                                   .start = start,
                                   .stop = stop,
                                   .work = place_nodes,
                                   .user = p};
    status = gs_parallel_run(ctx, &parallel);
    if (status)
        return status;
    p->node_end = node_end > p->node_end ? node_end : p->node_end;
    find_window(p, first, end, window);
    return GS_OK;
}

/* -- stretches ------------------------------------------------------------------------------- */

static void linear_stretch(const struct gs_positions *p, size_t row, size_t col,
                           struct gs_stretch *out)
{
    double c = (double)col + 0.5, r = (double)row + 0.5;
    *out = (struct gs_stretch){
        .col = col,
        .n = p->grid.n_cols - col,
        .x = p->origin[0] + c * p->per_col[0] + r * p->per_row[0],
        .y = p->origin[1] + c * p->per_col[1] + r * p->per_row[1],
        .dx = p->per_col[0],
        .dy = p->per_col[1],
        .half = {(fabs(p->per_col[0]) + fabs(p->per_row[0])) / 2,
                 (fabs(p->per_col[1]) + fabs(p->per_row[1])) / 2},
    };
}

/* One cell, and by its neighbours how large it is. */
static void exact_stretch(const struct gs_positions *p, struct gs_transform *transform, size_t row,
                          size_t col, struct gs_stretch *out)
{
    double c = (double)col + 0.5, r = (double)row + 0.5;
    double at[3][2] = {{c, r}, {c + 0.5, r}, {c, r + 0.5}};
    place(p, transform, at, 3);
    *out = (struct gs_stretch){.col = col, .n = 1, .x = at[0][0], .y = at[0][1]};
    for (int d = 0; d < 2; d++) {
        double half = fabs(at[1][d] - at[0][d]) + fabs(at[2][d] - at[0][d]);
        out->half[d] = half < p->ratio ? half : p->ratio / 2; /* not across the seam */
    }
}

void gs_positions_stretch(const struct gs_positions *p, struct gs_transform *transform, size_t row,
                          size_t col, struct gs_stretch *out)
{
    if (p->linear) {
        linear_stretch(p, row, col, out);
        return;
    }
    size_t node_row = row / p->step, node_col = col / p->step;
    if (!can_be_joined(p, node_row, node_col)) {
        exact_stretch(p, transform, row, col, out);
        return;
    }
    double side = (double)p->step, down = (double)(row - node_row * p->step) / side;
    double along = (double)(col - node_col * p->step);
    const double *a = node(p, node_row, node_col), *b = node(p, node_row, node_col + 1);
    const double *c = node(p, node_row + 1, node_col), *d = node(p, node_row + 1, node_col + 1);
    double left[2], step[2];
    *out = (struct gs_stretch){.col = col};
    for (int k = 0; k < 2; k++) {
        left[k] = a[k] + down * (c[k] - a[k]);
        step[k] = (b[k] + down * (d[k] - b[k]) - left[k]) / side;
        out->half[k] = (fabs(step[k]) + fabs((c[k] - a[k]) / side)) / 2;
    }
    size_t end = (node_col + 1) * p->step;
    out->n = (end < p->grid.n_cols ? end : p->grid.n_cols) - col;
    out->x = left[0] + along * step[0];
    out->y = left[1] + along * step[1];
    out->dx = step[0];
    out->dy = step[1];
}
