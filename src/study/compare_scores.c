// SPDX-License-Identifier: Apache-2.0
/* Splits the changes of scores: among criteria by their parts, and among causes by Shapley values
 * over all combinations of old and new inputs. */
#include "study/compare_game.h"

#include "base/ctx.h"
#include "base/mem.h"

#include <math.h>
#include <string.h>

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
static enum gs_status split_by_game(struct gs_game *game, struct gs_arena *arena)
{
    struct gs_joint *joint = game->joint;
    struct gs_comparison *out = joint->out;
    const struct gs_mix *causes = &joint->causes;
    struct gs_mix mix = *causes;
    size_t n = game->n_factors, first = joint->n_constraints;
    double **values;
    mix.n = 0;
    mix.measured = GS_ARENA_ARRAY(game->ctx, arena, uint8_t, 3 * n);
    enum gs_status status = gs_game_rows(game->ctx, arena, joint->n_criteria + 1, game->n, &values);
    if (!mix.measured || status)
        return GS_ENOMEM;
    memset(mix.measured, GS_NO_PLAYER, 3 * n);
    mix.judged = mix.measured + n;
    mix.sized = mix.judged + n;
    for (size_t f = first; f < n; f++)
        if (causes->moved != GS_NO_PLAYER || causes->measured[f] != GS_NO_PLAYER ||
            causes->judged[f] != GS_NO_PLAYER || causes->sized[f] != GS_NO_PLAYER)
            mix.measured[f] = mix.judged[f] = mix.sized[f] = (uint8_t)mix.n++;
    uint8_t rest = (uint8_t)mix.n++;
    for (size_t f = 0; f < first; f++)
        mix.measured[f] = mix.judged[f] = mix.sized[f] = rest;
    mix.weights = mix.method = mix.came = rest;
    mix.moved = GS_NO_PLAYER;
    if (mix.n > GS_CAUSES_MAX) {
        out->criteria_left_out = "the method does not add up parts, and too many criteria changed";
        return GS_OK;
    }
    status = gs_game_play(game, &mix, values, NULL);
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
                *of_score = fabs(*of_score) < GS_SAME_SCORE / 1e3 ? 0 : *of_score; /* rounding */
            cause->n_moved += fabs(*of_score) > 0;
            cause->n_flipped += fabs(*of_feasible) > 0.5 + GS_SAME_SCORE;
            cause->movement += isnan(*of_score) ? 0 : fabs(*of_score);
        }
        all += cause->movement;
    }
    for (size_t p = 0; p < out->n_causes; p++) {
        struct gs_cause cause = out->causes[p];
        bool any = cause.n_moved > 0;
        for (size_t i = 0; i < out->n_sites && !any; i++)
            any = fabs(out->of_feasible[p][i]) > GS_SAME_SCORE;
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
static enum gs_status check_ends(struct gs_game *game, const char **why)
{
    const struct gs_mix *mix = &game->joint->causes;
    size_t all = ((size_t)1 << mix->n) - 1;
    enum gs_status status = gs_game_evaluate(game, mix, all);
    if (!status && !gs_game_is_right(game, 1))
        *why = "the study that the new run holds does not lead to its scores here";
    if (!status && !*why)
        status = gs_game_evaluate(game, mix, 0);
    if (!status && !*why && !gs_game_is_right(game, 0))
        *why = mix->n ? "the study that the old run holds does not lead to its scores here"
                      : "the runs do not tell what changed";
    return status;
}

static enum gs_status split_causes(struct gs_game *game, struct gs_arena *arena, bool by_parts)
{
    struct gs_comparison *out = game->joint->out;
    enum gs_status status =
        gs_game_rows(game->ctx, &out->arena, out->n_causes, game->n, &out->by_cause);
    if (!status)
        status = gs_game_rows(game->ctx, &out->arena, out->n_causes, game->n, &out->of_feasible);
    if (!status)
        status = check_ends(game, &out->causes_left_out);
    if (status || out->causes_left_out) {
        out->n_causes = 0;
        return status;
    }
    status = gs_game_play(game, &game->joint->causes, out->by_cause, out->of_feasible);
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
        gs_game_rows(ctx, &out->arena, out->n_criteria, out->n_sites, &out->by_criterion);
    bool by_parts = !status && split_by_parts(joint);
    if (!by_parts)
        out->criteria_left_out = "the method does not add up parts";
    if (!status && !out->causes_left_out) {
        struct gs_game game;
        status = gs_game_begin(ctx, joint, &arena, &game);
        if (!status)
            status = split_causes(&game, &arena, by_parts);
        gs_game_end(&game);
    }
    gs_arena_release(&arena);
    return status;
}
