// SPDX-License-Identifier: Apache-2.0
/* The game whose players are what changed between two runs: every combination of old and new inputs
 * scored, and the Shapley values of the players (Shapley, A value for n-person games, 1953). What a
 * player adds to a site's score depends on which others came before it; its Shapley value is the
 * mean over all orders, and the values of all players add up to the change exactly.
 *
 * A site ranked in both runs is scored in every combination, whether or not that one would admit
 * it: constraints change who is ranked, not what a site is worth. */
#ifndef GS_STUDY_COMPARE_GAME_H
#define GS_STUDY_COMPARE_GAME_H

#include "study/compare.h"

/* What rounding may make of a score on the way through the file and back. */
#define GS_SAME_SCORE 1e-9

struct gs_judged;

struct gs_game {
    struct gs_ctx *ctx;
    struct gs_ctx quiet;
    struct gs_joint *joint;
    size_t n, n_factors;             /* sites, factors */
    struct gs_measured *measured[2]; /* [run][factor], in the order of the comparison's sites */
    struct gs_judged
        *judged[2][2][2];          /* [run][whose text][whose facility][factor]; made when asked */
    bool *blocked[2];              /* [run]: left out for reasons that are not in the study */
    bool alone;                    /* each site is scored by itself */
    struct gs_result result;       /* of the combination at hand */
    struct gs_criterion *criteria; /* likewise, as its study has them */
    struct gs_group *groups;
    bool *feasible;
};

/* What the game keeps between combinations lives in the arena, until gs_game_end(), which follows
 * in any case. */
enum gs_status gs_game_begin(struct gs_ctx *ctx, struct gs_joint *joint, struct gs_arena *arena,
                             struct gs_game *game) GS_NODISCARD;
void gs_game_end(struct gs_game *game);

/* game->result.score and game->feasible for the combination in which the players of `mask` are new.
 */
enum gs_status gs_game_evaluate(struct gs_game *game, const struct gs_mix *mix,
                                size_t mask) GS_NODISCARD;
/* Of the combination evaluated last, with all inputs of `run`: do the studies lead to the run's own
 * ranking? Sites that are left out although the study would have them, for want of a geometry say,
 * stay so. */
bool gs_game_is_right(struct gs_game *game, int run);
/* Shapley values of scores, and where wanted of being feasible: [player][site], from 0. */
enum gs_status gs_game_play(struct gs_game *game, const struct gs_mix *mix, double **of_score,
                            double **of_feasible) GS_NODISCARD;

/* n_rows arrays of n numbers, all 0. */
enum gs_status gs_game_rows(struct gs_ctx *ctx, struct gs_arena *arena, size_t n_rows, size_t n,
                            double ***out) GS_NODISCARD;

#endif
