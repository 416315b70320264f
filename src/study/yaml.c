// SPDX-License-Identifier: Apache-2.0
/* libyaml's document API, turned into our tree at once: its nodes are reached by index, ours by
 * pointer, and --set can change ours. */
#include "study/node.h"

#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

enum { MAX_BYTES = 1 << 20, MAX_DEPTH = 40, MAX_NODES = 200000 };

struct loader {
    struct gs_ctx *ctx;
    struct gs_arena *arena;
    const char *name;
    yaml_document_t document;
    size_t n_nodes;
    bool faults; /* some were reported; the tree is of no use */
};

static struct gs_pos position(const struct loader *loader, yaml_mark_t mark)
{
    return (struct gs_pos){loader->name, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static enum gs_status convert(struct loader *loader, int index, int depth, struct gs_node **out);

static void append_child(struct gs_node *parent, struct gs_node *child)
{
    if (parent->last_child)
        parent->last_child->next = child;
    else
        parent->children = child;
    parent->last_child = child;
}

static enum gs_status convert_list(struct loader *loader, const yaml_node_t *from, int depth,
                                   struct gs_node *to)
{
    for (yaml_node_item_t *item = from->data.sequence.items.start;
         item < from->data.sequence.items.top; item++) {
        struct gs_node *child;
        enum gs_status status = convert(loader, *item, depth + 1, &child);
        if (status)
            return status;
        append_child(to, child);
    }
    return GS_OK;
}

/* Checks a key; `ok` false after reporting what is wrong with it. */
static void check_key(struct loader *loader, const struct gs_node *map, const yaml_node_t *key,
                      const struct gs_pos *pos, bool *ok)
{
    *ok = false;
    if (key->type != YAML_SCALAR_NODE) {
        gs_fail(loader->ctx, GS_ESTUDY, pos, NULL, "a key must be a single word");
        return;
    }
    const char *text = (const char *)key->data.scalar.value;
    const struct gs_node *before = gs_node_get(map, text);
    if (key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp(text, "<<") == 0)
        gs_fail(loader->ctx, GS_ESTUDY, pos,
                "write the keys out, or refer to the whole block with *",
                "merge keys (`<<`) are not part of the study format");
    else if (before)
        gs_fail(loader->ctx, GS_ESTUDY, pos, NULL, "key `%s` stands twice, first in line %u", text,
                before->key_pos.line);
    else
        *ok = true;
}

static enum gs_status convert_map(struct loader *loader, const yaml_node_t *from, int depth,
                                  struct gs_node *to)
{
    for (yaml_node_pair_t *pair = from->data.mapping.pairs.start;
         pair < from->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(&loader->document, pair->key);
        struct gs_pos pos = position(loader, key->start_mark);
        bool ok;
        check_key(loader, to, key, &pos, &ok);
        if (!ok) {
            loader->faults = true;
            continue;
        }
        struct gs_node *child;
        enum gs_status status = convert(loader, pair->value, depth + 1, &child);
        if (status)
            return status;
        child->key =
            gs_arena_text(loader->ctx, loader->arena, (const char *)key->data.scalar.value);
        if (!child->key)
            return GS_ENOMEM;
        child->key_pos = pos;
        append_child(to, child);
    }
    return GS_OK;
}

static enum gs_status convert(struct loader *loader, int index, int depth, struct gs_node **out)
{
    const yaml_node_t *from = yaml_document_get_node(&loader->document, index);
    struct gs_pos pos = position(loader, from->start_mark);
    if (depth > MAX_DEPTH)
        return gs_fail(loader->ctx, GS_ESTUDY, &pos, NULL, "nested deeper than %d levels",
                       MAX_DEPTH);
    if (++loader->n_nodes > MAX_NODES)
        return gs_fail(loader->ctx, GS_ESTUDY, &pos, NULL,
                       "more than %d values, aliases counted each time they are used", MAX_NODES);
    struct gs_node *to = GS_ARENA_NEW(loader->ctx, loader->arena, struct gs_node);
    if (!to)
        return GS_ENOMEM;
    to->pos = pos;
    enum gs_status status = GS_OK;
    if (from->type == YAML_SEQUENCE_NODE) {
        to->kind = GS_NODE_LIST;
        status = convert_list(loader, from, depth, to);
    } else if (from->type == YAML_MAPPING_NODE) {
        to->kind = GS_NODE_MAP;
        status = convert_map(loader, from, depth, to);
    } else {
        to->kind = GS_NODE_SCALAR;
        to->plain = from->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        const char *text = (const char *)from->data.scalar.value;
        if (strlen(text) != from->data.scalar.length)
            return gs_fail(loader->ctx, GS_ESTUDY, &pos, NULL, "a text holds a NUL character");
        to->text = gs_arena_text(loader->ctx, loader->arena, text);
        status = to->text ? GS_OK : GS_ENOMEM;
    }
    if (status == GS_OK)
        *out = to;
    return status;
}

/* libyaml needs seconds for tens of thousands of open brackets; no study has a hundred. */
static bool nests_absurdly(const char *text, size_t bytes)
{
    size_t depth = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '[' || text[i] == '{')
            depth++;
        else if ((text[i] == ']' || text[i] == '}') && depth)
            depth--;
        if (depth > 1000)
            return true;
    }
    return false;
}

