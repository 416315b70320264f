// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/raster_job.h"

static struct gs_class classes[2] = {{.code = 12, .name = "cropland"},
                                     {.code = 13, .name = "urban"}};

static void open_cover(struct raster_job *j)
{
    const double codes[16] = {12, 12, 13, 13, 12, 0, 13, 255, 13, 0, 0, 12, 1, 1, 1, 1};
    GDALDatasetH dataset =
        raster_make(&(struct raster_recipe){.path = "/vsimem/cover.tif",
                                            .n_cols = 4,
                                            .n_rows = 4,
                                            .type = GDT_Byte,
                                            .transform = (const double[]){0, 100, 0, 400, 0, -100},
                                            .crs = "EPSG:3035"});
    raster_write(dataset, 1, codes);
    GDALSetRasterNoDataValue(GDALGetRasterBand(dataset, 1), 255);
    GDALClose(dataset);
    job_open(j, "/vsimem/cover.tif", "EPSG:3035", 2);
    j->layer.classes = classes;
    j->layer.n_classes = 2;
}

struct share_params { /* as in measure/share.c */
    double radius_m;
    struct gs_texts classes;
};

static void choose(struct raster_job *j, const char **names, size_t n)
{
    struct share_params *params = job_measure(j, &gs_measure_share);
    params->classes = (struct gs_texts){.items = names, .n = n};
}

/* Half of the first column's cells and all of the second's and third's: cells of the box (50, 100,
 * 300, 400) are 12 (½), 12, 13; 12 (½), 0, 13; 13 (½), 0, 0. */
static void test_shares(void **state)
{
    (void)state;
    struct raster_job j;
    double number, share;
    open_cover(&j);
    job_box(&j, 50, 100, 300, 400);
    const char *urban[] = {"urban"}, *both[] = {"12", "urban"}, *none[] = {"99"};
    choose(&j, urban, 1);
    job_run(&j, &number, &share);
    assert_near(number, 2.5 / 7.5, 1e-14);
    choose(&j, both, 2);
    job_run(&j, &number, &share);
    assert_near(number, 4.5 / 7.5, 1e-14);
    assert_near(share, 1, 0);
    choose(&j, none, 1);
    job_run(&j, &number, &share);
    assert_near(number, 0, 0);
    job_close(&j);
}

/* Of what has data only, and that share is told. */
static void test_valid(void **state)
{
    (void)state;
    struct raster_job j;
    double number, share;
    open_cover(&j);
    job_box(&j, 200, 200, 400, 400); /* 13 13 13 nodata */
    const char *urban[] = {"13"};
    choose(&j, urban, 1);
    job_run(&j, &number, &share);
    assert_near(number, 1, 0);
    assert_near(share, 0.75, 0);
    job_close(&j);
}

static void test_check(void **state)
{
    (void)state;
    struct raster_job j;
    open_cover(&j);
    const char *wrong[] = {"12", "urbane"};
    choose(&j, wrong, 2);
    assert_status(j.ctx, gs_measure_share.check(j.ctx, &j.factor, j.job.params), GS_ESTUDY);
    assert_diagnostic(j.ctx, "`urbane` is no class of layer `raster`");
    assert_diagnostic(j.ctx, "did you mean `urban`?");
    choose(&j, wrong, 1);
    assert_ok(j.ctx, gs_measure_share.check(j.ctx, &j.factor, j.job.params));
    choose(&j, wrong, 0);
    assert_status(j.ctx, gs_measure_share.check(j.ctx, &j.factor, j.job.params), GS_ESTUDY);
    job_close(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
