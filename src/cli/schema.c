// SPDX-License-Identifier: Apache-2.0
#include "cli/option.h"
#include "cli/terminal.h"

struct schema_options {
    bool reference;
};

static const struct gs_param result_params[] = {
    {.key = "reference",
     .type = GS_PARAM_FLAG,
     .help = "print the reference of the study file, in Markdown, in place of the schema",
     .offset = offsetof(struct schema_options, reference)},
};

static const struct gs_option_group groups[] = {
    {"Result", result_params, GS_COUNT(result_params), 0},
};

static enum gs_status run(struct gs_call *call)
{
    const struct schema_options *options = call->options;
    char *text;
    enum gs_status status =
        options->reference ? gs_reference(call->ctx, &text) : gs_schema(call->ctx, &text);
    return status ? status : gs_print_and_free(call, text);
}

const struct gs_command gs_command_schema = {
    .name = "schema",
    .summary = "Print the JSON Schema of study and catalogue",
    .description = "Editors complete and check a study that begins with the line "
                   "`# yaml-language-server: $schema=gigasite.schema.json`.",
    .examples = {{"gigasite schema > gigasite.schema.json", "Keeps the schema for an editor."},
                 {"gigasite schema --reference > reference.md",
                  "Every key of a study, on one page."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct schema_options),
    .run = run,
};
