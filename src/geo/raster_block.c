// SPDX-License-Identifier: Apache-2.0
#include "geo/raster_block.h"

#include "base/mem.h"
#include "base/vector.h"
#include "geo/raster_band.h"
#include "geo/session.h"

#include <math.h>
#include <string.h>

/* The largest whole number up to which a float holds all. */
#define WHOLE_MAX 16777216.0

bool gs_raster_is_bytes(const struct gs_raster *raster)
{
    return raster->type == GDT_Byte && raster->mask == GS_RASTER_ALL_VALID;
}

void gs_raster_byte_values(const struct gs_raster *raster, float values[256])
{
    for (int byte = 0; byte < 256; byte++) {
        double value = raster->signed_byte && byte > 127 ? byte - 256 : byte;
        bool missing = false;
        for (size_t k = 0; k < raster->n_nodata; k++)
            missing |= value == raster->nodata[k];
        values[byte] = missing ? NAN : (float)(value * raster->scale + raster->offset);
    }
}

/* `message`: GDAL's. */
static enum gs_status tell(struct gs_ctx *ctx, const struct gs_raster *raster, size_t block_col,
                           size_t block_row, const char *message)
{
    return gs_fail(ctx, GS_EDATA, &raster->layer->source_pos,
                   "is the file damaged? gdalinfo -checksum reads all of it",
                   "layer `%s`: block %zu, %zu (column, row, from 0) of `%s` cannot be read%s%s",
                   raster->layer->id, block_col, block_row, raster->layer->source,
                   message[0] ? ": " : "", message);
}

/* A block of the raster, and its cells within the raster's border. */
struct block {
    size_t col, row, n_cols, n_rows;
};

static struct block block_at(const struct gs_raster *raster, size_t col, size_t row)
{
    const struct gs_raster_info *info = &raster->info;
    size_t right = info->n_cols - col * info->block_cols;
    size_t below = info->n_rows - row * info->block_rows;
    return (struct block){col, row, right < info->block_cols ? right : info->block_cols,
                          below < info->block_rows ? below : info->block_rows};
}

/* GDAL hands out whole blocks, those at the border too. */
static enum gs_status read_by_gdal(struct gs_ctx *ctx, struct gs_raster *raster,
                                   const struct block *block, void *cells, size_t stride)
{
    size_t size = raster->type == GDT_Byte ? 1 : sizeof(float), width = raster->info.block_cols;
    if (!raster->block)
        raster->block = gs_alloc(ctx, width * raster->info.block_rows, size);
    if (!raster->block)
        return GS_ENOMEM;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    enum gs_status status = GS_OK;
    if (GDALReadBlock(raster->band, (int)block->col, (int)block->row, raster->block) != CE_None)
        status = tell(ctx, raster, block->col, block->row, errors.last);
    gs_geo_errors_end(&errors);
    for (size_t r = 0; r < block->n_rows && !status; r++)
        memcpy((char *)cells + r * stride * size, (char *)raster->block + r * width * size,
               block->n_cols * size);
    return status;
}

/* As stored. */
static enum gs_status read_native(struct gs_ctx *ctx, struct gs_raster *raster,
                                  const struct block *block, void *cells, size_t stride)
{
    if (!raster->tiff_asked) {
        enum gs_status status =
            gs_tiff_new(ctx, raster->layer->source, raster->dataset, raster->band, &raster->tiff);
        if (status)
            return status;
        raster->tiff_asked = true;
    }
    if (raster->tiff && gs_tiff_block(raster->tiff, block->col, block->row, block->n_cols,
                                      block->n_rows, cells, stride))
        return GS_OK;
    return read_by_gdal(ctx, raster, block, cells, stride);
}

enum gs_status gs_raster_block_bytes(struct gs_ctx *ctx, struct gs_raster *raster, size_t block_col,
                                     size_t block_row, uint8_t *bytes, size_t stride)
{
    struct block block = block_at(raster, block_col, block_row);
    return read_native(ctx, raster, &block, bytes, stride);
}

GS_VECTORISED static void replace_nodata(float *values, size_t n, float nodata)
{
    for (size_t i = 0; i < n; i++)
        values[i] = values[i] == nodata ? (float)NAN : values[i];
}

static void translate_floats(const struct gs_raster *raster, float *values, size_t n)
{
    for (size_t k = 0; k < raster->n_nodata; k++)
        replace_nodata(values, n, (float)raster->nodata[k]);
    if (raster->scale != 1 || raster->offset != 0)
        for (size_t i = 0; i < n; i++)
            values[i] = (float)((double)values[i] * raster->scale + raster->offset);
}

/* Codes are compared as what they are: rounded ones would be others'. */
static enum gs_status check_codes(struct gs_ctx *ctx, const struct gs_raster *raster,
                                  const double *values, size_t n)
{
    if (!raster->info.is_classes)
        return GS_OK;
    for (size_t i = 0; i < n; i++)
        if (fabs(values[i]) > WHOLE_MAX)
            return gs_fail(ctx, GS_EDATA, &raster->layer->source_pos,
                           "give the classes smaller codes",
                           "layer `%s` holds class %.0f: on a surface codes go up to %.0f",
                           raster->layer->id, values[i], WHOLE_MAX);
    return GS_OK;
}

/* All other types by way of doubles, as sites read them. */
static enum gs_status read_doubles(struct gs_ctx *ctx, struct gs_raster *raster,
                                   const struct block *block, float *values, size_t stride)
{
    size_t n = block->n_cols * block->n_rows;
    double *wide = GS_ARRAY(ctx, double, n);
    if (!wide)
        return GS_ENOMEM;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    enum gs_status status =
        gs_raster_read_band(ctx, raster, raster->band, (int)(block->col * raster->info.block_cols),
                            (int)(block->row * raster->info.block_rows), (int)block->n_cols,
                            (int)block->n_rows, wide, block->n_cols);
    gs_geo_errors_end(&errors);
    if (!status)
        status = check_codes(ctx, raster, wide, n);
    for (size_t r = 0; r < block->n_rows && !status; r++)
        for (size_t c = 0; c < block->n_cols; c++)
            values[r * stride + c] = (float)wide[r * block->n_cols + c];
    gs_free(wide);
    return status;
}

enum gs_status gs_raster_block(struct gs_ctx *ctx, struct gs_raster *raster, size_t block_col,
                               size_t block_row, float *values, size_t stride)
{
    struct block block = block_at(raster, block_col, block_row);
    if (raster->type != GDT_Float32 || raster->mask != GS_RASTER_ALL_VALID)
        return read_doubles(ctx, raster, &block, values, stride);
    enum gs_status status = read_native(ctx, raster, &block, values, stride);
    for (size_t r = 0; r < block.n_rows && !status; r++)
        translate_floats(raster, values + r * stride, block.n_cols);
    return status;
}
