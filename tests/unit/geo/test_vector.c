// SPDX-License-Identifier: Apache-2.0
#include "geo/fingerprint.h"
#include "unit/geo/layers.h"

#include <sys/stat.h>

static void reject_open(const struct gs_layer *layer, enum gs_status status, const char *part)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_vector *vector = NULL;
    assert_status(ctx, gs_vector_open(ctx, layer, &vector), status);
    assert_null(vector);
    assert_diagnostic(ctx, part);
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    gs_ctx_free(ctx);
}

static void reject_where(const struct gs_layer *layer, const char *where, const char *part)
{
    struct outcome outcome = open_layer(layer);
    struct gs_vector_request request = {.where = where, .where_pos = {"study.yaml", 5, 9}};
    assert_status(outcome.ctx, read_into(&outcome, request, "EPSG:3035"), GS_ESTUDY);
    assert_diagnostic(outcome.ctx, part);
    assert_int_equal(gs_diagnostic_at(outcome.ctx, 0).line, 5);
    assert_int_equal(gs_diagnostic_count(outcome.ctx), 1);
    finish(&outcome);
}

static size_t count_where(const struct gs_layer *layer, const char *where)
{
    struct outcome outcome = open_layer(layer);
    struct gs_vector_request request = {.where = where};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    size_t n = outcome.features.shapes.n;
    finish(&outcome);
    return n;
}

/* Some points near the origin of EPSG:3035 (52 N, 10 E is 4321000 3210000): fields a text, b real,
 * c integer, d date. */
static const char *places(const char *driver, const char *name)
{
    const char *path = path_of(name);
    struct maker maker = make(driver, path, "places", "EPSG:4258", "sfid");
    put(&maker, "POINT (10 52)", VALUES("one", "1.5", "220", "2024-05-06"));
    put(&maker, "POINT Z (11 52 7)", VALUES("two", "-1", "380", "2025-01-01"));
    put(&maker, "MULTIPOINT (10 51, 10 53)", VALUES("n/a", "2.5", "-9999"));
    GDALClose(maker.dataset);
    return path;
}

static void check_places(const char *driver, const char *name)
{
    struct gs_field fields[] = {
        {.name = "label", .column = "a", .unit = "", .missing = {(const char *[]){"n/a"}, 1}},
        {.name = "height", .column = "b", .unit = "m", .missing = {(const char *[]){"-1.0"}, 1}},
        {.name = "voltage", .column = "c", .unit = "kV", .missing = {(const char *[]){"-9999"}, 1}},
    };
    struct gs_layer layer = {.id = "places",
                             .source = places(driver, name),
                             .fields = fields,
                             .n_fields = 3};
    struct outcome outcome = open_layer(&layer);
    const char *names[] = {"label", "height", "voltage", "d", "c"};
    enum gs_field_kind kinds[] = {GS_FIELD_TEXT, GS_FIELD_NUMBER, GS_FIELD_NUMBER, GS_FIELD_TEXT,
                                  GS_FIELD_TEXT};
    struct gs_vector_request request = {.fields = names, .kinds = kinds, .n_fields = 5};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    const struct gs_features *f = &outcome.features;
    assert_int_equal(f->shapes.n, 3);
    assert_int_equal(f->counts.read, 3);
    assert_int_equal(f->counts.kept, 3);
    assert_near(f->shapes.xy[0][0], 4321000, 1e-6);
    assert_near(f->shapes.xy[0][1], 3210000, 1e-6);
    assert_int_equal(f->shapes.n_vertices, 4);
    const struct gs_column *label = gs_features_column(f, "label");
    assert_string_equal(label->text[0], "one");
    assert_null(label->text[2]);
    const struct gs_column *height = gs_features_column(f, "height");
    assert_string_equal(height->unit, "m");
    assert_near(height->number[0], 1.5, 0);
    assert_true(isnan(height->number[1]));
    const struct gs_column *voltage = gs_features_column(f, "voltage");
    assert_near(voltage->number[1], 380, 0);
    assert_true(isnan(voltage->number[2]));
    assert_string_equal(gs_features_column(f, "d")->text[0], "2024-05-06");
    assert_null(gs_features_column(f, "d")->text[2]);
    assert_string_equal(gs_features_column(f, "c")->text[0], "220");
    assert_non_null(strstr(gs_vector_operation(outcome.vector), "Europe Equal Area 2001"));
    finish(&outcome);
}

