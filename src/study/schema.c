// SPDX-License-Identifier: Apache-2.0
/* JSON Schema of study and catalogue, from the parameter tables alone. Draft-07, because it is what
 * editors' YAML language server supports ("JSON Schema 7 and below", its manual says). One document
 * for both files: what has `layers:` is read as a catalogue, anything else as a study, by
 * if/then/else rather than oneOf, so that an editor's messages are about the file at hand. */
#include "base/units.h"
#include "study/blocks.h"
#include "study/describe.h"
#include "study/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void reference(struct gs_json *json, const char *key, const char *name)
{
    char target[128];
    snprintf(target, sizeof target, "#/definitions/%.100s", name);
    gs_json_begin(json, key, '{');
    gs_json_text(json, "$ref", target);
    gs_json_end(json, '}');
}

/* A reference with something beside it: draft-07 ignores what stands next to a bare $ref. */
static void inherit(struct gs_json *json, const char *name)
{
    gs_json_begin(json, "allOf", '[');
    reference(json, NULL, name);
    gs_json_end(json, ']');
}

static void one_type(struct gs_json *json, const char *type)
{
    gs_json_text(json, "type", type);
}

/* Text as a study writes it may look like a number (`title: 2030`): it stays text. */
static void text_type(struct gs_json *json)
{
    gs_json_texts(json, "type", (const char *const[]){"string", "number"}, 2);
}

static void bounds(struct gs_json *json, const struct gs_param *param)
{
    double bound;
    if (gs_describe_min(param, &bound))
        gs_json_number(json, param->flags & GS_PARAM_MIN_OPEN ? "exclusiveMinimum" : "minimum",
                       bound);
    if (gs_describe_max(param, &bound))
        gs_json_number(json, param->flags & GS_PARAM_MAX_OPEN ? "exclusiveMaximum" : "maximum",
                       bound);
}

/* A number in the parameter's unit, which the bounds are in, or text with a unit or `facility.…`,
 * which only the program can judge. */
static void quantity_type(struct gs_json *json, const struct gs_param *param)
{
    gs_json_texts(json, "type", (const char *const[]){"number", "string"}, 2);
    if (param)
        bounds(json, param);
}

static void texts_type(struct gs_json *json)
{
    gs_json_texts(json, "type", (const char *const[]){"array", "string", "number"}, 3);
    gs_json_begin(json, "items", '{');
    text_type(json);
    gs_json_end(json, '}');
}

static void numbers_type(struct gs_json *json, const struct gs_param *param)
{
    one_type(json, "array");
    gs_json_number(json, "minItems", 1);
    gs_json_begin(json, "items", '{');
    quantity_type(json, param);
    gs_json_end(json, '}');
}

static void points_type(struct gs_json *json, const struct gs_param *param)
{
    one_type(json, "array");
    gs_json_number(json, "minItems", 2);
    gs_json_begin(json, "items", '{');
    one_type(json, "array");
    gs_json_begin(json, "items", '[');
    gs_json_begin(json, NULL, '{');
    quantity_type(json, NULL);
    gs_json_end(json, '}');
    gs_json_begin(json, NULL, '{');
    quantity_type(json, param);
    gs_json_end(json, '}');
    gs_json_end(json, ']');
    gs_json_number(json, "minItems", 2);
    gs_json_number(json, "maxItems", 2);
    gs_json_end(json, '}');
}

static void worths_type(struct gs_json *json, const struct gs_param *param)
{
    one_type(json, "object");
    gs_json_number(json, "minProperties", 1);
    gs_json_begin(json, "additionalProperties", '{');
    quantity_type(json, param);
    gs_json_end(json, '}');
}

static void missing_type(struct gs_json *json)
{
    gs_json_begin(json, "anyOf", '[');
    gs_json_begin(json, NULL, '{');
    gs_json_texts(json, "enum", (const char *const[]){"exclude", "worst", "best"}, 3);
    gs_json_end(json, '}');
    gs_json_begin(json, NULL, '{');
    one_type(json, "number");
    gs_json_number(json, "minimum", 0);
    gs_json_number(json, "maximum", 1);
    gs_json_end(json, '}');
    gs_json_end(json, ']');
}

