// SPDX-License-Identifier: Apache-2.0
/* The steps of a run between binding and writing. */
#ifndef GS_STUDY_RUN_H
#define GS_STUDY_RUN_H

#include "model/result.h"
#include "study/bind.h"
#include "study/inputs.h"

/* Measures every factor at every site; each layer is read once and freed after its last use. */
enum gs_status gs_measure_study(struct gs_ctx *ctx, struct gs_bound *bound,
                                struct gs_result *result) GS_NODISCARD;

/* What a factor's measure looks at; `sites` are borrowed. The features of its source must be
 * loaded. `nearby` is left NULL. Reports geometries that the measure does not take. */
/* The column of a factor's field, in the kind it was bound to; NULL: it has none. */
const struct gs_column *gs_factor_column(const struct gs_features *features,
                                         const struct gs_factor *factor);
enum gs_status gs_factor_job(struct gs_ctx *ctx, const struct gs_bound *bound,
                             const struct gs_bound_factor *bf, const struct gs_sites *sites,
                             struct gs_job *out) GS_NODISCARD;

/* The grid nodes around the sites of `job`, into the result. */
enum gs_status gs_find_nodes(struct gs_ctx *ctx, const struct gs_portfolio_choice *choice,
                             const struct gs_job *job, struct gs_result *result) GS_NODISCARD;

/* The number of a class given by its code or by its name in the catalogue; false: it is neither.
 * `layer` may be NULL. */
bool gs_class_code(const struct gs_layer *layer, const char *item, double *code);

/* Worths of n measured quantities, missing ones as the criterion says (NaN: excluded); of a
 * relative criterion the quantities themselves. The caller frees `*out`, also after a failure. */
enum gs_status gs_value_criterion(struct gs_ctx *ctx, const struct gs_criterion *c,
                                  const struct gs_measured *measured, size_t n,
                                  double **out) GS_NODISCARD;

/* What becomes of a constraint at a site of which this was measured. */
enum gs_verdict gs_judge(const struct gs_constraint *c, const struct gs_measured *measured,
                         size_t site);

/* Do the weights of its members follow from the data? Then the study's final ones, from values and
 * feasibility of the result. */
bool gs_weighs_by_data(const struct gs_group *group);
enum gs_status gs_weigh_by_data(struct gs_ctx *ctx, struct gs_study *study,
                                const struct gs_result *result) GS_NODISCARD;

/* Worths, feasibility with reasons, weights that follow from these, scores, ranks, and the outcomes
 * of other methods. The study is the result's, whose factors are measured. */
enum gs_status gs_decide(struct gs_ctx *ctx, struct gs_study *study,
                         struct gs_result *result) GS_NODISCARD;

/* All but writing: what gs_study_run() does up to there, without a surface unless sites need one.
 */
enum gs_status gs_study_compute(struct gs_ctx *ctx, struct gs_study *study,
                                struct gs_result **out) GS_NODISCARD;
/* Frees what gs_decide() made, but for what lies in the result's arena. */
void gs_decided_release(struct gs_result *result);

/* The outcomes of the scenarios besides, and how far all outcomes agree with the ranking. */
enum gs_status gs_decide_scenarios(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   struct gs_result *result) GS_NODISCARD;

/* How far the ranking stands, when the study asks: result->robust and result->turnings. */
enum gs_status gs_assess(struct gs_ctx *ctx, const struct gs_study *study,
                         struct gs_result *result) GS_NODISCARD;
void gs_robust_free(struct gs_robust *robust, size_t n_criteria);

/* The portfolio, when the study asks: result->portfolio. `crs`: of the sites. */
enum gs_status gs_choose_portfolio(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   struct gs_result *result) GS_NODISCARD;

/* What maps of the result need besides: its area, the borders in it, the layers it rests on.
 * Borders that cannot be read are a warning. */
enum gs_status gs_set_background(struct gs_ctx *ctx, const struct gs_bound *bound,
                                 struct gs_result *result) GS_NODISCARD;

/* The polygons that tell countries from the sea: those of the area's extent, else a layer of the
 * catalogue that by its name does; NULL: none. */
const struct gs_layer *gs_find_borders(const struct gs_study *study);

/* What table `run` tells: versions, texts, layers, operations, coverage, warnings. */
enum gs_status gs_collect_facts(struct gs_ctx *ctx, const struct gs_bound *bound,
                                const struct gs_inputs *inputs,
                                const struct gs_run_options *options,
                                struct gs_result *result) GS_NODISCARD;

#endif