static void test_formats(void **state)
{
    (void)state;
    check_places("GPKG", "places.gpkg");
    check_places("GeoJSON", "places.geojson");
    check_places("SQLite", "places.sqlite");
}

/* Of a stranger's layer. */
static void test_most_features(void **state)
{
    (void)state;
    struct gs_layer layer = {.id = "places", .source = places("GPKG", "most.gpkg")};
    for (uint64_t most = 3; most >= 2; most--) {
        struct outcome outcome = open_layer(&layer);
        outcome.ctx->max_features = most;
        enum gs_status status = read_into(&outcome, (struct gs_vector_request){0}, "EPSG:3035");
        if (most == 3) {
            assert_ok(outcome.ctx, status);
        } else {
            assert_status(outcome.ctx, status, GS_EDATA);
            assert_diagnostic(outcome.ctx, "has more than 2 features");
        }
        finish(&outcome);
    }
}

static void test_facts(void **state)
{
    (void)state;
    struct gs_field fields[] = {{.name = "voltage", .column = "C", .unit = "kV"}};
    struct gs_layer layer = {.id = "places",
                             .source = places("GPKG", "facts.gpkg"),
                             .fields = fields,
                             .n_fields = 1};
    struct outcome outcome = open_layer(&layer);
    double bounds[4];
    assert_true(gs_vector_bounds(outcome.vector, false, bounds));
    assert_near(bounds[0], 10, 0);
    assert_near(bounds[3], 53, 0);
    assert_int_equal(gs_crs_epsg(gs_vector_crs(outcome.vector)), 4258);
    assert_int_equal(gs_vector_kinds(outcome.vector), 0);
    assert_string_equal(gs_vector_operation(outcome.vector), "");
    enum gs_field_kind kind;
    const char *unit, *nearest;
    assert_true(gs_vector_field(outcome.vector, "voltage", &kind, &unit, &nearest));
    assert_int_equal(kind, GS_FIELD_NUMBER);
    assert_string_equal(unit, "kV");
    assert_true(gs_vector_field(outcome.vector, "A", &kind, &unit, NULL));
    assert_int_equal(kind, GS_FIELD_TEXT);
    assert_string_equal(unit, "");
    assert_true(gs_vector_field(outcome.vector, "fid", &kind, &unit, NULL));
    assert_false(gs_vector_field(outcome.vector, "voltge", &kind, &unit, &nearest));
    assert_string_equal(nearest, "voltage");
    assert_false(gs_vector_field(outcome.vector, "population", &kind, &unit, &nearest));
    assert_null(nearest);
    finish(&outcome);
}

/* -- text files ---------------------------------------------------------------------------- */

