// SPDX-License-Identifier: Apache-2.0
/* The steps of a run between binding and writing. */
#ifndef GS_STUDY_RUN_H
#define GS_STUDY_RUN_H

#include "model/result.h"
#include "study/bind.h"

/* Measures every factor at every site; each layer is read once and freed after its last use. */
enum gs_status gs_measure_study(struct gs_ctx *ctx, struct gs_bound *bound,
                                struct gs_result *result) GS_NODISCARD;

/* What a factor's measure looks at; `sites` are borrowed. The features of its source must be
 * loaded. `nearby` is left NULL. Reports geometries that the measure does not take. */
enum gs_status gs_factor_job(struct gs_ctx *ctx, const struct gs_bound *bound,
                             const struct gs_bound_factor *bf, const struct gs_sites *sites,
                             struct gs_job *out) GS_NODISCARD;

/* The number of a class given by its code or by its name in the catalogue; false: it is neither.
 * `layer` may be NULL. */
bool gs_class_code(const struct gs_layer *layer, const char *item, double *code);

/* Worths of n measured quantities, missing ones as the criterion says (NaN: excluded); of a
 * relative criterion the quantities themselves. The caller frees `*out`, also after a failure. */
enum gs_status gs_value_criterion(struct gs_ctx *ctx, const struct gs_criterion *c,
                                  const struct gs_measured *measured, size_t n,
                                  double **out) GS_NODISCARD;

/* Worths, feasibility with reasons, scores, ranks. */
enum gs_status gs_decide(struct gs_ctx *ctx, const struct gs_bound *bound,
                         struct gs_result *result) GS_NODISCARD;

/* What table `run` tells: versions, texts, layers, operations, coverage, warnings. */
enum gs_status gs_collect_facts(struct gs_ctx *ctx, const struct gs_bound *bound,
                                const struct gs_run_options *options,
                                struct gs_result *result) GS_NODISCARD;

#endif
