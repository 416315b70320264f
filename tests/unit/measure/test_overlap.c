// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

static const struct gs_measure *const overlap = &gs_measure_overlap;

/* Four districts around the origin and one that lies over the first; one has no value. */
static void make(struct vector_job *job)
{
    job_init(job, "EPSG:3035");
    const char *features[] = {"R0 0, 100 0, 100 100, 0 100, 0 0",
                              "R-100 0, 0 0, 0 100, -100 100, -100 0",
                              "R-100 -100, 0 -100, 0 0, -100 0, -100 -100",
                              "R0 -100, 100 -100, 100 0, 0 0, 0 -100",
                              "R50 50, 100 50, 100 100, 50 100, 50 50",
                              NULL};
    const char *sites[] = {"P10 10",
                           "P0 0",
                           "P-50 -50",
                           "P60 60",
                           "P500 500",
                           "R-30 10, 20 10, 20 20, -30 20, -30 10",  /* 300 m² here, 200 there */
                           "R-20 10, 20 10, 20 20, -20 20, -20 10",  /* as much in both */
                           "R100 0, 200 0, 200 100, 100 100, 100 0", /* touches only */
                           "R-60 -60, -50 -60, -50 -50, -60 -50, -60 -60",
                           "P10 10, -10 10",
                           NULL};
    add_shapes(job->ctx, &job->features.shapes, features);
    add_shapes(job->ctx, &job->sites.features.shapes, sites);
}

static void test_numbers(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    add_numbers(job.ctx, &job.features, (double[]){4, 3, NAN, 2, 9});
    assert_near(job_number(&job, overlap, "field: f", 0), 4, 0);
    assert_near(job_number(&job, overlap, "field: f", 1), 2, 0); /* on the corner of four */
    assert_true(isnan(job_number(&job, overlap, "field: f", 2)));
    assert_near(job_number(&job, overlap, "field: f", 3), 4, 0); /* in two */
    assert_true(isnan(job_number(&job, overlap, "field: f", 4)));
    assert_near(job_number(&job, overlap, "field: f", 5), 3, 0);
    assert_near(job_number(&job, overlap, "field: f", 6), 3, 0);
    assert_true(isnan(job_number(&job, overlap, "field: f", 7)));
    assert_true(isnan(job_number(&job, overlap, "field: f", 8)));
    assert_near(job_number(&job, overlap, "field: f", 9), 3, 0);
    assert_near(overlap->reach_m(NULL), 0, 0);
    job_release(&job);
}

static void test_texts(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    add_texts(job.ctx, &job.features, (const char *[]){"FR", "ES", NULL, "BE", "LU"});
    assert_string_equal(job_text(&job, overlap, "field: f", 0), "FR");
    assert_string_equal(job_text(&job, overlap, "field: f", 1), "BE");
    assert_null(job_text(&job, overlap, "field: f", 2));
    assert_string_equal(job_text(&job, overlap, "field: f", 5), "ES");
    assert_null(job_text(&job, overlap, "field: f", 7));
    job_release(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
