// SPDX-License-Identifier: Apache-2.0
/* Edges are gathered into chains that run in one quadrant: edges of one chain cannot cross, and a
 * chain's box is spanned by its ends, also for any part of it, so that two chains are compared by
 * halving (GEOS calls these monotone chains). Chains are met in order of x. Every sign is either
 * certain (Shewchuk 1997, "Adaptive precision floating-point arithmetic", the first filter of
 * orient2d) or the answer is "ask GEOS". */
#include "geo/simple.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

void gs_simple_init(struct gs_simple *simple)
{
    *simple = (struct gs_simple){0};
}

void gs_simple_release(struct gs_simple *simple)
{
    gs_free(simple->chains);
    gs_free(simple->boxes);
    gs_simple_init(simple);
}

/* 1: c lies left of the line a b, -1: right, 0: on it or too near to tell. */
static int side(const double a[2], const double b[2], const double c[2])
{
    double left = (b[0] - a[0]) * (c[1] - a[1]), right = (b[1] - a[1]) * (c[0] - a[0]);
    double bound = 3.3306690738754716e-16 * (fabs(left) + fabs(right));
    double det = left - right;
    return det > bound ? 1 : det < -bound ? -1 : 0;
}

static bool spend(struct gs_simple *simple, size_t work)
{
    if (simple->budget < work)
        return false;
    simple->budget -= work;
    return true;
}

/* -- chains -------------------------------------------------------------------------------- */

static int quadrant(const double a[2], const double b[2])
{
    return (b[0] < a[0] ? 1 : 0) | (b[1] < a[1] ? 2 : 0);
}

static void span(const double a[2], const double b[2], double box[4])
{
    for (int d = 0; d < 2; d++) {
        box[d] = a[d] < b[d] ? a[d] : b[d];
        box[d + 2] = a[d] < b[d] ? b[d] : a[d];
    }
}

static enum gs_status add_chains(struct gs_ctx *ctx, struct gs_simple *simple,
                                 const struct gs_shapes *shapes, size_t ring, bool *sure)
{
    double(*xy)[2] = shapes->xy;
    size_t first = shapes->vertex_start[ring], last = shapes->vertex_start[ring + 1] - 1;
    for (size_t v = first; v < last;) {
        size_t w = v + 1;
        int q = quadrant(xy[v], xy[w]);
        *sure = *sure && (xy[v][0] != xy[w][0] || xy[v][1] != xy[w][1]);
        while (w < last && quadrant(xy[w], xy[w + 1]) == q) {
            *sure = *sure && (xy[w][0] != xy[w + 1][0] || xy[w][1] != xy[w + 1][1]);
            w++;
        }
        enum gs_status status = gs_grow(ctx, &simple->chains, &simple->capacity,
                                        simple->n_chains + 1, sizeof *simple->chains);
        if (status)
            return status;
        struct gs_chain *chain = &simple->chains[simple->n_chains++];
        *chain = (struct gs_chain){.first = v, .last = w, .ring = ring};
        span(xy[v], xy[w], chain->box);
        v = w;
    }
    return GS_OK;
}

static int compare_chains(const void *left, const void *right)
{
    const struct gs_chain *a = left, *b = right;
    return (a->box[0] > b->box[0]) - (a->box[0] < b->box[0]);
}

/* Edge a, a + 1 against edge b, b + 1; true: certainly without a common point, or with the vertex
 * they share only. */
static bool edges_apart(const struct gs_shapes *shapes, size_t ring_a, size_t a, size_t ring_b,
                        size_t b)
{
    double(*xy)[2] = shapes->xy;
    if (ring_a == ring_b) {
        size_t first = shapes->vertex_start[ring_a], last = shapes->vertex_start[ring_a + 1] - 1;
        size_t next_a = a + 1 == last ? first : a + 1, next_b = b + 1 == last ? first : b + 1;
        if (next_a == b || next_b == a) {
            const double *p = next_a == b ? xy[a] : xy[b], *q = next_a == b ? xy[b] : xy[a];
            const double *r = next_a == b ? xy[b + 1] : xy[a + 1];
            if (side(p, q, r))
                return true; /* a bend */
            return (q[0] - p[0]) * (r[0] - q[0]) + (q[1] - p[1]) * (r[1] - q[1]) > 0;
        }
    }
    int c = side(xy[a], xy[a + 1], xy[b]);
    if (c && c == side(xy[a], xy[a + 1], xy[b + 1]))
        return true;
    c = side(xy[b], xy[b + 1], xy[a]);
    return c && c == side(xy[b], xy[b + 1], xy[a + 1]);
}

static bool boxes_apart(const double a[4], const double b[4])
{
    return a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1];
}

