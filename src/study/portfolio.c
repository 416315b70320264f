// SPDX-License-Identifier: Apache-2.0
/* `portfolio:` as a study writes it. */
#include "study/factor.h"
#include "study/parse.h"

#include "base/units.h"
#include "measure/measure.h"

#include <math.h>
#include <string.h>

static enum gs_status parse_quotas(struct gs_reader *reader, const struct gs_node *node,
                                   struct gs_portfolio_choice *out)
{
    if (!node)
        return GS_OK;
    if (node->kind != GS_NODE_MAP) {
        gs_reader_fault(reader, &node->pos, "such as `at_most: {country: 1}`",
                        "`at_most` must be a mapping, not %s", gs_node_kind_name(node));
        return GS_OK;
    }
    out->quotas = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_quota, gs_node_count(node));
    if (!out->quotas)
        return GS_ENOMEM;
    for (const struct gs_node *child = node->children; child; child = child->next) {
        double number;
        const char *rest;
        bool whole = child->kind == GS_NODE_SCALAR &&
                     gs_parse_number(child->text, &number, &rest) && !*rest && number >= 0 &&
                     number <= 1e6 && number == floor(number);
        if (!whole)
            gs_reader_fault(reader, &child->pos, NULL,
                            "how many sites may share a `%s` must be a whole number", child->key);
        else
            out->quotas[out->n_quotas++] =
                (struct gs_quota){child->key, child->key_pos, (long long)number};
    }
    return GS_OK;
}

/* The unit that the catalogue states for a field; NULL: none. */
static const char *field_unit(const struct gs_layer *layer, const char *name)
{
    const struct gs_field *field = layer && name ? gs_layer_field(layer, name) : NULL;
    return field ? field->unit : NULL;
}

static enum gs_status parse_budget(struct gs_reader *reader, const struct gs_node *node,
                                   const struct gs_study *study, struct gs_portfolio_choice *out)
{
    if (!node)
        return GS_OK;
    struct gs_budget_read read = {.max = NAN};
    const struct gs_node *field = gs_node_get(node, "field");
    const char *unit = field && field->kind == GS_NODE_SCALAR
                           ? field_unit(study->candidates.layer, field->text)
                           : NULL;
    struct gs_table table = {gs_block_budget.params, gs_block_budget.n_params, &read, unit, false};
    enum gs_status status = gs_read_map(reader, node, "budget", "budget", &table, 1, NULL);
    out->cost_field = read.field;
    out->cost_pos = gs_node_pos(field, node);
    out->budget = read.max;
    return status;
}

/* -- headroom ---------------------------------------------------------------------------------- */

/* As a criterion would measure it: the features are then read with all others of their layer, as
 * far around the sites as the radius reaches. */
static enum gs_status make_factor(struct gs_reader *reader, const struct gs_node *node,
                                  const struct gs_study *study, struct gs_factor **out)
{
    struct gs_factor *factor = GS_ARENA_NEW(reader->ctx, reader->arena, struct gs_factor);
    struct gs_node *tree = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_node, 8);
    if (!factor || !tree)
        return GS_ENOMEM;
    const struct gs_node *layer = gs_node_get(node, "layer"), *where = gs_node_get(node, "where"),
                         *field = gs_node_get(node, "field"), *radius = gs_node_get(node, "radius");
    struct gs_node *id = &tree[1], *measure = &tree[2], *type = &tree[3];
    tree[0] = (struct gs_node){.kind = GS_NODE_MAP, .pos = node->pos, .children = id};
    *id = (struct gs_node){.text = "portfolio: headroom",
                           .pos = node->pos,
                           .key = "id",
                           .key_pos = node->pos,
                           .next = measure};
    *measure = (struct gs_node){.kind = GS_NODE_MAP,
                                .pos = node->pos,
                                .key = "measure",
                                .key_pos = node->pos,
                                .children = type,
                                .next = &tree[6]};
    *type = (struct gs_node){.text = "max_within",
                             .pos = node->pos,
                             .key = "type",
                             .key_pos = node->pos,
                             .next = &tree[4]};
    tree[4] = *field;
    tree[4].next = &tree[5];
    tree[5] = *radius;
    tree[5].next = NULL;
    tree[6] = *layer;
    tree[6].next = where ? &tree[7] : NULL;
    if (where) {
        tree[7] = *where;
        tree[7].next = NULL;
    }
    struct gs_factor_read read = {0};
    *out = factor;
    enum gs_status status =
        gs_parse_factor(reader, &tree[0], &gs_block_criterion, study, factor, &read);
    const char *unit = status || !factor->measure ? NULL : gs_factor_unit(study, factor);
    factor->unit = unit ? unit : "";
    return status;
}

static enum gs_status parse_headroom(struct gs_reader *reader, const struct gs_node *node,
                                     const struct gs_study *study, struct gs_portfolio_choice *out)
{
    if (!node)
        return GS_OK;
    struct gs_headroom_read read = {.radius_m = NAN, .demand_mw = NAN};
    size_t faults = reader->n_faults;
    enum gs_status status = gs_read_block(reader, node, &gs_block_headroom, &read);
    if (status || reader->n_faults > faults)
        return status;
    out->split = read.split;
    out->node_id = read.id;
    out->node_id_pos = gs_node_pos(gs_node_get(node, "id"), node);
    out->demand_mw = isnan(read.demand_mw) ? study->facility.power_mw : read.demand_mw;
    if (!(out->demand_mw >= 0))
        gs_reader_fault(reader, &node->pos, "add `demand: 180 MW`, or the facility's power",
                        "`headroom` needs to know how much power a site draws");
    status = make_factor(reader, node, study, &out->headroom);
    const char *unit = status ? NULL : out->headroom->unit;
    out->mw_per_headroom = 1;
    if (!unit || !*unit) /* the catalogue states none: taken for MW */
        return status;
    enum gs_unit_match match;
    double offset = 0;
    status = gs_unit_convert(reader->ctx, unit, "MW", &match, &out->mw_per_headroom, &offset);
    if (!status && match != GS_UNIT_MATCH) {
        struct gs_pos pos = gs_node_pos(gs_node_get(node, "field"), node);
        gs_reader_fault(reader, &pos, NULL, "`%s` is in %s, which is no power", read.field, unit);
    }
    return status;
}

enum gs_status gs_parse_portfolio(struct gs_reader *reader, const struct gs_node *root,
                                  struct gs_study *study)
{
    const struct gs_node *node = gs_node_get(root, "portfolio");
    if (!node)
        return GS_OK;
    struct gs_portfolio_choice read = {.budget = INFINITY, .spacing_m = NAN, .time_limit_s = NAN};
    enum gs_status status = gs_read_block(reader, node, &gs_block_portfolio, &read);
    read.asked = true;
    read.pos = node->pos;
    read.include_pos = gs_node_pos(gs_node_get(node, "include"), node);
    read.exclude_pos = gs_node_pos(gs_node_get(node, "exclude"), node);
    if (!status)
        status = parse_quotas(reader, gs_node_get(node, "at_most"), &read);
    if (!status)
        status = parse_budget(reader, gs_node_get(node, "budget"), study, &read);
    if (!status)
        status = parse_headroom(reader, gs_node_get(node, "headroom"), study, &read);
    if ((read.n_quotas || read.cost_field) && !study->candidates.layer) {
        const struct gs_pos *pos = read.n_quotas ? &read.quotas[0].pos : &read.cost_pos;
        gs_reader_fault(reader, pos, NULL,
                        "quotas and budgets look at fields of the candidates, but these come from "
                        "no layer");
    }
    study->portfolio = read;
    return status;
}
