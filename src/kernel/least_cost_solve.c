// SPDX-License-Identifier: Apache-2.0
/* Solving by buckets. Cells wait in buckets of like cost, each member of the team filling its own
 * buckets; the one with the least costs is emptied by all members together, again and again while
 * cells fall back into it. What costs too much for the ring of buckets waits apart. */
#include "kernel/least_cost_parts.h"

#include "base/mem.h"
#include "base/team.h"

#include <float.h>
#include <math.h>

enum {
    BUCKETS = 1024, /* a power of two */
    PER_BLOCK = 510,
    AHEAD = 12,           /* cells fetched from memory before their turn */
    SMALL_ROUND = 4000,   /* cells; fewer are not worth waking the others for */
    ROUNDS_PER_LOOK = 16, /* small ones, between two looks at whether to stop */
};

/* Buckets are this many times as wide as the cost of a straight step at the harmonic mean of
 * friction: narrower ones mean more rounds, wider ones more corrections. */
#define WIDTH 8.0

/* A cell that got a lower cost; out of date when it has got a yet lower one since. */
struct entry {
    float cost;
    uint32_t cell;
};

struct block {
    struct block *next;
    size_t n;
    struct entry entries[PER_BLOCK];
};

struct lane { /* what belongs to one member */
    struct block *buckets[BUCKETS];
    struct block *beyond; /* of the ring */
    uint64_t beyond_least;
    struct block *spare;
    struct gs_ctx *ctx;
    enum gs_status status;
    double sum_inverse; /* of half frictions */
    size_t n_passable, n_done;
};

struct solve {
    struct gs_least_cost *cost;
    struct gs_ctx *ctx; /* the caller's */
    float bound, per_width;
    struct lane *lanes;
    size_t n_lanes;
    uint64_t current; /* number of the bucket that is being emptied */
    bool sort_only;   /* the round gives what waited apart its buckets */
    pthread_mutex_t lock;
    struct block **work; /* of the round, a list per lane; NULL entries: taken */
    atomic_bool stop;
    bool done;
    size_t n_passable;
};

/* -- blocks ----------------------------------------------------------------------------------- */

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        gs_free(block);
        block = next;
    }
}

/* A new block before `*list`; NULL after stopping everybody. */
static struct block *add_block(struct solve *s, struct lane *lane, struct block **list)
{
    struct block *block = lane->spare;
    if (block)
        lane->spare = block->next;
    else if (!(block = GS_NEW(lane->ctx, struct block))) {
        lane->status = GS_ENOMEM;
        atomic_store_explicit(&s->stop, true, memory_order_relaxed);
        return NULL;
    }
    block->n = 0;
    block->next = *list;
    *list = block;
    return block;
}

static inline uint64_t bucket_of(const struct solve *s, float cost)
{
    float at = cost * s->per_width;
    return at < 0x1p52f ? (uint64_t)at : (uint64_t)1 << 52;
}

static inline void push(struct solve *s, struct lane *lane, float cost, uint32_t cell)
{
    uint64_t bucket = bucket_of(s, cost);
    struct block **list = &lane->buckets[bucket % BUCKETS];
    if (bucket - s->current >= BUCKETS) {
        list = &lane->beyond;
        if (bucket < lane->beyond_least)
            lane->beyond_least = bucket;
    }
    struct block *block = *list;
    if ((!block || block->n == PER_BLOCK) && !(block = add_block(s, lane, list)))
        return;
    block->entries[block->n++] = (struct entry){cost, cell};
}

/* -- steps ------------------------------------------------------------------------------------ */

/* Lowers a cell's cost; false when it is as low already. NaN lowers nothing. */
static inline bool lower(struct gs_node *node, float value, bool alone)
{
    uint32_t old = atomic_load_explicit(&node->cost, memory_order_relaxed);
    if (!(value < gs_float_of_bits(old)))
        return false;
    if (alone) {
        atomic_store_explicit(&node->cost, gs_float_bits(value), memory_order_relaxed);
        return true;
    }
    while (!atomic_compare_exchange_weak_explicit(&node->cost, &old, gs_float_bits(value),
                                                  memory_order_relaxed, memory_order_relaxed))
        if (!(value < gs_float_of_bits(old)))
            return false;
    return true;
}

