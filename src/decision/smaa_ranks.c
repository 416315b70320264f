// SPDX-License-Identifier: Apache-2.0
#include "decision/smaa_ranks.h"

#include <stdbool.h>
#include <string.h>

/* Two rounds of 11 bits, both counted in one pass. */
enum { BITS = 11, BINS = 1 << BITS, KEYS = 1 << 2 * BITS };

static uint32_t key_of(double score)
{
    return (uint32_t)((1 - score) * (KEYS - 1));
}

static void place(const struct gs_sort_item *from, struct gs_sort_item *to, size_t n,
                  uint32_t *counts, int shift)
{
    uint32_t at = 0;
    for (size_t b = 0; b < BINS; b++) {
        uint32_t count = counts[b];
        counts[b] = at;
        at += count;
    }
    for (size_t i = 0; i < n; i++)
        to[counts[from[i].key >> shift & (BINS - 1)]++] = from[i];
}

/* The result is in `items` again. */
static void radix_sort(struct gs_sort_item *items, struct gs_sort_item *spare, size_t n)
{
    uint32_t low[BINS], high[BINS];
    memset(low, 0, sizeof low);
    memset(high, 0, sizeof high);
    for (size_t i = 0; i < n; i++) {
        low[items[i].key & (BINS - 1)]++;
        high[items[i].key >> BITS]++;
    }
    place(items, spare, n, low, 0);
    place(spare, items, n, high, BITS);
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
                   struct gs_sort_item *spare, uint32_t *rank)
{
    for (size_t i = 0; i < n; i++)
        items[i] = (struct gs_sort_item){key_of(score[i]), (uint32_t)i};
    radix_sort(items, spare, n);
    settle(score, items, n);
    uint32_t shared = 1;
    for (size_t i = 0; i < n; i++) {
        bool ties = i > 0 && score[items[i].site] == score[items[i - 1].site];
        shared = ties ? shared : (uint32_t)(i + 1);
        rank[items[i].site] = shared;
    }
}
