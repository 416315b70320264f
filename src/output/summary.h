// SPDX-License-Identifier: Apache-2.0
/* What the short answer says in text and in JSON: why sites are out, group by group. */
#ifndef GS_OUTPUT_SUMMARY_H
#define GS_OUTPUT_SUMMARY_H

#include "output/ranking.h"

/* The reason of a group of excluded sites: they fail constraint `item`, lack data for it, lack a
 * worth for criterion `item`, or lie nowhere. A site may be in several groups. */
struct gs_reason {
    enum gs_reason_kind {
        GS_REASON_FAILED,
        GS_REASON_NO_DATA,
        GS_REASON_NO_WORTH,
        GS_REASON_NO_GEOMETRY,
        GS_REASON_END,
    } kind;
    size_t item;
};

/* The next group that has sites, from {0, 0}; false after the last. `*n` is how many. */
bool gs_reason_next(const struct gs_result *result, struct gs_reason *reason, size_t *n);
bool gs_reason_holds(const struct gs_result *result, struct gs_reason reason, size_t site);
void gs_append_reason(struct gs_text *text, const struct gs_result *result,
                      struct gs_reason reason);

size_t gs_count_excluded(const struct gs_result *result);

/* Other methods and scenarios: nothing when there are none. */
void gs_append_outcomes(struct gs_text *text, const struct gs_result *result);
void gs_append_outcomes_json(struct gs_text *text, const struct gs_result *result);

/* Robustness and portfolio: nothing where they were not asked for. */
void gs_append_robustness(struct gs_text *text, const struct gs_result *result);
void gs_append_robustness_json(struct gs_text *text, const struct gs_result *result);
void gs_append_portfolio(struct gs_text *text, const struct gs_result *result);
void gs_append_portfolio_json(struct gs_text *text, const struct gs_result *result);

void gs_append_summary_json(struct gs_text *text, const struct gs_result *result, size_t top);

#endif
