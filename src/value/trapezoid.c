// SPDX-License-Identifier: Apache-2.0
#include "base/vector.h"
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct trapezoid {
    double low, low_full, high_full, high;
};

static const struct gs_param params[] = {
    {.key = "low",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Quantity up to which the worth is 0",
     .offset = offsetof(struct trapezoid, low),
     .flags = GS_PARAM_REQUIRED},
    {.key = "low_full",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Quantity from which the worth is 1; equal to `low` for a sharp edge",
     .offset = offsetof(struct trapezoid, low_full),
     .flags = GS_PARAM_REQUIRED},
    {.key = "high_full",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Quantity up to which the worth is 1",
     .offset = offsetof(struct trapezoid, high_full),
     .flags = GS_PARAM_REQUIRED},
    {.key = "high",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Quantity from which the worth is 0 again; equal to `high_full` for a sharp edge",
     .offset = offsetof(struct trapezoid, high),
     .flags = GS_PARAM_REQUIRED},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct trapezoid *t = p;
    if (!(t->low <= t->low_full && t->low_full <= t->high_full && t->high_full <= t->high))
        return gs_fail(ctx, GS_ESTUDY, pos, "the order is low <= low_full <= high_full <= high",
                       "the corners of the trapezoid do not rise: `low` %g, `low_full` %g, "
                       "`high_full` %g, `high` %g",
                       t->low, t->low_full, t->high_full, t->high);
    if (t->low == t->high)
        return gs_fail(ctx, GS_ESTUDY, pos, NULL,
                       "the corners of the trapezoid are all %g, so no quantity lies inside",
                       t->low);
    if (!isfinite(t->low_full - t->low) || !isfinite(t->high - t->high_full))
        return gs_fail(ctx, GS_ESTUDY, pos, NULL,
                       "the corners of the trapezoid are too far apart to compute with");
    return GS_OK;
}

static double worth(const void *p, double x)
{
    const struct trapezoid *t = p;
    if (isnan(x))
        return NAN;
    if (x < t->low || x > t->high)
        return 0;
    if (x < t->low_full)
        return gs_worth_clamp((x - t->low) / (t->low_full - t->low));
    if (x > t->high_full)
        return gs_worth_clamp((t->high - x) / (t->high - t->high_full));
    return 1;
}

/* 1 / width of a flank; of a sharp edge 0, which no x is within. */
static bool flank(double width, double *inverse)
{
    *inverse = width > 0 ? 1 / width : 0;
    return width == 0 || gs_is_moderate(width);
}

GS_VECTORISED
static void worths(const void *p, const float *x, size_t n, float *out)
{
    const struct trapezoid t = *(const struct trapezoid *)p;
    double rise, fall;
    if (!flank(t.low_full - t.low, &rise) || !flank(t.high - t.high_full, &fall)) {
        gs_worths_singly(worth, p, x, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double at = (double)x[i];
        double left = at < t.low ? 0 : at < t.low_full ? (at - t.low) * rise : 1;
        double right = at > t.high ? 0 : at > t.high_full ? (t.high - at) * fall : 1;
        out[i] = isnan(x[i]) ? NAN : (float)(left < right ? left : right);
    }
}

/* `high` itself is still full where the edge is sharp. */
static bool constant_from(const void *p, double *x)
{
    const struct trapezoid *t = p;
    *x = t->high > t->high_full ? t->high : nextafter(t->high, INFINITY);
    return true;
}

const struct gs_value gs_value_trapezoid = {
    .name = "trapezoid",
    .summary = "1 on a plateau, falling evenly to 0 on both sides",
    .details = "worth(x) = 0 outside [low, high], 1 on [low_full, high_full], linear between: the "
               "trapezoidal membership function of fuzzy sets.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct trapezoid),
    .check = check,
    .worth = worth,
    .worths = worths,
    .constant_from = constant_from,
};
