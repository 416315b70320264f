// SPDX-License-Identifier: Apache-2.0
/* Blocks of plain GeoTIFFs, decoded here in a fraction of the time that libtiff takes to undo their
 * predictors. GDAL says how the file is made and where a block lies; whatever is not plain, or does
 * not decode, is GDAL's to read, and to complain of. */
#ifndef GS_GEO_TIFF_BLOCK_H
#define GS_GEO_TIFF_BLOCK_H

#include "base/ctx.h"

#include <gdal.h>

struct gs_tiff;

/* *out is NULL for a band that is none of those: a local little-endian GeoTIFF of bytes or 32-bit
 * floats, one band to a block, not compressed or by DEFLATE or ZSTD, with the predictor of its type
 * or without. `path`: what the dataset was opened as. */
enum gs_status gs_tiff_new(struct gs_ctx *ctx, const char *path, GDALDatasetH dataset,
                           GDALRasterBandH band, struct gs_tiff **out) GS_NODISCARD;
void gs_tiff_free(struct gs_tiff *tiff); /* NULL is legal */

/* The upper left n_cols × n_rows cells of a block, as stored, into rows `stride` cells apart; no
 * other cell is touched. False: let GDAL read it; those cells may hold anything then. */
bool gs_tiff_block(struct gs_tiff *tiff, size_t block_col, size_t block_row, size_t n_cols,
                   size_t n_rows, void *cells, size_t stride);

#endif
