// SPDX-License-Identifier: Apache-2.0
/* A source of rows: one number for every cell of a grid, made row by row while bands of rows move
 * from north to south. What a measure is on the surface. NaN is missing.
 *
 * A band is asked for with begin(), in the calling thread; then any rows of it, in any order across
 * threads, each thread with a worker of its own. The numbers of a row depend on its place alone,
 * never on bands, threads or what was asked before. */
#ifndef GS_FLOW_ROWS_H
#define GS_FLOW_ROWS_H

#include "model/grid.h"

struct gs_rows;

/* What the numbers of a row depend on: of the features those within `reach` of its cells, in units
 * of the axes, and what all of them together come to. */
struct gs_rows_local {
    double reach;
    int64_t basis;
};

struct gs_rows_kind {
    const char *name; /* for `plan`: "distance transform" */
    /* Rows take longer to compute than to read back: they are worth keeping (flow/kept_rows.h). */
    bool slow;
    /* NULL: they depend on all features in whatever way. */
    struct gs_rows_local (*local)(const struct gs_rows *rows);
    void (*free)(struct gs_rows *rows);
    /* Once, before all below: the slow part of making it, in one thread while other sources are
     * prepared by others; reports errors only. NULL: nothing. */
    enum gs_status (*prepare)(struct gs_ctx *ctx, struct gs_rows *rows);
    /* Makes rows [first, end) ready and may forget all before `first`. Neither bound ever falls
     * from one call to the next; bands may overlap. May run gs_parallel_run(). NULL: always ready.
     */
    enum gs_status (*begin)(struct gs_ctx *ctx, struct gs_rows *rows, size_t first, size_t end);
    /* What a thread needs; all NULL: nothing. The rows that one worker is asked for rise within a
     * band and from band to band, unless `begin` went back to an earlier `first`. */
    enum gs_status (*worker_new)(struct gs_ctx *ctx, struct gs_rows *rows, void **worker);
    void (*worker_free)(void *worker);
    /* Row `row` of the grid into out[n_cols]. Allocates nothing big; never writes into `rows`. */
    enum gs_status (*row)(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out);
    /* Bytes it will hold at most: shared by all threads for bands of `band_rows`, and per worker.
     */
    uint64_t (*bytes)(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker);
};

/* The head of every source; the kind's own struct begins with it. */
struct gs_rows {
    const struct gs_rows_kind *kind;
    struct gs_grid grid;
    /* Categorical sources: the numbers are indices into these, in byte order; NULL: numbers. */
    const char *const *texts;
    size_t n_texts;
};

/* NULL is legal. */
static inline void gs_rows_free(struct gs_rows *rows)
{
    if (rows)
        rows->kind->free(rows);
}

static inline enum gs_status gs_rows_prepare(struct gs_ctx *ctx, struct gs_rows *rows)
{
    return rows->kind->prepare ? rows->kind->prepare(ctx, rows) : GS_OK;
}

static inline enum gs_status gs_rows_begin(struct gs_ctx *ctx, struct gs_rows *rows, size_t first,
                                           size_t end)
{
    return rows->kind->begin ? rows->kind->begin(ctx, rows, first, end) : GS_OK;
}

static inline enum gs_status gs_rows_worker_new(struct gs_ctx *ctx, struct gs_rows *rows,
                                                void **worker)
{
    *worker = NULL;
    return rows->kind->worker_new ? rows->kind->worker_new(ctx, rows, worker) : GS_OK;
}

static inline void gs_rows_worker_free(const struct gs_rows *rows, void *worker)
{
    if (worker && rows->kind->worker_free)
        rows->kind->worker_free(worker);
}

static inline enum gs_status gs_rows_row(struct gs_ctx *ctx, const struct gs_rows *rows,
                                         void *worker, size_t row, float *out)
{
    return rows->kind->row(ctx, rows, worker, row, out);
}

static inline uint64_t gs_rows_bytes(const struct gs_rows *rows, size_t band_rows,
                                     uint64_t *per_worker)
{
    *per_worker = 0;
    return rows->kind->bytes ? rows->kind->bytes(rows, band_rows, per_worker) : 0;
}

#endif
