// SPDX-License-Identifier: Apache-2.0
/* Constraints and criteria: names become layers, measures and value functions. */
#include "study/parse.h"

#include "base/mem.h"
#include "base/units.h"
#include "measure/measure.h"
#include "value/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_GROUP_DEPTH = 8 };

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

/* The text of `type`, or NULL after reporting. `measure: distance` is short for {type: distance}.
 */
static const char *read_type(struct gs_reader *reader, const struct gs_node *node, const char *what)
{
    const struct gs_node *type = node->kind == GS_NODE_SCALAR ? node : gs_node_get(node, "type");
    if (node->kind == GS_NODE_LIST || gs_node_is_null(node) || !type ||
        type->kind != GS_NODE_SCALAR) {
        gs_reader_fault(reader, &node->pos, type_params[0].help, "`%s` needs a `type`", what);
        return NULL;
    }
    return type->text;
}

static void unknown_type(struct gs_reader *reader, const struct gs_node *node, const char *what,
                         const char *given, const char *const *names, size_t n, const char *list)
{
    const struct gs_node *type = node->kind == GS_NODE_SCALAR ? node : gs_node_get(node, "type");
    const char *near = gs_nearest_word(given, names, n);
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    else
        gs_text_printf(&hint, "`gigasite list %s` shows them all", list);
    gs_reader_fault(reader, &type->pos, hint.bytes, "there is no %s `%s`", what, given);
    gs_text_release(&hint);
}

static enum gs_status flow_text(struct gs_reader *reader, const struct gs_node *node,
                                const char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_node_flow(&text, node);
    *out = text.failed ? NULL : gs_arena_text(reader->ctx, reader->arena, text.bytes);
    gs_text_release(&text);
    return *out ? GS_OK : gs_fail_memory(reader->ctx);
}

