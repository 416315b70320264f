// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <string.h>

#define GS_COMMAND(name) extern const struct gs_command gs_command_##name;
#include "cli/command.def"
#undef GS_COMMAND

#define GS_COMMAND(name) &gs_command_##name,
const struct gs_command *const gs_commands[] = {
#include "cli/command.def"
};
#undef GS_COMMAND
const size_t gs_n_commands = GS_COUNT(gs_commands);

static const struct gs_param help_params[] = {
    {.key = "help",
     .type = GS_PARAM_FLAG,
     .short_key = 'h',
     .help = "show this help",
     .offset = offsetof(struct gs_call, help)},
};

/* Every command has it, so it is said once; the only table that fills the call itself. */
static const struct gs_option_group help_group = {"Help", help_params, GS_COUNT(help_params), 0};

const struct gs_command *gs_command_find(const char *name)
{
    for (size_t i = 0; i < gs_n_commands; i++)
        if (strcmp(gs_commands[i]->name, name) == 0)
            return gs_commands[i];
    return NULL;
}

const struct gs_option_group *gs_command_group(const struct gs_command *command, size_t index)
{
    if (index < command->n_groups)
        return &command->groups[index];
    return index == command->n_groups ? &help_group : NULL;
}
