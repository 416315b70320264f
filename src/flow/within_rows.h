// SPDX-License-Identifier: Apache-2.0
/* Rows of what the features within a radius of each cell's centre come to. A feature is in reach as
 * kernel/reach.h says, of exact geometry; features outside the grid count. The feature's order is
 * of no account. */
#ifndef GS_FLOW_WITHIN_ROWS_H
#define GS_FLOW_WITHIN_ROWS_H

#include "flow/rows.h"
#include "kernel/decay.h"
#include "model/shapes.h"

enum gs_within_kind {
    GS_WITHIN_COUNT,    /* the features' weights */
    GS_WITHIN_SUM,      /* weight × value; 0: no feature; missing: some, but none has a value */
    GS_WITHIN_MEAN,     /* weighted; missing: no value in reach */
    GS_WITHIN_MAX,      /* largest weight × value; missing as above */
    GS_WITHIN_MIN,      /* smallest value, without weights; missing as above */
    GS_WITHIN_DISTINCT, /* how many different values, without weights */
};

struct gs_within_request {
    enum gs_within_kind kind;
    const struct gs_shapes *shapes; /* borrowed as long as the rows live */
    const double *values;           /* per shape, finite or NaN: missing; NULL for COUNT */
    unsigned kinds; /* only shapes with such a part, bits 1 << enum gs_part_kind; 0: all */
    double radius_m, metres_per_unit;
    struct gs_decay decay;
    /* The values are indices into these, in byte order; NULL: numbers. The array is the rows' from
     * success on, the texts are borrowed. */
    const char **texts;
    size_t n_texts;
};

/* Without a decay exact: sums are right to 2^-100 of the layer's total before they become floats.
 * With one, distances are measured at every cell in reach and sums made in double precision. */
enum gs_status gs_within_rows_new(struct gs_ctx *ctx, const struct gs_within_request *request,
                                  const struct gs_grid *grid, struct gs_rows **out) GS_NODISCARD;

#endif
