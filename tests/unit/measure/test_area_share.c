// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

static const struct gs_measure *const share = &gs_measure_area_share;
static const double pi = 3.14159265358979323846;

static void test_circle(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    /* everything east of x = 5,000,600; a wood of 1 ha with a clearing of a quarter of it */
    const char *features[] = {
        "R5000600 2900000, 5100000 2900000, 5100000 3100000, 5000600 3100000, 5000600 2900000",
        "R5000000 3000000, 5000100 3000000, 5000100 3000100, 5000000 3000100, 5000000 3000000;"
        "R5000025 3000025, 5000025 3000075, 5000075 3000075, 5000075 3000025, 5000025 3000025",
        NULL};
    const char *sites[] = {"P5000000 3000000", "P4000000 3000000", "P5050000 3000000", NULL};
    add_shapes(job.ctx, &job.features.shapes, features);
    add_shapes(job.ctx, &job.sites.features.shapes, sites);
    /* the segment of the circle: r² acos(h/r) − h √(r² − h²) */
    double disc = 1e6 * pi, segment = 1e6 * acos(0.6) - 600 * 800;
    assert_near(job_number(&job, share, "radius: 1 km", 0), (segment + 7500) / disc, 1e-12);
    assert_near(job_number(&job, share, "radius: 500", 0), 7500 / (250000 * pi), 1e-12);
    assert_near(job_number(&job, share, "radius: 500", 1), 0, 0);
    assert_near(job_number(&job, share, "radius: 500", 2), 1, 1e-12);
    assert_true(isnan(job_number(&job, share, "", 0)));
    job.sites.footprint_radius_m = 500;
    assert_near(job_number(&job, share, "", 0), 7500 / (250000 * pi), 1e-12);
    job_release(&job);
}

/* What overlaps counts once, whoever comes first. */
static void test_overlapping(void **state)
{
    (void)state;
    const char *orders[][5] = {{"R0 -99, 99 -99, 99 99, 0 99, 0 -99",
                                "R-9 -99, 50 -99, 50 99, -9 99, -9 -99",
                                "R0 -99, 99 -99, 99 99, 0 99, 0 -99", "L0 0, 5 5", NULL},
                               {"L0 0, 5 5", "R-9 -99, 50 -99, 50 99, -9 99, -9 -99",
                                "R0 -99, 99 -99, 99 99, 0 99, 0 -99",
                                "R0 -99, 99 -99, 99 99, 0 99, 0 -99", NULL}};
    double values[2], squares[2];
    for (int i = 0; i < 2; i++) {
        struct vector_job job;
        job_init(&job, "EPSG:3035");
        add_shapes(job.ctx, &job.features.shapes, orders[i]);
        add_shape(job.ctx, &job.sites.features.shapes, "P0 0");
        add_shape(job.ctx, &job.sites.features.shapes, "R-30 -30, 30 -30, 30 30, -30 30, -30 -30");
        values[i] = job_number(&job, share, "radius: 30", 0);
        squares[i] = job_number(&job, share, "", 1);
        job_release(&job);
    }
    /* the half disc and the slice between x = −9 and 0: h √(r² − h²) + r² asin(h/r) */
    double slice = 9 * sqrt(900 - 81) + 900 * asin(0.3);
    assert_near(values[0], 0.5 + slice / (900 * pi), 1e-12);
    assert_near(squares[0], 0.5 + 9 / 60., 1e-12);
    assert_memory_equal(&values[0], &values[1], sizeof(double));
    assert_memory_equal(&squares[0], &squares[1], sizeof(double));
}

static void test_polygons(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    const char *features[] = {"R50 -500, 500 -500, 500 500, 50 500, 50 -500",
                              "R0 0, 10 0, 10 10, 0 10, 0 0", NULL};
    const char *sites[] = {"R0 0, 100 0, 100 100, 0 100, 0 0; R80 80, 80 90, 90 90, 90 80, 80 80",
                           "R200 0, 300 0, 300 100, 200 0", "R-300 0, -200 0, -200 100, -300 0",
                           "L0 0, 1 1", NULL};
    add_shapes(job.ctx, &job.features.shapes, features);
    add_shapes(job.ctx, &job.sites.features.shapes, sites);
    assert_near(job_number(&job, share, "", 0), (5000 - 100 + 100) / 9900., 1e-12);
    assert_near(job_number(&job, share, "", 1), 1, 1e-12);
    assert_near(job_number(&job, share, "", 2), 0, 0);
    assert_true(isnan(job_number(&job, share, "", 3)));
    /* within 10 m of the square: right of x = 50 half of what lies around it, less half … plus the
     * 10 m square; hole filled but for nothing, as it is 10 m wide: 5000 + 1100 + π 100 / 2 */
    double all = 10000 + 4000 + 100 * pi;
    assert_near(job_number(&job, share, "radius: 10", 0), (all / 2 + 100) / all, 1e-5);
    job_release(&job);
}

/* Twenty stars that overlap at random, cut with circles: GEOS (python3-gdal), unary union and the
 * circle as a 10,000-gon of the same area. */
static void test_as_geos(void **state)
{
    (void)state;
    static const double expected[] = {0.5830900337, 0.5172816277, 0.3851859173, 0.4385046403,
                                      0.4882089360, 0.6671778365, 0.5849346163, 0.6519809446};
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    for (size_t i = 0; i < 20; i++) {
        double(*xy)[2];
        assert_ok(job.ctx, gs_shapes_begin(job.ctx, &job.features.shapes));
        assert_ok(job.ctx,
                  gs_shapes_add_part(job.ctx, &job.features.shapes, GS_PART_RING, 13, &xy));
        for (size_t k = 0; k < 13; k++) {
            double angle = 2 * pi * (double)(k % 12) / 12, r = 500 + 1500 * unit(100 * i + k % 12);
            xy[k][0] = 4e6 + 10000 * unit(100 * i + 50) + r * cos(angle);
            xy[k][1] = 3e6 + 10000 * unit(100 * i + 51) + r * sin(angle);
        }
    }
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        char site[80];
        snprintf(site, sizeof site, "P%.17g %.17g", 4e6 + 10000 * unit(7000 + 2 * i),
                 3e6 + 10000 * unit(7001 + 2 * i));
        add_shape(job.ctx, &job.sites.features.shapes, site);
        assert_near(job_number(&job, share, "radius: 2500", i), expected[i], 1e-7);
    }
    job_release(&job);
}

static void test_reach(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    assert_true(isinf(share->reach_m(job_params(&job, share, ""))));
    assert_near(share->reach_m(job_params(&job, share, "radius: 2 km")), 2000, 0);
    job_release(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_circle),   cmocka_unit_test(test_overlapping),
        cmocka_unit_test(test_polygons), cmocka_unit_test(test_as_geos),
        cmocka_unit_test(test_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
