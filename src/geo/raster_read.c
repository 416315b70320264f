// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/raster_band.h"
#include "geo/session.h"

#include <limits.h>
#include <math.h>

#include <cpl_error.h>

static enum gs_status fail_read(struct gs_ctx *ctx, const struct gs_raster *raster,
                                const char *message)
{
    return gs_fail(ctx, GS_EDATA, &raster->layer->source_pos, NULL,
                   "layer `%s`: `%s` cannot be read%s%s", raster->layer->id, raster->layer->source,
                   message[0] ? ": " : "", message);
}

/* Raw cells of a window as doubles; 64-bit ones by way of integers, as their nodata may differ from
 * data only in digits that a double has not. */
static enum gs_status read_values(struct gs_ctx *ctx, struct gs_raster *raster,
                                  GDALRasterBandH band, int col, int row, int n_cols, int n_rows,
                                  double *values, size_t stride, bool *read)
{
    *read = false;
    if (raster->type != GDT_Int64 && raster->type != GDT_UInt64) {
        *read = GDALRasterIOEx(band, GF_Read, col, row, n_cols, n_rows, values, n_cols, n_rows,
                               GDT_Float64, (GSpacing)sizeof *values,
                               (GSpacing)(stride * sizeof *values), NULL) == CE_None;
        for (int r = 0; *read && raster->signed_byte && r < n_rows; r++)
            for (int c = 0; c < n_cols; c++) {
                double *value = &values[(size_t)r * stride + (size_t)c];
                *value -= *value > 127 ? 256 : 0;
            }
        return GS_OK;
    }
    size_t n = (size_t)n_cols * (size_t)n_rows;
    enum gs_status status =
        gs_grow(ctx, &raster->whole, &raster->whole_capacity, n, sizeof *raster->whole);
    if (status)
        return status;
    if (GDALRasterIOEx(band, GF_Read, col, row, n_cols, n_rows, raster->whole, n_cols, n_rows,
                       raster->type, 0, 0, NULL) != CE_None)
        return GS_OK;
    *read = true;
    bool is_signed = raster->type == GDT_Int64;
    for (size_t i = 0; i < n; i++) {
        long long whole = raster->whole[i];
        double value = is_signed ? (double)whole : (double)(unsigned long long)whole;
        for (size_t k = 0; k < raster->n_nodata_whole; k++)
            if (whole == raster->nodata_whole[k])
                value = NAN;
        values[i / (size_t)n_cols * stride + i % (size_t)n_cols] = value;
    }
    return GS_OK;
}

static enum gs_status apply_mask(struct gs_ctx *ctx, struct gs_raster *raster, GDALRasterBandH band,
                                 int col, int row, int n_cols, int n_rows, double *values,
                                 size_t stride, bool *read)
{
    size_t n = (size_t)n_cols * (size_t)n_rows;
    enum gs_status status =
        gs_grow(ctx, &raster->valid, &raster->valid_capacity, n, sizeof *raster->valid);
    if (status)
        return status;
    *read = GDALRasterIOEx(GDALGetMaskBand(band), GF_Read, col, row, n_cols, n_rows, raster->valid,
                           n_cols, n_rows, GDT_Byte, 0, 0, NULL) == CE_None;
    for (size_t i = 0; *read && i < n; i++)
        if (!raster->valid[i])
            values[i / (size_t)n_cols * stride + i % (size_t)n_cols] = NAN;
    return GS_OK;
}

/* Nodata values to NaN, then scale and offset. */
static void translate(const struct gs_raster *raster, double *values, size_t n)
{
    bool whole = raster->type == GDT_Int64 || raster->type == GDT_UInt64;
    for (size_t k = 0; !whole && k < raster->n_nodata; k++) {
        double nodata = raster->nodata[k];
        for (size_t i = 0; i < n; i++)
            values[i] = values[i] == nodata ? NAN : values[i];
    }
    if (raster->scale != 1 || raster->offset != 0)
        for (size_t i = 0; i < n; i++)
            values[i] = values[i] * raster->scale + raster->offset;
}

enum gs_status gs_raster_read_band(struct gs_ctx *ctx, struct gs_raster *raster,
                                   GDALRasterBandH band, int col, int row, int n_cols, int n_rows,
                                   double *values, size_t stride)
{
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    bool read;
    enum gs_status status =
        read_values(ctx, raster, band, col, row, n_cols, n_rows, values, stride, &read);
    if (!status && read && raster->mask == GS_RASTER_MASK)
        status = apply_mask(ctx, raster, band, col, row, n_cols, n_rows, values, stride, &read);
    if (!status && !read)
        status = fail_read(ctx, raster, errors.last);
    gs_geo_errors_end(&errors);
    for (int r = 0; !status && r < n_rows; r++)
        translate(raster, values + (size_t)r * stride, (size_t)n_cols);
    return status;
}

