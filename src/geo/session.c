// SPDX-License-Identifier: Apache-2.0
#include "geo/session.h"

#include <pthread.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <ogr_srs_api.h>

/* Raster blocks are read once, in order: a larger cache only takes memory from the measures. */
#define CACHE_BYTES_MAX ((uint64_t)128 << 20)

static void ignore(CPLErr severity, CPLErrorNum number, const char *message)
{
    (void)severity, (void)number, (void)message;
}

static void register_once(void)
{
    GDALAllRegister();
    /* Errors outside begin and end, and those of GDAL's own threads, would go to stderr. A host
     * program that has set its own handler keeps it. */
    CPLErrorHandler before = CPLSetErrorHandler(ignore);
    if (before && before != CPLDefaultErrorHandler)
        CPLSetErrorHandler(before);
    /* A grid fetched on one machine and not on another would give other coordinates. */
    OSRSetPROJEnableNetwork(FALSE);
}

enum gs_status gs_geo_start(struct gs_ctx *ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (pthread_once(&once, register_once))
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "GDAL cannot be started");
    uint64_t bytes = ctx->memory / 8;
    GDALSetCacheMax64((GIntBig)(bytes < CACHE_BYTES_MAX ? bytes : CACHE_BYTES_MAX));
    return GS_OK;
}

static void restrict_once(void)
{
    static const char *const kept[] = {"GTiff",      "COG", "AAIGrid", "GPKG",   "GeoJSON",
                                       "FlatGeobuf", "CSV", "MEM",     "Memory", "ESRI Shapefile"};
    for (int i = GDALGetDriverCount() - 1; i >= 0; i--) {
        GDALDriverH driver = GDALGetDriver(i);
        bool keep = false;
        for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
            keep |= strcmp(GDALGetDescription(driver), kept[k]) == 0;
        if (!keep) {
            GDALDeregisterDriver(driver);
            GDALDestroyDriver(driver);
        }
    }
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO"); /* .aux.xml names overviews anywhere */
    CPLSetConfigOption("CPL_VSIL_CURL_ALLOWED_FILENAME", "none");
    CPLSetConfigOption("OGR_SQLITE_ALLOW_EXTERNAL_ACCESS", "NO");
}

enum gs_status gs_geo_restrict(struct gs_ctx *ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    enum gs_status status = gs_geo_start(ctx);
    if (!status && pthread_once(&once, restrict_once))
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "GDAL cannot be restricted");
    return status;
}

void gs_geo_drop_blocks(void)
{
    while (GDALFlushCacheBlock())
        continue;
}

/* One line, cut where a UTF-8 character begins. */
static void copy_line(char *to, size_t size, const char *from)
{
    size_t n = strlen(from);
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
            n--;
    }
    memcpy(to, from, n);
    while (n > 0 && ((unsigned char)to[n - 1] <= ' ' || to[n - 1] == '.'))
        n--;
    to[n] = 0;
    for (char *c = to; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = ' ';
}

static void capture(CPLErr severity, CPLErrorNum number, const char *message)
{
    (void)number;
    struct gs_geo_errors *errors = CPLGetErrorHandlerUserData();
    if (severity == CE_Warning) {
        copy_line(errors->warning, sizeof errors->warning, message);
        errors->n_warnings++;
    } else if (severity == CE_Failure || severity == CE_Fatal) {
        copy_line(errors->last, sizeof errors->last, message);
    }
}

void gs_geo_errors_begin(struct gs_geo_errors *errors)
{
    *errors = (struct gs_geo_errors){0};
    CPLErrorReset();
    CPLPushErrorHandlerEx(capture, errors);
}

void gs_geo_errors_end(struct gs_geo_errors *errors)
{
    (void)errors;
    CPLPopErrorHandler();
    CPLErrorReset();
}
