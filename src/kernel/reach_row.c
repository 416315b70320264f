// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "kernel/planar.h"
#include "kernel/reach_parts.h"

#include <math.h>
#include <stdlib.h>

/* Shapes with more runs than this on a row are painted with discs first: see find_within(). */
enum { MANY_RUNS = 8 };

void gs_reach_row_release(struct gs_reach_row *scratch)
{
    gs_free(scratch->runs);
    gs_free(scratch->within);
    gs_free(scratch->inside);
    *scratch = (struct gs_reach_row){0};
}

/* -- intervals ------------------------------------------------------------------------------- */

static int compare_columns(const void *left, const void *right)
{
    const struct gs_columns *a = left, *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

static void sort_columns(struct gs_columns *columns, size_t n)
{
    if (n > 32) {
        qsort(columns, n, sizeof *columns, compare_columns);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct gs_columns held = columns[i];
        size_t k = i;
        for (; k > 0 && columns[k - 1].first > held.first; k--)
            columns[k] = columns[k - 1];
        columns[k] = held;
    }
}

size_t gs_columns_join(struct gs_columns *columns, size_t n)
{
    size_t kept = 0;
    sort_columns(columns, n);
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && columns[i].first <= columns[kept - 1].end) {
            if (columns[i].end > columns[kept - 1].end)
                columns[kept - 1].end = columns[i].end;
        } else {
            columns[kept++] = columns[i];
        }
    }
    return kept;
}

/* Is [first, end) within one of n joined intervals? */
static bool is_covered(const struct gs_columns *columns, size_t n, struct gs_columns asked)
{
    size_t low = 0, high = n; /* the last that begins no later */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (columns[middle].first <= asked.first)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && asked.end <= columns[low - 1].end;
}

/* -- a shape on a row ------------------------------------------------------------------------ */

static enum gs_status add_columns(struct gs_ctx *ctx, struct gs_columns c,
                                  struct gs_columns **columns, size_t *n, size_t *capacity)
{
    if (c.first >= c.end)
        return GS_OK;
    if (*n == *capacity) {
        enum gs_status status = gs_grow(ctx, columns, capacity, *n + 1, sizeof **columns);
        if (status)
            return status;
    }
    (*columns)[(*n)++] = c;
    return GS_OK;
}

static enum gs_status add_within(struct gs_ctx *ctx, struct gs_reach_row *s, struct gs_columns c)
{
    return add_columns(ctx, c, &s->within, &s->n_within, &s->within_capacity);
}

/* The first column from which the edge's crossing of the row is no longer to the right. */
static int crossing_column(const struct gs_reach *reach, double y, const double a[2],
                           const double b[2])
{
    const struct gs_grid *grid = &reach->grid;
    double x = a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
    double guess = ceil(gs_grid_col(grid, x) - 0.5);
    int n = (int)grid->n_cols, col = (int)fmin(fmax(guess, 0), n);
    for (;;) {
        double here[2] = {gs_grid_x(grid, col), y}, before[2] = {gs_grid_x(grid, col - 1), y};
        if (col < n && (gs_planar_side(a, b, here) > 0) == (b[1] > a[1]))
            col++;
        else if (col > 0 && (gs_planar_side(a, b, before) > 0) != (b[1] > a[1]))
            col--;
        else
            return col;
    }
}

/* Crossings of the row, as intervals of no length yet: those of all rings of a shape are even in
 * number, and between every odd one and the next lies inside. */
static enum gs_status add_crossings(struct gs_ctx *ctx, const struct gs_reach *reach,
                                    struct gs_reach_row *s, double y,
                                    const struct gs_reach_run *run)
{
    const double(*xy)[2] = (const double(*)[2])reach->shapes->xy + run->first;
    for (size_t k = 0; k + 1 < run->n; k++) {
        if ((xy[k][1] > y) == (xy[k + 1][1] > y))
            continue;
        int col = crossing_column(reach, y, xy[k], xy[k + 1]);
        enum gs_status status =
            gs_grow(ctx, &s->inside, &s->inside_capacity, s->n_inside + 1, sizeof *s->inside);
        if (status)
            return status;
        s->inside[s->n_inside++] = (struct gs_columns){col, col};
    }
    return GS_OK;
}

