// SPDX-License-Identifier: Apache-2.0
/* The arc sine for loops that shall become vectors: plain arithmetic, the same bits on every
 * machine. */
#ifndef GS_KERNEL_ARCSINE_H
#define GS_KERNEL_ARCSINE_H

#include <math.h>

/* asin(z) for -1 <= z <= 1, relative error below 1e-13. For |z| <= 1/2 a polynomial in z² (through
 * the Chebyshev points of [0, 1/4], degree 9, relative error 7e-14); above by way of
 * asin(z) = π/2 - 2 asin(√((1 - z) / 2)). */
static inline double gs_arcsine(double z)
{
    const double half_pi = 1.57079632679489662;
    double a = fabs(z);
    int far = a > 0.5;
    double s = far ? (1 - a) / 2 : a * a, x = far ? sqrt(s) : a;
    double p = 0.031943893432617186;
    p = p * s - 0.0028585195541381845;
    p = p * s + 0.01864073723554612;
    p = p * s + 0.016471811011433603;
    p = p * s + 0.02247283359174616;
    p = p * s + 0.0303750211140141;
    p = p * s + 0.04464312874220014;
    p = p * s + 0.07499999460526681;
    p = p * s + 0.16666666670837946;
    p = p * s + 0.9999999999999454;
    double angle = far ? half_pi - 2 * (x * p) : x * p;
    return z < 0 ? -angle : angle;
}

#endif
