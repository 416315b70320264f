// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "kernel/locate.h"

#include <string.h>

/* The region and a margin of one cell, as bytes; sides of its cells that were walked along. */
struct picture {
    size_t n_cols, n_rows;
    size_t col0, row0; /* of the region's first column and row in the grid, less the margin */
    uint8_t *in;
    uint8_t *walked; /* per cell: bit d, its side in direction d */
};

/* Directions 0 east, 1 north, 2 west, 3 south, in rows that run down: along the south, east, north
 * and west side of a cell, the cell to the left. */
static const long step_col[4] = {1, 0, -1, 0}, step_row[4] = {0, -1, 0, 1};

static bool is_in(const struct picture *p, long col, long row)
{
    return p->in[(size_t)row * p->n_cols + (size_t)col];
}

/* Is there a side of the cell in direction d, with nothing on its right? */
static bool has_side(const struct picture *p, long col, long row, int d)
{
    int right = (d + 3) % 4;
    return is_in(p, col, row) && !is_in(p, col + step_col[right], row + step_row[right]);
}

struct ring {
    double (*xy)[2];
    size_t n, capacity;
};

/* Where the side of a cell in direction d ends, in corners of the picture. */
static void end_of(long col, long row, int d, double out[2])
{
    out[0] = (double)col + (d == 0 || d == 1);
    out[1] = (double)row + (d == 0 || d == 3);
}

/* Walks once around from that side, turning right wherever it can: what lies outside the region and
 * meets at a corner only stays apart, and no ring meets itself. */
static enum gs_status walk(struct gs_ctx *ctx, struct picture *p, long col, long row, int d,
                           struct ring *ring)
{
    ring->n = 0;
    while (!(p->walked[(size_t)row * p->n_cols + (size_t)col] & 1u << d)) {
        p->walked[(size_t)row * p->n_cols + (size_t)col] |= (uint8_t)(1u << d);
        int left = (d + 1) % 4, right = (d + 3) % 4, next = left;
        long ahead_col = col + step_col[d], ahead_row = row + step_row[d];
        if (is_in(p, ahead_col + step_col[right], ahead_row + step_row[right])) {
            col = ahead_col + step_col[right];
            row = ahead_row + step_row[right];
            next = right;
        } else if (is_in(p, ahead_col, ahead_row)) {
            col = ahead_col;
            row = ahead_row;
            next = d;
        }
        if (next != d) {
            enum gs_status status =
                gs_grow(ctx, &ring->xy, &ring->capacity, ring->n + 1, sizeof *ring->xy);
            if (status)
                return status;
            /* the corner between the two sides, told by the side that was left */
            long back_col = col, back_row = row;
            if (next == right) {
                back_col -= step_col[right];
                back_row -= step_row[right];
                back_col -= step_col[d];
                back_row -= step_row[d];
            }
            end_of(back_col, back_row, d, ring->xy[ring->n++]);
        }
        d = next;
    }
    return GS_OK;
}

static enum gs_status add_ring(struct gs_ctx *ctx, const struct picture *p,
                               const struct gs_grid *grid, const struct ring *ring,
                               struct gs_shapes *shapes)
{
    double(*xy)[2];
    enum gs_status status = gs_shapes_add_part(ctx, shapes, GS_PART_RING, ring->n + 1, &xy);
    for (size_t i = 0; i <= ring->n && !status; i++) {
        const double *corner = ring->xy[i % ring->n];
        xy[i][0] = grid->x0 + ((double)p->col0 - 1 + corner[0]) * grid->cell;
        xy[i][1] = grid->y0 - ((double)p->row0 - 1 + corner[1]) * grid->cell;
    }
    return status;
}

/* The exterior begins at the south side of the lowest cell, which no hole has before it: rings are
 * found from below, the exterior first. */
static enum gs_status trace(struct gs_ctx *ctx, struct picture *p, const struct gs_grid *grid,
                            struct gs_shapes *shapes)
{
    struct ring ring = {0};
    enum gs_status status = gs_shapes_begin(ctx, shapes);
    for (size_t i = p->n_cols * p->n_rows; i-- > 0 && !status;) {
        long col = (long)(i % p->n_cols), row = (long)(i / p->n_cols);
        if (!p->in[i] || (p->walked[i] & 1u) || !has_side(p, col, row, 0))
            continue;
        status = walk(ctx, p, col, row, 0, &ring);
        if (!status)
            status = add_ring(ctx, p, grid, &ring, shapes);
    }
    gs_free(ring.xy);
    return status;
}

enum gs_status gs_region_outline(struct gs_ctx *ctx, const struct gs_region *region, size_t n_cells,
                                 const struct gs_grid *grid, struct gs_shapes *shapes)
{
    size_t low = SIZE_MAX, high = 0;
    size_t first_row = region->cells[0] / grid->n_cols;
    size_t last_row = region->cells[n_cells - 1] / grid->n_cols;
    for (size_t i = 0; i < n_cells; i++) {
        size_t col = region->cells[i] % grid->n_cols;
        low = col < low ? col : low;
        high = col > high ? col : high;
    }
    struct picture p = {.n_cols = high - low + 3,
                        .n_rows = last_row - first_row + 3,
                        .col0 = low,
                        .row0 = first_row};
    p.in = GS_ARRAY_ZERO(ctx, uint8_t, p.n_cols * p.n_rows);
    p.walked = GS_ARRAY_ZERO(ctx, uint8_t, p.n_cols * p.n_rows);
    enum gs_status status = p.in && p.walked ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < n_cells && !status; i++) {
        size_t col = region->cells[i] % grid->n_cols - low + 1;
        size_t row = region->cells[i] / grid->n_cols - first_row + 1;
        p.in[row * p.n_cols + col] = 1;
    }
    if (!status)
        status = trace(ctx, &p, grid, shapes);
    gs_free(p.in);
    gs_free(p.walked);
    return status;
}
