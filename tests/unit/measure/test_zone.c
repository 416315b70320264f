// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/raster_job.h"

#define PI 3.14159265358979323846

static void make(const char *path, int n_cols, int n_rows, const double *transform, const char *crs)
{
    double *values = calloc((size_t)n_cols * (size_t)n_rows, sizeof *values);
    for (int i = 0; i < n_cols * n_rows; i++)
        values[i] = i;
    raster_doubles(path, n_cols, n_rows, transform, crs, values);
    free(values);
}

struct seen {
    double weight, sum;
    size_t n_rows;
};

static void look(void *user, const struct gs_zone_row *row)
{
    struct seen *seen = user;
    seen->n_rows++;
    for (size_t i = 0; i < row->n; i++)
        if (!isnan(row->values[i])) {
            seen->weight += row->weights[i];
            seen->sum += row->weights[i] * row->values[i];
        }
}

static struct seen look_at(struct raster_job *j, struct gs_zone *zone)
{
    struct seen seen = {0};
    assert_ok(j->ctx, gs_zone_visit(j->ctx, &j->worker, zone, 0, look, &seen));
    return seen;
}

static struct gs_zone place(struct raster_job *j, size_t site, double radius_m)
{
    struct gs_zone zone;
    assert_ok(j->ctx, gs_zone_place(j->ctx, &j->job, &j->worker, site, radius_m, &zone));
    return zone;
}

static const double grid[6] = {4000000, 100, 0, 3020000, 0, -100};

static void test_footprints(void **state)
{
    (void)state;
    make("/vsimem/zone.tif", 200, 200, grid, "EPSG:3035");
    struct raster_job j;
    job_open(&j, "/vsimem/zone.tif", "EPSG:3035", 1);
    job_box(&j, 4000100, 3019700, 4000250, 3019900);
    job_point(&j, 4005000, 3010000);
    job_part(&j, true, GS_PART_POINTS, 2,
             (const double[][2]){{4005000, 3010000}, {4005300, 3010000}});
    struct gs_zone zone = place(&j, 0, NAN);
    assert_near(zone.area, 3, 0);
    assert_int_equal(zone.col, 1);
    assert_int_equal(zone.row, 1);
    assert_int_equal(zone.n_cols, 2);
    assert_int_equal(zone.n_rows, 2);
    assert_near(look_at(&j, &zone).sum, 201 + 0.5 * 202 + 401 + 0.5 * 402, 0);
    assert_near(place(&j, 1, NAN).area, 0, 0); /* a point without footprint */
    j.sites.footprint_radius_m = 700;
    zone = place(&j, 1, NAN);
    assert_near(zone.area, PI * 49, 1e-10);
    assert_near(look_at(&j, &zone).weight, PI * 49, 1e-10);
    /* two discs of radius 700, 300 apart: 2 (π - acos(d/2r)) r² + d √(r² - d²/4), by GEOS within
     * 2 × 7.6e-5 of it */
    double r = 7, d = 3, joined = 2 * (PI - acos(d / 2 / r)) * r * r + d * sqrt(r * r - d * d / 4);
    assert_near(place(&j, 2, NAN).area, joined, 2e-4 * joined);
    /* a box widened by 100 m: w h + 2 (w + h) r + π r² */
    assert_near(place(&j, 0, 100).area, 3 + 2 * 3.5 + PI, 1e-3);
    job_close(&j);
}

/* Outside the raster there is area without data, never a clipped one. */
static void test_outside(void **state)
{
    (void)state;
    make("/vsimem/zone.tif", 200, 200, grid, "EPSG:3035");
    struct raster_job j;
    job_open(&j, "/vsimem/zone.tif", "EPSG:3035", 1);
    job_point(&j, 4000000, 3010000);                 /* half on it */
    job_point(&j, 9000000, 3010000);                 /* far from it */
    job_box(&j, 3999000, 2999000, 4021000, 3021000); /* all around it */
    struct gs_zone zone = place(&j, 0, 1000);
    assert_near(gs_zone_share(&zone, look_at(&j, &zone).weight), 0.5, 1e-12);
    zone = place(&j, 1, 1000);
    assert_near(zone.area, PI * 100, 1e-9);
    assert_int_equal(look_at(&j, &zone).n_rows, 0);
    assert_near(gs_zone_share(&zone, 0), 0, 0);
    zone = place(&j, 2, NAN);
    assert_near(look_at(&j, &zone).weight, 40000, 0);
    assert_near(gs_zone_share(&zone, 40000), 40000 / 48400.0, 1e-15);
    job_close(&j);
}

/* The same bits for any height of strips. */
static void test_strips(void **state)
{
    (void)state;
    make("/vsimem/zone.tif", 200, 200, grid, "EPSG:3035");
    struct raster_job j;
    job_open(&j, "/vsimem/zone.tif", "EPSG:3035", 1);
    job_point(&j, 4010033, 3009977);
    struct gs_zone zone = place(&j, 0, 7654);
    struct seen whole = look_at(&j, &zone);
    for (size_t cells = 1; cells < 40000; cells = cells * 3 + 50) {
        zone.strip_cells = cells;
        struct seen part = look_at(&j, &zone);
        assert_memory_equal(&part, &whole, sizeof whole);
    }
    job_close(&j);
}

