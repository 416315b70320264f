// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"
#include "kernel/index.h"

#include <math.h>

static double unit(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return (double)((x ^ x >> 31) >> 11) * 0x1p-53;
}

/* Boxes of many sizes around 5e6, where a float's step is half a metre; `flat`: z is 0. */
static struct gs_box3 random_box(uint64_t seed, double size, bool flat)
{
    struct gs_box3 box = {{0}, {0}};
    for (unsigned d = 0; d < (flat ? 2 : 3); d++) {
        double width = size * unit(seed * 16 + d + 3) * unit(seed * 16 + d + 6);
        box.min[d] = 5e6 + 1e5 * unit(seed * 16 + d);
        box.max[d] = box.min[d] + width;
    }
    return box;
}

static double box_distance(const struct gs_box3 *a, const struct gs_box3 *b)
{
    double squared = 0;
    for (int d = 0; d < 3; d++) {
        double gap = fmax(fmax(a->min[d] - b->max[d], b->min[d] - a->max[d]), 0);
        squared += gap * gap;
    }
    return sqrt(squared);
}

struct seen {
    const struct gs_box3 *boxes, *query;
    uint8_t *visits;
    size_t n, stop_after;
    double best;
};

static bool visit(void *user, size_t item)
{
    struct seen *seen = user;
    seen->visits[item]++;
    return ++seen->n != seen->stop_after;
}

static double measure(void *user, size_t item)
{
    struct seen *seen = user;
    double distance = box_distance(seen->query, &seen->boxes[item]);
    seen->visits[item]++;
    seen->n++;
    seen->best = fmin(seen->best, distance);
    return distance;
}

static void compare_within(const struct gs_index *index, const struct gs_box3 *boxes, size_t n,
                           const struct gs_box3 *query, double reach)
{
    uint8_t visits[5000] = {0};
    struct seen seen = {.visits = visits};
    gs_index_within(index, query, reach, visit, &seen);
    for (size_t i = 0; i < n; i++) {
        double distance = box_distance(query, &boxes[i]);
        assert_true(visits[i] <= 1);
        if (distance <= reach)
            assert_int_equal(visits[i], 1);
        if (distance > reach + 2) /* floats round outward, by no more than a metre and a bit */
            assert_int_equal(visits[i], 0);
    }
}

static void compare_nearest(const struct gs_index *index, const struct gs_box3 *boxes, size_t n,
                            const struct gs_box3 *query, double reach)
{
    uint8_t visits[5000] = {0};
    struct seen seen = {.boxes = boxes, .query = query, .visits = visits, .best = INFINITY};
    double best = INFINITY;
    gs_index_nearest(index, query, reach, measure, &seen);
    for (size_t i = 0; i < n; i++)
        best = fmin(best, box_distance(query, &boxes[i]));
    if (best <= reach && n > 0)
        assert_near(seen.best, best, 0);
    for (size_t i = 0; i < n; i++)
        if (box_distance(query, &boxes[i]) == best && best <= reach)
            assert_int_equal(visits[i], 1); /* ties too */
    if (n > 1000 && best > 0)
        assert_true(seen.n < n / 4); /* it is a search, after all */
}

static void compare_all(size_t n, bool flat, double size)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_box3 boxes[5000];
    struct gs_index *index = NULL;
    for (size_t i = 0; i < n; i++)
        boxes[i] = random_box(i % (n / 2 + 1), size, flat); /* each twice: ties */
    assert_ok(ctx, gs_index_new(ctx, boxes, n, &index));
    assert_true(gs_index_bytes(index) >= n * 24);
    gs_mem_fail_after(-1, false);
    for (uint64_t q = 0; q < 60; q++) {
        struct gs_box3 query = random_box(1000000 + q, q % 2 ? 0 : 500, flat);
        compare_within(index, boxes, n, &query, q % 3 ? 1000 * (double)q : 0);
        compare_nearest(index, boxes, n, &query, q % 5 ? INFINITY : 800);
    }
    assert_int_equal(gs_mem_count(), 0); /* searching allocates nothing */
    gs_index_free(index);
    gs_ctx_free(ctx);
}

static void test_against_all_pairs(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 2, 16, 17, 256, 257, 4097, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        compare_all(sizes[i], true, 0);
        compare_all(sizes[i], true, 3000);
        compare_all(sizes[i], false, 3000);
    }
}

static void test_same_place(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_box3 boxes[100];
    uint8_t visits[100] = {0};
    struct gs_index *index = NULL;
    for (size_t i = 0; i < 100; i++)
        boxes[i] = (struct gs_box3){{0.1, 0.1, 0}, {0.1, 0.1, 0}}; /* 0.1 is no float */
    assert_ok(ctx, gs_index_new(ctx, boxes, 100, &index));
    struct seen seen = {.boxes = boxes, .query = &boxes[0], .visits = visits, .best = INFINITY};
    gs_index_nearest(index, &boxes[0], 0, measure, &seen);
    assert_int_equal(seen.n, 100);
    gs_index_free(index);
    gs_ctx_free(ctx);
}

static void test_stops(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_box3 boxes[1000];
    uint8_t visits[1000] = {0};
    struct gs_index *index = NULL;
    for (size_t i = 0; i < 1000; i++)
        boxes[i] = random_box(i, 0, true);
    assert_ok(ctx, gs_index_new(ctx, boxes, 1000, &index));
    struct seen seen = {.visits = visits, .stop_after = 7};
    gs_index_within(index, &boxes[0], INFINITY, visit, &seen);
    assert_int_equal(seen.n, 7);
    seen = (struct seen){.visits = visits};
    gs_index_within(index, &boxes[0], NAN, visit, &seen);
    assert_int_equal(seen.n, 0);
    gs_index_free(index);
    gs_index_free(NULL);
    gs_ctx_free(ctx);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct gs_box3 box = {{0}, {0}};
    for (long k = 0; k < 4; k++) {
        struct gs_ctx *ctx = test_ctx();
        struct gs_index *index = NULL;
        gs_mem_fail_after(k, false);
        enum gs_status status = gs_index_new(ctx, &box, 1, &index);
        gs_mem_fail_after(-1, false);
        assert_status(ctx, status, GS_ENOMEM);
        assert_null(index);
        gs_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_all_pairs),
        cmocka_unit_test(test_same_place),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
