// SPDX-License-Identifier: Apache-2.0
#include "study/compare_game.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "decision/method.h"
#include "study/score.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

/* One factor with quantities of one run, judged as one study asks with the facility of one. */
struct gs_judged {
    double *worths;    /* criteria */
    uint8_t *verdicts; /* constraints */
};

/* -- what is known ------------------------------------------------------------------------------
 */

static const struct gs_joint_factor *factor_at(const struct gs_game *game, size_t f)
{
    const struct gs_joint *joint = game->joint;
    return f < joint->n_constraints ? &joint->constraints[f]
                                    : &joint->criteria[f - joint->n_constraints];
}

/* A run's quantities in the order of the sites; missing where the run has not the site. */
static enum gs_status spread_measured(struct gs_game *game, int run, size_t f)
{
    struct gs_measured *out = &game->measured[run][f];
    if (factor_at(game, f)->at[run] == SIZE_MAX)
        return GS_OK;
    const struct gs_column *column = gs_joint_measured(game->joint, f, run);
    if (column->text)
        out->text = GS_ARRAY_ZERO(game->ctx, const char *, game->n);
    else
        out->number = gs_nan_array(game->ctx, game->n);
    if (!out->text && !out->number)
        return GS_ENOMEM;
    for (size_t i = 0; i < game->n; i++) {
        size_t at = game->joint->out->sites[i].at[run];
        if (at == SIZE_MAX)
            continue;
        if (column->text)
            out->text[i] = column->text[at];
        else
            out->number[i] = column->number[at];
    }
    return GS_OK;
}

static bool fits(const struct gs_criterion *criterion, const struct gs_measured *measured)
{
    if (criterion->relative)
        return measured->number != NULL;
    return measured->text ? criterion->value->worth_of_text != NULL
                          : criterion->value->worth != NULL;
}

static enum gs_status make_judged(struct gs_game *game, size_t f, const struct gs_study *study,
                                  size_t at, const struct gs_measured *measured,
                                  struct gs_judged *out)
{
    const struct gs_joint *joint = game->joint;
    if (f >= joint->n_constraints) {
        const struct gs_criterion *criterion = &study->criteria[at];
        if (fits(criterion, measured))
            return gs_value_criterion(game->ctx, criterion, measured, game->n, &out->worths);
        out->worths = gs_nan_array(game->ctx, game->n);
        return out->worths ? GS_OK : GS_ENOMEM;
    }
    out->verdicts = GS_ARRAY(game->ctx, uint8_t, game->n);
    if (!out->verdicts)
        return GS_ENOMEM;
    for (size_t i = 0; i < game->n; i++)
        out->verdicts[i] = (uint8_t)gs_judge(&study->constraints[at], measured, i);
    return GS_OK;
}

static enum gs_status judge(struct gs_game *game, int run, int text, int facility, size_t f,
                            const struct gs_judged **out)
{
    struct gs_judged *judged = &game->judged[run][text][facility][f];
    *out = judged;
    if (judged->worths || judged->verdicts)
        return GS_OK;
    return make_judged(game, f, game->joint->studies[text][facility], factor_at(game, f)->at[text],
                       &game->measured[run][f], judged);
}

/* -- one combination ----------------------------------------------------------------------------
 */

static int version(uint8_t player, size_t mask)
{
    return player == GS_NO_PLAYER ? 1 : (int)(mask >> player & 1);
}

/* Which run's quantity counts at a site: where only one run has both site and factor, that one. */
static int run_at(const struct gs_game *game, const struct gs_mix *mix, size_t mask, size_t f,
                  size_t i)
{
    const struct gs_compared_site *site = &game->joint->out->sites[i];
    const struct gs_joint_factor *factor = factor_at(game, f);
    bool moved = mix->moved != GS_NO_PLAYER && gs_site_has_moved(site);
    int run = version(moved ? mix->moved : mix->measured[f], mask);
    return site->at[run] == SIZE_MAX || factor->at[run] == SIZE_MAX ? !run : run;
}

/* How factor f is judged in this combination; where only one study has it, as that one asks. */
static void judge_versions(const struct gs_game *game, const struct gs_mix *mix, size_t mask,
                           size_t f, int *text, int *facility)
{
    *text = version(mix->judged[f], mask);
    if (factor_at(game, f)->at[*text] == SIZE_MAX)
        *text = !*text;
    *facility = version(mix->sized[f], mask);
    if (!game->joint->studies[*text][*facility])
        *facility = *text;
}

