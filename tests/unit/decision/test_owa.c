// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/scoring.h"

struct owa {
    struct gs_ctx *ctx;
    struct gs_arena arena;
    void *params;
    struct gs_numbers *order;
    double *attitude;
};

/* The method's parameters, found by their table; `n` order weights, or an attitude. */
static void set_up(struct owa *owa, double attitude, size_t n, double *order)
{
    const struct gs_method *method = gs_method_find("owa");
    assert_non_null(method);
    owa->ctx = test_ctx();
    gs_arena_init(&owa->arena);
    owa->params = gs_arena_alloc(owa->ctx, &owa->arena, 1, method->params_size);
    assert_non_null(owa->params);
    assert_ok(owa->ctx, gs_param_defaults(owa->ctx, &owa->arena, method->params, method->n_params,
                                          owa->params));
    for (size_t i = 0; i < method->n_params; i++) {
        void *member = (char *)owa->params + method->params[i].offset;
        if (strcmp(method->params[i].key, "attitude") == 0)
            owa->attitude = member;
        else
            owa->order = member;
    }
    *owa->attitude = attitude;
    if (order) {
        owa->order->items = order;
        owa->order->n = n;
    }
}

static void tear_down(struct owa *owa)
{
    gs_arena_release(&owa->arena);
    gs_ctx_free(owa->ctx);
}

static double score_of(double attitude, double *order, size_t n, const double *weights,
                       const double *values)
{
    struct owa owa;
    double score;
    set_up(&owa, attitude, n, order);
    scoring_sites("owa", owa.params, 1, n, weights, values, &score);
    tear_down(&owa);
    return score;
}

/* Equal weights: the plain operator of Yager (1988), Σ w[i] b[i], by hand: 0.4 × 1 + 0.3 × 0.7 +
 * 0.2 × 0.6 + 0.1 × 0.3 = 0.76. Order weights ten times as large are the same. */
static void test_order_weights(void **state)
{
    (void)state;
    const double weights[] = {0.25, 0.25, 0.25, 0.25}, values[] = {0.7, 1, 0.3, 0.6};
    double order[] = {0.4, 0.3, 0.2, 0.1}, tenfold[] = {4, 3, 2, 1};
    assert_near(score_of(NAN, order, 4, weights, values), 0.76, 1e-15);
    assert_near(score_of(NAN, tenfold, 4, weights, values), 0.76, 1e-15);
    double first[] = {1, 0, 0, 0}, last[] = {0, 0, 0, 2}, second[] = {0, 5, 0, 0};
    assert_near(score_of(NAN, first, 4, weights, values), 1, 1e-15);
    assert_near(score_of(NAN, second, 4, weights, values), 0.7, 1e-15);
    assert_near(score_of(NAN, last, 4, weights, values), 0.3, 1e-15);
}

/* With weights, by hand. Order weights (1, 0, 0, 0) make Q(r) = min(4 r, 1): of the weights 0.1,
 * 0.2, 0.3 and 0.4 of the falling values the first has 0.4, the second the rest. (0, 0, 1, 0):
 * Q = 0 up to 1/2, 1 from 3/4, so that S = 0.1, 0.3, 0.6, 1 gives 0, 0, 0.4, 1. */
static void test_order_and_weights(void **state)
{
    (void)state;
    const double weights[] = {0.2, 0.1, 0.4, 0.3}, values[] = {0.8, 1, 0.2, 0.5};
    double first[] = {1, 0, 0, 0}, third[] = {0, 0, 1, 0}, equal[] = {7, 7, 7, 7};
    assert_near(score_of(NAN, first, 4, weights, values), 0.4 * 1 + 0.6 * 0.8, 1e-15);
    assert_near(score_of(NAN, third, 4, weights, values), 0.4 * 0.5 + 0.6 * 0.2, 1e-15);
    assert_near(score_of(NAN, equal, 4, weights, values), 0.16 + 0.1 + 0.08 + 0.15, 1e-15);
}

/* Q(r) = r^2, "most" of Yager (1996), is the attitude 1/3; in exact fractions. Weights 1, 0.6, 0.5
 * and 0.9 of 3: falling values 1, 0.7, 0.6, 0.5 have S = 0.6/3, 1.6/3, 2.5/3, 1. */
static void test_attitude(void **state)
{
    (void)state;
    const double weights[] = {1 / 3.0, 0.6 / 3, 0.5 / 3, 0.9 / 3}, values[] = {0.7, 1, 0.5, 0.6};
    double expected = (0.36 * 1 + (2.56 - 0.36) * 0.7 + (6.25 - 2.56) * 0.6 + (9 - 6.25) * 0.5) / 9;
    assert_near(score_of(1 / 3.0, NULL, 4, weights, values), expected, 1e-15);
    double root = (sqrt(0.6) * 1 + (sqrt(1.6) - sqrt(0.6)) * 0.7 + (sqrt(2.5) - sqrt(1.6)) * 0.6 +
                   (sqrt(3) - sqrt(2.5)) * 0.5) /
                  sqrt(3);
    assert_near(score_of(2 / 3.0, NULL, 4, weights, values), root, 1e-15);
    double sum = (0.7 + 0.6 + 0.25 + 0.54) / 3;
    assert_near(score_of(0.5, NULL, 4, weights, values), sum, 1e-15);
    assert_near(score_of(0, NULL, 4, weights, values), 0.5, 0);
    assert_near(score_of(1, NULL, 4, weights, values), 1, 0);
    assert_near(score_of(1e-12, NULL, 4, weights, values), 0.5, 1e-6);
    assert_near(score_of(1 - 1e-12, NULL, 4, weights, values), 1, 1e-6);
}

