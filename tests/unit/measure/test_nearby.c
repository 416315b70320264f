// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

#include "geo/geodesic.h"
#include "kernel/planar.h"
#include "kernel/sum.h"

#include <geodesic.h>

static const double pi = 3.14159265358979323846;

enum { N_FEATURES = 60, N_SITES = 40 };

/* -- a made-up region: points, several points, lines, stars, stars with a hole and an island -----
 */

static void star(struct gs_ctx *ctx, struct gs_shapes *shapes, uint64_t seed,
                 const double centre[2], double size, bool hole)
{
    double(*xy)[2];
    assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_RING, 10, &xy));
    for (unsigned k = 0; k < 10; k++) {
        unsigned corner = (hole ? 9 - k : k) % 9;
        double angle = 2 * pi * corner / 9, radius = size * (0.4 + 0.6 * unit(seed + corner));
        xy[k][0] = centre[0] + radius * cos(angle);
        xy[k][1] = centre[1] + radius * sin(angle);
    }
}

/* Coordinates are metres from the region's middle, within 20 km. */
static void make_shape(struct gs_ctx *ctx, struct gs_shapes *shapes, uint64_t seed)
{
    double(*xy)[2], centre[2], size = 500 + 3000 * unit(seed + 2);
    centre[0] = 30000 * unit(seed) - 15000;
    centre[1] = 30000 * unit(seed + 1) - 15000;
    assert_ok(ctx, gs_shapes_begin(ctx, shapes));
    switch (seed / 100 % 5) {
    case 0:
    case 1: {
        size_t n = seed / 100 % 5 == 0 ? 1 : 3;
        assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_POINTS, n, &xy));
        for (size_t k = 0; k < n; k++) {
            xy[k][0] = centre[0] + size * unit(seed + 10 + k);
            xy[k][1] = centre[1] + size * unit(seed + 20 + k);
        }
        break;
    }
    case 2:
        assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_LINE, 40, &xy));
        for (size_t k = 0; k < 40; k++) {
            xy[k][0] = centre[0] + size * (0.1 * (double)k + 0.3 * unit(seed + k));
            xy[k][1] = centre[1] + size * unit(seed + 50 + k);
        }
        break;
    case 3:
        star(ctx, shapes, seed, centre, size, false);
        break;
    default:
        star(ctx, shapes, seed, centre, size, false);
        star(ctx, shapes, seed, centre, 0.5 * size, true);
        star(ctx, shapes, seed, centre, 0.2 * size, false);
    }
}

/* Per site, by GEOS (python3-gdal, ogr.Geometry.Distance) on the same shapes in the plane: the
 * distance to the nearest feature, how many touch it, how many lie within 3 km, and the sum of the
 * distances to all. */
static const struct {
    double nearest, n_touching, n_3km, sum;
} geos[N_SITES] = {{0, 1, 4, 800088.264732},
                   {1048.918872396, 0, 1, 872439.015161},
                   {32.04181872693, 0, 8, 719836.675714},
                   {0, 1, 6, 743743.774379},
                   {0, 3, 6, 969999.997388},
                   {2039.375282786, 0, 1, 920038.519382},
                   {449.261424788, 0, 4, 1180001.49988},
                   {0, 2, 5, 729312.688047},
                   {0, 1, 6, 674141.616635},
                   {0, 2, 6, 787104.480692},
                   {859.6905885643, 0, 3, 696605.779906},
                   {3092.340731909, 0, 0, 1001407.62517},
                   {0, 1, 11, 779306.620471},
                   {496.5335816111, 0, 3, 735459.558438},
                   {0, 5, 7, 654276.889804},
                   {420.4016799358, 0, 6, 662806.089221},
                   {50.05102415104, 0, 1, 757588.605648},
                   {0, 6, 11, 665010.750032},
                   {359.598907058, 0, 4, 825191.035057},
                   {0, 5, 13, 581655.071357},
                   {1027.534804814, 0, 5, 654598.453281},
                   {359.5208592884, 0, 4, 953995.790201},
                   {1513.897697691, 0, 2, 1180572.23794},
                   {0, 1, 4, 861972.200527},
                   {0, 1, 3, 812002.014454},
                   {236.0914241672, 0, 7, 742794.125646},
                   {0, 1, 5, 900858.453415},
                   {0, 2, 6, 521756.975523},
                   {0, 1, 4, 1114200.84887},
                   {0, 5, 15, 542434.018699},
                   {653.0383704123, 0, 4, 655788.40195},
                   {583.1932165122, 0, 1, 1002919.66978},
                   {547.0207970985, 0, 6, 745373.597783},
                   {0, 1, 2, 967586.122405},
                   {1165.080920279, 0, 4, 900366.811513},
                   {917.8857939743, 0, 5, 824793.752419},
                   {0, 1, 9, 673148.860702},
                   {0, 2, 5, 1015324.23903},
                   {0, 2, 11, 632344.864425},
                   {943.0754094034, 0, 4, 577789.847833}};

