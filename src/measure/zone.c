// SPDX-License-Identifier: Apache-2.0
#include "measure/zone.h"

#include "base/mem.h"
#include "kernel/coverage.h"
#include "measure/scratch.h"
#include "measure/zone_shape.h"

#include <float.h>
#include <math.h>

enum { STRIP_CELLS = 1 << 20 };

/* -- from the raster's CRS to its cells ------------------------------------------------------ */

/* Cell coordinate t[0] + x t[1] + y t[2]. What rounding could have moved off a cell's border is put
 * back: a polygon drawn along the cells must not get slivers of their neighbours. */
static double cell_coordinate(const double *t, const double xy[2], bool snap)
{
    double x = xy[0] * t[1], y = xy[1] * t[2], c = t[0] + x + y, nearest = round(c);
    double noise = 4 * DBL_EPSILON * (fabs(t[0]) + fabs(x) + fabs(y));
    return snap && fabs(c - nearest) <= noise ? nearest : c;
}

/* What carries a vertex of the analysis CRS to the raster. */
struct carrier {
    struct gs_ctx *ctx;
    struct gs_transform *transform;
    struct gs_scratch *scratch; /* pairs: the ring so far, in the raster's CRS */
    const double *to_cell;
    bool identity;
    bool unwrap; /* the raster's x are degrees that run on across the antimeridian */
    size_t n;    /* vertices so far */
    bool failed; /* some point has no image */
};

static enum gs_status emit(struct carrier *carrier, const double xy[2])
{
    struct gs_scratch *s = carrier->scratch;
    enum gs_status status =
        gs_grow(carrier->ctx, &s->pairs, &s->pairs_capacity, carrier->n + 1, sizeof *s->pairs);
    if (status)
        return status;
    s->pairs[carrier->n][0] = xy[0];
    s->pairs[carrier->n++][1] = xy[1];
    return GS_OK;
}

/* The image of `xy`, its longitude the turn of the globe that is nearest to that of `before`. */
static void image(struct carrier *carrier, const double xy[2], const double *before, double out[2])
{
    out[0] = xy[0];
    out[1] = xy[1];
    if (!carrier->identity && gs_transform_points(carrier->transform, (double(*)[2])out, 1))
        carrier->failed = true;
    if (carrier->unwrap && before)
        out[0] += 360 * round((before[0] - out[0]) / 360);
}

/* Distance of p from the line through a and b, in cells. */
static double deviation(const double *t, const double a[2], const double b[2], const double p[2])
{
    double bx = (b[0] - a[0]) * t[1] + (b[1] - a[1]) * t[2];
    double by = (b[0] - a[0]) * t[4] + (b[1] - a[1]) * t[5];
    double px = (p[0] - a[0]) * t[1] + (p[1] - a[1]) * t[2];
    double py = (p[0] - a[0]) * t[4] + (p[1] - a[1]) * t[5];
    double length = hypot(bx, by);
    return length > 0 ? fabs(bx * py - by * px) / length : hypot(px, py);
}

/* Adds what follows `a` (image `ai`, already there) up to and with `b`. One probe at 0.4 of the
 * edge sees both a bow, whose middle it nearly meets, and an S, which a probe in the middle would
 * miss; either leaves its chord by at most 2.1 times what the probe shows. */
static enum gs_status add_edge(struct carrier *carrier, const double a[2], const double ai[2],
                               const double b[2], int depth)
{
    double p[2] = {a[0] + 0.4 * (b[0] - a[0]), a[1] + 0.4 * (b[1] - a[1])}, pi[2], bi[2];
    if (!carrier->identity) {
        image(carrier, p, ai, pi);
        image(carrier, b, pi, bi);
        if (carrier->failed)
            return GS_OK;
        if (depth > 0 && deviation(carrier->to_cell, ai, bi, pi) > 0.01 / 2.1) {
            enum gs_status status = add_edge(carrier, a, ai, p, depth - 1);
            if (status || carrier->failed)
                return status;
            double last[2] = {carrier->scratch->pairs[carrier->n - 1][0],
                              carrier->scratch->pairs[carrier->n - 1][1]};
            return add_edge(carrier, p, last, b, depth - 1);
        }
    } else {
        image(carrier, b, ai, bi);
    }
    return emit(carrier, bi);
}

