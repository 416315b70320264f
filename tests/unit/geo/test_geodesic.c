// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "geo/geodesic.h"

#include <geodesic.h>
#include <math.h>

static const double wgs84_a = 6378137, wgs84_f = 1 / 298.257223563, grs80_f = 1 / 298.257222101;
static const double pi = 3.14159265358979323846;

static double unit(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return (double)((x ^ x >> 31) >> 11) * 0x1p-53;
}

static struct gs_geodesic *ellipsoid(struct gs_ctx *ctx, double a_m, double f)
{
    struct gs_geodesic *geodesic = NULL;
    assert_ok(ctx, gs_geodesic_new(ctx, a_m, f, &geodesic));
    return geodesic;
}

static double points(const struct gs_geodesic *g, double lon1, double lat1, double lon2,
                     double lat2)
{
    return gs_geodesic_points(g, (double[2]){lon1, lat1}, (double[2]){lon2, lat2});
}

static double segment(const struct gs_geodesic *g, double lon, double lat, double lon1, double lat1,
                      double lon2, double lat2)
{
    return gs_geodesic_segment(g, (double[2]){lon, lat}, (double[2]){lon1, lat1},
                               (double[2]){lon2, lat2});
}

static void test_points(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *g = ellipsoid(ctx, wgs84_a, wgs84_f);
    /* Worked examples of Karney (2013), a short line and one that nearly reaches the antipode;
     * PROJ's geod says the same. */
    assert_near(points(g, 0, -30.12345, 0.00005, -30.12344), 4.944208, 1e-6);
    assert_near(points(g, 0, -30, 179.8, 29.9), 19989832.827610, 1e-6);
    gs_geodesic_free(g);
    /* man page of PROJ's geod: Boston to Portland on Clarke's ellipsoid of 1866 */
    g = ellipsoid(ctx, 6378206.4, 1 - 6356583.8 / 6378206.4);
    assert_near(points(g, -(71 + 7 / 60.), 42.25, -(123 + 41 / 60.), 45 + 31 / 60.), 4164192.708,
                1e-3);
    gs_geodesic_free(g);
    /* geod -I +ellps=GRS80: Berlin to Paris; over the antimeridian; over the pole; a quarter of the
     * equator; Reykjavík to New York */
    g = ellipsoid(ctx, wgs84_a, grs80_f);
    assert_near(points(g, 13.405, 52.52, 2.3522, 48.8566), 879699.316135, 1e-6);
    assert_near(points(g, 179.5, -17.7, -179.6, -17.9), 97955.047287, 1e-6);
    assert_near(points(g, 10, 89.5, -170, 89.5), 111693.950898, 1e-6);
    assert_near(points(g, 0, 0, 90, 0), 10018754.171395, 1e-6);
    assert_near(points(g, -21.9426, 64.1466, -73.7781, 40.6413), 4207800.792492, 1e-6);
    assert_near(points(g, 7, 50, 7, 50), 0, 0);
    gs_geodesic_free(g);
    gs_ctx_free(ctx);
}

/* The distance by looking at 400 places along the line and then closing in on the best of them;
 * knows nothing of azimuths. */
static double by_sampling(const double p[2], const double a[2], const double b[2])
{
    struct geod_geodesic geod;
    struct geod_geodesicline line;
    geod_init(&geod, wgs84_a, wgs84_f);
    geod_inverseline(&line, &geod, a[1], a[0], b[1], b[0], 0);
    double from = 0, to = 1, best = INFINITY, at = 0;
    for (int round = 0; round < 9; round++) {
        int n = round ? 10 : 400;
        for (int i = 0; i <= n; i++) {
            double t = from + (to - from) * i / n, lat, lon, distance;
            geod_position(&line, t * line.s13, &lat, &lon, NULL);
            geod_inverse(&geod, p[1], p[0], lat, lon, &distance, NULL, NULL);
            if (distance < best) {
                best = distance;
                at = t;
            }
        }
        double step = (to - from) / n;
        from = fmax(at - step, 0);
        to = fmin(at + step, 1);
    }
    return best;
}

static void compare(const struct gs_geodesic *g, const double p[2], const double a[2],
                    const double b[2])
{
    double expected = by_sampling(p, a, b);
    assert_near(gs_geodesic_segment(g, p, a, b), expected, 1e-8 * expected + 1e-6);
    assert_near(gs_geodesic_segment(g, p, b, a), expected, 1e-8 * expected + 1e-6);
}

