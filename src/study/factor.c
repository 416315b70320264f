// SPDX-License-Identifier: Apache-2.0
#include "study/factor.h"

#include "base/units.h"
#include "measure/measure.h"
#include "study/describe.h"

#include <stdio.h>
#include <string.h>

/* The `type:` that stands beside the parameters of a measure or value function. */
struct type_read {
    const char *type;
};

static const struct gs_param type_params[] = {
    {.key = "type",
     .type = GS_PARAM_TEXT,
     .flags = GS_PARAM_REQUIRED,
     .offset = offsetof(struct type_read, type),
     .help = "write `{type: NAME, …}`; `gigasite list measures` and `list values` show the names"},
};

const char *gs_read_type(struct gs_reader *reader, const struct gs_node *node, const char *what)
{
    const struct gs_node *type = node->kind == GS_NODE_SCALAR ? node : gs_node_get(node, "type");
    if (node->kind == GS_NODE_LIST || gs_node_is_null(node) || !type ||
        type->kind != GS_NODE_SCALAR) {
        gs_reader_fault(reader, &node->pos, type_params[0].help, "`%s` needs a `type`", what);
        return NULL;
    }
    return type->text;
}

void gs_unknown_entry(struct gs_reader *reader, const struct gs_pos *pos, enum gs_registry registry,
                      const char *given)
{
    static const char *const kinds[] = {[GS_MEASURES] = "measure",
                                        [GS_VALUES] = "value function",
                                        [GS_METHODS] = "decision method"};
    static const char *const lists[] = {
        [GS_MEASURES] = "measures", [GS_VALUES] = "values", [GS_METHODS] = "methods"};
    size_t n = gs_entry_count(registry);
    const char **names = GS_ARENA_ARRAY(reader->ctx, reader->arena, const char *, n);
    for (size_t i = 0; names && i < n; i++)
        names[i] = gs_entry_at(registry, i).name;
    const char *near = names ? gs_nearest_word(given, names, n) : NULL;
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    else
        gs_text_printf(&hint, "`gigasite list %s` shows them all", lists[registry]);
    gs_reader_fault(reader, pos, hint.bytes, "there is no %s `%s`", kinds[registry], given);
    gs_text_release(&hint);
}

enum gs_status gs_read_flow(struct gs_reader *reader, const struct gs_node *node, const char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_node_flow(&text, node);
    *out = text.failed ? NULL : gs_arena_text(reader->ctx, reader->arena, text.bytes);
    gs_text_release(&text);
    return *out ? GS_OK : gs_fail_memory(reader->ctx);
}

enum gs_status gs_read_entry(struct gs_reader *reader, const struct gs_node *node, const char *what,
                             const struct gs_param *params, size_t n_params, size_t size,
                             const char *unit, bool difference, void **out,
                             const char **adopted_unit)
{
    struct type_read type;
    *out = gs_arena_alloc(reader->ctx, reader->arena, 1, size ? size : 1);
    if (!*out)
        return GS_ENOMEM;
    struct gs_node none = {.kind = GS_NODE_MAP, .pos = node->pos};
    bool brief = node->kind == GS_NODE_SCALAR;
    struct gs_table tables[] = {
        {params, n_params, *out, unit, difference},
        {type_params, 1, &type, NULL, false},
    };
    return gs_read_map(reader, brief ? &none : node, what, what, tables, brief ? 1 : 2,
                       adopted_unit);
}

const char *gs_factor_unit(const struct gs_study *study, const struct gs_factor *factor)
{
    const struct gs_measure *measure = factor->measure;
    const struct gs_layer *layer = factor->layer ? factor->layer : study->candidates.layer;
    if (measure->unit_of)
        return measure->unit_of(factor->measure_params);
    if (strcmp(measure->unit, GS_UNIT_BAND) == 0)
        return layer && layer->n_classes ? "" : layer ? layer->unit : NULL;
    if (strcmp(measure->unit, GS_UNIT_COST) == 0)
        return *factor->unit ? factor->unit : NULL;
    if (strcmp(measure->unit, GS_UNIT_FIELD) != 0)
        return measure->unit;
    const char *name = gs_measure_field(measure, factor->measure_params);
    const struct gs_field *field = name && layer ? gs_layer_field(layer, name) : NULL;
    return field && *field->unit ? field->unit : NULL;
}

/* The layer that a parameter of the measure names, before the others are read: quantities may be in
 * a unit that comes of it. `*unit` is NULL where only the data can tell. */
