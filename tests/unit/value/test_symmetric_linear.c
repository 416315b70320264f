// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

/* max(0, 1 - |x - 10| / 4), by hand. */
static void test_tent(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "symmetric_linear", "midpoint=10;width=4");
    assert_near(curve_at(&curve, 10), 1, 0);
    assert_near(curve_at(&curve, 9), 0.75, 0);
    assert_near(curve_at(&curve, 13), 0.25, 0);
    assert_near(curve_at(&curve, 6), 0, 0);
    assert_near(curve_at(&curve, 14), 0, 0);
    assert_near(curve_at(&curve, 100), 0, 0);
    curve_promises(&curve, 0, 20, 0, 0, 0);
    curve_continuous(&curve, 6, 0.25);
    curve_continuous(&curve, 10, 0.25);
    curve_continuous(&curve, 14, 0.25);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("symmetric_linear", "midpoint=1;width=0", "`width` is 0, but must be above 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tent),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
