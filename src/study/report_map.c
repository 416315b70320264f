// SPDX-License-Identifier: Apache-2.0
/* The map of the report: sites and surface. */
#include "study/report_map.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "base/units.h"
#include "base/viridis.h"
#include "geo/crs.h"
#include "geo/picture.h"
#include "geo/polygon.h"
#include "geo/vector.h"
#include "output/report.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

enum { SITE_VERTICES = 100000, SURFACE_PIXELS = 1000, N_COLOURS = 64 };

/* -- sites ------------------------------------------------------------------------------------- */

/* A point of each site to mark it by: "points", null where it has no geometry. */
static enum gs_status append_points(struct gs_map *map, const struct gs_shapes *shapes)
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
            gs_text_printf(json, "[%lld,%lld]", gs_map_column(map, xy[0]), gs_map_row(map, xy[1]));
    }
    gs_text_append(json, "]");
    gs_polygons_free(polygons);
    return status;
}

/* "outlines": the shapes of sites that are more than points. */
static void append_outlines(struct gs_map *map, const struct gs_shapes *shapes)
{
    struct gs_text *json = &map->report->json, outlines;
    bool any = false;
    for (size_t i = 0; i < map->report->n_shown; i++)
        any |= !gs_shapes_is_empty(shapes, i) && !gs_shapes_is_point(shapes, i);
    gs_text_init(&outlines);
    if (any)
        gs_map_append_shapes(&outlines, map, shapes, map->report->n_shown, SITE_VERTICES);
    gs_text_append(json, ",\n\"outlines\": ");
    gs_text_append(json, outlines.bytes ? outlines.bytes : "null");
    json->failed |= outlines.failed;
    gs_text_release(&outlines);
}

static void set_bounds(struct gs_map *map, const double box[4])
{
    double width = box[2] - box[0], height = box[3] - box[1], longer = fmax(width, height);
    double margin = longer > 0 ? 0.06 * longer : 1000;
    map->bounds[0] = box[0] - margin;
    map->bounds[1] = box[1] - margin;
    map->bounds[2] = box[2] + margin;
    map->bounds[3] = box[3] + margin;
    map->step = (longer + 2 * margin) / GS_MAP_STEPS;
}

/* -- surface ----------------------------------------------------------------------------------- */

/* The surface that this run has written, when it still lies beside it; NULL: none. */
static const char *surface_path(struct gs_map *map)
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

static bool read_range(void *user, const char *const *values, size_t n)
{
    double *range = user;
    for (size_t i = 0; i < n; i++)
        range[i] = gs_number_of(values[i]);
    return true;
}

/* What the colours run over: the scores of sites and surface, widened to twentieths. */
static enum gs_status find_range(struct gs_map *map, double range[2])
{
    struct gs_reported *report = map->report;
    enum gs_status status =
        gs_db_query(report->ctx, report->db, "SELECT min(score), max(score) FROM ranking", NULL, 0,
                    read_range, range);
    range[0] = fmin(range[0], gs_number_of(gs_reported_fact(report, "surface.score.min")));
    range[1] = fmax(range[1], gs_number_of(gs_reported_fact(report, "surface.score.max")));
    range[0] = isnan(range[0]) ? 0 : fmax(0, floor(range[0] * 20) / 20);
    range[1] = isnan(range[1]) ? 1 : fmin(1, ceil(range[1] * 20) / 20);
    if (range[0] >= range[1])
        range[0] = 0, range[1] = 1;
    return status;
}

static enum gs_status append_surface(struct gs_map *map, const double range[2])
{
    struct gs_reported *report = map->report;
    struct gs_text *json = &report->json;
    const char *path = surface_path(map);
    if (!path)
        return report->ctx->out_of_memory ? GS_ENOMEM : GS_OK;
    uint8_t colours[N_COLOURS][3];
    gs_viridis_fill(colours, N_COLOURS);
    struct gs_picture picture;
    struct gs_ctx quiet;
    gs_ctx_init_worker(&quiet, report->ctx);
    enum gs_status status =
        gs_picture_draw(&quiet, path, SURFACE_PIXELS, (const uint8_t(*)[3])colours, N_COLOURS,
                        range[0], range[1], &picture);
    if (status) {
        status =
            gs_map_note_fault(map, gs_reported_fact(report, "surface.suitability"), &quiet, status);
    } else {
        const double *b = picture.bounds;
        gs_text_printf(json, ",\n\"surface\": {\"box\": [%lld,%lld,%lld,%lld], \"png\": \"",
                       gs_map_column(map, b[0]), gs_map_row(map, b[1]), gs_map_column(map, b[2]),
                       gs_map_row(map, b[3]));
        gs_text_append_base64(json, picture.png, picture.n_bytes);
        gs_text_append(json, "\"}");
        gs_picture_release(&picture);
    }
    gs_ctx_release_worker(&quiet);
    return status;
}

/* -- the map ----------------------------------------------------------------------------------- */

static enum gs_status append_map(struct gs_map *map, const struct gs_features *sites)
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
                   gs_map_column(map, map->bounds[2]), gs_map_row(map, map->bounds[3]));
    gs_text_append_json_double(json, map->step * gs_crs_metres_per_unit(map->crs));
    gs_text_append(json, ", \"range\": [");
    gs_text_append_json_double(json, range[0]);
    gs_text_append(json, ", ");
    gs_text_append_json_double(json, range[1]);
    gs_text_append(json, "]");
    status = append_points(map, &sites->shapes);
    append_outlines(map, &sites->shapes);
    if (!status)
        status = gs_map_append_layers(map);
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
    struct gs_map map = {.report = report};
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
        status = gs_map_read(report->ctx, &map, &layer, NULL, true, &sites);
    if (!status)
        status = append_map(&map, &sites);
    gs_features_release(&sites);
    gs_text_release(&map.notes);
    gs_crs_free(map.crs);
    return status;
}
