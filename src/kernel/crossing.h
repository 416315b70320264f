// SPDX-License-Identifier: Apache-2.0
/* Where segments cross, with no special cases: of two sets of segments one is thought to be moved
 * by (ε, ε²), ε infinitely small, so that nothing touches without crossing and nothing lies on
 * anything else. Decided exactly and therefore without contradictions: along a closed ring
 * crossings come in pairs, and a ray agrees with them. (Edelsbrunner and Mücke 1990, "Simulation of
 * simplicity", ACM Transactions on Graphics 9(1):66-104.) Areas do not notice the move.
 *
 * `moved` is 1 when the second set moves against the first, -1 when the first does. */
#ifndef GS_KERNEL_CROSSING_H
#define GS_KERNEL_CROSSING_H

#include <stdbool.h>
#include <stddef.h>

/* Do a b, of the first set, and c d, of the second, cross? Segments of no length never do. */
bool gs_crossing(const double a[2], const double b[2], const double c[2], const double d[2],
                 int moved);
/* Where those that cross do: the share of the way from a to b, 0 to 1, to the last bit. */
double gs_crossing_share(const double a[2], const double b[2], const double c[2],
                         const double d[2]);
/* Does the ray to the right from p, of the first set, cross the open chain of n vertices, of the
 * second, an odd number of times? Chains that join to rings add up (exclusive or). */
bool gs_crossing_ray_odd(const double p[2], const double (*xy)[2], size_t n, int moved);

#endif
