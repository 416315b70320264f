// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

static const struct gs_measure *const distinct = &gs_measure_count_distinct_within;

static void make(struct vector_job *job)
{
    job_init(job, "EPSG:3035");
    const char *features[] = {"L0 0, 0 10", "L5 0, 5 10", "L9 0, 9 10", "P2 2", "P99 99", NULL};
    const char *sites[] = {"P0 5", "P500 500", NULL};
    add_shapes(job->ctx, &job->features.shapes, features);
    add_shapes(job->ctx, &job->sites.features.shapes, sites);
}

static void test_texts(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    char again[] = "GlasCo"; /* equal texts need not share memory */
    add_texts(job.ctx, &job.features, (const char *[]){"GlasCo", again, "Lumen", NULL, "Far"});
    assert_near(job_number(&job, distinct, "field: f, radius: 6", 0), 1, 0);
    assert_near(job_number(&job, distinct, "field: f, radius: 9", 0), 2, 0);
    assert_near(job_number(&job, distinct, "field: f, radius: 1 km", 0), 3, 0);
    assert_near(job_number(&job, distinct, "field: f, radius: 1", 1), 0, 0);
    job_release(&job);
}

static void test_numbers(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    add_numbers(job.ctx, &job.features, (double[]){0.0, 4, -0.0, NAN, 4});
    assert_near(job_number(&job, distinct, "field: f, radius: 1 km", 0), 2, 0);
    assert_near(job_number(&job, distinct, "field: f, radius: 3", 0), 1, 0);
    assert_true(distinct->flags & GS_MEASURE_ANY_FIELD);
    job_release(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