static inline __attribute__((always_inline)) void
step_all(struct solve *s, struct lane *lane, struct block *block, int n_steps, bool alone)
{
    struct gs_node *nodes = s->cost->nodes;
    ptrdiff_t stride = (ptrdiff_t)s->cost->stride;
    float bound = s->bound;
    for (size_t e = 0; e < block->n; e++) {
        if (e + AHEAD < block->n) {
            const struct gs_node *next = nodes + block->entries[e + AHEAD].cell;
            __builtin_prefetch(next - stride, 1);
            __builtin_prefetch(next, 1);
            __builtin_prefetch(next + stride, 1);
        }
        struct entry entry = block->entries[e];
        struct gs_node *node = nodes + entry.cell;
        if (gs_node_cost(node) != entry.cost)
            continue;
#pragma GCC unroll 16
        for (int k = 0; k < n_steps; k++) {
            ptrdiff_t offset = gs_steps[k][1] * stride + gs_steps[k][0];
            float value = entry.cost + gs_step_cost(node, stride, k);
            if (value <= bound && lower(node + offset, value, alone))
                push(s, lane, value, (uint32_t)(entry.cell + (size_t)offset));
        }
    }
}

static void sort_in(struct solve *s, struct lane *lane, const struct block *block)
{
    for (size_t e = 0; e < block->n; e++) {
        struct entry entry = block->entries[e];
        if (gs_node_cost(s->cost->nodes + entry.cell) == entry.cost)
            push(s, lane, entry.cost, entry.cell);
    }
}

static void do_block(struct solve *s, struct lane *lane, struct block *block)
{
    bool alone = s->n_lanes == 1;
    if (s->sort_only)
        sort_in(s, lane, block);
    else if (s->cost->knight)
        alone ? step_all(s, lane, block, GS_STEPS, true)
              : step_all(s, lane, block, GS_STEPS, false);
    else
        alone ? step_all(s, lane, block, 8, true) : step_all(s, lane, block, 8, false);
    lane->n_done += block->n;
    block->next = lane->spare;
    lane->spare = block;
}

/* -- rounds ----------------------------------------------------------------------------------- */

/* The next bucket that holds anything; false when none does any more. */
static bool find_bucket(struct solve *s)
{
    for (uint64_t b = s->current; b < s->current + BUCKETS; b++)
        for (size_t i = 0; i < s->n_lanes; i++)
            if (s->lanes[i].buckets[b % BUCKETS]) {
                s->current = b;
                s->sort_only = false;
                return true;
            }
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < s->n_lanes; i++)
        if (s->lanes[i].beyond && s->lanes[i].beyond_least < least)
            least = s->lanes[i].beyond_least;
    s->current = least;
    s->sort_only = true;
    return least != UINT64_MAX;
}

/* Puts the bucket's cells on the table; true when they are few. */
static bool collect(struct solve *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_lanes; i++) {
        struct lane *lane = &s->lanes[i];
        struct block **list = s->sort_only ? &lane->beyond : &lane->buckets[s->current % BUCKETS];
        s->work[i] = *list;
        *list = NULL;
        if (s->sort_only)
            lane->beyond_least = UINT64_MAX;
        for (const struct block *b = s->work[i]; b && n < SMALL_ROUND; b = b->next)
            n += b->n;
    }
    return n < SMALL_ROUND;
}

/* Prepares the next round while the others wait, and does small ones at once. */
static void next_round(void *user)
{
    struct solve *s = user;
    struct lane *lane = &s->lanes[0];
    for (size_t i = 1;; i++) {
        if (i % ROUNDS_PER_LOOK == 0 && gs_check_cancel(lane->ctx)) {
            lane->status = GS_ECANCEL;
            atomic_store_explicit(&s->stop, true, memory_order_relaxed);
        }
        s->done = atomic_load_explicit(&s->stop, memory_order_relaxed) || !find_bucket(s);
        if (s->done || !collect(s))
            return;
        for (size_t k = 0; k < s->n_lanes; k++) {
            struct block *block;
            while ((block = s->work[k])) {
                s->work[k] = block->next;
                do_block(s, lane, block);
            }
        }
    }
}

/* A block of the round, of the member's own where there is one: those cells it has in its cache. */
static struct block *take(struct solve *s, size_t member)
{
    struct block *block = NULL;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->n_lanes && !block; i++) {
        struct block **list = &s->work[(member + i) % s->n_lanes];
        block = *list;
        if (block)
            *list = block->next;
    }
    pthread_mutex_unlock(&s->lock);
    return block;
}

