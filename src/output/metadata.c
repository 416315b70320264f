// SPDX-License-Identifier: Apache-2.0
/* Where the file says what it is: provenance as JSON, and what QGIS shows under "Metadata". */
#include "output/ranking.h"

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

/* The i-th factor's layer: candidates, constraints, criteria; NULL for the candidates' own. */
static const struct gs_layer *layer_at(const struct gs_study *study, size_t i)
{
    if (i == 0)
        return study->candidates.layer;
    if (--i < study->n_constraints)
        return study->constraints[i].factor.layer;
    return study->criteria[i - study->n_constraints].factor.layer;
}

static bool is_first(const struct gs_study *study, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (layer_at(study, j) == layer_at(study, i))
            return false;
    return true;
}

/* A line for each layer that has the text, once a layer. */
static void append_layers(struct gs_text *text, const struct gs_study *study, const char *tag,
                          bool licences)
{
    size_t n = 1 + study->n_constraints + study->n_criteria;
    for (size_t i = 0; i < n; i++) {
        const struct gs_layer *layer = layer_at(study, i);
        const char *value = !layer ? NULL : licences ? layer->licence : layer->attribution;
        if (!value || !is_first(study, i))
            continue;
        gs_text_printf(text, "<%s>", tag);
        gs_text_append_xml(text, layer->title ? layer->title : layer->id);
        gs_text_append(text, ": ");
        gs_text_append_xml(text, value);
        gs_text_printf(text, "</%s>\n", tag);
    }
}

static void append_element(struct gs_text *text, const char *tag, const char *value)
{
    gs_text_printf(text, "<%s>", tag);
    gs_text_append_xml(text, value);
    gs_text_printf(text, "</%s>\n", tag);
}

/* As QGIS saves the metadata of a layer (QgsLayerMetadata::writeMetadataXml). */
enum gs_status gs_write_layer_metadata(struct gs_ctx *ctx, const struct gs_result *result,
                                       char **out)
{
    const struct gs_study *study = result->study;
    size_t n_feasible = 0;
    for (size_t i = 0; i < result->n_sites; i++)
        n_feasible += result->feasible[i];
    struct gs_text text, abstract;
    gs_text_init(&text);
    gs_text_init(&abstract);
    if (study->description)
        gs_text_printf(&abstract, "%s\n\n", study->description);
    gs_text_printf(&abstract,
                   "%zu candidate sites by %zu criteria and %zu constraints: %zu ranked, %zu "
                   "excluded. Method: %s. Table `run` holds everything needed to repeat it.",
                   result->n_sites, study->n_criteria, study->n_constraints, n_feasible,
                   result->n_sites - n_feasible, study->decision.name);
    if (abstract.bytes)
        gs_hide_secrets(abstract.bytes);
    const char *title = study->title ? study->title : "Ranked sites";
    const char *created = find_fact(result, "created");
    gs_text_append(&text, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                          "<qgis version=\"3.22.0\">\n<identifier>ranking</identifier>\n"
                          "<parentidentifier></parentidentifier>\n<language></language>\n"
                          "<type>dataset</type>\n");
    append_element(&text, "title", title);
    append_element(&text, "abstract", abstract.bytes ? abstract.bytes : "");
    gs_text_append(&text, "<fees></fees>\n");
    append_layers(&text, study, "rights", false);
    append_layers(&text, study, "license", true);
    gs_text_append(&text, "<encoding>UTF-8</encoding>\n<history>gigasite ");
    gs_text_append_xml(&text, gs_version());
    if (created)
        gs_text_append(&text, ", ");
    gs_text_append_xml(&text, created ? created : "");
    gs_text_append(&text, "</history>\n</qgis>\n");
    text.failed |= abstract.failed;
    gs_text_release(&abstract);
    return gs_text_finish(ctx, &text, out);
}
