// SPDX-License-Identifier: Apache-2.0
/* Statistics of a raster within a radius of each cell of the surface: what the measures over areas
 * share there. */
#ifndef GS_MEASURE_DISC_SURFACE_H
#define GS_MEASURE_DISC_SURFACE_H

#include "flow/focal_rows.h"
#include "flow/raster_rows.h"
#include "measure/measure.h"

/* Within `radius_m`, where it is NaN within the facility's footprint; reports when there is
 * neither. Of `focal` the radius is filled in here. */
enum gs_status gs_disc_surface(struct gs_ctx *ctx, const struct gs_job *job, double radius_m,
                               const struct gs_raster_rows_options *raster,
                               const struct gs_focal_options *focal,
                               struct gs_rows **out) GS_NODISCARD;

#define GS_DISC_SURFACE_DETAILS                                                                    \
    " On the surface: over the cells whose centres lie within the radius, all of the same "        \
    "weight, "                                                                                     \
    "each with the mean of the raster in it."

#endif
