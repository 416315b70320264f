// SPDX-License-Identifier: Apache-2.0
/* Why sites are excluded, as the style of the ranking tells them apart. */
#ifndef GS_OUTPUT_REASONS_H
#define GS_OUTPUT_REASONS_H

#include "output/ranking.h"

struct gs_shown_reason {
    double code; /* what GS_SCORE_SHOWN is: -1 without data, -2 - c for constraint c */
    const char *label, *colour;
};

struct gs_reasons {
    struct gs_shown_reason *list; /* those that occur, n of them */
    size_t n;
    char *expression; /* of GS_SCORE_SHOWN: the score, or the code of the first constraint that the
                         site does not meet */
    struct gs_arena arena;
};

/* Of the first n_shown sites as ranked. */
enum gs_status gs_reasons_init(struct gs_ctx *ctx, const struct gs_result *result,
                               const struct gs_ranking *ranking, size_t n_shown,
                               struct gs_reasons *out) GS_NODISCARD;
void gs_reasons_release(struct gs_reasons *reasons);

/* The constraint that excludes the site, the first in the order of the study; SIZE_MAX: it lacks
 * data. */
size_t gs_first_reason(const struct gs_result *result, size_t site);

#endif
