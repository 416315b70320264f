// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "base/units.h"
#include "geo/vector_parts.h"

#include <ctype.h>
#include <string.h>

#include <cpl_string.h>

/* -- names --------------------------------------------------------------------------------- */

static const char *column_name(const struct gs_vector *vector, int column)
{
    return OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(vector->columns, column));
}

int gs_vector_find_column(const struct gs_vector *vector, const char *name)
{
    for (int i = 0; i < vector->n_columns; i++)
        if (strcmp(column_name(vector, i), name) == 0)
            return i;
    for (int i = 0; i < vector->n_columns; i++)
        if (EQUAL(column_name(vector, i), name))
            return i;
    const char *fid = OGR_L_GetFIDColumn(vector->table);
    return EQUAL(name, "fid") || (fid[0] && EQUAL(name, fid)) ? GS_FIELD_FID : GS_FIELD_NONE;
}

int gs_vector_find(const struct gs_vector *vector, const char *name, const struct gs_field **field)
{
    const struct gs_field *known = gs_layer_field(vector->layer, name);
    if (field)
        *field = known;
    return gs_vector_find_column(vector, known ? known->column : name);
}

enum gs_field_kind gs_vector_kind(const struct gs_vector *vector, int column)
{
    if (column == GS_FIELD_FID)
        return GS_FIELD_NUMBER;
    switch (OGR_Fld_GetType(OGR_FD_GetFieldDefn(vector->columns, column))) {
    case OFTInteger:
    case OFTInteger64:
    case OFTReal:
        return GS_FIELD_NUMBER;
    case OFTString:
        return vector->is_number && vector->is_number[column] ? GS_FIELD_NUMBER : GS_FIELD_TEXT;
    case OFTDate:
    case OFTTime:
    case OFTDateTime:
        return GS_FIELD_TEXT;
    default:
        return GS_FIELD_OTHER;
    }
}

bool gs_vector_field(const struct gs_vector *vector, const char *name, enum gs_field_kind *kind,
                     const char **unit, const char **nearest)
{
    const struct gs_field *field = NULL;
    int column = gs_vector_find(vector, name, &field);
    if (column == GS_FIELD_NONE) {
        if (nearest)
            *nearest = gs_nearest_word(name, vector->names, vector->n_names);
        return false;
    }
    if (kind)
        *kind = gs_vector_kind(vector, column);
    if (unit)
        *unit = field && field->unit ? field->unit : "";
    return true;
}

/* -- the types of a CSV file ---------------------------------------------------------------- */

/* Digits led by a needless zero: an identifier, of which a number would keep only a part. */
static bool has_leading_zero(const char *text)
{
    return text[0] == '0' && isdigit((unsigned char)text[1]) &&
           strspn(text, "0123456789") == strlen(text);
}

static bool is_number(const char *text)
{
    double value;
    const char *end;
    if (has_leading_zero(text) || !gs_parse_number(text, &value, &end))
        return false;
    return end[strspn(end, " ")] == 0;
}

static bool all_text(const struct gs_vector *vector)
{
    GDALDriverH driver = GDALGetDatasetDriver(vector->dataset);
    if (!driver || !EQUAL(GDALGetDriverShortName(driver), "CSV") || vector->is_result ||
        CSLFetchNameValue((char **)vector->layer->options, "AUTODETECT_TYPE"))
        return false;
    for (int i = 0; i < vector->n_columns; i++) /* a .csvt file gives types */
        if (OGR_Fld_GetType(OGR_FD_GetFieldDefn(vector->columns, i)) != OFTString)
            return false;
    return true;
}

static bool means_missing(const struct gs_vector *vector, int column, const char *text)
{
    const struct gs_layer *layer = vector->layer;
    for (size_t i = 0; i < layer->n_fields; i++) {
        const struct gs_field *field = &layer->fields[i];
        if (!EQUAL(field->column, column_name(vector, column)))
            continue;
        for (size_t k = 0; k < field->missing.n; k++)
            if (strcmp(field->missing.items[k], text) == 0)
                return true;
    }
    return false;
}

