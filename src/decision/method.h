// SPDX-License-Identifier: Apache-2.0
/* Decision methods: what turns the table sites × criteria into scores. One file each, listed in
 * method.def. */
#ifndef GS_DECISION_METHOD_H
#define GS_DECISION_METHOD_H

#include "base/param.h"

/* The feasible sites only; every value is a number in 0 to 1. */
struct gs_decision_table {
    size_t n_sites, n_criteria;
    const double *const *values; /* [criterion][site] */
    const double *weights;       /* per criterion, together 1 */
};

/* Arrays of the caller. */
struct gs_scores {
    double *score;        /* per site, 0 to 1, higher is better */
    double *method_index; /* per site, the method's own figure */
    double **parts;       /* [criterion][site]: weight × value for additive methods, else NaN */
};

struct gs_method {
    const char *name, *summary;
    const char *details; /* formula and citation */
    const struct gs_param *params;
    size_t n_params;
    size_t params_size;
    /* Checks parameters against each other; reports at `pos` (may be NULL). */
    enum gs_status (*check)(struct gs_ctx *ctx, const struct gs_pos *pos, const void *params);
    /* Checks parameters, which `check` has passed or refused, against the number of criteria; NULL:
     * nothing to check. */
    enum gs_status (*check_criteria)(struct gs_ctx *ctx, const struct gs_pos *pos,
                                     const void *params, size_t n_criteria);
    enum gs_status (*score)(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *params, struct gs_scores *out);
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
