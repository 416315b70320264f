// SPDX-License-Identifier: Apache-2.0
/* Viridis (S. van der Walt and N. Smith, matplotlib, 2015), the colours of scores: even for
 * colour-blind eyes and in grey. */
#ifndef GS_BASE_VIRIDIS_H
#define GS_BASE_VIRIDIS_H

#include <stddef.h>
#include <stdint.h>

/* Red, green, blue at 0, 1/4, 1/2, 3/4 and 1: also those of the five classes of a score. */
enum { GS_VIRIDIS_STOPS = 5 };
extern const uint8_t gs_viridis[GS_VIRIDIS_STOPS][3];

/* The class of a score from 0 to 1. */
int gs_viridis_class(double score);
/* n ≥ 2 colours from end to end, straight between the stops. */
void gs_viridis_fill(uint8_t (*colours)[3], size_t n);

#endif
