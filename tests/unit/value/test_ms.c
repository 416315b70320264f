// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

/* Esri's formulas in fractions. With mean 100, stdev 20 and multipliers 1: beyond the mean by 20,
 * b s / (x - a m + b s) = 20 / 40; by 60, 20 / 80. */
static void test_defaults(void **state)
{
    (void)state;
    struct curve small, large;
    curve_make(&small, "ms_small", "mean=100;stdev=20");
    curve_make(&large, "ms_large", "mean=100;stdev=20");
    assert_near(curve_at(&small, 120), 0.5, 0);
    assert_near(curve_at(&small, 160), 0.25, 0);
    assert_near(curve_at(&small, 100), 1, 0);
    assert_near(curve_at(&small, 10), 1, 0);
    assert_near(curve_at(&large, 120), 0.5, 0);
    assert_near(curve_at(&large, 160), 0.75, 0);
    assert_near(curve_at(&large, 100), 0, 0);
    assert_near(curve_at(&large, 10), 0, 0);
    curve_promises(&small, 0, 1000, -1, 1, 0);
    curve_promises(&large, 0, 1000, 1, 0, 1);
    curve_continuous(&small, 100, 1 / 20.0);
    curve_continuous(&large, 100, 1 / 20.0);
    curve_close(&small);
    curve_close(&large);
}

/* Multipliers 0.5 and 2: the curve starts at 50, with scale 40; at 60: 40 / 50, at 210: 40 / 200.
 */
static void test_multipliers(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "ms_small", "mean=100;stdev=20;mean_multiplier=0.5;stdev_multiplier=2");
    assert_near(curve_at(&curve, 50), 1, 0);
    assert_near(curve_at(&curve, 60), 0.8, 0);
    assert_near(curve_at(&curve, 210), 0.2, 0);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("ms_small", "mean=1;stdev=0", "`stdev` is 0, but must be above 0");
    curve_reject("ms_large", "mean=1;stdev=1;stdev_multiplier=0", "`stdev_multiplier` is 0");
    curve_reject("ms_large", "mean=1e300;stdev=1;mean_multiplier=1e300", "beyond what can be");
    curve_reject("ms_large", "mean=1;stdev=1e-300;stdev_multiplier=1e-300", "beyond what can be");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_multipliers),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
