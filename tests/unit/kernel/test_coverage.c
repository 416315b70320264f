// SPDX-License-Identifier: Apache-2.0
/* Golden shares: exactextract, test/test_raster_cell_intersection.cpp
 * (https://github.com/isciences/exactextract); its rows run from the top, ours from row 0, so its
 * polygons are given here with y' = height - y. */
#include "support/support.h"

#include "kernel/coverage.h"
#include "kernel/sum.h"

#include <math.h>
#include <stdlib.h>

#define RING(...)                                                                                  \
    add_ring(&shapes, (const double[][2]){__VA_ARGS__},                                            \
             sizeof((const double[][2]){__VA_ARGS__}) / sizeof(double[2]))

static struct gs_ctx *ctx;

static void add_ring(struct gs_shapes *shapes, const double (*from)[2], size_t n)
{
    double(*xy)[2];
    if (shapes->n == 0)
        assert_ok(ctx, gs_shapes_begin(ctx, shapes));
    assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_RING, n, &xy));
    for (size_t i = 0; i < n; i++) {
        xy[i][0] = from[i][0];
        xy[i][1] = from[i][1];
    }
}

/* Turns the rows over: y' = height - y. */
static void turn_over(struct gs_shapes *shapes, double height)
{
    for (size_t i = 0; i < shapes->n_vertices; i++)
        shapes->xy[i][1] = height - shapes->xy[i][1];
}

static void expect(const struct gs_shapes *shapes, long col0, long row0, size_t n_cols,
                   size_t n_rows, const double *shares, double tolerance)
{
    double *weights = calloc(n_cols * n_rows, sizeof *weights);
    gs_coverage(shapes, 0, shapes->n_parts, col0, row0, n_cols, n_rows, weights);
    for (size_t i = 0; i < n_cols * n_rows; i++)
        assert_near(weights[i], shares[i], tolerance);
    free(weights);
}

static int setup(void **state)
{
    (void)state;
    ctx = test_ctx();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gs_ctx_free(ctx);
    return 0;
}

static void test_basic(void **state)
{
    (void)state;
    struct gs_shapes shapes;
    gs_shapes_init(&shapes); /* "Basic" */
    RING({0.5, 0.5}, {2.5, 0.5}, {2.5, 2.5}, {0.5, 2.5}, {0.5, 0.5});
    expect(&shapes, 0, 0, 3, 3, (double[]){0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25}, 0);
    gs_shapes_clear(&shapes); /* "Diagonals" */
    RING({1.5, 0.5}, {2.5, 1.5}, {1.5, 2.5}, {0.5, 1.5}, {1.5, 0.5});
    expect(&shapes, 0, 0, 3, 3, (double[]){0, 0.25, 0, 0.25, 1, 0.25, 0, 0.25, 0}, 0);
    gs_shapes_clear(&shapes); /* "Small polygon", in cells of 10 */
    RING({0.3, 0.3}, {0.4, 0.3}, {0.4, 0.4}, {0.3, 0.4}, {0.3, 0.3});
    expect(&shapes, 0, 0, 1, 1, (double[]){0.01}, 1e-13);
    gs_shapes_release(&shapes);
}

