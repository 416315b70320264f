// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "decision/method.h"
#include "decision/rank.h"

#include <math.h>

enum { MOST = 16 };

struct outcome {
    double score[MOST], index[MOST], part[MOST][MOST];
};

static void run(size_t n_sites, size_t n_criteria, const double *weights,
                const double (*values)[MOST], struct outcome *outcome)
{
    struct gs_ctx *ctx = test_ctx();
    const double *columns[MOST];
    double *parts[MOST];
    for (size_t c = 0; c < n_criteria; c++) {
        columns[c] = values[c];
        parts[c] = outcome->part[c];
    }
    struct gs_decision_table table = {.n_sites = n_sites,
                                      .n_criteria = n_criteria,
                                      .values = columns,
                                      .weights = weights};
    struct gs_scores scores = {.score = outcome->score,
                               .method_index = outcome->index,
                               .parts = parts};
    const struct gs_method *method = gs_method_find("weighted_sum");
    assert_non_null(method);
    assert_ok(ctx, method->check(ctx, NULL, NULL));
    assert_ok(ctx, method->score(ctx, &table, NULL, &scores));
    gs_ctx_free(ctx);
}

/* E. Triantaphyllou (2000), Multi-Criteria Decision Making Methods: A Comparative Study, Kluwer,
 * section 2.2.1, as reproduced in Wikipedia, "Weighted sum model": weights 0.20, 0.15, 0.40, 0.25;
 * A1 = (25, 20, 15, 30) scores 21.50, A2 = (10, 30, 20, 30) 22.00, A3 = (30, 10, 30, 10) 22.00.
 * Here all performances are divided by 40, which binary fractions hold exactly. */
static void test_published_example(void **state)
{
    (void)state;
    const double weights[] = {0.20, 0.15, 0.40, 0.25};
    const double values[][MOST] = {{25 / 40.0, 10 / 40.0, 30 / 40.0},
                                   {20 / 40.0, 30 / 40.0, 10 / 40.0},
                                   {15 / 40.0, 20 / 40.0, 30 / 40.0},
                                   {30 / 40.0, 30 / 40.0, 10 / 40.0}};
    struct outcome outcome;
    run(3, 4, weights, values, &outcome);
    assert_near(outcome.score[0] * 40, 21.50, 1e-14);
    assert_near(outcome.score[1] * 40, 22.00, 1e-14);
    assert_near(outcome.score[2] * 40, 22.00, 1e-14);
    for (size_t s = 0; s < 3; s++) {
        double sum = 0;
        assert_near(outcome.index[s], outcome.score[s], 0);
        for (size_t c = 0; c < 4; c++) {
            assert_near(outcome.part[c][s], weights[c] * values[c][s], 0);
            sum += outcome.part[c][s];
        }
        assert_near(sum, outcome.score[s], 1e-15);
    }

    /* The tie of the example is a tie, not a matter of the last bit. */
    struct gs_ctx *ctx = test_ctx();
    const bool feasible[] = {true, true, true};
    const char *ids[] = {"A1", "A2", "A3"};
    unsigned rank[3];
    size_t order[3];
    assert_ok(ctx, gs_rank(ctx, 3, outcome.score, feasible, ids, rank, order));
    assert_int_equal(rank[0], 3);
    assert_int_equal(rank[1], 1);
    assert_int_equal(rank[2], 1);
    gs_ctx_free(ctx);
}

/* Weights that do not add up to 1 in the last bits: the ends of the scale are exact all the same.
 */
static void test_ends_are_exact(void **state)
{
    (void)state;
    for (size_t n = 1; n <= MOST; n++) {
        double weights[MOST], values[MOST][MOST], sum = 0;
        for (size_t c = 0; c < n; c++)
            sum += 1 / (double)(c + 3);
        for (size_t c = 0; c < n; c++) {
            weights[c] = 1 / (double)(c + 3) / sum;
            values[c][0] = 1;
            values[c][1] = 0;
            values[c][2] = 0.7;
        }
        struct outcome outcome;
        run(3, n, weights, (const double(*)[MOST])values, &outcome);
        assert_near(outcome.score[0], 1, 0);
        assert_near(outcome.score[1], 0, 0);
        assert_near(outcome.score[2], 0.7, 1.2e-16);
    }
}

