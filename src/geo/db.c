// SPDX-License-Identifier: Apache-2.0
/* Reading a run. */
#include "geo/gpkg.h"

#include "base/mem.h"
#include "base/text.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

struct gs_db {
    sqlite3 *db;
    char *path;
};

static enum gs_status fail_reading(struct gs_ctx *ctx, const struct gs_db *db)
{
    int code = db->db ? sqlite3_errcode(db->db) : SQLITE_NOMEM;
    if (code == SQLITE_NOMEM)
        return gs_fail_memory(ctx);
    return gs_fail(ctx, GS_EDATA, NULL, NULL, "%s cannot be read: %s", db->path,
                   code == SQLITE_NOTADB ? "it is not a GeoPackage" : sqlite3_errmsg(db->db));
}

enum gs_status gs_db_open(struct gs_ctx *ctx, const char *path, struct gs_db **out)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return gs_fail(ctx, GS_EDATA, NULL, NULL, "%s does not exist", path);
    if (!S_ISREG(info.st_mode))
        return gs_fail(ctx, GS_EDATA, NULL, NULL, "%s is not a file", path);
    struct gs_db *db = GS_NEW(ctx, struct gs_db);
    if (!db)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    db->path = gs_strdup(ctx, path);
    if (!db->path)
        status = GS_ENOMEM;
    else if (sqlite3_open_v2(path, &db->db, SQLITE_OPEN_READONLY, NULL) ||
             sqlite3_busy_timeout(db->db, 2000) ||
             sqlite3_exec(db->db, "SELECT 1 FROM sqlite_master", NULL, NULL, NULL))
        status = fail_reading(ctx, db);
    if (status == GS_OK)
        *out = db;
    else
        gs_db_close(db);
    return status;
}

void gs_db_close(struct gs_db *db)
{
    if (!db)
        return;
    sqlite3_close(db->db);
    gs_free(db->path);
    gs_free(db);
}

/* Reads the row's values as text; `texts` hold the doubles. */
static bool read_row(sqlite3_stmt *statement, size_t n, const char **values, struct gs_text *texts)
{
    for (size_t i = 0; i < n; i++) {
        int type = sqlite3_column_type(statement, (int)i);
        values[i] = NULL;
        if (type == SQLITE_NULL)
            continue;
        if (type == SQLITE_FLOAT) {
            gs_text_release(&texts[i]);
            gs_text_append_double(&texts[i], sqlite3_column_double(statement, (int)i));
            values[i] = texts[i].bytes;
        } else {
            values[i] = (const char *)sqlite3_column_text(statement, (int)i);
        }
        if (!values[i])
            return false;
    }
    return true;
}

enum gs_status gs_db_query(struct gs_ctx *ctx, struct gs_db *db, const char *sql,
                           const char *const *params, size_t n_params,
                           bool (*row)(void *user, const char *const *values, size_t n), void *user)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->db, sql, -1, &statement, NULL))
        return fail_reading(ctx, db);
    size_t n = (size_t)sqlite3_column_count(statement);
    const char **values = GS_ARRAY_ZERO(ctx, const char *, n);
    struct gs_text *texts = GS_ARRAY_ZERO(ctx, struct gs_text, n);
    enum gs_status status = values && texts ? GS_OK : GS_ENOMEM;
    int code = SQLITE_OK;
    for (size_t i = 0; i < n_params && status == GS_OK && code == SQLITE_OK; i++)
        code = sqlite3_bind_text(statement, (int)i + 1, params[i], -1, SQLITE_STATIC);
    bool more = true;
    while (status == GS_OK && code == SQLITE_OK && more) {
        int step = sqlite3_step(statement);
        if (step != SQLITE_ROW) {
            code = step == SQLITE_DONE ? SQLITE_OK : step;
            break;
        }
        if (!read_row(statement, n, values, texts))
            status = gs_fail_memory(ctx);
        else
            more = row(user, values, n);
    }
    if (status == GS_OK && code)
        status = fail_reading(ctx, db);
    sqlite3_finalize(statement);
    for (size_t i = 0; texts && i < n; i++)
        gs_text_release(&texts[i]);
    gs_free(texts);
    gs_free(values);
    return status;
}