/* A criterion of weight 0 has no say, not in the minimum either; one of very little weight has. */
static void test_weight_of_zero(void **state)
{
    (void)state;
    const double none[] = {0, 0.5, 0.5, 0}, little[] = {1e-30, 0.5, 0.5, 1e-30};
    const double values[] = {0.1, 0.4, 0.6, 0.9};
    assert_near(score_of(0, NULL, 4, none, values), 0.4, 0);
    assert_near(score_of(1, NULL, 4, none, values), 0.6, 0);
    assert_near(score_of(0, NULL, 4, little, values), 0.1, 0);
    assert_near(score_of(1, NULL, 4, little, values), 0.9, 0);
}

/* Neutral is the weighted sum; equal values are their own score; more of anything is never less;
 * the order of the criteria changes no bit. */
static void test_properties(void **state)
{
    (void)state;
    enum { N = 9 };
    uint64_t random = 11;
    double equal[N], weights[N], values[N], turned_weights[N], turned[N];
    for (int round = 0; round < 200; round++) {
        double total = 0, sum = 0;
        for (size_t c = 0; c < N; c++) {
            equal[c] = 1;
            total += weights[c] = scoring_random(&random);
            values[c] = (double)scoring_value(&random);
        }
        for (size_t c = 0; c < N; c++)
            sum += (weights[c] /= total) * values[c];
        assert_near(score_of(0.5, NULL, N, weights, values), sum, 4e-16);
        assert_near(score_of(NAN, equal, N, weights, values), sum, 4e-16);
        double attitude = scoring_random(&random);
        double score = score_of(attitude, NULL, N, weights, values);
        for (size_t c = 0; c < N; c++) {
            turned_weights[c] = weights[(c * 4 + (size_t)round) % N];
            turned[c] = values[(c * 4 + (size_t)round) % N];
        }
        assert_near(score_of(attitude, NULL, N, turned_weights, turned), score, 0);
        size_t better = (size_t)round % N;
        turned[better] += (1 - turned[better]) / 2;
        assert_true(score_of(attitude, NULL, N, turned_weights, turned) >= score - 1e-16);
        assert_true(score_of(attitude + (1 - attitude) / 2, NULL, N, weights, values) >=
                    score - 1e-15);
        for (size_t c = 0; c < N; c++)
            turned[c] = 0.7;
        assert_near(score_of(attitude, NULL, N, weights, turned), 0.7, 0);
    }
}

static void test_check(void **state)
{
    (void)state;
    const struct gs_method *method = gs_method_find("owa");
    struct owa owa;
    double order[] = {0, 0, 0}, huge[] = {1e308, 1e308};
    set_up(&owa, NAN, 0, NULL);
    assert_status(owa.ctx, method->check(owa.ctx, NULL, owa.params), GS_ESTUDY);
    assert_diagnostic(owa.ctx, "needs `order_weights` or `attitude`");
    assert_ok(owa.ctx, method->check_criteria(owa.ctx, NULL, owa.params, 4));
    tear_down(&owa);
    set_up(&owa, 0.3, 3, order);
    assert_status(owa.ctx, method->check(owa.ctx, NULL, owa.params), GS_ESTUDY);
    assert_diagnostic(owa.ctx, "exclude each other");
    *owa.attitude = NAN;
    assert_status(owa.ctx, method->check(owa.ctx, NULL, owa.params), GS_ESTUDY);
    assert_diagnostic(owa.ctx, "all `order_weights` are zero");
    assert_status(owa.ctx, method->check_criteria(owa.ctx, NULL, owa.params, 4), GS_ESTUDY);
    assert_diagnostic(owa.ctx, "there are 3 `order_weights` for 4 criteria");
    assert_status(owa.ctx, method->check_criteria(owa.ctx, NULL, owa.params, 1), GS_ESTUDY);
    assert_diagnostic(owa.ctx, "there are 3 `order_weights` for 1 criterion");
    tear_down(&owa);
    set_up(&owa, NAN, 2, huge);
    assert_status(owa.ctx, method->check(owa.ctx, NULL, owa.params), GS_ESTUDY);
    assert_diagnostic(owa.ctx, "too large to be added up");
    tear_down(&owa);
}

static void test_cells(void **state)
{
    (void)state;
    const double attitudes[] = {0, 0.001, 0.02, 1 / 3.0, 0.5, 0.7, 0.98, 0.9999, 1};
    struct owa owa;
    for (size_t i = 0; i < sizeof attitudes / sizeof *attitudes; i++) {
        set_up(&owa, attitudes[i], 0, NULL);
        scoring_cells("owa", owa.params, NULL);
        tear_down(&owa);
    }
    double order[SCORING_CRITERIA] = {1};
    set_up(&owa, NAN, 1, order);
    scoring_cells("owa", owa.params, owa.order);
    tear_down(&owa);
}

static void test_faults(void **state)
{
    (void)state;
    struct owa owa;
    set_up(&owa, 0.5, 0, NULL);
    scoring_faults("owa", owa.params, true);
    tear_down(&owa);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_weights), cmocka_unit_test(test_order_and_weights),
        cmocka_unit_test(test_attitude),      cmocka_unit_test(test_weight_of_zero),
        cmocka_unit_test(test_properties),    cmocka_unit_test(test_check),
        cmocka_unit_test(test_cells),         cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
