// SPDX-License-Identifier: Apache-2.0
/* The options of commands that keep what they measure. */
#ifndef GS_CLI_CACHING_H
#define GS_CLI_CACHING_H

#include "cli/command.h"

struct gs_caching {
    const char *folder; /* NULL: the user's cache */
    bool none;
    uint64_t limit; /* bytes */
    bool rehash;
};

extern const struct gs_param gs_caching_params[];
enum { GS_CACHING_PARAMS = 4 };
#define GS_CACHING_GROUP(owner, member)                                                            \
    {                                                                                              \
        "Cache", gs_caching_params, GS_CACHING_PARAMS, offsetof(owner, member)                     \
    }

/* The folder the options name: *out is NULL when there is to be none. */
enum gs_status gs_caching_folder(struct gs_call *call, const struct gs_caching *caching,
                                 const char **out) GS_NODISCARD;

#endif
