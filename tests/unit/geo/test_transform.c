// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "geo/crs.h"

#include <math.h>
#include <string.h>

static struct gs_crs *crs_of(struct gs_ctx *ctx, const char *text)
{
    struct gs_crs *crs = NULL;
    assert_ok(ctx, gs_crs_new(ctx, text, NULL, "the test", &crs));
    return crs;
}

static struct gs_transform *between(struct gs_ctx *ctx, const char *from, const char *to)
{
    struct gs_crs *a = crs_of(ctx, from), *b = crs_of(ctx, to);
    struct gs_transform *transform = NULL;
    assert_ok(ctx, gs_transform_new(ctx, a, b, &transform));
    gs_crs_free(a);
    gs_crs_free(b);
    return transform;
}

static void check_point(const char *from, const char *to, double x, double y, double ex, double ey,
                        double tolerance)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_transform *transform = between(ctx, from, to);
    double p[1][2] = {{x, y}};
    assert_int_equal(gs_transform_points(transform, p, 1), 0);
    assert_near(p[0][0], ex, tolerance);
    assert_near(p[0][1], ey, tolerance);
    assert_int_equal(gs_transform_points_inverse(transform, p, 1), 0);
    double back = fabs(x) <= 360 ? 1e-8 : 1e-3; /* degrees or metres */
    assert_near(p[0][0], x, back);
    assert_near(p[0][1], y, back);
    gs_transform_free(transform);
    gs_ctx_free(ctx);
}

static void test_points(void **state)
{
    (void)state;
    /* echo "50.7753 6.0839" | cs2cs -f %.4f EPSG:4326 EPSG:3035 -> 3081133.8608 4044915.7862
     * (northing first, as that CRS orders its axes); PROJ 9.1.1, as all below. */
    check_point("EPSG:4326", "EPSG:3035", 6.0839, 50.7753, 4044915.7862, 3081133.8608, 1e-3);
    /* EPSG guidance note 7-2, 3.3.2 Lambert Azimuthal Equal Area: 50 N 5 E in ETRS89 gives
     * E 3962799.45, N 2999718.85. */
    check_point("EPSG:4258", "EPSG:3035", 5, 50, 3962799.45, 2999718.85, 0.01);
    /* echo "5500000 3500000" | cs2cs EPSG:31467 EPSG:3035 (northing first on both sides). */
    check_point("EPSG:31467", "EPSG:3035", 3500000, 5500000, 4248680.67782, 2947601.46327, 1e-3);
    /* EPSG guidance note 7-2, 3.2.1.1 Popular Visualisation Pseudo-Mercator: 24d22'54.433"N
     * 100d20'00.000"W gives X -11169055.58, Y 2800000.00. */
    check_point("EPSG:4326", "EPSG:3857", -(100 + 20 / 60.), 24 + 22 / 60. + 54.433 / 3600,
                -11169055.58, 2800000.00, 0.01);
}

static void test_identity(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_transform *transform = between(ctx, "EPSG:4326", "OGC:CRS84");
    assert_true(gs_transform_is_identity(transform));
    assert_string_equal(gs_transform_description(transform), "");
    double p[2][2] = {{7, 51}, {NAN, 1}};
    assert_int_equal(gs_transform_points(transform, p, 2), 1);
    assert_near(p[0][0], 7, 0);
    assert_true(isnan(p[1][1]));
    gs_transform_free(transform);
    gs_ctx_free(ctx);
}

static void test_description(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_transform *transform = between(ctx, "EPSG:4326", "EPSG:3035");
    const char *text = gs_transform_description(transform);
    assert_non_null(strstr(text, "Europe Equal Area 2001"));
    assert_non_null(strstr(text, "+proj=laea"));
    assert_non_null(strstr(text, ", 1 m"));
    assert_null(strstr(text, ";")); /* one operation */
    gs_transform_free(transform);
    gs_ctx_free(ctx);
}

/* NAD27 has some eighty operations to WGS 84, each for a region. */
static void test_regions(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_transform *transform = between(ctx, "EPSG:4267", "EPSG:4326");
    /* Cuba has its own, (88), good to 1 m, Panama (89). */
    double cuba[1][2] = {{-80, 22}};
    assert_int_equal(gs_transform_points(transform, cuba, 1), 0);
    assert_near(cuba[0][0], -79.999819221, 1e-9); /* echo "22 -80" | cs2cs EPSG:4267 EPSG:4326 */
    assert_near(cuba[0][1], 22.000495363, 1e-9);
    assert_non_null(strstr(gs_transform_description(transform), "NAD27 to WGS 84 (88)"));
    assert_null(strstr(gs_transform_description(transform), ";"));
    double panama[1][2] = {{-80, 8.5}};
    assert_int_equal(gs_transform_points(transform, panama, 1), 0);
    assert_near(panama[0][0], -79.999836255, 1e-9);
    assert_near(panama[0][1], 8.501298725, 1e-9);
    assert_non_null(strstr(gs_transform_description(transform), "NAD27 to WGS 84 (89)"));
    /* The same point alone or after others: the same bits. */
    double again[2][2] = {{-80, 8.5}, {-80, 22}};
    gs_transform_points(transform, again, 2);
    assert_memory_equal(again[0], panama[0], sizeof panama);
    assert_memory_equal(again[1], cuba[0], sizeof cuba);
    gs_transform_free(transform);
    gs_ctx_free(ctx);
}

