// SPDX-License-Identifier: Apache-2.0
#include "study/parse.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

char *gs_path_folder(struct gs_ctx *ctx, struct gs_arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    if (!slash)
        return gs_arena_text(ctx, arena, ".");
    if (slash == file)
        return gs_arena_text(ctx, arena, "/");
    return gs_arena_printf(ctx, arena, "%.*s", (int)(slash - file), file);
}

/* "/vsicurl/…", "PG:…", "https://…", "WFS:…": something only GDAL can resolve. One-letter prefixes
 * are no drivers (they would be Windows drives). */
static bool is_gdal_name(const char *path)
{
    if (*path == '/' || *path == '<')
        return true;
    size_t letters = 0;
    while (isalnum((unsigned char)path[letters]) || path[letters] == '_')
        letters++;
    return letters > 1 && path[letters] == ':';
}

/* How long "/vsizip/" and the like is before an archive that is given relative to the root; 0 for
 * everything else. Archives may be nested ("/vsizip//vsigzip/…") or in braces: left to GDAL. */
static size_t relative_archive(const char *path)
{
    static const char *const prefixes[] = {"/vsizip/", "/vsitar/", "/vsigzip/", "/vsi7z/",
                                           "/vsirar/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t length = strlen(prefixes[i]);
        if (strncmp(path, prefixes[i], length) == 0 && !strchr("/{", path[length]))
            return length;
    }
    return 0;
}

char *gs_path_join(struct gs_ctx *ctx, struct gs_arena *arena, const char *folder, const char *path)
{
    size_t archive = relative_archive(path);
    if (archive && strcmp(folder, ".") != 0)
        return gs_arena_printf(ctx, arena, "%.*s%s/%s", (int)archive, path, folder, path + archive);
    if (is_gdal_name(path) || strcmp(folder, ".") == 0)
        return gs_arena_text(ctx, arena, path);
    return gs_arena_printf(ctx, arena, "%s/%s", folder, path);
}

static enum gs_status parse_field(struct gs_reader *reader, const struct gs_node *node,
                                  struct gs_field *field)
{
    field->name = node->key;
    field->pos = node->key_pos;
    enum gs_status status = gs_read_block(reader, node, &gs_block_field, field);
    if (status)
        return status;
    if (!field->column)
        field->column = field->name;
    const struct gs_node *unit = gs_node_get(node, "unit");
    bool known = true;
    if (unit && field->unit)
        status = gs_unit_known(reader->ctx, field->unit, &known);
    if (!known)
        gs_reader_fault(reader, &unit->pos, "units are written as UDUNITS knows them: kV, MW, km",
                        "`%s` is not a unit", field->unit);
    return status;
}

static enum gs_status parse_fields(struct gs_reader *reader, const struct gs_node *node,
                                   struct gs_layer *layer)
{
    if (!node)
        return GS_OK;
    if (node->kind != GS_NODE_MAP) {
        gs_reader_fault(reader, &node->pos, "write `fields: {voltage: {column: u, unit: kV}}`",
                        "`fields` must be a mapping of names to fields, not %s",
                        gs_node_kind_name(node));
        return GS_OK;
    }
    size_t n = gs_node_count(node);
    layer->fields = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_field, n);
    if (!layer->fields)
        return GS_ENOMEM;
    for (const struct gs_node *child = node->children; child; child = child->next) {
        enum gs_status status = parse_field(reader, child, &layer->fields[layer->n_fields++]);
        if (status)
            return status;
    }
    return GS_OK;
}

static enum gs_status parse_classes(struct gs_reader *reader, const struct gs_node *node,
                                    struct gs_layer *layer)
{
    if (!node)
        return GS_OK;
    size_t n = gs_node_count(node);
    layer->classes = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_class, n);
    if (!layer->classes)
        return GS_ENOMEM;
    if (node->kind != GS_NODE_MAP) {
        gs_reader_fault(reader, &node->pos, "write `classes: {12: cropland, 13: urban}`",
                        "`classes` must be a mapping of codes to names");
        return GS_OK;
    }
    for (const struct gs_node *child = node->children; child; child = child->next) {
        char *end;
        errno = 0;
        long long code = strtoll(child->key, &end, 10);
        if (*end || end == child->key || errno) {
            gs_reader_fault(reader, &child->key_pos, NULL,
                            "a class code must be a whole number, not `%s`", child->key);
        } else if (child->kind != GS_NODE_SCALAR) {
            gs_reader_fault(reader, &child->pos, NULL, "a class needs a name, not %s",
                            gs_node_kind_name(child));
        } else {
            layer->classes[layer->n_classes++] = (struct gs_class){code, child->text};
        }
    }
    return GS_OK;
}

