// SPDX-License-Identifier: Apache-2.0
/* The file that a run replaces: may it be, and is nobody at work in it? A GeoPackage renamed over
 * one that another program has open in WAL mode would be read together with the old log and spoilt.
 *
 * The old file is only ever opened through SQLite: closing any other descriptor of it would drop
 * the locks that this process holds on it (POSIX fcntl locks belong to the process). */
#include "geo/gpkg_file.h"

#include "base/mem.h"
#include "base/text.h"
#include "geo/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER_OUTPUT    "choose another output with -o"
#define BUSY_TIMEOUT_MS 2000

enum gs_status gs_target_resolve(struct gs_ctx *ctx, const char *path, char **out)
{
    char *real;
    enum gs_status status = gs_follow_link(ctx, path, &real);
    if (status)
        return status;
    struct gs_text text;
    gs_text_init(&text);
    if (!strchr(real, '/')) /* so that no name is taken for a URI or a driver's prefix */
        gs_text_append(&text, "./");
    gs_text_append(&text, real);
    gs_free(real);
    return gs_text_finish(ctx, &text, out);
}

/* Whether files can be made beside `path`, by making one. */
static enum gs_status check_folder(struct gs_ctx *ctx, const char *path)
{
    char folder[GS_FOLDER_ROOM], *probe;
    gs_folder_of(path, folder);
    enum gs_status status = gs_temp_name(ctx, path, folder, &probe);
    if (status)
        return status;
    int fd = open(probe, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    int reason = errno;
    if (fd >= 0) {
        close(fd);
        unlink(probe);
    } else {
        bool absent = reason == ENOENT;
        status = gs_fail(ctx, GS_EOUTPUT, NULL,
                         absent ? "make it first, or " OTHER_OUTPUT : OTHER_OUTPUT,
                         absent ? "the folder %s does not exist"
                                : "the folder %s cannot be written to: %s",
                         folder, strerror(reason));
    }
    gs_free(probe);
    return status;
}

static bool has_sidecar(const char *path, const char *suffix)
{
    char name[PATH_MAX + 16];
    size_t length = strlen(path);
    if (length > PATH_MAX)
        return false;
    memcpy(name, path, length);
    strcpy(name + length, suffix);
    return access(name, F_OK) == 0;
}

static enum gs_status fail_busy(struct gs_ctx *ctx, const char *path)
{
    return gs_fail(ctx, GS_EOUTPUT, NULL, "close it there or " OTHER_OUTPUT,
                   "%s is open in another program (QGIS?)", path);
}

static enum gs_status fail_code(struct gs_ctx *ctx, const char *path, int code)
{
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail_busy(ctx, path);
    case SQLITE_NOMEM:
        return gs_fail_memory(ctx);
    case SQLITE_NOTADB:
        return gs_fail(ctx, GS_EOUTPUT, NULL, OTHER_OUTPUT,
                       "%s exists and is not a GeoPackage, so it is not replaced", path);
    default:
        return gs_fail(ctx, GS_EOUTPUT, NULL, "remove it or " OTHER_OUTPUT,
                       "%s exists and cannot be read as a GeoPackage: %s", path,
                       sqlite3_errstr(code));
    }
}

/* The first value of a pragma, as number and text. */
static int pragma(sqlite3 *db, const char *sql, sqlite3_int64 *number, char text[16])
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code)
        return code;
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
        const unsigned char *value = sqlite3_column_text(statement, 0);
        sqlite3_snprintf(16, text, "%s", value ? (const char *)value : "");
    }
    int last = sqlite3_finalize(statement);
    return code == SQLITE_ROW ? last : code == SQLITE_DONE ? SQLITE_NOTADB : code;
}

static bool is_gpkg_id(sqlite3_int64 id)
{
    return id == 0x47504B47 /* GPKG */ || id == 0x47503130 /* GP10 */ ||
           id == 0x47503131 /* GP11 */;
}

/* Takes the lock, which first settles what a dead process left. `replace`: the file goes away, so
 * leaving WAL mode is no loss; else a file in WAL mode that nobody has open is left as it is. */
static enum gs_status take_lock(struct gs_ctx *ctx, const char *path, sqlite3 *db, bool replace)
{
    sqlite3_int64 id = 0;
    char mode[16] = "";
    bool had_log = has_sidecar(path, "-wal");
    sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    int code = pragma(db, "PRAGMA application_id", &id, mode);
    if (code)
        return fail_code(ctx, path, code);
    if (!is_gpkg_id(id))
        return fail_code(ctx, path, SQLITE_NOTADB);
    if (had_log || replace) {
        code = pragma(db, "PRAGMA journal_mode=DELETE", &id, mode);
        if (code == SQLITE_OK && strcmp(mode, "delete") != 0)
            code = SQLITE_BUSY;
    } else {
        code = pragma(db, "PRAGMA journal_mode", &id, mode);
    }
    if (code == SQLITE_OK && strcmp(mode, "wal") != 0)
        code = sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
    return code ? fail_code(ctx, path, code) : GS_OK;
}

enum gs_status gs_target_check(struct gs_ctx *ctx, const char *path, sqlite3 **held)
{
    if (held)
        *held = NULL;
    enum gs_status status = check_folder(ctx, path);
    if (status)
        return status;
    struct stat info;
    bool exists = stat(path, &info) == 0;
    if (exists && S_ISDIR(info.st_mode))
        return gs_fail(ctx, GS_EOUTPUT, NULL, OTHER_OUTPUT, "%s is a folder", path);
    if (exists && !S_ISREG(info.st_mode))
        return gs_fail(ctx, GS_EOUTPUT, NULL, OTHER_OUTPUT, "%s is not a regular file", path);
    if (exists && access(path, W_OK) != 0)
        return gs_fail(ctx, GS_EOUTPUT, NULL, OTHER_OUTPUT, "%s is write-protected", path);
    if (!exists || info.st_size == 0) { /* a log without its file would be read into the new one */
        const char *left = has_sidecar(path, "-wal")       ? "-wal"
                           : has_sidecar(path, "-journal") ? "-journal"
                                                           : NULL;
        return !left ? GS_OK
                     : gs_fail(ctx, GS_EOUTPUT, NULL, "remove it, or " OTHER_OUTPUT,
                               "%s%s is left over from a GeoPackage that is gone", path, left);
    }
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    status = code ? fail_code(ctx, path, code) : take_lock(ctx, path, db, held != NULL);
    if (status == GS_OK && held)
        *held = db;
    else
        sqlite3_close(db); /* gives up the lock */
    return status;
}

enum gs_status gs_gpkg_check_target(struct gs_ctx *ctx, const char *path)
{
    char *real;
    enum gs_status status = gs_target_resolve(ctx, path, &real);
    if (status)
        return status;
    status = gs_target_check(ctx, real, NULL);
    gs_free(real);
    return status;
}
