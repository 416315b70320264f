// SPDX-License-Identifier: Apache-2.0
#include "model/grid.h"

#include <math.h>

/* Cell borders around [low, high], as multiples of the cell. */
static bool snap_side(double low, double high, double cell, double *first, size_t *n)
{
    double a = low / cell, b = high / cell;
    a = fabs(a - round(a)) < 1e-6 ? round(a) : floor(a);
    b = fabs(b - round(b)) < 1e-6 ? round(b) : ceil(b);
    if (b <= a)
        b = a + 1;
    if (!(b - a <= GS_GRID_SIDE_MAX) || !(fabs(a) < 0x1p52) || !(fabs(b) < 0x1p52))
        return false;
    *first = a;
    *n = (size_t)(b - a);
    return true;
}

bool gs_grid_snap(const double bounds[4], double cell, double metres_per_unit, struct gs_grid *out)
{
    struct gs_grid grid = {.cell = cell, .cell_m = cell * metres_per_unit};
    double west, south;
    if (!snap_side(bounds[0], bounds[2], cell, &west, &grid.n_cols) ||
        !snap_side(bounds[1], bounds[3], cell, &south, &grid.n_rows))
        return false;
    grid.x0 = west * cell;
    grid.y0 = (south + (double)grid.n_rows) * cell;
    *out = grid;
    return true;
}

struct gs_grid gs_grid_grow(const struct gs_grid *grid, size_t by)
{
    struct gs_grid grown = *grid;
    grown.x0 -= (double)by * grid->cell;
    grown.y0 += (double)by * grid->cell;
    grown.n_cols += 2 * by;
    grown.n_rows += 2 * by;
    return grown;
}

void gs_grid_bounds(const struct gs_grid *grid, double bounds[4])
{
    bounds[0] = grid->x0;
    bounds[1] = grid->y0 - (double)grid->n_rows * grid->cell;
    bounds[2] = grid->x0 + (double)grid->n_cols * grid->cell;
    bounds[3] = grid->y0;
}
