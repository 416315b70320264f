// SPDX-License-Identifier: Apache-2.0
#include "unit/geo/rasters.h"

static struct gs_ctx *ctx;
static const double north_up[6] = {1000, 10, 0, 2060, 0, -10};

static int setup(void **state)
{
    (void)state;
    ctx = test_ctx();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gs_ctx_free(ctx);
    return 0;
}

static struct gs_layer layer_of(const char *path)
{
    return (struct gs_layer){.id = "dem", .title = "dem", .source = path, .band = 1};
}

static void reject(const struct gs_layer *layer, enum gs_status status, const char *part)
{
    struct gs_raster *raster = NULL;
    assert_status(ctx, gs_raster_open(ctx, layer, &raster), status);
    assert_null(raster);
    assert_diagnostic(ctx, part);
}

/* (7 c² + 13 r + 5 c r²) mod 41 */
static void fill_pattern(double values[36])
{
    for (int r = 0; r < 6; r++)
        for (int c = 0; c < 6; c++)
            values[6 * r + c] = (7 * c * c + 13 * r + 5 * c * r * r) % 41;
}

static void test_open(void **state)
{
    (void)state;
    double values[36], window[16];
    fill_pattern(values);
    raster_doubles("/vsimem/open.tif", 6, 6, north_up, "EPSG:3035", values);
    struct gs_layer layer = layer_of("/vsimem/open.tif");
    struct gs_raster *raster, *copy;
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    assert_ok(ctx, gs_raster_clone(ctx, raster, &copy));
    for (int i = 0; i < 2; i++) {
        struct gs_raster *one = i ? copy : raster;
        const struct gs_raster_info *info = gs_raster_info(one);
        assert_int_equal(info->n_cols, 6);
        assert_int_equal(info->n_rows, 6);
        assert_near(info->to_cell[0] + 1015 * info->to_cell[1], 1.5, 1e-12);
        assert_near(info->to_cell[3] + 2055 * info->to_cell[5], 0.5, 1e-12);
        assert_string_equal(info->unit, "");
        assert_near(info->unit_m, 1, 0);
        assert_int_equal(info->resampling, GS_RESAMPLING_BILINEAR);
        assert_int_equal(gs_crs_epsg(info->crs), 3035);
        /* a window across the upper left corner */
        assert_ok(ctx, gs_raster_read(ctx, one, -2, -1, 4, 4, window));
        for (int r = 0; r < 4; r++)
            for (int c = 0; c < 4; c++)
                assert_near(window[4 * r + c], r < 1 || c < 2 ? NAN : values[6 * (r - 1) + c - 2],
                            0);
        assert_ok(ctx, gs_raster_read(ctx, one, 5, 5, 2, 2, window));
        assert_near(window[0], values[35], 0);
        assert_true(isnan(window[1]) && isnan(window[2]) && isnan(window[3]));
        assert_ok(ctx, gs_raster_read(ctx, one, 600, -500, 2, 2, window));
        assert_true(isnan(window[0]));
        gs_raster_close(one);
    }
}

/* GDAL 3.6.2, gdalwarp of this raster to one cell centred on the point (its own cell size). */
static void test_at(void **state)
{
    (void)state;
    double values[36], value;
    fill_pattern(values);
    const double gt[6] = {0, 10, 0, 60, 0, -10};
    raster_doubles("/vsimem/at.tif", 6, 6, gt, "EPSG:3035", values);
    struct gs_layer layer = layer_of("/vsimem/at.tif");
    static const struct {
        enum gs_resampling resampling;
        double expected;
    } cases[] = {
        {GS_RESAMPLING_NEAREST, 12},
        {GS_RESAMPLING_BILINEAR, 19.248799999999992},
        {GS_RESAMPLING_AVERAGE, 19.248799999999992},
        {GS_RESAMPLING_CUBIC, 19.06775584505599},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gs_raster *raster;
        layer.resampling = (int)cases[i].resampling;
        assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
        assert_ok(ctx, gs_raster_at(ctx, raster, 27.8, 33.1, &value));
        /* gdalwarp places its one cell with the precision of its transformer */
        assert_near(value, cases[i].expected, 1e-6);
        assert_ok(ctx, gs_raster_at(ctx, raster, 60.001, 33, &value));
        assert_true(isnan(value));
        assert_ok(ctx, gs_raster_at(ctx, raster, 60, 0, &value)); /* the far corner still counts */
        assert_near(value, 4, 1e-12);
        gs_raster_close(raster);
    }
}

