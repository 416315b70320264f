// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "base/vector.h"
#include "geo/cog_parts.h"

#include <math.h>
#include <string.h>

#include <libdeflate.h>
#include <zstd.h>

enum { T = GS_COG_TILE, ZSTD_LEVEL = 1, DEFLATE_LEVEL = 3 };

struct gs_tile_encoder {
    enum gs_cog_compression compression;
    ZSTD_CCtx *zstd;
    struct libdeflate_compressor *deflate;
    uint8_t *plain, *packed;
    size_t packed_room;
};

void gs_tile_encoder_free(struct gs_tile_encoder *encoder)
{
    if (!encoder)
        return;
    ZSTD_freeCCtx(encoder->zstd);
    if (encoder->deflate)
        libdeflate_free_compressor(encoder->deflate);
    gs_free(encoder->plain);
    gs_free(encoder->packed);
    gs_free(encoder);
}

enum gs_status gs_tile_encoder_new(struct gs_ctx *ctx, enum gs_cog_compression compression,
                                   struct gs_tile_encoder **out)
{
    struct gs_tile_encoder *e = GS_NEW(ctx, struct gs_tile_encoder);
    if (!e)
        return GS_ENOMEM;
    size_t plain = (size_t)T * T * sizeof(float);
    e->compression = compression;
    e->packed_room = ZSTD_compressBound(plain);
    bool there = true;
    if (compression == GS_COG_ZSTD)
        there = (e->zstd = ZSTD_createCCtx()) != NULL;
    if (compression == GS_COG_DEFLATE) {
        there = (e->deflate = libdeflate_alloc_compressor(DEFLATE_LEVEL)) != NULL;
        size_t room = there ? libdeflate_zlib_compress_bound(e->deflate, plain) : 0;
        e->packed_room = room > e->packed_room ? room : e->packed_room;
    }
    e->plain = GS_ARRAY(ctx, uint8_t, plain);
    e->packed = e->plain ? GS_ARRAY(ctx, uint8_t, e->packed_room) : NULL;
    if (!there || !e->packed) {
        gs_tile_encoder_free(e);
        return there ? GS_ENOMEM : gs_fail_memory(ctx);
    }
    *out = e;
    return GS_OK;
}

/* -- predictors ------------------------------------------------------------------------------ */

/* Processors make NaNs of different bits; in the file there is one. */
static inline uint32_t one_nan(uint32_t bits)
{
    return (bits & 0x7FFFFFFF) > 0x7F800000 ? 0x7FC00000 : bits;
}

/* TIFF Technical Note 3 (Adobe Photoshop), "Floating point predictor": the row's most significant
 * bytes first, then the next, …, and of all these the differences from byte to byte. */
GS_VECTORISED static void split_floats(const float *cells, uint8_t *out)
{
    uint32_t all[T];
    memcpy(all, cells, sizeof all);
    for (size_t i = 0; i < T; i++) {
        uint32_t bits = one_nan(all[i]);
        out[i] = (uint8_t)(bits >> 24);
        out[T + i] = (uint8_t)(bits >> 16);
        out[2 * T + i] = (uint8_t)(bits >> 8);
        out[3 * T + i] = (uint8_t)bits;
    }
}

GS_VECTORISED static void difference(const uint8_t *in, size_t n, uint8_t *out)
{
    out[0] = in[0];
    for (size_t i = 1; i < n; i++)
        out[i] = (uint8_t)(in[i] - in[i - 1]);
}

static void predict_floats(const float *cells, size_t stride, size_t n_cols, size_t n_rows,
                           uint8_t *out)
{
    float row[T];
    uint8_t split[4 * T];
    for (size_t c = n_cols; c < T; c++)
        row[c] = NAN;
    for (size_t r = 0; r < T; r++) {
        if (r < n_rows)
            memcpy(row, cells + r * stride, n_cols * sizeof *row);
        else if (r == n_rows)
            for (size_t c = 0; c < T; c++)
                row[c] = NAN;
        split_floats(row, split);
        difference(split, sizeof split, out + r * sizeof split);
    }
}

static void predict_bytes(const uint8_t *cells, size_t stride, size_t n_cols, size_t n_rows,
                          uint8_t *out)
{
    uint8_t row[T];
    memset(row, 255, sizeof row);
    for (size_t r = 0; r < T; r++) {
        if (r < n_rows)
            memcpy(row, cells + r * stride, n_cols);
        else if (r == n_rows)
            memset(row, 255, sizeof row);
        difference(row, T, out + r * T);
    }
}

