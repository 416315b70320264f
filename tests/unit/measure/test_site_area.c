// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

#include "measure/site_area.h"

static const double pi = 3.14159265358979323846;

static enum gs_status area_of(struct vector_job *job, size_t site, double radius_m,
                              struct gs_site_area *area)
{
    struct gs_factor factor = {.measure_name = "area_share"};
    struct gs_job j = {.factor = &factor,
                       .sites = &job->sites,
                       .metres_per_unit = gs_crs_metres_per_unit(job->crs)};
    struct gs_worker worker = {.polygons = job->polygons, .scratch = &job->scratch};
    return gs_site_area(job->ctx, &j, &worker, site, radius_m, area);
}

static void test_kinds(void **state)
{
    (void)state;
    struct vector_job job;
    struct gs_site_area area;
    job_init(&job, "EPSG:3035");
    const char *sites[] = {"P5 7", "P0 0, 100 0", "L0 0, 100 0", "R0 0, 100 0, 100 100, 0 100, 0 0",
                           NULL};
    add_shapes(job.ctx, &job.sites.features.shapes, sites);

    assert_ok(job.ctx, area_of(&job, 0, 20, &area)); /* a point's circle */
    assert_int_equal(area.kind, GS_SITE_AREA_DISC);
    assert_near(area.centre[1], 7, 0);
    assert_near(area.radius, 20, 0);
    assert_near(area.size, 400 * pi, 1e-9);
    assert_ok(job.ctx, area_of(&job, 0, NAN, &area)); /* no radius, no footprint */
    assert_int_equal(area.kind, GS_SITE_AREA_NONE);

    /* two circles apart, and a line's sausage; arcs of 64 segments a quarter fall short by 1e-4 */
    assert_ok(job.ctx, area_of(&job, 1, 20, &area));
    assert_int_equal(area.kind, GS_SITE_AREA_POLYGONS);
    assert_near(area.size, 800 * pi, 800 * pi * 1.1e-4);
    assert_near(area.reach_m, 20, 0);
    assert_ok(job.ctx, area_of(&job, 2, 20, &area));
    assert_near(area.size, 400 * pi + 4000, 0.2);
    assert_ok(job.ctx, area_of(&job, 2, NAN, &area));
    assert_int_equal(area.kind, GS_SITE_AREA_NONE);

    assert_ok(job.ctx, area_of(&job, 3, NAN, &area)); /* the polygon itself */
    assert_int_equal(area.kind, GS_SITE_AREA_POLYGONS);
    assert_ptr_equal(area.shapes, &job.sites.features.shapes);
    assert_int_equal(area.shape, 3);
    assert_near(area.size, 10000, 0);
    assert_near(area.reach_m, 0, 0);
    assert_ok(job.ctx, area_of(&job, 3, 20, &area)); /* widened */
    assert_near(area.size, 10000 + 8000 + 400 * pi, 0.2);

    job.sites.footprint_radius_m = 10; /* only points have one */
    assert_ok(job.ctx, area_of(&job, 0, NAN, &area));
    assert_near(area.size, 100 * pi, 1e-9);
    assert_ok(job.ctx, area_of(&job, 0, 20, &area)); /* a radius is from the point */
    assert_near(area.size, 400 * pi, 1e-9);
    assert_ok(job.ctx, area_of(&job, 3, NAN, &area));
    assert_near(area.size, 10000, 0);
    job_release(&job);
}

static void test_degrees(void **state)
{
    (void)state;
    struct vector_job job;
    struct gs_site_area area;
    job_init(&job, "EPSG:4326");
    add_shape(job.ctx, &job.sites.features.shapes, "P5 7");
    assert_status(job.ctx, area_of(&job, 0, 20, &area), GS_ESTUDY);
    assert_diagnostic(job.ctx, "measure `area_share` needs an analysis CRS in metres");
    job_release(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_degrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
