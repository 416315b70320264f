// SPDX-License-Identifier: Apache-2.0
#include "cli/option.h"
#include "cli/terminal.h"

struct weights_options {
    struct gs_study_choice study;
    int format; /* enum gs_format */
};

static const struct gs_option_group groups[] = {
    GS_FORMAT_GROUP(struct weights_options, format),
    GS_STUDY_GROUP(struct weights_options, study),
};

static const struct gs_argument arguments[] = {
    {.name = "STUDY", .help = "the study, a YAML or JSON file", .files = "yaml yml json"},
};

static enum gs_status run(struct gs_call *call)
{
    const struct weights_options *options = call->options;
    struct gs_study_options study_options = gs_study_options_of(&options->study);
    struct gs_study *study;
    enum gs_status status =
        gs_study_open(call->ctx, call->arguments.items[0], &study_options, &study);
    if (status)
        return status;
    char *text;
    status = gs_study_weights(call->ctx, study, (enum gs_format)options->format, &text);
    gs_study_free(study);
    gs_report(call);
    return status ? status : gs_print_and_free(call, text);
}

const struct gs_command gs_command_weights = {
    .name = "weights",
    .summary = "Show the weights of a study, group by group",
    .description = "Weights are normalised within their group; what counts in the end is each "
                   "criterion's share of the whole.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite weights criteria/demo.yaml", "Shows the tree of weights."},
                 {"gigasite weights study.yaml --set criteria.wind.weight=40",
                  "Shows what another weight would do to the others."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct weights_options),
    .run = run,
};