static void bbox_type(struct gs_json *json)
{
    one_type(json, "array");
    gs_json_begin(json, "items", '{');
    one_type(json, "number");
    gs_json_end(json, '}');
    gs_json_number(json, "minItems", 4);
    gs_json_number(json, "maxItems", 4);
}

/* Single values of these types, or a mapping. */
static void either(struct gs_json *json, const char *mapping, const char *const *types, size_t n)
{
    gs_json_begin(json, "oneOf", '[');
    gs_json_begin(json, NULL, '{');
    gs_json_texts(json, "type", types, n);
    gs_json_end(json, '}');
    reference(json, NULL, mapping);
    gs_json_end(json, ']');
}

/* study/blocks.h says what `placeholder` may say. */
static void node_type(struct gs_json *json, const struct gs_param *param)
{
    const char *holds = param->placeholder, *colon = strchr(holds, ':');
    const char *name = colon ? colon + 1 : holds;
    if (strncmp(holds, "list:", 5) == 0) {
        one_type(json, "array");
        if (param->flags & GS_PARAM_REQUIRED)
            gs_json_number(json, "minItems", 1);
        reference(json, "items", strcmp(name, "criterion") == 0 ? "criterion_or_group" : name);
    } else if (strncmp(holds, "map:", 4) == 0) {
        one_type(json, "object");
        reference(json, "additionalProperties", name);
    } else if (strcmp(holds, "texts") == 0) {
        one_type(json, "object");
        gs_json_begin(json, "additionalProperties", '{');
        gs_json_texts(json, "type", (const char *const[]){"string", "number", "boolean"}, 3);
        gs_json_end(json, '}');
    } else if (strcmp(holds, "uncertainty") == 0) {
        either(json, name, (const char *const[]){"string", "number"}, 2);
    } else if (strcmp(holds, "judgements") == 0 || strcmp(holds, "order") == 0) {
        bool experts = strcmp(holds, "judgements") == 0;
        gs_json_texts(json, "type", (const char *const[]){"array", "object"}, experts ? 2 : 1);
    } else if (strcmp(holds, "weight_range") == 0) {
        gs_json_begin(json, "oneOf", '[');
        gs_json_begin(json, NULL, '{');
        gs_json_texts(json, "enum", (const char *const[]){"fixed", "any", "order"}, 3);
        gs_json_end(json, '}');
        reference(json, NULL, name);
        gs_json_end(json, ']');
    } else if (strcmp(holds, "counts") == 0) {
        one_type(json, "object");
        gs_json_begin(json, "additionalProperties", '{');
        one_type(json, "integer");
        gs_json_number(json, "minimum", 0);
        gs_json_end(json, '}');
    } else if (strcmp(holds, "bounds") == 0) {
        one_type(json, "object");
        gs_json_begin(json, "additionalProperties", '{');
        one_type(json, "array");
        gs_json_number(json, "minItems", 2);
        gs_json_number(json, "maxItems", 2);
        gs_json_end(json, '}');
    } else if (strcmp(holds, "weights") == 0) {
        one_type(json, "object");
        gs_json_begin(json, "additionalProperties", '{');
        one_type(json, "number");
        gs_json_number(json, "minimum", 0);
        gs_json_end(json, '}');
    } else if (strcmp(holds, "changes") == 0) {
        one_type(json, "object");
        gs_json_begin(json, "additionalProperties", '{');
        gs_json_texts(json, "type", (const char *const[]){"object", "string"}, 2);
        gs_json_text(json, "pattern", "^none$");
        gs_json_end(json, '}');
    } else if (strcmp(holds, "missing") == 0) {
        missing_type(json);
    } else if (strcmp(holds, "bbox") == 0) {
        bbox_type(json);
    } else { /* block:NAME, measure, value */
        inherit(json, name);
    }
}

