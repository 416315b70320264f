// SPDX-License-Identifier: Apache-2.0
/* What the map of the report shows for orientation: borders, and the vector layers that criteria
 * and constraints look at. */
#include "study/report_map.h"

#include "base/ctx.h"
#include "base/text.h"
#include "base/units.h"
#include "geo/vector.h"
#include "study/run.h"

#include <math.h>
#include <string.h>

enum {
    LAYER_VERTICES = 25000, /* of each layer, else it is drawn more coarsely */
    LAYER_FEATURES = 20000, /* a layer of more is not read for the report */
};

enum gs_status gs_map_read(struct gs_ctx *ctx, const struct gs_map *map,
                           const struct gs_layer *layer, const char *where, bool all,
                           struct gs_features *out)
{
    struct gs_vector *vector = NULL;
    struct gs_vector_request request = {.crs = map->crs,
                                        .where = where,
                                        .bounds = all ? NULL : map->bounds,
                                        .all_geometries = all};
    enum gs_status status = gs_vector_open(ctx, layer, &vector);
    if (!status)
        status = gs_vector_read(ctx, vector, &request, out);
    gs_vector_close(vector);
    return status;
}

void gs_map_note(struct gs_map *map, const char *title, const char *why)
{
    gs_text_append(&map->notes, map->notes.length ? ", [" : "[");
    gs_text_append_json(&map->notes, title);
    gs_text_append(&map->notes, ", ");
    gs_text_append_json(&map->notes, why);
    gs_text_append(&map->notes, "]");
}

enum gs_status gs_map_note_fault(struct gs_map *map, const char *title, struct gs_ctx *quiet,
                                 enum gs_status status)
{
    if (status == GS_ENOMEM || status == GS_ECANCEL) {
        gs_ctx_merge_worker(map->report->ctx, quiet);
        return status;
    }
    size_t n = gs_diagnostic_count(quiet); /* their files are nobody's who reads the page */
    gs_warn(map->report->ctx, NULL,
            map->notes.length ? NULL : "files are looked for from the folder of the run's command",
            "`%s` is left off the map: %s", title, n ? gs_diagnostic_at(quiet, n - 1).message : "");
    gs_map_note(map, title, "unreadable");
    return GS_OK;
}

/* Where the run has found the layer's file: table `run` tells it of layers that were measured. The
 * others have moved with those when `--layers-dir` has put another folder in place of the
 * catalogue's. */
static const char *source_of(struct gs_map *map, const struct gs_layer *layer)
{
    struct gs_reported *report = map->report;
    const struct gs_catalogue *catalogue = &report->study->catalogue;
    char *key = gs_arena_printf(report->ctx, &report->arena, "layer.%s.source", layer->id);
    const char *told = key ? gs_reported_fact(report, key) : NULL;
    if (told || !key)
        return told ? told : layer->source;
    for (size_t i = 0; i < catalogue->n_layers; i++) {
        const struct gs_layer *other = &catalogue->layers[i];
        key = gs_arena_printf(report->ctx, &report->arena, "layer.%s.source", other->id);
        told = key ? gs_reported_fact(report, key) : NULL;
        size_t n = told ? strlen(told) : 0, k = strlen(other->source), same = 0;
        while (same < n && same < k && told[n - 1 - same] == other->source[k - 1 - same])
            same++;
        if (n && strncmp(layer->source, other->source, k - same) == 0)
            return gs_arena_printf(report->ctx, &report->arena, "%.*s%s", (int)(n - same), told,
                                   layer->source + (k - same));
    }
    return layer->source;
}

