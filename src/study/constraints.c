// SPDX-License-Identifier: Apache-2.0
/* `constraints:` of a study. */
#include "study/factor.h"
#include "study/parse.h"

#include "base/units.h"
#include "measure/measure.h"

#include <math.h>
#include <string.h>

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
    const char *unit = gs_factor_unit(study, factor), *adopted;
    struct gs_table table = {gs_block_require.params, gs_block_require.n_params, &read, unit,
                             gs_factor_is_spread(factor)};
    enum gs_status status = gs_read_map(reader, node, "require", "`require`", &table, 1, &adopted);
    if (status)
        return status;
    gs_settle_unit(reader, factor, unit, adopted, &node->pos);
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
    size_t n = gs_node_count(list);
    study->constraints = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_constraint, n);
    if (!study->constraints)
        return GS_ENOMEM;
    for (const struct gs_node *child = list->children; child; child = child->next) {
        struct gs_constraint *constraint = &study->constraints[study->n_constraints];
        struct gs_factor_read read = {0};
        enum gs_status status =
            gs_parse_factor(reader, child, &gs_block_constraint, study, &constraint->factor, &read);
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
