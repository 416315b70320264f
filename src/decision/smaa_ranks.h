// SPDX-License-Identifier: Apache-2.0
/* Ranks of many scores, quickly. */
#ifndef GS_DECISION_SMAA_RANKS_H
#define GS_DECISION_SMAA_RANKS_H

#include "base/ctx.h"

/* What one thread ranks in. A zeroed struct may be released. */
struct gs_ranker {
    size_t n, n_words;
    double most, scale; /* places from scores; scale 0: to be found */
    uint32_t *places;   /* of the sites: which bit of all */
    uint64_t *taken;    /* a bit for each place */
    uint32_t *before;   /* per word of bits: sites in the words before it */
    uint32_t *crowded;  /* sites of words in which some share a place */
    double *scores;     /* of these, in the order of the words */
};

/* For n scores at a time, below 2^24. */
enum gs_status gs_ranker_init(struct gs_ctx *ctx, size_t n, struct gs_ranker *ranker) GS_NODISCARD;
void gs_ranker_release(struct gs_ranker *ranker);

/* Ranks of n finite scores: 1 for the largest, equal ones share a rank (1, 2, 2, 4). rank[i] is
 * that of score[i]. */
void gs_fast_ranks(struct gs_ranker *ranker, const double *score, uint32_t *rank);

#endif
