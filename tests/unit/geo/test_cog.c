// SPDX-License-Identifier: Apache-2.0
/* What is in a COG, as GDAL reads it. */
#include "unit/geo/cogs.h"

#include <sys/wait.h>

/* -- by hand: the same cells reduced cell by cell ---------------------------------------------- */

static bool is_valid(enum gs_cog_type type, double value)
{
    return type == GS_COG_FLOAT ? !isnan(value) : value != 255;
}

static double nodata_of(enum gs_cog_type type)
{
    return type == GS_COG_FLOAT ? NAN : 255;
}

/* n_cols × n_rows to the half of both, rounded up; frees `cells`. */
static double *halved(const struct cog_case *c, double *cells, size_t *n_cols, size_t *n_rows)
{
    size_t cols = (*n_cols + 1) / 2, rows = (*n_rows + 1) / 2;
    double *out = malloc(cols * rows * sizeof *out);
    for (size_t i = 0; i < cols * rows; i++) {
        double sum = 0, n = 0, first = nodata_of(c->type);
        for (size_t k = 0; k < 4; k++) {
            size_t row = i / cols * 2 + k / 2, col = i % cols * 2 + k % 2;
            if (row >= *n_rows || col >= *n_cols || !is_valid(c->type, cells[row * *n_cols + col]))
                continue;
            double v = cells[row * *n_cols + col];
            first = n == 0 ? v : first;
            sum += v;
            n++;
        }
        bool mean = c->type == GS_COG_FLOAT && !c->categories && n > 0;
        out[i] = mean ? (double)(float)(sum / n) : first;
    }
    free(cells);
    *n_cols = cols;
    *n_rows = rows;
    return out;
}

static void check_cells(GDALRasterBandH band, const double *expected, size_t n_cols, size_t n_rows)
{
    assert_int_equal(GDALGetRasterBandXSize(band), n_cols);
    assert_int_equal(GDALGetRasterBandYSize(band), n_rows);
    double *cells = malloc(n_cols * n_rows * sizeof *cells);
    assert_int_equal(GDALRasterIO(band, GF_Read, 0, 0, (int)n_cols, (int)n_rows, cells, (int)n_cols,
                                  (int)n_rows, GDT_Float64, 0, 0),
                     CE_None);
    for (size_t i = 0; i < n_cols * n_rows; i++)
        if (cells[i] != expected[i] && !(isnan(cells[i]) && isnan(expected[i])))
            fail_msg("cell %zu %zu of %zu x %zu is %.9g, not %.9g", i % n_cols, i / n_cols, n_cols,
                     n_rows, cells[i], expected[i]);
    free(cells);
}

static double number(GDALRasterBandH band, const char *key)
{
    const char *text = GDALGetMetadataItem(band, key, NULL);
    assert_non_null(text);
    return strtod(text, NULL);
}

/* Two passes in long double. */
static void check_statistics(const struct cog_case *c, GDALRasterBandH band,
                             const struct gs_cog_statistics *got, const double *cells)
{
    long double sum = 0, squares = 0;
    double min = INFINITY, max = -INFINITY;
    size_t n = 0, all = c->n_cols * c->n_rows;
    for (size_t i = 0; i < all; i++)
        if (is_valid(c->type, cells[i])) {
            n++;
            sum += (long double)cells[i];
            min = fmin(min, cells[i]);
            max = fmax(max, cells[i]);
        }
    assert_int_equal(got->n_valid, n);
    if (n == 0) {
        assert_true(isnan(got->min) && isnan(got->max) && isnan(got->mean) && isnan(got->stdev));
        assert_null(GDALGetMetadataItem(band, "STATISTICS_MEAN", NULL));
        return;
    }
    long double mean = sum / (long double)n;
    for (size_t i = 0; i < all; i++)
        if (is_valid(c->type, cells[i]))
            squares += ((long double)cells[i] - mean) * ((long double)cells[i] - mean);
    double stdev = (double)sqrtl(squares / (long double)n);
    assert_true(got->min == min && got->max == max);
    assert_near(got->mean, (double)mean, 1e-13 * fmax(fabs(min), fabs(max)));
    assert_near(got->stdev, stdev, 1e-12 * stdev);
    assert_true(number(band, "STATISTICS_MINIMUM") == min);
    assert_true(number(band, "STATISTICS_MAXIMUM") == max);
    assert_true(number(band, "STATISTICS_MEAN") == got->mean);
    assert_true(number(band, "STATISTICS_STDDEV") == got->stdev);
    assert_near(number(band, "STATISTICS_VALID_PERCENT"), 100.0 * (double)n / (double)all, 0.01);
}

