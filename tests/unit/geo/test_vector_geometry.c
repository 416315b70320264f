// SPDX-License-Identifier: Apache-2.0
#include "unit/geo/layers.h"

/* -- values -------------------------------------------------------------------------------- */

static void test_values(void **state)
{
    (void)state;
    const char *path = path_of("values.gpkg");
    struct maker maker = make("GPKG", path, "values", "EPSG:4258", "sx");
    put(&maker, "POINT (10 52)", VALUES(" 12.5 "));
    put(&maker, "POINT (10 52)", VALUES(""));
    put(&maker, "POINT (10 52)", VALUES("12 MW"));
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "values", .source = path};
    const char *names[] = {"a"};
    enum gs_field_kind kind = GS_FIELD_NUMBER;
    struct gs_vector_request request = {.fields = names, .kinds = &kind, .n_fields = 1};
    struct outcome outcome = open_layer(&layer);
    assert_status(outcome.ctx, read_into(&outcome, request, "EPSG:3035"), GS_EDATA);
    assert_diagnostic(outcome.ctx,
                      "feature 3 of layer `values` has `12 MW` in `a`, which is no number");
    request.where = "a <> '12 MW'";
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_near(outcome.features.columns[0].number[0], 12.5, 0);
    assert_true(isnan(outcome.features.columns[0].number[1]));
    assert_true(gs_vector_field(outcome.vector, "b", &kind, NULL, NULL));
    assert_int_equal(kind, GS_FIELD_OTHER);
    finish(&outcome);
}

/* -- geometries ---------------------------------------------------------------------------- */

static struct outcome geometries(const char *name, const char *const *wkts, bool all)
{
    const char *path = path_of(name);
    struct maker maker = make("GPKG", path, "shapes", "EPSG:3035", "s");
    for (; *wkts; wkts++)
        put(&maker, (*wkts)[0] ? *wkts : NULL, NULL);
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "shapes", .source = path};
    struct outcome outcome = open_layer(&layer);
    struct gs_vector_request request = {.all_geometries = all};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    return outcome;
}

/* Areas: python3-gdal 3.6.2, g.MakeValid(['METHOD=STRUCTURE', 'KEEP_COLLAPSED=NO']).GetArea() */
static void test_invalid(void **state)
{
    (void)state;
    static const char *const wkts[] = {
        "POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))", /* a bow tie */
        "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (20 20, 22 20, 22 22, 20 22, 20 20))",
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((2 2, 6 2, 6 6, 2 6, 2 2)))", /* overlap */
        "POLYGON ((0 0, 10 0, 10 10, 10 12, 10 10, 0 10, 0 0))",                   /* a spike */
        "POLYGON ((0 0, 0 10, 10 10, 10 0, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))", /* valid, turned */
        "POLYGON ((0 0, 10 0, 20 0, 0 0))",                                   /* no area */
        "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (0 0, 5 2, 2 5, 0 0))",      /* touching: valid */
        NULL};
    struct outcome outcome = geometries("invalid.gpkg", wkts, true);
    const struct gs_features *f = &outcome.features;
    const double areas[] = {50, 104, 28, 100, 96, 0, 89.5};
    assert_int_equal(f->shapes.n, 7);
    assert_int_equal(f->counts.repaired, 4);
    assert_int_equal(f->counts.unrepairable, 1);
    for (size_t i = 0; i < 7; i++)
        assert_near(gs_shapes_area(&f->shapes, i), areas[i], 1e-9);
    assert_true(gs_shapes_is_empty(&f->shapes, 5));
    finish(&outcome);
}

static void test_kinds(void **state)
{
    (void)state;
    static const char *const wkts[] = {
        "GEOMETRYCOLLECTION (POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0)), POINT (9 9), "
        "LINESTRING (0 0, 1 1, 1 1, 2 0))",
        "",
        "POLYGON EMPTY",
        "CURVEPOLYGON (CIRCULARSTRING (1000 0, 0 1000, -1000 0, 0 -1000, 1000 0))",
        "MULTIPOINT (1 1, 2 2)",
        "LINESTRING ZM (0 0 1 2, 5 5 3 4)",
        "POLYGON ((0 0, 0 0, 4 0, 4 4, 4 4, 0 4, 0 0, 0 0))",
        NULL};
    struct outcome outcome = geometries("kinds.gpkg", wkts, false);
    const struct gs_shapes *shapes = &outcome.features.shapes;
    assert_int_equal(outcome.features.counts.read, 7);
    assert_int_equal(outcome.features.counts.empty, 2);
    assert_int_equal(outcome.features.counts.repaired, 0);
    assert_int_equal(outcome.features.counts.kept, 5);
    assert_int_equal(shapes->n, 5);
    assert_int_equal(gs_shapes_kinds(shapes, 0), 7);
    assert_near(gs_shapes_area(shapes, 0), 16, 0);
    /* A polygon of chords of 1 degree: pi r^2 (1 - (pi / 180)^2 / 6). */
    assert_near(gs_shapes_area(shapes, 1), M_PI * 1e6 * (1 - M_PI * M_PI / 180 / 180 / 6), 5);
    assert_int_equal(gs_shapes_kinds(shapes, 2), 1 << GS_PART_POINTS);
    assert_int_equal(gs_shapes_kinds(shapes, 3), 1 << GS_PART_LINE);
    size_t ring = shapes->part_start[4];
    assert_int_equal(shapes->vertex_start[ring + 1] - shapes->vertex_start[ring], 5);
    finish(&outcome);
}

static void test_unprojectable(void **state)
{
    (void)state;
    const char *path = path_of("far.gpkg");
    struct maker maker = make("GPKG", path, "far", "EPSG:4258", "s");
    put(&maker, "LINESTRING (10 52, -170 -52)", NULL); /* to the antipode of the projection */
    put(&maker, "POINT (10 52)", NULL);
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "far", .source = path};
    struct outcome outcome = open_layer(&layer);
    assert_ok(outcome.ctx, read_into(&outcome, (struct gs_vector_request){0}, "EPSG:3035"));
    assert_int_equal(outcome.features.counts.unprojectable, 1);
    assert_int_equal(outcome.features.shapes.n, 1);
    gs_features_release(&outcome.features);
    struct gs_vector_request request = {.all_geometries = true};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_int_equal(outcome.features.shapes.n, 2);
    assert_true(gs_shapes_is_empty(&outcome.features.shapes, 0));
    finish(&outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_unprojectable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
