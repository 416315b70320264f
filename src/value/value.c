// SPDX-License-Identifier: Apache-2.0
#include "value/value.h"

#include "value/scale.h"

#include <string.h>

#define GS_VALUE(name, file) extern const struct gs_value gs_value_##name;
#include "value/value.def"
#undef GS_VALUE

#define GS_VALUE(name, file) &gs_value_##name,
const struct gs_value *const gs_values[] = {
#include "value/value.def"
};
#undef GS_VALUE

const size_t gs_n_values = sizeof gs_values / sizeof *gs_values;

void gs_value_worths(const struct gs_value *value, const void *params, const float *x, size_t n,
                     float *out)
{
    if (value->worths)
        value->worths(params, x, n, out);
    else
        gs_worths_singly(value->worth, params, x, n, out);
}

const struct gs_value *gs_value_find(const char *name)
{
    for (size_t i = 0; i < gs_n_values; i++)
        if (strcmp(gs_values[i]->name, name) == 0)
            return gs_values[i];
    return NULL;
}