/* Reads {type: …, parameters} of a registry entry into `*params`. */
static enum gs_status read_entry(struct gs_reader *reader, const struct gs_node *node,
                                 const char *what, const struct gs_param *params, size_t n_params,
                                 size_t size, const char *unit, bool difference, void **out,
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

/* The unit of what a measure yields; NULL: only the data can tell. */
static const char *measured_unit(const struct gs_study *study, const struct gs_factor *factor)
{
    const struct gs_measure *measure = factor->measure;
    const struct gs_layer *layer = factor->layer ? factor->layer : study->candidates.layer;
    if (measure->unit_of)
        return measure->unit_of(factor->measure_params);
    if (strcmp(measure->unit, GS_UNIT_BAND) == 0)
        return layer && layer->n_classes ? "" : layer ? layer->unit : NULL;
    if (strcmp(measure->unit, GS_UNIT_FIELD) != 0)
        return measure->unit;
    const char *name = gs_measure_field(measure, factor->measure_params);
    const struct gs_field *field = name && layer ? gs_layer_field(layer, name) : NULL;
    return field && *field->unit ? field->unit : NULL;
}

static bool measures_spread(const struct gs_factor *factor)
{
    return factor->measure->flags & GS_MEASURE_SPREAD;
}

static enum gs_status parse_measure(struct gs_reader *reader, const struct gs_node *node,
                                    struct gs_factor *factor)
{
    const char *names[64];
    factor->measure_pos = node->pos;
    const char *type = read_type(reader, node, "measure");
    if (!type)
        return GS_OK;
    factor->measure = gs_measure_find(type);
    if (!factor->measure) {
        size_t n = gs_n_measures < 64 ? gs_n_measures : 64;
        for (size_t i = 0; i < n; i++)
            names[i] = gs_measures[i]->name;
        if (strcmp(type, "cost_distance") == 0)
            gs_reader_fault(reader, &node->pos, NULL,
                            "measure `cost_distance` is not available yet in gigasite %s",
                            gs_version());
        else
            unknown_type(reader, node, "measure", type, names, n, "measures");
        return GS_OK;
    }
    factor->measure_name = factor->measure->name;
    char what[80];
    snprintf(what, sizeof what, "measure `%s`", factor->measure_name);
    enum gs_status status =
        read_entry(reader, node, what, factor->measure->params, factor->measure->n_params,
                   factor->measure->params_size, "", false, &factor->measure_params, NULL);
    return status ? status : flow_text(reader, node, &factor->measure_text);
}

static enum gs_status parse_factor(struct gs_reader *reader, const struct gs_node *node,
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
    status = parse_measure(reader, measure, factor);
    if (status || !factor->measure)
        return status;
    if (factor->measure->input == GS_INPUT_SITE) {
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

/* Settles the unit of a factor once its own quantities are read: where neither measure nor
 * catalogue states one, the study's own word is taken, and said aloud. */
static void settle_unit(struct gs_reader *reader, struct gs_factor *factor, const char *known,
                        const char *adopted, const struct gs_pos *pos)
{
    factor->unit = known ? known : adopted ? adopted : "";
    factor->unit_open = !known;
    if (!known && adopted && factor->measure->input != GS_INPUT_RASTER)
        gs_warn(reader->ctx, pos, "state the unit of the field under `fields:` in the catalogue",
                "`%s`: no unit is stated for what it measures; it is taken to be in %s, as written "
                "here",
                factor->id, adopted);
}

/* -- constraints ------------------------------------------------------------------------------- */

/* "at least 180 MW (facility.power)", "none of a, b": the requirement as people say it. */
static enum gs_status require_text(struct gs_reader *reader, const struct gs_node *node,
                                   struct gs_constraint *constraint)
{
    const struct {
        const char *key, *words;
        double bound;
        const struct gs_texts *list;
    } parts[] = {
        {"min", "at least ", constraint->min, NULL},
        {"max", "at most ", constraint->max, NULL},
        {"in", "one of ", NAN, &constraint->in},
        {"not_in", "none of ", NAN, &constraint->not_in},
    };
    struct gs_text text;
    gs_text_init(&text);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct gs_node *child = gs_node_get(node, parts[i].key);
        if (!child)
            continue;
        gs_text_printf(&text, "%s%s", text.length ? ", " : "", parts[i].words);
        for (size_t k = 0; parts[i].list && k < parts[i].list->n; k++)
            gs_text_printf(&text, "%s%s", k ? ", " : "", parts[i].list->items[k]);
        if (parts[i].list || child->kind != GS_NODE_SCALAR)
            continue;
        const char *written = child->text;
        bool refers = strstr(written, "facility."), bare = !strpbrk(written, " %") && !refers;
        if (refers)
            gs_text_append_rounded(&text, parts[i].bound, 6);
        else
            gs_text_append(&text, written);
        if ((refers || bare) && !gs_unit_is_plain(constraint->factor.unit))
            gs_text_printf(&text, " %s", constraint->factor.unit);
        if (refers)
            gs_text_printf(&text, " (%s)", written);
    }
    constraint->require_text =
        text.failed ? NULL
                    : gs_arena_text(reader->ctx, reader->arena, text.bytes ? text.bytes : "");
    gs_text_release(&text);
    return constraint->require_text ? GS_OK : gs_fail_memory(reader->ctx);
}

static enum gs_status parse_require(struct gs_reader *reader, const struct gs_node *node,
                                    const struct gs_study *study, struct gs_constraint *constraint)
{
    struct gs_factor *factor = &constraint->factor;
    struct gs_require_read read = {0};
    const char *unit = measured_unit(study, factor), *adopted;
    struct gs_table table = {gs_block_require.params, gs_block_require.n_params, &read, unit,
                             measures_spread(factor)};
    enum gs_status status = gs_read_map(reader, node, "require", "`require`", &table, 1, &adopted);
    if (status)
        return status;
    settle_unit(reader, factor, unit, adopted, &node->pos);
    constraint->min = read.min;
    constraint->max = read.max;
    constraint->in = read.in;
    constraint->not_in = read.not_in;
    constraint->require_pos = node->pos;
    if (node->kind == GS_NODE_MAP && !node->children)
        gs_reader_fault(reader, &node->pos, "write `require: {min: 500 m}`",
                        "`require` demands nothing: it needs min, max, in or not_in");
    if (read.min > read.max)
        gs_reader_fault(reader, &node->pos, NULL, "no quantity is at least min and at most max");
    return require_text(reader, node, constraint);
}

enum gs_status gs_parse_constraints(struct gs_reader *reader, const struct gs_node *root,
                                    struct gs_study *study)
{
    const struct gs_node *list = gs_node_get(root, "constraints");
    if (!list || gs_node_is_null(list))
        return GS_OK;
    if (list->kind != GS_NODE_LIST) {
        gs_reader_fault(reader, &list->pos, "begin each with `- id:`",
                        "`constraints` must be a list, not %s", gs_node_kind_name(list));
        return GS_OK;
    }
    size_t n = 0;
    for (const struct gs_node *child = list->children; child; child = child->next)
        n++;
    study->constraints = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_constraint, n);
    if (!study->constraints)
        return GS_ENOMEM;
    for (const struct gs_node *child = list->children; child; child = child->next) {
        struct gs_constraint *constraint = &study->constraints[study->n_constraints];
        struct gs_factor_read read = {0};
        enum gs_status status =
            parse_factor(reader, child, &gs_block_constraint, study, &constraint->factor, &read);
        if (status)
            return status;
        for (size_t i = 0; i < study->n_constraints; i++)
            if (*constraint->factor.id &&
                strcmp(study->constraints[i].factor.id, constraint->factor.id) == 0)
                gs_reader_fault(reader, &constraint->factor.pos, NULL,
                                "constraint `%s` stands twice, first in line %u",
                                constraint->factor.id, study->constraints[i].factor.pos.line);
        constraint->pass_missing = read.missing == 1;
        constraint->min = constraint->max = NAN;
        const struct gs_node *require = gs_node_get(child, "require");
        if (require && constraint->factor.measure)
            status = parse_require(reader, require, study, constraint);
        if (status)
            return status;
        study->n_constraints++;
    }
    return GS_OK;
}

/* -- criteria ---------------------------------------------------------------------------------- */

/* Keys of a class value function that name classes of the layer become their codes. */
static enum gs_status resolve_classes(struct gs_reader *reader, const struct gs_criterion *c)
{
    const struct gs_layer *layer = c->factor.layer;
    if (!layer || !layer->n_classes || c->factor.measure->input != GS_INPUT_RASTER)
        return GS_OK;
    for (size_t i = 0; i < c->value->n_params; i++) {
        if (c->value->params[i].type != GS_PARAM_WORTHS)
            continue;
        struct gs_worths *worths =
            (struct gs_worths *)((char *)c->value_params + c->value->params[i].offset);
        for (size_t k = 0; k < worths->n; k++) {
            double code;
            const char *rest;
            size_t at = 0;
            while (at < layer->n_classes && strcmp(layer->classes[at].name, worths->keys[k]) != 0)
                at++;
            if (at < layer->n_classes) {
                worths->keys[k] =
                    gs_arena_printf(reader->ctx, reader->arena, "%lld", layer->classes[at].code);
                if (!worths->keys[k])
                    return GS_ENOMEM;
            } else if (!gs_parse_number(worths->keys[k], &code, &rest) || *rest) {
                gs_reader_fault(reader, &c->value_pos,
                                "classes are named under `classes:` in the "
                                "catalogue",
                                "layer `%s` has no class `%s`", layer->id, worths->keys[k]);
            }
        }
    }
    return GS_OK;
}

static enum gs_status parse_value(struct gs_reader *reader, const struct gs_node *node,
                                  const struct gs_study *study, struct gs_criterion *criterion)
{
    const char *names[64];
    criterion->value_pos = node->pos;
    const char *type = read_type(reader, node, "value");
    if (!type)
        return GS_OK;
    criterion->value = gs_value_find(type);
    if (!criterion->value) {
        size_t n = gs_n_values < 64 ? gs_n_values : 64;
        for (size_t i = 0; i < n; i++)
            names[i] = gs_values[i]->name;
        unknown_type(reader, node, "value function", type, names, n, "values");
        return GS_OK;
    }
    criterion->value_name = criterion->value->name;
    char what[80];
    snprintf(what, sizeof what, "value function `%s`", criterion->value_name);
    const char *unit = measured_unit(study, &criterion->factor), *adopted;
    size_t faults = reader->n_faults;
    enum gs_status status =
        read_entry(reader, node, what, criterion->value->params, criterion->value->n_params,
                   criterion->value->params_size, unit, measures_spread(&criterion->factor),
                   &criterion->value_params, &adopted);
    if (status)
        return status;
    settle_unit(reader, &criterion->factor, unit, adopted, &node->pos);
    if (reader->n_faults == faults && criterion->value->check)
        status = gs_reader_count(reader, criterion->value->check(reader->ctx, &node->pos,
                                                                 criterion->value_params));
    if (!status)
        status = resolve_classes(reader, criterion);
    return status ? status : flow_text(reader, node, &criterion->value_text);
}

static void check_unique(struct gs_reader *reader, const struct gs_study *study, const char *id,
                         const struct gs_pos *pos)
{
    const struct gs_pos *first = NULL;
    for (size_t i = 0; i < study->n_criteria; i++)
        if (strcmp(study->criteria[i].factor.id, id) == 0)
            first = &study->criteria[i].factor.pos;
    for (size_t i = 1; i < study->n_groups; i++)
        if (strcmp(study->groups[i].id, id) == 0)
            first = &study->groups[i].pos;
    if (first && *id)
        gs_reader_fault(reader, pos, NULL, "criterion or group `%s` stands twice, first in line %u",
                        id, first->line);
}

struct defaults {
    enum gs_missing missing;
    double worth;
};

static enum gs_status parse_criterion(struct gs_reader *reader, const struct gs_node *node,
                                      size_t group, const struct defaults *defaults,
                                      struct gs_study *study)
{
    struct gs_criterion *criterion = &study->criteria[study->n_criteria];
    struct gs_factor_read read = {0};
    enum gs_status status =
        parse_factor(reader, node, &gs_block_criterion, study, &criterion->factor, &read);
    if (status)
        return status;
    check_unique(reader, study, criterion->factor.id, &criterion->factor.pos);
    criterion->group = group;
    criterion->weight_given = read.weight;
    criterion->missing = defaults->missing;
    criterion->missing_worth = defaults->worth;
    const struct gs_node *missing = gs_node_get(node, "missing");
    if (missing)
        status = gs_read_missing(reader, missing, &criterion->missing, &criterion->missing_worth);
    const struct gs_node *value = gs_node_get(node, "value");
    if (!status && value && criterion->factor.measure)
        status = parse_value(reader, value, study, criterion);
    study->n_criteria++;
    return status;
}

static enum gs_status parse_members(struct gs_reader *reader, const struct gs_node *list,
                                    size_t group, int depth, const struct defaults *defaults,
                                    struct gs_study *study);

static enum gs_status parse_group(struct gs_reader *reader, const struct gs_node *node,
                                  size_t parent, int depth, const struct defaults *defaults,
                                  struct gs_study *study)
{
    struct gs_group_read read = {0};
    enum gs_status status = gs_read_block(reader, node, &gs_block_group, &read);
    if (status)
        return status;
    struct gs_pos pos = gs_node_pos(gs_node_get(node, "id"), node);
    const char *id = read.id ? read.id : "";
    check_unique(reader, study, id, &pos);
    if (depth > MAX_GROUP_DEPTH) {
        gs_reader_fault(reader, &pos, NULL, "groups are nested deeper than %d levels",
                        MAX_GROUP_DEPTH);
        return GS_OK;
    }
    size_t at = study->n_groups++;
    study->groups[at] = (struct gs_group){.id = id,
                                          .title = read.title ? read.title : id,
                                          .pos = pos,
                                          .parent = parent,
                                          .weight_given = read.weight,
                                          .method = "direct"};
    return parse_members(reader, gs_node_get(node, "criteria"), at, depth, defaults, study);
}

static enum gs_status parse_members(struct gs_reader *reader, const struct gs_node *list,
                                    size_t group, int depth, const struct defaults *defaults,
                                    struct gs_study *study)
{
    if (list->kind != GS_NODE_LIST || !list->children) {
        gs_reader_fault(reader, &list->pos, "begin each with `- id:`",
                        "`criteria` must be a list of criteria, not %s",
                        list->kind == GS_NODE_LIST ? "an empty one" : gs_node_kind_name(list));
        return GS_OK;
    }
    for (const struct gs_node *child = list->children; child; child = child->next) {
        enum gs_status status = gs_node_get(child, "criteria")
                                    ? parse_group(reader, child, group, depth + 1, defaults, study)
                                    : parse_criterion(reader, child, group, defaults, study);
        if (status)
            return status;
    }
    return GS_OK;
}

static size_t count_items(const struct gs_node *list, int depth)
{
    size_t n = 0;
    if (depth > MAX_GROUP_DEPTH + 1)
        return 0;
    for (const struct gs_node *child = list->children; child; child = child->next) {
        const struct gs_node *members = gs_node_get(child, "criteria");
        n += 1 + (members ? count_items(members, depth + 1) : 0);
    }
    return n;
}

enum gs_status gs_parse_criteria(struct gs_reader *reader, const struct gs_node *root,
                                 enum gs_missing missing, double missing_worth,
                                 struct gs_study *study)
{
    const struct gs_node *list = gs_node_get(root, "criteria");
    if (!list)
        return GS_OK;
    size_t n = count_items(list, 0);
    study->criteria = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_criterion, n);
    study->groups = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_group, n + 1);
    if (!study->criteria || !study->groups)
        return GS_ENOMEM;
    study->groups[0] = (struct gs_group){.id = "",
                                         .title = "",
                                         .pos = list->pos,
                                         .weight_given = 1,
                                         .weight = 1,
                                         .method = "direct"};
    study->n_groups = 1;
    struct defaults defaults = {missing, missing_worth};
    return parse_members(reader, list, 0, 0, &defaults, study);
}
