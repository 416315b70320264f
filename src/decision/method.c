// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include <string.h>

#define GS_METHOD(name) extern const struct gs_method gs_method_##name;
#include "decision/method.def"
#undef GS_METHOD

#define GS_METHOD(name) &gs_method_##name,
const struct gs_method *const gs_methods[] = {
#include "decision/method.def"
};
#undef GS_METHOD

const size_t gs_n_methods = sizeof gs_methods / sizeof *gs_methods;

const struct gs_method *gs_method_find(const char *name)
{
    for (size_t i = 0; i < gs_n_methods; i++)
        if (strcmp(gs_methods[i]->name, name) == 0)
            return gs_methods[i];
    return NULL;
}
