// SPDX-License-Identifier: Apache-2.0
#include "base/thread.h"

#include "base/mem.h"

#include <pthread.h>
#include <string.h>

struct pool {
    const struct gs_parallel *parallel;
    size_t chunk, n_chunks;
    pthread_mutex_t lock;
    pthread_cond_t changed;   /* what can be handed out */
    size_t next, ready, done; /* chunks handed out; that can be; finished */
    bool ended;               /* no more will be ready */
    size_t failed_chunk;      /* the first in order that failed; n_chunks: none */
    enum gs_status status;
    struct gs_ctx failure; /* its diagnostics */
};

struct member {
    struct pool *pool;
    struct gs_ctx *progress_ctx; /* the caller's context in the caller's thread, else NULL */
    struct gs_ctx ctx;
    pthread_t thread;
    bool started;
};

struct gs_feed {
    struct pool pool;
    struct member *members; /* the first is the calling thread */
    size_t n_members;
};

/* Keeps the failure that comes first in order, whichever thread finishes first. */
static void keep_failure(struct pool *pool, struct member *member, size_t chunk,
                         enum gs_status status)
{
    if (chunk > pool->failed_chunk || (chunk == pool->failed_chunk && pool->status))
        return;
    gs_ctx_release_worker(&pool->failure);
    pool->failure = member->ctx;
    pool->failed_chunk = chunk;
    pool->status = status;
    gs_ctx_init_worker(&member->ctx, &pool->failure);
}

static bool next_chunk(struct pool *pool, size_t *chunk)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->next == pool->ready && !pool->ended)
        pthread_cond_wait(&pool->changed, &pool->lock);
    bool more = pool->next < pool->ready && pool->next < pool->failed_chunk;
    if (more)
        *chunk = pool->next++;
    pthread_mutex_unlock(&pool->lock);
    return more;
}

static void *run_member(void *argument)
{
    struct member *member = argument;
    struct pool *pool = member->pool;
    const struct gs_parallel *parallel = pool->parallel;
    void *worker = NULL;
    enum gs_status status = GS_OK;
    size_t chunk = 0;
    if (parallel->start)
        status = parallel->start(&member->ctx, parallel->user, &worker);
    bool started = status == GS_OK;
    while (started && next_chunk(pool, &chunk)) {
        size_t first = chunk * pool->chunk, end = first + pool->chunk;
        if (end > parallel->n_items)
            end = parallel->n_items;
        status = gs_check_cancel(&member->ctx);
        if (status == GS_OK)
            status = parallel->work(&member->ctx, parallel->user, worker, first, end);
        pthread_mutex_lock(&pool->lock);
        if (status)
            keep_failure(pool, member, chunk, status);
        size_t done = ++pool->done;
        pthread_mutex_unlock(&pool->lock);
        if (member->progress_ctx)
            gs_progress_step(member->progress_ctx, (double)done / (double)pool->n_chunks);
    }
    if (!started) { /* as if the first chunk had failed: no chunk can be done by this thread */
        pthread_mutex_lock(&pool->lock);
        keep_failure(pool, member, 0, status);
        pthread_mutex_unlock(&pool->lock);
    }
    if (parallel->stop && started)
        parallel->stop(parallel->user, worker);
    return NULL;
}

/* With `ready` chunks to hand out; a thread that cannot be had is not missed: the others take its
 * chunks. */
static enum gs_status open_pool(struct gs_ctx *ctx, const struct gs_parallel *parallel,
                                size_t chunk, size_t ready, struct gs_feed *feed)
{
    size_t n_chunks = (parallel->n_items + chunk - 1) / chunk;
    *feed = (struct gs_feed){
        .pool = {.parallel = parallel,
                 .chunk = chunk,
                 .n_chunks = n_chunks,
                 .ready = ready,
                 .ended = ready == n_chunks,
                 .failed_chunk = n_chunks},
        .n_members = ctx->n_threads < n_chunks || n_chunks == 0 ? ctx->n_threads : n_chunks,
    };
    feed->members = GS_ARRAY_ZERO(ctx, struct member, feed->n_members);
    if (!feed->members)
        return GS_ENOMEM;
    gs_ctx_init_worker(&feed->pool.failure, ctx);
    pthread_mutex_init(&feed->pool.lock, NULL);
    pthread_cond_init(&feed->pool.changed, NULL);
    for (size_t i = 0; i < feed->n_members; i++) {
        feed->members[i].pool = &feed->pool;
        gs_ctx_init_worker(&feed->members[i].ctx, ctx);
    }
    for (size_t i = 1; i < feed->n_members; i++) {
        struct member *member = &feed->members[i];
        member->started = pthread_create(&member->thread, NULL, run_member, member) == 0;
    }
    return GS_OK;
}

