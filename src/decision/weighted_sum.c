// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/vector.h"

#include <math.h>
#include <string.h>

/* A sum as the unevaluated pair high + low. Products are split exactly by fma() and sums by Knuth's
 * two-sum, so the result is as good as one computed in twice the precision and then rounded: T.
 * Ogita, S. M. Rump, S. Oishi (2005), "Accurate sum and dot product", SIAM J. Sci. Comput.
 * 26:1955-1988 (Dot2). Criteria are added in the order of the study; another order changes the pair
 * beyond its 100th bit, so in practice never the score. */
struct pair {
    double high, low;
};

static void add(struct pair *sum, double a, double b)
{
    double product = a * b, product_error = fma(a, b, -product);
    double high = sum->high + product, part = high - sum->high;
    double high_error = (sum->high - (high - part)) + (product - part);
    sum->high = high;
    sum->low += high_error + product_error;
}

/* Relative criteria may hold other numbers. */
static bool has_unit_values(const struct gs_decision_table *table)
{
    for (size_t c = 0; c < table->n_criteria; c++)
        for (size_t s = 0; gs_table_is_relative(table, c) && s < table->n_sites; s++)
            if (!(table->values[c][s] >= 0 && table->values[c][s] <= 1))
                return false;
    return true;
}

/* Final weights add up to 1 but for their rounding. Dividing by their sum, taken in the same way,
 * makes a site of all ones score exactly 1. */
static enum gs_status score(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *params, struct gs_scores *out)
{
    (void)params;
    bool is_unit = has_unit_values(table);
    struct pair weights = {0, 0};
    for (size_t c = 0; c < table->n_criteria; c++)
        add(&weights, table->weights[c], 1);
    double total = weights.high + weights.low;
    if (!(total > 0))
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "the criteria's weights add up to %g", total);
    for (size_t s = 0; s < table->n_sites; s++) {
        struct pair sum = {0, 0};
        for (size_t c = 0; c < table->n_criteria; c++)
            add(&sum, table->weights[c], table->values[c][s]);
        double site_score = (sum.high + sum.low) / total;
        if (isnan(site_score))
            return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "a site to be scored lacks a value");
        if (is_unit) /* but for rounding it is */
            site_score = site_score < 0 ? 0 : site_score > 1 ? 1 : site_score;
        out->method_index[s] = site_score;
    }
    gs_scores_from_index(out->method_index, table->n_sites, is_unit, out->score);
    for (size_t c = 0; c < table->n_criteria; c++)
        for (size_t s = 0; s < table->n_sites; s++)
            out->parts[c][s] = table->weights[c] * table->values[c][s];
    return GS_OK;
}

/* Four criteria at a time in single precision, the last ones filled up with weights of 0, and these
 * sums in double, so that many criteria cost no precision: each score is within 3e-7. */
GS_VECTORISED
static void cells(const void *params, const double *weights, size_t n_criteria,
                  const float *const *values, size_t n, float *scratch, float *score)
{
    (void)params, (void)scratch;
    enum { BLOCK = 256 };
    double total = 0, sum[BLOCK];
    for (size_t c = 0; c < n_criteria; c++)
        total += weights[c];
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        memset(sum, 0, sizeof sum);
        for (size_t c = 0; c < n_criteria; c += 4) {
            const float *row[4];
            float weight[4];
            for (size_t k = 0; k < 4; k++) {
                bool exists = c + k < n_criteria;
                row[k] = values[exists ? c + k : c] + start;
                weight[k] = exists ? (float)(weights[c + k] / total) : 0;
            }
            for (size_t i = 0; i < count; i++)
                sum[i] += (double)((weight[0] * row[0][i] + weight[1] * row[1][i]) +
                                   (weight[2] * row[2][i] + weight[3] * row[3][i]));
        }
        float *out = score + start;
        for (size_t i = 0; i < count; i++)
            out[i] = (float)(sum[i] < 0 ? 0 : sum[i] > 1 ? 1 : sum[i]);
    }
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *params)
{
    (void)ctx, (void)pos, (void)params; /* it has no parameters */
    return GS_OK;
}

const struct gs_method gs_method_weighted_sum = {
    .name = "weighted_sum",
    .summary = "Adds up weight × value: a weak criterion can be made up for by a strong one",
    .details =
        "score = Σ weight × value, the weights adding up to 1. Criteria with `better` are usually "
        "normalised with `max`; where they hold numbers beyond 0 to 1, method_index is the sum "
        "and score its share of the largest one, or its place in the range when some are below 0. "
        "Source: P. C. Fishburn (1967), "
        "Additive utilities with incomplete product sets, Operations Research 15:537-542; "
        "worked examples in E. Triantaphyllou (2000), Multi-Criteria Decision Making "
        "Methods: A Comparative Study, Kluwer, section 2.2.1.",
    .flags = GS_METHOD_ANY_VALUES,
    .normalise = GS_NORMALISE_MAX,
    .check = check,
    .score = score,
    .is_additive = has_unit_values,
    .cells = cells,
};