static double *as_doubles(const struct cog_case *c)
{
    size_t n = c->n_cols * c->n_rows;
    double *out = malloc(n * sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i] = c->type == GS_COG_FLOAT ? (double)((const float *)c->cells)[i]
                                         : ((const uint8_t *)c->cells)[i];
    return out;
}

static uint64_t item(GDALRasterBandH band, const char *key)
{
    const char *text = GDALGetMetadataItem(band, key, "TIFF");
    assert_non_null(text);
    return strtoull(text, NULL, 10);
}

/* OGC 21-026: directories first, from large to small; then the tiles, from small to large, each
 * image's from the upper left. `end`: the first byte behind the tiles of the next smaller image.
 * Returns it for this one. */
static uint64_t check_order(GDALRasterBandH band, uint64_t end)
{
    int across = (GDALGetRasterBandXSize(band) + 511) / 512;
    int down = (GDALGetRasterBandYSize(band) + 511) / 512;
    int width, height;
    GDALGetBlockSize(band, &width, &height);
    assert_true(width == GS_COG_TILE && height == GS_COG_TILE);
    for (int i = 0; i < across * down; i++) {
        char offset[60], size[60];
        snprintf(offset, sizeof offset, "BLOCK_OFFSET_%d_%d", i % across, i / across);
        snprintf(size, sizeof size, "BLOCK_SIZE_%d_%d", i % across, i / across);
        assert_true(item(band, offset) >= end);
        end = item(band, offset) + item(band, size);
    }
    return end;
}

static void check_layout(GDALRasterBandH band)
{
    int n = GDALGetOverviewCount(band);
    uint64_t last = item(band, "IFD_OFFSET"), end;
    assert_true(last == 8 || last == 16);
    for (int i = 0; i < n; i++) {
        assert_true(item(GDALGetOverview(band, i), "IFD_OFFSET") > last);
        last = item(GDALGetOverview(band, i), "IFD_OFFSET");
    }
    end = last;
    for (int i = n; i-- > 0;)
        end = check_order(GDALGetOverview(band, i), end);
    check_order(band, end);
}

/* Writes, and compares everything with what comes out by hand. */
static void check(const struct cog_case *c)
{
    struct gs_cog_statistics statistics = cog_write(c, 2);
    GDALDatasetH dataset = cog_open(c->path);
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    assert_int_equal(GDALGetRasterCount(dataset), 1);
    assert_int_equal(GDALGetRasterDataType(band), c->type == GS_COG_FLOAT ? GDT_Float32 : GDT_Byte);
    int has = 0;
    assert_near(GDALGetRasterNoDataValue(band, &has), nodata_of(c->type), 0);
    assert_true(has);
    double *cells = as_doubles(c);
    check_statistics(c, band, &statistics, cells);
    size_t n_cols = c->n_cols, n_rows = c->n_rows;
    check_cells(band, cells, n_cols, n_rows);
    int level = 0;
    for (; n_cols > 512 || n_rows > 512; level++) {
        cells = halved(c, cells, &n_cols, &n_rows);
        assert_true(level < GDALGetOverviewCount(band));
        check_cells(GDALGetOverview(band, level), cells, n_cols, n_rows);
    }
    assert_int_equal(GDALGetOverviewCount(band), level);
    check_layout(band);
    free(cells);
    GDALClose(dataset);
}

/* -- tests ----------------------------------------------------------------------------------- */

static const size_t sizes[][2] = {{1, 1},    {2, 3},    {512, 512},  {513, 512},   {512, 513},
                                  {1025, 1}, {1, 1025}, {700, 1300}, {1024, 1024}, {1537, 2100}};

static void floats_are_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int k = 0; k < 3; k++) {
            float *cells = cog_floats(sizes[i][0], sizes[i][1]);
            check(&(struct cog_case){.path = cog_path("floats.tif"),
                                     .n_cols = sizes[i][0],
                                     .n_rows = sizes[i][1],
                                     .type = GS_COG_FLOAT,
                                     .compression = (enum gs_cog_compression)k,
                                     .categories = k == 1,
                                     .cells = cells});
            free(cells);
        }
    cog_no_leftovers();
}

