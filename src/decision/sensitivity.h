// SPDX-License-Identifier: Apache-2.0
/* One weight at a time: where the best site changes, the other weights keeping their proportions.
 */
#ifndef GS_DECISION_SENSITIVITY_H
#define GS_DECISION_SENSITIVITY_H

#include "decision/method.h"

/* A turning point: the nearest final share of a criterion below (above) its present one at which
 * another site scores higher than the winner does. NaN: there is none down to 0 (up to 1). */
struct gs_turn {
    double lower, upper;
    size_t lower_winner, upper_winner; /* sites of the table */
};

/* For sums (`additive`: score = Σ weight × value, weights together 1): where the straight lines of
 * the scores cross. `winner` is the best site now. */
void gs_turns_of_sum(const struct gs_decision_table *table, size_t winner, size_t criterion,
                     struct gs_turn *out);

/* For any method: looked for in steps of 1/64 of the way to 0 and to 1, then halved until known to
 * 1e-9; changes that come and go within a step are not seen. */
enum gs_status gs_turns(struct gs_ctx *ctx, const struct gs_decision_table *table,
                        const struct gs_method *method, const void *params, size_t winner,
                        size_t criterion, struct gs_turn *out) GS_NODISCARD;

#endif
