// SPDX-License-Identifier: Apache-2.0
/* Sums over intervals of a row: each is added where it begins and taken off where it ends, and a
 * sweep along the row tells the sums. Exact, so nothing is left over behind an interval and the
 * order in which intervals come does not matter: sums are whole numbers of 128 bits. */
#ifndef GS_KERNEL_STEPS_H
#define GS_KERNEL_STEPS_H

#include "base/ctx.h"

#include <math.h>

__extension__ typedef __int128 gs_int128;

/* Numbers as whole multiples of 2^-exponent, chosen so that n of them whose magnitudes add up to
 * `magnitude` cannot overflow. A sum of n is wrong by at most n × 2^-126 × magnitude. */
static inline int gs_fixed_exponent(double magnitude)
{
    return magnitude > 0 ? 124 - ilogb(magnitude) : 0;
}

static inline gs_int128 gs_fixed(double value, int exponent)
{
    return (gs_int128)rint(ldexp(value, exponent));
}

static inline double gs_fixed_value(gs_int128 sum, int exponent)
{
    return ldexp((double)sum, -exponent);
}

/* What is added up: two counts and a sum, of whatever the user likes. */
struct gs_step {
    gs_int128 sum;
    int64_t features, values;
};

struct gs_steps {
    size_t n_cols;
    struct gs_step *steps; /* n_cols + 1: what changes at a column */
    uint64_t *changed;     /* a bit per column that has a change */
    /* the sweep: */
    size_t at;
    struct gs_step now;
};

enum gs_status gs_steps_init(struct gs_ctx *ctx, struct gs_steps *steps,
                             size_t n_cols) GS_NODISCARD;
void gs_steps_release(struct gs_steps *steps);
uint64_t gs_steps_bytes(size_t n_cols);

/* Adds `step` to columns [first, end) of the row. */
static inline void gs_steps_add(struct gs_steps *s, int first, int end, const struct gs_step *step)
{
    struct gs_step *a = &s->steps[first], *b = &s->steps[end];
    a->sum += step->sum;
    a->features += step->features;
    a->values += step->values;
    b->sum -= step->sum;
    b->features -= step->features;
    b->values -= step->values;
    s->changed[first / 64] |= (uint64_t)1 << (first % 64);
    s->changed[end / 64] |= (uint64_t)1 << (end % 64);
}

/* The next stretch of columns [*first, *end) with the same sums, from the left; false, and all is
 * cleared for the next row, when the row is at its end. */
bool gs_steps_next(struct gs_steps *steps, size_t *first, size_t *end, struct gs_step *sums);

#endif
