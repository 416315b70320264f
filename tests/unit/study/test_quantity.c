// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "study/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct gs_span anything = {-INFINITY, INFINITY, false};

/* Parameters of a value function by key; all are doubles, in the order of its table. */
static void *params(const struct gs_value *value, const double *numbers)
{
    char *made = calloc(1, value->params_size);
    for (size_t i = 0; i < value->n_params; i++)
        memcpy(made + value->params[i].offset, &numbers[i], sizeof *numbers);
    return made;
}

static double nearest(const char *name, const double *numbers, const struct gs_span *span,
                      double from, double worth, int direction)
{
    const struct gs_value *value = gs_value_find(name);
    void *p = params(value, numbers);
    double to = NAN;
    if (!gs_nearest_quantity(value, p, span, from, worth, direction, &to))
        to = NAN;
    free(p);
    return to;
}

/* Inverses by hand. */
static void test_closed_forms(void **state)
{
    (void)state;
    const double linear[] = {50, 10};
    assert_near(nearest("linear", linear, &anything, 40, 0.75, -1), 20, 1e-12);
    assert_near(nearest("linear", linear, &anything, 100, 0.25, -1), 40, 1e-12);
    assert_true(isnan(nearest("linear", linear, &anything, 40, 0.75, 1)));
    const double logistic[] = {7, 2}; /* 1 / (1 + exp(-2 (x - 7))) */
    assert_near(nearest("logistic", logistic, &anything, 3, 0.9, 1), 7 + log(9) / 2, 1e-12);
    const double step[] = {100, 1, 0.5}; /* worth 1 below the threshold, 0.5 from it on */
    assert_true(nearest("step", step, &anything, 250, 0.8, -1) == nextafter(100, 0));
    const double small[] = {12, 2}; /* 1 / (1 + (x / 12)²) */
    assert_near(nearest("small", small, &anything, 30, 0.8, -1), 6, 1e-12);
}

/* Functions with a best between: both sides, and from beyond. */
static void test_two_sides(void **state)
{
    (void)state;
    const double trapezoid[] = {0, 10, 20, 40};
    assert_near(nearest("trapezoid", trapezoid, &anything, -5, 0.5, 1), 5, 1e-12);
    assert_near(nearest("trapezoid", trapezoid, &anything, 100, 0.5, -1), 30, 1e-12);
    assert_true(isnan(nearest("trapezoid", trapezoid, &anything, 100, 0.5, 1)));
    const double near[] = {10, 4}; /* 1 / (1 + ((x - 10) / 4)²) */
    assert_near(nearest("near", near, &anything, 22, 0.5, -1), 14, 1e-12);
    assert_near(nearest("near", near, &anything, 0, 0.5, 1), 6, 1e-12);
    const double gaussian[] = {10, 4};
    assert_near(nearest("gaussian", gaussian, &anything, 0, exp(-0.5), 1), 6, 1e-9);
}

/* Ups and downs: 0 at 0, 1 at 10, 0.2 at 20, 0.9 at 30. */
static void test_points(void **state)
{
    (void)state;
    const struct gs_value *value = gs_value_find("points");
    double items[4][2] = {{0, 0}, {10, 1}, {20, 0.2}, {30, 0.9}};
    struct gs_points points = {items, 4};
    double to;
    assert_true(gs_nearest_quantity(value, &points, &anything, 20, 0.6, 1, &to));
    assert_near(to, 20 + 10 * 0.4 / 0.7, 1e-12);
    assert_true(gs_nearest_quantity(value, &points, &anything, 20, 0.6, -1, &to));
    assert_near(to, 15, 1e-12);
    assert_false(gs_nearest_quantity(value, &points, &anything, 20, 0.95, 1, &to));
    assert_near(gs_best_worth(value, &points, &anything, 20), 1, 0);
    struct gs_span above = {12, INFINITY, false};
    assert_near(gs_best_worth(value, &points, &above, 20), 0.9, 0);
    assert_false(gs_nearest_quantity(value, &points, &above, 20, 0.95, -1, &to));
}

static void test_span(void **state)
{
    (void)state;
    const double linear[] = {50, -10};
    struct gs_span from_0 = {0, INFINITY, false}, whole = {0, INFINITY, true};
    assert_true(isnan(nearest("linear", linear, &from_0, 20, 0.9, -1)));
    assert_near(nearest("linear", linear, &from_0, 20, 0.8, -1), 2, 1e-12);
    const struct gs_value *value = gs_value_find("linear");
    void *p = params(value, linear);
    assert_near(gs_best_worth(value, p, &from_0, 20), 50.0 / 60, 1e-15);
    free(p);
    const double carriers[] = {0, 5};
    assert_near(nearest("linear", carriers, &whole, 1, 0.5, 1), 3, 0); /* 2.5 exactly */
}

/* Between neighbouring breakpoints no value function turns: what the search stands on. */
static void test_no_turns(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double numbers[4], breaks[4];
        size_t n;
    } all[] = {
        {"linear", {50, 10}, {10, 50}, 2},
        {"step", {10, 0.2, 0.9}, {10}, 1},
        {"logistic", {7, -2}, {7}, 1},
        {"gaussian", {7, 2}, {7}, 1},
        {"near", {7, 2}, {7}, 1},
        {"small", {12, 3}, {12}, 1},
        {"large", {12, 3}, {12}, 1},
        {"ms_small", {10, 3, 1.5, 2}, {10}, 1},
        {"ms_large", {10, 3, 1.5, 2}, {10}, 1},
        {"exponential", {2, 30, 2}, {2, 30}, 2},
        {"logarithm", {30, 2, 4}, {2, 30}, 2},
        {"power", {2, 30, 0.5}, {2, 30}, 2},
        {"symmetric_linear", {7, 5}, {7}, 1},
        {"trapezoid", {1, 6, 20, 60}, {1, 6, 20, 60}, 4},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct gs_value *value = gs_value_find(all[i].name);
        void *p = params(value, all[i].numbers);
        for (size_t k = 0; k <= all[i].n; k++) {
            double low = k ? all[i].breaks[k - 1] : all[i].breaks[0] - 100;
            double high = k < all[i].n ? all[i].breaks[k] : all[i].breaks[k - 1] + 100;
            double before = NAN;
            int rises = 0, falls = 0;
            for (int step = 1; step < 1000; step++) {
                double worth = value->worth(p, low + (high - low) * step / 1000);
                rises += worth > before;
                falls += worth < before;
                before = worth;
            }
            if (rises && falls)
                fail_msg("%s turns between %g and %g", all[i].name, low, high);
        }
        free(p);
    }
}

static void test_round_up(void **state)
{
    (void)state;
    assert_true(gs_round_up(47.3001, 3) == 47.4);
    assert_true(gs_round_up(47.3, 3) == 47.3);
    assert_true(gs_round_up(0.00099951, 3) == 0.001);
    assert_true(gs_round_up(8201, 2) == 8300);
    for (double x = 1e-12; x < 1e12; x *= 1.7)
        assert_true(gs_round_up(x, 3) >= x && gs_round_up(x, 3) <= x * 1.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_forms), cmocka_unit_test(test_two_sides),
        cmocka_unit_test(test_points),       cmocka_unit_test(test_span),
        cmocka_unit_test(test_no_turns),     cmocka_unit_test(test_round_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