static void test_csv(void **state)
{
    (void)state;
    const char *path = test_write("sites.csv", "id,name,lon,lat,power\n"
                                               "007,Alpha,10,52,100\n"
                                               "012,Beta, 11 ,52,\n"
                                               "013,Gamma,,52,2.5e2\n"
                                               "014,Delta,here,52,unknown\n");
    struct gs_field fields[] = {{.name = "mw",
                                 .column = "power",
                                 .unit = "MW",
                                 .missing = {(const char *[]){"unknown"}, 1}}};
    struct gs_layer layer = {.id = "sites",
                             .source = path,
                             .x = "lon",
                             .y = "lat",
                             .crs = "EPSG:4258",
                             .fields = fields,
                             .n_fields = 1};
    struct outcome outcome = open_layer(&layer);
    enum gs_field_kind kind;
    assert_true(gs_vector_field(outcome.vector, "mw", &kind, NULL, NULL));
    assert_int_equal(kind, GS_FIELD_NUMBER);
    assert_true(gs_vector_field(outcome.vector, "id", &kind, NULL, NULL));
    assert_int_equal(kind, GS_FIELD_TEXT); /* zeros in front: an identifier */
    assert_int_equal(gs_vector_kinds(outcome.vector), 1 << GS_PART_POINTS);
    const char *names[] = {"id", "mw"};
    enum gs_field_kind kinds[] = {GS_FIELD_TEXT, GS_FIELD_NUMBER};
    struct gs_vector_request request = {.fields = names,
                                        .kinds = kinds,
                                        .n_fields = 2,
                                        .all_geometries = true};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    const struct gs_features *f = &outcome.features;
    assert_int_equal(f->shapes.n, 4);
    assert_string_equal(f->columns[0].text[0], "007");
    assert_near(f->columns[1].number[0], 100, 0);
    assert_true(isnan(f->columns[1].number[1]));
    assert_near(f->columns[1].number[2], 250, 0);
    assert_true(isnan(f->columns[1].number[3]));
    assert_false(gs_shapes_is_empty(&f->shapes, 1));
    assert_true(gs_shapes_is_empty(&f->shapes, 2));
    assert_true(gs_shapes_is_empty(&f->shapes, 3));
    assert_int_equal(f->counts.empty, 2);
    assert_diagnostic(outcome.ctx, "2 rows of layer `sites` have no number in `lon` or `lat`; the "
                                   "first is feature 3");
    finish(&outcome);

    assert_int_equal(count_where(&layer, NULL), 2); /* without the empty ones */
    assert_int_equal(count_where(&layer, "mw >= 100"), 1);
    assert_int_equal(count_where(&layer, "id = '007'"), 1);
    assert_int_equal(count_where(&layer, "name LIKE 'B%' OR mw IN (100)"), 2);
}

static void test_csv_wkt(void **state)
{
    (void)state;
    const char *path = test_write("roads.csv", "WKT,lanes\n"
                                               "\"LINESTRING (10 52, 10 53)\",2\n"
                                               "\"LINESTRING (10 52, 11 52)\",4\n");
    struct gs_layer layer = {.id = "roads", .source = path, .crs = "EPSG:4258"};
    struct outcome outcome = open_layer(&layer);
    struct gs_vector_request request = {.where = "lanes > 2"};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_int_equal(outcome.features.shapes.n, 1);
    assert_int_equal(gs_shapes_kinds(&outcome.features.shapes, 0), 1 << GS_PART_LINE);
    finish(&outcome);
    layer.crs = NULL;
    reject_open(&layer, GS_EDATA, "layer `roads` carries no CRS");
}

static void test_shapefile(void **state)
{
    (void)state;
    const char *path = path_of("region.shp");
    struct maker maker = make("ESRI Shapefile", path, "region", "EPSG:3857", "sf");
    put(&maker, "POLYGON ((1113000 6800000, 1114000 6800000, 1114000 6801000, 1113000 6800000))",
        VALUES("x", "3"));
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "region", .source = path};
    struct outcome outcome = open_layer(&layer);
    assert_int_equal(gs_crs_epsg(gs_vector_crs(outcome.vector)), 3857);
    assert_int_equal(gs_vector_kinds(outcome.vector), 1 << GS_PART_RING);
    struct gs_vector_request request = {.lonlat = true};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    const struct gs_features *f = &outcome.features;
    assert_int_equal(f->shapes.n_vertices, 4);
    assert_true(gs_shapes_area(&f->shapes, 0) > 0);
    /* echo "1113000 6800000" | cs2cs -f %.9f EPSG:3857 EPSG:4258 -> 51.999306159 9.998249112 */
    assert_near(f->lonlat[0][0], 9.998249112, 1e-8);
    assert_near(f->lonlat[0][1], 51.999306159, 1e-8);
    finish(&outcome);

    char hash[40];
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_source_fingerprint(ctx, path, hash));
    assert_int_equal(strlen(hash), 32);
    gs_ctx_free(ctx);
}

