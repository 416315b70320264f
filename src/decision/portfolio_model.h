// SPDX-License-Identifier: Apache-2.0
/* The mixed-integer program of a portfolio, and its solution; within portfolio*.c only. */
#ifndef GS_DECISION_PORTFOLIO_MODEL_H
#define GS_DECISION_PORTFOLIO_MODEL_H

#include "decision/portfolio.h"

/* Demands that can be left out, to find which of them clash. */
struct gs_demands {
    bool count; /* exactly so many; else as many as can be */
    bool spacing, budget, headroom;
    bool *limits;            /* per limit */
    bool *include, *exclude; /* per site, as `portfolio` has them or fewer */
};

/* Sets of sites of which at most one may be chosen, that together hold every pair too near. */
struct gs_cliques {
    size_t *first, *sites; /* clique i: sites[first[i]] … */
    size_t n, n_sites, capacity, sites_capacity;
};

enum gs_status gs_cliques_find(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                               struct gs_cliques *out) GS_NODISCARD;
void gs_cliques_release(struct gs_cliques *cliques);

struct gs_answer {
    int outcome;             /* enum gs_portfolio_outcome */
    size_t *chosen, n;       /* rising; room for all sites */
    double objective, bound; /* Σ score of the chosen */
};

/* Maximises Σ score (or, without demands->count, the number of sites) over sites whose score is at
 * least `least_score`, with `forced` (SIZE_MAX: none) in the set. `known`: the sum of a set that is
 * there, or -INFINITY: sites that no better one can have are left out. */
enum gs_status gs_answer_find(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                              const struct gs_cliques *cliques, const struct gs_demands *demands,
                              double least_score, size_t forced, double known, double seconds,
                              struct gs_answer *answer) GS_NODISCARD;

/* Is the set, of `n` sites, one that satisfies everything but the count? Included sites may be
 * missing from it. */
enum gs_status gs_set_is_allowed(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                                 const size_t *chosen, size_t n, bool *allowed) GS_NODISCARD;

/* A good set, quickly: from each of the first sites in turn, the next best one that goes with what
 * is there. *sum is that of its scores, -INFINITY when none was found. */
enum gs_status gs_greedy_find(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                              double least_score, size_t forced, double *sum) GS_NODISCARD;

/* What each chosen site draws from which node, earlier nodes first; false: they cannot all. */
enum gs_status gs_draws_find(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                             const size_t *chosen, size_t n, struct gs_set_draw **draws,
                             size_t *n_draws, bool *feasible) GS_NODISCARD;

#endif
