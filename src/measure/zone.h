// SPDX-License-Identifier: Apache-2.0
/* The area of a site laid on the cells of a raster, with the exact share of each cell it covers. */
#ifndef GS_MEASURE_ZONE_H
#define GS_MEASURE_ZONE_H

#include "measure/measure.h"

/* A site's area in cell coordinates. It lives in the worker's scratch (`area`, `clip`) until that
 * is used again. */
struct gs_zone {
    const struct gs_shapes *cells; /* shape 0: its rings */
    double area;      /* in cells, with what lies outside the raster; 0: the site has none */
    bool unplaceable; /* the raster's CRS cannot show it */
    long col, row;    /* the window of the raster that holds it */
    size_t n_cols, n_rows;
    size_t strip_cells; /* at most so many cells (or one row) are held at a time */
    /* For measures that ask which cells there are (min, max, quantile), set after placing: cells
     * that a circle at most touches weigh nothing, though the corners of its polygon reach into
     * them. Works where the raster has the analysis CRS and is not turned. */
    bool is_strict;
    bool is_circle;
    double centre[2], radius; /* in cells; the radius of a cell's columns */
    double stretch;           /* height of a cell by its width */
};

/* The area of site `site` on the raster of the job. `radius_m` NaN: its polygons as they are, or
 * the footprint disc around its point. Else all within the radius of its geometry.
 *
 * A disc around a point is a regular polygon of the circle's exact area, with so many vertices (a
 * multiple of 8, from 64 to 65,536) that it leaves the circle by less than 0.005 cells, or, past
 * 65,536, by less than 1e-9 of its radius. A geodesic circle has 512 at least, and its area to 5e-5
 * or better. Around anything else it is GEOS's buffer (geo/polygon.h). In a geographic
 * analysis CRS radii are metres on the ellipsoid: discs by the geodesic direct problem, buffers in
 * the azimuthal equidistant projection about the middle of the site. Between the analysis CRS and
 * the raster's, edges bend: they get vertices until they leave the true curve by less than 0.01
 * cells. A raster in degrees is taken to close around the globe. */
enum gs_status gs_zone_place(struct gs_ctx *ctx, const struct gs_job *job, struct gs_worker *worker,
                             size_t site, double radius_m, struct gs_zone *zone) GS_NODISCARD;

/* Part of a row of cells, from the first to the last that the zone touches. Values without data are
 * NaN, weights are 0 to 1. With a halo, values[-1], values[n] and the rows at ± stride are there.
 */
struct gs_zone_row {
    const double *values, *weights;
    size_t n, stride;
    long col, row;
};

typedef void gs_zone_visit_fn(void *user, const struct gs_zone_row *row);

/* Visits the rows that the zone touches from the first to the last. What a row holds depends on the
 * zone alone, never on the strips it was read in. */
enum gs_status gs_zone_visit(struct gs_ctx *ctx, struct gs_worker *worker,
                             const struct gs_zone *zone, size_t halo, gs_zone_visit_fn *visit,
                             void *user) GS_NODISCARD;

/* The share of the zone that `covered` cells (a sum of weights) are: 1 when it is whole but for
 * rounding. For a zone that cannot be placed 0, for one without area 1. */
double gs_zone_share(const struct gs_zone *zone, double covered);

#endif
