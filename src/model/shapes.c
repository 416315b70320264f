// SPDX-License-Identifier: Apache-2.0
#include "model/shapes.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

void gs_shapes_init(struct gs_shapes *shapes)
{
    *shapes = (struct gs_shapes){0};
}

void gs_shapes_release(struct gs_shapes *shapes)
{
    gs_free(shapes->part_start);
    gs_free(shapes->part_kind);
    gs_free(shapes->vertex_start);
    gs_free(shapes->xy);
    gs_shapes_init(shapes);
}

void gs_shapes_clear(struct gs_shapes *shapes)
{
    shapes->n = shapes->n_parts = shapes->n_vertices = 0;
}

/* The two start arrays hold one entry more than there are items: their first is made here. */
static enum gs_status begin_arrays(struct gs_ctx *ctx, struct gs_shapes *shapes)
{
    if (shapes->vertex_start)
        return GS_OK;
    if (!shapes->part_start && !(shapes->part_start = GS_ARRAY_ZERO(ctx, size_t, 1)))
        return GS_ENOMEM;
    shapes->vertex_start = GS_ARRAY_ZERO(ctx, size_t, 1);
    return shapes->vertex_start ? GS_OK : GS_ENOMEM;
}

enum gs_status gs_shapes_begin(struct gs_ctx *ctx, struct gs_shapes *shapes)
{
    enum gs_status status = begin_arrays(ctx, shapes);
    if (status)
        return status;
    if (shapes->n == shapes->capacity) {
        size_t capacity = shapes->capacity ? shapes->capacity + 1 : 0;
        status =
            gs_grow(ctx, &shapes->part_start, &capacity, shapes->n + 2, sizeof *shapes->part_start);
        if (status)
            return status;
        shapes->capacity = capacity - 1;
    }
    shapes->n++;
    shapes->part_start[shapes->n] = shapes->n_parts;
    return GS_OK;
}

enum gs_status gs_shapes_add_part(struct gs_ctx *ctx, struct gs_shapes *shapes,
                                  enum gs_part_kind kind, size_t n, double (**xy)[2])
{
    enum gs_status status = GS_OK;
    if (shapes->n_parts == shapes->parts_capacity) {
        size_t kinds = shapes->parts_capacity;
        size_t starts = kinds ? kinds + 1 : 0;
        status = gs_grow(ctx, &shapes->vertex_start, &starts, shapes->n_parts + 2,
                         sizeof *shapes->vertex_start);
        if (!status)
            status = gs_grow(ctx, &shapes->part_kind, &kinds, shapes->n_parts + 1,
                             sizeof *shapes->part_kind);
        if (status)
            return status;
        shapes->parts_capacity = kinds < starts - 1 ? kinds : starts - 1;
    }
    status = gs_grow(ctx, &shapes->xy, &shapes->vertices_capacity, shapes->n_vertices + n,
                     sizeof *shapes->xy);
    if (status)
        return status;
    shapes->part_kind[shapes->n_parts++] = (uint8_t)kind;
    *xy = shapes->xy + shapes->n_vertices;
    shapes->n_vertices += n;
    shapes->vertex_start[shapes->n_parts] = shapes->n_vertices;
    shapes->part_start[shapes->n] = shapes->n_parts;
    return GS_OK;
}

enum gs_status gs_shapes_copy_part(struct gs_ctx *ctx, struct gs_shapes *shapes,
                                   enum gs_part_kind kind, size_t n, const double (*xy)[2])
{
    double(*to)[2];
    enum gs_status status = gs_shapes_add_part(ctx, shapes, kind, n, &to);
    if (!status && n)
        memcpy(to, xy, n * sizeof *to);
    return status;
}

bool gs_shapes_is_empty(const struct gs_shapes *shapes, size_t i)
{
    return shapes->part_start[i] == shapes->part_start[i + 1];
}

bool gs_shapes_is_point(const struct gs_shapes *shapes, size_t i)
{
    size_t part = shapes->part_start[i];
    return shapes->part_start[i + 1] - part == 1 && shapes->part_kind[part] == GS_PART_POINTS &&
           shapes->vertex_start[part + 1] - shapes->vertex_start[part] == 1;
}

bool gs_shapes_bounds(const struct gs_shapes *shapes, size_t i, double bounds[4])
{
    if (gs_shapes_is_empty(shapes, i))
        return false;
    bounds[0] = bounds[1] = INFINITY;
    bounds[2] = bounds[3] = -INFINITY;
    size_t first = shapes->vertex_start[shapes->part_start[i]];
    size_t end = shapes->vertex_start[shapes->part_start[i + 1]];
    for (size_t v = first; v < end; v++)
        for (int d = 0; d < 2; d++) {
            double c = shapes->xy[v][d];
            bounds[d] = c < bounds[d] ? c : bounds[d];
            bounds[d + 2] = c > bounds[d + 2] ? c : bounds[d + 2];
        }
    return true;
}

bool gs_shapes_all_bounds(const struct gs_shapes *shapes, double bounds[4])
{
    bounds[0] = bounds[1] = INFINITY;
    bounds[2] = bounds[3] = -INFINITY;
    for (size_t i = 0; i < shapes->n; i++) {
        double own[4];
        if (!gs_shapes_bounds(shapes, i, own))
            continue;
        for (int d = 0; d < 2; d++) {
            bounds[d] = fmin(bounds[d], own[d]);
            bounds[d + 2] = fmax(bounds[d + 2], own[d + 2]);
        }
    }
    return bounds[0] <= bounds[2];
}

unsigned gs_shapes_kinds(const struct gs_shapes *shapes, size_t i)
{
    unsigned kinds = 0;
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++)
        kinds |= 1u << shapes->part_kind[p];
    return kinds;
}

double gs_shapes_length(const struct gs_shapes *shapes, size_t i)
{
    double length = 0;
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++)
        for (size_t v = shapes->vertex_start[p];
             shapes->part_kind[p] == GS_PART_LINE && v + 1 < shapes->vertex_start[p + 1]; v++)
            length += hypot(shapes->xy[v + 1][0] - shapes->xy[v][0],
                            shapes->xy[v + 1][1] - shapes->xy[v][1]);
    return length;
}

double gs_shapes_area(const struct gs_shapes *shapes, size_t i)
{
    double twice = 0;
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
        if (shapes->part_kind[p] != GS_PART_RING)
            continue;
        size_t first = shapes->vertex_start[p], end = shapes->vertex_start[p + 1];
        const double *origin = shapes->xy[first]; /* near zero: keeps digits far from the origin */
        for (size_t v = first; v + 1 < end; v++)
            twice += (shapes->xy[v][0] - origin[0]) * (shapes->xy[v + 1][1] - origin[1]) -
                     (shapes->xy[v + 1][0] - origin[0]) * (shapes->xy[v][1] - origin[1]);
    }
    return twice / 2;
}