static enum gs_status parse_second(struct gs_reader *reader, const struct gs_node *node,
                                   const struct gs_study *study, struct gs_factor *factor,
                                   const char **unit)
{
    const struct gs_measure *measure = factor->measure;
    const struct gs_node *named = NULL;
    for (size_t i = 0; i < measure->n_params; i++)
        if (measure->params[i].type == GS_PARAM_LAYER)
            named = gs_node_get(node, measure->params[i].key);
    if (!named || named->kind != GS_NODE_SCALAR)
        return GS_OK;
    factor->second_pos = named->pos;
    factor->second = gs_parse_layer(reader, &study->catalogue, named->text, &named->pos);
    if (!factor->second || strcmp(measure->unit, GS_UNIT_COST) != 0)
        return GS_OK;
    *unit = NULL;
    return factor->second->unit
               ? gs_unit_times_metre(reader->ctx, reader->arena, factor->second->unit, unit)
               : GS_OK;
}

static enum gs_status parse_measure(struct gs_reader *reader, const struct gs_node *node,
                                    const struct gs_study *study, struct gs_factor *factor)
{
    factor->measure_pos = node->pos;
    const char *type = gs_read_type(reader, node, "measure");
    if (!type)
        return GS_OK;
    factor->measure = gs_measure_find(type);
    if (!factor->measure) {
        struct gs_pos pos = gs_node_pos(gs_node_get(node, "type"), node);
        gs_unknown_entry(reader, &pos, GS_MEASURES, type);
        return GS_OK;
    }
    factor->measure_name = factor->measure->name;
    char what[80];
    snprintf(what, sizeof what, "measure `%s`", factor->measure_name);
    const char *unit = "", *adopted = NULL;
    enum gs_status status = parse_second(reader, node, study, factor, &unit);
    if (!status)
        status = gs_read_entry(reader, node, what, factor->measure->params,
                               factor->measure->n_params, factor->measure->params_size, unit, false,
                               &factor->measure_params, &adopted);
    if (!status && factor->second)
        factor->unit = unit ? unit : adopted ? adopted : "";
    return status ? status : gs_read_flow(reader, node, &factor->measure_text);
}

enum gs_status gs_parse_factor(struct gs_reader *reader, const struct gs_node *node,
                               const struct gs_block *block, const struct gs_study *study,
                               struct gs_factor *factor, struct gs_factor_read *read)
{
    size_t faults = reader->n_faults;
    enum gs_status status = gs_read_block(reader, node, block, read);
    if (status)
        return status;
    *factor = (struct gs_factor){.id = read->id ? read->id : "",
                                 .title = read->title ? read->title : read->id,
                                 .pos = gs_node_pos(gs_node_get(node, "id"), node),
                                 .layer_pos = gs_node_pos(gs_node_get(node, "layer"), node),
                                 .where = read->where,
                                 .where_pos = gs_node_pos(gs_node_get(node, "where"), node),
                                 .unit = ""};
    if (read->id && !*read->id)
        gs_reader_fault(reader, &factor->pos, NULL, "`id` is empty");
    const struct gs_node *measure = gs_node_get(node, "measure");
    if (node->kind != GS_NODE_MAP || !measure)
        return GS_OK;
    status = parse_measure(reader, measure, study, factor);
    if (status || !factor->measure)
        return status;
    factor->of_site = factor->measure->input == GS_INPUT_SITE;
    if (factor->of_site) {
        if (read->layer)
            gs_reader_fault(reader, &factor->layer_pos, "leave `layer` out",
                            "measure `%s` looks at the candidates themselves, not at a layer",
                            factor->measure_name);
        if (read->where)
            gs_reader_fault(reader, &factor->where_pos, NULL,
                            "`where` filters a layer; measure `%s` has none", factor->measure_name);
    } else if (!read->layer) {
        gs_reader_fault(reader, &node->pos, "name a layer of the catalogue with `layer:`",
                        "`%s` needs a layer", factor->id);
    } else {
        factor->layer = gs_parse_layer(reader, &study->catalogue, read->layer, &factor->layer_pos);
    }
    if (factor->measure->input == GS_INPUT_RASTER && read->where)
        gs_reader_fault(reader, &factor->where_pos, NULL,
                        "`where` filters features; measure `%s` reads a raster",
                        factor->measure_name);
    if (reader->n_faults == faults && factor->measure->check)
        status = gs_reader_count(reader, factor->measure->check(reader->ctx, factor,
                                                                factor->measure_params));
    return status;
}

bool gs_factor_is_spread(const struct gs_factor *factor)
{
    return factor->measure->flags & GS_MEASURE_SPREAD;
}

void gs_settle_unit(struct gs_reader *reader, struct gs_factor *factor, const char *known,
                    const char *adopted, const struct gs_pos *pos)
{
    factor->unit = known ? known : adopted ? adopted : "";
    factor->unit_open = !known;
    if (!known && adopted && factor->measure->input != GS_INPUT_RASTER && !factor->second)
        gs_warn(reader->ctx, pos, "state the unit of the field under `fields:` in the catalogue",
                "`%s`: no unit is stated for what it measures; it is taken to be in %s, as written "
                "here",
                factor->id, adopted);
}
