// SPDX-License-Identifier: Apache-2.0
#include "decision/portfolio_model.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

static bool within_limits(const struct gs_portfolio *p, const size_t *chosen, size_t n)
{
    for (size_t l = 0; l < p->n_limits; l++)
        for (size_t i = 0; i < n; i++) {
            size_t group = p->limits[l].group[chosen[i]], same = 0;
            for (size_t k = 0; k < n; k++)
                same += p->limits[l].group[chosen[k]] == group;
            if (group != SIZE_MAX && same > p->limits[l].at_most)
                return false;
        }
    return true;
}

enum gs_status gs_set_is_allowed(struct gs_ctx *ctx, const struct gs_portfolio *p,
                                 const size_t *chosen, size_t n, bool *allowed)
{
    double cost = 0;
    *allowed = within_limits(p, chosen, n);
    for (size_t i = 0; i < n && *allowed; i++) {
        cost += p->cost ? p->cost[chosen[i]] : 0;
        *allowed = !(p->exclude && p->exclude[chosen[i]]);
        for (size_t k = 0; k < i && p->too_near && *allowed; k++)
            *allowed = !p->too_near(p->user, chosen[k], chosen[i]);
    }
    if (p->cost && cost > p->budget * (1 + 1e-12))
        *allowed = false;
    if (!*allowed || !p->first)
        return GS_OK;
    struct gs_set_draw *draws;
    size_t n_draws;
    enum gs_status status = gs_draws_find(ctx, p, chosen, n, &draws, &n_draws, allowed);
    gs_free(draws);
    return status;
}

static bool has(const size_t *chosen, size_t n, size_t site)
{
    for (size_t i = 0; i < n; i++)
        if (chosen[i] == site)
            return true;
    return false;
}

static enum gs_status add(struct gs_ctx *ctx, const struct gs_portfolio *p, size_t *chosen,
                          size_t *n, size_t site)
{
    bool allowed;
    chosen[*n] = site;
    enum gs_status status = gs_set_is_allowed(ctx, p, chosen, *n + 1, &allowed);
    *n += !status && allowed;
    return status;
}

/* The included sites, the forced one and `start` first, then whatever goes with them. */
static enum gs_status grow(struct gs_ctx *ctx, const struct gs_portfolio *p, double least_score,
                           size_t forced, size_t start, size_t *chosen, double *sum)
{
    size_t n = 0, wanted = 0;
    enum gs_status status = GS_OK;
    for (size_t i = 0; p->include && i < p->n && !status; i++)
        if (p->include[i] && wanted++ < p->count)
            status = add(ctx, p, chosen, &n, i);
    if (forced != SIZE_MAX && !has(chosen, n, forced) && wanted++ < p->count && !status)
        status = add(ctx, p, chosen, &n, forced);
    *sum = -INFINITY;
    if (status || n < wanted)
        return status;
    if (n < p->count && !has(chosen, n, start))
        status = add(ctx, p, chosen, &n, start);
    for (size_t i = 0; i < p->n && n < p->count && !status; i++)
        if (p->score[i] >= least_score && !has(chosen, n, i))
            status = add(ctx, p, chosen, &n, i);
    if (n < p->count)
        return status;
    *sum = 0;
    for (size_t i = 0; i < n; i++)
        *sum += p->score[chosen[i]];
    return status;
}

enum gs_status gs_greedy_find(struct gs_ctx *ctx, const struct gs_portfolio *p, double least_score,
                              size_t forced, double *sum)
{
    enum { STARTS = 60 };
    size_t *chosen = GS_ARRAY(ctx, size_t, p->count + 1);
    enum gs_status status = chosen ? GS_OK : GS_ENOMEM;
    *sum = -INFINITY;
    for (size_t start = 0; start < p->n && start < STARTS && !status; start++) {
        double own;
        if (p->score[start] < least_score)
            continue;
        status = grow(ctx, p, least_score, forced, start, chosen, &own);
        *sum = fmax(*sum, own);
    }
    gs_free(chosen);
    return status;
}
