// SPDX-License-Identifier: Apache-2.0
#include "decision/smaa.h"

#include "base/mem.h"
#include "decision/random.h"

#include <math.h>
#include <stdlib.h>

enum { STREAM_WEIGHTS = 1, STREAM_SHUFFLE = 2, STREAM_PILOT = 3 };
/* How often bounds are tried for one draw, and in the pilot that chooses how. */
enum { TRIES_MAX = 1000000, PILOT = 4000 };

struct numbers {
    uint64_t seed, draw;
    uint32_t stream, next;
    double pair[2];
};

static double next_number(struct numbers *numbers)
{
    uint32_t at = numbers->next++;
    if (at % 2 == 0)
        gs_random_pair(numbers->seed, numbers->draw, numbers->stream, at / 2, numbers->pair);
    return numbers->pair[at % 2];
}

/* -- setting up -------------------------------------------------------------------------------- */

struct ordered {
    double weight;
    size_t criterion;
};

static int by_falling_weight(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->criterion > y->criterion) - (x->criterion < y->criterion);
}

static enum gs_status order_criteria(struct gs_ctx *ctx, struct gs_weight_draw *draw)
{
    struct ordered *ordered = GS_ARRAY(ctx, struct ordered, draw->n);
    draw->order = GS_ARRAY(ctx, size_t, draw->n);
    if (!ordered || !draw->order) {
        gs_free(ordered);
        return GS_ENOMEM;
    }
    draw->n_drawn = 0;
    for (size_t c = 0; c < draw->n; c++)
        if (draw->given[c] > 0)
            ordered[draw->n_drawn++] = (struct ordered){draw->given[c], c};
    if (draw->n_drawn > 1)
        qsort(ordered, draw->n_drawn, sizeof *ordered, by_falling_weight);
    for (size_t i = 0; i < draw->n_drawn; i++)
        draw->order[i] = ordered[i].criterion;
    gs_free(ordered);
    return GS_OK;
}

/* -- one proposal ------------------------------------------------------------------------------ */

/* Evenly over all that add up to `total`: exponential numbers by their sum. */
static void simplex(const struct gs_weight_draw *draw, struct numbers *numbers, double total,
                    double *weights)
{
    double sum = 0;
    for (size_t i = 0; i < draw->n_drawn; i++)
        sum += weights[draw->order[i]] = -log(next_number(numbers));
    for (size_t i = 0; i < draw->n_drawn; i++)
        weights[draw->order[i]] *= total / sum;
}

static bool in_bounds(const struct gs_weight_draw *draw, const double *weights)
{
    for (size_t i = 0; i < draw->n_drawn; i++) {
        size_t c = draw->order[i];
        if (!(weights[c] >= draw->lowest[c] && weights[c] <= draw->highest[c]))
            return false;
    }
    return true;
}

/* What the lower bounds leave, shared out evenly. */
static bool propose_simplex(const struct gs_weight_draw *draw, struct numbers *numbers,
                            double *weights)
{
    double low = 0;
    for (size_t i = 0; i < draw->n_drawn; i++)
        low += draw->lowest[draw->order[i]];
    simplex(draw, numbers, 1 - low, weights);
    for (size_t i = 0; i < draw->n_drawn; i++)
        weights[draw->order[i]] += draw->lowest[draw->order[i]];
    return in_bounds(draw, weights);
}

/* All but one evenly between their bounds; that one takes the rest. */
static bool propose_box(const struct gs_weight_draw *draw, struct numbers *numbers, double *weights)
{
    double rest = 1;
    for (size_t i = 0; i < draw->n_drawn; i++) {
        size_t c = draw->order[i];
        if (c == draw->dropped)
            continue;
        weights[c] = draw->lowest[c] + (draw->highest[c] - draw->lowest[c]) * next_number(numbers);
        rest -= weights[c];
    }
    weights[draw->dropped] = rest;
    return in_bounds(draw, weights);
}

static bool propose(const struct gs_weight_draw *draw, bool by_box, struct numbers *numbers,
                    double *weights)
{
    return by_box ? propose_box(draw, numbers, weights) : propose_simplex(draw, numbers, weights);
}

static void clear(const struct gs_weight_draw *draw, double *weights)
{
    for (size_t c = 0; c < draw->n; c++)
        weights[c] = 0;
}

static size_t count_hits(const struct gs_weight_draw *draw, bool by_box, uint64_t seed,
                         double *weights)
{
    size_t hits = 0;
    for (uint64_t i = 0; i < PILOT; i++) {
        struct numbers numbers = {.seed = seed, .draw = i, .stream = STREAM_PILOT};
        hits += propose(draw, by_box, &numbers, weights);
    }
    return hits;
}

