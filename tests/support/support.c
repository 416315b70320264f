// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_diagnostics(struct gs_ctx *ctx)
{
    for (size_t i = 0; i < gs_diagnostic_count(ctx); i++) {
        char *text = gs_diagnostic_format(ctx, i, false);
        print_error("%s\n", text ? text : "(no memory)");
        gs_text_free(text);
    }
}

struct gs_ctx *test_ctx_threads(unsigned threads)
{
    struct gs_ctx *ctx = NULL;
    struct gs_ctx_options options = {.threads = threads, .memory = 1u << 30};
    if (gs_ctx_new(&options, &ctx))
        fail_msg("no context");
    return ctx;
}

struct gs_ctx *test_ctx(void)
{
    return test_ctx_threads(2);
}

void test_status(struct gs_ctx *ctx, enum gs_status status, enum gs_status expected,
                 const char *file, int line)
{
    if (status == expected)
        return;
    print_error("status %d, expected %d\n", (int)status, (int)expected);
    print_diagnostics(ctx);
    _fail(file, line);
}

void test_diagnostic(struct gs_ctx *ctx, const char *part, const char *file, int line)
{
    for (size_t i = 0; i < gs_diagnostic_count(ctx); i++) {
        struct gs_diagnostic diag = gs_diagnostic_at(ctx, i);
        if (strstr(diag.message, part) || (diag.hint && strstr(diag.hint, part)))
            return;
    }
    print_error("no diagnostic says: %s\n", part);
    print_diagnostics(ctx);
    _fail(file, line);
}

void test_near(double actual, double expected, double tolerance, const char *file, int line)
{
    if ((isnan(actual) && isnan(expected)) || fabs(actual - expected) <= tolerance)
        return;
    print_error("%.17g is not within %g of %.17g\n", actual, tolerance, expected);
    _fail(file, line);
}

static char folder[64];

static int remove_entry(const char *path, const struct stat *info, int flag, struct FTW *walk)
{
    (void)info, (void)flag, (void)walk;
    return remove(path);
}

static void remove_folder(void)
{
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_folder(void)
{
    if (!folder[0]) {
        /* where flushing costs nothing, if there is such a place */
        bool shm = access("/dev/shm", W_OK) == 0;
        strcpy(folder, shm ? "/dev/shm/gigasite-test-XXXXXX" : "/tmp/gigasite-test-XXXXXX");
        if (!mkdtemp(folder))
            fail_msg("no folder for tests");
        atexit(remove_folder);
    }
    return folder;
}

const char *test_write(const char *name, const char *text)
{
    static char paths[64][160];
    static size_t n;
    char *path = paths[n++ % 64];
    snprintf(path, sizeof *paths, "%s/%s", test_folder(), name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, strlen(text), file) != strlen(text) || fclose(file))
        fail_msg("%s cannot be written", path);
    return path;
}