static void fallback(struct gs_json *json, const struct gs_param *param)
{
    double number;
    const char *end;
    if (!param->fallback || !*param->fallback)
        return;
    if (param->type == GS_PARAM_FLAG)
        gs_json_flag(json, "default", strcmp(param->fallback, "true") == 0);
    else if (gs_parse_number(param->fallback, &number, &end) && !*end &&
             (param->type == GS_PARAM_QUANTITY || param->type == GS_PARAM_INTEGER))
        gs_json_number(json, "default", number);
    else
        gs_json_text(json, "default", param->fallback);
}

static void description(struct gs_json *json, const struct gs_param *param)
{
    struct gs_text words;
    gs_text_init(&words);
    gs_text_append(&words, param->help ? param->help : "");
    if (param->type == GS_PARAM_QUANTITY || param->type == GS_PARAM_POINTS) {
        gs_text_append(&words, " (");
        gs_param_describe(&words, param);
        gs_text_append(&words, ")");
    }
    gs_json_text(json, "description", words.bytes);
    json->text->failed |= words.failed;
    gs_text_release(&words);
}

static void property(struct gs_json *json, const struct gs_param *param)
{
    gs_json_begin(json, param->key, '{');
    description(json, param);
    switch (param->type) {
    case GS_PARAM_FLAG:
        one_type(json, "boolean");
        break;
    case GS_PARAM_TEXT:
    case GS_PARAM_FIELD:
    case GS_PARAM_LAYER:
        text_type(json);
        break;
    case GS_PARAM_TEXTS:
    case GS_PARAM_CLASSES:
        texts_type(json);
        break;
    case GS_PARAM_CHOICE: {
        size_t n = 0;
        while (param->choices[n])
            n++;
        gs_json_texts(json, "enum", param->choices, n);
        break;
    }
    case GS_PARAM_INTEGER:
        one_type(json, "integer");
        bounds(json, param);
        break;
    case GS_PARAM_SIZE:
    case GS_PARAM_QUANTITY:
        quantity_type(json, param);
        break;
    case GS_PARAM_NUMBERS:
        numbers_type(json, param);
        break;
    case GS_PARAM_POINTS:
        points_type(json, param);
        break;
    case GS_PARAM_WORTHS:
        worths_type(json, param);
        break;
    case GS_PARAM_NODE:
        node_type(json, param);
        break;
    }
    fallback(json, param);
    gs_json_end(json, '}');
}

/* The keys of a mapping: the table's, after `selector` (may be NULL) that must say `selected`. */
static void mapping(struct gs_json *json, const struct gs_param *params, size_t n,
                    const struct gs_block *beside, const char *selector, const char *selected,
                    bool selector_required)
{
    const char *required[64];
    size_t n_required = 0;
    one_type(json, "object");
    gs_json_begin(json, "properties", '{');
    if (selector) {
        gs_json_begin(json, selector, '{');
        gs_json_text(json, "const", selected);
        gs_json_end(json, '}');
        if (selector_required)
            required[n_required++] = selector;
    }
    for (size_t i = 0; i < n + (beside ? beside->n_params : 0); i++) {
        const struct gs_param *param = i < n ? &params[i] : &beside->params[i - n];
        if (selector && strcmp(param->key, selector) == 0)
            continue;
        property(json, param);
        if ((param->flags & GS_PARAM_REQUIRED) && n_required < sizeof required / sizeof *required)
            required[n_required++] = param->key;
    }
    gs_json_end(json, '}');
    if (n_required)
        gs_json_texts(json, "required", required, n_required);
    gs_json_flag(json, "additionalProperties", false);
}

/* Exactly one of the keys. */
static void one_of(struct gs_json *json, const char *const *keys, size_t n)
{
    gs_json_begin(json, "oneOf", '[');
    for (size_t i = 0; i < n; i++) {
        gs_json_begin(json, NULL, '{');
        gs_json_texts(json, "required", &keys[i], 1);
        gs_json_end(json, '}');
    }
    gs_json_end(json, ']');
}

