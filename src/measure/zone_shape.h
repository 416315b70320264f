// SPDX-License-Identifier: Apache-2.0
/* A site's area in the analysis CRS, before it meets a raster: see measure/zone.h. */
#ifndef GS_MEASURE_ZONE_SHAPE_H
#define GS_MEASURE_ZONE_SHAPE_H

#include "measure/measure.h"

/* The rings of shape `*shape` of `*shapes` (the site's own or the scratch's `area`); `*shapes` is
 * NULL for a site without area. `*turns`: longitudes run on across the antimeridian. */
enum gs_status gs_zone_shape(struct gs_ctx *ctx, const struct gs_job *job, struct gs_worker *worker,
                             size_t site, double radius_m, const struct gs_shapes **shapes,
                             size_t *shape, bool *turns) GS_NODISCARD;

#endif
