// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/vector.h"
#include "kernel/exp_log.h"
#include "kernel/sum.h"

#include <math.h>
#include <string.h>

/* 2^(Σ weight × log2 value / Σ weight). The sums are exact but for the logarithms' rounding, so
 * that the order of the criteria changes nothing; log2 1 is exactly 0, so all ones score exactly 1.
 */
static enum gs_status score_site(struct gs_ctx *ctx, const struct gs_decision_table *table,
                                 size_t site, double total, double *out)
{
    struct gs_sum sum;
    gs_sum_init(&sum);
    bool has_zero = false;
    for (size_t c = 0; c < table->n_criteria; c++) {
        double value = table->values[c][site];
        if (isnan(value))
            return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "a site to be scored lacks a value");
        if (!(table->weights[c] > 0))
            continue;
        bool lower = gs_table_is_lower(table, c);
        if (value < 0 || (lower && value == 0))
            return gs_fail(ctx, GS_EDATA, NULL, "use `normalise: minmax`, or a value function",
                           "`%s`: method `weighted_product` needs numbers %s, but a site has %.9g",
                           table->ids ? table->ids[c] : "", lower ? "above 0" : "of at least 0",
                           value);
        if (value > 0)
            gs_sum_add_product(&sum, lower ? -table->weights[c] : table->weights[c], log2(value));
        else
            has_zero = true;
    }
    *out = has_zero ? 0 : exp2(gs_sum_value(&sum) / total);
    return GS_OK;
}

static enum gs_status score(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *params, struct gs_scores *out)
{
    (void)params;
    struct gs_sum weights;
    gs_sum_init(&weights);
    for (size_t c = 0; c < table->n_criteria; c++)
        gs_sum_add(&weights, table->weights[c]);
    double total = gs_sum_value(&weights);
    if (!(total > 0))
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "the criteria's weights add up to %g", total);
    bool is_unit = true; /* products of worths are worths */
    for (size_t c = 0; c < table->n_criteria; c++)
        for (size_t s = 0; gs_table_is_relative(table, c) && s < table->n_sites; s++)
            is_unit &= !gs_table_is_lower(table, c) && table->values[c][s] <= 1;
    for (size_t s = 0; s < table->n_sites; s++) {
        double site_score = NAN;
        enum gs_status status = score_site(ctx, table, s, total, &site_score);
        if (status)
            return status;
        out->method_index[s] = is_unit && site_score > 1 ? 1 : site_score;
    }
    gs_scores_from_index(out->method_index, table->n_sites, is_unit, out->score);
    for (size_t c = 0; c < table->n_criteria; c++)
        for (size_t s = 0; s < table->n_sites; s++)
            out->parts[c][s] = NAN; /* factors, not parts of a sum */
    return GS_OK;
}

/* One logarithm a value and one power a cell. */
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
        for (size_t c = 0; c < n_criteria; c++) {
            const float *row = values[c] + start;
            double weight = weights[c] / total;
            if (!(weight > 0)) /* its factor is 1, even where the value is 0 */
                continue;
            for (size_t i = 0; i < count; i++)
                sum[i] += weight * (double)gs_log2_unit(row[i]);
        }
        float *out = score + start;
        for (size_t i = 0; i < count; i++)
            out[i] = (float)gs_exp2(sum[i] > 0 ? 0 : sum[i]);
    }
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *params)
{
    (void)ctx, (void)pos, (void)params; /* it has no parameters */
    return GS_OK;
}

const struct gs_method gs_method_weighted_product = {
    .name = "weighted_product",
    .summary = "Multiplies value ^ weight: a weak criterion pulls the score down, a worth of 0 "
               "makes it 0",
    .details =
        "score = Π value ^ weight, the weights adding up to 1: the weighted geometric mean. A "
        "criterion of weight 0 has no say. Criteria with `better` are taken as they are, those in "
        "which lower is better with the exponent -weight; where numbers go beyond 0 to 1, score is "
        "the product's share of "
        "the largest. There are no parts to add up. Source: P. W. Bridgman "
        "(1922), Dimensional Analysis, Yale University Press; E. Triantaphyllou (2000), "
        "Multi-Criteria Decision Making Methods: A Comparative Study, Kluwer, section 2.2.2.",
    .flags = GS_METHOD_ANY_VALUES | GS_METHOD_TAKES_LOWER,
    .normalise = GS_NORMALISE_NONE,
    .check = check,
    .score = score,
    .cells = cells,
};
