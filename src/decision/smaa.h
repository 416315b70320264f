// SPDX-License-Identifier: Apache-2.0
/* SMAA-2: how often each site has each rank when weights and data are drawn at random. R. Lahdelma,
 * P. Salminen (2001), SMAA-2: Stochastic multicriteria acceptability analysis for group decision
 * making, Operations Research 49:444-454; pairwise winning: P. Leskinen, J. Viitanen, A. Kangas, J.
 * Kangas (2006), Alternatives to incorporate uncertainty and risk attitude in multicriteria
 * evaluation of forest plans, Forest Science 52:304-312. */
#ifndef GS_DECISION_SMAA_H
#define GS_DECISION_SMAA_H

#include "decision/method.h"

/* Of many draws of many sites, tables of up to so many sites × ranks are counted: the last ranks
 * are then not told apart, but count for means. */
enum { GS_SMAA_COUNTS_MAX = 1 << 26, GS_SMAA_RANKS_MOST = 1 << 26 };

/* -- weights ----------------------------------------------------------------------------------- */

/* Which weights are drawn; shares of the whole, criteria of given weight 0 staying 0. SPREAD: each
 * evenly within ± spread × itself, then scaled to add up to 1. ANY: evenly over all weights that
 * add up to 1. ORDER: likewise over those that keep the order of the given ones; equal ones have no
 * order. BOUNDS: likewise over those between bounds, by rejection. */
struct gs_weight_draw {
    int range; /* enum gs_weight_range */
    const double *given;
    size_t n;
    double spread;
    const double *lowest, *highest;
    /* Made by gs_weight_draw_init(). */
    size_t *order;  /* criteria with a weight, by falling weight */
    size_t n_drawn; /* how many of them */
    bool by_box;    /* BOUNDS: which of two proposals is accepted more often */
    size_t dropped; /* of the box: the criterion that takes what the others leave */
};

/* Reports, at `pos`, bounds that no weights satisfy or that leave too little room to hit. */
enum gs_status gs_weight_draw_init(struct gs_ctx *ctx, const struct gs_pos *pos, uint64_t seed,
                                   struct gs_weight_draw *draw) GS_NODISCARD;
void gs_weight_draw_release(struct gs_weight_draw *draw);
/* The weights of draw number `number`. GS_EDATA when bounds were not hit (not reported). */
enum gs_status gs_weight_draw(const struct gs_weight_draw *draw, uint64_t seed, uint64_t number,
                              double *weights) GS_NODISCARD;

/* -- ranks ------------------------------------------------------------------------------------- */

struct gs_smaa {
    struct gs_decision_table table; /* with certain values; sites in the study's ranking order */
    const struct gs_method *method;
    const void *params;
    bool additive; /* score = Σ weight × value / Σ weight, and that is within 0 to 1 */
    struct gs_weight_draw weights;
    uint64_t seed;
    size_t n_draws, top, n_paired;
    size_t n_kept;     /* ranks whose counts the result holds */
    size_t ranks_most; /* of all sites in all draws, held at once; 0: GS_SMAA_RANKS_MOST */
    /* Uncertain criteria: values of all sites in draw `number`, as the method is to see them;
     * called from any thread. NULL: none are. */
    const bool *uncertain; /* per criterion */
    enum gs_status (*redraw)(struct gs_ctx *ctx, void *user, size_t criterion, uint64_t number,
                             double *values);
    void *user;
    double progress_from, progress_to;
};

/* Per site, in the order of the table. Quantiles: the least rank that at least 5 % (95 %) of the
 * draws have or better; NaN when it is beyond n_ranks. */
struct gs_smaa_result {
    size_t n_ranks;   /* told apart */
    size_t n_kept;    /* as asked for, but no more than n_ranks */
    uint32_t *counts; /* [site][rank - 1], n_kept a row */
    double *rank_mean, *rank_p05, *rank_p95, *p_first, *p_top;
    double **central; /* [criterion][site]; NaN: never first */
    double
        *confidence; /* NaN likewise, and beyond the sites that win most when data are uncertain */
    double *before;  /* [i * n_paired + k] */
    size_t n_paired;
};

/* The same figures for any number of threads. */
enum gs_status gs_smaa_run(struct gs_ctx *ctx, const struct gs_smaa *smaa,
                           struct gs_smaa_result *out) GS_NODISCARD;
void gs_smaa_release(struct gs_smaa_result *result, size_t n_criteria);

#endif
