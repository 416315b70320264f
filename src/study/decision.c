// SPDX-License-Identifier: Apache-2.0
/* `decision:`: the method with its parameters, and the methods to compare it with. */
#include "study/factor.h"
#include "study/parse.h"

#include "decision/method.h"
#include "decision/normalise.h"

#include <string.h>

/* A mapping that names a method, whose parameters stand beside the keys of `table`. */
static enum gs_status parse_choice(struct gs_reader *reader, const struct gs_node *node,
                                   const char *block, const struct gs_table *table,
                                   struct gs_method_choice *choice)
{
    const struct gs_node *name = gs_node_get(node, "method");
    *choice = (struct gs_method_choice){.pos = gs_node_pos(name, node), .name = "weighted_sum"};
    if (name && name->kind == GS_NODE_SCALAR)
        choice->name = name->text;
    choice->text = choice->name;
    choice->method = gs_method_find(choice->name);
    struct gs_table tables[2] = {*table};
    if (choice->method) {
        size_t size = choice->method->params_size;
        choice->params = gs_arena_alloc(reader->ctx, reader->arena, 1, size ? size : 1);
        if (!choice->params)
            return GS_ENOMEM;
        tables[1] = (struct gs_table){choice->method->params, choice->method->n_params,
                                      choice->params, NULL, false};
    } else {
        gs_unknown_entry(reader, &choice->pos, GS_METHODS, choice->name);
    }
    size_t faults = reader->n_faults;
    enum gs_status status =
        gs_read_map(reader, node, block, block, tables, choice->method ? 2 : 1, NULL);
    if (!status && choice->method && choice->method->check && reader->n_faults == faults)
        status =
            gs_reader_count(reader, choice->method->check(reader->ctx, &node->pos, choice->params));
    return status;
}

/* "owa, attitude: 0.3" */
static enum gs_status name_choice(struct gs_reader *reader, const struct gs_node *node,
                                  struct gs_method_choice *choice)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append(&text, choice->name);
    for (const struct gs_node *child = node->children; child; child = child->next) {
        if (strcmp(child->key, "method") == 0)
            continue;
        gs_text_printf(&text, ", %s: ", child->key);
        gs_node_flow(&text, child);
    }
    choice->text = text.failed ? NULL : gs_arena_text(reader->ctx, reader->arena, text.bytes);
    gs_text_release(&text);
    return choice->text ? GS_OK : gs_fail_memory(reader->ctx);
}

/* A name alone, or a mapping with parameters. */
static enum gs_status parse_other(struct gs_reader *reader, const struct gs_node *node,
                                  struct gs_method_choice *choice)
{
    struct gs_node name = *node, brief = {.kind = GS_NODE_MAP, .pos = node->pos, .children = &name};
    name.key = "method";
    name.next = NULL;
    struct gs_also_read read = {0};
    struct gs_table table = {gs_block_also.params, gs_block_also.n_params, &read, NULL, false};
    bool is_name = node->kind == GS_NODE_SCALAR && !gs_node_is_null(node);
    enum gs_status status = parse_choice(reader, is_name ? &brief : node, "also", &table, choice);
    choice->normalise = read.normalise;
    return !status && node->kind == GS_NODE_MAP ? name_choice(reader, node, choice) : status;
}

static enum gs_status parse_also(struct gs_reader *reader, const struct gs_node *list,
                                 struct gs_study *study)
{
    if (list->kind != GS_NODE_LIST) {
        gs_reader_fault(reader, &list->pos, "such as `also: [topsis, promethee2]`",
                        "`also` must be a list of methods");
        return GS_OK;
    }
    study->also =
        GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_method_choice, gs_node_count(list));
    if (!study->also)
        return GS_ENOMEM;
    for (const struct gs_node *item = list->children; item; item = item->next) {
        struct gs_method_choice *choice = &study->also[study->n_also];
        enum gs_status status = parse_other(reader, item, choice);
        if (status)
            return status;
        bool twice = strcmp(choice->text, study->decision.text) == 0;
        for (size_t i = 0; i < study->n_also; i++)
            twice |= strcmp(choice->text, study->also[i].text) == 0;
        if (twice)
            gs_reader_fault(reader, &item->pos, NULL, "`%s` stands twice in the decision",
                            choice->text);
        study->n_also++;
    }
    return GS_OK;
}

enum gs_status gs_parse_decision(struct gs_reader *reader, const struct gs_node *node,
                                 struct gs_study *study, enum gs_missing *missing, double *worth)
{
    struct gs_node none = {.kind = GS_NODE_MAP};
    if (!node)
        node = &none;
    struct gs_decision_read read = {0};
    struct gs_table table = {gs_block_decision.params, gs_block_decision.n_params, &read, NULL,
                             false};
    enum gs_status status = parse_choice(reader, node, "decision", &table, &study->decision);
    study->decision.normalise = read.normalise;
    const struct gs_node *also = gs_node_get(node, "also");
    if (!status && also)
        status = parse_also(reader, also, study);
    const struct gs_node *missing_node = gs_node_get(node, "missing");
    *missing = GS_MISSING_EXCLUDE;
    if (!status && missing_node)
        gs_read_missing(reader, missing_node, missing, worth);
    return status;
}

/* -- against the criteria -------------------------------------------------------------------- */

/* Can the method use the criterion as it will be normalised for it? */
static void check_relative(struct gs_reader *reader, const struct gs_criterion *c,
                           const struct gs_method_choice *choice)
{
    const struct gs_method *method = choice->method;
    if (c->factor.measure && method->flags & GS_METHOD_PREFERENCES &&
        c->normalise > GS_NORMALISE_NONE) {
        gs_reader_fault(reader, &c->value_pos, "remove `normalise`",
                        "`%s`: method `%s` compares the measured quantities themselves",
                        c->factor.id, choice->name);
        return;
    }
    enum gs_normalise how = gs_normalise_of(c, choice);
    if (c->lower && !(method->flags & GS_METHOD_TAKES_LOWER) && !gs_normalise_turns(how))
        gs_reader_fault(reader, &c->value_pos, "use `normalise: minmax`, `max` or `sum`",
                        "`%s`: `normalise: %s` leaves smaller better, which method `%s` does not "
                        "know",
                        c->factor.id, gs_normalise_name(how), choice->name);
}

static enum gs_status check_choice(struct gs_reader *reader, const struct gs_study *study,
                                   const struct gs_method_choice *choice)
{
    const struct gs_method *method = choice->method;
    if (!method)
        return GS_OK;
    if (method->flags & GS_METHOD_PREFERENCES && choice->normalise > GS_NORMALISE_NONE)
        gs_reader_fault(reader, &choice->pos, "remove `normalise`",
                        "method `%s` compares the measured quantities themselves", choice->name);
    for (size_t i = 0; i < study->n_criteria; i++)
        if (study->criteria[i].relative)
            check_relative(reader, &study->criteria[i], choice);
    if (!method->check_criteria || study->n_criteria == 0)
        return GS_OK;
    return gs_reader_count(reader, method->check_criteria(reader->ctx, &choice->pos, choice->params,
                                                          study->n_criteria));
}

enum gs_status gs_check_decision(struct gs_reader *reader, const struct gs_study *study)
{
    enum gs_status status = check_choice(reader, study, &study->decision);
    for (size_t i = 0; i < study->n_also && !status; i++)
        status = check_choice(reader, study, &study->also[i]);
    return status;
}
