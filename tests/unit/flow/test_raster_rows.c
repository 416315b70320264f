// SPDX-License-Identifier: Apache-2.0
/* Rows of rasters against the reading of single points (geo/raster.h), which has golden tests of
 * its own; averages, extremes and slopes against plain sums over the cells. */
#include "unit/geo/rasters.h"

#include "flow/raster_rows.h"
#include "geo/crs.h"

enum { COLS = 90, ROWS = 70 };

static struct gs_crs *crs_of(struct gs_ctx *ctx, const char *text)
{
    struct gs_crs *crs;
    assert_ok(ctx, gs_crs_new(ctx, text, NULL, "the test", &crs));
    return crs;
}

static double height(int col, int row)
{
    if ((col * 7 + row * 13) % 41 == 0)
        return NAN;
    return 300 + 40 * sin(col * 0.31) + 25 * cos(row * 0.27) + col * 0.5;
}

/* A raster of heights in tiles of 16 × 16, as floats or what `type` says. */
static void make_raster(const char *path, const double *transform, const char *crs,
                        GDALDataType type)
{
    static double values[COLS * ROWS];
    for (int i = 0; i < COLS * ROWS; i++) {
        double h = height(i % COLS, i / COLS);
        values[i] = isnan(h) ? -1 : type == GDT_Byte ? floor(h) - 200 : h;
        if (type == GDT_Byte && values[i] < 0)
            values[i] = 255;
    }
    GDALDatasetH dataset = raster_make(&(
        struct raster_recipe){.path = path,
                              .n_cols = COLS,
                              .n_rows = ROWS,
                              .type = type,
                              .transform = transform,
                              .crs = crs,
                              .options = "TILED=YES BLOCKXSIZE=16 BLOCKYSIZE=16 COMPRESS=DEFLATE"});
    raster_write(dataset, 1, values);
    GDALSetRasterNoDataValue(GDALGetRasterBand(dataset, 1), type == GDT_Byte ? 255 : -1);
    GDALClose(dataset);
}

struct scene {
    struct gs_ctx *ctx;
    struct gs_crs *crs; /* of the grid */
    struct gs_layer layer;
    struct gs_raster *raster;
    struct gs_grid grid;
};

static void set_up(struct scene *s, unsigned threads, const char *path, const char *crs,
                   struct gs_grid grid, enum gs_resampling resampling)
{
    *s = (struct scene){.ctx = test_ctx_threads(threads), .grid = grid};
    s->layer = (struct gs_layer){.id = "ground", .source = path, .resampling = (int)resampling};
    s->crs = crs_of(s->ctx, crs);
    assert_ok(s->ctx, gs_raster_open(s->ctx, &s->layer, &s->raster));
}

static void tear_down(struct scene *s)
{
    gs_raster_close(s->raster);
    gs_crs_free(s->crs);
    gs_ctx_free(s->ctx);
}

/* All rows, asked for in bands of `band`. */
static float *all_rows(struct scene *s, const struct gs_raster_rows_options *options, size_t band)
{
    struct gs_rows *rows;
    void *worker;
    float *out = malloc(s->grid.n_cols * s->grid.n_rows * sizeof *out);
    assert_ok(s->ctx, gs_raster_rows_new(s->ctx, s->raster, s->crs, &s->grid, options, &rows));
    assert_ok(s->ctx, gs_rows_worker_new(s->ctx, rows, &worker));
    for (size_t first = 0; first < s->grid.n_rows; first += band) {
        size_t end = first + band < s->grid.n_rows ? first + band : s->grid.n_rows;
        assert_ok(s->ctx, gs_rows_begin(s->ctx, rows, first, end));
        for (size_t r = first; r < end; r++)
            assert_ok(s->ctx, gs_rows_row(s->ctx, rows, worker, r, out + r * s->grid.n_cols));
    }
    gs_rows_worker_free(rows, worker);
    gs_rows_free(rows);
    return out;
}

static double at_point(struct scene *s, struct gs_transform *transform, size_t col, size_t row)
{
    double xy[1][2] = {{gs_grid_x(&s->grid, (double)col), gs_grid_y(&s->grid, (double)row)}}, value;
    gs_transform_points(transform, xy, 1);
    if (isnan(xy[0][0]))
        return NAN;
    assert_ok(s->ctx, gs_raster_at(s->ctx, s->raster, xy[0][0], xy[0][1], &value));
    return value;
}

