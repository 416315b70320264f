// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "geo/gpkg.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct gs_gpkg_column columns[] = {
    {"id", GS_GPKG_TEXT, "Id", "The id"},
    {"n", GS_GPKG_INTEGER, "Number", "A whole number"},
    {"x", GS_GPKG_REAL, "Size", "A size, in m"},
    {"ok", GS_GPKG_BOOLEAN, "Ok", "Whether it is"},
};

static const char *path_of(const char *name)
{
    static char paths[8][200];
    static size_t n;
    char *path = paths[n++ % 8];
    snprintf(path, sizeof *paths, "%s/%s", test_folder(), name);
    return path;
}

/* A file of one attribute table with `rows` rows. */
static enum gs_status write_rows(struct gs_ctx *ctx, const char *path, size_t rows)
{
    struct gs_gpkg *gpkg;
    enum gs_status status = gs_gpkg_create(ctx, path, 0, &gpkg);
    if (status)
        return status;
    status = gs_gpkg_add_table(ctx, gpkg, "t", "T", "A table", NULL, NULL, columns, 4);
    for (size_t i = 0; i < rows && status == GS_OK; i++) {
        struct gs_gpkg_cell cells[] = {{.text = "a text that takes some room"},
                                       {.number = (double)i},
                                       {.number = -0.0},
                                       {0}};
        status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    }
    if (status == GS_OK)
        status = gs_gpkg_finish(ctx, gpkg);
    gs_gpkg_free(gpkg);
    return status;
}

static void write_ok(const char *path)
{
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, write_rows(ctx, path, 3));
    gs_ctx_free(ctx);
}

static void reject(const char *path, const char *part)
{
    struct gs_ctx *ctx = test_ctx();
    assert_status(ctx, gs_gpkg_check_target(ctx, path), GS_EOUTPUT);
    assert_diagnostic(ctx, part);
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    assert_status(ctx, write_rows(ctx, path, 1), GS_EOUTPUT);
    gs_ctx_free(ctx);
}

static void accept(const char *path)
{
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_gpkg_check_target(ctx, path));
    gs_ctx_free(ctx);
}

static void no_leftovers(void)
{
    DIR *folder = opendir(test_folder());
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strstr(entry->d_name, ".tmp-") || strstr(entry->d_name, ".gigasite-"))
            fail_msg("%s is left over", entry->d_name);
    closedir(folder);
}

static sqlite3 *open_db(const char *path, const char *sql)
{
    sqlite3 *db;
    char *error = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sql && sqlite3_exec(db, sql, NULL, NULL, &error))
        fail_msg("%s: %s", sql, error);
    return db;
}

static bool join(void *user, const char *const *values, size_t n)
{
    char *answer = user;
    for (size_t i = 0; i < n; i++)
        sprintf(answer + strlen(answer), "%s%s", values[i] ? values[i] : "-",
                i + 1 < n ? "|" : "\n");
    return true;
}

static const char *query(const char *path, const char *sql, const char *param)
{
    static char answer[4096];
    struct gs_ctx *ctx = test_ctx();
    struct gs_db *db;
    answer[0] = 0;
    assert_ok(ctx, gs_db_open(ctx, path, &db));
    assert_ok(ctx, gs_db_query(ctx, db, sql, &param, param ? 1 : 0, join, answer));
    gs_db_close(db);
    gs_ctx_free(ctx);
    return answer;
}

static void test_rows(void **state)
{
    (void)state;
    const char *path = path_of("rows.gpkg");
    write_ok(path);
    assert_string_equal(query(path, "SELECT n, x, ok FROM t WHERE id LIKE ?1", "a text%"),
                        "0|0|0\n1|0|0\n2|0|0\n"); /* -0 is written as 0 */
    assert_string_equal(query(path, "SELECT 0.1, 1e300, 600.0, NULL, 'é'", NULL),
                        "0.1|1e+300|600|-|é\n");
    struct gs_ctx *ctx = test_ctx();
    struct gs_db *db;
    assert_ok(ctx, gs_db_open(ctx, path, &db));
    assert_status(ctx, gs_db_query(ctx, db, "SELECT absent FROM t", NULL, 0, join, NULL), GS_EDATA);
    assert_diagnostic(ctx, "no such column: absent");
    gs_db_close(db);
    gs_ctx_free(ctx);
    no_leftovers();
}

