// SPDX-License-Identifier: Apache-2.0
/* Sums of a Gaussian over all smaller numbers, without looking at all pairs. */
#ifndef GS_DECISION_GAUSSIAN_SUMS_H
#define GS_DECISION_GAUSSIAN_SUMS_H

#include <stddef.h>

/* sums[i] = Σ exp(-(z[i] - z[j])² / 2) over j < i, within 4e-15 × i; z does not fall. O(n log n).
 * L. Greengard, J. Strain (1991), The fast Gauss transform, SIAM Journal on Scientific and
 * Statistical Computing 12:79-94, of one side. */
void gs_gaussian_sums(const double *z, size_t n, double *sums);

#endif
