// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/vector_parts.h"

#include <ctype.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>

/* A file or folder rather than "PG:…", "WFS:…" or "GPKG:…". */
static bool is_path(const char *source)
{
    size_t n = 0;
    while (isalnum((unsigned char)source[n]) || source[n] == '_')
        n++;
    return !(n > 1 && source[n] == ':') && source[0] != '{' && source[0] != '<';
}

/* The file beside the missing one whose name is nearest, as a hint to be freed; NULL when none is.
 */
static char *nearest_file(struct gs_ctx *ctx, const char *path)
{
    char **names = VSIReadDir(CPLGetPath(path));
    const char *nearest =
        gs_nearest_word(CPLGetFilename(path), (const char *const *)names, (size_t)CSLCount(names));
    struct gs_text text;
    gs_text_init(&text);
    if (nearest)
        gs_text_printf(&text, "did you mean `%s`?", nearest);
    CSLDestroy(names);
    char *hint = NULL;
    return text.length && !gs_text_finish(ctx, &text, &hint) ? hint : NULL;
}

/* How a missing file can be had; NULL: nothing is known. */
static char *missing_hint(struct gs_ctx *ctx, const struct gs_layer *layer, bool folder)
{
    if (!layer->fetch.url)
        return folder ? nearest_file(ctx, layer->source) : NULL;
    struct gs_text text;
    gs_text_init(&text);
    gs_text_printf(&text, "`gigasite layers fetch %s %s` downloads it", layer->source_pos.file,
                   layer->id);
    char *hint = NULL;
    return gs_text_finish(ctx, &text, &hint) ? NULL : hint;
}

static enum gs_status report_missing(struct gs_ctx *ctx, const struct gs_layer *layer)
{
    VSIStatBufL info;
    const char *source = layer->source, *folder = CPLGetPath(source);
    bool there = !folder[0] || VSIStatL(folder, &info) == 0;
    char *hint = missing_hint(ctx, layer, there);
    enum gs_status status =
        there ? gs_fail(ctx, GS_EDATA, &layer->source_pos, hint,
                        "the file of layer `%s` is missing: %s", layer->id, source)
              : gs_fail(ctx, GS_EDATA, &layer->source_pos, hint,
                        "the file of layer `%s` is missing: there is no folder %s", layer->id,
                        CPLGetPath(source));
    gs_free(hint);
    return status;
}

static enum gs_status report_unreadable(struct gs_ctx *ctx, const struct gs_layer *layer,
                                        const char *message)
{
    VSIStatBufL info;
    bool path = is_path(layer->source);
    if (path && VSIStatL(layer->source, &info))
        return report_missing(ctx, layer);
    if (path && !VSI_ISDIR(info.st_mode) && info.st_size == 0)
        return gs_fail(ctx, GS_EDATA, &layer->source_pos, NULL,
                       "the file of layer `%s` is empty: %s", layer->id, layer->source);
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    bool raster = path && GDALIdentifyDriverEx(layer->source, GDAL_OF_RASTER, NULL, NULL) != NULL;
    gs_geo_errors_end(&errors);
    return gs_fail(ctx, GS_EDATA, &layer->source_pos,
                   raster ? "it is a raster, but points, lines or polygons are needed here" : NULL,
                   "layer `%s` cannot be read: %s", layer->id,
                   message[0] ? message : "GDAL knows no driver for it");
}

/* Empty cells of a CSV file are missing values, not texts. Types are found by reading all of it
 * (vector_fields.c): GDAL looks at the first megabyte only, and makes 7 of 007. */
static GDALDatasetH reopen_csv(const struct gs_layer *layer, GDALDatasetH dataset)
{
    char **options = CSLDuplicate((char **)layer->options);
    if (!CSLFetchNameValue(options, "EMPTY_STRING_AS_NULL"))
        options = CSLSetNameValue(options, "EMPTY_STRING_AS_NULL", "YES");
    GDALDatasetH again = GDALOpenEx(layer->source, GDAL_OF_VECTOR | GDAL_OF_VERBOSE_ERROR, NULL,
                                    (const char *const *)options, NULL);
    CSLDestroy(options);
    GDALClose(dataset);
    return again;
}

static enum gs_status open_dataset(struct gs_ctx *ctx, struct gs_vector *vector)
{
    const struct gs_layer *layer = vector->layer;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    GDALDatasetH dataset = GDALOpenEx(layer->source, GDAL_OF_VECTOR | GDAL_OF_VERBOSE_ERROR, NULL,
                                      layer->options, NULL);
    GDALDriverH driver = dataset ? GDALGetDatasetDriver(dataset) : NULL;
    if (driver && EQUAL(GDALGetDriverShortName(driver), "CSV"))
        dataset = reopen_csv(layer, dataset);
    gs_geo_errors_end(&errors);
    vector->dataset = dataset;
    if (!dataset)
        return report_unreadable(ctx, layer, errors.last);
    if (strstr(errors.warning, "open option"))
        gs_warn(ctx, &layer->source_pos, NULL, "layer `%s`: %s", layer->id, errors.warning);
    return GS_OK;
}

/* -- tables -------------------------------------------------------------------------------- */

/* Tables in which QGIS keeps styles and projects hold no data. */
static bool is_data(OGRLayerH table)
{
    const char *name = OGR_L_GetName(table);
    return !EQUAL(name, "layer_styles") && !EQUAL(name, "qgis_projects");
}

