// SPDX-License-Identifier: Apache-2.0
#include "study/layers.h"

#include "base/date.h"
#include "base/mem.h"
#include "geo/fingerprint.h"
#include "geo/source.h"
#include "study/compare.h"
#include "study/json.h"

#include <string.h>
#include <time.h>

enum change { SAME, CHANGED, NOT_TOLD };

struct state {
    struct gs_source_facts source;
    bool expired;
    struct gs_date expires; /* the last day on which it is not; year 0: never */
    bool unlicensed;
    enum change change;
    char fingerprint[40]; /* "" while not needed */
};

static const char *const changes[] = {[SAME] = "same", [CHANGED] = "changed", [NOT_TOLD] = NULL};
static const char *const sources[] = {[GS_SOURCE_THERE] = "there",
                                      [GS_SOURCE_MISSING] = "missing",
                                      [GS_SOURCE_UNREADABLE] = "unreadable",
                                      [GS_SOURCE_REMOTE] = "not looked at"};

/* The catalogue was checked: what `expires` says has a meaning. */
static void find_expiry(const struct gs_layer *layer, struct gs_date today, struct state *state)
{
    struct gs_period period;
    struct gs_date date;
    if (!layer->expires)
        return;
    if (gs_date_parse(layer->expires, &date))
        state->expires = gs_date_last_day(date);
    else if (gs_period_parse(layer->expires, &period) && layer->vintage &&
             gs_date_parse(layer->vintage, &date))
        state->expires = gs_date_add(gs_date_last_day(date), period);
    state->expired = state->expires.year && gs_date_compare(today, state->expires) > 0;
}

/* Words that say that nobody knows. */
static bool is_unlicensed(const char *licence)
{
    static const char *const words[] = {"", "unknown", "none", "NOASSERTION", "NONE", "?", "tbd"};
    for (size_t i = 0; licence && i < sizeof words / sizeof *words; i++)
        if (strcmp(licence, words[i]) == 0)
            return true;
    return !licence;
}

/* The content as a run has seen it; a source that several layers share is hashed once. */
static enum gs_status find_change(struct gs_ctx *ctx, const struct gs_layers *layers, size_t at,
                                  const struct gs_run_side *run, struct state *states)
{
    const struct gs_layer *layer = layers->items[at];
    const char *then = run ? gs_run_layer_fact(run, layer->id, "fingerprint") : NULL;
    struct state *state = &states[at];
    state->change = NOT_TOLD;
    if (!then || state->source.state != GS_SOURCE_THERE)
        return GS_OK;
    for (size_t i = 0; i < at && !*state->fingerprint; i++)
        if (strcmp(layers->items[i]->source, layer->source) == 0)
            memcpy(state->fingerprint, states[i].fingerprint, sizeof state->fingerprint);
    enum gs_status status = GS_OK;
    if (!*state->fingerprint)
        status = gs_source_fingerprint(ctx, layer->source, state->fingerprint);
    if (!status && *state->fingerprint)
        state->change = strcmp(then, state->fingerprint) == 0 ? SAME : CHANGED;
    return status;
}

static enum gs_status find_states(struct gs_ctx *ctx, const struct gs_layers *layers,
                                  const struct gs_run_side *run, struct gs_date today,
                                  struct state *states)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < layers->n && !status; i++) {
        const struct gs_layer *layer = layers->items[i];
        status = gs_source_look(ctx, layer->source, (const char *const *)layer->options,
                                &states[i].source);
        find_expiry(layer, today, &states[i]);
        states[i].unlicensed = is_unlicensed(layer->licence);
        if (!status)
            status = find_change(ctx, layers, i, run, states);
        if (!status)
            status = gs_check_cancel(ctx);
        gs_progress_step(ctx, (double)(i + 1) / (double)layers->n);
    }
    return status;
}

static void count(const struct gs_layers *layers, const struct state *states,
                  struct gs_layers_counts *counts)
{
    *counts = (struct gs_layers_counts){.layers = layers->n};
    for (size_t i = 0; i < layers->n; i++) {
        counts->missing += states[i].source.state == GS_SOURCE_MISSING;
        counts->unreadable += states[i].source.state == GS_SOURCE_UNREADABLE;
        counts->stale += states[i].expired;
        counts->changed += states[i].change == CHANGED;
        counts->unlicensed += states[i].unlicensed;
    }
}

/* -- told ---------------------------------------------------------------------------------------
 */

static void append_date(struct gs_text *text, struct gs_date date)
{
    gs_text_printf(text, "%04d-%02d-%02d", date.year, date.month, date.day);
}

