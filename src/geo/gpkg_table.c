// SPDX-License-Identifier: Apache-2.0
/* Tables and their rows: with geometry through OGR, without through a prepared statement. */
#include "geo/gpkg_file.h"

#include "base/mem.h"
#include "base/text.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <limits.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <string.h>

static const char *type_name(enum gs_gpkg_type type)
{
    static const char *const names[] = {
        [GS_GPKG_INTEGER] = "MEDIUMINT",
        [GS_GPKG_REAL] = "REAL",
        [GS_GPKG_TEXT] = "TEXT",
        [GS_GPKG_BOOLEAN] = "BOOLEAN",
    };
    return names[type];
}

/* Names that SQLite would take for one another are the caller's fault. */
static enum gs_status check_names(struct gs_ctx *ctx, const char *table, bool spatial,
                                  const struct gs_gpkg_column *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = columns[i].name;
        bool taken = !*name || sqlite3_stricmp(name, "fid") == 0 ||
                     (spatial && sqlite3_stricmp(name, "geom") == 0);
        for (size_t j = 0; j < i && !taken; j++)
            taken = sqlite3_stricmp(name, columns[j].name) == 0;
        if (taken)
            return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "column `%s` of table `%s` is not unique",
                           name, table);
    }
    return GS_OK;
}

static enum gs_status add_attributes(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                     const char *title, const char *description,
                                     const struct gs_gpkg_column *columns, size_t n)
{
    struct gs_text create, insert;
    gs_text_init(&create);
    gs_text_init(&insert);
    gs_text_append(&create, "CREATE TABLE ");
    gs_text_append_name(&create, name);
    gs_text_append(&create, " (\"fid\" INTEGER PRIMARY KEY NOT NULL");
    gs_text_append(&insert, "INSERT INTO ");
    gs_text_append_name(&insert, name);
    gs_text_append(&insert, " VALUES (NULL");
    for (size_t i = 0; i < n; i++) {
        gs_text_append(&create, ", ");
        gs_text_append_name(&create, columns[i].name);
        gs_text_printf(&create, " %s", type_name(columns[i].type));
        gs_text_append(&insert, ", ?");
    }
    gs_text_append(&create, ")");
    gs_text_append(&insert, ")");
    enum gs_status status = GS_OK;
    if (!create.bytes || !insert.bytes)
        status = gs_fail_memory(ctx);
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg, create.bytes, NULL, 0);
    const char *contents[] = {name, title, description, gpkg->timestamp};
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg,
                             "INSERT INTO gpkg_contents (table_name, data_type, identifier, "
                             "description, last_change, srs_id) "
                             "VALUES (?, 'attributes', ?, ?, ?, 0)",
                             contents, 4);
    if (status == GS_OK &&
        sqlite3_prepare_v2(gpkg->db, insert.bytes, -1, &gpkg->insert, NULL) != SQLITE_OK)
        status = gs_gpkg_fail_sql(ctx, gpkg);
    gs_text_release(&create);
    gs_text_release(&insert);
    return status;
}

/* The layer and its fields; the messages of GDAL are being caught. */
static bool create_layer(struct gs_gpkg *gpkg, const char *name, const char *title,
                         const char *description, OGRSpatialReferenceH srs,
                         const struct gs_gpkg_column *columns, size_t n)
{
    char **list = NULL;
    list = CSLSetNameValue(list, "FID", "fid");
    list = CSLSetNameValue(list, "GEOMETRY_NAME", "geom");
    list = CSLSetNameValue(list, "SPATIAL_INDEX", "YES");
    list = CSLSetNameValue(list, "IDENTIFIER", title);
    list = CSLSetNameValue(list, "DESCRIPTION", description ? description : "");
    gpkg->layer = GDALDatasetCreateLayer(gpkg->dataset, name, srs,
                                         gs_gpkg_geometry_wkb(gpkg->geometry), list);
    CSLDestroy(list);
    for (size_t i = 0; gpkg->layer && i < n; i++) {
        static const OGRFieldType kinds[] = {
            [GS_GPKG_INTEGER] = OFTInteger,
            [GS_GPKG_REAL] = OFTReal,
            [GS_GPKG_TEXT] = OFTString,
            [GS_GPKG_BOOLEAN] = OFTInteger,
        };
        OGRFieldDefnH field = OGR_Fld_Create(columns[i].name, kinds[columns[i].type]);
        if (columns[i].type == GS_GPKG_BOOLEAN)
            OGR_Fld_SetSubType(field, OFSTBoolean);
        OGRErr error = OGR_L_CreateField(gpkg->layer, field, FALSE);
        OGR_Fld_Destroy(field);
        if (error)
            return false;
    }
    if (gpkg->layer)
        gpkg->feature = OGR_F_Create(OGR_L_GetLayerDefn(gpkg->layer));
    return gpkg->feature != NULL;
}

