// SPDX-License-Identifier: Apache-2.0
/* Ordered weighted averaging: what its scores of sites and of cells share. */
#ifndef GS_DECISION_OWA_CELLS_H
#define GS_DECISION_OWA_CELLS_H

#include "base/param.h"

struct gs_owa {
    struct gs_numbers order_weights;
    double attitude; /* NaN: not given */
};

/* What both ways of giving an attitude come to: Q, rising from Q(0) = 0 to Q(1) = 1. The values of
 * a site in falling order, b[1] to b[n], have the weights Q(S[i]) - Q(S[i-1]) with S[i] the share
 * of importance that the first i have. The score is summed up the other way round, b[n] + Σ Q(S[i])
 * (b[i] - b[i+1]), which is exact when all are equal and does not depend on the order of equals. */
struct gs_quantifier {
    const struct gs_owa *owa;
    double exponent;    /* of the attitude: Q(r) = r^exponent */
    double total_order; /* of the order weights */
    double total;       /* of the criteria's weights */
    size_t n_positive;  /* criteria of a weight above 0 */
};

void gs_quantifier_init(struct gs_quantifier *q, const struct gs_owa *owa, const double *weights,
                        size_t n_criteria);

/* Q of a set of `n_taken` criteria of a weight above 0, together `weight`. None and all are told by
 * their number: a weight too small to change the sum counts in a minimum and a maximum all the
 * same. */
double gs_quantify(const struct gs_quantifier *q, size_t n_taken, double weight);

/* gs_method.cells */
void gs_owa_cells(const void *params, const double *weights, size_t n_criteria,
                  const float *const *values, size_t n, float *scratch, float *score);

#endif
