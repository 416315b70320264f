// SPDX-License-Identifier: Apache-2.0
#include "study/node.h"

#include <string.h>

struct gs_node *gs_node_get(const struct gs_node *map, const char *key)
{
    if (!map || map->kind != GS_NODE_MAP)
        return NULL;
    for (struct gs_node *child = map->children; child; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

size_t gs_node_count(const struct gs_node *node)
{
    size_t n = 0;
    for (const struct gs_node *child = node->children; child; child = child->next)
        n++;
    return n;
}

bool gs_node_is_null(const struct gs_node *node)
{
    return node->kind == GS_NODE_SCALAR && node->plain &&
           (!*node->text || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

const char *gs_node_kind_name(const struct gs_node *node)
{
    switch (node->kind) {
    case GS_NODE_LIST:
        return "a list";
    case GS_NODE_MAP:
        return "a mapping";
    default:
        return "a single value";
    }
}

/* Would the text be read back as something else without quotes? */
static bool needs_quotes(const char *text)
{
    return !*text || strpbrk(text, "{}[],\"'#&*!|%@`\n\t") || strstr(text, ": ") ||
           text[strlen(text) - 1] == ':' || *text == ' ' || *text == '-' || *text == '?' ||
           strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

static void flow_scalar(struct gs_text *text, const struct gs_node *node)
{
    if (node->plain ? !strpbrk(node->text, "\n") : !needs_quotes(node->text))
        gs_text_append(text, node->text);
    else
        gs_text_append_json(text, node->text);
}

void gs_node_flow(struct gs_text *text, const struct gs_node *node)
{
    if (node->kind == GS_NODE_SCALAR) {
        flow_scalar(text, node);
        return;
    }
    gs_text_append(text, node->kind == GS_NODE_LIST ? "[" : "{");
    for (const struct gs_node *child = node->children; child; child = child->next) {
        if (child->key)
            gs_text_printf(text, "%s: ", child->key);
        gs_node_flow(text, child);
        if (child->next)
            gs_text_append(text, ", ");
    }
    gs_text_append(text, node->kind == GS_NODE_LIST ? "]" : "}");
}

void gs_node_take(struct gs_node *map, struct gs_node *from, const char *key)
{
    if (map->kind != GS_NODE_MAP)
        return;
    struct gs_node *taken = from->kind == GS_NODE_MAP ? gs_node_get(from, key) : NULL;
    struct gs_node *children = NULL, *last = NULL, *next;
    for (struct gs_node *child = map->children; child; child = next) {
        next = child->next;
        if (strcmp(child->key, key) == 0)
            continue;
        child->next = NULL;
        *(last ? &last->next : &children) = child;
        last = child;
    }
    if (taken) {
        taken->next = NULL;
        *(last ? &last->next : &children) = taken;
        last = taken;
    }
    map->children = children;
    map->last_child = last;
}
