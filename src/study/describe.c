// SPDX-License-Identifier: Apache-2.0
#include "study/describe.h"

#include "decision/method.h"
#include "measure/measure.h"
#include "model/shapes.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

size_t gs_entry_count(enum gs_registry registry)
{
    return registry == GS_MEASURES ? gs_n_measures
           : registry == GS_VALUES ? gs_n_values
                                   : gs_n_methods;
}

struct gs_entry gs_entry_at(enum gs_registry registry, size_t i)
{
    if (registry == GS_MEASURES) {
        const struct gs_measure *m = gs_measures[i];
        return (struct gs_entry){m->name, m->summary, m->details, m->params, m->n_params, m, NULL};
    }
    if (registry == GS_VALUES) {
        const struct gs_value *v = gs_values[i];
        return (struct gs_entry){v->name, v->summary, v->details, v->params, v->n_params, NULL, v};
    }
    const struct gs_method *d = gs_methods[i];
    return (struct gs_entry){d->name, d->summary, d->details, d->params, d->n_params, NULL, NULL};
}

bool gs_entry_needs_params(const struct gs_entry *entry)
{
    for (size_t i = 0; i < entry->n_params; i++)
        if (entry->params[i].flags & GS_PARAM_REQUIRED)
            return true;
    return false;
}

const char *gs_describe_type(enum gs_param_type type)
{
    static const char *const names[] = {
        [GS_PARAM_FLAG] = "flag",         [GS_PARAM_TEXT] = "text",
        [GS_PARAM_TEXTS] = "texts",       [GS_PARAM_CHOICE] = "choice",
        [GS_PARAM_INTEGER] = "integer",   [GS_PARAM_SIZE] = "size",
        [GS_PARAM_QUANTITY] = "quantity", [GS_PARAM_FIELD] = "field",
        [GS_PARAM_LAYER] = "layer",       [GS_PARAM_NUMBERS] = "numbers",
        [GS_PARAM_POINTS] = "points",     [GS_PARAM_CLASSES] = "classes",
        [GS_PARAM_WORTHS] = "worths",     [GS_PARAM_NODE] = "node",
    };
    return names[type];
}

const char *gs_describe_unit(const char *unit)
{
    if (!unit || strcmp(unit, "1") == 0)
        return "";
    if (strcmp(unit, GS_UNIT_MEASURED) == 0)
        return "of the measured quantity";
    if (strcmp(unit, GS_UNIT_FIELD) == 0)
        return "of the field";
    if (strcmp(unit, GS_UNIT_BAND) == 0)
        return "of the band";
    if (strcmp(unit, GS_UNIT_COST) == 0)
        return "of the friction × m";
    return unit;
}

/* base/param.h: both 0 and not open means no bounds; a max not above min is none. */
bool gs_describe_min(const struct gs_param *param, double *min)
{
    bool open = param->flags & GS_PARAM_MIN_OPEN;
    if ((param->min == 0 && param->max == 0 && !open) || !isfinite(param->min))
        return false;
    *min = param->min;
    return true;
}

bool gs_describe_max(const struct gs_param *param, double *max)
{
    if (!(param->max > param->min) || !isfinite(param->max))
        return false;
    *max = param->max;
    return true;
}

void gs_describe_input(struct gs_text *text, const struct gs_measure *measure)
{
    if (measure->input != GS_INPUT_VECTOR) {
        gs_text_append(text, measure->input == GS_INPUT_RASTER ? "raster layer"
                                                               : "the candidates themselves");
        return;
    }
    static const char *const kinds[] = {
        [GS_PART_POINTS] = "points", [GS_PART_LINE] = "lines", [GS_PART_RING] = "polygons"};
    gs_text_append(text, "vector layer");
    const char *joint = " of ";
    for (int kind = GS_PART_POINTS; kind <= GS_PART_RING; kind++)
        if (measure->geometry & (1u << kind)) {
            gs_text_printf(text, "%s%s", joint, kinds[kind]);
            joint = " or ";
        }
}
