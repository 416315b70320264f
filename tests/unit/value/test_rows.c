// SPDX-License-Identifier: Apache-2.0
/* Rows of the surface: `worths` against `worth`, and what `constant_from` says. */
#include "unit/value/curve.h"

#include <stdlib.h>

enum { MOST = 200000 };

struct quantities {
    float x[MOST];
    size_t n;
};

static void put(struct quantities *q, double x)
{
    if (q->n < MOST)
        q->x[q->n++] = (float)x;
}

/* A fine grid over [from, to], its ends and their neighbours, every 40,000th of all floats (with
 * subnormal and huge ones and NaNs of both signs), and what is special. */
static struct quantities *sample(double from, double to)
{
    struct quantities *q = calloc(1, sizeof *q);
    assert_non_null(q);
    for (int i = 0; i <= 60000; i++)
        put(q, from + (to - from) * i / 60000);
    for (uint32_t bits = 0; bits < UINT32_MAX - 40000; bits += 40000) {
        float x;
        memcpy(&x, &bits, sizeof x);
        put(q, (double)x);
    }
    const double special[] = {
        0,    -0.0,  1,    -1, INFINITY,      -INFINITY,      NAN, 3.4028234e38,
        1e38, 1e-45, from, to, -3.4028234e38, (from + to) / 2};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        float x = (float)special[i];
        put(q, (double)x);
        put(q, (double)nextafterf(x, INFINITY));
        put(q, (double)nextafterf(x, -INFINITY));
    }
    return q;
}

static void compare(const struct curve *curve, const struct quantities *q)
{
    float *out = malloc(q->n * sizeof *out), one;
    assert_non_null(out);
    gs_value_worths(curve->value, curve->params, q->x, q->n, out);
    for (size_t i = 0; i < q->n; i++) {
        double expected = curve_at(curve, (double)q->x[i]), actual = (double)out[i];
        if (isnan(expected) ? !isnan(actual) : !(fabs(actual - expected) <= 1e-6))
            fail_msg("%s of %.9g: %.9g in a row, %.17g alone", curve->value->name, (double)q->x[i],
                     actual, expected);
        if (actual < 0 || actual > 1)
            fail_msg("%s of %.9g: %.9g", curve->value->name, (double)q->x[i], actual);
    }
    for (size_t i = 0; i < q->n; i += 97) { /* a row of one gives the same bits */
        gs_value_worths(curve->value, curve->params, &q->x[i], 1, &one);
        if (memcmp(&one, &out[i], sizeof one) != 0 && !(isnan(one) && isnan(out[i])))
            fail_msg("%s of %.9g: %.9g alone, %.9g in a row", curve->value->name, (double)q->x[i],
                     (double)one, (double)out[i]);
    }
    gs_value_worths(curve->value, curve->params, q->x, 0, &one);
    free(out);
}

/* From there on, as far as a double reaches, the worth is that of infinity; `before`, where given,
 * it is not. `before` minus infinity: a double does not reach so far. */
static void constant(const struct curve *curve, double before)
{
    double x = NAN;
    assert_non_null(curve->value->constant_from);
    bool is_constant = curve->value->constant_from(curve->params, &x);
    assert_int_equal(is_constant, !isinf(before));
    if (!is_constant)
        return;
    double end = curve_at(curve, INFINITY), tolerance = GS_VALUE_CONSTANT * 1.0000001;
    assert_near(curve_at(curve, x), end, tolerance);
    for (double step = 1e-12; step < 1e300; step *= 1.3)
        assert_near(curve_at(curve, x + step), end, tolerance);
    if (!isnan(before)) {
        assert_true(before < x);
        assert_true(fabs(curve_at(curve, before) - end) > GS_VALUE_CONSTANT);
    }
}

