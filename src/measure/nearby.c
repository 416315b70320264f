// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/geodesic.h"
#include "measure/nearby_parts.h"

#include <math.h>

struct gs_run gs_chunk_run(const struct gs_nearby *nearby, const struct gs_chunk *chunk)
{
    return (struct gs_run){chunk->n, nearby->xy + chunk->first,
                           nearby->geodesic ? nearby->xyz + chunk->first : NULL};
}

struct gs_ring gs_nearby_ring(const struct gs_nearby *nearby, const struct gs_nearby_ring *ring)
{
    return (struct gs_ring){ring->n_segments, nearby->xy + ring->first,
                            nearby->geodesic ? nearby->xyz + ring->first : NULL,
                            nearby->nodes + ring->node};
}

static void cut_part(struct gs_nearby *nearby, size_t feature, size_t part, struct gs_chunk *chunks)
{
    const struct gs_shapes *shapes = &nearby->features->shapes;
    size_t first = shapes->vertex_start[part], end = shapes->vertex_start[part + 1];
    uint8_t kind = shapes->part_kind[part];
    size_t step = kind == GS_PART_POINTS ? 1 : GS_RUN;
    size_t last = kind == GS_PART_POINTS ? end : end - 1;
    for (size_t v = first; v < last; v += step) {
        size_t n = kind == GS_PART_POINTS ? 1 : (last - v < GS_RUN ? last - v : GS_RUN) + 1;
        if (chunks)
            chunks[nearby->n_chunks] = (struct gs_chunk){feature, v, (uint8_t)n, kind,
                                                         v == first || kind == GS_PART_POINTS};
        nearby->n_chunks++;
    }
}

/* A part of fewer than two vertices that is no point has no segment to measure to; the reader makes
 * none. */
static void cut(struct gs_nearby *nearby, struct gs_chunk *chunks, struct gs_nearby_ring *rings)
{
    const struct gs_shapes *shapes = &nearby->features->shapes;
    nearby->n_chunks = nearby->n_rings = 0;
    for (size_t i = 0; i < shapes->n; i++)
        for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
            size_t first = shapes->vertex_start[p], n = shapes->vertex_start[p + 1] - first;
            if (n == 0)
                continue;
            cut_part(nearby, i, p, chunks);
            if (shapes->part_kind[p] != GS_PART_RING || n < 2)
                continue;
            if (rings)
                rings[nearby->n_rings] = (struct gs_nearby_ring){i, first, n - 1, 0, 0};
            nearby->n_rings++;
        }
}

static enum gs_status make_chunks(struct gs_ctx *ctx, struct gs_nearby *nearby)
{
    cut(nearby, NULL, NULL); /* counts */
    nearby->chunks = GS_ARRAY(ctx, struct gs_chunk, nearby->n_chunks);
    nearby->rings = nearby->chunks ? GS_ARRAY(ctx, struct gs_nearby_ring, nearby->n_rings) : NULL;
    if (!nearby->rings)
        return GS_ENOMEM;
    cut(nearby, nearby->chunks, nearby->rings);
    struct gs_box3 *boxes = GS_ARRAY(ctx, struct gs_box3, nearby->n_chunks);
    if (!boxes)
        return GS_ENOMEM;
    for (size_t i = 0; i < nearby->n_chunks; i++) {
        struct gs_run run = gs_chunk_run(nearby, &nearby->chunks[i]);
        boxes[i] = gs_run_box(nearby->geodesic, &run);
    }
    enum gs_status status = gs_index_new(ctx, boxes, nearby->n_chunks, &nearby->chunk_index);
    gs_free(boxes);
    return status;
}

/* Seen from its antipode a ring winds the other way. Only one thousands of kilometres wide can have
 * both a point and its antipode in its box; for those the way the ring runs tells which it is. */
static int ring_around(const struct gs_nearby *nearby, const struct gs_nearby_ring *ring,
                       const struct gs_box3 *box)
{
    double across = 0, twice = 0;
    for (int d = 0; d < 3; d++)
        across = fmax(across, box->max[d] - box->min[d]);
    if (across < 6e6)
        return 0;
    const double(*xy)[2] = nearby->features->shapes.xy + ring->first;
    for (size_t v = 0; v < ring->n_segments; v++)
        twice += (xy[v][0] - xy[0][0]) * (xy[v + 1][1] - xy[0][1]) -
                 (xy[v + 1][0] - xy[0][0]) * (xy[v][1] - xy[0][1]);
    return twice < 0 ? -1 : 1;
}

