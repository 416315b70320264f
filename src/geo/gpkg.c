// SPDX-License-Identifier: Apache-2.0
/* The life of a GeoPackage in the making: made aside, filled by turns of GDAL and SQLite, put in
 * place. The tables themselves are in gpkg_table.c, styles and metadata in gpkg_extras.c. */
#include "geo/gpkg_file.h"

#include "base/mem.h"
#include "base/text.h"
#include "geo/aside.h"

#include <cpl_conv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Nobody else sees the file before it is whole, and finish() flushes it: no journal, no waiting. */
static const char *const options[] = {"OGR_CURRENT_DATE", "OGR_SQLITE_SYNCHRONOUS",
                                      "OGR_SQLITE_JOURNAL"};

void gs_gpkg_enter(const struct gs_gpkg *gpkg, struct gs_gpkg_scope *scope)
{
    const char *const values[] = {gpkg->timestamp, "OFF", "MEMORY"};
    for (size_t i = 0; i < 3; i++) {
        const char *before = CPLGetThreadLocalConfigOption(options[i], NULL);
        scope->before[i] = before ? CPLStrdup(before) : NULL;
        CPLSetThreadLocalConfigOption(options[i], values[i]);
    }
    gs_geo_errors_begin(&scope->errors);
}

void gs_gpkg_leave(struct gs_gpkg_scope *scope)
{
    gs_geo_errors_end(&scope->errors);
    for (size_t i = 0; i < 3; i++) {
        CPLSetThreadLocalConfigOption(options[i], scope->before[i]);
        CPLFree(scope->before[i]);
    }
}

enum gs_status gs_gpkg_fail(struct gs_ctx *ctx, const struct gs_gpkg *gpkg, const char *reason)
{
    return gs_fail(ctx, GS_EOUTPUT, NULL, NULL, "%s cannot be written: %s", gpkg->final_path,
                   *reason ? reason : "unknown reason");
}

enum gs_status gs_gpkg_fail_sql(struct gs_ctx *ctx, const struct gs_gpkg *gpkg)
{
    int code = gpkg->db ? sqlite3_errcode(gpkg->db) : SQLITE_NOMEM;
    if (code == SQLITE_NOMEM)
        return gs_fail_memory(ctx);
    int system = sqlite3_system_errno(gpkg->db);
    bool io = code == SQLITE_IOERR || code == SQLITE_FULL || code == SQLITE_CANTOPEN;
    char reason[600];
    sqlite3_snprintf(sizeof reason, reason, "%s%s%s", sqlite3_errmsg(gpkg->db),
                     io && system ? ": " : "", io && system ? strerror(system) : "");
    return gs_gpkg_fail(ctx, gpkg, reason);
}

enum gs_status gs_gpkg_sql(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *sql,
                           const char *const *params, size_t n_params)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(gpkg->db, sql, -1, &statement, NULL))
        return gs_gpkg_fail_sql(ctx, gpkg);
    int code = SQLITE_OK;
    for (size_t i = 0; i < n_params && code == SQLITE_OK; i++)
        code = sqlite3_bind_text(statement, (int)i + 1, params[i], -1, SQLITE_STATIC);
    while (code == SQLITE_OK || code == SQLITE_ROW)
        code = sqlite3_step(statement);
    enum gs_status status = code == SQLITE_DONE ? GS_OK : gs_gpkg_fail_sql(ctx, gpkg);
    sqlite3_finalize(statement);
    return status;
}

void gs_gpkg_end_table(struct gs_gpkg *gpkg)
{
    sqlite3_finalize(gpkg->insert);
    gpkg->insert = NULL;
    if (gpkg->feature)
        OGR_F_Destroy(gpkg->feature);
    gpkg->feature = NULL;
    gpkg->layer = NULL;
    gs_free(gpkg->types);
    gpkg->types = NULL;
    gpkg->n_columns = 0;
}

