// SPDX-License-Identifier: Apache-2.0
#include "cli/computing.h"

#include "base/ctx.h"
#include "base/file.h"
#include "cli/interrupt.h"

#include <string.h>

const struct gs_param gs_limits_params[GS_LIMITS_PARAMS] = {
    {.key = "threads",
     .type = GS_PARAM_INTEGER,
     .min = 1,
     .max = 4096,
     .placeholder = "N",
     .help = "work on N threads; one per processor when not given. The result is the same",
     .offset = offsetof(struct gs_computing, threads)},
    {.key = "memory",
     .type = GS_PARAM_SIZE,
     .placeholder = "SIZE",
     .help = "use at most SIZE of memory, such as 500M or 8G; a quarter of the machine's when not "
             "given",
     .offset = offsetof(struct gs_computing, memory)},
};

const struct gs_param gs_messages_params[GS_MESSAGES_PARAMS] = {
    {.key = "progress",
     .type = GS_PARAM_CHOICE,
     .choices = gs_progress_choices,
     .fallback = "auto",
     .help = "show progress on standard error: a bar, lines of JSON or nothing; auto is a bar on a "
             "terminal",
     .offset = offsetof(struct gs_computing, progress)},
    {.key = "quiet",
     .type = GS_PARAM_FLAG,
     .short_key = 'q',
     .help = "show no progress, notes or warnings, only errors",
     .offset = offsetof(struct gs_computing, quiet)},
};

enum gs_status gs_computing_start(struct gs_call *call, const struct gs_computing *computing)
{
    call->quiet = computing->quiet;
    gs_progress_start(&call->progress, computing->quiet
                                           ? GS_PROGRESS_NONE
                                           : (enum gs_progress_mode)computing->progress);
    struct gs_ctx_options limits = {
        .threads = (unsigned)computing->threads,
        .memory = computing->memory,
        .progress = gs_progress_show,
        .progress_user = &call->progress,
    };
    struct gs_ctx *ctx;
    if (gs_ctx_new(&limits, &ctx))
        return gs_fail_memory(call->ctx);
    gs_interrupt_watch(ctx);
    gs_ctx_free(call->ctx); /* the one that read the options; it had nothing to report */
    call->ctx = ctx;
    return GS_OK;
}

const char *gs_report_beside(struct gs_call *call, const char *run_path)
{
    const char *name = gs_file_name(run_path);
    const char *dot = strrchr(name, '.');
    int length = dot && dot > name ? (int)(dot - run_path) : (int)strlen(run_path);
    return gs_arena_printf(call->ctx, &call->arena, "%.*s.html", length, run_path);
}
