// SPDX-License-Identifier: Apache-2.0
/* Changes by hand: three sites, two criteria of linear value functions, the weighted sum.
 *
 *   site   a (0 to 100)   b (0 to 10)   worths         score (weights 30 and 10)
 *   X      20             9             0.2  0.9       0.375
 *   Y      60             5             0.6  0.5       0.575
 *   Z      90             1             0.9  0.1       0.7
 */
#include "support/support.h"

#include "study/change.h"
#include "study/open.h"

#include <math.h>

static const char study_text[] =
    "gigasite: 1\n"
    "catalogue: gone.yaml\n"
    "area: {crs: EPSG:3035}\n"
    "candidates: {layer: table, id: code}\n"
    "criteria:\n"
    "  - {id: a, measure: {type: attribute, field: a}, value: {type: linear, worst: 0, best: 100},"
    " weight: 30}\n"
    "  - {id: b, measure: {type: attribute, field: b}, value: {type: linear, worst: 0, best: 10},"
    " weight: 10}\n";
static const char catalogue_text[] = "gigasite: 1\n"
                                     "layers:\n"
                                     "  table: {source: gone.csv, x: x, y: y, crs: EPSG:3035}\n";
static const struct gs_span anything = {-INFINITY, INFINITY, false};

struct made {
    struct gs_ctx *ctx;
    struct gs_study *study;
    struct gs_arena arena;
    struct gs_trial trial;
};

static double worths[2][3] = {{0.2, 0.6, 0.9}, {0.9, 0.5, 0.1}};

static void make(struct made *made, size_t site, const char *settings)
{
    made->ctx = test_ctx();
    gs_arena_init(&made->arena);
    struct gs_study_texts texts = {.study = study_text,
                                   .catalogue = catalogue_text,
                                   .settings = settings};
    assert_ok(made->ctx, gs_study_open_texts(made->ctx, "gone/study.yaml", &texts, &made->study));
    bool feasible[3] = {true, true, true};
    double *values[2] = {worths[0], worths[1]};
    struct gs_result result = {.n_sites = 3, .feasible = feasible, .values = values};
    assert_ok(made->ctx, gs_trial_init(made->ctx, made->study, &result, site, &made->trial));
}

static void release(struct made *made)
{
    gs_trial_release(&made->trial);
    gs_study_free(made->study);
    gs_arena_release(&made->arena);
    gs_ctx_free(made->ctx);
}

static struct gs_change quantity(struct made *made, size_t c, double measured, double value,
                                 size_t top)
{
    struct gs_change change;
    assert_ok(made->ctx, gs_change_quantity(&made->trial, &made->arena, c, measured, value,
                                            &anything, top, &change));
    return change;
}

/* X reaches Y's 0.575 with a worth of (0.575 - 0.225) / 0.75 = 0.4667 of a, so a = 46.67, 26.67
 * more, in three digits 26.7; Z's 0.7 with 0.6333, 43.33 more. b can add 0.025 only. */
static void test_quantity(void **state)
{
    (void)state;
    struct made made;
    make(&made, 0, NULL);
    assert_int_equal(made.trial.rank, 3);
    struct gs_change change = quantity(&made, 0, 20, 0.2, 2);
    assert_int_equal(change.kind, GS_CHANGE_QUANTITY);
    assert_near(change.by, 26.7, 0);
    assert_near(change.to, 46.7, 1e-12);
    assert_int_equal(change.rank, 2);
    change = quantity(&made, 0, 20, 0.2, 1);
    assert_near(change.by, 43.4, 0);
    change = quantity(&made, 1, 9, 0.9, 2);
    assert_int_equal(change.kind, GS_CHANGE_OUT_OF_REACH);
    assert_int_equal(change.rank, 3);
    change = quantity(&made, 0, NAN, 0.2, 2); /* nothing measured: the worth alone is told */
    assert_int_equal(change.kind, GS_CHANGE_WORTH);
    assert_near(change.to, 0.467, 1e-12);
    release(&made);
}

