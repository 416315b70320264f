// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/scoring.h"

#include "decision/sensitivity.h"

/* By hand: A = (0.8, 0.4), B = (0.4, 0.7), C = (0, 0.9), weights 0.6 and 0.4. With the share x of
 * the first criterion A leads B by 0.4 x - 0.3 (1 - x), so from x = 3/7 on, and C by 0.8 x - 0.5 (1
 * - x), from x = 5/13 on: on the way down B comes first. */
static void test_by_hand(void **state)
{
    (void)state;
    const double first[] = {0.8, 0.4, 0}, second[] = {0.4, 0.7, 0.9}, weights[] = {0.6, 0.4};
    const double *columns[] = {first, second};
    struct gs_decision_table table = {.n_sites = 3,
                                      .n_criteria = 2,
                                      .values = columns,
                                      .weights = weights};
    struct gs_turn turn;
    gs_turns_of_sum(&table, 0, 0, &turn);
    assert_near(turn.lower, 3 / 7.0, 1e-15);
    assert_int_equal(turn.lower_winner, 1);
    assert_true(isnan(turn.upper));
    gs_turns_of_sum(&table, 0, 1, &turn);
    assert_near(turn.upper, 4 / 7.0, 1e-15);
    assert_int_equal(turn.upper_winner, 1);
    assert_true(isnan(turn.lower));
}

/* Crossing lines and looking for the change agree. */
static void test_search(void **state)
{
    (void)state;
    enum { SITES = 12, CRITERIA = 4 };
    struct gs_ctx *ctx = test_ctx();
    uint64_t random = 4;
    size_t n_found = 0;
    for (int round = 0; round < 40; round++) {
        double values[CRITERIA][SITES], weights[CRITERIA], score[SITES] = {0};
        const double *columns[CRITERIA];
        double total = 0;
        for (size_t c = 0; c < CRITERIA; c++) {
            columns[c] = values[c];
            total += weights[c] = 0.1 + scoring_random(&random);
            for (size_t s = 0; s < SITES; s++)
                values[c][s] = scoring_random(&random);
        }
        size_t winner = 0;
        for (size_t s = 0; s < SITES; s++) {
            for (size_t c = 0; c < CRITERIA; c++)
                score[s] += weights[c] / total * values[c][s];
            winner = score[s] > score[winner] ? s : winner;
        }
        for (size_t c = 0; c < CRITERIA; c++)
            weights[c] /= total;
        struct gs_decision_table table = {.n_sites = SITES,
                                          .n_criteria = CRITERIA,
                                          .values = columns,
                                          .weights = weights};
        for (size_t c = 0; c < CRITERIA; c++) {
            struct gs_turn exact, found;
            gs_turns_of_sum(&table, winner, c, &exact);
            assert_ok(ctx, gs_turns(ctx, &table, gs_method_find("weighted_sum"), NULL, winner, c,
                                    &found));
            n_found += isnan(exact.lower) ? 0 : 1;
            if (isnan(exact.lower) || exact.lower > 1e-9)
                assert_near(found.lower, exact.lower, 2e-9);
            if (isnan(exact.upper) || exact.upper < 1 - 1e-9)
                assert_near(found.upper, exact.upper, 2e-9);
            if (!isnan(exact.upper))
                assert_int_equal(found.upper_winner, exact.upper_winner);
        }
    }
    assert_true(n_found > 20);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
