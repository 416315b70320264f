// SPDX-License-Identifier: Apache-2.0
/* What became of a surface: the counts and files that a run tells of it. */
#ifndef GS_MODEL_SURFACE_H
#define GS_MODEL_SURFACE_H

#include "model/grid.h"

/* Codes of the exclusion raster: 0 nothing, i + 1 constraint i (the first that rules the cell out),
 * and these. */
enum { GS_CODE_MISSING = 254, GS_CODE_NODATA = 255, GS_CODE_CONSTRAINTS_MAX = 250 };

/* Cells that a constraint rules out. */
struct gs_removed {
    uint64_t alone;    /* whatever the others say */
    uint64_t only;     /* and none of the others */
    uint64_t together; /* by it or one that comes before it */
};

struct gs_surface {
    struct gs_grid grid;
    struct gs_removed *removed; /* per constraint */
    uint64_t n_suitable;        /* cells with a score */
    uint64_t n_missing;         /* cells that no constraint rules out but that lack data */
    double min, max, mean;      /* of the scores; NaN when there are none */
    const char *suitability_path, *exclusion_path;
};

/* Of which the counts are parts. */
static inline double gs_surface_cells(const struct gs_surface *surface)
{
    return (double)surface->grid.n_cols * (double)surface->grid.n_rows;
}

#endif
