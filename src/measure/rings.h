// SPDX-License-Identifier: Apache-2.0
/* Rings of any number of vertices, made quick to ask: a tree of boxes over runs of each ring, so
 * that runs far from the question are answered by their ends alone. */
#ifndef GS_MEASURE_RINGS_H
#define GS_MEASURE_RINGS_H

#include "kernel/planar.h"
#include "measure/runs.h"

/* A closed ring of n_segments + 1 vertices and its tree. Borrowed. */
struct gs_ring {
    size_t n_segments;
    const double (*xy)[2];  /* planar: coordinates; geodesic: degrees */
    const double (*xyz)[3]; /* geodesic: earth-centred; else NULL */
    const struct gs_box3 *nodes;
};

/* How many nodes a ring's tree has. */
size_t gs_ring_tree_size(size_t n_segments);
/* Fills them; `ring->nodes` is not used. `geodesic` NULL: planar. */
void gs_ring_tree_fill(const struct gs_geodesic *geodesic, const struct gs_ring *ring,
                       struct gs_box3 *nodes);
/* The box of the whole ring, and on the ellipsoid of what it encloses. */
struct gs_box3 gs_ring_box(const struct gs_geodesic *geodesic, const struct gs_ring *ring);

/* Where p lies; planar, even-odd. */
enum gs_place gs_ring_place(const struct gs_ring *ring, const double p[2]);
/* How the ring winds around p (degrees lon, lat; earth-centred `at`) as seen from above: near 2π
 * when counterclockwise around it, −2π clockwise, 0 outside. Points within rounding of the edge may
 * be either. Around the antipode of p it winds the other way. */
double gs_ring_winding(const struct gs_geodesic *geodesic, const struct gs_ring *ring,
                       const double p[2], const double at[3]);
/* Does the ray to the right from p cross the ring an odd number of times? Planar; the ring is
 * thought to be moved a hair, as in kernel/crossing.h. */
bool gs_ring_ray_odd(const struct gs_ring *ring, const double p[2], int moved);

#endif
