// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

#include "kernel/planar.h"
#include "measure/outline.h"

static const double pi = 3.14159265358979323846;

static void add_ring(struct vector_job *job, const double (*ring)[2], size_t n)
{
    double(*xy)[2];
    assert_ok(job->ctx, gs_shapes_begin(job->ctx, &job->features.shapes));
    assert_ok(job->ctx, gs_shapes_add_part(job->ctx, &job->features.shapes, GS_PART_RING, n, &xy));
    memcpy(xy, ring, n * sizeof *ring);
}

/* Star k of 60 vertices, far from the origin. */
static void add_star(struct vector_job *job, uint64_t k)
{
    double ring[61][2];
    for (size_t v = 0; v < 61; v++) {
        double angle = 2 * pi * (double)(v % 60) / 60, r = 500 + 900 * unit(1000 * k + v % 60);
        ring[v][0] = 4e6 + 8000 * unit(1000 * k + 100) + r * cos(angle);
        ring[v][1] = 3e6 + 8000 * unit(1000 * k + 101) + r * sin(angle);
    }
    add_ring(job, (const double(*)[2])ring, 61);
}

/* Rectangle k on a grid of 500 m, with a vertex at each line it passes: borders run along each
 * other in either direction, corners touch, some are there twice. */
static void add_parcel(struct vector_job *job, uint64_t k)
{
    double x = 4e6 + 500 * floor(16 * unit(10 * k)), y = 3e6 + 500 * floor(16 * unit(10 * k + 1));
    double ring[33][2];
    size_t wide = 1 + (size_t)(4 * unit(10 * k + 2)), high = 1 + (size_t)(4 * unit(10 * k + 3));
    size_t n = 0;
    bool dense = k % 2;
    for (size_t side = 0; side < 4; side++) {
        size_t steps = side % 2 ? high : wide;
        static const double ways[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
        for (size_t i = 0; i < (dense ? steps : 1); i++) {
            ring[n][0] = x;
            ring[n++][1] = y;
            x += ways[side][0] * 500 * (dense ? 1 : (double)steps);
            y += ways[side][1] * 500 * (dense ? 1 : (double)steps);
        }
    }
    ring[n][0] = ring[0][0];
    ring[n++][1] = ring[0][1];
    add_ring(job, (const double(*)[2])ring, n);
}

/* The same parcels turned by half a radian: borders along each other no longer agree in all bits.
 */
static void turn(struct gs_shapes *shapes)
{
    for (size_t v = 0; v < shapes->n_vertices; v++) {
        double x = shapes->xy[v][0] - 4e6, y = shapes->xy[v][1] - 3e6;
        shapes->xy[v][0] = 4e6 + cos(0.5) * x - sin(0.5) * y;
        shapes->xy[v][1] = 3e6 + sin(0.5) * x + cos(0.5) * y;
    }
}

enum kind { STARS, PARCELS, TURNED };
enum { N_CIRCLES = 40, N_FEATURES = 60 };

static void add_features(struct vector_job *job, enum kind kind, bool reversed)
{
    for (size_t i = 0; i < N_FEATURES; i++) {
        size_t k = reversed ? (i * 37 + 11) % N_FEATURES : i;
        if (kind == STARS)
            add_star(job, k);
        else
            add_parcel(job, k);
    }
    if (kind == TURNED)
        turn(&job->features.shapes);
    job_index(job, false);
}

static void place_circles(double (*centres)[2], double *radii)
{
    for (size_t i = 0; i < N_CIRCLES; i++) {
        centres[i][0] = 4e6 + 250 * floor(32 * unit(50000 + 3 * i)); /* many on borders */
        centres[i][1] = 3e6 + 250 * floor(32 * unit(50001 + 3 * i));
        radii[i] = 250 * (1 + floor(12 * unit(50002 + 3 * i)));
    }
}

static void measure_all(struct vector_job *job, double *areas)
{
    double centres[N_CIRCLES][2], radii[N_CIRCLES];
    place_circles(centres, radii);
    struct gs_outline *outline = NULL;
    assert_ok(job->ctx, gs_outline_new(job->ctx, job->nearby, (const double(*)[2])centres, radii,
                                       N_CIRCLES, &outline));
    for (size_t i = 0; i < N_CIRCLES; i++)
        assert_ok(job->ctx, gs_outline_area_in_circle(job->ctx, outline, centres[i], radii[i],
                                                      &job->scratch, &areas[i]));
    gs_outline_free(outline);
}

/* The union by GEOS, its rings cut with the circle. */
static void check_against_union(enum kind kind, double tolerance)
{
    struct vector_job job;
    double areas[N_CIRCLES], centres[N_CIRCLES][2], radii[N_CIRCLES], covered = 0;
    job_init(&job, "EPSG:3035");
    add_features(&job, kind, false);
    measure_all(&job, areas);
    place_circles(centres, radii);
    size_t items[N_FEATURES];
    for (size_t i = 0; i < N_FEATURES; i++)
        items[i] = i;
    struct gs_shapes all;
    gs_shapes_init(&all);
    assert_ok(job.ctx, gs_polygons_union(job.ctx, job.polygons, &job.features.shapes, items,
                                         N_FEATURES, &all));
    for (size_t i = 0; i < N_CIRCLES; i++) {
        double expected = 0, disc = pi * radii[i] * radii[i];
        for (size_t p = 0; p < all.n_parts; p++)
            expected +=
                gs_planar_ring_area_in_circle((const double(*)[2])all.xy + all.vertex_start[p],
                                              all.vertex_start[p + 1] - all.vertex_start[p],
                                              centres[i], radii[i]);
        assert_near(areas[i] / disc, expected / disc, tolerance);
        covered += expected / disc / N_CIRCLES;
    }
    assert_true(covered > 0.2 && covered < 0.98);
    gs_shapes_release(&all);
    job_release(&job);
}

static void test_as_union(void **state)
{
    (void)state;
    check_against_union(STARS, 1e-12);
    check_against_union(PARCELS, 1e-12);
    check_against_union(TURNED, 1e-12);
}

static void test_same_bits(void **state)
{
    (void)state;
    for (enum kind kind = STARS; kind <= TURNED; kind++) {
        double areas[3][N_CIRCLES];
        for (unsigned i = 0; i < 3; i++) {
            struct vector_job job;
            job_init(&job, "EPSG:3035");
            job.ctx->n_threads = i == 1 ? 3 : 1;
            add_features(&job, kind, i == 2);
            measure_all(&job, areas[i]);
            job_release(&job);
        }
        assert_memory_equal(areas[0], areas[1], sizeof areas[0]);
        assert_memory_equal(areas[0], areas[2], sizeof areas[0]);
    }
}

/* Circles that touch what they are measured against: closed forms. */
static void test_touching(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    const char *features[] = {"R0 0, 10 0, 10 10, 0 10, 0 0", /* the circle touches from inside */
                              "R20 5, 25 0, 30 5, 25 10, 20 5", "", "P5 5", "L0 0, 10 10", NULL};
    add_shapes(job.ctx, &job.features.shapes, features);
    job_index(&job, false);
    double centres[][2] = {{5, 5}, {25, 5}, {15, 5}, {5, 5}, {10, 5}};
    double radii[] = {5, 5, 5, 100, 5}, areas[5];
    double expected[] = {25 * pi, 50, 0, 150, 12.5 * pi};
    struct gs_outline *outline = NULL;
    assert_ok(job.ctx,
              gs_outline_new(job.ctx, job.nearby, (const double(*)[2])centres, radii, 5, &outline));
    for (size_t i = 0; i < 5; i++) {
        assert_ok(job.ctx, gs_outline_area_in_circle(job.ctx, outline, centres[i], radii[i],
                                                     &job.scratch, &areas[i]));
        assert_near(areas[i], expected[i], 1e-12 * pi * radii[i] * radii[i]);
    }
    gs_outline_free(outline);
    job_release(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_union),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_touching),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
