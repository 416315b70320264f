// SPDX-License-Identifier: Apache-2.0
/* One piece of work in a thread of its own while the caller goes on: what waits for a disk more
 * than it computes. */
#ifndef GS_BASE_TASK_H
#define GS_BASE_TASK_H

#include "base/ctx.h"

#include <pthread.h>

struct gs_task {
    struct gs_ctx ctx; /* its own diagnostics */
    enum gs_status (*work)(struct gs_ctx *ctx, void *user);
    void *user;
    pthread_t thread;
    enum gs_status status;
    bool started, threaded;
};

/* Begins `work(task's context, user)`; at once and to its end when the context has one thread only,
 * or the system gives none. The task must stay where it is until it is joined or dropped. */
void gs_task_start(struct gs_ctx *ctx, struct gs_task *task,
                   enum gs_status (*work)(struct gs_ctx *ctx, void *user), void *user);
/* Waits for its end; its diagnostics follow those of `ctx`. */
enum gs_status gs_task_join(struct gs_ctx *ctx, struct gs_task *task) GS_NODISCARD;
/* Waits for its end and forgets it. A zeroed struct is legal, and one that was joined. */
void gs_task_drop(struct gs_task *task);

#endif
