// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/planar.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static double unit(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return (double)((x ^ x >> 31) >> 11) * 0x1p-53;
}

static void random_point(uint64_t seed, double p[2])
{
    p[0] = 4e6 + 1000 * unit(2 * seed);
    p[1] = 3e6 + 1000 * unit(2 * seed + 1);
}

/* GEOS 3.11 (python3-gdal: ogr.Geometry.Distance) on the same points and segments. */
static void test_distances_as_geos(void **state)
{
    (void)state;
    static const double point_segment[] = {480.83643266331,  91.6233446773837, 247.144852816676,
                                           21.8278596238301, 380.403836655194, 845.027258029402,
                                           759.306531570111, 121.105063528249, 819.134804122046,
                                           329.65847884581,  155.031692333855, 408.850015850938};
    static const double segments[] = {24.839912997851,
                                      0,
                                      127.435566714019,
                                      143.298407270786,
                                      573.864041028391,
                                      102.578079088525,
                                      63.5480737756247,
                                      0,
                                      0,
                                      46.4281363691289,
                                      73.3940980845043,
                                      12.1687398296508};
    for (uint64_t i = 0; i < 12; i++) {
        double a[2], b[2], c[2], d[2];
        random_point(4 * i, a);
        random_point(4 * i + 1, b);
        random_point(4 * i + 2, c);
        random_point(4 * i + 3, d);
        assert_near(gs_planar_point_segment(a, b, c), point_segment[i], 1e-8);
        assert_near(gs_planar_segments(a, b, c, d), segments[i], 1e-8);
        assert_near(gs_planar_segments(d, c, a, b), segments[i], 1e-8);
    }
}

static void test_touching_is_zero(void **state)
{
    (void)state;
    double o[2] = {0, 0}, far[2] = {9, 3}, on[2] = {3, 1}, off[2] = {3, 1.5};
    assert_near(gs_planar_point_segment(on, o, far), 0, 0);
    assert_near(gs_planar_point_segment(o, o, far), 0, 0);
    assert_near(gs_planar_point_segment(off, o, far), 0.5 * 9 / sqrt(90), 1e-15);
    assert_near(gs_planar_segments(o, far, on, off), 0, 0);
    assert_near(gs_planar_segments(o, on, on, far), 0, 0); /* end to end */
    assert_near(gs_planar_segments(o, far, on, on), 0, 0); /* a point on it */
    assert_near(gs_planar_segments(on, on, on, on), 0, 0); /* two points */
    assert_near(gs_planar_segments(o, on, (double[2]){6, 2}, far), sqrt(10), 1e-15); /* in line */
    /* halves of doubles around 5e6 whose middle is exact */
    double a[2] = {5000000.25, 3000000.5}, b[2] = {5000001.75, 3000002.5};
    double middle[2] = {5000001, 3000001.5};
    assert_near(gs_planar_point_segment(middle, a, b), 0, 0);
}

static void test_far_from_origin(void **state)
{
    (void)state;
    /* a right triangle 3-4-5 km with its corner at 5e6: exact in the plane */
    double a[2] = {5e6, 5e6}, b[2] = {5e6 + 3000, 5e6 + 4000}, p[2] = {5e6 + 4000, 5e6 - 3000};
    assert_near(gs_planar_point_segment(p, a, b), 5000, 1e-6);
    /* a thousand km line and a point 0.001 m beside its middle */
    double c[2] = {4e6, 2e6}, d[2] = {4.8e6, 2.6e6}, q[2] = {4.4e6 - 0.0006, 2.3e6 + 0.0008};
    assert_near(gs_planar_point_segment(q, c, d), 0.001, 1e-9);
}

/* Kettner et al. (2008), "Classroom examples of robustness problems in geometric computations",
 * Comput. Geom. 40:61-78: near the line y = x plain orientation goes wrong in these steps of 2^-53.
 * Exactly: the sign of y − x. */
static void test_side_is_exact(void **state)
{
    (void)state;
    double a[2] = {12, 12}, b[2] = {24, 24};
    for (int i = 0; i < 64; i++)
        for (int k = 0; k < 64; k++) {
            double p[2] = {0.5 + i * 0x1p-53, 0.5 + k * 0x1p-53};
            assert_int_equal(gs_planar_side(a, b, p), (p[1] > p[0]) - (p[1] < p[0]));
            assert_int_equal(gs_planar_side(b, a, p), (p[1] < p[0]) - (p[1] > p[0]));
        }
}