/* The worths of criterion f (of all factors) at all sites, and for relative ones the quantities. */
static enum gs_status fill_criterion(struct gs_game *game, const struct gs_mix *mix, size_t mask,
                                     size_t f, size_t c)
{
    int text, facility;
    judge_versions(game, mix, mask, f, &text, &facility);
    const struct gs_judged *judged[2] = {NULL, NULL};
    enum gs_status status = GS_OK;
    for (int run = 0; run < 2 && !status; run++)
        if (factor_at(game, f)->at[run] != SIZE_MAX)
            status = judge(game, run, text, facility, f, &judged[run]);
    if (status)
        return status;
    const struct gs_criterion *asked =
        &game->joint->studies[text][facility]->criteria[factor_at(game, f)->at[text]];
    struct gs_criterion *criterion = &game->criteria[c];
    size_t group = criterion->group;
    double given = criterion->weight_given, weight = criterion->weight;
    *criterion = *asked;
    criterion->group = group;
    criterion->weight_given = given;
    criterion->weight = weight;
    for (size_t i = 0; i < game->n; i++) {
        double worth = judged[run_at(game, mix, mask, f, i)]->worths[i];
        game->result.values[c][i] = worth;
        game->result.criteria[c].number[i] = worth; /* what relative criteria compare */
        if (isnan(worth) && criterion->missing == GS_MISSING_EXCLUDE)
            game->feasible[i] = false;
    }
    return GS_OK;
}

/* A constraint that only one study has counts with that one. */
static enum gs_status apply_constraint(struct gs_game *game, const struct gs_mix *mix, size_t mask,
                                       size_t f, bool *met)
{
    int text, facility;
    if (factor_at(game, f)->at[version(mix->judged[f], mask)] == SIZE_MAX)
        return GS_OK;
    judge_versions(game, mix, mask, f, &text, &facility);
    const struct gs_judged *judged[2] = {NULL, NULL};
    enum gs_status status = GS_OK;
    for (int run = 0; run < 2 && !status; run++)
        if (factor_at(game, f)->at[run] != SIZE_MAX)
            status = judge(game, run, text, facility, f, &judged[run]);
    for (size_t i = 0; i < game->n && !status; i++)
        met[i] &= judged[run_at(game, mix, mask, f, i)]->verdicts[i] == GS_VERDICT_MET;
    return status;
}

static size_t joint_criterion(const struct gs_game *game, int run, size_t at)
{
    size_t c = 0;
    while (game->joint->criteria[c].at[run] != at)
        c++;
    return c;
}

/* Who takes part in the scoring, from who has all worths (feasible) and who meets all constraints.
 */
static void admit(struct gs_game *game, const struct gs_mix *mix, size_t mask, const bool *met)
{
    int came = version(mix->came, mask), moved = version(mix->moved, mask);
    for (size_t i = 0; i < game->n; i++) {
        const struct gs_compared_site *site = &game->joint->out->sites[i];
        bool kept = !isnan(site->rank[0]) && !isnan(site->rank[1]);
        bool known = game->feasible[i];
        bool present = site->at[came] != SIZE_MAX;
        bool blocked = game->blocked[site->at[moved] == SIZE_MAX ? !moved : moved][i];
        game->feasible[i] = known && met[i] && present && !blocked;
        game->result.feasible[i] = known && (game->alone || kept || game->feasible[i]);
    }
}

/* Scores all sites; when the method refuses this combination, none has a score. */
static enum gs_status score(struct gs_game *game, const struct gs_study *weighed, size_t method)
{
    struct gs_study study = *weighed;
    struct gs_result *result = &game->result;
    study.criteria = game->criteria;
    study.groups = game->groups;
    study.decision = game->joint->studies[method][method]->decision;
    study.also = NULL;
    study.n_also = 0;
    result->study = &study;
    result->n_figures = 0;
    for (size_t i = 0; i < game->n; i++)
        result->score[i] = NAN;
    enum gs_status status = gs_weigh_by_data(&game->quiet, &study, result);
    if (!status)
        status = gs_score_study(&game->quiet, &study, result);
    gs_free(result->outcomes);
    result->outcomes = NULL;
    result->n_outcomes = 0;
    result->study = NULL;
    if (status == GS_ENOMEM)
        return gs_fail_memory(game->ctx);
    return status == GS_ECANCEL ? status : GS_OK;
}

