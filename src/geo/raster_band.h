// SPDX-License-Identifier: Apache-2.0
/* What the files of geo/raster share: the handle, and reading a band or one of its overviews. */
#ifndef GS_GEO_RASTER_BAND_H
#define GS_GEO_RASTER_BAND_H

#include "geo/raster.h"
#include "geo/tiff_block.h"

#include <gdal.h>

enum gs_raster_mask {
    GS_RASTER_ALL_VALID,
    GS_RASTER_MASK, /* a mask or alpha band says where data is; nodata values are looked at besides
                     */
};

struct gs_raster {
    const struct gs_layer *layer;
    GDALDatasetH dataset;
    GDALRasterBandH band;
    struct gs_raster_info info;
    struct gs_crs *crs;
    char *unit;
    enum gs_raster_mask mask;
    GDALDataType type;
    bool signed_byte; /* before GDAL 3.7 a Byte band with PIXELTYPE=SIGNEDBYTE holds -128..127 */
    double *nodata;   /* the file's and the catalogue's, as stored values; NaN is nodata anyhow */
    size_t n_nodata;
    long long *nodata_whole; /* for 64-bit bands, where a double cannot tell all values apart */
    size_t n_nodata_whole;
    double scale, offset;
    int64_t *whole; /* scratch of 64-bit reads */
    size_t whole_capacity;
    uint8_t *valid; /* scratch of mask reads */
    size_t valid_capacity;
    struct gs_tiff *tiff; /* of block reads; NULL: GDAL reads them */
    bool tiff_asked;
    void *block; /* scratch of GDAL's block reads */
};

/* As gs_raster_read, from `band`: the raster's own or one of its overviews (n_cols × n_rows cells
 * in all); the window must lie inside. Values stand `stride` apart from row to row. */
enum gs_status gs_raster_read_band(struct gs_ctx *ctx, struct gs_raster *raster,
                                   GDALRasterBandH band, int col, int row, int n_cols, int n_rows,
                                   double *values, size_t stride) GS_NODISCARD;

#endif
