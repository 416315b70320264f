// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/components.h"
#include "kernel/locate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 5 };

static uint32_t chance(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void scatter(uint32_t seed, size_t n, double holes, float *scores)
{
    for (size_t i = 0; i < n; i++) {
        bool hole = chance(&seed) % 1000 < holes * 1000;
        float score = (float)(chance(&seed) % 1000) / 999;
        scores[i] = hole ? NAN : score;
    }
}

/* -- brute force on 5 × 5 cells: every set of cells as bits -------------------------------------
 */

static uint32_t grown(uint32_t set)
{
    const uint32_t west = 0x0108421, east = 0x1084210; /* first and last column */
    return set | set << SIDE | set >> SIDE | (set & ~east) << 1 | (set & ~west) >> 1;
}

static bool hangs_together(uint32_t set)
{
    uint32_t part = set & (~set + 1), before = 0;
    while (part != before) {
        before = part;
        part = grown(part) & set;
    }
    return part == set;
}

static double mean_of(const float *scores, uint32_t set)
{
    double sum = 0;
    int n = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        if (set & 1u << i) {
            sum += (double)scores[i];
            n++;
        }
    return sum / n;
}

/* The best mean of any contiguous set of n cells; -1: there is none. */
static double best_of_all(const float *scores, int n)
{
    double best = -1;
    uint32_t allowed = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        allowed |= isnan(scores[i]) ? 0 : 1u << i;
    for (uint32_t set = 1; set < 1u << SIDE * SIDE; set++)
        if (__builtin_popcount(set) == n && (set & ~allowed) == 0 && hangs_together(set))
            best = fmax(best, mean_of(scores, set));
    return best;
}

static void bound_holds(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    double total = 0, of_best = 0;
    for (uint32_t seed = 1; seed <= 6; seed++) {
        float scores[SIDE * SIDE];
        scatter(seed, SIDE * SIDE, seed % 2 ? 0.25 : 0.0, scores);
        struct gs_locate_options options = {.n_cells = 5, .count = 1};
        struct gs_regions regions;
        double best = best_of_all(scores, 5);
        assert_ok(ctx, gs_locate(ctx, scores, SIDE, SIDE, &options, &regions));
        if (best < 0) {
            assert_int_equal(regions.n, 0);
            continue;
        }
        assert_int_equal(regions.n, 1);
        assert_true(regions.bound >= best - 1e-7);
        assert_true(regions.items[0].mean <= best + 1e-7);
        uint32_t set = 0;
        for (int i = 0; i < 5; i++)
            set |= 1u << regions.items[0].cells[i];
        assert_true(hangs_together(set));
        assert_near(regions.items[0].mean, mean_of(scores, set), 1e-12);
        total += regions.items[0].mean;
        of_best += best;
        gs_regions_release(&regions);
    }
    assert_true(total >= 0.93 * of_best); /* a heuristic, but no poor one */
    gs_ctx_free(ctx);
}

/* -- larger surfaces -----------------------------------------------------------------------------
 */

static void regions_keep_their_distance(void **state)
{
    (void)state;
    enum { COLS = 90, ROWS = 70, CELLS = 23 };
    struct gs_ctx *ctx = test_ctx();
    static float scores[COLS * ROWS];
    scatter(9, COLS * ROWS, 0.2, scores);
    struct gs_locate_options options = {.n_cells = CELLS,
                                        .count = 6,
                                        .spacing = 12.5,
                                        .compactness = 0.4};
    struct gs_regions a, b;
    assert_ok(ctx, gs_locate(ctx, scores, COLS, ROWS, &options, &a));
    assert_ok(ctx, gs_locate(ctx, scores, COLS, ROWS, &options, &b));
    assert_int_equal(a.n, 6);
    double sum = 0;
    for (size_t i = 0; i < a.n; i++) {
        assert_memory_equal(a.items[i].cells, b.items[i].cells, CELLS * sizeof(size_t));
        assert_true(i == 0 || a.items[i].mean <= a.items[i - 1].mean);
        assert_true(a.items[i].min <= a.items[i].mean);
        sum += a.items[i].mean;
        for (size_t j = 0; j < i; j++)
            for (size_t k = 0; k < CELLS * CELLS; k++) {
                size_t p = a.items[i].cells[k / CELLS], q = a.items[j].cells[k % CELLS];
                double dx = (double)(p % COLS) - (double)(q % COLS);
                double dy = (double)(p / COLS) - (double)(q / COLS);
                assert_true(hypot(dx, dy) >= 12.5);
            }
    }
    assert_near(a.mean, sum / 6, 1e-12);
    assert_true(a.bound >= a.mean);
    gs_regions_release(&a);
    gs_regions_release(&b);
    gs_ctx_free(ctx);
}

/* One square of high worth on a plain: the square is the region. */
static void obvious_region(void **state)
{
    (void)state;
    enum { COLS = 40, ROWS = 30 };
    struct gs_ctx *ctx = test_ctx();
    static float scores[COLS * ROWS];
    for (size_t i = 0; i < COLS * ROWS; i++) {
        bool high = i % COLS >= 10 && i % COLS < 14 && i / COLS >= 20 && i / COLS < 24;
        scores[i] = high ? 0.9F : 0.2F;
    }
    struct gs_locate_options options = {.n_cells = 16, .count = 1};
    struct gs_regions regions;
    assert_ok(ctx, gs_locate(ctx, scores, COLS, ROWS, &options, &regions));
    assert_near(regions.items[0].mean, 0.9, 1e-7);
    assert_near(regions.bound, 0.9, 1e-7);
    gs_regions_release(&regions);
    options.n_cells = COLS * ROWS + 1;
    assert_ok(ctx, gs_locate(ctx, scores, COLS, ROWS, &options, &regions));
    assert_int_equal(regions.n, 0);
    gs_regions_release(&regions);
    gs_ctx_free(ctx);
}

/* Compactness 1 asks for nothing but a disc: no cell farther than one over the disc's radius. */
static void compact_region(void **state)
{
    (void)state;
    enum { COLS = 60, ROWS = 60, CELLS = 80 };
    struct gs_ctx *ctx = test_ctx();
    static float scores[COLS * ROWS];
    scatter(4, COLS * ROWS, 0, scores);
    struct gs_locate_options options = {.n_cells = CELLS, .count = 1, .compactness = 1};
    struct gs_regions regions;
    assert_ok(ctx, gs_locate(ctx, scores, COLS, ROWS, &options, &regions));
    double x = 0, y = 0, farthest = 0;
    const size_t *cells = regions.items[0].cells;
    for (size_t i = 0; i < CELLS; i++) {
        x += (double)(cells[i] % COLS) / CELLS;
        y += (double)(cells[i] / COLS) / CELLS;
    }
    for (size_t i = 0; i < CELLS; i++)
        farthest =
            fmax(farthest, hypot((double)(cells[i] % COLS) - x, (double)(cells[i] / COLS) - y));
    assert_true(farthest < sqrt(CELLS / 3.14159265358979) + 1);
    gs_regions_release(&regions);
    gs_ctx_free(ctx);
}

static void small_areas_are_dropped(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const char *picture = "##.#."
                          "#..##"
                          ".#..."
                          "##.##"
                          "#..##";
    static const char *const expected[] = {[3] = "##.#.#..##.#...##.###..##",
                                           [4] = "...........#...##.###..##",
                                           [5] = "........................."};
    for (size_t n = 3; n <= 5; n++) {
        float scores[25];
        for (int i = 0; i < 25; i++)
            scores[i] = picture[i] == '#' ? 1 : NAN;
        assert_ok(ctx, gs_drop_small_components(ctx, scores, 5, 5, n));
        char drawn[26] = "";
        for (int i = 0; i < 25; i++)
            drawn[i] = isnan(scores[i]) ? '.' : '#';
        assert_string_equal(drawn, expected[n]);
    }
    gs_ctx_free(ctx);
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x < y) - (x > y);
}

