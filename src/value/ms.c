// SPDX-License-Identifier: Apache-2.0
/* MS small and MS large: curves set by a mean and a standard deviation. Both are given in the
 * study, not taken from the sites, so that a site's worth does not move because other sites
 * changed. */
#include "base/vector.h"
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct ms {
    double mean, stdev, mean_multiplier, stdev_multiplier;
};

static const struct gs_param params[] = {
    {.key = "mean",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Mean of the quantity, of a population of your choice",
     .offset = offsetof(struct ms, mean),
     .flags = GS_PARAM_REQUIRED},
    {.key = "stdev",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Standard deviation of the quantity in that population",
     .offset = offsetof(struct ms, stdev),
     .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN | GS_PARAM_DIFFERENCE},
    {.key = "mean_multiplier",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .fallback = "1",
     .help = "Factor on the mean: the curve starts at their product",
     .offset = offsetof(struct ms, mean_multiplier)},
    {.key = "stdev_multiplier",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .fallback = "1",
     .help = "Factor on the standard deviation: one half is reached that far beyond the start",
     .offset = offsetof(struct ms, stdev_multiplier),
     .flags = GS_PARAM_MIN_OPEN},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct ms *ms = p;
    double start = ms->mean_multiplier * ms->mean, scale = ms->stdev_multiplier * ms->stdev;
    if (!isfinite(start) || !isfinite(scale) || !(scale > 0))
        return gs_fail(ctx, GS_ESTUDY, pos, NULL,
                       "`mean` × `mean_multiplier` (%g) or `stdev` × `stdev_multiplier` (%g) is "
                       "beyond what can be computed with",
                       start, scale);
    return GS_OK;
}

static double small_worth(const void *p, double x)
{
    const struct ms *ms = p;
    double beyond = x - ms->mean_multiplier * ms->mean, scale = ms->stdev_multiplier * ms->stdev;
    if (beyond <= 0)
        return 1;
    return gs_worth_clamp(scale / (beyond + scale));
}

static double large_worth(const void *p, double x)
{
    const struct ms *ms = p;
    double beyond = x - ms->mean_multiplier * ms->mean, scale = ms->stdev_multiplier * ms->stdev;
    if (beyond <= 0)
        return 0;
    return gs_worth_clamp(1 - scale / (beyond + scale));
}

GS_VECTORISED
static void small_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct ms *ms = p;
    double start = ms->mean_multiplier * ms->mean, scale = ms->stdev_multiplier * ms->stdev;
    for (size_t i = 0; i < n; i++) {
        double beyond = (double)x[i] - start, rest = scale / (beyond + scale);
        out[i] = (float)(beyond <= 0 ? 1 : rest);
    }
}

GS_VECTORISED
static void large_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct ms *ms = p;
    double start = ms->mean_multiplier * ms->mean, scale = ms->stdev_multiplier * ms->stdev;
    for (size_t i = 0; i < n; i++) {
        double beyond = (double)x[i] - start, rest = scale / (beyond + scale);
        out[i] = (float)(beyond <= 0 ? 0 : 1 - rest);
    }
}

static bool constant_from(const void *p, double *x)
{
    const struct ms *ms = p;
    *x = ms->mean_multiplier * ms->mean + ms->stdev_multiplier * ms->stdev / GS_VALUE_CONSTANT;
    return isfinite(*x);
}

const struct gs_value gs_value_ms_small = {
    .name = "ms_small",
    .summary = "Small quantities are good: 1 up to the (scaled) mean, then falling as its "
               "(scaled) standard deviation says",
    .details = "With a = mean_multiplier × mean and b = stdev_multiplier × stdev: worth(x) = "
               "b / (x - a + b) for x > a, else 1. Source: the MS Small fuzzy membership function "
               "(Esri, ArcGIS Pro, Spatial Analyst, FuzzyMSSmall).",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct ms),
    .check = check,
    .worth = small_worth,
    .worths = small_worths,
    .constant_from = constant_from,
};

const struct gs_value gs_value_ms_large = {
    .name = "ms_large",
    .summary = "Large quantities are good: 0 up to the (scaled) mean, then rising as its "
               "(scaled) standard deviation says",
    .details = "With a = mean_multiplier × mean and b = stdev_multiplier × stdev: worth(x) = "
               "1 - b / (x - a + b) for x > a, else 0. Source: the MS Large fuzzy membership "
               "function (Esri, ArcGIS Pro, Spatial Analyst, FuzzyMSLarge).",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct ms),
    .check = check,
    .worth = large_worth,
    .worths = large_worths,
    .constant_from = constant_from,
};
