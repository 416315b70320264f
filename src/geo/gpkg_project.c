// SPDX-License-Identifier: Apache-2.0
/* A project inside the file, as QGIS 3 keeps it: table qgis_projects, which is listed nowhere, and
 * in it the hexadecimal text of a zip archive with one QGS file. */
#include "geo/gpkg_file.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <stdio.h>
#include <string.h>

bool gs_gpkg_layer(const struct gs_gpkg *gpkg, size_t at, struct gs_gpkg_layer *out)
{
    if (at >= gpkg->n_tables)
        return false;
    const struct gs_gpkg_table *table = &gpkg->tables[at];
    *out = (struct gs_gpkg_layer){table->name, table->title, table->description,
                                  table->kind, table->style, table->spatial};
    return true;
}

bool gs_gpkg_find_layer(const struct gs_gpkg *gpkg, const char *name, struct gs_gpkg_layer *out)
{
    for (size_t i = 0; gs_gpkg_layer(gpkg, i, out); i++)
        if (strcmp(out->name, name) == 0)
            return true;
    return false;
}

const char *gs_gpkg_file_name(const struct gs_gpkg *gpkg)
{
    return gs_file_name(gpkg->final_path);
}

/* The archive in hexadecimal digits; free with CPLFree(). NULL: out of memory. GDAL dates what it
 * archives at 1980, so the bytes are the same each time. */
static char *pack(const struct gs_gpkg *gpkg, const char *name, const char *qgs)
{
    char archive[64], *inside = NULL, *hex = NULL;
    snprintf(archive, sizeof archive, "/vsimem/gigasite_%p.zip", (const void *)gpkg);
    inside = CPLStrdup(CPLSPrintf("/vsizip/%s/%s.qgs", archive, name));
    VSILFILE *file = VSIFOpenL(inside, "wb");
    size_t n = strlen(qgs);
    bool good = file && VSIFWriteL(qgs, 1, n, file) == n;
    good = file && VSIFCloseL(file) == 0 && good;
    vsi_l_offset bytes = 0;
    const GByte *buffer = good ? VSIGetMemFileBuffer(archive, &bytes, FALSE) : NULL;
    if (buffer && bytes <= INT_MAX)
        hex = CPLBinaryToHex((int)bytes, buffer);
    VSIUnlink(archive);
    CPLFree(inside);
    return hex;
}

enum gs_status gs_gpkg_add_project(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                   const char *qgs)
{
    static const char create[] = "CREATE TABLE IF NOT EXISTS qgis_projects (name TEXT PRIMARY KEY, "
                                 "metadata BLOB, content BLOB)";
    struct gs_gpkg_scope scope;
    gs_gpkg_enter(gpkg, &scope);
    char *hex = pack(gpkg, name, qgs);
    gs_gpkg_leave(&scope);
    if (!hex)
        return gs_gpkg_fail(ctx, gpkg, "its project cannot be packed");
    enum gs_status status = gs_gpkg_use_sqlite(ctx, gpkg);
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg, create, NULL, 0);
    /* the time as QGIS writes it: to the second, without a zone */
    const char *params[] = {name, gpkg->timestamp, hex};
    if (status == GS_OK)
        status =
            gs_gpkg_sql(ctx, gpkg,
                        "INSERT INTO qgis_projects VALUES (?1, '{\"last_modified_time\": \"' || "
                        "substr(?2, 1, 19) || '\", \"last_modified_user\": \"gigasite\" }', ?3)",
                        params, 3);
    CPLFree(hex);
    return status;
}
