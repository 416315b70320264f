// SPDX-License-Identifier: Apache-2.0
#include "base/units.h"
#include "geo/vector_parts.h"

#include <math.h>
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
    if (type == OFTReal) {
        struct gs_text shortest;
        gs_text_init(&shortest);
        gs_text_append_double(&shortest, OGR_F_GetFieldAsDouble(feature, column));
        if (shortest.failed)
            return gs_fail_memory(ctx);
        *text = gs_arena_text(ctx, arena, shortest.bytes);
        gs_text_release(&shortest);
        return *text ? GS_OK : GS_ENOMEM;
    }
    const char *own = OGR_F_GetFieldAsString(feature, column);
    if (!own[0] || is_missing_text(field, own))
        return GS_OK;
    return copy_text(ctx, arena, own, text, damaged);
}
