// SPDX-License-Identifier: Apache-2.0
/* The portfolio of a run: the study's words as a problem, its solution as a result. All that it
 * makes lies in the result's arena. */
#include "study/score.h"

#include "base/mem.h"
#include "decision/portfolio.h"
#include "geo/crs.h"
#include "geo/geodesic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Places of the packed sites: better ones first. */
struct problem {
    const struct gs_bound *bound;
    const struct gs_result *result;
    struct gs_packed packed;
    struct gs_portfolio p;
    double (*xy)[2]; /* metres in the analysis CRS, or degrees in a geographic one */
    double spacing_m;
    bool geographic;
    struct gs_geodesic *geodesic;
    struct gs_arena arena;
};

/* -- spacing ----------------------------------------------------------------------------------- */

/* Between the middles of what the sites show. */
static bool too_near(void *user, size_t a, size_t b)
{
    const struct problem *problem = user;
    const double *p = problem->xy[a], *q = problem->xy[b];
    if (problem->geographic)
        return gs_geodesic_points(problem->geodesic, p, q) < problem->spacing_m;
    return hypot(p[0] - q[0], p[1] - q[1]) < problem->spacing_m;
}

static enum gs_status place_sites(struct gs_ctx *ctx, struct problem *problem)
{
    const struct gs_shapes *shapes = gs_sites_shown(&problem->result->sites);
    size_t n = problem->packed.n;
    problem->geographic = problem->bound->metres_per_unit == 0;
    double scale = problem->geographic ? 1 : problem->bound->metres_per_unit;
    problem->xy = gs_arena_alloc(ctx, &problem->arena, n ? n : 1, sizeof *problem->xy);
    if (!problem->xy)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        double bounds[4];
        gs_shapes_bounds(shapes, problem->packed.sites[i], bounds);
        problem->xy[i][0] = scale * (bounds[0] / 2 + bounds[2] / 2);
        problem->xy[i][1] = scale * (bounds[1] / 2 + bounds[3] / 2);
    }
    double a_m, f;
    gs_crs_ellipsoid(problem->bound->crs, &a_m, &f);
    return problem->geographic ? gs_geodesic_new(ctx, a_m, f, &problem->geodesic) : GS_OK;
}

/* -- quotas and costs -------------------------------------------------------------------------- */

struct labelled {
    const char *text;
    size_t place;
};

static int by_text(const void *a, const void *b)
{
    const struct labelled *x = a, *y = b;
    int order = strcmp(x->text, y->text);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

/* Sites with the same text are a group; those without one are in none, which is told. */
static enum gs_status add_limit(struct gs_ctx *ctx, struct problem *problem,
                                const struct gs_quota *quota, struct gs_group_limit *out)
{
    const struct gs_column *column =
        gs_features_column_as(&problem->result->sites.features, quota->field, true);
    size_t n = problem->packed.n, n_texts = 0;
    size_t *group = GS_ARENA_ARRAY(ctx, &problem->arena, size_t, n);
    struct labelled *texts = GS_ARENA_ARRAY(ctx, &problem->arena, struct labelled, n);
    if (!group || !texts)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *text = column ? column->text[problem->packed.sites[i]] : NULL;
        group[i] = SIZE_MAX;
        if (text)
            texts[n_texts++] = (struct labelled){text, i};
    }
    if (n_texts > 1)
        qsort(texts, n_texts, sizeof *texts, by_text);
    *out = (struct gs_group_limit){.name = quota->field,
                                   .group = group,
                                   .at_most = (size_t)quota->at_most};
    for (size_t i = 0; i < n_texts; i++) {
        out->n_groups += i == 0 || strcmp(texts[i].text, texts[i - 1].text) != 0;
        group[texts[i].place] = out->n_groups - 1;
    }
    if (n_texts < n)
        gs_warn(ctx, &quota->pos, NULL,
                "%zu feasible site%s no `%s`, so the quota does not hold for %s", n - n_texts,
                n - n_texts == 1 ? " has" : "s have", quota->field,
                n - n_texts == 1 ? "it" : "them");
    return GS_OK;
}

