// SPDX-License-Identifier: Apache-2.0
/* Rows of how much of the circle around each cell's centre an area covers. */
#ifndef GS_FLOW_COVER_ROWS_H
#define GS_FLOW_COVER_ROWS_H

#include "flow/rows.h"
#include "model/shapes.h"

/* The covered share, 0 to 1, of the true circle of `radius_m` > 0, exact to double precision before
 * it becomes a float. `outline`: the boundary of the area as open or closed chains, one part and
 * shape each, of kind RING, the area to their left; taken together they close, to the last bit. The
 * rows take its contents over on success. Work grows with the outline, not with the area. */
enum gs_status gs_cover_rows_new(struct gs_ctx *ctx, struct gs_shapes *outline,
                                 const struct gs_grid *grid, double radius_m,
                                 double metres_per_unit, struct gs_rows **out) GS_NODISCARD;

#endif
