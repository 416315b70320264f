// SPDX-License-Identifier: Apache-2.0
/* gs_measure_cost_distance on a raster of GDAL: sites of all kinds, ways, the surface. */
#include "unit/geo/rasters.h"

#include "base/mem.h"
#include "flow/rows.h"
#include "measure/measure.h"

extern const struct gs_measure gs_measure_cost_distance;

enum { SIDE = 12, NORTH = 2000120, WEST = 4000000 }; /* cells of 10 m */

struct case_ {
    struct gs_ctx *ctx;
    struct gs_crs *crs;
    struct gs_layer friction, layer;
    struct gs_raster *raster;
    struct gs_features features;
    struct gs_sites sites;
    const char *ids[16];
    struct gs_factor factor;
    struct gs_grid grid;
    struct gs_arena arena;
    struct gs_job job;
};

/* Friction 2 EUR/km, a wall of 100 in column 6 but for row 0; no data in column 11. */
static void open_case(struct case_ *c, unsigned threads, const char *const (*params)[2])
{
    static double values[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++)
        values[i] = i % SIDE == 6 && i >= SIDE ? 100 : i % SIDE == 11 ? NAN : 2;
    raster_doubles("/vsimem/friction.tif", SIDE, SIDE, (const double[]){WEST, 10, 0, NORTH, 0, -10},
                   "EPSG:3035", values);
    const struct gs_measure *m = &gs_measure_cost_distance;
    *c = (struct case_){.ctx = test_ctx_threads(threads)};
    gs_arena_init(&c->arena);
    gs_features_init(&c->features);
    gs_sites_init(&c->sites);
    c->friction = (struct gs_layer){.id = "price",
                                    .source = "/vsimem/friction.tif",
                                    .band = 1,
                                    .unit = "EUR/km"};
    c->layer = (struct gs_layer){.id = "stations"};
    assert_ok(c->ctx, gs_raster_open(c->ctx, &c->friction, &c->raster));
    assert_ok(c->ctx, gs_crs_new(c->ctx, "EPSG:3035", NULL, "the test", &c->crs));
    void *values_of = gs_arena_alloc(c->ctx, &c->arena, 1, m->params_size);
    assert_ok(c->ctx, gs_param_defaults(c->ctx, &c->arena, m->params, m->n_params, values_of));
    for (; (*params)[0]; params++)
        for (size_t i = 0; i < m->n_params; i++)
            if (strcmp(m->params[i].key, (*params)[0]) == 0)
                assert_ok(c->ctx, gs_param_parse(c->ctx, &c->arena, &m->params[i], "EUR",
                                                 (*params)[1], NULL, values_of));
    c->factor = (struct gs_factor){.id = "line",
                                   .measure = m,
                                   .measure_name = m->name,
                                   .layer = &c->layer,
                                   .second = &c->friction,
                                   .unit = "EUR"};
    c->grid = (struct gs_grid){WEST, NORTH, 10, 10, SIDE, SIDE};
    for (int i = 0; i < 16; i++)
        c->ids[i] = "s";
    c->sites.ids = c->ids;
    c->job = (struct gs_job){.factor = &c->factor,
                             .params = values_of,
                             .sites = &c->sites,
                             .crs = c->crs,
                             .metres_per_unit = 1,
                             .features = &c->features,
                             .layer = &c->layer,
                             .second = c->raster,
                             .grid = &c->grid,
                             .limit_m = INFINITY};
}

static void close_case(struct case_ *c)
{
    c->sites.ids = NULL;
    gs_sites_release(&c->sites);
    gs_features_release(&c->features);
    gs_raster_close(c->raster);
    gs_crs_free(c->crs);
    gs_arena_release(&c->arena);
    gs_ctx_free(c->ctx);
}

/* Vertices in cells from the north-west corner: 0.5 is the middle of the first. */
static void add(struct case_ *c, struct gs_shapes *shapes, enum gs_part_kind kind, size_t n,
                const double (*cells)[2])
{
    double(*xy)[2];
    assert_ok(c->ctx, gs_shapes_begin(c->ctx, shapes));
    if (n)
        assert_ok(c->ctx, gs_shapes_add_part(c->ctx, shapes, kind, n, &xy));
    for (size_t i = 0; i < n; i++) {
        xy[i][0] = WEST + 10 * cells[i][0];
        xy[i][1] = NORTH - 10 * cells[i][1];
    }
}

