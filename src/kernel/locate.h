// SPDX-License-Identifier: Apache-2.0
/* Sites on a surface: the best contiguous regions of a given size, apart from each other.
 *
 * Method. Regions are found one after another. Where to begin is told by the sum of scores in the
 * disc of the region's size around each cell; from the best such seeds a region grows cell by cell,
 * always by the neighbour of the most use, and is then bettered by exchanging cells of its border
 * while it stays in one piece. Of the seeds the region of the highest mean is taken; cells nearer
 * to it than the spacing are out for those that follow. Use is (1 - compactness) × score +
 * compactness × (1 - d / 2R), d being the distance from the seed and R the radius of the disc. A
 * heuristic, as the problem is NP-hard (it holds the maximum-weight connected subgraph problem).
 *
 * Bound. Any N regions of n cells are N n different cells, each in a contiguous area of at least n
 * cells; so their mean cannot exceed that of the N n best cells of such areas. */
#ifndef GS_KERNEL_LOCATE_H
#define GS_KERNEL_LOCATE_H

#include "base/ctx.h"
#include "model/grid.h"
#include "model/shapes.h"

struct gs_locate_options {
    size_t n_cells;     /* of a region */
    size_t count;       /* of regions */
    double spacing;     /* least distance between cells (their centres) of two regions, in cells;
                           0: they may touch */
    double compactness; /* 0 to 1 */
};

struct gs_region {
    size_t *cells; /* row × n_cols + column, rising */
    double mean, min;
};

struct gs_regions {
    struct gs_region *items; /* by falling mean */
    size_t n, n_cells;
    double bound; /* no `count` regions have a higher mean; NaN when no area is large enough */
    double mean;  /* of all found */
};

/* Cells touch along their sides. `scores`: n_rows × n_cols, NaN where no site may be. Fewer regions
 * than asked for when there is no room for more. */
enum gs_status gs_locate(struct gs_ctx *ctx, const float *scores, size_t n_cols, size_t n_rows,
                         const struct gs_locate_options *options,
                         struct gs_regions *out) GS_NODISCARD;
void gs_regions_release(struct gs_regions *regions);

/* The outline of a region of cells of the grid, appended to `shapes` as one polygon: exterior, then
 * holes, without vertices along straight sides. Rings touch at corners, they never cross. */
enum gs_status gs_region_outline(struct gs_ctx *ctx, const struct gs_region *region, size_t n_cells,
                                 const struct gs_grid *grid, struct gs_shapes *shapes) GS_NODISCARD;

#endif