/* -- faults of the catalogue ---------------------------------------------------------------- */

static void test_sources(void **state)
{
    (void)state;
    places("GPKG", "towns.gpkg");
    struct gs_layer layer = {.id = "towns", .source = path_of("town.gpkg")};
    reject_open(&layer, GS_EDATA, "the file of layer `towns` is missing");
    reject_open(&layer, GS_EDATA, "did you mean `towns.gpkg`?");
    layer.source = path_of("nowhere/towns.gpkg");
    reject_open(&layer, GS_EDATA, "there is no folder");
    layer.source = test_write("empty.geojson", "");
    reject_open(&layer, GS_EDATA, "the file of layer `towns` is empty");
    layer.source = test_write("bad.geojson", "{\"type\": \"FeatureCollection\", \"features\": [");
    reject_open(&layer, GS_EDATA, "layer `towns` cannot be read");
    layer.source = test_write("some.txt", "what is this");
    reject_open(&layer, GS_EDATA, "layer `towns` cannot be read");
    layer.source = test_write("none.csv", "x,y,v\n");
    layer.x = "x", layer.y = "y", layer.crs = "EPSG:4326";
    reject_open(&layer, GS_EDATA, "layer `towns` holds no features");
    layer.source = test_write("some.csv", "lon,y,v\n1,2,3\n");
    layer.x = "lan";
    reject_open(&layer, GS_ESTUDY, "has no column `lan`");
    reject_open(&layer, GS_ESTUDY, "did you mean `lon`?");
    layer.x = layer.y = NULL;
    reject_open(&layer, GS_EDATA, "layer `towns` has no geometry");
}

static void test_tables(void **state)
{
    (void)state;
    const char *path = path_of("tables.gpkg");
    struct maker maker = make("GPKG", path, "towns", "EPSG:4258", "s");
    put(&maker, "POINT (10 52)", VALUES("t"));
    add_table(&maker, "roads", "EPSG:4258", "s");
    add_table(&maker, "rivers", "EPSG:4258", "s");
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "places", .source = path};
    reject_open(&layer, GS_ESTUDY, "holds several tables: `towns`, `roads`, `rivers`");
    layer.table = "town";
    reject_open(&layer, GS_ESTUDY, "has no table `town`");
    reject_open(&layer, GS_ESTUDY, "did you mean `towns`?");
    layer.table = "roads";
    reject_open(&layer, GS_EDATA, "layer `places` holds no features");
    layer.table = "towns";
    assert_int_equal(count_where(&layer, NULL), 1);
    struct gs_field fields[] = {{.name = "population", .column = "pop", .unit = ""}};
    layer.fields = fields;
    layer.n_fields = 1;
    reject_open(&layer, GS_ESTUDY, "the source of layer `places` has no column `pop`");
    reject_open(&layer, GS_ESTUDY, "there are: `a`");
}

static void test_crs(void **state)
{
    (void)state;
    const char *path = path_of("local.gpkg");
    struct maker maker =
        make("GPKG", path, "plan", "LOCAL_CS[\"site grid\",UNIT[\"metre\",1]]", "s");
    put(&maker, "POINT (10 52)", NULL);
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "plan", .source = path};
    reject_open(&layer, GS_EDATA, "the CRS of layer `plan`, `site grid`, is an engineering CRS");
    layer.crs = "EPSG:4258";
    reject_open(&layer, GS_EDATA, "`crs_override: true`");
    layer.crs_override = true;
    assert_int_equal(count_where(&layer, NULL), 1);

    layer = (struct gs_layer){.id = "places", .source = places("GPKG", "crs.gpkg")};
    layer.crs = "EPSG:4326";
    reject_open(&layer, GS_ESTUDY,
                "layer `places` carries the CRS `ETRS89`, but `WGS 84` is stated");
    layer.crs = "EPSG:9999999";
    reject_open(&layer, GS_ESTUDY, "is unknown");
    layer.crs = "EPSG:4258";
    assert_int_equal(count_where(&layer, NULL), 3);
}

