// SPDX-License-Identifier: Apache-2.0
/* Bent curves from worst to best: exponential, logarithm, power, all of t = position between the
 * two, clamped. */
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct growth {
    struct gs_scale scale;
    double bend; /* rate or exponent */
};

static const struct gs_param exponential_params[] = {
    GS_SCALE_PARAMS(struct growth),
    {.key = "rate",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .help = "Bend: above 0 the worth rises mostly near `best`, below 0 mostly near `worst`",
     .offset = offsetof(struct growth, bend),
     .flags = GS_PARAM_REQUIRED},
};

static const struct gs_param logarithm_params[] = {
    GS_SCALE_PARAMS(struct growth),
    {.key = "rate",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .help = "Bend: the larger, the more of the rise comes near `worst`",
     .offset = offsetof(struct growth, bend),
     .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN},
};

static const struct gs_param power_params[] = {
    GS_SCALE_PARAMS(struct growth),
    {.key = "exponent",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .help = "Exponent: above 1 the worth rises mostly near `best`, below 1 mostly near `worst`",
     .offset = offsetof(struct growth, bend),
     .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct growth *growth = p;
    return gs_scale_check(ctx, pos, &growth->scale);
}

static enum gs_status exponential_check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct growth *growth = p;
    if (growth->bend == 0)
        return gs_fail(ctx, GS_ESTUDY, pos, "use `type: linear` for a straight line",
                       "`rate` is 0, which has no exponential curve");
    return check(ctx, pos, p);
}

static double exponential_worth(const void *p, double x)
{
    const struct growth *growth = p;
    double t = gs_scale_at(&growth->scale, x), r = growth->bend;
    if (r > 0) /* numerator and denominator times e^-r, so that neither overflows */
        return gs_worth_clamp(exp(r * (t - 1)) * (expm1(-r * t) / expm1(-r)));
    return gs_worth_clamp(expm1(r * t) / expm1(r));
}

static double logarithm_worth(const void *p, double x)
{
    const struct growth *growth = p;
    double t = gs_scale_at(&growth->scale, x), r = growth->bend;
    return gs_worth_clamp(log1p(r * t) / log1p(r));
}

static double power_worth(const void *p, double x)
{
    const struct growth *growth = p;
    return gs_worth_clamp(pow(gs_scale_at(&growth->scale, x), growth->bend));
}

#define SOURCE                                                                                     \
    "Source: the transformation functions of Esri's Rescale by Function (ArcGIS Pro, Spatial "     \
    "Analyst, Formulas for the transformation functions), scaled to 0 at `worst` and 1 at `best`."

const struct gs_value gs_value_exponential = {
    .name = "exponential",
    .summary = "Rises from `worst` to `best`, ever faster, or with a negative rate ever slower",
    .details = "With t = (x - worst) / (best - worst), clamped to 0..1: worth(x) = "
               "(e^(rate t) - 1) / (e^rate - 1). " SOURCE,
    .params = exponential_params,
    .n_params = sizeof exponential_params / sizeof *exponential_params,
    .params_size = sizeof(struct growth),
    .check = exponential_check,
    .worth = exponential_worth,
};

const struct gs_value gs_value_logarithm = {
    .name = "logarithm",
    .summary = "Rises from `worst` to `best`, fast at first, then ever slower",
    .details = "With t = (x - worst) / (best - worst), clamped to 0..1: worth(x) = "
               "ln(1 + rate t) / ln(1 + rate). " SOURCE,
    .params = logarithm_params,
    .n_params = sizeof logarithm_params / sizeof *logarithm_params,
    .params_size = sizeof(struct growth),
    .check = check,
    .worth = logarithm_worth,
};

const struct gs_value gs_value_power = {
    .name = "power",
    .summary = "Rises from `worst` to `best` as a power of the way between them",
    .details =
        "With t = (x - worst) / (best - worst), clamped to 0..1: worth(x) = t^exponent. " SOURCE,
    .params = power_params,
    .n_params = sizeof power_params / sizeof *power_params,
    .params_size = sizeof(struct growth),
    .check = check,
    .worth = power_worth,
};
