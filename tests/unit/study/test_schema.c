// SPDX-License-Identifier: Apache-2.0
/* Schema and reference name everything the tables hold; whether the schema accepts and refuses the
 * right studies is for tests/lint/check_schema.py, with an independent validator. */
#include "support/support.h"

#include "base/mem.h"
#include "measure/measure.h"
#include "study/blocks.h"
#include "value/value.h"

#include <stdio.h>
#include <string.h>

static void has(const char *text, const char *format, const char *name)
{
    char wanted[160];
    snprintf(wanted, sizeof wanted, format, name);
    if (!strstr(text, wanted))
        fail_msg("it does not say: %s", wanted);
}

static void test_schema(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    char *text = NULL, *again = NULL;
    assert_ok(ctx, gs_schema(ctx, &text));
    assert_ok(ctx, gs_schema(ctx, &again));
    assert_string_equal(text, again);
    has(text, "\"$schema\": \"%s\"", "http://json-schema.org/draft-07/schema#");
    for (size_t i = 0; i < gs_n_blocks; i++) {
        if (gs_blocks[i] != &gs_block_decision)
            has(text, "\n    \"%s\": {", gs_blocks[i]->name);
        for (size_t k = 0; k < gs_blocks[i]->n_params; k++)
            has(text, "\n        \"%s\": {", gs_blocks[i]->params[k].key);
    }
    for (size_t i = 0; i < gs_n_measures; i++)
        has(text, "\n    \"measure.%s\": {", gs_measures[i]->name);
    for (size_t i = 0; i < gs_n_values; i++)
        has(text, "\n    \"value.%s\": {", gs_values[i]->name);
    has(text, "\n    \"%s\": {", "decision.weighted_sum");
    gs_text_free(text);
    gs_text_free(again);
    gs_ctx_free(ctx);
}

static void test_reference(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    char *text = NULL;
    assert_ok(ctx, gs_reference(ctx, &text));
    for (size_t i = 0; i < gs_n_blocks; i++) {
        has(text, "\n### `%s`\n", gs_blocks[i]->name);
        for (size_t k = 0; k < gs_blocks[i]->n_params; k++)
            has(text, "\n| `%s` | ", gs_blocks[i]->params[k].key);
    }
    for (size_t i = 0; i < gs_n_measures; i++)
        has(text, "\n### `%s`\n", gs_measures[i]->name);
    for (size_t i = 0; i < gs_n_values; i++) {
        has(text, "\n### `%s`\n", gs_values[i]->name);
        for (size_t k = 0; k < gs_values[i]->n_params; k++)
            has(text, "\n| `%s` | ", gs_values[i]->params[k].key);
    }
    assert_null(strstr(text, "@measured"));
    assert_null(strstr(text, "@field"));
    assert_null(strstr(text, "@band"));
    /* Every row of every table has four cells; pipes inside cells are escaped. */
    for (const char *row = strstr(text, "\n|"); row; row = strstr(row + 1, "\n|")) {
        size_t pipes = 0;
        for (const char *p = row + 1; *p && *p != '\n'; p++)
            pipes += *p == '|' && p[-1] != '\\';
        assert_int_equal(pipes, 5);
    }
    gs_text_free(text);
    gs_ctx_free(ctx);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    char *text = NULL;
    gs_mem_fail_after(2, true);
    enum gs_status schema = gs_schema(ctx, &text), reference = gs_reference(ctx, &text);
    gs_mem_fail_after(-1, false);
    assert_int_equal(schema, GS_ENOMEM);
    assert_int_equal(reference, GS_ENOMEM);
    assert_null(text);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema),
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
