// SPDX-License-Identifier: Apache-2.0
/* Plane geometry on coordinate pairs: distances, sides, rings, circles. Differences are taken
 * before anything else, so coordinates of millions of metres keep their digits; whether things
 * touch is decided exactly. */
#ifndef GS_KERNEL_PLANAR_H
#define GS_KERNEL_PLANAR_H

#include <stdbool.h>
#include <stddef.h>

/* On which side of the line from a to b lies p: 1 left, -1 right, 0 on it; exact. (Shewchuk 1997,
 * orient2d: a floating-point filter, then exact sums.) */
int gs_planar_side(const double a[2], const double b[2], const double p[2]);

/* From p to the segment a b; exactly 0 on it. A segment may be a point. */
double gs_planar_point_segment(const double p[2], const double a[2], const double b[2]);
/* Its square: for loops that look for the smallest. */
double gs_planar_point_segment_squared(const double p[2], const double a[2], const double b[2]);
/* Between the segments a b and c d; exactly 0 when they touch or cross. */
double gs_planar_segments(const double a[2], const double b[2], const double c[2],
                          const double d[2]);
double gs_planar_segments_squared(const double a[2], const double b[2], const double c[2],
                                  const double d[2]);

enum gs_place { GS_OUTSIDE, GS_INSIDE, GS_BOUNDARY };

/* Does the ray from p to the right cross the open chain of n vertices an odd number of times?
 * Chains that join to a ring add up (exclusive or) to the even-odd rule. `boundary` is set, never
 * cleared, when p lies on the chain. */
bool gs_planar_crosses_odd(const double p[2], const double (*xy)[2], size_t n, bool *boundary);
/* The ring of n vertices, first = last; even-odd. */
enum gs_place gs_planar_in_ring(const double p[2], const double (*xy)[2], size_t n);

/* Length of the part of segment a b within the circle. */
double gs_planar_length_in_circle(const double a[2], const double b[2], const double centre[2],
                                  double radius);
/* What the edge a b adds to the signed area of ring ∩ circle (counterclockwise rings positive): the
 * area swept from the centre, triangles within the circle and sectors outside. The edges of closed
 * rings add up to the exact area. */
double gs_planar_edge_area_in_circle(const double a[2], const double b[2], const double centre[2],
                                     double radius);
/* The same for an open chain that stays outside the circle and on one side of its centre, given by
 * its ends: the sector between them. */
double gs_planar_sector_area(const double a[2], const double b[2], const double centre[2],
                             double radius);
/* Signed area of ring ∩ circle; n vertices, first = last. */
double gs_planar_ring_area_in_circle(const double (*xy)[2], size_t n, const double centre[2],
                                     double radius);

#endif
