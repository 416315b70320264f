// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "cli/terminal.h"

#include <string.h>

/* What does not depend on the commands. `--format=json` reaches a completion as three words, as `=`
 * breaks words. */
static const char head[] =
    "# bash completion for gigasite, printed by `gigasite completion`\n"
    "\n"
    "_gigasite_files() { # EXTENSION... ; none: any file\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(\n"
    "        compgen -d -- \"$cur\"\n"
    "        [ $# -gt 0 ] || compgen -f -- \"$cur\"\n"
    "        for extension; do compgen -f -X \"!*.$extension\" -- \"$cur\"; done\n"
    "    )\n"
    "}\n"
    "\n"
    "_gigasite_words() { # WORD...\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$*\" -- \"$cur\")\n"
    "}\n"
    "\n"
    "_gigasite() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    if [ \"$cur\" = = ]; then\n"
    "        cur=\n"
    "    elif [ \"$prev\" = = ]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    COMPREPLY=()\n";

static const char tail[] = "}\n"
                           "\n"
                           "complete -F _gigasite gigasite\n";

static void append_command_names(struct gs_text *text)
{
    for (size_t i = 0; i < gs_n_commands; i++)
        gs_text_printf(text, " %s", gs_commands[i]->name);
}

/* The line of a `case` that completes the value of an option. */
static void append_value(struct gs_text *text, const struct gs_command *command,
                         const struct gs_param *param)
{
    if (param->type == GS_PARAM_FLAG)
        return;
    gs_text_printf(text, "    %s:--%s", command->name, param->key);
    if (param->short_key)
        gs_text_printf(text, " | %s:-%c", command->name, param->short_key);
    gs_text_append(text, ") ");
    const char *placeholder = param->placeholder ? param->placeholder : "";
    if (param->type == GS_PARAM_CHOICE) {
        gs_text_append(text, "_gigasite_words");
        for (size_t i = 0; param->choices[i]; i++)
            gs_text_printf(text, " %s", param->choices[i]);
        gs_text_append(text, "; return");
    } else if (strcmp(placeholder, "FILE") == 0) {
        gs_text_append(text, "_gigasite_files; return");
    } else if (strcmp(placeholder, "DIR") == 0) {
        gs_text_append(text, "compopt -o filenames 2>/dev/null; "
                             "mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return");
    } else {
        gs_text_append(text, "return"); /* nothing to offer */
    }
    gs_text_append(text, " ;;\n");
}

static void append_options(struct gs_text *text, const struct gs_command *command)
{
    const struct gs_option_group *group;
    gs_text_printf(text, "    %s:-*) _gigasite_words", command->name);
    for (size_t g = 0; (group = gs_command_group(command, g)); g++)
        for (size_t i = 0; i < group->n_params; i++)
            gs_text_printf(text, " --%s", group->params[i].key);
    gs_text_append(text, " ;;\n");
}

static void append_arguments(struct gs_text *text, const struct gs_command *command)
{
    for (size_t i = 0; i < command->n_arguments; i++) {
        const struct gs_argument *argument = &command->arguments[i];
        if (!argument->files && !argument->choices)
            continue;
        gs_text_printf(text, "    %s:*) _gigasite_%s", command->name,
                       argument->files ? "files" : "words");
        if (argument->files)
            gs_text_printf(text, " %s", argument->files);
        else
            for (size_t c = 0; argument->choices[c]; c++)
                gs_text_printf(text, " %s", argument->choices[c]);
        gs_text_append(text, " ;;\n");
        return;
    }
}

static enum gs_status run(struct gs_call *call)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append(&text, head);
    gs_text_append(&text, "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        _gigasite_words");
    append_command_names(&text);
    gs_text_append(&text, " help --help --version\n        return\n    fi\n"
                          "    case ${COMP_WORDS[1]}:$prev in\n");
    for (size_t i = 0; i < gs_n_commands; i++) {
        const struct gs_option_group *group;
        for (size_t g = 0; (group = gs_command_group(gs_commands[i], g)); g++)
            for (size_t p = 0; p < group->n_params; p++)
                append_value(&text, gs_commands[i], &group->params[p]);
    }
    gs_text_append(&text, "    esac\n    case ${COMP_WORDS[1]}:$cur in\n");
    for (size_t i = 0; i < gs_n_commands; i++) {
        append_options(&text, gs_commands[i]);
        append_arguments(&text, gs_commands[i]);
    }
    gs_text_append(&text, "    help:*) _gigasite_words");
    append_command_names(&text);
    gs_text_append(&text, " ;;\n    esac\n");
    gs_text_append(&text, tail);
    char *script;
    enum gs_status status = gs_text_finish(call->ctx, &text, &script);
    return status ? status : gs_print_and_free(call, script);
}

const struct gs_command gs_command_completion = {
    .name = "completion",
    .summary = "Print the bash completion of gigasite",
    .description = "It completes commands, options, their choices and files.",
    .examples = {{"source <(gigasite completion)", "Completes in this shell."},
                 {"gigasite completion > ~/.local/share/bash-completion/completions/gigasite",
                  "Completes in every new shell."}},
    .options_size = 1,
    .run = run,
};
