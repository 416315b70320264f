// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/scoring.h"

/* E. Triantaphyllou (2000), Multi-Criteria Decision Making Methods: A Comparative Study, Kluwer,
 * section 2.2.2, as reproduced in Wikipedia, "Weighted product model": weights 0.20, 0.15, 0.40,
 * 0.25; A1 = (25, 20, 15, 30), A2 = (10, 30, 20, 30), A3 = (30, 10, 30, 10); the ratios are
 * A1/A2 = 1.007, A1/A3 = 1.067, A2/A3 = 1.059. Here all performances are divided by 40. */
static void test_published_example(void **state)
{
    (void)state;
    const double weights[] = {0.20, 0.15, 0.40, 0.25};
    const double values[] = {25 / 40.0, 20 / 40.0, 15 / 40.0, 30 / 40.0, 10 / 40.0, 30 / 40.0,
                             20 / 40.0, 30 / 40.0, 30 / 40.0, 10 / 40.0, 30 / 40.0, 10 / 40.0};
    double score[3];
    scoring_sites("weighted_product", NULL, 3, 4, weights, values, score);
    assert_near(score[0] / score[1], 1.007, 0.0005);
    assert_near(score[0] / score[2], 1.067, 0.0005);
    assert_near(score[1] / score[2], 1.059, 0.0005);
}

/* Closed forms: equal weights are the geometric mean; 0 beats all but a weight of 0. */
static void test_closed_forms(void **state)
{
    (void)state;
    const double equal[] = {0.5, 0.5}, one[] = {1, 0};
    const double values[] = {0.25, 1, 0.5, 0.5, 0, 1, 1, 1, 1e-300, 1e-300};
    double score[5];
    scoring_sites("weighted_product", NULL, 5, 2, equal, values, score);
    assert_near(score[0], 0.5, 0);
    assert_near(score[1], 0.5, 0);
    assert_near(score[2], 0, 0);
    assert_near(score[3], 1, 0);
    assert_near(score[4] / 1e-300, 1, 1e-12);
    const double beside[] = {0.7, 0, 0, 1};
    scoring_sites("weighted_product", NULL, 2, 2, one, beside, score);
    assert_near(score[0], 0.7, 1e-15);
    assert_near(score[1], 0, 0);
}

/* The same criteria in another order give the same bits. */
static void test_order_of_criteria(void **state)
{
    (void)state;
    enum { N = 16 };
    double weights[N], values[N], turned_weights[N], turned[N], score, other, sum = 0;
    uint64_t random = 3;
    for (size_t c = 0; c < N; c++) {
        sum += weights[c] = scoring_random(&random);
        values[c] = scoring_random(&random);
    }
    for (size_t c = 0; c < N; c++)
        weights[c] /= sum;
    scoring_sites("weighted_product", NULL, 1, N, weights, values, &score);
    for (size_t shift = 1; shift < N; shift++) {
        for (size_t c = 0; c < N; c++) {
            turned_weights[c] = weights[(c * 5 + shift) % N];
            turned[c] = values[(c * 5 + shift) % N];
        }
        scoring_sites("weighted_product", NULL, 1, N, turned_weights, turned, &other);
        assert_near(other, score, 0);
    }
}

static void test_cells(void **state)
{
    (void)state;
    scoring_cells("weighted_product", NULL, NULL);
    scoring_cells("weighted_sum", NULL, NULL);
}

static void test_faults(void **state)
{
    (void)state;
    scoring_faults("weighted_product", NULL, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_example),
        cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_order_of_criteria),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
