// SPDX-License-Identifier: Apache-2.0
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct points {
    struct gs_points points;
};

static const struct gs_param params[] = {
    {.key = "points",
     .type = GS_PARAM_POINTS,
     .unit = GS_UNIT_MEASURED,
     .min = 0,
     .max = 1,
     .help = "Two or more pairs [quantity, worth], the quantities rising, each worth 0 to 1",
     .offset = offsetof(struct points, points),
     .flags = GS_PARAM_REQUIRED},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct gs_points *points = &((const struct points *)p)->points;
    if (points->n < 2)
        return gs_fail(ctx, GS_ESTUDY, pos, "such as `points: [[0, 0], [200, 0.7], [600, 1]]`",
                       "`points` has %zu pair%s, but needs at least two", points->n,
                       points->n == 1 ? "" : "s");
    for (size_t i = 1; i < points->n; i++) {
        double before = points->items[i - 1][0], x = points->items[i][0];
        if (!(x > before))
            return gs_fail(
                ctx, GS_ESTUDY, pos,
                x == before ? "for a jump use `type: step`, or two quantities close "
                              "together"
                            : "list the pairs by rising quantity",
                "`points` must rise in quantity, but pair %zu (%g) follows pair %zu (%g)", i + 1, x,
                i, before);
        if (!isfinite(x - before))
            return gs_fail(ctx, GS_ESTUDY, pos, NULL,
                           "the quantities %g and %g in `points` are too far apart to compute with",
                           before, x);
    }
    return GS_OK;
}

/* Between two points the rounded sum could pass the further end by its last bit: it is held between
 * them, so that the curve is continuous at every point and monotone wherever the points are. */
static double between(const double *a, const double *b, double x)
{
    double worth = a[1] + (b[1] - a[1]) * ((x - a[0]) / (b[0] - a[0]));
    double low = a[1] < b[1] ? a[1] : b[1], high = a[1] < b[1] ? b[1] : a[1];
    return worth < low ? low : worth > high ? high : worth;
}

static double worth(const void *p, double x)
{
    const struct gs_points *points = &((const struct points *)p)->points;
    if (isnan(x) || points->n == 0)
        return NAN;
    size_t low = 0, high = points->n - 1;
    if (x <= points->items[low][0])
        return gs_worth_clamp(points->items[low][1]);
    if (x >= points->items[high][0])
        return gs_worth_clamp(points->items[high][1]);
    while (high - low > 1) { /* items[low] <= x < items[high] */
        size_t middle = low + (high - low) / 2;
        if (x >= points->items[middle][0])
            low = middle;
        else
            high = middle;
    }
    return gs_worth_clamp(between(points->items[low], points->items[high], x));
}

const struct gs_value gs_value_points = {
    .name = "points",
    .summary = "Straight lines between given points, constant before the first and after the last",
    .details = "worth(x) = y[i] + (y[i+1] - y[i]) (x - x[i]) / (x[i+1] - x[i]) for "
               "x[i] <= x <= x[i+1]: a piecewise linear value function. Source: V. Belton and "
               "T. Stewart (2002), Multiple Criteria Decision Analysis, Kluwer, chapter 5.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct points),
    .check = check,
    .worth = worth,
};