/* `role`: "area", "borders" or "layer". */
static enum gs_status append_layer(struct gs_map *map, const struct gs_layer *layer,
                                   const char *where, const char *role)
{
    struct gs_reported *report = map->report;
    struct gs_text *json = &report->json, shapes;
    struct gs_layer found = *layer;
    struct gs_features features;
    struct gs_ctx quiet, *ctx = report->ctx;
    found.source = source_of(map, layer);
    if (!found.source)
        return GS_ENOMEM;
    gs_text_init(&shapes);
    gs_features_init(&features);
    gs_ctx_init_worker(&quiet, ctx);
    enum gs_status status = gs_map_read(&quiet, map, &found, where, false, &features);
    if (status) {
        status = gs_map_note_fault(map, layer->title, &quiet, status);
    } else {
        gs_map_append_shapes(&shapes, map, &features.shapes, features.shapes.n, LAYER_VERTICES);
        if (shapes.bytes && features.shapes.n) {
            gs_text_append(json, map->n_layers++ ? ",\n{\"id\": " : "\n{\"id\": ");
            gs_text_append_json(json, layer->id);
            gs_text_append(json, ", \"title\": ");
            gs_text_append_json(json, layer->title);
            gs_text_append(json, ", \"where\": ");
            gs_text_append_json(json, where);
            gs_text_append(json, ", \"theme\": ");
            gs_text_append_json(json, layer->theme);
            gs_text_append(json, ", \"attribution\": ");
            gs_text_append_json(json, layer->attribution);
            gs_text_printf(json, ", \"role\": \"%s\", \"shapes\": %s}", role, shapes.bytes);
        } else if (features.shapes.n) {
            gs_map_note(map, layer->title, "too_detailed");
        }
    }
    json->failed |= shapes.failed;
    gs_ctx_release_worker(&quiet);
    gs_features_release(&features);
    gs_text_release(&shapes);
    return status ? status : gs_check_cancel(ctx);
}

/* How many features of the layer the run has read, all readings together; 0: it is no vector
 * layer. */
static double features_read(const struct gs_map *map, const char *id)
{
    const struct gs_reported *report = map->report;
    size_t n = strlen(id);
    double most = 0;
    for (size_t i = 0; i < report->n_facts; i++) {
        const char *key = report->facts[i].key;
        if (strncmp(key, "layer.", 6) != 0 || strncmp(key + 6, id, n) != 0 || key[6 + n] != '.')
            continue;
        const char *dot = strrchr(key, '.');
        if (strcmp(dot, ".features") == 0)
            most = fmax(most, gs_number_of(report->facts[i].value));
    }
    return most;
}

static const struct gs_factor *factor_at(const struct gs_study *study, size_t i)
{
    return i < study->n_criteria ? &study->criteria[i].factor
                                 : &study->constraints[i - study->n_criteria].factor;
}

/* Vector layers that criteria and constraints look at, each with its condition once. */
static enum gs_status append_measured(struct gs_map *map)
{
    const struct gs_study *study = map->report->study;
    size_t n = study->n_criteria + study->n_constraints;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < n && !status; i++) {
        const struct gs_factor *factor = factor_at(study, i);
        const struct gs_layer *layer = factor->layer;
        bool seen = !layer || layer == study->area.extent_layer || layer == study->candidates.layer;
        for (size_t k = 0; k < i && !seen; k++)
            seen = factor_at(study, k)->layer == layer &&
                   gs_text_same(factor_at(study, k)->where, factor->where);
        double n_features = seen ? 0 : features_read(map, layer->id);
        if (n_features > LAYER_FEATURES)
            gs_map_note(map, layer->title, "too_many");
        else if (n_features > 0)
            status = append_layer(map, layer, factor->where, "layer");
    }
    return status;
}

enum gs_status gs_map_append_layers(struct gs_map *map)
{
    const struct gs_study *study = map->report->study;
    enum gs_status status = GS_OK;
    gs_text_append(&map->report->json, ",\n\"layers\": [");
    const struct gs_layer *borders = study ? gs_find_borders(study) : NULL;
    if (borders)
        status = append_layer(map, borders, NULL,
                              borders == study->area.extent_layer ? "area" : "borders");
    if (!status && study)
        status = append_measured(map);
    gs_text_append(&map->report->json, "]");
    return status;
}
