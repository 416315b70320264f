// SPDX-License-Identifier: Apache-2.0
#include "geo/geodesic.h"

#include "base/mem.h"

#include <geodesic.h>
#include <math.h>

static const double radians = 0.017453292519943295769;

struct gs_geodesic {
    struct geod_geodesic geod;
    double a, f, e2;
    double least_radius, largest_radius; /* of curvature, anywhere */
};

enum gs_status gs_geodesic_new(struct gs_ctx *ctx, double a_m, double f, struct gs_geodesic **out)
{
    struct gs_geodesic *geodesic = GS_NEW(ctx, struct gs_geodesic);
    if (!geodesic)
        return GS_ENOMEM;
    double b = a_m * (1 - f);
    geod_init(&geodesic->geod, a_m, f);
    geodesic->a = a_m;
    geodesic->f = f;
    geodesic->e2 = f * (2 - f);
    geodesic->least_radius = fmin(b * b / a_m, a_m * a_m / b); /* at the equator, at the poles */
    geodesic->largest_radius = fmax(b * b / a_m, a_m * a_m / b);
    *out = geodesic;
    return GS_OK;
}

void gs_geodesic_free(struct gs_geodesic *geodesic)
{
    gs_free(geodesic);
}

static double inverse(const struct gs_geodesic *geodesic, const double p[2], const double q[2],
                      double *azimuth)
{
    double distance;
    geod_inverse(&geodesic->geod, p[1], p[0], q[1], q[0], &distance, azimuth, NULL);
    return distance;
}

double gs_geodesic_points(const struct gs_geodesic *geodesic, const double p[2], const double q[2])
{
    return inverse(geodesic, p, q, NULL);
}

/* What is known where the line stands at `s`: the distance to p and how far ahead along the line
 * its nearest point seems to lie, which is 0 exactly where the line stands square to the way to p.
 */
struct stand {
    double distance, ahead;
};

/* On the sphere that fits here, Napier's rule for the right triangle gives the place at once:
 * tan(ahead / R) = tan(distance / R) cos(angle). On the ellipsoid it is a step that is nearly
 * Newton's (Baselga & Martínez-Llario 2018, "Intersection and point-to-line solutions for geodesics
 * on the ellipsoid", Studia Geophysica et Geodaetica 62:353-363, step likewise). */
static struct stand look(const struct gs_geodesic *geodesic, const double p[2],
                         const double here[2], double line_azimuth)
{
    double azimuth, distance = inverse(geodesic, here, p, &azimuth);
    double cosine = cos((azimuth - line_azimuth) * radians), arc = distance / geodesic->a;
    return (struct stand){distance, geodesic->a * atan2(sin(arc) * cosine, cos(arc))};
}

/* Where the line stands square to the way to p, to what matters: an error of `ahead` along it costs
 * less than ahead² / (2 distance). */
static bool settled(const struct stand *here)
{
    return fabs(here->ahead) <= 1e-9 ||
           here->ahead * here->ahead <= 1e-12 * here->distance * here->distance;
}

/* How far along the chord from a to b its nearest point to p lies, 0 to 1. */
static double along_chord(const struct gs_geodesic *geodesic, const double p[2], const double a[2],
                          const double b[2])
{
    double at[3], from[3], to[3], dot = 0, length2 = 0;
    gs_geodesic_ecef(geodesic, p, at);
    gs_geodesic_ecef(geodesic, a, from);
    gs_geodesic_ecef(geodesic, b, to);
    for (int d = 0; d < 3; d++) {
        dot += (at[d] - from[d]) * (to[d] - from[d]);
        length2 += (to[d] - from[d]) * (to[d] - from[d]);
    }
    return length2 > 0 ? fmin(fmax(dot / length2, 0), 1) : 0;
}

static struct stand stand_at(const struct gs_geodesic *geodesic,
                             const struct geod_geodesicline *line, const double p[2], double s)
{
    double lat, lon, azimuth;
    geod_position(line, s, &lat, &lon, &azimuth);
    return look(geodesic, p, (double[2]){lon, lat}, azimuth);
}

/* Steps from the chord's guess; near things take one or two. Within a quarter of the way round the
 * Earth the distance has no other minimum on the line, so where the steps end is the nearest place:
 * square to p, or an end that p lies beyond. False when they do not end soon. */
static bool step_to_nearest(const struct gs_geodesic *geodesic,
                            const struct geod_geodesicline *line, const double p[2], double s,
                            double *distance)
{
    double quarter = 0.75 * geodesic->a;
    for (int i = 0; i < 5 && line->s13 < quarter; i++) {
        struct stand here = stand_at(geodesic, line, p, s);
        bool before = s == 0 && here.ahead <= 0, beyond = s == line->s13 && here.ahead >= 0;
        if (here.distance > quarter)
            break;
        if (before || beyond || settled(&here)) {
            *distance = here.distance;
            return true;
        }
        s = fmin(fmax(s + here.ahead, 0), line->s13);
    }
    return false;
}

/* The same for any line and distance: the step kept within a bracket, halving it when the step
 * leaves it or it shrinks too slowly (near the cut locus, where the sphere misleads). */
