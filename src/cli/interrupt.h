// SPDX-License-Identifier: Apache-2.0
/* SIGINT and SIGTERM: the first asks the library to stop, the second ends the program at once. */
#ifndef GS_CLI_INTERRUPT_H
#define GS_CLI_INTERRUPT_H

#include "gigasite.h"

/* Signals concern this context from now on; NULL: none, before one is freed. */
void gs_interrupt_watch(struct gs_ctx *ctx);

#endif
