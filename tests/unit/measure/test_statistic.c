// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/raster_job.h"

#include "measure/quantile.h"

#define NA NAN

/* exactextract, test/test_stats.cpp, "Unweighted stats": grid (-1, -1, 4, 4) of 5 × 5 cells. */
static void test_unweighted(void **state)
{
    (void)state;
    const double values[25] = {1, 1, 1, 1, 1,  1, 1, 2, 3, 1, 1, 4, 5,
                               6, 1, 1, 0, NA, 7, 1, 1, 1, 1, 1, 1};
    raster_doubles("/vsimem/stats.tif", 5, 5, (const double[]){-1, 1, 0, 4, 0, -1}, "EPSG:3035",
                   values);
    struct raster_job j;
    job_open(&j, "/vsimem/stats.tif", "EPSG:3035", 2);
    job_box(&j, 0.5, 0.5, 2.5, 2.5);
    assert_near(job_number(&j, &gs_measure_sum, NULL, NULL), 13.75, 13.75e-9);
    assert_near(job_number(&j, &gs_measure_mean, NULL, NULL), 13.75 / 3.5, 4e-9);
    assert_near(job_number(&j, &gs_measure_min, NULL, NULL), 0, 0);
    assert_near(job_number(&j, &gs_measure_max, NULL, NULL), 7, 0);
    double number, share;
    job_measure(&j, &gs_measure_mean);
    job_run(&j, &number, &share);
    assert_near(share, 3.5 / 4, 1e-12); /* of the polygon's 4 cells, 3.5 have data */
    job_close(&j);
}

/* The same file, "Missing data handling": a quarter of each of four cells. */
static void missing_case(const double values[4], double sum, double mean, double low, double high,
                         double stdev, double valid)
{
    raster_doubles("/vsimem/missing.tif", 2, 2, (const double[]){0, 1, 0, 2, 0, -1}, "EPSG:3035",
                   values);
    struct raster_job j;
    job_open(&j, "/vsimem/missing.tif", "EPSG:3035", 1);
    job_box(&j, 0.5, 0.5, 1.5, 1.5);
    assert_near(job_number(&j, &gs_measure_sum, NULL, NULL), sum, 1e-9);
    assert_near(job_number(&j, &gs_measure_mean, NULL, NULL), mean, 1e-9);
    assert_near(job_number(&j, &gs_measure_min, NULL, NULL), low, 0);
    assert_near(job_number(&j, &gs_measure_max, NULL, NULL), high, 0);
    assert_near(job_number(&j, &gs_measure_stdev, NULL, NULL), stdev, 1e-9);
    double number, share;
    job_measure(&j, &gs_measure_sum);
    job_run(&j, &number, &share);
    assert_near(share, valid, 1e-12);
    job_close(&j);
}

static void test_missing(void **state)
{
    (void)state;
    missing_case((const double[]){1, 2, 3, 4}, 2.5, 2.5, 1, 4, sqrt(1.25), 1);
    missing_case((const double[]){1, 2, NA, NA}, 0.75, 1.5, 1, 2, 0.5, 0.5);
    missing_case((const double[]){NA, NA, NA, NA}, NAN, NAN, NAN, NAN, NAN, 0); /* ours: not 0 */
}

/* exactextract, README.md, "Supported Statistics": coverage 0.5, 0, 1, 0.25 of the values 1 to 4
 * give sum 4.5, mean 2.57, variance 1.10, standard deviation 1.05. Cells far apart, so that one
 * polygon each can have that coverage. */
static void test_readme(void **state)
{
    (void)state;
    const double values[4] = {1, 2, 3, 4};
    raster_doubles("/vsimem/readme.tif", 4, 1, (const double[]){0, 1, 0, 1, 0, -1}, "EPSG:3035",
                   values);
    struct raster_job j;
    job_open(&j, "/vsimem/readme.tif", "EPSG:3035", 2);
    job_box(&j, 0.25, 0.25, 0.75, 0.75);
    job_part(&j, false, GS_PART_RING, 5,
             (const double[][2]){{0.3, 0}, {0.7, 0}, {0.7, 0.25}, {0.3, 0.25}, {0.3, 0}});
    job_part(&j, false, GS_PART_RING, 5,
             (const double[][2]){{0, 0.75}, {0.6, 0.75}, {0.6, 1}, {0, 1}, {0, 0.75}});
    job_part(&j, false, GS_PART_RING, 5,
             (const double[][2]){{2, 0}, {3.25, 0}, {3.25, 1}, {2, 1}, {2, 0}});
    assert_near(job_number(&j, &gs_measure_sum, NULL, NULL), 4.5, 1e-9);
    assert_near(job_number(&j, &gs_measure_mean, NULL, NULL), 4.5 / 1.75, 1e-9);
    assert_near(job_number(&j, &gs_measure_stdev, NULL, NULL), 1.05, 0.005);
    assert_near(job_number(&j, &gs_measure_max, NULL, NULL), 4, 0);
    job_close(&j);
}