static void test_curves(void **state)
{
    (void)state;
    static const struct {
        const char *name, *settings;
        double from, to, before;
    } cases[] = {
        {"linear", "worst=50 km;best=2 km", 0, 60000, 49999.9},
        {"linear", "worst=-3;best=7.1", -10, 10, 7.0999},
        {"linear", "worst=1000000.03;best=1000000.5", 999999, 1000002, 1000000.4},
        {"linear", "worst=0;best=1e-300", -1, 1, NAN},
        {"linear", "worst=-8e307;best=8e307", -1, 1, 7e307},
        {"step", "threshold=3.3;below=0.2;above=0.9", 0, 6, 3.29},
        {"step", "threshold=-5;below=1;above=0", -10, 0, -5.01},
        {"logistic", "midpoint=6.5;steepness=2", 0, 15, 16.8},
        {"logistic", "midpoint=20000;steepness=-0.0003", 0, 90000, 89000},
        {"logistic", "midpoint=0;steepness=1e-250", -1, 1, NAN},
        {"logistic", "midpoint=1;steepness=1e30", 0, 2, NAN},
        {"gaussian", "midpoint=10;sigma=3", -20, 40, 29},
        {"gaussian", "midpoint=1000000;sigma=0.01", 999999, 1000001, NAN},
        {"gaussian", "midpoint=0;sigma=1e-250", -1, 1, NAN},
        {"near", "midpoint=10;width=3", -20, 40, 90000},
        {"near", "midpoint=0;width=1e250", -1, 1, 1e254},
        {"small", "midpoint=300", 0, 3000, 18000},
        {"small", "midpoint=300;spread=0.01", 0, 3000, -INFINITY},
        {"large", "midpoint=300;spread=10", 0, 3000, 2000},
        {"large", "midpoint=2;spread=20000", 0, 4, 2.001},
        {"small", "midpoint=2;spread=1e7", 0, 4, NAN},
        {"small", "midpoint=1e-300", 0, 4, NAN},
        {"ms_small", "mean=100;stdev=20;mean_multiplier=1.5", 0, 1000, 1e10},
        {"ms_large", "mean=100;stdev=20;stdev_multiplier=0.1", 0, 1000, 1e9},
        {"exponential", "worst=0;best=10;rate=3", -1, 11, 9.99},
        {"exponential", "worst=10;best=0;rate=-3", -1, 11, 9.99},
        {"exponential", "worst=0;best=10;rate=800", -1, 11, 9.99},
        {"exponential", "worst=0;best=10;rate=-900", -1, 11, NAN},
        {"exponential", "worst=0;best=10;rate=0.0100001", -1, 11, 9.99},
        {"exponential", "worst=0;best=10;rate=0.0099999", -1, 11, 9.99},
        {"exponential", "worst=0;best=10;rate=-0.0099999", -1, 11, 9.99},
        {"exponential", "worst=0;best=10;rate=1e-20", -1, 11, 9.99},
        {"exponential", "worst=0;best=10;rate=1e7", -1, 11, NAN},
        {"logarithm", "worst=0;best=10;rate=5", -1, 11, 9.99},
        {"logarithm", "worst=10;best=0;rate=1e9", -1, 11, 9.99},
        {"logarithm", "worst=0;best=10;rate=1e5", -1, 11, 9.99},
        {"logarithm", "worst=0;best=10;rate=0.0000011", -1, 11, 9.99},
        {"logarithm", "worst=0;best=10;rate=1e-12", -1, 11, 9.99},
        {"power", "worst=0;best=10;exponent=2", -1, 11, 9.99},
        {"power", "worst=10;best=0;exponent=0.3", -1, 11, 9.99},
        {"power", "worst=0;best=10;exponent=900", -1, 11, 9.99},
        {"power", "worst=0;best=10;exponent=1e-3", -1, 11, 9.99},
        {"power", "worst=0;best=10;exponent=1e9", -1, 11, NAN},
        {"symmetric_linear", "midpoint=4;width=3", -5, 10, 6.99},
        {"symmetric_linear", "midpoint=1e12;width=0.001", 0, 1e12, NAN},
        {"symmetric_linear", "midpoint=0;width=1e-250", -1, 1, NAN},
        {"trapezoid", "low=1;low_full=2;high_full=5;high=9", 0, 10, 8.99},
        {"trapezoid", "low=1;low_full=1;high_full=5;high=5", 0, 10, 5},
        {"trapezoid", "low=1;low_full=4;high_full=4;high=4", 0, 10, 4},
        {"trapezoid", "low=0;low_full=1e-250;high_full=4;high=5", 0, 10, 4.9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct curve curve;
        curve_make(&curve, cases[i].name, cases[i].settings);
        assert_non_null(curve.value->worths);
        struct quantities *q = sample(cases[i].from, cases[i].to);
        compare(&curve, q);
        constant(&curve, cases[i].before);
        free(q);
        curve_close(&curve);
    }
}

static void test_points(void **state)
{
    (void)state;
    double three[][2] = {{0, 0.1}, {200, 0.7}, {600, 0.3}};
    double flat[][2] = {{-5, 1}, {5, 0.5}, {10, 0.5}, {20, 0.5}};
    double level[][2] = {{0, 0.5}, {1, 0.5}};
    double tight[][2] = {{0, 0}, {1e-250, 0.5}, {1, 1}};
    double many[60][2];
    for (int i = 0; i < 60; i++) {
        many[i][0] = i * 3.7 - 50;
        many[i][1] = 0.5 + 0.5 * sin(i);
    }
    const struct {
        struct gs_points points;
        double constant, before;
    } cases[] = {{{three, 3}, 600, 599.9},         {{flat, 4}, 5, 4.99},
                 {{level, 2}, -INFINITY, NAN},     {{tight, 3}, 1, 0.9},
                 {{many, 60}, 59 * 3.7 - 50, 168}, {{many, 33}, 32 * 3.7 - 50, 68.3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct curve curve;
        double x;
        curve_open(&curve, "points");
        *(struct gs_points *)curve_member(&curve, "points") = cases[i].points;
        assert_ok(curve.ctx, curve_check(&curve));
        struct quantities *q = sample(cases[i].points.items[0][0] - 10,
                                      cases[i].points.items[cases[i].points.n - 1][0] + 10);
        compare(&curve, q);
        assert_true(curve.value->constant_from(curve.params, &x));
        assert_true(x == cases[i].constant);
        if (isfinite(x))
            constant(&curve, cases[i].before);
        free(q);
        curve_close(&curve);
    }
}

static void test_classes(void **state)
{
    (void)state;
    const char *keys[] = {"12", "0", "255", "256", "-3", "urban", "1e3", "16777217", "13.0"};
    double worths[] = {1, 0.25, 0.5, 0.75, 0.125, 0.9, 0.3, 0.6, 0.4};
    for (int with_other = 0; with_other < 2; with_other++) {
        struct curve curve;
        curve_open(&curve, "classes");
        *(struct gs_worths *)curve_member(&curve, "classes") = (struct gs_worths){keys, worths, 9};
        if (with_other)
            *(double *)curve_member(&curve, "other") = 0.05;
        assert_ok(curve.ctx, curve_check(&curve));
        struct quantities *q = sample(-300, 300);
        for (int code = -10; code < 1100; code++)
            put(q, code);
        put(q, 16777216);
        put(q, 12.5);
        compare(&curve, q);
        assert_null(curve.value->constant_from); /* infinity has none, whatever `other` is */
        free(q);
        curve_close(&curve);
    }
}

/* Nobody has forgotten a function: each has rows, and all but the classes an end. */
static void test_all_have_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < gs_n_values; i++) {
        assert_non_null(gs_values[i]->worths);
        assert_true(gs_values[i]->categorical || gs_values[i]->constant_from);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curves),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_all_have_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
