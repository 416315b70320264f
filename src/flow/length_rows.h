// SPDX-License-Identifier: Apache-2.0
/* Rows of how much line lies within a radius of each cell's centre. */
#ifndef GS_FLOW_LENGTH_ROWS_H
#define GS_FLOW_LENGTH_ROWS_H

#include "flow/rows.h"
#include "model/shapes.h"

/* Metres of the shapes' lines (points and rings do not count) in the true circle of `radius_m` > 0
 * around each centre, to double precision before they become floats; 0 where there is none. Lines
 * outside the grid count; the order of shapes is of no account. The shapes are borrowed as long as
 * the rows live. */
enum gs_status gs_length_rows_new(struct gs_ctx *ctx, const struct gs_shapes *shapes,
                                  const struct gs_grid *grid, double radius_m,
                                  double metres_per_unit, struct gs_rows **out) GS_NODISCARD;

#endif
