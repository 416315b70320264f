// SPDX-License-Identifier: Apache-2.0
/* exp2 and log2 for loops that shall become vectors: plain arithmetic, no calls, no branches, the
 * same bits on every machine (libm's differ between its versions and processors). Good enough for
 * what is stored as float; where more is wanted, use libm. */
#ifndef GS_KERNEL_EXP_LOG_H
#define GS_KERNEL_EXP_LOG_H

#include "base/bits.h"

#include <math.h>

#define GS_LOG2_E 1.4426950408889634 /* log2(e): exp(x) = exp2(x × it) */

/* 2^y, relative error below 3e-10; exactly 1 for 0, 0 below -1022, infinite above 1023, NaN for
 * NaN. y = k + f with |f| <= 1/2; the exponential series for 2^f, 2^k by way of the exponent's
 * bits: adding 1.5 × 2^52 leaves k in the lowest bits of the sum. */
static inline double gs_exp2(double y)
{
    const double shift = 6755399441055744.0; /* 1.5 × 2^52 */
    double held = y < -1022 ? -1022 : y > 1023 ? 1023 : y;
    double shifted = held + shift;
    double f = (held - (shifted - shift)) * 0.69314718055994531;
    double p = 1 / 40320.0;
    p = p * f + 1 / 5040.0;
    p = p * f + 1 / 720.0;
    p = p * f + 1 / 120.0;
    p = p * f + 1 / 24.0;
    p = p * f + 1 / 6.0;
    p = p * f + 0.5;
    p = p * f + 1;
    p = p * f + 1;
    double power = p * gs_double_of_bits((gs_double_bits(shifted) << 52) + 0x3ff0000000000000u);
    return y < -1022 ? 0 : y > 1023 ? INFINITY : power;
}

/* log2 of a positive normal number, relative error below 1e-13, exactly 0 for 1; anything else
 * gives some number. x = 2^e × m with m in [√½, √2); ln m = 2 artanh s with s = (m - 1) / (m + 1),
 * by its series. */
static inline double gs_log2(double x)
{
    const uint64_t root_half = 0x3fe6a09e667f3bcdu;
    uint64_t bits = gs_double_bits(x) + (0x3ff0000000000000u - root_half);
    double m = gs_double_of_bits((bits & 0x000fffffffffffffu) + root_half);
    /* the exponent's bits below those of 2^52 make the double 2^52 + exponent */
    double e = gs_double_of_bits((bits >> 52) | 0x4330000000000000u) - (4503599627370496.0 + 1023);
    double s = (m - 1) / (m + 1), z = s * s;
    double p = 1 / 15.0;
    p = p * z + 1 / 13.0;
    p = p * z + 1 / 11.0;
    p = p * z + 1 / 9.0;
    p = p * z + 1 / 7.0;
    p = p * z + 1 / 5.0;
    p = p * z + 1 / 3.0;
    p = p * z + 1;
    return e + s * p * (2 * GS_LOG2_E);
}

/* log2 of a number from 0 to 1 in single precision: relative error below 3e-7, exactly 0 for 1,
 * minus infinity for 0; anything else gives some number. As above; subnormal numbers are scaled. */
static inline float gs_log2_unit(float x)
{
    const uint32_t root_half = 0x3f3504f3u;
    int is_tiny = x < 1.17549435e-38f;
    float normal = is_tiny ? x * 4294967296.0f : x;
    uint32_t bits = gs_float_bits(normal) + (0x3f800000u - root_half);
    float m = gs_float_of_bits((bits & 0x007fffffu) + root_half);
    float e = (float)((int32_t)(bits >> 23) - (is_tiny ? 127 + 32 : 127));
    float s = (m - 1) / (m + 1), z = s * s;
    float p = 1 / 9.0f;
    p = p * z + 1 / 7.0f;
    p = p * z + 1 / 5.0f;
    p = p * z + 1 / 3.0f;
    p = p * z + 1;
    float log = e + s * p * (float)(2 * GS_LOG2_E);
    return x > 0 ? log : -INFINITY;
}

#endif
