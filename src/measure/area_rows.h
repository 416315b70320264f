// SPDX-License-Identifier: Apache-2.0
/* Rows of the share of the circle around each cell's centre that polygons cover. */
#ifndef GS_MEASURE_AREA_ROWS_H
#define GS_MEASURE_AREA_ROWS_H

#include "flow/rows.h"
#include "measure/measure.h"

/* As exact as at a point site; `radius_m` > 0. */
enum gs_status gs_area_rows_new(struct gs_ctx *ctx, const struct gs_job *job, double radius_m,
                                struct gs_rows **out) GS_NODISCARD;

#endif
