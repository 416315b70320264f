// SPDX-License-Identifier: Apache-2.0
/* Units as text, understood by UDUNITS-2 with Wh, EUR, USD and words for people added. The empty
 * text and "1" mean: a plain number. */
#ifndef GS_BASE_UNITS_H
#define GS_BASE_UNITS_H

#include "base/arena.h"
#include "base/ctx.h"

struct gs_units;

enum gs_unit_match {
    GS_UNIT_MATCH,        /* convertible */
    GS_UNIT_UNKNOWN,      /* `from` is no unit */
    GS_UNIT_INCOMPATIBLE, /* another dimension, or a scale that is no straight line of the other */
};

/* y [to] = x [from] × scale + offset. Outputs are written for GS_UNIT_MATCH only. Fails with
 * GS_ENOMEM or, when the unit database cannot be read, GS_EINTERNAL. */
enum gs_status gs_unit_convert(struct gs_ctx *ctx, const char *from, const char *to,
                               enum gs_unit_match *match, double *scale,
                               double *offset) GS_NODISCARD;

/* Is the text a unit at all? */
enum gs_status gs_unit_known(struct gs_ctx *ctx, const char *unit, bool *known) GS_NODISCARD;

/* What a unit measures, for messages ("a length", "a power"); NULL when it has no common name. */
const char *gs_unit_dimension(struct gs_ctx *ctx, const char *unit);

/* "" and "1" are the same: no unit. */
bool gs_unit_is_plain(const char *unit);

/* A finite decimal number at the start of `text` ("1", "-2.5e3", ".5"; no hex, inf or nan), and
 * where it ends; false when there is none. */
bool gs_parse_number(const char *text, double *value, const char **end);
/* The number that the whole text is; NaN: it is none, or NULL. */
double gs_number_of(const char *text);

/* "50 km" in `unit`. A bare number is in `unit`; "30 %" is a plain 0.3. Reports a wrong number, an
 * unknown unit or a wrong dimension at `pos`, naming `what`. */
enum gs_status gs_parse_quantity(struct gs_ctx *ctx, const char *text, const char *unit,
                                 const char *what, const struct gs_pos *pos,
                                 double *out) GS_NODISCARD;

/* As gs_parse_quantity() for a difference, a width or a standard deviation: only the scale of the
 * units counts, so 5 K is 5 degC, and 9 degF is 5 degC. */
enum gs_status gs_parse_difference(struct gs_ctx *ctx, const char *text, const char *unit,
                                   const char *what, const struct gs_pos *pos,
                                   double *out) GS_NODISCARD;

/* The unit of a quantity of `unit` per … times a length: EUR for EUR/km, min for min/km, m for a
 * plain number; where no simpler text says the same, "(unit).m". A unit that is none stays so:
 * "(unit).m". */
enum gs_status gs_unit_times_metre(struct gs_ctx *ctx, struct gs_arena *arena, const char *unit,
                                   const char **out) GS_NODISCARD;

/* How many `to` are 1 `unit` × 1 m; NaN when they do not convert. */
enum gs_status gs_unit_metre_scale(struct gs_ctx *ctx, const char *unit, const char *to,
                                   double *scale) GS_NODISCARD;

void gs_units_free(struct gs_units *units);

#endif
