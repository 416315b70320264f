// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/crossing.h"

#include <math.h>

/* Closed forms. */
static void test_share(void **state)
{
    (void)state;
    double a[2] = {0, 0}, b[2] = {4, 0}, c[2] = {1, -1}, d[2] = {1, 3};
    assert_true(gs_crossing(a, b, c, d, 1));
    assert_true(gs_crossing(a, b, c, d, -1));
    assert_near(gs_crossing_share(a, b, c, d), 0.25, 0);
    assert_near(gs_crossing_share(c, d, a, b), 0.25, 0);
    double e[2] = {1, 0.5}, nowhere[2] = {1, 1};
    assert_false(gs_crossing(a, b, e, d, 1));
    assert_false(gs_crossing(a, b, nowhere, nowhere, 1));
}

/* Nearly the same line: from (x, y) to (x + 1000, y) and from (x, y - u) to (x + 1000, y + 3 u),
 * with u the last bit of y; they cross after a quarter. Plain products know nothing of it. */
static void test_small_angle(void **state)
{
    (void)state;
    double u = 0x1p-31, a[2] = {4321000.1, 3210000.7}, b[2] = {a[0] + 1000, a[1]};
    double c[2] = {a[0], a[1] - u}, d[2] = {b[0], a[1] + 3 * u};
    assert_true(c[1] < a[1] && d[1] > a[1]);
    assert_true(gs_crossing(a, b, c, d, 1));
    assert_near(gs_crossing_share(a, b, c, d), (a[1] - c[1]) / (d[1] - c[1]), 1e-15);
    assert_near(gs_crossing_share(c, d, a, b), (a[1] - c[1]) / (d[1] - c[1]), 1e-15);
}

/* Whatever touches, two closed rings cross an even number of times, and between two vertices of one
 * the other's crossings tell whether the ray's answer changes. All rings on a small grid. */
static void test_consistent(void **state)
{
    (void)state;
    unsigned seed = 1;
    size_t n_touching = 0;
    for (int round = 0; round < 20000; round++) {
        double p[5][2], q[5][2];
        for (int i = 0; i < 4; i++)
            for (int k = 0; k < 4; k++) {
                seed = seed * 1664525 + 1013904223;
                (k < 2 ? p : q)[i][k & 1] = seed >> 30;
            }
        for (int d = 0; d < 2; d++) {
            p[4][d] = p[0][d];
            q[4][d] = q[0][d];
        }
        for (int moved = -1; moved <= 1; moved += 2)
            for (int i = 0; i < 4; i++) {
                bool from = gs_crossing_ray_odd(p[i], (const double(*)[2])q, 5, moved);
                bool to = gs_crossing_ray_odd(p[i + 1], (const double(*)[2])q, 5, moved);
                bool odd = false;
                for (int k = 0; k < 4; k++) {
                    bool crosses = gs_crossing(p[i], p[i + 1], q[k], q[k + 1], moved);
                    assert_int_equal(crosses, gs_crossing(q[k], q[k + 1], p[i], p[i + 1], -moved));
                    odd ^= crosses;
                    n_touching += p[i][0] == q[k][0] && p[i][1] == q[k][1];
                }
                assert_int_equal(from ^ to, odd);
            }
    }
    assert_true(n_touching > 10000);
}

/* A square moved by (ε, ε²) against its own corners: the only the upper right one stays inside. */
static void test_corners(void **state)
{
    (void)state;
    double ring[5][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};
    bool held[4] = {false, false, true, false};
    for (int i = 0; i < 4; i++)
        assert_int_equal(gs_crossing_ray_odd(ring[i], (const double(*)[2])ring, 5, 1), held[i]);
    assert_true(gs_crossing_ray_odd(ring[0], (const double(*)[2])ring, 5, -1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_small_angle),
        cmocka_unit_test(test_consistent),
        cmocka_unit_test(test_corners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
