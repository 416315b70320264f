// SPDX-License-Identifier: Apache-2.0
/* What constraints and criteria share: a layer, a measure and the unit of what it yields; and
 * reading `{type: NAME, parameters}` of any registry. */
#ifndef GS_STUDY_FACTOR_H
#define GS_STUDY_FACTOR_H

#include "study/parse.h"

/* The block's keys into `read`, and of those the factor: its layer and measure by name. A fault is
 * reported and counted; `factor->measure` is then NULL when there is none to go on with. */
enum gs_status gs_parse_factor(struct gs_reader *reader, const struct gs_node *node,
                               const struct gs_block *block, const struct gs_study *study,
                               struct gs_factor *factor, struct gs_factor_read *read) GS_NODISCARD;

/* The unit of what the factor's measure yields; NULL: only the data can tell. */
const char *gs_factor_unit(const struct gs_study *study, const struct gs_factor *factor);
/* Is it a spread, whose quantities are differences? */
bool gs_factor_is_spread(const struct gs_factor *factor);
/* Settles the unit once the factor's own quantities are read: where neither measure nor catalogue
 * states one, the study's own word (`adopted`, may be NULL) is taken, and said aloud. */
void gs_settle_unit(struct gs_reader *reader, struct gs_factor *factor, const char *known,
                    const char *adopted, const struct gs_pos *pos);

/* The text of `type`, or NULL after reporting. `measure: distance` is short for {type: distance}.
 */
const char *gs_read_type(struct gs_reader *reader, const struct gs_node *node, const char *what);
/* Reports that a registry has no such entry, with the nearest name. */
void gs_unknown_entry(struct gs_reader *reader, const struct gs_pos *pos, enum gs_registry registry,
                      const char *given);
/* Reads {type: …, parameters} of a registry entry into a new `*out`; `unit`, `difference` and
 * `adopted_unit` as for gs_read_map(). */
enum gs_status gs_read_entry(struct gs_reader *reader, const struct gs_node *node, const char *what,
                             const struct gs_param *params, size_t n_params, size_t size,
                             const char *unit, bool difference, void **out,
                             const char **adopted_unit) GS_NODISCARD;
/* The node on one line, as written. */
enum gs_status gs_read_flow(struct gs_reader *reader, const struct gs_node *node,
                            const char **out) GS_NODISCARD;

#endif