static double bracket_nearest(const struct gs_geodesic *geodesic,
                              const struct geod_geodesicline *line, const double p[2])
{
    double low = 0, high = line->s13;
    struct stand at_a = stand_at(geodesic, line, p, low);
    struct stand at_b = stand_at(geodesic, line, p, high);
    double best = fmin(at_a.distance, at_b.distance);
    /* No nearest point between the ends unless p is ahead of a and behind b. */
    if (!(at_a.ahead > 0 && at_b.ahead < 0))
        return best;
    double s = at_a.distance <= at_b.distance ? low + at_a.ahead : high + at_b.ahead;
    for (int i = 0; i < 100; i++) {
        if (!(s > low && s < high) || i % 8 == 7)
            s = low + (high - low) / 2;
        struct stand here = stand_at(geodesic, line, p, s);
        best = fmin(best, here.distance);
        if (settled(&here))
            break;
        *(here.ahead > 0 ? &low : &high) = s;
        s += here.ahead;
    }
    return best;
}

double gs_geodesic_segment(const struct gs_geodesic *geodesic, const double p[2], const double a[2],
                           const double b[2])
{
    struct geod_geodesicline line;
    geod_inverseline(&line, &geodesic->geod, a[1], a[0], b[1], b[0],
                     GEOD_LATITUDE | GEOD_LONGITUDE | GEOD_AZIMUTH | GEOD_DISTANCE_IN);
    double t = along_chord(geodesic, p, a, b), distance;
    /* the ends as given, not as the line comes back to them: a point at an end is at distance 0 */
    double ends = t == 0   ? gs_geodesic_points(geodesic, p, a)
                  : t == 1 ? gs_geodesic_points(geodesic, p, b)
                           : INFINITY;
    if (!(line.s13 > 0))
        return gs_geodesic_points(geodesic, p, a);
    if (ends == 0)
        return 0;
    if (!step_to_nearest(geodesic, &line, p, t * line.s13, &distance))
        distance = bracket_nearest(geodesic, &line, p);
    return fmin(distance, ends);
}

double gs_geodesic_side(const struct gs_geodesic *geodesic, const double a[2], const double b[2],
                        const double p[2])
{
    double along, to_p;
    inverse(geodesic, a, b, &along);
    if (inverse(geodesic, a, p, &to_p) == 0)
        return 0;
    return sin((to_p - along) * radians);
}

/* Each segment's ends on different sides of the other. */
static bool cross(const struct gs_geodesic *geodesic, const double a[2], const double b[2],
                  const double c[2], const double d[2])
{
    return gs_geodesic_side(geodesic, a, b, c) * gs_geodesic_side(geodesic, a, b, d) < 0 &&
           gs_geodesic_side(geodesic, c, d, a) * gs_geodesic_side(geodesic, c, d, b) < 0;
}

double gs_geodesic_segments(const struct gs_geodesic *geodesic, const double a[2],
                            const double b[2], const double c[2], const double d[2])
{
    double near =
        fmin(fmin(gs_geodesic_segment(geodesic, a, c, d), gs_geodesic_segment(geodesic, b, c, d)),
             fmin(gs_geodesic_segment(geodesic, c, a, b), gs_geodesic_segment(geodesic, d, a, b)));
    /* When they cross, an end of the shorter one lies no farther than half of it from the other;
     * this also keeps the sides from being asked half round the world, where they turn over. */
    double shorter = fmin(gs_geodesic_points(geodesic, a, b), gs_geodesic_points(geodesic, c, d));
    if (near > 0 && near <= shorter * 0.51 && cross(geodesic, a, b, c, d))
        return 0;
    return near;
}

void gs_geodesic_ecef(const struct gs_geodesic *geodesic, const double p[2], double xyz[3])
{
    double lon = p[0] * radians, lat = p[1] * radians, sin_lat = sin(lat), cos_lat = cos(lat);
    double normal = geodesic->a / sqrt(1 - geodesic->e2 * sin_lat * sin_lat);
    xyz[0] = normal * cos_lat * cos(lon);
    xyz[1] = normal * cos_lat * sin(lon);
    xyz[2] = normal * (1 - geodesic->e2) * sin_lat;
}

/* A curve no more bent than a circle of radius r stands off its chord c no farther than that circle
 * does: r - √(r² - c²/4). The last tenth before half the way round is left out, where that breaks
 * down; no point of the ellipsoid is farther from a chord than its longer axis. */
double gs_geodesic_sagitta(const struct gs_geodesic *geodesic, double chord_m)
{
    double r = geodesic->least_radius, half = chord_m / 2;
    if (!(half < 0.9 * r))
        return 2 * fmax(geodesic->a, geodesic->a * (1 - geodesic->f));
    return half * half / (r + sqrt((r - half) * (r + half)));
}

/* The ellipsoid lies within the ball of the largest radius of curvature r that touches it at any
 * point X(s) of a geodesic from X(0), so f = |X(s) − X(0)|² obeys f'' <= 2 − f / r². By comparison
 * with the circle of radius r, f <= (2 r sin(s / 2r))². */
double gs_geodesic_chord(const struct gs_geodesic *geodesic, double distance_m)
{
    double r = geodesic->largest_radius, angle = distance_m / (2 * r);
    return angle < 1.5 ? 2 * r * sin(angle) : 2 * r;
}

void gs_geodesic_axes(const double p[2], double east[3], double north[3])
{
    double lon = p[0] * radians, lat = p[1] * radians;
    east[0] = -sin(lon);
    east[1] = cos(lon);
    east[2] = 0;
    north[0] = -sin(lat) * cos(lon);
    north[1] = -sin(lat) * sin(lon);
    north[2] = cos(lat);
}
