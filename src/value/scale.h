// SPDX-License-Identifier: Apache-2.0
/* What families of value functions share: the clamp, and the position of a quantity between the
 * value that is worth nothing and the one that is worth all. */
#ifndef GS_VALUE_SCALE_H
#define GS_VALUE_SCALE_H

#include "base/param.h"

#include <math.h>

/* 0 to 1; NaN stays NaN. */
static inline double gs_worth_clamp(double worth)
{
    return worth < 0 ? 0 : worth > 1 ? 1 : worth;
}

/* Rows of the surface, one by one: for what no loop does better, and for parameters so extreme that
 * a loop's arithmetic would leave the range of a double. */
static inline void gs_worths_singly(double (*worth)(const void *, double), const void *params,
                                    const float *x, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (float)worth(params, (double)x[i]);
}

/* Whether a number and its reciprocal are far enough from both ends of a double's range that loops
 * may multiply by either. */
static inline bool gs_is_moderate(double number)
{
    return fabs(number) > 1e-200 && fabs(number) < 1e200;
}

/* Of an exponent or a rate: whether it leaves digits to what it multiplies. */
static inline bool gs_is_gentle(double bend)
{
    return fabs(bend) > 1e-200 && fabs(bend) < 1e6;
}

struct gs_scale {
    double worst, best; /* in either order */
};

/* (x - worst) / (best - worst), clamped to 0 to 1: exactly 0 at worst and beyond it, exactly 1 at
 * best and beyond it, never falling from worst to best. NaN for NaN. */
double gs_scale_at(const struct gs_scale *scale, double x);

/* The same for a loop, with `inverse` = 1 / (best - worst), a moderate number. */
static inline double gs_scale_part(double worst, double inverse, double x)
{
    double t = (x - worst) * inverse;
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

/* The quantity beyond both ends. */
static inline double gs_scale_end(const struct gs_scale *scale)
{
    return scale->worst > scale->best ? scale->worst : scale->best;
}

/* Reports equal ends, and ends so far apart that their difference overflows. */
enum gs_status gs_scale_check(struct gs_ctx *ctx, const struct gs_pos *pos,
                              const struct gs_scale *scale) GS_NODISCARD;

/* The two table entries, for a struct that holds `struct gs_scale scale`. */
#define GS_SCALE_PARAMS(owner)                                                                     \
    {.key = "worst",                                                                               \
     .type = GS_PARAM_QUANTITY,                                                                    \
     .unit = GS_UNIT_MEASURED,                                                                     \
     .help = "Quantity worth 0, as is everything beyond it",                                       \
     .offset = offsetof(owner, scale.worst),                                                       \
     .flags = GS_PARAM_REQUIRED},                                                                  \
    {                                                                                              \
        .key = "best", .type = GS_PARAM_QUANTITY, .unit = GS_UNIT_MEASURED,                        \
        .help = "Quantity worth 1, as is everything beyond it; above or below `worst`",            \
        .offset = offsetof(owner, scale.best), .flags = GS_PARAM_REQUIRED                          \
    }

#endif
