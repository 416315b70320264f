// SPDX-License-Identifier: Apache-2.0
#include "cli/caching.h"
#include "cli/computing.h"
#include "cli/option.h"
#include "cli/terminal.h"

struct plan_options {
    struct gs_study_choice study;
    struct {
        const char *output;
        bool surface;
    } what;
    int format; /* enum gs_format */
    struct gs_caching caching;
    struct gs_computing computing;
};

static const struct gs_param what_params[] = {
    {.key = "surface",
     .type = GS_PARAM_FLAG,
     .help = "plan the surface too, as `run --surface` would make it",
     .offset = offsetof(struct plan_options, what.surface) - offsetof(struct plan_options, what)},
    {.key = "output",
     .type = GS_PARAM_TEXT,
     .short_key = 'o',
     .placeholder = "FILE",
     .help = "where the run would go, to see whether its disk has room",
     .offset = offsetof(struct plan_options, what.output) - offsetof(struct plan_options, what)},
};

static const struct gs_option_group groups[] = {
    {"Plan", what_params, GS_COUNT(what_params), offsetof(struct plan_options, what)},
    GS_FORMAT_GROUP(struct plan_options, format),
    GS_STUDY_GROUP(struct plan_options, study),
    GS_CACHING_GROUP(struct plan_options, caching),
    GS_LIMITS_GROUP(struct plan_options, computing),
    GS_MESSAGES_GROUP(struct plan_options, computing),
};

static const struct gs_argument arguments[] = {
    {.name = "STUDY", .help = "the study, a YAML or JSON file", .files = "yaml yml json"},
};

static enum gs_status run(struct gs_call *call)
{
    const struct plan_options *options = call->options;
    struct gs_study_options study_options = gs_study_options_of(&options->study);
    struct gs_plan_options what = {options->what.output, options->what.surface, NULL,
                                   options->caching.rehash};
    struct gs_study *study = NULL;
    char *text = NULL;
    enum gs_status status = gs_computing_start(call, &options->computing);
    if (status == GS_OK)
        status = gs_caching_folder(call, &options->caching, &what.cache);
    if (status == GS_OK)
        status = gs_study_open(call->ctx, call->arguments.items[0], &study_options, &study);
    if (status == GS_OK)
        status = gs_study_plan(call->ctx, study, &what, (enum gs_format)options->format, &text);
    gs_report(call);
    if (status == GS_OK)
        status = gs_print_and_free(call, text);
    gs_study_free(study);
    return status;
}

const struct gs_command gs_command_plan = {
    .name = "plan",
    .summary = "Show what a run would do, and the memory and disk it would take",
    .description =
        "Opens the layers of the study and computes nothing. Tells of each measure whether the "
        "cache has it, or what changed since the study's last run. With --surface it also reads "
        "the layers and tells the cells, how each measure is taken on them, and what they take.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite plan study.yaml", "Shows what is measured, and how."},
                 {"gigasite plan study.yaml --surface --memory 2G",
                  "Shows whether the surface can be made with 2 GiB of memory."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct plan_options),
    .run = run,
};
