// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "flow/length_rows.h"
#include "kernel/crossing.h"
#include "kernel/sum.h"
#include "measure/measure.h"
#include "measure/nearby.h"
#include "measure/rings.h"
#include "measure/scratch.h"
#include "measure/site_area.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

struct params {
    double radius_m;
};

static const struct gs_param table[] = {
    {.key = "radius",
     .type = GS_PARAM_QUANTITY,
     .unit = "m",
     .max = INFINITY,
     .help = "How far from the site lines count; if not given: inside the site's own area",
     .offset = offsetof(struct params, radius_m),
     .flags = GS_PARAM_MIN_OPEN},
};

/* Without a radius the footprint decides, which the parameters do not know. */
static double reach_m(const void *params)
{
    double radius_m = ((const struct params *)params)->radius_m;
    return isnan(radius_m) ? INFINITY : radius_m;
}

struct clipped {
    struct gs_ctx *ctx;
    const struct gs_site_area *area;
    struct gs_scratch *scratch;
    struct gs_sum lengths;
    enum gs_status status;
};

static void add_in_disc(void *user, const double (*xy)[2], size_t n)
{
    struct clipped *c = user;
    double length = 0;
    for (size_t i = 0; i + 1 < n; i++)
        length += gs_planar_length_in_circle(xy[i], xy[i + 1], c->area->centre, c->area->radius);
    gs_sum_add(&c->lengths, length);
}

/* -- polygons -------------------------------------------------------------------------------- */

static bool ring_of(const struct gs_shapes *shapes, size_t part, const struct gs_box3 *nodes,
                    struct gs_ring *ring)
{
    size_t first = shapes->vertex_start[part], end = shapes->vertex_start[part + 1];
    *ring = (struct gs_ring){end - first - 1, (const double(*)[2])shapes->xy + first, NULL, nodes};
    return shapes->part_kind[part] == GS_PART_RING && end - first >= 2;
}

/* A stop on the way along a segment from 0 to 1: where it crosses the boundary (0), or begins (1)
 * or ceases (-1) to run along it, which counts as inside. */
static enum gs_status add_stop(struct clipped *c, size_t *n, double share, double kind)
{
    struct gs_scratch *s = c->scratch;
    enum gs_status status =
        gs_grow(c->ctx, &s->pairs, &s->pairs_capacity, *n + 1, sizeof *s->pairs);
    if (!status) {
        s->pairs[*n][0] = share;
        s->pairs[(*n)++][1] = kind;
    }
    return status;
}

static int compare_stops(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (a[0] > b[0]) - (a[0] < b[0]);
}

/* The stops of a b at the edge p q. */
static enum gs_status meet_edge(struct clipped *c, const double a[2], const double b[2],
                                const double p[2], const double q[2], size_t *n)
{
    if (gs_crossing(a, b, p, q, 1))
        return add_stop(c, n, gs_crossing_share(a, b, p, q), 0);
    if (gs_planar_side(a, b, p) != 0 || gs_planar_side(a, b, q) != 0)
        return GS_OK;
    int d = fabs(b[0] - a[0]) > fabs(b[1] - a[1]) ? 0 : 1;
    double from = fmin(fmax((p[d] - a[d]) / (b[d] - a[d]), 0), 1);
    double to = fmin(fmax((q[d] - a[d]) / (b[d] - a[d]), 0), 1);
    if (from == to)
        return GS_OK;
    enum gs_status status = add_stop(c, n, fmin(from, to), 1);
    return status ? status : add_stop(c, n, fmax(from, to), -1);
}

/* The edges of the ring near the segment, found by the boxes of its runs. */
static enum gs_status meet_ring(struct clipped *c, const double a[2], const double b[2],
                                const struct gs_ring *ring, size_t *n)
{
    double low[2] = {fmin(a[0], b[0]), fmin(a[1], b[1])};
    double high[2] = {fmax(a[0], b[0]), fmax(a[1], b[1])};
    enum gs_status status = GS_OK;
    for (size_t first = 0; first < ring->n_segments; first += GS_RUN) {
        const struct gs_box3 *box = &ring->nodes[first / GS_RUN];
        if (box->min[0] > high[0] || box->max[0] < low[0] || box->min[1] > high[1] ||
            box->max[1] < low[1])
            continue;
        for (size_t k = first; k < ring->n_segments && k < first + GS_RUN && !status; k++) {
            const double *p = ring->xy[k], *q = ring->xy[k + 1];
            if (fmin(p[0], q[0]) <= high[0] && fmax(p[0], q[0]) >= low[0] &&
                fmin(p[1], q[1]) <= high[1] && fmax(p[1], q[1]) >= low[1])
                status = meet_edge(c, a, b, p, q, n);
        }
    }
    return status;
}

