// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/session.h"
#include "geo/vector.h"

#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
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

/* What belongs to a shapefile but stands beside it. */
static enum gs_status hash_beside(struct gs_ctx *ctx, const char *path, XXH3_state_t *state,
                                  unsigned char *block)
{
    static const char *const extensions[] = {"dbf", "DBF", "shx", "SHX",
                                             "prj", "PRJ", "cpg", "CPG"};
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions && !status; i++) {
        VSIStatBufL info;
        const char *beside = CPLResetExtension(path, extensions[i]);
        if (VSIStatL(beside, &info) == 0)
            status = hash_file(ctx, beside, state, block);
    }
    return status;
}

enum gs_status gs_source_fingerprint(struct gs_ctx *ctx, const char *source, char out[40])
{
    VSIStatBufL info;
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    XXH3_state_t *state = NULL;
    unsigned char *block = NULL;
    if (is_remote(source) || VSIStatL(source, &info) || VSI_ISDIR(info.st_mode)) {
        out[0] = 0;
        goto out;
    }
    state = XXH3_createState();
    block = GS_ARRAY(ctx, unsigned char, BLOCK);
    if (!state || !block) {
        status = state ? GS_ENOMEM : gs_fail_memory(ctx);
        goto out;
    }
    XXH3_128bits_reset(state);
    status = hash_file(ctx, source, state, block);
    if (!status && EQUAL(CPLGetExtension(source), "shp"))
        status = hash_beside(ctx, source, state, block);
    if (!status) {
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        snprintf(out, 40, "%016llx%016llx", (unsigned long long)hash.high64,
                 (unsigned long long)hash.low64);
    }
out:
    XXH3_freeState(state);
    gs_free(block);
    gs_geo_errors_end(&errors);
    return status;
}