static void make_region(struct vector_job *job, const size_t *order)
{
    for (size_t i = 0; i < N_FEATURES; i++)
        make_shape(job->ctx, &job->features.shapes, 100 * (order ? order[i] : i));
    for (size_t i = 0; i < N_SITES; i++)
        make_shape(job->ctx, &job->sites.features.shapes, 1000000 + 100 * i);
}

static void compare_region(struct vector_job *job, double tolerance)
{
    for (size_t i = 0; i < N_SITES; i++) {
        const struct gs_neighbour *found;
        size_t n;
        struct gs_sum sum;
        gs_sum_init(&sum);
        assert_ok(job->ctx, gs_nearby_nearest(job->ctx, job->nearby, &job->sites, i, INFINITY,
                                              &job->scratch, &found, &n));
        assert_near(found[0].distance_m, geos[i].nearest, tolerance);
        assert_int_equal(n, geos[i].n_touching > 0 ? geos[i].n_touching : 1);
        assert_ok(job->ctx, gs_nearby_within(job->ctx, job->nearby, &job->sites, i, 3000,
                                             &job->scratch, &found, &n));
        assert_int_equal(n, geos[i].n_3km);
        assert_ok(job->ctx, gs_nearby_within(job->ctx, job->nearby, &job->sites, i, 0,
                                             &job->scratch, &found, &n));
        assert_int_equal(n, geos[i].n_touching);
        assert_ok(job->ctx, gs_nearby_within(job->ctx, job->nearby, &job->sites, i, INFINITY,
                                             &job->scratch, &found, &n));
        assert_int_equal(n, N_FEATURES);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(found[k].feature, k);
            gs_sum_add(&sum, found[k].distance_m);
        }
        assert_near(gs_sum_value(&sum), geos[i].sum, N_FEATURES * tolerance);
    }
}

static void shift(struct gs_shapes *shapes, double x, double y, double scale)
{
    for (size_t v = 0; v < shapes->n_vertices; v++) {
        shapes->xy[v][0] = x + scale * shapes->xy[v][0];
        shapes->xy[v][1] = y + scale * shapes->xy[v][1];
    }
}

static void test_planar_as_geos(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    make_region(&job, NULL);
    shift(&job.features.shapes, 4e6, 3e6, 1);
    shift(&job.sites.features.shapes, 4e6, 3e6, 1);
    job_index(&job, false);
    compare_region(&job, 1e-6);
    job_release(&job);
}

/* New York Long Island, in US survey feet: 1200/3937 m. */
static void test_feet(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:2263");
    make_region(&job, NULL);
    shift(&job.features.shapes, 1e6, 2e5, 3937 / 1200.);
    shift(&job.sites.features.shapes, 1e6, 2e5, 3937 / 1200.);
    job_index(&job, false);
    compare_region(&job, 1e-6);
    job_release(&job);
}

