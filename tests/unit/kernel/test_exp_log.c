// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/exp_log.h"

/* Against libm over the whole range, at whole and half exponents and between. */
static void test_exp2(void **state)
{
    (void)state;
    for (int i = -1022 * 64; i <= 1023 * 64; i++) {
        double y = i / 64.0 + (i % 7) * 1e-4;
        if (y < -1022 || y > 1023)
            continue;
        double expected = exp2(y);
        assert_near(gs_exp2(y) / expected, 1, 3e-10);
    }
    assert_near(gs_exp2(0), 1, 0);
    assert_near(gs_exp2(-1), 0.5, 0);
    assert_near(gs_exp2(10), 1024, 0);
    assert_near(gs_exp2(-1022.5), 0, 0);
    assert_near(gs_exp2(-INFINITY), 0, 0);
    assert_true(isinf(gs_exp2(1024)));
    assert_true(isinf(gs_exp2(INFINITY)));
    assert_true(isnan(gs_exp2(NAN)));
}

/* Relative to the logarithm itself, also beside 1, where it is small. */
static void test_log2(void **state)
{
    (void)state;
    for (int e = -1021; e <= 1022; e++)
        for (int i = 0; i < 64; i++) {
            double x = ldexp(1 + i / 64.0 + 1e-9, e), expected = log2(x);
            assert_near(gs_log2(x) / expected, 1, 1e-13);
        }
    for (double h = 0.5; h > 1e-15; h *= 0.7) {
        assert_near(gs_log2(1 + h) / log2(1 + h), 1, 1e-13);
        assert_near(gs_log2(1 - h) / log2(1 - h), 1, 1e-13);
    }
    assert_near(gs_log2(1), 0, 0);
    assert_near(gs_log2(8), 3, 0);
}

/* Every exponent of a float below 1, the subnormal ones too. */
static void test_log2_unit(void **state)
{
    (void)state;
    for (int e = -148; e < 0; e++)
        for (int i = 0; i < 256; i++) {
            float x = ldexpf(1 + (float)i / 256, e);
            double expected = log2((double)x);
            assert_near((double)gs_log2_unit(x) / expected, 1, 3e-7);
        }
    for (float h = 0.5f; h > 6e-8f; h *= 0.9f) {
        double expected = log2((double)(1 - h));
        assert_near((double)gs_log2_unit(1 - h) / expected, 1, 3e-7);
    }
    assert_near((double)gs_log2_unit(1), 0, 0);
    assert_near((double)gs_log2_unit(1.40129846e-45f), -149, 0);
    assert_true(isinf(gs_log2_unit(0)) && gs_log2_unit(0) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp2),
        cmocka_unit_test(test_log2),
        cmocka_unit_test(test_log2_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