static void test_names_of_columns(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_gpkg *gpkg;
    assert_ok(ctx, gs_gpkg_create(ctx, path_of("names.gpkg"), 0, &gpkg));
    struct gs_gpkg_column clash[] = {{"A", GS_GPKG_REAL, "A", NULL},
                                     {"a", GS_GPKG_REAL, "a", NULL}};
    assert_status(ctx, gs_gpkg_add_table(ctx, gpkg, "t", "T", NULL, NULL, NULL, clash, 2),
                  GS_EINTERNAL);
    clash[1].name = "FID";
    assert_status(ctx, gs_gpkg_add_table(ctx, gpkg, "t", "T", NULL, NULL, NULL, clash, 2),
                  GS_EINTERNAL);
    gs_gpkg_free(gpkg);
    gs_ctx_free(ctx);
    no_leftovers(); /* what was not finished is gone */
}

static void test_targets(void **state)
{
    (void)state;
    reject(path_of("no/such/run.gpkg"), "does not exist");
    mkdir(path_of("folder.gpkg"), 0700);
    reject(path_of("folder.gpkg"), "is a folder");
    reject("/dev/null", "is not a regular file");
    reject(test_write("notes.gpkg", "These are my notes, which nobody wants to lose. They are long "
                                    "enough for a header of SQLite, which has a hundred bytes."),
           "is not a GeoPackage");
    sqlite3_close(open_db(path_of("other.gpkg"), "CREATE TABLE t (a)"));
    reject(path_of("other.gpkg"), "is not a GeoPackage");
    accept(test_write("empty.gpkg", ""));
    accept(path_of("new.gpkg"));
    test_write("gone.gpkg-wal", "left over");
    reject(path_of("gone.gpkg"), "gone.gpkg-wal is left over");
    no_leftovers();
}

