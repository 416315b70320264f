// SPDX-License-Identifier: Apache-2.0
#include "decision/portfolio.h"

#include "base/mem.h"
#include "decision/portfolio_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct solving {
    struct gs_ctx *ctx;
    const struct gs_portfolio *portfolio;
    struct gs_cliques cliques;
    struct gs_demands demands;
    struct timespec begun;
    double least_score; /* of the sites that may be chosen */
    bool whole;         /* all demands are made */
};

static double seconds_left(const struct solving *s)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double spent =
        (double)(now.tv_sec - s->begun.tv_sec) + (double)(now.tv_nsec - s->begun.tv_nsec) / 1e9;
    return s->portfolio->time_limit_s - spent;
}

static enum gs_status find(const struct solving *s, double least_score, size_t forced,
                           struct gs_answer *answer)
{
    double known = -INFINITY;
    enum gs_status status = GS_OK;
    if (s->whole)
        status = gs_greedy_find(s->ctx, s->portfolio, least_score, forced, &known);
    return status ? status
                  : gs_answer_find(s->ctx, s->portfolio, &s->cliques, &s->demands, least_score,
                                   forced, known, seconds_left(s), answer);
}

/* -- the demands ------------------------------------------------------------------------------- */

static enum gs_status copy_flags(struct gs_ctx *ctx, const bool *from, size_t n, bool **out)
{
    *out = GS_ARRAY_ZERO(ctx, bool, n);
    if (!*out)
        return GS_ENOMEM;
    for (size_t i = 0; from && i < n; i++)
        (*out)[i] = from[i];
    return GS_OK;
}

static enum gs_status all_demands(struct gs_ctx *ctx, const struct gs_portfolio *p,
                                  struct gs_demands *out)
{
    *out = (struct gs_demands){.count = true, .spacing = true, .budget = true, .headroom = true};
    enum gs_status status = copy_flags(ctx, p->include, p->n, &out->include);
    if (!status)
        status = copy_flags(ctx, p->exclude, p->n, &out->exclude);
    if (!status)
        status = copy_flags(ctx, NULL, p->n_limits, &out->limits);
    for (size_t l = 0; l < p->n_limits && !status; l++)
        out->limits[l] = true;
    return status;
}

static void release_demands(struct gs_demands *demands)
{
    gs_free(demands->include);
    gs_free(demands->exclude);
    gs_free(demands->limits);
}

/* -- the set itself ---------------------------------------------------------------------------- */

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The largest score that all sites of a set can have, by halving; the answer is then the set of the
 * largest sum among those that reach it. */
static enum gs_status find_best_worst(struct solving *s, struct gs_answer *answer, double *worst)
{
    const struct gs_portfolio *p = s->portfolio;
    double *scores = GS_ARRAY(s->ctx, double, p->n);
    if (!scores)
        return GS_ENOMEM;
    memcpy(scores, p->score, p->n * sizeof *scores);
    qsort(scores, p->n, sizeof *scores, falling);
    size_t low = 0, high = p->n - 1; /* the answer is scores[low … high]; the last is feasible */
    enum gs_status status = find(s, -INFINITY, SIZE_MAX, answer);
    bool found =
        !status && answer->outcome != GS_SET_INFEASIBLE && answer->outcome != GS_SET_UNKNOWN;
    bool proven = answer->outcome == GS_SET_OPTIMAL;
    while (found && low < high && !status) {
        size_t middle = low + (high - low) / 2;
        status = find(s, scores[middle], SIZE_MAX, answer);
        bool has = answer->outcome == GS_SET_OPTIMAL || answer->outcome == GS_SET_TIME_OUT;
        proven &= has || answer->outcome == GS_SET_INFEASIBLE;
        if (has)
            high = middle;
        else
            low = middle + 1;
    }
    if (found && !status) {
        s->least_score = scores[high];
        status = find(s, scores[high], SIZE_MAX, answer);
        *worst = scores[high];
        if (!status && !proven && answer->outcome == GS_SET_OPTIMAL)
            answer->outcome = GS_SET_TIME_OUT;
    }
    gs_free(scores);
    return status;
}

static double worst_of(const struct gs_portfolio *p, const struct gs_answer *answer)
{
    double worst = 1;
    for (size_t i = 0; i < answer->n; i++)
        worst = fmin(worst, p->score[answer->chosen[i]]);
    return worst;
}

