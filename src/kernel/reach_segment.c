// SPDX-License-Identifier: Apache-2.0
#include "kernel/planar.h"
#include "kernel/reach_parts.h"

#include <math.h>

/* A column number that counts up to n; whatever is beyond is at the ends. */
static int clamp_column(double col, int n)
{
    return col > 0 ? (col < n ? (int)col : n) : 0;
}

struct gs_columns gs_reach_columns(const struct gs_reach *reach, double low, double high)
{
    int n = (int)reach->grid.n_cols;
    if (!(low <= high))
        return (struct gs_columns){0, 0};
    /* centre c is at c + 1/2: the first that is not below, and the first that is above */
    struct gs_columns c = {clamp_column((low - reach->grid.x0) * reach->per_cell + (0.5 - 1e-6), n),
                           clamp_column((high - reach->grid.x0) * reach->per_cell + (0.5 + 1e-6),
                                        n)};
    return c;
}

static bool in_reach(const struct gs_reach *reach, int col, double y, const double a[2],
                     const double b[2])
{
    double p[2] = {gs_grid_x(&reach->grid, col), y};
    double distance = gs_planar_point_segment(p, a, b);
    return distance * reach->metres_per_unit <= reach->radius_m;
}

static void widen(double x[2], double low, double high)
{
    x[0] = low < x[0] ? low : x[0];
    x[1] = high > x[1] ? high : x[1];
}

void gs_reach_widen(double x[2], double radius, double centre, double dy)
{
    double half2 = (radius - dy) * (radius + dy);
    if (!(half2 >= 0))
        return;
    double half = sqrt(half2);
    widen(x, centre - half, centre + half);
}

static double unit_clamp(double t)
{
    t = t > 0 ? t : 0;
    return t < 1 ? t : 1;
}

/* Where the row meets the sides of the stadium that run along the segment; what rounding may move
 * is added on. */
static void widen_by_sides(const struct gs_reach *reach, double x[2], double y, const double a[2],
                           const double b[2])
{
    double dx = b[0] - a[0], dy = b[1] - a[1], length = sqrt(dx * dx + dy * dy);
    if (!(length > 0))
        return;
    double scale = reach->wide / length;
    for (int side = -1; side <= 1; side += 2) {
        double from[2] = {a[0] - side * dy * scale, a[1] + side * dx * scale};
        double along = y - from[1], low = dy < 0 ? dy : 0, high = dy < 0 ? 0 : dy;
        if (along < low - reach->slack || along > high + reach->slack)
            continue;
        double t = dy != 0 ? along / dy : 0, loose = dy != 0 ? reach->slack / fabs(dy) : 1;
        double x1 = from[0] + unit_clamp(t - loose) * dx, x2 = from[0] + unit_clamp(t + loose) * dx;
        widen(x, x1 < x2 ? x1 : x2, x1 < x2 ? x2 : x1);
    }
}

bool gs_reach_hull(const struct gs_reach *reach, size_t row, const double a[2], const double b[2],
                   double x[2])
{
    double y = gs_grid_y(&reach->grid, (double)row);
    x[0] = INFINITY;
    x[1] = -INFINITY;
    gs_reach_widen(x, reach->wide, a[0], y - a[1]);
    if (a != b) {
        gs_reach_widen(x, reach->wide, b[0], y - b[1]);
        widen_by_sides(reach, x, y, a, b);
    }
    return x[0] <= x[1];
}

struct gs_columns gs_reach_about(const struct gs_reach *reach, size_t row, const double a[2],
                                 const double b[2])
{
    double x[2];
    gs_reach_hull(reach, row, a, b, x);
    return gs_reach_columns(reach, x[0], x[1]);
}

struct gs_columns gs_reach_segment(const struct gs_reach *reach, size_t row, const double a[2],
                                   const double b[2])
{
    double y = gs_grid_y(&reach->grid, (double)row);
    struct gs_columns c = gs_reach_about(reach, row, a, b);
    while (c.first < c.end && !in_reach(reach, c.first, y, a, b))
        c.first++;
    while (c.first < c.end && !in_reach(reach, c.end - 1, y, a, b))
        c.end--;
    return c;
}

struct gs_columns gs_columns_of_both(struct gs_columns among, double x0, double cell, double y,
                                     double radius, const double a[2], const double b[2])
{
    struct gs_columns none = {among.end, among.end};
    double half2a = (radius - (y - a[1])) * (radius + (y - a[1]));
    double half2b = (radius - (y - b[1])) * (radius + (y - b[1]));
    if (!(half2a >= 0 && half2b >= 0))
        return none;
    double half_a = sqrt(half2a), half_b = sqrt(half2b);
    double low = a[0] - half_a > b[0] - half_b ? a[0] - half_a : b[0] - half_b;
    double high = a[0] + half_a < b[0] + half_b ? a[0] + half_a : b[0] + half_b;
    double first = ceil((low - x0) / cell - 0.5), end = floor((high - x0) / cell + 0.5);
    first = first > among.first ? first : among.first;
    end = end < among.end ? end : among.end;
    return first < end ? (struct gs_columns){(int)first, (int)end} : none;
}
