// SPDX-License-Identifier: Apache-2.0
#include "study/layers.h"

#include "base/mem.h"
#include "study/parse.h"
#include "study/run.h"

#include <string.h>

/* -- which layers a study uses ------------------------------------------------------------------
 */

static bool factor_uses(const struct gs_factor *factor, const struct gs_layer *layer)
{
    /* A scenario's study has the same catalogue, so that one layer is one pointer. */
    return factor && (factor->layer == layer || factor->second == layer);
}

static bool study_uses(struct gs_study *study, const struct gs_layer *layer)
{
    if (study->candidates.layer == layer || study->area.extent_layer == layer ||
        factor_uses(study->portfolio.headroom, layer))
        return true;
    for (size_t i = 0; i < study->n_constraints; i++)
        if (factor_uses(&study->constraints[i].factor, layer))
            return true;
    for (size_t i = 0; i < study->n_criteria; i++)
        if (factor_uses(&study->criteria[i].factor, layer))
            return true;
    for (size_t i = 0; i < study->n_scenarios; i++)
        if (study->scenarios[i].study && study_uses(study->scenarios[i].study, layer))
            return true;
    return false;
}

/* -- opening ------------------------------------------------------------------------------------
 */

/* A catalogue by its `layers:`; anything else is read as a study, which tells what it lacks. */
static enum gs_status open_file(struct gs_ctx *ctx, struct gs_layers *layers,
                                const struct gs_study_options *options)
{
    struct gs_reader reader = {.ctx = ctx, .arena = &layers->arena};
    struct gs_node *root;
    const char *text;
    enum gs_status status = gs_node_load(ctx, &layers->arena, layers->path, &root, &text);
    if (status)
        return status;
    if (!gs_node_get(root, "layers")) {
        status = gs_study_open(ctx, layers->path, options, &layers->study);
        layers->catalogue = status ? NULL : &layers->study->catalogue;
        return status;
    }
    if (options && options->n_settings)
        return gs_fail(ctx, GS_EUSAGE, NULL, "name the study in its place",
                       "%s is a catalogue: it has no values of a study to set", layers->path);
    layers->catalogue = &layers->own;
    status = gs_parse_catalogue(&reader, layers->path, options ? options->layers_dir : NULL,
                                &layers->own, &text);
    return !status && reader.n_faults ? GS_ESTUDY : status;
}

static enum gs_status refuse_id(struct gs_ctx *ctx, const struct gs_layers *layers, const char *id)
{
    const struct gs_catalogue *catalogue = layers->catalogue;
    if (gs_catalogue_layer(catalogue, id))
        return gs_fail(ctx, GS_EUSAGE, NULL, "name its catalogue in place of the study",
                       "%s does not use layer `%s`", layers->path, id);
    const char **names = GS_ARRAY(ctx, const char *, catalogue->n_layers);
    if (!names)
        return GS_ENOMEM;
    for (size_t i = 0; i < catalogue->n_layers; i++)
        names[i] = catalogue->layers[i].id;
    const char *near = gs_nearest_word(id, names, catalogue->n_layers);
    gs_free(names);
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    else
        gs_text_append(&hint, "`gigasite layers list` lists them");
    enum gs_status status =
        gs_fail(ctx, GS_EUSAGE, NULL, hint.bytes, "the catalogue has no layer `%s`", id);
    gs_text_release(&hint);
    return status;
}

static bool is_asked_for(const struct gs_layer *layer, const char *const *ids, size_t n_ids)
{
    for (size_t i = 0; i < n_ids; i++)
        if (strcmp(layer->id, ids[i]) == 0)
            return true;
    return n_ids == 0;
}

static enum gs_status choose(struct gs_ctx *ctx, struct gs_layers *layers, const char *const *ids,
                             size_t n_ids)
{
    const struct gs_catalogue *catalogue = layers->catalogue;
    layers->by_name = n_ids > 0;
    layers->items =
        GS_ARENA_ARRAY(ctx, &layers->arena, const struct gs_layer *, catalogue->n_layers);
    if (!layers->items)
        return GS_ENOMEM;
    for (size_t i = 0; i < catalogue->n_layers; i++) {
        const struct gs_layer *layer = &catalogue->layers[i];
        if (is_asked_for(layer, ids, n_ids) && (!layers->study || study_uses(layers->study, layer)))
            layers->items[layers->n++] = layer;
    }
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < n_ids; i++) {
        bool found = false;
        for (size_t k = 0; k < layers->n; k++)
            found = found || strcmp(layers->items[k]->id, ids[i]) == 0;
        if (!found)
            status = refuse_id(ctx, layers, ids[i]);
    }
    return status;
}

enum gs_status gs_layers_open(struct gs_ctx *ctx, const char *path,
                              const struct gs_study_options *options, const char *const *ids,
                              size_t n_ids, struct gs_layers **out)
{
    struct gs_layers *layers = GS_NEW(ctx, struct gs_layers);
    if (!layers)
        return GS_ENOMEM;
    gs_arena_init(&layers->arena);
    layers->path = gs_arena_text(ctx, &layers->arena, path);
    enum gs_status status = layers->path ? open_file(ctx, layers, options) : GS_ENOMEM;
    if (!status)
        status = choose(ctx, layers, ids, n_ids);
    if (status)
        gs_layers_free(layers);
    else
        *out = layers;
    return status;
}

void gs_layers_free(struct gs_layers *layers)
{
    if (!layers)
        return;
    gs_study_free(layers->study);
    gs_arena_release(&layers->arena);
    gs_free(layers);
}