static enum gs_status add_layer(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                const char *title, const char *description,
                                const struct gs_crs *crs, const struct gs_gpkg_column *columns,
                                size_t n)
{
    struct gs_gpkg_scope scope;
    gs_gpkg_enter(gpkg, &scope);
    enum gs_status status = GS_OK;
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    int epsg = gs_crs_epsg(crs); /* QGIS knows a CRS by its code */
    OGRErr error =
        epsg > 0 ? OSRImportFromEPSG(srs, epsg) : OSRSetFromUserInput(srs, gs_crs_wkt(crs));
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    if (error || !create_layer(gpkg, name, title, description, srs, columns, n))
        status = gs_gpkg_fail(ctx, gpkg, scope.errors.last);
    OSRRelease(srs);
    gs_gpkg_leave(&scope);
    return status;
}

/* As QGIS names it. */
static const char *kind_of(const char *geometry)
{
    return strstr(geometry, "POLYGON") ? "Polygon"
           : strstr(geometry, "LINE")  ? "Line"
           : strstr(geometry, "POINT") ? "Point"
                                       : NULL;
}

/* Keeps in mind that there is such a table. */
static enum gs_status note_table(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                 const char *title, const char *description, bool spatial,
                                 const char *kind)
{
    enum gs_status status = gs_grow(ctx, &gpkg->tables, &gpkg->tables_capacity, gpkg->n_tables + 1,
                                    sizeof *gpkg->tables);
    if (status)
        return status;
    struct gs_gpkg_table *table = &gpkg->tables[gpkg->n_tables++];
    *table = (struct gs_gpkg_table){.name = gs_strdup(ctx, name),
                                    .title = gs_strdup(ctx, title),
                                    .description = gs_strdup(ctx, description),
                                    .spatial = spatial,
                                    .kind = kind};
    return table->name && table->title && table->description ? GS_OK : GS_ENOMEM;
}

enum gs_status gs_gpkg_add_table(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                 const char *title, const char *description,
                                 const struct gs_crs *crs, const char *geometry,
                                 const struct gs_gpkg_column *columns, size_t n)
{
    enum gs_status status = check_names(ctx, name, crs != NULL, columns, n);
    if (status == GS_OK)
        status = gs_gpkg_use_sqlite(ctx, gpkg);
    if (status == GS_OK)
        status = gs_gpkg_describe_columns(ctx, gpkg, name, columns, n);
    if (status == GS_OK)
        status = note_table(ctx, gpkg, name, title, description, crs != NULL,
                            crs ? kind_of(geometry) : NULL);
    if (status)
        return status;
    if (crs && !gs_gpkg_geometry_named(geometry, &gpkg->geometry))
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "`%s` is no type of geometry", geometry);
    if (crs)
        status = gs_gpkg_use_gdal(ctx, gpkg);
    if (status)
        return status;
    gpkg->types = GS_ARRAY(ctx, enum gs_gpkg_type, n);
    if (!gpkg->types)
        return GS_ENOMEM;
    gpkg->n_columns = n;
    for (size_t i = 0; i < n; i++)
        gpkg->types[i] = columns[i].type;
    return crs ? add_layer(ctx, gpkg, name, title, description, crs, columns, n)
               : add_attributes(ctx, gpkg, name, title, description, columns, n);
}

/* -- views --------------------------------------------------------------------------------- */

static enum gs_status create_view(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                  const char *table, const struct gs_gpkg_column *columns, size_t n,
                                  const char *where)
{
    struct gs_text sql;
    char *create = NULL;
    gs_text_init(&sql);
    gs_text_append(&sql, "CREATE VIEW ");
    gs_text_append_name(&sql, name);
    gs_text_append(&sql,
                   " AS SELECT \"fid\" AS \"OGC_FID\", \"geom\""); /* GDAL's name for the id */
    for (size_t i = 0; i < n; i++) {
        gs_text_append(&sql, ", ");
        gs_text_append_name(&sql, columns[i].name);
    }
    gs_text_append(&sql, " FROM ");
    gs_text_append_name(&sql, table);
    gs_text_append(&sql, " WHERE ");
    gs_text_append(&sql, where);
    enum gs_status status = gs_text_finish(ctx, &sql, &create);
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg, create, NULL, 0);
    gs_free(create);
    return status;
}

enum gs_status gs_gpkg_add_view(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *name,
                                const char *title, const char *description, const char *table,
                                const struct gs_gpkg_column *columns, size_t n, const char *where,
                                const double bounds[4])
{
    struct gs_gpkg_layer layer;
    const char *kind = gs_gpkg_find_layer(gpkg, table, &layer) ? layer.kind : NULL;
    enum gs_status status = gs_gpkg_use_sqlite(ctx, gpkg);
    if (status == GS_OK)
        status = create_view(ctx, gpkg, name, table, columns, n, where);
    char extent[4][32];
    for (int i = 0; i < 4; i++)
        snprintf(extent[i], sizeof extent[i], "%.17g", bounds[i]);
    const char *contents[] = {name,      title,     description, gpkg->timestamp, table,
                              extent[0], extent[1], extent[2],   extent[3]};
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg,
                             "INSERT INTO gpkg_contents (table_name, data_type, identifier, "
                             "description, last_change, min_x, min_y, max_x, max_y, srs_id) "
                             "SELECT ?1, data_type, ?2, ?3, ?4, ?6, ?7, ?8, ?9, srs_id "
                             "FROM gpkg_contents WHERE table_name = ?5",
                             contents, 9);
    const char *names[] = {name, table};
    if (status == GS_OK)
        status = gs_gpkg_sql(ctx, gpkg,
                             "INSERT INTO gpkg_geometry_columns SELECT ?1, column_name, "
                             "geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns "
                             "WHERE table_name = ?2",
                             names, 2);
    if (status == GS_OK)
        status = gs_gpkg_describe_columns(ctx, gpkg, name, columns, n);
    return status ? status : note_table(ctx, gpkg, name, title, description, true, kind);
}

