// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

/* exp(-z^2 / 2) with Python's decimal: Decimal('-0.5').exp(), Decimal(-2).exp() at z = 1, 2. */
static void test_gaussian(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "gaussian", "midpoint=100;sigma=20");
    assert_near(curve_at(&curve, 100), 1, 0);
    assert_near(curve_at(&curve, 120), 0.60653065971263342360, 2e-16);
    assert_near(curve_at(&curve, 80), 0.60653065971263342360, 2e-16);
    assert_near(curve_at(&curve, 140), 0.13533528323661269189, 1e-16);
    curve_promises(&curve, -100, 300, 0, 0, 0);
    for (double d = 0; d < 200; d += 0.7)
        assert_near(curve_at(&curve, 100 + d), curve_at(&curve, 100 - d), 1e-14);
    curve_close(&curve);
}

/* 1 / (1 + z^2) in fractions: 1/2 at one width, 1/5 at two, 4/5 at half of one. */
static void test_near_function(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "near", "midpoint=-3;width=4");
    assert_near(curve_at(&curve, -3), 1, 0);
    assert_near(curve_at(&curve, 1), 0.5, 0);
    assert_near(curve_at(&curve, -11), 0.2, 1e-16);
    assert_near(curve_at(&curve, -1), 0.8, 1e-16);
    curve_promises(&curve, -100, 100, 0, 0, 0);
    for (double d = 0.1, before = 1; d < 100; d += 0.1) {
        double y = curve_at(&curve, -3 + d);
        assert_true(y < before);
        before = y;
    }
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("gaussian", "midpoint=1;sigma=0", "`sigma` is 0, but must be above 0");
    curve_reject("near", "midpoint=1;width=-1 m", "`width` is -1, but must be above 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaussian),
        cmocka_unit_test(test_near_function),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
