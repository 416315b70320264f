// SPDX-License-Identifier: Apache-2.0
/* The reference of the study file in Markdown, from the parameter tables alone: criteria/README.md.
 */
#include "measure/measure.h"
#include "study/blocks.h"
#include "study/describe.h"

#include <string.h>

static const char introduction[] =
    "# The study file\n"
    "\n"
    "Every key of a study and of a catalogue. This page is made by `gigasite schema --reference`\n"
    "from the tables the program itself reads by: change those, not this page.\n"
    "\n"
    "- Both files are YAML; JSON works as well. Scalars are never retyped: `no` and `off` stay "
    "text,\n"
    "  a flag is `true` or `false`. Merge keys (`<<`) are refused.\n"
    "- Every quantity may carry a unit (`30 km`, `1.5 kW`, `0.3 L/kWh`, `30 %`); a bare number is "
    "in "
    "the\n"
    "  unit named here. A wrong dimension (`radius: 3 MW`) is an error.\n"
    "- A quantity may name a size of the facility: `facility.power`, `1.5 * facility.water`.\n"
    "- Weights are any non-negative numbers and are normalised within their group.\n"
    "- Unknown keys, unknown fields, duplicate ids and values out of range are errors; `gigasite "
    "check`\n"
    "  reports all of them at once.\n"
    "- `gigasite schema > gigasite.schema.json` writes a JSON Schema; with the first line\n"
    "  `# yaml-language-server: $schema=gigasite.schema.json` editors complete and check.\n";

/* Text in a cell of a table. */
static void cell(struct gs_text *text, const char *words)
{
    for (const char *p = words ? words : ""; *p; p++) {
        if (*p == '|')
            gs_text_append(text, "\\");
        gs_text_append_bytes(text, *p == '\n' ? " " : p, 1);
    }
}

static void node_kind(struct gs_text *text, const char *holds)
{
    const char *colon = strchr(holds, ':'), *name = colon ? colon + 1 : holds;
    if (strncmp(holds, "block:", 6) == 0)
        gs_text_printf(text, "mapping: [%s](#%s)", name, name);
    else if (strcmp(holds, "list:criterion") == 0)
        gs_text_append(text, "list of [criterion](#criterion) or [group](#group)");
    else if (strncmp(holds, "list:", 5) == 0)
        gs_text_printf(text, "list of [%s](#%s)", name, name);
    else if (strncmp(holds, "map:", 4) == 0)
        gs_text_printf(text, "mapping of names to [%s](#%s)", name, name);
    else if (strcmp(holds, "measure") == 0)
        gs_text_append(text, "mapping with `type`: [measures](#measures)");
    else if (strcmp(holds, "value") == 0)
        gs_text_append(text, "mapping with `type`: [value functions](#value-functions)");
    else if (strcmp(holds, "texts") == 0)
        gs_text_append(text, "mapping of names to texts");
    else if (strcmp(holds, "uncertainty") == 0)
        gs_text_append(text, "`10 %`, a quantity, or mapping: [uncertainty](#uncertainty)");
    else if (strcmp(holds, "judgements") == 0)
        gs_text_append(text, "list of [id, id, number], or mapping of experts to such lists");
    else if (strcmp(holds, "order") == 0)
        gs_text_append(text, "list of ids, or of lists of ids");
    else if (strcmp(holds, "weight_range") == 0)
        gs_text_append(text, "`fixed`, `any`, `order`, or mapping: [weight_range](#weight_range)");
    else if (strcmp(holds, "bounds") == 0)
        gs_text_append(text, "mapping of ids to pairs of numbers, at least 0, at most 1");
    else if (strcmp(holds, "counts") == 0)
        gs_text_append(text, "mapping of fields to whole numbers");
    else if (strcmp(holds, "weights") == 0)
        gs_text_append(text, "mapping of ids to numbers");
    else if (strcmp(holds, "changes") == 0)
        gs_text_append(text, "mapping of ids to mappings of keys, or to `none`");
    else if (strcmp(holds, "missing") == 0)
        gs_text_append(text, "`exclude`, `worst`, `best` or a number, at least 0, at most 1");
    else if (strcmp(holds, "bbox") == 0)
        gs_text_append(text, "list of four numbers");
    else
        gs_text_append(text, holds);
}

