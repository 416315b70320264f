// SPDX-License-Identifier: Apache-2.0
/* A Cloud Optimized GeoTIFF of one band, written strip by strip from north to south and compressed
 * by all threads: no second pass over the cells, memory of a few strips, the same bytes for any
 * number of threads. It is written aside and renamed into place. */
#ifndef GS_GEO_COG_H
#define GS_GEO_COG_H

#include "geo/crs.h"
#include "model/grid.h"

enum { GS_COG_TILE = 512 }; /* cells along the side of a tile, and rows of a strip */

enum gs_cog_type { GS_COG_FLOAT, GS_COG_BYTE };

enum gs_cog_compression { GS_COG_ZSTD, GS_COG_DEFLATE, GS_COG_NONE };

struct gs_cog_spec {
    const char *path; /* of the finished file */
    const struct gs_grid *grid;
    const struct gs_crs *crs;
    enum gs_cog_type type; /* FLOAT: NaN is nodata; BYTE: 255 is */
    enum gs_cog_compression compression;
    /* What overviews take of each four cells: the first valid of upper left, upper right, lower
     * left, lower right; else, FLOAT only, the mean of the valid ones. */
    bool categories;
    const char *description; /* of the band; may be NULL */
    const char *unit;        /* may be NULL */
    /* Key, value, key, value, …, NULL: metadata of the dataset; may be NULL. */
    const char *const *metadata;
};

/* What the cells hold, exactly the same for any number of threads. */
struct gs_cog_statistics {
    uint64_t n_valid;
    double min, max, mean, stdev; /* of the valid cells, NaN when there are none */
};

struct gs_cog;

/* Reports when the folder is not there or cannot be written to, and when `path` exists and is no
 * TIFF (GS_EOUTPUT). */
enum gs_status gs_cog_check_target(struct gs_ctx *ctx, const char *path) GS_NODISCARD;
/* Reports a CRS that GeoTIFF has no words for (GS_EOUTPUT). */
enum gs_status gs_cog_create(struct gs_ctx *ctx, const struct gs_cog_spec *spec,
                             struct gs_cog **out) GS_NODISCARD;
/* The next strip: GS_COG_TILE rows (fewer at the bottom) of n_cols cells each, float or uint8_t.
 * Compresses in parallel by gs_parallel_run(); `rows` is not needed afterwards. */
enum gs_status gs_cog_strip(struct gs_ctx *ctx, struct gs_cog *cog, const void *rows) GS_NODISCARD;
/* After the last strip. They are written into the file as well. */
struct gs_cog_statistics gs_cog_statistics(const struct gs_cog *cog);
/* After the last strip: completes the file, still aside, lets its memory go, and flushes it. */
enum gs_status gs_cog_finish(struct gs_ctx *ctx, struct gs_cog *cog) GS_NODISCARD;
/* Renames the finished file into place. */
enum gs_status gs_cog_commit(struct gs_ctx *ctx, struct gs_cog *cog) GS_NODISCARD;
/* Frees everything; a file that was not committed is removed. NULL is legal. */
void gs_cog_free(struct gs_cog *cog);

/* Bytes it holds at most while strips are written by `n_threads`. */
uint64_t gs_cog_bytes(const struct gs_grid *grid, enum gs_cog_type type, unsigned n_threads);

#endif
