// SPDX-License-Identifier: Apache-2.0
#include "cli/option.h"
#include "cli/terminal.h"

#include <string.h>

struct list_options {
    int format; /* enum gs_format */
};

static const struct gs_option_group groups[] = {
    GS_FORMAT_GROUP(struct list_options, format),
};

static const char *const registries[] = {
    [GS_MEASURES] = "measures", [GS_VALUES] = "values", [GS_METHODS] = "methods", NULL};

static const struct gs_argument arguments[] = {
    {.name = "WHAT", .help = "measures, values or methods", .choices = registries},
};

static enum gs_status run(struct gs_call *call)
{
    const struct list_options *options = call->options;
    int registry = GS_MEASURES; /* the argument was checked against the choices: it is among them */
    for (int i = 0; registries[i]; i++)
        if (strcmp(registries[i], call->arguments.items[0]) == 0)
            registry = i;
    char *text;
    enum gs_status status = gs_registry_list(call->ctx, (enum gs_registry)registry,
                                             (enum gs_format)options->format, &text);
    return status ? status : gs_print_and_free(call, text);
}

const struct gs_command gs_command_list = {
    .name = "list",
    .summary = "List the measures, value functions or decision methods a study may use",
    .description = "Each with its parameters, their units and defaults.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite list measures", "Shows what can be measured at a site."},
                 {"gigasite list values --format json", "Value functions, for a program."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct list_options),
    .run = run,
};
