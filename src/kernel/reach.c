// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "kernel/reach_parts.h"

#include <math.h>

/* Runs are listed by bands of rows that they may reach. Bands grow until the lists are no longer
 * than this many times the runs. */
enum { BAND_ROWS_MIN = 8, ENTRIES_PER_RUN = 8 };

double gs_reach_radius(const struct gs_reach *reach)
{
    return reach->radius;
}

/* -- making ---------------------------------------------------------------------------------- */

static void cut_part(struct gs_reach *reach, size_t at, size_t part, bool count_only)
{
    const struct gs_shapes *shapes = reach->shapes;
    size_t first = shapes->vertex_start[part], end = shapes->vertex_start[part + 1];
    uint8_t kind = shapes->part_kind[part];
    bool points = kind == GS_PART_POINTS;
    if (first == end)
        return;
    size_t last = points ? end : end - 1, step = points ? 1 : GS_REACH_RUN;
    for (size_t v = first; v < last; v += step) {
        size_t n = points ? 1 : (last - v < step ? last - v : step) + 1;
        if (!count_only) {
            struct gs_reach_run *run = &reach->runs[reach->n_runs];
            *run = (struct gs_reach_run){.at = at, .first = v, .n = (uint8_t)n, .kind = kind};
            run->bounds[0] = run->bounds[1] = INFINITY;
            run->bounds[2] = run->bounds[3] = -INFINITY;
            for (size_t k = v; k < v + n; k++)
                for (int d = 0; d < 2; d++) {
                    run->bounds[d] = fmin(run->bounds[d], shapes->xy[k][d]);
                    run->bounds[d + 2] = fmax(run->bounds[d + 2], shapes->xy[k][d]);
                }
        }
        reach->n_runs++;
    }
}

static void cut(struct gs_reach *reach, size_t n, unsigned kinds, bool count_only)
{
    const struct gs_shapes *shapes = reach->shapes;
    reach->n_runs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t p = shapes->part_start[reach->order[i]];
             p < shapes->part_start[reach->order[i] + 1]; p++)
            if (!kinds || (kinds & 1u << shapes->part_kind[p]))
                cut_part(reach, i, p, count_only);
}

/* The rows [first, end) that a run may reach; none when it lies too far east or west. Rings count
 * all the same, as what they hold is told by all their crossings of a row. */
static bool rows_of(const struct gs_reach *reach, const struct gs_reach_run *run, size_t rows[2])
{
    const struct gs_grid *grid = &reach->grid;
    double n = (double)grid->n_rows, wide = reach->wide;
    double first = floor(gs_grid_row(grid, run->bounds[3] + wide) - 0.5) - 1;
    double end = ceil(gs_grid_row(grid, run->bounds[1] - wide) + 0.5) + 1;
    double col[2] = {gs_grid_col(grid, run->bounds[0] - wide),
                     gs_grid_col(grid, run->bounds[2] + wide)};
    if (run->kind != GS_PART_RING && (col[1] < 0 || col[0] > (double)grid->n_cols))
        return false;
    first = fmin(fmax(first, 0), n);
    end = fmin(fmax(end, 0), n);
    rows[0] = (size_t)first;
    rows[1] = (size_t)end;
    return first < end;
}

static uint64_t count_entries(const struct gs_reach *reach, size_t band_rows)
{
    uint64_t n = 0;
    size_t rows[2];
    for (size_t i = 0; i < reach->n_runs; i++)
        if (rows_of(reach, &reach->runs[i], rows))
            n += (rows[1] - 1) / band_rows - rows[0] / band_rows + 1;
    return n;
}