static enum gs_status add_costs(struct gs_ctx *ctx, struct problem *problem)
{
    const struct gs_portfolio_choice *choice = &problem->bound->study->portfolio;
    if (!choice->cost_field)
        return GS_OK;
    const struct gs_column *column =
        gs_features_column_as(&problem->result->sites.features, choice->cost_field, false);
    double *cost = GS_ARENA_ARRAY(ctx, &problem->arena, double, problem->packed.n);
    if (!cost)
        return GS_ENOMEM;
    for (size_t i = 0; i < problem->packed.n; i++) {
        size_t site = problem->packed.sites[i];
        cost[i] = column ? column->number[site] : NAN;
        if (!(cost[i] >= 0))
            return gs_fail(ctx, GS_EDATA, &choice->cost_pos, "give it a cost, or exclude the site",
                           isnan(cost[i]) ? "site `%s` has no `%s`, so a budget cannot be kept"
                                          : "site `%s` has a negative `%s`",
                           problem->result->sites.ids[site], choice->cost_field);
    }
    problem->p.cost = cost;
    problem->p.budget = choice->budget;
    return GS_OK;
}

/* -- sites named by the study ------------------------------------------------------------------ */

static enum gs_status unknown_site(struct gs_ctx *ctx, const struct problem *problem,
                                   const char *id, const struct gs_pos *pos, const char *key)
{
    const struct gs_result *result = problem->result;
    const char *near = gs_nearest_word(id, result->sites.ids, result->n_sites);
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    enum gs_status status =
        gs_fail(ctx, GS_ESTUDY, pos, hint.bytes, "`%s`: there is no candidate `%s`", key, id);
    gs_text_release(&hint);
    return status;
}

static enum gs_status mark(struct gs_ctx *ctx, struct problem *problem, const struct gs_texts *ids,
                           const struct gs_pos *pos, const char *key, bool must, const bool **out)
{
    const struct gs_result *result = problem->result;
    bool *marked = GS_ARENA_ARRAY(ctx, &problem->arena, bool, problem->packed.n);
    if (!marked)
        return GS_ENOMEM;
    *out = marked;
    for (size_t k = 0; k < ids->n; k++) {
        size_t site = 0;
        bool found = false;
        while (site < result->n_sites && strcmp(result->sites.ids[site], ids->items[k]) != 0)
            site++;
        if (site == result->n_sites)
            return unknown_site(ctx, problem, ids->items[k], pos, key);
        for (size_t i = 0; i < problem->packed.n; i++)
            if (problem->packed.sites[i] == site)
                found = marked[i] = true;
        if (!found && must)
            return gs_fail(ctx, GS_EDATA, pos, "relax the constraint, or do not include it",
                           "site `%s` is to be in the portfolio, but it is excluded (%s)",
                           ids->items[k], result->excluded_by[site]);
    }
    return GS_OK;
}

/* -- headroom ---------------------------------------------------------------------------------- */

/* The nodes that a site reaches, the nearest first: it draws from that if it can. */
static size_t nearest_first(const struct gs_nodes *nodes, size_t site, size_t *out)
{
    size_t from = nodes->first[site], n = nodes->first[site + 1] - from;
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0 && nodes->distance_m[out[at - 1]] > nodes->distance_m[from + i]; at--)
            out[at] = out[at - 1];
        out[at] = from + i;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = nodes->links[out[i]];
    return n;
}

static enum gs_status add_nodes(struct gs_ctx *ctx, struct problem *problem)
{
    const struct gs_portfolio_choice *choice = &problem->bound->study->portfolio;
    const struct gs_nodes *nodes = &problem->result->nodes;
    if (!choice->headroom)
        return GS_OK;
    size_t n = problem->packed.n, n_links = 0;
    size_t *first = GS_ARENA_ARRAY(ctx, &problem->arena, size_t, n + 1);
    for (size_t i = 0; i < n; i++)
        n_links +=
            nodes->first[problem->packed.sites[i] + 1] - nodes->first[problem->packed.sites[i]];
    size_t *links = GS_ARENA_ARRAY(ctx, &problem->arena, size_t, n_links);
    if (!first || !links)
        return GS_ENOMEM;
    n_links = 0;
    for (size_t i = 0; i < n; i++) {
        size_t site = problem->packed.sites[i];
        first[i] = n_links;
        n_links += nearest_first(nodes, site, links + n_links);
    }
    first[n] = n_links;
    problem->p.first = first;
    problem->p.links = links;
    problem->p.capacity = nodes->capacity_mw;
    problem->p.n_nodes = nodes->n;
    problem->p.demand = choice->demand_mw;
    problem->p.split = choice->split;
    return GS_OK;
}