static void test_borders(void **state)
{
    (void)state;
    struct gs_shapes shapes;
    gs_shapes_init(&shapes); /* "Starting on cell boundary" */
    RING({1, 1.5}, {1.5, 1.5}, {1.5, 0.5}, {0.5, 0.5}, {0.5, 1.5}, {1, 1.5});
    expect(&shapes, 0, 0, 2, 2, (double[]){0.25, 0.25, 0.25, 0.25}, 0);
    gs_shapes_clear(&shapes); /* "Bouncing off boundary": grid from y = -1 to 2 */
    RING({0.5, 1.5}, {0.5, 0.5}, {0.5, 0}, {1.5, 0.5}, {1.5, 1.5}, {0.5, 1.5});
    turn_over(&shapes, 2);
    expect(&shapes, 0, 0, 2, 3, (double[]){0.25, 0.25, 0.4375, 0.3125, 0, 0}, 0);
    gs_shapes_clear(&shapes); /* "Follows grid boundary" */
    RING({0.5, 0.5}, {2, 0.5}, {2, 1.5}, {2, 2.5}, {0.5, 2.5}, {0.5, 0.5});
    expect(&shapes, 0, 0, 3, 3, (double[]){0.25, 0.5, 0, 0.5, 1, 0, 0.25, 0.5, 0}, 0);
    gs_shapes_clear(&shapes); /* "Starts on vertical boundary, moving up" */
    RING({3, 0.5}, {3, 2.5}, {0.5, 2.5}, {0.5, 0.5}, {3, 0.5});
    expect(&shapes, 0, 0, 4, 3, (double[]){0.25, 0.5, 0.5, 0, 0.5, 1, 1, 0, 0.25, 0.5, 0.5, 0}, 0);
    expect(&shapes, 0, 0, 3, 3, (double[]){0.25, 0.5, 0.5, 0.5, 1, 1, 0.25, 0.5, 0.5}, 0);
    gs_shapes_clear(&shapes); /* "Starts on horizontal boundary, moving right" */
    RING({0.5, 1}, {2.5, 1}, {2.5, 3.5}, {0.5, 3.5}, {0.5, 1});
    turn_over(&shapes, 4);
    expect(&shapes, 0, 0, 3, 4, (double[]){0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.5, 1, 0.5, 0, 0, 0}, 0);
    gs_shapes_clear(&shapes); /* "Starts on horizontal boundary, moving left" */
    RING({2.5, 3}, {0.5, 3}, {0.5, 3.5}, {0.25, 3.5}, {0.25, 0.5}, {2.5, 0.5}, {2.5, 3});
    turn_over(&shapes, 4);
    expect(&shapes, 0, 0, 3, 4,
           (double[]){0.125, 0, 0, 0.75, 1, 0.5, 0.75, 1, 0.5, 0.375, 0.5, 0.25}, 0);
    gs_shapes_release(&shapes);
}

static void test_fill(void **state)
{
    (void)state;
    struct gs_shapes shapes;
    gs_shapes_init(&shapes); /* "Fill handled correctly" */
    RING({0.5, 0.2}, {2.2, 0.2}, {2.2, 0.4}, {0.7, 0.4}, {0.7, 2.2}, {2.2, 2.2}, {2.2, 0.6},
         {2.4, 0.6}, {2.4, 4.8}, {0.5, 4.8}, {0.5, 0.2});
    turn_over(&shapes, 5);
    const double fill[] = {0.40, 0.80, 0.32, 0.50, 1.00, 0.40, 0.44, 0.80,
                           0.36, 0.20, 0.00, 0.20, 0.22, 0.20, 0.12};
    expect(&shapes, 0, 0, 3, 5, fill, 1e-12);
    gs_shapes_clear(&shapes); /* "Result indexing is correct": cells of 0.5 × 1 from (-20, -15) */
    RING({40.5, 29.8}, {45.5, 29.8}, {45.5, 25.5}, {40.5, 25.5}, {40.5, 29.8});
    const double indexing[] = {0.25, 0.5, 0.5, 0.5, 0.5, 0.25, 0.5, 1,   1,   1,
                               1,    0.5, 0.5, 1,   1,   1,    1,   0.5, 0.5, 1,
                               1,    1,   1,   0.5, 0.4, 0.8,  0.8, 0.8, 0.8, 0.4};
    expect(&shapes, 40, 25, 6, 5, indexing, 1e-12);
    gs_shapes_release(&shapes);
}

