// SPDX-License-Identifier: Apache-2.0
/* What changed between two runs, site by site, and why. [0] is the old run, [1] the new one.
 * Numbers are NaN where they do not apply. */
#ifndef GS_MODEL_COMPARISON_H
#define GS_MODEL_COMPARISON_H

#include "base/arena.h"
#include "model/shapes.h"

enum gs_fate {
    GS_FATE_BETTER,   /* a better rank than before */
    GS_FATE_WORSE,    /* a worse one */
    GS_FATE_SAME,     /* the same one */
    GS_FATE_ADMITTED, /* feasible now, and was not */
    GS_FATE_EXCLUDED, /* not feasible any more */
    GS_FATE_OUT,      /* feasible in neither */
    GS_FATE_ENTERED,  /* in the new run only */
    GS_FATE_LEFT,     /* in the old run only */
    GS_FATES,
};
extern const char *const gs_fate_names[GS_FATES];

/* A site of either run. */
struct gs_compared_site {
    const char *id, *name; /* the new run's where it has the site; name may be NULL */
    const char *old_id;    /* NULL: it was not there */
    bool by_place;         /* matched by its place, not by its id */
    double moved_m;        /* how far; NaN: it is in one run only */
    enum gs_fate fate;
    size_t at[2];   /* its place in each run's ranking; SIZE_MAX: it is not there */
    double rank[2]; /* NaN: not ranked */
    double score[2];
    const char *excluded_by[2]; /* NULL: feasible, or not there */
    size_t main_cause;          /* the cause that moved it most; SIZE_MAX: none told */
};

enum gs_cause_kind {
    GS_CAUSE_LAYER,
    GS_CAUSE_MEASURE,
    GS_CAUSE_VALUE,
    GS_CAUSE_CONSTRAINT,
    GS_CAUSE_FACILITY,
    GS_CAUSE_WEIGHTS,
    GS_CAUSE_METHOD,
    GS_CAUSE_SITES, /* sites that came, went or moved */
    GS_CAUSE_AREA,
    GS_CAUSE_PROGRAM,
    GS_CAUSE_SEVERAL, /* what the runs alone cannot tell apart */
    GS_CAUSE_KINDS,
};
extern const char *const gs_cause_kinds[GS_CAUSE_KINDS];

struct gs_cause {
    enum gs_cause_kind kind;
    const char *key;    /* "layer substations", "weights"; several joined by " + " */
    const char *layer;  /* LAYER: its id */
    const char *detail; /* "2020-06 -> 2022-03", "0.4 -> 0.5"; NULL: nothing to tell */
    double movement;    /* Σ |change of score| over the sites it moved */
    double share;       /* of all causes' movement */
    size_t n_moved;     /* sites whose score it changed */
    size_t n_flipped;   /* sites whose feasibility it changed for the most part */
};

/* The features of one reading of a layer. */
struct gs_layer_change {
    const char *layer, *where;
    const char *vintage[2]; /* NULL: not told */
    bool in[2];             /* the runs read it */
    bool changed;           /* its content, as far as fingerprints tell */
    bool counted;           /* n is known: the layer has features, and both runs read them so */
    size_t n[2];            /* features, where `told` those within what both runs read */
    bool told;              /* what follows is known */
    size_t same, altered;   /* where they were: alike, or with other attributes or shape */
    size_t moved, added, removed;
    const char *why_not; /* why it is not told; NULL: it is, or has no features */
};

struct gs_comparison {
    struct gs_arena arena;
    const char *path[2], *title[2], *created[2], *version[2];
    size_t n_ranked[2];
    struct gs_compared_site *sites; /* by new rank, then those that have none */
    size_t n_sites;
    struct gs_shapes shapes; /* of the sites, in the new run's CRS */
    const char *crs_wkt;
    size_t n_criteria; /* of either run */
    const char **criteria, **criterion_titles;
    double **by_criterion;         /* [criterion][site]: change of score */
    const char *criteria_left_out; /* why it is not split so; NULL: it is */
    struct gs_cause *causes;
    size_t n_causes;
    double **by_cause;    /* [cause][site]: change of score of sites ranked in both */
    double **of_feasible; /* [cause][site]: -1 to 1, of sites whose feasibility changed */
    const char *causes_left_out;
    struct gs_layer_change *layers;
    size_t n_layers;
    const char **notes; /* what differs besides, what could not be told */
    size_t n_notes, notes_capacity;
};

#endif
