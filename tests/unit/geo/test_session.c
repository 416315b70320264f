// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "geo/session.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cpl_error.h>
#include <gdal.h>
#include <ogr_srs_api.h>

static void test_start(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx(); /* with 1 GiB */
    assert_ok(ctx, gs_geo_start(ctx));
    assert_ok(ctx, gs_geo_start(ctx));
    assert_non_null(GDALGetDriverByName("GPKG"));
    assert_int_equal(GDALGetCacheMax64(), 128 << 20); /* less than an eighth of 1 GiB */
    gs_ctx_free(ctx);
    struct gs_ctx_options options = {.memory = 64 << 20};
    assert_int_equal(gs_ctx_new(&options, &ctx), GS_OK);
    assert_ok(ctx, gs_geo_start(ctx));
    assert_int_equal(GDALGetCacheMax64(), 8 << 20);
    gs_ctx_free(ctx);
}

static void test_messages(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_geo_start(ctx));
    struct gs_geo_errors outer, inner;
    gs_geo_errors_begin(&outer);
    CPLError(CE_Warning, CPLE_AppDefined, "watch\n\tout.");
    gs_geo_errors_begin(&inner);
    assert_null(GDALOpenEx("/nowhere/nothing.tif", GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, NULL,
                           NULL, NULL));
    gs_geo_errors_end(&inner);
    CPLError(CE_Failure, CPLE_AppDefined, "too bad\n");
    gs_geo_errors_end(&outer);
    assert_non_null(strstr(inner.last, "/nowhere/nothing.tif"));
    assert_string_equal(inner.warning, "");
    assert_string_equal(outer.last, "too bad");
    assert_string_equal(outer.warning, "watch  out");
    assert_int_equal(outer.n_warnings, 1);
    assert_string_equal(CPLGetLastErrorMsg(), "");
    gs_ctx_free(ctx);
}

static void test_long_message(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_geo_start(ctx));
    /* 510 bytes and a two-byte character over the end of the buffer: cut before it. */
    char text[600];
    memset(text, 'a', 510);
    strcpy(text + 510, "\xC3\xA9 and more");
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    CPLError(CE_Failure, CPLE_AppDefined, "%s", text);
    gs_geo_errors_end(&errors);
    assert_int_equal(strlen(errors.last), 510);
    gs_ctx_free(ctx);
}

/* PROJ speaks through GDAL's contexts: its messages are caught too. */
static void test_proj(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_geo_start(ctx));
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    assert_int_not_equal(OSRSetFromUserInput(srs, "EPSG:999999"), OGRERR_NONE);
    OSRDestroySpatialReference(srs);
    gs_geo_errors_end(&errors);
    assert_non_null(strstr(errors.last, "crs not found"));
    gs_ctx_free(ctx);
}

/* Outside begin and end too nothing reaches stderr. */
static void test_silence(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_geo_start(ctx));
    char path[200];
    snprintf(path, sizeof path, "%s/stderr", test_folder());
    int to = open(path, O_CREAT | O_RDWR, 0600), kept = dup(2);
    assert_true(to >= 0 && kept >= 0 && dup2(to, 2) == 2);
    CPLError(CE_Failure, CPLE_AppDefined, "a message");
    CPLError(CE_Warning, CPLE_AppDefined, "a warning");
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    OGRErr failed = OSRSetFromUserInput(srs, "EPSG:999999");
    OSRDestroySpatialReference(srs);
    off_t bytes = lseek(to, 0, SEEK_END);
    dup2(kept, 2);
    close(kept);
    close(to);
    assert_int_not_equal(failed, OGRERR_NONE);
    assert_int_equal(bytes, 0);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_long_message), cmocka_unit_test(test_proj),
        cmocka_unit_test(test_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
