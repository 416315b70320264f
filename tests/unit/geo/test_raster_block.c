// SPDX-License-Identifier: Apache-2.0
/* Blocks beside GDAL's own reading of the same files, whoever decodes them. */
#include "unit/geo/rasters.h"

#include "geo/raster_band.h"
#include "geo/raster_block.h"

#include <fcntl.h>
#include <unistd.h>

enum { COLS = 150, ROWS = 70 };

static const double north_up[6] = {1000, 10, 0, 2060, 0, -10};
static char folder[4096];

static const char *file(const char *name)
{
    static char path[4200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static double cell(GDALDataType type, int c, int r)
{
    int n = (7 * c * c + 13 * r + 5 * c * r) % 251;
    return type == GDT_Byte ? n : n == 17 ? -9999 : n / 7.0 - 3;
}

static void make(const char *path, GDALDataType type, int n_bands, const char *options)
{
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = path,
                                                               .n_cols = COLS,
                                                               .n_rows = ROWS,
                                                               .n_bands = n_bands,
                                                               .type = type,
                                                               .transform = north_up,
                                                               .crs = "EPSG:3035",
                                                               .options = options});
    double *values = malloc(COLS * ROWS * sizeof *values);
    for (int b = 1; b <= n_bands; b++) {
        for (int i = 0; i < COLS * ROWS; i++)
            values[i] = cell(type, i % COLS + b - 1, i / COLS);
        raster_write(dataset, b, values);
        if (type == GDT_Float32)
            GDALSetRasterNoDataValue(GDALGetRasterBand(dataset, b), -9999);
    }
    free(values);
    GDALClose(dataset);
}

static void check_block(struct gs_ctx *ctx, struct gs_raster *raster, size_t bc, size_t br,
                        GDALDataType type, int band)
{
    enum { STRIDE = 300 };
    const struct gs_raster_info *info = gs_raster_info(raster);
    size_t n = STRIDE * info->block_rows;
    float *values = malloc(n * sizeof *values);
    uint8_t *bytes = malloc(n);
    for (size_t i = 0; i < n; i++)
        values[i] = -77, bytes[i] = 252;
    if (type == GDT_Byte)
        assert_ok(ctx, gs_raster_block_bytes(ctx, raster, bc, br, bytes, STRIDE));
    else
        assert_ok(ctx, gs_raster_block(ctx, raster, bc, br, values, STRIDE));
    for (size_t i = 0; i < n; i++) {
        size_t c = i % STRIDE, r = i / STRIDE;
        size_t col = bc * info->block_cols + c, row = br * info->block_rows + r;
        bool inside = c < info->block_cols && col < COLS && row < ROWS;
        double expected = cell(type, (int)col + band - 1, (int)row);
        if (type == GDT_Byte)
            assert_int_equal(bytes[i], inside ? expected : 252);
        else if (!inside)
            assert_true(values[i] == -77);
        else if (expected == -9999)
            assert_true(isnan(values[i]));
        else
            assert_near(values[i], (float)expected, 0);
    }
    free(values);
    free(bytes);
}

static void check(const char *path, GDALDataType type, int band, bool plain)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_layer layer = {.id = "dem", .title = "dem", .source = path, .band = band};
    struct gs_raster *raster;
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    const struct gs_raster_info *info = gs_raster_info(raster);
    for (size_t br = 0; br * info->block_rows < ROWS; br++)
        for (size_t bc = 0; bc * info->block_cols < COLS; bc++)
            check_block(ctx, raster, bc, br, type, band);
    assert_int_equal(raster->tiff != NULL, plain); /* our own way was taken, or GDAL's */
    assert_int_equal(raster->block != NULL, !plain);
    gs_raster_close(raster);
    assert_int_equal(gs_diagnostic_count(ctx), 0);
    gs_ctx_free(ctx);
}