static void test_no_image(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_transform *transform = between(ctx, "EPSG:4326", "EPSG:3035");
    /* The antipode of the projection's centre (52 N 10 E) has no image; 95 N is no latitude. */
    double p[3][2] = {{-170, -52}, {10, 52}, {10, 95}};
    assert_int_equal(gs_transform_points(transform, p, 3), 2);
    assert_true(isnan(p[0][0]) && isnan(p[0][1]) && isnan(p[2][0]));
    assert_near(p[1][0], 4321000, 1e-6);
    assert_near(p[1][1], 3210000, 1e-6);
    gs_transform_free(transform);
    gs_ctx_free(ctx);
}

static void test_custom(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_transform *transform =
        between(ctx, "+proj=longlat +ellps=clrk66 +no_defs", "EPSG:3035");
    assert_non_null(strstr(gs_transform_description(transform), "unknown accuracy"));
    double p[1][2] = {{10, 52}};
    assert_int_equal(gs_transform_points(transform, p, 1), 0);
    /* No datum shift is known: longitude and latitude stay, (10, 52) is the projection's origin. */
    assert_near(p[0][0], 4321000, 1e-6);
    assert_near(p[0][1], 3210000, 1e-6);
    gs_transform_free(transform);
    gs_ctx_free(ctx);
}

static void test_bounds(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_transform *transform = between(ctx, "EPSG:4326", "EPSG:3035");
    double out[4], in[4] = {-10, 35, 30, 70};
    assert_true(gs_transform_bounds(transform, in, out));
    /* Every point of a finer grid lies inside, and the box is not needlessly large. */
    double tight[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int i = 0; i <= 1000; i++)
        for (int j = 0; j <= 100; j++) {
            double p[1][2] = {{-10 + i * .04, 35 + j * .35}};
            assert_int_equal(gs_transform_points(transform, p, 1), 0);
            for (int d = 0; d < 2; d++) {
                tight[d] = fmin(tight[d], p[0][d]);
                tight[d + 2] = fmax(tight[d + 2], p[0][d]);
            }
        }
    for (int d = 0; d < 2; d++) {
        assert_true(out[d] <= tight[d] && out[d] > tight[d] - 10000);
        assert_true(out[d + 2] >= tight[d + 2] && out[d + 2] < tight[d + 2] + 10000);
    }
    /* The whole world has the antipode of the projection's centre in it, which is a circle of
     * radius 2 R: no answer, or one that holds it (12,700 km around 4321000 3210000). */
    double world[4] = {-180, -90, 180, 90};
    if (gs_transform_bounds(transform, world, out)) {
        assert_true(out[0] <= 4321000 - 12.7e6 && out[2] >= 4321000 + 12.7e6);
        assert_true(out[1] <= 3210000 - 12.7e6 && out[3] >= 3210000 + 12.7e6);
    }
    double beyond[4] = {0, 80, 10, 100};
    assert_false(gs_transform_bounds(transform, beyond, out));
    gs_transform_free(transform);

    transform = between(ctx, "EPSG:3413", "EPSG:4326"); /* polar stereographic, the pole at 0 0 */
    double pole[4] = {-1e6, -1e6, 1e6, 1e6};
    assert_false(gs_transform_bounds(transform, pole, out));
    double beside[4] = {1e6, 1e6, 2e6, 2e6}; /* about longitude 90, no antimeridian */
    assert_true(gs_transform_bounds(transform, beside, out));
    assert_true(out[0] < out[2]);
    /* projection's longitude 0 is at -45: the direction of the antimeridian is x -, y + diagonal */
    double across[4] = {-2e6, 1e6, -1e6, 2e6};
    assert_true(gs_transform_bounds(transform, across, out));
    assert_true(out[0] > out[2]);
    gs_transform_free(transform);

    transform = between(ctx, "EPSG:4326", "EPSG:32701"); /* UTM 1 S: box across the antimeridian */
    double fiji[4] = {177, -20, -178, -15};
    assert_true(gs_transform_bounds(transform, fiji, out));
    assert_true(out[2] - out[0] > 500000 && out[2] - out[0] < 600000);
    gs_transform_free(transform);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),      cmocka_unit_test(test_identity),
        cmocka_unit_test(test_description), cmocka_unit_test(test_regions),
        cmocka_unit_test(test_no_image),    cmocka_unit_test(test_custom),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
