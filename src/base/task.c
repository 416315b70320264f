// SPDX-License-Identifier: Apache-2.0
#include "base/task.h"

static void *run(void *argument)
{
    struct gs_task *task = argument;
    task->status = task->work(&task->ctx, task->user);
    return NULL;
}

void gs_task_start(struct gs_ctx *ctx, struct gs_task *task,
                   enum gs_status (*work)(struct gs_ctx *ctx, void *user), void *user)
{
    *task = (struct gs_task){.work = work, .user = user, .started = true};
    gs_ctx_init_worker(&task->ctx, ctx);
    task->threaded = ctx->n_threads > 1 && pthread_create(&task->thread, NULL, run, task) == 0;
    if (!task->threaded)
        run(task);
}

enum gs_status gs_task_join(struct gs_ctx *ctx, struct gs_task *task)
{
    if (task->threaded)
        pthread_join(task->thread, NULL);
    gs_ctx_merge_worker(ctx, &task->ctx);
    gs_ctx_release_worker(&task->ctx);
    task->started = task->threaded = false;
    return task->status;
}

void gs_task_drop(struct gs_task *task)
{
    if (task->threaded)
        pthread_join(task->thread, NULL);
    if (task->started)
        gs_ctx_release_worker(&task->ctx);
    task->started = task->threaded = false;
}
