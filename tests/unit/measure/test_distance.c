// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

static const struct gs_measure *const distance = &gs_measure_distance;

static void test_planar(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    const char *features[] = {"P3000 4000", "R9000 0, 9000 9000, 12000 9000, 12000 0, 9000 0",
                              NULL};
    const char *sites[] = {"P0 0", "P10000 1000", "P8999 1", "R0 0, 100 0, 100 100, 0 0", NULL};
    add_shapes(job.ctx, &job.features.shapes, features);
    add_shapes(job.ctx, &job.sites.features.shapes, sites);
    job.sites.footprint_radius_m = 500; /* a distance is measured from the point itself */
    assert_near(job_number(&job, distance, "", 0), 5000, 0);
    assert_near(job_number(&job, distance, "", 1), 0, 0);
    assert_near(job_number(&job, distance, "", 2), 1, 0);
    assert_near(job_number(&job, distance, "", 3), hypot(2900, 3900), 1e-9);
    job_release(&job);
}

/* geod -I +ellps=GRS80: Berlin to Paris 879699.316135 m. ETRS89 in degrees, asked or not. */
static void test_geodesic(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:4258");
    add_shape(job.ctx, &job.features.shapes, "P2.3522 48.8566");
    add_shape(job.ctx, &job.sites.features.shapes, "P13.405 52.52");
    assert_near(job_number(&job, distance, "", 0), 879699.316135, 1e-6);
    assert_near(job_number(&job, distance, "geodesic: true", 0), 879699.316135, 1e-6);
    assert_true(distance->geodesic(job_params(&job, distance, "geodesic: true")));
    assert_false(distance->geodesic(job_params(&job, distance, "")));
    assert_true(isinf(distance->reach_m(job_params(&job, distance, ""))));
    job_release(&job);
}

static void test_no_feature(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    add_shape(job.ctx, &job.sites.features.shapes, "P0 0");
    assert_true(isnan(job_number(&job, distance, "", 0)));
    job_release(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planar),
        cmocka_unit_test(test_geodesic),
        cmocka_unit_test(test_no_feature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