static void as_gdal(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        bool plain;
    } cases[] = {
        {"", true},
        {"BLOCKYSIZE=1", true},
        {"BLOCKYSIZE=16", true},
        {"TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32", true},
        {"COMPRESS=DEFLATE", true},
        {"COMPRESS=DEFLATE PREDICTOR=%d", true},
        {"COMPRESS=DEFLATE PREDICTOR=%d TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32", true},
        {"COMPRESS=ZSTD BLOCKYSIZE=16", true},
        {"COMPRESS=ZSTD PREDICTOR=%d TILED=YES BLOCKXSIZE=48 BLOCKYSIZE=16", true},
        {"COMPRESS=DEFLATE ENDIANNESS=BIG", false},
        {"COMPRESS=LZW PREDICTOR=%d TILED=YES", false},
        {"COMPRESS=PACKBITS", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int floats = 0; floats < 2; floats++) {
            GDALDataType type = floats ? GDT_Float32 : GDT_Byte;
            char options[200];
            snprintf(options, sizeof options, cases[i].options, floats ? 3 : 2);
            make(file("case.tif"), type, 1, options);
            check(file("case.tif"), type, 1, cases[i].plain);
        }
}

/* A block of several bands is GDAL's to read; bands that lie apart are not. */
static void bands(void **state)
{
    (void)state;
    make(file("bands.tif"), GDT_Float32, 3, "INTERLEAVE=BAND COMPRESS=DEFLATE PREDICTOR=3");
    check(file("bands.tif"), GDT_Float32, 3, true);
    make(file("pixels.tif"), GDT_Float32, 3, "INTERLEAVE=PIXEL COMPRESS=DEFLATE PREDICTOR=3");
    check(file("pixels.tif"), GDT_Float32, 2, false);
}

/* Not written, or not in a file of its own. */
static void by_gdal(void **state)
{
    (void)state;
    make("/vsimem/case.tif", GDT_Float32, 1, "COMPRESS=DEFLATE");
    check("/vsimem/case.tif", GDT_Float32, 1, false);
    VSIUnlink("/vsimem/case.tif");
    struct gs_ctx *ctx = test_ctx();
    GDALClose(raster_make(&(struct raster_recipe){.path = file("sparse.tif"),
                                                  .n_cols = COLS,
                                                  .n_rows = ROWS,
                                                  .type = GDT_Float32,
                                                  .transform = north_up,
                                                  .crs = "EPSG:3035",
                                                  .options = "SPARSE_OK=TRUE"}));
    struct gs_layer layer = {.id = "dem", .title = "dem", .source = file("sparse.tif"), .band = 1};
    struct gs_raster *raster;
    float values[COLS * ROWS];
    assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
    assert_ok(ctx, gs_raster_block(ctx, raster, 0, 0, values, COLS));
    assert_true(values[0] == 0);
    gs_raster_close(raster);
    gs_ctx_free(ctx);
}

/* What does not decode is read by GDAL, which says what is wrong. */
static void damaged(void **state)
{
    (void)state;
    static const char *const options[] = {"COMPRESS=DEFLATE PREDICTOR=3", "COMPRESS=ZSTD"};
    for (int i = 0; i < 2; i++) {
        make(file("damaged.tif"), GDT_Float32, 1, options[i]);
        struct gs_ctx *ctx = test_ctx();
        struct gs_layer layer = {.id = "dem",
                                 .title = "dem",
                                 .source = file("damaged.tif"),
                                 .band = 1};
        struct gs_raster *raster;
        assert_ok(ctx, gs_raster_open(ctx, &layer, &raster));
        const char *at = GDALGetMetadataItem(raster->band, "BLOCK_OFFSET_0_1", "TIFF");
        assert_non_null(at);
        int fd = open(file("damaged.tif"), O_WRONLY);
        static const char nonsense[40] = "nonsense nonsense nonsense nonsense";
        assert_int_equal(pwrite(fd, nonsense, sizeof nonsense, atoll(at)), sizeof nonsense);
        close(fd);
        float *values = malloc(COLS * ROWS * sizeof *values);
        assert_ok(ctx, gs_raster_block(ctx, raster, 0, 0, values, COLS));
        assert_status(ctx, gs_raster_block(ctx, raster, 0, 1, values, COLS), GS_EDATA);
        assert_diagnostic(ctx, "layer `dem`: block 0, 1 (column, row, from 0)");
        free(values);
        gs_raster_close(raster);
        gs_ctx_free(ctx);
    }
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "%s/gigasite-blocks-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return VSIRmdirRecursive(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_gdal),
        cmocka_unit_test(bands),
        cmocka_unit_test(by_gdal),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
