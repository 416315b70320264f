// SPDX-License-Identifier: Apache-2.0
/* Readings taken from a field of one feature out of several. */
#ifndef GS_MEASURE_CHOOSE_H
#define GS_MEASURE_CHOOSE_H

#include "measure/measure.h"

/* Nothing known: missing as number and as text. */
struct gs_reading gs_no_reading(void);
/* Puts the field's value at `row` into the reading when there is one and the reading has none or a
 * larger one (text in byte order). */
void gs_choose_smaller(const struct gs_column *field, size_t row, struct gs_reading *reading);

#endif
