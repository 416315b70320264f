// SPDX-License-Identifier: Apache-2.0
#include "geo/source.h"

#include "geo/session.h"

#include <ctype.h>
#include <string.h>

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>

/* Whether GDAL would ask somebody else: "PG:…", "WFS:…", "https://…", /vsicurl/ and its kin. */
static bool is_remote(const char *source)
{
    static const char *const local[] = {"/vsizip",    "/vsitar",     "/vsigzip", "/vsi7z",
                                        "/vsirar",    "/vsisubfile", "/vsimem",  "/vsisparse",
                                        "/vsicached", NULL};
    static const char *const networks[] = {"/vsicurl",    "/vsis3",  "/vsigs",    "/vsiaz",
                                           "/vsiadls",    "/vsioss", "/vsiswift", "/vsihdfs",
                                           "/vsiwebhdfs", NULL};
    for (size_t i = 0; networks[i]; i++)
        if (strstr(source, networks[i]))
            return true;
    for (size_t i = 0; local[i]; i++)
        if (strncmp(source, local[i], strlen(local[i])) == 0)
            return false;
    size_t letters = 0;
    while (isalnum((unsigned char)source[letters]) || source[letters] == '_')
        letters++;
    return (letters > 1 && source[letters] == ':') || *source == '<';
}

static const char *kind_of(GDALDatasetH dataset)
{
    bool raster = GDALGetRasterCount(dataset) > 0, vector = GDALDatasetGetLayerCount(dataset) > 0;
    if (!raster && GDALGetMetadata(dataset, "SUBDATASETS"))
        raster = true;
    return raster && vector ? "raster and vector" : raster ? "raster" : vector ? "vector" : NULL;
}

/* By the driver, where it reads one kind alone: opening may mean reading to the end. */
static const char *kind_of_driver(GDALDriverH driver)
{
    bool raster = GDALGetMetadataItem(driver, GDAL_DCAP_RASTER, NULL) != NULL;
    bool vector = GDALGetMetadataItem(driver, GDAL_DCAP_VECTOR, NULL) != NULL;
    return raster == vector ? NULL : raster ? "raster" : "vector";
}

enum gs_status gs_source_look(struct gs_ctx *ctx, const char *source, const char *const *options,
                              struct gs_source_facts *out)
{
    *out = (struct gs_source_facts){GS_SOURCE_REMOTE, NULL};
    enum gs_status status = gs_geo_start(ctx);
    if (status || is_remote(source))
        return status;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    VSIStatBufL info;
    GDALDriverH driver = NULL;
    if (VSIStatL(source, &info))
        out->state = GS_SOURCE_MISSING;
    else if (!(driver = GDALIdentifyDriverEx(source, GDAL_OF_RASTER | GDAL_OF_VECTOR, NULL, NULL)))
        out->state = GS_SOURCE_UNREADABLE;
    else
        out->state = GS_SOURCE_THERE;
    out->kind = driver ? kind_of_driver(driver) : NULL;
    if (driver && !out->kind) {
        GDALDatasetH dataset =
            GDALOpenEx(source, GDAL_OF_RASTER | GDAL_OF_VECTOR, NULL, options, NULL);
        out->kind = dataset ? kind_of(dataset) : NULL;
        if (dataset)
            GDALClose(dataset);
        else
            out->state = GS_SOURCE_UNREADABLE;
    }
    gs_geo_errors_end(&errors);
    return GS_OK;
}
