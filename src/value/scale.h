// SPDX-License-Identifier: Apache-2.0
/* What families of value functions share: the clamp, and the position of a quantity between the
 * value that is worth nothing and the one that is worth all. */
#ifndef GS_VALUE_SCALE_H
#define GS_VALUE_SCALE_H

#include "base/param.h"

/* 0 to 1; NaN stays NaN. */
static inline double gs_worth_clamp(double worth)
{
    return worth < 0 ? 0 : worth > 1 ? 1 : worth;
}

struct gs_scale {
    double worst, best; /* in either order */
};

/* (x - worst) / (best - worst), clamped to 0 to 1: exactly 0 at worst and beyond it, exactly 1 at
 * best and beyond it, never falling from worst to best. NaN for NaN. */
double gs_scale_at(const struct gs_scale *scale, double x);

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
