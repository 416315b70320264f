// SPDX-License-Identifier: Apache-2.0
/* What the files of the GeoPackage writer share. The file is written aside by turns: GDAL writes
 * the tables with geometry (their triggers call functions only GDAL has), SQLite the others. Only
 * one of the two has it open at a time. */
#ifndef GS_GEO_GPKG_FILE_H
#define GS_GEO_GPKG_FILE_H

#include "geo/gpkg.h"
#include "geo/session.h"

#include <gdal.h>
#include <ogr_api.h>
#include <sqlite3.h>

struct gs_gpkg_table {
    char *name, *title, *description, *style; /* style: QML; NULL: none */
    bool spatial;
    const char *kind; /* of its geometry: Point, Line, Polygon; NULL: none, or any */
};

struct gs_gpkg {
    char *final_path; /* links followed */
    char *temp_path;  /* beside it; NULL once renamed */
    char timestamp[32];
    sqlite3 *db;
    GDALDatasetH dataset;
    struct gs_gpkg_table *tables;
    size_t n_tables, tables_capacity;
    /* the last table, while rows may come */
    OGRLayerH layer;
    OGRFeatureH feature;
    sqlite3_stmt *insert;
    enum gs_gpkg_type *types;
    size_t n_columns;
    enum gs_geometry_type {
        GS_GEOMETRY_ANY,
        GS_GEOMETRY_POINT,
        GS_GEOMETRY_MULTIPOINT,
        GS_GEOMETRY_LINE,
        GS_GEOMETRY_MULTILINE,
        GS_GEOMETRY_POLYGON,
        GS_GEOMETRY_MULTIPOLYGON,
    } geometry;
    bool styles_made, metadata_made;
    bool warned_utf8;
};

/* GDAL at work for this file: its messages caught, its clock and pragmas set for this thread. */
struct gs_gpkg_scope {
    struct gs_geo_errors errors;
    char *before[3];
};
void gs_gpkg_enter(const struct gs_gpkg *gpkg, struct gs_gpkg_scope *scope);
void gs_gpkg_leave(struct gs_gpkg_scope *scope);

/* One diagnostic with the path and the reason. */
enum gs_status gs_gpkg_fail(struct gs_ctx *ctx, const struct gs_gpkg *gpkg, const char *reason);
enum gs_status gs_gpkg_fail_sql(struct gs_ctx *ctx, const struct gs_gpkg *gpkg);

/* Ends the table in hand and leaves the file open in SQLite, in a transaction. */
enum gs_status gs_gpkg_use_sqlite(struct gs_ctx *ctx, struct gs_gpkg *gpkg) GS_NODISCARD;
/* The same for GDAL. */
enum gs_status gs_gpkg_use_gdal(struct gs_ctx *ctx, struct gs_gpkg *gpkg) GS_NODISCARD;
/* Ends the table in hand: statement, feature and layer. */
void gs_gpkg_end_table(struct gs_gpkg *gpkg);
/* Commits and closes whichever is open. */
enum gs_status gs_gpkg_close(struct gs_ctx *ctx, struct gs_gpkg *gpkg) GS_NODISCARD;

/* Runs one statement with text parameters (NULL: NULL), in SQLite. */
enum gs_status gs_gpkg_sql(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *sql,
                           const char *const *params, size_t n_params) GS_NODISCARD;
/* The tables every file of ours has besides GDAL's: extensions, data columns. */
enum gs_status gs_gpkg_make_schema(struct gs_ctx *ctx, struct gs_gpkg *gpkg) GS_NODISCARD;
/* Titles and descriptions of the columns of a table. */
enum gs_status gs_gpkg_describe_columns(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *table,
                                        const struct gs_gpkg_column *columns,
                                        size_t n_columns) GS_NODISCARD;

/* Shape i as OGR geometry of the kind the table holds; NULL for an empty shape. */
enum gs_status gs_gpkg_geometry(struct gs_ctx *ctx, enum gs_geometry_type type,
                                const struct gs_shapes *shapes, size_t i,
                                OGRGeometryH *out) GS_NODISCARD;

OGRwkbGeometryType gs_gpkg_geometry_wkb(enum gs_geometry_type type);
bool gs_gpkg_geometry_named(const char *name, enum gs_geometry_type *type);

/* Where `path` really lies, links followed; reports a folder that is missing. */
enum gs_status gs_target_resolve(struct gs_ctx *ctx, const char *path, char **out) GS_NODISCARD;
/* May `path` be replaced? With `held` non-NULL the old file stays locked until the caller closes
 * `*held` (NULL when there is no old file), so that nobody starts to write to it meanwhile. */
enum gs_status gs_target_check(struct gs_ctx *ctx, const char *path, sqlite3 **held) GS_NODISCARD;

#endif