/* Left out, and the others' weights scaled up; a point in a cell without data has none. */
static void test_at_holes(void **state)
{
    (void)state;
    const double values[4] = {1, NAN, 5, 7}, gt[6] = {0, 1, 0, 2, 0, -1};
    double value;
    raster_doubles("/vsimem/holes.tif", 2, 2, gt, "EPSG:3035", values);
    struct gs_layer layer = layer_of("/vsimem/holes.tif");
    struct gs_raster *raster;
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    assert_ok(ctx, gs_raster_at(ctx, raster, 0.75, 1.25, &value));
    assert_near(value, (1 * 0.5625 + 5 * 0.1875 + 7 * 0.0625) / 0.8125, 1e-14);
    assert_ok(ctx, gs_raster_at(ctx, raster, 1.25, 1.25, &value));
    assert_true(isnan(value));
    gs_raster_close(raster);
}

static void read_all(const struct gs_layer *layer, double *values, size_t n)
{
    struct gs_raster *raster;
    assert_ok(ctx, gs_raster_open(ctx, layer, &raster));
    assert_ok(ctx, gs_raster_read(ctx, raster, 0, 0, n, 1, values));
    gs_raster_close(raster);
}

static void test_nodata(void **state)
{
    (void)state;
    const double raw[4] = {-9999.1, 255, 3, 4};
    double values[4];
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/nodata.tif",
                                                               .n_cols = 4,
                                                               .n_rows = 1,
                                                               .type = GDT_Float32,
                                                               .transform = north_up,
                                                               .crs = "EPSG:3035"});
    raster_write(dataset, 1, raw);
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    GDALSetRasterNoDataValue(band, -9999.1); /* no float: cells hold its nearest */
    GDALSetRasterScale(band, 0.5);
    GDALSetRasterOffset(band, 100);
    GDALSetRasterUnitType(band, "ft");
    GDALClose(dataset);
    struct gs_layer layer = layer_of("/vsimem/nodata.tif");
    double own[] = {255};
    layer.nodata = own;
    layer.n_nodata = 1;
    read_all(&layer, values, 4);
    assert_true(isnan(values[0]) && isnan(values[1]));
    assert_near(values[2], 101.5, 0);
    assert_near(values[3], 102, 0);
    struct gs_raster *raster;
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    assert_string_equal(gs_raster_info(raster)->unit, "ft");
    assert_near(gs_raster_info(raster)->unit_m, 0.3048, 1e-15);
    gs_raster_close(raster);
}

/* 2^53 and 2^53 + 1 are one double; only the latter is nodata. */
/* GDAL before 3.7 tells signed bytes from unsigned ones by metadata alone. */
static void test_signed_bytes(void **state)
{
    (void)state;
    const double transform[6] = {0, 1, 0, 1, 0, -1};
    GDALDatasetH dataset =
        raster_make(&(struct raster_recipe){"/vsimem/signed.tif", 3, 1, 1, GDT_Byte, transform,
                                            "EPSG:3035", "PIXELTYPE=SIGNEDBYTE"});
    const unsigned char bytes[3] = {0x80, 0xFF, 0x7F}; /* two's complement: -128, -1, 127 */
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(dataset, 1), GF_Write, 0, 0, 3, 1,
                                  (void *)bytes, 3, 1, GDT_Byte, 0, 0),
                     CE_None);
    GDALClose(dataset);
    struct gs_layer layer = {.id = "signed", .source = "/vsimem/signed.tif", .band = 1};
    struct gs_raster *raster;
    double values[3];
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    assert_ok(ctx, gs_raster_read(ctx, raster, 0, 0, 3, 1, values));
    assert_near(values[0], -128, 0);
    assert_near(values[1], -1, 0);
    assert_near(values[2], 127, 0);
    gs_raster_close(raster);
}