static void block_definition(struct gs_json *json, const struct gs_block *block)
{
    gs_json_begin(json, block->name, '{');
    gs_json_text(json, "title", block->name);
    gs_json_text(json, "description", block->summary);
    if (block == &gs_block_require)
        gs_json_number(json, "minProperties", 1);
    static const char *const sources[] = {"layer", "locate", "cells"};
    static const char *const valuations[] = {"value", "better"};
    if (block == &gs_block_candidates)
        one_of(json, sources, sizeof sources / sizeof *sources);
    if (block == &gs_block_criterion)
        one_of(json, valuations, sizeof valuations / sizeof *valuations);
    mapping(json, block->params, block->n_params, NULL, NULL, NULL, false);
    gs_json_end(json, '}');
}

/* One definition an entry, "measure.distance", and `name` that is one of them. */
static void registry_definitions(struct gs_json *json, enum gs_registry registry, const char *name,
                                 const char *selector, const struct gs_block *beside,
                                 const char *selected_by_default)
{
    char target[128];
    const char *brief[64];
    size_t n_brief = 0, n = gs_entry_count(registry);
    for (size_t i = 0; i < n; i++) {
        struct gs_entry entry = gs_entry_at(registry, i);
        snprintf(target, sizeof target, "%s.%s", name, entry.name);
        gs_json_begin(json, target, '{');
        gs_json_text(json, "title", entry.name);
        gs_json_text(json, "description", entry.summary);
        bool is_default = selected_by_default && strcmp(entry.name, selected_by_default) == 0;
        mapping(json, entry.params, entry.n_params, beside, selector, entry.name, !is_default);
        gs_json_end(json, '}');
        if (beside != &gs_block_decision && !gs_entry_needs_params(&entry) &&
            n_brief < sizeof brief / sizeof *brief)
            brief[n_brief++] = entry.name;
    }
    gs_json_begin(json, name, '{');
    gs_json_begin(json, "oneOf", '[');
    for (size_t i = 0; i < n; i++) {
        snprintf(target, sizeof target, "%s.%s", name, gs_entry_at(registry, i).name);
        reference(json, NULL, target);
    }
    if (n_brief) { /* `measure: distance` is short for `measure: {type: distance}` */
        gs_json_begin(json, NULL, '{');
        gs_json_texts(json, "enum", brief, n_brief);
        gs_json_end(json, '}');
    }
    gs_json_end(json, ']');
    gs_json_end(json, '}');
}

/* `then` when the mapping has the key, else `otherwise`. */
static void choose(struct gs_json *json, const char *key, const char *then, const char *otherwise)
{
    one_type(json, "object");
    gs_json_begin(json, "if", '{');
    gs_json_texts(json, "required", &key, 1);
    gs_json_end(json, '}');
    reference(json, "then", then);
    reference(json, "else", otherwise);
}

static const char *default_method(void)
{
    for (size_t i = 0; i < gs_block_decision.n_params; i++)
        if (strcmp(gs_block_decision.params[i].key, "method") == 0)
            return gs_block_decision.params[i].fallback;
    return NULL;
}

enum gs_status gs_schema(struct gs_ctx *ctx, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    struct gs_json json = {.text = &text, .is_first = true};
    gs_json_begin(&json, NULL, '{');
    gs_json_text(&json, "$schema", "http://json-schema.org/draft-07/schema#");
    gs_json_text(&json, "title", "gigasite study or catalogue");
    choose(&json, "layers", "catalogue", "study");
    gs_json_begin(&json, "definitions", '{');
    for (size_t i = 0; i < gs_n_blocks; i++)
        if (gs_blocks[i] != &gs_block_decision && gs_blocks[i] != &gs_block_also)
            block_definition(&json, gs_blocks[i]);
    gs_json_begin(&json, "criterion_or_group", '{');
    choose(&json, "criteria", "group", "criterion");
    gs_json_end(&json, '}');
    registry_definitions(&json, GS_MEASURES, "measure", "type", NULL, NULL);
    registry_definitions(&json, GS_VALUES, "value", "type", NULL, NULL);
    registry_definitions(&json, GS_METHODS, "decision", "method", &gs_block_decision,
                         default_method());
    registry_definitions(&json, GS_METHODS, "also", "method", &gs_block_also, NULL);
    gs_json_end(&json, '}');
    gs_json_end(&json, '}');
    return gs_text_finish(ctx, &text, out);
}