static int rising(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* Of sites of the same score the earlier ones, where nothing speaks against it. */
static enum gs_status prefer_earlier(const struct solving *s, size_t *chosen, size_t n)
{
    const struct gs_portfolio *p = s->portfolio;
    for (size_t i = 0; i < n; i++) {
        size_t own = chosen[i];
        if (p->include && p->include[own])
            continue;
        for (size_t other = 0; other < own; other++) {
            bool taken = false, allowed;
            for (size_t k = 0; k < n; k++)
                taken |= chosen[k] == other;
            if (taken || p->score[other] != p->score[own])
                continue;
            chosen[i] = other;
            enum gs_status status = gs_set_is_allowed(s->ctx, p, chosen, n, &allowed);
            if (status)
                return status;
            if (allowed)
                break;
            chosen[i] = own;
        }
    }
    qsort(chosen, n, sizeof *chosen, rising);
    return GS_OK;
}

/* -- runners-up -------------------------------------------------------------------------------- */

static bool is_chosen(const struct gs_set *set, size_t count, size_t site)
{
    for (size_t i = 0; i < count; i++)
        if (set->chosen[i] == site)
            return true;
    return false;
}

static enum gs_status try_runner(struct solving *s, struct gs_set *set, size_t site,
                                 struct gs_answer *answer)
{
    const struct gs_portfolio *p = s->portfolio;
    bool worst = p->objective == GS_PORTFOLIO_WORST;
    struct gs_set_runner *runner = &set->runners[set->n_runners++];
    *runner = (struct gs_set_runner){.site = site, .cost = NAN};
    if (seconds_left(s) <= 0)
        return GS_OK;
    double least = worst ? fmin(s->least_score, p->score[site]) : -INFINITY;
    enum gs_status status = find(s, least, site, answer);
    if (!status && worst && answer->outcome == GS_SET_INFEASIBLE) /* lower ones have to come in */
        status = find(s, -INFINITY, site, answer);
    if (status)
        return status;
    runner->proven = answer->outcome == GS_SET_INFEASIBLE ||
                     (answer->outcome == GS_SET_OPTIMAL && set->outcome == GS_SET_OPTIMAL);
    if (answer->outcome != GS_SET_OPTIMAL && answer->outcome != GS_SET_TIME_OUT)
        return GS_OK;
    double objective = worst ? worst_of(p, answer) : answer->objective;
    runner->cost = fmax(0, set->objective - objective);
    runner->with = GS_ARRAY(s->ctx, size_t, p->count);
    if (!runner->with)
        return GS_ENOMEM;
    memcpy(runner->with, answer->chosen, p->count * sizeof *runner->with);
    return GS_OK;
}

static enum gs_status try_runners(struct solving *s, struct gs_set *set, struct gs_answer *answer)
{
    const struct gs_portfolio *p = s->portfolio;
    set->runners = GS_ARRAY_ZERO(s->ctx, struct gs_set_runner, p->n_runners_up);
    if (!set->runners)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < p->n && set->n_runners < p->n_runners_up && !status; i++)
        if (!is_chosen(set, p->count, i) && !(p->exclude && p->exclude[i]))
            status = try_runner(s, set, i, answer);
    return status;
}

/* -- why there is none ------------------------------------------------------------------------- */

static enum gs_status add_word(struct gs_ctx *ctx, struct gs_set *set, const char *word)
{
    if (!word)
        return GS_ENOMEM;
    set->clash[set->n_clash++] = word;
    (void)ctx;
    return GS_OK;
}

/* Leaves a demand out; puts it back when there is a set without it, and so names it. */
static enum gs_status try_without(struct solving *s, bool *demand, const char *word,
                                  struct gs_answer *answer, struct gs_set *set)
{
    if (!*demand)
        return GS_OK;
    *demand = false;
    enum gs_status status = find(s, -INFINITY, SIZE_MAX, answer);
    if (status || answer->outcome == GS_SET_INFEASIBLE)
        return status;
    *demand = true;
    return add_word(s->ctx, set, word);
}

/* How many would go together, everything else being as it is. */
static enum gs_status find_most(struct solving *s, struct gs_answer *answer, struct gs_set *set)
{
    struct gs_demands kept = s->demands;
    enum gs_status status = all_demands(s->ctx, s->portfolio, &s->demands);
    s->demands.count = false;
    if (!status)
        status = find(s, -INFINITY, SIZE_MAX, answer);
    if (!status && answer->outcome == GS_SET_OPTIMAL)
        set->most = answer->n;
    release_demands(&s->demands);
    s->demands = kept;
    return status;
}

/* Deletion filter: J. W. Chinneck, E. W. Dravnieks (1991), Locating minimal infeasible constraint
 * sets in linear programs, ORSA Journal on Computing 3:157-168. */
