// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz.h"

#include "base/ctx.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void die(const char *what)
{
    perror(what);
    abort();
}

const char *fuzz_path(const char *name)
{
    static char paths[16][256];
    static size_t n;
    if (!folder[0]) {
        strcpy(folder, access("/dev/shm", W_OK) ? "/tmp/gigasite-fuzz-XXXXXX"
                                                : "/dev/shm/gigasite-fuzz-XXXXXX");
        if (!mkdtemp(folder))
            die(folder);
        atexit(remove_folder);
    }
    char *path = paths[n++ % 16];
    snprintf(path, sizeof *paths, "%s/%s", folder, name);
    return path;
}

void fuzz_write(const char *name, const void *bytes, size_t n)
{
    const char *path = fuzz_path(name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, n, file) != n || fclose(file))
        die(path);
}

void fuzz_write_text(const char *name, const char *text)
{
    fuzz_write(name, text, strlen(text));
}

void fuzz_copy_shared(void)
{
    static const char *const names[] = {"layers.yaml", "study.yaml",       "sites.csv",
                                        "wind.asc",    "stations.geojson", "parks.geojson"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512], bytes[4096];
        snprintf(path, sizeof path, "%s/tests/cli/shared/%s", GS_SOURCE_DIR, names[i]);
        FILE *file = fopen(path, "rb");
        if (!file)
            die(path);
        fuzz_write(names[i], bytes, fread(bytes, 1, sizeof bytes, file));
        fclose(file);
    }
}

/* Reading the database of units takes far longer than most inputs: it goes from one context to the
 * next. */
static struct gs_units *units;

static void free_units(void)
{
    struct gs_ctx *ctx = fuzz_ctx();
    gs_ctx_free(ctx);
}

struct gs_ctx *fuzz_ctx(void)
{
    static bool ready;
    if (!ready)
        atexit(free_units);
    ready = true;
    struct gs_ctx *ctx;
    struct gs_ctx_options options = {.threads = 1, .memory = UINT64_C(512) << 20};
    if (gs_ctx_new(&options, &ctx))
        die("no context");
    ctx->units = units;
    units = NULL;
    return ctx;
}

void fuzz_end(struct gs_ctx *ctx, enum gs_status status)
{
    size_t n_errors = 0, n = gs_diagnostic_count(ctx);
    for (size_t i = 0; i < n; i++) {
        n_errors += gs_diagnostic_at(ctx, i).severity == GS_ERROR;
        gs_text_free(gs_diagnostic_format(ctx, i, i % 2 == 0));
    }
    if ((n_errors == 0) != (status == GS_OK) || status == GS_EINTERNAL || status == GS_ENOMEM) {
        fprintf(stderr, "status %d with %zu errors\n", (int)status, n_errors);
        for (size_t i = 0; i < n; i++)
            fprintf(stderr, "%s\n", gs_diagnostic_at(ctx, i).message);
        abort();
    }
    units = ctx->units;
    ctx->units = NULL;
    gs_ctx_free(ctx);
}

void fuzz_quote(const uint8_t *bytes, size_t n, char *out)
{
    *out++ = '"';
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\')
            *out++ = '\\';
        if (bytes[i] < 32)
            out += sprintf(out, "\\u%04x", bytes[i]);
        else
            *out++ = (char)bytes[i];
    }
    strcpy(out, "\"");
}
