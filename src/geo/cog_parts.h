// SPDX-License-Identifier: Apache-2.0
/* Within geo/: tiles and layout of a COG. */
#ifndef GS_GEO_COG_PARTS_H
#define GS_GEO_COG_PARTS_H

#include "base/text.h"
#include "geo/aside.h"
#include "geo/cog.h"

/* -- cog_tile.c: what becomes of the cells of a tile --------------------------------------------
 */

/* A thread's means of compressing. */
struct gs_tile_encoder;
enum gs_status gs_tile_encoder_new(struct gs_ctx *ctx, enum gs_cog_compression compression,
                                   struct gs_tile_encoder **out) GS_NODISCARD;
void gs_tile_encoder_free(struct gs_tile_encoder *encoder);

/* Every NaN gets the same bits. A tile from `n_rows` × `n_cols` cells that lie `stride` cells
 * apart, filled up with nodata. The bytes are the encoder's until its next tile. */
enum gs_status gs_tile_encode(struct gs_ctx *ctx, struct gs_tile_encoder *encoder,
                              enum gs_cog_type type, const void *cells, size_t stride,
                              size_t n_cols, size_t n_rows, const void **bytes,
                              size_t *n_bytes) GS_NODISCARD;

/* Half the cells: each from up to four. Floats: the mean of those that are not NaN. Bytes: the
 * first of upper left, upper right, lower left, lower right that is not 255. `out` rows lie
 * `out_stride` apart. */
void gs_tile_halve(enum gs_cog_type type, bool categories, const void *cells, size_t stride,
                   size_t n_cols, size_t n_rows, void *out, size_t out_stride);

/* -- cog_file.c: the TIFF around the tiles ------------------------------------------------------
 */

/* Where a tile's bytes are in its scratch file. */
struct gs_tile_place {
    uint64_t offset, n_bytes;
};

struct gs_cog_level {
    size_t n_cols, n_rows;        /* cells */
    size_t n_across, n_down;      /* tiles */
    struct gs_tile_place *places; /* row by row */
    int fd;                       /* the scratch file they are in */
};

/* Tags 34735, 34736, 34737: the CRS, as GDAL writes it. */
struct gs_geo_keys {
    uint16_t *keys;
    size_t n_keys;
    double *doubles;
    size_t n_doubles;
    char *ascii;
    size_t n_ascii; /* with the final NUL */
};
enum gs_status gs_geo_keys_of(struct gs_ctx *ctx, const struct gs_crs *crs,
                              struct gs_geo_keys *out) GS_NODISCARD;
void gs_geo_keys_release(struct gs_geo_keys *keys);

struct gs_cog_layout {
    const struct gs_grid *grid;
    enum gs_cog_type type;
    enum gs_cog_compression compression;
    const struct gs_geo_keys *keys;
    const char *metadata;              /* XML */
    const struct gs_cog_level *levels; /* [0] is the grid itself */
    size_t n_levels;
    uint64_t classic_max; /* a larger file is a BigTIFF */
};

/* All directories, then the tiles of the smallest level first. */
enum gs_status gs_cog_assemble(struct gs_ctx *ctx, struct gs_aside *aside,
                               const struct gs_cog_layout *layout) GS_NODISCARD;

/* cog.c, for tests: files larger than this are BigTIFF. */
void gs_cog_set_classic_max(struct gs_cog *cog, uint64_t bytes);

#endif
