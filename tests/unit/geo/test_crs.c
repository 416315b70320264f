// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"
#include "geo/crs.h"

#include <string.h>

static struct gs_crs *crs_of(struct gs_ctx *ctx, const char *text)
{
    struct gs_crs *crs = NULL;
    assert_ok(ctx, gs_crs_new(ctx, text, NULL, "the test", &crs));
    return crs;
}

static void test_facts(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_crs *crs = crs_of(ctx, "EPSG:3035");
    double a, f;
    assert_int_equal(gs_crs_epsg(crs), 3035);
    assert_string_equal(gs_crs_name(crs), "ETRS89-extended / LAEA Europe");
    assert_false(gs_crs_is_geographic(crs));
    assert_near(gs_crs_metres_per_unit(crs), 1, 0);
    gs_crs_ellipsoid(crs, &a, &f); /* GRS 1980 */
    assert_near(a, 6378137, 0);
    assert_near(1 / f, 298.257222101, 1e-9);
    assert_memory_equal(gs_crs_wkt(crs), "PROJCRS[", 8);

    struct gs_crs *geographic = NULL, *copy = gs_crs_clone(ctx, crs);
    assert_ok(ctx, gs_crs_geographic(ctx, crs, &geographic));
    assert_true(gs_crs_is_geographic(geographic));
    assert_near(gs_crs_metres_per_unit(geographic), 0, 0);
    assert_int_equal(gs_crs_epsg(geographic), 4258);
    assert_true(gs_crs_same(copy, crs));
    assert_false(gs_crs_same(copy, geographic));
    gs_crs_free(crs);
    gs_crs_free(copy);
    gs_crs_free(geographic);

    crs = crs_of(ctx, "EPSG:2263"); /* New York, US survey feet: 1200/3937 m */
    assert_near(gs_crs_metres_per_unit(crs), 1200.0 / 3937, 1e-12);
    gs_crs_free(crs);
    crs = crs_of(ctx, "+proj=longlat +R=6371000 +no_defs");
    gs_crs_ellipsoid(crs, &a, &f);
    assert_near(a, 6371000, 0);
    assert_near(f, 0, 0);
    assert_int_equal(gs_crs_epsg(crs), 0);
    gs_crs_free(crs);
    crs = crs_of(ctx, "+proj=longlat +ellps=clrk66 +no_defs");
    gs_crs_ellipsoid(crs, &a, &f); /* Clarke 1866: a 6378206.4, b 6356583.8 */
    assert_near(a, 6378206.4, 1e-6);
    assert_near(f, (6378206.4 - 6356583.8) / 6378206.4, 1e-12);
    assert_int_equal(gs_crs_epsg(crs), 0);
    gs_crs_free(crs);
    gs_ctx_free(ctx);
}

static void test_grads(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_crs *crs = crs_of(ctx, "EPSG:27572"), *geographic = NULL; /* NTF (Paris), in grads */
    assert_ok(ctx, gs_crs_geographic(ctx, crs, &geographic));
    assert_non_null(strstr(gs_crs_wkt(geographic), "ANGLEUNIT[\"degree\",0.0174532925199433"));
    gs_crs_free(crs);
    gs_crs_free(geographic);
    gs_ctx_free(ctx);
}

static void test_forms(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_crs *code = crs_of(ctx, "EPSG:4326");
    /* WKT1 as shapefiles carry it, without a code: identified. */
    struct gs_crs *esri =
        crs_of(ctx,
               "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,"
               "298.257223563]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]");
    struct gs_crs *ogc = crs_of(ctx, "OGC:CRS84");
    struct gs_crs *compound = crs_of(ctx, "EPSG:4326+5773"); /* with heights above EGM96 */
    assert_int_equal(gs_crs_epsg(esri), 4326);
    assert_true(gs_crs_same(code, esri));
    assert_true(gs_crs_same(code, ogc));
    assert_true(gs_crs_same(code, compound));
    assert_int_equal(gs_crs_epsg(compound), 4326);
    gs_crs_free(code);
    gs_crs_free(esri);
    gs_crs_free(ogc);
    gs_crs_free(compound);
    gs_ctx_free(ctx);
}

