// SPDX-License-Identifier: Apache-2.0
/* The steps of comparing two runs. */
#ifndef GS_STUDY_COMPARE_H
#define GS_STUDY_COMPARE_H

#include "model/comparison.h"
#include "model/result.h"
#include "geo/crs.h"
#include "study/open.h"

/* -- compare_load.c: a run as it was written ----------------------------------------------------
 */

/* What a run has of a criterion or constraint. */
struct gs_run_factor {
    const char *id, *title;
    const char *column;               /* of table ranking: the measured quantity */
    const char *met_column;           /* constraints: the verdict; criteria: the part */
    const struct gs_column *measured; /* in the run's features */
    const struct gs_column *part;     /* criteria: of the score */
};

struct gs_run_side {
    const char *path;
    struct gs_arena arena;
    struct gs_fact *facts;
    size_t n_facts, facts_capacity;
    struct gs_study_texts texts;
    const char *study_path;
    struct gs_study *study;      /* NULL: it cannot be read any more */
    const char *unread;          /* then, why */
    struct gs_crs *crs;          /* of the run's own sites */
    struct gs_features features; /* table ranking, in ranking order, in the new run's CRS */
    struct gs_run_factor *criteria, *constraints;
    size_t n_criteria, criteria_capacity, n_constraints, constraints_capacity;
    struct gs_layer_digest *digests;
    size_t n_digests, digests_capacity;
};

/* Opens the study too, but a fault of that is only told in `unread`. `crs`: to bring the sites to;
 * NULL: the run's own. The caller releases `out` also after a failure. */
enum gs_status gs_run_side_load(struct gs_ctx *ctx, const char *path, const struct gs_crs *crs,
                                struct gs_run_side *out) GS_NODISCARD;
/* Only table `run`, with the texts in it. */
enum gs_status gs_run_facts_load(struct gs_ctx *ctx, const char *path,
                                 struct gs_run_side *out) GS_NODISCARD;
void gs_run_side_release(struct gs_run_side *side);
/* What table `run` says under the key; NULL: nothing. */
const char *gs_run_fact(const struct gs_run_side *side, const char *key);
/* What it says under "layer.ID.WHAT". */
const char *gs_run_layer_fact(const struct gs_run_side *side, const char *layer, const char *what);
/* Where the id is in a key "layer.ID.WHAT", and its length; 0: it is another key. */
size_t gs_layer_in_key(const char *key, const char *what, const char **id);
const struct gs_column *gs_run_column(const struct gs_run_side *side, const char *name);

/* -- compare_sites.c, compare_layers.c -----------------------------------------------------------
 */

enum gs_status gs_compare_sites(struct gs_ctx *ctx, const struct gs_run_side sides[2],
                                const struct gs_compare_options *options,
                                struct gs_comparison *out) GS_NODISCARD;
enum gs_status gs_compare_layers(struct gs_ctx *ctx, const struct gs_run_side sides[2],
                                 double within_m, struct gs_comparison *out) GS_NODISCARD;

/* -- compare_causes.c: what could have changed a score -------------------------------------------
 */

enum { GS_CAUSES_MAX = 10 };
#define GS_NO_PLAYER UINT8_MAX

/* A factor of either study: where it is in each; SIZE_MAX: it is not there. */
struct gs_joint_factor {
    const char *id, *title;
    size_t at[2];
};

/* Who decides which of the two versions of each input a site is scored with: numbers of players, in
 * a game that turns the old scores into the new ones. GS_NO_PLAYER: both are the same. */
struct gs_mix {
    size_t n;          /* players */
    uint8_t *measured; /* [constraints, then criteria] */
    uint8_t *judged;   /* likewise: the requirement; the value function */
    uint8_t *sized;    /* likewise: the facility that these refer to */
    uint8_t weights, method, came, moved;
};

struct gs_joint {
    struct gs_run_side *sides;
    struct gs_comparison *out;
    struct gs_study *studies[2][2]; /* [whose text][whose facility]; the mixed ones may be NULL */
    struct gs_joint_factor *constraints, *criteria;
    size_t n_constraints, n_criteria;
    struct gs_mix causes; /* players are out->causes */
};

/* Criteria and constraints of both runs, by id; the names of the criteria into `out`. */
enum gs_status gs_join_factors(struct gs_ctx *ctx, struct gs_joint *joint) GS_NODISCARD;
/* What was measured of factor f, which the run has. */
const struct gs_column *gs_joint_measured(const struct gs_joint *joint, size_t f, int run);
/* Is it in both runs, at another place or in another shape? */
bool gs_site_has_moved(const struct gs_compared_site *site);

/* Finds the causes into out->causes, and who decides what. */
enum gs_status gs_find_causes(struct gs_ctx *ctx, struct gs_joint *joint) GS_NODISCARD;

/* -- compare_scores.c ---------------------------------------------------------------------------
 */

/* Splits the changes: out->by_criterion, by_cause, of_feasible and the causes' movement. */
enum gs_status gs_split_changes(struct gs_ctx *ctx, struct gs_joint *joint) GS_NODISCARD;

/* -- compare.c, compare_text.c, compare_json.c --------------------------------------------------
 */

enum gs_status gs_compare_note(struct gs_ctx *ctx, struct gs_comparison *out, const char *format,
                               ...) GS_NODISCARD GS_PRINTF(3, 4);
void gs_compare_text(struct gs_text *text, const struct gs_comparison *comparison, size_t top);
void gs_compare_json(struct gs_text *text, const struct gs_comparison *comparison);

#endif
