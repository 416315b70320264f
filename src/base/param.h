// SPDX-License-Identifier: Apache-2.0
/* Parameters: one table type that describes what a measure, value function, method, command or
 * block of a study takes. The YAML check, the command line, --help, `list`, `schema` and the
 * reference page all read these tables and nothing else. */
#ifndef GS_BASE_PARAM_H
#define GS_BASE_PARAM_H

#include "base/arena.h"
#include "base/ctx.h"
#include "base/text.h"

enum gs_param_type {
    GS_PARAM_FLAG,     /* bool            true | false; on the command line: present or not */
    GS_PARAM_TEXT,     /* const char *    */
    GS_PARAM_TEXTS,    /* struct gs_texts; on the command line: may be repeated */
    GS_PARAM_CHOICE,   /* int             index into `choices` */
    GS_PARAM_INTEGER,  /* long long       */
    GS_PARAM_SIZE,     /* uint64_t        bytes: 500M, 2 GiB */
    GS_PARAM_QUANTITY, /* double          in `unit`; `facility.power` and the like are understood */
    GS_PARAM_FIELD,    /* const char *    a field of the criterion's layer, by its catalogue name */
    GS_PARAM_LAYER,    /* const char *    a second layer of the catalogue, a raster, by its id */
    GS_PARAM_NUMBERS,  /* struct gs_numbers [number in `unit`, …] */
    GS_PARAM_POINTS,   /* struct gs_points  [[quantity in `unit`, number], …] */
    GS_PARAM_CLASSES,  /* struct gs_texts   class codes or names, as written */
    GS_PARAM_WORTHS,   /* struct gs_worths  {class code, name or text: number, …} */
    GS_PARAM_NODE,     /* handled by its owner; the table only documents it */
};

/* Stands for "the unit of the measured quantity" in a value function's table. */
#define GS_UNIT_MEASURED "@measured"

enum gs_param_flags {
    GS_PARAM_REQUIRED = 1 << 0,
    GS_PARAM_MIN_OPEN = 1 << 1, /* the value must be greater than min, not equal */
    GS_PARAM_MAX_OPEN = 1 << 2,
    GS_PARAM_DIFFERENCE = 1 << 3, /* QUANTITY: a width or spread; 5 K are 5 degC */
};

struct gs_texts {
    const char **items;
    size_t n;
};

struct gs_numbers {
    double *items;
    size_t n;
    struct gs_pos pos; /* where the list stands, for faults that show later */
};

struct gs_points {
    double (*items)[2];
    size_t n;
};

struct gs_worths {
    const char **keys;
    double *worths;
    size_t n;
};

struct gs_param {
    const char *key;
    enum gs_param_type type;
    const char *unit;     /* QUANTITY, NUMBERS, POINTS: "m", "1", GS_UNIT_MEASURED */
    double min, max;      /* numbers; both 0 and not open: no bounds; max not above min: no upper
                             one. For NUMBERS, POINTS and WORTHS: the numbers */
    const char *fallback; /* the default as a study would write it; NULL: none, so the member
                             keeps what the owner put there (NaN for QUANTITY, else 0) */
    const char *const *choices; /* CHOICE: NULL-terminated */
    const char *placeholder;    /* command line: what --help shows for the argument, "FILE" */
    const char *help;           /* one sentence without final stop */
    size_t offset;              /* of the member in the owner's struct */
    unsigned flags;             /* enum gs_param_flags */
    char short_key;             /* command line: -q */
};

/* Sets every member of `params` that the table covers to its default (quantities without one: NaN).
 * Defaults are parsed as a study's values are, so a wrong one in a table is a bug the tests find.
 */
enum gs_status gs_param_defaults(struct gs_ctx *ctx, struct gs_arena *arena,
                                 const struct gs_param *table, size_t n, void *params) GS_NODISCARD;

/* Parses one scalar of the types FLAG … FIELD into the member. `unit` replaces GS_UNIT_MEASURED
 * (may be NULL elsewhere). Reports at `pos`. Text is copied into the arena. */
enum gs_status gs_param_parse(struct gs_ctx *ctx, struct gs_arena *arena,
                              const struct gs_param *param, const char *unit, const char *text,
                              const struct gs_pos *pos, void *params) GS_NODISCARD;

/* Reports a number outside the table's bounds. */
enum gs_status gs_param_check_range(struct gs_ctx *ctx, const struct gs_param *param, double value,
                                    const struct gs_pos *pos) GS_NODISCARD;

/* "number of 0 to 1", "length, such as `30 km`", "one of none, linear": for help and reference. */
void gs_param_describe(struct gs_text *text, const struct gs_param *param);

const char *gs_param_type_name(enum gs_param_type type);

#endif
