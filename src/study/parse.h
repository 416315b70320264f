// SPDX-License-Identifier: Apache-2.0
/* From the YAML tree to the checked study; one file a part. Faults are counted in the reader. */
#ifndef GS_STUDY_PARSE_H
#define GS_STUDY_PARSE_H

#include "study/read.h"

/* The catalogue at `path`, or of the text `*text` when there is one, which is then for `path` in
 * messages alone; else `*text` becomes what the file holds. `layers_dir` (may be NULL) is taken in
 * place of its root. */
enum gs_status gs_parse_catalogue(struct gs_reader *reader, const char *path,
                                  const char *layers_dir, struct gs_catalogue *out,
                                  const char **text) GS_NODISCARD;

/* `fetch:` (NULL: not given) of a layer, whose `source` is as written. */
enum gs_status gs_parse_fetch(struct gs_reader *reader, const struct gs_node *node,
                              const char *source, struct gs_layer *layer) GS_NODISCARD;
/* Layers of one source are fetched as one: what one of them says holds for all. */
void gs_share_fetches(struct gs_reader *reader, struct gs_catalogue *catalogue);

/* The facility with its derived sizes. */
enum gs_status gs_parse_facility(struct gs_reader *reader, const struct gs_node *node,
                                 struct gs_facility *out) GS_NODISCARD;

/* decision: (NULL: none given) with the methods to compare with, and what it says of missing data.
 */
enum gs_status gs_parse_decision(struct gs_reader *reader, const struct gs_node *node,
                                 struct gs_study *study, enum gs_missing *missing,
                                 double *worth) GS_NODISCARD;
/* What can be checked of it only when the criteria are known. */
enum gs_status gs_check_decision(struct gs_reader *reader,
                                 const struct gs_study *study) GS_NODISCARD;

/* constraints: and criteria: of `root` into the study, whose catalogue and facility are there. */
enum gs_status gs_parse_constraints(struct gs_reader *reader, const struct gs_node *root,
                                    struct gs_study *study) GS_NODISCARD;
enum gs_status gs_parse_criteria(struct gs_reader *reader, const struct gs_node *root,
                                 enum gs_missing missing, double missing_worth,
                                 struct gs_study *study) GS_NODISCARD;

/* `uncertainty:` (NULL: not given) as written; and in the unit of what a factor measures. */
enum gs_status gs_parse_uncertainty(struct gs_reader *reader, const struct gs_node *node,
                                    struct gs_uncertainty_given *out) GS_NODISCARD;
enum gs_status gs_settle_uncertainty(struct gs_reader *reader,
                                     const struct gs_uncertainty_given *given,
                                     struct gs_criterion *criterion) GS_NODISCARD;

/* robustness: and portfolio: of `root` into the study, whose criteria are there. */
enum gs_status gs_parse_robustness(struct gs_reader *reader, const struct gs_node *root,
                                   struct gs_study *study) GS_NODISCARD;
enum gs_status gs_parse_portfolio(struct gs_reader *reader, const struct gs_node *root,
                                  struct gs_study *study) GS_NODISCARD;

/* scenarios: of `root` into the study, which is there. */
enum gs_status gs_parse_scenarios(struct gs_reader *reader, const struct gs_node *root,
                                  struct gs_study *study) GS_NODISCARD;
/* A changed tree of the same study, with the base's catalogue, into an empty one. */
enum gs_status gs_parse_variant(struct gs_reader *reader, struct gs_node *root,
                                const struct gs_study *base, struct gs_study *study) GS_NODISCARD;

/* `weights:` of a group (NULL: not given) whose members are all there, from the list `members`:
 * sets what they are given, but for methods that need data. */
enum gs_status gs_parse_weighing(struct gs_reader *reader, const struct gs_node *node,
                                 const struct gs_node *members, size_t group,
                                 struct gs_study *study) GS_NODISCARD;

/* Final weights of groups and criteria, each group's members together having the group's share. */
void gs_study_normalise(struct gs_reader *reader, struct gs_study *study);

/* The layer a block names, or NULL after reporting (with the nearest name). */
const struct gs_layer *gs_parse_layer(struct gs_reader *reader,
                                      const struct gs_catalogue *catalogue, const char *id,
                                      const struct gs_pos *pos);

/* `path` in `folder`, unless it is absolute or no plain file name. */
char *gs_path_join(struct gs_ctx *ctx, struct gs_arena *arena, const char *folder,
                   const char *path) GS_NODISCARD;
char *gs_path_folder(struct gs_ctx *ctx, struct gs_arena *arena, const char *file) GS_NODISCARD;

#endif
