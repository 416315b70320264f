// SPDX-License-Identifier: Apache-2.0
/* The options of commands that work for long: threads, memory, progress, quiet. */
#ifndef GS_CLI_COMPUTING_H
#define GS_CLI_COMPUTING_H

#include "cli/command.h"

struct gs_computing {
    long long threads; /* 0: one per processor */
    uint64_t memory;   /* bytes; 0: the library's choice */
    int progress;      /* enum gs_progress_mode */
    bool quiet;
};

extern const struct gs_param gs_limits_params[], gs_messages_params[];
enum { GS_LIMITS_PARAMS = 2, GS_MESSAGES_PARAMS = 2 };
/* Both groups fill the same struct. */
#define GS_LIMITS_GROUP(owner, member)                                                             \
    {                                                                                              \
        "Computing", gs_limits_params, GS_LIMITS_PARAMS, offsetof(owner, member)                   \
    }
#define GS_MESSAGES_GROUP(owner, member)                                                           \
    {                                                                                              \
        "Messages", gs_messages_params, GS_MESSAGES_PARAMS, offsetof(owner, member)                \
    }

/* Gives the call a context with these limits, and progress as asked for. */
enum gs_status gs_computing_start(struct gs_call *call,
                                  const struct gs_computing *computing) GS_NODISCARD;

/* NAME.html beside the run NAME.gpkg; NULL when memory is out. */
const char *gs_report_beside(struct gs_call *call, const char *run_path) GS_NODISCARD;

#endif
