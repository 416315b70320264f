// SPDX-License-Identifier: Apache-2.0
#include "kernel/slope.h"

#include "base/vector.h"

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

double gs_slope_of(const double gradient[2], const struct gs_slope_scale *scale)
{
    double east = gradient[0] * scale->east[0] + gradient[1] * scale->east[1];
    double north = gradient[0] * scale->north[0] + gradient[1] * scale->north[1];
    double tangent = sqrt(east * east + north * north); /* no slope overflows */
    return scale->percent ? 100 * tangent : atan(tangent) * (180 / 3.14159265358979323846);
}

/* The arc tangent of t >= 0 in degrees, to 2e-7 of it: in thirds of the quarter circle, where the
 * series (Abramowitz and Stegun 1964, 4.4.42) is short. Infinity is 90. */
static inline float arc_tangent_degree(float t)
{
    const float degree = 57.2957795F;
    bool steep = t > 2.41421356F, middle = t > 0.414213562F;
    float base = steep ? 90.0F : middle ? 45.0F : 0.0F;
    float x = steep ? -1 / t : middle ? (t - 1) / (t + 1) : t, z = x * x;
    float series = (((0.0805374450F * z - 0.138776856F) * z + 0.199777106F) * z - 0.333329491F) * z;
    return base + (x + x * series) * degree;
}

GS_VECTORISED static void tangent_row(const float *above, const float *row, const float *below,
                                      size_t n, const float east[2], const float north[2],
                                      float *out)
{
    for (size_t i = 0; i < n; i++) {
        const float *a = above + i, *m = row + i, *b = below + i;
        float across = ((a[2] - a[0]) + 2 * (m[2] - m[0])) + (b[2] - b[0]);
        float down = ((b[0] - a[0]) + 2 * (b[1] - a[1])) + (b[2] - a[2]);
        float hole = m[1] - m[1]; /* a centre without data has no slope, though it has no weight */
        float e = across * east[0] + down * east[1], v = across * north[0] + down * north[1];
        out[i] = sqrtf(e * e + v * v) + hole;
    }
}

GS_VECTORISED static void tell_row(float *tangents, size_t n, bool percent)
{
    if (percent)
        for (size_t i = 0; i < n; i++)
            tangents[i] *= 100;
    else
        for (size_t i = 0; i < n; i++)
            tangents[i] = arc_tangent_degree(tangents[i]);
}

void gs_slope_row(const float *above, const float *row, const float *below, size_t n,
                  const struct gs_slope_scale *scale, float *out)
{
    float east[2] = {(float)(scale->east[0] / 8), (float)(scale->east[1] / 8)};
    float north[2] = {(float)(scale->north[0] / 8), (float)(scale->north[1] / 8)};
    tangent_row(above - 1, row - 1, below - 1, n, east, north, out);
    tell_row(out, n, scale->percent);
}

void gs_slope_degree_m(double a_m, double f, double lat, double *east_m, double *north_m)
{
    const double radian = 3.14159265358979323846 / 180;
    double e2 = f * (2 - f), sine = sin(lat * radian), w2 = 1 - e2 * sine * sine;
    *east_m = radian * a_m * cos(lat * radian) / sqrt(w2);
    *north_m = radian * a_m * (1 - e2) / (w2 * sqrt(w2));
}
