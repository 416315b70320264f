// SPDX-License-Identifier: Apache-2.0
#include "kernel/burn.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

struct gs_crossing {
    double x; /* in cells */
    int row;
};

void gs_spans_init(struct gs_spans *spans)
{
    *spans = (struct gs_spans){0};
}

void gs_spans_release(struct gs_spans *spans)
{
    gs_free(spans->items);
    gs_free(spans->bits);
    gs_free(spans->crossings);
    *spans = (struct gs_spans){0};
}

uint64_t gs_spans_bits_bytes(const struct gs_grid *grid)
{
    return (uint64_t)grid->n_rows * (grid->n_cols / 64 + 1) * sizeof(uint64_t);
}

enum gs_status gs_spans_mark_bits(struct gs_ctx *ctx, struct gs_spans *spans,
                                  const struct gs_grid *grid)
{
    spans->row_words = grid->n_cols / 64 + 1;
    spans->bits = GS_ARRAY_ZERO(ctx, uint64_t, grid->n_rows * spans->row_words);
    return spans->bits ? GS_OK : GS_ENOMEM;
}

void gs_mark(uint64_t *words, size_t first, size_t end)
{
    size_t a = first / 64, z = (end - 1) / 64;
    uint64_t head = UINT64_MAX << first % 64, tail = UINT64_MAX >> (63 - (end - 1) % 64);
    if (a == z) {
        words[a] |= head & tail;
        return;
    }
    words[a] |= head;
    for (size_t i = a + 1; i < z; i++)
        words[i] = UINT64_MAX;
    words[z] |= tail;
}

struct burner {
    struct gs_ctx *ctx;
    const struct gs_grid *grid;
    struct gs_spans *spans;
    uint32_t shape;
};

static enum gs_status add_span(struct burner *b, double row, double first, double end)
{
    if (!(row >= 0 && row < (double)b->grid->n_rows))
        return GS_OK;
    first = first > 0 ? first : 0;
    end = end < (double)b->grid->n_cols ? end : (double)b->grid->n_cols;
    if (!(first < end))
        return GS_OK;
    struct gs_spans *s = b->spans;
    if (s->bits) {
        gs_mark(s->bits + (size_t)row * s->row_words, (size_t)first, (size_t)end);
        return GS_OK;
    }
    enum gs_status status = gs_grow(b->ctx, &s->items, &s->capacity, s->n + 1, sizeof *s->items);
    if (!status)
        s->items[s->n++] = (struct gs_span){(int)row, (int)first, (int)end, b->shape};
    return status;
}

/* -- lines ----------------------------------------------------------------------------------- */

/* The steps k of [0, n] for which from + k × direction lies in [0, size): [*low, *high]. */
static void clip_steps(double from, double direction, double size, double *low, double *high)
{
    double a = direction > 0 ? -from : from - (size - 1);
    double b = direction > 0 ? size - 1 - from : from;
    *low = fmax(*low, a);
    *high = fmin(*high, b);
}

/* Bresenham (1965), "Algorithm for computer control of a digital plotter", IBM Systems Journal
 * 4(1):25-30, from the cell of one end to that of the other: after k steps along the longer side n
 * the line has moved k d / n cells along the shorter side d, rounded to whole ones, halves up. All
 * numbers are whole and below 2^53. */
static enum gs_status burn_segment(struct burner *b, const double from[2], const double to[2])
{
    double delta[2] = {to[0] - from[0], to[1] - from[1]};
    int major = fabs(delta[0]) >= fabs(delta[1]) ? 0 : 1, minor = 1 - major;
    double n = fabs(delta[major]), d = fabs(delta[minor]);
    double step[2] = {delta[0] < 0 ? -1 : 1, delta[1] < 0 ? -1 : 1};
    double size[2] = {(double)b->grid->n_cols, (double)b->grid->n_rows};
    double low = 0, high = n;
    clip_steps(from[major], step[major], size[major], &low, &high);
    enum gs_status status = GS_OK;
    for (double k = low; k <= high && !status;) {
        double moved = n > 0 ? floor((2 * k * d + n) / (2 * n)) : 0;
        /* the last step before the next move: 2 k d + n < 2 n (moved + 1) */
        double last = d > 0 ? fmin(high, ceil((2 * moved * n + n) / (2 * d)) - 1) : high;
        double across = from[minor] + step[minor] * moved;
        if (major == 0) {
            double a = from[0] + step[0] * k, z = from[0] + step[0] * last;
            status = add_span(b, across, fmin(a, z), fmax(a, z) + 1);
        } else {
            last = k; /* a cell in every row */
            status = add_span(b, from[1] + step[1] * k, across, across + 1);
        }
        k = last + 1;
    }
    return status;
}

