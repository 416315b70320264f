// SPDX-License-Identifier: Apache-2.0
/* What maps of a result show beneath it, and whose the data are. */
#include "study/run.h"

#include "geo/polygon.h"
#include "geo/vector.h"

#include <math.h>
#include <string.h>

enum {
    BORDER_FEATURES = 20000, /* a layer of more does not help to find one's way */
    MAP_STEPS = 4000,        /* along the longer side: as much as a large screen shows */
};

const struct gs_layer *gs_find_borders(const struct gs_study *study)
{
    static const char *const names[] = {"countries", "country", "borders",  "boundaries",
                                        "regions",   "land",    "coastline"};
    if (study->area.extent_layer)
        return study->area.extent_layer;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct gs_layer *layer = gs_catalogue_layer(&study->catalogue, names[i]);
        if (layer && layer != study->candidates.layer)
            return layer;
    }
    return NULL;
}

/* The area as given, or some room around the sites. */
static void set_area(const struct gs_bound *bound, struct gs_result *result)
{
    const struct gs_area *given = &bound->study->area;
    double *area = result->area,
           longer = fmax(bound->area[2] - bound->area[0], bound->area[3] - bound->area[1]);
    memcpy(area, bound->area, sizeof result->area);
    if (given->extent_layer || !isnan(given->bbox[0]) || isnan(longer))
        return;
    double margin = 0.05 * longer;
    if (longer <= 0) /* one place: the few kilometres around it */
        margin = bound->metres_per_unit > 0 ? 10000 / bound->metres_per_unit : 0.1;
    area[0] -= margin, area[1] -= margin, area[2] += margin, area[3] += margin;
}

static enum gs_status read_layer(struct gs_ctx *ctx, const struct gs_bound *bound,
                                 const struct gs_layer *layer, const double area[4],
                                 struct gs_features *out)
{
    struct gs_vector *vector = NULL;
    struct gs_vector_request request = {.crs = bound->crs, .bounds = area};
    enum gs_status status = gs_vector_open(ctx, layer, &vector);
    if (!status)
        status = gs_vector_read(ctx, vector, &request, out);
    gs_vector_close(vector);
    return status;
}

/* The polygons of `in` as a map of the area shows them. */
static enum gs_status coarsen(struct gs_ctx *ctx, const struct gs_shapes *in, const double area[4],
                              struct gs_shapes *out)
{
    double tolerance = fmax(area[2] - area[0], area[3] - area[1]) / MAP_STEPS;
    struct gs_polygons *polygons;
    enum gs_status status = gs_polygons_new(ctx, &polygons);
    if (status)
        return status;
    for (size_t i = 0; i < in->n && !status; i++) {
        if (gs_shapes_kinds(in, i) & 1u << GS_PART_RING)
            status = gs_polygons_clip(ctx, polygons, in, i, area, tolerance, out);
        if (!status)
            status = gs_check_cancel(ctx);
    }
    gs_polygons_free(polygons);
    return status;
}

static enum gs_status read_borders(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   const struct gs_layer *layer, struct gs_result *result)
{
    struct gs_features features;
    gs_features_init(&features);
    enum gs_status status = read_layer(ctx, bound, layer, result->area, &features);
    if (!status && features.shapes.n <= BORDER_FEATURES)
        status = coarsen(ctx, &features.shapes, result->area, &result->borders);
    gs_features_release(&features);
    return status;
}

/* A result without borders is one all the same. */
static enum gs_status add_borders(struct gs_ctx *ctx, const struct gs_bound *bound,
                                  const struct gs_layer *layer, struct gs_result *result)
{
    struct gs_ctx quiet;
    gs_ctx_init_worker(&quiet, ctx);
    enum gs_status status = read_borders(&quiet, bound, layer, result);
    size_t n = gs_diagnostic_count(&quiet);
    if (status == GS_ENOMEM || status == GS_ECANCEL) {
        gs_ctx_merge_worker(ctx, &quiet);
    } else if (status) {
        gs_warn(ctx, NULL, NULL, "`%s` is left off the maps: %s", layer->title,
                n ? gs_diagnostic_at(&quiet, n - 1).message : "");
        gs_shapes_clear(&result->borders);
        status = GS_OK;
    }
    if (result->borders.n)
        result->borders_layer = layer;
    gs_ctx_release_worker(&quiet);
    return status;
}

static void add_layer(struct gs_result *result, const struct gs_layer *layer)
{
    for (size_t i = 0; i < result->n_layers; i++)
        if (result->layers[i] == layer)
            return;
    if (layer)
        result->layers[result->n_layers++] = layer;
}

enum gs_status gs_set_background(struct gs_ctx *ctx, const struct gs_bound *bound,
                                 struct gs_result *result)
{
    const struct gs_layer *borders = gs_find_borders(bound->study);
    enum gs_status status = GS_OK;
    result->layers =
        GS_ARENA_ARRAY(ctx, &result->arena, const struct gs_layer *, bound->n_sources + 1);
    if (!result->layers)
        return GS_ENOMEM;
    set_area(bound, result);
    if (borders && result->area[0] < result->area[2] && result->area[1] < result->area[3])
        status = add_borders(ctx, bound, borders, result);
    add_layer(result, bound->study->candidates.layer);
    for (size_t i = 0; i < bound->n_sources; i++)
        add_layer(result, bound->sources[i].layer);
    return status;
}
