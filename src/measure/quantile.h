// SPDX-License-Identifier: Apache-2.0
/* The quantile of values with weights, as exactextract defines it (src/weighted_quantiles.cpp
 * there): for n distinct values x₀ < x₁ < … with weights w and cumulated weights C (Cₖ = w₀ + … +
 * wₖ₋₁), value xₖ stands at sₖ = k wₖ + (n − 1) Cₖ, and the quantile q is interpolated linearly at
 * q (n − 1) Σ w. For equal weights that is R's default (type 7). */
#ifndef GS_MEASURE_QUANTILE_H
#define GS_MEASURE_QUANTILE_H

#include "measure/zone.h"

struct gs_quantile {
    struct gs_ctx *ctx;
    double (**pairs)[2]; /* value, weight: borrowed, grows */
    size_t *capacity;
    size_t n;
    size_t merge_at; /* equal values are merged when there are so many pairs */
    enum gs_status status;
};

void gs_quantile_init(struct gs_quantile *quantile, struct gs_ctx *ctx, double (**pairs)[2],
                      size_t *capacity);
/* Adds the cells of a row that have data; `user` is the struct gs_quantile. A failure is kept in
 * its status. */
void gs_quantile_visit(void *user, const struct gs_zone_row *row);
/* The quantile (NaN when there are no values) and the sum of all weights; a failure of the visits
 * is told here. */
enum gs_status gs_quantile_value(struct gs_quantile *quantile, double q, double *value,
                                 double *weight) GS_NODISCARD;

#endif