static void test_segment_by_sampling(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *g = ellipsoid(ctx, wgs84_a, wgs84_f);
    for (uint64_t i = 0; i < 300; i++) {
        double size = i % 3 == 0 ? 60 : i % 3 == 1 ? 3 : 0.01; /* degrees */
        double p[2], a[2], b[2];
        p[0] = 360 * unit(10 * i) - 180;
        p[1] = asin(2 * unit(10 * i + 1) - 1) * 180 / pi;
        a[0] = p[0] + size * (unit(10 * i + 2) - 0.5);
        b[0] = p[0] + size * (unit(10 * i + 3) - 0.5);
        a[1] = fmin(fmax(p[1] + size * (unit(10 * i + 4) - 0.5), -90), 90);
        b[1] = fmin(fmax(p[1] + size * (unit(10 * i + 5) - 0.5), -90), 90);
        compare(g, p, a, b);
    }
    gs_geodesic_free(g);
    gs_ctx_free(ctx);
}

static void test_segment_special(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *g = ellipsoid(ctx, wgs84_a, wgs84_f);
    /* A meridian: from (1°, 0) square to the equator's end it is the equator itself. One degree of
     * the equator: a π / 180. */
    assert_near(segment(g, 1, 0, 0, -10, 0, 10), wgs84_a * pi / 180, 1e-6);
    /* the same over the antimeridian, and with longitudes beyond 180 */
    assert_near(segment(g, -179.5, 0, 179.5, -10, 179.5, 10), wgs84_a * pi / 180, 1e-6);
    assert_near(segment(g, 180.5, 0, -180.5, -10, 179.5, 10), wgs84_a * pi / 180, 1e-6);
    assert_near(segment(g, 180, 0, 179, 0, -179, 0), 0, 1e-6);
    /* across the pole: (0, 89) to (180, 89) passes through it; p on the meridian of 90°, so the
     * pole is nearest */
    assert_near(segment(g, 90, 89.5, 0, 89, 180, 89), points(g, 90, 89.5, 0, 90), 1e-6);
    assert_near(segment(g, 45, 90, 0, 89, 180, 89), 0, 1e-6);
    /* ends at the pole, whatever its longitude is said to be */
    assert_near(segment(g, 30, 80, 30, 60, 123, 90), 0, 1e-6);
    assert_near(segment(g, -120, 85, 10, 60, 77, 90), points(g, -120, 85, 0, 90), 1e-6);
    compare(g, (double[2]){40, 85}, (double[2]){10, 80}, (double[2]){0, 90});
    /* a segment that is a point; p at an end */
    assert_near(segment(g, 5, 50, 6, 51, 6, 51), points(g, 5, 50, 6, 51), 0);
    assert_near(segment(g, 5, 50, 6, 90, 16, 90), points(g, 5, 50, 6, 90), 1e-8);
    assert_near(segment(g, 5, 50, 5, 50, 6, 51), 0, 0);
    assert_near(segment(g, 6, 51, 5, 50, 6, 51), 0, 0);
    /* A parallel is no geodesic: seen from the pole, the middle of the line is nearer than its ends
     */
    assert_true(segment(g, 0, 90, -40, 60, 40, 60) < points(g, 0, 90, 40, 60) - 500000);
    gs_geodesic_free(g);
    gs_ctx_free(ctx);
}

static void test_segments(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *g = ellipsoid(ctx, wgs84_a, wgs84_f);
    double a[2] = {179, -1}, b[2] = {-179, 1}, c[2] = {179, 1}, d[2] = {-179, -1};
    double e[2] = {-178.5, 2}, f[2] = {-178, -2};
    assert_near(gs_geodesic_segments(g, a, b, c, d), 0, 0);
    assert_near(gs_geodesic_segments(g, a, b, b, d), 0, 0);
    assert_near(gs_geodesic_segments(g, a, b, e, f), gs_geodesic_segment(g, b, e, f), 0);
    /* two meridians that would meet at the pole stop short of it */
    double m[2] = {0, 80}, n[2] = {0, 89}, o[2] = {180, 80}, q[2] = {180, 89};
    assert_near(gs_geodesic_segments(g, m, n, o, q), gs_geodesic_points(g, n, q), 1e-6);
    assert_near(gs_geodesic_segments(g, m, o, (double[2]){90, 80}, (double[2]){-90, 80}), 0, 1e-6);
    /* on the far side of the Earth nothing crosses */
    double s[2] = {1, 1}, t[2] = {-1, -1};
    assert_true(gs_geodesic_segments(g, a, b, s, t) > 1e7);
    gs_geodesic_free(g);
    gs_ctx_free(ctx);
}

