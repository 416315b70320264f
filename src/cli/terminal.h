// SPDX-License-Identifier: Apache-2.0
/* What the program says: results on standard output, everything else on standard error. */
#ifndef GS_CLI_TERMINAL_H
#define GS_CLI_TERMINAL_H

#include "cli/command.h"

/* Is it a terminal that understands more than lines of text? */
bool gs_terminal_moves(int descriptor);

/* Writes a result, at once. When nobody reads any more the program ends, quietly. */
enum gs_status gs_print(struct gs_call *call, const char *text) GS_NODISCARD;
/* The same for a text of the library's or of struct gs_text, which it frees. */
enum gs_status gs_print_and_free(struct gs_call *call, char *text) GS_NODISCARD;

/* Shows the diagnostics that have come since the last report: errors, the first 20 unless
 * call->every_error, and unless call->quiet the rest. */
void gs_report(struct gs_call *call);
/* The last report: says how many errors were not shown, and that it was interrupted. */
void gs_report_end(struct gs_call *call, enum gs_status status);

#endif
