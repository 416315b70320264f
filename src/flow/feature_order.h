// SPDX-License-Identifier: Apache-2.0
/* Orders of features that do not depend on how a source happens to give them. */
#ifndef GS_FLOW_FEATURE_ORDER_H
#define GS_FLOW_FEATURE_ORDER_H

#include "base/ctx.h"
#include "model/shapes.h"

/* The shapes that have a part of `kinds` (bits 1 << enum gs_part_kind; 0: any part) and, unless
 * `values` is NULL or `missing_too`, a value: their numbers into order[shapes->n], and how many.
 * By rising value (missing ones last), then by their vertices; those equal in both are the same to
 * every sum. */
enum gs_status gs_order_by_value(struct gs_ctx *ctx, const struct gs_shapes *shapes, unsigned kinds,
                                 const double *values, bool missing_too, size_t *order,
                                 size_t *n) GS_NODISCARD;

#endif
