// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "base/thread.h"
#include "kernel/crossing.h"
#include "measure/outline_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Every run of a boundary (a chunk of gs_nearby) is looked at on its own: in which other polygons
 * its first vertex lies, and where it crosses boundaries of others, tells which parts of it lie in
 * none. To the kernel's crossings, which know no special cases, the polygons are all moved a little
 * against each other, in an order of their own: of boundaries that run along each other one is then
 * inside, or neither, as it should be. */

/* Pieces as one group of chunks yields them. */
struct yield {
    struct gs_piece *pieces;
    size_t n_pieces, pieces_capacity;
    double (*xy)[2];
    size_t n_vertices, vertices_capacity;
};

struct build {
    const struct gs_nearby *nearby;
    const bool *wanted; /* chunks */
    const size_t *rank; /* of features, by their vertices */
    struct yield *yields;
    size_t group; /* chunks per yield */
};

/* Another polygon near the run in hand. */
struct other {
    size_t feature;
    bool holds; /* the place reached on the run */
};

struct event {
    size_t segment, feature;
    double share; /* of the way along the segment */
    double at[2];
};

struct worker {
    struct other *others;
    size_t n_others, others_capacity;
    struct event *events;
    size_t n_events, events_capacity;
};

/* One run at work. */
struct walk {
    struct gs_ctx *ctx;
    const struct build *build;
    struct worker *worker;
    struct yield *yield;
    const struct gs_chunk *chunk;
    struct gs_run run;
    struct gs_box3 box;
    enum gs_status status;
};

/* -- which others ------------------------------------------------------------------------------ */

static int moved(const struct walk *w, size_t feature)
{
    return w->build->rank[feature] > w->build->rank[w->chunk->feature] ? 1 : -1;
}

static struct other *find_other(struct walk *w, size_t feature)
{
    struct worker *worker = w->worker;
    for (size_t i = 0; i < worker->n_others; i++)
        if (worker->others[i].feature == feature)
            return &worker->others[i];
    w->status = gs_grow(w->ctx, &worker->others, &worker->others_capacity, worker->n_others + 1,
                        sizeof *worker->others);
    if (w->status)
        return NULL;
    worker->others[worker->n_others] = (struct other){feature, false};
    return &worker->others[worker->n_others++];
}

static bool visit_ring(void *user, size_t item)
{
    struct walk *w = user;
    const struct gs_nearby *nearby = w->build->nearby;
    const struct gs_nearby_ring *ring = &nearby->rings[item];
    if (ring->feature == w->chunk->feature)
        return true;
    struct other *other = find_other(w, ring->feature);
    if (!other)
        return false;
    struct gs_ring view = gs_nearby_ring(nearby, ring);
    other->holds ^= gs_ring_ray_odd(&view, w->run.xy[0], moved(w, ring->feature));
    return true;
}

/* -- where they cross -------------------------------------------------------------------------- */

static bool apart(const double a[2], const double b[2], const double low[3], const double high[3])
{
    for (int d = 0; d < 2; d++)
        if ((a[d] < low[d] && b[d] < low[d]) || (a[d] > high[d] && b[d] > high[d]))
            return true;
    return false;
}

/* The point is told by the segment that comes first in the order, so that both get the same. */
static void add_event(struct walk *w, size_t segment, size_t feature, const double c[2],
                      const double d[2])
{
    const double *a = w->run.xy[segment], *b = w->run.xy[segment + 1];
    struct worker *worker = w->worker;
    w->status = gs_grow(w->ctx, &worker->events, &worker->events_capacity, worker->n_events + 1,
                        sizeof *worker->events);
    if (w->status)
        return;
    struct event *event = &worker->events[worker->n_events++];
    *event = (struct event){.segment = segment, .feature = feature};
    event->share = gs_crossing_share(a, b, c, d);
    bool first = moved(w, feature) > 0;
    double share = first ? event->share : gs_crossing_share(c, d, a, b);
    const double *p = first ? a : c, *q = first ? b : d;
    for (int k = 0; k < 2; k++)
        event->at[k] =
            share < 0.5 ? p[k] + share * (q[k] - p[k]) : q[k] - (1 - share) * (q[k] - p[k]);
}

