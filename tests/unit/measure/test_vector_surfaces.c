// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/surface_job.h"

static const struct gs_grid grid = {4000000, 3005000, 100, 100, 61, 47};
static const struct gs_grid odd_grid = {4000013, 3004907, 37.25, 37.25, 130, 90};

struct scene {
    struct vector_job job;
    struct surface surface;
};

/* The layers are made around the origin; here they come to the grid. */
static void set_up_in(struct scene *s, const char *crs, const struct gs_measure *measure,
                      const char *params, struct gs_grid g, const struct random_layer *layer,
                      bool texts)
{
    job_init(&s->job, crs);
    add_random_layer(&s->job, layer, texts);
    for (size_t v = 0; v < s->job.features.shapes.n_vertices; v++) {
        s->job.features.shapes.xy[v][0] += 4000000;
        s->job.features.shapes.xy[v][1] += 3000000;
    }
    surface_init(&s->surface, &s->job, measure, params, g);
}

static void set_up(struct scene *s, const struct gs_measure *measure, const char *params,
                   struct gs_grid g, const struct random_layer *layer, bool texts)
{
    set_up_in(s, "EPSG:3035", measure, params, g, layer, texts);
}

static const struct gs_measure *const sums[] = {
    &gs_measure_count_within,
    &gs_measure_sum_within,
    &gs_measure_mean_within,
    &gs_measure_max_within,
};

static void all_sums(const char *params, struct gs_grid g, const struct random_layer *layer,
                     double tolerance)
{
    for (size_t m = 0; m < sizeof sums / sizeof *sums; m++) {
        char text[200];
        struct scene s;
        snprintf(text, sizeof text, "%s%s", m ? "field: f, " : "", params);
        set_up(&s, sums[m], text, g, layer, false);
        size_t lively = assert_surface(&s.surface, tolerance);
        if (layer->n > 0 && !strstr(params, "radius: 0"))
            assert_true(lively > 500);
        job_release(&s.job);
    }
}

/* Without a decay the very floats: ties, boundaries, holes and missing values included. */
static void exact_sums(void **state)
{
    (void)state;
    const struct random_layer mixed = {120, 1, false, 0, 6000, 900, 0};
    const struct random_layer lattice = {120, 2, true, 0, 6000, 900, 0};
    const struct random_layer points = {90, 3, true, 1u << GS_PART_POINTS, 6000, 900, 0};
    const struct random_layer wide = {12, 4, false, 0, 30000, 25000, 0};
    const struct random_layer detailed = {15, 19, false, 1u << GS_PART_RING, 6000, 2000, 20};
    const struct random_layer none = {0};
    const char *radii[] = {"radius: 500", "radius: 0", "radius: 130.5", "radius: 2500"};
    for (int r = 0; r < 4; r++) {
        all_sums(radii[r], grid, &mixed, 0);
        all_sums(radii[r], grid, &lattice, 0);
        all_sums(radii[r], odd_grid, &lattice, 0);
        all_sums(radii[r], grid, &detailed, 0);
    }
    all_sums(radii[0], grid, &points, 0);
    all_sums(radii[3], odd_grid, &wide, 0);
    all_sums(radii[0], grid, &none, 0);
}

static void decays(void **state)
{
    (void)state;
    const struct random_layer mixed = {70, 5, false, 0, 6000, 900, 0};
    const struct random_layer points = {90, 6, true, 1u << GS_PART_POINTS, 6000, 900, 0};
    const struct random_layer detailed = {15, 19, false, 1u << GS_PART_RING, 6000, 2000, 20};
    const char *kinds[] = {"radius: 1500, decay: linear", "radius: 1500, decay: gaussian",
                           "radius: 900, decay: gaussian, sigma: 1700",
                           "radius: 1500, decay: inverse", "radius: 0, decay: linear"};
    for (int k = 0; k < 5; k++) {
        all_sums(kinds[k], grid, &mixed, 2e-7);
        all_sums(kinds[k], odd_grid, &points, 2e-7);
        all_sums(kinds[k], grid, &detailed, 2e-7);
    }
}

