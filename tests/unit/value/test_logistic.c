// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

/* 1 / (1 + e^-z) with Python's decimal at 50 digits, z = 2 (x - 6.5):
 * >>> 1 / (1 + Decimal(-1).exp()), 1 / (1 + Decimal(5).exp()) */
static void test_golden(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "logistic", "midpoint=6.5;steepness=2");
    assert_near(curve_at(&curve, 6.5), 0.5, 0);
    assert_near(curve_at(&curve, 7), 0.73105857863000487925, 2e-16);
    assert_near(curve_at(&curve, 4), 0.0066928509242848555594, 2e-17);
    assert_near(curve_at(&curve, 9), 1 - 0.0066928509242848555594, 2e-16);
    curve_promises(&curve, -20, 30, 1, 0, 1);
    curve_close(&curve);
}

/* The slope at the midpoint is k / 4, in units of the measured quantity. */
static void test_falling(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "logistic", "midpoint=1 km;steepness=-0.02");
    assert_near(curve_at(&curve, 1000), 0.5, 0);
    assert_near((curve_at(&curve, 1001) - curve_at(&curve, 999)) / 2, -0.005, 1e-6);
    curve_promises(&curve, -1000, 3000, -1, 1, 0);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("logistic", "midpoint=1;steepness=0", "`steepness` is 0");
    curve_reject("logistic", "midpoint=1;steepness=2 m", "`steepness` must be a plain number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_falling),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
