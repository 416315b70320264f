// SPDX-License-Identifier: Apache-2.0
/* Statistics over the disc around every cell: the cells whose centres lie within the radius of its
 * own, all of the same weight, those without data (NaN) or without end (infinity) left out. What a
 * cell gets depends on its place and the cells of its disc alone: nothing is subtracted that was
 * added before, so that an outlier leaves no trace where it is not in reach (in standard deviations
 * none but in the last bits). Work per cell grows with the radius, not with its square. */
#ifndef GS_KERNEL_FOCAL_H
#define GS_KERNEL_FOCAL_H

#include "base/ctx.h"

enum gs_focal_kind {
    GS_FOCAL_MEAN,
    GS_FOCAL_SUM,
    GS_FOCAL_STDEV, /* of the population */
    GS_FOCAL_MIN,
    GS_FOCAL_MAX,
    GS_FOCAL_QUANTILE, /* between two values interpolated, as measure/quantile.h */
};

struct gs_disc {
    double radius; /* cells */
    size_t reach;  /* whole cells: how far rows and columns are looked at */
    size_t *half;  /* per row from -reach to reach: that many cells to either side */
    size_t n_cells;
};

/* Larger discs are refused: the numbers of their cells are to fit 32 bits. */
enum { GS_DISC_RADIUS_MAX = 16384 };

/* The `reach` of a disc; `radius` is at most the one above. */
size_t gs_disc_reach(double radius);
/* A radius below 1: the cell itself. */
enum gs_status gs_disc_init(struct gs_ctx *ctx, double radius, struct gs_disc *out) GS_NODISCARD;
void gs_disc_release(struct gs_disc *disc);

/* Bytes that a prepared row of n cells takes. */
size_t gs_focal_row_bytes(enum gs_focal_kind kind, size_t n);
/* Prepares a row of n cells, n being those of the results and 2 × reach more. `prepared` begins
 * where a float may. */
void gs_focal_prepare(enum gs_focal_kind kind, const float *row, size_t n, void *prepared);
/* Bytes of the room that combining to n results needs. */
size_t gs_focal_scratch_bytes(enum gs_focal_kind kind, const struct gs_disc *disc, size_t n);
/* n results from the prepared rows around, the first being that `reach` rows above. `q`: which
 * quantile. NaN where the disc holds no data. */
void gs_focal_combine(enum gs_focal_kind kind, const struct gs_disc *disc,
                      const void *const *prepared, size_t n, double q, void *scratch, float *out);

#endif
