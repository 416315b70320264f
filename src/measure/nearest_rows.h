// SPDX-License-Identifier: Apache-2.0
/* Rows of a field of the nearest feature: as at a point site on each cell's centre, in the plane.
 */
#ifndef GS_MEASURE_NEAREST_ROWS_H
#define GS_MEASURE_NEAREST_ROWS_H

#include "flow/rows.h"
#include "measure/measure.h"

/* Of job->field; features farther than `radius_m` count as none. */
enum gs_status gs_nearest_rows_new(struct gs_ctx *ctx, const struct gs_job *job, double radius_m,
                                   struct gs_rows **out) GS_NODISCARD;

#endif
