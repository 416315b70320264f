// SPDX-License-Identifier: Apache-2.0
/* The file that a COG replaces, and all that can go wrong on the way to it. */
#include "unit/geo/cogs.h"

#include "base/mem.h"
#include "geo/sidecar.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COLS = 1300, ROWS = 1250 };

static struct cog_case example(const char *path, const float *cells)
{
    return (struct cog_case){.path = path,
                             .n_cols = COLS,
                             .n_rows = ROWS,
                             .type = GS_COG_FLOAT,
                             .compression = GS_COG_DEFLATE,
                             .description = "It",
                             .cells = cells};
}

static void write_one(const char *path, float value)
{
    cog_write(&(struct cog_case){.path = path,
                                 .n_cols = 1,
                                 .n_rows = 1,
                                 .type = GS_COG_FLOAT,
                                 .cells = &value},
              1);
}

static void check_one(const char *path, float value)
{
    GDALDatasetH dataset = cog_open(path);
    float got = 0;
    assert_int_equal(GDALGetRasterXSize(dataset), 1);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(dataset, 1), GF_Read, 0, 0, 1, 1, &got, 1, 1,
                                  GDT_Float32, 0, 0),
                     CE_None);
    assert_true(got == value);
    GDALClose(dataset);
}

/* -- targets --------------------------------------------------------------------------------- */

static void reject(const char *path, const char *part)
{
    struct gs_ctx *ctx = test_ctx();
    assert_status(ctx, gs_cog_check_target(ctx, path), GS_EOUTPUT);
    assert_diagnostic(ctx, part);
    assert_diagnostic(ctx, path);
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    gs_ctx_free(ctx);
}

static void accept(const char *path)
{
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_cog_check_target(ctx, path));
    assert_int_equal(gs_diagnostic_count(ctx), 0);
    gs_ctx_free(ctx);
}

static void targets(void **state)
{
    (void)state;
    reject(cog_path("no/such/run.tif"), "No such file or directory");
    mkdir(cog_path("folder.tif"), 0700);
    reject(cog_path("folder.tif"), "is not a regular file");
    reject("/dev/null", "is not a regular file");
    reject(test_write("notes.tif", "My notes, which nobody wants to lose."), "is no GeoTIFF");
    reject(test_write("short.tif", "II"), "is no GeoTIFF");
    assert_int_equal(symlink("nothing.tif", cog_path("dangling.tif")), 0);
    reject(cog_path("dangling.tif"), "is a link that cannot be followed");
    const char *path = cog_path("new.tif");
    accept(path);
    assert_int_not_equal(access(path, F_OK), 0); /* nothing is made yet */
    accept(test_write("empty.tif", ""));
    write_one(path, 1);
    accept(path);
    static const double transform[6] = {0, 1, 0, 0, 0, -1}, zero = 0;
    raster_doubles(cog_path("other.tif"), 1, 1, transform, "EPSG:3035", &zero);
    accept(cog_path("other.tif"));
    GDALClose(raster_make(&(struct raster_recipe){.path = cog_path("large.tif"),
                                                  .n_cols = 1,
                                                  .n_rows = 1,
                                                  .type = GDT_Byte,
                                                  .options = "BIGTIFF=YES ENDIANNESS=BIG"}));
    accept(cog_path("large.tif"));
    cog_no_leftovers();
}

/* Nobody but its owner may read it; the superuser always may. */
static void unreadable_target(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip();
    const char *path = cog_path("secret.tif");
    write_one(path, 1);
    assert_int_equal(chmod(path, 0), 0);
    reject(path, "cannot be read: Permission denied");
}