static enum gs_status parse_options(struct gs_reader *reader, const struct gs_node *node,
                                    struct gs_layer *layer)
{
    if (!node)
        return GS_OK;
    size_t n = gs_node_count(node);
    layer->options = GS_ARENA_ARRAY(reader->ctx, reader->arena, const char *, n + 1);
    if (!layer->options)
        return GS_ENOMEM;
    n = 0;
    for (const struct gs_node *child = node->children; child; child = child->next) {
        const char *option = child->text;
        if (child->kind != GS_NODE_SCALAR || (!child->key && !strchr(option, '='))) {
            gs_reader_fault(reader, &child->pos, "write `options: {NAME: VALUE}`",
                            "an open option must be a name and a value");
            continue;
        }
        if (child->key)
            option = gs_arena_printf(reader->ctx, reader->arena, "%s=%s", child->key, child->text);
        if (!option)
            return GS_ENOMEM;
        layer->options[n++] = option;
    }
    return GS_OK;
}

static enum gs_status parse_nodata(struct gs_reader *reader, const struct gs_node *node,
                                   const struct gs_texts *texts, struct gs_layer *layer)
{
    layer->nodata = GS_ARENA_ARRAY(reader->ctx, reader->arena, double, texts->n);
    if (!layer->nodata)
        return GS_ENOMEM;
    for (size_t i = 0; i < texts->n; i++) {
        const char *rest;
        double value;
        if (strcmp(texts->items[i], "nan") == 0)
            continue; /* never data anyway */
        if (gs_parse_number(texts->items[i], &value, &rest) && !*rest)
            layer->nodata[layer->n_nodata++] = value;
        else
            gs_reader_fault(reader, &node->pos, NULL, "`nodata` must be numbers, not `%s`",
                            texts->items[i]);
    }
    return GS_OK;
}

/* A date, or a time after a vintage that is a date. */
static void check_expires(struct gs_reader *reader, const struct gs_layer *layer)
{
    struct gs_date date;
    struct gs_period period;
    if (!layer->expires || gs_date_parse(layer->expires, &date))
        return;
    if (!gs_period_parse(layer->expires, &period))
        gs_reader_fault(reader, &layer->expires_pos,
                        "write a date, 2027-06, or a time after the vintage, 18 months",
                        "`expires` must be a date or a time, not `%s`", layer->expires);
    else if (!layer->vintage || !gs_date_parse(layer->vintage, &date))
        gs_reader_fault(reader, &layer->expires_pos, "write `vintage:` as a date, 2026-01",
                        "`expires: %s` counts from the vintage, which is no date", layer->expires);
}

static void check_layer(struct gs_reader *reader, const struct gs_node *node,
                        const struct gs_layer *layer)
{
    if (layer->table && layer->sql)
        gs_reader_fault(reader, &layer->sql_pos, NULL, "`layer` and `sql` exclude each other");
    if (!layer->x != !layer->y)
        gs_reader_fault(reader, &node->pos, NULL, "`x` and `y` belong together");
    if (layer->crs_override && !layer->crs)
        gs_reader_fault(reader, &node->pos, "state the CRS with `crs:`",
                        "`crs_override` needs `crs`");
    check_expires(reader, layer);
}

