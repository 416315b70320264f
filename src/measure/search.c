// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/geodesic.h"
#include "measure/nearby_parts.h"
#include "measure/scratch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct search {
    struct gs_ctx *ctx;
    const struct gs_nearby *nearby;
    struct gs_scratch *scratch;
    const struct gs_shapes *shapes; /* of the sites */
    const double (*xy)[2];          /* their vertices as measured, all sites' */
    const double (*xyz)[3];         /* geodesic: those of this site from its first vertex on */
    size_t site, first_vertex;
    enum gs_status status;
    size_t n;          /* found so far */
    struct gs_run run; /* of the site: what is being compared */
    double limit;      /* in units as measured: the radius, or the smallest distance so far */
    bool nearest;      /* only those at the smallest distance are kept */
    double reach_m;    /* of a search that asks no distances: each feature is kept once; else NaN */
    const struct gs_box3 *nodes; /* trees over the site's rings, once there are */
    size_t n_items;              /* features whose rings hold the point in hand, once per ring */
};

static bool is_seen(const struct search *s, size_t feature)
{
    return !isnan(s->reach_m) && s->scratch->seen[feature] == s->scratch->round;
}

/* `distance` in units as measured. */
static void keep(struct search *s, size_t feature, double distance)
{
    if (s->status || !(distance <= s->limit))
        return;
    if (!isnan(s->reach_m)) {
        if (!(distance * s->nearby->metres_per_unit <= s->reach_m) || is_seen(s, feature))
            return;
        s->scratch->seen[feature] = s->scratch->round;
        distance = 0;
    }
    if (s->nearest && distance < s->limit) {
        s->limit = distance;
        s->n = 0;
    }
    struct gs_scratch *scratch = s->scratch;
    s->status = gs_grow(s->ctx, &scratch->found, &scratch->found_capacity, s->n + 1,
                        sizeof *scratch->found);
    if (!s->status)
        scratch->found[s->n++] =
            (struct gs_neighbour){feature, distance * s->nearby->metres_per_unit};
}

/* The index holds straight ways: a geodesic distance becomes the longest that it can have. */
static double straight(const struct search *s, double distance)
{
    return s->nearby->geodesic ? gs_geodesic_chord(s->nearby->geodesic, distance) : distance;
}

static double measure_chunk(void *user, size_t item)
{
    struct search *s = user;
    const struct gs_chunk *chunk = &s->nearby->chunks[item];
    struct gs_run run = gs_chunk_run(s->nearby, chunk);
    double distance = gs_run_distance(s->nearby->geodesic, &s->run, &run, s->limit);
    keep(s, chunk->feature, distance);
    return straight(s, distance);
}

static bool visit_chunk(void *user, size_t item)
{
    struct search *s = user;
    const struct gs_chunk *chunk = &s->nearby->chunks[item];
    if (is_seen(s, chunk->feature))
        return true;
    struct gs_run run = gs_chunk_run(s->nearby, chunk);
    if (!isnan(s->reach_m) && !s->nearby->geodesic && gs_run_surely_within(&s->run, &run, s->limit))
        keep(s, chunk->feature, 0);
    else
        measure_chunk(s, item);
    return s->status == GS_OK;
}

static struct gs_run site_run(const struct search *s, size_t first, size_t n)
{
    return (struct gs_run){n, s->xy + first,
                           s->nearby->geodesic ? s->xyz + (first - s->first_vertex) : NULL};
}

static void compare_run(struct search *s, size_t first, size_t n)
{
    s->run = site_run(s, first, n);
    struct gs_box3 box = gs_run_box(s->nearby->geodesic, &s->run);
    if (s->nearest)
        gs_index_nearest(s->nearby->chunk_index, &box, straight(s, s->limit), measure_chunk, s);
    else
        gs_index_within(s->nearby->chunk_index, &box, straight(s, s->limit), visit_chunk, s);
}

static void compare_part(struct search *s, size_t part)
{
    size_t first = s->shapes->vertex_start[part], end = s->shapes->vertex_start[part + 1];
    if (s->shapes->part_kind[part] == GS_PART_POINTS) {
        for (size_t v = first; v < end; v++)
            compare_run(s, v, 1);
        return;
    }
    for (size_t v = first; v + 1 < end; v += GS_RUN)
        compare_run(s, v, (end - 1 - v < GS_RUN ? end - 1 - v : GS_RUN) + 1);
}

/* -- one within the other -------------------------------------------------------------------- */

/* Does the ring hold the vertex? The boundary counts, and `boundary` is then set. */
static bool ring_holds(const struct gs_nearby *nearby, const struct gs_ring *ring, int around,
                       const struct gs_run *point, bool *boundary)
{
    if (!nearby->geodesic) {
        enum gs_place place = gs_ring_place(ring, point->xy[0]);
        *boundary |= place == GS_BOUNDARY;
        return place != GS_OUTSIDE;
    }
    double winding = gs_ring_winding(nearby->geodesic, ring, point->xy[0], point->xyz[0]);
    return fabs(winding) > 3 && (around == 0 || (winding > 0) == (around > 0));
}