/* EPSG:3035 has northing first, the .prj that GDAL writes for it easting: coordinates are the same.
 */
static void test_same_but_for_axes(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_crs *code, *file, *other;
    assert_ok(ctx, gs_crs_new(ctx, "EPSG:3035", NULL, "the test", &code));
    assert_ok(
        ctx,
        gs_crs_new(
            ctx,
            "PROJCRS[\"ETRS89-extended / LAEA Europe\",BASEGEOGCRS[\"ETRS89\",DATUM[\"European "
            "Terrestrial Reference System 1989\",ELLIPSOID[\"GRS "
            "1980\",6378137,298.257222101,LENGTHUNIT[\"metre\",1]]]],CONVERSION[\"unnamed\","
            "METHOD[\"Lambert Azimuthal Equal Area\",ID[\"EPSG\",9820]],PARAMETER[\"Latitude of "
            "natural origin\",52,ANGLEUNIT[\"Degree\",0.0174532925199433]],PARAMETER[\"Longitude "
            "of "
            "natural origin\",10,ANGLEUNIT[\"Degree\",0.0174532925199433]],PARAMETER[\"False "
            "easting\",4321000,LENGTHUNIT[\"metre\",1]],PARAMETER[\"False "
            "northing\",3210000,LENGTHUNIT[\"metre\",1]]],CS[Cartesian,2],AXIS[\"(E)\",east],AXIS["
            "\"(N)\",north],LENGTHUNIT[\"metre\",1]]",
            NULL, "the test", &file));
    assert_ok(ctx, gs_crs_new(ctx, "EPSG:3034", NULL, "the test", &other));
    assert_true(gs_crs_same(code, file));
    assert_false(gs_crs_same(other, file));
    gs_crs_free(code);
    gs_crs_free(file);
    gs_crs_free(other);
    gs_ctx_free(ctx);
}

static void reject(const char *text, enum gs_status status, const char *part)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_crs *crs = NULL;
    struct gs_pos pos = {.file = "layers.yaml", .line = 7, .column = 3};
    assert_status(ctx, gs_crs_new(ctx, text, &pos, "layer `roads`", &crs), status);
    assert_null(crs);
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    assert_diagnostic(ctx, part);
    assert_diagnostic(ctx, "layer `roads`");
    assert_int_equal(gs_diagnostic_at(ctx, 0).line, 7);
    gs_ctx_free(ctx);
}

static void test_faults(void **state)
{
    (void)state;
    reject("EPSG:303599", GS_ESTUDY, "is unknown");
    reject("", GS_ESTUDY, "is unknown");
    reject("somewhere", GS_ESTUDY, "is unknown");
    reject("http://example.com/crs.wkt", GS_ESTUDY, "is unknown"); /* nothing is fetched */
    reject(test_write("a.prj", "EPSG:4326"), GS_ESTUDY, "is unknown");
    reject("EPSG:4978", GS_ESTUDY, "is a geocentric CRS");
    reject("EPSG:5773", GS_ESTUDY, "is a vertical CRS");
    reject(
        "LOCAL_CS[\"site grid\",UNIT[\"metre\",1]]", GS_ESTUDY,
        "`site grid`, is an engineering CRS (LOCAL_CS): it cannot be related to places on Earth");
    reject("LOCAL_CS[\"site grid\",UNIT[\"metre\",1]]", GS_ESTUDY, "such as EPSG:3035");
}

static void test_memory(void **state)
{
    (void)state;
    for (long n = 0; n < 3; n++) {
        struct gs_ctx *ctx = test_ctx();
        struct gs_crs *crs = NULL;
        gs_mem_fail_after(n, false);
        enum gs_status status = gs_crs_new(ctx, "EPSG:3035", NULL, "the test", &crs);
        gs_mem_fail_after(-1, false);
        assert_int_equal(status, GS_ENOMEM);
        gs_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),  cmocka_unit_test(test_grads),
        cmocka_unit_test(test_forms),  cmocka_unit_test(test_same_but_for_axes),
        cmocka_unit_test(test_faults), cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
