// SPDX-License-Identifier: Apache-2.0
/* Candidates that no layer holds: cells that cover the area, the best regions of the surface, and
 * what represents a candidate polygon. */
#include "study/bind.h"

#include "base/mem.h"
#include "base/units.h"
#include "geo/polygon.h"
#include "kernel/burn.h"
#include "kernel/locate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PI 3.14159265358979323846

enum { MAX_CELLS = 5000000 };

/* -- what every site has ---------------------------------------------------------------------- */

/* The vertices in degrees, where some measure wants them. */
static enum gs_status fill_lonlat(struct gs_ctx *ctx, struct gs_bound *bound)
{
    struct gs_features *features = &bound->sites.features;
    size_t n = features->shapes.n_vertices;
    gs_free(features->lonlat);
    features->lonlat = NULL;
    if (!gs_bound_wants_lonlat(bound))
        return GS_OK;
    struct gs_crs *geographic = NULL;
    struct gs_transform *transform = NULL;
    enum gs_status status = gs_crs_geographic(ctx, bound->crs, &geographic);
    if (!status)
        status = gs_transform_new(ctx, bound->crs, geographic, &transform);
    if (!status) {
        features->lonlat = gs_alloc(ctx, n, sizeof *features->lonlat);
        status = features->lonlat ? GS_OK : GS_ENOMEM;
    }
    if (!status && n) {
        memcpy(features->lonlat, features->shapes.xy, n * sizeof *features->lonlat);
        if (gs_transform_points(transform, features->lonlat, n))
            status = gs_fail(ctx, GS_EDATA, &bound->study->candidates.pos, NULL,
                             "some candidates lie where no degrees can be told");
    }
    gs_transform_free(transform);
    gs_crs_free(geographic);
    return status;
}

/* After the shapes: where all of them lie, and what measures need besides. */
static enum gs_status finish_sites(struct gs_ctx *ctx, struct gs_bound *bound)
{
    gs_shapes_all_bounds(&bound->sites.features.shapes, bound->site_bounds);
    bound->sites.footprint_radius_m = gs_footprint_radius_m(&bound->study->facility);
    return fill_lonlat(ctx, bound);
}

/* -- cells ------------------------------------------------------------------------------------ */

struct tiling {
    bool hexagons;
    double across, down; /* from centre to centre along a row, from row to row */
    long col0, row0;     /* the first of both; rows count from the north */
    size_t n_cols, n_rows;
};

static double centre_x(const struct tiling *t, long col, long row)
{
    bool shifted = t->hexagons && row % 2 != 0;
    return ((double)col + (t->hexagons ? (shifted ? 0.5 : 0) : 0.5)) * t->across;
}

static double centre_y(const struct tiling *t, long row)
{
    return -((double)row + (t->hexagons ? 0 : 0.5)) * t->down;
}

static struct tiling tile(const double area[4], double size, bool hexagons)
{
    struct tiling t = {.hexagons = hexagons,
                       .across = size,
                       .down = hexagons ? size * sqrt(3) / 2 : size};
    t.col0 = (long)floor(area[0] / t.across) - 1;
    t.row0 = (long)floor(-area[3] / t.down) - 1;
    t.n_cols = (size_t)((long)ceil(area[2] / t.across) + 2 - t.col0);
    t.n_rows = (size_t)((long)ceil(-area[1] / t.down) + 2 - t.row0);
    return t;
}

/* Counterclockwise, closed. */
static size_t corners_of(const struct tiling *t, double x, double y, double out[7][2])
{
    size_t n = t->hexagons ? 6 : 4;
    for (size_t i = 0; i <= n; i++) {
        size_t k = i % n;
        if (t->hexagons) { /* corners to north and south */
            double angle = PI / 6 + (double)k * PI / 3, radius = t->across / sqrt(3);
            out[i][0] = x + (k % 3 == 1 ? 0 : radius * cos(angle));
            out[i][1] = y + radius * sin(angle);
        } else {
            out[i][0] = x + (k == 1 || k == 2 ? 0.5 : -0.5) * t->across;
            out[i][1] = y + (k >= 2 ? 0.5 : -0.5) * t->across;
        }
    }
    return n + 1;
}

