// SPDX-License-Identifier: Apache-2.0
/* Rows of a raster layer on a grid of the analysis CRS: its blocks decoded once each, by all
 * threads, and forgotten behind the band; warped where CRS or cells differ. */
#ifndef GS_FLOW_RASTER_ROWS_H
#define GS_FLOW_RASTER_ROWS_H

#include "flow/rows.h"
#include "geo/raster.h"

/* What is taken from the raster for a cell of the grid. */
enum gs_warp {
    GS_WARP_AUTO, /* AVERAGE when a cell of the grid is more than twice as large as the raster's,
                     else BILINEAR */
    GS_WARP_AREA, /* AVERAGE when a cell of the grid is larger than the raster's, else NEAREST: what
                     keeps the mean over an area */
    GS_WARP_NEAREST,  /* the raster cell that holds the cell's centre */
    GS_WARP_BILINEAR, /* as gs_raster_at() */
    GS_WARP_CUBIC,    /* as gs_raster_at() */
    GS_WARP_AVERAGE,  /* mean of the raster's cells weighted by the share the cell covers of them */
    GS_WARP_MINIMUM,  /* of the raster's cells that the cell covers any of */
    GS_WARP_MAXIMUM,
};

/* By the layer's `resampling`; where that is left to us: nearest for classes, AUTO for quantities.
 */
enum gs_warp gs_warp_choose(const struct gs_raster *raster);

struct gs_raster_rows_options {
    enum gs_warp warp;
    /* What the rows hold instead of the raster's values: the slope at each of the raster's cells,
     * by Horn. `percent`: in per cent, else degrees. Not with
     * BILINEAR or CUBIC. */
    bool slope, percent;
    double height_m; /* metres per unit of height */
    /* Or: 1 at cells of the raster with one of these values, 0 at others. Copied; NULL: no. */
    const float *chosen;
    size_t n_chosen;
};

/* The raster is borrowed and cloned for workers, `crs` is the grid's and borrowed. */
enum gs_status gs_raster_rows_new(struct gs_ctx *ctx, const struct gs_raster *raster,
                                  const struct gs_crs *crs, const struct gs_grid *grid,
                                  const struct gs_raster_rows_options *options,
                                  struct gs_rows **out) GS_NODISCARD;

/* The most that a side of the grid's cells measures in cells of the raster, about. */
double gs_raster_rows_ratio(const struct gs_rows *rows);

#endif