static bool visit_chunk(void *user, size_t item)
{
    struct walk *w = user;
    const struct gs_chunk *chunk = &w->build->nearby->chunks[item];
    if (chunk->kind != GS_PART_RING || chunk->feature == w->chunk->feature)
        return true;
    struct gs_run run = gs_chunk_run(w->build->nearby, chunk);
    int direction = moved(w, chunk->feature);
    for (size_t k = 0; k + 1 < run.n; k++) {
        const double *c = run.xy[k], *d = run.xy[k + 1];
        if (apart(c, d, w->box.min, w->box.max))
            continue;
        double low[3] = {fmin(c[0], d[0]), fmin(c[1], d[1])};
        double high[3] = {fmax(c[0], d[0]), fmax(c[1], d[1])};
        for (size_t i = 0; i + 1 < w->run.n && !w->status; i++) {
            const double *a = w->run.xy[i], *b = w->run.xy[i + 1];
            if (!apart(a, b, low, high) && gs_crossing(a, b, c, d, direction))
                add_event(w, i, chunk->feature, c, d);
        }
    }
    return w->status == GS_OK;
}

static int compare_events(const void *left, const void *right)
{
    const struct event *a = left, *b = right;
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    if (a->share != b->share)
        return a->share < b->share ? -1 : 1;
    for (int d = 0; d < 2; d++)
        if (a->at[d] != b->at[d])
            return a->at[d] < b->at[d] ? -1 : 1;
    return (a->feature > b->feature) - (a->feature < b->feature);
}

/* -- what is left ------------------------------------------------------------------------------ */

static void begin_piece(struct walk *w)
{
    struct yield *y = w->yield;
    if (!w->status)
        w->status =
            gs_grow(w->ctx, &y->pieces, &y->pieces_capacity, y->n_pieces + 1, sizeof *y->pieces);
    if (!w->status)
        y->pieces[y->n_pieces++] = (struct gs_piece){y->n_vertices, 0};
}

static void add_vertex(struct walk *w, const double xy[2])
{
    struct yield *y = w->yield;
    if (!w->status)
        w->status =
            gs_grow(w->ctx, &y->xy, &y->vertices_capacity, y->n_vertices + 1, sizeof *y->xy);
    if (w->status)
        return;
    memcpy(y->xy[y->n_vertices++], xy, sizeof *y->xy);
    y->pieces[y->n_pieces - 1].n++;
}

/* Walks along the run through its events; seen is what no other polygon holds. */
static void cut_run(struct walk *w)
{
    struct worker *worker = w->worker;
    size_t depth = 0, e = 0;
    for (size_t i = 0; i < worker->n_others; i++)
        depth += worker->others[i].holds;
    if (worker->n_events > 1)
        qsort(worker->events, worker->n_events, sizeof *worker->events, compare_events);
    if (depth == 0)
        begin_piece(w);
    for (size_t v = 0; v < w->run.n && !w->status; v++) {
        if (depth == 0)
            add_vertex(w, w->run.xy[v]);
        for (; e < worker->n_events && worker->events[e].segment == v && !w->status; e++) {
            struct other *other = find_other(w, worker->events[e].feature);
            if (!other)
                return;
            bool was_seen = depth == 0;
            other->holds = !other->holds;
            depth = other->holds ? depth + 1 : depth - 1;
            if (!was_seen && depth == 0)
                begin_piece(w);
            if (was_seen || depth == 0)
                add_vertex(w, worker->events[e].at);
        }
    }
}

