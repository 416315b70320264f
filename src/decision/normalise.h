// SPDX-License-Identifier: Apache-2.0
/* Relative criteria (`better: higher | lower`): brought to a common scale over the sites at hand.
 */
#ifndef GS_DECISION_NORMALISE_H
#define GS_DECISION_NORMALISE_H

#include "decision/method.h"

/* How a relative criterion is normalised for a method: as the criterion says, else as the decision
 * says, else as the method usually does. Methods that compare quantities themselves take them as
 * they are. */
enum gs_normalise gs_normalise_of(const struct gs_criterion *criterion,
                                  const struct gs_method_choice *choice);

/* "minmax"; and whether higher is better in the result, whatever was before. */
const char *gs_normalise_name(enum gs_normalise how);
bool gs_normalise_turns(enum gs_normalise how);
/* For tables of parameters: "default", "none", …, NULL in the order of the enum. */
extern const char *const gs_normalise_names[];

/* Normalises n numbers (none NaN) into `out`, which may be `x`: see enum gs_normalise for the
 * formulas, which are those of C.-L. Hwang, K. Yoon (1981), Multiple Attribute Decision Making,
 * Springer, section 2.3. Where all are equal, minmax makes each 1: none is worse than the best.
 * Reports in the name of criterion `id` where a formula has no meaning: max and sum want numbers
 * above 0 (max of a criterion where higher is better and sum likewise: at least one, none below 0),
 * vector one that is not 0. */
enum gs_status gs_normalise_values(struct gs_ctx *ctx, const struct gs_pos *pos, const char *id,
                                   enum gs_normalise how, bool lower, const double *x, size_t n,
                                   double *out) GS_NODISCARD;

#endif
