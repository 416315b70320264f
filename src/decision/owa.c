// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/mem.h"
#include "base/vector.h"
#include "kernel/exp_log.h"

#include <math.h>
#include <stdlib.h>

struct owa {
    struct gs_numbers order_weights;
    double attitude; /* NaN: not given */
};

static const struct gs_param params[] = {
    {.key = "order_weights",
     .type = GS_PARAM_NUMBERS,
     .unit = "1",
     .min = 0,
     .max = INFINITY,
     .help = "One weight a criterion, the first for the largest worth of a site, the last for its "
             "smallest; normalised to add up to 1; this or `attitude`",
     .offset = offsetof(struct owa, order_weights)},
    {.key = "attitude",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .min = 0,
     .max = 1,
     .help = "From 0, pessimist (the smallest worth alone), by 0.5, neutral (the weighted sum), to "
             "1, optimist (the largest alone); this or `order_weights`",
     .offset = offsetof(struct owa, attitude)},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct owa *owa = p;
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
    const struct gs_numbers *order = &((const struct owa *)p)->order_weights;
    if (order->items && order->n != n_criteria)
        return gs_fail(ctx, GS_ESTUDY, &order->pos,
                       "one a criterion, those within groups counted singly",
                       "there are %zu `order_weights` for %zu criteri%s", order->n, n_criteria,
                       n_criteria == 1 ? "on" : "a");
    return GS_OK;
}

/* -- the quantifier ---------------------------------------------------------------------------- */

/* What both ways of giving an attitude come to: Q, rising from Q(0) = 0 to Q(1) = 1. The values of
 * a site in falling order, b[1] to b[n], have the weights Q(S[i]) - Q(S[i-1]) with S[i] the share
 * of importance that the first i have. The score is summed up the other way round, b[n] + Σ Q(S[i])
 * (b[i] - b[i+1]), which is exact when all are equal and does not depend on the order of equals. */
struct quantifier {
    const struct owa *owa;
    double exponent;    /* of the attitude: Q(r) = r^exponent */
    double total_order; /* of the order weights */
    double total;       /* of the criteria's weights */
    size_t n_positive;  /* criteria of a weight above 0 */
    double (*power)(double base, double exponent);
};

static double exact_power(double base, double exponent)
{
    return pow(base, exponent);
}

/* For the surface; base is in (0, 1). */
static double quick_power(double base, double exponent)
{
    return base < 1e-300 ? exact_power(base, exponent) : gs_exp2(exponent * gs_log2(base));
}

static void quantifier_init(struct quantifier *q, const struct owa *owa, const double *weights,
                            size_t n_criteria, double (*power)(double, double))
{
    *q = (struct quantifier){.owa = owa, .power = power};
    q->exponent = (1 - owa->attitude) / owa->attitude;
    for (size_t i = 0; i < owa->order_weights.n; i++)
        q->total_order += owa->order_weights.items[i];
    for (size_t c = 0; c < n_criteria; c++) {
        q->total += weights[c];
        q->n_positive += weights[c] > 0;
    }
}

/* Q of a set of `n_taken` criteria of a weight above 0, together `weight`. None and all are told by
 * their number: a weight too small to change the sum counts in a minimum and a maximum all the
 * same. */
static double quantify(const struct quantifier *q, size_t n_taken, double weight)
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
        return q->exponent == 1 ? share : q->power(share, q->exponent);
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
static double integrate(const struct quantifier *q, const struct item *items, size_t n)
{
    double weight = 0, score = 0;
    size_t taken = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        weight += items[i].weight;
        taken += items[i].weight > 0;
        score += quantify(q, taken, weight) * (items[i].value - items[i + 1].value);
    }
    score += items[n - 1].value;
    return score < 0 ? 0 : score > 1 ? 1 : score;
}

static enum gs_status score_sites(struct gs_ctx *ctx, const struct gs_decision_table *table,
                                  struct quantifier *q, struct item *items, double *score)
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
    struct quantifier q;
    quantifier_init(&q, p, table->weights, table->n_criteria, exact_power);
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

/* -- the surface ------------------------------------------------------------------------------- */

/* With few criteria Q of every set of them goes into a table, and what a cell needs is its order.
 * Value and criterion share one integer, 26 bits over 4, so that a sorting network of minima and
 * maxima puts both in order. */
enum { BLOCK = 256, TABLE_CRITERIA = 12, INDEX_BITS = 4, STEPS = 1 << 26 };

/* Q(r) = r^exponent of positive sums. */
GS_VECTORISED
static void power_row(const struct quantifier *q, const double *sums, size_t n, float *table)
{
    double exponent = q->exponent, total = q->total;
    for (size_t i = 0; i < n; i++) {
        double share = sums[i] / total, log = gs_log2(share);
        table[i] = (float)gs_exp2(exponent * (log < 0 ? log : 0));
    }
}

