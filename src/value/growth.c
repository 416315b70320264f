// SPDX-License-Identifier: Apache-2.0
/* Bent curves from worst to best: exponential, logarithm, power, all of t = position between the
 * two, clamped. */
#include "base/vector.h"
#include "kernel/exp_log.h"
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

/* -- rows -------------------------------------------------------------------------------------- */

/* (e^(r t) - 1) / (e^r - 1) as a (2^(rate t + shift) - b), or for a small r, where that would be a
 * difference of equals, by its series. */
struct bent {
    double rate, shift, below, factor;
};

GS_VECTORISED
static void bent_rows(double worst, double inverse, const struct bent *bent, const float *x,
                      size_t n, float *out)
{
    double rate = bent->rate, shift = bent->shift, below = bent->below, factor = bent->factor;
    for (size_t i = 0; i < n; i++) {
        double t = gs_scale_part(worst, inverse, (double)x[i]);
        double y = (gs_exp2(rate * t + shift) - below) * factor;
        out[i] = (float)(y < 0 ? 0 : y > 1 ? 1 : y);
    }
}

/* t (1 + r t / 2 + r² t² / 6) / (1 + r / 2 + r² / 6). */
GS_VECTORISED
static void nearly_straight_rows(double worst, double inverse, double r, const float *x, size_t n,
                                 float *out)
{
    double whole = 1 / (1 + r / 2 + r * r / 6);
    for (size_t i = 0; i < n; i++) {
        double t = gs_scale_part(worst, inverse, (double)x[i]), u = r * t;
        double y = t * (1 + u / 2 + u * u / 6) * whole;
        out[i] = (float)(y > 1 ? 1 : y);
    }
}

static void exponential_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct growth *growth = p;
    double worst = growth->scale.worst, inverse = 1 / (growth->scale.best - worst);
    double r = growth->bend;
    struct bent rising = {r * GS_LOG2_E, -r * GS_LOG2_E, exp(-r), -1 / expm1(-r)};
    struct bent falling = {r * GS_LOG2_E, 0, 1, 1 / expm1(r)};
    if (!gs_is_moderate(inverse) || !gs_is_gentle(r))
        gs_worths_singly(exponential_worth, p, x, n, out);
    else if (fabs(r) < 0.01)
        nearly_straight_rows(worst, inverse, r, x, n, out);
    else
        bent_rows(worst, inverse, r > 0 ? &rising : &falling, x, n, out);
}

GS_VECTORISED
static void logarithm_rows(double worst, double inverse, double r, const float *x, size_t n,
                           float *out)
{
    double whole = 1 / gs_log2(1 + r);
    for (size_t i = 0; i < n; i++) {
        double t = gs_scale_part(worst, inverse, (double)x[i]);
        double y = gs_log2(1 + r * t) * whole;
        y = y < 0 ? 0 : y > 1 ? 1 : y;
        out[i] = isnan(x[i]) ? NAN : (float)y;
    }
}

static void logarithm_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct growth *growth = p;
    double worst = growth->scale.worst, inverse = 1 / (growth->scale.best - worst);
    double r = growth->bend;
    if (!gs_is_moderate(inverse) || !gs_is_gentle(r) || r < 1e-6) /* 1 + r t has no digits left */
        gs_worths_singly(logarithm_worth, p, x, n, out);
    else
        logarithm_rows(worst, inverse, r, x, n, out);
}

GS_VECTORISED
static void power_rows(double worst, double inverse, double exponent, const float *x, size_t n,
                       float *out)
{
    for (size_t i = 0; i < n; i++) {
        double t = gs_scale_part(worst, inverse, (double)x[i]);
        double y = gs_exp2(exponent * gs_log2(t));
        y = t > 0 ? y : t; /* 0, or NaN */
        out[i] = (float)(y > 1 ? 1 : y);
    }
}

static void power_worths(const void *p, const float *x, size_t n, float *out)
{
    const struct growth *growth = p;
    double worst = growth->scale.worst, inverse = 1 / (growth->scale.best - worst);
    if (!gs_is_moderate(inverse) || !gs_is_gentle(growth->bend))
        gs_worths_singly(power_worth, p, x, n, out);
    else
        power_rows(worst, inverse, growth->bend, x, n, out);
}

static bool constant_from(const void *p, double *x)
{
    *x = gs_scale_end(&((const struct growth *)p)->scale);
    return true;
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
    .worths = exponential_worths,
    .constant_from = constant_from,
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
    .worths = logarithm_worths,
    .constant_from = constant_from,
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
    .worths = power_worths,
    .constant_from = constant_from,
};
