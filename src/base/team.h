// SPDX-License-Identifier: Apache-2.0
/* Threads that work in step: all of them run one function, and wait for each other at a gate. For
 * work that gs_parallel_run() cannot split into items, as each step depends on the one before. */
#ifndef GS_BASE_TEAM_H
#define GS_BASE_TEAM_H

#include "base/ctx.h"

#include <pthread.h>

/* Where members meet. */
struct gs_gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    size_t n, waiting;
    atomic_size_t round;
};

struct gs_member {
    struct gs_ctx *ctx; /* its own diagnostics */
    void *user;
    size_t number, n; /* of n members, from 0; 0 is the calling thread */
    struct gs_gate *gate;
};

/* Runs `work` in up to ctx->n_threads threads at once, fewer when the system gives no more:
 * member->n tells. The status and error are those of the failing member that comes first. A member
 * must pass the gate as often as all others do, so whether to stop is decided together. */
enum gs_status gs_team_run(struct gs_ctx *ctx, enum gs_status (*work)(struct gs_member *member),
                           void *user) GS_NODISCARD;

/* Waits until all members are here. The last to come calls `alone(user)` (NULL: nothing) before the
 * others go on; all see what it wrote. A short wait is spun through, a long one sleeps: a thread
 * that has no processor holds nobody's. */
void gs_gate_pass(struct gs_member *member, void (*alone)(void *user));

#endif