static enum gs_status close_gdal(struct gs_ctx *ctx, struct gs_gpkg *gpkg)
{
    struct gs_gpkg_scope scope;
    gs_gpkg_enter(gpkg, &scope);
    OGRErr error = GDALDatasetCommitTransaction(gpkg->dataset);
    GDALClose(gpkg->dataset); /* returns nothing in GDAL 3.6: its messages tell */
    gpkg->dataset = NULL;
    enum gs_status status = GS_OK;
    if (error || *scope.errors.last)
        status = gs_gpkg_fail(ctx, gpkg, scope.errors.last);
    gs_gpkg_leave(&scope);
    return status;
}

enum gs_status gs_gpkg_close(struct gs_ctx *ctx, struct gs_gpkg *gpkg)
{
    enum gs_status status = GS_OK;
    gs_gpkg_end_table(gpkg);
    if (gpkg->dataset)
        status = close_gdal(ctx, gpkg);
    if (gpkg->db) {
        status = gs_gpkg_sql(ctx, gpkg, "COMMIT", NULL, 0);
        int code = sqlite3_close(gpkg->db);
        gpkg->db = NULL;
        if (status == GS_OK && code)
            status = gs_gpkg_fail(ctx, gpkg, sqlite3_errstr(code));
    }
    return status;
}

enum gs_status gs_gpkg_use_sqlite(struct gs_ctx *ctx, struct gs_gpkg *gpkg)
{
    if (gpkg->db) {
        gs_gpkg_end_table(gpkg);
        return GS_OK;
    }
    enum gs_status status = gs_gpkg_close(ctx, gpkg);
    if (status)
        return status;
    if (sqlite3_open_v2(gpkg->temp_path, &gpkg->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL))
        return gs_gpkg_fail_sql(ctx, gpkg);
    sqlite3_extended_result_codes(gpkg->db, 0);
    status = gs_gpkg_sql(ctx, gpkg, "PRAGMA synchronous=OFF", NULL, 0);
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg, "PRAGMA journal_mode=MEMORY", NULL, 0);
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg, "BEGIN", NULL, 0);
    return status;
}

enum gs_status gs_gpkg_use_gdal(struct gs_ctx *ctx, struct gs_gpkg *gpkg)
{
    enum gs_status status = gs_gpkg_close(ctx, gpkg);
    if (status)
        return status;
    struct gs_gpkg_scope scope;
    gs_gpkg_enter(gpkg, &scope);
    const char *const drivers[] = {"GPKG", NULL};
    gpkg->dataset =
        GDALOpenEx(gpkg->temp_path, GDAL_OF_VECTOR | GDAL_OF_UPDATE, drivers, NULL, NULL);
    if (!gpkg->dataset || GDALDatasetStartTransaction(gpkg->dataset, FALSE))
        status = gs_gpkg_fail(ctx, gpkg, scope.errors.last);
    gs_gpkg_leave(&scope);
    return status;
}

/* The empty GeoPackage, as GDAL makes it. */
static enum gs_status make_file(struct gs_ctx *ctx, struct gs_gpkg *gpkg)
{
    struct gs_gpkg_scope scope;
    gs_gpkg_enter(gpkg, &scope);
    GDALDriverH driver = GDALGetDriverByName("GPKG");
    GDALDatasetH dataset =
        driver ? GDALCreate(driver, gpkg->temp_path, 0, 0, 0, GDT_Unknown, NULL) : NULL;
    if (dataset)
        GDALClose(dataset);
    enum gs_status status = GS_OK;
    if (!driver)
        status = gs_gpkg_fail(ctx, gpkg, "this GDAL has no GeoPackage driver");
    else if (!dataset || *scope.errors.last)
        status = gs_gpkg_fail(ctx, gpkg, scope.errors.last);
    gs_gpkg_leave(&scope);
    if (status == GS_OK)
        status = gs_gpkg_use_sqlite(ctx, gpkg);
    return status ? status : gs_gpkg_make_schema(ctx, gpkg);
}