/* A ring that runs once around the globe holds a pole: it is closed along the map's edge there. */
static enum gs_status close_at_pole(struct carrier *carrier)
{
    double(*ring)[2] = carrier->scratch->pairs, latitudes = 0;
    double first[2] = {ring[0][0], ring[0][1]}, last = ring[carrier->n - 1][0];
    if (!carrier->unwrap || fabs(last - first[0]) < 180)
        return GS_OK;
    for (size_t i = 0; i < carrier->n; i++)
        latitudes += ring[i][1];
    double pole = latitudes < 0 ? -90 : 90;
    enum gs_status status = emit(carrier, (double[2]){last, pole});
    if (!status)
        status = emit(carrier, (double[2]){first[0], pole});
    return status ? status : emit(carrier, first);
}

static enum gs_status carry_ring(struct carrier *carrier, const double (*xy)[2], size_t n)
{
    double at[2];
    carrier->n = 0;
    image(carrier, xy[0], NULL, at);
    enum gs_status status = emit(carrier, at);
    for (size_t v = 1; v < n && !status && !carrier->failed; v++) {
        at[0] = carrier->scratch->pairs[carrier->n - 1][0];
        at[1] = carrier->scratch->pairs[carrier->n - 1][1];
        status = add_edge(carrier, xy[v - 1], at, xy[v], 24);
    }
    if (!status && !carrier->failed)
        status = close_at_pole(carrier);
    if (status || carrier->failed)
        return status;
    double(*cells)[2];
    status =
        gs_shapes_add_part(carrier->ctx, &carrier->scratch->clip, GS_PART_RING, carrier->n, &cells);
    for (size_t v = 0; v < carrier->n && !status; v++)
        for (int d = 0; d < 2; d++)
            cells[v][d] = cell_coordinate(carrier->to_cell + 3 * d, carrier->scratch->pairs[v],
                                          carrier->identity);
    return status;
}

/* -- the window ------------------------------------------------------------------------------ */

/* Copies of the rings a turn of the globe to either side, where they meet the raster. */
static enum gs_status add_turns(struct gs_ctx *ctx, const struct gs_raster_info *info,
                                struct gs_shapes *cells, const double bounds[4])
{
    size_t n_parts = cells->n_parts;
    for (int turn = -1; turn <= 1; turn += 2) {
        double across = 360 * turn * info->to_cell[1], down = 360 * turn * info->to_cell[4];
        if (bounds[2] + across <= 0 || bounds[0] + across >= (double)info->n_cols ||
            bounds[3] + down <= 0 || bounds[1] + down >= (double)info->n_rows)
            continue;
        for (size_t p = 0; p < n_parts; p++) {
            size_t first = cells->vertex_start[p], n = cells->vertex_start[p + 1] - first;
            double(*xy)[2];
            enum gs_status status = gs_shapes_add_part(ctx, cells, GS_PART_RING, n, &xy);
            if (status)
                return status;
            for (size_t v = 0; v < n; v++) {
                xy[v][0] = cells->xy[first + v][0] + across;
                xy[v][1] = cells->xy[first + v][1] + down;
            }
        }
    }
    return GS_OK;
}

static void clip_range(double low, double high, size_t n, long *first, size_t *count)
{
    low = fmin(fmax(floor(low), 0), (double)n);
    high = fmin(fmax(ceil(high), low), (double)n);
    *first = (long)low;
    *count = (size_t)(high - low);
}

