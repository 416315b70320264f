// SPDX-License-Identifier: Apache-2.0
#include "base/ctx.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/caching.h"
#include "cli/computing.h"
#include "cli/option.h"
#include "cli/terminal.h"
#include "cli/timestamp.h"

#include <stdio.h>
#include <string.h>

struct result_options {
    const char *output; /* NULL: beside the run */
    const char *layers_dir;
    int format; /* enum gs_format */
};

struct rerun_options {
    struct result_options result;
    struct gs_caching caching;
    struct gs_computing computing;
};

static const struct gs_param result_params[] = {
    {.key = "output",
     .type = GS_PARAM_TEXT,
     .short_key = 'o',
     .placeholder = "FILE",
     .help = "write the GeoPackage FILE; when not given RUN-rerun.gpkg, beside RUN.gpkg",
     .offset = offsetof(struct result_options, output)},
    {.key = "layers-dir",
     .type = GS_PARAM_TEXT,
     .placeholder = "DIR",
     .help = "read the layers from DIR; when not given from where the run read them",
     .offset = offsetof(struct result_options, layers_dir)},
    GS_FORMAT_PARAM(offsetof(struct result_options, format)),
};

static const struct gs_option_group groups[] = {
    {"Result", result_params, GS_COUNT(result_params), offsetof(struct rerun_options, result)},
    GS_CACHING_GROUP(struct rerun_options, caching),
    GS_LIMITS_GROUP(struct rerun_options, computing),
    GS_MESSAGES_GROUP(struct rerun_options, computing),
};

static const struct gs_argument arguments[] = {
    {.name = "RUN.gpkg", .help = "the GeoPackage that a run has written", .files = "gpkg"},
};

/* RUN-rerun.gpkg, or what was asked for; never the run itself, which is compared with. */
static enum gs_status choose_output(struct gs_call *call, const char *run_path, const char **output)
{
    if (!*output) {
        size_t length = strlen(run_path);
        int stem =
            (int)(length > 5 && strcmp(run_path + length - 5, ".gpkg") == 0 ? length - 5 : length);
        *output = gs_arena_printf(call->ctx, &call->arena, "%.*s-rerun.gpkg", stem, run_path);
    }
    if (!*output)
        return GS_ENOMEM;
    if (gs_same_file(run_path, *output))
        return gs_fail(call->ctx, GS_EUSAGE, NULL, "choose another output with -o",
                       "%s is the run that is repeated, so it is not replaced", *output);
    return GS_OK;
}

static enum gs_status run(struct gs_call *call)
{
    const struct rerun_options *options = call->options;
    const char *run_path = call->arguments.items[0], *output = options->result.output;
    struct gs_run_options run_options = {.timestamp = -1,
                                         .cache_limit = options->caching.limit,
                                         .rehash = options->caching.rehash};
    struct gs_run_record record = {0};
    struct gs_study *study = NULL;
    struct gs_result *result = NULL;
    char *text;
    enum gs_status status = gs_computing_start(call, &options->computing);
    if (!status)
        status = gs_caching_folder(call, &options->caching, &run_options.cache);
    if (!status)
        status = gs_read_timestamp(call->ctx, &run_options.timestamp);
    if (!status)
        status = choose_output(call, run_path, &output);
    if (!status)
        status =
            gs_study_open_run(call->ctx, run_path, options->result.layers_dir, &record, &study);
    if (!status) {
        run_options.surface = record.surface;
        /* over other layers that command would not give this result again */
        run_options.command_line = options->result.layers_dir ? NULL : record.command_line;
        status = gs_study_run(call->ctx, study, output, &run_options, &result);
    }
    if (!status)
        status = gs_rerun_summary(call->ctx, run_path, output,
                                  (enum gs_format)options->result.format, &text);
    gs_report(call);
    if (!status)
        status = gs_print_and_free(call, text);
    if (!status && !call->quiet)
        fprintf(stderr, "wrote %s\n", output);
    gs_result_free(result);
    gs_study_free(study);
    return status;
}

const struct gs_command gs_command_rerun = {
    .name = "rerun",
    .summary = "Repeat a run from what it holds, and tell whether its inputs changed",
    .description =
        "Reads study, catalogue and settings from the run itself, not from their files, "
        "and the layers from where they lay then: relative paths count from the present "
        "folder. With the SOURCE_DATE_EPOCH and the name of the run and unchanged inputs "
        "and versions, the new file is the old one byte for byte.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite rerun outputs/demo.gpkg", "Writes outputs/demo-rerun.gpkg."},
                 {"gigasite rerun old.gpkg --layers-dir data -o new.gpkg",
                  "Repeats it over layers that lie elsewhere now."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct rerun_options),
    .run = run,
};
