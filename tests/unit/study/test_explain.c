// SPDX-License-Identifier: Apache-2.0
#include "support/run.h"

#include "base/text.h"
#include "output/writer.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static char path[200];

/* The run of support/run.h, written once. */
static int write_run(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    struct gs_run_options options = {.timestamp = 0};
    snprintf(path, sizeof path, "%s/run.gpkg", test_folder());
    assert_ok(ctx, gs_writer_for(path)->write(ctx, result, path, &options));
    test_run_free(result);
    gs_ctx_free(ctx);
    return 0;
}

static char *explain(const char *const *ids, size_t n, enum gs_format format)
{
    struct gs_ctx *ctx = test_ctx();
    char *text;
    assert_ok(ctx, gs_explain(ctx, path, ids, n, NULL, format, &text));
    gs_ctx_free(ctx);
    return text;
}

/* By hand: 0.75 - 0.69 = 0.06 behind; over the weights 0.5, 0.3, 0.2 that is 0.12, 0.2, 0.3 of
 * worth, of which 0, 0.5 and 0.8 are left to gain. */
static void test_one_site(void **state)
{
    (void)state;
    char *text = explain((const char *[]){"A1"}, 1, GS_FORMAT_TEXT);
    assert_string_equal(
        text, "A1 (Zürich Nord): rank 3 of 4, score 0.690\n"
              "\n"
              "  Criterion                         Measured                  "
              "Worth   Weight  Part    Loss\n"
              "  Grid capacity                     600 MW                    "
              "1.000   0.500   0.500   0.000\n"
              "  Wind                              7 m/s                     "
              "0.500   0.300   0.150   0.150\n"
              "  Land cover                        urban                     "
              "0.200   0.200   0.040   0.160\n"
              "\n"
              "  Constraint                        Measured                  "
              "Required                   Met\n"
              "  Flat ground                       2 degree                  "
              "at most 10 degree          yes\n"
              "  Clear of protected land           800 m                     "
              "at least 500 m             yes\n"
              "\n"
              "  Held back most by\n"
              "    Land cover: loses 0.160 of 0.200\n"
              "    Wind: loses 0.150 of 0.300\n"
              "\n"
              "  0.060000 behind rank 1, B2 (O'Hara <script>)\n"
              "  To draw level with rank 1 by one criterion alone, its worth must rise\n"
              "    Grid capacity                   not reachable by this criterion alone\n"
              "    Wind                            by 0.200, from 0.500 to 0.700\n"
              "    Land cover                      by 0.300, from 0.200 to 0.500\n"
              "\n"
              "  What would have to change is left out:\n"
              "    the run does not hold its study\n");
    gs_text_free(text);
}

static void test_next_and_first(void **state)
{
    (void)state;
    char *text = explain((const char *[]){"C3"}, 1, GS_FORMAT_TEXT);
    assert_non_null(strstr(text, "  0.430000 behind rank 3, A1 (Zürich Nord); 0.490000 behind "
                                 "rank 1, B2 (O'Hara <script>)\n"));
    gs_text_free(text);
    text = explain((const char *[]){"D4"}, 1, GS_FORMAT_TEXT);
    assert_non_null(strstr(text, "No site ranks better."));
    gs_text_free(text);
}

static void test_excluded_and_side_by_side(void **state)
{
    (void)state;
    const char *ids[] = {"E5", "Zürich Nord", "F6", "G7"};
    char *text = explain(ids, 4, GS_FORMAT_TEXT);
    assert_non_null(strstr(text, "E5 (Steep): excluded\n  slope: 14.2 degree, at most 10 degree "
                                 "allowed\n"));
    assert_non_null(strstr(text, "14.2 degree               at most 10 degree          NO\n"));
    assert_non_null(strstr(text, "no data                   at least 500 m             not "
                                 "judged\n"));
    assert_non_null(strstr(text, "Rank                           excluded               3"
                                 "                      excluded\n"));
    assert_non_null(strstr(text, "  Grid capacity                600 MW                 600 MW"
                                 "                 no data\n"
                                 "                               1.000,     -           1.000, "
                                 "0.500               -,     -\n"));
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(gs_text_width(line, strcspn(line, "\n")) <= 100);
    gs_text_free(text);
}

static const char *json_value(const char *json, const char *where)
{
    static char value[200];
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT json_extract(?1, ?2)", -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, json, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, where, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_ROW)
        fail_msg("%s: %s in %s", where, sqlite3_errmsg(db), json);
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    snprintf(value, sizeof value, "%s", text ? text : "null");
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void test_json(void **state)
{
    (void)state;
    char *json = explain((const char *[]){"A1", "F6"}, 2, GS_FORMAT_JSON);
    assert_string_equal(json_value(json, "$.ranked"), "4");
    assert_string_equal(json_value(json, "$.sites[0].criteria[1].id"), "wind");
    assert_string_equal(json_value(json, "$.sites[0].criteria[1].reachable"), "1");
    assert_string_equal(json_value(json, "$.sites[0].criteria[0].reachable"), "0");
    assert_string_equal(json_value(json, "$.sites[0].criteria[2].measured"), "urban");
    assert_string_equal(json_value(json, "$.sites[0].constraints[0].met"), "1");
    assert_string_equal(json_value(json, "$.sites[0].next_better.id"), "B2");
    assert_string_equal(json_value(json, "$.sites[1].rank"), "null");
    assert_string_equal(json_value(json, "$.sites[1].excluded_by"), "grid_mw: no data");
    assert_string_equal(json_value(json, "$.sites[1].first"), "null");
    gs_text_free(json);
}

static void reject(const char *file, const char *id, enum gs_status status, const char *part)
{
    struct gs_ctx *ctx = test_ctx();
    char *text;
    assert_status(ctx, gs_explain(ctx, file, &id, 1, NULL, GS_FORMAT_TEXT, &text), status);
    assert_diagnostic(ctx, part);
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    gs_ctx_free(ctx);
}

static void test_faults(void **state)
{
    (void)state;
    reject(path, "A11", GS_EUSAGE, "did you mean `A1`?");
    reject(path, "nothing like it", GS_EUSAGE, "has no site `nothing like it`");
    reject("/nowhere/run.gpkg", "A1", GS_EDATA, "/nowhere/run.gpkg does not exist");
    reject(test_write("text.gpkg", "this is not a database, but long enough to look like one, or "
                                   "so SQLite must think when it reads the header of a file"),
           "A1", GS_EDATA, "it is not a GeoPackage");
    reject(test_write("empty.gpkg", ""), "A1", GS_EDATA, "is not a run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_site),
        cmocka_unit_test(test_next_and_first),
        cmocka_unit_test(test_excluded_and_side_by_side),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, write_run, NULL);
}
