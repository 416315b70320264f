// SPDX-License-Identifier: Apache-2.0
/* A YAML document as a tree that keeps every position, in an arena. JSON is YAML. */
#ifndef GS_STUDY_NODE_H
#define GS_STUDY_NODE_H

#include "base/arena.h"
#include "base/ctx.h"
#include "base/text.h"

enum gs_node_kind { GS_NODE_SCALAR, GS_NODE_LIST, GS_NODE_MAP };

struct gs_node {
    enum gs_node_kind kind;
    struct gs_pos pos;
    /* SCALAR: the text, never NULL, never retyped. `plain`: written without quotes. */
    const char *text;
    bool plain;
    /* LIST: children in order. MAP: likewise, each with its key. */
    struct gs_node *children, *last_child;
    struct gs_node *next;
    const char *key;
    struct gs_pos key_pos;
};

/* Reads the one document of a file of at most 1 MiB; its bytes are kept for messages and copied
 * into `text`. Refuses what is no YAML, several documents, merge keys, duplicate keys, nesting
 * deeper than 40, aliases that would grow the tree beyond 200,000 nodes, and files that cannot be
 * read. */
enum gs_status gs_node_load(struct gs_ctx *ctx, struct gs_arena *arena, const char *path,
                            struct gs_node **root, const char **text) GS_NODISCARD;
/* The same from text, for `name` in messages. */
enum gs_status gs_node_parse(struct gs_ctx *ctx, struct gs_arena *arena, const char *name,
                             const char *text, size_t bytes, struct gs_node **root) GS_NODISCARD;

/* The child of that key, or NULL. */
struct gs_node *gs_node_get(const struct gs_node *map, const char *key);
/* How many children it has. */
size_t gs_node_count(const struct gs_node *node);
/* A scalar that stands for nothing: `key:`, `~`, `null`. */
bool gs_node_is_null(const struct gs_node *node);
/* "a mapping", "a list", "a single value", for messages. */
const char *gs_node_kind_name(const struct gs_node *node);
/* The node on one line, in flow style: {type: distance, radius: 30 km}. */
void gs_node_flow(struct gs_text *text, const struct gs_node *node);

/* Carries out one `--set PATH=VALUE` on the tree: PATH's steps are keys, list numbers from 0, or
 * the `id` of a list's item at any depth of groups; keys that are missing are added (and checked
 * like any other). VALUE is YAML in flow style. */
enum gs_status gs_node_set(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_node *root,
                           const char *setting) GS_NODISCARD;

/* Puts what `from` has under `key` in place of what `map` has; neither need have it. Both lie in
 * one arena, and `from` is of no use afterwards. */
void gs_node_take(struct gs_node *map, struct gs_node *from, const char *key);

#endif
