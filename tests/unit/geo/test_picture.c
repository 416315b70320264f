// SPDX-License-Identifier: Apache-2.0
/* A raster as a PNG, read back through GDAL. */
#include "support/support.h"

#include "geo/picture.h"
#include "geo/session.h"

#include <string.h>

#include <cpl_vsi.h>
#include <gdal.h>

static const uint8_t colours[3][3] = {{10, 0, 0}, {0, 20, 0}, {0, 0, 30}};

/* 4 × 2 cells of 100 m from (1000, 2000): thirds of 0 to 3, beyond both ends, one without data. */
static const char raster[] = "ncols 4\nnrows 2\nxllcorner 1000\nyllcorner 2000\ncellsize 100\n"
                             "NODATA_value -9\n0.5 1.5 2.5 3\n-1 7 -9 0\n";

static void test_colours(void **state)
{
    (void)state;
    static const uint8_t expected[8][4] = {{10, 0, 0, 255}, {0, 20, 0, 255}, {0, 0, 30, 255},
                                           {0, 0, 30, 255}, {10, 0, 0, 255}, {0, 0, 30, 255},
                                           {0, 0, 0, 0},    {10, 0, 0, 255}};
    struct gs_ctx *ctx = test_ctx();
    struct gs_picture picture;
    assert_ok(ctx, gs_geo_start(ctx));
    assert_ok(ctx, gs_picture_draw(ctx, test_write("cells.asc", raster), 100, colours, 3, 0, 3,
                                   &picture));
    assert_near(picture.bounds[0], 1000, 0);
    assert_near(picture.bounds[1], 2000, 0);
    assert_near(picture.bounds[2], 1400, 0);
    assert_near(picture.bounds[3], 2200, 0);
    VSIFCloseL(VSIFileFromMemBuffer("/vsimem/test.png", picture.png, picture.n_bytes, FALSE));
    GDALDatasetH png = GDALOpen("/vsimem/test.png", GA_ReadOnly);
    assert_non_null(png);
    uint8_t cells[8];
    GDALRasterBandH band = GDALGetRasterBand(png, 1);
    assert_int_equal(GDALRasterIO(band, GF_Read, 0, 0, 4, 2, cells, 4, 2, GDT_Byte, 0, 0), CE_None);
    for (int i = 0; i < 8; i++) {
        const GDALColorEntry *entry = GDALGetColorEntry(GDALGetRasterColorTable(band), cells[i]);
        assert_int_equal(entry->c4, expected[i][3]);
        assert_true(!entry->c4 || (entry->c1 == expected[i][0] && entry->c2 == expected[i][1] &&
                                   entry->c3 == expected[i][2]));
    }
    GDALClose(png);
    gs_picture_release(&picture);
    gs_ctx_free(ctx);
}

static void test_no_larger_than_asked(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_picture picture;
    assert_ok(ctx, gs_geo_start(ctx));
    assert_ok(ctx,
              gs_picture_draw(ctx, test_write("cells.asc", raster), 2, colours, 3, 0, 3, &picture));
    assert_memory_equal(picture.png + 12, "IHDR", 4);
    assert_int_equal(picture.png[19], 2); /* width, its last byte; height */
    assert_int_equal(picture.png[23], 1);
    gs_picture_release(&picture);
    gs_ctx_free(ctx);
}

static void test_no_raster(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_picture picture;
    assert_ok(ctx, gs_geo_start(ctx));
    assert_status(ctx,
                  gs_picture_draw(ctx, test_write("none.asc", "nothing"), 2, colours, 3, 0, 3,
                                  &picture),
                  GS_EDATA);
    assert_diagnostic(ctx, "cannot be drawn");
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_no_larger_than_asked),
        cmocka_unit_test(test_no_raster),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
