// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/scoring.h"

#include "decision/random.h"
#include "decision/rank.h"
#include "decision/smaa.h"
#include "decision/smaa_ranks.h"

enum { SITES = 60, CRITERIA = 5 };

/* Values with ties; the last sites are alike. */
static void fill(double values[CRITERIA][SITES], double *weights)
{
    uint64_t random = 11;
    for (size_t c = 0; c < CRITERIA; c++) {
        weights[c] = 0.1 * (double)(c + 1) / 1.5;
        for (size_t s = 0; s < SITES; s++)
            values[c][s] = s < SITES - 3 ? floor(8 * scoring_random(&random)) / 8 : 0.25;
    }
}

static struct gs_smaa make(const double *const *columns, const double *weights, size_t n_sites,
                           size_t n_criteria, size_t n_draws, int range)
{
    return (struct gs_smaa){
        .table = {.n_sites = n_sites,
                  .n_criteria = n_criteria,
                  .values = columns,
                  .weights = weights},
        .additive = true,
        .weights = {.range = range, .given = weights, .n = n_criteria, .spread = 0.3},
        .seed = 1,
        .n_draws = n_draws,
        .top = 2,
        .n_paired = 4,
        .n_kept = n_sites,
    };
}

static void run(struct gs_ctx *ctx, struct gs_smaa *smaa, struct gs_smaa_result *out)
{
    assert_ok(ctx, gs_weight_draw_init(ctx, NULL, smaa->seed, &smaa->weights));
    assert_ok(ctx, gs_smaa_run(ctx, smaa, out));
    gs_weight_draw_release(&smaa->weights);
}

/* Closed forms for evenly drawn weights: of two opposite sites each wins half, with a mean weight
 * of 3/4 for what it is good at; a compromise of 0.4 in three criteria wins where no weight is
 * above 0.4, which has the probability 1 - 3 0.6² + 3 0.2² = 0.04. */
static void test_closed_forms(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const double a[] = {1, 0}, b[] = {0, 1}, half[] = {0.5, 0.5};
    const double *two[] = {a, b};
    enum { DRAWS = 40000 };
    struct gs_smaa smaa = make(two, half, 2, 2, DRAWS, GS_WEIGHTS_ANY);
    struct gs_smaa_result result;
    run(ctx, &smaa, &result);
    assert_near(result.p_first[0], 0.5, 4 * 0.5 / sqrt(DRAWS));
    assert_near(result.p_first[0] + result.p_first[1], 1, 1e-12);
    assert_near(result.rank_mean[0], 2 - result.p_first[0], 1e-12);
    assert_near(result.central[0][0], 0.75, 4 * 0.15 / sqrt(DRAWS / 2.0));
    assert_near(result.central[1][0], 0.25, 4 * 0.15 / sqrt(DRAWS / 2.0));
    assert_near(result.confidence[0], 1, 0);
    assert_near(result.before[1], result.p_first[0], 1e-12);
    assert_near(result.before[0], 0.5, 0); /* against itself it ties */
    assert_near(result.p_top[1], 1, 0);
    gs_smaa_release(&result, 2);
    const double c1[] = {1, 0, 0, 0.4}, c2[] = {0, 1, 0, 0.4}, c3[] = {0, 0, 1, 0.4};
    const double *three[] = {c1, c2, c3}, third[] = {1 / 3.0, 1 / 3.0, 1 / 3.0};
    smaa = make(three, third, 4, 3, DRAWS, GS_WEIGHTS_ANY);
    run(ctx, &smaa, &result);
    assert_near(result.p_first[3], 0.04, 4 * 0.196 / sqrt(DRAWS));
    for (size_t c = 0; c < 3; c++)
        assert_near(result.central[c][3], 1 / 3.0, 0.01);
    gs_smaa_release(&result, 3);
    gs_ctx_free(ctx);
}

/* Weights of a known order have the rank order centroid as their mean (F. H. Barron, B. E. Barrett
 * 1996); equal ones share; those between bounds stay there, spread ones within their spread. */
