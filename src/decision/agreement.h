// SPDX-License-Identifier: Apache-2.0
/* How far two rankings agree. */
#ifndef GS_DECISION_AGREEMENT_H
#define GS_DECISION_AGREEMENT_H

#include "gigasite.h"

/* Kendall's τ-b (M. G. Kendall 1945, The treatment of ties in ranking problems, Biometrika
 * 33:239-251) and Spearman's ρ (the correlation of the mean ranks) of two rankings of n sites, over
 * those that both rank (rank 0: not ranked). NaN where one of the rankings has all sites equal, or
 * fewer than two sites are in both. */
enum gs_status gs_agreement(struct gs_ctx *ctx, const unsigned *a, const unsigned *b, size_t n,
                            double *kendall_tau, double *spearman_rho) GS_NODISCARD;

#endif
