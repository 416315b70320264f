// SPDX-License-Identifier: Apache-2.0
/* Runs: a point, or a few vertices in a row with the segments between them; what distances are
 * measured between. Planar when `geodesic` is NULL, else on the ellipsoid. */
#ifndef GS_MEASURE_RUNS_H
#define GS_MEASURE_RUNS_H

#include "kernel/index.h"

struct gs_geodesic;

enum { GS_RUN = 16 }; /* segments at most */

struct gs_run {
    size_t n;               /* vertices, 1 to GS_RUN + 1 */
    const double (*xy)[2];  /* planar: coordinates; geodesic: degrees */
    const double (*xyz)[3]; /* geodesic: earth-centred metres */
};

/* A box that holds the run, on the ellipsoid with the geodesics between its vertices. */
struct gs_box3 gs_run_box(const struct gs_geodesic *geodesic, const struct gs_run *run);

/* The distance between two runs when it is at most `limit`, else that or anything larger. Exactly 0
 * when they touch; on the ellipsoid anything below a micrometre, which is rounding, is 0. */
double gs_run_distance(const struct gs_geodesic *geodesic, const struct gs_run *a,
                       const struct gs_run *b, double limit);
/* Surely (by more than rounding) nearer than `limit`; false when that takes long to tell. Planar.
 */
bool gs_run_surely_within(const struct gs_run *a, const struct gs_run *b, double limit);

#endif
