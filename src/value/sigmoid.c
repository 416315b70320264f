// SPDX-License-Identifier: Apache-2.0
/* Small and large: S-shaped curves for quantities that cannot be negative. */
#include "base/vector.h"
#include "kernel/exp_log.h"
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

/* small with a spread above 0, large with one below: 1 / (1 + (x / midpoint)^spread), `at_zero` for
 * x <= 0. */
GS_VECTORISED
static void rows(double midpoint, double spread, double at_zero, const float *x, size_t n,
                 float *out)
{
    double inverse = 1 / midpoint;
    for (size_t i = 0; i < n; i++) {
        double ratio = (double)x[i] * inverse;
        double log = ratio < INFINITY ? gs_log2(ratio) : ratio; /* infinite or NaN, as it is */
        double worth = 1 / (1 + gs_exp2(spread * log));
        out[i] = (float)(ratio <= 0 ? at_zero : worth);
    }
}

static bool is_moderate(const struct sigmoid *sigmoid)
{
    return gs_is_moderate(sigmoid->midpoint) && gs_is_gentle(sigmoid->spread);
}

static void small_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct sigmoid *sigmoid = p;
    if (is_moderate(sigmoid))
        rows(sigmoid->midpoint, sigmoid->spread, 1, x, n, out);
    else
        gs_worths_singly(small_worth, p, x, n, out);
}

static void large_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct sigmoid *sigmoid = p;
    if (is_moderate(sigmoid))
        rows(sigmoid->midpoint, -sigmoid->spread, 0, x, n, out);
    else
        gs_worths_singly(large_worth, p, x, n, out);
}

/* Of both: where (x / midpoint)^spread is as large as the rest to 0 or 1 is small. */
static bool constant_from(const void *p, double *x)
{
    const struct sigmoid *sigmoid = p;
    *x = sigmoid->midpoint * pow(GS_VALUE_CONSTANT, -1 / sigmoid->spread);
    return isfinite(*x);
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
    .worths = small_worths,
    .constant_from = constant_from,
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
    .worths = large_worths,
    .constant_from = constant_from,
};