static void append_state(struct gs_text *text, const struct gs_layer *layer,
                         const struct state *state)
{
    size_t before = text->length;
    if (state->source.state != GS_SOURCE_THERE)
        gs_text_append(text, sources[state->source.state]);
    if (state->source.state == GS_SOURCE_MISSING && layer->fetch.url)
        gs_text_append(text, " (can be fetched)");
    if (state->expired) {
        gs_text_append(text, text->length > before ? ", stale (expired " : "stale (expired ");
        append_date(text, state->expires);
        gs_text_append(text, ")");
    }
    if (state->change == CHANGED)
        gs_text_append(text, text->length > before ? ", changed" : "changed");
    if (state->unlicensed)
        gs_text_append(text, text->length > before ? ", licence unknown" : "licence unknown");
    if (text->length == before)
        gs_text_append(text, "ok");
}

static void append_text(struct gs_text *text, const struct gs_layers *layers,
                        const struct state *states, const struct gs_layers_counts *counts)
{
    size_t widest = 0;
    for (size_t i = 0; i < layers->n; i++) {
        size_t width = gs_text_width(layers->items[i]->id, strlen(layers->items[i]->id));
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i < layers->n; i++) {
        gs_text_append(text, layers->items[i]->id);
        gs_text_pad(text, widest + 2);
        append_state(text, layers->items[i], &states[i]);
        gs_text_append(text, "\n");
    }
    const struct {
        size_t n;
        const char *what;
    } told[] = {{counts->missing, "missing"},
                {counts->unreadable, "unreadable"},
                {counts->stale, "stale"},
                {counts->changed, "changed"},
                {counts->unlicensed, "of unknown licence"}};
    bool any = false;
    gs_text_printf(text, "%zu layer%s", counts->layers, counts->layers == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        if (!told[i].n)
            continue;
        gs_text_printf(text, "%s %zu %s", any ? "," : ":", told[i].n, told[i].what);
        any = true;
    }
    gs_text_append(text, any ? "\n" : ", nothing to tell\n");
}

static void append_json(struct gs_text *text, const struct gs_layers *layers,
                        const struct state *states, const struct gs_layers_counts *counts)
{
    struct gs_json json = {.text = text, .is_first = true};
    gs_json_begin(&json, NULL, '{');
    gs_json_begin(&json, "layers", '[');
    for (size_t i = 0; i < layers->n; i++) {
        struct gs_text date;
        gs_text_init(&date);
        if (states[i].expires.year)
            append_date(&date, states[i].expires);
        gs_json_begin(&json, NULL, '{');
        gs_json_text(&json, "id", layers->items[i]->id);
        gs_json_text(&json, "source", sources[states[i].source.state]);
        gs_json_flag(&json, "can_be_fetched", layers->items[i]->fetch.url != NULL);
        gs_json_text(&json, "vintage", layers->items[i]->vintage);
        gs_json_text(&json, "expires", date.bytes);
        gs_json_flag(&json, "stale", states[i].expired);
        gs_json_text(&json, "content", changes[states[i].change]);
        gs_json_text(&json, "licence", layers->items[i]->licence);
        gs_json_flag(&json, "licence_unknown", states[i].unlicensed);
        gs_json_end(&json, '}');
        text->failed = text->failed || date.failed;
        gs_text_release(&date);
    }
    gs_json_end(&json, ']');
    gs_json_number(&json, "missing", (double)counts->missing);
    gs_json_number(&json, "unreadable", (double)counts->unreadable);
    gs_json_number(&json, "stale", (double)counts->stale);
    gs_json_number(&json, "changed", (double)counts->changed);
    gs_json_number(&json, "licence_unknown", (double)counts->unlicensed);
    gs_json_end(&json, '}');
}

enum gs_status gs_layers_status(struct gs_ctx *ctx, const struct gs_layers *layers,
                                const char *run_path, int64_t timestamp, enum gs_format format,
                                struct gs_layers_counts *counts, char **out)
{
    struct gs_run_side run = {.path = NULL};
    struct gs_text text;
    gs_text_init(&text);
    gs_progress_stage(ctx, 0, 1, "looking at layers");
    struct gs_date today = gs_date_of(timestamp < 0 ? (int64_t)time(NULL) : timestamp);
    struct state *states = gs_alloc_zero(ctx, layers->n, sizeof *states);
    enum gs_status status = states ? GS_OK : GS_ENOMEM;
    if (!status && run_path)
        status = gs_run_facts_load(ctx, run_path, &run);
    if (!status)
        status = find_states(ctx, layers, run_path ? &run : NULL, today, states);
    if (!status) {
        count(layers, states, counts);
        (format == GS_FORMAT_JSON ? append_json : append_text)(&text, layers, states, counts);
        status = gs_text_finish(ctx, &text, out);
    }
    gs_text_release(&text);
    gs_free(states);
    if (run_path)
        gs_run_side_release(&run);
    return status;
}