/* -- rows ---------------------------------------------------------------------------------- */

static bool is_null(enum gs_gpkg_type type, const struct gs_gpkg_cell *cell)
{
    return cell->null || (type == GS_GPKG_TEXT ? !cell->text : isnan(cell->number));
}

/* The text in UTF-8: bytes that are none become `?`, said once. `*made` is to be freed. */
static const char *utf8(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *text, char **made)
{
    *made = NULL;
    if (CPLIsUTF8(text, -1))
        return text;
    *made = CPLForceToASCII(text, -1, '?');
    if (!gpkg->warned_utf8)
        gs_warn(ctx, NULL, NULL, "some texts are not UTF-8: `%s` and the like are written with `?`",
                *made);
    gpkg->warned_utf8 = true;
    return *made;
}

static enum gs_status insert_row(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                 const struct gs_gpkg_cell *cells)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < gpkg->n_columns && code == SQLITE_OK; i++) {
        int at = (int)i + 1;
        if (is_null(gpkg->types[i], &cells[i])) {
            code = sqlite3_bind_null(gpkg->insert, at);
        } else if (gpkg->types[i] == GS_GPKG_TEXT) {
            char *made;
            const char *text = utf8(ctx, gpkg, cells[i].text, &made);
            code = sqlite3_bind_text(gpkg->insert, at, text, -1,
                                     made ? SQLITE_TRANSIENT : SQLITE_STATIC);
            CPLFree(made);
        } else if (gpkg->types[i] == GS_GPKG_REAL) {
            code = sqlite3_bind_double(gpkg->insert, at, cells[i].number + 0.0); /* no -0 */
        } else {
            code = sqlite3_bind_int64(gpkg->insert, at, (sqlite3_int64)cells[i].number);
        }
    }
    if (code == SQLITE_OK)
        code = sqlite3_step(gpkg->insert);
    enum gs_status status = code == SQLITE_DONE ? GS_OK : gs_gpkg_fail_sql(ctx, gpkg);
    sqlite3_reset(gpkg->insert);
    return status;
}

static void set_field(struct gs_ctx *ctx, struct gs_gpkg *gpkg, size_t i,
                      const struct gs_gpkg_cell *cell)
{
    if (is_null(gpkg->types[i], cell)) {
        OGR_F_SetFieldNull(gpkg->feature, (int)i);
    } else if (gpkg->types[i] == GS_GPKG_TEXT) {
        char *made;
        OGR_F_SetFieldString(gpkg->feature, (int)i, utf8(ctx, gpkg, cell->text, &made));
        CPLFree(made);
    } else if (gpkg->types[i] == GS_GPKG_REAL) {
        OGR_F_SetFieldDouble(gpkg->feature, (int)i, cell->number + 0.0); /* no -0 */
    } else {
        OGR_F_SetFieldInteger(gpkg->feature, (int)i, (int)cell->number);
    }
}

static enum gs_status add_feature(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                  const struct gs_gpkg_cell *cells, const struct gs_shapes *shapes,
                                  size_t shape)
{
    OGRGeometryH geometry;
    enum gs_status status = gs_gpkg_geometry(ctx, gpkg->geometry, shapes, shape, &geometry);
    if (status)
        return status;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    OGR_F_SetFID(gpkg->feature, OGRNullFID);
    OGR_F_SetGeometryDirectly(gpkg->feature, geometry);
    for (size_t i = 0; i < gpkg->n_columns; i++)
        set_field(ctx, gpkg, i, &cells[i]);
    if (OGR_L_CreateFeature(gpkg->layer, gpkg->feature))
        status = gs_gpkg_fail(ctx, gpkg, errors.last);
    gs_geo_errors_end(&errors);
    return status;
}

enum gs_status gs_gpkg_add_row(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                               const struct gs_gpkg_cell *cells, const struct gs_shapes *shapes,
                               size_t shape)
{
    for (size_t i = 0; i < gpkg->n_columns; i++)
        if ((gpkg->types[i] == GS_GPKG_INTEGER || gpkg->types[i] == GS_GPKG_BOOLEAN) &&
            !is_null(gpkg->types[i], &cells[i]) && !(fabs(cells[i].number) <= INT_MAX))
            return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "%g does not fit a column of integers",
                           cells[i].number);
    return gpkg->layer ? add_feature(ctx, gpkg, cells, shapes, shape)
                       : insert_row(ctx, gpkg, cells);
}