/* The region laid on the ellipsoid by azimuth and distance from a middle point: over its 20 km this
 * keeps distances to (20 km / 6371 km)² / 6 or 2e-6, so GEOS's distances still hold to a decimetre,
 * and what is inside what stays so. */
static void lay(struct gs_shapes *shapes, double lon, double lat)
{
    struct geod_geodesic geod;
    geod_init(&geod, 6378137, 1 / 298.257223563);
    for (size_t v = 0; v < shapes->n_vertices; v++) {
        double x = shapes->xy[v][0], y = shapes->xy[v][1];
        geod_direct(&geod, lat, lon, atan2(x, y) * 180 / pi, sqrt(x * x + y * y), &shapes->xy[v][1],
                    &shapes->xy[v][0], NULL);
    }
}

static void test_geodesic_as_geos(void **state)
{
    (void)state;
    const double middles[][2] = {{10, 50},  {180, -17.7}, {0, 90},
                                 {33, -90}, {-70, 0},     {-179.95, 89.9}};
    for (size_t m = 0; m < sizeof middles / sizeof *middles; m++) {
        struct vector_job job;
        job_init(&job, "EPSG:4326");
        make_region(&job, NULL);
        lay(&job.features.shapes, middles[m][0], middles[m][1]);
        lay(&job.sites.features.shapes, middles[m][0], middles[m][1]);
        job_index(&job, false); /* a geographic CRS is geodesic without being asked */
        compare_region(&job, 0.05);
        job_release(&job);
    }
}

/* In a projected CRS the degrees come beside the coordinates, which are then not looked at. */
static void test_lonlat_beside(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3857");
    make_region(&job, NULL);
    struct gs_features *both[2] = {&job.features, &job.sites.features};
    for (int b = 0; b < 2; b++) {
        lay(&both[b]->shapes, 10, 50);
        both[b]->lonlat = gs_alloc(job.ctx, both[b]->shapes.n_vertices, sizeof *both[b]->lonlat);
        memcpy(both[b]->lonlat, both[b]->shapes.xy,
               both[b]->shapes.n_vertices * sizeof *both[b]->lonlat);
        shift(&both[b]->shapes, 1e6, 6e6, 1e5);
    }
    job_index(&job, true);
    compare_region(&job, 0.05);
    gs_free(job.features.lonlat);
    job.features.lonlat = NULL;
    struct gs_nearby *nearby = NULL;
    assert_status(job.ctx, gs_nearby_new(job.ctx, &job.features, job.crs, true, &nearby),
                  GS_EINTERNAL);
    job_release(&job);
}