static enum gs_status find_clash(struct solving *s, struct gs_answer *answer, struct gs_set *set)
{
    const struct gs_portfolio *p = s->portfolio;
    struct gs_demands *d = &s->demands;
    s->whole = false;
    set->clash = GS_ARRAY_ZERO(s->ctx, const char *, 4 + p->n_limits + p->n);
    if (!set->clash)
        return GS_ENOMEM;
    enum gs_status status = find_most(s, answer, set);
    if (!status)
        status = try_without(s, &d->count,
                             gs_arena_printf(s->ctx, &set->arena, "`count: %zu`", p->count), answer,
                             set);
    bool excludes = false;
    for (size_t i = 0; i < p->n && !status; i++)
        excludes |= d->exclude[i];
    if (!status)
        status = try_without(s, &d->spacing, "`spacing`", answer, set);
    for (size_t l = 0; l < p->n_limits && !status; l++)
        status =
            try_without(s, &d->limits[l],
                        gs_arena_printf(s->ctx, &set->arena, "`at_most: %s`", p->limits[l].name),
                        answer, set);
    if (!status)
        status = try_without(s, &d->budget, "`budget`", answer, set);
    if (!status)
        status = try_without(s, &d->headroom, "`headroom`", answer, set);
    for (size_t i = 0; i < p->n && !status && p->include; i++) {
        char *word = p->include[i] ? gs_arena_printf(s->ctx, &set->arena, "%zu", i) : NULL;
        if (p->include[i])
            status = try_without(s, &d->include[i], word, answer, set);
    }
    if (!status && excludes) { /* all at once: there may be many */
        bool *kept = d->exclude;
        d->exclude = NULL;
        status = find(s, -INFINITY, SIZE_MAX, answer);
        if (!status && answer->outcome != GS_SET_INFEASIBLE)
            status = add_word(s->ctx, set, "`exclude`");
        d->exclude = kept;
    }
    return status;
}

/* -- all together ------------------------------------------------------------------------------ */

static enum gs_status settle(struct solving *s, struct gs_answer *answer, double worst,
                             struct gs_set *out)
{
    const struct gs_portfolio *p = s->portfolio;
    bool by_worst = p->objective == GS_PORTFOLIO_WORST, feasible = false;
    out->chosen = GS_ARRAY(s->ctx, size_t, p->count);
    if (!out->chosen)
        return GS_ENOMEM;
    memcpy(out->chosen, answer->chosen, p->count * sizeof *out->chosen);
    enum gs_status status = prefer_earlier(s, out->chosen, p->count);
    out->outcome = answer->outcome;
    out->objective = by_worst ? worst : answer->objective;
    out->bound = by_worst ? (answer->outcome == GS_SET_OPTIMAL ? worst : 1) : answer->bound;
    if (!status)
        status =
            gs_draws_find(s->ctx, p, out->chosen, p->count, &out->draws, &out->n_draws, &feasible);
    if (!status && !feasible)
        return gs_fail(s->ctx, GS_EINTERNAL, NULL, NULL,
                       "the solver chose sites that cannot all draw their power");
    return status ? status : try_runners(s, out, answer);
}

enum gs_status gs_portfolio_solve(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                                  struct gs_set *out)
{
    struct solving s = {.ctx = ctx,
                        .portfolio = portfolio,
                        .least_score = -INFINITY,
                        .whole = true};
    struct gs_set set = {.most = SIZE_MAX};
    struct gs_answer answer = {.outcome = GS_SET_INFEASIBLE};
    gs_arena_init(&set.arena);
    clock_gettime(CLOCK_MONOTONIC, &s.begun);
    double worst = NAN;
    enum gs_status status = all_demands(ctx, portfolio, &s.demands);
    answer.chosen = GS_ARRAY(ctx, size_t, portfolio->n);
    if (!answer.chosen)
        status = GS_ENOMEM;
    if (!status)
        status = gs_cliques_find(ctx, portfolio, &s.cliques);
    if (!status && portfolio->n >= portfolio->count)
        status = portfolio->objective == GS_PORTFOLIO_WORST
                     ? find_best_worst(&s, &answer, &worst)
                     : find(&s, -INFINITY, SIZE_MAX, &answer);
    set.outcome = answer.outcome;
    bool found = answer.outcome == GS_SET_OPTIMAL || answer.outcome == GS_SET_TIME_OUT;
    if (!status && found)
        status = settle(&s, &answer, worst, &set);
    else if (!status && answer.outcome == GS_SET_INFEASIBLE && portfolio->n)
        status = find_clash(&s, &answer, &set);
    gs_cliques_release(&s.cliques);
    release_demands(&s.demands);
    gs_free(answer.chosen);
    if (status)
        gs_set_release(&set);
    else
        *out = set;
    return status;
}

void gs_set_release(struct gs_set *set)
{
    for (size_t i = 0; i < set->n_runners; i++)
        gs_free(set->runners[i].with);
    gs_free(set->runners);
    gs_free(set->chosen);
    gs_free(set->draws);
    gs_free(set->clash);
    gs_arena_release(&set->arena);
    *set = (struct gs_set){0};
}