static void close_pool(struct gs_feed *feed)
{
    pthread_mutex_lock(&feed->pool.lock);
    feed->pool.ended = true;
    pthread_cond_broadcast(&feed->pool.changed);
    pthread_mutex_unlock(&feed->pool.lock);
}

static void join_pool(struct gs_feed *feed)
{
    for (size_t i = 1; i < feed->n_members; i++)
        if (feed->members[i].started)
            pthread_join(feed->members[i].thread, NULL);
    for (size_t i = 0; i < feed->n_members; i++)
        gs_ctx_release_worker(&feed->members[i].ctx);
    pthread_cond_destroy(&feed->pool.changed);
    pthread_mutex_destroy(&feed->pool.lock);
    gs_free(feed->members);
}

/* The calling thread works with the others until all is done. */
static enum gs_status finish_pool(struct gs_ctx *ctx, struct gs_feed *feed)
{
    feed->members[0].progress_ctx = ctx;
    run_member(&feed->members[0]);
    join_pool(feed);
    gs_ctx_merge_worker(ctx, &feed->pool.failure);
    gs_ctx_release_worker(&feed->pool.failure);
    return feed->pool.status;
}

enum gs_status gs_parallel_run(struct gs_ctx *ctx, const struct gs_parallel *parallel)
{
    struct gs_feed feed;
    if (parallel->n_items == 0)
        return GS_OK;
    size_t chunk = parallel->chunk ? parallel->chunk : parallel->n_items / 256 + 1;
    enum gs_status status =
        open_pool(ctx, parallel, chunk, (parallel->n_items + chunk - 1) / chunk, &feed);
    return status ? status : finish_pool(ctx, &feed);
}

enum gs_status gs_feed_start(struct gs_ctx *ctx, const struct gs_parallel *parallel,
                             struct gs_feed **out)
{
    struct gs_feed *feed = GS_NEW(ctx, struct gs_feed);
    if (!feed)
        return GS_ENOMEM;
    enum gs_status status = open_pool(ctx, parallel, 1, 0, feed);
    if (status)
        gs_free(feed);
    else
        *out = feed;
    return status;
}

void gs_feed_add(struct gs_feed *feed)
{
    pthread_mutex_lock(&feed->pool.lock);
    feed->pool.ready++;
    pthread_cond_signal(&feed->pool.changed);
    pthread_mutex_unlock(&feed->pool.lock);
}

enum gs_status gs_feed_end(struct gs_ctx *ctx, struct gs_feed *feed)
{
    close_pool(feed);
    enum gs_status status = finish_pool(ctx, feed);
    gs_free(feed);
    return status;
}

void gs_feed_drop(struct gs_feed *feed)
{
    pthread_mutex_lock(&feed->pool.lock);
    feed->pool.ready = feed->pool.next;
    pthread_mutex_unlock(&feed->pool.lock);
    close_pool(feed);
    join_pool(feed);
    gs_ctx_release_worker(&feed->pool.failure);
    gs_free(feed);
}

enum gs_status gs_seats_init(struct gs_ctx *ctx, struct gs_seats *seats, size_t size)
{
    *seats = (struct gs_seats){.taken = GS_ARRAY_ZERO(ctx, bool, ctx->n_threads), .size = size};
    seats->items = seats->taken ? gs_alloc_zero(ctx, ctx->n_threads, size) : NULL;
    if (!seats->items) {
        gs_free(seats->taken);
        *seats = (struct gs_seats){0};
        return GS_ENOMEM;
    }
    pthread_mutex_init(&seats->lock, NULL);
    seats->n = ctx->n_threads;
    return GS_OK;
}

void gs_seats_release(struct gs_seats *seats)
{
    if (seats->taken)
        pthread_mutex_destroy(&seats->lock);
    gs_free(seats->taken);
    gs_free(seats->items);
    *seats = (struct gs_seats){0};
}

void *gs_seats_item(const struct gs_seats *seats, size_t i)
{
    return seats->items + i * seats->size;
}

void *gs_seats_take(struct gs_seats *seats)
{
    size_t i = 0;
    pthread_mutex_lock(&seats->lock);
    while (seats->taken[i])
        i++;
    seats->taken[i] = true;
    pthread_mutex_unlock(&seats->lock);
    return gs_seats_item(seats, i);
}

void gs_seats_leave(struct gs_seats *seats, void *item)
{
    pthread_mutex_lock(&seats->lock);
    seats->taken[(size_t)((char *)item - seats->items) / seats->size] = false;
    pthread_mutex_unlock(&seats->lock);
}
