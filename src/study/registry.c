// SPDX-License-Identifier: Apache-2.0
/* `gigasite list`: what a study may say, from the descriptors alone. */
#include "measure/measure.h"
#include "model/shapes.h"
#include "study/describe.h"
#include "study/json.h"
#include "value/value.h"

#include <string.h>

/* -- text -------------------------------------------------------------------------------------- */

static void list_param(struct gs_text *text, size_t column, const struct gs_param *param)
{
    struct gs_text words;
    gs_text_init(&words);
    gs_text_printf(&words, "%s (", param->help);
    gs_param_describe(&words, param);
    if (param->flags & GS_PARAM_REQUIRED)
        gs_text_append(&words, "; required");
    else if (param->fallback && *param->fallback)
        gs_text_printf(&words, "; default %s", param->fallback);
    gs_text_append(&words, ")");
    gs_text_printf(text, "    %s  ", param->key);
    gs_text_append_wrapped(text, column, GS_LINE_COLUMNS, words.bytes ? words.bytes : "");
    text->failed |= words.failed;
    gs_text_release(&words);
}

static void list_entry(struct gs_text *text, const struct gs_entry *entry)
{
    gs_text_printf(text, "\n%s\n", entry->name);
    if (entry->measure) {
        const char *unit = gs_describe_unit(entry->measure->unit);
        struct gs_text words;
        gs_text_init(&words);
        gs_text_append(&words, "Of ");
        if (entry->measure->input != GS_INPUT_SITE)
            gs_text_append(&words, "a ");
        gs_describe_input(&words, entry->measure);
        if (*unit)
            gs_text_printf(&words, "; yields a number %s%s",
                           strncmp(unit, "of ", 3) == 0 ? "in the unit " : "in ", unit);
        else
            gs_text_append(&words, "; yields a plain number");
        if (entry->measure->flags & GS_MEASURE_TEXT)
            gs_text_append(&words, ", or a text");
        gs_text_append_wrapped(text, 2, GS_LINE_COLUMNS, words.bytes ? words.bytes : "");
        text->failed |= words.failed;
        gs_text_release(&words);
    }
    if (entry->details)
        gs_text_append_wrapped(text, 2, GS_LINE_COLUMNS, entry->details);
    size_t column = 0;
    for (size_t i = 0; i < entry->n_params; i++) {
        size_t width = strlen(entry->params[i].key) + 6;
        column = width > column ? width : column;
    }
    for (size_t i = 0; i < entry->n_params; i++)
        list_param(text, column, &entry->params[i]);
}

static void list_text(struct gs_text *text, enum gs_registry registry)
{
    size_t column = 0, n = gs_entry_count(registry);
    for (size_t i = 0; i < n; i++) {
        size_t width = strlen(gs_entry_at(registry, i).name) + 2;
        column = width > column ? width : column;
    }
    for (size_t i = 0; i < n; i++) {
        struct gs_entry entry = gs_entry_at(registry, i);
        gs_text_append(text, entry.name);
        gs_text_append_wrapped(text, column, GS_LINE_COLUMNS, entry.summary);
    }
    for (size_t i = 0; i < n; i++) {
        struct gs_entry entry = gs_entry_at(registry, i);
        list_entry(text, &entry);
    }
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void json_bound(struct gs_json *json, const char *key, bool has, double bound)
{
    if (has)
        gs_json_number(json, key, bound);
    else
        gs_json_text(json, key, NULL);
}

static void json_param(struct gs_json *json, const struct gs_param *param)
{
    double min = 0, max = 0;
    bool has_min = gs_describe_min(param, &min), has_max = gs_describe_max(param, &max);
    gs_json_begin(json, NULL, '{');
    gs_json_text(json, "key", param->key);
    gs_json_text(json, "type", gs_describe_type(param->type));
    gs_json_text(json, "unit", gs_describe_unit(param->unit));
    gs_json_text(json, "default", param->fallback);
    gs_json_flag(json, "required", param->flags & GS_PARAM_REQUIRED);
    json_bound(json, "min", has_min, min);
    gs_json_flag(json, "min_excluded", param->flags & GS_PARAM_MIN_OPEN);
    json_bound(json, "max", has_max, max);
    gs_json_flag(json, "max_excluded", param->flags & GS_PARAM_MAX_OPEN);
    size_t n = 0;
    while (param->choices && param->choices[n])
        n++;
    if (param->choices)
        gs_json_texts(json, "choices", param->choices, n);
    else
        gs_json_text(json, "choices", NULL);
    gs_json_text(json, "help", param->help);
    gs_json_end(json, '}');
}

static void json_measure(struct gs_json *json, const struct gs_measure *measure)
{
    static const char *const inputs[] = {
        [GS_INPUT_VECTOR] = "vector", [GS_INPUT_RASTER] = "raster", [GS_INPUT_SITE] = "site"};
    static const char *const kinds[] = {
        [GS_PART_POINTS] = "points", [GS_PART_LINE] = "lines", [GS_PART_RING] = "polygons"};
    const char *works_on[3];
    size_t n = 0;
    for (int kind = GS_PART_POINTS; kind <= GS_PART_RING; kind++)
        if (measure->input == GS_INPUT_VECTOR &&
            (!measure->geometry || (measure->geometry & (1u << kind))))
            works_on[n++] = kinds[kind];
    gs_json_text(json, "unit", gs_describe_unit(measure->unit));
    gs_json_text(json, "input", inputs[measure->input]);
    gs_json_texts(json, "geometry", works_on, n);
    gs_json_flag(json, "text", measure->flags & GS_MEASURE_TEXT);
    gs_json_flag(json, "area", measure->flags & GS_MEASURE_AREA);
}

static void list_json(struct gs_text *text, enum gs_registry registry)
{
    struct gs_json json = {.text = text, .is_first = true};
    gs_json_begin(&json, NULL, '[');
    for (size_t i = 0; i < gs_entry_count(registry); i++) {
        struct gs_entry entry = gs_entry_at(registry, i);
        gs_json_begin(&json, NULL, '{');
        gs_json_text(&json, "name", entry.name);
        gs_json_text(&json, "summary", entry.summary);
        gs_json_text(&json, "details", entry.details);
        if (entry.measure)
            json_measure(&json, entry.measure);
        if (entry.value)
            gs_json_flag(&json, "categorical", entry.value->categorical);
        gs_json_begin(&json, "parameters", '[');
        for (size_t k = 0; k < entry.n_params; k++)
            json_param(&json, &entry.params[k]);
        gs_json_end(&json, ']');
        gs_json_end(&json, '}');
    }
    gs_json_end(&json, ']');
}

enum gs_status gs_registry_list(struct gs_ctx *ctx, enum gs_registry registry,
                                enum gs_format format, char **out)
{
    if (registry != GS_MEASURES && registry != GS_VALUES && registry != GS_METHODS)
        return gs_fail(ctx, GS_EUSAGE, NULL, NULL, "there is no registry %d", (int)registry);
    struct gs_text text;
    gs_text_init(&text);
    if (format == GS_FORMAT_JSON)
        list_json(&text, registry);
    else
        list_text(&text, registry);
    return gs_text_finish(ctx, &text, out);
}
