// SPDX-License-Identifier: Apache-2.0
/* --help, from the tables of the commands. */
#ifndef GS_CLI_HELP_H
#define GS_CLI_HELP_H

#include "base/text.h"
#include "cli/command.h"

/* What the program is and its commands. */
void gs_help_program(struct gs_text *text);
/* Usage, purpose, arguments, options by group, examples, exit status. */
void gs_help_command(struct gs_text *text, const struct gs_command *command);

/* "gigasite run STUDY [options]" */
void gs_help_usage(struct gs_text *text, const struct gs_command *command);
/* What stands for an option's value, "FILE" or "text|json"; nothing for a flag. */
void gs_help_placeholder(struct gs_text *text, const struct gs_param *param);

/* One line for each exit status. */
struct gs_exit_status {
    const char *status, *meaning;
};
extern const struct gs_exit_status gs_exit_statuses[];
extern const size_t gs_n_exit_statuses;

/* What the environment changes. */
struct gs_variable {
    const char *name, *meaning;
};
extern const struct gs_variable gs_variables[];
extern const size_t gs_n_variables;

#endif
