// SPDX-License-Identifier: Apache-2.0
/* `criteria:` of a study, with their groups. */
#include "study/factor.h"
#include "study/parse.h"

#include "base/units.h"
#include "decision/normalise.h"
#include "measure/measure.h"
#include "value/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_GROUP_DEPTH = 8 };

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
            const struct gs_class *named = gs_layer_class(layer, worths->keys[k]);
            if (named) {
                worths->keys[k] = gs_arena_printf(reader->ctx, reader->arena, "%lld", named->code);
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
    criterion->value_pos = node->pos;
    const char *type = gs_read_type(reader, node, "value");
    if (!type)
        return GS_OK;
    criterion->value = gs_value_find(type);
    if (!criterion->value) {
        struct gs_pos pos = gs_node_pos(gs_node_get(node, "type"), node);
        gs_unknown_entry(reader, &pos, GS_VALUES, type);
        return GS_OK;
    }
    criterion->value_name = criterion->value->name;
    char what[80];
    snprintf(what, sizeof what, "value function `%s`", criterion->value_name);
    const char *unit = gs_factor_unit(study, &criterion->factor), *adopted;
    size_t faults = reader->n_faults;
    enum gs_status status =
        gs_read_entry(reader, node, what, criterion->value->params, criterion->value->n_params,
                      criterion->value->params_size, unit, gs_factor_is_spread(&criterion->factor),
                      &criterion->value_params, &adopted);
    if (status)
        return status;
    gs_settle_unit(reader, &criterion->factor, unit, adopted, &node->pos);
    if (reader->n_faults == faults && criterion->value->check)
        status = gs_reader_count(reader, criterion->value->check(reader->ctx, &node->pos,
                                                                 criterion->value_params));
    if (!status)
        status = resolve_classes(reader, criterion);
    return status ? status : gs_read_flow(reader, node, &criterion->value_text);
}

/* -- criteria that compare sites with each other -------------------------------------------------
 */

/* What each type of preference function cannot do without. */
static void check_preference(struct gs_reader *reader, const struct gs_preference *p)
{
    bool level = p->type == GS_PREFERENCE_LEVEL || p->type == GS_PREFERENCE_LINEAR;
    bool wants_q = level || p->type == GS_PREFERENCE_U_SHAPE;
    bool wants_p = level || p->type == GS_PREFERENCE_V_SHAPE;
    const char *lacks = wants_q && isnan(p->indifference)                      ? "indifference"
                        : wants_p && isnan(p->preference)                      ? "preference"
                        : p->type == GS_PREFERENCE_GAUSSIAN && isnan(p->sigma) ? "sigma"
                                                                               : NULL;
    if (lacks)
        gs_reader_fault(reader, &p->pos, NULL, "this type of preference needs `%s`", lacks);
    if (p->preference < p->indifference)
        gs_reader_fault(reader, &p->pos, "indifference, then preference, then veto",
                        "the `preference` threshold %.9g is below the `indifference` threshold "
                        "%.9g",
                        p->preference, p->indifference);
    if (p->veto < p->preference || p->veto < p->indifference)
        gs_reader_fault(reader, &p->pos, "indifference, then preference, then veto",
                        "the `veto` threshold %.9g is below the %s threshold %.9g", p->veto,
                        p->veto < p->preference ? "`preference`" : "`indifference`",
                        p->veto < p->preference ? p->preference : p->indifference);
    if (p->sigma == 0 || (p->type == GS_PREFERENCE_V_SHAPE && p->preference == 0))
        gs_reader_fault(reader, &p->pos, "use `type: usual`", "`%s` must be above 0",
                        p->sigma == 0 ? "sigma" : "preference");
}

/* In the measured quantity's unit; `unit` as for gs_read_map(). */
static enum gs_status parse_preference(struct gs_reader *reader, const struct gs_node *node,
                                       const char *unit, struct gs_preference *out,
                                       const char **adopted)
{
    static const struct gs_node none = {.kind = GS_NODE_MAP};
    struct gs_table table = {gs_block_preference.params, gs_block_preference.n_params, out, unit,
                             true};
    size_t faults = reader->n_faults;
    enum gs_status status =
        gs_read_map(reader, node ? node : &none, "preference", "preference", &table, 1, adopted);
    if (status || !node)
        return status;
    out->pos = node->pos;
    if (reader->n_faults == faults)
        check_preference(reader, out);
    return GS_OK;
}