/* Every cell as a single point is read. Where the raster is warped, cells whose position is at the
 * edge of another value may take that: their share is bounded. */
static void assert_as_points(struct scene *s, enum gs_warp warp, double tolerance, size_t n_off_max)
{
    struct gs_transform *transform;
    size_t n_valid = 0, n_off = 0;
    assert_ok(s->ctx, gs_transform_new(s->ctx, s->crs, gs_raster_info(s->raster)->crs, &transform));
    struct gs_raster_rows_options options = {.warp = warp, .height_m = 1};
    float *whole = all_rows(s, &options, 1000), *banded = all_rows(s, &options, 7);
    assert_memory_equal(whole, banded, s->grid.n_cols * s->grid.n_rows * sizeof *whole);
    for (size_t r = 0; r < s->grid.n_rows; r++)
        for (size_t c = 0; c < s->grid.n_cols; c++) {
            double expected = at_point(s, transform, c, r);
            double actual = (double)whole[r * s->grid.n_cols + c];
            n_valid += isnan(expected) ? 0 : 1;
            if (isnan(expected) != isnan(actual) || fabs(expected - actual) > tolerance)
                n_off++;
        }
    assert_true(n_valid > s->grid.n_cols * s->grid.n_rows / 3);
    if (n_off > n_off_max)
        print_message("%zu of %zu cells are off\n", n_off, n_valid);
    assert_true(n_off <= n_off_max);
    free(whole);
    free(banded);
    gs_transform_free(transform);
}

static const double north_up[] = {4000000, 100, 0, 3007000, 0, -100};
static const double south_up[] = {4000000, 100, 0, 3000000, 0, 100};
static const double turned[] = {4000000, 80, 60, 3004000, 50, -90};
static const double degrees[] = {9.8, 0.0011, 0, 50.05, 0, -0.0007};

static void one_crs(void **state)
{
    (void)state;
    const double *transforms[] = {north_up, south_up, turned};
    const struct gs_grid grids[] = {
        {4000000, 3007000, 100, 100, COLS, ROWS}, /* the raster's own cells */
        {3999500, 3008200, 100, 100, 110, 95},    /* the same cells, and others around */
        {4000033, 3006911, 70, 70, 100, 90},      /* between them */
        {4001000, 3006000, 37.5, 37.5, 60, 130},
    };
    for (size_t t = 0; t < 3; t++) {
        make_raster("/vsimem/rows.tif", transforms[t], "EPSG:3035", GDT_Float32);
        for (size_t g = 0; g < sizeof grids / sizeof *grids; g++) {
            struct scene s;
            set_up(&s, 2, "/vsimem/rows.tif", "EPSG:3035", grids[g], GS_RESAMPLING_NEAREST);
            assert_as_points(&s, GS_WARP_NEAREST, 0, 0);
            tear_down(&s);
            set_up(&s, 1, "/vsimem/rows.tif", "EPSG:3035", grids[g], GS_RESAMPLING_BILINEAR);
            assert_as_points(&s, GS_WARP_BILINEAR, 2e-4, 0);
            tear_down(&s);
            set_up(&s, 3, "/vsimem/rows.tif", "EPSG:3035", grids[g], GS_RESAMPLING_CUBIC);
            assert_as_points(&s, GS_WARP_CUBIC, 2e-4, 0);
            tear_down(&s);
        }
    }
    VSIUnlink("/vsimem/rows.tif");
}

static void bytes_by_look_up(void **state)
{
    (void)state;
    struct scene s;
    struct gs_grid grid = {3999900, 3007100, 50, 50, 190, 150};
    make_raster("/vsimem/rows.tif", north_up, "EPSG:3035", GDT_Byte);
    set_up(&s, 2, "/vsimem/rows.tif", "EPSG:3035", grid, GS_RESAMPLING_NEAREST);
    assert_as_points(&s, GS_WARP_NEAREST, 0, 0);
    tear_down(&s);
    VSIUnlink("/vsimem/rows.tif");
}

