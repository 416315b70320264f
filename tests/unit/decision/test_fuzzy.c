// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/scoring.h"

/* A method's parameters by their table, as a study sets them. */
struct setting {
    struct gs_ctx *ctx;
    struct gs_arena arena;
    void *params;
};

static void set_up(struct setting *s, const char *operator_name, const char *gamma)
{
    const struct gs_method *method = gs_method_find("fuzzy");
    assert_non_null(method);
    s->ctx = test_ctx();
    gs_arena_init(&s->arena);
    s->params = gs_arena_alloc(s->ctx, &s->arena, 1, method->params_size);
    assert_non_null(s->params);
    assert_ok(s->ctx,
              gs_param_defaults(s->ctx, &s->arena, method->params, method->n_params, s->params));
    for (size_t i = 0; i < method->n_params; i++) {
        bool is_gamma = strcmp(method->params[i].key, "gamma") == 0;
        const char *text = is_gamma ? gamma : operator_name;
        if (text)
            assert_ok(s->ctx, gs_param_parse(s->ctx, &s->arena, &method->params[i], NULL, text,
                                             NULL, s->params));
    }
}

static void tear_down(struct setting *s)
{
    gs_arena_release(&s->arena);
    gs_ctx_free(s->ctx);
}

static double score_of(const char *operator_name, const char *gamma, size_t n, const double *values)
{
    double weights[SCORING_CRITERIA], score;
    struct setting s;
    for (size_t c = 0; c < n; c++)
        weights[c] = c == 0 ? 1 : 0; /* not used */
    set_up(&s, operator_name, gamma);
    scoring_sites("fuzzy", s.params, 1, n, weights, values, &score);
    tear_down(&s);
    return score;
}

/* Closed forms. The pair 0.8 and 0.2: E. J. M. Carranza (2009), Geochemical Anomaly and Mineral
 * Prospectivity Mapping in GIS, Elsevier, figure 7-14, after Bonham-Carter (1994), p. 298: gamma
 * passes the smaller value at 0.14 and the larger at 0.97. */
static void test_operators(void **state)
{
    (void)state;
    const double pair[] = {0.75, 0.5}, published[] = {0.8, 0.2}, three[] = {0.5, 0.25, 0.5};
    assert_near(score_of("and", NULL, 2, pair), 0.5, 0);
    assert_near(score_of("or", NULL, 2, pair), 0.75, 0);
    assert_near(score_of("product", NULL, 2, pair), 0.375, 0);
    assert_near(score_of("sum", NULL, 2, pair), 0.875, 0);
    assert_near(score_of("gamma", "0.7", 2, pair), pow(0.875, 0.7) * pow(0.375, 0.3), 1e-15);
    assert_near(score_of("gamma", "0.14", 2, published), 0.2, 0.005);
    assert_near(score_of("gamma", "0.97", 2, published), 0.8, 0.005);
    assert_near(score_of("product", NULL, 3, three), 1 / 16.0, 0);
    assert_near(score_of("sum", NULL, 3, three), 1 - 3 / 16.0, 0);
    assert_near(score_of("gamma", "0.5", 3, three), sqrt(13 / 16.0 / 16.0), 1e-15);
}

static void test_ends(void **state)
{
    (void)state;
    const double pair[] = {0.75, 0.5}, zero[] = {0.75, 0}, zeros[] = {0, 0}, ones[] = {1, 1};
    assert_near(score_of("gamma", "0", 2, pair), 0.375, 0);
    assert_near(score_of("gamma", "1", 2, pair), 0.875, 0);
    assert_near(score_of("gamma", "0.9", 2, zero), 0, 0);
    assert_near(score_of("gamma", "1", 2, zero), 0.75, 0);
    assert_near(score_of("gamma", "0", 2, zeros), 0, 0);
    assert_near(score_of("gamma", "1", 2, zeros), 0, 0);
    assert_near(score_of("gamma", "0.9", 2, zeros), 0, 0);
    assert_near(score_of("gamma", "0.9", 2, ones), 1, 0);
    /* The product is far below the smallest double, its power is not: 1 and ten of 1e-40 to the
     * power 0.001. */
    double many[11] = {1};
    for (size_t i = 1; i < 11; i++)
        many[i] = 1e-40;
    assert_near(score_of("gamma", "0.999", 11, many), pow(10, -0.4), 1e-12);
}

static void test_check(void **state)
{
    (void)state;
    const struct gs_method *method = gs_method_find("fuzzy");
    struct setting s;
    set_up(&s, "gamma", NULL);
    assert_status(s.ctx, method->check(s.ctx, NULL, s.params), GS_ESTUDY);
    assert_diagnostic(s.ctx, "needs `gamma`");
    tear_down(&s);
    set_up(&s, "or", "0.5");
    assert_status(s.ctx, method->check(s.ctx, NULL, s.params), GS_ESTUDY);
    assert_diagnostic(s.ctx, "`gamma` has no meaning with `operator: or`");
    tear_down(&s);
}

static void test_cells(void **state)
{
    (void)state;
    static const char *const settings[][2] = {
        {"and", NULL},  {"or", NULL},       {"product", NULL}, {"sum", NULL},      {"gamma", "0"},
        {"gamma", "1"}, {"gamma", "0.001"}, {"gamma", "0.75"}, {"gamma", "0.999"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct setting s;
        set_up(&s, settings[i][0], settings[i][1]);
        scoring_cells("fuzzy", s.params, NULL);
        tear_down(&s);
    }
}

static void test_faults(void **state)
{
    (void)state;
    struct setting s;
    set_up(&s, "and", NULL);
    scoring_faults("fuzzy", s.params, false);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operators), cmocka_unit_test(test_ends),
        cmocka_unit_test(test_check),     cmocka_unit_test(test_cells),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
