// SPDX-License-Identifier: Apache-2.0
#include "base/units.h"

#include "base/ctx.h"
#include "base/locale.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <udunits2.h>

struct gs_units {
    ut_system *system;
};

/* UDUNITS keeps its parser's state and the names of all systems in variables of the process. */
static pthread_mutex_t udunits = PTHREAD_MUTEX_INITIALIZER;

static locale_t enter_udunits(void)
{
    pthread_mutex_lock(&udunits);
    return gs_locale_enter();
}

static void leave_udunits(locale_t before)
{
    gs_locale_leave(before);
    pthread_mutex_unlock(&udunits);
}

/* Units that UDUNITS lacks: {symbol or name, definition}. Prefixes combine with them (kWh, MEUR).
 */
static const struct {
    const char *name, *definition;
    bool is_symbol;
} additions[] = {
    {"Wh", "3600 J", true},    {"EUR", "", true},       {"USD", "", true},
    {"Einwohner", "1", false}, {"persons", "1", false}, {"inhabitants", "1", false},
};

static bool add_unit(ut_system *system, const char *name, const char *definition, bool is_symbol)
{
    ut_unit *known = ut_get_unit_by_symbol(system, name);
    if (!known)
        known = ut_get_unit_by_name(system, name);
    if (known) {
        ut_free(known);
        return true;
    }
    ut_unit *unit = *definition ? ut_parse(system, definition, UT_UTF8) : ut_new_base_unit(system);
    if (!unit)
        return false;
    ut_status status = is_symbol ? ut_map_symbol_to_unit(name, UT_UTF8, unit)
                                 : ut_map_name_to_unit(name, UT_UTF8, unit);
    ut_free(unit);
    return status == UT_SUCCESS;
}

static enum gs_status get_units(struct gs_ctx *ctx, struct gs_units **out)
{
    if (!ctx->units) {
        struct gs_units *units = GS_NEW(ctx, struct gs_units);
        if (!units)
            return GS_ENOMEM;
        ut_set_error_message_handler(ut_ignore);
        units->system = ut_read_xml(NULL);
        ctx->units = units;
        if (!units->system)
            return gs_fail(ctx, GS_EINTERNAL, NULL,
                           "install UDUNITS-2 with its data files (libudunits2-data)",
                           "the unit database cannot be read");
        for (size_t i = 0; i < sizeof additions / sizeof *additions; i++)
            if (!add_unit(units->system, additions[i].name, additions[i].definition,
                          additions[i].is_symbol))
                return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "unit %s cannot be defined",
                               additions[i].name);
    }
    if (!ctx->units->system)
        return GS_EINTERNAL;
    *out = ctx->units;
    return GS_OK;
}

void gs_units_free(struct gs_units *units)
{
    if (!units)
        return;
    locale_t before = enter_udunits();
    if (units->system)
        ut_free_system(units->system);
    leave_udunits(before);
    gs_free(units);
}

bool gs_unit_is_plain(const char *unit)
{
    return !unit || !*unit || strcmp(unit, "1") == 0;
}

/* UDUNITS would read "3" or "10 m" as units with a factor: a unit here must begin with a letter,
 * a sign such as % or °, or "1/". */
static bool looks_like_unit(const char *text)
{
    return !isdigit((unsigned char)*text) || strncmp(text, "1/", 2) == 0 || strcmp(text, "1") == 0;
}

static ut_unit *parse(struct gs_units *units, const char *text)
{
    if (gs_unit_is_plain(text))
        return ut_get_dimensionless_unit_one(units->system);
    return looks_like_unit(text) ? ut_parse(units->system, text, UT_UTF8) : NULL;
}

/* A straight line, which logarithmic units (dBm) are not. */
static bool is_affine(cv_converter *converter, double scale, double offset)
{
    double tenth = cv_convert_double(converter, 0.1);
    return fabs(tenth - (0.1 * scale + offset)) <= 1e-9 * (fabs(scale) + fabs(offset));
}

