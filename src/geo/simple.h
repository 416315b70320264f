// SPDX-License-Identifier: Apache-2.0
/* Within geo/: a quick look at polygons, so that GEOS, which takes some fifty times as long, is
 * asked about the doubtful ones only. */
#ifndef GS_GEO_SIMPLE_H
#define GS_GEO_SIMPLE_H

#include "model/shapes.h"

struct gs_chain {
    size_t first, last; /* vertices */
    size_t ring;        /* part */
    double box[4];
};

struct gs_simple { /* memory that is kept from one polygon to the next */
    struct gs_chain *chains;
    size_t n_chains, capacity;
    double (*boxes)[4]; /* of the rings */
    size_t boxes_capacity;
    size_t budget; /* comparisons left before GEOS is asked */
};

void gs_simple_init(struct gs_simple *simple);
void gs_simple_release(struct gs_simple *simple);

/* Parts [first, end) of `shapes` are rings, is_hole[p - first] tells which, and each hole follows
 * its exterior. `sure` true: they are valid polygons by the OGC's rules (no two edges cross or
 * touch but at the vertex they share, holes lie in their exterior, no exterior lies in another, no
 * hole in another). False: they may be, ask GEOS. */
enum gs_status gs_simple_check(struct gs_ctx *ctx, struct gs_simple *simple,
                               const struct gs_shapes *shapes, size_t first, size_t end,
                               const bool *is_hole, bool *sure) GS_NODISCARD;

#endif
