// SPDX-License-Identifier: Apache-2.0
/* --set PATH=VALUE: changes the tree before it is checked. */
#include "study/node.h"

#include <stdlib.h>
#include <string.h>

/* The item of a list whose `id` is `step`, also inside the items' `criteria:` lists. */
static struct gs_node *find_item(struct gs_node *list, const char *step)
{
    for (struct gs_node *item = list->children; item; item = item->next) {
        const struct gs_node *id = gs_node_get(item, "id");
        if (id && id->kind == GS_NODE_SCALAR && strcmp(id->text, step) == 0)
            return item;
        struct gs_node *members = gs_node_get(item, "criteria");
        struct gs_node *found =
            members && members->kind == GS_NODE_LIST ? find_item(members, step) : NULL;
        if (found)
            return found;
    }
    return NULL;
}

static struct gs_node *find_step(struct gs_node *node, const char *step)
{
    if (node->kind == GS_NODE_MAP)
        return gs_node_get(node, step);
    if (node->kind != GS_NODE_LIST)
        return NULL;
    char *end;
    unsigned long number = strtoul(step, &end, 10);
    if (*step && !*end) {
        struct gs_node *item = node->children;
        for (; item && number; number--)
            item = item->next;
        return item;
    }
    return find_item(node, step);
}

/* Puts the contents of `value` into `target`, which keeps its place and key. */
static void replace(struct gs_node *target, const struct gs_node *value)
{
    struct gs_node kept = *target;
    *target = *value;
    target->next = kept.next;
    target->key = kept.key;
    target->key_pos = kept.key_pos;
}

static enum gs_status set_value(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_node *parent,
                                const char *key, const struct gs_pos *pos,
                                const struct gs_node *value)
{
    struct gs_node *target = find_step(parent, key);
    if (target) {
        replace(target, value);
        return GS_OK;
    }
    if (parent->kind != GS_NODE_MAP)
        return gs_fail(ctx, GS_ESTUDY, pos, "list items are named by their `id` or counted from 0",
                       "there is no `%s` to set", key);
    struct gs_node *child = GS_ARENA_NEW(ctx, arena, struct gs_node);
    if (!child)
        return GS_ENOMEM;
    *child = *value;
    child->next = NULL;
    child->key = key;
    child->key_pos = *pos;
    if (parent->last_child)
        parent->last_child->next = child;
    else
        parent->children = child;
    parent->last_child = child;
    return GS_OK;
}

enum gs_status gs_node_set(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_node *root,
                           const char *setting)
{
    char *name = gs_arena_printf(ctx, arena, "--set %s", setting);
    char *path = gs_arena_text(ctx, arena, setting);
    if (!name || !path)
        return GS_ENOMEM;
    struct gs_pos pos = {name, 0, 0};
    char *equals = strchr(path, '=');
    if (!equals || equals == path)
        return gs_fail(ctx, GS_ESTUDY, &pos, "write `facility.accelerators=50000`",
                       "a setting needs a path and a value: PATH=VALUE");
    *equals = 0;
    struct gs_node *value;
    enum gs_status status = gs_node_parse(ctx, arena, name, equals + 1, strlen(equals + 1), &value);
    if (status)
        return status;
    value->pos = pos;
    struct gs_node *node = root;
    char *step = path;
    for (char *dot; (dot = strchr(step, '.')); step = dot + 1) {
        *dot = 0;
        struct gs_node *next = find_step(node, step);
        if (!next && node->kind == GS_NODE_MAP) { /* a block the study leaves out */
            struct gs_node block = {.kind = GS_NODE_MAP, .pos = pos};
            status = set_value(ctx, arena, node, step, &pos, &block);
            if (status)
                return status;
            next = find_step(node, step);
        }
        if (!next)
            return gs_fail(ctx, GS_ESTUDY, &pos,
                           "list items are named by their `id` or counted from 0",
                           "there is no `%s` to set anything in", step);
        node = next;
    }
    return set_value(ctx, arena, node, step, &pos, value);
}
