// SPDX-License-Identifier: Apache-2.0
/* What the two ways of making within rows share: within_rows.c without a decay, decay_rows.c with
 * one. */
#ifndef GS_FLOW_WITHIN_PARTS_H
#define GS_FLOW_WITHIN_PARTS_H

#include "flow/within_rows.h"
#include "kernel/reach.h"
#include "kernel/steps.h"

struct gs_within {
    struct gs_rows rows;
    struct gs_within_request request; /* its values are not used later */
    struct gs_reach *reach;
    size_t n;       /* shapes in the reach */
    double *values; /* of these; NaN: missing */
    bool any_missing;
    struct gs_step *steps; /* of these, without a decay */
    int exponent;          /* of their sums */
};

extern const struct gs_rows_kind gs_decay_rows_kind;

void gs_within_free(struct gs_rows *rows);
struct gs_rows_local gs_within_local(const struct gs_rows *rows);

#endif
