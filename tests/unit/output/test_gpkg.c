// SPDX-License-Identifier: Apache-2.0
#include "support/run.h"

#include "output/writer.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct gs_run_options options = {.timestamp = 1767225600}; /* 2026-01-01T00:00:00Z */

static const char *path_of(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

static void write_run(const struct gs_result *result, const char *path)
{
    struct gs_ctx *ctx = test_ctx();
    const struct gs_writer *writer = gs_writer_for(path);
    assert_non_null(writer);
    assert_ok(ctx, writer->check(ctx, path));
    assert_ok(ctx, writer->write(ctx, result, path, &options));
    gs_ctx_free(ctx);
}

/* All rows of a query: columns with |, rows with newlines, NULL as -. */
static const char *query(const char *path, const char *sql)
{
    static char answer[65536];
    sqlite3 *db;
    sqlite3_stmt *statement;
    size_t length = 0;
    answer[0] = 0;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int i = 0, n = sqlite3_column_count(statement); i < n; i++) {
            const char *text = (const char *)sqlite3_column_text(statement, i);
            length += (size_t)snprintf(answer + length, sizeof answer - length, "%s%s",
                                       text ? text : "-", i + 1 < n ? "|" : "\n");
        }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

static void test_tables(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    const char *path = path_of("run.gpkg");
    write_run(result, path);
    assert_string_equal(
        query(path, "SELECT table_name, data_type FROM gpkg_contents"),
        "ranking|features\ncontributions|attributes\nbackground|features\n"
        "layer_styles|attributes\ncriteria|attributes\nconstraints|attributes\nrun|attributes\n");
    assert_string_equal(query(path, "SELECT kind, title FROM background"),
                        "area|A <small> study & more\n");
    assert_string_equal(query(path, "SELECT name FROM pragma_table_info('ranking')"),
                        "fid\ngeom\ncandidate_id\nname\nrank\nscore\nmethod_index\nfeasible\n"
                        "excluded_by\ngrid_mw\ngrid_mw_value\ngrid_mw_part\nwind\nwind_value\n"
                        "wind_part\nland\nland_value\nland_part\nslope\nslope_met\nprotected\n"
                        "protected_met\n");
    assert_string_equal(
        query(path, "SELECT candidate_id, name, rank, round(score, 6), feasible, land, slope_met, "
                    "protected FROM ranking ORDER BY fid"),
        "B2|O'Hara <script>|1|0.75|1|cropland|1|900.0\nD4|東京|1|0.75|1|cropland|1|1100.0\n"
        "A1|Zürich Nord|3|0.69|1|urban|1|800.0\nC3|-|4|0.26|1|cropland|1|1000.0\n"
        "E5|Steep|-|-|0|cropland|0|1200.0\nF6|Unknown|-|-|0|cropland|1|700.0\n"
        "G7|Nowhere|-|-|0|-|-|-\n");
    assert_string_equal(query(path, "SELECT * FROM contributions WHERE candidate_id = 'A1'"),
                        "7|A1|grid_mw|Grid capacity|600.0|-|MW|1.0|0.5|0.5\n"
                        "8|A1|wind|Wind|7.0|-|m/s|0.5|0.3|0.15\n"
                        "9|A1|land|Land cover|-|urban||0.2|0.2|0.04\n");
    assert_string_equal(query(path, "SELECT id, group_path, layer, \"where\", unit, weight, "
                                    "missing, ranking_column FROM criteria"),
                        "grid_mw|energy|substations|voltage >= 220|MW|0.5|exclude|grid_mw\n"
                        "wind|energy|wind_speed|-|m/s|0.3|0.5|wind\n"
                        "land|-|-|-||0.2|exclude|land\n");
    assert_string_equal(query(path, "SELECT id, require, unit, excluded, met_column FROM "
                                    "constraints"),
                        "slope|at most 10 degree|degree|1|slope_met\n"
                        "protected|at least 500 m|m|0|protected_met\n");
    assert_string_equal(query(path, "SELECT key, value FROM run WHERE key = 'warning'"),
                        "warning|first \"quoted\"\nwarning|second\n");
    assert_string_equal(query(path, "SELECT geometry_type_name, srs_id FROM gpkg_geometry_columns"),
                        "POINT|3035\nMULTIPOLYGON|3035\n");
    assert_string_equal(query(path, "SELECT count(*) FROM ranking WHERE geom IS NULL"), "1\n");
    /* every column has a title and a description */
    assert_string_equal(query(path, "SELECT count(*) FROM gpkg_data_columns WHERE title IS NULL OR "
                                    "description IS NULL OR name IS NOT NULL"),
                        "0\n");
    assert_string_equal(
        query(path, "SELECT count(*) FROM gpkg_data_columns WHERE table_name = 'ranking'"), "20\n");
    assert_string_equal(query(path, "SELECT title FROM gpkg_data_columns WHERE table_name = "
                                    "'ranking' AND column_name = 'grid_mw'"),
                        "Grid capacity [MW]\n");
    assert_string_equal(
        query(path, "SELECT json_extract(metadata, '$.run.warning[1]') FROM gpkg_metadata m JOIN "
                    "gpkg_metadata_reference r ON r.md_file_id = m.id WHERE reference_scope = "
                    "'geopackage'"),
        "second\n");
    test_run_free(result);
    gs_ctx_free(ctx);
}

static void test_regrouped_polygons(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, true);
    const char *path = path_of("polygons.gpkg");
    write_run(result, path);
    assert_string_equal(query(path, "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE "
                                    "table_name = 'ranking'"),
                        "MULTIPOLYGON\n");
    /* Squares by hand: (12² - 6²) km² = 108e6 m², with the island 9 km² more. The header
     * has 8 + 32 bytes before the WKB: type, number of polygons, then the rings of the first. */
    assert_string_equal(query(path, "SELECT candidate_id, hex(substr(geom, 42, 8)), "
                                    "hex(substr(geom, 50, 9)), length(geom) FROM ranking "
                                    "WHERE candidate_id IN ('F6', 'A1') ORDER BY 1"),
                        "A1|0600000002000000|010300000002000000|319\n"
                        "F6|0600000001000000|010300000002000000|226\n");
    test_run_free(result);
    gs_ctx_free(ctx);
}