static void codes_are_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int k = 0; k < 3; k++) {
            uint8_t *cells = cog_codes(sizes[i][0], sizes[i][1]);
            check(&(struct cog_case){.path = cog_path("codes.tif"),
                                     .n_cols = sizes[i][0],
                                     .n_rows = sizes[i][1],
                                     .type = GS_COG_BYTE,
                                     .compression = (enum gs_cog_compression)k,
                                     .categories = true,
                                     .cells = cells});
            free(cells);
        }
}

static void nothing_is_valid(void **state)
{
    (void)state;
    enum { COLS = 600, ROWS = 520 };
    static float cells[COLS * ROWS];
    static uint8_t codes[COLS * ROWS];
    for (size_t i = 0; i < (size_t)COLS * ROWS; i++)
        cells[i] = NAN;
    memset(codes, 255, sizeof codes);
    struct cog_case c = {.path = cog_path("none.tif"),
                         .n_cols = COLS,
                         .n_rows = ROWS,
                         .type = GS_COG_FLOAT,
                         .cells = cells};
    check(&c);
    c.type = GS_COG_BYTE;
    c.cells = codes;
    check(&c);
}

/* Means of large cells, of equal ones beside gaps, of one-sided borders; statistics far from 0. */
static void extremes(void **state)
{
    (void)state;
    enum { COLS = 701, ROWS = 513 };
    static float cells[COLS * ROWS];
    struct cog_case c = {.path = cog_path("extremes.tif"),
                         .n_cols = COLS,
                         .n_rows = ROWS,
                         .type = GS_COG_FLOAT,
                         .cells = cells};
    for (size_t i = 0; i < (size_t)COLS * ROWS; i++)
        cells[i] = i % 11 == 0 ? NAN : 3.4e38f;
    check(&c);
    for (size_t i = 0; i < (size_t)COLS * ROWS; i++)
        cells[i] = i % 11 == 0 ? NAN : i % 2 ? 0.7f : 1e-42f; /* one below the normal numbers */
    check(&c);
    for (size_t i = 0; i < (size_t)COLS * ROWS; i++)
        cells[i] = 1e7f + (float)(i % 3);
    check(&c);
    for (size_t i = 0; i < (size_t)COLS * ROWS; i++)
        cells[i] = i % 2 ? -0.0f : 0.0f;
    check(&c);
}

/* Whatever NaN it is, the file is the same. */
static void all_nans_are_one(void **state)
{
    (void)state;
    const size_t n_cols = 1300, n_rows = 1250, n = n_cols * n_rows;
    float *cells = cog_floats(n_cols, n_rows), *others = malloc(n * sizeof *others);
    uint64_t random = 7;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &cells[i], sizeof bits);
        if (isnan(cells[i]))
            bits = (uint32_t)cog_random(&random) | 0x7FC00000; /* of any sign, any payload */
        memcpy(&others[i], &bits, sizeof bits);
    }
    for (int k = 0; k < 3; k++) {
        struct cog_case c = {.path = cog_path("nan.tif"),
                             .n_cols = n_cols,
                             .n_rows = n_rows,
                             .type = GS_COG_FLOAT,
                             .compression = (enum gs_cog_compression)k,
                             .cells = cells};
        size_t n_bytes[2];
        cog_write(&c, 1);
        uint8_t *one = cog_slurp(c.path, &n_bytes[0]);
        c.cells = others;
        cog_write(&c, 1);
        uint8_t *other = cog_slurp(c.path, &n_bytes[1]);
        assert_int_equal(n_bytes[0], n_bytes[1]);
        assert_memory_equal(one, other, n_bytes[0]);
        free(one);
        free(other);
    }
    free(cells);
    free(others);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    static const unsigned threads[] = {1, 2, 7};
    const size_t n_cols = 4200, n_rows = 1100;
    float *cells = cog_floats(n_cols, n_rows);
    for (int k = 0; k < 2; k++) {
        struct cog_case c = {.path = cog_path("threads.tif"),
                             .n_cols = n_cols,
                             .n_rows = n_rows,
                             .type = GS_COG_FLOAT,
                             .compression = (enum gs_cog_compression)k,
                             .cells = cells};
        struct gs_cog_statistics statistics[3];
        uint8_t *bytes[3];
        size_t n[3];
        for (int i = 0; i < 3; i++) {
            statistics[i] = cog_write(&c, threads[i]);
            bytes[i] = cog_slurp(c.path, &n[i]);
            assert_int_equal(n[i], n[0]);
            assert_memory_equal(bytes[i], bytes[0], n[0]);
            assert_memory_equal(&statistics[i], &statistics[0], sizeof *statistics);
        }
        for (int i = 0; i < 3; i++)
            free(bytes[i]);
    }
    free(cells);
}