static void different_values(void **state)
{
    (void)state;
    const struct random_layer mixed = {120, 7, true, 0, 6000, 900, 0};
    for (int texts = 0; texts < 2; texts++) {
        struct scene s;
        set_up(&s, &gs_measure_count_distinct_within, "field: f, radius: 500", grid, &mixed, texts);
        assert_true(assert_surface(&s.surface, 0) > 100);
        job_release(&s.job);
    }
}

static void polygons_under_cells(void **state)
{
    (void)state;
    const struct random_layer mixed = {120, 8, false, 0, 6000, 900, 0};
    const struct random_layer lattice = {120, 9, true, 1u << GS_PART_RING, 6000, 900, 0};
    for (int texts = 0; texts < 2; texts++) {
        struct scene s;
        set_up(&s, &gs_measure_overlap, "field: f", grid, &mixed, texts);
        assert_true(assert_surface(&s.surface, 0) > 100);
        job_release(&s.job);
        set_up(&s, &gs_measure_overlap, "field: f", grid, &lattice, texts);
        assert_true(assert_surface(&s.surface, 0) > 100);
        job_release(&s.job);
    }
}

static void lengths(void **state)
{
    (void)state;
    const struct random_layer mixed = {120, 10, false, 0, 6000, 900, 0};
    const struct random_layer lattice = {120, 11, true, 1u << GS_PART_LINE, 6000, 900, 0};
    const struct random_layer *layers[] = {&mixed, &lattice};
    const char *radii[] = {"radius: 500", "radius: 60", "radius: 2500", ""};
    for (int l = 0; l < 2; l++)
        for (int r = 0; r < 4; r++) {
            struct scene s;
            set_up(&s, &gs_measure_length_within, radii[r], r == 1 ? odd_grid : grid, layers[l],
                   false);
            s.job.sites.footprint_radius_m = 350;
            assert_true(assert_surface(&s.surface, 2e-7) > 100);
            job_release(&s.job);
        }
}

static void nearest(void **state)
{
    (void)state;
    const struct random_layer mixed = {40, 14, false, 0, 6000, 900, 0};
    const struct random_layer lattice = {40, 15, true, 0, 6000, 900, 0};
    const struct random_layer points = {60, 16, true, 1u << GS_PART_POINTS, 6000, 900, 0};
    const struct random_layer none = {0};
    const struct random_layer *layers[] = {&mixed, &lattice, &points};
    for (int texts = 0; texts < 2; texts++)
        for (int l = 0; l < 3; l++) {
            struct scene s;
            set_up(&s, &gs_measure_nearest, "field: f", l == 2 ? odd_grid : grid, layers[l], texts);
            assert_true(assert_surface(&s.surface, 0) > 500);
            job_release(&s.job);
            set_up(&s, &gs_measure_nearest, "field: f, radius: 500", grid, layers[l], texts);
            assert_true(assert_surface(&s.surface, 0) > 500);
            job_release(&s.job);
        }
    struct scene s;
    set_up(&s, &gs_measure_nearest, "field: f", grid, &none, true);
    assert_int_equal(assert_surface(&s.surface, 0), 0);
    job_release(&s.job);
}

static void shares_of_circles(void **state)
{
    (void)state;
    const struct random_layer mixed = {60, 17, false, 0, 6000, 900, 0};
    const struct random_layer lattice = {60, 18, true, 1u << GS_PART_RING, 6000, 900, 0};
    const struct random_layer none = {0};
    const char *radii[] = {"radius: 500", "radius: 60", "radius: 2500", ""};
    for (int r = 0; r < 4; r++) {
        struct scene s;
        set_up(&s, &gs_measure_area_share, radii[r], r == 1 ? odd_grid : grid,
               r % 2 ? &lattice : &mixed, false);
        s.job.sites.footprint_radius_m = 350;
        assert_true(assert_surface(&s.surface, 2e-7) > 500);
        job_release(&s.job);
    }
    struct scene s;
    set_up(&s, &gs_measure_area_share, radii[0], grid, &none, false);
    assert_int_equal(assert_surface(&s.surface, 0), 0);
    job_release(&s.job);
}