static void test_links_are_followed(void **state)
{
    (void)state;
    write_ok(path_of("real.gpkg"));
    assert_int_equal(symlink("real.gpkg", path_of("latest.gpkg")), 0);
    write_ok(path_of("latest.gpkg"));
    struct stat info;
    assert_int_equal(lstat(path_of("latest.gpkg"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(symlink("nothing.gpkg", path_of("dangling.gpkg")), 0);
    reject(path_of("dangling.gpkg"), "is a link that cannot be followed");
}

static void test_mode_is_kept(void **state)
{
    (void)state;
    const char *path = path_of("mode.gpkg");
    write_ok(path);
    assert_int_equal(chmod(path, 0640), 0);
    write_ok(path);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void test_open_elsewhere(void **state)
{
    (void)state;
    const char *path = path_of("held.gpkg");
    write_ok(path);
    /* a reader without a lock is no obstacle */
    sqlite3 *db = open_db(path, "SELECT count(*) FROM t");
    accept(path);
    write_ok(path);
    sqlite3_close(db);
    /* a writer is */
    db = open_db(path, "BEGIN IMMEDIATE");
    reject(path, "is open in another program (QGIS?)");
    sqlite3_close(db);
    accept(path);
    /* so is whoever has it open in WAL mode, as QGIS does */
    db = open_db(path, "PRAGMA journal_mode=WAL; SELECT count(*) FROM t");
    reject(path, "is open in another program (QGIS?)");
    assert_string_equal(query(path, "SELECT count(*) FROM t", NULL), "3\n");
    sqlite3_close(db);
    accept(path);
    write_ok(path); /* in WAL mode still, but nobody has it open */
    assert_string_equal(query(path, "PRAGMA journal_mode", NULL), "delete\n");
    no_leftovers();
}

/* A process that died in WAL mode leaves its log: it is settled, not taken for a program at work.
 */
static void test_dead_process(void **state)
{
    (void)state;
    const char *path = path_of("dead.gpkg");
    write_ok(path);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db;
        sqlite3_open(path, &db);
        sqlite3_exec(db, "PRAGMA journal_mode=WAL; DELETE FROM t WHERE n = 0", NULL, NULL, NULL);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    char log[220];
    snprintf(log, sizeof log, "%s-wal", path);
    assert_int_equal(access(log, F_OK), 0);
    accept(path);
    assert_int_not_equal(access(log, F_OK), 0);
    assert_string_equal(query(path, "SELECT count(*) FROM t", NULL), "2\n");
    write_ok(path);
    assert_string_equal(query(path, "SELECT count(*) FROM t", NULL), "3\n");
}

/* A limit on the size of files stands for a full disk; the old file stays. Both ways of writing. */
static void test_disk_full(void **state)
{
    (void)state;
    const char *path = path_of("full.gpkg");
    write_ok(path);
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 300000;
    signal(SIGXFSZ, SIG_IGN);
    struct gs_ctx *ctx = test_ctx();
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum gs_status status = write_rows(ctx, path, 100000);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_status(ctx, status, GS_EOUTPUT);
    assert_diagnostic(ctx, "full.gpkg cannot be written: ");
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    assert_string_equal(query(path, "SELECT count(*) FROM t", NULL), "3\n");
    no_leftovers();
    gs_ctx_free(ctx);
}

/* The same through GDAL. */
static void test_disk_full_spatial(void **state)
{
    (void)state;
    const char *path = path_of("full2.gpkg");
    struct gs_ctx *ctx = test_ctx();
    struct gs_gpkg *gpkg;
    struct gs_crs *crs;
    struct gs_shapes shapes;
    double(*xy)[2];
    gs_shapes_init(&shapes);
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    assert_ok(ctx, gs_shapes_add_part(ctx, &shapes, GS_PART_POINTS, 1, &xy));
    xy[0][0] = 4e6, xy[0][1] = 3e6;
    assert_ok(ctx, gs_crs_new(ctx, "EPSG:3035", NULL, "it", &crs));
    assert_ok(ctx, gs_gpkg_create(ctx, path, 0, &gpkg));
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 300000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "t", "T", "A table", crs, "POINT", columns, 4);
    for (size_t i = 0; i < 50000 && status == GS_OK; i++) {
        struct gs_gpkg_cell cells[] = {{.text = "some text"},
                                       {.number = (double)i},
                                       {.null = true},
                                       {0}};
        status = gs_gpkg_add_row(ctx, gpkg, cells, &shapes, 0);
    }
    if (status == GS_OK)
        status = gs_gpkg_finish(ctx, gpkg);
    gs_gpkg_free(gpkg);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_status(ctx, status, GS_EOUTPUT);
    assert_diagnostic(ctx, "full2.gpkg cannot be written: ");
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    assert_int_not_equal(access(path, F_OK), 0);
    no_leftovers();
    gs_crs_free(crs);
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

/* -- kinds of geometry ----------------------------------------------------------------------- */

static void add(struct gs_ctx *ctx, struct gs_shapes *shapes, enum gs_part_kind kind, size_t n,
                const double (*from)[2])
{
    double(*xy)[2];
    assert_ok(ctx, gs_shapes_add_part(ctx, shapes, kind, n, &xy));
    memcpy(xy, from, n * sizeof *xy);
}

static const double square[5][2] = {{0, 0}, {8, 0}, {8, 8}, {0, 8}, {0, 0}};
static const double apart[5][2] = {{10, 0}, {12, 0}, {12, 2}, {10, 2}, {10, 0}};
/* A hole that touches its exterior with every vertex: only an inner point tells where it lies. */
static const double diamond[5][2] = {{4, 0}, {0, 4}, {4, 8}, {8, 4}, {4, 0}};
static const double points[2][2] = {{1, 1}, {2, 2}};

static const char *type_of(struct gs_ctx *ctx, const struct gs_shapes *shapes)
{
    const char *type;
    assert_ok(ctx, gs_gpkg_geometry_type(ctx, shapes, &type));
    return type;
}

static void test_types(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    assert_string_equal(type_of(ctx, &shapes), "GEOMETRY");
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    add(ctx, &shapes, GS_PART_RING, 5, square);
    add(ctx, &shapes, GS_PART_RING, 5, diamond);
    assert_string_equal(type_of(ctx, &shapes), "POLYGON");
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes)); /* empty: no say */
    assert_string_equal(type_of(ctx, &shapes), "POLYGON");
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    add(ctx, &shapes, GS_PART_RING, 5, square);
    add(ctx, &shapes, GS_PART_RING, 5, apart);
    assert_string_equal(type_of(ctx, &shapes), "MULTIPOLYGON");
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    add(ctx, &shapes, GS_PART_RING, 5, apart);
    assert_string_equal(type_of(ctx, &shapes), "MULTIPOLYGON");
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    add(ctx, &shapes, GS_PART_POINTS, 1, points);
    assert_string_equal(type_of(ctx, &shapes), "GEOMETRY");
    gs_shapes_clear(&shapes);
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    add(ctx, &shapes, GS_PART_POINTS, 1, points);
    assert_string_equal(type_of(ctx, &shapes), "POINT");
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    add(ctx, &shapes, GS_PART_POINTS, 2, points);
    assert_string_equal(type_of(ctx, &shapes), "MULTIPOINT");
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_names_of_columns),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_links_are_followed),
        cmocka_unit_test(test_mode_is_kept),
        cmocka_unit_test(test_open_elsewhere),
        cmocka_unit_test(test_dead_process),
        cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_disk_full_spatial),
        cmocka_unit_test(test_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
