// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

static void test_defaults(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "step", "threshold=1 km");
    assert_near(curve_at(&curve, 999.9999999999999), 0, 0);
    assert_near(curve_at(&curve, 1000), 1, 0);
    assert_near(curve_at(&curve, 1000.1), 1, 0);
    curve_promises(&curve, 0, 2000, 1, 0, 1);
    curve_close(&curve);
}

static void test_falling(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "step", "threshold=-5;below=0.75;above=0.25");
    assert_near(curve_at(&curve, nextafter(-5, -6)), 0.75, 0);
    assert_near(curve_at(&curve, -5), 0.25, 0);
    curve_promises(&curve, -10, 0, -1, 0.75, 0.25);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("step", "threshold=5;below=1", "`below` and `above` are both 1");
    curve_reject("step", "threshold=5;above=1.1", "`above` is 1.1");
    curve_reject("step", "threshold=5;below=-0.1", "`below` is -0.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_falling),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
