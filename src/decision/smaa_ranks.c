// SPDX-License-Identifier: Apache-2.0
#include "decision/smaa_ranks.h"

#include "base/mem.h"
#include "base/vector.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* The range of the scores is cut into so many places a site that few sites share one. A bit for
 * each place that is taken, and the bits before a site's own are its rank: no sorting. Only where
 * two sites fell on one place are the sites of that word of bits compared, or sorted when they are
 * many. */
enum { PLACES_PER_SITE = 80, WORD = 64, COMPARED = 8, CROWDED_PART = 4 };

/* In `before`: the word holds sites that share a place. */
static const uint32_t CROWD = UINT32_C(1) << 31;

enum gs_status gs_ranker_init(struct gs_ctx *ctx, size_t n, struct gs_ranker *ranker)
{
    struct gs_ranker r = {.n = n, .n_words = PLACES_PER_SITE * n / WORD + 1};
    r.places = GS_ARRAY(ctx, uint32_t, n);
    r.taken = GS_ARRAY(ctx, uint64_t, r.n_words);
    r.before = GS_ARRAY(ctx, uint32_t, r.n_words);
    r.crowded = GS_ARRAY(ctx, uint32_t, n + 1);
    r.scores = GS_ARRAY_ZERO(ctx, double, n + COMPARED);
    if (!r.places || !r.taken || !r.before || !r.crowded || !r.scores) {
        gs_ranker_release(&r);
        return GS_ENOMEM;
    }
    *ranker = r;
    return GS_OK;
}

void gs_ranker_release(struct gs_ranker *ranker)
{
    gs_free(ranker->places);
    gs_free(ranker->taken);
    gs_free(ranker->before);
    gs_free(ranker->crowded);
    gs_free(ranker->scores);
}

static void find_scale(struct gs_ranker *r, const double *score)
{
    double least = score[0], most = score[0];
    for (size_t i = 1; i < r->n; i++) {
        least = score[i] < least ? score[i] : least;
        most = score[i] > most ? score[i] : most;
    }
    double scale = (double)(r->n_words * WORD - 1) / (most - least);
    r->most = most;
    r->scale = scale <= DBL_MAX ? scale : 1; /* all equal, or all but equal */
}

/* Equal scores have equal places, a lower score no lower one: subtraction, multiplication, bounds
 * and truncation all keep an order. */
GS_VECTORISED
static void find_places(struct gs_ranker *r, const double *score)
{
    double most = r->most, scale = r->scale, last = (double)(r->n_words * WORD - 1);
    for (size_t i = 0; i < r->n; i++) {
        double place = (most - score[i]) * scale;
        place = place < 0 ? 0 : place > last ? last : place;
        r->places[i] = (uint32_t)(int32_t)place;
    }
}

/* Fills `taken`; `before` counts those that found their place taken. */
GS_VECTORISED
static void take_places(struct gs_ranker *r)
{
    memset(r->taken, 0, r->n_words * sizeof *r->taken);
    memset(r->before, 0, r->n_words * sizeof *r->before);
    for (size_t i = 0; i < r->n; i++) {
        uint32_t word = r->places[i] / WORD, bit = r->places[i] % WORD;
        uint64_t taken = r->taken[word];
        r->before[word] += (uint32_t)(taken >> bit & 1);
        r->taken[word] = taken | UINT64_C(1) << bit;
    }
}

GS_VECTORISED
static void add_up_before(struct gs_ranker *r)
{
    uint32_t sum = 0;
    for (size_t w = 0; w < r->n_words; w++) {
        uint32_t more = r->before[w];
        r->before[w] = sum | (uint32_t)(more != 0) << 31;
        sum += more + (uint32_t)__builtin_popcountll(r->taken[w]);
    }
}

/* Ranks of all but the crowded; returns how many these are. */
GS_VECTORISED
static size_t count_before(struct gs_ranker *r, uint32_t *rank)
{
    size_t n_crowded = 0;
    for (size_t i = 0; i < r->n; i++) {
        uint32_t word = r->places[i] / WORD, bit = r->places[i] % WORD;
        uint64_t lower = r->taken[word] & ((UINT64_C(1) << bit) - 1);
        rank[i] = r->before[word] + (uint32_t)__builtin_popcountll(lower) + 1;
        r->crowded[n_crowded] = (uint32_t)i;
        n_crowded += r->before[word] >> 31;
    }
    return n_crowded;
}

static uint32_t word_of(const struct gs_ranker *r, size_t crowded)
{
    return r->places[r->crowded[crowded]] / WORD;
}

/* Brings the scores of each crowded word together and makes `taken` their number, the largest of
 * which is returned. */
static uint64_t gather_crowded(struct gs_ranker *r, const double *score, size_t n)
{
    for (size_t i = 0; i < n; i++)
        r->taken[word_of(r, i)] = 0;
    uint64_t most = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t word = word_of(r, i);
        r->scores[(r->before[word] & ~CROWD) + r->taken[word]++] = score[r->crowded[i]];
        most = r->taken[word] > most ? r->taken[word] : most;
    }
    return most;
}

/* Up to COMPARED sites a word. */
GS_VECTORISED
static void compare_crowded(const struct gs_ranker *r, const double *score, size_t n,
                            uint32_t *rank)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t site = r->crowded[i], word = word_of(r, i), before = r->before[word] & ~CROWD;
        uint64_t count = r->taken[word], better = 0;
        for (uint64_t k = 0; k < COMPARED; k++) /* no branch on their number */
            better += (k < count) & (r->scores[before + k] > score[site]);
        rank[site] = before + (uint32_t)better + 1;
    }
}

static int by_falling_score(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x < *y) - (*x > *y);
}

/* How many of n falling scores are above one. */
static size_t count_above(const double *scores, size_t n, double score)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scores[middle] > score)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Any number of sites a word. */
static void search_crowded(const struct gs_ranker *r, const double *score, size_t n, uint32_t *rank)
{
    const uint64_t sorted = UINT64_C(1) << 63;
    for (size_t i = 0; i < n; i++) {
        uint32_t site = r->crowded[i], word = word_of(r, i), before = r->before[word] & ~CROWD;
        double *scores = r->scores + before;
        if (!(r->taken[word] & sorted))
            qsort(scores, r->taken[word], sizeof *scores, by_falling_score);
        r->taken[word] |= sorted;
        rank[site] =
            before + (uint32_t)count_above(scores, r->taken[word] & ~sorted, score[site]) + 1;
    }
}

/* The scale is that of earlier scores as long as it serves: draws are much alike. */
void gs_fast_ranks(struct gs_ranker *ranker, const double *score, uint32_t *rank)
{
    if (ranker->n == 0)
        return;
    size_t n_crowded = ranker->n;
    for (int attempt = 0; attempt < 2 && n_crowded > ranker->n / CROWDED_PART; attempt++) {
        if (attempt > 0 || ranker->scale <= 0)
            find_scale(ranker, score);
        find_places(ranker, score);
        take_places(ranker);
        add_up_before(ranker);
        n_crowded = count_before(ranker, rank);
    }
    if (gather_crowded(ranker, score, n_crowded) <= COMPARED)
        compare_crowded(ranker, score, n_crowded, rank);
    else
        search_crowded(ranker, score, n_crowded, rank);
}