/* "Geometry extent larger than raster": four windows of one polygon. */
static void test_windows(void **state)
{
    (void)state;
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    RING({0.5, 0.5}, {4.5, 0.5}, {4.5, 5.5}, {0.5, 5.5}, {0.5, 0.5});
    turn_over(&shapes, 6);
    expect(&shapes, 0, 3, 3, 3, (double[]){0.5, 1, 1, 0.5, 1, 1, 0.25, 0.5, 0.5}, 0);
    expect(&shapes, 3, 3, 2, 3, (double[]){1, 0.5, 1, 0.5, 0.5, 0.25}, 0);
    expect(&shapes, 3, 0, 2, 3, (double[]){0.5, 0.25, 1, 0.5, 1, 0.5}, 0);
    expect(&shapes, 0, 0, 3, 3, (double[]){0.25, 0.5, 0.5, 0.5, 1, 1, 0.5, 1, 1}, 0);
    expect(&shapes, 1, 1, 2, 2, (double[]){1, 1, 1, 1}, 0); /* far inside */
    expect(&shapes, 7, 0, 2, 2, (double[]){0, 0, 0, 0}, 0); /* right of it */
    expect(&shapes, -9, 0, 2, 2, (double[]){0, 0, 0, 0}, 0);
    expect(&shapes, 0, -1000000, 2, 2, (double[]){0, 0, 0, 0}, 0);
    gs_shapes_clear(&shapes);
    RING({-1e15, -1e15}, {1e15, -1e15}, {1e15, 1e15}, {-1e15, 1e15}, {-1e15, -1e15});
    expect(&shapes, 3, 3, 2, 1, (double[]){1, 1}, 0);
    gs_shapes_release(&shapes);
}

static void test_holes(void **state)
{
    (void)state;
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    RING({0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0});
    RING({1, 1}, {1, 3}, {2.5, 3}, {2.5, 1}, {1, 1}); /* a hole along cell borders */
    RING({1.25, 1.25}, {2.25, 1.25}, {2.25, 2.25}, {1.25, 2.25}, {1.25, 1.25}); /* an island */
    const double shares[] = {1, 1, 1, 1, 1, 0.5625, 0.6875, 1, 1, 0.1875, 0.5625, 1, 1, 1, 1, 1};
    expect(&shapes, 0, 0, 4, 4, shares, 0);
    gs_shapes_clear(&shapes); /* two squares that share an edge leave no seam */
    RING({0.1, 0.3}, {1.7, 0.3}, {1.7, 1.9}, {0.1, 1.9}, {0.1, 0.3});
    RING({1.7, 0.3}, {3.9, 0.3}, {3.9, 1.9}, {1.7, 1.9}, {1.7, 0.3});
    const double joined[] = {0.63, 0.7, 0.7, 0.63, 0.81, 0.9, 0.9, 0.81};
    expect(&shapes, 0, 0, 4, 2, joined, 1e-12);
    gs_shapes_release(&shapes);
}

static uint64_t seed = 1;

static double random_number(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) * 0x1p-53;
}

/* A star of `n` vertices around (x, y): simple, with edges of all lengths and slopes. */
static void add_star(struct gs_shapes *shapes, double x, double y, double radius, size_t n)
{
    double ring[512][2];
    for (size_t i = 0; i < n; i++) {
        double angle = 2 * 3.14159265358979323846 * (double)i / (double)n;
        double r = radius * (0.3 + 0.7 * random_number());
        ring[i][0] = x + r * cos(angle);
        ring[i][1] = y + r * sin(angle);
    }
    ring[n][0] = ring[0][0];
    ring[n][1] = ring[0][1];
    add_ring(shapes, (const double(*)[2])ring, n + 1);
}

/* The shares add up to the polygon's area, and every cell without an edge has exactly 0 or 1. */
static void test_areas(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        struct gs_shapes shapes;
        gs_shapes_init(&shapes);
        size_t n = 3 + (size_t)(400 * random_number() * random_number());
        double radius = 30 * random_number() * random_number();
        double x = 1000 + 40 * random_number(), y = 5000 + 40 * random_number();
        add_star(&shapes, x, y, radius, n);
        static double weights[120 * 120];
        gs_coverage(&shapes, 0, 1, 960, 4960, 120, 120, weights);
        struct gs_sum sum;
        gs_sum_init(&sum);
        size_t partial = 0;
        for (size_t k = 0; k < 120 * 120; k++) {
            assert_true(weights[k] >= 0 && weights[k] <= 1);
            gs_sum_add(&sum, weights[k]);
            partial += weights[k] > 0 && weights[k] < 1;
        }
        assert_near(gs_sum_value(&sum), gs_shapes_area(&shapes, 0), 2e-11);
        double edges = 0; /* a segment of length l meets at most 2 + |Δx| + |Δy| + 1 cells */
        for (size_t v = 0; v + 1 < shapes.n_vertices; v++)
            edges += 3 + fabs(shapes.xy[v + 1][0] - shapes.xy[v][0]) +
                     fabs(shapes.xy[v + 1][1] - shapes.xy[v][1]);
        assert_true((double)partial <= edges);
        gs_shapes_release(&shapes);
    }
}

