// SPDX-License-Identifier: Apache-2.0
/* Splits the changes of scores: among criteria by their parts, and among causes by Shapley values
 * over all combinations of old and new inputs (Shapley, A value for n-person games, 1953). What a
 * cause adds to a site's score depends on which others came before it; its Shapley value is the
 * mean over all orders, and the values of all causes add up to the change exactly.
 *
 * A site ranked in both runs is scored in every combination, whether or not that one would admit
 * it: constraints change who is ranked, not what a site is worth. */
#include "study/compare.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "decision/method.h"
#include "study/score.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

/* What rounding may make of a score on the way through the file and back. */
#define SAME 1e-9

/* One factor with quantities of one run, judged as one study asks with the facility of one. */
struct judged {
    double *worths;    /* criteria */
    uint8_t *verdicts; /* constraints */
};

struct game {
    struct gs_ctx *ctx;
    struct gs_ctx quiet;
    struct gs_joint *joint;
    size_t n, n_factors;             /* sites, factors */
    struct gs_measured *measured[2]; /* [run][factor], in the order of the comparison's sites */
    struct judged *judged[2][2][2]; /* [run][whose text][whose facility][factor]; made when asked */
    bool *blocked[2];               /* [run]: left out for reasons that are not in the study */
    bool alone;                     /* each site is scored by itself */
    struct gs_result result;        /* of the combination at hand */
    struct gs_criterion *criteria;  /* likewise, as its study has them */
    struct gs_group *groups;
    double *score; /* NaN: it has none */
    bool *feasible;
};

/* -- what is known ------------------------------------------------------------------------------
 */

static const struct gs_joint_factor *factor_at(const struct game *game, size_t f)
{
    const struct gs_joint *joint = game->joint;
    return f < joint->n_constraints ? &joint->constraints[f]
                                    : &joint->criteria[f - joint->n_constraints];
}

/* A run's quantities in the order of the sites; missing where the run has not the site. */
static enum gs_status spread_measured(struct game *game, int run, size_t f)
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

static enum gs_status make_judged(struct game *game, size_t f, const struct gs_study *study,
                                  size_t at, const struct gs_measured *measured, struct judged *out)
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

