// SPDX-License-Identifier: Apache-2.0
/* Small and large: S-shaped curves for quantities that cannot be negative. */
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct sigmoid {
    double midpoint, spread;
};

static const struct gs_param params[] = {
    {.key = "midpoint",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Quantity worth one half",
     .offset = offsetof(struct sigmoid, midpoint),
     .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN},
    {.key = "spread",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .fallback = "5",
     .help = "Exponent: the larger, the steeper at the midpoint; 1 to 10 is usual",
     .offset = offsetof(struct sigmoid, spread),
     .flags = GS_PARAM_MIN_OPEN},
};

/* The bounds of the table say all: there is nothing to check of one parameter against another. */
static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    (void)ctx, (void)pos, (void)p;
    return GS_OK;
}

static double small_worth(const void *p, double x)
{
    const struct sigmoid *sigmoid = p;
    if (x <= 0) /* a power of a negative number is undefined; the limit at 0 goes on */
        return 1;
    return gs_worth_clamp(1 / (1 + pow(x / sigmoid->midpoint, sigmoid->spread)));
}

static double large_worth(const void *p, double x)
{
    const struct sigmoid *sigmoid = p;
    if (x <= 0)
        return 0;
    return gs_worth_clamp(1 / (1 + pow(x / sigmoid->midpoint, -sigmoid->spread)));
}

const struct gs_value gs_value_small = {
    .name = "small",
    .summary = "Small quantities are good: falls from 1 at zero through one half at `midpoint`",
    .details = "worth(x) = 1 / (1 + (x / midpoint)^spread); 1 for x <= 0. Source: the Small fuzzy "
               "membership function (Esri, ArcGIS Pro, Spatial Analyst, FuzzySmall).",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct sigmoid),
    .check = check,
    .worth = small_worth,
};

const struct gs_value gs_value_large = {
    .name = "large",
    .summary = "Large quantities are good: rises from 0 at zero through one half at `midpoint`",
    .details = "worth(x) = 1 / (1 + (x / midpoint)^-spread); 0 for x <= 0. Source: the Large fuzzy "
               "membership function (Esri, ArcGIS Pro, Spatial Analyst, FuzzyLarge).",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct sigmoid),
    .check = check,
    .worth = large_worth,
};