/* DHDN / Gauss-Krueger 3 has northing first by its authority, files have easting first. */
static void test_axes(void **state)
{
    (void)state;
    const char *path = path_of("gk.gpkg");
    struct maker maker = make("GPKG", path, "gk", "EPSG:31467", "s");
    put(&maker, "POINT (3500000 5500000)", NULL);
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "gk", .source = path};
    struct outcome outcome = open_layer(&layer);
    assert_ok(outcome.ctx, read_into(&outcome, (struct gs_vector_request){0}, "EPSG:3035"));
    /* echo "5500000 3500000" | cs2cs EPSG:31467 EPSG:3035 -> 2947601.46327 4248680.67782 */
    assert_near(outcome.features.shapes.xy[0][0], 4248680.67782, 1e-3);
    assert_near(outcome.features.shapes.xy[0][1], 2947601.46327, 1e-3);
    finish(&outcome);
}

/* -- filters ------------------------------------------------------------------------------- */

static void test_where(void **state)
{
    (void)state;
    struct gs_field fields[] = {{.name = "voltage", .column = "c", .unit = "kV"},
                                {.name = "label", .column = "a", .unit = ""}};
    const char *sources[] = {places("GPKG", "where.gpkg"), places("GeoJSON", "where.geojson")};
    for (int i = 0; i < 2; i++) {
        struct gs_layer layer = {.id = "places",
                                 .source = sources[i],
                                 .fields = fields,
                                 .n_fields = 2};
        assert_int_equal(count_where(&layer, "voltage >= 220"), 2);
        assert_int_equal(count_where(&layer, "label = 'voltage'"), 0); /* a text, not the field */
        assert_int_equal(count_where(&layer, "\"voltage\"=220 or label like 'tw%'"), 2);
        assert_int_equal(count_where(&layer, "CAST(b AS INTEGER) IN (2, -1) AND NOT (c<0)"), 1);
        assert_int_equal(count_where(&layer, "FID < 0"), 0);
        layer.where = "voltage > 0";
        assert_int_equal(count_where(&layer, "b > 0"), 1);
        assert_int_equal(count_where(&layer, "b > 0 OR label = 'two'"), 2);
        reject_where(&layer, "volts > 3", "`where`: layer `places` has no field `volts`");
        reject_where(&layer, "voltge > 3", "did you mean `voltage`?");
        reject_where(&layer, "label = \"wind\"", "a text stands in single quotes: 'wind'");
        reject_where(&layer, "voltage >", "`where` of layer `places`: ");
        reject_where(&layer, "b > 0) OR (b < 9", "closes a parenthesis");
        reject_where(&layer, "b > 0 -- x", "comment");
        reject_where(&layer, "(b > 0", "is not closed");
    }
}

static void test_sql(void **state)
{
    (void)state;
    const char *sources[] = {places("GPKG", "sql.gpkg"), places("GeoJSON", "sql.geojson")};
    const char *geometries[] = {"geom", "geometry"};
    for (int i = 0; i < 2; i++) {
        char sql[200];
        snprintf(sql, sizeof sql,
                 "SELECT ST_Buffer(%s, 1) AS %s, a AS label, c * 2 AS twice "
                 "FROM %s WHERE c > 0",
                 geometries[i], geometries[i], "places");
        struct gs_layer layer = {.id = "rings", .source = sources[i], .sql = sql};
        struct outcome outcome = open_layer(&layer);
        const char *names[] = {"twice"};
        enum gs_field_kind kinds[] = {GS_FIELD_NUMBER};
        struct gs_vector_request request = {.fields = names,
                                            .kinds = kinds,
                                            .n_fields = 1,
                                            .where = "label <> 'one'"};
        assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:4258"));
        assert_int_equal(outcome.features.shapes.n, 1);
        assert_near(outcome.features.columns[0].number[0], 760, 0);
        assert_near(gs_shapes_area(&outcome.features.shapes, 0), 3.1365, 5e-3); /* about pi */
        double bounds[4];
        assert_true(gs_shapes_bounds(&outcome.features.shapes, 0, bounds));
        assert_near(bounds[0], 10, 1e-9); /* around 11 E 52 N */
        assert_near(bounds[1], 51, 1e-9);
        finish(&outcome);
        layer.sql = "SELECT nothing FROM places";
        reject_open(&layer, GS_ESTUDY, "the SQL of layer `rings` is wrong: ");
        layer.sql = "SELEC";
        reject_open(&layer, GS_ESTUDY, "the SQL of layer `rings` is wrong: ");
    }
}

