// SPDX-License-Identifier: Apache-2.0
/* Rows of statistics over discs, by kernel/focal. */
#ifndef GS_FLOW_FOCAL_ROWS_H
#define GS_FLOW_FOCAL_ROWS_H

#include "flow/rows.h"
#include "kernel/focal.h"

struct gs_focal_options {
    enum gs_focal_kind kind;
    double radius; /* cells */
    double q;      /* of GS_FOCAL_QUANTILE */
    double scale;  /* results × this */
};

/* On the grid whose cells are those of `input`'s but for gs_disc_reach() on each side. Takes
 * `input` over, also when it fails. */
enum gs_status gs_focal_rows_new(struct gs_ctx *ctx, struct gs_rows *input,
                                 const struct gs_focal_options *options,
                                 struct gs_rows **out) GS_NODISCARD;

#endif
