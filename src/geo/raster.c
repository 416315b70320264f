// SPDX-License-Identifier: Apache-2.0
#include "geo/raster.h"

#include "base/mem.h"
#include "base/units.h"
#include "geo/crs_osr.h"
#include "geo/raster_band.h"
#include "geo/session.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>

/* A file that is not there, with the name in its folder that looks most like it. */
static enum gs_status fail_missing(struct gs_ctx *ctx, const struct gs_layer *layer)
{
    char **names = VSIReadDir(CPLGetPath(layer->source));
    const char *near = gs_nearest_word(CPLGetFilename(layer->source), (const char *const *)names,
                                       (size_t)CSLCount(names));
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    enum gs_status status = gs_fail(ctx, GS_EDATA, &layer->source_pos, hint.bytes,
                                    "layer `%s`: there is no file `%s`", layer->id, layer->source);
    gs_text_release(&hint);
    CSLDestroy(names);
    return status;
}

/* Names that GDAL reads as a file's: no connection, subdataset or address. */
static bool names_a_file(const char *source)
{
    return strncmp(source, "/vsimem/", 8) == 0 ||
           (strncmp(source, "/vsi", 4) != 0 && !strchr(source, ':') && source[0] != '<');
}

static enum gs_status fail_open(struct gs_ctx *ctx, const struct gs_layer *layer,
                                const char *message)
{
    VSIStatBufL stat;
    if (names_a_file(layer->source) && VSIStatL(layer->source, &stat) != 0)
        return fail_missing(ctx, layer);
    GDALDatasetH vector =
        GDALOpenEx(layer->source, GDAL_OF_VECTOR, NULL, (const char *const *)layer->options, NULL);
    if (vector) {
        GDALClose(vector);
        return gs_fail(ctx, GS_EDATA, &layer->source_pos, "this measure needs a raster",
                       "layer `%s`: `%s` holds features, not a raster", layer->id, layer->source);
    }
    return gs_fail(ctx, GS_EDATA, &layer->source_pos, NULL,
                   "layer `%s`: `%s` is not a raster that GDAL can read%s%s", layer->id,
                   layer->source, message[0] ? ": " : "", message);
}

static enum gs_status open_dataset(struct gs_ctx *ctx, const struct gs_layer *layer,
                                   GDALDatasetH *out)
{
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    GDALDatasetH dataset = GDALOpenEx(layer->source, GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, NULL,
                                      (const char *const *)layer->options, NULL);
    if (dataset)
        *out = dataset;
    else
        status = fail_open(ctx, layer, errors.last);
    gs_geo_errors_end(&errors);
    return status;
}

static enum gs_status open_band(struct gs_ctx *ctx, struct gs_raster *raster)
{
    const struct gs_layer *layer = raster->layer;
    int n_bands = GDALGetRasterCount(raster->dataset), band = layer->band ? layer->band : 1;
    if (n_bands == 0) {
        char **parts = GDALGetMetadata(raster->dataset, "SUBDATASETS");
        const char *first = CSLFetchNameValue(parts, "SUBDATASET_1_NAME");
        struct gs_text hint;
        gs_text_init(&hint);
        if (first)
            gs_text_printf(&hint, "it has parts: name one as `source`, such as `%s`", first);
        enum gs_status status = gs_fail(ctx, GS_EDATA, &layer->source_pos, hint.bytes,
                                        "layer `%s`: `%s` has no bands", layer->id, layer->source);
        gs_text_release(&hint);
        return status;
    }
    if (band < 1 || band > n_bands)
        return gs_fail(ctx, GS_ESTUDY, layer->band_pos.line ? &layer->band_pos : &layer->source_pos,
                       NULL, "layer `%s`: `%s` has %d band%s; there is no band %d", layer->id,
                       layer->source, n_bands, n_bands == 1 ? "" : "s", band);
    raster->band = GDALGetRasterBand(raster->dataset, band);
    raster->type = GDALGetRasterDataType(raster->band);
    if (GDALDataTypeIsComplex(raster->type))
        return gs_fail(ctx, GS_EDATA, &layer->source_pos, "extract its real part or its magnitude",
                       "layer `%s`: band %d of `%s` holds complex numbers (%s)", layer->id, band,
                       layer->source, GDALGetDataTypeName(raster->type));
    const char *pixels = GDALGetMetadataItem(raster->band, "PIXELTYPE", "IMAGE_STRUCTURE");
    raster->signed_byte = raster->type == GDT_Byte && pixels && strcmp(pixels, "SIGNEDBYTE") == 0;
    int flags = GDALGetMaskFlags(raster->band);
    raster->mask =
        flags == GMF_ALL_VALID || flags == GMF_NODATA ? GS_RASTER_ALL_VALID : GS_RASTER_MASK;
    int has_scale = 0, has_offset = 0;
    double scale = GDALGetRasterScale(raster->band, &has_scale);
    double offset = GDALGetRasterOffset(raster->band, &has_offset);
    raster->scale = has_scale ? scale : 1;
    raster->offset = has_offset ? offset : 0;
    return GS_OK;
}

