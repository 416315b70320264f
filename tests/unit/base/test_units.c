// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/units.h"

static double quantity(const char *text, const char *unit)
{
    struct gs_ctx *ctx = test_ctx();
    double value = -1;
    assert_ok(ctx, gs_parse_quantity(ctx, text, unit, "it", NULL, &value));
    gs_ctx_free(ctx);
    return value;
}

static void test_conversions(void **state)
{
    (void)state;
    assert_near(quantity("50 km", "m"), 50000, 0);
    assert_near(quantity("50", "m"), 50, 0);
    assert_near(quantity("1.5 kW", "W"), 1500, 0);
    assert_near(quantity("60 ha", "m2"), 600000, 1e-6);
    assert_near(quantity("1 kWh", "J"), 3.6e6, 1e-6);
    assert_near(quantity("0.3 L/kWh", "m3/J"), 0.3e-3 / 3.6e6, 1e-24);
    assert_near(quantity("750 EUR/km", "EUR/m"), 0.75, 1e-12);
    assert_near(quantity("30 %", "1"), 0.3, 1e-15);
    assert_near(quantity("225 kV", "V"), 225000, 0);
    assert_near(quantity("20 degC", "K"), 293.15, 1e-9);
    assert_near(quantity("5 m²", "m2"), 5, 1e-12);
}

static double difference(const char *text, const char *unit)
{
    struct gs_ctx *ctx = test_ctx();
    double value = -1;
    assert_ok(ctx, gs_parse_difference(ctx, text, unit, "`sigma`", NULL, &value));
    gs_ctx_free(ctx);
    return value;
}

/* A spread has no zero point: by the definitions of the scales, 1 K = 1 degC = 1.8 degF. */
static void test_differences(void **state)
{
    (void)state;
    assert_near(difference("5 K", "degC"), 5, 1e-12);
    assert_near(difference("9 degF", "degC"), 5, 1e-12);
    assert_near(difference("2 km", "m"), 2000, 1e-9);
    assert_near(difference("7", "degC"), 7, 0);
}

static void reject(const char *text, const char *unit, const char *part)
{
    struct gs_ctx *ctx = test_ctx();
    double value;
    assert_status(ctx, gs_parse_quantity(ctx, text, unit, "`radius`", NULL, &value), GS_ESTUDY);
    assert_diagnostic(ctx, part);
    gs_ctx_free(ctx);
}

static void test_faults(void **state)
{
    (void)state;
    reject("3 MW", "m", "`radius` must be a length (m), but `3 MW` is a power");
    reject("3 parsecz", "m", "`parsecz` is not a unit");
    reject("nan", "m", "must be a number");
    reject("inf", "m", "must be a number");
    reject("0x10", "m", "must be a number");
    reject("", "m", "must be a number");
    reject("1e999", "m", "must be a number");
    reject("1e308 km", "m", "too large");
    reject("3 km", "", "must be a plain number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversions),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
