// SPDX-License-Identifier: Apache-2.0
/* How far a run has come, on standard error: a bar for people, lines of JSON for programs. */
#ifndef GS_CLI_PROGRESS_H
#define GS_CLI_PROGRESS_H

#include "gigasite.h"

enum gs_progress_mode {
    GS_PROGRESS_AUTO, /* the bar on a terminal, else nothing */
    GS_PROGRESS_BAR,
    GS_PROGRESS_JSON,
    GS_PROGRESS_NONE,
};
extern const char *const gs_progress_choices[];

struct gs_progress {
    enum gs_progress_mode mode; /* never AUTO once started */
    double started_s, shown_s;  /* by the monotonic clock */
    const char *stage;          /* shown last; NULL: nothing shown yet */
    bool drawn;                 /* a bar stands on the terminal */
};

void gs_progress_start(struct gs_progress *progress, enum gs_progress_mode mode);
/* A gs_progress_fn; `user` is the struct gs_progress. */
void gs_progress_show(void *user, double fraction, const char *stage);
/* Takes the bar off the terminal. May be called again. */
void gs_progress_finish(struct gs_progress *progress);

#endif
