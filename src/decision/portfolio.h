// SPDX-License-Identifier: Apache-2.0
/* The best set of sites that go together, as a mixed-integer program: after R. L. Church, C.
 * ReVelle (1974), The maximal covering location problem, Papers of the Regional Science Association
 * 32, and the anti-covering location problem of I. D. Moon, S. S. Chaudhry (1984), An analysis of
 * network location problems with distance constraints, Management Science 30:290-307. Solved by
 * COIN-OR CBC.
 */
#ifndef GS_DECISION_PORTFOLIO_H
#define GS_DECISION_PORTFOLIO_H

#include "base/arena.h"
#include "model/study.h"

/* At most so many sites of each group. */
struct gs_group_limit {
    const char *name;
    const size_t *group; /* per site; SIZE_MAX: of no group */
    size_t n_groups, at_most;
};

struct gs_portfolio {
    size_t n; /* sites, better ones first: of equal sets those of earlier sites are taken */
    const double *score; /* 0 to 1 */
    size_t count;
    int objective; /* enum gs_portfolio_objective */
    /* Must sites a and b not both be chosen? NULL: any two may be. */
    bool (*too_near)(void *user, size_t a, size_t b);
    void *user;
    const bool *include, *exclude; /* per site; NULL: none */
    const struct gs_group_limit *limits;
    size_t n_limits;
    const double *cost; /* per site, at least 0; NULL: no budget */
    double budget;
    /* Headroom: site i draws `demand` from nodes links[first[i]] … links[first[i + 1] - 1], from
     * one of them, or with `split` from several; no node gives more than `capacity`. first NULL:
     * sites draw nothing. */
    const size_t *first, *links;
    const double *capacity;
    size_t n_nodes;
    double demand;
    bool split;
    double time_limit_s; /* of all solving together */
    size_t n_runners_up; /* how many unchosen sites, in order, to try in the set */
};

enum gs_portfolio_outcome { GS_SET_OPTIMAL, GS_SET_TIME_OUT, GS_SET_INFEASIBLE, GS_SET_UNKNOWN };

struct gs_set_draw {
    size_t site, node;
    double amount;
};

struct gs_set_runner {
    size_t site;
    double cost; /* of the objective; NaN: no set has it, or none was found in time */
    bool proven;
    size_t *with; /* count sites; NULL when there is no set */
};

/* All arrays are freed by gs_set_release(). */
struct gs_set {
    int outcome;    /* UNKNOWN: no set was found in time, though there may be one */
    size_t *chosen; /* rising; count of them, unless INFEASIBLE or UNKNOWN */
    double objective, bound;
    struct gs_set_draw *draws; /* by site, then node */
    size_t n_draws;
    struct gs_set_runner *runners;
    size_t n_runners;
    /* INFEASIBLE: demands that exclude each other, none of which could be left out: count first. */
    const char *
        *clash; /* words: "`spacing`", "`at_most: country`"; an included site is its number */
    size_t n_clash;
    size_t most; /* the largest number of sites that would go together; SIZE_MAX: not known */
    struct gs_arena arena; /* of the words */
};

/* The sum of the scores, or of the sets with the best worst score the one with the largest sum.
 * Proven unless time is out. Prints nothing. Cancelled between solves; Ctrl-C ends a solve. */
enum gs_status gs_portfolio_solve(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                                  struct gs_set *out) GS_NODISCARD;
void gs_set_release(struct gs_set *set);

#endif