static enum gs_status judge(struct game *game, int run, int text, int facility, size_t f,
                            const struct judged **out)
{
    struct judged *judged = &game->judged[run][text][facility][f];
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
static int run_at(const struct game *game, const struct gs_mix *mix, size_t mask, size_t f,
                  size_t i)
{
    const struct gs_compared_site *site = &game->joint->out->sites[i];
    const struct gs_joint_factor *factor = factor_at(game, f);
    bool moved = mix->moved != GS_NO_PLAYER && gs_site_has_moved(site);
    int run = version(moved ? mix->moved : mix->measured[f], mask);
    return site->at[run] == SIZE_MAX || factor->at[run] == SIZE_MAX ? !run : run;
}

/* How factor f is judged in this combination; where only one study has it, as that one asks. */
static void judge_versions(const struct game *game, const struct gs_mix *mix, size_t mask, size_t f,
                           int *text, int *facility)
{
    *text = version(mix->judged[f], mask);
    if (factor_at(game, f)->at[*text] == SIZE_MAX)
        *text = !*text;
    *facility = version(mix->sized[f], mask);
    if (!game->joint->studies[*text][*facility])
        *facility = *text;
}

/* The worths of criterion f (of all factors) at all sites, and for relative ones the quantities. */
static enum gs_status fill_criterion(struct game *game, const struct gs_mix *mix, size_t mask,
                                     size_t f, size_t c)
{
    int text, facility;
    judge_versions(game, mix, mask, f, &text, &facility);
    const struct judged *judged[2] = {NULL, NULL};
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
static enum gs_status apply_constraint(struct game *game, const struct gs_mix *mix, size_t mask,
                                       size_t f, bool *met)
{
    int text, facility;
    if (factor_at(game, f)->at[version(mix->judged[f], mask)] == SIZE_MAX)
        return GS_OK;
    judge_versions(game, mix, mask, f, &text, &facility);
    const struct judged *judged[2] = {NULL, NULL};
    enum gs_status status = GS_OK;
    for (int run = 0; run < 2 && !status; run++)
        if (factor_at(game, f)->at[run] != SIZE_MAX)
            status = judge(game, run, text, facility, f, &judged[run]);
    for (size_t i = 0; i < game->n && !status; i++)
        met[i] &= judged[run_at(game, mix, mask, f, i)]->verdicts[i] == GS_VERDICT_MET;
    return status;
}

static size_t joint_criterion(const struct game *game, int run, size_t at)
{
    size_t c = 0;
    while (game->joint->criteria[c].at[run] != at)
        c++;
    return c;
}

/* Who takes part in the scoring, from who has all worths (feasible) and who meets all constraints.
 */
static void admit(struct game *game, const struct gs_mix *mix, size_t mask, const bool *met)
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
static enum gs_status score(struct game *game, const struct gs_study *weighed, size_t method)
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

/* game->score and game->feasible for the combination in which the players of `mask` are new. */
static enum gs_status evaluate(struct game *game, const struct gs_mix *mix, size_t mask)
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

/* Shapley values of scores, and where wanted of being feasible: [player][site], from 0. */
static enum gs_status play(struct game *game, const struct gs_mix *mix, double **of_score,
                           double **of_feasible)
{
    enum gs_status status = GS_OK;
    for (size_t mask = 0; mask < (size_t)1 << mix->n && !status; mask++) {
        status = evaluate(game, mix, mask);
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

/* Do the studies lead to the run's own ranking? Sites that are left out although the study would
 * have them, for want of a geometry say, stay so. */
static bool is_right(struct game *game, int run)
{
    for (size_t i = 0; i < game->n; i++) {
        const struct gs_compared_site *site = &game->joint->out->sites[i];
        if (site->at[run] == SIZE_MAX)
            continue;
        bool ranked = !isnan(site->rank[run]);
        game->blocked[run][i] = !ranked && game->feasible[i];
        if (ranked &&
            (!game->feasible[i] || !(fabs(game->result.score[i] - site->score[run]) <= SAME)))
            return false;
    }
    return true;
}

/* -- memory -------------------------------------------------------------------------------------
 */

static enum gs_status rows(struct gs_ctx *ctx, struct gs_arena *arena, size_t n_rows, size_t n,
                           double ***out)
{
    *out = GS_ARENA_ARRAY(ctx, arena, double *, n_rows);
    for (size_t i = 0; *out && i < n_rows; i++)
        if (!((*out)[i] = GS_ARENA_ARRAY(ctx, arena, double, n)))
            return GS_ENOMEM;
    return *out ? GS_OK : GS_ENOMEM;
}

static enum gs_status new_result(struct game *game, struct gs_arena *arena)
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
        !game->blocked[1] || rows(ctx, arena, n_criteria, n, &result->values) ||
        rows(ctx, arena, n_criteria, n, &result->parts) ||
        rows(ctx, arena, n_figures, n, &result->figures))
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

static enum gs_status begin(struct gs_ctx *ctx, struct gs_joint *joint, struct gs_arena *arena,
                            struct game *game)
{
    size_t n_factors = joint->n_constraints + joint->n_criteria;
    *game =
        (struct game){.ctx = ctx, .joint = joint, .n = joint->out->n_sites, .n_factors = n_factors};
    gs_ctx_init_worker(&game->quiet, ctx);
    game->alone = scores_alone(joint);
    enum gs_status status = new_result(game, arena);
    for (int run = 0; run < 2 && !status; run++) {
        game->measured[run] = GS_ARENA_ARRAY(ctx, arena, struct gs_measured, n_factors);
        for (int i = 0; i < 4; i++)
            if (!(game->judged[run][i / 2][i % 2] =
                      GS_ARENA_ARRAY(ctx, arena, struct judged, n_factors)))
                status = GS_ENOMEM;
        if (!game->measured[run])
            status = GS_ENOMEM;
        for (size_t f = 0; f < n_factors && !status; f++)
            status = spread_measured(game, run, f);
    }
    return status;
}

static void end(struct game *game)
{
    for (int run = 0; run < 2; run++)
        for (size_t f = 0; f < game->n_factors && game->measured[run]; f++) {
            gs_free(game->measured[run][f].number);
            gs_free(game->measured[run][f].text);
            for (int i = 0; i < 4; i++) {
                struct judged *judged = game->judged[run][i / 2][i % 2];
                gs_free(judged ? judged[f].worths : NULL);
                gs_free(judged ? judged[f].verdicts : NULL);
            }
        }
    gs_ctx_release_worker(&game->quiet);
}

/* -- the splits ---------------------------------------------------------------------------------
 */

/* What the runs themselves say: parts add up to scores. */
static bool split_by_parts(struct gs_joint *joint)
{
    struct gs_comparison *out = joint->out;
    for (size_t c = 0; c < joint->n_criteria; c++)
        for (size_t i = 0; i < out->n_sites; i++) {
            const struct gs_compared_site *site = &out->sites[i];
            double part[2] = {0, 0};
            for (int run = 0; run < 2; run++)
                if (joint->criteria[c].at[run] != SIZE_MAX && site->at[run] != SIZE_MAX)
                    part[run] = joint->sides[run]
                                    .criteria[joint->criteria[c].at[run]]
                                    .part->number[site->at[run]];
            bool both = !isnan(site->rank[0]) && !isnan(site->rank[1]);
            out->by_criterion[c][i] = both ? part[1] - part[0] : NAN;
            if (both && isnan(out->by_criterion[c][i]))
                return false;
        }
    return true;
}

/* A method that does not add up parts: Shapley values with a player a criterion, and one for all
 * that belongs to none. */
static enum gs_status split_by_game(struct game *game, struct gs_arena *arena)
{
    struct gs_joint *joint = game->joint;
    struct gs_comparison *out = joint->out;
    const struct gs_mix *causes = &joint->causes;
    struct gs_mix mix = *causes;
    size_t n = game->n_factors, first = joint->n_constraints;
    double **values;
    mix.n = 0;
    mix.measured = GS_ARENA_ARRAY(game->ctx, arena, uint8_t, 3 * n);
    enum gs_status status = rows(game->ctx, arena, joint->n_criteria + 1, game->n, &values);
    if (!mix.measured || status)
        return GS_ENOMEM;
    memset(mix.measured, GS_NO_PLAYER, 3 * n);
    mix.judged = mix.measured + n;
    mix.sized = mix.judged + n;
    uint8_t rest = GS_NO_PLAYER;
    for (size_t f = first; f < n; f++)
        if (causes->moved != GS_NO_PLAYER || causes->measured[f] != GS_NO_PLAYER ||
            causes->judged[f] != GS_NO_PLAYER || causes->sized[f] != GS_NO_PLAYER)
            mix.measured[f] = mix.judged[f] = mix.sized[f] = (uint8_t)mix.n++;
    rest = (uint8_t)mix.n++;
    for (size_t f = 0; f < first; f++)
        mix.measured[f] = mix.judged[f] = mix.sized[f] = rest;
    mix.weights = mix.method = mix.came = rest;
    mix.moved = GS_NO_PLAYER;
    if (mix.n > GS_CAUSES_MAX) {
        out->criteria_left_out = "the method does not add up parts, and too many criteria changed";
        return GS_OK;
    }
    status = play(game, &mix, values, NULL);
    for (size_t c = 0; c < joint->n_criteria && !status; c++)
        for (size_t i = 0; i < game->n; i++) {
            uint8_t player = mix.measured[first + c];
            bool both = !isnan(out->sites[i].rank[0]) && !isnan(out->sites[i].rank[1]);
            out->by_criterion[c][i] = !both ? NAN : player == GS_NO_PLAYER ? 0 : values[player][i];
        }
    return status;
}

/* Those that moved most first; else in the order they were found. */
static void sort_causes(struct gs_comparison *out)
{
    for (size_t p = 1; p < out->n_causes; p++)
        for (size_t q = p; q > 0 && out->causes[q].movement > out->causes[q - 1].movement; q--) {
            struct gs_cause cause = out->causes[q];
            double *by = out->by_cause[q], *of = out->of_feasible[q];
            out->causes[q] = out->causes[q - 1];
            out->by_cause[q] = out->by_cause[q - 1];
            out->of_feasible[q] = out->of_feasible[q - 1];
            out->causes[q - 1] = cause;
            out->by_cause[q - 1] = by;
            out->of_feasible[q - 1] = of;
        }
}

/* Sites that some combination gives no score, for want of a worth, are not split among causes. */
static enum gs_status note_unsplit(struct gs_ctx *ctx, struct gs_comparison *out)
{
    size_t n = 0;
    for (size_t i = 0; i < out->n_sites && out->n_causes; i++)
        n += !isnan(out->sites[i].score[0]) && !isnan(out->sites[i].score[1]) &&
             isnan(out->by_cause[0][i]);
    if (!n)
        return GS_OK;
    return gs_compare_note(ctx, out,
                           "the change of %zu site%s is not split among causes: with some of the "
                           "inputs old and some new, it has no score",
                           n, n == 1 ? "" : "s");
}

/* Only what changed something stays a cause; the others are told nowhere. */
static void sum_up(struct gs_comparison *out)
{
    size_t n = 0;
    double all = 0;
    for (size_t p = 0; p < out->n_causes; p++) {
        struct gs_cause *cause = &out->causes[p];
        for (size_t i = 0; i < out->n_sites; i++) {
            double *of_score = &out->by_cause[p][i], *of_feasible = &out->of_feasible[p][i];
            enum gs_fate fate = out->sites[i].fate;
            if (isnan(out->sites[i].rank[0]) || isnan(out->sites[i].rank[1]))
                *of_score = NAN;
            if (fate != GS_FATE_ADMITTED && fate != GS_FATE_EXCLUDED)
                *of_feasible = NAN;
            if (fabs(*of_score) > 0)
                *of_score = fabs(*of_score) < SAME / 1e3 ? 0 : *of_score; /* rounding */
            cause->n_moved += fabs(*of_score) > 0;
            cause->n_flipped += fabs(*of_feasible) > 0.5 + SAME;
            cause->movement += isnan(*of_score) ? 0 : fabs(*of_score);
        }
        all += cause->movement;
    }
    for (size_t p = 0; p < out->n_causes; p++) {
        struct gs_cause cause = out->causes[p];
        bool any = cause.n_moved > 0;
        for (size_t i = 0; i < out->n_sites && !any; i++)
            any = fabs(out->of_feasible[p][i]) > SAME;
        if (!any)
            continue;
        cause.share = all > 0 ? cause.movement / all : NAN;
        out->by_cause[n] = out->by_cause[p];
        out->of_feasible[n] = out->of_feasible[p];
        out->causes[n++] = cause;
    }
    out->n_causes = n;
}

static void find_main_causes(struct gs_comparison *out)
{
    for (size_t i = 0; i < out->n_sites; i++) {
        double most = 0;
        for (size_t p = 0; p < out->n_causes; p++) {
            double by =
                fabs(isnan(out->by_cause[p][i]) ? out->of_feasible[p][i] : out->by_cause[p][i]);
            if (by > most) {
                most = by;
                out->sites[i].main_cause = p;
            }
        }
    }
}

/* The two ends of the game must be the two runs. */
static enum gs_status check_ends(struct game *game, const char **why)
{
    const struct gs_mix *mix = &game->joint->causes;
    size_t all = ((size_t)1 << mix->n) - 1;
    enum gs_status status = evaluate(game, mix, all);
    if (!status && !is_right(game, 1))
        *why = "the study that the new run holds does not lead to its scores here";
    if (!status && !*why)
        status = evaluate(game, mix, 0);
    if (!status && !*why && !is_right(game, 0))
        *why = mix->n ? "the study that the old run holds does not lead to its scores here"
                      : "the runs do not tell what changed";
    return status;
}

static enum gs_status split_causes(struct game *game, struct gs_arena *arena, bool by_parts)
{
    struct gs_comparison *out = game->joint->out;
    enum gs_status status = rows(game->ctx, &out->arena, out->n_causes, game->n, &out->by_cause);
    if (!status)
        status = rows(game->ctx, &out->arena, out->n_causes, game->n, &out->of_feasible);
    if (!status)
        status = check_ends(game, &out->causes_left_out);
    if (status || out->causes_left_out) {
        out->n_causes = 0;
        return status;
    }
    status = play(game, &game->joint->causes, out->by_cause, out->of_feasible);
    if (!status && !by_parts) {
        out->criteria_left_out = NULL;
        status = split_by_game(game, arena);
    }
    if (status)
        return status;
    status = note_unsplit(game->ctx, out);
    sum_up(out);
    sort_causes(out);
    find_main_causes(out);
    return status;
}

enum gs_status gs_split_changes(struct gs_ctx *ctx, struct gs_joint *joint)
{
    struct gs_comparison *out = joint->out;
    struct gs_arena arena;
    gs_arena_init(&arena);
    enum gs_status status =
        rows(ctx, &out->arena, out->n_criteria, out->n_sites, &out->by_criterion);
    bool by_parts = !status && split_by_parts(joint);
    if (!by_parts)
        out->criteria_left_out = "the method does not add up parts";
    if (!status && !out->causes_left_out) {
        struct game game;
        status = begin(ctx, joint, &arena, &game);
        if (!status)
            status = split_causes(&game, &arena, by_parts);
        end(&game);
    }
    gs_arena_release(&arena);
    return status;
}