static enum gs_status cut_chunk(struct gs_ctx *ctx, const struct build *build,
                                struct worker *worker, struct yield *yield, size_t chunk)
{
    struct walk w = {.ctx = ctx,
                     .build = build,
                     .worker = worker,
                     .yield = yield,
                     .chunk = &build->nearby->chunks[chunk]};
    w.run = gs_chunk_run(build->nearby, w.chunk);
    w.box = gs_run_box(NULL, &w.run);
    worker->n_others = worker->n_events = 0;
    gs_index_within(build->nearby->ring_index, &w.box, 0, visit_ring, &w);
    if (!w.status && worker->n_others > 0)
        gs_index_within(build->nearby->chunk_index, &w.box, 0, visit_chunk, &w);
    if (!w.status)
        cut_run(&w);
    return w.status;
}

/* -- in parallel ------------------------------------------------------------------------------- */

static enum gs_status start(struct gs_ctx *ctx, void *user, void **out)
{
    (void)user;
    *out = GS_NEW(ctx, struct worker);
    return *out ? GS_OK : GS_ENOMEM;
}

static void stop(void *user, void *worker)
{
    (void)user;
    gs_free(((struct worker *)worker)->others);
    gs_free(((struct worker *)worker)->events);
    gs_free(worker);
}

static enum gs_status work(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end)
{
    const struct build *build = user;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++)
        if (build->wanted[i])
            status = cut_chunk(ctx, build, worker, &build->yields[first / build->group], i);
    return status;
}

/* The groups' pieces one after another. */
static enum gs_status collect(struct gs_ctx *ctx, const struct yield *yields, size_t n,
                              struct gs_outline *outline)
{
    size_t n_pieces = 0, n_vertices = 0;
    for (size_t i = 0; i < n; i++) {
        n_pieces += yields[i].n_pieces;
        n_vertices += yields[i].n_vertices;
    }
    outline->pieces = GS_ARRAY(ctx, struct gs_piece, n_pieces);
    outline->xy = outline->pieces ? gs_alloc(ctx, n_vertices, sizeof *outline->xy) : NULL;
    struct gs_box3 *boxes = outline->xy ? GS_ARRAY(ctx, struct gs_box3, n_pieces) : NULL;
    if (!boxes)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct yield *y = &yields[i];
        for (size_t k = 0; k < y->n_pieces; k++) {
            struct gs_piece piece = {outline->n_vertices + y->pieces[k].first, y->pieces[k].n};
            struct gs_run run = {piece.n, (const double(*)[2])y->xy + y->pieces[k].first, NULL};
            boxes[outline->n_pieces] = gs_run_box(NULL, &run);
            outline->pieces[outline->n_pieces++] = piece;
        }
        if (y->n_vertices)
            memcpy(outline->xy + outline->n_vertices, y->xy, y->n_vertices * sizeof *y->xy);
        outline->n_vertices += y->n_vertices;
    }
    enum gs_status status = gs_index_new(ctx, boxes, n_pieces, &outline->index);
    gs_free(boxes);
    return status;
}

static enum gs_status cut_all(struct gs_ctx *ctx, struct build *build, struct gs_outline *outline)
{
    size_t n = build->nearby->n_chunks;
    build->group = n / 1024 + 64;
    size_t n_groups = (n + build->group - 1) / build->group;
    build->yields = GS_ARRAY_ZERO(ctx, struct yield, n_groups);
    if (!build->yields)
        return GS_ENOMEM;
    struct gs_parallel parallel = {.n_items = n,
                                   .chunk = build->group,
                                   .start = start,
                                   .stop = stop,
                                   .work = work,
                                   .user = build};
    enum gs_status status = gs_parallel_run(ctx, &parallel);
    if (!status)
        status = collect(ctx, build->yields, n_groups, outline);
    for (size_t i = 0; i < n_groups; i++) {
        gs_free(build->yields[i].pieces);
        gs_free(build->yields[i].xy);
    }
    gs_free(build->yields);
    return status;
}

