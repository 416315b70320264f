// SPDX-License-Identifier: Apache-2.0
/* From scores to ranks. */
#ifndef GS_DECISION_RANK_H
#define GS_DECISION_RANK_H

#include "gigasite.h"

/* Ranks by falling score; equal scores share a rank and the next one skips (1, 2, 2, 4). Sites with
 * `feasible[i]` false get rank 0. `order` (n) lists the sites by rank, then by id (byte order); the
 * infeasible ones last, by id. */
enum gs_status gs_rank(struct gs_ctx *ctx, size_t n, const double *score, const bool *feasible,
                       const char *const *ids, unsigned *rank, size_t *order) GS_NODISCARD;

#endif
