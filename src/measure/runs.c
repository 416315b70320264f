// SPDX-License-Identifier: Apache-2.0
#include "measure/runs.h"

#include "geo/geodesic.h"
#include "kernel/planar.h"

#include <math.h>

static const double micrometre = 1e-6; /* what earth-centred coordinates are surely good for */

static double squared3(const double a[3], const double b[3])
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return x * x + y * y + z * z;
}

struct gs_box3 gs_run_box(const struct gs_geodesic *geodesic, const struct gs_run *run)
{
    struct gs_box3 box = {{INFINITY, INFINITY, INFINITY}, {-INFINITY, -INFINITY, -INFINITY}};
    double chord2 = 0;
    for (size_t i = 0; i < run->n; i++) {
        const double *v = geodesic ? run->xyz[i] : run->xy[i];
        double c[3] = {v[0], v[1], geodesic ? v[2] : 0};
        for (int d = 0; d < 3; d++) {
            box.min[d] = c[d] < box.min[d] ? c[d] : box.min[d];
            box.max[d] = c[d] > box.max[d] ? c[d] : box.max[d];
        }
        if (geodesic && i > 0)
            chord2 = fmax(chord2, squared3(run->xyz[i - 1], run->xyz[i]));
    }
    if (!geodesic)
        return box;
    double margin = micrometre + (chord2 > 0 ? gs_geodesic_sagitta(geodesic, sqrt(chord2)) : 0);
    for (int d = 0; d < 3; d++) {
        box.min[d] -= margin;
        box.max[d] += margin;
    }
    return box;
}

/* -- planar ---------------------------------------------------------------------------------- */

static double point_to_run(const double p[2], const struct gs_run *run)
{
    double best2 = INFINITY;
    for (size_t i = 0; i + 1 < run->n; i++) {
        double d2 = gs_planar_point_segment_squared(p, run->xy[i], run->xy[i + 1]);
        best2 = d2 < best2 ? d2 : best2;
    }
    return sqrt(best2);
}

bool gs_run_surely_within(const struct gs_run *a, const struct gs_run *b, double limit)
{
    double surely = limit * limit * (1 - 1e-9);
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++) {
            double x = a->xy[i][0] - b->xy[k][0], y = a->xy[i][1] - b->xy[k][1];
            if (x * x + y * y < surely)
                return true;
        }
    return false;
}

static double gap(double a, double b, double c, double d)
{
    return fmax(fmax(fmin(a, b) - fmax(c, d), fmin(c, d) - fmax(a, b)), 0);
}

static double planar_distance(const struct gs_run *a, const struct gs_run *b, double limit)
{
    if (a->n == 1 && b->n == 1) {
        double x = a->xy[0][0] - b->xy[0][0], y = a->xy[0][1] - b->xy[0][1];
        return sqrt(x * x + y * y);
    }
    if (a->n == 1)
        return point_to_run(a->xy[0], b);
    if (b->n == 1)
        return point_to_run(b->xy[0], a);
    double best2 = limit * limit * (1 + 1e-12);
    bool found = false;
    for (size_t i = 0; i + 1 < a->n; i++)
        for (size_t k = 0; k + 1 < b->n; k++) {
            const double *p = a->xy[i], *q = a->xy[i + 1], *r = b->xy[k], *s = b->xy[k + 1];
            double x = gap(p[0], q[0], r[0], s[0]), y = gap(p[1], q[1], r[1], s[1]);
            if ((x * x + y * y) * (1 - 1e-12) > best2)
                continue;
            double d2 = gs_planar_segments_squared(p, q, r, s);
            if (d2 <= best2) {
                best2 = d2;
                found = true;
            }
        }
    return found ? sqrt(best2) : INFINITY;
}

/* -- on the ellipsoid ------------------------------------------------------------------------ */

/* The straight way to the chord, less what the geodesic may stand off it: never more than the
 * straight way to the nearest point. To be compared with gs_geodesic_chord() of a distance. */
