// SPDX-License-Identifier: Apache-2.0
/* A GeoPackage being written: spatial tables through GDAL, the rest as SQL. Byte-identical for the
 * same calls and timestamp. */
#ifndef GS_GEO_GPKG_H
#define GS_GEO_GPKG_H

#include "base/ctx.h"
#include "geo/crs.h"
#include "model/shapes.h"

struct gs_gpkg;

enum gs_gpkg_type { GS_GPKG_INTEGER, GS_GPKG_REAL, GS_GPKG_TEXT, GS_GPKG_BOOLEAN };

struct gs_gpkg_column {
    const char *name;
    enum gs_gpkg_type type;
    const char *title;       /* gpkg_data_columns.title and the QGIS alias */
    const char *description; /* with the unit; NULL: none */
};

struct gs_gpkg_cell {
    bool null;
    double number;    /* INTEGER, REAL, BOOLEAN; NaN is written as NULL */
    const char *text; /* TEXT; NULL is written as NULL */
};

/* Creates `path` aside its final place. `timestamp` as in struct gs_run_options. */
enum gs_status gs_gpkg_create(struct gs_ctx *ctx, const char *final_path, int64_t timestamp,
                              struct gs_gpkg **out) GS_NODISCARD;
/* The GeoPackage type that fits all shapes: the common one, multi where single and multi mix,
 * GEOMETRY where kinds mix or there is none. */
enum gs_status gs_gpkg_geometry_type(struct gs_ctx *ctx, const struct gs_shapes *shapes,
                                     const char **out) GS_NODISCARD;
/* A table; with `crs` a feature layer (geometry column `geom`, spatial index), else attributes.
 * `geometry` is the GeoPackage type name: POINT, MULTIPOINT, POLYGON, MULTIPOLYGON, GEOMETRY. */
enum gs_status gs_gpkg_add_table(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                 const char *title, const char *description,
                                 const struct gs_crs *crs, const char *geometry,
                                 const struct gs_gpkg_column *columns,
                                 size_t n_columns) GS_NODISCARD;
/* A row of the last table; `shapes` NULL or an empty shape: no geometry. */
enum gs_status gs_gpkg_add_row(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                               const struct gs_gpkg_cell *cells, const struct gs_shapes *shapes,
                               size_t shape) GS_NODISCARD;
/* A feature layer that shows these columns of a finished one, and the rows for which `where` (SQL)
 * holds; they lie within `bounds` (xmin ymin xmax ymax). */
enum gs_status gs_gpkg_add_view(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                const char *title, const char *description, const char *table,
                                const struct gs_gpkg_column *columns, size_t n_columns,
                                const char *where, const double bounds[4]) GS_NODISCARD;
/* The default QGIS style of a table (layer_styles). */
enum gs_status gs_gpkg_add_style(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *table,
                                 const char *qml) GS_NODISCARD;
/* Metadata (gpkg_metadata) for the whole file (table NULL) or a table. */
enum gs_status gs_gpkg_add_metadata(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *table,
                                    const char *standard_uri, const char *mime_type,
                                    const char *metadata) GS_NODISCARD;
/* What a project shows of a table. */
struct gs_gpkg_layer {
    const char *name, *title, *description;
    const char *kind;  /* Point, Line, Polygon; NULL: no geometry, or any */
    const char *style; /* QML; NULL: none */
    bool spatial;
};
/* The tables so far, in order; false: there are no more. What it points to lasts as the table. */
bool gs_gpkg_layer(const struct gs_gpkg *gpkg, size_t at, struct gs_gpkg_layer *out);
bool gs_gpkg_find_layer(const struct gs_gpkg *gpkg, const char *name, struct gs_gpkg_layer *out);
/* The name the file will have, without its folder. */
const char *gs_gpkg_file_name(const struct gs_gpkg *gpkg);
/* A project (QGS, the XML of QGIS) that QGIS opens from the file by its name. */
enum gs_status gs_gpkg_add_project(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                   const char *qgs) GS_NODISCARD;
/* Completes the file, flushes it to disk and renames it into place. Refuses to replace a file that
 * is no GeoPackage, or that another program holds open for writing or in WAL mode. */
enum gs_status gs_gpkg_finish(struct gs_ctx *ctx, struct gs_gpkg *gpkg) GS_NODISCARD;
/* Frees everything; an unfinished file is removed. NULL is legal. */
void gs_gpkg_free(struct gs_gpkg *gpkg);

/* Before computing anything: can `path` be written (folder there and writable, not a directory, not
 * another kind of file, not held by another program)? */
enum gs_status gs_gpkg_check_target(struct gs_ctx *ctx, const char *path) GS_NODISCARD;

/* -- reading a run ------------------------------------------------------------------------- */

struct gs_db; /* read-only SQLite */
enum gs_status gs_db_open(struct gs_ctx *ctx, const char *path, struct gs_db **out) GS_NODISCARD;
void gs_db_close(struct gs_db *db);
/* Runs one SELECT with text parameters ?1 …; `row` gets each row's values as text (NULL: NULL;
 * doubles in their shortest exact form) and returns false to stop. */
enum gs_status gs_db_query(struct gs_ctx *ctx, struct gs_db *db, const char *sql,
                           const char *const *params, size_t n_params,
                           bool (*row)(void *user, const char *const *values, size_t n),
                           void *user) GS_NODISCARD;

#endif
