// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/sum.h"

#include <float.h>
#include <math.h>

static double sum_of(const double *values, size_t n)
{
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t i = 0; i < n; i++)
        gs_sum_add(&sum, values[i]);
    return gs_sum_value(&sum);
}

#define SUM(...) sum_of((double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

static void test_small(void **state)
{
    (void)state;
    struct gs_sum empty;
    gs_sum_init(&empty);
    assert_near(gs_sum_value(&empty), 0, 0);
    assert_near(SUM(0.0, -0.0), 0, 0);
    assert_near(SUM(1e100, 1, -1e100), 1, 0);
    assert_near(SUM(1, 1e100, 1, -1e100), 2, 0);
    /* ten tenths: the exact sum of ten times 0.1's double rounds to 1 (Python math.fsum's example)
     */
    assert_near(SUM(.1, .1, .1, .1, .1, .1, .1, .1, .1, .1), 1, 0);
    assert_near(SUM(DBL_MAX, -DBL_MAX, 0x1p-1074), 0x1p-1074, 0);
}

/* Half a unit in the last place, and what lies beyond decides; ties go to even. */
static void test_rounding(void **state)
{
    (void)state;
    assert_near(SUM(1, 0x1p-53), 1, 0);
    assert_near(SUM(1, 0x1p-53, 0x1p-200), 1 + 0x1p-52, 0);
    assert_near(SUM(1, 0x1p-53, -0x1p-200), 1, 0);
    assert_near(SUM(1 + 0x1p-52, 0x1p-53), 1 + 0x1p-51, 0);
    assert_near(SUM(1 + 0x1p-52, 0x1p-53, -0x1p-1074), 1 + 0x1p-52, 0);
    assert_near(SUM(-1, -0x1p-53, -0x1p-1074), -1 - 0x1p-52, 0);
}

static uint64_t hash(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* 2000 numbers of magnitudes 2^-150 to 2^149. Python 3: math.fsum() of the same, and the sum of
 * fractions.Fraction products rounded once. */
static void test_any_order(void **state)
{
    (void)state;
    double values[2000];
    for (size_t i = 0; i < 2000; i++)
        values[i] = ldexp((double)(int64_t)hash(i) / 0x1p63, (int)(hash(i + 5000) % 300) - 150);
    assert_near(sum_of(values, 2000), 1.0957584782385157e+45, 0);
    struct gs_sum products;
    gs_sum_init(&products);
    for (size_t i = 0; i < 2000; i++)
        gs_sum_add_product(&products, values[i], values[1999 - i / 2]);
    assert_near(gs_sum_value(&products), 4.410757293977635e+86, 0);
    for (size_t turn = 0; turn < 20; turn++) {
        for (size_t i = 1999; i > 0; i--) {
            size_t k = hash(turn * 2000 + i) % (i + 1);
            double swap = values[i];
            values[i] = values[k];
            values[k] = swap;
        }
        assert_near(sum_of(values, 2000), 1.0957584782385157e+45, 0);
    }
}

static void test_products(void **state)
{
    (void)state;
    struct gs_sum sum;
    gs_sum_init(&sum);
    gs_sum_add_product(&sum, 1 + 0x1p-52, 1 - 0x1p-52); /* 1 - 2^-104 */
    gs_sum_add(&sum, -1);
    assert_near(gs_sum_value(&sum), -0x1p-104, 0);
}

static void test_overflow(void **state)
{
    (void)state;
    assert_true(isinf(SUM(DBL_MAX, DBL_MAX)));
    assert_true(isinf(SUM(DBL_MAX, DBL_MAX, 1)));
    assert_true(isinf(SUM(1, INFINITY, 2)));
    assert_true(isnan(SUM(1, INFINITY, -INFINITY)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),     cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_any_order), cmocka_unit_test(test_products),
        cmocka_unit_test(test_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
