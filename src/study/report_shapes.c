// SPDX-License-Identifier: Apache-2.0
/* Geometries as the report's map has them. */
#include "study/report_map.h"

#include <math.h>
#include <stdlib.h>

long long gs_map_column(const struct gs_map *map, double x)
{
    return llround((x - map->bounds[0]) / map->step);
}

long long gs_map_row(const struct gs_map *map, double y)
{
    return llround((y - map->bounds[1]) / map->step);
}

/* Is some of the part on the map or near it? */
static bool is_near(const struct gs_map *map, double (*xy)[2], size_t n)
{
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY},
           reach = map->step * GS_MAP_STEPS / 2;
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
static size_t append_part(struct gs_text *json, const struct gs_map *map, bool first, int kind,
                          double (*xy)[2], size_t n, long long tolerance)
{
    struct gs_text part;
    gs_text_init(&part);
    long long at[2] = {0, 0};
    size_t told = 0;
    for (size_t i = 0; i < n; i++) {
        long long x = gs_map_column(map, xy[i][0]), y = gs_map_row(map, xy[i][1]);
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
static size_t append_shape(struct gs_text *json, const struct gs_map *map,
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

void gs_map_append_shapes(struct gs_text *json, const struct gs_map *map,
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