/* The share of the segment that lies in the area. */
static double share_inside(struct clipped *c, const double a[2], const double b[2])
{
    const struct gs_shapes *shapes = c->area->shapes;
    const struct gs_box3 *nodes = c->scratch->nodes;
    size_t n = 0;
    bool inside = false;
    for (size_t p = shapes->part_start[c->area->shape];
         p < shapes->part_start[c->area->shape + 1] && !c->status; p++) {
        struct gs_ring ring;
        if (!ring_of(shapes, p, nodes, &ring))
            continue;
        inside ^= gs_ring_ray_odd(&ring, a, 1);
        c->status = meet_ring(c, a, b, &ring, &n);
        nodes += gs_ring_tree_size(ring.n_segments);
    }
    double(*stops)[2] = c->scratch->pairs, share = 0, from = 0, along = 0;
    if (n > 1)
        qsort(stops, n, sizeof *stops, compare_stops);
    for (size_t i = 0; i < n; i++) {
        if (inside || along > 0)
            share += stops[i][0] - from;
        from = stops[i][0];
        along += stops[i][1];
        inside ^= stops[i][1] == 0;
    }
    return inside ? share + (1 - from) : share;
}

static void add_in_polygons(void *user, const double (*xy)[2], size_t n)
{
    struct clipped *c = user;
    double length = 0;
    for (size_t i = 0; i + 1 < n && !c->status; i++) {
        double x = xy[i + 1][0] - xy[i][0], y = xy[i + 1][1] - xy[i][1];
        if (x != 0 || y != 0)
            length += share_inside(c, xy[i], xy[i + 1]) * sqrt(x * x + y * y);
    }
    gs_sum_add(&c->lengths, length);
}

/* Trees over the area's rings, one after another in the scratch. */
static enum gs_status plant_trees(struct gs_ctx *ctx, const struct gs_site_area *area,
                                  struct gs_scratch *scratch)
{
    size_t first = area->shapes->part_start[area->shape], n = 0;
    size_t end = area->shapes->part_start[area->shape + 1];
    struct gs_ring ring;
    for (size_t p = first; p < end; p++)
        if (ring_of(area->shapes, p, NULL, &ring))
            n += gs_ring_tree_size(ring.n_segments);
    enum gs_status status =
        gs_grow(ctx, &scratch->nodes, &scratch->nodes_capacity, n, sizeof *scratch->nodes);
    struct gs_box3 *nodes = scratch->nodes;
    for (size_t p = first; p < end && !status; p++)
        if (ring_of(area->shapes, p, NULL, &ring)) {
            gs_ring_tree_fill(NULL, &ring, nodes);
            nodes += gs_ring_tree_size(ring.n_segments);
        }
    return status;
}

/* -- sites ----------------------------------------------------------------------------------- */

static enum gs_status add_lines(struct gs_ctx *ctx, const struct gs_job *job, struct clipped *c)
{
    const struct gs_site_area *area = c->area;
    double bounds[4];
    if (area->kind == GS_SITE_AREA_DISC) {
        const double *p = area->centre;
        struct gs_box3 box = {{p[0], p[1], 0}, {p[0], p[1], 0}};
        gs_nearby_lines(job->nearby, &box, area->radius, add_in_disc, c);
        return GS_OK;
    }
    if (area->kind == GS_SITE_AREA_NONE || !gs_shapes_bounds(area->shapes, area->shape, bounds))
        return GS_OK;
    enum gs_status status = plant_trees(ctx, area, c->scratch);
    if (status)
        return status;
    struct gs_box3 box = {{bounds[0], bounds[1], 0}, {bounds[2], bounds[3], 0}};
    gs_nearby_lines(job->nearby, &box, 0, add_in_polygons, c);
    return c->status;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct params *params = job->params;
    struct gs_site_area area;
    enum gs_status status = gs_site_area(ctx, job, worker, site, params->radius_m, &area);
    if (status)
        return status;
    struct clipped c = {.ctx = ctx, .area = &area, .scratch = worker->scratch};
    gs_sum_init(&c.lengths);
    status = add_lines(ctx, job, &c);
    if (status)
        return status;
    double length_m = gs_sum_value(&c.lengths) * job->metres_per_unit;
    *out = (struct gs_reading){.number = area.kind == GS_SITE_AREA_NONE ? NAN : length_m,
                               .valid_share = 1};
    return GS_OK;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    double radius_m;
    enum gs_status status =
        gs_cell_area(ctx, job, ((const struct params *)job->params)->radius_m, &radius_m);
    if (status)
        return status;
    return gs_length_rows_new(ctx, &job->features->shapes, job->grid, radius_m,
                              job->metres_per_unit, out);
}

const struct gs_measure gs_measure_length_within = {
    .name = "length_within",
    .summary = "Length of lines within a radius, or inside the site's area",
    .details = "Lines are cut exactly with the circle around a point; for polygons and several "
               "points with the area within `radius` of them, its arcs drawn with 64 segments a "
               "quarter circle. Boundaries of polygons do not count. Needs a projected analysis "
               "CRS. On the surface: around the centre of each cell.",
    .input = GS_INPUT_VECTOR,
    .unit = "m",
    .geometry = 1u << GS_PART_LINE,
    .flags = GS_MEASURE_AREA | GS_MEASURE_PLANAR | GS_MEASURE_FROM_0,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .measure = measure,
    .surface = surface,
};