/* Axes in US survey feet: radii and lengths stay metres. */
static void feet(void **state)
{
    (void)state;
    const struct random_layer mixed = {90, 20, false, 0, 6000, 900, 0};
    const struct {
        const struct gs_measure *measure;
        const char *params;
        double tolerance;
    } cases[] = {
        {&gs_measure_count_within, "radius: 152.4003048006096", 0},
        {&gs_measure_sum_within, "field: f, radius: 300, decay: linear", 2e-7},
        {&gs_measure_mean_within, "field: f, radius: 300, decay: gaussian", 2e-7},
        {&gs_measure_max_within, "field: f, radius: 300, decay: inverse", 2e-7},
        {&gs_measure_nearest, "field: f, radius: 200", 0},
        {&gs_measure_length_within, "radius: 200", 2e-7},
        {&gs_measure_area_share, "radius: 200", 2e-7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        set_up_in(&s, "EPSG:2263", cases[i].measure, cases[i].params, grid, &mixed, false);
        assert_true(assert_surface(&s.surface, cases[i].tolerance) > 500);
        job_release(&s.job);
    }
}

static void no_area(void **state)
{
    (void)state;
    const struct random_layer lines = {5, 12, false, 1u << GS_PART_LINE, 6000, 900, 0};
    struct scene s;
    set_up(&s, &gs_measure_length_within, "", grid, &lines, false);
    float *out = malloc(grid.n_cols * grid.n_rows * sizeof *out);
    assert_status(s.job.ctx, surface_try(s.job.ctx, &s.surface, 10, out), GS_ESTUDY);
    assert_diagnostic(s.job.ctx, "a cell of the surface has none of its own");
    free(out);
    job_release(&s.job);
}

/* On the ellipsoid: EPSG:3035 stretches the plane, so the two differ. */
static void geodesic(void **state)
{
    (void)state;
    struct vector_job job;
    struct surface s;
    struct gs_grid g = {4321000, 3210500, 500, 500, 3, 2};
    double lonlat[1][2] = {{10, 52}}; /* EPSG:3035 at 4321000 3210000: its own centre */
    float out[6];
    job_init(&job, "EPSG:3035");
    add_shape(job.ctx, &job.features.shapes, "P4321000 3210000");
    job.features.lonlat = lonlat;
    surface_init(&s, &job, &gs_measure_count_within, "radius: 600, geodesic: true", g);
    assert_ok(job.ctx, surface_try(job.ctx, &s, 2, out));
    const float expected[] = {1, 0, 0, 1, 0, 0};
    for (int i = 0; i < 6; i++)
        assert_near((double)out[i], (double)expected[i], 0);
    job.features.lonlat = NULL;
    job_release(&job);
}

static void memory_runs_out(void **state)
{
    (void)state;
    const struct random_layer mixed = {25, 13, false, 0, 6000, 900, 0};
    const struct {
        const struct gs_measure *measure;
        const char *params;
    } cases[] = {
        {&gs_measure_sum_within, "field: f, radius: 500"},
        {&gs_measure_max_within, "field: f, radius: 500"},
        {&gs_measure_mean_within, "field: f, radius: 500, decay: linear"},
        {&gs_measure_count_distinct_within, "field: f, radius: 500"},
        {&gs_measure_overlap, "field: f"},
        {&gs_measure_length_within, "radius: 500"},
        {&gs_measure_nearest, "field: f, radius: 500"},
        {&gs_measure_area_share, "radius: 500"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        set_up(&s, cases[i].measure, cases[i].params, grid, &mixed, i == 4 || i == 6);
        assert_failing_memory(&s.surface);
        job_release(&s.job);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_sums),
        cmocka_unit_test(decays),
        cmocka_unit_test(different_values),
        cmocka_unit_test(polygons_under_cells),
        cmocka_unit_test(lengths),
        cmocka_unit_test(nearest),
        cmocka_unit_test(shares_of_circles),
        cmocka_unit_test(no_area),
        cmocka_unit_test(feet),
        cmocka_unit_test(geodesic),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
