// SPDX-License-Identifier: Apache-2.0
/* A small study through the public header alone, with results that can be worked out by hand. */
#include "support/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *study_path, *layers_path;
static char output[300];

/* Layers of each kind, whose catalogue and files say the least they may: the unit of the heights is
 * in their file, the classes have names, the box of the study is a layer's. */
static const char *write_layers(void)
{
    test_write("cover.asc", "ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 5000\n"
                            "NODATA_value 0\n1 2\n");
    test_write("height.asc", "ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 5000\n"
                             "NODATA_value 0\n3 5\n");
    test_write("height.vrt",
               "<VRTDataset rasterXSize=\"2\" rasterYSize=\"1\"><SRS>EPSG:3035</SRS>"
               "<GeoTransform>0,5000,0,5000,0,-5000</GeoTransform>"
               "<VRTRasterBand dataType=\"Int32\" band=\"1\"><UnitType>km</UnitType>"
               "<SimpleSource><SourceFilename relativeToVRT=\"1\">height.asc</SourceFilename>"
               "</SimpleSource></VRTRasterBand></VRTDataset>");
    test_write("roads.geojson",
               "{\"type\": \"FeatureCollection\", \"crs\": {\"type\": \"name\", \"properties\": "
               "{\"name\": \"urn:ogc:def:crs:EPSG::3035\"}}, \"features\": ["
               "{\"type\": \"Feature\", \"properties\": {\"lanes\": 2}, \"geometry\": {\"type\": "
               "\"LineString\", \"coordinates\": [[0, 0], [10000, 0]]}},"
               "{\"type\": \"Feature\", \"properties\": {\"lanes\": 4}, \"geometry\": {\"type\": "
               "\"LineString\", \"coordinates\": [[0, 4000], [10000, 4000]]}}]}");
    test_write("points.csv", "code,x,y\nwest,1000,1000\neast,9000,2000\n");
    test_write("layers.yaml",
               "gigasite: 1\n"
               "layers:\n"
               "  points: {source: points.csv, x: x, y: y, crs: EPSG:3035}\n"
               "  roads: {source: roads.geojson, options: {NATIVE_DATA: NO}}\n"
               "  cover: {source: cover.asc, crs: EPSG:3035, classes: {1: field, 2: urban}}\n"
               "  height: {source: height.vrt}\n");
    return test_write(
        "layers_study.yaml",
        "gigasite: 1\n"
        "catalogue: layers.yaml\n"
        "area: {crs: EPSG:3035, extent: {layer: roads}}\n"
        "candidates: {layer: points, id: code}\n"
        "constraints:\n"
        "- {id: cover, layer: cover, measure: value, require: {in: [field, 2], not_in: [urban]}}\n"
        "criteria:\n"
        "- {id: use, layer: cover, measure: value, value: {type: classes, classes: {field: 0.5, "
        "urban: 1}}}\n"
        "- {id: height, layer: height, measure: {type: mean, radius: 10 m}, value: {type: linear, "
        "worst: 0, best: 4}}\n"
        "- {id: road, layer: roads, measure: distance, value: {type: linear, worst: 2 km, best: "
        "0}}\n"
        "- {id: wide, layer: roads, where: lanes > 2, measure: distance, value: {type: linear, "
        "worst: 4 km, best: 0}}\n");
}

/* Two criteria on fields of the candidates, so that every number below follows from this table. */
static int write_inputs(void **state)
{
    (void)state;
    test_write("sites.csv", "code,name,x,y,cost,area,kind\n"
                            "b,Beta,5000,2000,6,30,field\n"
                            "c,,9000,9000,2,10,field\n"
                            "a,Alpha,1000,1000,6,30,field\n"
                            "d,Delta,2000,2000,,30,field\n"
                            "e,Epsilon,2000,3000,1,30,forest\n");
    test_write("catalogue.yaml",
               "gigasite: 1\n"
               "layers:\n"
               "  sites:\n"
               "    {source: sites.csv, x: x, y: y, crs: EPSG:3035, fields: {area: {unit: ha}}}\n");
    study_path = test_write(
        "study.yaml",
        "gigasite: 1\n"
        "catalogue: catalogue.yaml\n"
        "area: {crs: EPSG:3035}\n"
        "candidates: {layer: sites, id: code, name: name}\n"
        "constraints:\n"
        "- {id: open, measure: {type: attribute, field: kind}, require: {not_in: [forest]}}\n"
        "criteria:\n"
        "- {id: cost, weight: 3, measure: {type: attribute, field: cost},\n"
        "   value: {type: linear, worst: 10, best: 0}}\n"
        "- {id: size, title: Area, measure: {type: attribute, field: area},\n"
        "   value: {type: linear, worst: 0, best: 40 ha}}\n");
    snprintf(output, sizeof output, "%s/run.gpkg", test_folder());
    layers_path = write_layers();
    return 0;
}

static void check_site(const struct gs_result *result, size_t place, const char *id,
                       const char *name, unsigned rank, double score, const char *excluded_by)
{
    struct gs_site_result site = gs_result_site(result, place);
    assert_string_equal(site.id, id);
    if (name)
        assert_string_equal(site.name, name);
    else
        assert_null(site.name);
    assert_int_equal(site.rank, rank);
    assert_near(site.score, score, 1e-15);
    if (excluded_by)
        assert_string_equal(site.excluded_by, excluded_by);
    else
        assert_null(site.excluded_by);
}

