// SPDX-License-Identifier: Apache-2.0
/* Geometries of one layer, flat: shape i owns parts [part_start[i], part_start[i+1]), part p owns
 * vertices [vertex_start[p], vertex_start[p+1]). Coordinates are x, y pairs in one CRS, x to the
 * east or right, always finite. A shape may mix kinds (a geometry collection). */
#ifndef GS_MODEL_SHAPES_H
#define GS_MODEL_SHAPES_H

#include "base/ctx.h"

enum gs_part_kind {
    GS_PART_POINTS, /* each vertex is a point */
    GS_PART_LINE,   /* a polyline of two or more vertices */
    GS_PART_RING, /* closed: first vertex = last; four or more. Exterior rings run counterclockwise
                     and holes clockwise, so signed areas add up and even-odd and winding rules
                     agree. The rings of a shape do not cross. */
};

struct gs_shapes {
    size_t n, capacity;
    size_t *part_start; /* n + 1 */
    size_t n_parts, parts_capacity;
    uint8_t *part_kind;   /* n_parts */
    size_t *vertex_start; /* n_parts + 1 */
    size_t n_vertices, vertices_capacity;
    double (*xy)[2];
};

void gs_shapes_init(struct gs_shapes *shapes);
void gs_shapes_release(struct gs_shapes *shapes);
/* Empty again, keeping the memory: for scratch shapes. */
void gs_shapes_clear(struct gs_shapes *shapes);

/* Building: begin a shape, add its parts, each followed by its vertices. An empty shape (no parts)
 * is legal: it keeps the numbering. */
enum gs_status gs_shapes_begin(struct gs_ctx *ctx, struct gs_shapes *shapes) GS_NODISCARD;
/* Appends a part of `n` vertices to the last shape and gives where to write them. */
enum gs_status gs_shapes_add_part(struct gs_ctx *ctx, struct gs_shapes *shapes,
                                  enum gs_part_kind kind, size_t n, double (**xy)[2]) GS_NODISCARD;

/* The same with the vertices given. */
enum gs_status gs_shapes_copy_part(struct gs_ctx *ctx, struct gs_shapes *shapes,
                                   enum gs_part_kind kind, size_t n,
                                   const double (*xy)[2]) GS_NODISCARD;

/* Bounds of shape i; false when it is empty. */
bool gs_shapes_bounds(const struct gs_shapes *shapes, size_t i, double bounds[4]);
/* Of all shapes; false when all are empty. */
bool gs_shapes_all_bounds(const struct gs_shapes *shapes, double bounds[4]);
bool gs_shapes_is_empty(const struct gs_shapes *shapes, size_t i);
/* Is shape i one point and nothing else? */
bool gs_shapes_is_point(const struct gs_shapes *shapes, size_t i);
/* The kinds of part in shape i, as bits 1 << enum gs_part_kind. */
unsigned gs_shapes_kinds(const struct gs_shapes *shapes, size_t i);
/* Planar length of the lines of shape i. */
double gs_shapes_length(const struct gs_shapes *shapes, size_t i);
/* Planar area of the rings of shape i (exteriors less holes). */
double gs_shapes_area(const struct gs_shapes *shapes, size_t i);

#endif