static enum gs_status set_up(struct gs_ctx *ctx, struct problem *problem)
{
    const struct gs_portfolio_choice *choice = &problem->bound->study->portfolio;
    struct gs_portfolio *p = &problem->p;
    double *score = GS_ARENA_ARRAY(ctx, &problem->arena, double, problem->packed.n);
    struct gs_group_limit *limits =
        GS_ARENA_ARRAY(ctx, &problem->arena, struct gs_group_limit, choice->n_quotas);
    if (!score || !limits)
        return GS_ENOMEM;
    for (size_t i = 0; i < problem->packed.n; i++)
        score[i] = problem->result->score[problem->packed.sites[i]];
    problem->spacing_m = choice->spacing_m;
    *p = (struct gs_portfolio){.n = problem->packed.n,
                               .score = score,
                               .count = (size_t)choice->count,
                               .objective = choice->objective,
                               .too_near = choice->spacing_m > 0 ? too_near : NULL,
                               .user = problem,
                               .limits = limits,
                               .n_limits = choice->n_quotas,
                               .time_limit_s = choice->time_limit_s,
                               .n_runners_up = (size_t)choice->runners_up};
    enum gs_status status = place_sites(ctx, problem);
    for (size_t i = 0; i < choice->n_quotas && !status; i++)
        status = add_limit(ctx, problem, &choice->quotas[i], &limits[i]);
    if (!status)
        status = add_costs(ctx, problem);
    if (!status)
        status = mark(ctx, problem, &choice->include, &choice->include_pos, "include", true,
                      &p->include);
    if (!status)
        status = mark(ctx, problem, &choice->exclude, &choice->exclude_pos, "exclude", false,
                      &p->exclude);
    return status ? status : add_nodes(ctx, problem);
}

/* -- the result -------------------------------------------------------------------------------- */

static size_t *copy_sites(struct gs_ctx *ctx, struct gs_arena *arena,
                          const struct gs_packed *packed, const size_t *places, size_t n)
{
    size_t *sites = GS_ARENA_ARRAY(ctx, arena, size_t, n);
    for (size_t i = 0; sites && i < n; i++)
        sites[i] = packed->sites[places[i]];
    return sites;
}

/* "`spacing` and `include: A` cannot both hold; 3 sites are the most that go together" */
static enum gs_status word_clash(struct gs_ctx *ctx, const struct problem *problem,
                                 const struct gs_set *set, struct gs_result *result)
{
    struct gs_text text;
    gs_text_init(&text);
    for (size_t i = 0; i < set->n_clash; i++) {
        gs_text_append(&text, i == 0 ? "" : i + 1 == set->n_clash ? " and " : ", ");
        if (set->clash[i][0] == '`')
            gs_text_append(&text, set->clash[i]);
        else
            gs_text_printf(
                &text, "`include: %s`",
                result->sites.ids[problem->packed.sites[strtoul(set->clash[i], NULL, 10)]]);
    }
    if (set->n_clash == 1 && problem->packed.n < problem->p.count)
        gs_text_printf(&text, " is more than the %zu feasible site%s", problem->packed.n,
                       problem->packed.n == 1 ? "" : "s");
    else if (set->n_clash == 1)
        gs_text_append(&text, " cannot be reached");
    else if (set->n_clash)
        gs_text_append(&text, " cannot hold together");
    if (set->most != SIZE_MAX)
        gs_text_printf(&text, "; at most %zu go%s together", set->most, set->most == 1 ? "es" : "");
    if (!text.length)
        gs_text_append(&text, "no site is feasible");
    result->portfolio.clash = text.failed ? NULL : gs_arena_text(ctx, &result->arena, text.bytes);
    gs_text_release(&text);
    return result->portfolio.clash ? GS_OK : gs_fail_memory(ctx);
}