static enum gs_status parse_relative(struct gs_reader *reader, const struct gs_node *node,
                                     const struct gs_factor_read *read,
                                     const struct gs_study *study, struct gs_criterion *criterion)
{
    const struct gs_node *better = gs_node_get(node, "better"), *value = gs_node_get(node, "value"),
                         *normalise = gs_node_get(node, "normalise"),
                         *preference = gs_node_get(node, "preference");
    criterion->relative = better != NULL;
    criterion->lower = better && read->better;
    criterion->normalise = read->normalise;
    if (!value && !criterion->relative)
        gs_reader_fault(reader, &node->pos,
                        "give it a value function, or `better: higher` to compare sites",
                        "criterion needs `value` or `better`");
    if (value && criterion->relative)
        gs_reader_fault(reader, &better->pos, "keep one of them",
                        "`value` and `better` exclude each other");
    if (normalise && !criterion->relative)
        gs_reader_fault(reader, &normalise->pos, "remove it, or write `better: higher`",
                        "`normalise` belongs to `better`: a value function needs none");
    if (criterion->relative && criterion->missing == GS_MISSING_WORTH &&
        criterion->missing_worth > 0 && criterion->missing_worth < 1) {
        struct gs_pos pos = gs_node_pos(gs_node_get(node, "missing"), node);
        gs_reader_fault(reader, &pos, "exclude, worst or best",
                        "`%s` compares sites: it has no worth of %.9g for a site without data",
                        criterion->factor.id, criterion->missing_worth);
    }
    if (!criterion->factor.measure)
        return GS_OK;
    if (!criterion->relative)
        return parse_preference(reader, preference, "1", &criterion->preference, NULL);
    criterion->value_pos = gs_node_pos(better, node);
    criterion->value_name = "better";
    const char *unit = gs_factor_unit(study, &criterion->factor), *adopted = NULL;
    enum gs_status status =
        parse_preference(reader, preference, unit, &criterion->preference, &adopted);
    if (status)
        return status;
    gs_settle_unit(reader, &criterion->factor, unit, adopted, &criterion->value_pos);
    criterion->value_text =
        gs_arena_printf(reader->ctx, reader->arena, "better: %s%s%s",
                        criterion->lower ? "lower" : "higher",
                        criterion->normalise ? ", normalise: " : "",
                        criterion->normalise ? gs_normalise_names[criterion->normalise] : "");
    return criterion->value_text ? GS_OK : GS_ENOMEM;
}

/* The criterion's own, else the layer's. */
static enum gs_status parse_criterion_uncertainty(struct gs_reader *reader,
                                                  const struct gs_node *node,
                                                  struct gs_criterion *criterion)
{
    const struct gs_node *own = gs_node_get(node, "uncertainty");
    const struct gs_layer *layer = criterion->factor.layer;
    struct gs_uncertainty_given given = {0};
    enum gs_status status = gs_parse_uncertainty(reader, own, &given);
    if (!own && layer)
        given = layer->uncertainty;
    return status || !criterion->factor.measure ? status
                                                : gs_settle_uncertainty(reader, &given, criterion);
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
        gs_parse_factor(reader, node, &gs_block_criterion, study, &criterion->factor, &read);
    if (status)
        return status;
    check_unique(reader, study, criterion->factor.id, &criterion->factor.pos);
    criterion->group = group;
    criterion->weight_given = read.weight;
    criterion->missing = defaults->missing;
    criterion->missing_worth = defaults->worth;
    const struct gs_node *missing = gs_node_get(node, "missing");
    if (missing)
        gs_read_missing(reader, missing, &criterion->missing, &criterion->missing_worth);
    const struct gs_node *value = gs_node_get(node, "value");
    if (value && criterion->factor.measure)
        status = parse_value(reader, value, study, criterion);
    if (!status)
        status = parse_relative(reader, node, &read, study, criterion);
    if (!status)
        status = parse_criterion_uncertainty(reader, node, criterion);
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
                                          .weight_given = read.weight};
    const struct gs_node *members = gs_node_get(node, "criteria");
    status = parse_members(reader, members, at, depth, defaults, study);
    return status ? status
                  : gs_parse_weighing(reader, gs_node_get(node, "weights"), members, at, study);
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
    study->groups[0] =
        (struct gs_group){.id = "", .title = "", .pos = list->pos, .weight_given = 1, .weight = 1};
    study->n_groups = 1;
    struct defaults defaults = {missing, missing_worth};
    enum gs_status status = parse_members(reader, list, 0, 0, &defaults, study);
    return status ? status
                  : gs_parse_weighing(reader, gs_node_get(root, "weights"), list, 0, study);
}
