// SPDX-License-Identifier: Apache-2.0
/* Ranks of many scores, quickly. */
#ifndef GS_DECISION_SMAA_RANKS_H
#define GS_DECISION_SMAA_RANKS_H

#include <stddef.h>
#include <stdint.h>

struct gs_sort_item {
    uint32_t key; /* falls with the score */
    uint32_t site;
};

/* Ranks of n scores of 0 to 1: 1 for the largest, equal ones share a rank (1, 2, 2, 4). rank[i]
 * is that of score[i]. `items` and `spare` have room for n. */
void gs_fast_ranks(const double *score, size_t n, struct gs_sort_item *items,
                   struct gs_sort_item *spare, uint32_t *rank);

#endif
