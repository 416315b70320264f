// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"
#include "decision/rank.h"

#include <math.h>
#include <stdio.h>

/* "1224" competition ranking, as the header says it. */
static void test_ties_share(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const double score[] = {0.5, 0.9, 0.5, 0.1};
    const bool feasible[] = {true, true, true, true};
    const char *ids[] = {"d", "c", "b", "a"};
    unsigned rank[4];
    size_t order[4];
    assert_ok(ctx, gs_rank(ctx, 4, score, feasible, ids, rank, order));
    const unsigned ranks[] = {2, 1, 2, 4};
    const size_t orders[] = {1, 2, 0, 3}; /* within the tie b before d */
    assert_memory_equal(rank, ranks, sizeof ranks);
    assert_memory_equal(order, orders, sizeof orders);
    gs_ctx_free(ctx);
}

/* Infeasible sites come last, by id, with rank 0, whatever stands in their score. */
static void test_infeasible(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const double score[] = {NAN, 0.2, 0.99, 0.2, NAN};
    const bool feasible[] = {false, true, false, true, false};
    const char *ids[] = {"z", "é", "a", "Z", "B"};
    unsigned rank[5];
    size_t order[5];
    assert_ok(ctx, gs_rank(ctx, 5, score, feasible, ids, rank, order));
    const unsigned ranks[] = {0, 1, 0, 1, 0};
    const size_t orders[] = {3, 1, 4, 2, 0}; /* bytes: Z < é; B < a < z */
    assert_memory_equal(rank, ranks, sizeof ranks);
    assert_memory_equal(order, orders, sizeof orders);
    gs_ctx_free(ctx);
}

static void test_nothing_to_rank(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    double score = 0;
    bool feasible = false;
    const char *id = "a";
    unsigned rank = 7;
    size_t order = 7;
    assert_ok(ctx, gs_rank(ctx, 0, &score, &feasible, &id, &rank, &order));
    assert_int_equal(rank, 7);
    assert_ok(ctx, gs_rank(ctx, 1, &score, &feasible, &id, &rank, &order));
    assert_int_equal(rank, 0);
    assert_int_equal(order, 0);
    gs_ctx_free(ctx);
}

/* Against the definition: rank = 1 + how many feasible sites score higher. */
static void test_definition(void **state)
{
    (void)state;
    enum { N = 500 };
    struct gs_ctx *ctx = test_ctx();
    static double score[N];
    static bool feasible[N];
    static char names[N][8];
    static const char *ids[N];
    static unsigned rank[N];
    static size_t order[N];
    for (int i = 0; i < N; i++) {
        int mixed = i * 7919 % 1009;
        score[i] = mixed % 40 / 39.0;
        feasible[i] = mixed % 7 != 0;
        snprintf(names[i], sizeof names[i], "%d", mixed);
        ids[i] = names[i];
    }
    assert_ok(ctx, gs_rank(ctx, N, score, feasible, ids, rank, order));
    for (int i = 0; i < N; i++) {
        unsigned better = 0;
        for (int j = 0; j < N; j++)
            better += feasible[j] && score[j] > score[i];
        assert_int_equal(rank[i], feasible[i] ? better + 1 : 0);
    }
    for (int i = 1; i < N; i++) {
        unsigned a = rank[order[i - 1]], b = rank[order[i]];
        assert_true(b == 0 || (a != 0 && a <= b));
    }
    gs_ctx_free(ctx);
}

static void test_faults(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const double score[] = {NAN};
    const bool feasible[] = {true};
    const char *ids[] = {"Bad Site"};
    unsigned rank = 7;
    size_t order = 7;
    assert_status(ctx, gs_rank(ctx, 1, score, feasible, ids, &rank, &order), GS_EINTERNAL);
    assert_diagnostic(ctx, "`Bad Site` is feasible but has no score");
    const double good[] = {1};
    gs_mem_fail_after(0, false);
    assert_status(ctx, gs_rank(ctx, 1, good, feasible, ids, &rank, &order), GS_ENOMEM);
    gs_mem_fail_after(-1, false);
    assert_int_equal(rank, 7);
    assert_int_equal(order, 7);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ties_share),      cmocka_unit_test(test_infeasible),
        cmocka_unit_test(test_nothing_to_rank), cmocka_unit_test(test_definition),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