static void test_weights(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    enum { DRAWS = 20000 };
    const double given[] = {0.2, 0.5, 0, 0.2, 0.1}, lowest[] = {0.1, 0, 0, 0.3, 0},
                 highest[] = {0.2, 1, 1, 0.4, 0.2};
    struct gs_weight_draw draw = {.range = GS_WEIGHTS_ORDER, .given = given, .n = 5};
    assert_ok(ctx, gs_weight_draw_init(ctx, NULL, 1, &draw));
    double mean[5] = {0}, weights[5];
    for (uint64_t i = 0; i < DRAWS; i++) {
        assert_int_equal(gs_weight_draw(&draw, 1, i, weights), GS_OK);
        assert_true(weights[1] >= weights[0] && weights[0] >= weights[4] && weights[2] == 0 &&
                    weights[3] >= weights[4]);
        for (size_t c = 0; c < 5; c++)
            mean[c] += weights[c] / DRAWS;
    }
    const double centroid[] = {(13 / 48.0 + 7 / 48.0) / 2, 25 / 48.0, 0, (13 / 48.0 + 7 / 48.0) / 2,
                               3 / 48.0};
    for (size_t c = 0; c < 5; c++)
        assert_near(mean[c], centroid[c], 0.005);
    gs_weight_draw_release(&draw);
    draw = (struct gs_weight_draw){
        .range = GS_WEIGHTS_BOUNDS, .given = given, .n = 5, .lowest = lowest, .highest = highest};
    assert_ok(ctx, gs_weight_draw_init(ctx, NULL, 1, &draw));
    for (uint64_t i = 0; i < 2000; i++) {
        assert_int_equal(gs_weight_draw(&draw, 1, i, weights), GS_OK);
        double sum = 0;
        for (size_t c = 0; c < 5; c++) {
            assert_true(c == 2 || (weights[c] >= lowest[c] && weights[c] <= highest[c]));
            sum += weights[c];
        }
        assert_near(sum, 1, 1e-14);
    }
    gs_weight_draw_release(&draw);
    draw = (struct gs_weight_draw){.range = GS_WEIGHTS_SPREAD, .given = given, .n = 5, .spread = 1};
    assert_ok(ctx, gs_weight_draw_init(ctx, NULL, 1, &draw));
    for (uint64_t i = 0; i < 1000; i++) {
        assert_int_equal(gs_weight_draw(&draw, 1, i, weights), GS_OK);
        assert_true(weights[0] > 0 && weights[2] == 0 && weights[1] < 1);
    }
    gs_weight_draw_release(&draw);
    gs_ctx_free(ctx);
}

static void test_impossible_bounds(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const double given[] = {0.5, 0.5}, high[] = {0.3, 0.3}, low[] = {0.6, 0.6}, none[] = {0, 0},
                 all[] = {1, 1};
    struct gs_weight_draw draw = {
        .range = GS_WEIGHTS_BOUNDS, .given = given, .n = 2, .lowest = none, .highest = high};
    assert_status(ctx, gs_weight_draw_init(ctx, NULL, 1, &draw), GS_ESTUDY);
    assert_diagnostic(ctx, "the upper ones add up to 0.6");
    draw.lowest = low;
    draw.highest = all;
    assert_status(ctx, gs_weight_draw_init(ctx, NULL, 1, &draw), GS_ESTUDY);
    assert_diagnostic(ctx, "the lower ones add up to 1.2");
    gs_ctx_free(ctx);
}

/* One draw after the other by the method itself and gs_rank(): the same counts, for sums and for
 * any other method. */
