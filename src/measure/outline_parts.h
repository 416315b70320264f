// SPDX-License-Identifier: Apache-2.0
/* What a gs_outline holds; for outline.c, which makes it, and outline_area.c, which asks it. */
#ifndef GS_MEASURE_OUTLINE_PARTS_H
#define GS_MEASURE_OUTLINE_PARTS_H

#include "measure/nearby_parts.h"
#include "measure/outline.h"

/* A piece of the outline: up to GS_RUN + 1 vertices of one polygon's boundary, inside to the left.
 */
struct gs_piece {
    size_t first; /* vertex */
    size_t n;
};

/* Where one piece ends another begins with the same coordinates to the last bit. */
struct gs_outline {
    const struct gs_nearby *nearby;
    struct gs_piece *pieces;
    size_t n_pieces;
    double (*xy)[2];
    size_t n_vertices;
    struct gs_index *index; /* of the pieces */
};

#endif