static void test_bounds(void **state)
{
    (void)state;
    struct gs_layer layer = {.id = "places", .source = places("GPKG", "bounds.gpkg")};
    struct outcome outcome = open_layer(&layer);
    /* 20 km around 52 N 10 E: the first point only; the multipoint's box spans it, its points lie
     * 111 km north and south. */
    double bounds[4] = {4301000, 3190000, 4341000, 3230000};
    struct gs_vector_request request = {.bounds = bounds};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_int_equal(outcome.features.shapes.n, 1);
    gs_features_release(&outcome.features);
    bounds[2] = 4400000; /* wide enough for 11 E, 69 km east */
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_int_equal(outcome.features.shapes.n, 2);
    gs_features_release(&outcome.features);
    bounds[0] = bounds[2] - 10;
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_int_equal(outcome.features.shapes.n, 0);
    gs_features_release(&outcome.features);
    request.all_geometries = true; /* candidates are never filtered */
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_int_equal(outcome.features.shapes.n, 3);
    finish(&outcome);
}

/* Longitudes from 0 to 360 */
static void test_longitudes(void **state)
{
    (void)state;
    const char *path = path_of("wide.gpkg");
    struct maker maker = make("GPKG", path, "wide", "EPSG:4258", "s");
    put(&maker, "POINT (355 52)", NULL);
    put(&maker, "POINT (5 52)", NULL);
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "wide", .source = path};
    struct outcome outcome = open_layer(&layer);
    double bounds[4] = {2500000, 2000000, 4500000, 4000000}; /* 5 W is x = 3297,000 */
    struct gs_vector_request request = {.bounds = bounds};
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_int_equal(outcome.features.shapes.n, 2);
    finish(&outcome);
}

static void test_cancel(void **state)
{
    (void)state;
    const char *path = path_of("many.gpkg");
    struct maker maker = make("GPKG", path, "many", "EPSG:3035", "s");
    GDALDatasetStartTransaction(maker.dataset, FALSE);
    for (int i = 0; i < 1500; i++)
        put(&maker, "POINT (1 1)", NULL);
    GDALDatasetCommitTransaction(maker.dataset);
    GDALClose(maker.dataset);
    struct gs_layer layer = {.id = "many", .source = path};
    struct outcome outcome = open_layer(&layer);
    gs_ctx_cancel(outcome.ctx);
    assert_status(outcome.ctx, read_into(&outcome, (struct gs_vector_request){0}, "EPSG:3035"),
                  GS_ECANCEL);
    finish(&outcome);
}

static void test_encoding(void **state)
{
    (void)state;
    struct gs_layer layer = {.id = "latin", .x = "x", .y = "y", .crs = "EPSG:4258"};
    layer.source = test_write("latin.csv", "x,y,name\n10,52,M\xFCnchen\n11,52,Kiel\n");
    const char *names[] = {"name"};
    enum gs_field_kind kind = GS_FIELD_TEXT;
    struct gs_vector_request request = {.fields = names, .kinds = &kind, .n_fields = 1};
    struct outcome outcome = open_layer(&layer);
    assert_ok(outcome.ctx, read_into(&outcome, request, "EPSG:3035"));
    assert_string_equal(outcome.features.columns[0].text[0], "M\xEF\xBF\xBDnchen");
    assert_diagnostic(outcome.ctx, "1 texts of layer `latin` are not UTF-8, the first in `name`");
    finish(&outcome);
}

