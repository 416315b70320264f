// SPDX-License-Identifier: Apache-2.0
/* `scenarios:`: a copy of the study's tree, changed, then read like any other. */
#include "study/parse.h"

#include "base/mem.h"

#include <string.h>

/* -- changing the tree ----------------------------------------------------------------------- */

static struct gs_node *copy_node(struct gs_reader *reader, const struct gs_node *node)
{
    struct gs_node *copy = GS_ARENA_NEW(reader->ctx, reader->arena, struct gs_node);
    if (!copy)
        return NULL;
    *copy = *node;
    copy->children = copy->last_child = copy->next = NULL;
    for (const struct gs_node *child = node->children; child; child = child->next) {
        struct gs_node *to = copy_node(reader, child);
        if (!to)
            return NULL;
        if (copy->last_child)
            copy->last_child->next = to;
        else
            copy->children = to;
        copy->last_child = to;
    }
    return copy;
}

/* Puts `from` in the place of `to`, which keeps its neighbours. */
static void replace(struct gs_node *to, const struct gs_node *from)
{
    struct gs_node *next = to->next;
    *to = *from;
    to->next = next;
}

static enum gs_status add_child(struct gs_reader *reader, struct gs_node *map,
                                const struct gs_node *child)
{
    struct gs_node *copy = copy_node(reader, child);
    if (!copy)
        return GS_ENOMEM;
    if (map->last_child)
        map->last_child->next = copy;
    else
        map->children = copy;
    map->last_child = copy;
    return GS_OK;
}

/* The keys of `changes` in place of those of `map`; mappings in it are merged likewise, unless they
 * are of another `type`. */
static enum gs_status merge(struct gs_reader *reader, struct gs_node *map,
                            const struct gs_node *changes)
{
    enum gs_status status = GS_OK;
    for (const struct gs_node *change = changes->children; change && !status;
         change = change->next) {
        struct gs_node *own = gs_node_get(map, change->key);
        bool both = own && own->kind == GS_NODE_MAP && change->kind == GS_NODE_MAP;
        if (both && !gs_node_get(change, "type"))
            status = merge(reader, own, change);
        else if (own)
            replace(own, change);
        else
            status = add_child(reader, map, change);
    }
    return status;
}

static bool has_id(const struct gs_node *item, const char *id)
{
    const struct gs_node *own = gs_node_get(item, "id");
    return own && own->kind == GS_NODE_SCALAR && strcmp(own->text, id) == 0;
}

/* The list that holds the item of that id, and the item; lists of groups are looked through. */
static struct gs_node *find_item(struct gs_node *list, const char *id, struct gs_node **in)
{
    for (struct gs_node *item = list ? list->children : NULL; item; item = item->next) {
        if (has_id(item, id)) {
            *in = list;
            return item;
        }
        struct gs_node *found = find_item(gs_node_get(item, "criteria"), id, in);
        if (found)
            return found;
    }
    return NULL;
}

static void gather_ids(const struct gs_node *list, const char **ids, size_t *n, size_t capacity)
{
    for (const struct gs_node *item = list ? list->children : NULL; item; item = item->next) {
        const struct gs_node *id = gs_node_get(item, "id");
        if (id && id->kind == GS_NODE_SCALAR && *n < capacity)
            ids[(*n)++] = id->text;
        gather_ids(gs_node_get(item, "criteria"), ids, n, capacity);
    }
}

static void unknown_id(struct gs_reader *reader, const struct gs_node *list,
                       const struct gs_node *change, const char *what)
{
    const char *ids[200], *near;
    size_t n = 0;
    gather_ids(list, ids, &n, sizeof ids / sizeof *ids);
    near = gs_nearest_word(change->key, ids, n);
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    gs_reader_fault(reader, &change->key_pos, hint.bytes, "the study has no %s `%s`", what,
                    change->key);
    gs_text_release(&hint);
}

static void remove_item(struct gs_node *list, struct gs_node *item)
{
    struct gs_node *before = NULL;
    for (struct gs_node *at = list->children; at && at != item; at = at->next)
        before = at;
    if (before)
        before->next = item->next;
    else
        list->children = item->next;
    if (list->last_child == item)
        list->last_child = before;
}

