// SPDX-License-Identifier: Apache-2.0
#include "study/cache.h"

#include "base/mem.h"
#include "base/text.h"
#include "geo/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <xxhash.h>

/* -- lines ----------------------------------------------------------------------------------- */

/* A text that is not given leaves no line. */
static void line(struct gs_text *out, const char *name, const char *value)
{
    if (!value)
        return;
    gs_text_printf(out, "%s: ", name);
    gs_text_append_json(out, value);
    gs_text_append(out, "\n");
}

static void line_number(struct gs_text *out, const char *name, double value, const char *unit)
{
    if (isnan(value))
        return;
    gs_text_printf(out, "%s: ", name);
    gs_text_append_double(out, value);
    gs_text_printf(out, "%s%s\n", unit && *unit ? " " : "", unit ? unit : "");
}

static void line_texts(struct gs_text *out, const char *name, const struct gs_texts *texts)
{
    gs_text_printf(out, "%s:", name);
    for (size_t i = 0; i < texts->n; i++) {
        gs_text_append(out, i ? ", " : " ");
        gs_text_append_json(out, texts->items[i]);
    }
    gs_text_append(out, "\n");
}

static void line_param(struct gs_text *out, const struct gs_param *param, const void *params)
{
    const void *at = (const char *)params + param->offset;
    switch (param->type) {
    case GS_PARAM_FLAG:
        line(out, param->key, *(const bool *)at ? "true" : "false");
        break;
    case GS_PARAM_TEXT:
    case GS_PARAM_FIELD:
    case GS_PARAM_LAYER:
        line(out, param->key, *(const char *const *)at);
        break;
    case GS_PARAM_TEXTS:
    case GS_PARAM_CLASSES:
        line_texts(out, param->key, at);
        break;
    case GS_PARAM_CHOICE:
        line(out, param->key, param->choices[*(const int *)at]);
        break;
    case GS_PARAM_INTEGER:
        gs_text_printf(out, "%s: %lld\n", param->key, *(const long long *)at);
        break;
    case GS_PARAM_SIZE:
        gs_text_printf(out, "%s: %llu\n", param->key, (unsigned long long)*(const uint64_t *)at);
        break;
    case GS_PARAM_QUANTITY:
        line_number(out, param->key, *(const double *)at, param->unit);
        break;
    case GS_PARAM_NUMBERS: {
        const struct gs_numbers *numbers = at;
        for (size_t i = 0; i < numbers->n; i++)
            line_number(out, param->key, numbers->items[i], param->unit);
        break;
    }
    case GS_PARAM_POINTS: {
        const struct gs_points *points = at;
        for (size_t i = 0; i < points->n; i++) {
            line_number(out, param->key, points->items[i][0], param->unit);
            line_number(out, param->key, points->items[i][1], NULL);
        }
        break;
    }
    case GS_PARAM_WORTHS: {
        const struct gs_worths *worths = at;
        for (size_t i = 0; i < worths->n; i++)
            line_number(out, worths->keys[i], worths->worths[i], NULL);
        break;
    }
    case GS_PARAM_NODE:
        break; /* measures have none */
    }
}

/* What is kept, and which programs have made it. */
static void begin(struct gs_text *out, const char *what)
{
    gs_text_init(out);
    gs_text_printf(out, "gigasite %s 1\n", what);
    line(out, "gigasite", gs_version());
    for (size_t i = 0; i < gs_geo_n_libraries(); i++) {
        const char *name, *version;
        gs_geo_library(i, &name, &version);
        line(out, name, version);
    }
}

/* All that the catalogue says which changes what is read. */
static void line_layer(struct gs_text *out, const struct gs_layer *layer)
{
    line(out, "layer", layer->table);
    line(out, "sql", layer->sql);
    line(out, "filter", layer->where);
    line(out, "x", layer->x);
    line(out, "y", layer->y);
    line(out, "stated crs", layer->crs);
    line(out, "crs override", layer->crs_override ? "true" : NULL);
    gs_text_printf(out, "band: %d\n", layer->band);
    line(out, "unit of the layer", layer->unit);
    for (size_t i = 0; i < layer->n_nodata; i++)
        line_number(out, "nodata", layer->nodata[i], NULL);
    gs_text_printf(out, "resampling: %d\n", layer->resampling);
    for (size_t i = 0; i < layer->n_classes; i++) {
        gs_text_printf(out, "class %lld: ", layer->classes[i].code);
        gs_text_append_json(out, layer->classes[i].name);
        gs_text_append(out, "\n");
    }
    for (size_t i = 0; layer->options && layer->options[i]; i++) /* they may hold passwords */
        gs_text_printf(out, "option: %016llx\n",
                       (unsigned long long)XXH3_64bits(layer->options[i],
                                                       strlen(layer->options[i])));
}

static void line_crs(struct gs_text *out, const struct gs_bound *bound)
{
    line(out, "crs", gs_crs_wkt(bound->crs));
    line_number(out, "metres per unit", bound->metres_per_unit, NULL);
}

/* -- hashes ---------------------------------------------------------------------------------- */