static void test_whole64(void **state)
{
    (void)state;
    const int64_t raw[3] = {9007199254740992, 9007199254740993, -7};
    double values[3];
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/whole.tif",
                                                               .n_cols = 3,
                                                               .n_rows = 1,
                                                               .type = GDT_Int64,
                                                               .transform = north_up,
                                                               .crs = "EPSG:3035"});
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    assert_int_equal(GDALRasterIO(band, GF_Write, 0, 0, 3, 1, (void *)raw, 3, 1, GDT_Int64, 0, 0),
                     CE_None);
    assert_int_equal(GDALSetRasterNoDataValueAsInt64(band, 9007199254740993), CE_None);
    GDALClose(dataset);
    struct gs_layer layer = layer_of("/vsimem/whole.tif");
    read_all(&layer, values, 3);
    assert_near(values[0], 9007199254740992.0, 0);
    assert_true(isnan(values[1]));
    assert_near(values[2], -7, 0);
}

static void test_masks(void **state)
{
    (void)state;
    double values[3];
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/alpha.tif",
                                                               .n_cols = 3,
                                                               .n_rows = 1,
                                                               .n_bands = 2,
                                                               .type = GDT_Byte,
                                                               .transform = north_up,
                                                               .crs = "EPSG:3035",
                                                               .options = "ALPHA=YES"});
    raster_write(dataset, 1, (const double[]){1, 2, 3});
    raster_write(dataset, 2, (const double[]){255, 0, 128});
    GDALClose(dataset);
    struct gs_layer layer = layer_of("/vsimem/alpha.tif");
    read_all(&layer, values, 3);
    assert_near(values[0], 1, 0);
    assert_true(isnan(values[1]));
    assert_near(values[2], 3, 0);

    dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/mask.tif",
                                                  .n_cols = 3,
                                                  .n_rows = 1,
                                                  .type = GDT_Byte,
                                                  .transform = north_up,
                                                  .crs = "EPSG:3035"});
    raster_write(dataset, 1, (const double[]){1, 2, 3});
    assert_int_equal(GDALCreateDatasetMaskBand(dataset, GMF_PER_DATASET), CE_None);
    assert_int_equal(GDALRasterIO(GDALGetMaskBand(GDALGetRasterBand(dataset, 1)), GF_Write, 0, 0, 3,
                                  1, (uint8_t[]){0, 255, 255}, 3, 1, GDT_Byte, 0, 0),
                     CE_None);
    GDALClose(dataset);
    layer = layer_of("/vsimem/mask.tif");
    read_all(&layer, values, 3);
    assert_true(isnan(values[0]));
    assert_near(values[1], 2, 0);
}

/* South-up and turned grids: the value is the one of the cell that holds the point. */
static void test_grids(void **state)
{
    (void)state;
    double values[36], value;
    fill_pattern(values);
    const double grids[][6] = {{0, 10, 0, 0, 0, 10}, {500, 6, 8, 700, 8, -6}};
    for (int g = 0; g < 2; g++) {
        raster_doubles("/vsimem/grid.tif", 6, 6, grids[g], "EPSG:3035", values);
        struct gs_layer layer = layer_of("/vsimem/grid.tif");
        struct gs_raster *raster;
        assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
        for (int i = 0; i < 36; i++) {
            double c = i % 6 + 0.5, r = i / 6 + 0.5;
            assert_ok(ctx,
                      gs_raster_at(ctx, raster, grids[g][0] + c * grids[g][1] + r * grids[g][2],
                                   grids[g][3] + c * grids[g][4] + r * grids[g][5], &value));
            assert_near(value, values[i], 1e-9);
        }
        gs_raster_close(raster);
    }
}

