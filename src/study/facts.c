// SPDX-License-Identifier: Apache-2.0
/* Table `run`: everything needed to understand and repeat the run, as keys and values. */
#include "study/blocks.h"
#include "study/run.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "geo/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct collector {
    struct gs_ctx *ctx;
    struct gs_result *result;
    size_t capacity;
    const struct gs_inputs *inputs;
    enum gs_status status;
};

static void add_text(struct collector *collector, const char *key, const char *value)
{
    struct gs_result *result = collector->result;
    if (collector->status || !value)
        return;
    collector->status = gs_grow(collector->ctx, &result->facts, &collector->capacity,
                                result->n_facts + 1, sizeof *result->facts);
    if (collector->status)
        return;
    char *hidden = gs_arena_text(collector->ctx, &result->arena, value);
    struct gs_fact fact = {gs_arena_text(collector->ctx, &result->arena, key), hidden};
    if (!fact.key || !hidden) {
        collector->status = GS_ENOMEM;
        return;
    }
    gs_hide_secrets(hidden); /* the file goes to others */
    result->facts[result->n_facts++] = fact;
}

static void add_number(struct collector *collector, const char *key, double value)
{
    if (isnan(value))
        return;
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append_double(&text, value);
    if (text.failed)
        collector->status = gs_fail_memory(collector->ctx);
    add_text(collector, key, text.bytes);
    gs_text_release(&text);
}

static void add_count(struct collector *collector, const char *key, size_t n)
{
    add_number(collector, key, (double)n);
}

static void add_versions(struct collector *collector)
{
    char key[64];
    for (size_t i = 0; i < gs_geo_n_libraries(); i++) {
        const char *name, *version;
        gs_geo_library(i, &name, &version);
        snprintf(key, sizeof key, "version.%s", name);
        add_text(collector, key, version);
    }
}

static void add_time(struct collector *collector, int64_t timestamp)
{
    time_t at = (time_t)timestamp;
    struct tm utc;
    char text[40];
    if (gmtime_r(&at, &utc) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc))
        add_text(collector, "created", text);
}

static void add_facility(struct collector *collector, const struct gs_facility *facility)
{
    add_number(collector, "facility.accelerators", facility->accelerators);
    add_number(collector, "facility.power [MW]", facility->power_mw);
    add_number(collector, "facility.energy [GWh/year]", facility->energy_gwh_year);
    add_number(collector, "facility.water [m3/year]", facility->water_m3_year);
    add_number(collector, "facility.land [m2]", facility->land_m2);
}

/* Key "layer.ID.what"; an empty value is none. */
static void add_layer_text(struct collector *collector, const char *id, const char *what,
                           const char *value)
{
    struct gs_text key;
    gs_text_init(&key);
    gs_text_printf(&key, "layer.%s.%s", id, what);
    if (key.failed)
        collector->status = gs_fail_memory(collector->ctx);
    add_text(collector, key.bytes, value && *value ? value : NULL);
    gs_text_release(&key);
}

static void add_layer_number(struct collector *collector, const char *id, const char *what,
                             double value)
{
    struct gs_text key;
    gs_text_init(&key);
    gs_text_printf(&key, "layer.%s.%s", id, what);
    if (key.failed)
        collector->status = gs_fail_memory(collector->ctx);
    else
        add_number(collector, key.bytes, value);
    gs_text_release(&key);
}

/* -- layers ------------------------------------------------------------------------------------ */

/* What the catalogue says of a layer; once a layer. */
static void add_layer(struct collector *collector, const struct gs_layer *layer)
{
    const char *id = layer->id;
    add_layer_text(collector, id, "title", layer->title);
    add_layer_text(collector, id, "source", layer->source);
    add_layer_text(collector, id, "table", layer->table);
    add_layer_text(collector, id, "sql", layer->sql);
    add_layer_text(collector, id, "vintage", layer->vintage);
    add_layer_text(collector, id, "licence", layer->licence);
    add_layer_text(collector, id, "attribution", layer->attribution);
    add_layer_text(collector, id, "fingerprint",
                   gs_inputs_find(collector->inputs, layer->source)->fingerprint);
}

static bool seen_before(const struct gs_bound *bound, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (bound->sources[i].layer == bound->sources[at].layer)
            return true;
    return false;
}

/* How each source was read; a layer read under several conditions has the later ones under
 * "layer.ID.reading2" and so on. */
static void add_source(struct collector *collector, const struct gs_bound *bound, size_t at)
{
    const struct gs_source *source = &bound->sources[at];
    char name[300];
    size_t reading = 1;
    for (size_t i = 0; i < at; i++)
        reading += bound->sources[i].layer == source->layer;
    if (reading > 1)
        snprintf(name, sizeof name, "%s.reading%zu", source->layer->id, reading);
    else
        snprintf(name, sizeof name, "%s", source->layer->id);
    add_layer_text(collector, name, "where", source->where);
    add_layer_text(collector, name, "operation", source->operation);
    if (!isnan(source->coverage))
        add_layer_number(collector, name, "coverage", source->coverage);
    if (!source->was_read)
        return;
    add_layer_number(collector, name, "features", (double)source->counts.kept);
    if (source->counts.repaired)
        add_layer_number(collector, name, "repaired", (double)source->counts.repaired);
    size_t out = source->counts.read - source->counts.kept;
    if (out)
        add_layer_number(collector, name, "left_out", (double)out);
}

