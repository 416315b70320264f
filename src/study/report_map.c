// SPDX-License-Identifier: Apache-2.0
/* What the report draws. Coordinates are whole steps from a corner of the map, each vertex told by
 * its difference from the one before: small numbers that are read back fast. */
#include "study/report.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "geo/crs.h"
#include "geo/picture.h"
#include "geo/polygon.h"
#include "geo/vector.h"
#include "output/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    STEPS = 1 << 14,        /* along the longer side of the map */
    LAYER_VERTICES = 25000, /* of each layer, else it is drawn more coarsely */
    SITE_VERTICES = 100000,
    LAYER_FEATURES = 20000, /* a layer of more is not read for the report */
    SURFACE_PIXELS = 1000,
    N_COLOURS = 64,
};

struct map {
    struct gs_reported *report;
    struct gs_crs *crs;
    double bounds[4], step; /* analysis CRS */
    struct gs_text notes;
    size_t n_layers;
};

/* -- shapes ------------------------------------------------------------------------------------ */

static long long column_of(const struct map *map, double x)
{
    return llround((x - map->bounds[0]) / map->step);
}

static long long row_of(const struct map *map, double y)
{
    return llround((y - map->bounds[1]) / map->step);
}

/* Is some of the part on the map or near it? */
static bool is_near(const struct map *map, double (*xy)[2], size_t n)
{
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY}, reach = map->step * STEPS / 2;
    for (size_t i = 0; i < n; i++) {
        box[0] = fmin(box[0], xy[i][0]);
        box[1] = fmin(box[1], xy[i][1]);
        box[2] = fmax(box[2], xy[i][0]);
        box[3] = fmax(box[3], xy[i][1]);
    }
    return box[0] <= map->bounds[2] + reach && box[2] >= map->bounds[0] - reach &&
           box[1] <= map->bounds[3] + reach && box[3] >= map->bounds[1] - reach;
}

/* [kind, x, y, dx, dy, …] without vertices nearer than `tolerance` steps to the last one told; the
 * ends always. What has become too small to be seen is left out. Returns how many vertices. */
static size_t append_part(struct gs_text *json, const struct map *map, bool first, int kind,
                          double (*xy)[2], size_t n, long long tolerance)
{
    struct gs_text part;
    gs_text_init(&part);
    long long at[2] = {0, 0};
    size_t told = 0;
    for (size_t i = 0; i < n; i++) {
        long long x = column_of(map, xy[i][0]), y = row_of(map, xy[i][1]);
        bool near = llabs(x - at[0]) < tolerance && llabs(y - at[1]) < tolerance;
        if (told && near && kind != GS_PART_POINTS && i + 1 < n)
            continue;
        gs_text_printf(&part, ",%lld,%lld", x - at[0], y - at[1]);
        at[0] = x;
        at[1] = y;
        told++;
    }
    size_t needed = kind == GS_PART_RING ? 4 : kind == GS_PART_LINE ? 2 : 1;
    if (told >= needed)
        gs_text_printf(json, "%s[%d%s]", first ? "" : ",", kind, part.bytes ? part.bytes : "");
    json->failed |= part.failed;
    gs_text_release(&part);
    return told >= needed ? told : 0;
}

/* [part, …] */
static size_t append_shape(struct gs_text *json, const struct map *map,
                           const struct gs_shapes *shapes, size_t i, long long tolerance)
{
    size_t total = 0;
    gs_text_append(json, "[");
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
        size_t start = shapes->vertex_start[p], n = shapes->vertex_start[p + 1] - start;
        double(*xy)[2] = shapes->xy + start;
        if (is_near(map, xy, n))
            total += append_part(json, map, total == 0, shapes->part_kind[p], xy, n, tolerance);
    }
    gs_text_append(json, "]");
    return total;
}

/* [shape, …] as finely as `most` vertices allow; empty text when even coarsely there are more. */
static void append_shapes(struct gs_text *json, const struct map *map,
                          const struct gs_shapes *shapes, size_t n, size_t most)
{
    for (long long tolerance = 3; tolerance <= 48; tolerance *= 2) {
        size_t total = 0;
        gs_text_release(json);
        gs_text_append(json, "[");
        for (size_t i = 0; i < n && total <= most; i++) {
            gs_text_append(json, i ? "," : "");
            total += append_shape(json, map, shapes, i, tolerance);
        }
        gs_text_append(json, "]");
        if (total <= most)
            return;
    }
    gs_text_release(json);
}

