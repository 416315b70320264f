// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <string.h>

enum { COLUMNS = 80, NAMES = 26 }; /* of a line, and where the explanations begin */

const struct gs_exit_status gs_exit_statuses[] = {
    {"0", "done"},
    {"1", "failed on data or output"},
    {"2", "the command line, the study or the catalogue is wrong"},
    {"3", "a condition that was asked for holds, see --fail-if"},
    {"130", "interrupted"},
};
const size_t gs_n_exit_statuses = GS_COUNT(gs_exit_statuses);

const struct gs_variable gs_variables[] = {
    {"SOURCE_DATE_EPOCH", "seconds since 1970 to write into the output in place of the present "
                          "time, so that the same run gives the same file"},
    {"NO_COLOR", "when set to anything, messages have no colour"},
    {"TERM", "when `dumb`, messages have no colour and there is no progress bar"},
};
const size_t gs_n_variables = GS_COUNT(gs_variables);

/* "  name       what it is", the name already formatted. */
static void append_entry(struct gs_text *text, const char *name, const char *help)
{
    gs_text_printf(text, "  %s", name);
    if (strlen(name) + 2 > NAMES - 2)
        gs_text_append(text, "\n");
    gs_text_append_wrapped(text, NAMES, COLUMNS, help);
}

static void append_argument(struct gs_text *text, const struct gs_argument *argument)
{
    gs_text_printf(text, argument->optional ? " [%s%s]" : " %s%s", argument->name,
                   argument->repeated ? "..." : "");
}

void gs_help_usage(struct gs_text *text, const struct gs_command *command)
{
    gs_text_printf(text, "gigasite %s", command->name);
    for (size_t i = 0; i < command->n_arguments; i++)
        append_argument(text, &command->arguments[i]);
    gs_text_append(text, " [options]");
}

void gs_help_placeholder(struct gs_text *text, const struct gs_param *param)
{
    if (param->placeholder) {
        gs_text_append(text, param->placeholder);
    } else if (param->type == GS_PARAM_CHOICE) {
        for (size_t i = 0; param->choices[i]; i++)
            gs_text_printf(text, "%s%s", i ? "|" : "", param->choices[i]);
    }
}

static void append_option(struct gs_text *text, const struct gs_param *param)
{
    struct gs_text name, help;
    gs_text_init(&name);
    gs_text_init(&help);
    if (param->short_key)
        gs_text_printf(&name, "-%c, ", param->short_key);
    gs_text_printf(&name, "--%s", param->key);
    if (param->type != GS_PARAM_FLAG)
        gs_text_append(&name, " ");
    gs_help_placeholder(&name, param);
    gs_text_append(&help, param->help);
    if (param->type == GS_PARAM_TEXTS)
        gs_text_append(&help, "; may be repeated");
    if (param->fallback)
        gs_text_printf(&help, " [%s]", param->fallback);
    if (name.bytes && help.bytes)
        append_entry(text, name.bytes, help.bytes);
    gs_text_release(&name);
    gs_text_release(&help);
}

void gs_help_command(struct gs_text *text, const struct gs_command *command)
{
    gs_text_append(text, "Usage: ");
    gs_help_usage(text, command);
    gs_text_printf(text, "\n\n%s.\n", command->summary);
    if (command->description) {
        gs_text_append(text, "\n");
        gs_text_append_wrapped(text, 0, COLUMNS, command->description);
    }
    if (command->n_arguments)
        gs_text_append(text, "\nArguments:\n");
    for (size_t i = 0; i < command->n_arguments; i++)
        append_entry(text, command->arguments[i].name, command->arguments[i].help);
    const struct gs_option_group *group;
    for (size_t g = 0; (group = gs_command_group(command, g)); g++) {
        gs_text_printf(text, "\n%s:\n", group->title);
        for (size_t i = 0; i < group->n_params; i++)
            append_option(text, &group->params[i]);
    }
    gs_text_append(text, "\nExamples:\n");
    for (size_t i = 0; i < GS_EXAMPLES; i++) {
        gs_text_printf(text, "  %s\n", command->examples[i].line);
        gs_text_append_wrapped(text, 6, COLUMNS, command->examples[i].purpose);
    }
    gs_text_append(text, "\nExit status:\n");
    for (size_t i = 0; i < gs_n_exit_statuses; i++)
        gs_text_printf(text, "  %-4s %s\n", gs_exit_statuses[i].status,
                       gs_exit_statuses[i].meaning);
}

void gs_help_program(struct gs_text *text)
{
    gs_text_append(text, "Usage: gigasite COMMAND [arguments] [options]\n\n"
                         "Ranks candidate sites for very large compute, or any large load, against "
                         "a study\nof weighted criteria over map layers.\n\nCommands:\n");
    for (size_t i = 0; i < gs_n_commands; i++) {
        struct gs_text name;
        gs_text_init(&name);
        gs_text_append(&name, gs_commands[i]->name);
        for (size_t a = 0; a < gs_commands[i]->n_arguments; a++)
            append_argument(&name, &gs_commands[i]->arguments[a]);
        if (name.bytes)
            append_entry(text, name.bytes, gs_commands[i]->summary);
        gs_text_release(&name);
    }
    gs_text_append(text, "\nOptions:\n");
    append_entry(text, "-h, --help", "show this help");
    append_entry(text, "--version", "show the version");
    gs_text_append(text, "\n`gigasite COMMAND --help` explains a command.\n\nEnvironment:\n");
    for (size_t i = 0; i < gs_n_variables; i++)
        append_entry(text, gs_variables[i].name, gs_variables[i].meaning);
    gs_text_append(text, "\nExit status:\n");
    for (size_t i = 0; i < gs_n_exit_statuses; i++)
        gs_text_printf(text, "  %-4s %s\n", gs_exit_statuses[i].status,
                       gs_exit_statuses[i].meaning);
}