static bool is_inside(const double area[4], double x, double y)
{
    return x >= area[0] && x < area[2] && y > area[1] && y <= area[3];
}

static enum gs_status add_cell(struct gs_ctx *ctx, struct gs_bound *bound, const struct tiling *t,
                               double x, double y)
{
    double corners[7][2];
    struct gs_shapes *shapes = &bound->sites.features.shapes;
    size_t n = corners_of(t, x, y, corners);
    enum gs_status status = gs_shapes_begin(ctx, shapes);
    if (!status)
        status = gs_shapes_copy_part(ctx, shapes, GS_PART_RING, n, (const double(*)[2])corners);
    return status;
}

/* Ids tell row and column from the CRS's origin: a cell keeps its id when the area changes. */
static enum gs_status fill_cells(struct gs_ctx *ctx, struct gs_bound *bound, const struct tiling *t,
                                 size_t n)
{
    struct gs_sites *sites = &bound->sites;
    sites->ids = GS_ARRAY_ZERO(ctx, const char *, n);
    enum gs_status status = sites->ids ? GS_OK : GS_ENOMEM;
    size_t at = 0;
    for (size_t i = 0; i < t->n_rows * t->n_cols && !status; i++) {
        long row = t->row0 + (long)(i / t->n_cols), col = t->col0 + (long)(i % t->n_cols);
        double x = centre_x(t, col, row), y = centre_y(t, row);
        if (!is_inside(bound->area, x, y))
            continue;
        sites->ids[at] = gs_arena_printf(ctx, &sites->features.arena, "r%ldc%ld", row, col);
        status = sites->ids[at++] ? add_cell(ctx, bound, t, x, y) : GS_ENOMEM;
        if (!status && i % 4096 == 0)
            status = gs_check_cancel(ctx);
    }
    return status;
}

enum gs_status gs_bind_cells(struct gs_ctx *ctx, struct gs_bound *bound)
{
    const struct gs_candidates *c = &bound->study->candidates;
    const double *area = bound->area;
    if (bound->metres_per_unit == 0)
        return gs_fail(ctx, GS_ESTUDY, &c->pos,
                       "choose a projected CRS for `area:`, such as EPSG:3035",
                       "cells cannot be laid out in a CRS of degrees");
    double size = c->cells.size_m / bound->metres_per_unit;
    double about = (area[2] - area[0]) / size * ((area[3] - area[1]) / size);
    if (!(about <= MAX_CELLS))
        return gs_fail(ctx, GS_ESTUDY, &c->pos, "choose a larger `size:`",
                       "the area has about %.0f cells of this size; at most %d can be ranked",
                       about, MAX_CELLS);
    struct tiling t = tile(area, size, c->cells.shape == GS_CELL_HEXAGON);
    size_t n = 0;
    for (size_t i = 0; i < t.n_rows * t.n_cols; i++) {
        long row = t.row0 + (long)(i / t.n_cols), col = t.col0 + (long)(i % t.n_cols);
        n += is_inside(area, centre_x(&t, col, row), centre_y(&t, row));
    }
    if (n == 0)
        return gs_fail(ctx, GS_ESTUDY, &c->pos, "choose a smaller `size:` or a larger area",
                       "no cell of this size has its centre in the area");
    enum gs_status status = fill_cells(ctx, bound, &t, n);
    return status ? status : finish_sites(ctx, bound);
}

/* -- regions of the surface -------------------------------------------------------------------- */

static size_t cells_of(double area_m2, const struct gs_grid *grid)
{
    double n = ceil(area_m2 / (grid->cell_m * grid->cell_m) - 1e-9);
    return n > 1 ? (size_t)n : 1;
}

static enum gs_status alloc_located(struct gs_ctx *ctx, struct gs_sites *sites, size_t n)
{
    sites->located_mean = GS_ARRAY(ctx, double, n);
    sites->located_min = GS_ARRAY(ctx, double, n);
    if (!sites->located_mean || !sites->located_min)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++)
        sites->located_mean[i] = sites->located_min[i] = NAN;
    return GS_OK;
}