/* -- sites ------------------------------------------------------------------------------------- */

static enum gs_status read_layer(struct map *map, const struct gs_layer *layer, const char *where,
                                 bool all, struct gs_features *out)
{
    struct gs_ctx *ctx = map->report->ctx;
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

/* A point of each site to mark it by: "points", null where it has no geometry. */
static enum gs_status append_points(struct map *map, const struct gs_shapes *shapes)
{
    struct gs_reported *report = map->report;
    struct gs_text *json = &report->json;
    struct gs_polygons *polygons;
    enum gs_status status = gs_polygons_new(report->ctx, &polygons);
    if (status)
        return status;
    gs_text_append(json, ",\n\"points\": [");
    for (size_t i = 0; i < report->n_shown && !status; i++) {
        double xy[2] = {NAN, NAN};
        if (gs_shapes_is_point(shapes, i))
            memcpy(xy, shapes->xy[shapes->vertex_start[shapes->part_start[i]]], sizeof xy);
        else
            status = gs_polygons_point_inside(report->ctx, polygons, shapes, i, xy);
        gs_text_append(json, i ? "," : "");
        if (isnan(xy[0]))
            gs_text_append(json, "null");
        else
            gs_text_printf(json, "[%lld,%lld]", column_of(map, xy[0]), row_of(map, xy[1]));
    }
    gs_text_append(json, "]");
    gs_polygons_free(polygons);
    return status;
}

/* "outlines": the shapes of sites that are more than points. */
static void append_outlines(struct map *map, const struct gs_shapes *shapes)
{
    struct gs_text *json = &map->report->json, outlines;
    bool any = false;
    for (size_t i = 0; i < map->report->n_shown; i++)
        any |= !gs_shapes_is_empty(shapes, i) && !gs_shapes_is_point(shapes, i);
    gs_text_init(&outlines);
    if (any)
        append_shapes(&outlines, map, shapes, map->report->n_shown, SITE_VERTICES);
    gs_text_append(json, ",\n\"outlines\": ");
    gs_text_append(json, outlines.bytes ? outlines.bytes : "null");
    json->failed |= outlines.failed;
    gs_text_release(&outlines);
}

static void set_bounds(struct map *map, const double box[4])
{
    double width = box[2] - box[0], height = box[3] - box[1], longer = fmax(width, height);
    double margin = longer > 0 ? 0.06 * longer : 1000;
    map->bounds[0] = box[0] - margin;
    map->bounds[1] = box[1] - margin;
    map->bounds[2] = box[2] + margin;
    map->bounds[3] = box[3] + margin;
    map->step = (longer + 2 * margin) / STEPS;
}

/* -- surface ----------------------------------------------------------------------------------- */

/* Viridis: S. van der Walt, N. Smith (2015), matplotlib; five of its colours, straight between. */
static void fill_colours(uint8_t colours[N_COLOURS][3])
{
    static const uint8_t viridis[5][3] = {
        {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}};
    for (int i = 0; i < N_COLOURS; i++) {
        double at = 4.0 * i / (N_COLOURS - 1);
        int from = at < 4 ? (int)at : 3;
        for (int k = 0; k < 3; k++)
            colours[i][k] = (uint8_t)lround(
                viridis[from][k] + (at - from) * (viridis[from + 1][k] - viridis[from][k]));
    }
}

/* The surface that this run has written, when it still lies beside it; NULL: none. */
static const char *surface_path(struct map *map)
{
    struct gs_reported *report = map->report;
    const char *name = gs_reported_fact(report, "surface.suitability");
    const char *slash = strrchr(report->path, '/');
    struct stat info;
    if (!name)
        return NULL;
    const char *path =
        gs_arena_printf(report->ctx, &report->arena, "%.*s%s",
                        slash ? (int)(slash - report->path) + 1 : 0, report->path, name);
    return path && stat(path, &info) == 0 ? path : NULL;
}

static void append_note(struct map *map, const char *title, const char *why)
{
    gs_text_append(&map->notes, map->notes.length ? ", [" : "[");
    gs_text_append_json(&map->notes, title);
    gs_text_append(&map->notes, ", ");
    gs_text_append_json(&map->notes, why);
    gs_text_append(&map->notes, "]");
}

/* A layer or picture more or less does not matter to the report: the fault becomes a note. */
static enum gs_status note_fault(struct map *map, const char *title, struct gs_ctx *quiet,
                                 enum gs_status status)
{
    if (status == GS_ENOMEM || status == GS_ECANCEL) {
        gs_ctx_merge_worker(map->report->ctx, quiet);
        return status;
    }
    size_t n = gs_diagnostic_count(quiet);
    append_note(map, title, n ? gs_diagnostic_at(quiet, n - 1).message : "");
    return GS_OK;
}

static bool read_range(void *user, const char *const *values, size_t n)
{
    double *range = user;
    for (size_t i = 0; i < n; i++)
        range[i] = gs_reported_number(values[i]);
    return true;
}

/* What the colours run over: the scores of sites and surface, widened to twentieths. */
static enum gs_status find_range(struct map *map, double range[2])
{
    struct gs_reported *report = map->report;
    enum gs_status status =
        gs_db_query(report->ctx, report->db, "SELECT min(score), max(score) FROM ranking", NULL, 0,
                    read_range, range);
    range[0] = fmin(range[0], gs_reported_number(gs_reported_fact(report, "surface.score.min")));
    range[1] = fmax(range[1], gs_reported_number(gs_reported_fact(report, "surface.score.max")));
    range[0] = isnan(range[0]) ? 0 : fmax(0, floor(range[0] * 20) / 20);
    range[1] = isnan(range[1]) ? 1 : fmin(1, ceil(range[1] * 20) / 20);
    if (range[0] >= range[1])
        range[0] = 0, range[1] = 1;
    return status;
}

static enum gs_status append_surface(struct map *map, const double range[2])
{
    struct gs_reported *report = map->report;
    struct gs_text *json = &report->json;
    const char *path = surface_path(map);
    if (!path)
        return report->ctx->out_of_memory ? GS_ENOMEM : GS_OK;
    uint8_t colours[N_COLOURS][3];
    fill_colours(colours);
    struct gs_picture picture;
    struct gs_ctx quiet;
    gs_ctx_init_worker(&quiet, report->ctx);
    enum gs_status status =
        gs_picture_draw(&quiet, path, SURFACE_PIXELS, (const uint8_t(*)[3])colours, N_COLOURS,
                        range[0], range[1], &picture);
    if (status) {
        status = note_fault(map, gs_reported_fact(report, "surface.suitability"), &quiet, status);
    } else {
        const double *b = picture.bounds;
        gs_text_printf(json, ",\n\"surface\": {\"box\": [%lld,%lld,%lld,%lld], \"png\": \"",
                       column_of(map, b[0]), row_of(map, b[1]), column_of(map, b[2]),
                       row_of(map, b[3]));
        gs_text_append_base64(json, picture.png, picture.n_bytes);
        gs_text_append(json, "\"}");
        gs_picture_release(&picture);
    }
    gs_ctx_release_worker(&quiet);
    return status;
}

/* -- layers ------------------------------------------------------------------------------------ */

/* Where the run has found the layer's file: table `run` tells it of layers that were measured. The
 * others have moved with those when `--layers-dir` has put another folder in place of the
 * catalogue's. */
static const char *source_of(struct map *map, const struct gs_layer *layer)
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
static enum gs_status append_layer(struct map *map, const struct gs_layer *layer, const char *where,
                                   const char *role)
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
    report->ctx = &quiet;
    enum gs_status status = read_layer(map, &found, where, false, &features);
    report->ctx = ctx;
    if (status) {
        status = note_fault(map, layer->title, &quiet, status);
    } else {
        append_shapes(&shapes, map, &features.shapes, features.shapes.n, LAYER_VERTICES);
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
            append_note(map, layer->title, "too_detailed");
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
static double features_read(const struct map *map, const char *id)
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
            most = fmax(most, gs_reported_number(report->facts[i].value));
    }
    return most;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static const struct gs_factor *factor_at(const struct gs_study *study, size_t i)
{
    return i < study->n_criteria ? &study->criteria[i].factor
                                 : &study->constraints[i - study->n_criteria].factor;
}

/* Vector layers that criteria and constraints look at, each with its condition once. */
static enum gs_status append_measured(struct map *map)
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
                   same_text(factor_at(study, k)->where, factor->where);
        double n_features = seen ? 0 : features_read(map, layer->id);
        if (n_features > LAYER_FEATURES)
            append_note(map, layer->title, "too_many");
        else if (n_features > 0)
            status = append_layer(map, layer, factor->where, "layer");
    }
    return status;
}