static enum gs_status set_window(struct gs_ctx *ctx, const struct gs_raster_info *info,
                                 struct gs_shapes *cells, struct gs_zone *zone)
{
    double bounds[4];
    zone->area = fabs(gs_shapes_area(cells, 0));
    if (!gs_shapes_bounds(cells, 0, bounds))
        return GS_OK;
    if (gs_crs_is_geographic(info->crs)) {
        enum gs_status status = add_turns(ctx, info, cells, bounds);
        if (status)
            return status;
        gs_shapes_bounds(cells, 0, bounds);
    }
    clip_range(bounds[0], bounds[2], info->n_cols, &zone->col, &zone->n_cols);
    clip_range(bounds[1], bounds[3], info->n_rows, &zone->row, &zone->n_rows);
    return GS_OK;
}

/* The circle itself, where the zone is one and stays one on the raster. */
static void set_circle(const struct gs_job *job, size_t site, double radius_m, bool identity,
                       struct gs_zone *zone)
{
    const struct gs_shapes *shapes = &job->sites->features.shapes;
    const double *t = gs_raster_info(job->raster)->to_cell;
    if (isnan(radius_m))
        radius_m = job->sites->footprint_radius_m;
    if (!identity || !(job->metres_per_unit > 0) || !gs_shapes_is_point(shapes, site) ||
        !(radius_m > 0) || t[2] != 0 || t[4] != 0)
        return;
    const double *xy = shapes->xy[shapes->vertex_start[shapes->part_start[site]]];
    zone->is_circle = true;
    zone->centre[0] = cell_coordinate(t, xy, true);
    zone->centre[1] = cell_coordinate(t + 3, xy, true);
    zone->radius = radius_m / job->metres_per_unit * fabs(t[1]);
    zone->stretch = fabs(t[1] / t[5]);
}

enum gs_status gs_zone_place(struct gs_ctx *ctx, const struct gs_job *job, struct gs_worker *worker,
                             size_t site, double radius_m, struct gs_zone *zone)
{
    const struct gs_raster_info *info = gs_raster_info(job->raster);
    const struct gs_shapes *shapes = NULL;
    size_t shape = 0;
    bool turns = false; /* the shape's longitudes run on across the antimeridian */
    enum gs_status status =
        gs_zone_shape(ctx, job, worker, site, radius_m, &shapes, &shape, &turns);
    if (status)
        return status;
    struct carrier carrier = {
        .ctx = ctx,
        .transform = worker->transform,
        .scratch = worker->scratch,
        .to_cell = info->to_cell,
        .identity = gs_transform_is_identity(worker->transform),
    };
    carrier.unwrap = gs_crs_is_geographic(info->crs) && (!carrier.identity || turns);
    struct gs_shapes *cells = &worker->scratch->clip;
    gs_shapes_clear(cells);
    status = gs_shapes_begin(ctx, cells);
    if (status)
        return status;
    size_t end = shapes ? shapes->part_start[shape + 1] : 0;
    for (size_t p = shapes ? shapes->part_start[shape] : 0; p < end && !status; p++) {
        size_t first = shapes->vertex_start[p];
        if (shapes->part_kind[p] == GS_PART_RING && !carrier.failed)
            status = carry_ring(&carrier, (const double(*)[2])shapes->xy + first,
                                shapes->vertex_start[p + 1] - first);
    }
    struct gs_zone placed = {.cells = cells,
                             .unplaceable = carrier.failed,
                             .strip_cells = STRIP_CELLS};
    if (!status && !carrier.failed)
        status = set_window(ctx, info, cells, &placed);
    set_circle(job, site, radius_m, carrier.identity, &placed);
    if (!status)
        *zone = placed;
    return status;
}

/* -- the cells --------------------------------------------------------------------------------- */

/* Cells that the circle at most touches weigh nothing: else `max` would see them. Only light ones
 * can be such. */
