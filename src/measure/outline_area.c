// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "kernel/sum.h"
#include "measure/outline_parts.h"
#include "measure/scratch.h"

#include <math.h>
#include <stdlib.h>

/* By Green's theorem the covered area is half the sum of r × dr along its boundary: along the
 * pieces of the outline inside the circle, and along the circle's arcs that are covered. An arc
 * begins where the outline leaves the circle and ends where it enters (inside is to its left), so
 * the arcs' angles are the sum of the latter less that of the former, whatever belongs together. */

static const double pi = 3.14159265358979323846;

struct cut {
    struct gs_ctx *ctx;
    const struct gs_outline *outline;
    const double *centre;
    double radius;
    struct gs_scratch *scratch; /* pairs: angle of each crossing, 1 entering or -1 leaving */
    size_t n_crossings;
    size_t n_items;
    struct gs_sum twice; /* the area inside the pieces' triangles */
    double reference[2];
    enum gs_status status;
};

static void cross_circle(struct cut *c, const double u[2], const double d[2], double t, double way)
{
    struct gs_scratch *s = c->scratch;
    if (!c->status)
        c->status =
            gs_grow(c->ctx, &s->pairs, &s->pairs_capacity, c->n_crossings + 1, sizeof *s->pairs);
    if (c->status)
        return;
    s->pairs[c->n_crossings][0] = atan2(u[1] + t * d[1], u[0] + t * d[0]);
    s->pairs[c->n_crossings++][1] = way;
}

/* The segment from u to u + d, seen from the centre. Whether its ends are inside is decided for
 * each vertex on its own: then every crossing in has its crossing out. Twice the area it adds. */
static double cut_segment(struct cut *c, const double u[2], const double d[2], bool from_inside,
                          bool to_inside)
{
    double cross = u[0] * d[1] - u[1] * d[0];
    if (from_inside && to_inside)
        return cross;
    double length2 = d[0] * d[0] + d[1] * d[1], off = fabs(cross) / sqrt(length2);
    double middle = -(u[0] * d[0] + u[1] * d[1]) / length2;
    bool outside = !from_inside && !to_inside;
    if (outside && !(off < c->radius && middle > 0 && middle < 1))
        return 0;
    double half = off < c->radius ? sqrt((c->radius - off) * (c->radius + off) / length2) : 0;
    double in = from_inside ? 0 : fmin(fmax(middle - half, 0), 1);
    double out = to_inside ? 1 : fmin(fmax(middle + half, 0), 1);
    if (!from_inside)
        cross_circle(c, u, d, in, 1);
    if (!to_inside)
        cross_circle(c, u, d, out, -1);
    return cross * (out - in);
}

static bool visit_piece(void *user, size_t item)
{
    struct cut *c = user;
    const struct gs_piece *piece = &c->outline->pieces[item];
    const double(*xy)[2] = (const double(*)[2])c->outline->xy + piece->first;
    double twice = 0, radius2 = c->radius * c->radius;
    double u[2] = {xy[0][0] - c->centre[0], xy[0][1] - c->centre[1]};
    bool inside = u[0] * u[0] + u[1] * u[1] <= radius2;
    for (size_t i = 1; i < piece->n; i++) {
        double v[2] = {xy[i][0] - c->centre[0], xy[i][1] - c->centre[1]};
        double d[2] = {xy[i][0] - xy[i - 1][0], xy[i][1] - xy[i - 1][1]};
        bool then = v[0] * v[0] + v[1] * v[1] <= radius2;
        if (d[0] != 0 || d[1] != 0)
            twice += cut_segment(c, u, d, inside, then);
        u[0] = v[0];
        u[1] = v[1];
        inside = then;
    }
    gs_sum_add(&c->twice, twice);
    return c->status == GS_OK;
}

/* -- is the circle itself covered at some place? ----------------------------------------------- */

static int compare_angles(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (a[0] > b[0]) - (a[0] < b[0]);
}

/* A direction far from all crossings, and not one that drawn things have. */
static double choose_reference(double (*crossings)[2], size_t n)
{
    if (n == 0)
        return 1.2345;
    if (n > 1)
        qsort(crossings, n, sizeof *crossings, compare_angles);
    double from = crossings[n - 1][0], widest = crossings[0][0] + 2 * pi - from;
    for (size_t i = 1; i < n; i++)
        if (crossings[i][0] - crossings[i - 1][0] > widest) {
            from = crossings[i - 1][0];
            widest = crossings[i][0] - from;
        }
    return from + 0.4142 * widest;
}

static bool visit_ring(void *user, size_t item)
{
    struct cut *c = user;
    const struct gs_nearby *nearby = c->outline->nearby;
    const struct gs_nearby_ring *ring = &nearby->rings[item];
    struct gs_ring view = gs_nearby_ring(nearby, ring);
    if (!gs_ring_ray_odd(&view, c->reference, 1))
        return true;
    struct gs_scratch *s = c->scratch;
    c->status = gs_grow(c->ctx, &s->items, &s->items_capacity, c->n_items + 1, sizeof *s->items);
    if (!c->status)
        s->items[c->n_items++] = ring->feature;
    return c->status == GS_OK;
}

static int compare_items(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* A feature holds the point when an odd number of its rings do. */
static bool is_covered(struct cut *c, double angle)
{
    c->reference[0] = c->centre[0] + c->radius * cos(angle);
    c->reference[1] = c->centre[1] + c->radius * sin(angle);
    struct gs_box3 box = {{c->reference[0], c->reference[1], 0},
                          {c->reference[0], c->reference[1], 0}};
    gs_index_within(c->outline->nearby->ring_index, &box, 0, visit_ring, c);
    size_t *items = c->scratch->items;
    if (c->n_items > 1)
        qsort(items, c->n_items, sizeof *items, compare_items);
    for (size_t i = 0, end; i < c->n_items; i = end) {
        for (end = i + 1; end < c->n_items && items[end] == items[i];)
            end++;
        if ((end - i) % 2 == 1)
            return true;
    }
    return false;
}

enum gs_status gs_outline_area_in_circle(struct gs_ctx *ctx, const struct gs_outline *outline,
                                         const double centre[2], double radius,
                                         struct gs_scratch *scratch, double *area)
{
    struct cut c = {
        .ctx = ctx, .outline = outline, .centre = centre, .radius = radius, .scratch = scratch};
    gs_sum_init(&c.twice);
    struct gs_box3 box = {{centre[0], centre[1], 0}, {centre[0], centre[1], 0}};
    gs_index_within(outline->index, &box, radius, visit_piece, &c);
    if (c.status)
        return c.status;
    double reference = choose_reference(scratch->pairs, c.n_crossings);
    double turns = is_covered(&c, reference) ? 1 : 0;
    if (c.status)
        return c.status;
    struct gs_sum angles;
    gs_sum_init(&angles);
    for (size_t i = 0; i < c.n_crossings; i++) {
        double angle = scratch->pairs[i][0] - reference;
        gs_sum_add(&angles, scratch->pairs[i][1] * (angle < 0 ? angle + 2 * pi : angle));
    }
    double covered = gs_sum_value(&angles) + 2 * pi * turns;
    *area = (gs_sum_value(&c.twice) + radius * radius * covered) / 2;
    return GS_OK;
}
