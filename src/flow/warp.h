// SPDX-License-Identifier: Apache-2.0
/* Where the cells of a grid lie on a raster. With one CRS that is a linear map; else positions are
 * transformed exactly at nodes, and taken linearly between them where that is as good: nodes stand
 * so close that what lies between is right to 0.001 cells of the raster at all places that were
 * tried. */
#ifndef GS_FLOW_WARP_H
#define GS_FLOW_WARP_H

#include "geo/raster.h"
#include "model/grid.h"

struct gs_positions;

/* Raster and CRS are borrowed. */
enum gs_status gs_positions_new(struct gs_ctx *ctx, const struct gs_raster *raster,
                                const struct gs_crs *crs, const struct gs_grid *grid,
                                struct gs_positions **out) GS_NODISCARD;
void gs_positions_free(struct gs_positions *positions);

/* Do cells of grid and raster coincide? Then those of row r, column c are the raster's row r +
 * *row, column c + *col. */
bool gs_positions_aligned(const struct gs_positions *positions, long *col, long *row);

/* The most cells of the raster that one cell of the grid measures along either axis of the raster,
 * about: by the places that were tried. */
double gs_positions_ratio(const struct gs_positions *positions);
/* About how many rows and columns of the raster a band of `rows` of the grid takes up at most. */
void gs_positions_window(const struct gs_positions *positions, double rows, double *window_rows,
                         double *window_cols);

/* Makes the rows [first, end) ready; neither bound ever falls. `window`: the box that holds all of
 * their positions, in raster cells: columns from, to, rows from, to; empty (from > to) when no cell
 * has an image. */
enum gs_status gs_positions_begin(struct gs_ctx *ctx, struct gs_positions *positions, size_t first,
                                  size_t end, double window[4]) GS_NODISCARD;

/* A thread's own transformation, for cells between nodes that cannot be joined. */
struct gs_transform;
enum gs_status gs_positions_worker(struct gs_ctx *ctx, const struct gs_positions *positions,
                                   struct gs_transform **out) GS_NODISCARD;

/* Some neighbouring cells of a row: the centre of cell col + i lies at x + i dx, y + i dy of the
 * raster (cell (0, 0) is [0, 1] × [0, 1]); NaN: it has no image. `half`: the half sides of the box
 * around a cell of the grid, in raster cells. */
struct gs_stretch {
    size_t col, n;
    double x, y, dx, dy, half[2];
};
/* The stretch of row `row` that begins at column `col`; it ends before the next one's `col`. */
void gs_positions_stretch(const struct gs_positions *positions, struct gs_transform *transform,
                          size_t row, size_t col, struct gs_stretch *out);

#endif
