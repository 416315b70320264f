// SPDX-License-Identifier: Apache-2.0
/* A study as checked: names bound to layers, measures and value functions, weights final. Lives in
 * one arena. Descriptors are opaque here; the rooms above know them. */
#ifndef GS_MODEL_STUDY_H
#define GS_MODEL_STUDY_H

#include "base/arena.h"
#include "base/param.h"
#include "model/layer.h"

struct gs_measure;
struct gs_value;
struct gs_method;

enum gs_missing {
    GS_MISSING_EXCLUDE, /* the site is not ranked */
    GS_MISSING_WORTH,   /* the site gets `missing_worth`: worst 0, best 1, or as given */
};

/* How a criterion without a value function is brought to a common scale, over the feasible sites;
 * better higher | better lower. */
enum gs_normalise {
    GS_NORMALISE_DEFAULT, /* as the method usually does */
    GS_NORMALISE_NONE,    /* x as it is */
    GS_NORMALISE_MINMAX,  /* (x - min) / (max - min) | (max - x) / (max - min) */
    GS_NORMALISE_MAX,     /* x / max | min / x */
    GS_NORMALISE_SUM,     /* x / Σ x | (1 / x) / Σ (1 / x) */
    GS_NORMALISE_VECTOR,  /* x / √Σ x² */
};

/* What a difference between two sites in a criterion means, for the outranking methods. */
enum gs_preference_type {
    GS_PREFERENCE_USUAL,    /* any difference is a preference */
    GS_PREFERENCE_U_SHAPE,  /* one above `indifference` */
    GS_PREFERENCE_V_SHAPE,  /* grows up to `preference` */
    GS_PREFERENCE_LEVEL,    /* 1/2 above `indifference`, 1 above `preference` */
    GS_PREFERENCE_LINEAR,   /* grows from `indifference` to `preference` */
    GS_PREFERENCE_GAUSSIAN, /* 1 - exp(-d² / 2 sigma²) */
};

/* In the unit of the values the method sees: worths, or those of the measured quantity. NaN: not
 * given. */
struct gs_preference {
    int type;      /* enum gs_preference_type */
    bool is_typed; /* the study says it */
    double indifference, preference, sigma, veto;
    struct gs_pos pos;
};

/* How far the measured quantities of a criterion may be off: `amount` in their unit, or with
 * `relative` a share of each. */
enum gs_uncertainty_kind { GS_CERTAIN, GS_NORMAL, GS_INTERVAL };
struct gs_uncertainty {
    int kind;      /* enum gs_uncertainty_kind; NORMAL: amount is a standard deviation; INTERVAL:
                      evenly within ± amount */
    bool relative; /* amount × |quantity| */
    bool common;   /* one deviation for all sites */
    double amount;
};

/* What criteria and constraints share: a layer, a measure and what it yields. */
struct gs_factor {
    const char *id;
    const char *title; /* id when not given */
    struct gs_pos pos;
    const struct gs_layer *layer; /* NULL: the candidates themselves */
    struct gs_pos layer_pos;
    const char *where; /* NULL: all features */
    struct gs_pos where_pos;
    const struct gs_measure *measure;
    struct gs_pos measure_pos;
    const char *measure_name;
    void *measure_params;
    const struct gs_layer *second; /* the raster that a parameter of the measure names, or NULL */
    struct gs_pos second_pos;
    const char *measure_text; /* as written, on one line: "distance", "max_within, field: …" */
    const char *unit;         /* of the measured quantity; "" when it has none */
    bool unit_open;           /* neither measure nor catalogue states it: the data may */
    bool categorical;         /* measures text, not numbers */
    bool of_site;             /* a field of the candidate: cells of a surface have none */
};