/* With the share p of b, X has 0.2 + 0.7 p, Y 0.6 - 0.1 p, Z 0.9 - 0.8 p: X meets Y at p = 1/2, Z
 * at 7/15. So a weight of b of 30 × 7/8 = 26.25 makes X second, 30 makes it level with Y, first. As
 * a change of a's weight: 10 × 8/7 = 11.43 and 10. */
static void test_weight(void **state)
{
    (void)state;
    struct made made;
    struct gs_change change;
    make(&made, 0, NULL);
    double *a = &made.study->criteria[0].weight_given, *b = &made.study->criteria[1].weight_given;
    assert_ok(made.ctx, gs_change_weight(&made.trial, b, 30, false, 2, &change));
    assert_int_equal(change.kind, GS_CHANGE_WEIGHT);
    assert_near(change.to, 26.3, 1e-12);
    assert_ok(made.ctx, gs_change_weight(&made.trial, b, 30, false, 1, &change));
    assert_true(change.to >= 30 && change.to <= 30.1);
    assert_ok(made.ctx, gs_change_weight(&made.trial, a, 10, false, 2, &change));
    assert_near(change.to, 11.4, 1e-12);
    assert_ok(made.ctx, gs_change_weight(&made.trial, b, 30, true, 2, &change));
    assert_true(change.to >= 100 * 7.0 / 15 && change.to <= 46.9); /* 46.67 % of the group */
    assert_near(*b, 10, 0);
    assert_near(made.study->criteria[1].weight, 0.25, 0);
    release(&made);
}

/* Below p = 3/7 Z leads, above 1/2 X, between them Y: a weight of b from 30 × 3/4 = 22.5 to 30. */
static void test_weight_between(void **state)
{
    (void)state;
    struct made made;
    struct gs_change change;
    make(&made, 1, NULL);
    double *b = &made.study->criteria[1].weight_given;
    assert_int_equal(made.trial.rank, 2);
    assert_ok(made.ctx, gs_change_weight(&made.trial, b, 30, false, 1, &change));
    assert_true(change.to >= 22.5 &&
                change.to <= 22.6); /* 22.5 itself is level, but for rounding */
    release(&made);
}

/* The same by scanning: the weighted product is not additive. X and Y meet where 0.2^(1-p) 0.9^p =
 * 0.6^(1-p) 0.5^p: p = ln 3 / (ln 3 + ln 1.8). */
static void test_scanned(void **state)
{
    (void)state;
    struct made made;
    struct gs_change change;
    make(&made, 0, "decision.method=weighted_product");
    double *b = &made.study->criteria[1].weight_given;
    assert_false(made.trial.additive);
    assert_ok(made.ctx, gs_change_weight(&made.trial, b, 30, false, 1, &change));
    double p = log(3) / (log(3) + log(1.8)), exact = 30 * p / (1 - p);
    assert_true(change.to >= exact && change.to - 10 <= 1.01 * (exact - 10));
    release(&made);
}

/* A study whose texts have faults is refused as its files would be; no file is looked for. */
static void test_texts(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    struct gs_study_texts texts = {.study = study_text,
                                   .catalogue = catalogue_text,
                                   .settings = "criteria.a.weight=5\n"
                                               "title=Other"};
    assert_ok(ctx, gs_study_open_texts(ctx, "gone/study.yaml", &texts, &study));
    assert_string_equal(study->title, "Other");
    assert_near(study->criteria[0].weight, 5.0 / 15, 1e-15);
    gs_study_free(study);
    texts.settings = "no_such_key=1";
    assert_status(ctx, gs_study_open_texts(ctx, "gone/study.yaml", &texts, &study), GS_ESTUDY);
    assert_diagnostic(ctx, "no_such_key");
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantity),       cmocka_unit_test(test_weight),
        cmocka_unit_test(test_weight_between), cmocka_unit_test(test_scanned),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
