// SPDX-License-Identifier: Apache-2.0
/* The one point that stands for a site on a raster; measure/value.c. */
#ifndef GS_MEASURE_RASTER_POINT_H
#define GS_MEASURE_RASTER_POINT_H

#include "measure/measure.h"

/* The point itself, for anything else a point inside it; analysis CRS. */
enum gs_status gs_raster_point(struct gs_ctx *ctx, const struct gs_job *job,
                               struct gs_worker *worker, size_t site, double point[2]) GS_NODISCARD;
/* From the analysis CRS to the raster's, on the turn of the globe that the raster shows; NaN NaN
 * when the raster's CRS cannot show it. */
void gs_raster_place(const struct gs_job *job, struct gs_worker *worker, double point[2]);

#endif