static enum gs_status make_rings(struct gs_ctx *ctx, struct gs_nearby *nearby)
{
    size_t n_nodes = 0;
    for (size_t i = 0; i < nearby->n_rings; i++) {
        nearby->rings[i].node = n_nodes;
        n_nodes += gs_ring_tree_size(nearby->rings[i].n_segments);
    }
    nearby->nodes = GS_ARRAY(ctx, struct gs_box3, n_nodes);
    if (!nearby->nodes)
        return GS_ENOMEM;
    struct gs_box3 *boxes = GS_ARRAY(ctx, struct gs_box3, nearby->n_rings);
    if (!boxes)
        return GS_ENOMEM;
    for (size_t i = 0; i < nearby->n_rings; i++) {
        struct gs_nearby_ring *ring = &nearby->rings[i];
        struct gs_ring view = gs_nearby_ring(nearby, ring);
        gs_ring_tree_fill(nearby->geodesic, &view, nearby->nodes + ring->node);
        boxes[i] = gs_ring_box(nearby->geodesic, &view);
        if (nearby->geodesic)
            ring->around = ring_around(nearby, ring, &boxes[i]);
    }
    enum gs_status status = gs_index_new(ctx, boxes, nearby->n_rings, &nearby->ring_index);
    gs_free(boxes);
    return status;
}

static enum gs_status prepare_ellipsoid(struct gs_ctx *ctx, struct gs_nearby *nearby,
                                        const struct gs_crs *crs)
{
    double a_m, f;
    gs_crs_ellipsoid(crs, &a_m, &f);
    enum gs_status status = gs_geodesic_new(ctx, a_m, f, &nearby->geodesic);
    if (status)
        return status;
    size_t n = nearby->features->shapes.n_vertices;
    nearby->xyz = gs_alloc(ctx, n, sizeof *nearby->xyz);
    if (!nearby->xyz)
        return GS_ENOMEM;
    for (size_t v = 0; v < n; v++)
        gs_geodesic_ecef(nearby->geodesic, nearby->xy[v], nearby->xyz[v]);
    return GS_OK;
}

enum gs_status gs_nearby_new(struct gs_ctx *ctx, const struct gs_features *features,
                             const struct gs_crs *crs, bool geodesic, struct gs_nearby **out)
{
    bool degrees = gs_crs_is_geographic(crs);
    geodesic |= degrees;
    if (geodesic && !degrees && !features->lonlat && features->shapes.n_vertices > 0)
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL,
                       "features were read without the degrees that geodesic distances need");
    struct gs_nearby *nearby = GS_NEW(ctx, struct gs_nearby);
    if (!nearby)
        return GS_ENOMEM;
    nearby->features = features;
    nearby->metres_per_unit = geodesic ? 1 : gs_crs_metres_per_unit(crs);
    nearby->xy = geodesic && features->lonlat ? features->lonlat : features->shapes.xy;
    enum gs_status status = geodesic ? prepare_ellipsoid(ctx, nearby, crs) : GS_OK;
    if (!status)
        status = make_chunks(ctx, nearby);
    if (!status)
        status = make_rings(ctx, nearby);
    if (status)
        gs_nearby_free(nearby);
    else
        *out = nearby;
    return status;
}

void gs_nearby_free(struct gs_nearby *nearby)
{
    if (!nearby)
        return;
    gs_index_free(nearby->chunk_index);
    gs_index_free(nearby->ring_index);
    gs_geodesic_free(nearby->geodesic);
    gs_free(nearby->xyz);
    gs_free(nearby->chunks);
    gs_free(nearby->rings);
    gs_free(nearby->nodes);
    gs_free(nearby);
}

uint64_t gs_nearby_bytes(const struct gs_nearby *nearby)
{
    uint64_t n_nodes = 0;
    for (size_t i = 0; i < nearby->n_rings; i++)
        n_nodes += gs_ring_tree_size(nearby->rings[i].n_segments);
    return sizeof *nearby + nearby->n_chunks * sizeof *nearby->chunks +
           nearby->n_rings * sizeof *nearby->rings + n_nodes * sizeof *nearby->nodes +
           gs_index_bytes(nearby->chunk_index) + gs_index_bytes(nearby->ring_index) +
           (nearby->xyz ? nearby->features->shapes.n_vertices * sizeof *nearby->xyz : 0);
}

/* -- lines --------------------------------------------------------------------------------- */

struct lines {
    const struct gs_nearby *nearby;
    void (*visit)(void *user, const double (*xy)[2], size_t n);
    void *user;
};

static bool visit_line(void *user, size_t item)
{
    const struct lines *lines = user;
    const struct gs_chunk *chunk = &lines->nearby->chunks[item];
    if (chunk->kind == GS_PART_LINE)
        lines->visit(lines->user, lines->nearby->xy + chunk->first, chunk->n);
    return true;
}

void gs_nearby_lines(const struct gs_nearby *nearby, const struct gs_box3 *box, double reach,
                     void (*visit)(void *user, const double (*xy)[2], size_t n), void *user)
{
    struct lines lines = {nearby, visit, user};
    gs_index_within(nearby->chunk_index, box, reach, visit_line, &lines);
}
