// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/mem.h"
#include "decision/owa_cells.h"

#include <math.h>
#include <stdlib.h>

static const struct gs_param params[] = {
    {.key = "order_weights",
     .type = GS_PARAM_NUMBERS,
     .unit = "1",
     .min = 0,
     .max = INFINITY,
     .help = "One weight a criterion, the first for the largest worth of a site, the last for its "
             "smallest; normalised to add up to 1; this or `attitude`",
     .offset = offsetof(struct gs_owa, order_weights)},
    {.key = "attitude",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .min = 0,
     .max = 1,
     .help = "From 0, pessimist (the smallest worth alone), by 0.5, neutral (the weighted sum), to "
             "1, optimist (the largest alone); this or `order_weights`",
     .offset = offsetof(struct gs_owa, attitude)},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct gs_owa *owa = p;
    const struct gs_numbers *order = &owa->order_weights;
    if (order->items && !isnan(owa->attitude))
        return gs_fail(ctx, GS_ESTUDY, pos, "keep one of them",
                       "`order_weights` and `attitude` exclude each other");
    if (!order->items && isnan(owa->attitude))
        return gs_fail(ctx, GS_ESTUDY, pos, "such as `attitude: 0.3`, a cautious one",
                       "`owa` needs `order_weights` or `attitude`");
    double total = 0;
    for (size_t i = 0; i < order->n; i++)
        total += order->items[i];
    if (order->items && !(total > 0 && isfinite(total)))
        return gs_fail(ctx, GS_ESTUDY, &order->pos, NULL,
                       total > 0 ? "the `order_weights` are too large to be added up"
                                 : "all `order_weights` are zero");
    return GS_OK;
}

static enum gs_status check_criteria(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p,
                                     size_t n_criteria)
{
    (void)pos;
    const struct gs_numbers *order = &((const struct gs_owa *)p)->order_weights;
    if (order->items && order->n != n_criteria)
        return gs_fail(ctx, GS_ESTUDY, &order->pos,
                       "one a criterion, those within groups counted singly",
                       "there are %zu `order_weights` for %zu criteri%s", order->n, n_criteria,
                       n_criteria == 1 ? "on" : "a");
    return GS_OK;
}

/* -- the quantifier ---------------------------------------------------------------------------- */

void gs_quantifier_init(struct gs_quantifier *q, const struct gs_owa *owa, const double *weights,
                        size_t n_criteria)
{
    *q = (struct gs_quantifier){.owa = owa, .exponent = (1 - owa->attitude) / owa->attitude};
    for (size_t i = 0; i < owa->order_weights.n; i++)
        q->total_order += owa->order_weights.items[i];
    for (size_t c = 0; c < n_criteria; c++) {
        q->total += weights[c];
        q->n_positive += weights[c] > 0;
    }
}

double gs_quantify(const struct gs_quantifier *q, size_t n_taken, double weight)
{
    if (n_taken == 0)
        return 0;
    if (n_taken == q->n_positive)
        return 1;
    double share = weight / q->total;
    share = share > 1 ? 1 : share;
    const struct gs_numbers *order = &q->owa->order_weights;
    if (!order->items) {
        if (q->owa->attitude == 0 || q->owa->attitude == 1)
            return q->owa->attitude;
        return q->exponent == 1 ? share : pow(share, q->exponent);
    }
    double at = share * (double)order->n, sum = 0;
    size_t whole = 0;
    for (; whole < order->n && (double)(whole + 1) <= at; whole++)
        sum += order->items[whole];
    if (whole < order->n)
        sum += order->items[whole] * (at - (double)whole);
    sum /= q->total_order;
    return sum > 1 ? 1 : sum;
}

/* -- sites ------------------------------------------------------------------------------------- */

struct item {
    double value, weight;
};

/* The larger value first; equals by weight, so that the order of the criteria changes no bit. */
static int compare(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x->weight < y->weight) - (x->weight > y->weight);
}

/* Of sorted items. */
static double integrate(const struct gs_quantifier *q, const struct item *items, size_t n)
{
    double weight = 0, score = 0;
    size_t taken = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        weight += items[i].weight;
        taken += items[i].weight > 0;
        score += gs_quantify(q, taken, weight) * (items[i].value - items[i + 1].value);
    }
    score += items[n - 1].value;
    return score < 0 ? 0 : score > 1 ? 1 : score;
}

static enum gs_status score_sites(struct gs_ctx *ctx, const struct gs_decision_table *table,
                                  struct gs_quantifier *q, struct item *items, double *score)
{
    for (size_t s = 0; s < table->n_sites; s++) {
        for (size_t c = 0; c < table->n_criteria; c++) {
            items[c] = (struct item){table->values[c][s], table->weights[c]};
            if (isnan(items[c].value))
                return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "a site to be scored lacks a value");
        }
        qsort(items, table->n_criteria, sizeof *items, compare);
        q->total = 0; /* added up as its parts are */
        for (size_t c = 0; c < table->n_criteria; c++)
            q->total += items[c].weight;
        score[s] = integrate(q, items, table->n_criteria);
    }
    return GS_OK;
}

static enum gs_status score(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *p, struct gs_scores *out)
{
    struct gs_quantifier q;
    gs_quantifier_init(&q, p, table->weights, table->n_criteria);
    if (!(q.total > 0))
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "the criteria's weights add up to %g",
                       q.total);
    struct item *items = GS_ARRAY(ctx, struct item, table->n_criteria);
    if (!items)
        return GS_ENOMEM;
    enum gs_status status = score_sites(ctx, table, &q, items, out->score);
    gs_free(items);
    if (status)
        return status;
    for (size_t s = 0; s < table->n_sites; s++)
        out->method_index[s] = out->score[s];
    for (size_t c = 0; c < table->n_criteria; c++)
        for (size_t s = 0; s < table->n_sites; s++)
            out->parts[c][s] = NAN; /* a criterion's weight depends on its place among the others */
    return GS_OK;
}

const struct gs_method gs_method_owa = {
    .name = "owa",
    .summary = "Ordered weighted averaging: from the worst criterion alone to the best alone, with "
               "the weighted sum in the middle",
    .details =
        "With the worths in falling order b[1] … b[n] and S[i] the sum of the weights of the first "
        "i: score = Σ (Q(S[i]) - Q(S[i-1])) b[i]. With `attitude` a: Q(r) = r^((1 - a) / a), whose "
        "orness is a. With `order_weights` w: Q runs straight between the points (i / n, w[1] + … "
        "+ w[i]). Equal order weights give the weighted sum; equal weights give the plain ordered "
        "weighted average. A criterion of weight 0 has no say. There are no parts to add up. "
        "Source: R. R. Yager (1988), On ordered weighted averaging aggregation operators in "
        "multicriteria decisionmaking, IEEE Transactions on Systems, Man, and Cybernetics "
        "18:183-190; with weights: R. R. Yager (1996), Quantifier guided aggregation using OWA "
        "operators, International Journal of Intelligent Systems 11:49-73, and V. Torra (1997), "
        "The weighted OWA operator, ibid. 12:153-166.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct gs_owa),
    .normalise = GS_NORMALISE_MINMAX,
    .check = check,
    .check_criteria = check_criteria,
    .score = score,
    .cells = gs_owa_cells,
};