/* "`a`, `b` and 3 more" */
static void list_tables(GDALDatasetH dataset, struct gs_text *text)
{
    int n = GDALDatasetGetLayerCount(dataset), listed = 0, more = 0;
    for (int i = 0; i < n; i++) {
        OGRLayerH table = GDALDatasetGetLayer(dataset, i);
        if (!is_data(table))
            continue;
        if (listed == 10) {
            more++;
            continue;
        }
        gs_text_printf(text, "%s`%s`", listed++ ? ", " : "", OGR_L_GetName(table));
    }
    if (more)
        gs_text_printf(text, " and %d more", more);
}

static enum gs_status report_no_table(struct gs_ctx *ctx, const struct gs_vector *vector)
{
    const struct gs_layer *layer = vector->layer;
    int n = GDALDatasetGetLayerCount(vector->dataset);
    struct gs_text text;
    gs_text_init(&text);
    const char **names = GS_ARRAY(ctx, const char *, (size_t)n);
    char *hint = NULL;
    if (!names)
        return GS_ENOMEM;
    for (int i = 0; i < n; i++)
        names[i] = OGR_L_GetName(GDALDatasetGetLayer(vector->dataset, i));
    const char *nearest = gs_nearest_word(layer->table, names, (size_t)n);
    if (nearest)
        gs_text_printf(&text, "did you mean `%s`? ", nearest);
    gs_text_append(&text, "There are: ");
    list_tables(vector->dataset, &text);
    enum gs_status status = gs_text_finish(ctx, &text, &hint);
    if (!status)
        status = gs_fail(ctx, GS_ESTUDY, &layer->table_pos, hint,
                         "the source of layer `%s` has no table `%s`", layer->id, layer->table);
    gs_free(hint);
    gs_free(names);
    return status;
}

static enum gs_status choose_table(struct gs_ctx *ctx, struct gs_vector *vector)
{
    const struct gs_layer *layer = vector->layer;
    struct gs_geo_errors errors;
    if (layer->table) {
        gs_geo_errors_begin(&errors);
        vector->table = GDALDatasetGetLayerByName(vector->dataset, layer->table);
        gs_geo_errors_end(&errors);
        return vector->table ? GS_OK : report_no_table(ctx, vector);
    }
    int n_data = 0, n = GDALDatasetGetLayerCount(vector->dataset);
    for (int i = 0; i < n; i++) {
        OGRLayerH table = GDALDatasetGetLayer(vector->dataset, i);
        if (is_data(table) && n_data++ == 0)
            vector->table = table;
    }
    if (n_data == 1)
        return GS_OK;
    if (n_data == 0)
        return gs_fail(ctx, GS_EDATA, &layer->source_pos, NULL,
                       "the source of layer `%s` holds no tables", layer->id);
    struct gs_text text;
    char *names = NULL;
    gs_text_init(&text);
    list_tables(vector->dataset, &text);
    enum gs_status status = gs_text_finish(ctx, &text, &names);
    if (!status)
        status = gs_fail(ctx, GS_ESTUDY, &layer->source_pos, "choose one with `layer:`",
                         "the source of layer `%s` holds several tables: %s", layer->id, names);
    gs_free(names);
    return status;
}

static enum gs_status run_sql(struct gs_ctx *ctx, struct gs_vector *vector)
{
    const struct gs_layer *layer = vector->layer;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    vector->table = GDALDatasetExecuteSQL(vector->dataset, layer->sql, NULL, "SQLITE");
    gs_geo_errors_end(&errors);
    vector->is_result = vector->table != NULL;
    if (vector->table)
        return GS_OK;
    return gs_fail(ctx, GS_ESTUDY, &layer->sql_pos, NULL, "the SQL of layer `%s` %s%s", layer->id,
                   errors.last[0] ? "is wrong: " : "yields no table", errors.last);
}

static enum gs_status check_features(struct gs_ctx *ctx, const struct gs_vector *vector)
{
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    long long n = OGR_L_GetFeatureCount(vector->table, FALSE);
    if (n < 0) {
        OGRFeatureH first = OGR_L_GetNextFeature(vector->table);
        n = first ? 1 : 0;
        if (first)
            OGR_F_Destroy(first);
        OGR_L_ResetReading(vector->table);
    }
    gs_geo_errors_end(&errors);
    if (n > 0)
        return GS_OK;
    const struct gs_layer *layer = vector->layer;
    if (errors.last[0] && layer->sql)
        return gs_fail(ctx, GS_ESTUDY, &layer->sql_pos, NULL, "the SQL of layer `%s` is wrong: %s",
                       layer->id, errors.last);
    if (errors.last[0])
        return gs_fail(ctx, GS_EDATA, &layer->source_pos, NULL, "layer `%s` cannot be read: %s",
                       layer->id, errors.last);
    return gs_fail(ctx, GS_EDATA, &layer->source_pos, NULL, "layer `%s` holds no features",
                   layer->id);
}

enum gs_status gs_vector_open_table(struct gs_ctx *ctx, struct gs_vector *vector)
{
    enum gs_status status = open_dataset(ctx, vector);
    if (!status)
        status = vector->layer->sql ? run_sql(ctx, vector) : choose_table(ctx, vector);
    if (!status)
        status = check_features(ctx, vector);
    return status;
}
