// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

/* Corners 0, 4, 6, 16, by hand. */
static void test_plateau(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "trapezoid", "low=0;low_full=4;high_full=6;high=16");
    const double golden[][2] = {{-1, 0}, {0, 0},      {1, 0.25}, {4, 1},  {5, 1},
                                {6, 1},  {8.5, 0.75}, {11, 0.5}, {16, 0}, {17, 0}};
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        assert_near(curve_at(&curve, golden[i][0]), golden[i][1], 0);
    curve_promises(&curve, -5, 20, 0, 0, 0);
    for (int i = 0; i < 4; i++)
        curve_continuous(&curve, (const double[]){0, 4, 6, 16}[i], 0.25);
    curve_close(&curve);
}

/* Sharp edges belong to the plateau; a triangle has none. */
static void test_degenerate(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "trapezoid", "low=2;low_full=2;high_full=3;high=3");
    assert_near(curve_at(&curve, 2), 1, 0);
    assert_near(curve_at(&curve, 3), 1, 0);
    assert_near(curve_at(&curve, nextafter(2, 0)), 0, 0);
    assert_near(curve_at(&curve, nextafter(3, 4)), 0, 0);
    curve_close(&curve);
    curve_make(&curve, "trapezoid", "low=0;low_full=2;high_full=2;high=4");
    assert_near(curve_at(&curve, 1), 0.5, 0);
    assert_near(curve_at(&curve, 2), 1, 0);
    assert_near(curve_at(&curve, 3), 0.5, 0);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("trapezoid", "low=0;low_full=4;high_full=3;high=16", "do not rise");
    curve_reject("trapezoid", "low=0;low_full=4;high_full=6;high=5", "do not rise");
    curve_reject("trapezoid", "low=5;low_full=4;high_full=6;high=7", "low <= low_full");
    curve_reject("trapezoid", "low=5;low_full=5;high_full=5;high=5", "are all 5");
    curve_reject("trapezoid", "low=-1.7e308;low_full=1.7e308;high_full=1.7e308;high=1.7e308",
                 "too far apart");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plateau),
        cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
