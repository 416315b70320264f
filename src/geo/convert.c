// SPDX-License-Identifier: Apache-2.0
#include "geo/convert.h"

#include "base/mem.h"
#include "base/text.h"
#include "geo/aside.h"
#include "geo/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <gdal_utils.h>

static enum gs_status report(struct gs_ctx *ctx, const struct gs_layer *layer, const char *what,
                             const struct gs_geo_errors *errors)
{
    enum gs_status status = gs_check_cancel(ctx);
    if (status)
        return status;
    if (strcasestr(errors->last, "no space left") || strcasestr(errors->last, "disk is full"))
        return gs_layer_file_fail(ctx, layer->source, ENOSPC);
    return gs_fail(ctx, GS_EDATA, &layer->fetch.pos, NULL,
                   "what is downloaded for layer `%s` %s%s%s", layer->id, what,
                   *errors->last ? ": " : "", errors->last);
}

/* -- a copy -------------------------------------------------------------------------------------
 */

enum gs_status gs_copy_out(struct gs_ctx *ctx, const struct gs_layer *layer, const char *name,
                           const char *path)
{
    enum { PIECE = 1 << 18 };
    struct gs_geo_errors errors;
    struct gs_aside aside = {.fd = -1};
    gs_geo_errors_begin(&errors);
    char *piece = GS_ARRAY(ctx, char, PIECE);
    VSILFILE *file = VSIFOpenL(name, "rb");
    enum gs_status status = !piece ? GS_ENOMEM : gs_aside_open(ctx, path, &aside);
    if (!status && !file)
        status = report(ctx, layer, "cannot be read", &errors);
    for (size_t n = PIECE; n == PIECE && !status;) {
        n = VSIFReadL(piece, 1, PIECE, file);
        status = n ? gs_aside_write(ctx, &aside, piece, n) : GS_OK;
        if (!status)
            status = gs_check_cancel(ctx);
    }
    VSIStatBufL info; /* not every virtual file tells that it is at its end */
    bool whole = file && (VSIFEofL(file) || (VSIStatL(name, &info) == 0 &&
                                             (vsi_l_offset)info.st_size == VSIFTellL(file)));
    if (!status && (!whole || *errors.last))
        status = report(ctx, layer, "is damaged: it cannot be read to its end", &errors);
    if (file)
        VSIFCloseL(file);
    if (!status)
        status = gs_aside_finish(ctx, &aside);
    gs_aside_discard(&aside);
    gs_free(piece);
    gs_geo_errors_end(&errors);
    return status;
}

/* -- another format ----------------------------------------------------------------------------
 */

static int CPL_STDCALL on_progress(double fraction, const char *message, void *user)
{
    (void)message;
    struct gs_ctx *ctx = user;
    gs_progress_step(ctx, fraction);
    return gs_check_cancel(ctx) == GS_OK;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t n = strlen(path), k = strlen(ending);
    return n > k && strcasecmp(path + n - k, ending) == 0;
}

/* The time that a GeoPackage tells, for this thread; NULL: the present. */
static void set_date(int64_t timestamp)
{
    time_t at = (time_t)timestamp;
    struct tm utc;
    char text[40];
    bool told = timestamp >= 0 && gmtime_r(&at, &utc) &&
                strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", told ? text : NULL);
}