static bool check_map(struct gs_reader *reader, const struct gs_node *node, const char *key)
{
    if (node->kind != GS_NODE_MAP)
        gs_reader_fault(reader, &node->pos, NULL, "`%s` of a scenario must be a mapping, not %s",
                        key, gs_node_kind_name(node));
    return node->kind == GS_NODE_MAP;
}

/* `constraints:` and `criteria:` of a scenario. */
static enum gs_status change_items(struct gs_reader *reader, struct gs_node *root,
                                   const struct gs_node *changes, const char *key, const char *what)
{
    if (!changes || !check_map(reader, changes, key))
        return GS_OK;
    struct gs_node *list = gs_node_get(root, key), *in = NULL;
    enum gs_status status = GS_OK;
    for (const struct gs_node *change = changes->children; change && !status;
         change = change->next) {
        struct gs_node *item = find_item(list, change->key, &in);
        bool none = change->kind == GS_NODE_SCALAR && strcmp(change->text, "none") == 0;
        if (!item)
            unknown_id(reader, list, change, what);
        else if (none)
            remove_item(in, item);
        else if (change->kind == GS_NODE_MAP)
            status = merge(reader, item, change);
        else
            gs_reader_fault(reader, &change->pos, "or `none`, to leave it out",
                            "write the keys of `%s` that change", change->key);
    }
    return status;
}

/* `weights:` of a scenario: each replaces the `weight:` of a criterion or group. */
static enum gs_status change_weights(struct gs_reader *reader, struct gs_node *root,
                                     const struct gs_node *weights)
{
    if (!weights || !check_map(reader, weights, "weights"))
        return GS_OK;
    struct gs_node *list = gs_node_get(root, "criteria"), *in = NULL;
    enum gs_status status = GS_OK;
    for (const struct gs_node *change = weights->children; change && !status;
         change = change->next) {
        struct gs_node *item = find_item(list, change->key, &in);
        if (!item) {
            unknown_id(reader, list, change, "criterion or group");
            continue;
        }
        struct gs_node weight = *change, *own = gs_node_get(item, "weight");
        weight.key = "weight";
        weight.next = NULL;
        if (own)
            replace(own, &weight);
        else
            status = add_child(reader, item, &weight);
    }
    return status;
}

/* -- layers ------------------------------------------------------------------------------------ */

static void swap_layer(struct gs_node *node, const char *from, const struct gs_node *to)
{
    if (!node)
        return;
    for (struct gs_node *child = node->children; child; child = child->next) {
        bool names = child->key && child->kind == GS_NODE_SCALAR &&
                     (strcmp(child->key, "layer") == 0 || strcmp(child->key, "friction") == 0);
        if (names && strcmp(child->text, from) == 0) {
            child->text = to->text;
            child->pos = to->pos;
        } else {
            swap_layer(child, from, to);
        }
    }
}

/* All at once, so that two layers may be exchanged: each is first given a name that none has. */
static enum gs_status change_layers(struct gs_reader *reader, struct gs_node *root,
                                    const struct gs_node *layers, const struct gs_study *base)
{
    if (!layers || !check_map(reader, layers, "layers"))
        return GS_OK;
    struct gs_node *parts[] = {gs_node_get(root, "constraints"), gs_node_get(root, "criteria")};
    for (const struct gs_node *change = layers->children; change; change = change->next) {
        if (change->kind != GS_NODE_SCALAR) {
            gs_reader_fault(reader, &change->pos, "such as {substations: substations_2030}",
                            "name the layer that takes the place of `%s`", change->key);
            continue;
        }
        if (!gs_parse_layer(reader, &base->catalogue, change->key, &change->key_pos) ||
            !gs_parse_layer(reader, &base->catalogue, change->text, &change->pos))
            continue;
        struct gs_node other = *change;
        other.text = gs_arena_printf(reader->ctx, reader->arena, "\n%s", change->text);
        if (!other.text)
            return GS_ENOMEM;
        for (int i = 0; i < 2; i++)
            swap_layer(parts[i], change->key, &other);
    }
    for (const struct gs_node *change = layers->children; change; change = change->next) {
        char *from =
            gs_arena_printf(reader->ctx, reader->arena, "\n%s", change->text ? change->text : "");
        if (!from)
            return GS_ENOMEM;
        for (int i = 0; i < 2; i++)
            swap_layer(parts[i], from, change);
    }
    return GS_OK;
}

