// SPDX-License-Identifier: Apache-2.0
#include "kernel/slope.h"

#include <math.h>

void gs_slope_gradient(const double *centre, size_t stride, double gradient[2])
{
    const double *up = centre - stride, *down = centre + stride;
    /* The centre has no weight in Horn's formula; without data it has no slope either. */
    double hole = isnan(centre[0]) ? NAN : 0;
    gradient[0] =
        (up[1] + 2 * centre[1] + down[1] - (up[-1] + 2 * centre[-1] + down[-1])) / 8 + hole;
    gradient[1] = (down[-1] + 2 * down[0] + down[1] - (up[-1] + 2 * up[0] + up[1])) / 8 + hole;
    if (isnan(gradient[0]) || isnan(gradient[1]))
        gradient[0] = gradient[1] = NAN;
}

double gs_slope_horn(const double window[9], double cell_x, double cell_y)
{
    double gradient[2];
    gs_slope_gradient(window + 4, 3, gradient);
    return hypot(gradient[0] / cell_x, gradient[1] / cell_y);
}

void gs_slope_degree_m(double a_m, double f, double lat, double *east_m, double *north_m)
{
    const double radian = 3.14159265358979323846 / 180;
    double e2 = f * (2 - f), sine = sin(lat * radian), w2 = 1 - e2 * sine * sine;
    *east_m = radian * a_m * cos(lat * radian) / sqrt(w2);
    *north_m = radian * a_m * (1 - e2) / (w2 * sqrt(w2));
}
