// SPDX-License-Identifier: Apache-2.0
/* Slope of a surface of heights by Horn (1981), "Hill shading and the reflectance map", Proceedings
 * of the IEEE 69(1):14-47: weighted differences over a window of 3 × 3 cells. */
#ifndef GS_KERNEL_SLOPE_H
#define GS_KERNEL_SLOPE_H

#include <stdbool.h>
#include <stddef.h>

/* Change of height per column (gradient[0]) and per row (gradient[1]) at the cell `centre` points
 * to; `stride` is the distance between rows. NaN when one of the nine cells is NaN. */
void gs_slope_gradient(const double *centre, size_t stride, double gradient[2]);

/* The slope as rise over run (the tangent of its angle) of a window given row after row, whose
 * cells measure cell_x × cell_y in the unit of the heights. */
double gs_slope_horn(const double window[9], double cell_x, double cell_y);

/* From a gradient per column and row to one in metres: east = g[0] × east[0] + g[1] × east[1],
 * north likewise. Heights are counted in. */
struct gs_slope_scale {
    double east[2], north[2];
    bool percent; /* rise over 100 of run, else the angle in degrees */
};

double gs_slope_of(const double gradient[2], const struct gs_slope_scale *scale);

/* The slope at n cells of a row, given with those above and below; each row has one cell more
 * before its first and after its last. NaN where one of the nine cells is NaN. As gs_slope_of() of
 * their gradients but for the rounding of floats: differences are taken first, so that nothing is
 * lost on high ground. */
void gs_slope_row(const float *above, const float *row, const float *below, size_t n,
                  const struct gs_slope_scale *scale, float *out);

/* Metres that one degree of longitude and of latitude measure at latitude `lat` on the ellipsoid of
 * semi-major axis a_m and flattening f (Snyder 1987, "Map projections: a working manual", USGS
 * Professional Paper 1395, equations 4-18 to 4-21). */
void gs_slope_degree_m(double a_m, double f, double lat, double *east_m, double *north_m);

#endif
