// SPDX-License-Identifier: Apache-2.0
/* Exact summation: the correctly rounded sum of doubles, whatever their order. Shewchuk (1997),
 * "Adaptive precision floating-point arithmetic and fast robust geometric predicates", Discrete &
 * Computational Geometry 18:305-363: a nonoverlapping expansion grown term by term. */
#ifndef GS_KERNEL_SUM_H
#define GS_KERNEL_SUM_H

#include <stddef.h>

enum { GS_SUM_PARTIALS = 48 }; /* enough for any set of finite doubles */

struct gs_sum {
    double partials[GS_SUM_PARTIALS];
    int n;
};

void gs_sum_init(struct gs_sum *sum);
/* `value` must be finite. */
void gs_sum_add(struct gs_sum *sum, double value);
/* Adds the exact product a × b (two terms). */
void gs_sum_add_product(struct gs_sum *sum, double a, double b);
double gs_sum_value(const struct gs_sum *sum);

#endif
