// SPDX-License-Identifier: Apache-2.0
/* Rows of distances to the nearest feature, by kernel/distance. */
#ifndef GS_FLOW_DISTANCE_ROWS_H
#define GS_FLOW_DISTANCE_ROWS_H

#include "flow/rows.h"
#include "model/shapes.h"

/* Metres from the centre of each cell to the centre of the nearest cell that a shape touches
 * (kernel/burn.h); infinite beyond `limit_m`, missing when there are no shapes at all. Shapes
 * outside the grid count. The shapes are not needed once it is prepared. */
enum gs_status gs_distance_rows_new(struct gs_ctx *ctx, const struct gs_shapes *shapes,
                                    const struct gs_grid *grid, double limit_m,
                                    struct gs_rows **out) GS_NODISCARD;

#endif
