// SPDX-License-Identifier: Apache-2.0
/* Any vector measure on the surface, cell by cell, each as a point site at the cell's centre: as
 * exact as at sites, and as slow. For what has no quicker way. */
#ifndef GS_MEASURE_CELL_ROWS_H
#define GS_MEASURE_CELL_ROWS_H

#include "flow/rows.h"
#include "measure/measure.h"

/* `job` as for measure->surface; the measure must not have `prepare`. On the ellipsoid where its
 * parameters say so. */
enum gs_status gs_cell_rows_new(struct gs_ctx *ctx, const struct gs_job *job,
                                struct gs_rows **out) GS_NODISCARD;

#endif