/* Columns in which every value is a number, by reading them all. */
static enum gs_status find_numbers(struct gs_ctx *ctx, struct gs_vector *vector)
{
    size_t n = (size_t)vector->n_columns;
    enum gs_status status = GS_OK;
    bool *seen = GS_ARRAY_ZERO(ctx, bool, n);
    vector->is_number = GS_ARRAY(ctx, bool, n);
    if (!seen || !vector->is_number) {
        gs_free(seen);
        return GS_ENOMEM;
    }
    memset(vector->is_number, true, n);
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    OGRFeatureH feature;
    size_t rows = 0;
    OGR_L_ResetReading(vector->table);
    while (!status && (feature = OGR_L_GetNextFeature(vector->table))) {
        for (int i = 0; i < vector->n_columns; i++) {
            const char *text;
            if (!vector->is_number[i] || !OGR_F_IsFieldSetAndNotNull(feature, i))
                continue;
            text = OGR_F_GetFieldAsString(feature, i);
            text += strspn(text, " ");
            seen[i] |= text[0] != 0;
            vector->is_number[i] = !text[0] || is_number(text) || means_missing(vector, i, text);
        }
        OGR_F_Destroy(feature);
        if (++rows % 1000 == 0)
            status = gs_check_cancel(ctx);
    }
    OGR_L_ResetReading(vector->table);
    gs_geo_errors_end(&errors);
    for (size_t i = 0; i < n; i++)
        vector->is_number[i] = vector->is_number[i] && seen[i];
    gs_free(seen);
    return status;
}

/* -- what the catalogue says --------------------------------------------------------------- */

static enum gs_status list_names(struct gs_ctx *ctx, struct gs_vector *vector)
{
    const struct gs_layer *layer = vector->layer;
    vector->names = GS_ARRAY(ctx, const char *, layer->n_fields + (size_t)vector->n_columns);
    if (!vector->names)
        return GS_ENOMEM;
    for (size_t i = 0; i < layer->n_fields; i++)
        vector->names[vector->n_names++] = layer->fields[i].name;
    for (int i = 0; i < vector->n_columns; i++)
        vector->names[vector->n_names++] = column_name(vector, i);
    return GS_OK;
}

static enum gs_status report_absent(struct gs_ctx *ctx, const struct gs_vector *vector,
                                    const char *column, const struct gs_pos *pos)
{
    const char *const *columns = vector->names + vector->layer->n_fields;
    const char *nearest = gs_nearest_word(column, columns, (size_t)vector->n_columns);
    struct gs_text text;
    char *hint = NULL;
    gs_text_init(&text);
    if (nearest)
        gs_text_printf(&text, "did you mean `%s`?", nearest);
    else
        gs_text_append(&text, "there are: ");
    for (int i = 0; !nearest && i < vector->n_columns && i < 10; i++)
        gs_text_printf(&text, "%s`%s`", i ? ", " : "", columns[i]);
    if (!nearest && vector->n_columns > 10)
        gs_text_printf(&text, " and %d more", vector->n_columns - 10);
    enum gs_status status = gs_text_finish(ctx, &text, &hint);
    if (!status)
        status = gs_fail(ctx, GS_ESTUDY, pos, hint, "the source of layer `%s` has no column `%s`",
                         vector->layer->id, column);
    gs_free(hint);
    return status;
}

static enum gs_status find_coordinates(struct gs_ctx *ctx, struct gs_vector *vector)
{
    const struct gs_layer *layer = vector->layer;
    vector->x = vector->y = GS_FIELD_NONE;
    if (!layer->x || !layer->y) {
        if (OGR_L_GetGeomType(vector->table) == wkbNone)
            return gs_fail(ctx, GS_EDATA, &layer->source_pos,
                           "name the columns of its coordinates with `x:` and `y:`",
                           "layer `%s` has no geometry", layer->id);
        return GS_OK;
    }
    vector->x = gs_vector_find(vector, layer->x, NULL);
    vector->y = gs_vector_find(vector, layer->y, NULL);
    if (vector->x < 0)
        return report_absent(ctx, vector, layer->x, &layer->pos);
    if (vector->y < 0)
        return report_absent(ctx, vector, layer->y, &layer->pos);
    return GS_OK;
}

enum gs_status gs_vector_find_fields(struct gs_ctx *ctx, struct gs_vector *vector)
{
    vector->columns = OGR_L_GetLayerDefn(vector->table);
    vector->n_columns = OGR_FD_GetFieldCount(vector->columns);
    enum gs_status status = list_names(ctx, vector);
    for (size_t i = 0; i < vector->layer->n_fields && !status; i++) {
        const struct gs_field *field = &vector->layer->fields[i];
        if (gs_vector_find_column(vector, field->column) == GS_FIELD_NONE)
            status = report_absent(ctx, vector, field->column, &field->pos);
    }
    if (!status)
        status = find_coordinates(ctx, vector);
    if (!status && all_text(vector))
        status = find_numbers(ctx, vector);
    return status;
}
