// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/mem.h"
#include "decision/gaussian_sums.h"

#include <math.h>
#include <stdlib.h>

/* A value and its site, better ones later. */
struct item {
    double value;
    size_t site;
};

static int compare(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->site > y->site) - (x->site < y->site);
}

/* Prefix sums as unevaluated pairs high + low, so that differences of them lose nothing. */
struct prefix {
    double high, low;
};

static struct prefix plus(struct prefix sum, double x)
{
    double high = sum.high + x, part = high - sum.high;
    sum.low += (sum.high - (high - part)) + (x - part);
    return (struct prefix){high, sum.low};
}

static double between(const struct prefix *prefix, size_t from, size_t to)
{
    return (prefix[to].high - prefix[from].high) + (prefix[to].low - prefix[from].low);
}

struct shape {
    int type;
    double q, p; /* thresholds, sigma being p of the gaussian */
};

static struct shape shape_of(const struct gs_decision_table *table, size_t c)
{
    if (!table->preferences)
        return (struct shape){.type = GS_PREFERENCE_USUAL};
    const struct gs_preference *given = &table->preferences[c];
    struct shape shape = {given->type, given->indifference, given->preference};
    if (given->type == GS_PREFERENCE_USUAL)
        shape.q = shape.p = 0;
    if (given->type == GS_PREFERENCE_U_SHAPE)
        shape.p = shape.q;
    if (given->type == GS_PREFERENCE_V_SHAPE)
        shape.q = 0;
    if (given->type == GS_PREFERENCE_GAUSSIAN)
        shape.p = given->sigma;
    return shape;
}

/* How strongly a site with this value beats those before it: Σ P(d), where the first `n_beyond_p`
 * are more than p below it and the first `n_beyond_q` more than q. */
static double sum_before(const struct shape *shape, const struct prefix *prefix, size_t n_beyond_p,
                         size_t n_beyond_q, double value)
{
    double full = (double)n_beyond_p, some = (double)(n_beyond_q - n_beyond_p);
    switch ((enum gs_preference_type)shape->type) {
    case GS_PREFERENCE_LEVEL:
        return full + some / 2;
    case GS_PREFERENCE_V_SHAPE:
    case GS_PREFERENCE_LINEAR:
        if (n_beyond_p == n_beyond_q)
            return full;
        return full + (some * (value - shape->q) - between(prefix, n_beyond_p, n_beyond_q)) /
                          (shape->p - shape->q);
    default:
        return full;
    }
}

/* Σ P over those before each site: 1 - exp(-d²/2) of each; ties have d = 0. */
static enum gs_status add_gaussian(struct gs_ctx *ctx, const struct shape *shape, double weight,
                                   const struct item *items, size_t n, double *flow)
{
    double *z = GS_ARRAY(ctx, double, n), *sums = GS_ARRAY(ctx, double, n);
    enum gs_status status = z && sums ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < n && !status; i++)
        z[i] = (items[i].value - items[0].value) / shape->p;
    if (!status)
        gs_gaussian_sums(z, n, sums);
    double last = 0;
    for (size_t i = 0; i < n && !status; i++) {
        bool same = i > 0 && items[i].value == items[i - 1].value;
        last = same ? last : (double)i - sums[i];
        flow[items[i].site] += weight * last;
    }
    gs_free(z);
    gs_free(sums);
    return status;
}

/* Adds weight × Σ P to `positive` of each site, in O(n log n). Called with values
 * turned round it gives the negative flows. */
static enum gs_status add_flows(struct gs_ctx *ctx, const struct shape *shape, double weight,
                                struct item *items, size_t n, struct prefix *prefix, double *flow)
{
    qsort(items, n, sizeof *items, compare);
    if (shape->type == GS_PREFERENCE_GAUSSIAN)
        return add_gaussian(ctx, shape, weight, items, n, flow);
    prefix[0] = (struct prefix){0, 0};
    for (size_t i = 0; i < n; i++)
        prefix[i + 1] = plus(prefix[i], items[i].value);
    size_t beyond_p = 0, beyond_q = 0;
    for (size_t i = 0; i < n; i++) {
        while (beyond_p < i && items[i].value - items[beyond_p].value > shape->p)
            beyond_p++;
        while (beyond_q < i && items[i].value - items[beyond_q].value > shape->q)
            beyond_q++;
        flow[items[i].site] +=
            weight * sum_before(shape, prefix, beyond_p, beyond_q, items[i].value);
    }
    return GS_OK;
}