/* Weights 3/4 and 1/4. c: 0.75 × 0.8 + 0.25 × 0.25; a and b: 0.75 × 0.4 + 0.25 × 0.75. */
static void test_result(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    struct gs_result *result;
    assert_ok(ctx, gs_study_open(ctx, study_path, NULL, &study));
    assert_ok(ctx, gs_study_run(ctx, study, output, NULL, &result));
    assert_int_equal(gs_result_site_count(result), 5);
    check_site(result, 0, "c", NULL, 1, 0.6625, NULL);
    check_site(result, 1, "a", "Alpha", 2, 0.4875, NULL);
    check_site(result, 2, "b", "Beta", 2, 0.4875, NULL);
    check_site(result, 3, "d", "Delta", 0, NAN, "cost: no data");
    check_site(result, 4, "e", "Epsilon", 0, NAN, "open: forest is not allowed");

    assert_int_equal(gs_result_criterion_count(result), 2);
    struct gs_criterion_result size = gs_result_criterion(result, 1);
    assert_string_equal(size.id, "size");
    assert_string_equal(size.title, "Area");
    assert_string_equal(size.unit, "ha");
    assert_near(size.weight, 0.25, 0);
    assert_string_equal(gs_result_criterion(result, 0).title, "cost");
    assert_string_equal(gs_result_criterion(result, 0).unit, "");

    struct gs_cell_result cell = gs_result_cell(result, 0, 1);
    assert_near(cell.measured, 10, 0);
    assert_near(cell.value, 0.25, 0);
    assert_near(cell.part, 0.0625, 0);
    cell = gs_result_cell(result, 3, 0);
    assert_near(cell.measured, NAN, 0);
    assert_near(cell.value, NAN, 0);
    assert_near(cell.part, NAN, 0);
    gs_result_free(result);
    gs_study_free(study);
    gs_ctx_free(ctx);
}

static void check_cell(const struct gs_result *result, size_t place, size_t criterion,
                       double measured, double value)
{
    struct gs_cell_result cell = gs_result_cell(result, place, criterion);
    assert_near(cell.measured, measured, 1e-9);
    assert_near(cell.value, value, 1e-12);
}

static void test_layers(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    struct gs_result *result;
    assert_ok(ctx, gs_study_open(ctx, layers_path, NULL, &study));
    assert_ok(ctx, gs_study_check(ctx, study));
    assert_ok(ctx, gs_study_run(ctx, study, output, NULL, &result));
    check_site(result, 0, "west", NULL, 1, (0.5 + 0.75 + 0.5 + 0.25) / 4, NULL);
    check_site(result, 1, "east", NULL, 0, NAN, "cover: 2 is not allowed");
    check_cell(result, 0, 0, 1, 0.5);
    check_cell(result, 1, 0, 2, 1);
    check_cell(result, 0, 1, 3, 0.75);
    check_cell(result, 0, 2, 1000, 0.5);
    check_cell(result, 0, 3, 3000, 0.25);
    assert_string_equal(gs_result_criterion(result, 1).unit, "km"); /* as the file says */
    gs_result_free(result);
    gs_study_free(study);

    /* What the study writes must agree with the file. */
    static const char *const setting = "criteria.height.value.best=4000 m";
    const struct gs_study_options options = {.settings = &setting, .n_settings = 1};
    assert_ok(ctx, gs_study_open(ctx, layers_path, &options, &study));
    assert_status(ctx, gs_study_check(ctx, study), GS_ESTUDY);
    assert_diagnostic(ctx, "the file of layer `height` is in km, not in m");
    gs_study_free(study);
    gs_ctx_free(ctx);
}

/* What is wrong with the call itself is said before any layer is opened. */
static void test_output_kind(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    struct gs_result *result;
    assert_ok(ctx, gs_study_open(ctx, study_path, NULL, &study));
    assert_status(ctx, gs_study_run(ctx, study, "run.shp", NULL, &result), GS_EUSAGE);
    assert_diagnostic(ctx, "no writer knows the kind of file of `run.shp`");
    gs_study_free(study);
    gs_ctx_free(ctx);
}

static void show(void *user, double fraction, const char *stage)
{
    double *last = user;
    assert_non_null(stage);
    if (!(fraction >= *last && fraction <= 1))
        fail_msg("%.17g after %.17g in %s", fraction, *last, stage);
    *last = fraction;
}

static void test_progress(void **state)
{
    (void)state;
    double last = 0;
    const struct gs_ctx_options options = {.threads = 2, .progress = show, .progress_user = &last};
    struct gs_ctx *ctx;
    struct gs_study *study;
    struct gs_result *result;
    assert_int_equal(gs_ctx_new(&options, &ctx), GS_OK);
    assert_ok(ctx, gs_study_open(ctx, study_path, NULL, &study));
    assert_ok(ctx, gs_study_run(ctx, study, output, NULL, &result));
    assert_near(last, 1, 0);
    gs_result_free(result);
    gs_study_free(study);
    assert_ok(ctx, gs_study_open(ctx, layers_path, NULL, &study));
    last = 0;
    assert_ok(ctx, gs_study_run(ctx, study, output, NULL, &result));
    assert_near(last, 1, 0);
    gs_result_free(result);
    gs_ctx_cancel(ctx);
    last = 0;
    assert_status(ctx, gs_study_run(ctx, study, output, NULL, &result), GS_ECANCEL);
    gs_study_free(study);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_result),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_output_kind),
        cmocka_unit_test(test_progress),
    };
    return cmocka_run_group_tests(tests, write_inputs, NULL);
}
