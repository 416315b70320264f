// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "cli/help.h"
#include "cli/terminal.h"

#include <string.h>

/* Text as roff reads it: a backslash, a minus that stays one, and no line that begins as a request.
 */
static void append_roff(struct gs_text *text, const char *words)
{
    if (*words == '.' || *words == '\'')
        gs_text_append(text, "\\&");
    for (; *words; words++) {
        if (*words == '\\')
            gs_text_append(text, "\\e");
        else if (*words == '-')
            gs_text_append(text, "\\-");
        else
            gs_text_append_bytes(text, words, 1);
    }
}

/* A request with one quoted argument: .SH "EXIT STATUS" */
static void append_request(struct gs_text *text, const char *request, const char *argument)
{
    gs_text_printf(text, "%s \"", request);
    append_roff(text, argument);
    gs_text_append(text, "\"\n");
}

static void append_line(struct gs_text *text, const char *words, const char *end)
{
    append_roff(text, words);
    gs_text_append(text, end);
}

static void append_option(struct gs_text *text, const struct gs_param *param)
{
    gs_text_append(text, ".TP\n");
    if (param->short_key)
        gs_text_printf(text, "\\fB\\-%c\\fR, ", param->short_key);
    gs_text_append(text, "\\fB\\-\\-");
    append_line(text, param->key, "\\fR");
    struct gs_text placeholder;
    gs_text_init(&placeholder);
    gs_help_placeholder(&placeholder, param);
    if (param->type != GS_PARAM_FLAG && placeholder.bytes) {
        gs_text_append(text, " \\fI");
        append_line(text, placeholder.bytes, "\\fR");
    }
    gs_text_release(&placeholder);
    gs_text_append(text, "\n");
    append_line(text, param->help, param->type == GS_PARAM_TEXTS ? "; may be repeated" : "");
    if (param->fallback) {
        gs_text_append(text, " (default: ");
        append_line(text, param->fallback, ")");
    }
    gs_text_append(text, ".\n");
}

static void append_command(struct gs_text *text, const struct gs_command *command)
{
    struct gs_text usage;
    gs_text_init(&usage);
    gs_help_usage(&usage, command);
    if (usage.bytes)
        append_request(text, ".SS", usage.bytes);
    gs_text_release(&usage);
    append_line(text, command->summary, ".\n");
    if (command->description)
        append_line(text, command->description, "\n");
    for (size_t i = 0; i < command->n_arguments; i++) {
        gs_text_append(text, ".TP\n\\fI");
        append_line(text, command->arguments[i].name, "\\fR\n");
        append_line(text, command->arguments[i].help, ".\n");
    }
    for (size_t g = 0; g < command->n_groups; g++)
        for (size_t i = 0; i < command->groups[g].n_params; i++)
            append_option(text, &command->groups[g].params[i]);
}

static void append_examples(struct gs_text *text)
{
    append_request(text, ".SH", "EXAMPLES");
    for (size_t i = 0; i < gs_n_commands; i++)
        for (size_t e = 0; e < GS_EXAMPLES; e++) {
            gs_text_append(text, ".TP\n\\fB");
            append_line(text, gs_commands[i]->examples[e].line, "\\fR\n");
            append_line(text, gs_commands[i]->examples[e].purpose, "\n");
        }
}

/* A list of names in bold, each with what it means. */
static void append_meaning(struct gs_text *text, const char *name, const char *meaning)
{
    gs_text_append(text, ".TP\n\\fB");
    append_line(text, name, "\\fR\n");
    append_line(text, meaning, ".\n");
}

static enum gs_status run(struct gs_call *call)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_text_printf(&text, ".\\\" Printed by `gigasite man`.\n.TH GIGASITE 1 \"\" \"gigasite %s\"\n",
                   gs_version());
    append_request(&text, ".SH", "NAME");
    append_line(&text, "gigasite - ranks candidate sites for very large compute", "\n");
    append_request(&text, ".SH", "SYNOPSIS");
    gs_text_append(&text,
                   "\\fBgigasite\\fR \\fICOMMAND\\fR [\\fIarguments\\fR] [\\fIoptions\\fR]\n");
    append_request(&text, ".SH", "DESCRIPTION");
    append_line(&text,
                "Ranks candidate sites for very large compute, or any large load, against a study "
                "of weighted criteria over raster and vector layers, and writes a GeoPackage. "
                "Results go to standard output; progress, warnings and errors to standard error.",
                "\n");
    append_request(&text, ".SH", "COMMANDS");
    for (size_t i = 0; i < gs_n_commands; i++)
        append_command(&text, gs_commands[i]);
    append_request(&text, ".SH", "OPTIONS OF EVERY COMMAND");
    append_meaning(&text, "-h, --help", "Show how the command is used");
    append_request(&text, ".SH", "EXIT STATUS");
    for (size_t i = 0; i < gs_n_exit_statuses; i++)
        append_meaning(&text, gs_exit_statuses[i].status, gs_exit_statuses[i].meaning);
    append_request(&text, ".SH", "ENVIRONMENT");
    for (size_t i = 0; i < gs_n_variables; i++)
        append_meaning(&text, gs_variables[i].name, gs_variables[i].meaning);
    append_examples(&text);
    char *page;
    enum gs_status status = gs_text_finish(call->ctx, &text, &page);
    return status ? status : gs_print_and_free(call, page);
}

const struct gs_command gs_command_man = {
    .name = "man",
    .summary = "Print the manual page of gigasite",
    .description = "In roff, as man(1) reads it.",
    .examples = {{"gigasite man | man -l -", "Shows the manual page."},
                 {"gigasite man > gigasite.1", "Keeps it, for a package."}},
    .options_size = 1,
    .run = run,
};