/* Cell borders at 0.1 are no doubles: a box along them must not get slivers of the neighbours. */
static void test_snapping(void **state)
{
    (void)state;
    const double gt[6] = {4321000.3, 0.1, 0, 3210000.7, 0, -0.1};
    make("/vsimem/fine.tif", 60, 60, gt, "EPSG:3035");
    struct raster_job j;
    job_open(&j, "/vsimem/fine.tif", "EPSG:3035", 1);
    for (int i = 1; i < 50; i++)
        job_box(&j, 4321000.3 + i * 0.1, 3210000.7 - (i + 3) * 0.1, 4321000.3 + (i + 4) * 0.1,
                3210000.7 - i * 0.1);
    for (size_t i = 0; i < 49; i++) {
        struct gs_zone zone = place(&j, i, NAN);
        assert_near(zone.area, 12, 0);
        assert_int_equal(zone.n_cols, 4);
        assert_int_equal(zone.n_rows, 3);
    }
    job_close(&j);
}

/* OGR (GDAL 3.6.2): this box segmentized at 25 m, transformed to EPSG:4258, has 26.1252991935
 * square degrees; its corners alone give a different area. */
static void test_densified(void **state)
{
    (void)state;
    const double gt[6] = {0, 0.05, 0, 60, 0, -0.05};
    make("/vsimem/degrees.tif", 400, 300, gt, "EPSG:4258");
    struct raster_job j;
    job_open(&j, "/vsimem/degrees.tif", "EPSG:3035", 1);
    job_box(&j, 4000000, 3000000, 4500000, 3400000);
    struct gs_zone zone = place(&j, 0, NAN);
    /* 0.01 cells along 450 cells of border are 4.5 cells of 0.0025 square degrees */
    assert_near(zone.area * 0.05 * 0.05, 26.1252991935, 4.5 * 0.0025);
    assert_near(look_at(&j, &zone).weight, zone.area, 1e-9);
    assert_near(gs_zone_share(&zone, look_at(&j, &zone).weight), 1, 0);
    job_close(&j);
}

/* A geodesic disc on an equal-area raster has the area of one on the sphere of the local mean
 * radius, π r² (1 - r²/12 R²…), up to the ellipsoid's third order: within 1e-6. */
static void test_geodesic_disc(void **state)
{
    (void)state;
    make("/vsimem/zone.tif", 10, 10, grid, "EPSG:3035");
    struct raster_job j;
    job_open(&j, "/vsimem/zone.tif", "EPSG:4258", 1);
    job_point(&j, 10, 52);
    job_point(&j, 24, 66);
    for (size_t i = 0; i < 2; i++)
        assert_near(place(&j, i, 10000).area, PI * 1e4, 1e-6 * PI * 1e4);
    /* two points: GEOS's buffer by way of a local projection */
    job_part(&j, true, GS_PART_POINTS, 2, (const double[][2]){{10, 52}, {12, 52}});
    assert_near(place(&j, 2, 10000).area, 2 * PI * 1e4, 3e-4 * PI * 1e4);
    job_close(&j);
}

/* Across the antimeridian and around a pole the disc finds its cells on both sides of the map. */
static void test_globe(void **state)
{
    (void)state;
    make("/vsimem/globe.tif", 360, 180, (const double[]){-180, 1, 0, 90, 0, -1}, "EPSG:4326");
    make("/vsimem/globe0.tif", 360, 180, (const double[]){0, 1, 0, 90, 0, -1}, "EPSG:4326");
    for (int k = 0; k < 2; k++) {
        struct raster_job j;
        job_open(&j, k ? "/vsimem/globe0.tif" : "/vsimem/globe.tif", "EPSG:4326", 1);
        job_point(&j, 179.5, 10);
        job_point(&j, -0.25, 10);
        job_point(&j, 40, 90);
        job_point(&j, 15, -89.9);
        for (size_t i = 0; i < 4; i++) {
            struct gs_zone zone = place(&j, i, 300000);
            double weight = look_at(&j, &zone).weight;
            assert_near(weight, zone.area, 1e-9 * zone.area);
            assert_true(zone.area > 10);
            /* a cap of 300 km about the pole: 360 degrees by 300 km of latitude, 111,694 m each */
            if (i == 2)
                assert_near(zone.area, 360 * 300000 / 111693.9, 0.05);
        }
        job_close(&j);
    }
    /* and from a polar projection */
    struct raster_job j;
    job_open(&j, "/vsimem/globe.tif", "EPSG:3995", 1);
    job_box(&j, -500000, -500000, 500000, 500000);
    struct gs_zone zone = place(&j, 0, NAN);
    struct seen seen = look_at(&j, &zone);
    assert_near(seen.weight, zone.area, 1e-6);
    assert_true(zone.area > 360 * 4.4 && zone.area < 360 * 6.4);
    job_close(&j);
}

/* What the raster's CRS cannot show is told by the share, not clipped. */
static void test_unplaceable(void **state)
{
    (void)state;
    make("/vsimem/north.tif", 10, 10, (const double[]){-5e5, 1e5, 0, 5e5, 0, -1e5},
         "+proj=gnom +lat_0=90 +lon_0=0 +datum=WGS84");
    struct raster_job j;
    job_open(&j, "/vsimem/north.tif", "EPSG:4326", 1);
    job_box(&j, 10, -40, 12, 40); /* the gnomonic map ends before the equator */
    struct gs_zone zone = place(&j, 0, NAN);
    assert_true(zone.unplaceable);
    assert_near(gs_zone_share(&zone, 0), 0, 0);
    double number, share;
    job_measure(&j, &gs_measure_mean);
    job_run(&j, &number, &share);
    assert_true(isnan(number));
    assert_near(share, 0, 0);
    job_close(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_footprints), cmocka_unit_test(test_outside),
        cmocka_unit_test(test_strips),     cmocka_unit_test(test_snapping),
        cmocka_unit_test(test_densified),  cmocka_unit_test(test_geodesic_disc),
        cmocka_unit_test(test_globe),      cmocka_unit_test(test_unplaceable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
