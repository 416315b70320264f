// SPDX-License-Identifier: Apache-2.0
/* What the tests of decision methods share: scores of a small table, and scores of cells against
 * scores of sites. */
#ifndef GS_TESTS_SCORING_H
#define GS_TESTS_SCORING_H

#include "support/support.h"

#include "base/mem.h"
#include "decision/method.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SCORING_CRITERIA = 72 };

/* Scores sites of `values`, [site][criterion], by a checked method. */
static inline void scoring_sites(const char *name, const void *params, size_t n_sites,
                                 size_t n_criteria, const double *weights, const double *values,
                                 double *score)
{
    struct gs_ctx *ctx = test_ctx();
    const struct gs_method *method = gs_method_find(name);
    assert_non_null(method);
    assert_ok(ctx, method->check(ctx, NULL, params));
    if (method->check_criteria)
        assert_ok(ctx, method->check_criteria(ctx, NULL, params, n_criteria));
    double *columns[SCORING_CRITERIA], *parts[SCORING_CRITERIA],
        *index = calloc(n_sites, sizeof *index);
    for (size_t c = 0; c < n_criteria; c++) {
        columns[c] = calloc(n_sites, sizeof *columns[c]);
        parts[c] = calloc(n_sites, sizeof *parts[c]);
        for (size_t s = 0; s < n_sites; s++)
            columns[c][s] = values[s * n_criteria + c];
    }
    struct gs_decision_table table = {.n_sites = n_sites,
                                      .n_criteria = n_criteria,
                                      .values = (const double *const *)columns,
                                      .weights = weights};
    struct gs_scores scores = {.score = score, .method_index = index, .parts = parts};
    assert_ok(ctx, method->score(ctx, &table, params, &scores));
    bool is_additive = strcmp(name, "weighted_sum") == 0;
    for (size_t s = 0; s < n_sites; s++) {
        assert_true(score[s] >= 0 && score[s] <= 1);
        assert_near(index[s], score[s], 0);
        for (size_t c = 0; c < n_criteria; c++)
            assert_near(parts[c][s], is_additive ? weights[c] * columns[c][s] : NAN, 0);
    }
    for (size_t c = 0; c < n_criteria; c++) {
        free(columns[c]);
        free(parts[c]);
    }
    free(index);
    gs_ctx_free(ctx);
}

/* A site without a value and criteria without weight are bugs of the caller, which are told. */
static inline void scoring_faults(const char *name, const void *params, bool uses_weights)
{
    struct gs_ctx *ctx = test_ctx();
    double column[] = {NAN}, weight[] = {1}, none[] = {0}, score[1], index[1], part[1];
    const double *columns[] = {column};
    double *parts[] = {part};
    struct gs_decision_table table = {.n_sites = 1,
                                      .n_criteria = 1,
                                      .values = columns,
                                      .weights = weight};
    struct gs_scores scores = {.score = score, .method_index = index, .parts = parts};
    const struct gs_method *method = gs_method_find(name);
    assert_status(ctx, method->score(ctx, &table, params, &scores), GS_EINTERNAL);
    assert_diagnostic(ctx, "lacks a value");
    if (uses_weights) {
        table.weights = none;
        assert_status(ctx, method->score(ctx, &table, params, &scores), GS_EINTERNAL);
        assert_diagnostic(ctx, "weights add up to 0");
    }
    gs_ctx_free(ctx);
}

static inline double scoring_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

/* Ends, ties, values so small that only their logarithm counts, and evenly spread ones. */
static inline float scoring_value(uint64_t *state)
{
    double kind = scoring_random(state), x = scoring_random(state);
    if (kind < 0.06)
        return 0;
    if (kind < 0.16)
        return 1;
    if (kind < 0.26)
        return 0.25f;
    if (kind < 0.34)
        return (float)exp2(-149 * x);
    if (kind < 0.4)
        return 1 - (float)exp2(-24 * x);
    return (float)x;
}

/* Random cells of 1 to 20 and of more criteria against the same sites; rows of a length that is no
 * multiple of anything, with NaN in some; cut rows give the same bits. `order` (may be NULL) is
 * filled with order weights for the number of criteria at hand. */
static inline void scoring_cells(const char *name, const void *params, struct gs_numbers *order)
{
    enum { CELLS = 1031 };
    const struct gs_method *method = gs_method_find(name);
    assert_non_null(method->cells);
    uint64_t state = 7;
    for (size_t n = 1; n <= 70; n += n < 20 ? 1 : n == 20 ? 44 : n == 64 ? 1 : 5) {
        double weights[SCORING_CRITERIA], total = 0, *values = calloc(CELLS * n, sizeof *values);
        double *expected = calloc(CELLS, sizeof *expected);
        float *rows[SCORING_CRITERIA], *cut[SCORING_CRITERIA], out[CELLS], again[CELLS],
            *scratch = calloc(2 * n * CELLS, sizeof *scratch);
        for (size_t c = 0; c < n; c++) {
            rows[c] = calloc(CELLS, sizeof *rows[c]);
            weights[c] = c == 1 ? 0 : c == 2 ? 1e-9 : scoring_random(&state);
            total += weights[c];
            for (size_t i = 0; i < CELLS; i++)
                values[i * n + c] = (double)(rows[c][i] = scoring_value(&state));
        }
        for (size_t c = 0; c < n; c++)
            weights[c] /= total;
        if (order) {
            order->n = n;
            for (size_t c = 0; c < n; c++)
                order->items[c] = c == 1 ? 0 : 3 * scoring_random(&state);
            order->items[0] += 0.1;
        }
        scoring_sites(name, params, CELLS, n, weights, values, expected);
        for (size_t i = 5; i < CELLS; i += 50)
            rows[i % n][i] = NAN;
        method->cells(params, weights, n, (const float *const *)rows, CELLS, scratch, out);
        for (size_t i = 0; i < CELLS; i++)
            if (i % 50 != 5 && !(fabs((double)out[i] - expected[i]) <= 1e-6))
                fail_msg("%s, %zu criteria, cell %zu: %.9g in a row, %.17g alone", name, n, i,
                         (double)out[i], expected[i]);
        for (size_t start = 0, count; start < CELLS; start += count) {
            count = start ? 300 : 1;
            count = count < CELLS - start ? count : CELLS - start;
            for (size_t c = 0; c < n; c++)
                cut[c] = rows[c] + start;
            method->cells(params, weights, n, (const float *const *)cut, count, scratch,
                          again + start);
        }
        for (size_t i = 0; i < CELLS; i++)
            if (i % 50 != 5 && memcmp(&out[i], &again[i], sizeof out[i]) != 0)
                fail_msg("%s, %zu criteria, cell %zu: %.9g and %.9g", name, n, i, (double)out[i],
                         (double)again[i]);
        for (size_t c = 0; c < n; c++)
            free(rows[c]);
        free(scratch);
        free(expected);
        free(values);
    }
}

#endif