static enum gs_status report_parser(struct loader *loader, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return gs_fail_memory(loader->ctx);
    struct gs_pos pos = position(loader, parser->problem_mark);
    if (parser->error == YAML_READER_ERROR)
        return gs_fail(loader->ctx, GS_ESTUDY, &pos, "save it as UTF-8 text",
                       "not YAML: %s at byte %zu", parser->problem, parser->problem_offset);
    bool context = parser->context && *parser->context;
    return gs_fail(loader->ctx, GS_ESTUDY, &pos, NULL, "not YAML: %s%s%s%s", parser->problem,
                   context ? " (" : "", context ? parser->context : "", context ? ")" : "");
}

/* The first document, and that there is no second. */
static enum gs_status load_document(struct loader *loader, yaml_parser_t *parser,
                                    struct gs_node **root)
{
    if (!yaml_parser_load(parser, &loader->document))
        return report_parser(loader, parser);
    enum gs_status status;
    yaml_node_t *top = yaml_document_get_root_node(&loader->document);
    if (!top) {
        struct gs_pos pos = {loader->name, 1, 1};
        status = gs_fail(loader->ctx, GS_ESTUDY, &pos, NULL, "the file holds no YAML: it is empty");
    } else {
        status = convert(loader, 1, 0, root);
    }
    yaml_document_delete(&loader->document);
    if (status)
        return status;
    if (!yaml_parser_load(parser, &loader->document))
        return report_parser(loader, parser);
    top = yaml_document_get_root_node(&loader->document);
    if (top) {
        struct gs_pos pos = position(loader, top->start_mark);
        status = gs_fail(loader->ctx, GS_ESTUDY, &pos, NULL, "a second YAML document begins here");
    }
    yaml_document_delete(&loader->document);
    return status ? status : loader->faults ? GS_ESTUDY : GS_OK;
}

enum gs_status gs_node_parse(struct gs_ctx *ctx, struct gs_arena *arena, const char *name,
                             const char *text, size_t bytes, struct gs_node **root)
{
    struct loader loader = {.ctx = ctx, .arena = arena};
    loader.name = gs_arena_text(ctx, arena, name); /* positions outlive the caller's text */
    if (!loader.name)
        return GS_ENOMEM;
    if (nests_absurdly(text, bytes)) {
        struct gs_pos pos = {loader.name, 1, 1};
        return gs_fail(ctx, GS_ESTUDY, &pos, NULL, "nested deeper than %d levels", MAX_DEPTH);
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return gs_fail_memory(ctx);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
    enum gs_status status = load_document(&loader, &parser, root);
    yaml_parser_delete(&parser);
    return status;
}

static enum gs_status read_file(struct gs_ctx *ctx, struct gs_arena *arena, const char *path,
                                const char **text, size_t *bytes)
{
    struct gs_pos pos = {path, 0, 0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return gs_fail(ctx, GS_ESTUDY, &pos, NULL, "cannot be read: %s", strerror(errno));
    struct stat info = {.st_mode = 0};
    enum gs_status status = GS_OK;
    if (fstat(fileno(file), &info) == 0 && S_ISDIR(info.st_mode)) {
        status = gs_fail(ctx, GS_ESTUDY, &pos, NULL, "is a folder, not a file");
    } else {
        /* one more than is taken, so that more is noticed; a pipe tells no size */
        size_t room = S_ISREG(info.st_mode) && info.st_size > 0 && info.st_size < MAX_BYTES
                          ? (size_t)info.st_size + 1
                          : (size_t)MAX_BYTES + 1;
        char *buffer = gs_arena_alloc(ctx, arena, room, 1);
        size_t n = buffer ? fread(buffer, 1, room, file) : 0;
        if (!buffer)
            status = GS_ENOMEM;
        else if (ferror(file))
            status = gs_fail(ctx, GS_ESTUDY, &pos, NULL, "cannot be read: %s", strerror(errno));
        else if (n > MAX_BYTES)
            status = gs_fail(ctx, GS_ESTUDY, &pos, NULL,
                             "is larger than 1 MiB, which no study or "
                             "catalogue needs to be");
        else {
            *text = buffer;
            *bytes = n;
        }
    }
    fclose(file);
    return status;
}

enum gs_status gs_node_load(struct gs_ctx *ctx, struct gs_arena *arena, const char *path,
                            struct gs_node **root, const char **text)
{
    struct gs_arena buffer; /* the reading buffer is larger than what is kept */
    gs_arena_init(&buffer);
    const char *bytes = NULL;
    size_t n = 0;
    enum gs_status status = read_file(ctx, &buffer, path, &bytes, &n);
    if (!status)
        status = gs_ctx_add_source(ctx, path, bytes, n);
    if (!status)
        status = gs_node_parse(ctx, arena, path, bytes, n, root);
    if (!status) {
        char *copy = gs_arena_alloc(ctx, arena, n + 1, 1);
        if (copy) {
            memcpy(copy, bytes, n);
            *text = copy;
        } else {
            status = GS_ENOMEM;
        }
    }
    gs_arena_release(&buffer);
    return status;
}
