// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/raster_job.h"

static const double values[9] = {1, 2, 3, 4, NAN, 6, 7, 8, 8};
static const double grid[6] = {4000000, 100, 0, 3000300, 0, -100};

static void test_points(void **state)
{
    (void)state;
    raster_doubles("/vsimem/value.tif", 3, 3, grid, "EPSG:3035", values);
    struct raster_job j;
    double numbers[6], shares[6];
    job_open(&j, "/vsimem/value.tif", "EPSG:3035", 2);
    job_point(&j, 4000050, 3000250); /* the centre of the first cell */
    job_point(&j, 4000100, 3000250); /* half way to the next */
    job_point(&j, 4000150, 3000150); /* no data */
    job_point(&j, 4000950, 3000150); /* outside */
    job_part(&j, true, GS_PART_POINTS, 4,
             (const double[][2]){
                 {4000050, 3000250}, {4000150, 3000150}, {4000250, 3000050}, {4000050, 3000050}});
    /* a polygon about the last cell's centre: GEOS's point on surface is the middle of its middle
     * line */
    job_box(&j, 4000240, 3000040, 4000260, 3000060);
    job_measure(&j, &gs_measure_value);
    job_run(&j, numbers, shares);
    assert_near(numbers[0], 1, 1e-12);
    assert_near(numbers[1], 1.5, 1e-12);
    assert_true(isnan(numbers[2]) && isnan(numbers[3]));
    assert_near(shares[2], 0, 0);
    assert_near(shares[3], 0, 0);
    assert_near(numbers[4], (1 + 8 + 7) / 3.0, 1e-12);
    assert_near(shares[4], 0.75, 0);
    assert_near(numbers[5], 8, 1e-12);
    assert_near(shares[5], 1, 0);
    job_close(&j);
}

/* Classes are never averaged: the most frequent, the smallest of equals. */
static void test_classes(void **state)
{
    (void)state;
    const double codes[9] = {5, 5, 12, 12, 12, 3, 5, 3, 3};
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/codes.tif",
                                                               .n_cols = 3,
                                                               .n_rows = 3,
                                                               .type = GDT_Byte,
                                                               .transform = grid,
                                                               .crs = "EPSG:3035"});
    GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
    GDALSetColorEntry(table, 12, &(GDALColorEntry){10, 20, 30, 255});
    assert_int_equal(GDALSetRasterColorTable(GDALGetRasterBand(dataset, 1), table), CE_None);
    GDALDestroyColorTable(table);
    raster_write(dataset, 1, codes);
    GDALClose(dataset);
    struct raster_job j;
    double numbers[2], shares[2];
    job_open(&j, "/vsimem/codes.tif", "EPSG:3035", 1);
    job_part(&j, true, GS_PART_POINTS, 3,
             (const double[][2]){{4000050, 3000250}, {4000250, 3000250}, {4000150, 3000150}});
    job_part(&j, true, GS_PART_POINTS, 2,
             (const double[][2]){{4000050, 3000250}, {4000250, 3000050}});
    job_measure(&j, &gs_measure_value);
    job_run(&j, numbers, shares);
    assert_near(numbers[0], 12, 0);
    assert_near(numbers[1], 3, 0);
    job_close(&j);
}

/* `echo 4321000 3210000 | cs2cs EPSG:3035 EPSG:4258` is 52 N 10 E. */
static void test_other_crs(void **state)
{
    (void)state;
    raster_doubles("/vsimem/lonlat.tif", 3, 3, (const double[]){9.85, 0.1, 0, 52.15, 0, -0.1},
                   "EPSG:4258", (const double[]){1, 2, 3, 4, 5, 6, 7, 8, 9});
    struct raster_job j;
    double number, share;
    job_open(&j, "/vsimem/lonlat.tif", "EPSG:3035", 1);
    job_point(&j, 4321000, 3210000);
    job_measure(&j, &gs_measure_value);
    job_run(&j, &number, &share);
    assert_near(number, 5, 1e-7);
    job_close(&j);
}

/* A raster from 0 to 360 degrees east has the western hemisphere, too. */
static void test_globe(void **state)
{
    (void)state;
    static double globe[36 * 18];
    for (int i = 0; i < 36 * 18; i++)
        globe[i] = i % 36;
    raster_doubles("/vsimem/globe.tif", 36, 18, (const double[]){0, 10, 0, 90, 0, -10}, "EPSG:4326",
                   globe);
    struct raster_job j;
    double number, share;
    job_open(&j, "/vsimem/globe.tif", "EPSG:4326", 1);
    job_point(&j, -75, 5);
    job_measure(&j, &gs_measure_value);
    job_run(&j, &number, &share);
    assert_near(number, 28, 1e-12);
    job_close(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_other_crs),
        cmocka_unit_test(test_globe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