static enum gs_status convert(struct gs_ctx *ctx, const char *from_text, const char *to_text,
                              enum gs_unit_match *match, double *scale, double *offset)
{
    struct gs_units *units = NULL;
    enum gs_status status = get_units(ctx, &units);
    if (status)
        return status;
    ut_unit *a = parse(units, from_text), *b = parse(units, to_text);
    if (!a || !b) {
        *match = GS_UNIT_UNKNOWN;
    } else if (!ut_are_convertible(a, b)) {
        *match = GS_UNIT_INCOMPATIBLE;
    } else {
        cv_converter *converter = ut_get_converter(a, b);
        if (!converter) {
            status = gs_fail_memory(ctx);
        } else {
            double zero = cv_convert_double(converter, 0), one = cv_convert_double(converter, 1);
            *match = GS_UNIT_INCOMPATIBLE;
            if (is_affine(converter, one - zero, zero)) {
                *match = GS_UNIT_MATCH;
                *offset = zero;
                *scale = one - zero;
            }
            cv_free(converter);
        }
    }
    ut_free(a);
    ut_free(b);
    return status;
}

enum gs_status gs_unit_convert(struct gs_ctx *ctx, const char *from, const char *to,
                               enum gs_unit_match *match, double *scale, double *offset)
{
    const char *from_text = from ? from : "", *to_text = to ? to : "";
    if (strcmp(from_text, to_text) == 0 && gs_unit_is_plain(from_text)) {
        *match = GS_UNIT_MATCH;
        *scale = 1;
        *offset = 0;
        return GS_OK;
    }
    locale_t before = enter_udunits();
    enum gs_status status = convert(ctx, from_text, to_text, match, scale, offset);
    leave_udunits(before);
    return status;
}

enum gs_status gs_unit_known(struct gs_ctx *ctx, const char *unit, bool *known)
{
    enum gs_unit_match match = GS_UNIT_UNKNOWN;
    double scale, offset;
    enum gs_status status = gs_unit_convert(ctx, unit, unit, &match, &scale, &offset);
    if (status == GS_OK)
        *known = match == GS_UNIT_MATCH;
    return status;
}

