// SPDX-License-Identifier: Apache-2.0
/* Exact share of each grid cell that a polygon covers, by accumulation of signed areas along the
 * polygon's edges: work grows with the boundary. The idea is that of font rasterisers (Levien's
 * font-rs, FreeType's smooth rasteriser). */
#ifndef GS_KERNEL_COVERAGE_H
#define GS_KERNEL_COVERAGE_H

#include "base/ctx.h"
#include "model/shapes.h"

/* The polygon given by rings [first_part, end_part) of `shapes` (other kinds of part are passed
 * over), in cell coordinates: cell (col, row) is the square [col, col+1] × [row, row+1]. Rings may
 * run either way as long as holes run against their exteriors. `weights` has n_rows × n_cols
 * entries for the cells from (col0, row0); each receives the covered share, 0 to 1. What lies
 * outside the window is cut off exactly. */
void gs_coverage(const struct gs_shapes *shapes, size_t first_part, size_t end_part, long col0,
                 long row0, size_t n_cols, size_t n_rows, double *weights);

#endif
