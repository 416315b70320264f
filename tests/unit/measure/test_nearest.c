// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

static const struct gs_measure *const nearest = &gs_measure_nearest;

static void make(struct vector_job *job)
{
    job_init(job, "EPSG:3035");
    const char *features[] = {"P0 0", "P0 20", "P20 0", "P100 100", "P0 0", NULL};
    const char *sites[] = {"P1 1", "P10 10", "P90 90", "P500 500", NULL};
    add_shapes(job->ctx, &job->features.shapes, features);
    add_shapes(job->ctx, &job->sites.features.shapes, sites);
}

static void test_numbers(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    add_numbers(job.ctx, &job.features, (double[]){7, -3, NAN, NAN, 8});
    assert_near(job_number(&job, nearest, "field: f", 0), 7, 0); /* two at one place: the smaller */
    assert_near(job_number(&job, nearest, "field: f", 1), -3, 0); /* four equally near */
    assert_true(isnan(job_number(&job, nearest, "field: f", 2))); /* its value is unknown */
    assert_near(job_number(&job, nearest, "field: f, radius: 15", 1), -3, 0);
    assert_true(isnan(job_number(&job, nearest, "field: f, radius: 14", 1)));
    assert_near(job_number(&job, nearest, "field: f, radius: 0.0015 km", 0), 7, 0);
    job_release(&job);
}

static void test_texts(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    add_texts(job.ctx, &job.features, (const char *[]){"b", "é", "Z", NULL, "a"});
    assert_string_equal(job_text(&job, nearest, "field: f", 0), "a");
    assert_string_equal(job_text(&job, nearest, "field: f", 1), "Z"); /* in byte order */
    assert_null(job_text(&job, nearest, "field: f", 2));
    assert_null(job_text(&job, nearest, "field: f, radius: 1", 3));
    job_release(&job);
}

static void test_reach(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    assert_true(isinf(nearest->reach_m(job_params(&job, nearest, "field: f"))));
    assert_near(nearest->reach_m(job_params(&job, nearest, "field: f, radius: 3 km")), 3000, 0);
    assert_true(nearest->geodesic(job_params(&job, nearest, "field: f, geodesic: true")));
    job_release(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
