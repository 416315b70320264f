// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

#include "kernel/planar.h"

static const struct gs_measure *const length = &gs_measure_length_within;

static void test_circle(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    /* a chord 600 m off the centre: 1600 m of it within 1 km; a ring's boundary does not count */
    const char *features[] = {"L4998000 3000600, 5003000 3000600; P5000000 3000000",
                              "L5000000 3000000, 5000000 3002000",
                              "R4999900 2999900, 5000100 2999900, 5000100 3000100, 4999900 2999900",
                              NULL};
    const char *sites[] = {"P5000000 3000000", "P5200000 3000000", NULL};
    add_shapes(job.ctx, &job.features.shapes, features);
    add_shapes(job.ctx, &job.sites.features.shapes, sites);
    assert_near(job_number(&job, length, "radius: 1 km", 0), 1600 + 1000, 1e-6);
    assert_near(job_number(&job, length, "radius: 500", 0), 500, 1e-6);
    assert_near(job_number(&job, length, "radius: 10 km", 0), 5000 + 2000, 1e-6);
    assert_near(job_number(&job, length, "radius: 1 km", 1), 0, 0);
    assert_true(isnan(job_number(&job, length, "", 0))); /* a point has no inside … */
    job.sites.footprint_radius_m = 1000;                 /* … but a footprint has */
    assert_near(job_number(&job, length, "", 0), 2600, 1e-6);
    job_release(&job);
}

static void test_feet(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:2263"); /* US survey feet */
    add_shape(job.ctx, &job.features.shapes, "L1000000 200000, 1000000 300000");
    add_shape(job.ctx, &job.sites.features.shapes, "P1000000 200000");
    assert_near(job_number(&job, length, "radius: 1 km", 0), 1000, 1e-9);
    job_release(&job);
}

static void test_polygons(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    const char *features[] = {"L-50 50, 150 50", "L20 20, 20 80, 80 80", "L500 0, 500 100", NULL};
    const char *sites[] = {"R0 0, 100 0, 100 100, 0 100, 0 0; R40 40, 40 60, 60 60, 60 40, 40 40",
                           "P0 50, 100 50", NULL};
    add_shapes(job.ctx, &job.features.shapes, features);
    add_shapes(job.ctx, &job.sites.features.shapes, sites);
    assert_near(job_number(&job, length, "", 0), 80 + 120, 1e-9); /* less the hole */
    /* within 30 m of the polygon: the hole is filled, the first line runs 30 m beyond both sides */
    assert_near(job_number(&job, length, "radius: 30", 0), 160 + 120, 1e-9);
    /* two circles of 30 m around (0, 50) and (100, 50): 60 m of the first line in each; the second
     * cuts the chord x = 20 of the first, 2 √(900 − 400), as it turns at (20, 80) outside it, and
     * passes the second at its top, (80, 80), outside: 44.72 m, less the arcs' shortfall */
    assert_near(job_number(&job, length, "radius: 30", 1), 120 + 2 * sqrt(500), 0.01);
    job_release(&job);
}

/* Lines along the boundary are inside, for holes as well (GEOS intersects closed sets); two lines
 * on one course count twice; what only touches counts nothing. */
static void test_along_boundary(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    const char *features[] = {"L-10 0, 50 0, 50 -10", /* 50 */
                              "L100 -10, 100 110",    /* 100 */
                              "L-10 100, 110 100",    /* 100 */
                              "L40 40, 40 60, 40 40", /* the hole's edge, there and back: 40 */
                              "L20 50, 80 50",        /* less the hole: 40 */
                              "L20 50, 80 50",        /* 40 */
                              "L-10 10, 10 -10",      /* touches the corner: 0 */
                              "L0 0, 100 100",        /* less the hole: 80 √2 */
                              "L-5 -5, 0 0, -5 5",    NULL};
    const char *sites[] = {"R0 0, 100 0, 100 100, 0 100, 0 0; R40 40, 40 60, 60 60, 60 40, 40 40",
                           "R0 0, 50 0, 100 0, 100 40, 100 100, 0 100, 0 0;"
                           "R40 40, 40 50, 40 60, 60 60, 60 40, 40 40",
                           NULL};
    add_shapes(job.ctx, &job.features.shapes, features);
    add_shapes(job.ctx, &job.sites.features.shapes, sites);
    for (size_t i = 0; i < 2; i++)
        assert_near(job_number(&job, length, "", i), 370 + 80 * sqrt(2), 1e-9);
    job_release(&job);
}

