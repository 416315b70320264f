// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/distance.h"

#include <math.h>
#include <stdlib.h>

static uint32_t chance(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Random spans in a grid that begins at (col0, row0) of the grid asked for. */
static void scatter(struct gs_ctx *ctx, uint32_t seed, const struct gs_grid *burnt, size_t n,
                    struct gs_spans *spans)
{
    (void)ctx;
    gs_spans_init(spans);
    spans->items = malloc(n * sizeof *spans->items);
    for (spans->n = 0; spans->n < n; spans->n++) {
        int first = (int)(chance(&seed) % burnt->n_cols);
        int more = (int)(chance(&seed) % 4);
        int end = first + 1 + more < (int)burnt->n_cols ? first + 1 + more : (int)burnt->n_cols;
        spans->items[spans->n] =
            (struct gs_span){(int)(chance(&seed) % burnt->n_rows), first, end, 0};
    }
}

static double brute_force(const struct gs_spans *spans, long col0, long row0, long col, long row)
{
    double best = INFINITY;
    for (size_t i = 0; i < spans->n; i++)
        for (int c = spans->items[i].first; c < spans->items[i].end; c++)
            best = fmin(best, hypot((double)(c + col0 - col),
                                    (double)(spans->items[i].row + row0 - row)));
    return best;
}

struct scene {
    size_t n_cols, n_rows;
    struct gs_grid burnt;
    long col0, row0;
    size_t n_spans;
    double limit;
};

/* The same spans, as bits. */
static void marked(struct gs_ctx *ctx, const struct gs_spans *spans, const struct gs_grid *burnt,
                   struct gs_spans *bits)
{
    gs_spans_init(bits);
    assert_ok(ctx, gs_spans_mark_bits(ctx, bits, burnt));
    for (size_t i = 0; i < spans->n; i++)
        gs_mark(bits->bits + (size_t)spans->items[i].row * bits->row_words,
                (size_t)spans->items[i].first, (size_t)spans->items[i].end);
}

static void assert_scene(const struct scene *scene, uint32_t seed, bool as_bits)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_spans spans, bits;
    struct gs_touched *touched;
    struct gs_sweep *sweep;
    float *out = malloc(scene->n_cols * sizeof *out);
    scatter(ctx, seed, &scene->burnt, scene->n_spans, &spans);
    marked(ctx, &spans, &scene->burnt, &bits);
    assert_ok(ctx, gs_touched_new(ctx, as_bits ? &bits : &spans, &scene->burnt, scene->col0,
                                  scene->row0, &touched));
    gs_spans_release(&bits);
    assert_int_equal(gs_touched_is_empty(touched), scene->n_spans == 0);
    assert_ok(ctx, gs_sweep_new(ctx, touched, scene->n_cols, &sweep));
    /* rising rows, then some again from above */
    for (size_t i = 0; i < scene->n_rows + 3; i++) {
        long row = i < scene->n_rows ? (long)i : (long)((i * 7) % scene->n_rows);
        gs_sweep_row(sweep, row, scene->limit, 1, out);
        for (size_t c = 0; c < scene->n_cols; c++) {
            double expected = brute_force(&spans, scene->col0, scene->row0, (long)c, row);
            if (expected > scene->limit || isinf(expected))
                assert_true(isinf(out[c]));
            else
                assert_near(out[c], expected, 2e-7 * expected);
        }
    }
    gs_sweep_free(sweep);
    gs_touched_free(touched);
    free(spans.items);
    free(out);
    gs_ctx_free(ctx);
}

static void as_brute_force(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {70, 50, {0, 0, 1, 1, 70, 50}, 0, 0, 40, INFINITY},
        {70, 50, {0, 0, 1, 1, 70, 50}, 0, 0, 1, INFINITY},
        {70, 50, {0, 0, 1, 1, 70, 50}, 0, 0, 900, INFINITY},
        {70, 50, {0, 0, 1, 1, 70, 50}, 0, 0, 30, 6.5},
        {70, 50, {0, 0, 1, 1, 70, 50}, 0, 0, 0, INFINITY},
        {40, 30, {0, 0, 1, 1, 90, 80}, -25, -20, 60, INFINITY}, /* features around the area */
        {40, 30, {0, 0, 1, 1, 9, 8}, 100, -300, 6, INFINITY},   /* all of them far away */
        {40, 30, {0, 0, 1, 1, 9, 8}, -60, 70, 6, INFINITY},
        {1, 1, {0, 0, 1, 1, 5, 5}, 3, 3, 4, INFINITY},
        {129, 1, {0, 0, 1, 1, 129, 1}, 0, 0, 5, INFINITY},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
        for (uint32_t seed = 1; seed < 5; seed++)
            for (int as_bits = 0; as_bits < 2; as_bits++)
                assert_scene(&scenes[i], seed, as_bits);
}

/* Squares of a million cells: products of the envelope go beyond 2^53. */
static void far_apart(void **state)
{
    (void)state;
    static const struct scene scene = {20, 2,       {0, 0, 1, 1, 1000000, 3}, -500000, 700000,
                                       40, INFINITY};
    assert_scene(&scene, 3, false);
    assert_scene(&scene, 3, true);
}

/* scipy 1.10.1: ndimage.distance_transform_edt(~mask) of a mask that holds (1, 1), (4, 6) and
 * (4, 7), row and column. */
static void as_scipy(void **state)
{
    (void)state;
    static const float expected[5][9] = {
        {1.41421356f, 1, 1.41421356f, 2.23606798f, 3.16227766f, 4.12310563f, 4, 4, 4.12310563f},
        {1, 0, 1, 2, 3, 3.16227766f, 3, 3, 3.16227766f},
        {1.41421356f, 1, 1.41421356f, 2.23606798f, 2.82842712f, 2.23606798f, 2, 2, 2.23606798f},
        {2.23606798f, 2, 2.23606798f, 2.82842712f, 2.23606798f, 1.41421356f, 1, 1, 1.41421356f},
        {3.16227766f, 3, 3.16227766f, 3, 2, 1, 0, 0, 1},
    };
    struct gs_ctx *ctx = test_ctx();
    struct gs_grid grid = {0, 0, 1, 1, 9, 5};
    struct gs_span items[] = {{4, 6, 8, 1}, {1, 1, 2, 0}};
    struct gs_spans spans = {.items = items, .n = 2};
    struct gs_touched *touched;
    struct gs_sweep *sweep;
    float out[9];
    assert_ok(ctx, gs_touched_new(ctx, &spans, &grid, 0, 0, &touched));
    assert_ok(ctx, gs_sweep_new(ctx, touched, 9, &sweep));
    for (int r = 0; r < 5; r++) {
        gs_sweep_row(sweep, r, INFINITY, 1, out);
        for (int c = 0; c < 9; c++)
            assert_near(out[c], expected[r][c], 1e-6);
    }
    gs_sweep_free(sweep);
    gs_touched_free(touched);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_brute_force),
        cmocka_unit_test(far_apart),
        cmocka_unit_test(as_scipy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
