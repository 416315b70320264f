// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* A handler gets nothing but the signal's number: the one place with state of the whole program. */
static _Atomic(struct gs_ctx *) watched;
static atomic_bool interrupted, was_time;

enum { GRACE_S = 10 }; /* for what does not listen, such as a library in a loop */

static void on_signal(int number)
{
    if (atomic_exchange(&interrupted, true))
        _exit(gs_status_exit(GS_ECANCEL));
    if (number == SIGALRM) {
        atomic_store(&was_time, true);
        alarm(GRACE_S);
    }
    struct gs_ctx *ctx = atomic_load(&watched);
    if (ctx)
        gs_ctx_cancel(ctx);
}

/* A signal ignored from outside stays so: a background job of a shell lives on after Ctrl-C. */
static void handle(int number)
{
    struct sigaction action;
    if (sigaction(number, NULL, &action) || action.sa_handler == SIG_IGN)
        return;
    action = (struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void gs_interrupt_watch(struct gs_ctx *ctx)
{
    atomic_store(&watched, ctx);
    handle(SIGINT);
    handle(SIGTERM);
    if (ctx && atomic_load(&interrupted))
        gs_ctx_cancel(ctx);
}

void gs_interrupt_after(unsigned seconds)
{
    handle(SIGALRM);
    alarm(seconds);
}

bool gs_interrupt_was_time(void)
{
    return atomic_load(&was_time);
}
