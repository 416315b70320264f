// SPDX-License-Identifier: Apache-2.0
#include "geo/geodesic.h"

#include "base/mem.h"

#include <geodesic.h>
#include <math.h>

static const double radians = 0.017453292519943295769;

struct gs_geodesic {
    struct geod_geodesic geod;
    double a, f, e2;
    double least_radius; /* the smallest radius of curvature anywhere */
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

double gs_geodesic_segment(const struct gs_geodesic *geodesic, const double p[2], const double a[2],
                           const double b[2])
{
    struct geod_geodesicline line;
    geod_inverseline(&line, &geodesic->geod, a[1], a[0], b[1], b[0],
                     GEOD_LATITUDE | GEOD_LONGITUDE | GEOD_AZIMUTH | GEOD_DISTANCE_IN);
    struct stand at_a = look(geodesic, p, a, line.azi1);
    double low = 0, high = line.s13;
    if (!(high > 0))
        return at_a.distance;
    double lat, lon, azimuth;
    geod_position(&line, high, &lat, &lon, &azimuth);
    /* at a pole the azimuth goes with the longitude it was given for */
    double end[2] = {fabs(b[1]) == 90 ? lon : b[0], b[1]};
    struct stand at_b = look(geodesic, p, end, azimuth);
    double best = fmin(at_a.distance, at_b.distance);
    /* No nearest point between the ends unless p is ahead of a and behind b. */
    if (!(at_a.ahead > 0 && at_b.ahead < 0))
        return best;
    /* The step from the nearer end, kept within the bracket; halving when it leaves it or when the
     * bracket shrinks too slowly (near the cut locus, where the sphere misleads). */
    bool from_a = at_a.distance <= at_b.distance;
    double s = from_a ? low + at_a.ahead : high + at_b.ahead;
    for (int i = 0; i < 100; i++) {
        if (!(s > low && s < high) || i % 8 == 7)
            s = low + (high - low) / 2;
        geod_position(&line, s, &lat, &lon, &azimuth);
        struct stand here = look(geodesic, p, (double[2]){lon, lat}, azimuth);
        best = fmin(best, here.distance);
        /* The distance has its minimum here: an error of `ahead` along the line costs less than
         * ahead² / (2 distance), which is what has to vanish. */
        if (fabs(here.ahead) <= 1e-9 ||
            here.ahead * here.ahead <= 1e-12 * here.distance * here.distance)
            break;
        *(here.ahead > 0 ? &low : &high) = s;
        s += here.ahead;
    }
    return best;
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

double gs_geodesic_bearing(const struct gs_geodesic *geodesic, const double p[2], const double q[2])
{
    double east[3], north[3], from[3], to[3], e = 0, n = 0;
    gs_geodesic_axes(p, east, north);
    gs_geodesic_ecef(geodesic, p, from);
    gs_geodesic_ecef(geodesic, q, to);
    for (int d = 0; d < 3; d++) {
        e += (to[d] - from[d]) * east[d];
        n += (to[d] - from[d]) * north[d];
    }
    return atan2(e, n);
}