static void mean_of_best_by_sorting(void **state)
{
    (void)state;
    static float scores[5000], sorted[5000];
    scatter(3, 5000, 0.1, scores);
    size_t n = 0;
    for (size_t i = 0; i < 5000; i++)
        if (!isnan(scores[i]))
            sorted[n++] = scores[i];
    qsort(sorted, n, sizeof *sorted, compare_floats);
    const size_t ks[] = {1, 2, 17, 1000, n - 1, n, n + 100};
    for (size_t i = 0; i < sizeof ks / sizeof *ks; i++) {
        size_t k = ks[i] < n ? ks[i] : n;
        double sum = 0;
        for (size_t j = 0; j < k; j++)
            sum += (double)sorted[j];
        assert_near(gs_mean_of_best(scores, 5000, ks[i]), sum / (double)k, 1e-9);
    }
    assert_true(isnan(gs_mean_of_best((const float[]){NAN}, 1, 1)));
}

/* -- outlines ------------------------------------------------------------------------------------
 */

static void outline_of(const char *picture, size_t n_cols, const double expected[][2],
                       const size_t *ring_sizes, size_t n_rings)
{
    struct gs_ctx *ctx = test_ctx();
    size_t cells[64], n = 0, length = strlen(picture);
    for (size_t i = 0; i < length; i++)
        if (picture[i] == '#')
            cells[n++] = i;
    struct gs_region region = {.cells = cells};
    struct gs_grid grid = {0, (double)(length / n_cols), 1, 1, n_cols, length / n_cols};
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    assert_ok(ctx, gs_region_outline(ctx, &region, n, &grid, &shapes));
    assert_int_equal(shapes.n_parts, n_rings);
    assert_near(gs_shapes_area(&shapes, 0), (double)n, 1e-12);
    size_t at = 0;
    for (size_t r = 0; r < n_rings; r++) {
        assert_int_equal(shapes.vertex_start[r + 1] - shapes.vertex_start[r], ring_sizes[r]);
        for (size_t v = 0; expected && v < ring_sizes[r]; v++, at++) {
            assert_near(shapes.xy[at][0], expected[at][0], 0);
            assert_near(shapes.xy[at][1], expected[at][1], 0);
        }
    }
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

static void outlines(void **state)
{
    (void)state;
    const double square[][2] = {{1, 1}, {1, 2}, {0, 2}, {0, 1}, {1, 1}};
    outline_of("#.."
               "...",
               3, square, (size_t[]){5}, 1);
    /* a ring around a hole */
    outline_of("###"
               "#.#"
               "###",
               3, NULL, (size_t[]){5, 5}, 2);
    /* two holes that touch at a corner stay two */
    outline_of("####"
               "#.##"
               "##.#"
               "####",
               4, NULL, (size_t[]){5, 5, 5}, 3);
    /* a hole that touches the outside at a corner */
    outline_of("###"
               "#.#"
               "##.",
               3, NULL, (size_t[]){7, 5}, 2);
    outline_of(".#."
               "###"
               ".#.",
               3, NULL, (size_t[]){13}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bound_holds),
        cmocka_unit_test(regions_keep_their_distance),
        cmocka_unit_test(obvious_region),
        cmocka_unit_test(compact_region),
        cmocka_unit_test(small_areas_are_dropped),
        cmocka_unit_test(mean_of_best_by_sorting),
        cmocka_unit_test(outlines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