static void leave_touched_out(const struct gs_zone *zone, long row, size_t n_rows, double *weights)
{
    for (size_t r = 0; r < n_rows; r++) {
        double top = (double)row + (double)r - zone->centre[1];
        double dy = fmax(fmax(top, -top - 1), 0) * zone->stretch;
        for (size_t c = 0; c < zone->n_cols; c++) {
            double *weight = &weights[r * zone->n_cols + c];
            if (!(*weight > 0 && *weight < 0.02))
                continue;
            double left = (double)zone->col + (double)c - zone->centre[0];
            double dx = fmax(fmax(left, -left - 1), 0);
            if (dx * dx + dy * dy >= zone->radius * zone->radius * (1 - 1e-12))
                *weight = 0;
        }
    }
}

/* First and last + 1 of the weights above 0; false when there are none. */
static bool touched(const double *weights, size_t n, size_t *first, size_t *end)
{
    size_t a = 0, b = n;
    while (a < b && weights[a] == 0)
        a++;
    while (b > a && weights[b - 1] == 0)
        b--;
    *first = a;
    *end = b;
    return a < b;
}

/* Reads and visits the rows of a strip whose weights are known. */
static enum gs_status visit_strip(struct gs_ctx *ctx, struct gs_worker *worker,
                                  const struct gs_zone *zone, long row, size_t n_rows, size_t halo,
                                  gs_zone_visit_fn *visit, void *user)
{
    struct gs_scratch *s = worker->scratch;
    size_t left = zone->n_cols, right = 0, first, end;
    for (size_t r = 0; r < n_rows; r++)
        if (touched(s->weights + r * zone->n_cols, zone->n_cols, &first, &end)) {
            left = first < left ? first : left;
            right = end > right ? end : right;
        }
    if (left >= right)
        return GS_OK;
    size_t n_cols = right - left + 2 * halo, n_read = n_rows + 2 * halo;
    enum gs_status status =
        gs_grow(ctx, &s->values, &s->values_capacity, n_cols * n_read, sizeof *s->values);
    if (!status)
        status = gs_raster_read(ctx, worker->raster, zone->col + (long)left - (long)halo,
                                row - (long)halo, n_cols, n_read, s->values);
    for (size_t r = 0; r < n_rows && !status; r++) {
        const double *weights = s->weights + r * zone->n_cols;
        if (!touched(weights, zone->n_cols, &first, &end))
            continue;
        struct gs_zone_row part = {
            .values = s->values + (r + halo) * n_cols + halo + (first - left),
            .weights = weights + first,
            .n = end - first,
            .stride = n_cols,
            .col = zone->col + (long)first,
            .row = row + (long)r,
        };
        visit(user, &part);
    }
    return status;
}

enum gs_status gs_zone_visit(struct gs_ctx *ctx, struct gs_worker *worker,
                             const struct gs_zone *zone, size_t halo, gs_zone_visit_fn *visit,
                             void *user)
{
    if (zone->n_cols == 0 || zone->n_rows == 0)
        return GS_OK;
    struct gs_scratch *s = worker->scratch;
    size_t height = zone->strip_cells / zone->n_cols;
    height = height < 1 ? 1 : height < zone->n_rows ? height : zone->n_rows;
    enum gs_status status =
        gs_grow(ctx, &s->weights, &s->weights_capacity, height * zone->n_cols, sizeof *s->weights);
    for (size_t done = 0; done < zone->n_rows && !status; done += height) {
        size_t n_rows = zone->n_rows - done < height ? zone->n_rows - done : height;
        long row = zone->row + (long)done;
        status = gs_check_cancel(ctx);
        if (status)
            return status;
        gs_coverage(zone->cells, 0, zone->cells->n_parts, zone->col, row, zone->n_cols, n_rows,
                    s->weights);
        if (zone->is_circle && zone->is_strict)
            leave_touched_out(zone, row, n_rows, s->weights);
        status = visit_strip(ctx, worker, zone, row, n_rows, halo, visit, user);
    }
    return status;
}

double gs_zone_share(const struct gs_zone *zone, double covered)
{
    if (zone->unplaceable)
        return 0;
    if (zone->area == 0)
        return 1;
    double share = covered / zone->area,
           whole = zone->is_circle && zone->is_strict ? 1 - 1e-4 : 1 - 1e-9;
    return share > whole ? 1 : share;
}
