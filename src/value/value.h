// SPDX-License-Identifier: Apache-2.0
/* Value functions: what turns a measured quantity into a worth between 0 and 1, on absolute
 * breakpoints, so that a site's worth never moves because other sites changed. One file a family,
 * listed in value.def. */
#ifndef GS_VALUE_VALUE_H
#define GS_VALUE_VALUE_H

#include "base/param.h"

/* How far from its limit a worth counts as constant: what a float of 0 to 1 hardly tells. */
#define GS_VALUE_CONSTANT 1e-9

struct gs_value {
    const char *name, *summary;
    const char *details; /* the formula and its source, for the reference page */
    bool categorical;    /* takes text or class codes (worth_of_text); else numbers (worth) */
    const struct gs_param *params;
    size_t n_params;
    size_t params_size;
    /* Checks parameters against each other; reports at `pos` (may be NULL). */
    enum gs_status (*check)(struct gs_ctx *ctx, const struct gs_pos *pos, const void *params);
    /* Worth of x, 0 to 1; NaN for NaN and where the function is undefined. Pure. */
    double (*worth)(const void *params, double x);
    /* The same for n quantities of the surface, within 1e-6 of `worth`; NULL: it is asked cell by
     * cell. The loop must compile to vectors without any -ffast-math. The same bits however the row
     * is cut; `x` and `out` do not overlap. */
    void (*worths)(const void *params, const float *x, size_t n, float *out);
    /* The quantity from which on nothing changes: when true, every y >= *x, infinity included, has
     * the worth of infinity to within GS_VALUE_CONSTANT, so that a distance of at least *x need not
     * be known. *x may be below 0. False, or NULL: there is none. */
    bool (*constant_from)(const void *params, double *x);
    /* Categorical: worth of a text, or of a class code written as text; NaN when it is not listed.
     */
    double (*worth_of_text)(const void *params, const char *text);
};

/* `worths` of the function where it has them, else `worth` of each. */
void gs_value_worths(const struct gs_value *value, const void *params, const float *x, size_t n,
                     float *out);

const struct gs_value *gs_value_find(const char *name);
extern const struct gs_value *const gs_values[];
extern const size_t gs_n_values;

#endif
