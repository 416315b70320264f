// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

/* In fractions: (3/2)^5 = 243/32, so small is 32/275 there; (1/2)^5 = 1/32, so 32/33. The default
 * spread is 5, as in Esri's Fuzzy Membership. */
static void test_small(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "small", "midpoint=100");
    assert_near(curve_at(&curve, 100), 0.5, 0);
    assert_near(curve_at(&curve, 150), 32.0 / 275, 1e-16);
    assert_near(curve_at(&curve, 50), 32.0 / 33, 2e-16);
    assert_near(curve_at(&curve, 0), 1, 0);
    assert_near(curve_at(&curve, -50), 1, 0);
    curve_promises(&curve, -100, 1000, -1, 1, 0);
    curve_continuous(&curve, 0, 1e-6);
    curve_close(&curve);
}

static void test_large(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "large", "midpoint=100;spread=2");
    assert_near(curve_at(&curve, 100), 0.5, 0);
    assert_near(curve_at(&curve, 200), 0.8, 2e-16); /* 1 / (1 + 1/4) */
    assert_near(curve_at(&curve, 300), 0.9, 2e-16); /* 1 / (1 + 1/9) */
    assert_near(curve_at(&curve, 0), 0, 0);
    assert_near(curve_at(&curve, -300), 0, 0);
    curve_promises(&curve, -100, 1000, 1, 0, 1);
    curve_continuous(&curve, 0, 1e-6);
    curve_close(&curve);
}

/* small and large of the same parameters add up to 1. */
static void test_complement(void **state)
{
    (void)state;
    struct curve small, large;
    curve_make(&small, "small", "midpoint=7;spread=3.3");
    curve_make(&large, "large", "midpoint=7;spread=3.3");
    for (double x = -1; x < 50; x += 0.37)
        assert_near(curve_at(&small, x) + curve_at(&large, x), 1, 4e-16);
    curve_close(&small);
    curve_close(&large);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("small", "midpoint=0", "`midpoint` is 0, but must be above 0");
    curve_reject("large", "midpoint=1;spread=0", "`spread` is 0, but must be above 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_complement),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
