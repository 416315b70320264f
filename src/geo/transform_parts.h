// SPDX-License-Identifier: Apache-2.0
/* Within geo/: what a transformation is made of. */
#ifndef GS_GEO_TRANSFORM_PARTS_H
#define GS_GEO_TRANSFORM_PARTS_H

#include "geo/crs_osr.h"

#include <proj.h>

/* Degrees; west > east across the antimeridian. */
struct gs_area_of_use {
    bool known;
    double west, south, east, north;
};

struct gs_operation {
    PJ *pj;
    char *definition; /* PROJ string: what it computes */
    char *label;
    double accuracy_m; /* infinite: unknown or ballpark */
    struct gs_area_of_use area;
    bool covers;        /* the whole of the smaller CRS's area */
    double boxes[2][4]; /* its area in the source's and the target's coordinates */
    bool boxed[2];
    bool used;
};

struct gs_transform {
    PJ_CONTEXT *proj;
    struct gs_operation *operations; /* in PROJ's order; none: the identity */
    size_t n_operations;
    size_t *by_accuracy; /* indices, most accurate first */
    bool whole;          /* by_accuracy[0] serves everywhere */
    bool from_geographic, to_geographic;
    char *description; /* room for all labels */
};

/* Finds PROJ's operations between the two CRSs and puts them in order; reports when there are none.
 */
enum gs_status gs_transform_find_operations(struct gs_ctx *ctx, struct gs_transform *transform,
                                            const struct gs_crs *from,
                                            const struct gs_crs *to) GS_NODISCARD;
void gs_operation_release(struct gs_operation *operation);

#endif
