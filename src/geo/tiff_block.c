// SPDX-License-Identifier: Apache-2.0
/* Aldus (1992), "TIFF Revision 6.0", section 14 (horizontal differencing); TIFF Technical Note 3
 * (Adobe Photoshop), "Floating point predictor". */
#include "geo/tiff_block.h"

#include "base/mem.h"
#include "base/vector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libdeflate.h>
#include <zstd.h>

enum packing { PLAIN, DEFLATE, ZSTD };

struct gs_tiff {
    GDALRasterBandH band;
    int fd;
    enum packing packing;
    bool predicted;
    size_t cell_bytes, block_cols, block_rows;
    size_t strips_end; /* strips: rows of the raster, where the last one ends; tiles: SIZE_MAX */
    struct libdeflate_decompressor *deflate;
    ZSTD_DCtx *zstd;
    uint8_t *packed; /* as in the file */
    size_t packed_room;
    uint8_t *plain; /* a block */
};

void gs_tiff_free(struct gs_tiff *tiff)
{
    if (!tiff)
        return;
    if (tiff->fd >= 0)
        close(tiff->fd);
    if (tiff->deflate)
        libdeflate_free_decompressor(tiff->deflate);
    ZSTD_freeDCtx(tiff->zstd);
    gs_free(tiff->packed);
    gs_free(tiff->plain);
    gs_free(tiff);
}

/* -- which files ----------------------------------------------------------------------------- */

static const char *structure(GDALMajorObjectH object, const char *key)
{
    return GDALGetMetadataItem(object, key, "IMAGE_STRUCTURE");
}

static bool find_packing(const char *name, enum packing *out)
{
    *out = !name ? PLAIN : strcmp(name, "DEFLATE") == 0 ? DEFLATE : ZSTD;
    return *out != ZSTD || strcmp(name, "ZSTD") == 0;
}

static bool is_plain(struct gs_tiff *tiff, GDALDatasetH dataset)
{
    GDALDriverH driver = GDALGetDatasetDriver(dataset);
    GDALDataType type = GDALGetRasterDataType(tiff->band);
    const char *predictor = structure(dataset, "PREDICTOR");
    const char *interleave = structure(dataset, "INTERLEAVE");
    if (!driver || strcmp(GDALGetDriverShortName(driver), "GTiff") != 0 ||
        (type != GDT_Byte && type != GDT_Float32) || structure(tiff->band, "NBITS") ||
        !interleave || strcmp(interleave, "BAND") != 0 ||
        !find_packing(structure(dataset, "COMPRESSION"), &tiff->packing))
        return false;
    tiff->predicted = predictor && strcmp(predictor, "1") != 0;
    return !tiff->predicted || strcmp(predictor, type == GDT_Byte ? "2" : "3") == 0;
}

/* Bytes as this machine has them. */
static bool is_little_endian(int fd)
{
    char head[2];
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && pread(fd, head, 2, 0) == 2 &&
           memcmp(head, "II", 2) == 0;
}

static enum gs_status furnish(struct gs_ctx *ctx, struct gs_tiff *tiff)
{
    if (tiff->packing == DEFLATE && !(tiff->deflate = libdeflate_alloc_decompressor()))
        return gs_fail_memory(ctx);
    if (tiff->packing == ZSTD && !(tiff->zstd = ZSTD_createDCtx()))
        return gs_fail_memory(ctx);
    tiff->plain = gs_alloc(ctx, tiff->block_rows * tiff->block_cols, tiff->cell_bytes);
    return tiff->plain ? GS_OK : GS_ENOMEM;
}

enum gs_status gs_tiff_new(struct gs_ctx *ctx, const char *path, GDALDatasetH dataset,
                           GDALRasterBandH band, struct gs_tiff **out)
{
    int block_cols, block_rows;
    *out = NULL;
    struct gs_tiff *tiff = GS_NEW(ctx, struct gs_tiff);
    if (!tiff)
        return GS_ENOMEM;
    GDALGetBlockSize(band, &block_cols, &block_rows);
    tiff->band = band;
    tiff->block_cols = (size_t)block_cols;
    tiff->block_rows = (size_t)block_rows;
    /* A tile as wide as the raster looks like a strip; its length then tells that it is none. */
    tiff->strips_end = block_cols == GDALGetRasterBandXSize(band)
                           ? (size_t)GDALGetRasterBandYSize(band)
                           : SIZE_MAX;
    tiff->cell_bytes = GDALGetRasterDataType(band) == GDT_Byte ? 1 : sizeof(float);
    tiff->fd = is_plain(tiff, dataset) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (tiff->fd < 0 || !is_little_endian(tiff->fd)) {
        gs_tiff_free(tiff);
        return GS_OK;
    }
    enum gs_status status = furnish(ctx, tiff);
    if (status)
        gs_tiff_free(tiff);
    else
        *out = tiff;
    return status;
}

/* -- predictors ------------------------------------------------------------------------------ */

typedef uint8_t sixteen __attribute__((vector_size(16)));
typedef uint32_t word __attribute__((may_alias)); /* the bits of a float */

