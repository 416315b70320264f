// SPDX-License-Identifier: Apache-2.0
/* The outcome of a run, in the order of the candidates; `order` lists them as ranked. */
#ifndef GS_MODEL_RESULT_H
#define GS_MODEL_RESULT_H

#include "base/arena.h"
#include "model/study.h"
#include "model/surface.h"
#include "model/table.h"

/* One measured quantity over all sites. NaN: missing. Categorical measures hold text instead. */
struct gs_measured {
    double *number;         /* n_sites; NULL when categorical */
    const char **text;      /* n_sites; NULL entries: missing; NULL when numeric */
    struct gs_shapes paths; /* n_sites, the lines they were measured along; no shapes: not kept */
};

/* What became of a constraint at a site. */
enum gs_verdict {
    GS_VERDICT_MET,
    GS_VERDICT_FAILED,
    GS_VERDICT_NO_DATA,    /* fails for want of data */
    GS_VERDICT_NOT_JUDGED, /* the site has no geometry */
};

/* The features that one reading of a layer saw, told briefly, so that a later run can say which
 * came, went or moved when the data themselves are gone. */
struct gs_layer_digest {
    const char *layer, *where; /* where: NULL: all features */
    double bounds[4];          /* of what was read, analysis CRS; NaN: everything */
    size_t n;
    const char *text; /* see study/digest.h; NULL: too many to tell */
};

/* A line of table `run`. */
struct gs_fact {
    const char *key, *value;
};

/* What another method, or another scenario, makes of the same sites. */
struct gs_outcome {
    const char *scenario;             /* GS_SCENARIO_BASE: the study as it is */
    const char *method;               /* as written: "owa, attitude: 0.3" */
    bool is_own;                      /* the scenario's own method, not one under `also` */
    double *score, *method_index;     /* n_sites; NaN when infeasible */
    unsigned *rank;                   /* n_sites; 0 when infeasible */
    const char *const *excluded_by;   /* n_sites, borrowed; NULL entries when feasible */
    double kendall_tau, spearman_rho; /* with the ranking of the study; NaN: undefined */
};

/* Grid nodes that some site can reach, from west to east (then south to north), and for each site
 * those it reaches. Capacities in MW. */
struct gs_nodes {
    size_t n;
    const char **ids;
    double (*xy)[2]; /* a point of each, analysis CRS */
    double *capacity_mw;
    size_t *first, *links; /* of site i: links[first[i]] … links[first[i + 1] - 1], rising */
    double *distance_m;    /* per link */
};

/* How far the ranking stands: shares of the draws, SMAA-2. Arrays of sites have NaN where a site is
 * infeasible. */
struct gs_robust {
    size_t n_draws, top;
    double *rank_mean, *rank_p05, *rank_p95, *p_first, *p_top;
    /* Sites by the study's ranking, the feasible ones only: n of them. */
    size_t n;
    size_t *sites;
    /* [i][rank - 1], n_ranks a row: how often site sites[i] comes out at that rank. Later ranks are
     * not kept. */
    uint32_t *counts;
    size_t n_ranks;
    double **central; /* [criterion][i]: mean weights of the draws that i wins; NaN: it wins none */
    double
        *confidence; /* [i]: how often it wins with these weights, over data alone; NaN likewise */
    /* [i * n_paired + k]: how often sites[i] ranks before sites[k], ties half. */
    double *before;
    size_t n_paired;
};

/* Where the winner changes when one weight does, the others keeping their proportions. */
struct gs_turning {
    double weight, lower, upper;       /* final shares; NaN: none down to 0, up to 1 */
    size_t lower_winner, upper_winner; /* sites */
};

enum gs_portfolio_status { GS_PORTFOLIO_OPTIMAL, GS_PORTFOLIO_TIME_OUT, GS_PORTFOLIO_INFEASIBLE };

struct gs_draw {
    size_t site, node; /* of gs_nodes */
    double mw;
};

/* What it would cost to have a site in the set that is not. */
struct gs_runner_up {
    size_t site;
    double cost; /* of the objective; NaN: it cannot be in any set */
    bool proven;
    size_t *with; /* the set it would be in; n_chosen sites; NULL when there is none */
};

struct gs_portfolio_result {
    bool made;
    int status; /* enum gs_portfolio_status */
    double objective, bound, gap;
    size_t *chosen; /* sites, by rank; n_chosen */
    size_t n_chosen;
    struct gs_draw *draws;
    size_t n_draws;
    struct gs_runner_up *runners_up;
    size_t n_runners_up;
    const char *clash; /* INFEASIBLE: which demands exclude each other */
};

struct gs_result {
    struct gs_arena arena;
    const struct gs_study *study; /* borrowed: free the result before the study */
    struct gs_sites sites;
    size_t n_sites;
    struct gs_measured *criteria; /* n_criteria */
    double **values; /* [criterion][site], 0 to 1, NaN: missing; of relative criteria as normalised,
                        NaN when infeasible */
    double **parts;  /* [criterion][site], weight × value; NaN when infeasible */
    struct gs_measured *constraints; /* n_constraints */
    struct gs_measured *extra;       /* n_extra: what only scenarios measure */
    size_t n_extra;
    uint8_t **verdicts; /* [constraint][site], enum gs_verdict */
    bool *feasible;
    const char **excluded_by;             /* reasons joined by "; ", NULL when feasible */
    double *score, *method_index;         /* NaN when infeasible */
    const struct gs_figure *figure_names; /* n_figures: what the method tells besides */
    double **figures;                     /* [figure][site]; NaN when infeasible */
    size_t n_figures;
    struct gs_outcome *outcomes; /* of the methods under `also`, then of each scenario */
    size_t n_outcomes;
    unsigned *rank;              /* 0 when infeasible */
    size_t *order;               /* sites by rank, then id; infeasible ones last, by id */
    struct gs_nodes nodes;       /* when the portfolio shares headroom */
    struct gs_robust *robust;    /* NULL: not asked for */
    struct gs_turning *turnings; /* per criterion; NULL: not looked for */
    struct gs_portfolio_result portfolio;
    struct gs_layer_digest *digests; /* n_digests, in the arena: the features read */
    size_t n_digests;
    struct gs_fact *facts; /* for table `run`, in order */
    size_t n_facts;
    struct gs_surface *surface; /* NULL: none was made */
    const char *crs_wkt;        /* of the site geometries */
    int crs_epsg;               /* 0: none known */
    /* For maps: the study's area, or that around the sites (xmin ymin xmax ymax; NaN: none), and
     * the borders in it, made coarser than maps can show. */
    double area[4];
    struct gs_shapes borders;
    const struct gs_layer *borders_layer; /* NULL: no borders */
    const struct gs_layer **layers;       /* n_layers: what the result rests on, each once */
    size_t n_layers;
};

#endif
