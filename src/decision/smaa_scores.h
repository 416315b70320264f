// SPDX-License-Identifier: Apache-2.0
/* Scores of all sites in draws of weights and data. */
#ifndef GS_DECISION_SMAA_SCORES_H
#define GS_DECISION_SMAA_SCORES_H

#include "decision/smaa.h"
#include "decision/smaa_ranks.h"

/* As many draws of the same values may be scored at once. */
enum { GS_SMAA_TOGETHER = 4 };

/* What a thread works in. */
struct gs_smaa_scorer {
    double *score; /* [draw scored together][site] */
    double *index, **parts;
    double *drawn;         /* values of the uncertain criteria */
    const double **values; /* [criterion][site]: drawn ones, or those of the table */
    double *weights;
    struct gs_ranker ranker;
    uint32_t *ranks; /* [draw ranked][site] */
};

/* With room for the ranks of n_ranked draws. */
enum gs_status gs_smaa_scorer_new(struct gs_ctx *ctx, const struct gs_smaa *smaa, size_t n_ranked,
                                  struct gs_smaa_scorer **out) GS_NODISCARD;
/* NULL is legal. */
void gs_smaa_scorer_free(struct gs_smaa_scorer *w);

/* The uncertain criteria as they are in draw `number`. */
enum gs_status gs_smaa_redraw(struct gs_ctx *ctx, const struct gs_smaa *smaa,
                              struct gs_smaa_scorer *w, uint64_t number) GS_NODISCARD;
/* w->score of each of n_draws, of the values that are there; weights[draw][criterion]. */
enum gs_status gs_smaa_score(struct gs_ctx *ctx, const struct gs_smaa *smaa,
                             struct gs_smaa_scorer *w, const double *weights,
                             size_t n_draws) GS_NODISCARD;

#endif
