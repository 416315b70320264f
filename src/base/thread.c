// SPDX-License-Identifier: Apache-2.0
#include "base/thread.h"

#include "base/mem.h"

#include <pthread.h>
#include <string.h>

struct pool {
    const struct gs_parallel *parallel;
    size_t chunk, n_chunks;
    pthread_mutex_t lock;
    size_t next, done;   /* chunks handed out, finished */
    size_t failed_chunk; /* the first in order that failed; n_chunks: none */
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
    bool more = pool->next < pool->n_chunks && pool->next < pool->failed_chunk;
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

enum gs_status gs_parallel_run(struct gs_ctx *ctx, const struct gs_parallel *parallel)
{
    if (parallel->n_items == 0)
        return GS_OK;
    size_t chunk = parallel->chunk ? parallel->chunk : parallel->n_items / 256 + 1;
    struct pool pool = {
        .parallel = parallel,
        .chunk = chunk,
        .n_chunks = (parallel->n_items + chunk - 1) / chunk,
    };
    pool.failed_chunk = pool.n_chunks;
    gs_ctx_init_worker(&pool.failure, ctx);
    size_t n_members = ctx->n_threads < pool.n_chunks ? ctx->n_threads : pool.n_chunks;
    struct member *members = GS_ARRAY_ZERO(ctx, struct member, n_members);
    if (!members)
        return GS_ENOMEM;
    pthread_mutex_init(&pool.lock, NULL);
    for (size_t i = 0; i < n_members; i++) {
        members[i].pool = &pool;
        gs_ctx_init_worker(&members[i].ctx, ctx);
    }
    /* A thread that cannot be had is not missed: the others take its chunks. */
    for (size_t i = 1; i < n_members; i++)
        members[i].started = pthread_create(&members[i].thread, NULL, run_member, &members[i]) == 0;
    members[0].progress_ctx = ctx;
    run_member(&members[0]);
    for (size_t i = 1; i < n_members; i++)
        if (members[i].started)
            pthread_join(members[i].thread, NULL);
    enum gs_status status = pool.status;
    gs_ctx_merge_worker(ctx, &pool.failure);
    gs_ctx_release_worker(&pool.failure);
    for (size_t i = 0; i < n_members; i++)
        gs_ctx_release_worker(&members[i].ctx);
    pthread_mutex_destroy(&pool.lock);
    gs_free(members);
    return status;
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
