// SPDX-License-Identifier: Apache-2.0
#include "cli/caching.h"
#include "cli/option.h"
#include "cli/terminal.h"

#include "base/ctx.h"

#include <string.h>

struct cache_options {
    const char *folder;
    int format; /* enum gs_format */
};

static const struct gs_param params[] = {
    {.key = "cache",
     .type = GS_PARAM_TEXT,
     .placeholder = "DIR",
     .help = "the cache in DIR; when not given gigasite in XDG_CACHE_HOME, or in ~/.cache",
     .offset = offsetof(struct cache_options, folder)},
    GS_FORMAT_PARAM(offsetof(struct cache_options, format)),
};

static const struct gs_option_group groups[] = {{"Cache", params, GS_COUNT(params), 0}};

static const char *const actions[] = {"info", "clear", NULL};

static const struct gs_argument arguments[] = {
    {.name = "WHAT", .help = "info: what it holds; clear: empty it", .choices = actions},
};

static enum gs_status run(struct gs_call *call)
{
    const struct cache_options *options = call->options;
    struct gs_caching caching = {.folder = options->folder};
    const char *folder;
    char *text;
    enum gs_status status = gs_caching_folder(call, &caching, &folder);
    if (!status && !folder)
        status = gs_fail(call->ctx, GS_EUSAGE, NULL, "name it with --cache",
                         "there is no cache where neither XDG_CACHE_HOME nor HOME is set");
    if (!status)
        status =
            gs_cache_describe(call->ctx, folder, strcmp(call->arguments.items[0], "clear") == 0,
                              (enum gs_format)options->format, &text);
    return status ? status : gs_print_and_free(call, text);
}

const struct gs_command gs_command_cache = {
    .name = "cache",
    .summary = "Tell what is kept of earlier runs, or remove it",
    .description = "Runs keep what they measured, so that only what changed is measured again. "
                   "Removing it does no harm but to the time that the next run takes.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite cache info", "Tells where it is and how much it holds."},
                 {"gigasite cache clear", "Empties it."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct cache_options),
    .run = run,
};
