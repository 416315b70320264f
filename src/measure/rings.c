// SPDX-License-Identifier: Apache-2.0
#include "measure/rings.h"

#include "geo/geodesic.h"
#include "kernel/crossing.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static double distance3(const double a[3], const double b[3])
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return sqrt(x * x + y * y + z * z);
}

static const struct gs_box3 nothing = {{INFINITY, INFINITY, INFINITY},
                                       {-INFINITY, -INFINITY, -INFINITY}};

static void join(struct gs_box3 *box, const struct gs_box3 *more)
{
    for (int d = 0; d < 3; d++) {
        box->min[d] = fmin(box->min[d], more->min[d]);
        box->max[d] = fmax(box->max[d], more->max[d]);
    }
}

/* Nodes lie level by level: runs of GS_RUN segments, runs of those, …, one node for all. */
size_t gs_ring_tree_size(size_t n_segments)
{
    size_t size = 0;
    for (size_t n = (n_segments + GS_RUN - 1) / GS_RUN;; n = (n + GS_RUN - 1) / GS_RUN) {
        size += n;
        if (n <= 1)
            return size;
    }
}

void gs_ring_tree_fill(const struct gs_geodesic *geodesic, const struct gs_ring *ring,
                       struct gs_box3 *nodes)
{
    size_t n = (ring->n_segments + GS_RUN - 1) / GS_RUN;
    for (size_t k = 0; k < n; k++) {
        size_t first = k * GS_RUN, left = ring->n_segments - first;
        struct gs_run run = {(left < GS_RUN ? left : GS_RUN) + 1, ring->xy + first,
                             geodesic ? ring->xyz + first : NULL};
        nodes[k] = gs_run_box(geodesic, &run);
    }
    for (; n > 1; n = (n + GS_RUN - 1) / GS_RUN) {
        struct gs_box3 *above = nodes + n;
        for (size_t k = 0; k < n; k++) {
            if (k % GS_RUN == 0)
                above[k / GS_RUN] = nothing;
            join(&above[k / GS_RUN], &nodes[k]);
        }
        nodes = above;
    }
}

/* A run of the ring at some height of its tree. */
struct run {
    size_t level_start, level_n; /* where its level lies among the nodes */
    size_t k, width;             /* its place there and how many segments such a run has */
};

static struct run root(const struct gs_ring *ring)
{
    struct run run = {0, (ring->n_segments + GS_RUN - 1) / GS_RUN, 0, GS_RUN};
    while (run.level_n > 1) {
        run.level_start += run.level_n;
        run.level_n = (run.level_n + GS_RUN - 1) / GS_RUN;
        run.width *= GS_RUN;
    }
    return run;
}

static size_t first_vertex(const struct run *run)
{
    return run->k * run->width;
}

static size_t last_vertex(const struct gs_ring *ring, const struct run *run)
{
    size_t last = (run->k + 1) * run->width;
    return last < ring->n_segments ? last : ring->n_segments;
}

/* The first of the runs that make up this one, and how many they are. */
static size_t split(const struct gs_ring *ring, const struct run *run, struct run *child)
{
    child->width = run->width / GS_RUN;
    child->level_n = (ring->n_segments + child->width - 1) / child->width;
    child->level_start = run->level_start - child->level_n;
    child->k = run->k * GS_RUN;
    size_t left = child->level_n - child->k;
    return left < GS_RUN ? left : GS_RUN;
}

struct gs_box3 gs_ring_box(const struct gs_geodesic *geodesic, const struct gs_ring *ring)
{
    struct gs_box3 box = ring->nodes[gs_ring_tree_size(ring->n_segments) - 1];
    /* The surface enclosed bulges out of the box by no more than it does over the widest chord. */
    double bulge = geodesic ? gs_geodesic_sagitta(geodesic, distance3(box.min, box.max)) : 0;
    for (int d = 0; d < 3; d++) {
        box.min[d] -= bulge;
        box.max[d] += bulge;
    }
    return box;
}

static bool odd_crossings(const struct gs_ring *ring, const struct run *run, const double p[2],
                          bool *boundary)
{
    const struct gs_box3 *box = &ring->nodes[run->level_start + run->k];
    size_t first = first_vertex(run), last = last_vertex(ring, run);
    if (p[1] < box->min[1] || p[1] > box->max[1] || p[0] > box->max[0])
        return false;
    if (p[0] < box->min[0]) /* all to the right: what counts is where the run begins and ends */
        return (ring->xy[first][1] > p[1]) != (ring->xy[last][1] > p[1]);
    if (run->width == GS_RUN)
        return gs_planar_crosses_odd(p, ring->xy + first, last - first + 1, boundary);
    struct run child;
    bool odd = false;
    for (size_t n = split(ring, run, &child); n > 0; n--, child.k++)
        odd ^= odd_crossings(ring, &child, p, boundary);
    return odd;
}