/* Two weights of a little under one half: a plain Σ w v of all ones would be 1 - 2^-53. */
static void test_weights_below_one(void **state)
{
    (void)state;
    const double weights[] = {nextafter(0.5, 0), nextafter(0.5, 0)};
    const double values[][MOST] = {{1}, {1}};
    struct outcome outcome;
    run(1, 2, weights, values, &outcome);
    assert_true(weights[0] + weights[1] < 1);
    assert_near(outcome.score[0], 1, 0);
}

/* The same criteria in another order give the same bits. */
static void test_order_of_criteria(void **state)
{
    (void)state;
    double weights[MOST], values[MOST][MOST], turned_weights[MOST], turned[MOST][MOST], sum = 0;
    for (size_t c = 0; c < MOST; c++)
        sum += weights[c] = 1 + fabs(sin((double)c * 1.7)) * 30;
    for (size_t c = 0; c < MOST; c++)
        weights[c] /= sum;
    for (size_t c = 0; c < MOST; c++)
        for (size_t s = 0; s < MOST; s++)
            values[c][s] = fabs(cos((double)(c * 31 + s * 7)));
    struct outcome first, other;
    run(MOST, MOST, weights, (const double(*)[MOST])values, &first);
    for (size_t shift = 1; shift < MOST; shift++) {
        for (size_t c = 0; c < MOST; c++) {
            size_t from = (c * 5 + shift) % MOST;
            turned_weights[c] = weights[from];
            for (size_t s = 0; s < MOST; s++)
                turned[c][s] = values[from][s];
        }
        run(MOST, MOST, turned_weights, (const double(*)[MOST])turned, &other);
        for (size_t s = 0; s < MOST; s++)
            assert_near(other.score[s], first.score[s], 0);
    }
}

/* More of any criterion never scores less. */
static void test_monotone(void **state)
{
    (void)state;
    const double weights[] = {0.3, 0.3, 0.4};
    double values[3][MOST];
    for (size_t c = 0; c < 3; c++) {
        struct outcome outcome;
        for (size_t s = 0; s < MOST; s++)
            for (size_t k = 0; k < 3; k++)
                values[k][s] = k == c ? (double)s / (MOST - 1) : 1 / 3.0;
        run(MOST, 3, weights, (const double(*)[MOST])values, &outcome);
        for (size_t s = 1; s < MOST; s++)
            assert_true(outcome.score[s] > outcome.score[s - 1]);
    }
}

/* The caller's bugs are told, not scored. */
static void test_faults(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    double column[] = {NAN}, weight[] = {1}, none[] = {0}, score[1], index[1], part[1];
    const double *columns[] = {column};
    double *parts[] = {part};
    struct gs_decision_table table = {.n_sites = 1,
                                      .n_criteria = 1,
                                      .values = columns,
                                      .weights = weight};
    struct gs_scores scores = {.score = score, .method_index = index, .parts = parts};
    const struct gs_method *method = gs_method_find("weighted_sum");
    assert_status(ctx, method->score(ctx, &table, NULL, &scores), GS_EINTERNAL);
    assert_diagnostic(ctx, "lacks a value");
    table.weights = none;
    assert_status(ctx, method->score(ctx, &table, NULL, &scores), GS_EINTERNAL);
    assert_diagnostic(ctx, "weights add up to 0");
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_example), cmocka_unit_test(test_ends_are_exact),
        cmocka_unit_test(test_weights_below_one), cmocka_unit_test(test_order_of_criteria),
        cmocka_unit_test(test_monotone),          cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
