// SPDX-License-Identifier: Apache-2.0
#include "geo/fingerprint.h"

#include "base/mem.h"
#include "geo/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <xxhash.h>

#define BLOCK ((size_t)1 << 20)

/* Over the network a hash would fetch all of a file of which a run needs a part. */
static bool is_remote(const char *source)
{
    static const char *const prefixes[] = {"/vsicurl",    "/vsis3",  "/vsigs",    "/vsiaz",
                                           "/vsiadls",    "/vsioss", "/vsiswift", "/vsihdfs",
                                           "/vsiwebhdfs", NULL};
    for (size_t i = 0; prefixes[i]; i++)
        if (strstr(source, prefixes[i]))
            return true;
    return strncmp(source, "/vsistdin", 9) == 0;
}

/* Files that only say where the data are: a server, a database. */
static bool is_description(GDALDatasetH dataset)
{
    static const char *const drivers[] = {"WMS",    "WCS",  "WMTS",   "OGR_VRT", "STACIT",
                                          "STACTA", "WFS",  "OAPIF",  "OGCAPI",  "DAAS",
                                          "EEDAI",  "HTTP", "GeoRSS", "NGW",     NULL};
    const char *name = GDALGetDriverShortName(GDALGetDatasetDriver(dataset));
    for (size_t i = 0; drivers[i]; i++)
        if (EQUAL(name, drivers[i]))
            return true;
    return false;
}

/* Files that nothing stands beside, but which opening reads to their end. */
static bool is_alone(const char *source)
{
    static const char *const drivers[] = {"GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON",
                                          "KML",     "LIBKML",     "GPX",      NULL};
    GDALDriverH driver = GDALIdentifyDriverEx(source, GDAL_OF_VECTOR, NULL, NULL);
    for (size_t i = 0; driver && drivers[i]; i++)
        if (EQUAL(GDALGetDriverShortName(driver), drivers[i]))
            return true;
    return false;
}

/* -- which files --------------------------------------------------------------------------------
 */

enum { MAX_DEPTH = 8 }; /* of virtual rasters made of virtual rasters */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What changes are written to before they come into an SQLite database. */
static char **add_journal(char **list, const char *path)
{
    VSIStatBufL info;
    const char *journal = CPLSPrintf("%s-wal", path);
    return VSIStatL(journal, &info) == 0 && info.st_size > 0 ? CSLAddString(list, journal) : list;
}

/* The files that make up `source`, added to the list; false: they cannot be told. */
static bool list_files(const char *source, int depth, char ***list)
{
    VSIStatBufL info;
    if (is_remote(source) || VSIStatL(source, &info) || depth > MAX_DEPTH)
        return false;
    if (CSLFindStringCaseSensitive(*list, source) >= 0)
        return true;
    bool folder = VSI_ISDIR(info.st_mode) != 0;
    if (!folder) {
        *list = CSLAddString(*list, source);
        *list = add_journal(*list, source);
    }
    if (!folder && is_alone(source))
        return true;
    GDALDatasetH dataset = GDALOpenEx(source, GDAL_OF_RASTER | GDAL_OF_VECTOR, NULL, NULL, NULL);
    if (!dataset)
        return !folder;
    bool told = !is_description(dataset);
    bool virtual = EQUAL(GDALGetDriverShortName(GDALGetDatasetDriver(dataset)), "VRT");
    char **files = told ? GDALGetFileList(dataset) : NULL;
    for (int i = 0; files && files[i] && told; i++) {
        if (CSLFindStringCaseSensitive(*list, files[i]) >= 0)
            continue;
        if (virtual)
            told = list_files(files[i], depth + 1, list);
        else if (is_remote(files[i]) || VSIStatL(files[i], &info))
            told = false;
        else if (!VSI_ISDIR(info.st_mode))
            *list = CSLAddString(*list, files[i]);
    }
    CSLDestroy(files);
    GDALClose(dataset);
    return told && CSLCount(*list) > 0;
}

enum gs_status gs_source_files(struct gs_ctx *ctx, const char *source, struct gs_arena *arena,
                               struct gs_texts *out)
{
    *out = (struct gs_texts){0};
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    char **list = NULL;
    if (list_files(source, 0, &list)) {
        size_t n = (size_t)CSLCount(list);
        size_t first = strcmp(list[0], source) == 0; /* a folder itself is not in its list */
        qsort(list + first, n - first, sizeof *list, compare_names);
        const char **items = GS_ARENA_ARRAY(ctx, arena, const char *, n);
        status = items ? GS_OK : GS_ENOMEM;
        for (size_t i = 0; i < n && !status; i++)
            if (!(items[i] = gs_arena_text(ctx, arena, list[i])))
                status = GS_ENOMEM;
        if (!status)
            *out = (struct gs_texts){items, n};
    }
    CSLDestroy(list);
    gs_geo_errors_end(&errors);
    return status;
}

/* -- what they hold -----------------------------------------------------------------------------
 */

static enum gs_status hash_file(struct gs_ctx *ctx, const char *path, XXH3_state_t *state,
                                unsigned char *block)
{
    VSILFILE *file = VSIFOpenL(path, "rb");
    if (!file)
        return gs_fail(ctx, GS_EDATA, NULL, NULL, "%s cannot be read", path);
    enum gs_status status = GS_OK;
    size_t n;
    do {
        n = VSIFReadL(block, 1, BLOCK, file);
        XXH3_128bits_update(state, block, n);
        status = gs_check_cancel(ctx);
    } while (n == BLOCK && !status);
    if (!status && !VSIFEofL(file))
        status = gs_fail(ctx, GS_EDATA, NULL, NULL, "%s cannot be read to its end", path);
    VSIFCloseL(file);
    return status;
}

enum gs_status gs_files_fingerprint(struct gs_ctx *ctx, const struct gs_texts *files, char out[40])
{
    out[0] = 0;
    if (!files->n)
        return GS_OK;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    XXH3_state_t *state = XXH3_createState();
    unsigned char *block = GS_ARRAY(ctx, unsigned char, BLOCK);
    enum gs_status status = !block ? GS_ENOMEM : state ? GS_OK : gs_fail_memory(ctx);
    if (!status)
        XXH3_128bits_reset(state);
    for (size_t i = 0; i < files->n && !status; i++)
        status = hash_file(ctx, files->items[i], state, block);
    if (!status) {
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        snprintf(out, 40, "%016llx%016llx", (unsigned long long)hash.high64,
                 (unsigned long long)hash.low64);
    }
    XXH3_freeState(state);
    gs_free(block);
    gs_geo_errors_end(&errors);
    return status;
}

enum gs_status gs_source_fingerprint(struct gs_ctx *ctx, const char *source, char out[40])
{
    struct gs_arena arena;
    struct gs_texts files;
    gs_arena_init(&arena);
    enum gs_status status = gs_source_files(ctx, source, &arena, &files);
    if (!status)
        status = gs_files_fingerprint(ctx, &files, out);
    gs_arena_release(&arena);
    return status;
}
