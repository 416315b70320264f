// SPDX-License-Identifier: Apache-2.0
/* `gdaldem slope` of GDAL 3.6.2 on the raster of make_hills(): cell (col 5, row
 * 4) 41.64171600341797 degrees, 88.91444396972656 percent; mean of columns 2 to 7, rows 3 to
 * 6: 29.42006226380666. It writes floats. */
#include "unit/measure/raster_job.h"

static void make_hills(const char *path, const double *transform, const char *crs, double scale)
{
    double values[144];
    for (int r = 0; r < 12; r++)
        for (int c = 0; c < 12; c++)
            values[12 * r + c] = scale * (50 * sin(0.7 * c) + 30 * cos(0.45 * r) + 2 * c * r);
    raster_doubles(path, 12, 12, transform, crs, values);
}

static const double grid[6] = {4000000, 25, 0, 3000000, 0, -40};

static void test_gdaldem(void **state)
{
    (void)state;
    make_hills("/vsimem/hills.tif", grid, "EPSG:3035", 1);
    struct raster_job j;
    double numbers[3], shares[3];
    job_open(&j, "/vsimem/hills.tif", "EPSG:3035", 2);
    job_point(&j, 4000000 + 5.7 * 25, 3000000 - 4.2 * 40);
    job_box(&j, 4000000 + 2 * 25, 3000000 - 7 * 40, 4000000 + 8 * 25, 3000000 - 3 * 40);
    job_box(&j, 4000000, 3000000 - 12 * 40, 4000000 + 12 * 25, 3000000);
    job_measure(&j, &gs_measure_slope);
    assert_string_equal(gs_measure_slope.unit_of(j.job.params), "degree");
    job_run(&j, numbers, shares);
    assert_near(numbers[0], 41.64171600341797, 4e-6);
    assert_near(numbers[1], 29.42006226380666, 4e-6);
    assert_near(shares[1], 1, 0);
    assert_near(shares[2], 100.0 / 144, 1e-12); /* the outermost cells have no slope */
    job_set(&j, "unit", "percent");
    assert_string_equal(gs_measure_slope.unit_of(j.job.params), "%");
    job_run(&j, numbers, shares);
    assert_near(numbers[0], 88.91444396972656, 1e-5);
    job_close(&j);
}

/* The same ground in feet, on a grid that is turned by 90 degrees or runs south-up, in US survey
 * feet: the slope is the ground's. */
static void test_frames(void **state)
{
    (void)state;
    const double turned[6] = {4000000, 0, 40, 3000000, 25, 0};
    const double south_up[6] = {4000000, 25, 0, 3000000, 0, 40};
    const double *grids[] = {turned, south_up};
    for (int i = 0; i < 2; i++) {
        make_hills("/vsimem/turned.tif", grids[i], "EPSG:3035", 1 / 0.3048);
        struct raster_job j;
        double number, share;
        job_open(&j, "/vsimem/turned.tif", "EPSG:3035", 1);
        gs_raster_close(j.raster);
        j.layer.unit = "ft";
        assert_ok(j.ctx, gs_raster_open(j.ctx, &j.layer, &j.raster));
        j.worker.raster = j.raster;
        j.job.raster = j.raster;
        const double *t = grids[i];
        job_point(&j, t[0] + 5.5 * t[1] + 4.5 * t[2], t[3] + 5.5 * t[4] + 4.5 * t[5]);
        job_measure(&j, &gs_measure_slope);
        job_run(&j, &number, &share);
        assert_near(number, 41.64171600341797, 4e-6);
        job_close(&j);
    }
}

/* A raster in degrees at 45 N: metres per degree by `geod`, see kernel/test_slope.c. */
static void test_degrees(void **state)
{
    (void)state;
    double values[9];
    for (int i = 0; i < 9; i++)
        values[i] = 30 * (i % 3) - 40 * (i / 3);
    raster_doubles("/vsimem/lonlat.tif", 3, 3, (const double[]){8, 0.001, 0, 45.0015, 0, -0.001},
                   "EPSG:4258", values);
    struct raster_job j;
    double number, share;
    job_open(&j, "/vsimem/lonlat.tif", "EPSG:4258", 1);
    job_point(&j, 8.0015, 45);
    job_measure(&j, &gs_measure_slope);
    job_set(&j, "unit", "percent");
    job_run(&j, &number, &share);
    assert_near(number, 100 * hypot(30 / 78.8468351, 40 / 111.1317774), 1e-6);
    job_close(&j);
}

static void test_not_heights(void **state)
{
    (void)state;
    make_hills("/vsimem/hills.tif", grid, "EPSG:3035", 1);
    struct raster_job j;
    double number, share;
    job_open(&j, "/vsimem/hills.tif", "EPSG:3035", 2);
    gs_raster_close(j.raster);
    j.layer.unit = "m/s";
    assert_ok(j.ctx, gs_raster_open(j.ctx, &j.layer, &j.raster));
    j.worker.raster = j.raster;
    j.job.raster = j.raster;
    job_point(&j, 4000100, 2999900);
    job_measure(&j, &gs_measure_slope);
    assert_status(j.ctx, gs_measure_sites(j.ctx, &j.job, &number, NULL, &share), GS_ESTUDY);
    assert_diagnostic(j.ctx, "`slope` needs heights, but layer `raster` is in m/s");
    job_close(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gdaldem),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_degrees),
        cmocka_unit_test(test_not_heights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