static enum gs_status find_inside(struct gs_ctx *ctx, const struct gs_reach *reach,
                                  struct gs_reach_row *s, double y, size_t n_runs)
{
    s->n_inside = 0;
    for (size_t i = 0; i < n_runs; i++) {
        const struct gs_reach_run *run = s->runs[i];
        if (run->kind != GS_PART_RING || run->bounds[1] > y || run->bounds[3] < y)
            continue;
        enum gs_status status = add_crossings(ctx, reach, s, y, run);
        if (status)
            return status;
    }
    sort_columns(s->inside, s->n_inside);
    size_t kept = 0;
    for (size_t i = 0; i + 1 < s->n_inside; i += 2) {
        struct gs_columns c = {s->inside[i].first, s->inside[i + 1].first};
        if (c.first < c.end)
            s->inside[kept++] = c;
    }
    s->n_inside = gs_columns_join(s->inside, kept);
    return GS_OK;
}

/* The widest that a box can reach on the row. */
static struct gs_columns box_columns(const struct gs_reach *reach, const double bounds[4], double y)
{
    double dy = y < bounds[1] ? bounds[1] - y : y > bounds[3] ? y - bounds[3] : 0;
    double x[2] = {INFINITY, -INFINITY};
    gs_reach_widen(x, reach->wide, bounds[0], dy);
    gs_reach_widen(x, reach->wide, bounds[2], dy);
    return gs_reach_columns(reach, x[0], x[1]);
}

static enum gs_status add_segments(struct gs_ctx *ctx, const struct gs_reach *reach,
                                   struct gs_reach_row *s, size_t row,
                                   const struct gs_reach_run *run, size_t n_joined)
{
    const double(*xy)[2] = (const double(*)[2])reach->shapes->xy + run->first;
    double y = gs_grid_y(&reach->grid, (double)row);
    enum gs_status status = GS_OK;
    if (run->n == 1)
        return add_within(ctx, s, gs_reach_segment(reach, row, xy[0], xy[0]));
    for (size_t k = 0; k + 1 < run->n && !status; k++) {
        const double *a = xy[k], *b = xy[k + 1];
        double low = a[1] < b[1] ? a[1] : b[1], high = a[1] < b[1] ? b[1] : a[1];
        if (y < low - reach->wide || y > high + reach->wide)
            continue;
        if (n_joined > 0) {
            double bounds[4] = {a[0] < b[0] ? a[0] : b[0], low, a[0] < b[0] ? b[0] : a[0], high};
            if (is_covered(s->within, n_joined, box_columns(reach, bounds, y)))
                continue;
        }
        status = add_within(ctx, s, gs_reach_segment(reach, row, a, b));
    }
    return status;
}

/* Cells surely in the disc around the run's middle vertex. */
static struct gs_columns middle_columns(const struct gs_reach *reach,
                                        const struct gs_reach_run *run, double y)
{
    const double *at = reach->shapes->xy[run->first + run->n / 2];
    double x[2] = {INFINITY, -INFINITY};
    gs_reach_widen(x, reach->radius, at[0], y - at[1]);
    struct gs_columns c = gs_reach_columns(reach, x[0], x[1]);
    return c.end - c.first > 2 ? (struct gs_columns){c.first + 1, c.end - 1}
                               : (struct gs_columns){0, 0};
}

/* A shape of very many vertices is mostly in reach of many of its runs at once. Discs around one
 * vertex each paint nearly all of it; only the runs that may reach farther are looked at closely.
 */