static void do_round(struct solve *s, struct gs_member *member)
{
    struct lane *lane = &s->lanes[member->number];
    struct block *block;
    while (!atomic_load_explicit(&s->stop, memory_order_relaxed) &&
           (block = take(s, member->number))) {
        do_block(s, lane, block);
        if (lane->n_done / PER_BLOCK % 64 == 0 && gs_check_cancel(member->ctx)) {
            lane->status = GS_ECANCEL;
            atomic_store_explicit(&s->stop, true, memory_order_relaxed);
        }
    }
}

/* -- beginning -------------------------------------------------------------------------------- */

/* A source amid sources has nobody to tell. */
static bool is_inner(const struct gs_least_cost *cost, const struct gs_node *node)
{
    ptrdiff_t stride = (ptrdiff_t)cost->stride;
    int n_steps = cost->knight ? GS_STEPS : 8;
    for (int k = 0; k < n_steps; k++)
        if (gs_node_cost(node + gs_steps[k][1] * stride + gs_steps[k][0]) > 0)
            return false;
    return true;
}

/* The member's share of the rows: its sources into the first bucket, and the mean of friction. */
static void scan(struct solve *s, struct lane *lane, size_t number)
{
    const struct gs_least_cost *cost = s->cost;
    size_t first = cost->n_rows * number / s->n_lanes,
           end = cost->n_rows * (number + 1) / s->n_lanes;
    for (size_t row = first; row < end; row++) {
        size_t at = gs_node_at(cost, 0, row);
        double sum = 0;
        for (size_t i = at; i < at + cost->n_cols; i++) {
            const struct gs_node *node = cost->nodes + i;
            if (!isnan(node->half)) {
                sum += 1 / node->half;
                lane->n_passable++;
            }
            if (gs_node_cost(node) <= 0 && !is_inner(cost, node))
                push(s, lane, 0, (uint32_t)i);
        }
        lane->sum_inverse += sum;
    }
}

static void begin(void *user)
{
    struct solve *s = user;
    double sum = 0;
    for (size_t i = 0; i < s->n_lanes; i++) {
        sum += s->lanes[i].sum_inverse;
        s->n_passable += s->lanes[i].n_passable;
    }
    if (sum > 0)
        s->per_width = (float)(sum / (double)s->n_passable / (2 * WIDTH));
    next_round(s);
}

static enum gs_status work(struct gs_member *member)
{
    struct solve *s = member->user;
    struct lane *lane = &s->lanes[member->number];
    lane->ctx = member->ctx;
    if (member->number == 0)
        s->n_lanes = member->n;
    gs_gate_pass(member, NULL);
    scan(s, lane, member->number);
    gs_gate_pass(member, begin);
    for (size_t round = 0; !s->done; round++) {
        do_round(s, member);
        gs_gate_pass(member, next_round);
        if (member->number == 0 && round % 16 == 0)
            gs_progress_step(s->ctx, fmin(1, (double)lane->n_done * (double)s->n_lanes /
                                                 ((double)s->n_passable + 1)));
    }
    return lane->status;
}

enum gs_status gs_least_cost_solve(struct gs_ctx *ctx, struct gs_least_cost *cost, float bound)
{
    struct solve s = {.cost = cost, .ctx = ctx, .bound = fminf(bound, FLT_MAX)};
    s.lanes = GS_ARRAY_ZERO(ctx, struct lane, ctx->n_threads);
    s.work = GS_ARRAY_ZERO(ctx, struct block *, ctx->n_threads);
    enum gs_status status = s.lanes && s.work ? GS_OK : GS_ENOMEM;
    pthread_mutex_init(&s.lock, NULL);
    for (size_t i = 0; i < ctx->n_threads && !status; i++)
        s.lanes[i].beyond_least = UINT64_MAX;
    if (!status)
        status = gs_team_run(ctx, work, &s);
    for (size_t i = 0; i < ctx->n_threads && s.lanes && s.work; i++) {
        for (size_t b = 0; b < BUCKETS; b++)
            free_blocks(s.lanes[i].buckets[b]);
        free_blocks(s.lanes[i].beyond);
        free_blocks(s.lanes[i].spare);
        free_blocks(s.work[i]);
    }
    gs_free(s.lanes);
    gs_free(s.work);
    pthread_mutex_destroy(&s.lock);
    return status;
}