static double quantile_of(const double (*given)[2], size_t n, double q)
{
    struct gs_ctx *ctx = test_ctx();
    double room[16][2], (*pairs)[2] = room, value, weight;
    size_t capacity = 16;
    struct gs_quantile quantile;
    gs_quantile_init(&quantile, ctx, &pairs, &capacity);
    memcpy(room, given, n * sizeof *given);
    quantile.n = n;
    assert_ok(ctx, gs_quantile_value(&quantile, q, &value, &weight));
    gs_ctx_free(ctx);
    return value;
}

/* exactextract, test/test_stats.cpp, "Weighted quantile calculations are correct …": against R's
 * stats::quantile (equal weights) and wsim.distributions (unequal ones, printed to seven digits;
 * the further digits are the same formula in exact fractions). */
static void test_quantile(void **state)
{
    (void)state;
    const double equal[8][2] = {{3.4, 1.7},   {2.9, 1.7},   {1.7, 1.7}, {8.8, 1.7},
                                {-12.7, 1.7}, {100.4, 1.7}, {8.4, 1.7}, {11.3, 1.7}};
    assert_near(quantile_of(equal, 8, 0), -12.7, 0);
    assert_near(quantile_of(equal, 8, 0.25), 2.6, 1e-9);
    assert_near(quantile_of(equal, 8, 0.5), 5.9, 1e-9);
    assert_near(quantile_of(equal, 8, 0.75), 9.425, 1e-9);
    assert_near(quantile_of(equal, 8, 1), 100.4, 0);
    const double unequal[9][2] = {{3.4, 1},     {2.9, 0.1}, {1.7, 1},     {8.8, 0.2}, {-12.7, 0.44},
                                  {100.4, 0.3}, {8.4, 0.3}, {11.3, 0.83}, {50, 0}};
    assert_near(quantile_of(unequal, 9, 0), -12.7, 0);
    assert_near(quantile_of(unequal, 9, 0.25), 2.3366666666666664, 1e-9);
    assert_near(quantile_of(unequal, 9, 0.5), 4.496774193548387, 1e-9);
    assert_near(quantile_of(unequal, 9, 0.75), 9.382437275985662, 1e-9);
    assert_near(quantile_of(unequal, 9, 1), 100.4, 0);
    const double three[4][2] = {{1, 1}, {2, 1}, {3, 1}, {4, 1}}; /* "appropriately refreshed" */
    assert_near(quantile_of(three, 3, 0.5), 2, 0);
    assert_near(quantile_of(three, 4, 0.5), 2.5, 0);
    const double mixed[5][2] = {{-3, 1}, {1e300, 1}, {-1e-300, 1}, {2, 1}, {-1e300, 1}};
    assert_near(quantile_of(mixed, 5, 0.25), -3, 0); /* sorted across signs and sizes */
    assert_near(quantile_of(mixed, 5, 0.75), 2, 0);
    const double tied[4][2] = {{5, 0.25}, {1, 1}, {5, 0.75}, {3, 1}}; /* as {1, 3, 5} */
    assert_near(quantile_of(tied, 4, 0.5), 3, 0);
}

static uint64_t seed = 7;

static double random_number(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) * 0x1p-53;
}

enum { SIDE = 200, N_SITES = 40 };

static void make_field(const char *path, double level)
{
    static double values[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++)
        values[i] = i % 97 == 0 ? NAN : level + sin(i * 0.37) * 40 + (i / SIDE) * 0.3;
    GDALDatasetH dataset = raster_make(
        &(struct raster_recipe){.path = path,
                                .n_cols = SIDE,
                                .n_rows = SIDE,
                                .type = GDT_Float64,
                                .transform = (const double[]){4000000, 100, 0, 3020000, 0, -100},
                                .crs = "EPSG:3035",
                                .options = "TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32"});
    raster_write(dataset, 1, values);
    GDALClose(dataset);
}

static void add_random_sites(struct raster_job *j)
{
    for (int i = 0; i < N_SITES; i++) {
        double x = 4000000 + 20000 * random_number(), y = 3000000 + 20000 * random_number();
        if (i == 11)
            assert_ok(j->ctx, gs_shapes_begin(j->ctx, &j->sites.features.shapes));
        else if (i % 2)
            job_point(j, x, y);
        else
            job_box(j, x, y, x + 3000 * random_number(), y + 2000 * random_number());
    }
}

