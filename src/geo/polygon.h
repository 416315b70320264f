// SPDX-License-Identifier: Apache-2.0
/* Operations on polygons that GEOS does for us. */
#ifndef GS_GEO_POLYGON_H
#define GS_GEO_POLYGON_H

#include "model/shapes.h"

struct gs_polygons; /* a GEOS context; one per thread */

enum gs_status gs_polygons_new(struct gs_ctx *ctx, struct gs_polygons **out) GS_NODISCARD;
void gs_polygons_free(struct gs_polygons *polygons);

/* The union of the rings of shapes `items` of `in`, appended to `out` as one shape. */
enum gs_status gs_polygons_union(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                 const struct gs_shapes *in, const size_t *items, size_t n_items,
                                 struct gs_shapes *out) GS_NODISCARD;
/* Shape a of `sa` cut with shape b of `sb` (polygons), appended to `out` as one shape of rings. */
enum gs_status gs_polygons_intersection(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                        const struct gs_shapes *sa, size_t a,
                                        const struct gs_shapes *sb, size_t b,
                                        struct gs_shapes *out) GS_NODISCARD;
/* The rings of shape i, no vertex farther than `tolerance` from where it was, cut to the box (xmin
 * ymin xmax ymax), appended to `out` as one shape. */
enum gs_status gs_polygons_clip(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                const struct gs_shapes *in, size_t i, const double box[4],
                                double tolerance, struct gs_shapes *out) GS_NODISCARD;
/* Shape i widened by `radius`, arcs drawn with 64 segments a quarter circle (each stays within
 * radius × 7.6e-5 of the true arc), appended to `out` as one shape. */
enum gs_status gs_polygons_buffer(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                  const struct gs_shapes *in, size_t i, double radius,
                                  struct gs_shapes *out) GS_NODISCARD;
/* A point that lies in the shape (GEOS point on surface; for points and lines, on it); NaN NaN for
 * an empty shape. */
enum gs_status gs_polygons_point_inside(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                        const struct gs_shapes *in, size_t i,
                                        double point[2]) GS_NODISCARD;

#endif
