// SPDX-License-Identifier: Apache-2.0
#include "decision/smaa_ranks.h"

#include <stdbool.h>
#include <string.h>

/* Three rounds of 11 bits, all counted in one pass. */
enum { BITS = 11, BINS = 1 << BITS, ROUNDS = 3 };

static uint32_t key_of(double score)
{
    return UINT32_MAX - (uint32_t)(score * 4294967295.0);
}

static void radix_sort(struct gs_sort_item **items, struct gs_sort_item **spare, size_t n)
{
    uint32_t counts[ROUNDS][BINS];
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < n; i++) {
        uint32_t key = (*items)[i].key;
        counts[0][key % BINS]++;
        counts[1][key >> BITS & (BINS - 1)]++;
        counts[2][key >> 2 * BITS]++;
    }
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t at = 0;
        for (size_t b = 0; b < BINS; b++) {
            uint32_t count = counts[round][b];
            counts[round][b] = at;
            at += count;
        }
        struct gs_sort_item *from = *items, *to = *spare;
        for (size_t i = 0; i < n; i++)
            to[counts[round][from[i].key >> round * BITS & (BINS - 1)]++] = from[i];
        *items = to;
        *spare = from;
    }
}

/* Keys are coarser than scores: neighbours of one key may still stand in the wrong order. */
static void settle(const double *score, struct gs_sort_item *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct gs_sort_item item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].key == item.key &&
               score[items[at - 1].site] < score[item.site];
             at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

void gs_fast_ranks(const double *score, size_t n, struct gs_sort_item *items,
                   struct gs_sort_item *spare, uint32_t *rank, size_t stride)
{
    for (size_t i = 0; i < n; i++)
        items[i] = (struct gs_sort_item){key_of(score[i]), (uint32_t)i};
    radix_sort(&items, &spare, n);
    settle(score, items, n);
    uint32_t shared = 1;
    for (size_t i = 0; i < n; i++) {
        bool ties = i > 0 && score[items[i].site] == score[items[i - 1].site];
        shared = ties ? shared : (uint32_t)(i + 1);
        rank[items[i].site * stride] = shared;
    }
}
