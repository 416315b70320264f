// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include "cli/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_ERRORS = 20 };

bool gs_terminal_moves(int descriptor)
{
    const char *term = getenv("TERM");
    return isatty(descriptor) && term && *term && strcmp(term, "dumb") != 0;
}

/* https://no-color.org: any value that is not empty. */
static bool wants_colour(void)
{
    const char *no_color = getenv("NO_COLOR");
    return gs_terminal_moves(STDERR_FILENO) && !(no_color && *no_color);
}

enum gs_status gs_print(struct gs_call *call, const char *text)
{
    gs_progress_finish(&call->progress);
    if (fputs(text, stdout) != EOF && fflush(stdout) == 0)
        return GS_OK;
    if (errno == EPIPE) { /* `gigasite … | head`: die as others do */
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    return gs_fail(call->ctx, GS_EOUTPUT, NULL, NULL, "standard output cannot be written: %s",
                   strerror(errno));
}

enum gs_status gs_print_and_free(struct gs_call *call, char *text)
{
    enum gs_status status = gs_print(call, text);
    gs_text_free(text);
    return status;
}

void gs_report(struct gs_call *call)
{
    gs_progress_finish(&call->progress);
    bool colour = wants_colour();
    for (size_t n = gs_diagnostic_count(call->ctx); call->n_reported < n; call->n_reported++) {
        bool error = gs_diagnostic_at(call->ctx, call->n_reported).severity == GS_ERROR;
        if (error ? ++call->n_errors > MAX_ERRORS && !call->every_error : call->quiet)
            continue;
        char *text = gs_diagnostic_format(call->ctx, call->n_reported, colour);
        fprintf(stderr, "%s\n", text ? text : "error: out of memory");
        gs_text_free(text);
    }
}

void gs_report_end(struct gs_call *call, enum gs_status status)
{
    gs_report(call);
    if (call->n_errors > MAX_ERRORS && !call->every_error)
        fprintf(stderr, "… and %zu more errors\n", call->n_errors - MAX_ERRORS);
    if (status == GS_ECANCEL)
        fputs(gs_interrupt_was_time() ? "stopped: it took longer than the time limit\n"
                                      : "interrupted\n",
              stderr);
    else if (status && status != GS_ECONDITION && call->n_errors == 0)
        fputs("error: it failed without saying why, which is a fault of gigasite\n", stderr);
}
