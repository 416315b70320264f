// SPDX-License-Identifier: Apache-2.0
/* The area a measure looks at around or in a site: a true circle where it can be one, else
 * polygons. */
#ifndef GS_MEASURE_SITE_AREA_H
#define GS_MEASURE_SITE_AREA_H

#include "measure/measure.h"

enum gs_site_area_kind {
    GS_SITE_AREA_NONE, /* a point or line without radius or footprint */
    GS_SITE_AREA_DISC,
    GS_SITE_AREA_POLYGONS,
};

struct gs_site_area {
    enum gs_site_area_kind kind;
    double reach_m;                 /* of the area around the site's geometry */
    double centre[2], radius;       /* DISC, in axis units */
    const struct gs_shapes *shapes; /* POLYGONS: the site itself or the worker's scratch->area */
    size_t shape;
    double size; /* in square axis units */
};

/* With a radius: all within it of the site's geometry; `radius_m` NaN: the site's polygons, for
 * points their footprint. Reports a geographic analysis CRS, in which no area can be told. */
enum gs_status gs_site_area(struct gs_ctx *ctx, const struct gs_job *job, struct gs_worker *worker,
                            size_t site, double radius_m, struct gs_site_area *out) GS_NODISCARD;

/* The radius of the circle around a cell of the surface, metres: `radius_m`, else that of the
 * footprint; 0: there is neither. */
double gs_cell_radius_m(const struct gs_job *job, double radius_m);
/* The same; reports when there is none, and a geographic analysis CRS. */
enum gs_status gs_cell_area(struct gs_ctx *ctx, const struct gs_job *job, double radius_m,
                            double *out) GS_NODISCARD;

#endif
