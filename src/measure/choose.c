// SPDX-License-Identifier: Apache-2.0
#include "measure/choose.h"

#include <math.h>
#include <string.h>

struct gs_reading gs_no_reading(void)
{
    return (struct gs_reading){.number = NAN, .text = NULL, .valid_share = 1};
}

void gs_choose_smaller(const struct gs_column *field, size_t row, struct gs_reading *reading)
{
    if (field->text) {
        const char *text = field->text[row];
        if (text && (!reading->text || strcmp(text, reading->text) < 0))
            reading->text = text;
    } else if (!isnan(field->number[row])) {
        reading->number = fmin(reading->number, field->number[row]); /* NaN counts as none */
    }
}