static void test_in_ring(void **state)
{
    (void)state;
    /* a comb with spikes that begin and end on the rows asked about */
    const double ring[][2] = {{0, 0}, {8, 0}, {8, 4}, {6, 2}, {4, 4}, {2, 2}, {0, 4}, {0, 0}};
    const struct {
        double p[2];
        enum gs_place place;
    } cases[] = {
        {{1, 1}, GS_INSIDE},   {{2, 1.999}, GS_INSIDE}, {{2, 2.001}, GS_OUTSIDE},
        {{2, 2}, GS_BOUNDARY}, {{4, 2}, GS_INSIDE},     {{-1, 2}, GS_OUTSIDE},
        {{-1, 4}, GS_OUTSIDE}, {{-1, 0}, GS_OUTSIDE},   {{9, 2}, GS_OUTSIDE},
        {{0, 4}, GS_BOUNDARY}, {{0, 2}, GS_BOUNDARY},   {{4, 0}, GS_BOUNDARY},
        {{5, 3}, GS_BOUNDARY}, {{4.5, 3}, GS_INSIDE},   {{1, 3}, GS_BOUNDARY},
        {{3, 4}, GS_OUTSIDE},  {{1, -1}, GS_OUTSIDE},   {{7.5, 3.25}, GS_INSIDE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(gs_planar_in_ring(cases[i].p, ring, 8), cases[i].place);
}

/* A star of 101 corners; ogr.Geometry.Contains (GEOS) counts 'inside' among the random points. */
static void test_in_ring_as_geos(void **state)
{
    (void)state;
    double ring[102][2], p[2];
    size_t inside = 0;
    for (size_t i = 0; i < 101; i++) {
        double radius = 200 + 290 * unit(i + 777), angle = 2 * pi * (double)i / 101;
        ring[i][0] = 4e6 + 500 + radius * cos(angle);
        ring[i][1] = 3e6 + 500 + radius * sin(angle);
    }
    ring[101][0] = ring[0][0];
    ring[101][1] = ring[0][1];
    for (uint64_t i = 0; i < 3000; i++) {
        random_point(i + 5000, p);
        inside += gs_planar_in_ring(p, ring, 102) == GS_INSIDE;
    }
    assert_int_equal(inside, 1117);
    /* area of the star cut with circles: GEOS with the circle as a 10,000-gon whose vertices lie so
     * that its area is that of the circle */
    static const double areas[] = {
        0, 90694.653974399, 123701.878862776, 333470.63510856, 251722.218009785, 287589.980356231};
    for (size_t i = 0; i < 6; i++) {
        double centre[2];
        random_point(i + 9000, centre);
        assert_near(gs_planar_ring_area_in_circle(ring, 102, centre, 100 * (double)(i + 1)),
                    areas[i], 0.05);
    }
}

static void test_length_in_circle(void **state)
{
    (void)state;
    double c[2] = {5e6, 3e6};
    /* a chord 600 m from the centre of a circle of 1 km: 2 √(1000² − 600²) = 1600 */
    double a[2] = {5e6 - 2000, 3e6 + 600}, b[2] = {5e6 + 3000, 3e6 + 600};
    assert_near(gs_planar_length_in_circle(a, b, c, 1000), 1600, 1e-6);
    /* from the centre outward, inside only, outside only, a tangent, a point */
    assert_near(gs_planar_length_in_circle(c, b, c, 1000), 1000, 1e-6);
    assert_near(gs_planar_length_in_circle(a, b, c, 1e5), 5000, 1e-6);
    assert_near(gs_planar_length_in_circle(a, b, c, 500), 0, 0);
    assert_near(gs_planar_length_in_circle(a, b, c, 600), 0, 0);
    assert_near(gs_planar_length_in_circle(c, c, c, 600), 0, 0);
    double d[2] = {5e6 + 1000, 3e6 + 600};
    assert_near(gs_planar_length_in_circle(d, b, c, 1000), 0, 0); /* beyond the chord */
    assert_near(gs_planar_length_in_circle(d, a, c, 1000), 1600, 1e-6);
}

static double square_area(double half, double x, double y, double radius)
{
    const double ring[][2] = {{5e6 - half, 3e6 - half},
                              {5e6 + half, 3e6 - half},
                              {5e6 + half, 3e6 + half},
                              {5e6 - half, 3e6 + half},
                              {5e6 - half, 3e6 - half}};
    return gs_planar_ring_area_in_circle(ring, 5, (double[2]){5e6 + x, 3e6 + y}, radius);
}

static void test_area_in_circle(void **state)
{
    (void)state;
    double r = 1000, disc = pi * r * r;
    assert_near(square_area(1e5, 0, 0, r), disc, 1e-6);         /* circle in the square */
    assert_near(square_area(500, 0, 0, r), 1e6, 1e-6);          /* square in the circle */
    assert_near(square_area(500, 3000, 0, r), 0, 1e-6);         /* apart */
    assert_near(square_area(500, 1500, 0, r), 0, 1e-6);         /* touching */
    assert_near(square_area(500, 1500, 1500, r), 0, 1e-6);      /* apart at the corner */
    assert_near(square_area(1e5, 1e5, 0, r), disc / 2, 1e-6);   /* centre on an edge */
    assert_near(square_area(1e5, 1e5, 1e5, r), disc / 4, 1e-6); /* centre on a corner */
    /* a segment of a circle cut 600 m from the centre: r² acos(h/r) − h √(r² − h²) */
    assert_near(square_area(1e5, 1e5 - 600, 0, r), disc - (r * r * acos(0.6) - 600 * 800), 1e-6);
    assert_near(square_area(1e5, 1e5 + 600, 0, r), r * r * acos(0.6) - 600 * 800, 1e-6);
    /* all four sides 800 m from the centre */
    assert_near(square_area(800, 0, 0, r), disc - 4 * (r * r * acos(0.8) - 800 * 600), 1e-6);
    /* clockwise: negative */
    const double hole[][2] = {{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0}};
    assert_near(gs_planar_ring_area_in_circle(hole, 5, hole[0], 10), -1, 1e-12);
}

static void test_sector(void **state)
{
    (void)state;
    double a[2] = {20, 0}, b[2] = {0, 30}, o[2] = {0, 0};
    assert_near(gs_planar_sector_area(a, b, o, 2), pi, 1e-12);
    assert_near(gs_planar_sector_area(b, a, o, 2), -pi, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distances_as_geos),
        cmocka_unit_test(test_touching_is_zero),
        cmocka_unit_test(test_far_from_origin),
        cmocka_unit_test(test_side_is_exact),
        cmocka_unit_test(test_in_ring),
        cmocka_unit_test(test_in_ring_as_geos),
        cmocka_unit_test(test_length_in_circle),
        cmocka_unit_test(test_area_in_circle),
        cmocka_unit_test(test_sector),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
