// SPDX-License-Identifier: Apache-2.0
/* The arc sine for loops that shall become vectors: plain arithmetic, the same bits on every
 * machine. */
#ifndef GS_KERNEL_ARCSINE_H
#define GS_KERNEL_ARCSINE_H

#include <math.h>

/* asin(z) for -1 <= z <= 1, relative error below 5e-14. For |z| <= 1/2 a polynomial in z² (through
 * the Chebyshev points of [0, 1/4], degree 10, relative error 1.3e-14); above by way of
 * asin(z) = π/2 - 2 asin(√((1 - z) / 2)). */
static inline double gs_arcsine(double z)
{
    const double half_pi = 1.57079632679489662;
    double a = fabs(z);
    int far = a > 0.5;
    double s = far ? (1 - a) / 2 : a * a, x = far ? sqrt(s) : a;
    double p = 0.030459317294034092;
    p = p * s - 0.006010228937322443;
    p = p * s + 0.017228971828113906;
    p = p * s + 0.01275931569662961;
    p = p * s + 0.01751138866794381;
    p = p * s + 0.022359260712453925;
    p = p * s + 0.03038256058954921;
    p = p * s + 0.044642842045256904;
    p = p * s + 0.0750000001181784;
    p = p * s + 0.16666666666756694;
    p = p * s + 0.9999999999999942;
    double angle = far ? half_pi - 2 * (x * p) : x * p;
    return z < 0 ? -angle : angle;
}

#endif