static void check_by_hand(const char *name, const void *params)
{
    struct gs_ctx *ctx = test_ctx();
    enum { DRAWS = 300 };
    static double values[CRITERIA][SITES], parts[CRITERIA][SITES];
    double weights[CRITERIA], drawn[CRITERIA], score[SITES], index[SITES], *rows[CRITERIA];
    const double *columns[CRITERIA];
    static uint32_t counts[SITES][SITES];
    memset(counts, 0, sizeof counts);
    fill(values, weights);
    for (size_t c = 0; c < CRITERIA; c++) {
        columns[c] = values[c];
        rows[c] = parts[c];
    }
    struct gs_smaa smaa = make(columns, weights, SITES, CRITERIA, DRAWS, GS_WEIGHTS_SPREAD);
    smaa.method = gs_method_find(name);
    smaa.params = params;
    smaa.additive = false;
    struct gs_smaa_result result;
    assert_ok(ctx, gs_weight_draw_init(ctx, NULL, 1, &smaa.weights));
    assert_ok(ctx, gs_smaa_run(ctx, &smaa, &result));
    const char *ids[SITES];
    bool feasible[SITES];
    for (size_t s = 0; s < SITES; s++) {
        ids[s] = "";
        feasible[s] = true;
    }
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct gs_decision_table table = smaa.table;
        struct gs_scores scores = {.score = score, .method_index = index, .parts = rows};
        unsigned rank[SITES];
        size_t order[SITES];
        assert_int_equal(gs_weight_draw(&smaa.weights, 1, i, drawn), GS_OK);
        table.weights = drawn;
        assert_ok(ctx, smaa.method->score(ctx, &table, params, &scores));
        assert_ok(ctx, gs_rank(ctx, SITES, score, feasible, ids, rank, order));
        for (size_t s = 0; s < SITES; s++)
            counts[s][rank[s] - 1]++;
    }
    assert_memory_equal(counts, result.counts, sizeof counts);
    gs_weight_draw_release(&smaa.weights);
    gs_smaa_release(&result, CRITERIA);
    gs_ctx_free(ctx);
}

static void test_by_hand(void **state)
{
    (void)state;
    const double v = 0.5;
    check_by_hand("topsis", NULL);
    check_by_hand("vikor", &v);
    check_by_hand("weighted_sum", NULL);
}

/* Sums of the fast path and of the method rank the same. */
static void test_additive(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    static double values[CRITERIA][SITES];
    double weights[CRITERIA];
    const double *columns[CRITERIA];
    fill(values, weights);
    uint64_t random = 5; /* no ties but those of sites that are alike: sums round otherwise */
    for (size_t c = 0; c < CRITERIA; c++) {
        columns[c] = values[c];
        for (size_t s = 0; s < SITES - 3; s++)
            values[c][s] = scoring_random(&random);
    }
    struct gs_smaa fast = make(columns, weights, SITES, CRITERIA, 700, GS_WEIGHTS_ANY), slow = fast;
    slow.additive = false;
    slow.method = gs_method_find("weighted_sum");
    struct gs_smaa_result a, b;
    run(ctx, &fast, &a);
    run(ctx, &slow, &b);
    assert_memory_equal(a.counts, b.counts, SITES * SITES * sizeof *a.counts);
    gs_smaa_release(&a, CRITERIA);
    gs_smaa_release(&b, CRITERIA);
    gs_ctx_free(ctx);
}

/* x ± 0.1: of two sites 0.1 apart the better one stays ahead with probability Φ(0.1 / 0.1√2). */
static enum gs_status redraw(struct gs_ctx *ctx, void *user, size_t criterion, uint64_t number,
                             double *values)
{
    (void)ctx;
    const double *given = user;
    double pair[2];
    gs_random_pair(3, number, 9, (uint32_t)criterion, pair);
    for (size_t i = 0; i < 2; i++)
        values[i] = given[i] + 0.1 * gs_normal_quantile(pair[i]);
    return GS_OK;
}

static void test_uncertain_data(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    enum { DRAWS = 20000 };
    double values[] = {0.5, 0.6};
    const double *columns[] = {values}, weight[] = {1};
    const bool uncertain[] = {true};
    struct gs_smaa smaa = make(columns, weight, 2, 1, DRAWS, GS_WEIGHTS_FIXED);
    smaa.uncertain = uncertain;
    smaa.redraw = redraw;
    smaa.user = values;
    struct gs_smaa_result result;
    run(ctx, &smaa, &result);
    double expected = 0.5 * erfc(-1 / 2.0); /* Φ(1/√2) = erfc(-1/2) / 2 */
    assert_near(result.p_first[1], expected, 4 * 0.43 / sqrt(DRAWS));
    assert_near(result.confidence[1], expected, 4 * 0.43 / sqrt(1000));
    gs_smaa_release(&result, 1);
    gs_ctx_free(ctx);
}