static enum gs_status read_crs(struct gs_ctx *ctx, struct gs_raster *raster)
{
    const struct gs_layer *layer = raster->layer;
    struct gs_text what;
    gs_text_init(&what);
    gs_text_printf(&what, "layer `%s`", layer->id);
    const char *name = what.bytes ? what.bytes : "the layer";
    OGRSpatialReferenceH own = GDALGetSpatialRef(raster->dataset);
    struct gs_crs *stated = NULL, *found = NULL;
    enum gs_status status = GS_OK;
    if (layer->crs)
        status = gs_crs_new(ctx, layer->crs, &layer->crs_pos, name, &stated);
    if (!status && own && !(stated && layer->crs_override))
        status = gs_crs_from_osr(ctx, own, &layer->source_pos, name, &found);
    if (!status && stated && found && !gs_crs_same(stated, found))
        status = gs_fail(ctx, GS_ESTUDY, &layer->crs_pos,
                         "leave `crs:` out, or add `crs_override: true` when the file is wrong",
                         "layer `%s`: `crs:` says %s, but the file itself is in %s", layer->id,
                         gs_crs_name(stated), gs_crs_name(found));
    if (!status && !stated && !found)
        status = gs_fail(ctx, GS_EDATA, &layer->source_pos, "state it with `crs: EPSG:…`",
                         "layer `%s`: `%s` carries no CRS", layer->id, layer->source);
    if (!status) {
        raster->crs = found ? found : stated;
        if (raster->crs == found)
            gs_crs_free(stated);
    } else {
        gs_crs_free(stated);
        gs_crs_free(found);
    }
    gs_text_release(&what);
    return status;
}

static enum gs_status read_geometry(struct gs_ctx *ctx, struct gs_raster *raster)
{
    struct gs_raster_info *info = &raster->info;
    const struct gs_layer *layer = raster->layer;
    int block_cols = 0, block_rows = 0;
    info->n_cols = (size_t)GDALGetRasterXSize(raster->dataset);
    info->n_rows = (size_t)GDALGetRasterYSize(raster->dataset);
    GDALGetBlockSize(raster->band, &block_cols, &block_rows);
    info->block_cols = (size_t)block_cols;
    info->block_rows = (size_t)block_rows;
    if (GDALGetGeoTransform(raster->dataset, info->to_world) != CE_None ||
        !GDALInvGeoTransform(info->to_world, info->to_cell))
        return gs_fail(ctx, GS_EDATA, &layer->source_pos,
                       GDALGetGCPCount(raster->dataset)
                           ? "it has ground control points: warp it with gdalwarp first"
                           : NULL,
                       "layer `%s`: `%s` does not say where its cells lie (no geotransform)",
                       layer->id, layer->source);
    return GS_OK;
}

static enum gs_status add_nodata(struct gs_ctx *ctx, struct gs_raster *raster, double value,
                                 const struct gs_pos *pos)
{
    for (size_t i = 0; i < raster->layer->n_classes; i++)
        if ((double)raster->layer->classes[i].code == value)
            return gs_fail(ctx, GS_ESTUDY, pos, NULL,
                           "layer `%s`: %g is both nodata and the class `%s`", raster->layer->id,
                           value, raster->layer->classes[i].name);
    if (raster->type == GDT_Float32 && fabs(value) <= FLT_MAX)
        value = (float)value; /* cells hold it with a float's digits */
    else if (raster->type == GDT_Float32 && isfinite(value))
        value = value < 0 ? (double)-FLT_MAX : (double)FLT_MAX;
    raster->nodata[raster->n_nodata++] = value;
    return GS_OK;
}

static enum gs_status read_nodata(struct gs_ctx *ctx, struct gs_raster *raster)
{
    const struct gs_layer *layer = raster->layer;
    raster->nodata = GS_ARRAY(ctx, double, layer->n_nodata + 1);
    raster->nodata_whole = GS_ARRAY(ctx, long long, layer->n_nodata + 1);
    if (!raster->nodata || !raster->nodata_whole)
        return GS_ENOMEM;
    int has = 0;
    double own = 0;
    if (raster->type == GDT_Int64 || raster->type == GDT_UInt64) {
        long long whole = raster->type == GDT_Int64
                              ? (long long)GDALGetRasterNoDataValueAsInt64(raster->band, &has)
                              : (long long)GDALGetRasterNoDataValueAsUInt64(raster->band, &has);
        if (has)
            raster->nodata_whole[raster->n_nodata_whole++] = whole;
        own = raster->type == GDT_Int64 ? (double)whole : (double)(unsigned long long)whole;
        for (size_t i = 0; i < layer->n_nodata; i++)
            if (fabs(layer->nodata[i]) < 0x1p63)
                raster->nodata_whole[raster->n_nodata_whole++] = (long long)layer->nodata[i];
    } else {
        own = GDALGetRasterNoDataValue(raster->band, &has);
    }
    enum gs_status status = has ? add_nodata(ctx, raster, own, &layer->source_pos) : GS_OK;
    for (size_t i = 0; !status && i < layer->n_nodata; i++)
        status = add_nodata(ctx, raster, layer->nodata[i], &layer->nodata_pos);
    return status;
}

