// SPDX-License-Identifier: Apache-2.0
#include "geo/picture.h"

#include "base/mem.h"
#include "geo/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_vsi.h>
#include <gdal.h>

struct drawing {
    GDALDatasetH raster, picture;
    int width, height;
    double bounds[4];
    float *values;
    uint8_t *indices;
    char path[64]; /* of the PNG in memory */
};

static void release(struct drawing *drawing)
{
    if (drawing->picture)
        GDALClose(drawing->picture);
    if (drawing->raster)
        GDALClose(drawing->raster);
    VSIUnlink(drawing->path);
    gs_free(drawing->values);
    gs_free(drawing->indices);
}

/* The values, thinned out to the size of the picture. */
static bool read_values(struct gs_ctx *ctx, struct drawing *d, const char *path, size_t pixels)
{
    double t[6];
    d->raster = GDALOpen(path, GA_ReadOnly);
    if (!d->raster || GDALGetGeoTransform(d->raster, t) != CE_None || t[2] != 0 || t[4] != 0)
        return false;
    int n_cols = GDALGetRasterXSize(d->raster), n_rows = GDALGetRasterYSize(d->raster);
    double longer = n_cols > n_rows ? n_cols : n_rows;
    double scale = fmin(1, (double)pixels / longer);
    d->width = (int)fmax(1, n_cols * scale);
    d->height = (int)fmax(1, n_rows * scale);
    d->bounds[0] = t[0];
    d->bounds[1] = t[3] + n_rows * t[5];
    d->bounds[2] = t[0] + n_cols * t[1];
    d->bounds[3] = t[3];
    size_t n = (size_t)d->width * (size_t)d->height;
    d->values = GS_ARRAY(ctx, float, n);
    d->indices = GS_ARRAY(ctx, uint8_t, n);
    return d->values && d->indices &&
           GDALRasterIO(GDALGetRasterBand(d->raster, 1), GF_Read, 0, 0, n_cols, n_rows, d->values,
                        d->width, d->height, GDT_Float32, 0, 0) == CE_None;
}

/* Index 0 is no data, the colours follow. */
static void pick_colours(struct drawing *d, size_t n_colours, double least, double most)
{
    int has_nodata;
    double nodata = GDALGetRasterNoDataValue(GDALGetRasterBand(d->raster, 1), &has_nodata);
    size_t n = (size_t)d->width * (size_t)d->height;
    for (size_t i = 0; i < n; i++) {
        double value = (double)d->values[i];
        double share = most > least ? (value - least) / (most - least) : 1;
        share = fmin(fmax(share, 0), 1);
        size_t index = (size_t)(share * (double)n_colours);
        bool missing = isnan(value) || (has_nodata && value == nodata);
        d->indices[i] = missing ? 0 : (uint8_t)(1 + (index < n_colours ? index : n_colours - 1));
    }
}

static bool write_png(struct drawing *d, const uint8_t (*colours)[3], size_t n_colours)
{
    GDALDriverH memory = GDALGetDriverByName("MEM"), png = GDALGetDriverByName("PNG");
    d->picture =
        memory && png ? GDALCreate(memory, "", d->width, d->height, 1, GDT_Byte, NULL) : NULL;
    if (!d->picture)
        return false;
    GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
    GDALSetColorEntry(table, 0, &(GDALColorEntry){0, 0, 0, 0});
    for (size_t i = 0; i < n_colours; i++)
        GDALSetColorEntry(table, (int)i + 1,
                          &(GDALColorEntry){colours[i][0], colours[i][1], colours[i][2], 255});
    GDALRasterBandH band = GDALGetRasterBand(d->picture, 1);
    bool set = GDALSetRasterColorTable(band, table) == CE_None;
    GDALDestroyColorTable(table);
    if (!set || GDALRasterIO(band, GF_Write, 0, 0, d->width, d->height, d->indices, d->width,
                             d->height, GDT_Byte, 0, 0) != CE_None)
        return false;
    char *options[] = {"ZLEVEL=9", NULL};
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO"); /* no .aux.xml beside it */
    GDALDatasetH copy = GDALCreateCopy(png, d->path, d->picture, FALSE, options, NULL, NULL);
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", NULL);
    if (copy)
        GDALClose(copy);
    return copy != NULL;
}

static enum gs_status take(struct gs_ctx *ctx, const struct drawing *d, struct gs_picture *out)
{
    vsi_l_offset n = 0;
    const GByte *bytes = VSIGetMemFileBuffer(d->path, &n, FALSE);
    uint8_t *png = GS_ARRAY(ctx, uint8_t, (size_t)n);
    if (!png)
        return GS_ENOMEM;
    if (n)
        memcpy(png, bytes, (size_t)n);
    *out = (struct gs_picture){.png = png, .n_bytes = (size_t)n};
    memcpy(out->bounds, d->bounds, sizeof d->bounds);
    return GS_OK;
}

enum gs_status gs_picture_draw(struct gs_ctx *ctx, const char *path, size_t pixels,
                               const uint8_t (*colours)[3], size_t n_colours, double least,
                               double most, struct gs_picture *out)
{
    struct drawing drawing = {0};
    snprintf(drawing.path, sizeof drawing.path, "/vsimem/gigasite-%p.png", (void *)&drawing);
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    bool drawn = read_values(ctx, &drawing, path, pixels);
    if (drawn) {
        pick_colours(&drawing, n_colours, least, most);
        drawn = write_png(&drawing, colours, n_colours);
    }
    gs_geo_errors_end(&errors);
    enum gs_status status = GS_OK;
    if (ctx->out_of_memory)
        status = GS_ENOMEM;
    else if (!drawn)
        status = gs_fail(ctx, GS_EDATA, NULL, NULL, "%s cannot be drawn%s%s", path,
                         errors.last[0] ? ": " : "", errors.last);
    else
        status = take(ctx, &drawing, out);
    release(&drawing);
    return status;
}

void gs_picture_release(struct gs_picture *picture)
{
    gs_free(picture->png);
    picture->png = NULL;
}
