// SPDX-License-Identifier: Apache-2.0
/* What a gs_reach holds; for reach.c, which makes it, reach_segment.c and reach_row.c, which ask
 * it. */
#ifndef GS_KERNEL_REACH_PARTS_H
#define GS_KERNEL_REACH_PARTS_H

#include "kernel/reach.h"

struct gs_reach {
    const struct gs_shapes *shapes;
    struct gs_grid grid;
    double radius, radius_m, metres_per_unit;
    double per_cell; /* 1 / cell */
    double slack;    /* more than rounding can move anything */
    double wide;     /* radius and that */
    size_t *order;   /* shape numbers */
    struct gs_reach_run *runs;
    size_t n_runs;
    size_t band_rows, n_bands;
    size_t *band_start; /* n_bands + 1 */
    uint32_t *entries;
};

/* Takes in where the disc of `radius`, its centre at height `dy` from the row, cuts it. */
void gs_reach_widen(double x[2], double radius, double centre, double dy);

#endif
