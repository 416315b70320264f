// SPDX-License-Identifier: Apache-2.0
/* The blocks of a raster while a band of rows moves over it: each is decoded once, by all threads,
 * and forgotten when the band has passed. */
#ifndef GS_FLOW_RASTER_STORE_H
#define GS_FLOW_RASTER_STORE_H

#include "geo/raster_block.h"

struct gs_raster_store;

/* The raster is borrowed; each thread reads through a clone of its own. */
enum gs_status gs_raster_store_new(struct gs_ctx *ctx, const struct gs_raster *raster,
                                   struct gs_raster_store **out) GS_NODISCARD;
void gs_raster_store_free(struct gs_raster_store *store);

/* Makes the cells of rows [first, end) and columns [col, col_end) of the raster ready, all within
 * it, and forgets blocks that lie in other rows. Bands may go down the raster or up. */
enum gs_status gs_raster_store_begin(struct gs_ctx *ctx, struct gs_raster_store *store, long first,
                                     long end, long col, long col_end) GS_NODISCARD;

/* What is ready, for reading by all threads. */
struct gs_raster_view {
    long n_cols, n_rows; /* of the raster */
    long first, end;     /* the rows that are ready */
    const void *const
        *rows; /* rows[y - first] + x: floats, or bytes that `values` gives a meaning */
    bool is_bytes;
    float values[256];
};
const struct gs_raster_view *gs_raster_store_view(const struct gs_raster_store *store);

/* The cell's value; NaN outside the raster. It must be ready when it is inside. */
static inline float gs_raster_view_cell(const struct gs_raster_view *view, long x, long y)
{
    if (x < 0 || y < 0 || x >= view->n_cols || y >= view->n_rows)
        return __builtin_nanf("");
    const void *row = view->rows[y - view->first];
    return view->is_bytes ? view->values[((const uint8_t *)row)[x]] : ((const float *)row)[x];
}

/* Cells [x, x + n) of row y into `out`, NaN outside the raster. */
void gs_raster_view_row(const struct gs_raster_view *view, long x, long y, size_t n, float *out);

/* Bytes it holds when `rows` × `cols` cells of the raster are ready at a time. */
uint64_t gs_raster_store_bytes(const struct gs_raster *raster, double rows, double cols,
                               unsigned n_threads);

#endif
