// SPDX-License-Identifier: Apache-2.0
/* What makes a GeoPackage pleasant to open: column titles, styles, metadata. All times are the
 * file's own, so that the same run gives the same bytes. */
#include "geo/gpkg_file.h"

#include "base/mem.h"

#include <string.h>

/* GeoPackage 1.2, annex F.9 (schema) and F.8 (metadata); GDAL makes the tables only when it needs
 * them itself. */
static const char *const schema_sql[] = {
    "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, "
    "extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL, "
    "CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
    "CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, "
    "column_name TEXT NOT NULL, name TEXT UNIQUE, title TEXT, description TEXT, mime_type TEXT, "
    "constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), "
    "CONSTRAINT gdc_tn UNIQUE (table_name, name))",
    "CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (constraint_name TEXT NOT NULL, "
    "constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, "
    "max NUMERIC, max_is_inclusive BOOLEAN, description TEXT, "
    "CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))",
};

static const char *const metadata_sql[] = {
    "CREATE TABLE IF NOT EXISTS gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,"
    " md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL, "
    "mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')",
    "CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (reference_scope TEXT NOT NULL, "
    "table_name TEXT, column_name TEXT, row_id_value INTEGER, "
    "timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "
    "md_file_id INTEGER NOT NULL, md_parent_id INTEGER, "
    "CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id), "
    "CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))",
};

/* As QGIS 3.22 itself makes it. */
static const char *const styles_sql[] = {
    "CREATE TABLE IF NOT EXISTS layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
    "f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), "
    "f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
    "useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
    "update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))",
};

static enum gs_status run_all(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *const *sql,
                              size_t n)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < n && status == GS_OK; i++)
        status = gs_gpkg_sql(ctx, gpkg, sql[i], NULL, 0);
    return status;
}

static enum gs_status register_extension(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                         const char *table, const char *extension,
                                         const char *definition)
{
    const char *params[] = {table, extension, definition};
    return gs_gpkg_sql(ctx, gpkg,
                       "INSERT INTO gpkg_extensions SELECT ?1, NULL, ?2, ?3, 'read-write' "
                       "WHERE NOT EXISTS (SELECT 1 FROM gpkg_extensions WHERE table_name = ?1 "
                       "AND extension_name = ?2)",
                       params, 3);
}

enum gs_status gs_gpkg_make_schema(struct gs_ctx *ctx, struct gs_gpkg *gpkg)
{
    static const char definition[] = "http://www.geopackage.org/spec121/#extension_schema";
    enum gs_status status = run_all(ctx, gpkg, schema_sql, sizeof schema_sql / sizeof *schema_sql);
    if (status == GS_OK)
        status = register_extension(ctx, gpkg, "gpkg_data_columns", "gpkg_schema", definition);
    if (status == GS_OK)
        status = register_extension(ctx, gpkg, "gpkg_data_column_constraints", "gpkg_schema",
                                    definition);
    return status;
}

enum gs_status gs_gpkg_describe_columns(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *table,
                                        const struct gs_gpkg_column *columns, size_t n)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < n && status == GS_OK; i++) {
        const char *params[] = {table, columns[i].name, columns[i].title, columns[i].description};
        status = gs_gpkg_sql(ctx, gpkg, /* `name` would have to be unique in the whole file */
                             "INSERT INTO gpkg_data_columns (table_name, column_name, title, "
                             "description) VALUES (?, ?, ?, ?)",
                             params, 4);
    }
    return status;
}

static struct gs_gpkg_table *find_table(const struct gs_gpkg *gpkg, const char *name)
{
    for (size_t i = 0; i < gpkg->n_tables; i++)
        if (strcmp(gpkg->tables[i].name, name) == 0)
            return &gpkg->tables[i];
    return NULL;
}

enum gs_status gs_gpkg_add_style(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                 const char *qml)
{
    struct gs_gpkg_table *table = find_table(gpkg, name);
    if (!table)
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "a style for `%s`, which is no table", name);
    enum gs_status status = gs_gpkg_use_sqlite(ctx, gpkg);
    if (status == GS_OK && !gpkg->styles_made) {
        status = run_all(ctx, gpkg, styles_sql, 1);
        /* Unlisted, GDAL hides the table and QGIS finds no style. */
        if (status == GS_OK)
            status = gs_gpkg_sql(ctx, gpkg,
                                 "INSERT INTO gpkg_contents (table_name, data_type, identifier, "
                                 "description, last_change, srs_id) VALUES ('layer_styles', "
                                 "'attributes', 'layer_styles', 'Styles of QGIS', ?, 0)",
                                 (const char *[]){gpkg->timestamp}, 1);
        gpkg->styles_made = true;
    }
    if (!status && !(table->style = gs_strdup(ctx, qml)))
        status = GS_ENOMEM;
    if (status)
        return status;
    /* QGIS looks for schema '' (not NULL) and the very geometry column. */
    const char *params[] = {name, table->spatial ? "geom" : "", qml, gpkg->timestamp};
    return gs_gpkg_sql(ctx, gpkg,
                       "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
                       "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, "
                       "description, owner, update_time) "
                       "VALUES ('', '', ?1, ?2, ?1, ?3, '', 1, 'default style', '', ?4)",
                       params, 4);
}

enum gs_status gs_gpkg_add_metadata(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *table,
                                    const char *standard_uri, const char *mime_type,
                                    const char *metadata)
{
    static const char definition[] = "http://www.geopackage.org/spec120/#extension_metadata";
    enum gs_status status = gs_gpkg_use_sqlite(ctx, gpkg);
    if (status == GS_OK && !gpkg->metadata_made) {
        status = run_all(ctx, gpkg, metadata_sql, sizeof metadata_sql / sizeof *metadata_sql);
        if (status == GS_OK)
            status = register_extension(ctx, gpkg, "gpkg_metadata", "gpkg_metadata", definition);
        if (status == GS_OK)
            status = register_extension(ctx, gpkg, "gpkg_metadata_reference", "gpkg_metadata",
                                        definition);
        gpkg->metadata_made = true;
    }
    const char *entry[] = {standard_uri, mime_type, metadata};
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg,
                             "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, "
                             "metadata) VALUES ('dataset', ?, ?, ?)",
                             entry, 3);
    const char *reference[] = {table ? "table" : "geopackage", table, gpkg->timestamp};
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg,
                             "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, "
                             "timestamp, md_file_id) "
                             "VALUES (?, ?, ?, (SELECT max(id) FROM gpkg_metadata))",
                             reference, 3);
    return status;
}