enum gs_place gs_ring_place(const struct gs_ring *ring, const double p[2])
{
    bool boundary = false;
    struct run run = root(ring);
    bool odd = odd_crossings(ring, &run, p, &boundary);
    return boundary ? GS_BOUNDARY : odd ? GS_INSIDE : GS_OUTSIDE;
}

/* Comparisons that are not met by a hair go on to the segments, where the hair counts. */
static bool run_ray_odd(const struct gs_ring *ring, const struct run *run, const double p[2],
                        int moved)
{
    const struct gs_box3 *box = &ring->nodes[run->level_start + run->k];
    size_t first = first_vertex(run), last = last_vertex(ring, run);
    if (p[1] < box->min[1] || p[1] > box->max[1] || p[0] > box->max[0])
        return false;
    if (p[0] < box->min[0] && p[1] != ring->xy[first][1] && p[1] != ring->xy[last][1])
        return (ring->xy[first][1] > p[1]) != (ring->xy[last][1] > p[1]);
    if (run->width == GS_RUN)
        return gs_crossing_ray_odd(p, ring->xy + first, last - first + 1, moved);
    struct run child;
    bool odd = false;
    for (size_t n = split(ring, run, &child); n > 0; n--, child.k++)
        odd ^= run_ray_odd(ring, &child, p, moved);
    return odd;
}

bool gs_ring_ray_odd(const struct gs_ring *ring, const double p[2], int moved)
{
    struct run run = root(ring);
    return run_ray_odd(ring, &run, p, moved);
}

/* A look around from p, flat on the horizon plane. */
struct horizon {
    const struct gs_geodesic *geodesic;
    const double *p, *at;
    double east[3], north[3];
};

static void project(const struct horizon *from, const double xyz[3], double flat[2])
{
    double x = xyz[0] - from->at[0], y = xyz[1] - from->at[1], z = xyz[2] - from->at[2];
    flat[0] = x * from->east[0] + y * from->east[1] + z * from->east[2];
    flat[1] = x * from->north[0] + y * from->north[1] + z * from->north[2];
}

/* The turn to the left from a to b, in (−π, π]. */
static double turn(const struct horizon *from, const struct gs_ring *ring, size_t a, size_t b)
{
    double u[2], v[2];
    project(from, ring->xyz[a], u);
    project(from, ring->xyz[b], v);
    return atan2(u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]);
}

/* Seen from close by, an edge spans nearly half the horizon, and which way round it goes is for the
 * geodesic itself to say: its chord and it may pass on different sides. */
static double edge_turn(const struct horizon *from, const struct gs_ring *ring, size_t i)
{
    double left = turn(from, ring, i, i + 1);
    if (fabs(left) < pi - 0.1)
        return left;
    double right_side = gs_geodesic_side(from->geodesic, ring->xy[i], ring->xy[i + 1], from->p);
    if (right_side != 0 && (right_side < 0) != (left > 0))
        left -= copysign(2 * pi, left);
    return left;
}

static double run_turn(const struct horizon *from, const struct gs_ring *ring,
                       const struct run *run)
{
    const struct gs_box3 *box = &ring->nodes[run->level_start + run->k];
    size_t first = first_vertex(run), last = last_vertex(ring, run);
    double middle[3], flat[2];
    for (int d = 0; d < 3; d++)
        middle[d] = box->min[d] / 2 + box->max[d] / 2;
    project(from, middle, flat);
    /* The whole run in a disc on the horizon plane that does not reach p: it cannot go around. */
    if (sqrt(flat[0] * flat[0] + flat[1] * flat[1]) > distance3(box->min, box->max) / 2)
        return turn(from, ring, first, last);
    double sum = 0;
    if (run->width == GS_RUN) {
        for (size_t i = first; i < last; i++)
            sum += edge_turn(from, ring, i);
        return sum;
    }
    struct run child;
    for (size_t n = split(ring, run, &child); n > 0; n--, child.k++)
        sum += run_turn(from, ring, &child);
    return sum;
}

double gs_ring_winding(const struct gs_geodesic *geodesic, const struct gs_ring *ring,
                       const double p[2], const double at[3])
{
    struct horizon from = {.geodesic = geodesic, .p = p, .at = at};
    gs_geodesic_axes(p, from.east, from.north);
    struct run run = root(ring);
    return run_turn(&from, ring, &run);
}
