// SPDX-License-Identifier: Apache-2.0
/* Where the file says what it is: provenance as JSON, and what QGIS shows under "Metadata". */
#include "output/ranking.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"

#include <string.h>

static const char *find_fact(const struct gs_result *result, const char *key)
{
    for (size_t i = 0; i < result->n_facts; i++)
        if (strcmp(result->facts[i].key, key) == 0)
            return result->facts[i].value;
    return NULL;
}

/* One object; a key that stands several times gets a list. */
enum gs_status gs_write_provenance(struct gs_ctx *ctx, const struct gs_result *result, char **out)
{
    const struct gs_fact *facts = result->facts;
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append(&text, "{\"generator\":\"gigasite\",\"run\":{");
    for (size_t i = 0; i < result->n_facts; i++) {
        size_t n = 0;
        bool seen = false;
        for (size_t j = 0; j < result->n_facts; j++)
            if (strcmp(facts[i].key, facts[j].key) == 0) {
                seen |= j < i;
                n++;
            }
        if (seen)
            continue;
        gs_text_append(&text, i ? "," : "");
        gs_text_append_json(&text, facts[i].key);
        gs_text_append(&text, n > 1 ? ":[" : ":");
        for (size_t j = i, done = 0; j < result->n_facts; j++)
            if (strcmp(facts[i].key, facts[j].key) == 0) {
                gs_text_append(&text, done++ ? "," : "");
                gs_text_append_json(&text, facts[j].value);
            }
        gs_text_append(&text, n > 1 ? "]" : "");
    }
    gs_text_append(&text, "}}");
    return gs_text_finish(ctx, &text, out);
}

/* The layers that a table of the run rests on. */
struct sources {
    const struct gs_layer *const *layers;
    size_t n;
};

static struct sources sources_of(const struct gs_result *result, const char *table)
{
    if (strcmp(table, "background") == 0)
        return (struct sources){&result->borders_layer, result->borders_layer != NULL};
    return (struct sources){result->layers, result->n_layers};
}

/* "value: more"; `more` may be NULL. The file goes to others: secrets are hidden. */
static void append_element(struct gs_text *text, const char *tag, const char *value,
                           const char *more)
{
    struct gs_text all;
    gs_text_init(&all);
    gs_text_printf(&all, "%s%s%s", value, more ? ": " : "", more ? more : "");
    if (all.bytes)
        gs_hide_secrets(all.bytes);
    gs_text_printf(text, "<%s>", tag);
    gs_text_append_xml(text, all.bytes ? all.bytes : "");
    gs_text_printf(text, "</%s>\n", tag);
    text->failed |= all.failed;
    gs_text_release(&all);
}

/* A line for each layer that has the text. */
static void append_terms(struct gs_text *text, const struct sources *sources, const char *tag,
                         bool licences)
{
    for (size_t i = 0; i < sources->n; i++) {
        const struct gs_layer *layer = sources->layers[i];
        const char *value = licences ? layer->licence : layer->attribution;
        if (!value)
            continue;
        append_element(text, tag, layer->title ? layer->title : layer->id, value);
    }
}

/* Where a layer is from: "Substations: grid.gpkg, vintage 2022-03, fingerprint 9a…". */
static void append_source(struct gs_text *text, const struct gs_result *result,
                          const struct gs_layer *layer)
{
    struct gs_text line, key;
    gs_text_init(&line);
    gs_text_init(&key);
    gs_text_printf(&line, "%s: %s", layer->title ? layer->title : layer->id,
                   layer->source ? gs_file_name(layer->source) : "");
    if (layer->vintage)
        gs_text_printf(&line, ", vintage %s", layer->vintage);
    gs_text_printf(&key, "layer.%s.fingerprint", layer->id);
    const char *fingerprint = key.bytes ? find_fact(result, key.bytes) : NULL;
    if (fingerprint)
        gs_text_printf(&line, ", fingerprint %s", fingerprint);
    if (line.bytes)
        append_element(text, "history", line.bytes, NULL);
    text->failed |= line.failed || key.failed;
    gs_text_release(&key);
    gs_text_release(&line);
}

/* How the run made the table, then what it is made from. */
static void append_lineage(struct gs_text *text, const struct gs_result *result,
                           const struct sources *sources)
{
    const char *created = find_fact(result, "created");
    gs_text_append(text, "<history>gigasite ");
    gs_text_append_xml(text, gs_version());
    if (created)
        gs_text_append(text, ", ");
    gs_text_append_xml(text, created ? created : "");
    gs_text_append(text, "</history>\n");
    for (size_t i = 0; i < sources->n; i++)
        append_source(text, result, sources->layers[i]);
}

static void append_abstract(struct gs_text *text, const struct gs_result *result,
                            const struct gs_gpkg_layer *layer)
{
    const struct gs_study *study = result->study;
    size_t n_feasible = 0;
    for (size_t i = 0; i < result->n_sites; i++)
        n_feasible += result->feasible[i];
    struct gs_text abstract;
    gs_text_init(&abstract);
    gs_text_printf(&abstract, "%s.\n\n", layer->description);
    if (study->description)
        gs_text_printf(&abstract, "%s\n\n", study->description);
    gs_text_printf(&abstract,
                   "%zu candidate sites by %zu criteria and %zu constraints: %zu ranked, %zu "
                   "excluded. Method: %s. Table `run` holds everything needed to repeat it.",
                   result->n_sites, study->n_criteria, study->n_constraints, n_feasible,
                   result->n_sites - n_feasible, study->decision.name);
    append_element(text, "abstract", abstract.bytes ? abstract.bytes : "", NULL);
    text->failed |= abstract.failed;
    gs_text_release(&abstract);
}

/* As QGIS saves the metadata of a layer (QgsLayerMetadata::writeMetadataXml). */
enum gs_status gs_write_layer_metadata(struct gs_ctx *ctx, const struct gs_result *result,
                                       const struct gs_gpkg_layer *layer, char **out)
{
    const struct sources sources = sources_of(result, layer->name);
    const char *title = result->study->title;
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append(&text, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                          "<qgis version=\"3.22.0\">\n");
    append_element(&text, "identifier", layer->name, NULL);
    gs_text_append(&text, "<parentidentifier></parentidentifier>\n<language></language>\n"
                          "<type>dataset</type>\n");
    append_element(&text, "title", layer->title, title);
    append_abstract(&text, result, layer);
    gs_text_append(&text, "<fees></fees>\n");
    append_terms(&text, &sources, "rights", false);
    append_terms(&text, &sources, "license", true);
    gs_text_append(&text, "<encoding>UTF-8</encoding>\n");
    append_lineage(&text, result, &sources);
    gs_text_append(&text, "</qgis>\n");
    return gs_text_finish(ctx, &text, out);
}
