// SPDX-License-Identifier: Apache-2.0
/* The steps of a run between binding and writing. */
#ifndef GS_STUDY_RUN_H
#define GS_STUDY_RUN_H

#include "model/result.h"
#include "study/bind.h"

/* Measures every factor at every site; each layer is read once and freed after its last use. */
enum gs_status gs_measure_study(struct gs_ctx *ctx, struct gs_bound *bound,
                                struct gs_result *result) GS_NODISCARD;

/* Worths, feasibility with reasons, scores, ranks. */
enum gs_status gs_decide(struct gs_ctx *ctx, const struct gs_bound *bound,
                         struct gs_result *result) GS_NODISCARD;

/* What table `run` tells: versions, texts, layers, operations, coverage, warnings. */
enum gs_status gs_collect_facts(struct gs_ctx *ctx, const struct gs_bound *bound,
                                const struct gs_run_options *options,
                                struct gs_result *result) GS_NODISCARD;

#endif
