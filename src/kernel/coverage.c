// SPDX-License-Identifier: Apache-2.0
/* Every directed piece of edge that falls into one cell adds to that cell the area between itself
 * and the cell's right border, and its height to all cells further right; a running sum along the
 * row then gives each cell's covered share (Levien 2016, "Inside the fastest font renderer in the
 * world"; the same identity as FreeType's `ftgrays.c`). Two things are added to the idea:
 *
 * - Heights and areas are rounded to multiples of 2^-46, so that every sum here is exact. A cell
 *   that no edge enters gets exactly 0 or 1 at any distance from the edges, in any order of edges:
 *   a minimum over the zone must not see a cell through a rounding error.
 * - Crossings are computed from the edge's own ends in absolute cell coordinates, never from
 *   clipped ends, so that a cell's share does not depend on the window it is computed in. */
#include "kernel/coverage.h"

#include <math.h>
#include <string.h>

/* Less than this share is what rounding leaves where an edge runs along a border or through a
 * corner; the share of the neighbour is as near to 1. */
#define SLIVER 0x1p-42

struct window {
    double *sums; /* n_rows × n_cols */
    double col0, row0;
    size_t n_cols, n_rows;
};

/* Rounds |x| < 32 to a multiple of 2^-46: the sum has its last bit there. */
static double on_lattice(double x)
{
    const double magic = 96; /* 1.5 × 2^(52 - 46) */
    return (x + magic) - magic;
}

/* A piece of height dy (signed) in column `c` of the row, at mean distance `inside` from the
 * column's left border. */
static void add_piece(double *row, const struct window *w, double c, double inside, double dy)
{
    if (c < 0) { /* left of the window: all of its cells are to the right */
        row[0] += dy;
        return;
    }
    if (c >= (double)w->n_cols)
        return;
    size_t i = (size_t)c;
    double area = on_lattice(dy * (1 - inside));
    row[i] += area;
    if (i + 1 < w->n_cols)
        row[i + 1] += dy - area;
}

/* Where the piece from (xl, yl) to (…, yr) crosses x; rounding must not carry it past the end. */
static double crossing(double x, double xl, double yl, double yr, double slope)
{
    double y = on_lattice(yl + (x - xl) * slope);
    return yr >= yl ? fmin(y, yr) : fmax(y, yr);
}

/* The part of an edge inside one row, from (xl, yl) to (xr, yr) with xl <= xr; y runs from 0 to 1
 * in the row and lies on the lattice; `sign` is that of the edge's direction along x. */
static void add_row_piece(const struct window *w, double *row, double xl, double yl, double xr,
                          double yr, double sign)
{
    double first = floor(xl), last = floor(xr), end = w->col0 + (double)w->n_cols;
    if (first == last || xl >= end) {
        add_piece(row, w, first - w->col0, (xl - first + (xr - first)) / 2, sign * (yr - yl));
        return;
    }
    double slope = (yr - yl) / (xr - xl), y = yl, from = xl - first;
    if (first < w->col0) { /* what is left of the window in one step */
        first = w->col0 < last ? w->col0 : last;
        y = crossing(first, xl, yl, yr, slope);
        row[0] += sign * (y - yl);
        from = 0;
    }
    if (last > end)
        last = end;
    for (double c = first; c < last; c++, from = 0) {
        double at = crossing(c + 1, xl, yl, yr, slope);
        add_piece(row, w, c - w->col0, (from + 1) / 2, sign * (at - y));
        y = at;
    }
    if (last < end)
        add_piece(row, w, last - w->col0, (xr - last) / 2, sign * (yr - y));
}

static void add_edge(const struct window *w, const double a[2], const double b[2])
{
    double direction = 1;
    if (a[1] > b[1]) { /* y rising below; the sign of the height keeps the direction */
        const double *t = a;
        a = b;
        b = t;
        direction = -1;
    }
    double top = w->row0, bottom = w->row0 + (double)w->n_rows;
    if (a[1] == b[1] || b[1] <= top || a[1] >= bottom)
        return;
    if (a[0] >= w->col0 + (double)w->n_cols && b[0] >= w->col0 + (double)w->n_cols)
        return;
    double slope = (b[0] - a[0]) / (b[1] - a[1]);
    double low = fmin(a[0], b[0]), high = fmax(a[0], b[0]);
    double r = a[1] > top ? floor(a[1]) : top;
    double x = r > a[1] ? fmin(fmax(a[0] + (r - a[1]) * slope, low), high) : a[0];
    double y = r > a[1] ? 0 : on_lattice(a[1] - r);
    for (; r < bottom && r < b[1]; r++) {
        bool ends = b[1] <= r + 1;
        double x2 = ends ? b[0] : fmin(fmax(a[0] + (r + 1 - a[1]) * slope, low), high);
        double y2 = ends ? on_lattice(b[1] - r) : 1;
        double *row = w->sums + (size_t)(r - top) * w->n_cols;
        if (y2 != y) {
            if (x <= x2)
                add_row_piece(w, row, x, y, x2, y2, direction);
            else
                add_row_piece(w, row, x2, y2, x, y, -direction);
        }
        x = x2;
        y = 0;
    }
}

/* The running sum along each row, as a share. Rings of either direction: the sign does not count.
 */
static void finish_rows(const struct window *w)
{
    for (size_t r = 0; r < w->n_rows; r++) {
        double *row = w->sums + r * w->n_cols, sum = 0;
        for (size_t c = 0; c < w->n_cols; c++) {
            sum += row[c];
            double share = fabs(sum);
            share = share < SLIVER ? 0 : share;
            row[c] = share > 1 - SLIVER ? 1 : share;
        }
    }
}

void gs_coverage(const struct gs_shapes *shapes, size_t first_part, size_t end_part, long col0,
                 long row0, size_t n_cols, size_t n_rows, double *weights)
{
    memset(weights, 0, n_cols * n_rows * sizeof *weights);
    if (n_cols == 0 || n_rows == 0)
        return;
    struct window w = {weights, (double)col0, (double)row0, n_cols, n_rows};
    for (size_t p = first_part; p < end_part; p++) {
        if (shapes->part_kind[p] != GS_PART_RING)
            continue;
        for (size_t v = shapes->vertex_start[p]; v + 1 < shapes->vertex_start[p + 1]; v++)
            add_edge(&w, shapes->xy[v], shapes->xy[v + 1]);
    }
    finish_rows(&w);
}
