// SPDX-License-Identifier: Apache-2.0
#include "base/units.h"
#include "base/vector.h"
#include "value/scale.h"
#include "value/value.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct classes {
    struct gs_worths classes;
    double other; /* NaN: unlisted classes have no worth */
};

static const struct gs_param params[] = {
    {.key = "classes",
     .type = GS_PARAM_WORTHS,
     .min = 0,
     .max = 1,
     .help = "Worth of each class, 0 to 1: {code, class name or text: worth}",
     .offset = offsetof(struct classes, classes),
     .flags = GS_PARAM_REQUIRED},
    {.key = "other",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .min = 0,
     .max = 1,
     .help = "Worth of every class that is not listed; without it such a site counts as missing",
     .offset = offsetof(struct classes, other)},
};

/* Is the key a class code, in any form of a whole number: 12, +12, 12.0, 1.2e1? */
static bool code_of(const char *key, double *code)
{
    const char *end;
    return gs_parse_number(key, code, &end) && *end == 0 && *code == floor(*code);
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct gs_worths *classes = &((const struct classes *)p)->classes;
    if (classes->n == 0)
        return gs_fail(ctx, GS_ESTUDY, pos, "such as `classes: {12: 1, 13: 0.4, urban: 0}`",
                       "`classes` lists no class");
    for (size_t i = 1; i < classes->n; i++) {
        double code, other;
        bool is_code = code_of(classes->keys[i], &code);
        for (size_t j = 0; j < i; j++) {
            const char *a = classes->keys[j], *b = classes->keys[i];
            if (strcmp(a, b) == 0)
                return gs_fail(ctx, GS_ESTUDY, pos, NULL, "class `%s` is listed twice", b);
            if (is_code && code_of(a, &other) && code == other)
                return gs_fail(ctx, GS_ESTUDY, pos, "keep one of them",
                               "class %.17g is listed twice, as `%s` and as `%s`", code, a, b);
        }
    }
    return GS_OK;
}

static double worth(const void *p, double x)
{
    const struct classes *classes = p;
    if (!isfinite(x)) /* no class has such a code */
        return NAN;
    for (size_t i = 0; i < classes->classes.n; i++) {
        double code;
        if (code_of(classes->classes.keys[i], &code) && code == x)
            return gs_worth_clamp(classes->classes.worths[i]);
    }
    return gs_worth_clamp(classes->other);
}

/* Codes from 0 to 255, as those of most class rasters, are looked up in a table, all other numbers
 * have its last place; other codes are compared one by one. */
enum { CODES = 256, BLOCK = 256 };

/* Three loops, as one of them all would not become vectors. */
GS_VECTORISED
static void look_up(const float table[CODES + 1], const float *x, size_t n, float *out)
{
    int32_t code[BLOCK];
    float known[BLOCK], other = table[CODES];
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        const float *row = x + start;
        for (size_t i = 0; i < count; i++) {
            float held = row[i] > 0 ? row[i] : 0;
            held = held < CODES ? held : CODES;
            code[i] = (int32_t)held;
        }
        for (size_t i = 0; i < count; i++)
            known[i] = table[code[i]];
        for (size_t i = 0; i < count; i++) {
            float unknown = other + (row[i] - row[i]); /* NaN for what is no number */
            out[start + i] = (float)code[i] == row[i] ? known[i] : unknown;
        }
    }
}

GS_VECTORISED
static void replace(double code, float worth, const float *x, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (double)x[i] == code ? worth : out[i];
}

static void worths(const void *p, const float *x, size_t n, float *out)
{
    const struct classes *classes = p;
    float table[CODES + 1];
    for (size_t i = 0; i <= CODES; i++)
        table[i] = (float)gs_worth_clamp(classes->other);
    for (size_t i = classes->classes.n; i-- > 0;) { /* the first one that is listed holds */
        double code;
        if (code_of(classes->classes.keys[i], &code) && code >= 0 && code < CODES)
            table[(size_t)code] = (float)gs_worth_clamp(classes->classes.worths[i]);
    }
    look_up(table, x, n, out);
    for (size_t i = classes->classes.n; i-- > 0;) {
        double code;
        if (code_of(classes->classes.keys[i], &code) && !(code >= 0 && code < CODES))
            replace(code, (float)gs_worth_clamp(classes->classes.worths[i]), x, n, out);
    }
}

static double worth_of_text(const void *p, const char *text)
{
    const struct classes *classes = p;
    if (!text)
        return NAN;
    for (size_t i = 0; i < classes->classes.n; i++)
        if (strcmp(classes->classes.keys[i], text) == 0)
            return gs_worth_clamp(classes->classes.worths[i]);
    return gs_worth_clamp(classes->other);
}

const struct gs_value gs_value_classes = {
    .name = "classes",
    .summary = "A worth for each class, of a class raster or of a text",
    .details = "A number x has the worth of the key that is the same whole number, however it is "
               "written (12, 12.0); a text has the worth of the key that is the same text, byte by "
               "byte. What is not listed has the worth `other`, and without it none.",
    .categorical = true,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct classes),
    .check = check,
    .worth = worth,
    .worths = worths,
    .worth_of_text = worth_of_text,
};