struct gs_criterion {
    struct gs_factor factor;
    size_t group; /* index into gs_study.groups */
    double weight_given;
    double weight; /* final share: all criteria together 1 */
    bool relative; /* `better:` in place of `value:` */
    bool lower;    /* relative: smaller is better */
    int normalise; /* relative: enum gs_normalise; DEFAULT: as the decision says */
    struct gs_preference preference;
    const struct gs_value *value; /* NULL when relative */
    struct gs_pos value_pos;
    const char *value_name;
    void *value_params;
    const char *value_text;
    enum gs_missing missing;
    double missing_worth;
    struct gs_uncertainty uncertainty;
};

struct gs_constraint {
    struct gs_factor factor;
    double min, max; /* in factor.unit; NaN: no such bound */
    struct gs_pos require_pos;
    const char *require_text;   /* for people: "at least 500 m" */
    struct gs_texts in, not_in; /* for classes and text */
    bool pass_missing;          /* `missing: pass`: a site without data satisfies it */
};

enum gs_weighing_method {
    GS_WEIGH_DIRECT, /* as the members say */
    GS_WEIGH_AHP,
    GS_WEIGH_RANK_ORDER_CENTROID,
    GS_WEIGH_RANK_SUM,
    GS_WEIGH_EQUAL,
    GS_WEIGH_ENTROPY, /* this and the next follow from the data of the feasible sites */
    GS_WEIGH_CRITIC,
};

struct gs_expert {
    const char *name;
    double ratio;    /* consistency of these judgements alone */
    double *weights; /* of the members, together 1 */
    size_t farthest; /* the member whose weight differs most from the merged one, */
    double dissent;  /* and by how much */
};

/* Where the weights of a group's members come from. Members are the group's criteria, then its
 * groups, in the order of the study. */
struct gs_weighing {
    int method; /* enum gs_weighing_method */
    struct gs_pos pos;
    bool accept_inconsistency;
    double lambda_max, ratio;  /* AHP; NaN otherwise */
    const char *contradiction; /* AHP: the triple that agrees least; NULL: there is none */
    struct gs_expert *experts; /* AHP with several */
    size_t n_experts;
};

struct gs_group {
    const char *id; /* "" for the top level */
    const char *title;
    struct gs_pos pos;
    size_t parent;               /* index; the top level (0) is its own parent */
    double weight_given, weight; /* final share of the whole */
    struct gs_weighing weighing; /* of its members */
};

/* Facility sizes; NaN when the study does not give or imply them. */
struct gs_facility {
    double accelerators;
    double accelerator_power_w;
    double pue;
    double wue_m3_per_j;
    double utilisation;
    double power_mw;
    double energy_gwh_year;
    double water_m3_year;
    double land_m2;
};

struct gs_area {
    const char *crs; /* as given: EPSG:3035, WKT, PROJ string */
    struct gs_pos crs_pos;
    double resolution_m;                 /* NaN: not given */
    double bbox[4];                      /* xmin ymin xmax ymax; all NaN: not given */
    const struct gs_layer *extent_layer; /* NULL: not given */
    struct gs_pos extent_pos;
};

/* Where sites come from. */
enum gs_candidate_kind {
    GS_CANDIDATES_LAYER,
    GS_CANDIDATES_CELLS,  /* a tiling of the area */
    GS_CANDIDATES_LOCATE, /* the best regions of the surface */
};

/* What of a candidate polygon is measured. */
enum gs_represent { GS_REPRESENT_WHOLE, GS_REPRESENT_POINT, GS_REPRESENT_BEST_SITE };

struct gs_locate_choice {
    long long count;
    double area_m2, spacing_m, compactness;
};

enum gs_cell_shape { GS_CELL_SQUARE, GS_CELL_HEXAGON };

struct gs_cell_choice {
    int shape;     /* enum gs_cell_shape */
    double size_m; /* side of a square; between opposite sides of a hexagon */
};

struct gs_candidates {
    enum gs_candidate_kind kind;
    struct gs_pos pos;
    struct gs_locate_choice locate;
    struct gs_cell_choice cells;
    int represent;                /* enum gs_represent; LAYER */
    const struct gs_layer *layer; /* NULL unless LAYER */
    struct gs_pos layer_pos;
    const char *id, *name; /* fields; NULL: not given */
    struct gs_pos id_pos, name_pos;
    const char *where;
    struct gs_pos where_pos;
};

