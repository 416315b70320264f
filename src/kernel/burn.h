// SPDX-License-Identifier: Apache-2.0
/* Which cells of a grid the features of a layer touch, as gdal_rasterize marks them without
 * all-touched: a point its cell, a line the cells of its Bresenham steps, a polygon the cells whose
 * centre it holds (even-odd over the rings of the shape). */
#ifndef GS_KERNEL_BURN_H
#define GS_KERNEL_BURN_H

#include "model/grid.h"
#include "model/shapes.h"

/* Cells [first, end) of a row belong to a shape. */
struct gs_span {
    int row, first, end;
    uint32_t shape;
};

struct gs_spans {
    struct gs_span *items;
    size_t n, capacity;
    /* NULL unless gs_spans_mark_bits() was called: spans are no items then but set the bits of
     * their cells, whatever the shape; `row_words` words for a row. */
    uint64_t *bits;
    size_t row_words;
    struct gs_crossing *crossings; /* scratch: where a polygon's edges meet the middles of rows */
    size_t n_crossings, crossings_capacity;
};

void gs_spans_init(struct gs_spans *spans);
void gs_spans_release(struct gs_spans *spans);
/* From now on bits of that grid, which takes gs_spans_bits_bytes(). */
enum gs_status gs_spans_mark_bits(struct gs_ctx *ctx, struct gs_spans *spans,
                                  const struct gs_grid *grid) GS_NODISCARD;
uint64_t gs_spans_bits_bytes(const struct gs_grid *grid);
/* Sets bits [first, end), which are some. */
void gs_mark(uint64_t *words, size_t first, size_t end);

/* Appends the spans of shape i, clipped to the grid; those of one shape may overlap and come in no
 * particular order. `kinds`: bits 1 << enum gs_part_kind of the parts that count; 0: all. */
enum gs_status gs_burn(struct gs_ctx *ctx, const struct gs_shapes *shapes, size_t i, unsigned kinds,
                       const struct gs_grid *grid, struct gs_spans *spans) GS_NODISCARD;

#endif
