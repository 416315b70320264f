// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

#include "geo/geodesic.h"
#include "kernel/crossing.h"
#include "measure/rings.h"

static const double pi = 3.14159265358979323846;

enum { MOST = 70000 };

static double xy[MOST + 1][2], xyz[MOST + 1][3];
static struct gs_box3 nodes[MOST / 15 + 10];

/* A star-shaped ring with long and short waves and jitter, counterclockwise. */
static struct gs_ring make_ring(size_t n, double x, double y, double size)
{
    for (size_t i = 0; i < n; i++) {
        double t = 2 * pi * (double)i / (double)n;
        double radius = size * (1 + 0.2 * sin(5 * t) + 0.05 * sin(67 * t) + 1e-4 * unit(i));
        xy[i][0] = x + radius * cos(t);
        xy[i][1] = y + radius * sin(t);
    }
    xy[n][0] = xy[0][0];
    xy[n][1] = xy[0][1];
    return (struct gs_ring){n, xy, NULL, nodes};
}

static void test_tree_size(void **state)
{
    (void)state;
    assert_int_equal(gs_ring_tree_size(3), 1);
    assert_int_equal(gs_ring_tree_size(16), 1);
    assert_int_equal(gs_ring_tree_size(17), 3);
    assert_int_equal(gs_ring_tree_size(256), 17);
    assert_int_equal(gs_ring_tree_size(257), 17 + 2 + 1);
    assert_int_equal(gs_ring_tree_size(70000), 4375 + 274 + 18 + 2 + 1);
}

/* The tree answers as the whole ring does. */
static void test_planar(void **state)
{
    (void)state;
    const size_t sizes[] = {3, 16, 17, 255, 257, 5000, MOST};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct gs_ring ring = make_ring(sizes[s], 4e6, 3e6, 10000);
        gs_ring_tree_fill(NULL, &ring, nodes);
        struct gs_box3 box = gs_ring_box(NULL, &ring);
        for (size_t i = 0; i < 200; i++) {
            double p[2] = {4e6 + 30000 * (unit(3 * i) - 0.5),
                           3e6 + 30000 * (unit(3 * i + 1) - 0.5)};
            if (i < 20) { /* a row and column of the ring's own corners */
                p[0] = xy[i * sizes[s] / 20][0];
                p[1] = xy[i * sizes[s] / 30][1];
            }
            enum gs_place place = gs_ring_place(&ring, p);
            assert_int_equal(place, gs_planar_in_ring(p, xy, sizes[s] + 1));
            if (place != GS_OUTSIDE)
                assert_true(p[0] >= box.min[0] && p[0] <= box.max[0] && p[1] >= box.min[1] &&
                            p[1] <= box.max[1]);
            for (int moved = -1; moved <= 1; moved += 2) /* all segments, without the tree */
                assert_int_equal(gs_ring_ray_odd(&ring, p, moved),
                                 gs_crossing_ray_odd(p, xy, sizes[s] + 1, moved));
        }
        assert_int_equal(gs_ring_place(&ring, xy[sizes[s] / 2]), GS_BOUNDARY);
    }
}

/* The same ring on the ellipsoid, small enough that its degrees can be taken for a plane. */
static void compare_winding(const struct gs_geodesic *geodesic, size_t n, bool clockwise)
{
    struct gs_ring ring = make_ring(n, 10, 50, 0.1);
    for (size_t i = 0; clockwise && i < n / 2; i++)
        for (int d = 0; d < 2; d++) {
            double swap = xy[i][d];
            xy[i][d] = xy[n - i][d];
            xy[n - i][d] = swap;
        }
    for (size_t i = 0; i <= n; i++)
        gs_geodesic_ecef(geodesic, xy[i], xyz[i]);
    ring.xyz = (const double(*)[3])xyz;
    gs_ring_tree_fill(geodesic, &ring, nodes);
    struct gs_box3 box = gs_ring_box(geodesic, &ring);
    for (size_t i = 0; i < 300; i++) {
        double p[2] = {10 + 0.3 * (unit(3 * i) - 0.5), 50 + 0.3 * (unit(3 * i + 1) - 0.5)}, at[3];
        enum gs_place place = gs_planar_in_ring(p, xy, n + 1);
        if (n < 1000) { /* straight in degrees and geodesic differ along edges of kilometres */
            bool near = false;
            for (size_t k = 0; k < n; k++)
                near |= gs_geodesic_segment(geodesic, p, xy[k], xy[k + 1]) < 5;
            if (near)
                continue;
        }
        gs_geodesic_ecef(geodesic, p, at);
        double winding = place == GS_INSIDE ? (clockwise ? -2 * pi : 2 * pi) : 0;
        assert_near(gs_ring_winding(geodesic, &ring, p, at), winding, 1e-6);
        for (int d = 0; d < 3 && place == GS_INSIDE; d++)
            assert_true(at[d] >= box.min[d] && at[d] <= box.max[d]);
    }
}

static void test_winding(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *geodesic = NULL;
    assert_ok(ctx, gs_geodesic_new(ctx, 6378137, 1 / 298.257223563, &geodesic));
    compare_winding(geodesic, 16, false);
    compare_winding(geodesic, 300, false);
    compare_winding(geodesic, MOST, false);
    compare_winding(geodesic, MOST, true);
    gs_geodesic_free(geodesic);
    gs_ctx_free(ctx);
}

/* From a metre within and without a long edge, whose chord passes elsewhere than it does: 40° of
 * the parallel of 50° bulge hundreds of kilometres north as a geodesic. */
static void test_winding_near_edge(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *geodesic = NULL;
    assert_ok(ctx, gs_geodesic_new(ctx, 6378137, 1 / 298.257223563, &geodesic));
    const double corners[][2] = {{0, 40}, {40, 40}, {40, 50}, {0, 50}, {0, 40}};
    double ecef[5][3];
    for (size_t i = 0; i < 5; i++)
        gs_geodesic_ecef(geodesic, corners[i], ecef[i]);
    struct gs_ring ring = {4, corners, (const double(*)[3])ecef, nodes};
    gs_ring_tree_fill(geodesic, &ring, nodes);
    struct gs_box3 box = gs_ring_box(geodesic, &ring);
    for (double lon = 0.5; lon < 40; lon += 0.7) {
        double low = 50, high = 60; /* where the edge crosses this meridian, by its side */
        for (int i = 0; i < 60; i++) {
            double p[2] = {lon, (low + high) / 2};
            *(gs_geodesic_side(geodesic, corners[2], corners[3], p) < 0 ? &low : &high) = p[1];
        }
        for (int side = -1; side <= 1; side += 2) {
            double p[2] = {lon, low + side * 1e-5}, at[3];
            gs_geodesic_ecef(geodesic, p, at);
            assert_near(gs_ring_winding(geodesic, &ring, p, at), side < 0 ? 2 * pi : 0, 1e-6);
            for (int d = 0; d < 3 && side < 0; d++)
                assert_true(at[d] >= box.min[d] && at[d] <= box.max[d]);
        }
    }
    gs_geodesic_free(geodesic);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree_size),
        cmocka_unit_test(test_planar),
        cmocka_unit_test(test_winding),
        cmocka_unit_test(test_winding_near_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
