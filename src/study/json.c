// SPDX-License-Identifier: Apache-2.0
#include "study/json.h"

static void new_line(struct gs_json *json)
{
    gs_text_append(json->text, "\n");
    for (unsigned i = 0; i < json->depth; i++)
        gs_text_append(json->text, "  ");
}

/* What stands before a value: comma, line, key. */
static void start(struct gs_json *json, const char *key)
{
    if (!json->is_first)
        gs_text_append(json->text, ",");
    if (json->depth > 0)
        new_line(json);
    json->is_first = false;
    if (key) {
        gs_text_append_json(json->text, key);
        gs_text_append(json->text, ": ");
    }
}

void gs_json_begin(struct gs_json *json, const char *key, char bracket)
{
    start(json, key);
    gs_text_append_bytes(json->text, &bracket, 1);
    json->depth++;
    json->is_first = true;
}

void gs_json_end(struct gs_json *json, char bracket)
{
    json->depth--;
    if (!json->is_first) /* an empty one closes on its line */
        new_line(json);
    gs_text_append_bytes(json->text, &bracket, 1);
    json->is_first = false;
    if (json->depth == 0)
        gs_text_append(json->text, "\n");
}

void gs_json_text(struct gs_json *json, const char *key, const char *value)
{
    start(json, key);
    gs_text_append_json(json->text, value);
}

void gs_json_number(struct gs_json *json, const char *key, double value)
{
    start(json, key);
    gs_text_append_json_double(json->text, value);
}

void gs_json_flag(struct gs_json *json, const char *key, bool value)
{
    start(json, key);
    gs_text_append(json->text, value ? "true" : "false");
}

void gs_json_texts(struct gs_json *json, const char *key, const char *const *values, size_t n)
{
    start(json, key);
    gs_text_append(json->text, "[");
    for (size_t i = 0; i < n; i++) {
        gs_text_append(json->text, i ? ", " : "");
        gs_text_append_json(json->text, values[i]);
    }
    gs_text_append(json->text, "]");
}