static void compare_orders(const char *crs, bool degrees)
{
    struct vector_job a, b;
    size_t order[N_FEATURES];
    for (size_t i = 0; i < N_FEATURES; i++)
        order[i] = i;
    for (size_t i = N_FEATURES - 1; i > 0; i--) {
        size_t k = (size_t)(unit(i + 4242) * (double)(i + 1)), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    job_init(&a, crs);
    job_init(&b, crs);
    make_region(&a, NULL);
    make_region(&b, order);
    struct vector_job *jobs[2] = {&a, &b};
    for (int j = 0; j < 2; j++) {
        if (degrees) {
            lay(&jobs[j]->features.shapes, 10, 50);
            lay(&jobs[j]->sites.features.shapes, 10, 50);
        }
        job_index(jobs[j], false);
    }
    for (size_t i = 0; i < N_SITES; i++) {
        const struct gs_neighbour *x, *y;
        size_t n, m;
        assert_ok(a.ctx, gs_nearby_within(a.ctx, a.nearby, &a.sites, i, 9000, &a.scratch, &x, &n));
        assert_ok(b.ctx, gs_nearby_within(b.ctx, b.nearby, &b.sites, i, 9000, &b.scratch, &y, &m));
        assert_int_equal(n, m);
        for (size_t k = 0; k < m; k++) { /* the same bits */
            size_t l = 0;
            while (l < n && x[l].feature != order[y[k].feature])
                l++;
            assert_true(l < n);
            assert_memory_equal(&x[l].distance_m, &y[k].distance_m, sizeof(double));
        }
        assert_ok(a.ctx,
                  gs_nearby_nearest(a.ctx, a.nearby, &a.sites, i, INFINITY, &a.scratch, &x, &n));
        assert_ok(b.ctx,
                  gs_nearby_nearest(b.ctx, b.nearby, &b.sites, i, INFINITY, &b.scratch, &y, &m));
        assert_int_equal(n, m);
        assert_memory_equal(&x[0].distance_m, &y[0].distance_m, sizeof(double));
    }
    job_release(&a);
    job_release(&b);
}

static void test_order_of_features(void **state)
{
    (void)state;
    compare_orders("EPSG:3035", false);
    compare_orders("EPSG:4326", true);
}

static double distance(struct vector_job *job, size_t site, size_t *n)
{
    const struct gs_neighbour *found;
    assert_ok(job->ctx, gs_nearby_nearest(job->ctx, job->nearby, &job->sites, site, INFINITY,
                                          &job->scratch, &found, n));
    return *n ? found[0].distance_m : NAN;
}

static void test_touching(void **state)
{
    (void)state;
    struct vector_job job;
    size_t n;
    job_init(&job, "EPSG:3035");
    const char *features[] = {"R0 0, 10 0, 10 10, 0 10, 0 0; R2 2, 2 8, 8 8, 8 2, 2 2", /* frame */
                              "P5 5",
                              "L20 0, 20 10",
                              "",
                              "P5 5",
                              NULL};
    const char *sites[] = {"P1 1",                                         /* in the frame's wood */
                           "P4 4",                                         /* in its hole */
                           "P2 5",                                         /* on the hole's edge */
                           "P0 0",                                         /* on its corner */
                           "R-5 -5, 30 -5, 30 30, -5 30, -5 -5",           /* around all of them */
                           "R3 3, 4 3, 4 4, 3 4, 3 3",                     /* in the hole */
                           "R0.5 0.5, 1.5 0.5, 1.5 1.5, 0.5 1.5, 0.5 0.5", /* in the wood */
                           "L15 5, 25 5",                                  /* crosses the line */
                           "R15 5, 20 4, 20 6, 15 5",                      /* touches it */
                           "",
                           "P30 30, 5 5", /* one of two points is on one */
                           NULL};
    add_shapes(job.ctx, &job.features.shapes, features);
    add_shapes(job.ctx, &job.sites.features.shapes, sites);
    job_index(&job, false);
    assert_near(distance(&job, 0, &n), 0, 0);
    assert_near(distance(&job, 1, &n), sqrt(2), 1e-15);
    assert_int_equal(n, 2); /* both points, not the frame 2 away */
    assert_near(distance(&job, 2, &n), 0, 0);
    assert_near(distance(&job, 3, &n), 0, 0);
    assert_near(distance(&job, 4, &n), 0, 0);
    assert_int_equal(n, 4);
    assert_near(distance(&job, 5, &n), 1, 0);
    assert_int_equal(n, 1);
    assert_near(distance(&job, 6, &n), 0, 0);
    assert_near(distance(&job, 7, &n), 0, 0);
    assert_near(distance(&job, 8, &n), 0, 0);
    assert_int_equal(n, 1);
    assert_true(isnan(distance(&job, 9, &n)));
    assert_near(distance(&job, 10, &n), 0, 0);
    assert_int_equal(n, 2);
    job_release(&job);
}

static void test_no_features(void **state)
{
    (void)state;
    struct vector_job job;
    size_t n;
    job_init(&job, "EPSG:3035");
    add_shape(job.ctx, &job.sites.features.shapes, "P1 1");
    add_shape(job.ctx, &job.sites.features.shapes, "R0 0, 1 0, 1 1, 0 0");
    job_index(&job, false);
    assert_true(isnan(distance(&job, 0, &n)));
    assert_true(isnan(distance(&job, 1, &n)));
    add_shape(job.ctx, &job.features.shapes, "");
    job_index(&job, false);
    assert_true(isnan(distance(&job, 0, &n)));
    job_release(&job);
}

/* The radius is inclusive, to the bit where coordinates are. */
static void test_radius(void **state)
{
    (void)state;
    struct vector_job job;
    const struct gs_neighbour *found;
    size_t n;
    job_init(&job, "EPSG:3035");
    add_shape(job.ctx, &job.sites.features.shapes, "P5000000 3000000");
    add_shape(job.ctx, &job.features.shapes, "P5018000 3024000"); /* 30 km by 3-4-5 */
    job_index(&job, false);
    assert_ok(job.ctx, gs_nearby_within(job.ctx, job.nearby, &job.sites, 0, 30000, &job.scratch,
                                        &found, &n));
    assert_int_equal(n, 1);
    double less = nextafter(30000, 0);
    assert_ok(job.ctx,
              gs_nearby_within(job.ctx, job.nearby, &job.sites, 0, less, &job.scratch, &found, &n));
    assert_int_equal(n, 0);
    assert_ok(job.ctx, gs_nearby_nearest(job.ctx, job.nearby, &job.sites, 0, less, &job.scratch,
                                         &found, &n));
    assert_int_equal(n, 0);
    job_release(&job);
}

/* Polygons thousands of kilometres wide: what is inside is on this side of the Earth. */
static void test_wide_polygons(void **state)
{
    (void)state;
    struct vector_job job;
    size_t n;
    job_init(&job, "EPSG:4326");
    add_shape(job.ctx, &job.features.shapes,
              "R-100 -40, 0 -45, 100 -40, 100 40, 0 45, -100 40, -100 -40");
    const char *sites[] = {"P0 0", "P80 10", "P180 0", "P-170 5", "P0 80", NULL};
    add_shapes(job.ctx, &job.sites.features.shapes, sites);
    job_index(&job, false);
    assert_near(distance(&job, 0, &n), 0, 0);
    assert_near(distance(&job, 1, &n), 0, 0);
    assert_true(distance(&job, 2, &n) > 7e6);
    assert_true(distance(&job, 3, &n) > 7e6);
    assert_true(distance(&job, 4, &n) > 3e6);
    job_release(&job);

    /* around the pole, along the parallel of 60 degrees in steps of 20 */
    job_init(&job, "EPSG:4326");
    double(*xy)[2];
    assert_ok(job.ctx, gs_shapes_begin(job.ctx, &job.features.shapes));
    assert_ok(job.ctx, gs_shapes_add_part(job.ctx, &job.features.shapes, GS_PART_RING, 19, &xy));
    for (size_t k = 0; k < 19; k++) {
        xy[k][0] = k < 18 ? -180 + 20 * (double)k : -180;
        xy[k][1] = 60;
    }
    const char *polar[] = {"P33 90", "P-180 75", "P10 60.5", "P10 59", "P0 -89", NULL};
    add_shapes(job.ctx, &job.sites.features.shapes, polar);
    job_index(&job, false);
    assert_near(distance(&job, 0, &n), 0, 0);
    assert_near(distance(&job, 1, &n), 0, 0);
    /* 10° E lies in the middle of an edge, which bulges 0.37° north: tan φ = tan 60° / cos 10° on
     * the sphere, 60.38°; half a degree north is inside, one south is not */
    assert_near(distance(&job, 2, &n), 0, 0);
    assert_true(distance(&job, 3, &n) > 110000);
    assert_true(distance(&job, 4, &n) > 1e7);
    job_release(&job);
}

struct length {
    double centre[2], radius, length;
};

static void add_length(void *user, const double (*xy)[2], size_t n)
{
    struct length *sum = user;
    for (size_t i = 0; i + 1 < n; i++)
        sum->length += gs_planar_length_in_circle(xy[i], xy[i + 1], sum->centre, sum->radius);
}

static void test_circle(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    make_region(&job, NULL);
    job_index(&job, false);
    const struct gs_shapes *shapes = &job.features.shapes;
    struct length sum = {{1000, -2000}, 9000, 0}, all = sum;
    struct gs_box3 box = {{1000, -2000, 0}, {1000, -2000, 0}};
    gs_nearby_lines(job.nearby, &box, sum.radius, add_length, &sum);
    for (size_t p = 0; p < shapes->n_parts; p++) {
        size_t first = shapes->vertex_start[p], end = shapes->vertex_start[p + 1];
        if (shapes->part_kind[p] == GS_PART_LINE)
            add_length(&all, (const double(*)[2])shapes->xy + first, end - first);
    }
    assert_true(all.length > 50000);
    assert_near(sum.length, all.length, 1e-6);
    job_release(&job);
}

/* Who is in reach does not depend on whether distances are asked for. */
static void test_reached(void **state)
{
    (void)state;
    static const double radii[] = {0, 500, 3000, 9000, 1e6, INFINITY};
    for (int degrees = 0; degrees < 2; degrees++) {
        struct vector_job job;
        job_init(&job, degrees ? "EPSG:4326" : "EPSG:3035");
        make_region(&job, NULL);
        if (degrees) {
            lay(&job.features.shapes, 10, 50);
            lay(&job.sites.features.shapes, 10, 50);
        }
        job_index(&job, false);
        for (size_t i = 0; i < N_SITES; i++)
            for (size_t r = 0; r < sizeof radii / sizeof *radii; r++) {
                const struct gs_neighbour *found;
                size_t n, m, features[N_FEATURES];
                assert_ok(job.ctx, gs_nearby_within(job.ctx, job.nearby, &job.sites, i, radii[r],
                                                    &job.scratch, &found, &n));
                for (size_t k = 0; k < n; k++)
                    features[k] = found[k].feature;
                assert_ok(job.ctx, gs_nearby_reached(job.ctx, job.nearby, &job.sites, i, radii[r],
                                                     &job.scratch, &found, &m));
                assert_int_equal(m, n);
                for (size_t k = 0; k < n; k++) {
                    assert_int_equal(found[k].feature, features[k]);
                    assert_near(found[k].distance_m, 0, 0);
                }
            }
        job_release(&job);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:4326");
    add_shape(job.ctx, &job.features.shapes, "R0 0, 1 0, 1 1, 0 0");
    add_shape(job.ctx, &job.sites.features.shapes, "R0 0, 1 0, 1 1, 0 0");
    for (long k = 0;; k++) {
        struct gs_nearby *nearby = NULL;
        const struct gs_neighbour *found = NULL;
        struct gs_scratch scratch;
        size_t n = 0;
        gs_scratch_init(&scratch);
        gs_mem_fail_after(k, false);
        enum gs_status status = gs_nearby_new(job.ctx, &job.features, job.crs, true, &nearby);
        if (!status)
            status =
                gs_nearby_nearest(job.ctx, nearby, &job.sites, 0, INFINITY, &scratch, &found, &n);
        gs_mem_fail_after(-1, false);
        gs_nearby_free(nearby);
        gs_scratch_release(&scratch);
        if (!status) {
            assert_int_equal(n, 1);
            assert_true(k > 10);
            break;
        }
        assert_int_equal(status, GS_ENOMEM);
    }
    job_release(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planar_as_geos),    cmocka_unit_test(test_feet),
        cmocka_unit_test(test_geodesic_as_geos),  cmocka_unit_test(test_lonlat_beside),
        cmocka_unit_test(test_order_of_features), cmocka_unit_test(test_touching),
        cmocka_unit_test(test_no_features),       cmocka_unit_test(test_radius),
        cmocka_unit_test(test_wide_polygons),     cmocka_unit_test(test_circle),
        cmocka_unit_test(test_reached),           cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