static enum gs_status fill_located(struct gs_ctx *ctx, struct gs_bound *bound,
                                   const struct gs_regions *regions, const struct gs_grid *grid)
{
    struct gs_sites *sites = &bound->sites;
    sites->ids = GS_ARRAY_ZERO(ctx, const char *, regions->n);
    enum gs_status status = sites->ids ? alloc_located(ctx, sites, regions->n) : GS_ENOMEM;
    for (size_t i = 0; i < regions->n && !status; i++) {
        sites->ids[i] = gs_arena_printf(ctx, &sites->features.arena, "L%zu", i + 1);
        sites->located_mean[i] = regions->items[i].mean;
        sites->located_min[i] = regions->items[i].min;
        status = sites->ids[i] ? gs_region_outline(ctx, &regions->items[i], regions->n_cells, grid,
                                                   &sites->features.shapes)
                               : GS_ENOMEM;
    }
    return status ? status : finish_sites(ctx, bound);
}

enum gs_status gs_bind_located(struct gs_ctx *ctx, struct gs_bound *bound, const float *scores,
                               const struct gs_grid *grid)
{
    const struct gs_candidates *c = &bound->study->candidates;
    struct gs_locate_options options = {
        .n_cells = cells_of(c->locate.area_m2, grid),
        .count = (size_t)c->locate.count,
        .spacing = c->locate.spacing_m / grid->cell_m,
        .compactness = c->locate.compactness,
    };
    struct gs_regions regions;
    enum gs_status status = gs_locate(ctx, scores, grid->n_cols, grid->n_rows, &options, &regions);
    if (status)
        return status;
    if (regions.n == 0)
        status = gs_fail(ctx, GS_EDATA, &c->pos,
                         "look at the exclusion raster (run --surface): which constraint leaves "
                         "nothing?",
                         "there is no contiguous area of %g ha on the surface where a site may be",
                         c->locate.area_m2 / 1e4);
    else if (regions.n < options.count)
        gs_warn(ctx, &c->pos, NULL,
                "only %zu of %zu regions could be found: there is no room for more", regions.n,
                options.count);
    bound->n_located = regions.n;
    bound->located_mean = regions.mean;
    bound->located_bound = regions.bound;
    if (!status)
        status = fill_located(ctx, bound, &regions, grid);
    gs_regions_release(&regions);
    return status;
}

/* -- what represents a polygon ------------------------------------------------------------------
 */

/* The scores in the window of the grid that holds the polygon; NaN outside of it. */
static enum gs_status cut_window(struct gs_ctx *ctx, const struct gs_shapes *shapes, size_t site,
                                 const float *scores, const struct gs_grid *grid,
                                 struct gs_grid *window, float **out)
{
    double b[4];
    if (!gs_shapes_bounds(shapes, site, b))
        return GS_OK;
    double col = fmax(floor(gs_grid_col(grid, b[0])), 0);
    double row = fmax(floor(gs_grid_row(grid, b[3])), 0);
    double col_end = fmin(ceil(gs_grid_col(grid, b[2])), (double)grid->n_cols);
    double row_end = fmin(ceil(gs_grid_row(grid, b[1])), (double)grid->n_rows);
    if (!(col < col_end && row < row_end))
        return GS_OK;
    *window = *grid;
    window->x0 += col * grid->cell;
    window->y0 -= row * grid->cell;
    window->n_cols = (size_t)(col_end - col);
    window->n_rows = (size_t)(row_end - row);
    float *cut = GS_ARRAY(ctx, float, window->n_cols * window->n_rows);
    if (!cut)
        return GS_ENOMEM;
    for (size_t i = 0; i < window->n_cols * window->n_rows; i++)
        cut[i] = NAN;
    struct gs_spans spans;
    gs_spans_init(&spans);
    enum gs_status status = gs_burn(ctx, shapes, site, 1u << GS_PART_RING, window, &spans);
    for (size_t i = 0; i < spans.n && !status; i++) {
        size_t first = (size_t)spans.items[i].first, r = (size_t)spans.items[i].row;
        memcpy(cut + r * window->n_cols + first,
               scores + ((size_t)row + r) * grid->n_cols + (size_t)col + first,
               ((size_t)spans.items[i].end - first) * sizeof *cut);
    }
    gs_spans_release(&spans);
    if (status)
        gs_free(cut);
    else
        *out = cut;
    return status;
}

