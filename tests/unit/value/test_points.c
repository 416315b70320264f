// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

static void open_points(struct curve *curve, double (*items)[2], size_t n)
{
    curve_open(curve, "points");
    *(struct gs_points *)curve_member(curve, "points") = (struct gs_points){items, n};
}

/* The design's example; between the points by hand: at 100 half of 0.7, at 400 halfway 0.7 to 1.
 * As numpy.interp([100, 400, 300], [0, 200, 600], [0, .7, 1]) gives 0.35, 0.85, 0.775. */
static void test_design_example(void **state)
{
    (void)state;
    double items[][2] = {{0, 0}, {200, 0.7}, {600, 1}};
    struct curve curve;
    open_points(&curve, items, 3);
    assert_ok(curve.ctx, curve_check(&curve));
    assert_near(curve_at(&curve, -1), 0, 0);
    assert_near(curve_at(&curve, 0), 0, 0);
    assert_near(curve_at(&curve, 100), 0.35, 1e-15);
    assert_near(curve_at(&curve, 200), 0.7, 0);
    assert_near(curve_at(&curve, 300), 0.775, 1e-15);
    assert_near(curve_at(&curve, 400), 0.85, 1e-15);
    assert_near(curve_at(&curve, 600), 1, 0);
    assert_near(curve_at(&curve, 601), 1, 0);
    curve_promises(&curve, -100, 700, 1, 0, 1);
    curve_continuous(&curve, 0, 0.0035);
    curve_continuous(&curve, 200, 0.0035);
    curve_continuous(&curve, 600, 0.0035);
    curve_close(&curve);
}

/* Many points, awkward fractions: every point is met exactly and the curve is monotone between. */
static void test_many_points(void **state)
{
    (void)state;
    enum { N = 101 };
    double items[N][2];
    for (int i = 0; i < N; i++) {
        items[i][0] = 0.1 * i + 0.003 * i * i;
        items[i][1] = 1 - sqrt(i / 100.0);
    }
    struct curve curve;
    open_points(&curve, items, N);
    assert_ok(curve.ctx, curve_check(&curve));
    for (int i = 0; i < N; i++)
        assert_near(curve_at(&curve, items[i][0]), items[i][1], 0);
    curve_promises(&curve, -1, 45, -1, 1, 0);
    curve_close(&curve);
}

/* 0.3 + (0.9 - 0.3) * 1 is 0.9000000000000001: just before the point the curve must not exceed it.
 */
static void test_no_overshoot(void **state)
{
    (void)state;
    double items[][2] = {{-15.5, 0.3}, {0.9, 0.9}};
    struct curve curve;
    open_points(&curve, items, 2);
    assert_true(curve_at(&curve, nextafter(0.9, 0)) <= 0.9);
    curve_close(&curve);
}

/* It may rise and fall: numpy.interp([5, 15], [0, 10, 20], [.2, 1, .4]) gives 0.6, 0.7. */
static void test_peak(void **state)
{
    (void)state;
    double items[][2] = {{0, 0.2}, {10, 1}, {20, 0.4}};
    struct curve curve;
    open_points(&curve, items, 3);
    assert_near(curve_at(&curve, 5), 0.6, 1e-15);
    assert_near(curve_at(&curve, 15), 0.7, 1e-15);
    curve_promises(&curve, -5, 25, 0, 0.2, 0.4);
    curve_close(&curve);
}

static void reject(double (*items)[2], size_t n, const char *part)
{
    struct curve curve;
    open_points(&curve, items, n);
    assert_status(curve.ctx, curve_check(&curve), GS_ESTUDY);
    assert_diagnostic(curve.ctx, part);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    double equal[][2] = {{0, 0}, {5, 0.5}, {5, 1}}, falling[][2] = {{0, 0}, {5, 0.5}, {4, 1}};
    double wide[][2] = {{-1.7e308, 0}, {1.7e308, 1}};
    reject(equal, 0, "`points` has 0 pairs, but needs at least two");
    reject(equal, 1, "`points` has 1 pair, but needs at least two");
    reject(equal, 3, "pair 3 (5) follows pair 2 (5)");
    reject(equal, 3, "for a jump use `type: step`");
    reject(falling, 3, "pair 3 (4) follows pair 2 (5)");
    reject(wide, 2, "too far apart");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_design_example), cmocka_unit_test(test_many_points),
        cmocka_unit_test(test_no_overshoot),   cmocka_unit_test(test_peak),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
