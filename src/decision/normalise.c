// SPDX-License-Identifier: Apache-2.0
#include "decision/normalise.h"

#include "kernel/sum.h"

#include <math.h>

const char *const gs_normalise_names[] = {"default", "none",   "minmax", "max",
                                          "sum",     "vector", NULL};

const char *gs_normalise_name(enum gs_normalise how)
{
    return gs_normalise_names[how];
}

bool gs_normalise_turns(enum gs_normalise how)
{
    return how == GS_NORMALISE_MINMAX || how == GS_NORMALISE_MAX || how == GS_NORMALISE_SUM;
}

enum gs_normalise gs_normalise_of(const struct gs_criterion *criterion,
                                  const struct gs_method_choice *choice)
{
    if (choice->method->flags & GS_METHOD_PREFERENCES)
        return GS_NORMALISE_NONE;
    if (criterion->normalise)
        return (enum gs_normalise)criterion->normalise;
    return choice->normalise ? (enum gs_normalise)choice->normalise : choice->method->normalise;
}

struct range {
    double least, most;
};

static struct range find_range(const double *x, size_t n)
{
    struct range range = {INFINITY, -INFINITY};
    for (size_t i = 0; i < n; i++) {
        range.least = x[i] < range.least ? x[i] : range.least;
        range.most = x[i] > range.most ? x[i] : range.most;
    }
    return range;
}

static void minmax(const struct range *range, bool lower, const double *x, size_t n, double *out)
{
    /* Halves, so that the width of any two doubles is one. */
    double width = range->most / 2 - range->least / 2;
    for (size_t i = 0; i < n; i++) {
        double above = lower ? range->most / 2 - x[i] / 2 : x[i] / 2 - range->least / 2;
        out[i] = width > 0 ? above / width : 1;
    }
}

/* Ratios have a meaning for numbers of one sign only. */
static enum gs_status check_ratio(struct gs_ctx *ctx, const struct gs_pos *pos, const char *id,
                                  enum gs_normalise how, bool lower, const struct range *range)
{
    if (lower ? range->least > 0 : range->least >= 0 && range->most > 0)
        return GS_OK;
    return gs_fail(ctx, GS_EDATA, pos, "use `normalise: minmax`, or a value function",
                   "`%s`: `normalise: %s` needs numbers %s, but a site has %.9g", id,
                   gs_normalise_name(how), lower ? "above 0" : "of at least 0, one above it",
                   range->least);
}

static void by_sum(bool lower, const double *x, size_t n, double *out)
{
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t i = 0; i < n; i++)
        gs_sum_add(&sum, lower ? 1 / x[i] : x[i]);
    double total = gs_sum_value(&sum);
    for (size_t i = 0; i < n; i++)
        out[i] = (lower ? 1 / x[i] : x[i]) / total;
}

static enum gs_status by_length(struct gs_ctx *ctx, const struct gs_pos *pos, const char *id,
                                const struct range *range, const double *x, size_t n, double *out)
{
    double largest = fmax(fabs(range->least), fabs(range->most));
    if (!(largest > 0))
        return gs_fail(ctx, GS_EDATA, pos, "leave the criterion out, or use a value function",
                       "`%s`: `normalise: vector` cannot scale it, for all sites have 0", id);
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t i = 0; i < n; i++)
        gs_sum_add_product(&sum, x[i] / largest, x[i] / largest);
    double length = sqrt(gs_sum_value(&sum));
    for (size_t i = 0; i < n; i++)
        out[i] = x[i] / largest / length;
    return GS_OK;
}

enum gs_status gs_normalise_values(struct gs_ctx *ctx, const struct gs_pos *pos, const char *id,
                                   enum gs_normalise how, bool lower, const double *x, size_t n,
                                   double *out)
{
    struct range range = find_range(x, n);
    enum gs_status status = GS_OK;
    switch (how) {
    case GS_NORMALISE_DEFAULT:
    case GS_NORMALISE_NONE:
        for (size_t i = 0; i < n; i++)
            out[i] = x[i];
        break;
    case GS_NORMALISE_MINMAX:
        minmax(&range, lower, x, n, out);
        break;
    case GS_NORMALISE_MAX:
        status = check_ratio(ctx, pos, id, how, lower, &range);
        for (size_t i = 0; i < n && !status; i++)
            out[i] = lower ? range.least / x[i] : x[i] / range.most;
        break;
    case GS_NORMALISE_SUM:
        status = check_ratio(ctx, pos, id, how, lower, &range);
        if (!status)
            by_sum(lower, x, n, out);
        break;
    case GS_NORMALISE_VECTOR:
        status = by_length(ctx, pos, id, &range, x, n, out);
        break;
    }
    return status;
}