static void write_hash(XXH3_state_t *state, char out[40])
{
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    snprintf(out, 40, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
}

static void add_shapes(XXH3_state_t *state, const struct gs_shapes *shapes,
                       const double (*lonlat)[2])
{
    uint64_t sizes[3] = {shapes->n, shapes->n_parts, shapes->n_vertices};
    XXH3_128bits_update(state, sizes, sizeof sizes);
    if (shapes->n)
        XXH3_128bits_update(state, shapes->part_start, (shapes->n + 1) * sizeof(size_t));
    if (shapes->n_parts) {
        XXH3_128bits_update(state, shapes->part_kind, shapes->n_parts);
        XXH3_128bits_update(state, shapes->vertex_start, (shapes->n_parts + 1) * sizeof(size_t));
    }
    if (shapes->n_vertices)
        XXH3_128bits_update(state, shapes->xy, shapes->n_vertices * sizeof *shapes->xy);
    if (shapes->n_vertices && lonlat)
        XXH3_128bits_update(state, lonlat, shapes->n_vertices * sizeof *lonlat);
}

static void add_column(XXH3_state_t *state, const struct gs_column *column, size_t n)
{
    for (size_t i = 0; column->text && i < n; i++) {
        const char *text = column->text[i];
        XXH3_128bits_update(state, text ? "+" : "-", 1);
        if (text)
            XXH3_128bits_update(state, text, strlen(text) + 1);
    }
    for (size_t i = 0; column->number && i < n; i++) {
        double number = isnan(column->number[i]) ? (double)INFINITY : column->number[i];
        bool missing = isnan(column->number[i]);
        XXH3_128bits_update(state, &missing, 1);
        XXH3_128bits_update(state, &number, sizeof number);
    }
}

enum gs_status gs_hash_source(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_source *source,
                              const struct gs_features *features)
{
    struct gs_reading_hashes hashes;
    hashes.fields = gs_arena_alloc(ctx, &bound->arena, source->n_fields, sizeof *hashes.fields);
    XXH3_state_t *state = hashes.fields ? XXH3_createState() : NULL;
    if (!state)
        return hashes.fields ? gs_fail_memory(ctx) : GS_ENOMEM;
    XXH3_128bits_reset(state);
    add_shapes(state, &features->shapes, (const double(*)[2])features->lonlat);
    write_hash(state, hashes.shapes);
    for (size_t i = 0; i < source->n_fields; i++) {
        const struct gs_column *column =
            gs_features_column_as(features, source->fields[i], source->kinds[i] == GS_FIELD_TEXT);
        XXH3_128bits_reset(state);
        if (column)
            add_column(state, column, features->shapes.n);
        write_hash(state, hashes.fields[i]);
    }
    XXH3_freeState(state);
    source->hashes = hashes;
    return GS_OK;
}

static enum gs_status hash_sites(struct gs_ctx *ctx, const struct gs_sites *sites, char out[40])
{
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return gs_fail_memory(ctx);
    XXH3_128bits_reset(state);
    add_shapes(state, &sites->features.shapes, (const double(*)[2])sites->features.lonlat);
    write_hash(state, out);
    XXH3_freeState(state);
    return GS_OK;
}

/* -- keys ------------------------------------------------------------------------------------ */

/* NULL: no file tells the data, or it tells other ones by now. */
static const char *content_of(const struct gs_cache *cache, const struct gs_layer *layer)
{
    const struct gs_input_files *input = gs_inputs_find(&cache->inputs, layer->source);
    return input && input->fingerprint[0] && !input->changed ? input->fingerprint : NULL;
}

/* Nothing when it cannot be kept. */
static enum gs_status finish(struct gs_ctx *ctx, bool known, struct gs_text *out)
{
    if (out->failed)
        return gs_fail_memory(ctx);
    if (!known)
        gs_text_release(out);
    return GS_OK;
}

enum gs_status gs_reading_key(struct gs_ctx *ctx, const struct gs_cache *cache,
                              const struct gs_bound *bound, const struct gs_source *source,
                              struct gs_text *out)
{
    double box[4];
    const char *content = content_of(cache, source->layer);
    begin(out, "reading");
    line(out, "content", content);
    line_layer(out, source->layer);
    line(out, "where", source->where);
    line_crs(out, bound);
    bool bounded = gs_bound_box(bound, source, box);
    for (int i = 0; i < 4 && bounded; i++)
        line_number(out, "bounds", box[i], NULL);
    line(out, "degrees", source->geodesic ? "true" : "false");
    for (size_t i = 0; i < source->n_fields; i++) {
        const struct gs_field *field = gs_layer_field(source->layer, source->fields[i]);
        line(out, source->kinds[i] == GS_FIELD_TEXT ? "text field" : "field", source->fields[i]);
        line(out, "column", field ? field->column : NULL);
        line(out, "unit", field ? field->unit : NULL);
        if (field)
            line_texts(out, "missing", &field->missing);
    }
    return finish(ctx, content != NULL, out);
}

enum gs_status gs_coverage_key(struct gs_ctx *ctx, const struct gs_cache *cache,
                               const struct gs_bound *bound, const struct gs_source *source,
                               struct gs_text *out)
{
    const char *content = content_of(cache, source->layer);
    begin(out, "coverage");
    line(out, "content", content);
    line_layer(out, source->layer);
    line_crs(out, bound);
    for (int i = 0; i < 4; i++)
        line_number(out, "area", bound->area[i], NULL);
    return finish(ctx, content != NULL, out);
}

static void line_grid(struct gs_text *out, const struct gs_grid *grid)
{
    line_number(out, "grid x", grid->x0, NULL);
    line_number(out, "grid y", grid->y0, NULL);
    line_number(out, "resolution", grid->cell, NULL);
    gs_text_printf(out, "grid size: %zu × %zu\n", grid->n_cols, grid->n_rows);
}

/* As gs_factor_column() finds it: of its kind, or else of the other. */
static const char *field_hash(const struct gs_source *source, const struct gs_factor *factor)
{
    const char *name = gs_measure_field(factor->measure, factor->measure_params), *other = NULL;
    for (size_t i = 0; name && i < source->n_fields; i++) {
        if (strcmp(source->fields[i], name) != 0)
            continue;
        if ((source->kinds[i] == GS_FIELD_TEXT) == factor->categorical)
            return source->hashes.fields[i];
        other = source->hashes.fields[i];
    }
    return other;
}

void gs_measure_lines(const struct gs_bound *bound, const struct gs_bound_factor *bf,
                      struct gs_text *out)
{
    const struct gs_factor *factor = bf->factor;
    const struct gs_measure *measure = factor->measure;
    line(out, "measure", factor->measure_name);
    for (size_t i = 0; i < measure->n_params; i++)
        line_param(out, &measure->params[i], factor->measure_params);
    line(out, "unit", factor->unit);
    line(out, "kind", factor->categorical ? "text" : "number");
    line_number(out, "footprint radius", gs_footprint_radius_m(bf->facility), "m");
    line_crs(out, bound);
    if (measure->flags & GS_MEASURE_GRID)
        line_grid(out, &bound->grid);
}

/* The raster, if it is one, and the second layer; false: no file tells their data. */
static bool line_contents(struct gs_text *out, const struct gs_cache *cache,
                          const struct gs_bound *bound, const struct gs_bound_factor *bf)
{
    const struct gs_source *source = &bound->sources[bf->source];
    bool known = true;
    if (source->is_raster) {
        const char *content = content_of(cache, source->layer);
        known = content != NULL;
        line(out, "content", content);
        line_layer(out, source->layer);
    }
    if (bf->second != SIZE_MAX) {
        const struct gs_layer *second = bound->sources[bf->second].layer;
        const char *content = content_of(cache, second);
        known &= content != NULL;
        line(out, "second content", content);
        line_layer(out, second);
    }
    return known;
}

/* The headroom of nodes, and how they are named. */
static void line_nodes(struct gs_text *out, const struct gs_bound *bound,
                       const struct gs_source *source)
{
    const struct gs_portfolio_choice *choice = &bound->study->portfolio;
    line_number(out, "headroom in MW", choice->mw_per_headroom, NULL);
    line(out, "id", choice->node_id);
    for (size_t i = 0; choice->node_id && source->hashes.fields && i < source->n_fields; i++)
        if (source->kinds[i] == GS_FIELD_TEXT && strcmp(source->fields[i], choice->node_id) == 0)
            line(out, "ids", source->hashes.fields[i]);
}

enum gs_status gs_measure_key(struct gs_ctx *ctx, struct gs_cache *cache,
                              const struct gs_bound *bound, const struct gs_bound_factor *bf,
                              struct gs_text *out)
{
    const struct gs_source *source = &bound->sources[bf->source];
    bool known = true;
    enum gs_status status = GS_OK;
    if (!cache->sites[0])
        status = hash_sites(ctx, &bound->sites, cache->sites);
    if (status)
        return status;
    begin(out, "measure");
    if (!source->is_raster) {
        known = source->hashes.fields != NULL;
        line(out, "features", known ? source->hashes.shapes : NULL);
        line(out, "attribute", known ? field_hash(source, bf->factor) : NULL);
    }
    known &= line_contents(out, cache, bound, bf);
    gs_measure_lines(bound, bf, out);
    if ((size_t)(bf - bound->factors) == bound->headroom)
        line_nodes(out, bound, source);
    line(out, "candidates", cache->sites);
    return finish(ctx, known, out);
}

enum gs_status gs_rows_key(struct gs_ctx *ctx, const struct gs_cache *cache,
                           const struct gs_bound *bound, const struct gs_bound_factor *bf,
                           const struct gs_rows *rows, struct gs_text *out)
{
    begin(out, "rows");
    bool known = line_contents(out, cache, bound, bf);
    gs_measure_lines(bound, bf, out);
    line_grid(out, &rows->grid);
    for (size_t i = 0; i < rows->n_texts; i++)
        line(out, "text", rows->texts[i]);
    if (rows->kind->local)
        gs_text_printf(out, "basis: %lld\n", (long long)rows->kind->local(rows).basis);
    return finish(ctx, known, out);
}