/* Zigzags through stars with holes, against the halves of short steps along them that are inside.
 */
static void test_as_sampled(void **state)
{
    (void)state;
    struct vector_job job;
    job_init(&job, "EPSG:3035");
    enum { N_LINES = 12, N_STEPS = 4000 };
    for (size_t i = 0; i < N_LINES; i++) {
        double(*xy)[2];
        assert_ok(job.ctx, gs_shapes_begin(job.ctx, &job.features.shapes));
        assert_ok(job.ctx, gs_shapes_add_part(job.ctx, &job.features.shapes, GS_PART_LINE, 6, &xy));
        for (size_t v = 0; v < 6; v++) {
            xy[v][0] = 4e6 + 3000 * (unit(100 * i + 2 * v) - 0.5);
            xy[v][1] = 3e6 + 3000 * (unit(100 * i + 2 * v + 1) - 0.5);
        }
    }
    double(*ring)[2];
    assert_ok(job.ctx, gs_shapes_begin(job.ctx, &job.sites.features.shapes));
    for (int part = 0; part < 2; part++) {
        assert_ok(job.ctx, gs_shapes_add_part(job.ctx, &job.sites.features.shapes, GS_PART_RING,
                                              101, &ring));
        for (size_t v = 0; v < 101; v++) {
            double angle = 2 * 3.14159265358979323846 * (double)(v % 100) / (part ? -100 : 100);
            double r = (part ? 300 : 800) * (1 + 0.3 * unit(9000 + 100 * (uint64_t)part + v % 100));
            ring[v][0] = 4e6 + r * cos(angle);
            ring[v][1] = 3e6 + r * sin(angle);
        }
    }
    const struct gs_shapes *site = &job.sites.features.shapes;
    double expected = 0;
    for (size_t v = 0; v + 1 < job.features.shapes.n_vertices; v++) {
        const double *a = job.features.shapes.xy[v], *b = job.features.shapes.xy[v + 1];
        for (size_t k = 0; k < N_STEPS && v % 6 != 5; k++) {
            double t = ((double)k + 0.5) / N_STEPS;
            double p[2] = {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])};
            bool in = false;
            for (size_t r = 0; r < 2; r++)
                in ^= gs_planar_in_ring(p, (const double(*)[2])site->xy + site->vertex_start[r],
                                        101) == GS_INSIDE;
            expected += in ? hypot(b[0] - a[0], b[1] - a[1]) / N_STEPS : 0;
        }
    }
    assert_true(expected > 10000);
    /* each end of a piece is off by half a step of at most 1 m, in either direction */
    assert_near(job_number(&job, length, "", 0), expected, 20);
    job_release(&job);
}

/* Many lines in another order: the same bits. */
static void test_order(void **state)
{
    (void)state;
    double values[2];
    for (size_t turn = 0; turn < 2; turn++) {
        struct vector_job job;
        job_init(&job, "EPSG:3035");
        for (size_t i = 0; i < 500; i++) {
            size_t k = turn ? (i * 137 + 11) % 500 : i;
            double(*xy)[2];
            assert_ok(job.ctx, gs_shapes_begin(job.ctx, &job.features.shapes));
            assert_ok(job.ctx,
                      gs_shapes_add_part(job.ctx, &job.features.shapes, GS_PART_LINE, 30, &xy));
            for (size_t v = 0; v < 30; v++) {
                xy[v][0] = 4e6 + 5000 * unit(100 * k) + 1000 * unit(100 * k + v);
                xy[v][1] = 3e6 + 5000 * unit(100 * k + 50) + 1000 * unit(100 * k + 50 + v);
            }
        }
        add_shape(job.ctx, &job.sites.features.shapes, "P4002500 3002500");
        values[turn] = job_number(&job, length, "radius: 2 km", 0);
        job_release(&job);
    }
    assert_true(values[0] > 100000);
    assert_memory_equal(&values[0], &values[1], sizeof(double));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_circle),     cmocka_unit_test(test_feet),
        cmocka_unit_test(test_polygons),   cmocka_unit_test(test_along_boundary),
        cmocka_unit_test(test_as_sampled), cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