enum gs_status gs_gpkg_create(struct gs_ctx *ctx, const char *final_path, int64_t timestamp,
                              struct gs_gpkg **out)
{
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    struct gs_gpkg *gpkg = GS_NEW(ctx, struct gs_gpkg);
    if (!gpkg)
        return GS_ENOMEM;
    time_t seconds = timestamp < 0 ? time(NULL) : (time_t)timestamp;
    struct tm utc;
    if (!gmtime_r(&seconds, &utc) ||
        !strftime(gpkg->timestamp, sizeof gpkg->timestamp, "%Y-%m-%dT%H:%M:%S.000Z", &utc)) {
        gs_free(gpkg);
        return gs_fail(ctx, GS_EUSAGE, NULL, NULL, "%lld is no time that a file can carry",
                       (long long)timestamp);
    }
    status = gs_target_resolve(ctx, final_path, &gpkg->final_path);
    if (status == GS_OK)
        status = gs_target_check(ctx, gpkg->final_path, NULL);
    if (status == GS_OK)
        status = gs_temp_name(ctx, gpkg->final_path, gpkg, &gpkg->temp_path);
    if (status == GS_OK)
        status = make_file(ctx, gpkg);
    if (status == GS_OK)
        *out = gpkg;
    else
        gs_gpkg_free(gpkg);
    return status;
}

static int flush_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int reason = gs_flush(fd);
    close(fd);
    return reason;
}

/* The file takes its place while the old one is locked. */
static enum gs_status put_in_place(struct gs_ctx *ctx, struct gs_gpkg *gpkg)
{
    sqlite3 *held = NULL;
    enum gs_status status = gs_target_check(ctx, gpkg->final_path, &held);
    if (status)
        return status;
    struct stat old;
    int reason = 0;
    if (held && stat(gpkg->final_path, &old) == 0) /* who may read it stays as it was */
        reason = chmod(gpkg->temp_path, old.st_mode & 07777) ? errno : 0;
    if (reason == 0)
        reason = rename(gpkg->temp_path, gpkg->final_path) ? errno : 0;
    sqlite3_close(held);
    if (reason)
        return gs_gpkg_fail(ctx, gpkg, strerror(reason));
    gs_free(gpkg->temp_path);
    gpkg->temp_path = NULL;
    return GS_OK;
}

enum gs_status gs_gpkg_finish(struct gs_ctx *ctx, struct gs_gpkg *gpkg)
{
    enum gs_status status = gs_gpkg_close(ctx, gpkg);
    if (status)
        return status;
    int reason = flush_file(gpkg->temp_path);
    if (reason)
        return gs_gpkg_fail(ctx, gpkg, strerror(reason));
    status = put_in_place(ctx, gpkg);
    if (status)
        return status;
    reason = gs_flush_folder_of(gpkg->final_path);
    return reason ? gs_gpkg_fail(ctx, gpkg, strerror(reason)) : GS_OK;
}

/* Whatever SQLite may have made of the unfinished file. */
static void remove_temp(const char *path)
{
    static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < 4; i++) {
        struct gs_text name;
        gs_text_init(&name);
        gs_text_printf(&name, "%s%s", path, suffixes[i]);
        if (name.bytes)
            unlink(name.bytes);
        else if (i == 0)
            unlink(path);
        gs_text_release(&name);
    }
}

static void free_table(struct gs_gpkg_table *table)
{
    gs_free(table->name);
    gs_free(table->title);
    gs_free(table->description);
    gs_free(table->style);
}

void gs_gpkg_free(struct gs_gpkg *gpkg)
{
    if (!gpkg)
        return;
    gs_gpkg_end_table(gpkg);
    if (gpkg->dataset) {
        struct gs_gpkg_scope scope;
        gs_gpkg_enter(gpkg, &scope);
        GDALDatasetRollbackTransaction(gpkg->dataset);
        GDALClose(gpkg->dataset);
        gs_gpkg_leave(&scope);
    }
    sqlite3_close(gpkg->db);
    if (gpkg->temp_path)
        remove_temp(gpkg->temp_path);
    for (size_t i = 0; i < gpkg->n_tables; i++)
        free_table(&gpkg->tables[i]);
    gs_free(gpkg->tables);
    gs_free(gpkg->temp_path);
    gs_free(gpkg->final_path);
    gs_free(gpkg);
}