/* Types that go by way of doubles, scale and offset, a mask in place of nodata, several bands. */
static void other_types(void **state)
{
    (void)state;
    const GDALDataType types[] = {GDT_Int16, GDT_UInt16, GDT_Int32, GDT_Float64, GDT_Int64};
    struct gs_grid grid = {3999900, 3007100, 65, 65, 150, 120};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct scene s;
        make_raster("/vsimem/rows.tif", north_up, "EPSG:3035", types[i]);
        GDALDatasetH dataset = GDALOpen("/vsimem/rows.tif", GA_Update);
        GDALSetRasterScale(GDALGetRasterBand(dataset, 1), 0.5);
        GDALSetRasterOffset(GDALGetRasterBand(dataset, 1), -30);
        GDALClose(dataset);
        set_up(&s, 2, "/vsimem/rows.tif", "EPSG:3035", grid, GS_RESAMPLING_BILINEAR);
        assert_as_points(&s, GS_WARP_BILINEAR, 2e-4, 0);
        tear_down(&s);
    }
    VSIUnlink("/vsimem/rows.tif");
}

static void mask_band(void **state)
{
    (void)state;
    struct scene s;
    struct gs_grid grid = {4000000, 3007000, 100, 100, COLS, ROWS};
    static double values[COLS * ROWS];
    static GByte valid[COLS * ROWS];
    for (int i = 0; i < COLS * ROWS; i++) {
        values[i] = i % 251;
        valid[i] = i % 7 ? 255 : 0;
    }
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/rows.tif",
                                                               .n_cols = COLS,
                                                               .n_rows = ROWS,
                                                               .n_bands = 2,
                                                               .type = GDT_Byte,
                                                               .transform = north_up,
                                                               .crs = "EPSG:3035"});
    raster_write(dataset, 2, values);
    assert_int_equal(GDALCreateDatasetMaskBand(dataset, GMF_PER_DATASET), CE_None);
    assert_int_equal(GDALRasterIO(GDALGetMaskBand(GDALGetRasterBand(dataset, 2)), GF_Write, 0, 0,
                                  COLS, ROWS, valid, COLS, ROWS, GDT_Byte, 0, 0),
                     CE_None);
    GDALClose(dataset);
    s = (struct scene){.ctx = test_ctx_threads(2), .grid = grid};
    s.layer = (struct gs_layer){.id = "ground", .source = "/vsimem/rows.tif", .band = 2};
    s.crs = crs_of(s.ctx, "EPSG:3035");
    assert_ok(s.ctx, gs_raster_open(s.ctx, &s.layer, &s.raster));
    float *out = all_rows(&s, &(struct gs_raster_rows_options){.warp = GS_WARP_NEAREST}, 9);
    for (int i = 0; i < COLS * ROWS; i++)
        assert_near((double)out[i], i % 7 ? i % 251 : (double)NAN, 0);
    free(out);
    tear_down(&s);
    VSIUnlink("/vsimem/rows.tif");
    VSIUnlink("/vsimem/rows.tif.msk");
}

/* Codes that a float would round are refused, not mistaken. */
static void large_codes(void **state)
{
    (void)state;
    struct scene s;
    struct gs_rows *rows;
    struct gs_grid grid = {4000000, 3007000, 100, 100, COLS, ROWS};
    static double values[COLS * ROWS];
    for (int i = 0; i < COLS * ROWS; i++)
        values[i] = i == 4321 ? 16777217 : 5;
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = "/vsimem/rows.tif",
                                                               .n_cols = COLS,
                                                               .n_rows = ROWS,
                                                               .type = GDT_Int32,
                                                               .transform = north_up,
                                                               .crs = "EPSG:3035"});
    raster_write(dataset, 1, values);
    GDALClose(dataset);
    struct gs_class class = {5, "five"};
    s = (struct scene){.ctx = test_ctx(), .grid = grid};
    s.layer = (struct gs_layer){.id = "ground",
                                .source = "/vsimem/rows.tif",
                                .classes = &class,
                                .n_classes = 1};
    s.crs = crs_of(s.ctx, "EPSG:3035");
    assert_ok(s.ctx, gs_raster_open(s.ctx, &s.layer, &s.raster));
    assert_ok(s.ctx,
              gs_raster_rows_new(s.ctx, s.raster, s.crs, &grid,
                                 &(struct gs_raster_rows_options){.warp = GS_WARP_NEAREST}, &rows));
    assert_status(s.ctx, gs_rows_begin(s.ctx, rows, 0, ROWS), GS_EDATA);
    assert_diagnostic(s.ctx, "class 16777217");
    gs_rows_free(rows);
    tear_down(&s);
    VSIUnlink("/vsimem/rows.tif");
}