/* As they are. */
static void copy_cells(enum gs_cog_type type, const void *cells, size_t stride, size_t n_cols,
                       size_t n_rows, uint8_t *out)
{
    if (type == GS_COG_BYTE) {
        memset(out, 255, (size_t)T * T);
        for (size_t r = 0; r < n_rows; r++)
            memcpy(out + r * T, (const uint8_t *)cells + r * stride, n_cols);
        return;
    }
    for (size_t r = 0; r < T; r++)
        for (size_t c = 0; c < T; c++) {
            float v = r < n_rows && c < n_cols ? ((const float *)cells)[r * stride + c] : NAN;
            uint32_t bits;
            memcpy(&bits, &v, sizeof bits);
            bits = one_nan(bits);
            for (size_t k = 0; k < 4; k++)
                *out++ = (uint8_t)(bits >> 8 * k);
        }
}

enum gs_status gs_tile_encode(struct gs_ctx *ctx, struct gs_tile_encoder *e, enum gs_cog_type type,
                              const void *cells, size_t stride, size_t n_cols, size_t n_rows,
                              const void **bytes, size_t *n_bytes)
{
    size_t plain = (size_t)T * T * (type == GS_COG_FLOAT ? sizeof(float) : 1), n = plain;
    if (e->compression == GS_COG_NONE)
        copy_cells(type, cells, stride, n_cols, n_rows, e->plain);
    else if (type == GS_COG_FLOAT)
        predict_floats(cells, stride, n_cols, n_rows, e->plain);
    else
        predict_bytes(cells, stride, n_cols, n_rows, e->plain);
    bool packed = true;
    if (e->compression == GS_COG_ZSTD) {
        n = ZSTD_compressCCtx(e->zstd, e->packed, e->packed_room, e->plain, plain, ZSTD_LEVEL);
        packed = !ZSTD_isError(n);
    } else if (e->compression == GS_COG_DEFLATE) {
        n = libdeflate_zlib_compress(e->deflate, e->plain, plain, e->packed, e->packed_room);
        packed = n > 0;
    }
    if (!packed)
        return gs_fail_memory(ctx); /* the room is enough for anything */
    *bytes = e->compression == GS_COG_NONE ? e->plain : e->packed;
    *n_bytes = n;
    return GS_OK;
}

/* -- overviews ------------------------------------------------------------------------------- */

/* In double precision, so that a mean is never beyond the cells it is of. */
GS_VECTORISED static void halve_floats(const float *upper, const float *lower, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) {
        float a = upper[2 * i], b = upper[2 * i + 1], c = lower[2 * i], d = lower[2 * i + 1];
        float count = (float)((a == a) + (b == b) + (c == c) + (d == d));
        a = a == a ? a : 0, b = b == b ? b : 0, c = c == c ? c : 0, d = d == d ? d : 0;
        double sum = ((double)a + (double)b) + ((double)c + (double)d);
        out[i] = (float)(sum / (double)count); /* 0 / 0 is NaN */
    }
}

static uint8_t choose_byte(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return a != 255 ? a : b != 255 ? b : c != 255 ? c : d;
}

static float choose_float(float a, float b, float c, float d)
{
    return !isnan(a) ? a : !isnan(b) ? b : !isnan(c) ? c : d;
}

void gs_tile_halve(enum gs_cog_type type, bool categories, const void *cells, size_t stride,
                   size_t n_cols, size_t n_rows, void *out, size_t out_stride)
{
    size_t pairs = n_cols / 2;
    for (size_t r = 0; r < n_rows; r += 2) {
        bool last_row = r + 1 == n_rows; /* without a second one */
        if (type == GS_COG_FLOAT) {
            const float *upper = (const float *)cells + r * stride;
            const float *lower = last_row ? upper : upper + stride;
            float *to = (float *)out + r / 2 * out_stride;
            if (!categories)
                halve_floats(upper, lower, pairs, to);
            for (size_t i = 0; categories && i < pairs; i++)
                to[i] =
                    choose_float(upper[2 * i], upper[2 * i + 1], lower[2 * i], lower[2 * i + 1]);
            if (n_cols % 2) {
                float a = upper[n_cols - 1], c = lower[n_cols - 1];
                float both = (float)(((double)a + (double)c) / 2);
                float mean = isnan(a) ? c : isnan(c) ? a : both;
                to[pairs] = categories ? choose_float(a, a, c, c) : mean;
            }
        } else {
            const uint8_t *upper = (const uint8_t *)cells + r * stride;
            const uint8_t *lower = last_row ? upper : upper + stride;
            uint8_t *to = (uint8_t *)out + r / 2 * out_stride;
            for (size_t i = 0; i < pairs; i++)
                to[i] = choose_byte(upper[2 * i], upper[2 * i + 1], lower[2 * i], lower[2 * i + 1]);
            if (n_cols % 2)
                to[pairs] = choose_byte(upper[n_cols - 1], 255, lower[n_cols - 1], 255);
        }
    }
}