static void fill_table(const struct quantifier *q, const double *weights, size_t n_criteria,
                       float *table)
{
    double sums[1 << TABLE_CRITERIA];
    unsigned char taken[1 << TABLE_CRITERIA];
    size_t n_sets = (size_t)1 << n_criteria;
    bool is_power = !q->owa->order_weights.items && q->exponent > 0 && isfinite(q->exponent);
    sums[0] = 0;
    taken[0] = 0;
    for (size_t set = 1, top = 0; set < n_sets; set++) {
        if (set >= (size_t)2 << top)
            top++;
        size_t rest = set - ((size_t)1 << top); /* without its highest criterion */
        sums[set] = sums[rest] + weights[top];
        taken[set] = (unsigned char)(taken[rest] + (weights[top] > 0));
    }
    if (is_power)
        power_row(q, sums, n_sets, table);
    for (size_t set = 0; set < n_sets; set++) {
        bool is_settled = taken[set] == 0 || taken[set] == q->n_positive; /* or out of range */
        if (!is_power || is_settled || sums[set] < 1e-290 * q->total)
            table[set] = (float)quantify(q, taken[set], sums[set]);
    }
}

/* The larger into a, the smaller into b. */
GS_VECTORISED
static void exchange(int32_t *restrict a, int32_t *restrict b)
{
    for (size_t i = 0; i < BLOCK; i++) {
        int32_t x = a[i], y = b[i];
        a[i] = x > y ? x : y;
        b[i] = x > y ? y : x;
    }
}

/* Batcher's merge exchange: D. E. Knuth (1998), The Art of Computer Programming, volume 3, section
 * 5.2.2, algorithm M; 12 exchanges for 6 rows. */
static void sort_rows(int32_t (*rows)[BLOCK], size_t n)
{
    size_t highest = 1;
    while (2 * highest < n)
        highest *= 2;
    for (size_t p = highest; p > 0; p /= 2) {
        size_t q = highest, r = 0, d = p;
        for (;;) {
            for (size_t i = 0; i + d < n; i++)
                if ((i & p) == r)
                    exchange(rows[i], rows[i + d]);
            if (q == p)
                break;
            d = q - p;
            q /= 2;
            r = p;
        }
    }
}

/* NaN becomes 0: the caller masks such a cell. */
GS_VECTORISED
static void load_row(const float *restrict value, size_t count, int32_t criterion,
                     int32_t *restrict row)
{
    for (size_t i = 0; i < count; i++) {
        float x = value[i] > 0 ? value[i] : 0;
        x = x < 1 ? x : 1;
        row[i] = ((int32_t)(x * (float)STEPS) << INDEX_BITS) | criterion;
    }
}

GS_VECTORISED
static void integrate_rows(int32_t (*restrict rows)[BLOCK], size_t n, const float *restrict table,
                           size_t count, float *restrict score)
{
    int32_t set[BLOCK];
    float sum[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        set[i] = 0;
        sum[i] = 0;
    }
    const int32_t index = (1 << INDEX_BITS) - 1;
    for (size_t k = 0; k + 1 < n; k++) {
        const int32_t *row = rows[k], *next = rows[k + 1];
        for (size_t i = 0; i < BLOCK; i++) {
            set[i] |= 1 << (row[i] & index);
            sum[i] += table[set[i]] * (float)((row[i] >> INDEX_BITS) - (next[i] >> INDEX_BITS));
        }
    }
    for (size_t i = 0; i < count; i++)
        score[i] = (sum[i] + (float)(rows[n - 1][i] >> INDEX_BITS)) * (1 / (float)STEPS);
}

static void few_cells(const struct quantifier *q, const double *weights, size_t n_criteria,
                      const float *const *values, size_t n, float *score)
{
    float table[1 << TABLE_CRITERIA];
    int32_t rows[TABLE_CRITERIA][BLOCK] = {{0}};
    fill_table(q, weights, n_criteria, table);
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        for (size_t c = 0; c < n_criteria; c++)
            load_row(values[c] + start, count, (int32_t)c, rows[c]);
        sort_rows(rows, n_criteria);
        integrate_rows(rows, n_criteria, table, count, score + start);
    }
}

/* Cell by cell: an insertion sort of values, and of criteria, whose numbers a float holds. */
static void many_cells(const struct quantifier *q, const double *weights, size_t n_criteria,
                       const float *const *values, size_t n, float *scratch, float *score)
{
    float *sorted = scratch, *criterion = scratch + n_criteria;
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < n_criteria; c++) {
            float value = values[c][i];
            size_t at = c;
            for (; at > 0 && sorted[at - 1] < value; at--) {
                sorted[at] = sorted[at - 1];
                criterion[at] = criterion[at - 1];
            }
            sorted[at] = value;
            criterion[at] = (float)c;
        }
        double weight = 0, sum = (double)sorted[n_criteria - 1];
        size_t taken = 0;
        for (size_t k = 0; k + 1 < n_criteria; k++) {
            double own = weights[(size_t)criterion[k]];
            weight += own;
            taken += own > 0;
            if (sorted[k] > sorted[k + 1])
                sum += quantify(q, taken, weight) * ((double)sorted[k] - (double)sorted[k + 1]);
        }
        score[i] = (float)(sum > 1 ? 1 : sum);
    }
}

static void cells(const void *p, const double *weights, size_t n_criteria,
                  const float *const *values, size_t n, float *scratch, float *score)
{
    struct quantifier q;
    quantifier_init(&q, p, weights, n_criteria, quick_power);
    if (n_criteria <= TABLE_CRITERIA)
        few_cells(&q, weights, n_criteria, values, n, score);
    else
        many_cells(&q, weights, n_criteria, values, n, scratch, score);
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
    .params_size = sizeof(struct owa),
    .check = check,
    .check_criteria = check_criteria,
    .score = score,
    .cells = cells,
};
