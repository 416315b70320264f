// SPDX-License-Identifier: Apache-2.0
/* A site of a written run, as `explain` reads it back. Numbers are NaN where the run has none. */
#ifndef GS_STUDY_EXPLAIN_H
#define GS_STUDY_EXPLAIN_H

#include "base/arena.h"
#include "base/text.h"

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
};

struct gs_explained_constraint {
    const char *id, *title, *unit, *require;
    double measured;
    const char *measured_text;
    const char *met;                 /* "1", "0", NULL: not judged */
    const char *column, *met_column; /* of table ranking */
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
};

struct gs_explained_run {
    const char *path;
    struct gs_ranked_site *all; /* in ranking order */
    size_t n_all, all_capacity, n_ranked;
    struct gs_explained_site *sites; /* those asked for */
    size_t n_sites;
    struct gs_arena arena;
};

/* Reads the ranking and the sites of these ids (or names that only one site has) from `run->path`.
 * Reports a file that is no run (GS_EDATA) and an unknown site (GS_EUSAGE, "did you mean"). */
enum gs_status gs_explain_load(struct gs_ctx *ctx, const char *const *ids, size_t n,
                               struct gs_explained_run *run) GS_NODISCARD;

void gs_explain_text(struct gs_text *text, const struct gs_explained_run *run);
void gs_explain_json(struct gs_text *text, const struct gs_explained_run *run);

#endif