static enum gs_status keep_chosen(struct gs_ctx *ctx, const struct problem *problem,
                                  const struct gs_set *set, struct gs_result *result)
{
    struct gs_portfolio_result *to = &result->portfolio;
    const struct gs_packed *packed = &problem->packed;
    to->n_chosen = problem->p.count;
    to->chosen = copy_sites(ctx, &result->arena, packed, set->chosen, to->n_chosen);
    to->draws = GS_ARENA_ARRAY(ctx, &result->arena, struct gs_draw, set->n_draws);
    to->runners_up = GS_ARENA_ARRAY(ctx, &result->arena, struct gs_runner_up, set->n_runners);
    if (!to->chosen || !to->draws || !to->runners_up)
        return GS_ENOMEM;
    for (size_t i = 0; i < set->n_draws; i++)
        to->draws[i] = (struct gs_draw){packed->sites[set->draws[i].site], set->draws[i].node,
                                        set->draws[i].amount};
    to->n_draws = set->n_draws;
    for (size_t i = 0; i < set->n_runners; i++) {
        const struct gs_set_runner *runner = &set->runners[i];
        to->runners_up[i] =
            (struct gs_runner_up){packed->sites[runner->site], runner->cost, runner->proven, NULL};
        if (!runner->with)
            continue;
        to->runners_up[i].with =
            copy_sites(ctx, &result->arena, packed, runner->with, to->n_chosen);
        if (!to->runners_up[i].with)
            return GS_ENOMEM;
    }
    to->n_runners_up = set->n_runners;
    return GS_OK;
}

static enum gs_status keep(struct gs_ctx *ctx, const struct problem *problem,
                           const struct gs_set *set, struct gs_result *result)
{
    struct gs_portfolio_result *to = &result->portfolio;
    const struct gs_pos *pos = &problem->bound->study->portfolio.pos;
    *to = (struct gs_portfolio_result){.made = true, .objective = NAN, .bound = NAN, .gap = NAN};
    if (set->outcome == GS_SET_UNKNOWN)
        return gs_fail(ctx, GS_EDATA, pos, "raise `time_limit`",
                       "no set of sites was found in %g s", problem->p.time_limit_s);
    if (set->outcome == GS_SET_INFEASIBLE) {
        to->status = GS_PORTFOLIO_INFEASIBLE;
        enum gs_status status = word_clash(ctx, problem, set, result);
        if (!status)
            gs_warn(ctx, pos, NULL, "there is no such portfolio: %s", to->clash);
        return status;
    }
    to->status = set->outcome == GS_SET_OPTIMAL ? GS_PORTFOLIO_OPTIMAL : GS_PORTFOLIO_TIME_OUT;
    to->objective = set->objective;
    to->bound = set->bound;
    to->gap = set->bound > 0 ? (set->bound - set->objective) / set->bound : 0;
    if (to->status == GS_PORTFOLIO_TIME_OUT)
        gs_warn(ctx, pos, "raise `time_limit`",
                "the portfolio may not be the best: time ran out at a gap of %.2g %%",
                to->gap * 100);
    return keep_chosen(ctx, problem, set, result);
}

enum gs_status gs_choose_portfolio(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   struct gs_result *result)
{
    const struct gs_study *study = bound->study;
    if (!study->portfolio.asked)
        return GS_OK;
    struct problem problem = {.bound = bound, .result = result};
    enum gs_status status = gs_pack(ctx, study, result, result->order, &problem.packed);
    if (status)
        return status;
    gs_arena_init(&problem.arena);
    gs_progress_stage(ctx, 0.97, 0.98, "Choosing the portfolio");
    struct gs_set set = {0};
    status = set_up(ctx, &problem);
    if (!status)
        status = gs_portfolio_solve(ctx, &problem.p, &set);
    if (!status) {
        status = keep(ctx, &problem, &set, result);
        gs_set_release(&set);
    }
    gs_geodesic_free(problem.geodesic);
    gs_arena_release(&problem.arena);
    gs_packed_release(&problem.packed);
    return status;
}
