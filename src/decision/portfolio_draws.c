// SPDX-License-Identifier: Apache-2.0
/* Who draws from which node: augmenting paths, earlier sites and nodes first. */
#include "decision/portfolio_model.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

struct flow {
    const struct gs_portfolio *portfolio;
    const size_t *chosen;
    size_t n;
    double *amount; /* per chosen site, all its links one after the other: what it draws */
    size_t *at;     /* where the links of a chosen site begin in `amount` */
    double *left;   /* per node: what it can still give */
    bool *seen;     /* per node */
    double quantum; /* what a path carries at least: all of a site's demand unless split */
};

static size_t count_links(const struct flow *f, size_t i)
{
    size_t site = f->chosen[i];
    return f->portfolio->first[site + 1] - f->portfolio->first[site];
}

static size_t node_of(const struct flow *f, size_t i, size_t link)
{
    return f->portfolio->links[f->portfolio->first[f->chosen[i]] + link];
}

/* Lets chosen site i draw up to `wanted` more, by moving what others draw if need be; returns how
 * much it got. */
static double draw(struct flow *f, size_t i, double wanted)
{
    for (size_t link = 0; link < count_links(f, i); link++) {
        size_t node = node_of(f, i, link);
        if (f->seen[node])
            continue;
        f->seen[node] = true;
        if (f->left[node] >= f->quantum - 1e-9 && f->left[node] > 0) {
            double got = fmin(wanted, f->left[node]);
            f->left[node] -= got;
            f->amount[f->at[i] + link] += got;
            return got;
        }
        for (size_t k = 0; k < f->n; k++) /* whoever draws from it may do so elsewhere */
            for (size_t l = 0; k != i && l < count_links(f, k); l++) {
                double *given = &f->amount[f->at[k] + l];
                if (node_of(f, k, l) != node || !(*given > 0))
                    continue;
                double moved = draw(f, k, fmin(wanted, *given));
                if (moved > 0) {
                    *given -= moved;
                    f->amount[f->at[i] + link] += moved;
                    return moved;
                }
            }
    }
    return 0;
}

static bool satisfy(struct flow *f)
{
    double demand = f->portfolio->demand;
    for (size_t i = 0; i < f->n; i++) {
        double missing = demand;
        while (missing > 1e-9 * demand) {
            memset(f->seen, 0, f->portfolio->n_nodes * sizeof *f->seen);
            double got = draw(f, i, missing);
            if (!(got > 0))
                return false;
            missing -= got;
        }
    }
    return true;
}

static enum gs_status collect(struct gs_ctx *ctx, const struct flow *f, size_t n_links,
                              struct gs_set_draw **draws, size_t *n_draws)
{
    *draws = GS_ARRAY(ctx, struct gs_set_draw, n_links);
    *n_draws = 0;
    if (!*draws)
        return GS_ENOMEM;
    for (size_t i = 0; i < f->n; i++)
        for (size_t link = 0; link < count_links(f, i); link++) {
            double amount = f->amount[f->at[i] + link];
            if (amount > 1e-9 * f->portfolio->demand)
                (*draws)[(*n_draws)++] =
                    (struct gs_set_draw){f->chosen[i], node_of(f, i, link), amount};
        }
    return GS_OK;
}

enum gs_status gs_draws_find(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                             const size_t *chosen, size_t n, struct gs_set_draw **draws,
                             size_t *n_draws, bool *feasible)
{
    *draws = NULL;
    *n_draws = 0;
    *feasible = true;
    if (!portfolio->first || !(portfolio->demand > 0))
        return GS_OK;
    struct flow f = {.portfolio = portfolio, .chosen = chosen, .n = n};
    f.quantum = portfolio->split ? 0 : portfolio->demand;
    size_t n_links = 0;
    f.at = GS_ARRAY(ctx, size_t, n);
    for (size_t i = 0; f.at && i < n; i++) {
        f.at[i] = n_links;
        n_links += count_links(&f, i);
    }
    f.amount = GS_ARRAY_ZERO(ctx, double, n_links);
    f.left = GS_ARRAY(ctx, double, portfolio->n_nodes);
    f.seen = GS_ARRAY(ctx, bool, portfolio->n_nodes);
    enum gs_status status = f.at && f.amount && f.left && f.seen ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < portfolio->n_nodes && !status; i++)
        f.left[i] = portfolio->capacity[i];
    if (!status)
        *feasible = satisfy(&f);
    if (!status)
        status = collect(ctx, &f, n_links, draws, n_draws);
    gs_free(f.at);
    gs_free(f.amount);
    gs_free(f.left);
    gs_free(f.seen);
    return status;
}
