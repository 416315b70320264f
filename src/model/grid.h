// SPDX-License-Identifier: Apache-2.0
/* The analysis grid: square cells of one size in the analysis CRS, columns from the west, rows from
 * the north. Cell (col, row) covers x0 + [col, col+1] × cell and y0 - [row, row+1] × cell. */
#ifndef GS_MODEL_GRID_H
#define GS_MODEL_GRID_H

#include "base/ctx.h"

struct gs_grid {
    double x0, y0; /* its north-west corner, units of the CRS's axes */
    double cell;   /* side of a cell in those units */
    double cell_m; /* the same in metres */
    size_t n_cols, n_rows;
};

/* More columns or rows than this are refused: squares of distances in cells stay exact in a double.
 */
enum { GS_GRID_SIDE_MAX = 1 << 20 };

/* The grid whose cells are multiples of `cell` from the origin of the CRS and that covers `bounds`
 * (xmin ymin xmax ymax); a bound within 1e-6 cells of a border is on it. False when a side would
 * have more than GS_GRID_SIDE_MAX cells. An extent of no width or height gets one cell. */
bool gs_grid_snap(const double bounds[4], double cell, double metres_per_unit, struct gs_grid *out);

/* The same cells and `by` more on each side. */
struct gs_grid gs_grid_grow(const struct gs_grid *grid, size_t by);

void gs_grid_bounds(const struct gs_grid *grid, double bounds[4]);

/* The centre of a column or row. */
static inline double gs_grid_x(const struct gs_grid *grid, double col)
{
    return grid->x0 + (col + 0.5) * grid->cell;
}
static inline double gs_grid_y(const struct gs_grid *grid, double row)
{
    return grid->y0 - (row + 0.5) * grid->cell;
}

/* Positions in cells: column of x, row of y, counted from the grid's corner (centres are at .5). */
static inline double gs_grid_col(const struct gs_grid *grid, double x)
{
    return (x - grid->x0) / grid->cell;
}
static inline double gs_grid_row(const struct gs_grid *grid, double y)
{
    return (grid->y0 - y) / grid->cell;
}

#endif
