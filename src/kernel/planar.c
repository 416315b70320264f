// SPDX-License-Identifier: Apache-2.0
#include "kernel/planar.h"

#include "kernel/sum.h"

#include <float.h>
#include <math.h>

int gs_planar_side(const double a[2], const double b[2], const double p[2])
{
    double left = (a[0] - p[0]) * (b[1] - p[1]), right = (a[1] - p[1]) * (b[0] - p[0]);
    double det = left - right;
    /* Shewchuk's bound A for orient2d: (3 + 16 u) u, u = 2^-53 */
    double bound = (3 + 8 * DBL_EPSILON) * (DBL_EPSILON / 2) * (fabs(left) + fabs(right));
    if (det > bound)
        return 1;
    if (det < -bound)
        return -1;
    struct gs_sum exact; /* a × b + b × p + p × a, each product as two terms */
    gs_sum_init(&exact);
    gs_sum_add_product(&exact, a[0], b[1]);
    gs_sum_add_product(&exact, -a[1], b[0]);
    gs_sum_add_product(&exact, b[0], p[1]);
    gs_sum_add_product(&exact, -b[1], p[0]);
    gs_sum_add_product(&exact, p[0], a[1]);
    gs_sum_add_product(&exact, -p[1], a[0]);
    double sign = gs_sum_value(&exact);
    return (sign > 0) - (sign < 0);
}

double gs_planar_point_segment_squared(const double p[2], const double a[2], const double b[2])
{
    double ux = b[0] - a[0], uy = b[1] - a[1], vx = p[0] - a[0], vy = p[1] - a[1];
    double along = ux * vx + uy * vy, length2 = ux * ux + uy * uy;
    if (!(along > 0))
        return vx * vx + vy * vy;
    if (along >= length2) {
        double wx = p[0] - b[0], wy = p[1] - b[1];
        return wx * wx + wy * wy;
    }
    double left = ux * vy, right = uy * vx, cross = left - right;
    /* near enough to zero to be rounding alone: ask exactly */
    if (fabs(cross) <= 4 * DBL_EPSILON * (fabs(left) + fabs(right)) && gs_planar_side(a, b, p) == 0)
        return 0;
    return cross * cross / length2;
}

double gs_planar_point_segment(const double p[2], const double a[2], const double b[2])
{
    return sqrt(gs_planar_point_segment_squared(p, a, b));
}

static bool overlap(double a, double b, double c, double d)
{
    return fmax(a, b) >= fmin(c, d) && fmax(c, d) >= fmin(a, b);
}

/* Segments meet when their boxes do and neither lies strictly on one side of the other; for
 * collinear ones the boxes alone decide, which the zero sides leave to them. */
static bool touch(const double a[2], const double b[2], const double c[2], const double d[2])
{
    return overlap(a[0], b[0], c[0], d[0]) && overlap(a[1], b[1], c[1], d[1]) &&
           gs_planar_side(a, b, c) * gs_planar_side(a, b, d) <= 0 &&
           gs_planar_side(c, d, a) * gs_planar_side(c, d, b) <= 0;
}

double gs_planar_segments_squared(const double a[2], const double b[2], const double c[2],
                                  const double d[2])
{
    if (touch(a, b, c, d))
        return 0;
    double from_a = gs_planar_point_segment_squared(a, c, d);
    double from_b = gs_planar_point_segment_squared(b, c, d);
    double from_c = gs_planar_point_segment_squared(c, a, b);
    double from_d = gs_planar_point_segment_squared(d, a, b);
    return fmin(fmin(from_a, from_b), fmin(from_c, from_d));
}

double gs_planar_segments(const double a[2], const double b[2], const double c[2],
                          const double d[2])
{
    return sqrt(gs_planar_segments_squared(a, b, c, d));
}