static double least_chord(const struct gs_geodesic *geodesic, const double p[3], const double a[3],
                          const double b[3])
{
    double along = 0, chord2 = 0, rest[3];
    for (int d = 0; d < 3; d++) {
        along += (p[d] - a[d]) * (b[d] - a[d]);
        chord2 += (b[d] - a[d]) * (b[d] - a[d]);
    }
    double t = chord2 > 0 ? fmin(fmax(along / chord2, 0), 1) : 0, squared = 0;
    for (int d = 0; d < 3; d++) {
        rest[d] = p[d] - a[d] - t * (b[d] - a[d]);
        squared += rest[d] * rest[d];
    }
    return sqrt(squared) - gs_geodesic_sagitta(geodesic, sqrt(chord2)) - micrometre;
}

/* The most promising segment first, so that the others need not be looked at. */
static double geodesic_point_to_run(const struct gs_geodesic *geodesic, const struct gs_run *point,
                                    const struct gs_run *run, double limit)
{
    double least[GS_RUN] = {0};
    size_t first = 0;
    for (size_t i = 0; i + 1 < run->n; i++) {
        least[i] = least_chord(geodesic, point->xyz[0], run->xyz[i], run->xyz[i + 1]);
        first = least[i] < least[first] ? i : first;
    }
    if (least[first] > gs_geodesic_chord(geodesic, limit))
        return INFINITY;
    double best = gs_geodesic_segment(geodesic, point->xy[0], run->xy[first], run->xy[first + 1]);
    for (size_t i = 0; i + 1 < run->n; i++)
        if (i != first && least[i] <= gs_geodesic_chord(geodesic, fmin(best, limit)))
            best =
                fmin(best, gs_geodesic_segment(geodesic, point->xy[0], run->xy[i], run->xy[i + 1]));
    return best;
}

static double box_gap(const struct gs_box3 *a, const struct gs_box3 *b)
{
    double squared = 0;
    for (int d = 0; d < 3; d++) {
        double between = fmax(fmax(a->min[d] - b->max[d], b->min[d] - a->max[d]), 0);
        squared += between * between;
    }
    return sqrt(squared);
}

static double geodesic_distance(const struct gs_geodesic *geodesic, const struct gs_run *a,
                                const struct gs_run *b, double limit)
{
    if (a->n == 1 && b->n == 1)
        return sqrt(squared3(a->xyz[0], b->xyz[0])) - micrometre >
                       gs_geodesic_chord(geodesic, limit)
                   ? INFINITY
                   : gs_geodesic_points(geodesic, a->xy[0], b->xy[0]);
    if (a->n == 1)
        return geodesic_point_to_run(geodesic, a, b, limit);
    if (b->n == 1)
        return geodesic_point_to_run(geodesic, b, a, limit);
    struct gs_box3 boxes[GS_RUN];
    for (size_t k = 0; k + 1 < b->n; k++)
        boxes[k] = gs_run_box(geodesic, &(struct gs_run){2, b->xy + k, b->xyz + k});
    double best = INFINITY;
    for (size_t i = 0; i + 1 < a->n; i++) {
        struct gs_box3 box = gs_run_box(geodesic, &(struct gs_run){2, a->xy + i, a->xyz + i});
        for (size_t k = 0; k + 1 < b->n; k++)
            if (box_gap(&box, &boxes[k]) <= gs_geodesic_chord(geodesic, fmin(best, limit)))
                best = fmin(best, gs_geodesic_segments(geodesic, a->xy[i], a->xy[i + 1], b->xy[k],
                                                       b->xy[k + 1]));
    }
    return best;
}

double gs_run_distance(const struct gs_geodesic *geodesic, const struct gs_run *a,
                       const struct gs_run *b, double limit)
{
    if (!geodesic)
        return planar_distance(a, b, limit);
    double distance = geodesic_distance(geodesic, a, b, limit);
    return distance < micrometre ? 0 : distance;
}