static void test_byte_identical(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    char first[200];
    strcpy(first, path_of("first.gpkg"));
    write_run(result, first);
    const char *second = path_of("other name.gpkg");
    assert_int_equal(rename(first, second), 0); /* the project holds the name */
    write_run(result, first);
    write_run(result, first); /* over itself */
    FILE *a = fopen(first, "rb"), *b = fopen(second, "rb");
    int ca, cb;
    size_t at = 0;
    do {
        ca = fgetc(a);
        cb = fgetc(b);
        if (ca != cb)
            fail_msg("byte %zu: %d and %d", at, ca, cb);
        at++;
    } while (ca != EOF);
    assert_true(at > 50000);
    fclose(a);
    fclose(b);
    assert_string_equal(query(first, "SELECT DISTINCT last_change FROM gpkg_contents"),
                        "2026-01-01T00:00:00.000Z\n");
    test_run_free(result);
    gs_ctx_free(ctx);
}

static void test_clashing_names(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    struct gs_study *study = test_run_study(result);
    const char *path = path_of("names.gpkg");
    study->criteria[0].factor.id = "Score";
    study->criteria[1].factor.id = "wind\"; DROP TABLE ranking; -- 'é'";
    study->criteria[2].factor.id = "GEOM";
    study->constraints[0].factor.id = "geom"; /* as a criterion's, but for the case */
    study->constraints[1].factor.id = "fid";
    result->excluded_by[5] = "geom: 14.2 degree, at most 10 degree allowed";
    const struct gs_writer *writer = gs_writer_for(path);
    assert_ok(ctx, writer->write(ctx, result, path, &options));
    assert_diagnostic(ctx, "the name `Score` is taken in table `ranking`: that column of `Score` "
                           "is called `Score_2`");
    assert_string_equal(query(path, "SELECT name FROM pragma_table_info('ranking') WHERE cid > 8"),
                        "Score_2\nScore_value\nScore_part\nwind\"; DROP TABLE ranking; -- 'é'\n"
                        "wind\"; DROP TABLE ranking; -- 'é'_value\n"
                        "wind\"; DROP TABLE ranking; -- 'é'_part\nGEOM_2\nGEOM_value\nGEOM_part\n"
                        "geom_measured\ngeom_met\nfid_2\nfid_met\n");
    assert_string_equal(query(path, "SELECT ranking_column FROM constraints"),
                        "geom_measured\nfid_2\n");
    assert_string_equal(query(path, "SELECT excluded FROM constraints"), "1\n0\n");
    test_run_free(result);
    gs_ctx_free(ctx);
}

