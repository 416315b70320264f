// SPDX-License-Identifier: Apache-2.0
/* Weights that follow from judgements, from an order, or from the data. All add up to 1. */
#ifndef GS_DECISION_WEIGHING_H
#define GS_DECISION_WEIGHING_H

#include "gigasite.h"

enum { GS_AHP_MEMBERS_MAX = 15 }; /* so far goes the table of random indices */

/* What the analytic hierarchy process tells of a matrix of judgements. */
struct gs_ahp {
    double lambda_max;
    double ratio; /* consistency ratio; 0 for fewer than 3 members */
    /* The triple that contradicts itself most: a to b times b to c is not a to c. */
    size_t a, b, c;
};

/* The principal eigenvector of `matrix` (n × n, row by row: how many times the row counts as much
 * as the column; reciprocal, n at most GS_AHP_MEMBERS_MAX), by power iteration. ratio = (lambda_max
 * - n) / (n - 1) / random index. Source: T. L. Saaty (1980), The Analytic Hierarchy Process,
 * McGraw-Hill, with its random indices 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48,
 * 1.56, 1.57, 1.59 of 3 to 15 members. */
enum gs_status gs_ahp_weights(struct gs_ctx *ctx, const double *matrix, size_t n, double *weights,
                              struct gs_ahp *out) GS_NODISCARD;

/* Weights by places: place[i] of member i counts from 0; members that share one have the mean of
 * the weights of the places they take (1, 1, 3: places 0, 0, 2).
 * Rank order centroid: Σ_{k ≥ place} 1 / k / n. Source: F. H. Barron, B. E. Barrett (1996),
 * Decision quality using ranked attribute weights, Management Science 42:1515-1523. Rank sum: 2 (n
 * + 1 - place) / (n (n + 1)). Source: W. G. Stillwell, D. A. Seaver, W. Edwards (1981), A
 * comparison of weight approximation techniques in multiattribute utility decision making,
 * Organizational Behavior and Human Performance 28:62-77. */
void gs_rank_order_centroid(const size_t *place, size_t n, double *weights);
void gs_rank_sum(const size_t *place, size_t n, double *weights);

/* How much the criteria tell sites apart; values[criterion][site], none below 0. The weight grows
 * with 1 + Σ p ln p / ln sites, p the share of a site in the criterion's sum; criteria in which all
 * sites are equal get 0. Source: C. E. Shannon's entropy, as in C.-L. Hwang, K. Yoon (1981),
 * Multiple Attribute Decision Making, Springer, section 3.1. False: all are equal in all. */
bool gs_entropy_weights(const double *const *values, size_t n_criteria, size_t n_sites,
                        double *weights);

/* Contrast and conflict: the standard deviation of a criterion times Σ (1 - its correlation with
 * each other one). Source: D. Diakoulaki, G. Mavrotas, L. Papayannakis (1995), Determining
 * objective weights in multiple criteria problems: the CRITIC method, Computers & Operations
 * Research 22:763-770. False: nothing tells sites apart, or all criteria say the same. */
bool gs_critic_weights(const double *const *values, size_t n_criteria, size_t n_sites,
                       double *weights);

#endif
