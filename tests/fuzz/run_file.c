// SPDX-License-Identifier: Apache-2.0
/* A GeoPackage given to explain, compare and report: either the input is the file itself, or it is
 * a list of changes to the tables of a good run, each of which is table, column, row (one byte
 * each), kind, length, bytes counted modulo what there is. Kinds: 0 NULL, 1 whole number, 2 number,
 * 3 text, 4 blob, 5 the row goes, 6 the table goes, 7 the column gets another name, 8 bytes within
 * the old value. */
#include "fuzz/fuzz.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *good; /* the bytes of a good run */
static size_t n_good;

static void read_good(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        abort();
    good = malloc(1 << 22);
    n_good = fread(good, 1, 1 << 22, file);
    fclose(file);
}

static void make_good(void)
{
    fuzz_copy_shared();
    static const char more[] =
        "decision: {method: weighted_sum, also: [topsis]}\nrobustness: {draws: 50, weights: any}\n"
        "portfolio: {count: 2}\nscenarios: [{id: windy, weights: {wind: 90}}]\n";
    FILE *file = fopen(fuzz_path("study.yaml"), "ab");
    if (!file || fwrite(more, 1, sizeof more - 1, file) != sizeof more - 1 || fclose(file))
        abort();
    struct gs_ctx *ctx = fuzz_ctx();
    struct gs_study *study = NULL;
    struct gs_result *result = NULL;
    struct gs_run_options options = {.timestamp = 1700000000,
                                     .command_line = "gigasite run study.yaml"};
    enum gs_status status = gs_study_open(ctx, fuzz_path("study.yaml"), NULL, &study);
    if (!status)
        status = gs_study_run(ctx, study, fuzz_path("good.gpkg"), &options, &result);
    for (size_t i = 0; i < gs_diagnostic_count(ctx) && status; i++)
        fprintf(stderr, "%s\n", gs_diagnostic_at(ctx, i).message);
    if (status)
        abort();
    gs_result_free(result);
    gs_study_free(study);
    fuzz_end(ctx, status);
    read_good(fuzz_path("good.gpkg"));
}