/* -- the order of features --------------------------------------------------------------------- */

struct ranked {
    const double (*xy)[2];
    size_t n, feature;
};

/* By the vertices alone. Features that agree in all of them are the same to every question. */
static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    for (size_t k = 0; k < a->n && k < b->n; k++)
        for (int d = 0; d < 2; d++)
            if (a->xy[k][d] != b->xy[k][d])
                return a->xy[k][d] < b->xy[k][d] ? -1 : 1;
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    return (a->feature > b->feature) - (a->feature < b->feature);
}

static enum gs_status rank_features(struct gs_ctx *ctx, const struct gs_shapes *shapes,
                                    size_t *rank)
{
    struct ranked *ranked = GS_ARRAY(ctx, struct ranked, shapes->n);
    if (!ranked)
        return GS_ENOMEM;
    for (size_t i = 0; i < shapes->n; i++) {
        size_t first = shapes->vertex_start ? shapes->vertex_start[shapes->part_start[i]] : 0;
        size_t end = shapes->vertex_start ? shapes->vertex_start[shapes->part_start[i + 1]] : 0;
        ranked[i] = (struct ranked){(const double(*)[2])shapes->xy + first, end - first, i};
    }
    if (shapes->n > 1)
        qsort(ranked, shapes->n, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < shapes->n; i++)
        rank[ranked[i].feature] = i;
    gs_free(ranked);
    return GS_OK;
}

/* -- new and free ------------------------------------------------------------------------------ */

struct wanted {
    const struct gs_nearby *nearby;
    bool *chunks;
};

static bool want_chunk(void *user, size_t item)
{
    struct wanted *wanted = user;
    wanted->chunks[item] = wanted->nearby->chunks[item].kind == GS_PART_RING;
    return true;
}

enum gs_status gs_outline_new(struct gs_ctx *ctx, const struct gs_nearby *nearby,
                              const double (*centres)[2], const double *radii, size_t n_circles,
                              struct gs_outline **out)
{
    const struct gs_shapes *shapes = &nearby->features->shapes;
    bool *chunks = GS_ARRAY_ZERO(ctx, bool, nearby->n_chunks);
    size_t *rank = GS_ARRAY(ctx, size_t, shapes->n);
    struct gs_outline *outline = GS_NEW(ctx, struct gs_outline);
    enum gs_status status = GS_ENOMEM;
    if (!chunks || !rank || !outline)
        goto out;
    outline->nearby = nearby;
    struct wanted wanted = {nearby, chunks};
    for (size_t i = 0; i < n_circles; i++) {
        const double *c = centres[i];
        struct gs_box3 box = {{c[0], c[1], 0}, {c[0], c[1], 0}};
        gs_index_within(nearby->chunk_index, &box, radii[i], want_chunk, &wanted);
    }
    status = rank_features(ctx, shapes, rank);
    struct build build = {.nearby = nearby, .wanted = chunks, .rank = rank};
    if (!status)
        status = cut_all(ctx, &build, outline);
    if (!status) {
        *out = outline;
        outline = NULL;
    }
out:
    gs_free(chunks);
    gs_free(rank);
    gs_outline_free(outline);
    return status;
}

void gs_outline_free(struct gs_outline *outline)
{
    if (!outline)
        return;
    gs_index_free(outline->index);
    gs_free(outline->pieces);
    gs_free(outline->xy);
    gs_free(outline);
}

enum gs_status gs_outline_pieces(struct gs_ctx *ctx, const struct gs_outline *outline,
                                 struct gs_shapes *pieces)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < outline->n_pieces && !status; i++) {
        const struct gs_piece *piece = &outline->pieces[i];
        status = gs_shapes_begin(ctx, pieces);
        if (!status)
            status = gs_shapes_copy_part(ctx, pieces, GS_PART_RING, piece->n,
                                         (const double(*)[2])outline->xy + piece->first);
    }
    return status;
}
