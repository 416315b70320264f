// SPDX-License-Identifier: Apache-2.0
#include "base/param.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *member(const struct gs_param *param, void *params)
{
    return (char *)params + param->offset;
}

const char *gs_param_type_name(enum gs_param_type type)
{
    static const char *const names[] = {
        [GS_PARAM_FLAG] = "true or false",
        [GS_PARAM_TEXT] = "text",
        [GS_PARAM_TEXTS] = "list of texts",
        [GS_PARAM_CHOICE] = "choice",
        [GS_PARAM_INTEGER] = "whole number",
        [GS_PARAM_SIZE] = "size in bytes",
        [GS_PARAM_QUANTITY] = "number",
        [GS_PARAM_FIELD] = "field of the layer",
        [GS_PARAM_LAYER] = "raster layer of the catalogue",
        [GS_PARAM_NUMBERS] = "list of numbers",
        [GS_PARAM_POINTS] = "list of [quantity, number] pairs",
        [GS_PARAM_CLASSES] = "list of classes",
        [GS_PARAM_WORTHS] = "mapping of class to worth",
        [GS_PARAM_NODE] = "mapping",
    };
    return names[type];
}

enum gs_status gs_param_check_range(struct gs_ctx *ctx, const struct gs_param *param, double value,
                                    const struct gs_pos *pos)
{
    if (param->min == 0 && param->max == 0 && !(param->flags & GS_PARAM_MIN_OPEN))
        return GS_OK;
    bool open_min = param->flags & GS_PARAM_MIN_OPEN, open_max = param->flags & GS_PARAM_MAX_OPEN;
    bool bounded_above = param->max > param->min;
    bool low = open_min ? !(value > param->min) : !(value >= param->min);
    bool high = bounded_above && (open_max ? !(value < param->max) : !(value <= param->max));
    if (!low && !high)
        return GS_OK;
    struct gs_text given;
    gs_text_init(&given);
    gs_text_append_double(&given, value);
    enum gs_status status;
    if (bounded_above && isfinite(param->max))
        status =
            gs_fail(ctx, GS_ESTUDY, pos, NULL, "`%s` is %s, but must be %s %g and %s %g",
                    param->key, given.bytes ? given.bytes : "?", open_min ? "above" : "at least",
                    param->min, open_max ? "below" : "at most", param->max);
    else
        status =
            gs_fail(ctx, GS_ESTUDY, pos, NULL, "`%s` is %s, but must be %s %g", param->key,
                    given.bytes ? given.bytes : "?", open_min ? "above" : "at least", param->min);
    gs_text_release(&given);
    return status;
}

static enum gs_status parse_flag(struct gs_ctx *ctx, const struct gs_param *param, const char *text,
                                 const struct gs_pos *pos, bool *out)
{
    bool yes = strcmp(text, "true") == 0;
    if (!yes && strcmp(text, "false") != 0)
        return gs_fail(ctx, GS_ESTUDY, pos, NULL, "`%s` must be true or false, not `%s`",
                       param->key, text);
    *out = yes;
    return GS_OK;
}

static enum gs_status parse_choice(struct gs_ctx *ctx, const struct gs_param *param,
                                   const char *text, const struct gs_pos *pos, int *out)
{
    size_t n = 0;
    struct gs_text all;
    gs_text_init(&all);
    for (; param->choices[n]; n++) {
        if (strcmp(text, param->choices[n]) == 0) {
            gs_text_release(&all);
            *out = (int)n;
            return GS_OK;
        }
        gs_text_printf(&all, "%s%s", n ? ", " : "", param->choices[n]);
    }
    const char *near = gs_nearest_word(text, param->choices, n);
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    enum gs_status status =
        gs_fail(ctx, GS_ESTUDY, pos, hint.bytes, "`%s` must be one of %s, not `%s`", param->key,
                all.bytes ? all.bytes : "", text);
    gs_text_release(&hint);
    gs_text_release(&all);
    return status;
}

static enum gs_status parse_integer(struct gs_ctx *ctx, const struct gs_param *param,
                                    const char *text, const struct gs_pos *pos, long long *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno || isspace((unsigned char)*text))
        return gs_fail(ctx, GS_ESTUDY, pos, NULL, "`%s` must be a whole number, not `%s`",
                       param->key, text);
    enum gs_status status = gs_param_check_range(ctx, param, (double)value, pos);
    if (status == GS_OK)
        *out = value;
    return status;
}