static enum gs_status add_criterion(struct gs_ctx *ctx, const struct gs_decision_table *table,
                                    size_t c, double weight, struct item *items,
                                    struct prefix *prefix, double *positive, double *negative)
{
    size_t n = table->n_sites;
    struct shape shape = shape_of(table, c);
    double sign = gs_table_is_lower(table, c) ? -1 : 1;
    for (size_t s = 0; s < n; s++)
        items[s] = (struct item){sign * table->values[c][s], s};
    enum gs_status status = add_flows(ctx, &shape, weight, items, n, prefix, positive);
    for (size_t s = 0; s < n; s++)
        items[s] = (struct item){-sign * table->values[c][s], s};
    return status ? status : add_flows(ctx, &shape, weight, items, n, prefix, negative);
}

enum { PLUS, MINUS };
static const struct gs_figure figures[] = {
    {"promethee_plus", "Positive flow",
     "PROMETHEE: how strongly it is preferred to others, 0 to 1"},
    {"promethee_minus", "Negative flow", "PROMETHEE: how strongly others are preferred, 0 to 1"},
};

/* Takes away the rounding by which sites that draw level would differ. */
static double settle(double flow)
{
    return round(flow * 1e12) / 1e12;
}

static enum gs_status score(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *p, struct gs_scores *out)
{
    (void)p;
    size_t n = table->n_sites;
    enum gs_status status = gs_table_check(ctx, table);
    if (status)
        return status;
    struct item *items = GS_ARRAY(ctx, struct item, n);
    struct prefix *prefix = GS_ARRAY(ctx, struct prefix, n + 1);
    double *positive = GS_ARRAY_ZERO(ctx, double, n), *negative = GS_ARRAY_ZERO(ctx, double, n);
    if (!items || !prefix || !positive || !negative)
        status = GS_ENOMEM;
    double total = 0;
    for (size_t c = 0; c < table->n_criteria; c++)
        total += table->weights[c];
    for (size_t c = 0; c < table->n_criteria && !status && n > 1; c++)
        status = add_criterion(ctx, table, c, table->weights[c] / total / ((double)n - 1), items,
                               prefix, positive, negative);
    for (size_t s = 0; s < n && !status; s++) {
        double plus_flow = settle(positive[s]), minus_flow = settle(negative[s]);
        double net = plus_flow - minus_flow;
        out->method_index[s] = net;
        out->score[s] = (net + 1) / 2;
        if (out->figures) {
            out->figures[PLUS][s] = plus_flow;
            out->figures[MINUS][s] = minus_flow;
        }
        for (size_t c = 0; c < table->n_criteria; c++)
            out->parts[c][s] = NAN; /* flows tell of pairs of sites, not of worths */
    }
    gs_free(items);
    gs_free(prefix);
    gs_free(positive);
    gs_free(negative);
    return status;
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *params)
{
    (void)ctx, (void)pos, (void)params; /* it has no parameters */
    return GS_OK;
}

const struct gs_method gs_method_promethee2 = {
    .name = "promethee2",
    .summary = "Outranking: how strongly each site is preferred to the others, less how strongly "
               "they are to it",
    .details =
        "P(d) of a difference d > 0 is for usual 1; u_shape 1 above q; v_shape d / p up to 1; "
        "level 1/2 above q, 1 above p; linear (d - q) / (p - q) between q and p; gaussian 1 - "
        "exp(-d²/2 sigma²), with q = `indifference` and p = `preference` of the criterion. phi+ of "
        "a site is the mean over all others of Σ weight × P, phi- what they have over it, and "
        "method_index = phi = phi+ - phi-; score = (phi + 1) / 2. Quantities are compared as they "
        "are, worths as worths. Flows are rounded to 1e-12, so that sites that draw level share a "
        "rank. The time grows with n log n. "
        "There are no parts to add up. Source: J.-P. Brans, P. Vincke (1985), A preference ranking "
        "organisation method, Management Science 31:647-656; J.-P. Brans, P. Vincke, B. Mareschal "
        "(1986), How to select and how to rank projects: the PROMETHEE method, European Journal of "
        "Operational Research 24:228-238.",
    .flags = GS_METHOD_ANY_VALUES | GS_METHOD_TAKES_LOWER | GS_METHOD_PREFERENCES,
    .normalise = GS_NORMALISE_NONE,
    .figures = figures,
    .n_figures = sizeof figures / sizeof *figures,
    .check = check,
    .score = score,
};
