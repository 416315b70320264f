// SPDX-License-Identifier: Apache-2.0
/* Value functions the other way round: which quantity is worth so much? */
#ifndef GS_STUDY_QUANTITY_H
#define GS_STUDY_QUANTITY_H

#include "value/value.h"

/* What a measured quantity can be. */
struct gs_span {
    double low, high; /* may be infinite */
    bool whole;       /* whole numbers only */
};

/* The most that any quantity of the span is worth; NaN when none is worth anything known. */
double gs_best_worth(const struct gs_value *value, const void *params, const struct gs_span *span,
                     double from);

/* The quantity nearest to `from`, which is worth less, that is worth at least `worth`, in one
 * direction (1: above, -1: below). False: there is none in the span. Value functions rise or fall
 * without turning between their own breakpoints, beyond the outermost too; so each such stretch is
 * bisected, down to neighbouring doubles. */
bool gs_nearest_quantity(const struct gs_value *value, const void *params,
                         const struct gs_span *span, double from, double worth, int direction,
                         double *to);

/* `x` above 0 with so many significant decimal digits, not below x. */
double gs_round_up(double x, int digits);

#endif
