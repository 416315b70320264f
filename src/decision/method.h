// SPDX-License-Identifier: Apache-2.0
/* Decision methods: what turns the table sites × criteria into scores. One file each, listed in
 * method.def. */
#ifndef GS_DECISION_METHOD_H
#define GS_DECISION_METHOD_H

#include "base/param.h"
#include "model/study.h"

/* The feasible sites only; every value is a number. A criterion with a value function has worths, 0
 * to 1, that do not move when other sites come or go: methods that measure from an ideal take 1 and
 * 0 as its ends. A relative one (`better:`) has what gs_normalise() made of it, which may be any
 * number, and its ends are the best and the worst of the sites. */
struct gs_decision_table {
    size_t n_sites, n_criteria;
    const double *const *values; /* [criterion][site] */
    const double *weights;       /* per criterion, together 1 */
    const char *const *ids;      /* of the criteria, for faults; this and the next may be NULL: none
                                    is relative, every preference is the usual one */
    const bool *relative;        /* per criterion */
    const bool *lower;           /* per criterion: smaller is better; only when relative */
    const struct gs_preference *preferences; /* per criterion */
};

static inline bool gs_table_is_relative(const struct gs_decision_table *table, size_t c)
{
    return table->relative && table->relative[c];
}

static inline bool gs_table_is_lower(const struct gs_decision_table *table, size_t c)
{
    return table->lower && table->lower[c];
}

/* Scores of 0 to 1 from figures of any size, of which more is better: these themselves where
 * they lie between 0 and 1 by their nature (`is_unit`); else as a share of the largest, or when
 * some are below 0 of the range from least to largest. All equal: 1. */
void gs_scores_from_index(const double *index, size_t n, bool is_unit, double *score);

/* GS_EINTERNAL when a value or weight is missing, or the weights add up to nothing. */
enum gs_status gs_table_check(struct gs_ctx *ctx,
                              const struct gs_decision_table *table) GS_NODISCARD;

/* Arrays of the caller. */
struct gs_scores {
    double *score;        /* per site, 0 to 1, higher is better */
    double *method_index; /* per site, the method's own figure */
    double **parts;       /* [criterion][site]: weight × value for additive methods, else NaN */
    double **figures;     /* [figure][site], as the method's `figures` name them */
};

enum gs_method_flags {
    GS_METHOD_ANY_VALUES = 1 << 0,  /* relative criteria may hold any numbers, not just 0 to 1 */
    GS_METHOD_TAKES_LOWER = 1 << 1, /* knows criteria in which smaller is better */
    GS_METHOD_PREFERENCES = 1 << 2, /* reads `preferences` */
};

struct gs_method {
    const char *name, *summary;
    const char *details; /* formula and citation */
    const struct gs_param *params;
    size_t n_params;
    size_t params_size;
    unsigned flags;                  /* enum gs_method_flags */
    enum gs_normalise normalise;     /* of relative criteria, unless the study says otherwise */
    const struct gs_figure *figures; /* besides score and index */
    size_t n_figures;
    /* Checks parameters against each other; reports at `pos` (may be NULL). */
    enum gs_status (*check)(struct gs_ctx *ctx, const struct gs_pos *pos, const void *params);
    /* Checks parameters, which `check` has passed or refused, against the number of criteria; NULL:
     * nothing to check. */
    enum gs_status (*check_criteria)(struct gs_ctx *ctx, const struct gs_pos *pos,
                                     const void *params, size_t n_criteria);
    enum gs_status (*score)(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *params, struct gs_scores *out);
    /* Is score Σ weight × value / Σ weight for this table? NULL: for none. */
    bool (*is_additive)(const struct gs_decision_table *table);
    /* Scores of n cells of the surface, each by its own values alone, within 1e-6 of `score` and
     * the same bits however the rows are cut; values[criterion][cell], NaN where the cell lacks one
     * (its score does not matter). Better called with long rows than with short ones: owa makes a
     * table of all sets of criteria first. `score` overlaps no values. `scratch` has room for 2 ×
     * n_criteria × n floats. NULL: the method compares sites with each other, so it has no surface.
     */
    void (*cells)(const void *params, const double *weights, size_t n_criteria,
                  const float *const *values, size_t n, float *scratch, float *score);
};

const struct gs_method *gs_method_find(const char *name);
extern const struct gs_method *const gs_methods[];
extern const size_t gs_n_methods;

#endif
