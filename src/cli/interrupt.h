// SPDX-License-Identifier: Apache-2.0
/* SIGINT, SIGTERM, and SIGALRM for a limit of time: the first asks the library to stop, the second
 * ends the program at once. */
#ifndef GS_CLI_INTERRUPT_H
#define GS_CLI_INTERRUPT_H

#include "gigasite.h"

/* Signals concern this context from now on; NULL: none, before one is freed. */
void gs_interrupt_watch(struct gs_ctx *ctx);
/* As a signal after so many seconds, and another 10 seconds later. */
void gs_interrupt_after(unsigned seconds);
/* Was it that which came first? */
bool gs_interrupt_was_time(void);

#endif