/* The same cells as a classic TIFF and as a BigTIFF, and the border between the two. */
static void big_tiff(void **state)
{
    (void)state;
    float *cells = cog_floats(1300, 1250);
    struct cog_case c = {.path = cog_path("big.tif"),
                         .n_cols = 1300,
                         .n_rows = 1250,
                         .type = GS_COG_FLOAT,
                         .cells = cells};
    size_t n, again;
    cog_write(&c, 2);
    uint8_t *bytes = cog_slurp(c.path, &n);
    assert_memory_equal(bytes, "II*", 4);
    free(bytes);
    c.classic_max = n;
    cog_write(&c, 2);
    bytes = cog_slurp(c.path, &again);
    assert_memory_equal(bytes, "II*", 4);
    assert_int_equal(again, n);
    free(bytes);
    c.classic_max = n - 1;
    check(&c);
    bytes = cog_slurp(c.path, &again);
    assert_memory_equal(bytes, "II+\0\x08\0\0", 8);
    free(bytes);
    free(cells);
    float one = 5; /* one tile: its place and size stand in the directory itself */
    check(&(struct cog_case){.path = cog_path("big.tif"),
                             .n_cols = 1,
                             .n_rows = 1,
                             .type = GS_COG_FLOAT,
                             .classic_max = 1,
                             .cells = &one});
}

static void metadata_is_read_back(void **state)
{
    (void)state;
    static const char *const metadata[] = {"TITLE", "Bäume & <Wälder> \"東京\"\n'&amp;'",
                                           "A&<\"B\">", "1", NULL};
    float cell = 0.25f;
    struct cog_case c = {.path = cog_path("metadata.tif"),
                         .n_cols = 1,
                         .n_rows = 1,
                         .type = GS_COG_FLOAT,
                         .cells = &cell,
                         .metadata = metadata,
                         .description = "Distance to <grid> & water",
                         .unit = "m³/h"};
    cog_write(&c, 1);
    GDALDatasetH dataset = cog_open(c.path);
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    assert_string_equal(GDALGetMetadataItem(dataset, "TITLE", NULL), metadata[1]);
    assert_string_equal(GDALGetMetadataItem(dataset, "A&<\"B\">", NULL), "1");
    assert_string_equal(GDALGetMetadataItem(dataset, "AREA_OR_POINT", NULL), "Area");
    assert_string_equal(GDALGetDescription(band), c.description);
    assert_string_equal(GDALGetRasterUnitType(band), c.unit);
    double min, max, mean, stdev;
    assert_int_equal(GDALGetRasterStatistics(band, FALSE, FALSE, &min, &max, &mean, &stdev),
                     CE_None);
    assert_true(min == 0.25 && max == 0.25 && mean == 0.25 && stdev == 0);
    assert_string_equal(GDALGetMetadataItem(band, "STATISTICS_VALID_PERCENT", NULL), "100");
    GDALClose(dataset);
    c.metadata = NULL;
    c.description = c.unit = NULL;
    cog_write(&c, 1);
    dataset = cog_open(c.path);
    band = GDALGetRasterBand(dataset, 1);
    assert_string_equal(GDALGetDescription(band), "");
    assert_string_equal(GDALGetRasterUnitType(band), "");
    GDALClose(dataset);
}