static void add_located(struct collector *collector, const struct gs_bound *bound)
{
    if (bound->study->candidates.kind != GS_CANDIDATES_LOCATE)
        return;
    add_text(
        collector, "locate.method",
        "regions grown from the best discs, bettered by exchange, one after another; bound: the "
        "mean of so many best cells of areas that are large enough");
    add_count(collector, "locate.asked", (size_t)bound->study->candidates.locate.count);
    add_count(collector, "locate.found", bound->n_located);
    add_number(collector, "locate.mean", bound->located_mean);
    add_number(collector, "locate.bound", bound->located_bound);
    add_number(collector, "locate.gap",
               (bound->located_bound - bound->located_mean) / bound->located_bound);
}

/* What every reading of a vector layer saw; the texts change hands. */
static void add_digests(struct collector *collector, const struct gs_bound *bound)
{
    struct gs_result *result = collector->result;
    if (collector->status)
        return;
    result->digests =
        GS_ARENA_ARRAY(collector->ctx, &result->arena, struct gs_layer_digest, bound->n_sources);
    for (size_t i = 0; result->digests && i < bound->n_sources; i++) {
        struct gs_layer_digest digest = bound->sources[i].digest;
        if (!bound->sources[i].was_read)
            continue;
        if (digest.text)
            digest.text = gs_arena_text(collector->ctx, &result->arena, digest.text);
        if (bound->sources[i].digest.text && !digest.text)
            collector->status = GS_ENOMEM;
        result->digests[result->n_digests++] = digest;
    }
    if (!result->digests)
        collector->status = GS_ENOMEM;
}

static void add_surface(struct collector *collector, const struct gs_surface *surface)
{
    if (!surface)
        return;
    double n_cells = gs_surface_cells(surface);
    add_count(collector, "surface.columns", surface->grid.n_cols);
    add_count(collector, "surface.rows", surface->grid.n_rows);
    add_number(collector, "surface.resolution [m]", surface->grid.cell_m);
    add_number(collector, "surface.suitable", (double)surface->n_suitable / n_cells);
    add_number(collector, "surface.without_data", (double)surface->n_missing / n_cells);
    add_number(collector, "surface.score.min", surface->min);
    add_number(collector, "surface.score.max", surface->max);
    add_number(collector, "surface.score.mean", surface->mean);
    add_text(collector, "surface.suitability", gs_file_name(surface->suitability_path));
    add_text(collector, "surface.exclusion", gs_file_name(surface->exclusion_path));
}

/* Where weights came from, unless the study says them itself. */
static void add_weighing(struct collector *collector, const struct gs_study *study)
{
    char key[120];
    for (size_t g = 0; g < study->n_groups; g++) {
        const struct gs_weighing *weighing = &study->groups[g].weighing;
        if (weighing->method == GS_WEIGH_DIRECT)
            continue;
        const char *of = g ? "." : "", *id = study->groups[g].id;
        snprintf(key, sizeof key, "weights%s%s", of, id);
        add_text(collector, key, gs_weighing_names[weighing->method]);
        snprintf(key, sizeof key, "weights%s%s.consistency_ratio", of, id);
        if (!isnan(weighing->ratio))
            add_number(collector, key, weighing->ratio);
    }
}

static void add_warnings(struct collector *collector)
{
    char key[32];
    size_t n = 0;
    for (size_t i = 0; i < collector->ctx->n_diags; i++) {
        const struct gs_diag *diag = &collector->ctx->diags[i];
        if (diag->severity != GS_WARNING || diag->local)
            continue;
        snprintf(key, sizeof key, "warning.%zu", ++n);
        add_text(collector, key, diag->message);
    }
}

enum gs_status gs_collect_facts(struct gs_ctx *ctx, const struct gs_bound *bound,
                                const struct gs_inputs *inputs,
                                const struct gs_run_options *options, struct gs_result *result)
{
    const struct gs_study *study = bound->study;
    struct collector c = {.ctx = ctx, .result = result, .inputs = inputs};
    size_t n_feasible = 0;
    for (size_t i = 0; i < result->n_sites; i++)
        n_feasible += result->feasible[i];
    add_text(&c, "title", study->title);
    add_text(&c, "description", study->description);
    add_text(&c, "gigasite", gs_version());
    add_time(&c, options->timestamp);
    add_text(&c, "command", options->command_line);
    add_text(&c, "method", study->decision.name);
    add_weighing(&c, study);
    add_text(&c, "crs", gs_crs_name(bound->crs));
    add_text(&c, "crs.wkt", gs_crs_wkt(bound->crs));
    add_facility(&c, &study->facility);
    add_count(&c, "candidates", result->n_sites);
    add_count(&c, "candidates.feasible", n_feasible);
    if (study->candidates.layer) {
        add_layer(&c, study->candidates.layer);
        add_layer_text(&c, study->candidates.layer->id, "operation",
                       gs_vector_operation(bound->candidates));
    }
    add_located(&c, bound);
    for (size_t i = 0; i < bound->n_sources; i++) {
        if (!seen_before(bound, i) && bound->sources[i].layer != study->candidates.layer)
            add_layer(&c, bound->sources[i].layer);
        add_source(&c, bound, i);
    }
    add_surface(&c, result->surface);
    add_digests(&c, bound);
    add_warnings(&c);
    add_versions(&c);
    add_text(&c, "study.path", study->path);
    add_text(&c, "study.text", study->text);
    add_text(&c, "study.settings", *study->settings ? study->settings : NULL);
    add_text(&c, "layers_dir", study->layers_dir);
    add_text(&c, "catalogue.path", study->catalogue_path);
    add_text(&c, "catalogue.text", study->catalogue_text);
    return c.status;
}