static void test_side(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *g = ellipsoid(ctx, wgs84_a, wgs84_f);
    double a[2] = {0, 50}, b[2] = {10, 50}, south[2] = {5, 49.9}, north[2] = {5, 51};
    assert_true(gs_geodesic_side(g, a, b, south) > 0); /* going east the right is south */
    assert_true(gs_geodesic_side(g, a, b, north) < 0);
    assert_true(gs_geodesic_side(g, b, a, north) > 0);
    assert_true(gs_geodesic_side(g, a, b, (double[2]){5, 50.05}) >
                0); /* the geodesic bulges north */
    assert_near(gs_geodesic_side(g, a, b, a), 0, 0);
    gs_geodesic_free(g);
    gs_ctx_free(ctx);
}

/* echo "13.405 52.52 0" | cct +proj=cart +ellps=GRS80 */
static void test_ecef(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *g = ellipsoid(ctx, wgs84_a, grs80_f);
    double xyz[3];
    gs_geodesic_ecef(g, (double[2]){13.405, 52.52}, xyz);
    assert_near(xyz[0], 3783245.055333, 1e-4);
    assert_near(xyz[1], 901645.000344, 1e-4);
    assert_near(xyz[2], 5038219.099708, 1e-4);
    gs_geodesic_ecef(g, (double[2]){77, 90}, xyz);
    assert_near(xyz[2], 6356752.314140, 1e-6); /* GRS80's semi-minor axis */
    gs_geodesic_free(g);
    gs_ctx_free(ctx);
}

/* The box of a segment's ends, grown by the sagitta, holds the geodesic between them; and the chord
 * is never longer than the geodesic. */
static void test_bounds(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const double shapes[][2] = {{wgs84_a, wgs84_f}, {wgs84_a, 0}, {6.4e6, 0.1}, {6.4e6, -0.1}};
    for (uint64_t i = 0; i < 400; i++) {
        double a_m = shapes[i % 4][0], f = shapes[i % 4][1], a[2], b[2], p[3], q[3], x[3];
        struct gs_geodesic *g = ellipsoid(ctx, a_m, f);
        struct geod_geodesic geod;
        struct geod_geodesicline line;
        a[0] = 360 * unit(4 * i);
        a[1] = 180 * unit(4 * i + 1) - 90;
        b[0] = a[0] + 170 * pow(unit(4 * i + 2), 3);
        b[1] = a[1] * (1 - unit(4 * i + 3));
        gs_geodesic_ecef(g, a, p);
        gs_geodesic_ecef(g, b, q);
        double chord = sqrt(pow(p[0] - q[0], 2) + pow(p[1] - q[1], 2) + pow(p[2] - q[2], 2));
        double sagitta = gs_geodesic_sagitta(g, chord);
        geod_init(&geod, a_m, f);
        geod_inverseline(&line, &geod, a[1], a[0], b[1], b[0], 0);
        assert_true(chord <= line.s13 * (1 + 1e-12) + 1e-8);
        assert_true(chord <= gs_geodesic_chord(g, line.s13) * (1 + 1e-12) + 1e-8);
        for (int k = 0; k <= 40; k++) {
            double here[2], t = 0, off = 0;
            geod_position(&line, line.s13 * k / 40, &here[1], &here[0], NULL);
            gs_geodesic_ecef(g, here, x);
            for (int d = 0; d < 3; d++)
                t += (x[d] - p[d]) * (q[d] - p[d]) / (chord * chord);
            t = fmin(fmax(t, 0), 1);
            for (int d = 0; d < 3; d++)
                off += pow(x[d] - p[d] - t * (q[d] - p[d]), 2);
            assert_true(sqrt(off) <= sagitta + 1e-6);
        }
        gs_geodesic_free(g);
    }
    /* and is not absurdly wide: 1 km of chord stands 2 cm off, c² / (8 r) */
    struct gs_geodesic *g = ellipsoid(ctx, wgs84_a, wgs84_f);
    assert_near(gs_geodesic_sagitta(g, 1000), 1e6 / 8 / 6335439, 1e-6);
    assert_near(gs_geodesic_sagitta(g, 0), 0, 0);
    assert_true(gs_geodesic_sagitta(g, 1.27e7) >= wgs84_a);
    assert_true(gs_geodesic_chord(g, INFINITY) >= 2 * wgs84_a);
    assert_near(gs_geodesic_chord(g, 400000), 400000 - 65, 1); /* d − d³ / (24 r²) */
    gs_geodesic_free(g);
    gs_ctx_free(ctx);
}

static void test_axes(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *g = ellipsoid(ctx, wgs84_a, grs80_f);
    double east[3], north[3];
    gs_geodesic_axes((double[2]){90, 0}, east, north);
    assert_near(east[0], -1, 1e-15);
    assert_near(north[2], 1, 1e-15);
    gs_geodesic_free(g);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_segment_by_sampling),
        cmocka_unit_test(test_segment_special),
        cmocka_unit_test(test_segments),
        cmocka_unit_test(test_side),
        cmocka_unit_test(test_ecef),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
