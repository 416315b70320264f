// SPDX-License-Identifier: Apache-2.0
/* Contiguous areas of a surface, cells touching along their sides. */
#ifndef GS_KERNEL_COMPONENTS_H
#define GS_KERNEL_COMPONENTS_H

#include "base/ctx.h"

/* Makes cells NaN whose contiguous area (of cells that are not NaN) has fewer than `n_cells`. */
enum gs_status gs_drop_small_components(struct gs_ctx *ctx, float *scores, size_t n_cols,
                                        size_t n_rows, size_t n_cells) GS_NODISCARD;

/* The mean of the `k` largest of n numbers from 0 on (of all, when there are fewer), NaN passed
 * over; NaN when there is none. */
double gs_mean_of_best(const float *scores, size_t n, size_t k);

#endif