static bool visit_ring(void *user, size_t item)
{
    struct search *s = user;
    const struct gs_nearby_ring *ring = &s->nearby->rings[item];
    struct gs_ring view = gs_nearby_ring(s->nearby, ring);
    bool boundary = false;
    if (!ring_holds(s->nearby, &view, ring->around, &s->run, &boundary))
        return true;
    if (boundary) {
        keep(s, ring->feature, 0);
    } else {
        struct gs_scratch *scratch = s->scratch;
        s->status = gs_grow(s->ctx, &scratch->items, &scratch->items_capacity, s->n_items + 1,
                            sizeof *scratch->items);
        if (!s->status)
            scratch->items[s->n_items++] = ring->feature;
    }
    return s->status == GS_OK;
}

static int compare_items(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* Features that hold the site's vertex: those whose rings hold it an odd number of times. */
static void find_around(struct search *s, size_t vertex)
{
    s->run = site_run(s, vertex, 1);
    struct gs_box3 box = gs_run_box(s->nearby->geodesic, &s->run);
    s->n_items = 0;
    gs_index_within(s->nearby->ring_index, &box, 0, visit_ring, s);
    size_t *items = s->scratch->items;
    if (s->n_items > 1)
        qsort(items, s->n_items, sizeof *items, compare_items);
    for (size_t i = 0, end; i < s->n_items; i = end) {
        for (end = i + 1; end < s->n_items && items[end] == items[i];)
            end++;
        if ((end - i) % 2 == 1)
            keep(s, items[i], 0);
    }
}

/* Calls `each` for the site's rings, which lie with their trees in the scratch one after another.
 */
static void for_rings(struct search *s, void (*each)(void *user, struct gs_ring *ring), void *user)
{
    const struct gs_box3 *node = s->nodes;
    for (size_t p = s->shapes->part_start[s->site]; p < s->shapes->part_start[s->site + 1]; p++) {
        size_t first = s->shapes->vertex_start[p], end = s->shapes->vertex_start[p + 1];
        if (s->shapes->part_kind[p] != GS_PART_RING || end - first < 2)
            continue;
        struct gs_run all = site_run(s, first, end - first);
        struct gs_ring ring = {end - first - 1, all.xy, all.xyz, node};
        each(user, &ring);
        if (node)
            node += gs_ring_tree_size(ring.n_segments);
    }
}

static void count_nodes(void *user, struct gs_ring *ring)
{
    *(size_t *)user += gs_ring_tree_size(ring->n_segments);
}

struct site_box {
    const struct search *s;
    struct gs_box3 box;
    struct gs_box3 *node;
};

static void plant(void *user, struct gs_ring *ring)
{
    struct site_box *site = user;
    const struct gs_geodesic *geodesic = site->s->nearby->geodesic;
    gs_ring_tree_fill(geodesic, ring, site->node);
    site->node += gs_ring_tree_size(ring->n_segments);
    struct gs_box3 box = gs_ring_box(geodesic, ring);
    for (int d = 0; d < 3; d++) {
        site->box.min[d] = fmin(site->box.min[d], box.min[d]);
        site->box.max[d] = fmax(site->box.max[d], box.max[d]);
    }
}

struct held {
    const struct gs_nearby *nearby;
    struct gs_run point;
    bool odd, boundary;
};

static void ask_ring(void *user, struct gs_ring *ring)
{
    struct held *held = user;
    held->odd ^= ring_holds(held->nearby, ring, 0, &held->point, &held->boundary);
}

/* A part with a vertex in the site touches it; a part that enters it is seen by its segments. */
static bool visit_opening(void *user, size_t item)
{
    struct search *s = user;
    const struct gs_chunk *chunk = &s->nearby->chunks[item];
    if (!chunk->opens || is_seen(s, chunk->feature))
        return true;
    struct held held = {s->nearby, gs_chunk_run(s->nearby, chunk), false, false};
    for_rings(s, ask_ring, &held);
    if (held.odd || held.boundary)
        keep(s, chunk->feature, 0);
    return s->status == GS_OK;
}

static void find_inside(struct search *s)
{
    size_t n_nodes = 0;
    for_rings(s, count_nodes, &n_nodes);
    if (n_nodes == 0)
        return;
    s->status = gs_grow(s->ctx, &s->scratch->nodes, &s->scratch->nodes_capacity, n_nodes,
                        sizeof *s->scratch->nodes);
    if (s->status)
        return;
    s->nodes = s->scratch->nodes;
    struct site_box site = {s,
                            {{INFINITY, INFINITY, INFINITY}, {-INFINITY, -INFINITY, -INFINITY}},
                            s->scratch->nodes};
    for_rings(s, plant, &site);
    gs_index_within(s->nearby->chunk_index, &site.box, 0, visit_opening, s);
}

/* -- the questions --------------------------------------------------------------------------- */

static enum gs_status place_site(struct search *s, const struct gs_sites *sites)
{
    const struct gs_features *features = &sites->features;
    const struct gs_geodesic *geodesic = s->nearby->geodesic;
    s->shapes = &features->shapes;
    s->xy = geodesic && features->lonlat ? features->lonlat : s->shapes->xy;
    s->first_vertex = s->shapes->vertex_start[s->shapes->part_start[s->site]];
    if (!geodesic)
        return GS_OK;
    size_t n = s->shapes->vertex_start[s->shapes->part_start[s->site + 1]] - s->first_vertex;
    struct gs_scratch *scratch = s->scratch;
    enum gs_status status =
        gs_grow(s->ctx, &scratch->xyz, &scratch->xyz_capacity, n, sizeof *scratch->xyz);
    if (status)
        return status;
    for (size_t v = 0; v < n; v++)
        gs_geodesic_ecef(geodesic, s->xy[s->first_vertex + v], scratch->xyz[v]);
    s->xyz = scratch->xyz;
    return GS_OK;
}

static int compare_found(const void *a, const void *b)
{
    const struct gs_neighbour *x = a, *y = b;
    if (x->feature != y->feature)
        return x->feature < y->feature ? -1 : 1;
    return (x->distance_m > y->distance_m) - (x->distance_m < y->distance_m);
}

/* Each feature once, at its smallest distance, and none beyond the radius. */
static size_t settle(struct gs_neighbour *found, size_t n, double radius_m)
{
    size_t kept = 0;
    if (n > 1)
        qsort(found, n, sizeof *found, compare_found);
    for (size_t i = 0; i < n; i++) {
        bool again = i > 0 && found[i].feature == found[i - 1].feature;
        if (!again && found[i].distance_m <= radius_m)
            found[kept++] = found[i];
    }
    return kept;
}

static enum gs_status search(struct search *s, const struct gs_sites *sites, double radius_m,
                             const struct gs_neighbour **found, size_t *n)
{
    const struct gs_shapes *shapes = &sites->features.shapes;
    size_t first = shapes->part_start[s->site], end = shapes->part_start[s->site + 1];
    s->limit = radius_m / s->nearby->metres_per_unit * (1 + 1e-12); /* settle() decides exactly */
    if (first < end)
        s->status = place_site(s, sites);
    for (size_t p = first; p < end && !s->status; p++) {
        bool points = shapes->part_kind[p] == GS_PART_POINTS;
        size_t v = shapes->vertex_start[p], last = shapes->vertex_start[p + 1];
        for (; v < last && !s->status; v = points ? v + 1 : last)
            find_around(s, v);
    }
    if (first < end && !s->status)
        find_inside(s);
    for (size_t p = first; p < end && !s->status; p++)
        compare_part(s, p);
    if (s->status)
        return s->status;
    *n = settle(s->scratch->found, s->n, radius_m);
    *found = s->scratch->found;
    return GS_OK;
}

enum gs_status gs_nearby_within(struct gs_ctx *ctx, const struct gs_nearby *nearby,
                                const struct gs_sites *sites, size_t site, double radius_m,
                                struct gs_scratch *scratch, const struct gs_neighbour **found,
                                size_t *n)
{
    struct search s = {
        .ctx = ctx, .nearby = nearby, .scratch = scratch, .site = site, .reach_m = NAN};
    return search(&s, sites, radius_m, found, n);
}

/* The next round: no feature has been seen in it. */
static enum gs_status begin_round(struct gs_ctx *ctx, struct gs_scratch *scratch, size_t n_features)
{
    size_t before = scratch->seen_capacity;
    enum gs_status status =
        gs_grow(ctx, &scratch->seen, &scratch->seen_capacity, n_features, sizeof *scratch->seen);
    if (status)
        return status;
    if (scratch->seen_capacity > before)
        memset(scratch->seen + before, 0,
               (scratch->seen_capacity - before) * sizeof *scratch->seen);
    if (++scratch->round == 0) { /* all numbers used up */
        memset(scratch->seen, 0, scratch->seen_capacity * sizeof *scratch->seen);
        scratch->round = 1;
    }
    return GS_OK;
}

enum gs_status gs_nearby_reached(struct gs_ctx *ctx, const struct gs_nearby *nearby,
                                 const struct gs_sites *sites, size_t site, double radius_m,
                                 struct gs_scratch *scratch, const struct gs_neighbour **found,
                                 size_t *n)
{
    struct search s = {
        .ctx = ctx, .nearby = nearby, .scratch = scratch, .site = site, .reach_m = radius_m};
    enum gs_status status = begin_round(ctx, scratch, nearby->features->shapes.n);
    return status ? status : search(&s, sites, radius_m, found, n);
}

enum gs_status gs_nearby_nearest(struct gs_ctx *ctx, const struct gs_nearby *nearby,
                                 const struct gs_sites *sites, size_t site, double radius_m,
                                 struct gs_scratch *scratch, const struct gs_neighbour **found,
                                 size_t *n)
{
    struct search s = {.ctx = ctx,
                       .nearby = nearby,
                       .scratch = scratch,
                       .site = site,
                       .nearest = true,
                       .reach_m = NAN};
    return search(&s, sites, radius_m, found, n);
}
