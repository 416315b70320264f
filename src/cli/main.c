// SPDX-License-Identifier: Apache-2.0
/* gigasite: the command line of libgigasite. Finds the command, reads its options, runs it, and
 * turns what became of it into messages and an exit status. */
#include "base/ctx.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/option.h"
#include "cli/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static enum gs_status refuse_command(struct gs_call *call, const char *word)
{
    if (*word == '-')
        return gs_fail(call->ctx, GS_EUSAGE, NULL,
                       "options follow the command: gigasite COMMAND [arguments] [options]",
                       "`%s` does not stand before a command", word);
    const char *names[64];
    size_t n = 0;
    for (; n < gs_n_commands && n < GS_COUNT(names) - 1; n++)
        names[n] = gs_commands[n]->name;
    names[n++] = "help";
    const char *near = gs_nearest_word(word, names, n);
    const char *hint = near ? gs_arena_printf(call->ctx, &call->arena, "did you mean `%s`?", near)
                            : "`gigasite --help` lists the commands";
    return gs_fail(call->ctx, GS_EUSAGE, NULL, hint, "there is no command `%s`", word);
}

static enum gs_status print_help(struct gs_call *call)
{
    struct gs_text text;
    gs_text_init(&text);
    if (call->command)
        gs_help_command(&text, call->command);
    else
        gs_help_program(&text);
    char *help;
    enum gs_status status = gs_text_finish(call->ctx, &text, &help);
    return status ? status : gs_print_and_free(call, help);
}

/* `gigasite help [COMMAND]` */
static enum gs_status help(struct gs_call *call, int argc, char **argv)
{
    if (argc > 1)
        return gs_fail(call->ctx, GS_EUSAGE, NULL, NULL, "`help` takes one command, not `%s`",
                       argv[1]);
    if (argc == 1 && strcmp(argv[0], "--help") != 0 && strcmp(argv[0], "-h") != 0 &&
        !(call->command = gs_command_find(argv[0])))
        return refuse_command(call, argv[0]);
    return print_help(call);
}

static enum gs_status run_command(struct gs_call *call, int argc, char **argv)
{
    enum gs_status status = gs_options_parse(call, argc, argv);
    if (status)
        return status;
    return call->help ? print_help(call) : call->command->run(call);
}

static enum gs_status dispatch(struct gs_call *call, int argc, char **argv)
{
    if (argc < 2)
        return gs_fail(call->ctx, GS_EUSAGE, NULL, "`gigasite --help` lists the commands",
                       "no command is given");
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return help(call, argc - 2, argv + 2);
    if (strcmp(word, "--version") == 0) {
        char *version = gs_arena_printf(call->ctx, &call->arena, "gigasite %s\n", gs_version());
        return version ? gs_print(call, version) : GS_ENOMEM;
    }
    call->command = gs_command_find(word);
    return call->command ? run_command(call, argc - 1, argv + 1) : refuse_command(call, word);
}

int main(int argc, char **argv)
{
    struct gs_call call = {.progress = {.mode = GS_PROGRESS_NONE}};
    signal(SIGPIPE,
           SIG_IGN); /* a reader who left must not end a run that still has to be written */
    signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is an error as others are */
    if (gs_ctx_new(NULL, &call.ctx)) {
        fputs("error: out of memory\n", stderr);
        return gs_status_exit(GS_ENOMEM);
    }
    gs_interrupt_watch(call.ctx);
    gs_arena_init(&call.arena);
    enum gs_status status = dispatch(&call, argc, argv);
    gs_report_end(&call, status);
    gs_interrupt_watch(NULL);
    gs_arena_release(&call.arena);
    gs_ctx_free(call.ctx);
    return gs_status_exit(status);
}
