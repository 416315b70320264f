// SPDX-License-Identifier: Apache-2.0
#include "base/vector.h"
#include "value/scale.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

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

/* A sum of clamped lines, one a pair of points: with few points quicker than a search. Each cell's
 * sum is as exact as its double, and at and beyond the ends all of its terms are whole. */
enum { BLOCK = 256, MOST_SEGMENTS = 32 };

static bool are_moderate(const struct gs_points *points)
{
    for (size_t i = 1; i < points->n; i++)
        if (!gs_is_moderate(points->items[i][0] - points->items[i - 1][0]))
            return false;
    return points->n >= 2 && points->n <= MOST_SEGMENTS + 1;
}

GS_VECTORISED
static void worths(const void *p, const float *x, size_t n, float *out)
{
    const struct gs_points *points = &((const struct points *)p)->points;
    if (!are_moderate(points)) {
        gs_worths_singly(worth, p, x, n, out);
        return;
    }
    double sum[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        const float *row = x + start;
        memset(sum, 0, sizeof sum);
        for (size_t k = 1; k < points->n; k++) {
            const double *a = points->items[k - 1], *b = points->items[k];
            double from = a[0], inverse = 1 / (b[0] - a[0]), rise = b[1] - a[1];
            for (size_t i = 0; i < count; i++)
                sum[i] += rise * gs_scale_part(from, inverse, (double)row[i]);
        }
        double first = points->items[0][1];
        for (size_t i = 0; i < count; i++) {
            double y = first + sum[i];
            out[start + i] = (float)(y < 0 ? 0 : y > 1 ? 1 : y);
        }
    }
}

static bool constant_from(const void *p, double *x)
{
    const struct gs_points *points = &((const struct points *)p)->points;
    size_t last = points->n;
    if (last == 0)
        return false;
    for (last--; last > 0 && points->items[last - 1][1] == points->items[last][1];)
        last--;
    *x = last > 0 ? points->items[last][0] : -INFINITY;
    return true;
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
    .worths = worths,
    .constant_from = constant_from,
};