static void test_style_and_metadata(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    const char *path = path_of("style.gpkg");
    write_run(result, path);
    assert_string_equal(
        query(path, "SELECT f_table_name, f_geometry_column, f_table_schema, useAsDefault FROM "
                    "layer_styles"),
        "background|geom||1\ncriteria|||1\nconstraints|||1\nrun|||1\nranking|geom||1\n"
        "contributions|||1\n");
    const char *qml =
        query(path, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'ranking'");
    /* an expression tells the reasons apart; the one for want of data is F6's and G7's */
    assert_non_null(strstr(qml, "expression=\"CASE WHEN &quot;feasible&quot; THEN "
                                "&quot;score&quot; WHEN NOT &quot;slope_met&quot; THEN -2 WHEN NOT "
                                "&quot;protected_met&quot; THEN -3 ELSE -1 END\""));
    assert_non_null(strstr(qml, "<range lower=\"-2\" upper=\"-2\" symbol=\"5\" "
                                "label=\"Fails: Flat ground\" render=\"true\"/>\n"
                                "<range lower=\"-1\" upper=\"-1\" symbol=\"6\" "
                                "label=\"Excluded: no data\" render=\"true\"/>\n</ranges>"));
    assert_null(strstr(qml, "Fails: Clear of protected land"));
    assert_non_null(strstr(qml, "<range lower=\"0.8\" upper=\"1\""));
    assert_non_null(strstr(qml, "<alias index=\"8\" field=\"grid_mw\" name=\"Grid capacity "
                                "[MW]\"/>"));
    /* every table has its own */
    assert_string_equal(
        query(path, "SELECT table_name FROM gpkg_contents WHERE table_name <> 'layer_styles' AND "
                    "table_name NOT IN (SELECT table_name FROM gpkg_metadata_reference WHERE "
                    "table_name IS NOT NULL)"),
        "");
    const char *metadata =
        query(path, "SELECT metadata FROM gpkg_metadata m JOIN gpkg_metadata_reference r ON "
                    "r.md_file_id = m.id WHERE table_name = 'contributions'");
    assert_non_null(
        strstr(metadata, "<title>Contributions: A &lt;small&gt; study &amp; more</title>"));
    assert_non_null(strstr(metadata, "<history>Substations: grid.gpkg, vintage 2022-03</history>"));
    assert_non_null(strstr(metadata, "<rights>Substations: © OpenStreetMap contributors</rights>"));
    assert_non_null(strstr(metadata, "<license>Sites &amp; places: CC0-1.0</license>"));
    test_run_free(result);
    gs_ctx_free(ctx);
}

/* python3-gdal brings the validator; without it the test is skipped. */
static void test_valid(void **state)
{
    (void)state;
    const char *python = "/usr/bin/python3 -c 'import osgeo_utils.samples.validate_gpkg' "
                         "2>/dev/null";
    if (system(python) != 0)
        skip();
    struct gs_ctx *ctx = test_ctx();
    for (int polygons = 0; polygons < 2; polygons++) {
        struct gs_result *result = test_run(ctx, polygons);
        const char *path = path_of("valid.gpkg");
        write_run(result, path);
        char command[400];
        snprintf(command, sizeof command,
                 "/usr/bin/python3 -m osgeo_utils.samples.validate_gpkg --extra "
                 "--warning-as-error %s",
                 path);
        assert_int_equal(system(command), 0);
        test_run_free(result);
    }
    gs_ctx_free(ctx);
}

static void test_many_sites(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run_large(ctx, 2000, 12);
    const char *path = path_of("large.gpkg");
    write_run(result, path);
    assert_string_equal(query(path, "SELECT count(*), count(rank), max(rank) FROM ranking"),
                        "2000|1600|1600\n");
    assert_string_equal(query(path, "SELECT count(*), count(part) FROM contributions"),
                        "24000|19200\n");
    assert_string_equal(query(path, "SELECT count(*) FROM rtree_ranking_geom"), "2000\n");
    test_run_free(result);
    gs_ctx_free(ctx);
}

static void test_cancelled(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    const char *path = path_of("sub.gpkg");
    gs_ctx_cancel(ctx);
    assert_status(ctx, gs_writer_for(path)->write(ctx, result, path, &options), GS_ECANCEL);
    DIR *folder = opendir(test_folder());
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strstr(entry->d_name, "sub.gpkg"))
            fail_msg("%s is left over", entry->d_name);
    closedir(folder);
    test_run_free(result);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_regrouped_polygons),
        cmocka_unit_test(test_byte_identical),
        cmocka_unit_test(test_clashing_names),
        cmocka_unit_test(test_style_and_metadata),
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_many_sites),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
