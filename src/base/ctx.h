// SPDX-License-Identifier: Apache-2.0
/* The context: diagnostics, limits, progress, cancellation. Every fallible function takes it. */
#ifndef GS_BASE_CTX_H
#define GS_BASE_CTX_H

#include "gigasite.h"

#include <stdarg.h>
#include <stdatomic.h>

struct gs_units;

/* A place in a file the user wrote. `file` is borrowed and outlives the context's diagnostics only
 * until they are recorded (they copy it). All zero: no place. */
struct gs_pos {
    const char *file;
    unsigned line, column; /* from 1; 0: unknown */
};

struct gs_source; /* the text of a file, kept to show the line a diagnostic points at */

struct gs_diag {
    enum gs_severity severity;
    bool local;
    unsigned line, column;
    char *file, *message, *hint;
};

struct gs_diags {
    struct gs_diag *items;
    size_t n, capacity;
};

struct gs_ctx {
    unsigned n_threads;
    uint64_t memory; /* bytes the whole call may use */
    /* Of a stranger's study: so many features of a layer and cells of a grid; 0: any number. */
    uint64_t max_features, max_cells;
    gs_progress_fn *progress;
    void *progress_user;
    double progress_from, progress_to; /* the part of the whole that the current stage covers */
    double progress_told;              /* last; it never goes back within a call */
    const char *progress_stage;
    atomic_bool *cancel; /* shared with worker contexts */
    atomic_bool own_cancel;

    struct gs_diag *diags;
    size_t n_diags, diags_capacity;
    bool out_of_memory; /* reported by a constant diagnostic, as there is no memory for another */
    size_t n_errors;

    struct gs_source *sources;
    size_t n_sources, sources_capacity;

    struct gs_units *units; /* made at first use, base/units.c */
};

/* A worker's context: own diagnostics, the parent's limits and cancel flag. */
void gs_ctx_init_worker(struct gs_ctx *worker, struct gs_ctx *parent);
/* Moves the worker's diagnostics to the end of the parent's. */
void gs_ctx_merge_worker(struct gs_ctx *parent, struct gs_ctx *worker);
void gs_ctx_release_worker(struct gs_ctx *worker);

/* The diagnostics so far are put aside, so that those that come are seen apart, whether they were
 * told before or not; after that both are put together again. */
void gs_ctx_set_aside(struct gs_ctx *ctx, struct gs_diags *before);
struct gs_diags gs_ctx_since(const struct gs_ctx *ctx);
void gs_ctx_bring_back(struct gs_ctx *ctx, struct gs_diags *before);

/* Records one error and returns `status`, so that `return gs_fail(…)` is the idiom. `pos` and
 * `hint` may be NULL. The message is a complete sentence fragment without final stop. */
enum gs_status gs_fail(struct gs_ctx *ctx, enum gs_status status, const struct gs_pos *pos,
                       const char *hint, const char *format, ...) GS_PRINTF(5, 6);
enum gs_status gs_fail_memory(struct gs_ctx *ctx);
void gs_warn(struct gs_ctx *ctx, const struct gs_pos *pos, const char *hint, const char *format,
             ...) GS_PRINTF(4, 5);

/* A warning of the machine it runs on, not of the result, which does not hold it. */
void gs_warn_local(struct gs_ctx *ctx, const char *hint, const char *format, ...) GS_PRINTF(3, 4);

/* GS_ECANCEL when the user asked to stop, else GS_OK. The status says all: there is no diagnostic.
 * Cheap: call it per chunk. */
enum gs_status gs_check_cancel(struct gs_ctx *ctx) GS_NODISCARD;

/* Progress: a stage covers [from, to] of the whole; gs_progress_step() reports within the stage. A
 * stage from 0 begins a new whole. */
void gs_progress_stage(struct gs_ctx *ctx, double from, double to, const char *stage);
void gs_progress_step(struct gs_ctx *ctx, double fraction_of_stage);

/* Keeps a copy of the text of `file`, for showing lines. */
enum gs_status gs_ctx_add_source(struct gs_ctx *ctx, const char *file, const char *text,
                                 size_t bytes) GS_NODISCARD;

/* The candidate nearest to `word` (optimal string alignment; at most one edit more than a third of
 * its length, and 3), the first of equals, or NULL. For "did you mean". */
const char *gs_nearest_word(const char *word, const char *const *candidates, size_t n);

#endif
