// SPDX-License-Identifier: Apache-2.0
/* A packed, static R-tree over boxes in three dimensions. Planar users leave z at 0; geodesic ones
 * use earth-centred coordinates, where neither the antimeridian nor the poles are special. Packed
 * by Hilbert order of the box centres; float bounds, rounded outward so that no box shrinks. */
#ifndef GS_KERNEL_INDEX_H
#define GS_KERNEL_INDEX_H

#include "base/ctx.h"

struct gs_box3 {
    double min[3], max[3];
};

struct gs_index;

/* Over `n` boxes (0 is legal). Boxes are copied. */
enum gs_status gs_index_new(struct gs_ctx *ctx, const struct gs_box3 *boxes, size_t n,
                            struct gs_index **out) GS_NODISCARD;
void gs_index_free(struct gs_index *index);

/* Calls `visit` for every item whose box lies within `reach` of `query` (distance between boxes, 0:
 * they touch). `visit` returns false to stop early. Order of visits: fixed by the boxes' places in
 * the tree. Allocates nothing. */
void gs_index_within(const struct gs_index *index, const struct gs_box3 *query, double reach,
                     bool (*visit)(void *user, size_t item), void *user);

/* Branch and bound, nearer boxes first: calls `measure` for items whose box distance is at most the
 * smallest value `measure` has returned so far (and at most `reach`), so that none that could be
 * nearest is left out. `measure` returns the item's true distance, never below its box distance, or
 * infinity. Items whose box distance equals the smallest value are still visited, so ties can be
 * seen by the caller. Allocates nothing. */
void gs_index_nearest(const struct gs_index *index, const struct gs_box3 *query, double reach,
                      double (*measure)(void *user, size_t item), void *user);

size_t gs_index_bytes(const struct gs_index *index);

#endif