static void test_faults(void **state)
{
    (void)state;
    double values[36];
    fill_pattern(values);
    raster_doubles("/vsimem/faults/elevation.tif", 6, 6, north_up, NULL, values);
    struct gs_layer layer = layer_of("/vsimem/faults/elevatoin.tif");
    reject(&layer, GS_EDATA, "there is no file `/vsimem/faults/elevatoin.tif`");
    assert_diagnostic(ctx, "did you mean `elevation.tif`?");
    layer.source = test_write("text.tif", "no raster");
    reject(&layer, GS_EDATA, "is not a raster that GDAL can read");
    layer.source =
        test_write("points.geojson", "{\"type\": \"FeatureCollection\", \"features\": []}");
    reject(&layer, GS_EDATA, "holds features, not a raster");
    layer.source = "/vsimem/faults/elevation.tif";
    reject(&layer, GS_EDATA, "carries no CRS");
    layer.crs = "EPSG:3035";
    layer.band = 5;
    reject(&layer, GS_ESTUDY, "has 1 band; there is no band 5");
    layer.band = 1;
    struct gs_class class = {.code = 7, .name = "forest"};
    layer.classes = &class;
    layer.n_classes = 1;
    reject(&layer, GS_ESTUDY, "`classes:` needs whole numbers");
    raster_doubles("/vsimem/faults/crs.tif", 6, 6, north_up, "EPSG:3857", values);
    layer.n_classes = 0;
    layer.source = "/vsimem/faults/crs.tif";
    reject(&layer, GS_ESTUDY, "`crs:` says ETRS89-extended / LAEA Europe, but the file itself");
    layer.crs_override = true;
    struct gs_raster *raster;
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    assert_int_equal(gs_crs_epsg(gs_raster_info(raster)->crs), 3035);
    gs_raster_close(raster);
    raster_doubles("/vsimem/faults/place.tif", 6, 6, NULL, "EPSG:3857", values);
    layer = layer_of("/vsimem/faults/place.tif");
    reject(&layer, GS_EDATA, "no geotransform");
    raster_doubles("/vsimem/faults/local.tif", 6, 6, north_up,
                   "LOCAL_CS[\"site\",UNIT[\"metre\",1]]", values);
    layer = layer_of("/vsimem/faults/local.tif");
    reject(&layer, GS_EDATA, "engineering CRS");
}

static void test_type_faults(void **state)
{
    (void)state;
    GDALClose(raster_make(&(struct raster_recipe){.path = "/vsimem/complex.tif",
                                                  .n_cols = 2,
                                                  .n_rows = 2,
                                                  .type = GDT_CFloat32,
                                                  .transform = north_up,
                                                  .crs = "EPSG:3035"}));
    struct gs_layer layer = layer_of("/vsimem/complex.tif");
    reject(&layer, GS_EDATA, "holds complex numbers");
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/classes.tif",
                                                               .n_cols = 2,
                                                               .n_rows = 2,
                                                               .type = GDT_Byte,
                                                               .transform = north_up,
                                                               .crs = "EPSG:3035"});
    GDALSetRasterNoDataValue(GDALGetRasterBand(dataset, 1), 7);
    GDALClose(dataset);
    struct gs_class class = {.code = 7, .name = "forest"};
    layer = layer_of("/vsimem/classes.tif");
    layer.classes = &class;
    layer.n_classes = 1;
    reject(&layer, GS_ESTUDY, "7 is both nodata and the class `forest`");
    class.code = 8;
    struct gs_raster *raster;
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    assert_true(gs_raster_info(raster)->is_classes);
    assert_int_equal(gs_raster_info(raster)->resampling, GS_RESAMPLING_NEAREST);
    gs_raster_close(raster);
}

