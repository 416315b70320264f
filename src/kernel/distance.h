// SPDX-License-Identifier: Apache-2.0
/* Exact Euclidean distance from the centre of every cell of a grid to the centre of the nearest
 * touched cell, row by row, without a raster of what is touched: per column only the runs of
 * touched rows are kept, so memory grows with the features' outlines.
 *
 * A row is done in two steps. Going down the rows, each column knows the last touched row above and
 * the next below: its vertical distance g. The squared distance at column x is then
 * min over columns u of (x - u)² + g(u)², the lower envelope of parabolas: Felzenszwalb and
 * Huttenlocher (2012), "Distance transforms of sampled functions", Theory of Computing 8:415-428;
 * Meijster, Roerdink and Hesselink (2000), "A general algorithm for computing distance transforms
 * in linear time", Mathematical Morphology 331-340. All decisions are made in whole numbers. */
#ifndef GS_KERNEL_DISTANCE_H
#define GS_KERNEL_DISTANCE_H

#include "kernel/burn.h"

/* What is touched, as runs of rows within columns. Columns and rows count from those of the grid
 * that distances are asked for; touched cells may lie outside it. Read-only once made. */
struct gs_touched;

/* From the spans of a grid that was burnt, items or bits; its cell (0, 0) is cell (col0, row0) of
 * the grid that distances are asked for. The order of the spans does not matter. */
enum gs_status gs_touched_new(struct gs_ctx *ctx, const struct gs_spans *spans,
                              const struct gs_grid *burnt, long col0, long row0,
                              struct gs_touched **out) GS_NODISCARD;
void gs_touched_free(struct gs_touched *touched);
bool gs_touched_is_empty(const struct gs_touched *touched);
uint64_t gs_touched_bytes(const struct gs_touched *touched);

/* What one thread keeps on its way down the rows of a grid of n_cols columns. */
struct gs_sweep;
enum gs_status gs_sweep_new(struct gs_ctx *ctx, const struct gs_touched *touched, size_t n_cols,
                            struct gs_sweep **out) GS_NODISCARD;
void gs_sweep_free(struct gs_sweep *sweep);
uint64_t gs_sweep_bytes(const struct gs_touched *touched, size_t n_cols);

/* Distances of row `row` in cells × `scale`, to float rounding; infinite beyond `limit` cells and
 * where nothing is touched. Rows that rise are quick; going back starts from the top again. */
void gs_sweep_row(struct gs_sweep *sweep, long row, double limit, float scale, float *out);

#endif
