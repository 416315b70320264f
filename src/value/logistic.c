// SPDX-License-Identifier: Apache-2.0
#include "base/vector.h"
#include "kernel/exp_log.h"
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct logistic {
    double midpoint, steepness;
};

static const struct gs_param params[] = {
    {.key = "midpoint",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Quantity worth one half",
     .offset = offsetof(struct logistic, midpoint),
     .flags = GS_PARAM_REQUIRED},
    {.key = "steepness",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .help = "Steepness k per unit of the measured quantity: the slope at the midpoint is k / 4; a "
             "negative one falls",
     .offset = offsetof(struct logistic, steepness),
     .flags = GS_PARAM_REQUIRED},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct logistic *logistic = p;
    if (logistic->steepness == 0)
        return gs_fail(ctx, GS_ESTUDY, pos,
                       "a positive steepness rises, a negative one falls; at 4.6 / steepness "
                       "beyond the midpoint the worth is 0.99",
                       "`steepness` is 0, so every quantity would be worth one half");
    return GS_OK;
}

static double worth(const void *p, double x)
{
    const struct logistic *logistic = p;
    return gs_worth_clamp(1 / (1 + exp(-logistic->steepness * (x - logistic->midpoint))));
}

GS_VECTORISED
static void worths(const void *p, const float *x, size_t n, float *out)
{
    const struct logistic *logistic = p;
    double midpoint = logistic->midpoint, rate = -logistic->steepness * GS_LOG2_E;
    if (!gs_is_moderate(rate)) {
        gs_worths_singly(worth, p, x, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = (float)(1 / (1 + gs_exp2(rate * ((double)x[i] - midpoint))));
}

/* Beyond the midpoint the rest to 0 or 1 is below e^-(steepness × distance). */
static bool constant_from(const void *p, double *x)
{
    const struct logistic *logistic = p;
    double reach = -log(GS_VALUE_CONSTANT) / fabs(logistic->steepness);
    *x = nextafter(logistic->midpoint + reach, INFINITY);
    return isfinite(*x);
}

const struct gs_value gs_value_logistic = {
    .name = "logistic",
    .summary = "An S-shaped curve through one half at `midpoint`",
    .details =
        "worth(x) = 1 / (1 + exp(-steepness (x - midpoint))). Source: P.-F. Verhulst (1845), "
        "Recherches mathématiques sur la loi d'accroissement de la population; as "
        "LogisticGrowth and LogisticDecay among Esri's transformation functions (ArcGIS Pro, "
        "Spatial Analyst, Rescale by Function).",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct logistic),
    .check = check,
    .worth = worth,
    .worths = worths,
    .constant_from = constant_from,
};