static enum gs_status check_bounds(struct gs_ctx *ctx, const struct gs_pos *pos, uint64_t seed,
                                   struct gs_weight_draw *draw)
{
    double low = 0, high = 0, widest = -1;
    for (size_t i = 0; i < draw->n_drawn; i++) {
        size_t c = draw->order[i];
        low += draw->lowest[c];
        high += draw->highest[c];
        if (draw->highest[c] - draw->lowest[c] > widest) {
            widest = draw->highest[c] - draw->lowest[c];
            draw->dropped = c;
        }
    }
    if (low > 1 || high < 1)
        return gs_fail(ctx, GS_ESTUDY, pos, "weights are shares, all together 1",
                       "no weights lie between these bounds: the %s add up to %.4g",
                       low > 1 ? "lower ones" : "upper ones", low > 1 ? low : high);
    double *weights = GS_ARRAY_ZERO(ctx, double, draw->n);
    if (!weights)
        return GS_ENOMEM;
    size_t by_simplex = count_hits(draw, false, seed, weights);
    size_t by_box = count_hits(draw, true, seed, weights);
    gs_free(weights);
    draw->by_box = by_box > by_simplex;
    if (by_simplex + by_box == 0)
        return gs_fail(
            ctx, GS_ESTUDY, pos, "widen them, or use `spread`",
            "these bounds leave so little room that weights between them are hardly ever "
            "hit");
    return GS_OK;
}

enum gs_status gs_weight_draw_init(struct gs_ctx *ctx, const struct gs_pos *pos, uint64_t seed,
                                   struct gs_weight_draw *draw)
{
    enum gs_status status = order_criteria(ctx, draw);
    if (!status && draw->range == GS_WEIGHTS_BOUNDS)
        status = check_bounds(ctx, pos, seed, draw);
    if (status)
        gs_weight_draw_release(draw);
    return status;
}

void gs_weight_draw_release(struct gs_weight_draw *draw)
{
    gs_free(draw->order);
    draw->order = NULL;
}

/* -- a draw ------------------------------------------------------------------------------------ */

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Criteria of the same given weight share their places by chance. */
static void shuffle_equals(const struct gs_weight_draw *draw, struct numbers *numbers,
                           double *sorted)
{
    for (size_t start = 0, end; start < draw->n_drawn; start = end) {
        double weight = draw->given[draw->order[start]];
        for (end = start + 1; end < draw->n_drawn && draw->given[draw->order[end]] == weight; end++)
            continue;
        for (size_t i = end - 1; i > start; i--) {
            size_t k = start + (size_t)(next_number(numbers) * (double)(i - start + 1));
            double kept = sorted[i];
            sorted[i] = sorted[k];
            sorted[k] = kept;
        }
    }
}

static enum gs_status draw_order(const struct gs_weight_draw *draw, uint64_t seed, uint64_t number,
                                 struct numbers *numbers, double *weights)
{
    enum { MANY = 4096 };
    double sorted[MANY];
    if (draw->n_drawn > MANY)
        return GS_EINTERNAL;
    simplex(draw, numbers, 1, weights);
    for (size_t i = 0; i < draw->n_drawn; i++)
        sorted[i] = weights[draw->order[i]];
    qsort(sorted, draw->n_drawn, sizeof *sorted, falling);
    struct numbers shuffle = {.seed = seed, .draw = number, .stream = STREAM_SHUFFLE};
    shuffle_equals(draw, &shuffle, sorted);
    for (size_t i = 0; i < draw->n_drawn; i++)
        weights[draw->order[i]] = sorted[i];
    return GS_OK;
}

static void draw_spread(const struct gs_weight_draw *draw, struct numbers *numbers, double *weights)
{
    double sum = 0;
    for (size_t c = 0; c < draw->n; c++) {
        weights[c] = draw->given[c] > 0
                         ? draw->given[c] * (1 + draw->spread * (2 * next_number(numbers) - 1))
                         : 0;
        sum += weights[c];
    }
    for (size_t c = 0; c < draw->n; c++)
        weights[c] /= sum;
}

enum gs_status gs_weight_draw(const struct gs_weight_draw *draw, uint64_t seed, uint64_t number,
                              double *weights)
{
    struct numbers numbers = {.seed = seed, .draw = number, .stream = STREAM_WEIGHTS};
    clear(draw, weights);
    switch ((enum gs_weight_range)draw->range) {
    case GS_WEIGHTS_FIXED:
        for (size_t c = 0; c < draw->n; c++)
            weights[c] = draw->given[c];
        return GS_OK;
    case GS_WEIGHTS_SPREAD:
        draw_spread(draw, &numbers, weights);
        return GS_OK;
    case GS_WEIGHTS_ANY:
        simplex(draw, &numbers, 1, weights);
        return GS_OK;
    case GS_WEIGHTS_ORDER:
        return draw_order(draw, seed, number, &numbers, weights);
    case GS_WEIGHTS_BOUNDS:
        break;
    }
    for (int tries = 0; tries < TRIES_MAX; tries++)
        if (propose(draw, draw->by_box, &numbers, weights))
            return GS_OK;
    return GS_EDATA;
}