static enum gs_status parse_size(struct gs_ctx *ctx, const struct gs_param *param, const char *text,
                                 const struct gs_pos *pos, uint64_t *out)
{
    double value;
    const char *rest;
    if (gs_parse_number(text, &value, &rest) && value > 0) {
        while (*rest == ' ')
            rest++;
        const char *letters = "kMGT",
                   *letter = *rest ? strchr(letters, *rest == 'K' ? 'k' : *rest) : NULL;
        double bytes = value;
        if (letter) {
            bytes = ldexp(value, 10 * (int)(letter - letters + 1));
            rest++;
        }
        if (strcmp(rest, "") == 0 || strcmp(rest, "B") == 0 || strcmp(rest, "iB") == 0) {
            if (bytes < 1e18) {
                *out = (uint64_t)bytes;
                return GS_OK;
            }
        }
    }
    return gs_fail(ctx, GS_ESTUDY, pos, "write it as 500M or 2G", "`%s` must be a size, not `%s`",
                   param->key, text);
}

enum gs_status gs_param_parse(struct gs_ctx *ctx, struct gs_arena *arena,
                              const struct gs_param *param, const char *unit, const char *text,
                              const struct gs_pos *pos, void *params)
{
    void *to = member(param, params);
    switch (param->type) {
    case GS_PARAM_FLAG:
        return parse_flag(ctx, param, text, pos, to);
    case GS_PARAM_CHOICE:
        return parse_choice(ctx, param, text, pos, to);
    case GS_PARAM_INTEGER:
        return parse_integer(ctx, param, text, pos, to);
    case GS_PARAM_SIZE:
        return parse_size(ctx, param, text, pos, to);
    case GS_PARAM_TEXT:
    case GS_PARAM_FIELD:
    case GS_PARAM_LAYER: {
        const char *copy = gs_arena_text(ctx, arena, text);
        if (!copy)
            return GS_ENOMEM;
        *(const char **)to = copy;
        return GS_OK;
    }
    case GS_PARAM_QUANTITY: {
        struct gs_text what;
        gs_text_init(&what);
        gs_text_printf(&what, "`%s`", param->key);
        const char *in =
            param->unit && strcmp(param->unit, GS_UNIT_MEASURED) == 0 ? unit : param->unit;
        double value = 0;
        const char *name = what.bytes ? what.bytes : param->key;
        enum gs_status status = param->flags & GS_PARAM_DIFFERENCE
                                    ? gs_parse_difference(ctx, text, in, name, pos, &value)
                                    : gs_parse_quantity(ctx, text, in, name, pos, &value);
        gs_text_release(&what);
        if (status == GS_OK)
            status = gs_param_check_range(ctx, param, value, pos);
        if (status == GS_OK)
            *(double *)to = value;
        return status;
    }
    default:
        return gs_fail(ctx, GS_ESTUDY, pos, NULL, "`%s` must be a %s, not `%s`", param->key,
                       gs_param_type_name(param->type), text);
    }
}

enum gs_status gs_param_defaults(struct gs_ctx *ctx, struct gs_arena *arena,
                                 const struct gs_param *table, size_t n, void *params)
{
    for (size_t i = 0; i < n; i++) {
        if (table[i].type == GS_PARAM_QUANTITY)
            *(double *)member(&table[i], params) = NAN;
        if (!table[i].fallback || table[i].type == GS_PARAM_NODE)
            continue;
        enum gs_status status =
            gs_param_parse(ctx, arena, &table[i], "", table[i].fallback, NULL, params);
        if (status)
            return status;
    }
    return GS_OK;
}

static void describe_range(struct gs_text *text, const struct gs_param *param)
{
    bool open_min = param->flags & GS_PARAM_MIN_OPEN;
    if (param->max > param->min && isfinite(param->max))
        gs_text_printf(text, ", %s %g, %s %g", open_min ? "above" : "at least", param->min,
                       param->flags & GS_PARAM_MAX_OPEN ? "below" : "at most", param->max);
    else if (param->max > param->min || open_min)
        gs_text_printf(text, ", %s %g", open_min ? "above" : "at least", param->min);
}

void gs_param_describe(struct gs_text *text, const struct gs_param *param)
{
    if (param->type == GS_PARAM_CHOICE) {
        gs_text_append(text, "one of ");
        for (size_t i = 0; param->choices[i]; i++)
            gs_text_printf(text, "%s`%s`", i ? ", " : "", param->choices[i]);
    } else if (param->unit && strcmp(param->unit, GS_UNIT_MEASURED) == 0) {
        gs_text_printf(text, "%s in the unit of the measured quantity",
                       gs_param_type_name(param->type));
    } else if (!gs_unit_is_plain(param->unit)) {
        gs_text_printf(text, "%s in %s or with a unit", gs_param_type_name(param->type),
                       param->unit);
    } else {
        gs_text_append(text, gs_param_type_name(param->type));
    }
    describe_range(text, param);
}