static bool misses(const struct gs_grid *grid, const double a[2], const double b[2])
{
    return (a[0] < 0 && b[0] < 0) || (a[1] < 0 && b[1] < 0) ||
           (a[0] >= (double)grid->n_cols && b[0] >= (double)grid->n_cols) ||
           (a[1] >= (double)grid->n_rows && b[1] >= (double)grid->n_rows);
}

static void cell_of(const struct gs_grid *grid, const double xy[2], double cell[2])
{
    cell[0] = floor(gs_grid_col(grid, xy[0]));
    cell[1] = floor(gs_grid_row(grid, xy[1]));
}

static enum gs_status burn_line(struct burner *b, const double (*xy)[2], size_t n)
{
    enum gs_status status = GS_OK;
    double from[2], to[2];
    cell_of(b->grid, xy[0], from);
    for (size_t i = 1; i < n && !status; i++) {
        cell_of(b->grid, xy[i], to);
        if (!misses(b->grid, from, to))
            status = burn_segment(b, from, to);
        from[0] = to[0];
        from[1] = to[1];
    }
    return status;
}

static enum gs_status burn_points(struct burner *b, const double (*xy)[2], size_t n)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < n && !status; i++) {
        double cell[2];
        cell_of(b->grid, xy[i], cell);
        status = add_span(b, cell[1], cell[0], cell[0] + 1);
    }
    return status;
}

/* -- polygons -------------------------------------------------------------------------------- */

static enum gs_status add_crossings(struct burner *b, const double (*xy)[2], size_t n)
{
    const struct gs_grid *grid = b->grid;
    struct gs_spans *s = b->spans;
    for (size_t i = 0; i + 1 < n; i++) {
        double x1 = gs_grid_col(grid, xy[i][0]), y1 = gs_grid_row(grid, xy[i][1]);
        double x2 = gs_grid_col(grid, xy[i + 1][0]), y2 = gs_grid_row(grid, xy[i + 1][1]);
        if (y1 > y2) { /* from the upper end, whichever way the ring runs: the same bits */
            double t = x1;
            x1 = x2, x2 = t;
            t = y1, y1 = y2, y2 = t;
        }
        /* rows whose middle r + 1/2 lies in [y1, y2) */
        double first = fmax(ceil(y1 - 0.5), 0), end = fmin(ceil(y2 - 0.5), (double)grid->n_rows);
        if (!(first < end))
            continue;
        size_t more = (size_t)(end - first);
        enum gs_status status = gs_grow(b->ctx, &s->crossings, &s->crossings_capacity,
                                        s->n_crossings + more, sizeof *s->crossings);
        if (status)
            return status;
        for (double r = first; r < end; r++)
            s->crossings[s->n_crossings++] =
                (struct gs_crossing){x1 + (r + 0.5 - y1) * ((x2 - x1) / (y2 - y1)), (int)r};
    }
    return GS_OK;
}

static int compare_crossings(const void *left, const void *right)
{
    const struct gs_crossing *a = left, *b = right;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->x > b->x) - (a->x < b->x);
}

/* Between every odd crossing and the next one lies inside. */
static enum gs_status fill(struct burner *b)
{
    struct gs_spans *s = b->spans;
    enum gs_status status = GS_OK;
    if (s->n_crossings > 1)
        qsort(s->crossings, s->n_crossings, sizeof *s->crossings, compare_crossings);
    for (size_t i = 0; i + 1 < s->n_crossings && !status; i += 2)
        status = add_span(b, s->crossings[i].row, floor(s->crossings[i].x + 0.5),
                          floor(s->crossings[i + 1].x + 0.5));
    s->n_crossings = 0;
    return status;
}

enum gs_status gs_burn(struct gs_ctx *ctx, const struct gs_shapes *shapes, size_t i, unsigned kinds,
                       const struct gs_grid *grid, struct gs_spans *spans)
{
    struct burner b = {ctx, grid, spans, (uint32_t)i};
    enum gs_status status = GS_OK;
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1] && !status; p++) {
        size_t first = shapes->vertex_start[p], n = shapes->vertex_start[p + 1] - first;
        const double(*xy)[2] = (const double(*)[2])shapes->xy + first;
        if (kinds && !(kinds & 1u << shapes->part_kind[p]))
            continue;
        switch ((enum gs_part_kind)shapes->part_kind[p]) {
        case GS_PART_POINTS:
            status = burn_points(&b, xy, n);
            break;
        case GS_PART_LINE:
            status = burn_line(&b, xy, n);
            break;
        case GS_PART_RING:
            status = add_crossings(&b, xy, n);
            break;
        }
    }
    return status ? status : fill(&b);
}
