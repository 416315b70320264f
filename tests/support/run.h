// SPDX-License-Identifier: Apache-2.0
/* A run made by hand, for the tests of what is written and read back. */
#ifndef GS_TESTS_RUN_H
#define GS_TESTS_RUN_H

#include "support/support.h"

#include "model/result.h"

/* Seven sites by three criteria (weights 0.5, 0.3, 0.2) and two constraints; scores by hand:
 *
 *   id  name            grid_mw      wind       land            score  rank
 *   A1  Zürich Nord     600 MW 1     7 m/s 0.5  urban 0.2       0.69   3
 *   B2  O'Hara <script> 300 MW 0.5   8 m/s 1    cropland 1      0.75   1
 *   C3  (none)          0 MW 0       6 m/s 0.2  cropland 1      0.26   4
 *   D4  東京            300 MW 0.5   8 m/s 1    cropland 1      0.75   1
 *   E5  Steep           fails slope: 14.2 degree, at most 10
 *   F6  Unknown         no data for grid_mw
 *   G7  Nowhere         no geometry
 *
 * in the order of the candidates F6 A1 B2 C3 D4 E5 G7. Free with test_run_free(). */
struct gs_result *test_run(struct gs_ctx *ctx, bool polygons);
/* n sites by n criteria with made-up figures, every fifth site excluded. */
struct gs_result *test_run_large(struct gs_ctx *ctx, size_t n_sites, size_t n_criteria);
/* The study behind it, to change before it is written. */
struct gs_study *test_run_study(struct gs_result *result);
void test_run_free(struct gs_result *result);

#endif
