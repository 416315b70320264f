// SPDX-License-Identifier: Apache-2.0
#include "measure/measure.h"

#include <string.h>

#define GS_MEASURE(name, file) extern const struct gs_measure gs_measure_##name;
#include "measure/measure.def"
#undef GS_MEASURE

#define GS_MEASURE(name, file) &gs_measure_##name,
const struct gs_measure *const gs_measures[] = {
#include "measure/measure.def"
};
#undef GS_MEASURE

const size_t gs_n_measures = sizeof gs_measures / sizeof *gs_measures;

const struct gs_measure *gs_measure_find(const char *name)
{
    for (size_t i = 0; i < gs_n_measures; i++)
        if (strcmp(gs_measures[i]->name, name) == 0)
            return gs_measures[i];
    return NULL;
}

const char *gs_measure_field(const struct gs_measure *measure, const void *params)
{
    for (size_t i = 0; i < measure->n_params; i++)
        if (measure->params[i].type == GS_PARAM_FIELD)
            return *(const char *const *)((const char *)params + measure->params[i].offset);
    return NULL;
}