static enum gs_status list_by_bands(struct gs_ctx *ctx, struct gs_reach *reach)
{
    size_t n_rows = reach->grid.n_rows, rows[2];
    uint64_t n;
    reach->band_rows = BAND_ROWS_MIN;
    while ((n = count_entries(reach, reach->band_rows)) > reach->n_runs * ENTRIES_PER_RUN &&
           reach->band_rows < n_rows)
        reach->band_rows *= 2;
    reach->n_bands = (n_rows + reach->band_rows - 1) / reach->band_rows;
    reach->band_start = GS_ARRAY_ZERO(ctx, size_t, reach->n_bands + 2);
    reach->entries = reach->band_start ? GS_ARRAY(ctx, uint32_t, n) : NULL;
    if (!reach->entries)
        return GS_ENOMEM;
    size_t *start = reach->band_start + 1; /* one further on, until they are filled */
    for (size_t i = 0; i < reach->n_runs; i++)
        if (rows_of(reach, &reach->runs[i], rows))
            for (size_t b = rows[0] / reach->band_rows; b <= (rows[1] - 1) / reach->band_rows; b++)
                start[b + 1]++;
    for (size_t b = 0; b < reach->n_bands; b++)
        start[b + 1] += start[b];
    for (size_t i = 0; i < reach->n_runs; i++)
        if (rows_of(reach, &reach->runs[i], rows))
            for (size_t b = rows[0] / reach->band_rows; b <= (rows[1] - 1) / reach->band_rows; b++)
                reach->entries[start[b]++] = (uint32_t)i;
    return GS_OK;
}

static double largest_coordinate(const struct gs_shapes *shapes, const struct gs_grid *grid)
{
    double bounds[4], largest = 0;
    gs_grid_bounds(grid, bounds);
    for (int d = 0; d < 4; d++)
        largest = fmax(largest, fabs(bounds[d]));
    for (size_t v = 0; v < shapes->n_vertices; v++)
        largest = fmax(largest, fmax(fabs(shapes->xy[v][0]), fabs(shapes->xy[v][1])));
    return largest;
}

static enum gs_status fill(struct gs_ctx *ctx, struct gs_reach *reach, const size_t *order,
                           size_t n, unsigned kinds)
{
    reach->order = GS_ARRAY(ctx, size_t, n);
    if (!reach->order)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++)
        reach->order[i] = order ? order[i] : i;
    cut(reach, n, kinds, true);
    if (reach->n_runs >= UINT32_MAX)
        return gs_fail(ctx, GS_EDATA, NULL, NULL, "a layer has more vertices than can be listed");
    reach->runs = GS_ARRAY(ctx, struct gs_reach_run, reach->n_runs);
    if (!reach->runs)
        return GS_ENOMEM;
    cut(reach, n, kinds, false);
    return list_by_bands(ctx, reach);
}

enum gs_status gs_reach_new(struct gs_ctx *ctx, const struct gs_shapes *shapes, const size_t *order,
                            size_t n, unsigned kinds, const struct gs_grid *grid, double radius_m,
                            double metres_per_unit, struct gs_reach **out)
{
    struct gs_reach *reach = GS_NEW(ctx, struct gs_reach);
    if (!reach)
        return GS_ENOMEM;
    reach->shapes = shapes;
    reach->grid = *grid;
    reach->radius_m = radius_m;
    reach->metres_per_unit = metres_per_unit;
    reach->radius = radius_m / metres_per_unit;
    reach->per_cell = 1 / grid->cell;
    reach->slack = 1e-12 * (largest_coordinate(shapes, grid) + reach->radius);
    reach->wide = reach->radius + reach->slack;
    enum gs_status status = fill(ctx, reach, order, n, kinds);
    if (status)
        gs_reach_free(reach);
    else
        *out = reach;
    return status;
}

void gs_reach_free(struct gs_reach *reach)
{
    if (!reach)
        return;
    gs_free(reach->order);
    gs_free(reach->runs);
    gs_free(reach->band_start);
    gs_free(reach->entries);
    gs_free(reach);
}

uint64_t gs_reach_bytes(const struct gs_reach *reach)
{
    return sizeof *reach + reach->n_runs * (sizeof *reach->runs + sizeof *reach->order) +
           (reach->n_bands + 2) * sizeof *reach->band_start +
           reach->band_start[reach->n_bands] * sizeof *reach->entries;
}
