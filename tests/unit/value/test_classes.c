// SPDX-License-Identifier: Apache-2.0
#include "unit/value/curve.h"

static const char *keys[] = {"12", "+13", "14.0", "-9999", "urban", "12a", "1e2", "Gewerbe 12", ""};
static double worths[] = {1, 0.4, 0.3, 0.2, 0.1, 0.5, 0.6, 0.7, 0.8};

static void open_classes(struct curve *curve, const char **k, double *w, size_t n,
                         const char *other)
{
    curve_open(curve, "classes");
    *(struct gs_worths *)curve_member(curve, "classes") = (struct gs_worths){k, w, n};
    if (other)
        assert_ok(curve->ctx, curve_set(curve, "other", other));
}

static void test_codes(void **state)
{
    (void)state;
    struct curve curve;
    open_classes(&curve, keys, worths, 9, NULL);
    assert_ok(curve.ctx, curve_check(&curve));
    assert_true(curve.value->categorical);
    assert_near(curve_at(&curve, 12), 1, 0);
    assert_near(curve_at(&curve, 13), 0.4, 0);
    assert_near(curve_at(&curve, 14), 0.3, 0);
    assert_near(curve_at(&curve, -9999), 0.2, 0);
    assert_near(curve_at(&curve, 100), 0.6, 0);
    const double unlisted[] = {0, 11, 12.5, 12.000001, NAN, INFINITY, -INFINITY, 1e300};
    for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++)
        assert_true(isnan(curve_at(&curve, unlisted[i])));
    curve_close(&curve);
}

static void test_texts(void **state)
{
    (void)state;
    struct curve curve;
    open_classes(&curve, keys, worths, 9, NULL);
    double (*worth)(const void *, const char *) = curve.value->worth_of_text;
    assert_near(worth(curve.params, "urban"), 0.1, 0);
    assert_near(worth(curve.params, "12"), 1, 0);
    assert_near(worth(curve.params, "12a"), 0.5, 0);
    assert_near(worth(curve.params, "Gewerbe 12"), 0.7, 0);
    assert_near(worth(curve.params, ""), 0.8, 0);
    const char *unlisted[] = {"Urban", "urban ", "12.0", "13", "14", "100", NULL};
    for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++)
        assert_true(isnan(worth(curve.params, unlisted[i])));
    curve_close(&curve);
}

/* `other` stands in for what is unlisted, never for what is missing. */
static void test_other(void **state)
{
    (void)state;
    struct curve curve;
    open_classes(&curve, keys, worths, 9, "0.25");
    assert_near(curve_at(&curve, 12), 1, 0);
    assert_near(curve_at(&curve, 15), 0.25, 0);
    assert_near(curve_at(&curve, 12.5), 0.25, 0);
    assert_true(isnan(curve_at(&curve, NAN)));
    assert_true(isnan(curve_at(&curve, INFINITY)));
    assert_near(curve.value->worth_of_text(curve.params, "forest"), 0.25, 0);
    assert_true(isnan(curve.value->worth_of_text(curve.params, NULL)));
    curve_close(&curve);
}

static void reject(const char **k, size_t n, const char *part)
{
    double w[] = {0, 1, 0.5};
    struct curve curve;
    open_classes(&curve, k, w, n, NULL);
    assert_status(curve.ctx, curve_check(&curve), GS_ESTUDY);
    assert_diagnostic(curve.ctx, part);
    curve_close(&curve);
}

static void test_faults(void **state)
{
    (void)state;
    const char *codes[] = {"12", "urban", "12.0"}, *texts[] = {"urban", "rural", "urban"};
    reject(codes, 0, "`classes` lists no class");
    reject(codes, 3, "class 12 is listed twice, as `12` and as `12.0`");
    reject(texts, 3, "class `urban` is listed twice");
    curve_reject("classes", "other=1.5", "`other` is 1.5, but must be at least 0 and at most 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_other),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
