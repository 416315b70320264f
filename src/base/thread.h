// SPDX-License-Identifier: Apache-2.0
/* Work on many items by several threads, with the same result and the same messages for any number
 * of them. */
#ifndef GS_BASE_THREAD_H
#define GS_BASE_THREAD_H

#include "base/ctx.h"

#include <pthread.h>

struct gs_parallel {
    size_t n_items;
    size_t chunk; /* items handed out at a time; 0: chosen from n_items alone */
    /* Per thread, both may be NULL: makes and frees what a worker keeps between chunks. */
    enum gs_status (*start)(struct gs_ctx *ctx, void *user, void **worker);
    void (*stop)(void *user, void *worker);
    /* Items [first, end). Chunks start in order, run at the same time, and must write only what
     * belongs to their items. */
    enum gs_status (*work)(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end);
    void *user;
};

/* Runs all chunks. When some fail, the status and the error are those of the failing chunk that
 * comes first in order. Reports progress of the current stage; GS_ECANCEL when asked to stop. Work
 * reports errors only: a warning would come or not as chunks fall to threads. What is to be warned
 * of it leaves with its items, for the caller to tell. Worker contexts have no progress. */
enum gs_status gs_parallel_run(struct gs_ctx *ctx, const struct gs_parallel *parallel) GS_NODISCARD;

/* The same for items that are made one by one: the threads begin with the first while the caller
 * makes more. */
struct gs_feed;
/* At most parallel->n_items will come, handed out one by one whatever `chunk` says; what `parallel`
 * points to must stay until the end. */
enum gs_status gs_feed_start(struct gs_ctx *ctx, const struct gs_parallel *parallel,
                             struct gs_feed **out) GS_NODISCARD;
/* The next item is made. */
void gs_feed_add(struct gs_feed *feed);
/* No more will come: the calling thread works too until all are done. Frees the feed. */
enum gs_status gs_feed_end(struct gs_ctx *ctx, struct gs_feed *feed) GS_NODISCARD;
/* The same when the caller has failed: what is not begun is left, and no error is told. */
void gs_feed_drop(struct gs_feed *feed);

/* What threads keep from one gs_parallel_run() to the next: a thread takes a seat that nobody has,
 * and finds there what was left. */
struct gs_seats {
    pthread_mutex_t lock;
    bool *taken;
    size_t n;
    char *items; /* n, of `size` bytes: what lies on each seat */
    size_t size;
};

/* As many as the context has threads, on each an item of `size` bytes, all zero. */
enum gs_status gs_seats_init(struct gs_ctx *ctx, struct gs_seats *seats, size_t size) GS_NODISCARD;
/* Frees the items, not what they point to. A zeroed struct is legal. */
void gs_seats_release(struct gs_seats *seats);
/* The item of a seat; there is one for every thread of a run. */
void *gs_seats_take(struct gs_seats *seats);
void gs_seats_leave(struct gs_seats *seats, void *item);
/* The item of seat i, to free what it holds when no thread runs. */
void *gs_seats_item(const struct gs_seats *seats, size_t i);

#endif
