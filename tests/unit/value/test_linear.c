// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

/* Closed form (x - worst) / (best - worst), by hand. */
static void test_rising(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "linear", "worst=10;best=30");
    assert_near(curve_at(&curve, 9), 0, 0);
    assert_near(curve_at(&curve, 10), 0, 0);
    assert_near(curve_at(&curve, 15), 0.25, 0);
    assert_near(curve_at(&curve, 20), 0.5, 0);
    assert_near(curve_at(&curve, 30), 1, 0);
    assert_near(curve_at(&curve, 31), 1, 0);
    curve_promises(&curve, 0, 40, 1, 0, 1);
    curve_continuous(&curve, 10, 0.05);
    curve_continuous(&curve, 30, 0.05);
    curve_close(&curve);
}

/* The design's example: worst 50 km, best 2 km; at 26 km halfway, at 14 km three quarters. */
static void test_falling(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "linear", "worst=50 km;best=2 km");
    assert_near(curve_at(&curve, 26000), 0.5, 1e-15);
    assert_near(curve_at(&curve, 14000), 0.75, 1e-15);
    assert_near(curve_at(&curve, 2000), 1, 0);
    assert_near(curve_at(&curve, 0), 1, 0);
    assert_near(curve_at(&curve, 50000), 0, 0);
    curve_promises(&curve, -10000, 60000, -1, 1, 0);
    curve_close(&curve);
}

/* Ends whose difference is not exact: still exactly 1 at best. */
static void test_ends_are_exact(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "linear", "worst=0.1;best=0.7");
    assert_near(curve_at(&curve, 0.1), 0, 0);
    assert_near(curve_at(&curve, 0.7), 1, 0);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("linear", "worst=5;best=5", "`worst` and `best` are the same (5)");
    curve_reject("linear", "worst=-1.7e308;best=1.7e308", "too far apart");
    curve_reject("linear", "worst=5 MW;best=5", "`worst` must be a length (m)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rising),
        cmocka_unit_test(test_falling),
        cmocka_unit_test(test_ends_are_exact),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