static enum gs_status read_meaning(struct gs_ctx *ctx, struct gs_raster *raster)
{
    const struct gs_layer *layer = raster->layer;
    struct gs_raster_info *info = &raster->info;
    if (layer->n_classes && !GDALDataTypeIsInteger(raster->type))
        return gs_fail(ctx, GS_ESTUDY, &layer->source_pos, NULL,
                       "layer `%s`: `classes:` needs whole numbers, but band %d of `%s` holds %s",
                       layer->id, layer->band ? layer->band : 1, layer->source,
                       GDALGetDataTypeName(raster->type));
    info->is_classes = layer->n_classes || GDALGetRasterCategoryNames(raster->band) ||
                       GDALGetRasterColorTable(raster->band);
    info->resampling = (enum gs_resampling)layer->resampling;
    info->resampling_given = layer->resampling != GS_RESAMPLING_DEFAULT;
    if (!info->resampling_given)
        info->resampling = info->is_classes ? GS_RESAMPLING_NEAREST : GS_RESAMPLING_BILINEAR;
    const char *unit = layer->unit ? layer->unit : GDALGetRasterUnitType(raster->band);
    bool known = layer->unit != NULL;
    enum gs_status status = GS_OK;
    if (!known)
        status = gs_unit_known(ctx, unit, &known);
    if (status)
        return status;
    raster->unit = gs_strdup(ctx, known ? unit : "");
    if (!raster->unit)
        return GS_ENOMEM;
    info->unit = raster->unit;
    enum gs_unit_match match = GS_UNIT_UNKNOWN;
    double scale = NAN, offset = 0;
    info->unit_m = 1;
    if (gs_unit_is_plain(raster->unit))
        return GS_OK;
    status = gs_unit_convert(ctx, raster->unit, "m", &match, &scale, &offset);
    info->unit_m = match == GS_UNIT_MATCH ? scale : NAN;
    return status;
}

enum gs_status gs_raster_open(struct gs_ctx *ctx, const struct gs_layer *layer,
                              struct gs_raster **out)
{
    struct gs_raster *raster = GS_NEW(ctx, struct gs_raster);
    if (!raster)
        return GS_ENOMEM;
    raster->layer = layer;
    enum gs_status status = open_dataset(ctx, layer, &raster->dataset);
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    if (!status)
        status = open_band(ctx, raster);
    if (!status)
        status = read_geometry(ctx, raster);
    if (!status)
        status = read_crs(ctx, raster);
    if (!status)
        status = read_nodata(ctx, raster);
    if (!status)
        status = read_meaning(ctx, raster);
    gs_geo_errors_end(&errors);
    if (status) {
        gs_raster_close(raster);
        return status;
    }
    raster->info.crs = raster->crs;
    *out = raster;
    return GS_OK;
}

enum gs_status gs_raster_clone(struct gs_ctx *ctx, const struct gs_raster *raster,
                               struct gs_raster **out)
{
    struct gs_raster *copy = GS_NEW(ctx, struct gs_raster);
    if (!copy)
        return GS_ENOMEM;
    *copy = *raster;
    copy->dataset = NULL;
    copy->whole = NULL;
    copy->valid = NULL;
    copy->whole_capacity = copy->valid_capacity = 0;
    copy->tiff = NULL;
    copy->tiff_asked = false;
    copy->block = NULL;
    copy->crs = gs_crs_clone(ctx, raster->crs);
    copy->unit = gs_strdup(ctx, raster->unit);
    copy->nodata = GS_ARRAY(ctx, double, raster->layer->n_nodata + 1);
    copy->nodata_whole = GS_ARRAY(ctx, long long, raster->layer->n_nodata + 1);
    enum gs_status status = GS_ENOMEM;
    if (copy->crs && copy->unit && copy->nodata && copy->nodata_whole)
        status = open_dataset(ctx, raster->layer, &copy->dataset);
    if (status) {
        gs_raster_close(copy);
        return status;
    }
    memcpy(copy->nodata, raster->nodata, raster->n_nodata * sizeof *copy->nodata);
    memcpy(copy->nodata_whole, raster->nodata_whole,
           raster->n_nodata_whole * sizeof *copy->nodata_whole);
    copy->band = GDALGetRasterBand(copy->dataset, GDALGetBandNumber(raster->band));
    copy->info.crs = copy->crs;
    copy->info.unit = copy->unit;
    *out = copy;
    return GS_OK;
}

void gs_raster_close(struct gs_raster *raster)
{
    if (!raster)
        return;
    gs_tiff_free(raster->tiff);
    if (raster->dataset)
        GDALClose(raster->dataset);
    gs_crs_free(raster->crs);
    gs_free(raster->unit);
    gs_free(raster->nodata);
    gs_free(raster->nodata_whole);
    gs_free(raster->whole);
    gs_free(raster->valid);
    gs_free(raster->block);
    gs_free(raster);
}

const struct gs_raster_info *gs_raster_info(const struct gs_raster *raster)
{
    return &raster->info;
}
