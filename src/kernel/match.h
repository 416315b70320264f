// SPDX-License-Identifier: Apache-2.0
/* Which of two sets of places are the same: pairs by least distance. */
#ifndef GS_KERNEL_MATCH_H
#define GS_KERNEL_MATCH_H

#include "base/ctx.h"

#define GS_NO_MATCH SIZE_MAX

/* Pairs off boxes of `a` and `b`, the best pair first, each used once. `cost` tells how unlike two
 * are: below `limit` they may be one (equal costs: the first of a, then of b). It is asked for
 * boxes within `reach` of each other only. match[i] is the partner in b of item i of a, or
 * GS_NO_MATCH. A fault of `cost` is returned. */
enum gs_status gs_match(struct gs_ctx *ctx, const double (*a)[4], size_t n_a, const double (*b)[4],
                        size_t n_b, double reach, double limit,
                        enum gs_status (*cost)(struct gs_ctx *ctx, void *user, size_t i, size_t k,
                                               double *out),
                        void *user, size_t *match) GS_NODISCARD;

#endif