static void crs_is_read_back(void **state)
{
    (void)state;
    static const char *const crss[] = {
        "EPSG:3035",
        "EPSG:4326",
        "EPSG:2263", /* US survey feet */
        "EPSG:28992",
        "+proj=moll +datum=WGS84",
        "+proj=utm +zone=32 +ellps=intl +towgs84=-87,-98,-121",
        "PROJCRS[\"My own\",BASEGEOGCRS[\"ETRS89\",DATUM[\"European Terrestrial Reference System "
        "1989\",ELLIPSOID[\"GRS 1980\",6378137,298.257222101]]],CONVERSION[\"c\",METHOD[\"Lambert "
        "Azimuthal Equal Area\",ID[\"EPSG\",9820]],PARAMETER[\"Latitude of natural "
        "origin\",47.25,ANGLEUNIT[\"degree\",0.0174532925199433]],PARAMETER[\"Longitude of natural "
        "origin\",12.5,ANGLEUNIT[\"degree\",0.0174532925199433]],PARAMETER[\"False "
        "easting\",1000000,LENGTHUNIT[\"metre\",1]],PARAMETER[\"False "
        "northing\",500000,LENGTHUNIT[\"metre\",1]]],CS[Cartesian,2],AXIS[\"easting\",east],AXIS["
        "\"northing\",north],LENGTHUNIT[\"metre\",1]]"};
    static const char *const ignore[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", NULL};
    float cell = 1;
    for (size_t i = 0; i < sizeof crss / sizeof *crss; i++) {
        struct cog_case c = {.path = cog_path("crs.tif"),
                             .n_cols = 1,
                             .n_rows = 1,
                             .type = GS_COG_FLOAT,
                             .crs = crss[i],
                             .cells = &cell};
        cog_write(&c, 1);
        GDALDatasetH dataset = cog_open(c.path);
        OGRSpatialReferenceH expected = OSRNewSpatialReference(NULL);
        assert_int_equal(OSRSetFromUserInput(expected, crss[i]), OGRERR_NONE);
        OGRSpatialReferenceH got = GDALGetSpatialRef(dataset);
        assert_non_null(got);
        if (!OSRIsSameEx(got, expected, ignore))
            fail_msg("%s is another one in the file", crss[i]);
        OSRDestroySpatialReference(expected);
        double transform[6];
        struct gs_grid grid = cog_grid(&c);
        assert_int_equal(GDALGetGeoTransform(dataset, transform), CE_None);
        assert_true(transform[0] == grid.x0 && transform[3] == grid.y0);
        assert_true(transform[1] == grid.cell && transform[5] == -grid.cell);
        assert_true(transform[2] == 0 && transform[4] == 0);
        GDALClose(dataset);
    }
}

/* Equal Earth: GDAL tells it beside the file only. */
static void crs_without_keys(void **state)
{
    (void)state;
    float cell = 1;
    struct gs_ctx *ctx = test_ctx();
    assert_status(ctx,
                  cog_try(ctx,
                          &(struct cog_case){.path = cog_path("earth.tif"),
                                             .n_cols = 1,
                                             .n_rows = 1,
                                             .type = GS_COG_FLOAT,
                                             .crs = "EPSG:8857",
                                             .cells = &cell},
                          NULL),
                  GS_EOUTPUT);
    assert_diagnostic(ctx, "GeoTIFF has no way to tell the CRS WGS 84 / Equal Earth Greenwich");
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    gs_ctx_free(ctx);
    char **files = VSIReadDir("/vsimem/");
    for (char **file = files; file && *file; file++)
        if (strstr(*file, "gigasite-keys"))
            fail_msg("%s is left over", *file);
    CSLDestroy(files);
    cog_no_leftovers();
}

/* GDAL's own validator, where it is installed; it reads every tile's place. */
static void validator_agrees(void **state)
{
    (void)state;
    static const char module[] = "osgeo_utils.samples.validate_cloud_optimized_geotiff";
    char command[400];
    snprintf(command, sizeof command, "/usr/bin/python3 -c 'import %s' 2>/dev/null", module);
    if (system(command) != 0)
        skip();
    float *cells = cog_floats(1537, 2100);
    uint8_t *codes = cog_codes(1537, 2100);
    for (int k = 0; k < 6; k++) {
        struct cog_case c = {.path = cog_path("valid.tif"),
                             .n_cols = k == 5 ? 300 : 1537,
                             .n_rows = k == 5 ? 200 : 2100,
                             .type = k % 2 ? GS_COG_BYTE : GS_COG_FLOAT,
                             .compression = k % 2 ? GS_COG_DEFLATE : GS_COG_ZSTD,
                             .classic_max = k / 2 == 1,
                             .cells = k % 2 ? (const void *)codes : cells};
        cog_write(&c, 2);
        snprintf(command, sizeof command,
                 "env -u LD_PRELOAD /usr/bin/python3 -m %s --full-check=yes %s >%s", module, c.path,
                 cog_path("validator.txt"));
        int status = system(command);
        size_t n;
        char *said = (char *)cog_slurp(cog_path("validator.txt"), &n);
        said[n] = 0;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || strstr(said, "warning"))
            fail_msg("%s", said);
        free(said);
    }
    free(cells);
    free(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_are_read_back),
        cmocka_unit_test(codes_are_read_back),
        cmocka_unit_test(nothing_is_valid),
        cmocka_unit_test(extremes),
        cmocka_unit_test(all_nans_are_one),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(big_tiff),
        cmocka_unit_test(metadata_is_read_back),
        cmocka_unit_test(crs_is_read_back),
        cmocka_unit_test(crs_without_keys),
        cmocka_unit_test(validator_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