static void links_and_modes_are_kept(void **state)
{
    (void)state;
    write_one(cog_path("real.tif"), 1);
    assert_int_equal(chmod(cog_path("real.tif"), 0640), 0);
    assert_int_equal(symlink("real.tif", cog_path("latest.tif")), 0);
    write_one(cog_path("latest.tif"), 2);
    struct stat info;
    assert_int_equal(lstat(cog_path("latest.tif"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(lstat(cog_path("real.tif"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    check_one(cog_path("real.tif"), 2);
}

/* -- what goes wrong ------------------------------------------------------------------------- */

static void unfinished_is_removed(void **state)
{
    (void)state;
    float *cells = cog_floats(COLS, ROWS);
    struct cog_case c = example(cog_path("unfinished.tif"), cells);
    struct gs_ctx *ctx = test_ctx();
    struct gs_cog *cog;
    write_one(c.path, 7);
    assert_ok(ctx, cog_begin(ctx, &c, &cog));
    assert_ok(ctx, gs_cog_strip(ctx, cog, cells));
    gs_cog_free(cog);
    gs_cog_free(NULL);
    cog_no_leftovers();
    check_one(c.path, 7);
    gs_ctx_free(ctx);
    free(cells);
}

static void stopped(void **state)
{
    (void)state;
    float *cells = cog_floats(COLS, ROWS);
    struct cog_case c = example(cog_path("stopped.tif"), cells);
    write_one(c.path, 7);
    for (int late = 0; late < 2; late++) {
        struct gs_ctx *ctx = test_ctx();
        struct gs_cog *cog;
        assert_ok(ctx, cog_begin(ctx, &c, &cog));
        if (late)
            assert_ok(ctx, cog_strips(ctx, &c, cog));
        gs_ctx_cancel(ctx);
        assert_status(ctx, late ? gs_cog_finish(ctx, cog) : cog_strips(ctx, &c, cog), GS_ECANCEL);
        gs_cog_free(cog);
        assert_int_equal(gs_diagnostic_count(ctx), 0);
        gs_ctx_free(ctx);
        cog_no_leftovers();
        check_one(c.path, 7);
    }
    free(cells);
}

/* Killed before the end: the old file is whole. */
static void killed(void **state)
{
    (void)state;
    float *cells = cog_floats(COLS, ROWS);
    struct cog_case c = example(cog_path("killed.tif"), cells);
    write_one(c.path, 7);
    pid_t child = fork();
    if (child == 0) {
        struct gs_ctx *ctx = test_ctx_threads(1);
        struct gs_cog *cog;
        if (!cog_begin(ctx, &c, &cog) && !cog_strips(ctx, &c, cog))
            kill(getpid(), SIGKILL);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    check_one(c.path, 7);
    /* what was aside is left, with the name of the file it was to be; no scratch file is */
    DIR *folder = opendir(test_folder());
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strstr(entry->d_name, ".tmp-")) {
            assert_int_equal(strncmp(entry->d_name, ".killed.tif.tmp-", 16), 0);
            unlink(cog_path(entry->d_name));
            n++;
        }
    closedir(folder);
    assert_int_equal(n, 1);
    free(cells);
}

/* A limit on the size of files stands for a full disk: in the strips, and at the end. */
static void disk_full(void **state)
{
    (void)state;
    float *cells = cog_floats(COLS, ROWS);
    struct cog_case c = example(cog_path("full.tif"), cells);
    write_one(c.path, 7);
    signal(SIGXFSZ, SIG_IGN);
    for (int late = 0; late < 3; late++) {
        struct gs_ctx *ctx = test_ctx();
        struct gs_cog *cog;
        struct rlimit before, limit;
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        limit = before;
        limit.rlim_cur = late == 2 ? 100 : 300000; /* not even the directories */
        assert_ok(ctx, cog_begin(ctx, &c, &cog));
        if (late)
            assert_ok(ctx, cog_strips(ctx, &c, cog));
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        enum gs_status status = late ? gs_cog_finish(ctx, cog) : cog_strips(ctx, &c, cog);
        gs_cog_free(cog);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_status(ctx, status, GS_EOUTPUT);
        assert_diagnostic(ctx, "full.tif cannot be written: File too large");
        assert_int_equal(gs_diagnostic_count(ctx), 1);
        gs_ctx_free(ctx);
        cog_no_leftovers();
        check_one(c.path, 7);
    }
    signal(SIGXFSZ, SIG_DFL);
    free(cells);
}

/* What takes its place meanwhile is no file: it stays. */
static void target_becomes_a_folder(void **state)
{
    (void)state;
    float cell = 1;
    struct cog_case c = {.path = cog_path("becomes.tif"),
                         .n_cols = 1,
                         .n_rows = 1,
                         .type = GS_COG_FLOAT,
                         .cells = &cell};
    struct gs_ctx *ctx = test_ctx();
    struct gs_cog *cog;
    assert_ok(ctx, cog_begin(ctx, &c, &cog));
    assert_ok(ctx, cog_strips(ctx, &c, cog));
    assert_int_equal(mkdir(c.path, 0700), 0);
    assert_ok(ctx, gs_cog_finish(ctx, cog));
    assert_status(ctx, gs_cog_commit(ctx, cog), GS_EOUTPUT);
    assert_diagnostic(ctx, "becomes.tif cannot be written: Is a directory");
    gs_cog_free(cog);
    gs_ctx_free(ctx);
    cog_no_leftovers();
}

/* Every allocation in turn, once or for good; of threads, whichever comes then. */
static void memory_runs_out(void **state)
{
    (void)state;
    float *cells = cog_floats(COLS, 600);
    for (int k = 0; k < 3; k++)
        for (unsigned threads = 1; threads < 3; threads++) {
            struct cog_case c = example(cog_path("memory.tif"), cells);
            c.n_rows = 600;
            c.compression = (enum gs_cog_compression)k;
            write_one(c.path, 7);
            bool reached = true;
            for (long n = 0; reached; n++) {
                struct gs_ctx *ctx = test_ctx_threads(threads);
                gs_mem_fail_after(n, n % 2);
                enum gs_status status = cog_try(ctx, &c, NULL);
                reached = gs_mem_count() > n;
                gs_mem_fail_after(-1, false);
                assert_status(ctx, status, reached ? GS_ENOMEM : GS_OK);
                assert_int_equal(gs_diagnostic_count(ctx), reached ? 1 : 0);
                gs_ctx_free(ctx);
                cog_no_leftovers();
                if (reached)
                    check_one(c.path, 7);
                else
                    assert_true(n > 30);
            }
        }
    free(cells);
}

/* -- files aside ----------------------------------------------------------------------------- */

/* From another file system the kernel may not copy by itself. A file that ends too early is an
 * error. */
static void copies(void **state)
{
    (void)state;
    enum { N = 3000000 };
    uint8_t *bytes = malloc(N);
    uint64_t random = 1;
    for (size_t i = 0; i < N; i++)
        bytes[i] = (uint8_t)cog_random(&random);
    int memory = memfd_create("copies", MFD_CLOEXEC);
    int file = open(cog_path("source"), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    int fds[] = {memory, file};
    for (int i = 0; i < 2; i++) {
        struct gs_ctx *ctx = test_ctx();
        struct gs_aside aside;
        size_t n;
        assert_int_equal(pwrite(fds[i], bytes, N, 0), N);
        assert_ok(ctx, gs_aside_open(ctx, cog_path("copy"), &aside));
        assert_ok(ctx, gs_aside_write(ctx, &aside, "head", 4));
        assert_ok(ctx, gs_aside_copy(ctx, &aside, fds[i], 1000, N - 1000));
        assert_status(ctx, gs_aside_copy(ctx, &aside, fds[i], N - 10, 11), GS_EOUTPUT);
        assert_ok(ctx, gs_aside_finish(ctx, &aside));
        uint8_t *copy = cog_slurp(cog_path("copy"), &n);
        assert_int_equal(n, 4 + N - 1000 + 10);
        assert_memory_equal(copy, "head", 4);
        assert_memory_equal(copy + 4, bytes + 1000, N - 1000);
        free(copy);
        close(fds[i]);
        gs_ctx_free(ctx);
    }
    free(bytes);
    cog_no_leftovers();
}

static void sidecars(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const char *path = cog_path("style.qml");
    size_t n;
    assert_ok(ctx, gs_write_sidecar(ctx, path, "one"));
    assert_ok(ctx, gs_write_sidecar(ctx, path, "another"));
    char *text = (char *)cog_slurp(path, &n);
    text[n] = 0;
    assert_string_equal(text, "another");
    free(text);
    assert_status(ctx, gs_write_sidecar(ctx, cog_path("no/style.qml"), "one"), GS_EOUTPUT);
    assert_diagnostic(ctx, "no/style.qml cannot be written: No such file or directory");
    uint64_t space = 0;
    assert_true(gs_free_space(path, &space));
    assert_true(space > 0);
    assert_false(gs_free_space(cog_path("no/style.qml"), &space));
    gs_ctx_free(ctx);
    cog_no_leftovers();
}

/* A name of 255 bytes leaves no room for more: the temporary one is cut, between letters. */
static void long_names(void **state)
{
    (void)state;
    char name[256] = "";
    for (int i = 0; i < 125; i++)
        strcat(name, "ä");
    strcat(name, ".tif");
    char path[400];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    write_one(path, 3);
    check_one(path, 3);
    cog_no_leftovers();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets),
        cmocka_unit_test(unreadable_target),
        cmocka_unit_test(links_and_modes_are_kept),
        cmocka_unit_test(unfinished_is_removed),
        cmocka_unit_test(stopped),
        cmocka_unit_test(killed),
        cmocka_unit_test(disk_full),
        cmocka_unit_test(target_becomes_a_folder),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(copies),
        cmocka_unit_test(sidecars),
        cmocka_unit_test(long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