enum gs_status gs_raster_read(struct gs_ctx *ctx, struct gs_raster *raster, long col, long row,
                              size_t n_cols, size_t n_rows, double *values)
{
    const struct gs_raster_info *info = &raster->info;
    /* The part inside the raster: [from, to) within the window. */
    long first[2] = {col, row};
    long size[2] = {(long)n_cols, (long)n_rows},
         whole[2] = {(long)info->n_cols, (long)info->n_rows};
    long from[2], to[2];
    for (int d = 0; d < 2; d++) {
        from[d] = first[d] < 0 ? -first[d] : 0;
        to[d] = whole[d] - first[d] < size[d] ? whole[d] - first[d] : size[d];
    }
    bool inside = from[0] < to[0] && from[1] < to[1];
    if (!inside || from[0] > 0 || from[1] > 0 || to[0] < size[0] || to[1] < size[1])
        for (size_t i = 0; i < n_cols * n_rows; i++)
            values[i] = NAN;
    if (!inside)
        return GS_OK;
    return gs_raster_read_band(ctx, raster, raster->band, (int)(col + from[0]),
                               (int)(row + from[1]), (int)(to[0] - from[0]), (int)(to[1] - from[1]),
                               values + (size_t)from[1] * n_cols + (size_t)from[0], n_cols);
}

void gs_cubic_weights(double t, double w[4])
{
    double t2 = t * t, t3 = t2 * t;
    w[0] = (-t3 + 2 * t2 - t) / 2;
    w[1] = (3 * t3 - 5 * t2 + 2) / 2;
    w[2] = (-3 * t3 + 4 * t2 + t) / 2;
    w[3] = (t3 - t2) / 2;
}

/* From the 4 × 4 cells around; NaN when one has no data. */
static double cubic(const double cells[16], double tx, double ty)
{
    double wx[4], wy[4], sum = 0;
    gs_cubic_weights(tx, wx);
    gs_cubic_weights(ty, wy);
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < 4; c++)
            sum += wy[r] * wx[c] * cells[4 * r + c];
    return sum;
}

static double bilinear(const double cells[16], double tx, double ty)
{
    double sum = 0, weights = 0;
    for (int r = 0; r < 2; r++)
        for (int c = 0; c < 2; c++) {
            double value = cells[4 * (r + 1) + c + 1];
            double w = (r ? ty : 1 - ty) * (c ? tx : 1 - tx);
            if (isnan(value) || w == 0)
                continue;
            sum += w * value;
            weights += w;
        }
    return sum / weights;
}

/* The cell along one axis that holds position p; the far border belongs to the last cell. */
static bool find_cell(double p, size_t n, double *cell)
{
    if (!(p >= 0 && p <= (double)n))
        return false;
    *cell = p == (double)n ? p - 1 : floor(p);
    return true;
}

enum gs_status gs_raster_at(struct gs_ctx *ctx, struct gs_raster *raster, double x, double y,
                            double *value)
{
    const struct gs_raster_info *info = &raster->info;
    const double *t = info->to_cell;
    double px = t[0] + x * t[1] + y * t[2], py = t[3] + x * t[4] + y * t[5], col, row;
    if (!find_cell(px, info->n_cols, &col) || !find_cell(py, info->n_rows, &row)) {
        *value = NAN;
        return GS_OK;
    }
    double here = NAN;
    if (info->resampling == GS_RESAMPLING_NEAREST) {
        enum gs_status status = gs_raster_read(ctx, raster, (long)col, (long)row, 1, 1, &here);
        if (!status)
            *value = here;
        return status;
    }
    double cells[16], left = floor(px - 0.5), top = floor(py - 0.5);
    double tx = px - 0.5 - left, ty = py - 0.5 - top;
    enum gs_status status = gs_raster_read(ctx, raster, (long)left - 1, (long)top - 1, 4, 4, cells);
    if (status)
        return status;
    here = cells[4 * ((int)(row - top) + 1) + (int)(col - left) + 1];
    if (!isnan(here)) {
        double smooth = info->resampling == GS_RESAMPLING_CUBIC ? cubic(cells, tx, ty) : NAN;
        here = isnan(smooth) ? bilinear(cells, tx, ty) : smooth;
    }
    *value = here;
    return GS_OK;
}
