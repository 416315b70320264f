// SPDX-License-Identifier: Apache-2.0
#include "study/layers.h"

#include "base/mem.h"
#include "base/secret.h"
#include "geo/source.h"
#include "study/json.h"

#include <string.h>

enum { TITLES = 46 }; /* columns of the widest title that is not cut */

static enum gs_status look(struct gs_ctx *ctx, const struct gs_layer *layer, const char **kind)
{
    struct gs_source_facts facts = {GS_SOURCE_REMOTE, NULL};
    enum gs_status status = GS_OK;
    if (layer->source)
        status = gs_source_look(ctx, layer->source, (const char *const *)layer->options, &facts);
    *kind = facts.kind;
    return status ? status : gs_check_cancel(ctx);
}

/* A column as wide as what it shows of all layers. */
static size_t width_of(const struct gs_layers *layers, const char *(*cell)(const struct gs_layer *),
                       size_t most)
{
    size_t widest = 0;
    for (size_t i = 0; i < layers->n; i++) {
        const char *value = cell(layers->items[i]);
        size_t width = gs_text_width(value, strlen(value));
        widest = width > widest ? width : widest;
    }
    return widest < most ? widest : most;
}

static const char *id_of(const struct gs_layer *layer)
{
    return layer->id;
}

static const char *licence_of(const struct gs_layer *layer)
{
    return layer->licence && *layer->licence ? layer->licence : "-";
}

static const char *vintage_of(const struct gs_layer *layer)
{
    return layer->vintage && *layer->vintage ? layer->vintage : "-";
}

static void append_text(struct gs_text *text, const struct gs_layers *layers, const char **kinds)
{
    size_t ids = width_of(layers, id_of, 40), vintages = width_of(layers, vintage_of, 20);
    size_t licences = width_of(layers, licence_of, 24);
    for (size_t i = 0; i < layers->n; i++) {
        const struct gs_layer *layer = layers->items[i];
        size_t column = ids + 2;
        gs_text_append_clipped(text, layer->id, ids);
        gs_text_pad(text, column);
        gs_text_append(text, kinds[i] ? kinds[i] : "-");
        gs_text_pad(text, column += 8);
        gs_text_append_clipped(text, vintage_of(layer), vintages);
        gs_text_pad(text, column += vintages + 2);
        gs_text_append_clipped(text, licence_of(layer), licences);
        gs_text_pad(text, column + licences + 2);
        gs_text_append_clipped(text, layer->title, TITLES);
        gs_text_append(text, "\n");
    }
    gs_text_printf(text, "%zu layer%s\n", layers->n, layers->n == 1 ? "" : "s");
}

static enum gs_status append_layer(struct gs_ctx *ctx, struct gs_json *json,
                                   const struct gs_layer *layer, const char *kind)
{
    char *source = gs_strdup(ctx, layer->source ? layer->source : "");
    char *url = gs_strdup(ctx, layer->fetch.url ? layer->fetch.url : "");
    if (source && url) {
        gs_hide_secrets(source);
        gs_hide_secrets(url);
        gs_json_begin(json, NULL, '{');
        gs_json_text(json, "id", layer->id);
        gs_json_text(json, "title", layer->title);
        gs_json_text(json, "theme", layer->theme);
        gs_json_text(json, "kind", kind);
        gs_json_text(json, "source", source);
        gs_json_text(json, "vintage", layer->vintage);
        gs_json_text(json, "expires", layer->expires);
        gs_json_text(json, "licence", layer->licence);
        gs_json_text(json, "attribution", layer->attribution);
        gs_json_text(json, "url", layer->fetch.url ? url : NULL);
        gs_json_text(json, "member", layer->fetch.member);
        gs_json_end(json, '}');
    }
    enum gs_status status = source && url ? GS_OK : GS_ENOMEM;
    gs_free(source);
    gs_free(url);
    return status;
}

static enum gs_status append_json(struct gs_ctx *ctx, struct gs_text *text,
                                  const struct gs_layers *layers, const char **kinds)
{
    struct gs_json json = {.text = text, .is_first = true};
    enum gs_status status = GS_OK;
    gs_json_begin(&json, NULL, '{');
    gs_json_begin(&json, "layers", '[');
    for (size_t i = 0; i < layers->n && !status; i++)
        status = append_layer(ctx, &json, layers->items[i], kinds[i]);
    gs_json_end(&json, ']');
    gs_json_end(&json, '}');
    return status;
}

enum gs_status gs_layers_list(struct gs_ctx *ctx, const struct gs_layers *layers,
                              enum gs_format format, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    const char **kinds = GS_ARRAY(ctx, const char *, layers->n);
    enum gs_status status = kinds ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < layers->n && !status; i++)
        status = look(ctx, layers->items[i], &kinds[i]);
    if (!status && format == GS_FORMAT_JSON)
        status = append_json(ctx, &text, layers, kinds);
    else if (!status)
        append_text(&text, layers, kinds);
    if (!status)
        status = gs_text_finish(ctx, &text, out);
    gs_text_release(&text);
    gs_free(kinds);
    return status;
}
