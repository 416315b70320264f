// SPDX-License-Identifier: Apache-2.0
/* Random numbers by counter: each is a function of its seed and place alone, so that any thread may
 * compute any of them. Philox4x32-10 of J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw (2011),
 * Parallel random numbers: as easy as 1, 2, 3, Proceedings of SC11, in the Random123 library. */
#ifndef GS_DECISION_RANDOM_H
#define GS_DECISION_RANDOM_H

#include <stdint.h>

/* Two numbers of the open interval (0, 1), multiples of 2^-53 plus half of that. `stream` tells
 * apart what the numbers are for, `index` counts within. */
void gs_random_pair(uint64_t seed, uint64_t draw, uint32_t stream, uint32_t index, double out[2]);

/* The quantile of the standard normal distribution, 0 < p < 1, to about 1e-16 relative. M. J.
 * Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution, Applied
 * Statistics 37:477-484 (PPND16). */
double gs_normal_quantile(double p);

#endif
