// SPDX-License-Identifier: Apache-2.0
/* What `gigasite list` prints, held against the registries. */
#include "support/support.h"

#include "base/mem.h"
#include "base/param.h"
#include "decision/method.h"
#include "measure/measure.h"
#include "study/json.h"
#include "value/value.h"

#include <stdio.h>
#include <string.h>

static char *list(struct gs_ctx *ctx, enum gs_registry registry, enum gs_format format)
{
    char *text = NULL;
    assert_ok(ctx, gs_registry_list(ctx, registry, format, &text));
    assert_non_null(text);
    return text;
}

/* No line is wider than a terminal of 100 columns, none ends in a space. */
static void check_lines(const char *text)
{
    for (const char *line = text; *line;) {
        size_t bytes = strcspn(line, "\n");
        if (gs_text_width(line, bytes) > 100 || (bytes && line[bytes - 1] == ' '))
            fail_msg("bad line: %.*s", (int)bytes, line);
        line += bytes + (line[bytes] == '\n');
    }
}

static void has(const char *text, const char *format, const char *name)
{
    char wanted[128];
    snprintf(wanted, sizeof wanted, format, name);
    if (!strstr(text, wanted))
        fail_msg("the list does not say: %s", wanted);
}

static void test_text(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    char *measures = list(ctx, GS_MEASURES, GS_FORMAT_TEXT);
    char *values = list(ctx, GS_VALUES, GS_FORMAT_TEXT);
    char *methods = list(ctx, GS_METHODS, GS_FORMAT_TEXT);
    check_lines(measures);
    check_lines(values);
    check_lines(methods);
    for (size_t i = 0; i < gs_n_measures; i++) {
        has(measures, "\n%s\n", gs_measures[i]->name);
        for (size_t k = 0; k < gs_measures[i]->n_params; k++)
            has(measures, "\n    %s ", gs_measures[i]->params[k].key);
    }
    for (size_t i = 0; i < gs_n_values; i++) {
        has(values, "\n%s\n", gs_values[i]->name);
        for (size_t k = 0; k < gs_values[i]->n_params; k++)
            has(values, "\n    %s ", gs_values[i]->params[k].key);
    }
    for (size_t i = 0; i < gs_n_methods; i++)
        has(methods, "\n%s\n", gs_methods[i]->name);
    has(values, "%s", "default 5)");
    has(values, "%s", "required)");
    gs_text_free(measures);
    gs_text_free(values);
    gs_text_free(methods);
    gs_ctx_free(ctx);
}

static void test_json(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    char *measures = list(ctx, GS_MEASURES, GS_FORMAT_JSON);
    char *values = list(ctx, GS_VALUES, GS_FORMAT_JSON);
    for (size_t i = 0; i < gs_n_measures; i++)
        has(measures, "\n    \"name\": \"%s\",", gs_measures[i]->name);
    for (size_t i = 0; i < gs_n_values; i++)
        has(values, "\n    \"name\": \"%s\",", gs_values[i]->name);
    assert_int_equal(measures[0], '[');
    assert_string_equal(measures + strlen(measures) - 3, "\n]\n");
    has(measures, "\"input\": \"%s\"", "raster");
    has(measures, "\"unit\": \"%s\"", "of the field");
    has(values, "\"default\": \"%s\"", "5");
    gs_text_free(measures);
    gs_text_free(values);
    gs_ctx_free(ctx);
}

/* Every descriptor says what the pages need, and every default is one its own table accepts. */
static void check_params(const char *name, const struct gs_param *params, size_t n, size_t size)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_arena arena;
    gs_arena_init(&arena);
    void *to = gs_arena_alloc(ctx, &arena, 1, size ? size : 1);
    assert_non_null(to);
    assert_ok(ctx, gs_param_defaults(ctx, &arena, params, n, to));
    for (size_t i = 0; i < n; i++) {
        const struct gs_param *p = &params[i];
        if (!p->help || !*p->help || p->help[strlen(p->help) - 1] == '.')
            fail_msg("%s: %s needs a help without final stop", name, p->key);
        if ((p->flags & GS_PARAM_REQUIRED) && p->fallback)
            fail_msg("%s: %s is required and has a default", name, p->key);
        if (p->offset >= size)
            fail_msg("%s: %s lies outside its struct", name, p->key);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(p->key, params[k].key);
        assert_string_not_equal(p->key, "type");
    }
    gs_arena_release(&arena);
    gs_ctx_free(ctx);
}

static void check_words(const char *name, const char *summary)
{
    if (!summary || !*summary || summary[strlen(summary) - 1] == '.')
        fail_msg("%s needs a summary without final stop", name);
}

static void test_descriptors(void **state)
{
    (void)state;
    for (size_t i = 0; i < gs_n_measures; i++) {
        const struct gs_measure *m = gs_measures[i];
        check_words(m->name, m->summary);
        check_params(m->name, m->params, m->n_params, m->params_size);
        assert_ptr_equal(gs_measure_find(m->name), m);
    }
    for (size_t i = 0; i < gs_n_values; i++) {
        const struct gs_value *v = gs_values[i];
        check_words(v->name, v->summary);
        check_params(v->name, v->params, v->n_params, v->params_size);
        assert_ptr_equal(gs_value_find(v->name), v);
        assert_true(v->worth && v->check && !v->categorical == !v->worth_of_text);
    }
    for (size_t i = 0; i < gs_n_methods; i++) {
        const struct gs_method *d = gs_methods[i];
        check_words(d->name, d->summary);
        check_params(d->name, d->params, d->n_params, d->params_size);
        assert_ptr_equal(gs_method_find(d->name), d);
    }
}

/* The writer itself, against JSON written by hand. */
static void test_json_writer(void **state)
{
    (void)state;
    struct gs_text text;
    gs_text_init(&text);
    struct gs_json json = {.text = &text, .is_first = true};
    gs_json_begin(&json, NULL, '{');
    gs_json_text(&json, "a", "say \"no\"\n");
    gs_json_text(&json, "b", NULL);
    gs_json_begin(&json, "c", '[');
    gs_json_end(&json, ']');
    gs_json_begin(&json, "d", '[');
    gs_json_number(&json, NULL, 0.1);
    gs_json_number(&json, NULL, 1.0 / 0.0);
    gs_json_end(&json, ']');
    gs_json_flag(&json, "e", true);
    gs_json_texts(&json, "f", (const char *const[]){"x", "y"}, 2);
    gs_json_end(&json, '}');
    assert_string_equal(text.bytes,
                        "{\n  \"a\": \"say \\\"no\\\"\\n\",\n  \"b\": null,\n  \"c\": [],\n"
                        "  \"d\": [\n    0.1,\n    null\n  ],\n  \"e\": true,\n"
                        "  \"f\": [\"x\", \"y\"]\n}\n");
    gs_text_release(&text);
}

static void test_faults(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    char *text = NULL;
    assert_status(ctx, gs_registry_list(ctx, (enum gs_registry)7, GS_FORMAT_TEXT, &text),
                  GS_EUSAGE);
    for (int format = GS_FORMAT_TEXT; format <= GS_FORMAT_JSON; format++) {
        gs_mem_fail_after(3, true);
        enum gs_status status = gs_registry_list(ctx, GS_VALUES, (enum gs_format)format, &text);
        gs_mem_fail_after(-1, false);
        assert_status(ctx, status, GS_ENOMEM);
        assert_null(text);
    }
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),        cmocka_unit_test(test_json),
        cmocka_unit_test(test_descriptors), cmocka_unit_test(test_json_writer),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
