// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/text.h"
#include "base/units.h"

#include <math.h>

#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

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
    assert_near(quantity("2 MVA", "MW"), 2, 1e-12);
    assert_near(quantity("3 Gbit/s", "bit/s"), 3e9, 0);
    assert_near(quantity("1 acre", "m2"), 4046.872609874252, 1e-9); /* the US survey acre */
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
    reject("3 lg(re 1 mW)", "W",
           "`radius` must be a power (W)"); /* decibels are no straight line */
}

/* A program that has set a locale with decimal commas reads and writes numbers as any other. */
static void test_locale(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 2>/dev/null",
             test_folder());
    bool made = system(command) == 0;
    setenv("LOCPATH", test_folder(), 1);
    if (!made || !setlocale(LC_ALL, "de_DE.UTF-8"))
        skip(); /* no sources of locales here */
    assert_string_equal(localeconv()->decimal_point, ",");
    assert_near(quantity("1.5 kW", "W"), 1500, 0);
    assert_near(quantity("0.5 foot", "m"), 0.1524, 1e-12);
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append_double(&text, 0.1);
    gs_text_printf(&text, " %.2f ", 1.5);
    gs_text_append_rounded(&text, 47.25, 4);
    assert_string_equal(text.bytes, "0.1 1.50 47.25");
    gs_text_release(&text);
    assert_string_equal(localeconv()->decimal_point, ","); /* the program's own is as it was */
    setlocale(LC_ALL, "C");
}

static void *convert_many(void *unused)
{
    (void)unused;
    for (int i = 0; i < 20; i++)
        if (quantity("2.5 MWh", "J") != 9e9)
            return NULL;
    return convert_many;
}

/* Distinct contexts are independent, also where the library beneath knows no threads. */
static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, convert_many, NULL), 0);
    for (size_t i = 0; i < 4; i++) {
        void *done = NULL;
        pthread_join(threads[i], &done);
        assert_non_null(done);
    }
}

/* Friction × length: the unit of what comes of it, and how many of that 1 × 1 m is. */
static void test_times_metre(void **state)
{
    (void)state;
    static const struct {
        const char *unit, *product;
        double scale;
    } cases[] = {
        {"", "m", 1},
        {"1", "m", 1},
        {"EUR/km", "EUR", 1e-3},
        {"min/km", "min", 1e-3},
        {"EUR/m", "EUR", 1},
        {"kWh/mile", "kWh", 1 / 1609.344},
        {"EUR/m2", "(EUR/m2).m", 1},
        {"EUR km-1", "(EUR km-1).m", 1},
        {"1/km", "(1/km).m", 1},
        {"km", "(km).m", 1},
    };
    struct gs_ctx *ctx = test_ctx();
    struct gs_arena arena;
    gs_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *product;
        double scale = 0;
        assert_ok(ctx, gs_unit_times_metre(ctx, &arena, cases[i].unit, &product));
        assert_string_equal(product, cases[i].product);
        assert_ok(ctx, gs_unit_metre_scale(ctx, cases[i].unit, product, &scale));
        assert_near(scale, cases[i].scale, 1e-15 * cases[i].scale);
    }
    double scale = 0;
    assert_ok(ctx, gs_unit_metre_scale(ctx, "EUR/km", "kEUR", &scale));
    assert_near(scale, 1e-6, 1e-20);
    assert_ok(ctx, gs_unit_metre_scale(ctx, "", "km", &scale));
    assert_near(scale, 1e-3, 1e-18);
    assert_ok(ctx, gs_unit_metre_scale(ctx, "EUR/km", "m", &scale));
    assert_true(isnan(scale));
    gs_arena_release(&arena);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversions), cmocka_unit_test(test_differences),
        cmocka_unit_test(test_faults),      cmocka_unit_test(test_locale),
        cmocka_unit_test(test_threads),     cmocka_unit_test(test_times_metre),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
