// SPDX-License-Identifier: Apache-2.0
#include "geo/fingerprint.h"
#include "support/support.h"

#include <string.h>

static struct gs_ctx *ctx;

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

/* Is the fingerprint another one than last time? Keeps it in `last`. */
static bool changed(const char *source, char last[40])
{
    char hash[40];
    assert_ok(ctx, gs_source_fingerprint(ctx, source, hash));
    assert_int_equal(strlen(hash), 32);
    bool other = strcmp(hash, last) != 0;
    memcpy(last, hash, sizeof hash);
    return other;
}

static const char *write_grid(const char *value)
{
    char text[200] = "ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 10\n";
    strcat(strcat(text, value), "\n");
    return test_write("grid.asc", text);
}

static const char *write_virtual(const char *name, const char *of)
{
    char text[800] = "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"><GeoTransform>0, 10, 0, 10, "
                     "0, -10</GeoTransform><VRTRasterBand dataType=\"Float32\" band=\"1\">"
                     "<SimpleSource><SourceFilename relativeToVRT=\"1\">";
    strcat(strcat(text, of), "</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
                             "</VRTRasterBand></VRTDataset>");
    return test_write(name, text);
}

/* What a virtual raster shows lies in other files, even at second hand. */
static void test_virtual_raster(void **state)
{
    (void)state;
    write_grid("1");
    const char *first = write_virtual("first.vrt", "grid.asc");
    const char *second = write_virtual("second.vrt", "first.vrt");
    char of_first[40] = "", of_second[40] = "";
    assert_true(changed(first, of_first) && changed(second, of_second));
    assert_false(changed(first, of_first) || changed(second, of_second));
    write_grid("2");
    assert_true(changed(first, of_first) && changed(second, of_second));
}

/* A file that states the CRS, or cells without data, is part of a raster. */
static void test_beside(void **state)
{
    (void)state;
    const char *grid = write_grid("1");
    char hash[40] = "";
    assert_true(changed(grid, hash));
    test_write("grid.prj", "LOCAL_CS[\"somewhere\",UNIT[\"metre\",1]]");
    assert_true(changed(grid, hash));
    test_write("unrelated.prj", "LOCAL_CS[\"elsewhere\",UNIT[\"metre\",1]]");
    assert_false(changed(grid, hash));
}

/* Changes of a database that another program has open stand in its journal at first. */
static void test_journal(void **state)
{
    (void)state;
    const char *file = test_write("some.data", "abc");
    char hash[40] = "";
    assert_true(changed(file, hash));
    test_write("some.data-wal", "d");
    assert_true(changed(file, hash));
    /* printf abcd | xxhsum -H2 (xxHash 0.8): one file after the other */
    assert_string_equal(hash, "8d6b60383dfa90c21be79eecd1b1353d");
}

/* Files that say where the data are do not tell the data. */
static void test_description(void **state)
{
    (void)state;
    test_write("points.csv", "x,y\n1,2\n");
    const char *file =
        test_write("layer.vrt",
                   "<OGRVRTDataSource><OGRVRTLayer name=\"points\"><SrcDataSource "
                   "relativeToVRT=\"1\">points.csv</SrcDataSource><GeometryType>wkbPoint"
                   "</GeometryType><GeometryField encoding=\"PointFromColumns\" x=\"x\" y=\"y\"/>"
                   "</OGRVRTLayer></OGRVRTDataSource>");
    char hash[40] = "?";
    assert_ok(ctx, gs_source_fingerprint(ctx, file, hash));
    assert_string_equal(hash, "");
    assert_ok(ctx, gs_source_fingerprint(ctx, "/vsicurl/http://localhost:1/x.tif", hash));
    assert_string_equal(hash, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_virtual_raster, setup, teardown),
        cmocka_unit_test_setup_teardown(test_beside, setup, teardown),
        cmocka_unit_test_setup_teardown(test_journal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_description, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
