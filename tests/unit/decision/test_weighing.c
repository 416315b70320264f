// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "decision/weighing.h"

#include <math.h>

static void check_all(const double *actual, const double *expected, size_t n, double tolerance)
{
    for (size_t i = 0; i < n; i++)
        assert_near(actual[i], expected[i], tolerance);
}

/* The matrix (1, 3, 5; 1, 3; 1), whose vector (0.637, 0.258, 0.105), lambda_max 3.0385 and ratio
 * 0.033 are in many textbooks of the analytic hierarchy process; more digits by numpy.linalg.eig,
 * NumPy 1.24. */
static void test_ahp(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const double matrix[] = {1, 3, 5, 1 / 3.0, 1, 3, 1 / 5.0, 1 / 3.0, 1};
    double weights[4];
    struct gs_ahp ahp;
    assert_ok(ctx, gs_ahp_weights(ctx, matrix, 3, weights, &ahp));
    check_all(weights, (double[]){0.6369855717447568, 0.2582849943744952, 0.10472943388074796}, 3,
              1e-14);
    assert_near(ahp.lambda_max, 3.0385110905581727, 1e-13);
    assert_near(ahp.ratio, 0.03319921599842474, 1e-13);
    /* Far from consistent: the same by numpy.linalg.eig. a to c is 1/7, c to d 1/4, but a to d 9:
     * off by 252, as no other triple is. */
    const double wild[] = {1, 2,       1 / 7.0, 9,       1 / 2.0, 1,       5, 3,
                           7, 1 / 5.0, 1,       1 / 4.0, 1 / 9.0, 1 / 3.0, 4, 1};
    assert_ok(ctx, gs_ahp_weights(ctx, wild, 4, weights, &ahp));
    check_all(weights,
              (double[]){0.28123427821114266, 0.2738686952870008, 0.27832861714559104,
                         0.16656840935626555},
              4, 1e-13);
    assert_near(ahp.lambda_max, 8.419487834390587, 1e-12);
    assert_near(ahp.ratio, 1.6368473460705877, 1e-12);
    assert_int_equal(ahp.a, 0);
    assert_int_equal(ahp.b, 2);
    assert_int_equal(ahp.c, 3);
    gs_ctx_free(ctx);
}

/* Closed form: a consistent matrix gives its own weights and no inconsistency. */
static void test_consistent(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const double expected[] = {0.4, 0.3, 0.2, 0.1};
    double matrix[16], weights[4];
    struct gs_ahp ahp;
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++)
            matrix[i * 4 + k] = expected[i] / expected[k];
    assert_ok(ctx, gs_ahp_weights(ctx, matrix, 4, weights, &ahp));
    check_all(weights, expected, 4, 1e-15);
    assert_near(ahp.ratio, 0, 1e-12);
    assert_ok(ctx, gs_ahp_weights(ctx, (double[]){1, 4, 0.25, 1}, 2, weights, &ahp));
    check_all(weights, (double[]){0.8, 0.2}, 2, 1e-15);
    assert_near(ahp.ratio, 0, 0);
    assert_ok(ctx, gs_ahp_weights(ctx, (double[]){1}, 1, weights, &ahp));
    assert_near(weights[0], 1, 0);
    gs_ctx_free(ctx);
}

/* F. H. Barron, B. E. Barrett (1996), table 1, and the closed forms. */
static void test_order(void **state)
{
    (void)state;
    double weights[4];
    gs_rank_order_centroid((const size_t[]){0, 1, 2}, 3, weights);
    check_all(weights, (double[]){11 / 18.0, 5 / 18.0, 2 / 18.0}, 3, 1e-15);
    gs_rank_order_centroid((const size_t[]){3, 0, 2, 1}, 4, weights);
    check_all(weights, (double[]){0.0625, 0.5208333333333333, 7 / 48.0, 13 / 48.0}, 4, 1e-15);
    gs_rank_order_centroid((const size_t[]){0, 1, 1}, 3, weights);
    check_all(weights, (double[]){11 / 18.0, 3.5 / 18, 3.5 / 18}, 3, 1e-15);
    gs_rank_sum((const size_t[]){0, 1, 2, 3}, 4, weights);
    check_all(weights, (double[]){0.4, 0.3, 0.2, 0.1}, 4, 1e-16);
    gs_rank_sum((const size_t[]){0, 0, 0, 0}, 4, weights);
    check_all(weights, (double[]){0.25, 0.25, 0.25, 0.25}, 4, 1e-16);
}

/* By NumPy 1.24: P = X / X.sum(0), d = 1 + (P ln P).sum(0) / ln 4; std(0) * (1 - corrcoef).sum(0).
 */
static void test_data(void **state)
{
    (void)state;
    const double a[] = {0.2, 0.4, 0.7, 0.7}, b[] = {0.9, 0.1, 0.6, 0.3}, same[] = {.5, .5, .5, .5},
                 c[] = {0.262, 0.202, 0.422, 0.368};
    double weights[4];
    assert_true(gs_entropy_weights((const double *const[]){a, b, same}, 3, 4, weights));
    check_all(weights, (double[]){0.3090659057222247, 0.6909340942777753, 0}, 3, 1e-14);
    assert_true(gs_critic_weights((const double *const[]){a, b, c}, 3, 4, weights));
    check_all(weights, (double[]){0.31245928867936806, 0.6100357772452708, 0.07750493407536112}, 3,
              1e-14);
    assert_true(gs_critic_weights((const double *const[]){a, b, same, c}, 4, 4, weights));
    check_all(weights, (double[]){0.31245928867936806, 0.6100357772452708, 0, 0.07750493407536112},
              4, 1e-14);
    assert_false(gs_entropy_weights((const double *const[]){same, same}, 2, 4, weights));
    assert_false(gs_critic_weights((const double *const[]){same, a}, 2, 4, weights));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ahp),
        cmocka_unit_test(test_consistent),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
