// SPDX-License-Identifier: Apache-2.0
/* The bits of floating-point numbers. */
#ifndef GS_BASE_BITS_H
#define GS_BASE_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint32_t gs_float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float gs_float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t gs_double_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double gs_double_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#endif
