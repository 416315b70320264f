// SPDX-License-Identifier: Apache-2.0
#include "base/units.h"
#include "geo/vector_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_string.h>

/* A whole text as a number, spaces around it allowed. */
static bool parse_whole(const char *text, double *value)
{
    const char *end;
    text += strspn(text, " \t");
    return gs_parse_number(text, value, &end) && end[strspn(end, " \t")] == 0;
}

static bool is_missing_number(const struct gs_field *field, double number)
{
    double missing;
    for (size_t i = 0; field && i < field->missing.n; i++)
        if (parse_whole(field->missing.items[i], &missing) && missing == number)
            return true;
    return false;
}

static bool is_missing_text(const struct gs_field *field, const char *text)
{
    for (size_t i = 0; field && i < field->missing.n; i++)
        if (strcmp(field->missing.items[i], text) == 0)
            return true;
    return false;
}

static OGRFieldType type_of(OGRFeatureH feature, int column)
{
    return OGR_Fld_GetType(OGR_F_GetFieldDefnRef(feature, column));
}

static bool is_numeric(OGRFieldType type)
{
    return type == OFTInteger || type == OFTInteger64 || type == OFTReal;
}

double gs_vector_coordinate(const struct gs_vector *vector, OGRFeatureH feature, int column)
{
    (void)vector;
    double value;
    if (!OGR_F_IsFieldSetAndNotNull(feature, column))
        return NAN;
    if (is_numeric(type_of(feature, column)))
        value = OGR_F_GetFieldAsDouble(feature, column);
    else if (!parse_whole(OGR_F_GetFieldAsString(feature, column), &value))
        return NAN;
    return isfinite(value) ? value : NAN;
}

enum gs_status gs_vector_number(struct gs_ctx *ctx, const struct gs_vector *vector,
                                OGRFeatureH feature, int column, const struct gs_field *field,
                                double *number)
{
    double value = NAN;
    if (column == GS_FIELD_FID) {
        value = (double)OGR_F_GetFID(feature);
    } else if (!OGR_F_IsFieldSetAndNotNull(feature, column)) {
        value = NAN;
    } else if (is_numeric(type_of(feature, column))) {
        value = OGR_F_GetFieldAsDouble(feature, column);
    } else {
        const char *text = OGR_F_GetFieldAsString(feature, column);
        if (text[strspn(text, " \t")] && !is_missing_text(field, text) &&
            !parse_whole(text, &value))
            return gs_fail(ctx, GS_EDATA, &vector->layer->source_pos,
                           "list values that mean \"unknown\" under the field's `missing:`",
                           "feature " CPL_FRMT_GIB " of layer `%s` has `%.60s` in `%s`, which is "
                           "no number",
                           OGR_F_GetFID(feature), vector->layer->id, text,
                           OGR_Fld_GetNameRef(OGR_F_GetFieldDefnRef(feature, column)));
    }
    *number = isfinite(value) && !is_missing_number(field, value) ? value : NAN;
    return GS_OK;
}

static enum gs_status copy_text(struct gs_ctx *ctx, struct gs_arena *arena, const char *from,
                                const char **text, bool *damaged)
{
    if (CPLIsUTF8(from, -1)) {
        *text = gs_arena_text(ctx, arena, from);
        return *text ? GS_OK : GS_ENOMEM;
    }
    *damaged = true;
    struct gs_text fixed;
    gs_text_init(&fixed);
    for (const char *p = from; *p; p++)
        gs_text_append_bytes(&fixed, (unsigned char)*p < 0x80 ? p : "\xEF\xBF\xBD",
                             (unsigned char)*p < 0x80 ? 1 : 3);
    if (fixed.failed)
        return gs_fail_memory(ctx);
    *text = gs_arena_text(ctx, arena, fixed.bytes);
    gs_text_release(&fixed);
    return *text ? GS_OK : GS_ENOMEM;
}

/* ISO 8601, as GDAL writes dates from 3.7 on: "2024-05-06", "2024-05-06T07:08:09.5Z". */
static void format_date(OGRFeatureH feature, int column, OGRFieldType type, struct gs_text *text)
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
    float second = 0;
    OGR_F_GetFieldAsDateTimeEx(feature, column, &year, &month, &day, &hour, &minute, &second,
                               &zone);
    if (type != OFTTime)
        gs_text_printf(text, "%04d-%02d-%02d", year, month, day);
    if (type == OFTDateTime)
        gs_text_append(text, "T");
    if (type == OFTDate)
        return;
    int thousandths = (int)lrint((double)second * 1000);
    gs_text_printf(text, "%02d:%02d:%02d", hour, minute, thousandths / 1000);
    if (thousandths % 1000)
        gs_text_printf(text, ".%03d", thousandths % 1000);
    if (zone == 100) /* OGR: 0 unknown, 1 local, 100 UTC, quarters of an hour from there */
        gs_text_append(text, "Z");
    else if (zone > 1)
        gs_text_printf(text, "%c%02d:%02d", zone < 100 ? '-' : '+', abs(zone - 100) / 4,
                       abs(zone - 100) % 4 * 15);
}

enum gs_status gs_vector_text(struct gs_ctx *ctx, OGRFeatureH feature, int column,
                              const struct gs_field *field, struct gs_arena *arena,
                              const char **text, bool *damaged)
{
    *text = NULL;
    if (column == GS_FIELD_FID) {
        *text = gs_arena_printf(ctx, arena, CPL_FRMT_GIB, OGR_F_GetFID(feature));
        return *text ? GS_OK : GS_ENOMEM;
    }
    if (!OGR_F_IsFieldSetAndNotNull(feature, column))
        return GS_OK;
    OGRFieldType type = type_of(feature, column);
    if (is_numeric(type) && is_missing_number(field, OGR_F_GetFieldAsDouble(feature, column)))
        return GS_OK;
    bool date = type == OFTDate || type == OFTTime || type == OFTDateTime;
    if (type == OFTReal || date) {
        struct gs_text made;
        gs_text_init(&made);
        if (date)
            format_date(feature, column, type, &made);
        else
            gs_text_append_double(&made, OGR_F_GetFieldAsDouble(feature, column));
        if (made.failed)
            return gs_fail_memory(ctx);
        bool missing = date && is_missing_text(field, made.bytes);
        *text = missing ? NULL : gs_arena_text(ctx, arena, made.bytes);
        gs_text_release(&made);
        return missing || *text ? GS_OK : GS_ENOMEM;
    }
    const char *own = OGR_F_GetFieldAsString(feature, column);
    if (!own[0] || is_missing_text(field, own))
        return GS_OK;
    return copy_text(ctx, arena, own, text, damaged);
}
