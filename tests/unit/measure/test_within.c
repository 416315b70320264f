// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

static const struct gs_measure *const count = &gs_measure_count_within;
static const struct gs_measure *const sum = &gs_measure_sum_within;
static const struct gs_measure *const max = &gs_measure_max_within;
static const struct gs_measure *const mean = &gs_measure_mean_within;

/* Points 0, 300, 600 and 1000 m to the east of the first site; nothing near the second; only one
 * without a value near the third. */
static void make(struct vector_job *job)
{
    job_init(job, "EPSG:3035");
    const char *features[] = {"P0 0", "P300 0", "P600 0", "P1000 0", "P90000 0", NULL};
    const char *sites[] = {"P0 0", "P50000 0", "P90010 0", "R-10 -10, 310 -10, 310 10, -10 -10",
                           NULL};
    add_shapes(job->ctx, &job->features.shapes, features);
    add_shapes(job->ctx, &job->sites.features.shapes, sites);
    add_numbers(job->ctx, &job->features, (double[]){10, 40, NAN, -30, NAN});
}

static void test_plain(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    assert_near(job_number(&job, count, "radius: 1 km", 0), 4, 0);
    assert_near(job_number(&job, count, "radius: 999.9", 0), 3, 0);
    assert_near(job_number(&job, count, "radius: 0", 0), 1, 0);
    assert_near(job_number(&job, count, "radius: 0", 3), 1, 0); /* the other lies outside */
    assert_near(job_number(&job, sum, "field: f, radius: 1 km", 0), 20, 0);
    assert_near(job_number(&job, max, "field: f, radius: 1 km", 0), 40, 0);
    assert_near(job_number(&job, mean, "field: f, radius: 1 km", 0), 20 / 3., 1e-15);
    job_release(&job);
}

static void test_nothing_in_reach(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    assert_near(job_number(&job, count, "radius: 1 km", 1), 0, 0);
    assert_near(job_number(&job, sum, "field: f, radius: 1 km", 1), 0, 0);
    assert_true(isnan(job_number(&job, max, "field: f, radius: 1 km", 1)));
    assert_true(isnan(job_number(&job, mean, "field: f, radius: 1 km", 1)));
    /* there is one, but what it would add is unknown */
    assert_near(job_number(&job, count, "radius: 1 km", 2), 1, 0);
    assert_true(isnan(job_number(&job, sum, "field: f, radius: 1 km", 2)));
    assert_true(isnan(job_number(&job, max, "field: f, radius: 1 km", 2)));
    assert_true(isnan(job_number(&job, mean, "field: f, radius: 1 km", 2)));
    job_release(&job);
}

static void test_decay(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    /* weights at 0, 300, 600, 1000 m: 1, 0.7, 0.4, 0 */
    const char *linear = "field: f, radius: 1 km, decay: linear";
    assert_near(job_number(&job, count, "radius: 1 km, decay: linear", 0), 2.1, 1e-15);
    assert_near(job_number(&job, sum, linear, 0), 10 + 28, 1e-14);
    assert_near(job_number(&job, max, linear, 0), 28, 1e-14);
    assert_near(job_number(&job, mean, linear, 0), 38 / 1.7, 1e-14);
    /* gaussian: sigma is a third of 900 m unless given: exp(−½), exp(−2) */
    assert_near(job_number(&job, count, "radius: 900, decay: gaussian", 0), 1 + exp(-0.5) + exp(-2),
                1e-15);
    assert_near(job_number(&job, count, "radius: 900, decay: gaussian, sigma: 600", 0),
                1 + exp(-0.125) + exp(-0.5), 1e-15);
    /* inverse: half at a tenth of the radius unless given: 300 of 3 km */
    assert_near(job_number(&job, count, "radius: 3 km, decay: inverse", 0),
                1 + 0.5 + 1 / 3. + 300 / 1300., 1e-15);
    assert_near(job_number(&job, sum, "field: f, radius: 3 km, decay: inverse, half_distance: 600",
                           0),
                10 + 40 * 2 / 3. - 30 * 600 / 1600., 1e-14);
    assert_near(job_number(&job, count, "radius: 0, decay: gaussian", 0), 1, 0);
    job_release(&job);
}

static void test_check(void **state)
{
    (void)state;
    struct vector_job job;
    make(&job);
    job_check(&job, count, "radius: 1 km", NULL);
    job_check(&job, count, "radius: 1 km, decay: gaussian, sigma: 1 km", NULL);
    job_check(&job, count, "radius: 1 km, sigma: 300", "`sigma` belongs to the gaussian decay");
    job_check(&job, sum, "field: f, radius: 1 km, decay: linear, half_distance: 3",
              "`half_distance` belongs to the inverse decay, but `decay` is linear");
    assert_near(count->reach_m(job_params(&job, count, "radius: 30 km")), 30000, 0);
    assert_true(mean->geodesic(job_params(&job, mean, "field: f, radius: 1, geodesic: true")));
    job_release(&job);
}

/* A sum whose plain value depends on the order: 1e16 + 1 - 1e16 …; exact in any. */
static void test_order(void **state)
{
    (void)state;
    const double values[4][5] = {{1e16, 1, 1, -1e16, 3},
                                 {1, 1e16, 3, 1, -1e16},
                                 {-1e16, 3, 1, 1e16, 1},
                                 {3, 1, 1, 1e16, -1e16}};
    for (int i = 0; i < 4; i++) {
        struct vector_job job;
        job_init(&job, "EPSG:3035");
        for (int k = 0; k < 5; k++)
            add_shape(job.ctx, &job.features.shapes, "P1 2");
        add_shape(job.ctx, &job.sites.features.shapes, "P1 3");
        add_numbers(job.ctx, &job.features, values[i]);
        assert_near(job_number(&job, sum, "field: f, radius: 1", 0), 5, 0);
        assert_near(job_number(&job, mean, "field: f, radius: 1", 0), 1, 0);
        job_release(&job);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain), cmocka_unit_test(test_nothing_in_reach),
        cmocka_unit_test(test_decay), cmocka_unit_test(test_check),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
