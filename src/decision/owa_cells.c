// SPDX-License-Identifier: Apache-2.0
/* OWA on the surface. Value and criterion of a cell share one integer, so that a sorting network of
 * minima and maxima puts both in order; with few criteria Q of every set of them is in a table. */
#include "decision/owa_cells.h"

#include "base/vector.h"
#include "kernel/exp_log.h"

#include <math.h>

enum {
    BLOCK = 256,
    FEW = 12, /* criteria with a table */
    MANY = 64,
    FEW_BITS = 4, /* for the criterion */
    MANY_BITS = 8,
    VALUE_AND_INDEX_BITS = 30,
};

/* -- order ------------------------------------------------------------------------------------- */

/* The value in 2^(30 - bits) steps, rounded down, above the criterion. NaN becomes 0: the caller
 * masks such a cell. */
GS_VECTORISED
static void load_row(const float *restrict value, size_t count, int32_t criterion, int bits,
                     int32_t *restrict row)
{
    float steps = (float)(1 << (VALUE_AND_INDEX_BITS - bits));
    for (size_t i = 0; i < count; i++) {
        float x = value[i] > 0 ? value[i] : 0;
        x = x < 1 ? x : 1;
        row[i] = ((int32_t)(x * steps) << bits) | criterion;
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

/* Falling values of cells [start, start + count). */
static void order_rows(const float *const *values, size_t n_criteria, size_t start, size_t count,
                       int bits, int32_t (*rows)[BLOCK])
{
    for (size_t c = 0; c < n_criteria; c++)
        load_row(values[c] + start, count, (int32_t)c, bits, rows[c]);
    sort_rows(rows, n_criteria);
}

/* -- few criteria ------------------------------------------------------------------------------ */

/* The exponent of an attitude neither pessimist nor optimist. */
static bool is_power(const struct gs_quantifier *q)
{
    return !q->owa->order_weights.items && q->exponent > 0 && isfinite(q->exponent);
}

/* Q(r) = r^exponent of positive shares. */
GS_VECTORISED
static void power_row(double exponent, double total, const double *weights, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        double log = gs_log2(weights[i] / total);
        out[i] = gs_exp2(exponent * (log < 0 ? log : 0));
    }
}

/* Too small for power_row(). */
static bool is_tiny(const struct gs_quantifier *q, double weight)
{
    return weight < 1e-290 * q->total;
}

static void fill_table(const struct gs_quantifier *q, const double *weights, size_t n_criteria,
                       float *table)
{
    double sums[1 << FEW], powers[1 << FEW];
    unsigned char taken[1 << FEW];
    size_t n_sets = (size_t)1 << n_criteria;
    sums[0] = 0;
    taken[0] = 0;
    for (size_t set = 1, top = 0; set < n_sets; set++) {
        if (set >= (size_t)2 << top)
            top++;
        size_t rest = set - ((size_t)1 << top); /* without its highest criterion */
        sums[set] = sums[rest] + weights[top];
        taken[set] = (unsigned char)(taken[rest] + (weights[top] > 0));
    }
    bool has_powers = is_power(q);
    if (has_powers)
        power_row(q->exponent, q->total, sums, n_sets, powers);
    for (size_t set = 0; set < n_sets; set++) {
        bool is_settled = taken[set] == 0 || taken[set] == q->n_positive || is_tiny(q, sums[set]);
        table[set] = (float)(has_powers && !is_settled ? powers[set]
                                                       : gs_quantify(q, taken[set], sums[set]));
    }
}

GS_VECTORISED
static void integrate_few(int32_t (*restrict rows)[BLOCK], size_t n, const float *restrict table,
                          size_t count, float *restrict score)
{
    int32_t set[BLOCK];
    float sum[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        set[i] = 0;
        sum[i] = 0;
    }
    const int32_t index = (1 << FEW_BITS) - 1;
    for (size_t k = 0; k + 1 < n; k++) {
        const int32_t *row = rows[k], *next = rows[k + 1];
        for (size_t i = 0; i < BLOCK; i++) {
            set[i] |= 1 << (row[i] & index);
            sum[i] += table[set[i]] * (float)((row[i] >> FEW_BITS) - (next[i] >> FEW_BITS));
        }
    }
    const float step = 1 / (float)(1 << (VALUE_AND_INDEX_BITS - FEW_BITS));
    for (size_t i = 0; i < count; i++)
        score[i] = (sum[i] + (float)(rows[n - 1][i] >> FEW_BITS)) * step;
}

static void few_cells(const struct gs_quantifier *q, const double *weights, size_t n_criteria,
                      const float *const *values, size_t n, float *score)
{
    float table[1 << FEW];
    int32_t rows[FEW][BLOCK] = {{0}};
    fill_table(q, weights, n_criteria, table);
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        order_rows(values, n_criteria, start, count, FEW_BITS, rows);
        integrate_few(rows, n_criteria, table, count, score + start);
    }
}