/* -- scenarios --------------------------------------------------------------------------------- */

static enum gs_status change_tree(struct gs_reader *reader, struct gs_node *root,
                                  const struct gs_node *node, const struct gs_study *base)
{
    const struct gs_node *facility = gs_node_get(node, "facility");
    enum gs_status status = GS_OK;
    if (facility && check_map(reader, facility, "facility")) {
        struct gs_node *own = gs_node_get(root, "facility");
        status = own ? merge(reader, own, facility) : add_child(reader, root, facility);
    }
    if (!status)
        status = change_items(reader, root, gs_node_get(node, "constraints"), "constraints",
                              "constraint");
    if (!status)
        status = change_items(reader, root, gs_node_get(node, "criteria"), "criteria", "criterion");
    if (!status)
        status = change_weights(reader, root, gs_node_get(node, "weights"));
    if (!status)
        status = change_layers(reader, root, gs_node_get(node, "layers"), base);
    return status;
}

static void check_id(struct gs_reader *reader, const struct gs_study *study,
                     const struct gs_scenario *scenario)
{
    if (!*scenario->id)
        gs_reader_fault(reader, &scenario->pos, NULL, "`id` is empty");
    if (strcmp(scenario->id, GS_SCENARIO_BASE) == 0)
        gs_reader_fault(reader, &scenario->pos, "choose another id",
                        "scenario `" GS_SCENARIO_BASE "` is the study as it is");
    for (size_t i = 0; i < study->n_scenarios; i++)
        if (strcmp(study->scenarios[i].id, scenario->id) == 0)
            gs_reader_fault(reader, &scenario->pos, NULL,
                            "scenario `%s` stands twice, first in line %u", scenario->id,
                            study->scenarios[i].pos.line);
}

static enum gs_status parse_scenario(struct gs_reader *reader, const struct gs_node *root,
                                     const struct gs_node *node, struct gs_study *study)
{
    struct gs_scenario_read read = {0};
    size_t faults = reader->n_faults;
    enum gs_status status = gs_read_block(reader, node, &gs_block_scenario, &read);
    if (status)
        return status;
    struct gs_scenario *scenario = &study->scenarios[study->n_scenarios];
    *scenario = (struct gs_scenario){.id = read.id ? read.id : "",
                                     .title = read.title ? read.title : read.id,
                                     .pos = gs_node_pos(gs_node_get(node, "id"), node)};
    check_id(reader, study, scenario);
    study->n_scenarios++;
    struct gs_node *changed = copy_node(reader, root);
    if (!changed)
        return GS_ENOMEM;
    status = change_tree(reader, changed, node, study);
    if (status || reader->n_faults > faults)
        return status;
    scenario->study = GS_NEW(reader->ctx, struct gs_study);
    if (!scenario->study)
        return GS_ENOMEM;
    gs_arena_init(&scenario->study->arena);
    struct gs_reader own = {.ctx = reader->ctx, .arena = &scenario->study->arena};
    status = gs_parse_variant(&own, changed, study, scenario->study);
    if (!status && own.n_faults)
        gs_reader_fault(reader, &scenario->pos, NULL, "scenario `%s` is at fault: see above",
                        scenario->id);
    return status;
}

enum gs_status gs_parse_scenarios(struct gs_reader *reader, const struct gs_node *root,
                                  struct gs_study *study)
{
    const struct gs_node *list = gs_node_get(root, "scenarios");
    if (!list || reader->n_faults) /* they would all have the same faults */
        return GS_OK;
    if (list->kind != GS_NODE_LIST) {
        gs_reader_fault(reader, &list->pos, "begin each with `- id:`",
                        "`scenarios` must be a list, not %s", gs_node_kind_name(list));
        return GS_OK;
    }
    study->scenarios =
        GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_scenario, gs_node_count(list));
    if (!study->scenarios)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    for (const struct gs_node *node = list->children; node && !status; node = node->next)
        status = parse_scenario(reader, root, node, study);
    return status;
}