enum gs_status gs_game_evaluate(struct gs_game *game, const struct gs_mix *mix, size_t mask)
{
    struct gs_joint *joint = game->joint;
    int weights = version(mix->weights, mask);
    struct gs_study *weighed = joint->studies[weights][weights];
    enum gs_status status = gs_check_cancel(game->ctx);
    bool *met = status ? NULL : GS_ARRAY(game->ctx, bool, game->n);
    if (!met)
        return status ? status : GS_ENOMEM;
    memcpy(game->criteria, weighed->criteria, weighed->n_criteria * sizeof *game->criteria);
    memcpy(game->groups, weighed->groups, weighed->n_groups * sizeof *game->groups);
    for (size_t i = 0; i < game->n; i++)
        met[i] = game->feasible[i] = true;
    for (size_t c = 0; c < weighed->n_criteria && !status; c++)
        status = fill_criterion(game, mix, mask,
                                joint->n_constraints + joint_criterion(game, weights, c), c);
    for (size_t f = 0; f < joint->n_constraints && !status; f++)
        status = apply_constraint(game, mix, mask, f, met);
    if (!status)
        admit(game, mix, mask, met);
    gs_free(met);
    return status ? status : score(game, weighed, (size_t)version(mix->method, mask));
}

/* -- all combinations ---------------------------------------------------------------------------
 */

/* What a combination of `size` of n players counts for one who joins it: size! (n-1-size)! / n!. */
static double weight_of(size_t size, size_t n)
{
    double weight = 1 / (double)n;
    for (size_t i = 1; i <= size; i++) /* 1 / (n × (n-1 over size)) */
        weight *= (double)i / (double)(n - 1 - size + i);
    return weight;
}

static size_t size_of(size_t mask)
{
    size_t size = 0;
    for (; mask; mask &= mask - 1)
        size++;
    return size;
}

enum gs_status gs_game_play(struct gs_game *game, const struct gs_mix *mix, double **of_score,
                            double **of_feasible)
{
    enum gs_status status = GS_OK;
    for (size_t mask = 0; mask < (size_t)1 << mix->n && !status; mask++) {
        status = gs_game_evaluate(game, mix, mask);
        for (size_t p = 0; p < mix->n && !status; p++) {
            bool in = mask >> p & 1;
            double weight = weight_of(size_of(mask) - in, mix->n) * (in ? 1 : -1);
            for (size_t i = 0; i < game->n; i++)
                of_score[p][i] += weight * game->result.score[i];
            for (size_t i = 0; of_feasible && i < game->n; i++)
                of_feasible[p][i] += weight * game->feasible[i];
        }
    }
    return status;
}

bool gs_game_is_right(struct gs_game *game, int run)
{
    for (size_t i = 0; i < game->n; i++) {
        const struct gs_compared_site *site = &game->joint->out->sites[i];
        if (site->at[run] == SIZE_MAX)
            continue;
        bool ranked = !isnan(site->rank[run]);
        game->blocked[run][i] = !ranked && game->feasible[i];
        if (ranked && (!game->feasible[i] ||
                       !(fabs(game->result.score[i] - site->score[run]) <= GS_SAME_SCORE)))
            return false;
    }
    return true;
}

/* -- memory -------------------------------------------------------------------------------------
 */

enum gs_status gs_game_rows(struct gs_ctx *ctx, struct gs_arena *arena, size_t n_rows, size_t n,
                            double ***out)
{
    *out = GS_ARENA_ARRAY(ctx, arena, double *, n_rows);
    for (size_t i = 0; *out && i < n_rows; i++)
        if (!((*out)[i] = GS_ARENA_ARRAY(ctx, arena, double, n)))
            return GS_ENOMEM;
    return *out ? GS_OK : GS_ENOMEM;
}

