// SPDX-License-Identifier: Apache-2.0
#include "cli/caching.h"

#include "base/ctx.h"

#include <stdlib.h>

const struct gs_param gs_caching_params[GS_CACHING_PARAMS] = {
    {.key = "cache",
     .type = GS_PARAM_TEXT,
     .placeholder = "DIR",
     .help =
         "keep what is measured in DIR, and measure nothing again that is there; when not given "
         "gigasite in XDG_CACHE_HOME, or in ~/.cache",
     .offset = offsetof(struct gs_caching, folder)},
    {.key = "no-cache",
     .type = GS_PARAM_FLAG,
     .help = "measure everything, and keep nothing",
     .offset = offsetof(struct gs_caching, none)},
    {.key = "cache-size",
     .type = GS_PARAM_SIZE,
     .fallback = "4 GiB",
     .placeholder = "SIZE",
     .help = "let the cache take at most SIZE; what was not used for longest goes first",
     .offset = offsetof(struct gs_caching, limit)},
    {.key = "rehash",
     .type = GS_PARAM_FLAG,
     .help = "read all files through to see whether they changed, whatever their times say",
     .offset = offsetof(struct gs_caching, rehash)},
};

/* https://specifications.freedesktop.org/basedir-spec: relative paths are to be ignored. */
static enum gs_status default_folder(struct gs_call *call, const char **out)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    *out = NULL;
    if (cache && *cache == '/')
        *out = gs_arena_printf(call->ctx, &call->arena, "%s/gigasite", cache);
    else if (home && *home == '/')
        *out = gs_arena_printf(call->ctx, &call->arena, "%s/.cache/gigasite", home);
    else
        return GS_OK;
    return *out ? GS_OK : GS_ENOMEM;
}

enum gs_status gs_caching_folder(struct gs_call *call, const struct gs_caching *caching,
                                 const char **out)
{
    *out = caching->folder;
    if (caching->folder && caching->none)
        return gs_fail(call->ctx, GS_EUSAGE, NULL, "give one of them",
                       "--cache and --no-cache contradict each other");
    if (caching->folder && !*caching->folder)
        return gs_fail(call->ctx, GS_EUSAGE, NULL, "--no-cache keeps nothing",
                       "--cache needs the name of a folder");
    return caching->folder || caching->none ? GS_OK : default_folder(call, out);
}