/* Edges of chain a from vertex a0 to a1 against those of chain b. */
static bool runs_apart(struct gs_simple *simple, const struct gs_shapes *shapes, size_t ring_a,
                       size_t a0, size_t a1, size_t ring_b, size_t b0, size_t b1)
{
    double box_a[4], box_b[4];
    span(shapes->xy[a0], shapes->xy[a1], box_a);
    span(shapes->xy[b0], shapes->xy[b1], box_b);
    if (boxes_apart(box_a, box_b))
        return true;
    if (!spend(simple, 1))
        return false;
    if (a1 - a0 == 1 && b1 - b0 == 1)
        return edges_apart(shapes, ring_a, a0, ring_b, b0);
    if (a1 - a0 >= b1 - b0) {
        size_t half = a0 + (a1 - a0) / 2;
        return runs_apart(simple, shapes, ring_a, a0, half, ring_b, b0, b1) &&
               runs_apart(simple, shapes, ring_a, half, a1, ring_b, b0, b1);
    }
    size_t half = b0 + (b1 - b0) / 2;
    return runs_apart(simple, shapes, ring_a, a0, a1, ring_b, b0, half) &&
           runs_apart(simple, shapes, ring_a, a0, a1, ring_b, half, b1);
}

static bool chains_apart(struct gs_simple *simple, const struct gs_shapes *shapes)
{
    qsort(simple->chains, simple->n_chains, sizeof *simple->chains, compare_chains);
    for (size_t i = 0; i < simple->n_chains; i++) {
        const struct gs_chain *a = &simple->chains[i];
        for (size_t j = i + 1; j < simple->n_chains; j++) {
            const struct gs_chain *b = &simple->chains[j];
            if (b->box[0] > a->box[2])
                break;
            if (!spend(simple, 1))
                return false;
            if (!boxes_apart(a->box, b->box) &&
                !runs_apart(simple, shapes, a->ring, a->first, a->last, b->ring, b->first, b->last))
                return false;
        }
    }
    return true;
}

/* -- rings --------------------------------------------------------------------------------- */

static void ring_box(const struct gs_shapes *shapes, size_t ring, double box[4])
{
    const double *p = shapes->xy[shapes->vertex_start[ring]];
    span(p, p, box);
    for (size_t v = shapes->vertex_start[ring] + 1; v < shapes->vertex_start[ring + 1]; v++)
        for (int d = 0; d < 2; d++) {
            double c = shapes->xy[v][d];
            box[d] = c < box[d] ? c : box[d];
            box[d + 2] = c > box[d + 2] ? c : box[d + 2];
        }
}

/* 1: p lies inside, 0: outside, -1: too near to tell. */
static int point_in_ring(const struct gs_shapes *shapes, size_t ring, const double p[2])
{
    bool inside = false;
    for (size_t v = shapes->vertex_start[ring]; v + 1 < shapes->vertex_start[ring + 1]; v++) {
        const double *a = shapes->xy[v], *b = shapes->xy[v + 1];
        if ((a[1] > p[1]) == (b[1] > p[1]))
            continue;
        int s = side(a, b, p);
        if (s == 0)
            return -1;
        if ((s > 0) == (b[1] > a[1]))
            inside = !inside;
    }
    return inside;
}

/* Rings do not meet, so one vertex tells where all of `inner` lies. */
static int ring_in_ring(struct gs_simple *simple, const struct gs_shapes *shapes, size_t first,
                        size_t outer, size_t inner)
{
    const double *a = simple->boxes[outer - first], *b = simple->boxes[inner - first];
    if (!spend(simple, 1))
        return -1;
    if (b[0] < a[0] || b[1] < a[1] || b[2] > a[2] || b[3] > a[3])
        return 0;
    if (!spend(simple, shapes->vertex_start[outer + 1] - shapes->vertex_start[outer]))
        return -1;
    return point_in_ring(shapes, outer, shapes->xy[shapes->vertex_start[inner]]);
}

static bool rings_nest(struct gs_simple *simple, const struct gs_shapes *shapes, size_t first,
                       size_t end, const bool *is_hole)
{
    for (size_t i = first, exterior = first; i < end; i++) {
        if (!is_hole[i - first])
            exterior = i;
        else if (ring_in_ring(simple, shapes, first, exterior, i) != 1)
            return false;
        for (size_t j = i + 1; j < end; j++) {
            bool holes = is_hole[i - first] && is_hole[j - first];
            bool exteriors = !is_hole[i - first] && !is_hole[j - first];
            if ((holes || exteriors) && (ring_in_ring(simple, shapes, first, i, j) != 0 ||
                                         ring_in_ring(simple, shapes, first, j, i) != 0))
                return false;
        }
    }
    return true;
}

enum gs_status gs_simple_check(struct gs_ctx *ctx, struct gs_simple *simple,
                               const struct gs_shapes *shapes, size_t first, size_t end,
                               const bool *is_hole, bool *sure)
{
    size_t n = shapes->vertex_start[end] - shapes->vertex_start[first];
    bool valid = !is_hole[0];
    simple->n_chains = 0;
    simple->budget = 1000 + 100 * n; /* beyond that GEOS's index is the better tool */
    enum gs_status status =
        gs_grow(ctx, &simple->boxes, &simple->boxes_capacity, end - first, sizeof *simple->boxes);
    if (status)
        return status;
    for (size_t p = first; p < end; p++) {
        ring_box(shapes, p, simple->boxes[p - first]);
        status = add_chains(ctx, simple, shapes, p, &valid);
        if (status)
            return status;
    }
    *sure =
        valid && chains_apart(simple, shapes) && rings_nest(simple, shapes, first, end, is_hole);
    return GS_OK;
}
