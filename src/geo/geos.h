// SPDX-License-Identifier: Apache-2.0
/* Within geo/: between gs_shapes and GEOS geometries, with GEOS's messages caught. */
#ifndef GS_GEO_GEOS_H
#define GS_GEO_GEOS_H

#include "model/shapes.h"

#include <geos_c.h>

struct gs_geos {
    GEOSContextHandle_t handle;
    char last[256]; /* the last error, "" when there was none */
};

enum gs_status gs_geos_init(struct gs_ctx *ctx, struct gs_geos *geos) GS_NODISCARD;
void gs_geos_release(struct gs_geos *geos);
/* Records that `doing` failed, with GEOS's message. */
enum gs_status gs_geos_fail(struct gs_ctx *ctx, struct gs_geos *geos, const char *doing);

/* The parts of shape i whose kind is among `kinds` (bits 1 << enum gs_part_kind): a multipolygon,
 * multilinestring, multipoint, or a collection of these. Each hole goes to the exterior before it
 * when that can hold it, else to the smallest that does. */
enum gs_status gs_geos_from_shape(struct gs_ctx *ctx, struct gs_geos *geos,
                                  const struct gs_shapes *shapes, size_t i, unsigned kinds,
                                  GEOSGeometry **out) GS_NODISCARD;
/* Rings [first, end) as a multipolygon; is_hole[p - first] tells which they are, and each hole
 * belongs to the exterior before it. For polygons that may be invalid, whose rings tell nothing. */
enum gs_status gs_geos_from_rings(struct gs_ctx *ctx, struct gs_geos *geos,
                                  const struct gs_shapes *shapes, size_t first, size_t end,
                                  const bool *is_hole, GEOSGeometry **out) GS_NODISCARD;
/* Appends the polygons within `geometry` to the last shape as rings in their canonical order;
 * points and lines, which have no area, are left out. `geometry` is normalised in place. */
enum gs_status gs_geos_to_rings(struct gs_ctx *ctx, struct gs_geos *geos, GEOSGeometry *geometry,
                                struct gs_shapes *shapes) GS_NODISCARD;

#endif