static GDALDatasetH to_gpkg(struct gs_ctx *ctx, const struct gs_layer *layer, GDALDatasetH source,
                            const char *path)
{
    char **args = NULL;
    static const char *const fixed[] = {"-f", "GPKG", "-nlt", "PROMOTE_TO_MULTI"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        args = CSLAddString(args, fixed[i]);
    if (layer->table && GDALDatasetGetLayerCount(source) == 1) {
        args = CSLAddString(args, "-nln");
        args = CSLAddString(args, layer->table);
    }
    GDALVectorTranslateOptions *options = GDALVectorTranslateOptionsNew(args, NULL);
    GDALVectorTranslateOptionsSetProgress(options, on_progress, ctx);
    int usage = 0;
    GDALDatasetH made = GDALVectorTranslate(path, NULL, 1, &source, options, &usage);
    GDALVectorTranslateOptionsFree(options);
    CSLDestroy(args);
    return made;
}

static GDALDatasetH to_cog(struct gs_ctx *ctx, GDALDatasetH source, const char *path)
{
    static const char *const fixed[] = {"-of", "COG",           "-co", "COMPRESS=DEFLATE",
                                        "-co", "PREDICTOR=YES", "-co", "BIGTIFF=IF_SAFER"};
    char **args = NULL;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        args = CSLAddString(args, fixed[i]);
    GDALTranslateOptions *options = GDALTranslateOptionsNew(args, NULL);
    GDALTranslateOptionsSetProgress(options, on_progress, ctx);
    int usage = 0;
    GDALDatasetH made = GDALTranslate(path, source, options, &usage);
    GDALTranslateOptionsFree(options);
    CSLDestroy(args);
    return made;
}

static enum gs_status convert(struct gs_ctx *ctx, const struct gs_layer *layer, GDALDatasetH source,
                              const char *path, struct gs_geo_errors *errors)
{
    bool vector = ends_in(path, ".gpkg");
    if (vector && !GDALDatasetGetLayerCount(source))
        return report(ctx, layer, "has no features, so it becomes no GeoPackage", errors);
    if (!vector && !GDALGetRasterCount(source))
        return report(ctx, layer, "is no raster, so it becomes no GeoTIFF", errors);
    GDALDatasetH made = vector ? to_gpkg(ctx, layer, source, path) : to_cog(ctx, source, path);
    if (made)
        GDALClose(made); /* which writes the rest */
    return made && !*errors->last ? GS_OK : report(ctx, layer, "cannot be converted", errors);
}

enum gs_status gs_convert(struct gs_ctx *ctx, const struct gs_layer *layer, const char *name,
                          const char *path, int64_t timestamp)
{
    if (!ends_in(path, ".gpkg") && !ends_in(path, ".tif") && !ends_in(path, ".tiff"))
        return gs_fail(ctx, GS_EDATA, &layer->source_pos,
                       "let `source` end as what is downloaded does, or in .gpkg or .tif",
                       "what is downloaded for layer `%s` cannot become what its `source` ends in",
                       layer->id);
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    set_date(timestamp);
    GDALDatasetH source = GDALOpenEx(name, GDAL_OF_RASTER | GDAL_OF_VECTOR, NULL,
                                     (const char *const *)layer->options, NULL);
    status = source ? convert(ctx, layer, source, path, &errors)
                    : report(ctx, layer, "cannot be read", &errors);
    if (source)
        GDALClose(source);
    set_date(-1);
    gs_geo_errors_end(&errors);
    return status;
}

/* -- is it what it should be? ------------------------------------------------------------------
 */

static enum gs_status report_table(struct gs_ctx *ctx, const struct gs_layer *layer,
                                   GDALDatasetH dataset)
{
    struct gs_text hint;
    gs_text_init(&hint);
    int n = GDALDatasetGetLayerCount(dataset);
    gs_text_append(&hint, n ? "it has " : "it has none");
    for (int i = 0; i < n && i < 8; i++)
        gs_text_printf(&hint, "%s`%s`", i ? ", " : "",
                       OGR_L_GetName(GDALDatasetGetLayer(dataset, i)));
    enum gs_status status =
        gs_fail(ctx, GS_EDATA, &layer->table_pos, hint.bytes,
                "what is downloaded for layer `%s` has no layer `%s`", layer->id, layer->table);
    gs_text_release(&hint);
    return status;
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_layer *layer, GDALDatasetH dataset,
                            const struct gs_geo_errors *errors)
{
    int bands = GDALGetRasterCount(dataset);
    if (layer->table && !GDALDatasetGetLayerByName(dataset, layer->table))
        return report_table(ctx, layer, dataset);
    if (!bands && !GDALDatasetGetLayerCount(dataset))
        return report(ctx, layer, "has neither features nor a raster", errors);
    if (bands && !GDALDatasetGetLayerCount(dataset) && layer->band > bands)
        return gs_fail(ctx, GS_EDATA, &layer->band_pos, NULL,
                       "what is downloaded for layer `%s` has %d band%s, no band %d", layer->id,
                       bands, bands == 1 ? "" : "s", layer->band);
    return GS_OK;
}

enum gs_status gs_check_fetched(struct gs_ctx *ctx, const struct gs_layer *layer, const char *path)
{
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    GDALDatasetH dataset = GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_VECTOR, NULL,
                                      (const char *const *)layer->options, NULL);
    status = dataset ? check(ctx, layer, dataset, &errors)
                     : report(ctx, layer, "cannot be read", &errors);
    if (dataset)
        GDALClose(dataset);
    gs_geo_errors_end(&errors);
    return status;
}