/* A cell's share does not depend on the window it is computed in, to the last bit. */
static void test_windows_agree(void **state)
{
    (void)state;
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    add_star(&shapes, 31.7, 28.2, 27, 300);
    static double whole[60 * 60], part[60 * 60];
    gs_coverage(&shapes, 0, 1, 0, 0, 60, 60, whole);
    for (int i = 0; i < 100; i++) {
        size_t c0 = (size_t)(59 * random_number()), r0 = (size_t)(59 * random_number());
        size_t nc = 1 + (size_t)((double)(59 - c0) * random_number());
        size_t nr = 1 + (size_t)((double)(59 - r0) * random_number());
        gs_coverage(&shapes, 0, 1, (long)c0, (long)r0, nc, nr, part);
        for (size_t r = 0; r < nr; r++)
            for (size_t c = 0; c < nc; c++)
                assert_true(part[r * nc + c] == whole[(r0 + r) * 60 + c0 + c]);
    }
    gs_shapes_release(&shapes);
}

/* Share of cell (0, 0) under a random triangle, by clipping it to the cell (Sutherland and Hodgman
 * 1974, "Reentrant polygon clipping", CACM 17(1):32-42). */
static double clipped_area(const double (*triangle)[2])
{
    double a[16][2], b[16][2];
    size_t n = 3;
    for (size_t i = 0; i < 3; i++)
        for (int d = 0; d < 2; d++)
            a[i][d] = triangle[i][d];
    for (int side = 0; side < 4; side++) {
        int d = side / 2;
        double sign = side % 2 ? -1 : 1, at = side % 2 ? -1 : 0;
        size_t m = 0;
        for (size_t i = 0; i < n; i++) {
            const double *p = a[i], *q = a[(i + 1) % n];
            double fp = sign * p[d] - at, fq = sign * q[d] - at;
            if (fp >= 0) {
                b[m][0] = p[0];
                b[m++][1] = p[1];
            }
            if ((fp >= 0) != (fq >= 0)) {
                double t = fp / (fp - fq);
                b[m][0] = p[0] + t * (q[0] - p[0]);
                b[m++][1] = p[1] + t * (q[1] - p[1]);
            }
        }
        n = m;
        for (size_t i = 0; i < n; i++) {
            a[i][0] = b[i][0];
            a[i][1] = b[i][1];
        }
    }
    double twice = 0;
    for (size_t i = 0; i < n; i++)
        twice += a[i][0] * a[(i + 1) % n][1] - a[i][1] * a[(i + 1) % n][0];
    return fabs(twice) / 2;
}

static void test_against_clipping(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++) {
        double t[4][2], spread = i % 3 == 0 ? 1.5 : 20;
        for (int v = 0; v < 3; v++)
            for (int d = 0; d < 2; d++) {
                t[v][d] = 0.5 + spread * (random_number() - 0.5);
                if (i % 5 == 0) /* vertices and edges on borders */
                    t[v][d] = round(2 * t[v][d]) / 2;
            }
        t[3][0] = t[0][0];
        t[3][1] = t[0][1];
        struct gs_shapes shapes;
        gs_shapes_init(&shapes);
        add_ring(&shapes, (const double(*)[2])t, 4);
        double weights[9];
        gs_coverage(&shapes, 0, 1, -1, -1, 3, 3, weights);
        assert_near(weights[4], clipped_area((const double(*)[2])t), 1e-12);
        gs_shapes_release(&shapes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_basic),         cmocka_unit_test(test_borders),
        cmocka_unit_test(test_fill),          cmocka_unit_test(test_windows),
        cmocka_unit_test(test_holes),         cmocka_unit_test(test_areas),
        cmocka_unit_test(test_windows_agree), cmocka_unit_test(test_against_clipping),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
