// SPDX-License-Identifier: Apache-2.0
/* Quantities and units of any text: what the first line says, in the unit of the second. */
#include "fuzz/fuzz.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_finite(enum gs_status status, double value)
{
    if (status == GS_OK && !isfinite(value)) {
        fprintf(stderr, "a quantity of %g\n", value);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *text = malloc(n + 1), *unit = "m";
    memcpy(text, bytes, n);
    text[n] = '\0';
    char *end = strchr(text, '\n');
    if (end) {
        *end = '\0';
        unit = end + 1;
    }
    struct gs_ctx *ctx = fuzz_ctx();
    struct gs_pos pos = {.file = "study.yaml", .line = 1, .column = 1};
    double value = 0, offset;
    bool known;
    enum gs_unit_match match;
    expect_finite(gs_parse_quantity(ctx, text, unit, "`radius`", &pos, &value), value);
    expect_finite(gs_parse_difference(ctx, text, unit, "`spread`", &pos, &value), value);
    if (gs_unit_known(ctx, text, &known) ||
        gs_unit_convert(ctx, text, unit, &match, &value, &offset) ||
        gs_unit_metre_scale(ctx, text, unit, &value))
        abort();
    gs_unit_dimension(ctx, text);
    struct gs_arena arena;
    gs_arena_init(&arena);
    const char *times;
    if (gs_unit_times_metre(ctx, &arena, text, &times))
        abort();
    gs_arena_release(&arena);
    fuzz_end(ctx, gs_diagnostic_count(ctx) ? GS_ESTUDY : GS_OK);
    free(text);
    return 0;
}
