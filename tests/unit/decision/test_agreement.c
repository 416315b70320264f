// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "decision/agreement.h"

#include <math.h>

static void check(const unsigned *a, const unsigned *b, size_t n, double tau, double rho)
{
    struct gs_ctx *ctx = test_ctx();
    double kendall = 9, spearman = 9;
    assert_ok(ctx, gs_agreement(ctx, a, b, n, &kendall, &spearman));
    assert_near(kendall, tau, 1e-15);
    assert_near(spearman, rho, 1e-15);
    gs_ctx_free(ctx);
}

/* scipy.stats.kendalltau and spearmanr, SciPy 1.10.1. */
static void test_scipy(void **state)
{
    (void)state;
    const unsigned a[] = {1, 2, 2, 4, 5, 6, 6, 8}, b[] = {2, 1, 3, 3, 8, 5, 5, 5};
    check(a, b, 8, 0.6004805767690768, 0.7765323366725413);
    const unsigned up[] = {1, 2, 3, 4, 5}, down[] = {5, 4, 3, 2, 1};
    check(up, up, 5, 1, 1);
    check(up, down, 5, -1, -1);
}

/* Sites that only one of them ranks do not count; where all are equal there is nothing to tell. */
static void test_edges(void **state)
{
    (void)state;
    const unsigned a[] = {1, 0, 2, 3, 4}, b[] = {1, 2, 3, 4, 0}, same[] = {1, 1, 1, 1, 1};
    check(a, b, 5, 1, 1);
    check(a, same, 5, NAN, NAN);
    check(a, b, 2, NAN, NAN);
    check(a, b, 0, NAN, NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scipy),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
