// SPDX-License-Identifier: Apache-2.0
/* Least accumulated cost over a grid of friction: from the sources to every cell, by steps from
 * centre to centre.
 *
 * A step to one of the eight neighbours costs the mean friction of both cells times its length, 1
 * or √2 cells; a diagonal one may pass between two barriers that touch at a corner. A knight's move
 * costs the mean friction of four cells, both ends and the two it crosses, times √5, and is never
 * made where one of them is a barrier. So do r.cost (-k) of GRASS and MCP_Geometric of scikit-image
 * (which has no knight's moves).
 *
 * The cost of a cell is the least over all walks of their steps added up in float, from the source
 * on; as adding never lowers and keeps the order, this is one number, whoever comes first: the same
 * bits for any number of threads. Solved with buckets of like cost, each corrected until it stands:
 * Meyer and Sanders (2003), "Δ-stepping: a parallelizable shortest path algorithm", Journal of
 * Algorithms 49:114-152. */
#ifndef GS_KERNEL_LEAST_COST_H
#define GS_KERNEL_LEAST_COST_H

#include "base/ctx.h"

struct gs_least_cost;

/* A grid of barriers without sources. GS_EDATA beyond 2^32 cells. */
enum gs_status gs_least_cost_new(struct gs_ctx *ctx, size_t n_cols, size_t n_rows, bool knight,
                                 struct gs_least_cost **out) GS_NODISCARD;
void gs_least_cost_free(struct gs_least_cost *cost);
/* About what it holds at most, its queue included, with cells that are mostly no sources. */
uint64_t gs_least_cost_bytes(size_t n_cols, size_t n_rows);

/* Friction of a row, × `scale`; NaN and infinity are barriers. What is not above 0 (as a float,
 * denormal numbers left out) becomes a barrier too and is counted: the caller refuses it. Rows may
 * be set by several threads at once. */
size_t gs_least_cost_set_row(struct gs_least_cost *cost, size_t row, const float *friction,
                             float scale);

/* Makes a cell a source; false when it is a barrier, which is none. */
bool gs_least_cost_add_source(struct gs_least_cost *cost, size_t col, size_t row);

/* Once. Nothing costs more than `bound` (INFINITY: no bound): cells beyond are not reached. */
enum gs_status gs_least_cost_solve(struct gs_ctx *ctx, struct gs_least_cost *cost,
                                   float bound) GS_NODISCARD;

/* The cost at a cell, or at `n` cells of a row from `col` on; NaN where none was reached. */
float gs_least_cost_at(const struct gs_least_cost *cost, size_t col, size_t row);
void gs_least_cost_row(const struct gs_least_cost *cost, size_t col, size_t row, size_t n,
                       float *out);

/* The cells on the way from a reached cell to its source, both included, into a new array of
 * (column, row). Of several ways that cost the same to the last bit it takes one, always the same.
 * No cells when the cell was not reached. */
enum gs_status gs_least_cost_path(struct gs_ctx *ctx, const struct gs_least_cost *cost, size_t col,
                                  size_t row, size_t (**cells)[2], size_t *n) GS_NODISCARD;

#endif