const char *gs_unit_dimension(struct gs_ctx *ctx, const char *unit)
{
    static const char *const names[][2] = {
        {"m", "a length"},
        {"m2", "an area"},
        {"m3", "a volume"},
        {"W", "a power"},
        {"J", "an energy"},
        {"V", "a voltage"},
        {"m/s", "a speed"},
        {"s", "a time"},
        {"m3/s", "a flow"},
        {"degC", "a temperature"},
        {"EUR", "a price"},
        {"EUR/km", "a price per length"},
        {"", "a plain number"},
        {"J/m2", "an energy per area"},
        {"W/m2", "a power per area"},
        {"kg", "a mass"},
        {"m3/J", "a volume per energy"},
        {"bit/s", "a data rate"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        enum gs_unit_match match = GS_UNIT_UNKNOWN;
        double scale, offset;
        if (gs_unit_convert(ctx, unit, names[i][0], &match, &scale, &offset) == GS_OK &&
            match == GS_UNIT_MATCH)
            return names[i][1];
    }
    return NULL;
}

bool gs_parse_number(const char *text, double *value, const char **end)
{
    const char *p = text;
    if (*p == '+' || *p == '-')
        p++;
    bool digits = false;
    for (; isdigit((unsigned char)*p); p++)
        digits = true;
    if (*p == '.')
        for (p++; isdigit((unsigned char)*p); p++)
            digits = true;
    if (!digits)
        return false;
    if (*p == 'e' || *p == 'E') {
        const char *exponent = p + 1;
        if (*exponent == '+' || *exponent == '-')
            exponent++;
        if (isdigit((unsigned char)*exponent)) {
            while (isdigit((unsigned char)*exponent))
                exponent++;
            p = exponent;
        }
    }
    char *stop;
    locale_t before = gs_locale_enter();
    double number = strtod(text, &stop);
    gs_locale_leave(before);
    if (stop != p || !isfinite(number)) /* "0x10" stops elsewhere */
        return false;
    *value = number;
    *end = p;
    return true;
}

double gs_number_of(const char *text)
{
    double number;
    const char *end;
    return text && gs_parse_number(text, &number, &end) && !*end ? number : NAN;
}

static enum gs_status parse_quantity(struct gs_ctx *ctx, const char *text, const char *unit,
                                     const char *what, const struct gs_pos *pos, bool difference,
                                     double *out)
{
    double number;
    const char *rest;
    const char *in = gs_unit_is_plain(unit) ? "" : unit;
    if (!gs_parse_number(text, &number, &rest))
        return gs_fail(ctx, GS_ESTUDY, pos,
                       *in ? "write a number with its unit, such as `30 km`" : NULL,
                       "%s must be a number%s%s, not `%s`", what, *in ? " in " : "", in, text);
    while (isspace((unsigned char)*rest))
        rest++;
    if (!*rest) {
        *out = number;
        return GS_OK;
    }
    enum gs_unit_match match = GS_UNIT_UNKNOWN;
    double scale, offset;
    enum gs_status status = gs_unit_convert(ctx, rest, in, &match, &scale, &offset);
    if (status)
        return status;
    if (match == GS_UNIT_UNKNOWN)
        return gs_fail(ctx, GS_ESTUDY, pos,
                       "units are written as UDUNITS knows them: km, MW, kV, "
                       "L/kWh, m3/year, EUR/km",
                       "`%s` is not a unit", rest);
    if (match == GS_UNIT_INCOMPATIBLE) {
        const char *wanted = gs_unit_dimension(ctx, in), *given = gs_unit_dimension(ctx, rest);
        if (!*in)
            return gs_fail(ctx, GS_ESTUDY, pos,
                           "write a bare number, or state the unit of the layer or field in the "
                           "catalogue",
                           "%s must be a plain number, but `%s` is %s", what, text,
                           given ? given : "in another unit");
        return gs_fail(ctx, GS_ESTUDY, pos, NULL, "%s must be %s%s%s%s, but `%s` is %s", what,
                       wanted ? wanted : "in ", wanted ? " (" : "", in, wanted ? ")" : "", text,
                       given ? given : "of another dimension");
    }
    double value = number * scale + (difference ? 0 : offset);
    if (!isfinite(value))
        return gs_fail(ctx, GS_ESTUDY, pos, NULL, "%s is too large: `%s`", what, text);
    *out = value;
    return GS_OK;
}

enum gs_status gs_parse_quantity(struct gs_ctx *ctx, const char *text, const char *unit,
                                 const char *what, const struct gs_pos *pos, double *out)
{
    return parse_quantity(ctx, text, unit, what, pos, false, out);
}

enum gs_status gs_parse_difference(struct gs_ctx *ctx, const char *text, const char *unit,
                                   const char *what, const struct gs_pos *pos, double *out)
{
    return parse_quantity(ctx, text, unit, what, pos, true, out);
}

/* -- per length -------------------------------------------------------------------------------- */

enum gs_status gs_unit_metre_scale(struct gs_ctx *ctx, const char *unit, const char *to,
                                   double *scale)
{
    struct gs_text product;
    gs_text_init(&product);
    if (gs_unit_is_plain(unit))
        gs_text_append(&product, "m");
    else
        gs_text_printf(&product, "(%s).m", unit);
    enum gs_unit_match match = GS_UNIT_UNKNOWN;
    double found = NAN, offset = 0;
    enum gs_status status = product.failed
                                ? gs_fail_memory(ctx)
                                : gs_unit_convert(ctx, product.bytes, to, &match, &found, &offset);
    gs_text_release(&product);
    if (!status)
        *scale = match == GS_UNIT_MATCH && offset == 0 ? found : NAN;
    return status;
}

enum gs_status gs_unit_times_metre(struct gs_ctx *ctx, struct gs_arena *arena, const char *unit,
                                   const char **out)
{
    if (gs_unit_is_plain(unit)) {
        *out = "m";
        return GS_OK;
    }
    const char *slash = strrchr(unit, '/'), *simple = NULL;
    if (slash && slash > unit) {
        char *before = gs_arena_printf(ctx, arena, "%.*s", (int)(slash - unit), unit);
        double scale = NAN;
        enum gs_status status = before ? gs_unit_metre_scale(ctx, unit, before, &scale) : GS_ENOMEM;
        if (status)
            return status;
        simple = isnan(scale) || gs_unit_is_plain(before) ? NULL : before;
    }
    *out = simple ? simple : gs_arena_printf(ctx, arena, "(%s).m", unit);
    return *out ? GS_OK : GS_ENOMEM;
}