/* -- many criteria ----------------------------------------------------------------------------- */

/* Adds the weights of a row's criteria to those of the rows before. */
GS_VECTORISED
static void take_row(const int32_t *restrict row, const double *restrict weights,
                     double *restrict sums, int32_t *restrict taken)
{
    const int32_t index = (1 << MANY_BITS) - 1;
    for (size_t i = 0; i < BLOCK; i++) {
        double weight = weights[row[i] & index];
        sums[i] += weight;
        taken[i] += weight > 0;
    }
}

/* Q by straight lines between `knots`, of n + 1 points. */
GS_VECTORISED
static void interpolate_row(const double *restrict knots, size_t n, double total,
                            const double *restrict sums, double *restrict out)
{
    double most = (double)n;
    for (size_t i = 0; i < BLOCK; i++) {
        double at = sums[i] / total * most;
        at = at < most ? at : most;
        int32_t whole = (int32_t)at;
        double from = knots[whole], to = knots[whole + 1];
        out[i] = from + (to - from) * (at - (double)whole);
    }
}

GS_VECTORISED
static void add_steps(const int32_t *row, const int32_t *next, const double *quantified,
                      const int32_t *taken, int32_t all, double *sum)
{
    for (size_t i = 0; i < BLOCK; i++) {
        double weight = taken[i] == 0 ? 0 : taken[i] == all ? 1 : quantified[i];
        sum[i] += weight * (double)((row[i] >> MANY_BITS) - (next[i] >> MANY_BITS));
    }
}

/* The sums of the order weights, the last one twice for who stands on it. */
static void fill_knots(const struct gs_quantifier *q, double *knots)
{
    const struct gs_numbers *order = &q->owa->order_weights;
    double sum = 0;
    knots[0] = 0;
    for (size_t i = 0; i < order->n; i++) {
        sum += order->items[i];
        knots[i + 1] = sum / q->total_order;
    }
    knots[order->n + 1] = knots[order->n];
}

static void many_block(const struct gs_quantifier *q, const double *weights, const double *knots,
                       const int32_t (*rows)[BLOCK], size_t n_criteria, double *sum)
{
    double sums[BLOCK] = {0}, quantified[BLOCK];
    int32_t taken[BLOCK] = {0};
    const struct gs_numbers *order = &q->owa->order_weights;
    for (size_t i = 0; i < BLOCK; i++) {
        sum[i] = (double)(rows[n_criteria - 1][i] >> MANY_BITS);
        quantified[i] = q->owa->attitude; /* that of a pessimist or an optimist */
    }
    for (size_t k = 0; k + 1 < n_criteria; k++) {
        take_row(rows[k], weights, sums, taken);
        if (order->items)
            interpolate_row(knots, order->n, q->total, sums, quantified);
        else if (is_power(q))
            power_row(q->exponent, q->total, sums, BLOCK, quantified);
        add_steps(rows[k], rows[k + 1], quantified, taken, (int32_t)q->n_positive, sum);
    }
}

static void many_cells(const struct gs_quantifier *q, const double *weights, size_t n_criteria,
                       const float *const *values, size_t n, float *score)
{
    int32_t rows[MANY][BLOCK] = {{0}};
    double knots[MANY + 2] = {0}, sum[BLOCK];
    fill_knots(q, knots);
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        order_rows(values, n_criteria, start, count, MANY_BITS, rows);
        many_block(q, weights, knots, (const int32_t(*)[BLOCK])rows, n_criteria, sum);
        const double step = 1 / (double)(1 << (VALUE_AND_INDEX_BITS - MANY_BITS));
        for (size_t i = 0; i < count; i++)
            score[start + i] = (float)(sum[i] > 1 / step ? 1 : sum[i] * step);
    }
}

/* -- any number -------------------------------------------------------------------------------- */

/* Cell by cell: an insertion sort of values, and of criteria, whose numbers a float holds. */
static void single_cells(const struct gs_quantifier *q, const double *weights, size_t n_criteria,
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
                sum += gs_quantify(q, taken, weight) * ((double)sorted[k] - (double)sorted[k + 1]);
        }
        score[i] = (float)(sum > 1 ? 1 : sum);
    }
}

void gs_owa_cells(const void *params, const double *weights, size_t n_criteria,
                  const float *const *values, size_t n, float *scratch, float *score)
{
    struct gs_quantifier q;
    gs_quantifier_init(&q, params, weights, n_criteria);
    if (n_criteria <= FEW)
        few_cells(&q, weights, n_criteria, values, n, score);
    else if (n_criteria <= MANY)
        many_cells(&q, weights, n_criteria, values, n, score);
    else
        single_cells(&q, weights, n_criteria, values, n, scratch, score);
}
