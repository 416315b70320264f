// SPDX-License-Identifier: Apache-2.0
#include "value/scale.h"

#include <math.h>

double gs_scale_at(const struct gs_scale *scale, double x)
{
    return gs_worth_clamp((x - scale->worst) / (scale->best - scale->worst));
}

enum gs_status gs_scale_check(struct gs_ctx *ctx, const struct gs_pos *pos,
                              const struct gs_scale *scale)
{
    if (scale->worst == scale->best)
        return gs_fail(ctx, GS_ESTUDY, pos,
                       "give two different quantities, or use `type: step` for a jump",
                       "`worst` and `best` are the same (%g), so nothing lies between them",
                       scale->worst);
    if (!isfinite(scale->best - scale->worst))
        return gs_fail(ctx, GS_ESTUDY, pos, NULL,
                       "`worst` (%g) and `best` (%g) are too far apart to compute with",
                       scale->worst, scale->best);
    return GS_OK;
}
