// SPDX-License-Identifier: Apache-2.0
/* Reading rasters through GDAL. One gs_raster per thread: clone it for a worker. */
#ifndef GS_GEO_RASTER_H
#define GS_GEO_RASTER_H

#include "geo/crs.h"
#include "model/layer.h"

struct gs_raster;

/* Opens band `layer->band`. Reports at the catalogue's positions: file missing or unreadable, no
 * such band, no CRS and none stated, engineering CRS, no geotransform, complex type, a nodata value
 * that is also one of the catalogue's classes, catalogue classes on a non-integer band. South-up
 * and rotated rasters are legal. */
enum gs_status gs_raster_open(struct gs_ctx *ctx, const struct gs_layer *layer,
                              struct gs_raster **out) GS_NODISCARD;
/* A second, independent handle on the same raster, for another thread. */
enum gs_status gs_raster_clone(struct gs_ctx *ctx, const struct gs_raster *raster,
                               struct gs_raster **out) GS_NODISCARD;
void gs_raster_close(struct gs_raster *raster);

struct gs_raster_info {
    size_t n_cols, n_rows;
    double to_world[6]; /* GDAL geotransform: x = t[0] + col t[1] + row t[2], y = t[3] + … */
    double to_cell[6];  /* its inverse */
    size_t block_cols, block_rows;
    const char *unit; /* the catalogue's, else the band's when UDUNITS knows it, else "" */
    double unit_m;    /* metres per `unit` when it is a length, 1 when it is "", else NaN */
    bool is_classes; /* the catalogue lists classes, or the band has categories or a colour table */
    enum gs_resampling resampling; /* never DEFAULT: resolved by kind, see model/layer.h */
    bool resampling_given;         /* the catalogue says it */
    const struct gs_crs *crs;
};
const struct gs_raster_info *gs_raster_info(const struct gs_raster *raster);

/* Cells [col, col+n_cols) × [row, row+n_rows), row after row; nodata (the file's, its mask, the
 * catalogue's) and cells outside the raster are NaN; scale and offset are applied. Reports GDAL's
 * message with the layer's name on failure (GS_EDATA). */
enum gs_status gs_raster_read(struct gs_ctx *ctx, struct gs_raster *raster, long col, long row,
                              size_t n_cols, size_t n_rows, double *values) GS_NODISCARD;

/* The value at points in the raster's own CRS by its resampling (nearest: the cell that holds the
 * point; bilinear, average: from the four cells around, those without data left out and the weights
 * of the others scaled up; cubic: from sixteen, bilinear where one of them has no data, as its
 * weights cannot be scaled). NaN where the cell that holds the point has no data or is outside. */
enum gs_status gs_raster_at(struct gs_ctx *ctx, struct gs_raster *raster, double x, double y,
                            double *value) GS_NODISCARD;

/* Weights of four cells around a point `t` (0 to 1) past the second: Keys' cubic with a = -1/2
 * (Keys 1981, "Cubic convolution interpolation for digital image processing", IEEE Transactions on
 * Acoustics, Speech and Signal Processing 29(6):1153-1160), as GDAL uses it. */
void gs_cubic_weights(double t, double w[4]);

/* How much of the box (analysis CRS) has data, 0 to 1, by sampling a regular 64 × 64 grid of
 * points; reads from the coarsest overview that still tells them apart when there is one. Of a
 * large raster without overviews at most 64 blocks are read: the points in them then stand for
 * those in the others. */
enum gs_status gs_raster_coverage(struct gs_ctx *ctx, struct gs_raster *raster,
                                  const struct gs_crs *crs, const double bounds[4],
                                  double *share) GS_NODISCARD;

/* Is there no data at all? Stops at the first block that has some; overviews are asked first. */
enum gs_status gs_raster_is_empty(struct gs_ctx *ctx, struct gs_raster *raster,
                                  bool *empty) GS_NODISCARD;

#endif