/* Each byte becomes the sum of all up to it. */
GS_VECTORISED static void sum_up(uint8_t *bytes, size_t n)
{
    static const sixteen zero;
    sixteen before = zero;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        sixteen v;
        memcpy(&v, bytes + i, sizeof v);
        v += __builtin_shufflevector(zero, v, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                                     29, 30);
        v += __builtin_shufflevector(zero, v, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
                                     28, 29);
        v += __builtin_shufflevector(zero, v, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
                                     26, 27);
        v += __builtin_shufflevector(zero, v, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22,
                                     23);
        v += before;
        before = __builtin_shufflevector(v, v, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
                                         15, 15, 15);
        memcpy(bytes + i, &v, sizeof v);
    }
    uint8_t sum = before[0];
    for (; i < n; i++)
        bytes[i] = sum = (uint8_t)(sum + bytes[i]);
}

/* The four bytes of a float lie `apart`, the most significant one first. */
GS_VECTORISED static void join_bytes(const uint8_t *bytes, size_t apart, size_t n, word *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)bytes[i] << 24 | (uint32_t)bytes[apart + i] << 16 |
                 (uint32_t)bytes[2 * apart + i] << 8 | bytes[3 * apart + i];
}

static void undo_predictor(struct gs_tiff *tiff, size_t n_cols, size_t n_rows, void *cells,
                           size_t stride)
{
    size_t row_bytes = tiff->block_cols * tiff->cell_bytes;
    for (size_t r = 0; r < n_rows; r++) {
        uint8_t *row = tiff->plain + r * row_bytes;
        if (tiff->predicted)
            sum_up(row, row_bytes);
        if (tiff->predicted && tiff->cell_bytes == sizeof(float))
            join_bytes(row, tiff->block_cols, n_cols, (word *)cells + r * stride);
        else
            memcpy((char *)cells + r * stride * tiff->cell_bytes, row, n_cols * tiff->cell_bytes);
    }
}

/* -- blocks ---------------------------------------------------------------------------------- */

static bool ask(const struct gs_tiff *tiff, const char *what, size_t block_col, size_t block_row,
                uint64_t *out)
{
    char key[64];
    snprintf(key, sizeof key, "BLOCK_%s_%zu_%zu", what, block_col, block_row);
    const char *value = GDALGetMetadataItem(tiff->band, key, "TIFF");
    *out = value ? strtoull(value, NULL, 10) : 0;
    return *out > 0;
}

static bool read_bytes(int fd, uint8_t *to, size_t n, uint64_t at)
{
    while (n > 0) {
        ssize_t got = pread(fd, to, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return true;
}

/* What GDAL would hold of it as well: not much more than the block itself. */
static bool read_packed(struct gs_tiff *tiff, size_t n, size_t plain_bytes, uint64_t at)
{
    if (n > 2 * plain_bytes + 4096)
        return false;
    if (n > tiff->packed_room) {
        uint8_t *more = gs_raw_realloc(tiff->packed, n);
        if (!more)
            return false;
        tiff->packed = more;
        tiff->packed_room = n;
    }
    return read_bytes(tiff->fd, tiff->packed, n, at);
}

static bool unpack(struct gs_tiff *tiff, size_t n, size_t plain_bytes)
{
    size_t got = 0;
    if (tiff->packing == DEFLATE)
        return libdeflate_zlib_decompress(tiff->deflate, tiff->packed, n, tiff->plain, plain_bytes,
                                          &got) == LIBDEFLATE_SUCCESS &&
               got == plain_bytes;
    return ZSTD_decompressDCtx(tiff->zstd, tiff->plain, plain_bytes, tiff->packed, n) ==
           plain_bytes;
}

bool gs_tiff_block(struct gs_tiff *tiff, size_t block_col, size_t block_row, size_t n_cols,
                   size_t n_rows, void *cells, size_t stride)
{
    uint64_t at, n;
    size_t first = block_row * tiff->block_rows, left = tiff->strips_end - first;
    size_t rows = left < tiff->block_rows ? left : tiff->block_rows;
    size_t plain_bytes = rows * tiff->block_cols * tiff->cell_bytes;
    if (!ask(tiff, "OFFSET", block_col, block_row, &at) ||
        !ask(tiff, "SIZE", block_col, block_row, &n) || n_rows > rows)
        return false;
    if (tiff->packing == PLAIN) {
        if (n != plain_bytes)
            return false;
        if (stride == tiff->block_cols && n_cols == stride && !tiff->predicted)
            return read_bytes(tiff->fd, cells, n_rows * n_cols * tiff->cell_bytes, at);
        if (!read_bytes(tiff->fd, tiff->plain, plain_bytes, at))
            return false;
    } else if (!read_packed(tiff, (size_t)n, plain_bytes, at) ||
               !unpack(tiff, (size_t)n, plain_bytes)) {
        return false;
    }
    undo_predictor(tiff, n_cols, n_rows, cells, stride);
    return true;
}
