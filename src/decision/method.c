// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/ctx.h"

#include <math.h>
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

void gs_scores_from_index(const double *index, size_t n, bool is_unit, double *score)
{
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        least = index[i] < least ? index[i] : least;
        most = index[i] > most ? index[i] : most;
    }
    for (size_t i = 0; i < n; i++) {
        double x = is_unit         ? index[i]
                   : least == most ? 1
                   : least >= 0    ? index[i] / most
                                   : (index[i] / 2 - least / 2) / (most / 2 - least / 2);
        score[i] = x < 0 ? 0 : x > 1 ? 1 : x;
    }
}

enum gs_status gs_table_check(struct gs_ctx *ctx, const struct gs_decision_table *table)
{
    double total = 0;
    for (size_t c = 0; c < table->n_criteria; c++) {
        total += table->weights[c];
        for (size_t s = 0; s < table->n_sites; s++)
            if (isnan(table->values[c][s]))
                return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "a site to be scored lacks a value");
    }
    if (!(total > 0))
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "the criteria's weights add up to %g", total);
    return GS_OK;
}
