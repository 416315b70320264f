// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

static const struct gs_measure *const attribute = &gs_measure_attribute;

static void test_numbers(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    add_shape(job.ctx, &job.sites.features.shapes, "P0 0");
    add_shape(job.ctx, &job.sites.features.shapes, "P1 1");
    add_numbers(job.ctx, &job.sites.features, (double[]){42, NAN});
    assert_near(job_number(&job, attribute, "field: f", 0), 42, 0);
    assert_true(isnan(job_number(&job, attribute, "field: f", 1)));
    job_release(&job);
}

static void test_texts(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    add_shape(job.ctx, &job.sites.features.shapes, "P0 0");
    add_shape(job.ctx, &job.sites.features.shapes, "");
    add_texts(job.ctx, &job.sites.features, (const char *[]){"brownfield", NULL});
    assert_string_equal(job_text(&job, attribute, "field: f", 0), "brownfield");
    assert_null(job_text(&job, attribute, "field: f", 1));
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