/* A layer of the catalogue that by its name tells countries from the sea. */
static const struct gs_layer *find_borders(const struct gs_study *study)
{
    static const char *const names[] = {"countries", "country", "borders",  "boundaries",
                                        "regions",   "land",    "coastline"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct gs_layer *layer = gs_catalogue_layer(&study->catalogue, names[i]);
        if (layer && layer != study->area.extent_layer && layer != study->candidates.layer)
            return layer;
    }
    return NULL;
}

static enum gs_status append_layers(struct map *map)
{
    const struct gs_study *study = map->report->study;
    enum gs_status status = GS_OK;
    gs_text_append(&map->report->json, ",\n\"layers\": [");
    if (study && study->area.extent_layer) {
        status = append_layer(map, study->area.extent_layer, NULL, "area");
    } else if (study) {
        const struct gs_layer *borders = find_borders(study);
        status = borders ? append_layer(map, borders, NULL, "borders") : GS_OK;
    }
    if (!status && study)
        status = append_measured(map);
    gs_text_append(&map->report->json, "]");
    return status;
}

/* -- the map ----------------------------------------------------------------------------------- */

static enum gs_status append_map(struct map *map, const struct gs_features *sites)
{
    struct gs_reported *report = map->report;
    struct gs_text *json = &report->json;
    double box[4], range[2] = {NAN, NAN};
    if (sites->shapes.n != report->n_sites)
        return gs_fail(report->ctx, GS_EDATA, NULL, "run the study again",
                       "%s: table `ranking` cannot be read as a layer", report->path);
    if (!gs_shapes_all_bounds(&sites->shapes, box)) {
        gs_text_append(json, ",\n\"map\": null");
        return GS_OK;
    }
    set_bounds(map, box);
    enum gs_status status = find_range(map, range);
    if (status)
        return status;
    gs_text_append(json, ",\n\"map\": {\"crs\": ");
    gs_text_append_json(json, gs_reported_fact(report, "crs"));
    gs_text_printf(json, ", \"width\": %lld, \"height\": %lld, \"metres\": ",
                   column_of(map, map->bounds[2]), row_of(map, map->bounds[3]));
    gs_text_append_json_double(json, map->step * gs_crs_metres_per_unit(map->crs));
    gs_text_append(json, ", \"range\": [");
    gs_text_append_json_double(json, range[0]);
    gs_text_append(json, ", ");
    gs_text_append_json_double(json, range[1]);
    gs_text_append(json, "]");
    status = append_points(map, &sites->shapes);
    append_outlines(map, &sites->shapes);
    if (!status)
        status = append_layers(map);
    if (!status)
        status = append_surface(map, range);
    gs_text_append(json, ",\n\"notes\": [");
    gs_text_append(json, map->notes.bytes ? map->notes.bytes : "");
    gs_text_append(json, "]}");
    json->failed |= map->notes.failed;
    return status;
}

enum gs_status gs_report_map(struct gs_reported *report)
{
    struct map map = {.report = report};
    struct gs_layer layer = {.id = "ranking",
                             .title = "ranking",
                             .source = report->path,
                             .table = "ranking"};
    const char *wkt = gs_reported_fact(report, "crs.wkt");
    struct gs_features sites;
    if (!wkt) {
        gs_text_append(&report->json, ",\n\"map\": null");
        return GS_OK;
    }
    gs_features_init(&sites);
    gs_text_init(&map.notes);
    enum gs_status status = gs_crs_new(report->ctx, wkt, NULL, "the run", &map.crs);
    if (!status)
        status = read_layer(&map, &layer, NULL, true, &sites);
    if (!status)
        status = append_map(&map, &sites);
    gs_features_release(&sites);
    gs_text_release(&map.notes);
    gs_crs_free(map.crs);
    return status;
}