/* The same bytes for any number of threads, and whether draws are counted all at once or not. */
static void test_threads(void **state)
{
    (void)state;
    static double values[CRITERIA][SITES];
    double weights[CRITERIA];
    const double *columns[CRITERIA];
    fill(values, weights);
    for (size_t c = 0; c < CRITERIA; c++)
        columns[c] = values[c];
    struct gs_smaa_result first = {0};
    const struct {
        unsigned threads;
        size_t ranks_most;
    } ways[] = {{1, 0}, {2, 0}, {7, 0}, {1, 1}, {3, (size_t)4 * 100 * SITES}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct gs_ctx *ctx = test_ctx_threads(ways[i].threads);
        struct gs_smaa smaa = make(columns, weights, SITES, CRITERIA, 1300, GS_WEIGHTS_ANY);
        struct gs_smaa_result result;
        smaa.ranks_most = ways[i].ranks_most;
        run(ctx, &smaa, &result);
        if (i == 0) {
            first = result;
        } else {
            const size_t bytes = SITES * sizeof(double);
            assert_memory_equal(result.counts, first.counts, SITES * SITES * sizeof *first.counts);
            assert_memory_equal(result.before, first.before, 16 * sizeof *first.before);
            assert_memory_equal(result.rank_mean, first.rank_mean, bytes);
            assert_memory_equal(result.rank_p05, first.rank_p05, bytes);
            assert_memory_equal(result.rank_p95, first.rank_p95, bytes);
            assert_memory_equal(result.p_first, first.p_first, bytes);
            assert_memory_equal(result.p_top, first.p_top, bytes);
            for (size_t c = 0; c < CRITERIA; c++)
                assert_memory_equal(result.central[c], first.central[c], bytes);
            gs_smaa_release(&result, CRITERIA);
        }
        gs_ctx_free(ctx);
    }
    gs_smaa_release(&first, CRITERIA);
}

static void compare_ranks(struct gs_ranker *ranker, const double *score)
{
    static uint32_t rank[700];
    size_t n = ranker->n;
    gs_fast_ranks(ranker, score, rank);
    for (size_t i = 0; i < n; i++) {
        uint32_t expected = 1;
        for (size_t k = 0; k < n; k++)
            expected += score[k] > score[i];
        assert_int_equal(rank[i], expected);
    }
}

/* Scores that differ in their last bit, or not at all, against all others by counting: some alike,
 * all alike, all but alike, and nearly all crowded at one end. */
static void test_fast_ranks(void **state)
{
    (void)state;
    enum { N = 700 };
    static double score[N];
    struct gs_ctx *ctx = test_ctx();
    struct gs_ranker ranker;
    assert_int_equal(gs_ranker_init(ctx, N, &ranker), GS_OK);
    uint64_t random = 2;
    for (size_t i = 0; i < N; i++) {
        double x = floor(40 * scoring_random(&random)) / 40;
        score[i] = i % 3 == 0 ? x : i % 3 == 1 ? nextafter(x, 0) : scoring_random(&random);
        score[i] = fmax(0, fmin(1, score[i]));
    }
    compare_ranks(&ranker, score);
    for (size_t i = 0; i < N; i++)
        score[i] = 0.25;
    compare_ranks(&ranker, score);
    for (size_t i = 0; i < N; i++)
        score[i] = i % 2 ? 0 : nextafter(0, 1);
    compare_ranks(&ranker, score);
    for (size_t i = 0; i < N; i++)
        score[i] = i == 0 ? 1 : 1e-9 * scoring_random(&random);
    compare_ranks(&ranker, score);
    gs_ranker_release(&ranker);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_forms),      cmocka_unit_test(test_weights),
        cmocka_unit_test(test_impossible_bounds), cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_additive),          cmocka_unit_test(test_uncertain_data),
        cmocka_unit_test(test_threads),           cmocka_unit_test(test_fast_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