/* Whichever allocation fails: GS_ENOMEM, nothing written, nothing leaked. */
static void test_memory(void **state)
{
    (void)state;
    const char *path = path_of("memory.gpkg");
    struct maker maker = make("GPKG", path, "p", "EPSG:4258", "sf");
    put(&maker, "POLYGON ((10 52, 11 52, 11 53, 10 52))", VALUES("x", "3"));
    put(&maker, "POLYGON ((10 52, 11 53, 11 52, 10 53, 10 52))", VALUES("y", "4"));
    GDALClose(maker.dataset);
    struct gs_field fields[] = {{.name = "label", .column = "a", .unit = ""}};
    struct gs_layer layer = {
        .id = "p", .source = path, .fields = fields, .n_fields = 1, .where = "b > 0"};
    const char *names[] = {"label", "b"};
    enum gs_field_kind kinds[] = {GS_FIELD_TEXT, GS_FIELD_NUMBER};
    enum gs_status status = GS_ENOMEM;
    for (long n = 0; status == GS_ENOMEM && n < 1000; n++) {
        struct gs_ctx *ctx = test_ctx();
        struct gs_crs *crs = crs_of(ctx, "EPSG:3035");
        struct gs_vector *vector = NULL;
        struct gs_features features;
        gs_features_init(&features);
        struct gs_vector_request request = {.crs = crs,
                                            .where = "label <> 'z'",
                                            .fields = names,
                                            .kinds = kinds,
                                            .n_fields = 2,
                                            .lonlat = true};
        gs_mem_fail_after(n, true);
        status = gs_vector_open(ctx, &layer, &vector);
        if (!status)
            status = gs_vector_read(ctx, vector, &request, &features);
        gs_mem_fail_after(-1, false);
        if (status)
            assert_int_equal(status, GS_ENOMEM);
        assert_int_equal(features.shapes.n, status ? 0 : 2);
        gs_features_release(&features);
        gs_vector_close(vector);
        gs_crs_free(crs);
        gs_ctx_free(ctx);
    }
    assert_int_equal(status, GS_OK);
}

static void test_fingerprint(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    char hash[40];
    /* printf abc | xxhsum -H2 (xxHash 0.8) */
    assert_ok(ctx, gs_source_fingerprint(ctx, test_write("abc.txt", "abc"), hash));
    assert_string_equal(hash, "06b05ab6733a618578af5f94892f3950");
    const char *empty = path_of("empty");
    assert_int_equal(mkdir(empty, 0777), 0);
    assert_ok(ctx, gs_source_fingerprint(ctx, empty, hash));
    assert_string_equal(hash, "");
    /* a folder of shapefiles is a source of several tables */
    assert_ok(ctx, gs_source_fingerprint(ctx, test_folder(), hash));
    assert_int_equal(strlen(hash), 32);
    assert_ok(ctx, gs_source_fingerprint(ctx, "PG:dbname=x", hash));
    assert_string_equal(hash, "");
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_most_features), cmocka_unit_test(test_formats),
        cmocka_unit_test(test_facts),         cmocka_unit_test(test_csv),
        cmocka_unit_test(test_csv_wkt),       cmocka_unit_test(test_shapefile),
        cmocka_unit_test(test_sources),       cmocka_unit_test(test_tables),
        cmocka_unit_test(test_crs),           cmocka_unit_test(test_axes),
        cmocka_unit_test(test_where),         cmocka_unit_test(test_sql),
        cmocka_unit_test(test_bounds),        cmocka_unit_test(test_longitudes),
        cmocka_unit_test(test_cancel),        cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_memory),        cmocka_unit_test(test_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