static void add_sites(struct case_ *c)
{
    struct gs_shapes *s = &c->sites.features.shapes;
    add(c, &c->features.shapes, GS_PART_POINTS, 1, (const double[][2]){{3.4, 0.3}});
    add(c, s, GS_PART_POINTS, 1, (const double[][2]){{3.5, 5.9}});             /* 5 south */
    add(c, s, GS_PART_POINTS, 1, (const double[][2]){{8.5, 0.5}});             /* 5 east */
    add(c, s, GS_PART_POINTS, 1, (const double[][2]){{11.5, 3.5}});            /* no friction */
    add(c, s, GS_PART_POINTS, 2, (const double[][2]){{0.5, 0.5}, {9.5, 9.5}}); /* the nearer */
    add(c, s, GS_PART_POINTS, 0, NULL);                                        /* nowhere */
    add(c, s, GS_PART_RING, 5,
        (const double[][2]){{2.1, 4.9}, {4.9, 4.9}, {4.9, 2.1}, {2.1, 2.1}, {2.1, 4.9}});
    add(c, s, GS_PART_POINTS, 1, (const double[][2]){{3.1, 0.9}}); /* the feature's */
    add(c, s, GS_PART_POINTS, 1, (const double[][2]){{50, 50}});   /* outside */
}

enum { N_SITES = 8 };
/* 2 EUR/km × 10 m a cell */
static const double expected[N_SITES] = {0.1, 0.1, NAN, 0.06, NAN, 0.04, 0, NAN};

static void sites_and_their_ways(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 7; threads += 3) {
        struct case_ c;
        double numbers[N_SITES], shares[N_SITES];
        struct gs_shapes paths;
        gs_shapes_init(&paths);
        open_case(&c, threads, (const char *const[][2]){{"friction", "price"}, {NULL, NULL}});
        add_sites(&c);
        c.job.paths = &paths;
        assert_ok(c.ctx, gs_measure_sites(c.ctx, &c.job, numbers, NULL, shares));
        for (size_t i = 0; i < N_SITES; i++)
            assert_near(numbers[i], expected[i], 1e-7);
        assert_int_equal(paths.n, N_SITES);
        for (size_t i = 0; i < N_SITES; i++)
            assert_int_equal(gs_shapes_is_empty(&paths, i), !(expected[i] > 0));
        /* straight south: only the ends are kept, from the site's cell to the feature's */
        size_t first = paths.vertex_start[paths.part_start[0]];
        assert_int_equal(paths.vertex_start[paths.part_start[0] + 1] - first, 2);
        assert_near(paths.xy[first][0], WEST + 35, 0);
        assert_near(paths.xy[first][1], NORTH - 55, 0);
        assert_near(paths.xy[first + 1][0], WEST + 35, 0);
        assert_near(paths.xy[first + 1][1], NORTH - 5, 0);
        gs_shapes_release(&paths);
        close_case(&c);
    }
}

static void limit_is_in_the_unit_of_the_cost(void **state)
{
    (void)state;
    struct case_ c;
    double numbers[N_SITES], shares[N_SITES];
    open_case(&c, 2,
              (const char *const[][2]){
                  {"friction", "price"}, {"limit", "7 cEUR"}, {"margin", "0"}, {NULL, NULL}});
    add_sites(&c);
    assert_ok(c.ctx, gs_measure_sites(c.ctx, &c.job, numbers, NULL, shares));
    for (size_t i = 0; i < N_SITES; i++)
        assert_near(numbers[i], expected[i] <= 0.07 ? expected[i] : NAN, 1e-7);
    close_case(&c);
}

/* The surface has at each cell what a point site there has; the scale follows the unit asked for.
 */
static void surface_is_what_point_sites_have(void **state)
{
    (void)state;
    struct case_ c;
    struct gs_rows *rows;
    float out[SIDE * SIDE];
    double numbers[SIDE * SIDE], shares[SIDE * SIDE];
    open_case(&c, 2, (const char *const[][2]){{"friction", "price"}, {"knight", "true"}, {NULL}});
    const char *ids[SIDE * SIDE];
    c.factor.unit = "kEUR";
    c.sites.ids = ids;
    add(&c, &c.features.shapes, GS_PART_POINTS, 1, (const double[][2]){{1.5, 10.5}});
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        ids[i] = "s";
        add(&c, &c.sites.features.shapes, GS_PART_POINTS, 1,
            (const double[][2]){{0.5 + (double)(i % SIDE), 0.5 + (double)(i / SIDE)}});
    }
    assert_ok(c.ctx, gs_measure_sites(c.ctx, &c.job, numbers, NULL, shares));
    assert_ok(c.ctx, gs_measure_cost_distance.surface(c.ctx, &c.job, &rows));
    assert_ok(c.ctx, gs_rows_begin(c.ctx, rows, 0, SIDE));
    for (size_t row = 0; row < SIDE; row++)
        assert_ok(c.ctx, gs_rows_row(c.ctx, rows, NULL, row, out + row * SIDE));
    for (size_t i = 0; i < SIDE * SIDE; i++)
        assert_near(numbers[i], out[i], 0);
    assert_near(numbers[9 * SIDE + 3], 2e-5 * sqrt(5), 1e-11);
    gs_rows_free(rows);
    c.sites.ids = NULL;
    close_case(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_and_their_ways),
        cmocka_unit_test(limit_is_in_the_unit_of_the_cost),
        cmocka_unit_test(surface_is_what_point_sites_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