/* Positions are right to 0.001 cells of the raster: smooth values to their steepness times that. */
static void another_crs(void **state)
{
    (void)state;
    struct scene s;
    struct gs_grid grid = {4307500, 2993500, 90, 90, 60, 50};
    make_raster("/vsimem/rows.tif", degrees, "EPSG:4326", GDT_Float32);
    set_up(&s, 2, "/vsimem/rows.tif", "EPSG:3035", grid, GS_RESAMPLING_BILINEAR);
    assert_as_points(&s, GS_WARP_BILINEAR, 0.2, 20);
    tear_down(&s);
    set_up(&s, 2, "/vsimem/rows.tif", "EPSG:3035", grid, GS_RESAMPLING_NEAREST);
    assert_as_points(&s, GS_WARP_NEAREST, 0, 60);
    tear_down(&s);
    VSIUnlink("/vsimem/rows.tif");
}

/* A raster of degrees that ends at 180, a grid across the antimeridian. */
static void across_the_antimeridian(void **state)
{
    (void)state;
    struct scene s;
    const double globe[] = {-180, 4, 0, 90, 0, -180.0 / ROWS};
    const char *crs = "+proj=laea +lat_0=-20 +lon_0=180 +datum=WGS84 +units=m";
    struct gs_grid grid = {-3000000, 3000000, 60000, 60000, 100, 100};
    make_raster("/vsimem/rows.tif", globe, "EPSG:4326", GDT_Float32);
    set_up(&s, 2, "/vsimem/rows.tif", crs, grid, GS_RESAMPLING_NEAREST);
    assert_as_points(&s, GS_WARP_NEAREST, 0, 60);
    tear_down(&s);
    VSIUnlink("/vsimem/rows.tif");
}

/* Cells of 250 m over cells of 100 m, edges inside cells: by shares of area, closed form. */
static void averages(void **state)
{
    (void)state;
    struct scene s;
    struct gs_grid grid = {4000050, 3006950, 250, 250, 34, 26};
    make_raster("/vsimem/rows.tif", north_up, "EPSG:3035", GDT_Float32);
    set_up(&s, 2, "/vsimem/rows.tif", "EPSG:3035", grid, GS_RESAMPLING_DEFAULT);
    assert_int_equal(gs_warp_choose(s.raster), GS_WARP_AUTO);
    float *mean = all_rows(&s, &(struct gs_raster_rows_options){.warp = GS_WARP_AUTO}, 5);
    float *low = all_rows(&s, &(struct gs_raster_rows_options){.warp = GS_WARP_MINIMUM}, 9);
    float *high = all_rows(&s, &(struct gs_raster_rows_options){.warp = GS_WARP_MAXIMUM}, 30);
    for (size_t r = 0; r < grid.n_rows; r++)
        for (size_t c = 0; c < grid.n_cols; c++) {
            double x0 = 0.5 + 2.5 * (double)c, y0 = 0.5 + 2.5 * (double)r, sum = 0, weights = 0;
            double least = INFINITY, most = -INFINITY;
            for (int y = (int)y0; y < ROWS && y < y0 + 2.5; y++)
                for (int x = (int)x0; x < COLS && x < x0 + 2.5; x++) {
                    double w = (fmin(x + 1, x0 + 2.5) - fmax(x, x0)) *
                               (fmin(y + 1, y0 + 2.5) - fmax(y, y0));
                    double h = height(x, y);
                    if (isnan(h))
                        continue;
                    sum += w * h;
                    weights += w;
                    least = fmin(least, h);
                    most = fmax(most, h);
                }
            assert_near((double)mean[r * grid.n_cols + c], sum / weights, 1e-4);
            assert_near((double)low[r * grid.n_cols + c], least, 1e-4);
            assert_near((double)high[r * grid.n_cols + c], most, 1e-4);
        }
    free(mean);
    free(low);
    free(high);
    tear_down(&s);
    VSIUnlink("/vsimem/rows.tif");
}