/* The name in the first column of the row `index`, counted modulo their number; "" without any. */
static void pick(sqlite3 *base, const char *query, unsigned index, char name[128])
{
    sqlite3_stmt *statement;
    unsigned n = 0;
    *name = '\0';
    if (sqlite3_prepare_v2(base, query, -1, &statement, NULL))
        return;
    while (sqlite3_step(statement) == SQLITE_ROW)
        n++;
    sqlite3_reset(statement);
    for (unsigned i = 0; n && i <= index % n; i++)
        sqlite3_step(statement);
    if (n)
        snprintf(name, 128, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

struct edit {
    unsigned table, column, row, kind;
    const uint8_t *bytes;
    size_t n;
};

/* Part of the old value gets other bytes. */
static void patch(sqlite3 *base, const char *table, const char *column, const char *row,
                  const struct edit *edit)
{
    char query[512];
    snprintf(query, sizeof query, "SELECT \"%s\" FROM \"%s\" WHERE rowid = %s", column, table, row);
    sqlite3_stmt *get, *set;
    if (sqlite3_prepare_v2(base, query, -1, &get, NULL))
        return;
    if (sqlite3_step(get) == SQLITE_ROW && edit->n > 2) {
        size_t n = (size_t)sqlite3_column_bytes(get, 0);
        bool text = sqlite3_column_type(get, 0) == SQLITE_TEXT;
        const void *old = sqlite3_column_blob(get, 0);
        size_t at = n ? (edit->bytes[0] | (size_t)edit->bytes[1] << 8) % n : 0;
        size_t n_new = at + edit->n - 2 > n ? at + edit->n - 2 : n;
        char *bytes = malloc(n_new + 1);
        if (n)
            memcpy(bytes, old, n);
        memcpy(bytes + at, edit->bytes + 2, edit->n - 2);
        snprintf(query, sizeof query, "UPDATE \"%s\" SET \"%s\" = ? WHERE rowid = %s", table,
                 column, row);
        if (!sqlite3_prepare_v2(base, query, -1, &set, NULL)) {
            if (text)
                sqlite3_bind_text(set, 1, bytes, (int)n_new, SQLITE_TRANSIENT);
            else
                sqlite3_bind_blob(set, 1, bytes, (int)n_new, SQLITE_TRANSIENT);
            sqlite3_step(set);
            sqlite3_finalize(set);
        }
        free(bytes);
    }
    sqlite3_finalize(get);
}

static void set_value(sqlite3_stmt *statement, const struct edit *edit)
{
    int64_t integer = 0;
    double number = 0;
    memcpy(&integer, edit->bytes, edit->n < 8 ? edit->n : 8);
    memcpy(&number, edit->bytes, edit->n < 8 ? edit->n : 8);
    switch (edit->kind) {
    case 1:
        sqlite3_bind_int64(statement, 1, integer);
        break;
    case 2:
        sqlite3_bind_double(statement, 1, number);
        break;
    case 3:
        sqlite3_bind_text(statement, 1, (const char *)edit->bytes, (int)edit->n, SQLITE_STATIC);
        break;
    case 4:
        sqlite3_bind_blob(statement, 1, edit->bytes, (int)edit->n, SQLITE_STATIC);
        break;
    default:
        break;
    }
}

static void apply(sqlite3 *base, const struct edit *edit)
{
    char table[128], column[128], row[128], query[512];
    pick(base, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", edit->table,
         table);
    snprintf(query, sizeof query, "SELECT name FROM pragma_table_info('%s')", table);
    pick(base, query, edit->column, column);
    snprintf(query, sizeof query, "SELECT rowid FROM \"%s\"", table);
    pick(base, query, edit->row, row);
    if (edit->kind == 8) {
        patch(base, table, column, row, edit);
        return;
    }
    if (edit->kind == 5)
        snprintf(query, sizeof query, "DELETE FROM \"%s\" WHERE rowid = %s", table, row);
    else if (edit->kind == 6)
        snprintf(query, sizeof query, "DROP TABLE \"%s\"", table);
    else if (edit->kind == 7)
        snprintf(query, sizeof query, "ALTER TABLE \"%s\" RENAME COLUMN \"%s\" TO other", table,
                 column);
    else
        snprintf(query, sizeof query, "UPDATE \"%s\" SET \"%s\" = ? WHERE rowid = %s", table,
                 column, row);
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(base, query, -1, &statement, NULL))
        return;
    set_value(statement, edit);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
}

/* Without triggers, which want SQL functions of SpatiaLite. */
static void write_edited(const uint8_t *bytes, size_t n)
{
    fuzz_write("fuzz.gpkg", good, n_good);
    sqlite3 *base;
    if (sqlite3_open(fuzz_path("fuzz.gpkg"), &base))
        abort();
    sqlite3_exec(
        base, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA legacy_alter_table = ON",
        NULL, NULL, NULL);
    sqlite3_db_config(base, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_exec(base, "BEGIN", NULL, NULL, NULL);
    for (size_t at = 0; at + 5 <= n;) {
        struct edit edit = {bytes[at],         bytes[at + 1],  bytes[at + 2],
                            bytes[at + 3] % 9, bytes + at + 5, bytes[at + 4]};
        at += 5;
        edit.n = edit.n < n - at ? edit.n : n - at;
        at += edit.n;
        apply(base, &edit);
    }
    sqlite3_exec(base, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(base);
}

static void explain(const char *path, enum gs_format format)
{
    static const char *const ids[] = {"A", "D"};
    struct gs_ctx *ctx = fuzz_ctx();
    char *text = NULL;
    enum gs_status status = gs_explain(ctx, path, ids, 2, NULL, format, &text);
    gs_text_free(status ? NULL : text);
    fuzz_end(ctx, status);
}

static void compare(const char *one, const char *other)
{
    struct gs_ctx *ctx = fuzz_ctx();
    struct gs_comparison *comparison = NULL;
    char *text = NULL;
    enum gs_status status = gs_compare(ctx, one, other, NULL, &comparison);
    if (!status) {
        status = gs_comparison_summary(ctx, comparison, 10, GS_FORMAT_JSON, &text);
        gs_text_free(status ? NULL : text);
        if (!status)
            status = gs_comparison_summary(ctx, comparison, 10, GS_FORMAT_TEXT, &text);
        gs_text_free(status ? NULL : text);
        gs_comparison_free(comparison);
    }
    fuzz_end(ctx, status);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (!good)
        make_good();
    if (n >= 6 && memcmp(bytes, "SQLite", 6) == 0)
        fuzz_write("fuzz.gpkg", bytes, n);
    else
        write_edited(bytes, n);
    const char *path = fuzz_path("fuzz.gpkg");
    explain(path, n % 2 ? GS_FORMAT_JSON : GS_FORMAT_TEXT);
    compare(fuzz_path("good.gpkg"), path);
    compare(path, fuzz_path("good.gpkg"));
    struct gs_ctx *ctx = fuzz_ctx();
    enum gs_status status = gs_write_report(ctx, path, fuzz_path("fuzz.html"), NULL);
    fuzz_end(ctx, status);
    return 0;
}
