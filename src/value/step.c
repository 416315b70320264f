// SPDX-License-Identifier: Apache-2.0
#include "base/vector.h"
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct step {
    double threshold, below, above;
};

static const struct gs_param params[] = {
    {.key = "threshold",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Where the worth jumps; the threshold itself has the worth `above`",
     .offset = offsetof(struct step, threshold),
     .flags = GS_PARAM_REQUIRED},
    {.key = "below",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .min = 0,
     .max = 1,
     .fallback = "0",
     .help = "Worth below the threshold",
     .offset = offsetof(struct step, below)},
    {.key = "above",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .min = 0,
     .max = 1,
     .fallback = "1",
     .help = "Worth at the threshold and above it",
     .offset = offsetof(struct step, above)},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct step *step = p;
    if (step->below == step->above)
        return gs_fail(ctx, GS_ESTUDY, pos,
                       "give two different worths, such as `below: 1, above: 0`",
                       "`below` and `above` are both %g, so there is no step", step->below);
    return GS_OK;
}

static double worth(const void *p, double x)
{
    const struct step *step = p;
    if (isnan(x))
        return NAN;
    return gs_worth_clamp(x >= step->threshold ? step->above : step->below);
}

GS_VECTORISED
static void worths(const void *p, const float *x, size_t n, float *out)
{
    const struct step *step = p;
    double threshold = step->threshold;
    float below = (float)step->below, above = (float)step->above;
    for (size_t i = 0; i < n; i++) {
        float side = (double)x[i] >= threshold ? above : below;
        out[i] = isnan(x[i]) ? NAN : side;
    }
}

static bool constant_from(const void *p, double *x)
{
    *x = ((const struct step *)p)->threshold;
    return true;
}

const struct gs_value gs_value_step = {
    .name = "step",
    .summary = "One worth below a threshold, another from it on",
    .details = "worth(x) = below for x < threshold, above for x >= threshold. Where more than one "
               "jump is wanted, or a slope in place of it, use `points`.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct step),
    .check = check,
    .worth = worth,
    .worths = worths,
    .constant_from = constant_from,
};