/* A mean over a disc, cell by cell with 40 × 40 samples in each: to the samples' precision. */
static void test_disc(void **state)
{
    (void)state;
    make_field("/vsimem/field.tif", 500);
    struct raster_job j;
    job_open(&j, "/vsimem/field.tif", "EPSG:3035", 2);
    const double x = 4010033, y = 3009971, radius = 1234;
    job_point(&j, x, y);
    double *cells = GS_ARRAY(j.ctx, double, SIDE *SIDE), sum = 0, squares = 0;
    size_t n = 0;
    assert_ok(j.ctx, gs_raster_read(j.ctx, j.raster, 0, 0, SIDE, SIDE, cells));
    for (int r = 0; r < 40 * SIDE; r++)
        for (int c = 0; c < 40 * SIDE; c++) {
            double dx = 4000000 + (c + 0.5) * 2.5 - x, dy = 3020000 - (r + 0.5) * 2.5 - y;
            double v = cells[r / 40 * SIDE + c / 40];
            if (dx * dx + dy * dy > radius * radius || isnan(v))
                continue;
            n++;
            sum += v;
            squares += (v - 500) * (v - 500);
        }
    double mean = sum / (double)n, shift = mean - 500;
    gs_free(cells);
    assert_near(job_number(&j, &gs_measure_mean, "radius", "1234 m"), mean, 2e-3);
    assert_near(job_number(&j, &gs_measure_stdev, "radius", "1.234 km"),
                sqrt(squares / (double)n - shift * shift), 2e-3);
    assert_near(job_number(&j, &gs_measure_sum, "radius", "1234"), sum / 1600, 20); /* 0.04 cells */
    /* the disc's area is the circle's to the last digits */
    job_measure(&j, &gs_measure_mean);
    struct gs_zone zone;
    assert_ok(j.ctx, gs_zone_place(j.ctx, &j.job, &j.worker, 0, radius, &zone));
    assert_near(zone.area, 3.14159265358979323846 * radius * radius / 1e4, 1e-9);
    job_close(&j);
}

/* Variance of values far from 0 keeps its digits: the same field lifted by 1e9 has the same one. */
static void test_stdev_lifted(void **state)
{
    (void)state;
    double stdev[2];
    for (int i = 0; i < 2; i++) {
        make_field("/vsimem/lifted.tif", i ? 1e9 : 0);
        struct raster_job j;
        job_open(&j, "/vsimem/lifted.tif", "EPSG:3035", 1);
        job_point(&j, 4010000, 3010000);
        stdev[i] = job_number(&j, &gs_measure_stdev, "radius", "5 km");
        job_close(&j);
    }
    assert_near(stdev[0], stdev[1], 1e-6); /* the lifted values themselves carry 1e-7 */
}

/* The same bits for any number of threads, and empty sites stay missing. */
static void test_threads(void **state)
{
    (void)state;
    make_field("/vsimem/threads.tif", 500);
    static const struct gs_measure *const measures[] = {&gs_measure_mean, &gs_measure_sum,
                                                        &gs_measure_stdev, &gs_measure_quantile};
    double numbers[8][N_SITES], shares[8][N_SITES];
    for (size_t m = 0; m < 4; m++)
        for (size_t t = 0; t < 2; t++) {
            struct raster_job j;
            seed = 99;
            job_open(&j, "/vsimem/threads.tif", "EPSG:3035", t ? 7 : 1);
            add_random_sites(&j);
            job_measure(&j, measures[m]);
            job_set(&j, "radius", "2 km");
            if (measures[m] == &gs_measure_quantile)
                job_set(&j, "q", "30 %");
            job_run(&j, numbers[2 * m + t], shares[2 * m + t]);
            for (int i = 0; i < N_SITES; i++)
                assert_int_equal(isnan(numbers[2 * m + t][i]), i == 11);
            job_close(&j);
        }
    for (size_t m = 0; m < 4; m++) {
        assert_memory_equal(numbers[2 * m], numbers[2 * m + 1], sizeof numbers[0]);
        assert_memory_equal(shares[2 * m], shares[2 * m + 1], sizeof shares[0]);
    }
}

static void test_cancel(void **state)
{
    (void)state;
    make_field("/vsimem/cancel.tif", 500);
    struct raster_job j;
    double numbers[N_SITES], shares[N_SITES];
    job_open(&j, "/vsimem/cancel.tif", "EPSG:3035", 2);
    add_random_sites(&j);
    job_measure(&j, &gs_measure_mean);
    job_set(&j, "radius", "2 km");
    gs_ctx_cancel(j.ctx);
    assert_status(j.ctx, gs_measure_sites(j.ctx, &j.job, numbers, NULL, shares), GS_ECANCEL);
    job_close(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unweighted), cmocka_unit_test(test_missing),
        cmocka_unit_test(test_readme),     cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_disc),       cmocka_unit_test(test_stdev_lifted),
        cmocka_unit_test(test_threads),    cmocka_unit_test(test_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
