// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "decision/normalise.h"

#include <math.h>

static void check(enum gs_normalise how, bool lower, const double *x, const double *expected)
{
    struct gs_ctx *ctx = test_ctx();
    double out[3];
    assert_ok(ctx, gs_normalise_values(ctx, NULL, "c", how, lower, x, 3, out));
    for (int i = 0; i < 3; i++)
        assert_near(out[i], expected[i], 1e-16);
    gs_ctx_free(ctx);
}

/* Closed forms of the formulas in C.-L. Hwang, K. Yoon (1981), section 2.3. */
static void test_formulas(void **state)
{
    (void)state;
    const double x[] = {2, 8, 4};
    check(GS_NORMALISE_NONE, true, x, x);
    check(GS_NORMALISE_MINMAX, false, x, (double[]){0, 1, 1 / 3.0});
    check(GS_NORMALISE_MINMAX, true, x, (double[]){1, 0, 2 / 3.0});
    check(GS_NORMALISE_MAX, false, x, (double[]){0.25, 1, 0.5});
    check(GS_NORMALISE_MAX, true, x, (double[]){1, 0.25, 0.5});
    check(GS_NORMALISE_SUM, false, x, (double[]){1 / 7.0, 4 / 7.0, 2 / 7.0});
    check(GS_NORMALISE_SUM, true, x, (double[]){4 / 7.0, 1 / 7.0, 2 / 7.0});
    check(GS_NORMALISE_VECTOR, false, (double[]){2, 3, 6}, (double[]){2 / 7.0, 3 / 7.0, 6 / 7.0});
    check(GS_NORMALISE_VECTOR, true, (double[]){-2, 3, 6}, (double[]){-2 / 7.0, 3 / 7.0, 6 / 7.0});
    check(GS_NORMALISE_MINMAX, false, (double[]){5, 5, 5}, (double[]){1, 1, 1});
    check(GS_NORMALISE_MINMAX, false, (double[]){-1.7e308, 0, 1.7e308}, (double[]){0, 0.5, 1});
}

static void refuse(enum gs_normalise how, bool lower, const double *x, const char *words)
{
    struct gs_ctx *ctx = test_ctx();
    double out[3];
    assert_status(ctx, gs_normalise_values(ctx, NULL, "c", how, lower, x, 3, out), GS_EDATA);
    assert_diagnostic(ctx, words);
    gs_ctx_free(ctx);
}

static void test_refusals(void **state)
{
    (void)state;
    const double zero[] = {0, 0, 0}, some[] = {0, 1, 2}, negative[] = {-1, 1, 2};
    refuse(GS_NORMALISE_MAX, true, some, "needs numbers above 0");
    refuse(GS_NORMALISE_SUM, true, negative, "needs numbers above 0");
    refuse(GS_NORMALISE_MAX, false, zero, "needs numbers of at least 0");
    refuse(GS_NORMALISE_SUM, false, negative, "needs numbers of at least 0");
    refuse(GS_NORMALISE_VECTOR, false, zero, "all sites have 0");
    check(GS_NORMALISE_MAX, false, some, (double[]){0, 0.5, 1});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