static enum gs_status parse_layer(struct gs_reader *reader, const struct gs_node *node,
                                  const char *root, struct gs_layer *out)
{
    struct gs_layer_read read = {0};
    enum gs_status status = gs_read_block(reader, node, &gs_block_layer, &read);
    if (status)
        return status;
    struct gs_layer *layer = &read.layer;
    layer->id = node->key;
    layer->pos = node->key_pos;
    if (!layer->title)
        layer->title = layer->id;
    layer->theme = gs_themes[read.theme];
    layer->band = (int)read.band;
    layer->source_pos = gs_node_pos(gs_node_get(node, "source"), node);
    layer->table_pos = gs_node_pos(gs_node_get(node, "layer"), node);
    layer->sql_pos = gs_node_pos(gs_node_get(node, "sql"), node);
    layer->where_pos = gs_node_pos(gs_node_get(node, "where"), node);
    layer->crs_pos = gs_node_pos(gs_node_get(node, "crs"), node);
    layer->band_pos = gs_node_pos(gs_node_get(node, "band"), node);
    layer->unit_pos = gs_node_pos(gs_node_get(node, "unit"), node);
    layer->nodata_pos = gs_node_pos(gs_node_get(node, "nodata"), node);
    layer->expires_pos = gs_node_pos(gs_node_get(node, "expires"), node);
    const char *source = layer->source; /* as written */
    if (layer->source) {
        layer->source = gs_path_join(reader->ctx, reader->arena, root, layer->source);
        if (!layer->source)
            return GS_ENOMEM;
    }
    bool known = true;
    if (layer->unit)
        status = gs_unit_known(reader->ctx, layer->unit, &known);
    if (!known)
        gs_reader_fault(reader, &layer->unit_pos, "units are written as UDUNITS knows them: m/s",
                        "`%s` is not a unit", layer->unit);
    if (!status)
        status = parse_fields(reader, gs_node_get(node, "fields"), layer);
    if (!status)
        status = parse_classes(reader, gs_node_get(node, "classes"), layer);
    if (!status)
        status = parse_options(reader, gs_node_get(node, "options"), layer);
    if (!status)
        status = parse_nodata(reader, gs_node_get(node, "nodata"), &read.nodata, layer);
    if (!status)
        status =
            gs_parse_uncertainty(reader, gs_node_get(node, "uncertainty"), &layer->uncertainty);
    if (!status)
        status = gs_parse_fetch(reader, gs_node_get(node, "fetch"), source, layer);
    if (!status)
        check_layer(reader, node, layer);
    *out = *layer;
    return status;
}

enum gs_status gs_parse_catalogue(struct gs_reader *reader, const char *path,
                                  const char *layers_dir, struct gs_catalogue *out,
                                  const char **text)
{
    struct gs_node *root;
    enum gs_status status =
        *text ? gs_node_parse(reader->ctx, reader->arena, path, *text, strlen(*text), &root)
              : gs_node_load(reader->ctx, reader->arena, path, &root, text);
    if (status)
        return status;
    struct gs_catalogue_read read = {0};
    status = gs_read_block(reader, root, &gs_block_catalogue, &read);
    if (status)
        return status;
    if (read.version != 1 && gs_node_get(root, "gigasite"))
        gs_reader_fault(reader, &gs_node_get(root, "gigasite")->pos, NULL,
                        "this is catalogue format %lld, gigasite %s reads format 1", read.version,
                        gs_version());
    const char *folder = layers_dir;
    if (!folder && read.root) {
        const char *base = gs_path_folder(reader->ctx, reader->arena, path);
        if (base && strcmp(read.root, ".") == 0)
            folder = base;
        else if (base)
            folder = gs_path_join(reader->ctx, reader->arena, base, read.root);
        if (!folder)
            return GS_ENOMEM;
    }
    const struct gs_node *layers = gs_node_get(root, "layers");
    out->path = path;
    if (!layers)
        return GS_OK;
    if (layers->kind != GS_NODE_MAP) {
        gs_reader_fault(reader, &layers->pos, NULL,
                        "`layers` must be a mapping of names to layers");
        return GS_OK;
    }
    size_t n = gs_node_count(layers);
    out->layers = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_layer, n);
    if (!out->layers)
        return GS_ENOMEM;
    for (const struct gs_node *child = layers->children; child; child = child->next) {
        status = parse_layer(reader, child, folder ? folder : ".", &out->layers[out->n_layers++]);
        if (status)
            return status;
    }
    gs_share_fetches(reader, out);
    return GS_OK;
}

const struct gs_layer *gs_parse_layer(struct gs_reader *reader,
                                      const struct gs_catalogue *catalogue, const char *id,
                                      const struct gs_pos *pos)
{
    const struct gs_layer *layer = gs_catalogue_layer(catalogue, id);
    if (layer)
        return layer;
    const char **names = GS_ARRAY(reader->ctx, const char *, catalogue->n_layers);
    const char *near = NULL;
    if (names) {
        for (size_t i = 0; i < catalogue->n_layers; i++)
            names[i] = catalogue->layers[i].id;
        near = gs_nearest_word(id, names, catalogue->n_layers);
    }
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    else
        gs_text_printf(&hint, "its layers are listed in %s", catalogue->path);
    gs_reader_fault(reader, pos, hint.bytes, "the catalogue has no layer `%s`", id);
    gs_text_release(&hint);
    gs_free(names);
    return NULL;
}
