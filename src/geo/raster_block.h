// SPDX-License-Identifier: Apache-2.0
/* Reading a raster block by block, for whole surfaces: each block is decoded once. */
#ifndef GS_GEO_RASTER_BLOCK_H
#define GS_GEO_RASTER_BLOCK_H

#include "geo/raster.h"

/* Are the cells bytes that need no more than a look-up? Then gs_raster_block_bytes() serves. */
bool gs_raster_is_bytes(const struct gs_raster *raster);
/* What each byte stands for: its value, NaN for nodata. */
void gs_raster_byte_values(const struct gs_raster *raster, float values[256]);

/* Block (block_col, block_row): block_rows rows of block_cols cells, fewer at the raster's border,
 * into rows `stride` cells apart; nothing between them is touched. Nodata are NaN, scale and offset
 * are applied, values are rounded to float. Reports GDAL's message with layer, file and block
 * (GS_EDATA), and class codes that no float holds. */
enum gs_status gs_raster_block(struct gs_ctx *ctx, struct gs_raster *raster, size_t block_col,
                               size_t block_row, float *values, size_t stride) GS_NODISCARD;
enum gs_status gs_raster_block_bytes(struct gs_ctx *ctx, struct gs_raster *raster, size_t block_col,
                                     size_t block_row, uint8_t *bytes, size_t stride) GS_NODISCARD;

#endif