/* The best contiguous site within the polygon, appended to `out`; an empty shape when there is
 * none. */
static enum gs_status find_best_site(struct gs_ctx *ctx, struct gs_bound *bound, size_t site,
                                     const float *scores, const struct gs_grid *grid,
                                     struct gs_shapes *out)
{
    struct gs_sites *sites = &bound->sites;
    struct gs_grid window;
    float *cut = NULL;
    enum gs_status status =
        cut_window(ctx, &sites->features.shapes, site, scores, grid, &window, &cut);
    if (status || !cut)
        return status ? status : gs_shapes_begin(ctx, out);
    struct gs_locate_options options = {.n_cells = cells_of(bound->study->facility.land_m2, grid),
                                        .count = 1,
                                        .compactness = 0.5};
    struct gs_regions regions = {0};
    status = gs_locate(ctx, cut, window.n_cols, window.n_rows, &options, &regions);
    gs_free(cut);
    if (!status && regions.n) {
        sites->located_mean[site] = regions.items[0].mean;
        sites->located_min[site] = regions.items[0].min;
        status = gs_region_outline(ctx, &regions.items[0], regions.n_cells, &window, out);
    } else if (!status) {
        status = gs_shapes_begin(ctx, out);
    }
    gs_regions_release(&regions);
    return status;
}

static enum gs_status find_point(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                 const struct gs_shapes *shapes, size_t site, struct gs_shapes *out)
{
    double point[1][2];
    enum gs_status status = gs_shapes_begin(ctx, out);
    if (status || gs_shapes_is_empty(shapes, site))
        return status;
    status = gs_polygons_point_inside(ctx, polygons, shapes, site, point[0]);
    if (!status)
        status = gs_shapes_copy_part(ctx, out, GS_PART_POINTS, 1, (const double(*)[2])point);
    return status;
}

static enum gs_status represent_all(struct gs_ctx *ctx, struct gs_bound *bound, const float *scores,
                                    const struct gs_grid *grid, struct gs_shapes *out)
{
    const struct gs_shapes *shapes = &bound->sites.features.shapes;
    bool point = bound->study->candidates.represent == GS_REPRESENT_POINT;
    struct gs_polygons *polygons = NULL;
    enum gs_status status =
        point ? gs_polygons_new(ctx, &polygons) : alloc_located(ctx, &bound->sites, shapes->n);
    for (size_t i = 0; i < shapes->n && !status; i++) {
        status = gs_check_cancel(ctx);
        if (!status)
            status = point ? find_point(ctx, polygons, shapes, i, out)
                           : find_best_site(ctx, bound, i, scores, grid, out);
    }
    gs_polygons_free(polygons);
    return status;
}

enum gs_status gs_bind_represent(struct gs_ctx *ctx, struct gs_bound *bound, const float *scores,
                                 const struct gs_grid *grid)
{
    struct gs_sites *sites = &bound->sites;
    struct gs_shapes *shapes = &sites->features.shapes;
    for (size_t i = 0; i < shapes->n; i++)
        if (gs_shapes_kinds(shapes, i) & ~(1u << GS_PART_RING))
            return gs_fail(ctx, GS_ESTUDY, &bound->study->candidates.pos, "leave `represent:` out",
                           "`represent` is for candidate polygons, but `%s` is a point",
                           sites->ids[i]);
    struct gs_shapes *measured = GS_NEW(ctx, struct gs_shapes);
    if (!measured)
        return GS_ENOMEM;
    gs_shapes_init(measured);
    enum gs_status status = represent_all(ctx, bound, scores, grid, measured);
    if (status) {
        gs_shapes_release(measured);
        gs_free(measured);
        return status;
    }
    struct gs_shapes own = *shapes; /* change places */
    *shapes = *measured;
    *measured = own;
    sites->shown = measured;
    if (sites->located_mean) {
        sites->unfound =
            gs_arena_printf(ctx, &sites->features.arena, "no contiguous site of %g ha in it",
                            bound->study->facility.land_m2 / 1e4);
        if (!sites->unfound)
            return GS_ENOMEM;
    }
    return finish_sites(ctx, bound);
}
