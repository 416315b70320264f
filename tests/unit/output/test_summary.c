// SPDX-License-Identifier: Apache-2.0
#include "support/run.h"

#include "base/text.h"
#include "output/writer.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static void check_text(const struct gs_result *result, size_t top, const char *expected)
{
    struct gs_ctx *ctx = test_ctx();
    char *text;
    assert_ok(ctx, gs_write_summary(ctx, result, top, GS_FORMAT_TEXT, &text));
    assert_string_equal(text, expected);
    gs_text_free(text);
    gs_ctx_free(ctx);
}

/* Strongest by weight × worth, weakest by weight × (1 - worth), from the table in support/run.h:
 * B2 0.25 0.3 0.2 and losses 0.25 0 0; A1 0.5 0.15 0.04 and 0 0.15 0.16; C3 0 0.06 0.2 and 0.5. */
static void test_table(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    check_text(result, 3,
               "Rank  Site                           Score   Strongest              Weakest\n"
               "   1  O'Hara <script> (B2)           0.750   wind                   "
               "grid_mw: 300 MW\n"
               "   1  東京 (D4)                      0.750   wind                   "
               "grid_mw: 300 MW\n"
               "   3  Zürich Nord (A1)               0.690   grid_mw                "
               "land: urban\n"
               "      1 more\n"
               "\n"
               "3 of 7 candidates are excluded:\n"
               "     1  slope, at most 10 degree: Steep\n"
               "     1  grid_mw, no data or no worth: Unknown\n"
               "     1  no geometry: Nowhere\n");
    test_run_free(result);
    gs_ctx_free(ctx);
}

static void test_all_excluded(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    for (size_t i = 0; i < 7; i++) {
        result->feasible[i] = false;
        result->rank[i] = 0;
        if (!result->excluded_by[i]) {
            result->verdicts[0][i] = result->verdicts[1][i] = GS_VERDICT_FAILED;
            result->excluded_by[i] = "slope: 14.2 degree, at most 10 degree allowed; "
                                     "protected: 3 m, at least 500 m required";
        }
    }
    check_text(result, 3,
               "No site satisfies every constraint, so none is ranked.\n"
               "\n"
               "7 of 7 candidates are excluded:\n"
               "     5  slope, at most 10 degree: O'Hara <script>, 東京, Zürich Nord and 2 "
               "more\n"
               "     4  protected, at least 500 m: O'Hara <script>, 東京, "
               "Zürich Nord "
               "and 1 more\n"
               "     1  grid_mw, no data or no worth: Unknown\n"
               "     1  no geometry: Nowhere\n");
    test_run_free(result);
    gs_ctx_free(ctx);
}

/* Long names are cut, lines stay within 100 columns. */
static void test_width(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    for (size_t i = 0; i < 7; i++)
        result->sites.names[i] =
            "東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京";
    struct gs_study *study = test_run_study(result);
    study->criteria[0].factor.title = "A long title that nobody would want to write, but somebody "
                                      "did, so it must fit all the same";
    study->constraints[0].factor.title = study->criteria[0].factor.title;
    char *text;
    assert_ok(ctx, gs_write_summary(ctx, result, 10, GS_FORMAT_TEXT, &text));
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(gs_text_width(line, strcspn(line, "\n")) <= 100);
    assert_non_null(strstr(text, "…"));
    gs_text_free(text);
    test_run_free(result);
    gs_ctx_free(ctx);
}

static const char *json_value(const char *json, const char *path)
{
    static char value[200];
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT json_extract(?1, ?2)", -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, json, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, path, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_ROW)
        fail_msg("%s: %s in %s", path, sqlite3_errmsg(db), json);
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    snprintf(value, sizeof value, "%s", text ? text : "null");
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void test_json(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_result *result = test_run(ctx, false);
    char *json;
    assert_ok(ctx, gs_write_summary(ctx, result, 5, GS_FORMAT_JSON, &json));
    assert_string_equal(json_value(json, "$.sites[0].id"), "B2");
    assert_string_equal(json_value(json, "$.sites[0].score"), "0.75");
    assert_string_equal(json_value(json, "$.sites[2].criteria[0].measured"), "600");
    assert_string_equal(json_value(json, "$.sites[2].criteria[2].measured"), "urban");
    assert_string_equal(json_value(json, "$.sites[3].name"), "null");
    assert_string_equal(json_value(json, "$.sites[4].rank"), "null");
    assert_string_equal(json_value(json, "$.sites[4].excluded_by"),
                        "slope: 14.2 degree, at most 10 degree allowed");
    assert_string_equal(json_value(json, "$.sites[5]"), "null");
    assert_string_equal(json_value(json, "$.excluded.count"), "3");
    assert_string_equal(json_value(json, "$.excluded.reasons[0].constraint"), "slope");
    assert_string_equal(json_value(json, "$.excluded.reasons[1].criterion"), "grid_mw");
    assert_string_equal(json_value(json, "$.excluded.reasons[2].sites"), "[\"G7\"]");
    gs_text_free(json);
    test_run_free(result);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_all_excluded),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