/* A file cut short opens, but cannot be read to its end: the layer and GDAL's words are told. */
static void test_broken(void **state)
{
    (void)state;
    static double values[256 * 256];
    for (int i = 0; i < 256 * 256; i++)
        values[i] = i % 977;
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/cut.tif",
                                                               .n_cols = 256,
                                                               .n_rows = 256,
                                                               .type = GDT_Float64,
                                                               .transform = north_up,
                                                               .crs = "EPSG:3035",
                                                               .options = "COMPRESS=DEFLATE"});
    raster_write(dataset, 1, values);
    GDALClose(dataset);
    vsi_l_offset size;
    GByte *bytes = VSIGetMemFileBuffer("/vsimem/cut.tif", &size, FALSE);
    memset(bytes + size / 2, 0x55, (size_t)(size / 4));
    struct gs_layer layer = layer_of("/vsimem/cut.tif");
    struct gs_raster *raster;
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    assert_status(ctx, gs_raster_read(ctx, raster, 0, 0, 256, 256, values), GS_EDATA);
    assert_diagnostic(ctx, "layer `dem`: `/vsimem/cut.tif` cannot be read: ");
    gs_raster_close(raster);
}

/* The left half has data: a box of twice the raster's width from its left edge is covered by a
 * quarter. With overviews, too. */
static void test_coverage(void **state)
{
    (void)state;
    static double values[512 * 512];
    const double gt[6] = {4000000, 100, 0, 3051200, 0, -100};
    for (int i = 0; i < 512 * 512; i++)
        values[i] = i % 512 < 256 ? 1 : NAN;
    for (int overviews = 0; overviews < 2; overviews++) {
        const char *path = overviews ? "/vsimem/pyramid.tif" : "/vsimem/flat.tif";
        raster_doubles(path, 512, 512, gt, "EPSG:3035", values);
        if (overviews) {
            GDALDatasetH dataset = GDALOpen(path, GA_Update);
            int levels[] = {2, 4};
            assert_int_equal(GDALBuildOverviews(dataset, "NEAREST", 2, levels, 0, NULL, NULL, NULL),
                             CE_None);
            GDALClose(dataset);
        }
        struct gs_layer layer = layer_of(path);
        struct gs_raster *raster;
        double share;
        bool empty;
        assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
        const struct gs_crs *crs = gs_raster_info(raster)->crs;
        const double whole[4] = {4000000, 3000000, 4051200, 3051200};
        const double wide[4] = {4000000, 3000000, 4102400, 3051200};
        const double off[4] = {5000000, 3000000, 5051200, 3051200};
        assert_ok(ctx, gs_raster_coverage(ctx, raster, crs, whole, &share));
        assert_near(share, 0.5, 0);
        assert_ok(ctx, gs_raster_coverage(ctx, raster, crs, wide, &share));
        assert_near(share, 0.25, 0);
        assert_ok(ctx, gs_raster_coverage(ctx, raster, crs, off, &share));
        assert_near(share, 0, 0);
        assert_ok(ctx, gs_raster_is_empty(ctx, raster, &empty));
        assert_false(empty);
        gs_raster_close(raster);
    }
}

static void test_empty(void **state)
{
    (void)state;
    static double values[300 * 300];
    for (int one = 0; one < 2; one++) {
        for (int i = 0; i < 300 * 300; i++)
            values[i] = NAN;
        values[299 * 300 + 299] = one ? 5 : NAN;
        raster_doubles("/vsimem/empty.tif", 300, 300, north_up, "EPSG:3035", values);
        struct gs_layer layer = layer_of("/vsimem/empty.tif");
        struct gs_raster *raster;
        bool empty;
        assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
        assert_ok(ctx, gs_raster_is_empty(ctx, raster, &empty));
        assert_int_equal(empty, !one);
        gs_raster_close(raster);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),     cmocka_unit_test(test_at),
        cmocka_unit_test(test_at_holes), cmocka_unit_test(test_nodata),
        cmocka_unit_test(test_whole64),  cmocka_unit_test(test_signed_bytes),
        cmocka_unit_test(test_masks),    cmocka_unit_test(test_grids),
        cmocka_unit_test(test_faults),   cmocka_unit_test(test_type_faults),
        cmocka_unit_test(test_broken),   cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
