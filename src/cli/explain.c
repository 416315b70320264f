// SPDX-License-Identifier: Apache-2.0
#include "cli/option.h"
#include "cli/terminal.h"

#include <math.h>

struct change_options {
    long long top;
};

struct explain_options {
    struct change_options change;
    int format; /* enum gs_format */
};

static const struct gs_param change_params[] = {
    {.key = "top",
     .type = GS_PARAM_INTEGER,
     .min = 1,
     .max = INFINITY,
     .placeholder = "K",
     .help = "tell what it takes to be among the best K sites, and the best; by default as many as "
             "the study's `robustness: top` or portfolio says, else 5",
     .offset = offsetof(struct change_options, top)},
};

static const struct gs_option_group groups[] = {
    {"What would have to change", change_params, GS_COUNT(change_params),
     offsetof(struct explain_options, change)},
    GS_FORMAT_GROUP(struct explain_options, format),
};

static const struct gs_argument arguments[] = {
    {.name = "RUN.gpkg", .help = "the GeoPackage that a run has written", .files = "gpkg"},
    {.name = "SITE", .help = "the id of a candidate; several may be given", .repeated = true},
};

static enum gs_status run(struct gs_call *call)
{
    const struct explain_options *options = call->options;
    struct gs_explain_options changes = {.top = (size_t)options->change.top};
    char *text;
    enum gs_status status =
        gs_explain(call->ctx, call->arguments.items[0], call->arguments.items + 1,
                   call->arguments.n - 1, &changes, (enum gs_format)options->format, &text);
    gs_report(call);
    return status ? status : gs_print_and_free(call, text);
}

const struct gs_command gs_command_explain = {
    .name = "explain",
    .summary = "Tell why sites of a run have their ranks",
    .description = "Shows what each criterion measured, what it is worth and what it adds to the "
                   "score, or which constraint a site fails; and the smallest change of one "
                   "measured quantity, or of one weight, that would make a site one of the best, "
                   "or feasible. The study is read from the run itself.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite explain outputs/demo.gpkg V22", "Explains the site V22."},
                 {"gigasite explain outputs/demo.gpkg V22 V18 --format json",
                  "Explains two sites, for a program."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct explain_options),
    .run = run,
};