/* An edge owns its lower end but not its upper one, so a ray through a vertex counts it once. */
bool gs_planar_crosses_odd(const double p[2], const double (*xy)[2], size_t n, bool *boundary)
{
    bool odd = false;
    for (size_t i = 0; i + 1 < n; i++) {
        const double *a = xy[i], *b = xy[i + 1];
        if (fmax(a[0], b[0]) < p[0] || fmax(a[1], b[1]) < p[1] || fmin(a[1], b[1]) > p[1])
            continue;
        bool crosses = (a[1] > p[1]) != (b[1] > p[1]);
        if (fmin(a[0], b[0]) > p[0]) {
            odd ^= crosses;
            continue;
        }
        int side = gs_planar_side(a, b, p);
        if (side == 0)
            *boundary = true;
        if (crosses && (side > 0) == (b[1] > a[1]))
            odd = !odd;
    }
    return odd;
}

enum gs_place gs_planar_in_ring(const double p[2], const double (*xy)[2], size_t n)
{
    bool boundary = false;
    bool odd = gs_planar_crosses_odd(p, xy, n, &boundary);
    return boundary ? GS_BOUNDARY : odd ? GS_INSIDE : GS_OUTSIDE;
}

/* Where the segment u + t d (from the centre) is within the circle: [t[0], t[1]] of [0, 1]. */
static bool clip(const double u[2], const double d[2], double radius, double t[2])
{
    double length2 = d[0] * d[0] + d[1] * d[1];
    if (!(length2 > 0))
        return false;
    double cross = u[0] * d[1] - u[1] * d[0];
    double off = fabs(cross) / sqrt(length2); /* of the line from the centre */
    if (off >= radius)
        return false;
    double middle = -(u[0] * d[0] + u[1] * d[1]) / length2;
    double half = sqrt((radius - off) * (radius + off) / length2);
    t[0] = fmax(middle - half, 0);
    t[1] = fmin(middle + half, 1);
    return t[0] < t[1];
}

double gs_planar_length_in_circle(const double a[2], const double b[2], const double centre[2],
                                  double radius)
{
    double u[2] = {a[0] - centre[0], a[1] - centre[1]}, d[2] = {b[0] - a[0], b[1] - a[1]}, t[2];
    if (!clip(u, d, radius, t))
        return 0;
    return (t[1] - t[0]) * sqrt(d[0] * d[0] + d[1] * d[1]);
}

static double sector(const double u[2], const double v[2], double radius)
{
    double angle = atan2(u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]);
    return radius * radius / 2 * angle;
}

double gs_planar_sector_area(const double a[2], const double b[2], const double centre[2],
                             double radius)
{
    double u[2] = {a[0] - centre[0], a[1] - centre[1]};
    double v[2] = {b[0] - centre[0], b[1] - centre[1]};
    return sector(u, v, radius);
}

double gs_planar_edge_area_in_circle(const double a[2], const double b[2], const double centre[2],
                                     double radius)
{
    double u[2] = {a[0] - centre[0], a[1] - centre[1]};
    double v[2] = {b[0] - centre[0], b[1] - centre[1]};
    double d[2] = {b[0] - a[0], b[1] - a[1]}, t[2];
    if (!clip(u, d, radius, t))
        return sector(u, v, radius);
    double in[2] = {u[0] + t[0] * d[0], u[1] + t[0] * d[1]};
    double out[2] = {u[0] + t[1] * d[0], u[1] + t[1] * d[1]};
    double area = (t[1] - t[0]) * (u[0] * d[1] - u[1] * d[0]) / 2;
    if (t[0] > 0)
        area += sector(u, in, radius);
    if (t[1] < 1)
        area += sector(out, v, radius);
    return area;
}

double gs_planar_ring_area_in_circle(const double (*xy)[2], size_t n, const double centre[2],
                                     double radius)
{
    double area = 0;
    for (size_t i = 0; i + 1 < n; i++)
        area += gs_planar_edge_area_in_circle(xy[i], xy[i + 1], centre, radius);
    return area;
}
