// SPDX-License-Identifier: Apache-2.0
/* Two bells round a midpoint: gaussian, with thin tails, and near, with heavy ones. */
#include "base/vector.h"
#include "kernel/exp_log.h"
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct bell {
    double midpoint, width;
};

#define MIDPOINT                                                                                   \
    {                                                                                              \
        .key = "midpoint", .type = GS_PARAM_QUANTITY, .unit = GS_UNIT_MEASURED,                    \
        .help = "Quantity worth 1", .offset = offsetof(struct bell, midpoint),                     \
        .flags = GS_PARAM_REQUIRED                                                                 \
    }

static const struct gs_param gaussian_params[] = {
    MIDPOINT,
    {.key = "sigma",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Standard deviation of the bell: this far from the midpoint the worth is 0.61",
     .offset = offsetof(struct bell, width),
     .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN | GS_PARAM_DIFFERENCE},
};

static const struct gs_param near_params[] = {
    MIDPOINT,
    {.key = "width",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Distance from the midpoint at which the worth is one half",
     .offset = offsetof(struct bell, width),
     .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN | GS_PARAM_DIFFERENCE},
};

/* The bounds of the table say all: there is nothing to check of one parameter against another. */
static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    (void)ctx, (void)pos, (void)p;
    return GS_OK;
}

static double gaussian_worth(const void *p, double x)
{
    const struct bell *bell = p;
    double z = (x - bell->midpoint) / bell->width;
    return gs_worth_clamp(exp(-0.5 * z * z));
}

static double near_worth(const void *p, double x)
{
    const struct bell *bell = p;
    double z = (x - bell->midpoint) / bell->width;
    return gs_worth_clamp(1 / (1 + z * z));
}

GS_VECTORISED
static void gaussian_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct bell *bell = p;
    double midpoint = bell->midpoint, inverse = 1 / bell->width;
    if (!gs_is_moderate(inverse)) {
        gs_worths_singly(gaussian_worth, p, x, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double z = ((double)x[i] - midpoint) * inverse;
        out[i] = (float)gs_exp2(-0.5 * GS_LOG2_E * z * z);
    }
}

GS_VECTORISED
static void near_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct bell *bell = p;
    double midpoint = bell->midpoint, inverse = 1 / bell->width;
    if (!gs_is_moderate(inverse)) {
        gs_worths_singly(near_worth, p, x, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double z = ((double)x[i] - midpoint) * inverse;
        out[i] = (float)(1 / (1 + z * z));
    }
}

static bool gaussian_constant_from(const void *p, double *x)
{
    const struct bell *bell = p;
    *x = nextafter(bell->midpoint + bell->width * sqrt(-2 * log(GS_VALUE_CONSTANT)), INFINITY);
    return isfinite(*x);
}

static bool near_constant_from(const void *p, double *x)
{
    const struct bell *bell = p;
    *x = nextafter(bell->midpoint + bell->width / sqrt(GS_VALUE_CONSTANT), INFINITY);
    return isfinite(*x);
}

const struct gs_value gs_value_gaussian = {
    .name = "gaussian",
    .summary = "A normal bell: 1 at `midpoint`, falling to both sides",
    .details = "worth(x) = exp(-((x - midpoint) / sigma)^2 / 2). Source: the Gaussian fuzzy "
               "membership function (Esri, ArcGIS Pro, Spatial Analyst, FuzzyGaussian), whose "
               "spread f1 in exp(-f1 (x - f2)^2) is 1 / (2 sigma^2).",
    .params = gaussian_params,
    .n_params = sizeof gaussian_params / sizeof *gaussian_params,
    .params_size = sizeof(struct bell),
    .check = check,
    .worth = gaussian_worth,
    .worths = gaussian_worths,
    .constant_from = gaussian_constant_from,
};

const struct gs_value gs_value_near = {
    .name = "near",
    .summary = "A bell with long tails: 1 at `midpoint`, one half at `width` from it",
    .details = "worth(x) = 1 / (1 + ((x - midpoint) / width)^2). Source: the Near fuzzy membership "
               "function (Esri, ArcGIS Pro, Spatial Analyst, FuzzyNear), whose spread f1 in "
               "1 / (1 + f1 (x - f2)^2) is 1 / width^2.",
    .params = near_params,
    .n_params = sizeof near_params / sizeof *near_params,
    .params_size = sizeof(struct bell),
    .check = check,
    .worth = near_worth,
    .worths = near_worths,
    .constant_from = near_constant_from,
};