static enum gs_status new_result(struct gs_game *game, struct gs_arena *arena)
{
    struct gs_ctx *ctx = game->ctx;
    const struct gs_joint *joint = game->joint;
    struct gs_result *result = &game->result;
    size_t n = game->n, n_criteria = joint->n_criteria, n_figures = 0, n_groups = 0;
    for (int run = 0; run < 2; run++) {
        const struct gs_study *study = joint->studies[run][run];
        n_figures = study->decision.method->n_figures > n_figures
                        ? study->decision.method->n_figures
                        : n_figures;
        n_groups = study->n_groups > n_groups ? study->n_groups : n_groups;
    }
    result->n_sites = n;
    result->criteria = GS_ARENA_ARRAY(ctx, arena, struct gs_measured, n_criteria);
    result->feasible = GS_ARENA_ARRAY(ctx, arena, bool, n);
    result->score = GS_ARENA_ARRAY(ctx, arena, double, n);
    result->method_index = GS_ARENA_ARRAY(ctx, arena, double, n);
    result->rank = GS_ARENA_ARRAY(ctx, arena, unsigned, n);
    result->order = GS_ARENA_ARRAY(ctx, arena, size_t, n);
    result->excluded_by = GS_ARENA_ARRAY(ctx, arena, const char *, n);
    result->sites.ids = GS_ARENA_ARRAY(ctx, arena, const char *, n);
    game->criteria = GS_ARENA_ARRAY(ctx, arena, struct gs_criterion, n_criteria);
    game->groups = GS_ARENA_ARRAY(ctx, arena, struct gs_group, n_groups);
    game->feasible = GS_ARENA_ARRAY(ctx, arena, bool, n);
    game->blocked[0] = GS_ARENA_ARRAY(ctx, arena, bool, n);
    game->blocked[1] = GS_ARENA_ARRAY(ctx, arena, bool, n);
    if (!result->criteria || !result->feasible || !result->score || !result->method_index ||
        !result->rank || !result->order || !result->excluded_by || !result->sites.ids ||
        !game->criteria || !game->groups || !game->feasible || !game->blocked[0] ||
        !game->blocked[1] || gs_game_rows(ctx, arena, n_criteria, n, &result->values) ||
        gs_game_rows(ctx, arena, n_criteria, n, &result->parts) ||
        gs_game_rows(ctx, arena, n_figures, n, &result->figures))
        return GS_ENOMEM;
    for (size_t c = 0; c < n_criteria; c++)
        if (!(result->criteria[c].number = GS_ARENA_ARRAY(ctx, arena, double, n)))
            return GS_ENOMEM;
    for (size_t i = 0; i < n; i++)
        result->sites.ids[i] = joint->out->sites[i].id;
    return GS_OK;
}

/* Is every site's score its own affair in both studies? */
static bool scores_alone(const struct gs_joint *joint)
{
    for (int run = 0; run < 2; run++) {
        const struct gs_study *study = joint->studies[run][run];
        if (!study->decision.method->cells)
            return false;
        for (size_t c = 0; c < study->n_criteria; c++)
            if (study->criteria[c].relative)
                return false;
        for (size_t g = 0; g < study->n_groups; g++)
            if (gs_weighs_by_data(&study->groups[g]))
                return false;
    }
    return true;
}

enum gs_status gs_game_begin(struct gs_ctx *ctx, struct gs_joint *joint, struct gs_arena *arena,
                             struct gs_game *game)
{
    size_t n_factors = joint->n_constraints + joint->n_criteria;
    *game = (struct gs_game){.ctx = ctx,
                             .joint = joint,
                             .n = joint->out->n_sites,
                             .n_factors = n_factors};
    gs_ctx_init_worker(&game->quiet, ctx);
    game->alone = scores_alone(joint);
    enum gs_status status = new_result(game, arena);
    for (int run = 0; run < 2 && !status; run++) {
        game->measured[run] = GS_ARENA_ARRAY(ctx, arena, struct gs_measured, n_factors);
        for (int i = 0; i < 4; i++)
            if (!(game->judged[run][i / 2][i % 2] =
                      GS_ARENA_ARRAY(ctx, arena, struct gs_judged, n_factors)))
                status = GS_ENOMEM;
        if (!game->measured[run])
            status = GS_ENOMEM;
        for (size_t f = 0; f < n_factors && !status; f++)
            status = spread_measured(game, run, f);
    }
    return status;
}

void gs_game_end(struct gs_game *game)
{
    for (int run = 0; run < 2; run++)
        for (size_t f = 0; f < game->n_factors && game->measured[run]; f++) {
            gs_free(game->measured[run][f].number);
            gs_free(game->measured[run][f].text);
            for (int i = 0; i < 4; i++) {
                struct gs_judged *judged = game->judged[run][i / 2][i % 2];
                gs_free(judged ? judged[f].worths : NULL);
                gs_free(judged ? judged[f].verdicts : NULL);
            }
        }
    gs_ctx_release_worker(&game->quiet);
}
