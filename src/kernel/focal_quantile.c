// SPDX-License-Identifier: Apache-2.0
/* The cells around a stretch of results are ranked once. While the disc moves along the stretch, a
 * bit per rank tells whether that cell is in the disc, and a mark, which moves little, knows how
 * many are below it. Moving histograms of this kind: Huang, Yang & Tang (1979), "A fast
 * two-dimensional median filtering algorithm", IEEE Transactions on Acoustics, Speech, and Signal
 * Processing 27(1):13-18. */
#include "base/bits.h"
#include "base/vector.h"
#include "kernel/focal_parts.h"

#include <math.h>
#include <string.h>

enum { DIGIT = 11, DIGITS = 1 << DIGIT, PASSES = 3 };

struct ranked {
    uint32_t key, cell;
};

struct order {
    struct ranked *sorted, *other; /* by rank */
    uint32_t *rank;                /* of each cell around the stretch, row by row */
    uint64_t *words;               /* one bit a rank */
    size_t n_words;
    size_t mark, below; /* a word, and how many bits are set in those before it */
    size_t n_in;        /* bits that are set */
};

static const uint32_t no_rank = UINT32_MAX;

/* -- ranks ----------------------------------------------------------------------------------- */

/* Orders as the float does; back with value_of(). */
static uint32_t key_of(float value)
{
    uint32_t bits = gs_float_bits(value);
    return bits >> 31 ? ~bits : bits | (uint32_t)1 << 31;
}

static float value_of(uint32_t key)
{
    return gs_float_of_bits(key >> 31 ? key & ~((uint32_t)1 << 31) : ~key);
}

/* Digit after digit from the least significant; `sorted` holds the outcome. */
static void sort(struct order *o, size_t n)
{
    uint32_t counts[PASSES][DIGITS] = {{0}};
    for (size_t i = 0; i < n; i++)
        for (int p = 0; p < PASSES; p++)
            counts[p][o->sorted[i].key >> DIGIT * p & (DIGITS - 1)]++;
    for (int p = 0; p < PASSES; p++) {
        uint32_t *count = counts[p], place = 0;
        if (n && count[o->sorted[0].key >> DIGIT * p & (DIGITS - 1)] == n)
            continue; /* all the same */
        for (int d = 0; d < DIGITS; d++) {
            uint32_t here = count[d];
            count[d] = place;
            place += here;
        }
        for (size_t i = 0; i < n; i++)
            o->other[count[o->sorted[i].key >> DIGIT * p & (DIGITS - 1)]++] = o->sorted[i];
        struct ranked *swap = o->sorted;
        o->sorted = o->other;
        o->other = swap;
    }
}

static void rank_cells(struct order *o, const struct gs_disc *disc, const void *const *prepared,
                       size_t first, size_t wide)
{
    size_t n = 0, n_rows = 2 * disc->reach + 1;
    for (size_t r = 0; r < n_rows; r++) {
        const float *row = (const float *)prepared[r] + first;
        for (size_t c = 0; c < wide; c++) {
            o->rank[r * wide + c] = no_rank;
            o->sorted[n] = (struct ranked){key_of(row[c]), (uint32_t)(r * wide + c)};
            n += row[c] != -(float)INFINITY;
        }
    }
    sort(o, n);
    for (size_t i = 0; i < n; i++)
        o->rank[o->sorted[i].cell] = (uint32_t)i;
    o->n_words = n / 64 + 1;
    memset(o->words, 0, o->n_words * sizeof *o->words);
    o->mark = o->below = o->n_in = 0;
}

/* -- the disc moves -------------------------------------------------------------------------- */

static inline void put(struct order *o, uint32_t rank)
{
    if (rank == no_rank)
        return;
    o->words[rank / 64] |= (uint64_t)1 << rank % 64;
    o->below += rank / 64 < o->mark;
    o->n_in++;
}

static inline void take(struct order *o, uint32_t rank)
{
    if (rank == no_rank)
        return;
    o->words[rank / 64] &= ~((uint64_t)1 << rank % 64);
    o->below -= rank / 64 < o->mark;
    o->n_in--;
}

static inline float value_at(const struct order *o, size_t word, uint64_t bits)
{
    return value_of(o->sorted[word * 64 + (size_t)__builtin_ctzll(bits)].key);
}

/* Between the values of places floor(place) and the next one, counted from 0. */
static inline float quantile_now(struct order *o, double q)
{
    if (o->n_in == 0)
        return NAN;
    double place = q * (double)(o->n_in - 1), whole = floor(place), part = place - whole;
    size_t wanted = (size_t)whole, here;
    while (o->below > wanted)
        o->below -= (size_t)__builtin_popcountll(o->words[--o->mark]);
    while (o->below + (here = (size_t)__builtin_popcountll(o->words[o->mark])) <= wanted) {
        o->below += here;
        o->mark++;
    }
    size_t word = o->mark;
    uint64_t bits = o->words[word];
    for (size_t i = o->below; i < wanted; i++)
        bits &= bits - 1;
    float value = value_at(o, word, bits);
    if (part == 0 || wanted + 1 >= o->n_in)
        return value;
    bits &= bits - 1;
    while (!bits)
        bits = o->words[++word];
    return (float)((double)value + part * ((double)value_at(o, word, bits) - (double)value));
}

GS_VECTORISED static void move_along(struct order *o, const struct gs_disc *disc, size_t n,
                                     double q, float *out)
{
    size_t n_rows = 2 * disc->reach + 1, wide = n + 2 * disc->reach;
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = disc->reach - disc->half[r]; c <= disc->reach + disc->half[r]; c++)
            put(o, o->rank[r * wide + c]);
    for (size_t i = 0; i < n; i++) {
        out[i] = quantile_now(o, q);
        if (i + 1 == n)
            break;
        for (size_t r = 0; r < n_rows; r++) {
            const uint32_t *centre = o->rank + r * wide + i + disc->reach;
            take(o, *(centre - disc->half[r]));
            put(o, centre[disc->half[r] + 1]);
        }
    }
}

/* -- rows ------------------------------------------------------------------------------------ */

static size_t cells_around(const struct gs_disc *disc, size_t stretch)
{
    return (2 * disc->reach + 1) * (stretch + 2 * disc->reach);
}

size_t gs_focal_quantile_bytes(const struct gs_disc *disc, size_t stretch)
{
    size_t n = cells_around(disc, stretch) + 1; /* one is written beyond the last that has data */
    return 2 * n * sizeof(struct ranked) + (n / 64 + 1) * sizeof(uint64_t) + n * sizeof(uint32_t);
}

void gs_focal_quantile(const struct gs_disc *disc, const void *const *prepared, size_t n, double q,
                       void *scratch, float *out)
{
    size_t stretch = gs_focal_stretch(disc, n), room = cells_around(disc, stretch) + 1;
    struct ranked *first_half = scratch;
    uint64_t *words = (uint64_t *)(void *)(first_half + 2 * room);
    for (size_t first = 0; first < n; first += stretch) {
        size_t part = n - first < stretch ? n - first : stretch;
        struct order o = {.sorted = first_half, .other = first_half + room, .words = words};
        o.rank = (uint32_t *)(void *)(words + room / 64 + 1);
        rank_cells(&o, disc, prepared, first, part + 2 * disc->reach);
        move_along(&o, disc, part, q, out + first);
    }
}
