// SPDX-License-Identifier: Apache-2.0
/* The outline of all polygons of a layer taken together: those parts of their boundaries that lie
 * in no other polygon. Made once per layer, it answers for any circle what of it is covered. */
#ifndef GS_MEASURE_OUTLINE_H
#define GS_MEASURE_OUTLINE_H

#include "measure/nearby.h"

struct gs_outline;

/* Of the rings of `nearby`, which must be planar and outlive the outline. Only what lies within
 * `radii[i]` of `centres[i]` (axis units) can be asked for. Runs in parallel. */
enum gs_status gs_outline_new(struct gs_ctx *ctx, const struct gs_nearby *nearby,
                              const double (*centres)[2], const double *radii, size_t n_circles,
                              struct gs_outline **out) GS_NODISCARD;
void gs_outline_free(struct gs_outline *outline);

/* The area of the circle that polygons cover, in square axis units; what overlaps counts once. The
 * circle is a true one. The same bits in any order of features. */
enum gs_status gs_outline_area_in_circle(struct gs_ctx *ctx, const struct gs_outline *outline,
                                         const double centre[2], double radius,
                                         struct gs_scratch *scratch, double *area) GS_NODISCARD;

/* Its pieces as shapes of one part each, of kind RING though they are open: the covered area is to
 * their left, and where one ends another begins with the same coordinates to the last bit.
 * Appended. */
enum gs_status gs_outline_pieces(struct gs_ctx *ctx, const struct gs_outline *outline,
                                 struct gs_shapes *pieces) GS_NODISCARD;

#endif