static enum gs_status find_within(struct gs_ctx *ctx, const struct gs_reach *reach,
                                  struct gs_reach_row *s, size_t row, size_t n_runs)
{
    double y = gs_grid_y(&reach->grid, (double)row);
    enum gs_status status = GS_OK;
    s->n_within = 0;
    for (size_t i = 0; i < s->n_inside && !status; i++)
        status = add_within(ctx, s, s->inside[i]);
    for (size_t i = 0; i < n_runs && n_runs > MANY_RUNS && !status; i++)
        status = add_within(ctx, s, middle_columns(reach, s->runs[i], y));
    size_t n_joined = s->n_within = gs_columns_join(s->within, s->n_within);
    for (size_t i = 0; i < n_runs && !status; i++) {
        const struct gs_reach_run *run = s->runs[i];
        if (n_joined > 0) {
            struct gs_columns c = box_columns(reach, run->bounds, y);
            if (c.first == c.end || is_covered(s->within, n_joined, c))
                continue;
        }
        status = add_segments(ctx, reach, s, row, run, n_joined);
    }
    s->n_within = gs_columns_join(s->within, s->n_within);
    return status;
}

/* -- a row ----------------------------------------------------------------------------------- */

static bool may_reach(const struct gs_reach *reach, const struct gs_reach_run *run, double y)
{
    return y >= run->bounds[1] - reach->wide && y <= run->bounds[3] + reach->wide;
}

static enum gs_status visit_shape(struct gs_ctx *ctx, const struct gs_reach *reach,
                                  struct gs_reach_row *s, size_t row, size_t n_runs,
                                  enum gs_status (*visit)(struct gs_ctx *ctx, void *user,
                                                          const struct gs_reached *reached),
                                  void *user)
{
    double y = gs_grid_y(&reach->grid, (double)row);
    enum gs_status status = find_inside(ctx, reach, s, y, n_runs);
    if (!status)
        status = find_within(ctx, reach, s, row, n_runs);
    if (status || s->n_within == 0)
        return status;
    size_t at = s->runs[0]->at;
    struct gs_reached reached = {.at = at,
                                 .shape = reach->order[at],
                                 .within = s->within,
                                 .n_within = s->n_within,
                                 .inside = s->inside,
                                 .n_inside = s->n_inside,
                                 .runs = s->runs,
                                 .n_runs = n_runs};
    return visit(ctx, user, &reached);
}

enum gs_status gs_reach_row(struct gs_ctx *ctx, const struct gs_reach *reach,
                            struct gs_reach_row *s, size_t row,
                            enum gs_status (*visit)(struct gs_ctx *ctx, void *user,
                                                    const struct gs_reached *reached),
                            void *user)
{
    double y = gs_grid_y(&reach->grid, (double)row);
    size_t band = row / reach->band_rows, end = reach->band_start[band + 1];
    enum gs_status status = GS_OK;
    for (size_t i = reach->band_start[band]; i < end && !status;) {
        size_t at = reach->runs[reach->entries[i]].at, n = 0;
        for (; i < end && reach->runs[reach->entries[i]].at == at && !status; i++) {
            const struct gs_reach_run *run = &reach->runs[reach->entries[i]];
            if (!may_reach(reach, run, y))
                continue;
            if (n == s->runs_capacity)
                status = gs_grow(ctx, &s->runs, &s->runs_capacity, n + 1, sizeof *s->runs);
            if (!status)
                s->runs[n++] = run;
        }
        if (!status && n > 0)
            status = visit_shape(ctx, reach, s, row, n, visit, user);
    }
    return status;
}

void gs_reach_runs(const struct gs_reach *reach, size_t row,
                   void (*visit)(void *user, const struct gs_reach_run *run), void *user)
{
    double y = gs_grid_y(&reach->grid, (double)row);
    size_t band = row / reach->band_rows;
    for (size_t i = reach->band_start[band]; i < reach->band_start[band + 1]; i++) {
        const struct gs_reach_run *run = &reach->runs[reach->entries[i]];
        if (may_reach(reach, run, y))
            visit(user, run);
    }
}
