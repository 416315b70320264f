// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/mem.h"
#include "base/vector.h"
#include "kernel/sum.h"

#include <math.h>
#include <string.h>

/* Of a criterion: its weight, and the values that are ideal and anti-ideal. */
struct ends {
    double weight, best, worst;
};

static double sum_weights(const double *weights, size_t n)
{
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t c = 0; c < n; c++)
        gs_sum_add(&sum, weights[c]);
    return gs_sum_value(&sum);
}

static void find_ends(const struct gs_decision_table *table, struct ends *ends)
{
    double total = sum_weights(table->weights, table->n_criteria);
    for (size_t c = 0; c < table->n_criteria; c++) {
        ends[c] = (struct ends){table->weights[c] / total, 1, 0};
        if (!gs_table_is_relative(table, c))
            continue;
        double least = INFINITY, most = -INFINITY;
        for (size_t s = 0; s < table->n_sites; s++) {
            least = fmin(least, table->values[c][s]);
            most = fmax(most, table->values[c][s]);
        }
        bool lower = gs_table_is_lower(table, c);
        ends[c].best = lower ? least : most;
        ends[c].worst = lower ? most : least;
    }
}

/* From the site to all that is ideal, or anti-ideal: the order of the criteria changes no bit. */
static double distance(const struct gs_decision_table *table, const struct ends *ends, size_t site,
                       bool to_best)
{
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t c = 0; c < table->n_criteria; c++) {
        double end = to_best ? ends[c].best : ends[c].worst;
        double d = ends[c].weight * (table->values[c][site] - end);
        gs_sum_add_product(&sum, d, d);
    }
    return sqrt(gs_sum_value(&sum));
}

enum { D_PLUS, D_MINUS };
static const struct gs_figure figures[] = {
    {"topsis_d_plus", "Distance to the ideal", "TOPSIS: distance to the ideal site, weighted"},
    {"topsis_d_minus", "Distance to the anti-ideal",
     "TOPSIS: distance to the anti-ideal site, weighted"},
};

static enum gs_status score(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *params, struct gs_scores *out)
{
    (void)params;
    enum gs_status status = gs_table_check(ctx, table);
    if (status)
        return status;
    struct ends *ends = GS_ARRAY(ctx, struct ends, table->n_criteria);
    if (!ends)
        return GS_ENOMEM;
    find_ends(table, ends);
    for (size_t s = 0; s < table->n_sites; s++) {
        double plus = distance(table, ends, s, true), minus = distance(table, ends, s, false);
        double closeness = plus > 0 ? minus / (plus + minus) : 1;
        out->score[s] = out->method_index[s] = closeness;
        if (out->figures) {
            out->figures[D_PLUS][s] = plus;
            out->figures[D_MINUS][s] = minus;
        }
    }
    gs_free(ends);
    for (size_t c = 0; c < table->n_criteria; c++)
        for (size_t s = 0; s < table->n_sites; s++)
            out->parts[c][s] = NAN; /* distances do not add up by criteria */
    return GS_OK;
}

/* Worths alone, whose ends are 1 and 0. */
GS_VECTORISED
static void cells(const void *params, const double *weights, size_t n_criteria,
                  const float *const *values, size_t n, float *scratch, float *out)
{
    (void)params, (void)scratch;
    enum { BLOCK = 256 };
    double total = 0, plus[BLOCK], minus[BLOCK];
    for (size_t c = 0; c < n_criteria; c++)
        total += weights[c];
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        memset(plus, 0, sizeof plus);
        memset(minus, 0, sizeof minus);
        for (size_t c = 0; c < n_criteria; c++) {
            const float *row = values[c] + start;
            double weight = weights[c] / total, square = weight * weight;
            for (size_t i = 0; i < count; i++) {
                double x = (double)row[i], y = 1 - x;
                plus[i] += square * (y * y);
                minus[i] += square * (x * x);
            }
        }
        for (size_t i = 0; i < count; i++) {
            double to_best = sqrt(plus[i]), to_worst = sqrt(minus[i]);
            out[start + i] = (float)(to_best > 0 ? to_worst / (to_best + to_worst) : 1);
        }
    }
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *params)
{
    (void)ctx, (void)pos, (void)params; /* it has no parameters */
    return GS_OK;
}

const struct gs_method gs_method_topsis = {
    .name = "topsis",
    .summary = "Nearness to an ideal site and farness from an anti-ideal one",
    .details =
        "score = d- / (d+ + d-), d+ and d- the Euclidean distances of weight × value from the "
        "ideal and the anti-ideal. For criteria with a value function these are the worths 1 and "
        "0, whatever sites there are; for criteria with `better`, usually with `normalise: "
        "vector`, the best and the worst value of the sites. A site that is nowhere worse than "
        "the ideal has 1, and so has each where all are equal. There are no parts to add up. "
        "Source: C.-L. Hwang, K. Yoon (1981), Multiple Attribute Decision Making, Springer, "
        "section 3.3.",
    .flags = GS_METHOD_ANY_VALUES | GS_METHOD_TAKES_LOWER,
    .normalise = GS_NORMALISE_VECTOR,
    .figures = figures,
    .n_figures = sizeof figures / sizeof *figures,
    .check = check,
    .score = score,
    .cells = cells,
};