/* Horn's formula written out; the same whether the grid is the raster's or another that picks its
 * cells. */
static void slopes(void **state)
{
    (void)state;
    struct gs_grid grids[] = {{4000000, 3007000, 100, 100, COLS, ROWS},
                              {4000010, 3006990, 100, 100, COLS - 1, ROWS - 1}};
    make_raster("/vsimem/rows.tif", north_up, "EPSG:3035", GDT_Float32);
    for (int g = 0; g < 2; g++)
        for (int percent = 0; percent < 2; percent++) {
            struct scene s;
            set_up(&s, 2, "/vsimem/rows.tif", "EPSG:3035", grids[g], GS_RESAMPLING_DEFAULT);
            struct gs_raster_rows_options options = {.warp = GS_WARP_NEAREST,
                                                     .slope = true,
                                                     .percent = percent != 0,
                                                     .height_m = 1};
            float *out = all_rows(&s, &options, 11);
            size_t n_valid = 0;
            for (int r = 0; r < (int)grids[g].n_rows; r++)
                for (int c = 0; c < (int)grids[g].n_cols; c++) {
                    double h[3][3], expected = NAN;
                    for (int k = 0; k < 9; k++) {
                        int x = c - 1 + k % 3, y = r - 1 + k / 3;
                        bool in = x >= 0 && y >= 0 && x < COLS && y < ROWS;
                        h[k / 3][k % 3] = in ? height(x, y) : NAN;
                    }
                    double dx = (h[0][2] + 2 * h[1][2] + h[2][2] - h[0][0] - 2 * h[1][0] - h[2][0]);
                    double dy = (h[2][0] + 2 * h[2][1] + h[2][2] - h[0][0] - 2 * h[0][1] - h[0][2]);
                    double t = hypot(dx, dy) / 800 + 0 * h[1][1];
                    expected = percent ? 100 * t : atan(t) * 57.29577951308232;
                    assert_near((double)out[(size_t)r * grids[g].n_cols + (size_t)c], expected,
                                3e-5);
                    n_valid += isnan(expected) ? 0 : 1;
                }
            assert_true(n_valid > COLS * ROWS / 2);
            free(out);
            tear_down(&s);
        }
    VSIUnlink("/vsimem/rows.tif");
}

/* Damage in the middle of a file names file and block. */
static void damaged_block(void **state)
{
    (void)state;
    struct scene s;
    struct gs_rows *rows;
    struct gs_grid grid = {4000000, 3007000, 100, 100, COLS, ROWS};
    make_raster("/vsimem/rows.tif", north_up, "EPSG:3035", GDT_Float32);
    vsi_l_offset bytes;
    GByte *data = VSIGetMemFileBuffer("/vsimem/rows.tif", &bytes, FALSE);
    memset(data + bytes / 2, 0x55, 600);
    set_up(&s, 2, "/vsimem/rows.tif", "EPSG:3035", grid, GS_RESAMPLING_DEFAULT);
    struct gs_raster_rows_options options = {.warp = GS_WARP_NEAREST};
    assert_ok(s.ctx, gs_raster_rows_new(s.ctx, s.raster, s.crs, &grid, &options, &rows));
    assert_status(s.ctx, gs_rows_begin(s.ctx, rows, 0, ROWS), GS_EDATA);
    assert_diagnostic(s.ctx, "layer `ground`: block ");
    assert_diagnostic(s.ctx, "/vsimem/rows.tif");
    gs_rows_free(rows);
    tear_down(&s);
    VSIUnlink("/vsimem/rows.tif");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_crs),
        cmocka_unit_test(bytes_by_look_up),
        cmocka_unit_test(other_types),
        cmocka_unit_test(mask_band),
        cmocka_unit_test(large_codes),
        cmocka_unit_test(another_crs),
        cmocka_unit_test(across_the_antimeridian),
        cmocka_unit_test(averages),
        cmocka_unit_test(slopes),
        cmocka_unit_test(damaged_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
