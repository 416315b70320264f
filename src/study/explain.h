// SPDX-License-Identifier: Apache-2.0
/* A site of a written run, as `explain` reads it back. Numbers are NaN where the run has none. */
#ifndef GS_STUDY_EXPLAIN_H
#define GS_STUDY_EXPLAIN_H

#include "base/arena.h"
#include "base/text.h"
#include "geo/gpkg.h"
#include "study/change.h"

/* To be among the best so many, and the best; a site may have reached either already. */
enum { GS_GOALS = 2 };

struct gs_explained_criterion {
    const char *id, *title, *unit;
    double measured;
    const char *measured_text; /* NULL: it is a number, or missing */
    double value, weight, part;
    size_t order; /* as written */
    double loss;  /* weight × (1 - worth) */
    double
        need; /* more worth that would draw level with the next better site; NaN: does not apply */
    bool reachable;
    const char *measure;                /* its name, "" when not known */
    struct gs_change changes[GS_GOALS]; /* of the measured quantity */
};

/* A weight, of a criterion or a group, among those of its group. */
struct gs_explained_weight {
    const char *id, *title;
    const char *group; /* NULL: the top level */
    bool is_group;
    bool as_share; /* told in % of the group: the study gives no weights there */
    double from;
    struct gs_change changes[GS_GOALS];
};

struct gs_explained_constraint {
    const char *id, *title, *unit, *require;
    double measured;
    const char *measured_text;
    const char *met;                 /* "1", "0", NULL: not judged */
    const char *column, *met_column; /* of table ranking */
    const char *measure;             /* its name, "" when not known */
    double lacks;                    /* how much more (or, below 0, less) would do, rounded so that
                                        it does; NaN: does not apply */
    const char *needs;               /* what a text or class must be; NULL: does not apply */
};

/* The way of least cost that a criterion or constraint was measured along. */
struct gs_explained_path {
    const char *id, *role, *unit; /* role: criterion, constraint */
    double cost, length_m;
    double (*xy)[2]; /* from the site to the feature, analysis CRS */
    size_t n;
};

struct gs_ranked_site {
    const char *id, *name; /* name may be NULL */
    double rank, score;
    const char *excluded_by;
};

struct gs_explained_site {
    const struct gs_ranked_site *site;
    struct gs_explained_criterion *criteria; /* the largest part first */
    size_t n_criteria, criteria_capacity;
    struct gs_explained_constraint *constraints;
    size_t n_constraints, constraints_capacity;
    struct gs_explained_path *paths;
    size_t n_paths, paths_capacity;
    const struct gs_ranked_site *next, *first; /* the next better and the best; NULL: none */
    bool additive;                             /* parts add up to the score */
    size_t goals[GS_GOALS], n_goals;           /* ranks not yet reached */
    struct gs_explained_weight *weights;       /* with a goal */
    size_t n_weights;
    double waived_rank, waived_score; /* if no constraint counted; NaN: does not apply */
};

struct gs_explained_run {
    const char *path;
    struct gs_ranked_site *all; /* in ranking order */
    size_t n_all, all_capacity, n_ranked;
    struct gs_explained_site *sites; /* those asked for */
    size_t n_sites;
    size_t top;           /* the rank to reach besides the first */
    bool is_top_given;    /* else it is the study's */
    const char *left_out; /* why nothing is told of what would have to change; NULL: it is */
    struct gs_arena arena;
};

/* Reads the ranking and the sites of these ids (or names that only one site has) from `run->path`.
 * Reports a file that is no run (GS_EDATA) and an unknown site (GS_EUSAGE, "did you mean"). */
enum gs_status gs_explain_load(struct gs_ctx *ctx, const char *const *ids, size_t n,
                               struct gs_explained_run *run) GS_NODISCARD;

/* Reports a database that no run has written. `path`: for messages. */
enum gs_status gs_check_is_run(struct gs_ctx *ctx, struct gs_db *db, const char *path) GS_NODISCARD;

/* What would have to change, from the study that the run holds, scored anew. A run whose study
 * cannot be read or does not lead to its scores is warned of, and run->left_out says why. */
enum gs_status gs_explain_changes(struct gs_ctx *ctx, struct gs_explained_run *run) GS_NODISCARD;

void gs_explain_text(struct gs_text *text, const struct gs_explained_run *run);
void gs_explain_json(struct gs_text *text, const struct gs_explained_run *run);

/* -- explain_change_text.c: what would have to change, for people --------------------------------
 */

/* "47 MW more", "8.2 km nearer": a difference in the words of its measure. */
void gs_append_difference(struct gs_text *text, const char *measure, const char *unit,
                          double difference);
void gs_append_changes(struct gs_text *text, const struct gs_explained_run *run,
                       const struct gs_explained_site *site);

#endif