/* What `run --surface` writes besides suitability and exclusion. */
enum gs_keep { GS_KEEP_NONE, GS_KEEP_VALUES, GS_KEEP_MEASURED, GS_KEEP_ALL };

struct gs_surface_choice {
    int keep;        /* enum gs_keep */
    int compression; /* enum gs_cog_compression */
};

/* A further figure of a method: a column of the ranking. */
struct gs_figure {
    const char *name, *title, *help;
};

/* A decision method with its parameters. */
struct gs_method_choice {
    const struct gs_method *method;
    const char *name;
    const char *text; /* the name, or all of it on one line: "owa, attitude: 0.3" */
    struct gs_pos pos;
    void *params;
    int normalise; /* enum gs_normalise */
};

/* What of the weights is uncertain: all shares of the whole. */
enum gs_weight_range {
    GS_WEIGHTS_FIXED,
    GS_WEIGHTS_SPREAD, /* within ± `spread` of each, as a share of it */
    GS_WEIGHTS_ANY,    /* any weights */
    GS_WEIGHTS_ORDER,  /* any that keep the order of the given ones */
    GS_WEIGHTS_BOUNDS, /* each between bounds of its own */
};

struct gs_robustness {
    bool asked;
    struct gs_pos pos;
    long long draws, seed, top;
    int weights;              /* enum gs_weight_range */
    double spread;            /* SPREAD */
    double *lowest, *highest; /* BOUNDS: per criterion, 0 and 1 where none are given */
};

enum gs_portfolio_objective { GS_PORTFOLIO_SUM, GS_PORTFOLIO_WORST };

/* At most so many chosen sites with the same text in a field of the candidates. */
struct gs_quota {
    const char *field;
    struct gs_pos pos;
    long long at_most;
};

struct gs_portfolio_choice {
    bool asked;
    struct gs_pos pos;
    long long count;
    double spacing_m;
    int objective; /* enum gs_portfolio_objective */
    struct gs_quota *quotas;
    size_t n_quotas;
    struct gs_texts include, exclude; /* site ids */
    struct gs_pos include_pos, exclude_pos;
    const char *cost_field; /* NULL: no budget */
    struct gs_pos cost_pos;
    double budget;              /* in the field's unit */
    struct gs_factor *headroom; /* max_within of the nodes' field; NULL: not asked for */
    const char *node_id;        /* field of the nodes; NULL: not given */
    struct gs_pos node_id_pos;
    double demand_mw, mw_per_headroom; /* of a site; MW in a unit of the nodes' field */
    bool split;                        /* a site may draw from several nodes */
    double time_limit_s;
    long long runners_up;
};

/* The study as it is, where scenarios are named. */
#define GS_SCENARIO_BASE "base"

/* The study with something changed. */
struct gs_scenario {
    const char *id, *title;
    struct gs_pos pos;
    struct gs_study *study; /* of its own, but for the catalogue and the candidates */
};

struct gs_study {
    struct gs_arena arena;
    const char *path, *text; /* the file and its bytes */
    const char *catalogue_path, *catalogue_text;
    const char *settings;   /* the --set values, one a line; "" when none */
    const char *layers_dir; /* in place of the catalogue's root; NULL: none was given */
    const char *title, *description;
    struct gs_catalogue catalogue;
    struct gs_area area;
    struct gs_facility facility;
    struct gs_candidates candidates;
    struct gs_surface_choice surface;
    struct gs_constraint *constraints;
    size_t n_constraints;
    struct gs_criterion *criteria;
    size_t n_criteria;
    struct gs_group *groups; /* [0] is the top level; parents come before their members */
    size_t n_groups;
    struct gs_method_choice decision;
    struct gs_method_choice *also; /* methods to compare with */
    size_t n_also;
    struct gs_scenario *scenarios;
    size_t n_scenarios;
    struct gs_robustness robustness;
    struct gs_portfolio_choice portfolio;
};

#endif
