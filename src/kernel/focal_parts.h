// SPDX-License-Identifier: Apache-2.0
/* What the files of kernel/focal share. */
#ifndef GS_KERNEL_FOCAL_PARTS_H
#define GS_KERNEL_FOCAL_PARTS_H

#include "kernel/focal.h"

/* Results are made in stretches of that many cells, so that what is added up stays near the
 * processor; longer ones for larger discs, as what lies around a stretch is work too. Stretches
 * begin at the same cells whatever is asked for. */
static inline size_t gs_focal_stretch(const struct gs_disc *disc, size_t n)
{
    size_t stretch = 4 * disc->reach < 512 ? 512 : 4 * disc->reach < 2048 ? 4 * disc->reach : 2048;
    if (stretch < 2 * disc->reach)
        stretch = 2 * disc->reach;
    return n < stretch ? n : stretch;
}

/* How a stretch is added up; the sizes are of one number, in bytes. */
struct gs_focal_adder {
    size_t cell_size, sum_size;
    void (*clear)(void *sums, size_t n);
    /* To n columns the cells of 1, 2 or 4 rows. */
    void (*add_rows)(void *columns, const void *const *rows, size_t n_rows, size_t n, double shift);
    /* To n totals the columns that begin there: 1, 2 or 4 of each. */
    void (*add_columns)(void *totals, const void *const *columns, size_t n_columns, size_t n);
};

/* What a stretch is made of. */
struct gs_focal_part {
    const struct gs_disc *disc;
    const void *const *prepared;
    size_t first, n; /* results */
    double shift;    /* taken from values before they are squared */
};

/* From `offset`, in bytes, on, each prepared row holds its cells; `columns` has room for those of
 * the part and 2 × reach more, `totals` for those of the part. */
void gs_focal_add_up(const struct gs_focal_adder *adder, const struct gs_focal_part *s,
                     size_t offset, void *columns, void *totals);

/* What gs_focal_prepare() and gs_focal_combine() do for the kinds that are sums … */
size_t gs_focal_sums_row_bytes(size_t n);
void gs_focal_prepare_sums(enum gs_focal_kind kind, const float *row, size_t n, void *prepared);
size_t gs_focal_sums_bytes(enum gs_focal_kind kind, const struct gs_disc *disc, size_t n);
void gs_focal_combine_sums(enum gs_focal_kind kind, const struct gs_disc *disc,
                           const void *const *prepared, size_t n, void *scratch, float *out);

/* … for maxima, of minima with `sign` -1, … */
void gs_focal_prepare_extremes(const float *row, size_t n, float sign, float *out);
void gs_focal_combine_extremes(const struct gs_disc *disc, float sign, const void *const *prepared,
                               size_t n, void *scratch, float *out);

/* … and for quantiles, of rows prepared as for maxima. */
size_t gs_focal_quantile_bytes(const struct gs_disc *disc, size_t stretch);
void gs_focal_quantile(const struct gs_disc *disc, const void *const *prepared, size_t n, double q,
                       void *scratch, float *out);

#endif