static void param_row(struct gs_text *text, const struct gs_param *param)
{
    struct gs_text kind;
    gs_text_init(&kind);
    if (param->type == GS_PARAM_NODE)
        node_kind(&kind, param->placeholder);
    else
        gs_param_describe(&kind, param);
    gs_text_printf(text, "| `%s` | ", param->key);
    cell(text, param->help);
    gs_text_append(text, " | ");
    cell(text, kind.bytes);
    gs_text_append(text, " | ");
    if (param->flags & GS_PARAM_REQUIRED)
        gs_text_append(text, "required");
    else if (param->fallback && *param->fallback)
        gs_text_printf(text, "`%s`", param->fallback);
    gs_text_append(text, " |\n");
    text->failed |= kind.failed;
    gs_text_release(&kind);
}

static void param_table(struct gs_text *text, const struct gs_param *params, size_t n)
{
    if (n == 0)
        return;
    gs_text_append(text, "\n| key | what | takes | default |\n|---|---|---|---|\n");
    for (size_t i = 0; i < n; i++)
        param_row(text, &params[i]);
}

static void paragraph(struct gs_text *text, const char *words)
{
    gs_text_append(text, "\n");
    gs_text_append_wrapped(text, 0, GS_LINE_COLUMNS, words);
}

static void sentence(struct gs_text *text, const char *words)
{
    struct gs_text full;
    gs_text_init(&full);
    gs_text_printf(&full, "%s.", words);
    paragraph(text, full.bytes ? full.bytes : words);
    text->failed |= full.failed;
    gs_text_release(&full);
}

static void block_section(struct gs_text *text, const struct gs_block *block)
{
    gs_text_printf(text, "\n### `%s`\n", block->name);
    sentence(text, block->summary);
    param_table(text, block->params, block->n_params);
}

static void entry_section(struct gs_text *text, const struct gs_entry *entry)
{
    gs_text_printf(text, "\n### `%s`\n", entry->name);
    sentence(text, entry->summary);
    if (entry->measure) {
        const char *unit = gs_describe_unit(entry->measure->unit);
        gs_text_append(text, "\nInput: ");
        gs_describe_input(text, entry->measure);
        gs_text_printf(text, ". Unit: %s%s%s.\n", strncmp(unit, "of ", 3) == 0 ? "that " : "",
                       *unit ? unit : "none",
                       entry->measure->flags & GS_MEASURE_TEXT ? "; a text field yields texts"
                                                               : "");
    }
    if (entry->details)
        paragraph(text, entry->details);
    param_table(text, entry->params, entry->n_params);
}

static void registry_section(struct gs_text *text, enum gs_registry registry, const char *title,
                             const char *introductory)
{
    gs_text_printf(text, "\n## %s\n", title);
    paragraph(text, introductory);
    for (size_t i = 0; i < gs_entry_count(registry); i++) {
        struct gs_entry entry = gs_entry_at(registry, i);
        entry_section(text, &entry);
    }
}

static void future_section(struct gs_text *text)
{
    if (!gs_future_keys[0][0])
        return;
    gs_text_append(text, "\n## Keys kept for later versions\n");
    struct gs_text words;
    gs_text_init(&words);
    gs_text_append(&words, "Known, but refused with a message of their own:");
    for (size_t i = 0; gs_future_keys[i][0]; i++)
        gs_text_printf(&words, "%s `%s` (%s)", i ? "," : "", gs_future_keys[i][1],
                       gs_future_keys[i][0]);
    sentence(text, words.bytes ? words.bytes : "");
    text->failed |= words.failed;
    gs_text_release(&words);
}

enum gs_status gs_reference(struct gs_ctx *ctx, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append(&text, introduction);
    gs_text_append(&text, "\n## Study\n");
    bool in_catalogue = false;
    for (size_t i = 0; i < gs_n_blocks; i++) { /* the study's blocks come first */
        if (gs_blocks[i] == &gs_block_catalogue && !in_catalogue) {
            in_catalogue = true;
            gs_text_append(&text, "\n## Catalogue\n");
        }
        block_section(&text, gs_blocks[i]);
    }
    registry_section(&text, GS_MEASURES, "Measures",
                     "`measure: {type: NAME, …}` turns a layer into one number per site. A measure "
                     "that needs no parameters may be written `measure: NAME`.");
    registry_section(&text, GS_VALUES, "Value functions",
                     "`value: {type: NAME, …}` turns the measured quantity x into a worth between "
                     "0 and 1. Quantities are in the unit of what is measured.");
    registry_section(&text, GS_METHODS, "Decision methods",
                     "`decision: {method: NAME, …}` turns the worths into a score; its parameters "
                     "stand beside `method`.");
    future_section(&text);
    return gs_text_finish(ctx, &text, out);
}
