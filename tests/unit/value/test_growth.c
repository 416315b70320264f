// SPDX-License-Identifier: Apache-2.0
/* Expected values: the formulas with Python's decimal at 50 digits, e.g.
 * >>> (Decimal('1.5').exp() - 1) / (Decimal(3).exp() - 1) */
#include "unit/value/curve.h"

static void test_exponential(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "exponential", "worst=0;best=10;rate=3");
    assert_near(curve_at(&curve, 0), 0, 0);
    assert_near(curve_at(&curve, 5), 0.18242552380635634039, 1e-16);
    assert_near(curve_at(&curve, 10), 1, 0);
    curve_promises(&curve, -5, 15, 1, 0, 1);
    curve_continuous(&curve, 10, 0.4);
    curve_close(&curve);

    curve_make(&curve, "exponential", "worst=20;best=0;rate=-2");
    assert_near(curve_at(&curve, 15), 0.45505423392341124478, 1e-16);
    assert_near(curve_at(&curve, 0), 1, 0);
    curve_promises(&curve, -5, 25, -1, 1, 0);
    curve_close(&curve);

    /* e^800 overflows; (e^799.2 - 1) / (e^800 - 1) does not. */
    curve_make(&curve, "exponential", "worst=0;best=1;rate=800");
    assert_near(curve_at(&curve, 0.999), 0.44932896411722159143, 1e-13);
    assert_near(curve_at(&curve, 1), 1, 0);
    curve_promises(&curve, -1, 2, 1, 0, 1);
    curve_close(&curve);
}

static void test_logarithm(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "logarithm", "worst=0;best=10;rate=9");
    assert_near(curve_at(&curve, 0), 0, 0);
    assert_near(curve_at(&curve, 5), 0.74036268949424384553, 2e-16);
    assert_near(curve_at(&curve, 10), 1, 0);
    curve_promises(&curve, -5, 15, 1, 0, 1);
    curve_continuous(&curve, 0, 0.4);
    curve_close(&curve);

    curve_make(&curve, "logarithm", "worst=3;best=1;rate=0.01");
    assert_near(curve_at(&curve, 2), 0.50124378622556975281, 2e-16);
    curve_promises(&curve, 0, 4, -1, 1, 0);
    curve_close(&curve);
}

static void test_power(void **state)
{
    (void)state;
    struct curve curve;
    curve_make(&curve, "power", "worst=0;best=10;exponent=0.5");
    assert_near(curve_at(&curve, 3), 0.54772255750516611346, 2e-16); /* sqrt(0.3) */
    assert_near(curve_at(&curve, 0), 0, 0);
    assert_near(curve_at(&curve, 10), 1, 0);
    curve_promises(&curve, -5, 15, 1, 0, 1);
    curve_close(&curve);

    curve_make(&curve, "power", "worst=10;best=0;exponent=2.5");
    assert_near(curve_at(&curve, 7), 0.049295030175464950211, 2e-17); /* 0.3^2.5 */
    curve_promises(&curve, -5, 15, -1, 1, 0);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    curve_reject("exponential", "worst=1;best=2;rate=0", "`rate` is 0");
    curve_reject("exponential", "worst=1;best=1;rate=1", "`worst` and `best` are the same");
    curve_reject("logarithm", "worst=1;best=2;rate=0", "`rate` is 0, but must be above 0");
    curve_reject("logarithm", "worst=2;best=2;rate=1", "`worst` and `best` are the same");
    curve_reject("power", "worst=1;best=2;exponent=-1", "`exponent` is -1, but must be above 0");
    curve_reject("power", "worst=2;best=2;exponent=1", "`worst` and `best` are the same");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exponential),
        cmocka_unit_test(test_logarithm),
        cmocka_unit_test(test_power),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
