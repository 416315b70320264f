// SPDX-License-Identifier: Apache-2.0
/* What a catalogue says how to fetch, one file after the other. */
#include "study/fetch.h"

#include "base/mem.h"
#include "study/json.h"
#include "study/layers.h"

#include <string.h>

static const char *const became_names[] = {[GS_FETCH_FETCHED] = "fetched",
                                           [GS_FETCH_UP_TO_DATE] = "up to date",
                                           [GS_FETCH_KEPT] = "kept",
                                           [GS_FETCH_FAILED] = "failed",
                                           [GS_FETCH_NOT_TRIED] = "not tried"};

struct fetcher {
    struct gs_ctx *ctx;
    struct gs_arena arena;
    const struct gs_fetch_options *options;
    struct gs_fetch_job *jobs;
    size_t n;
    const char **dead; /* servers that could not be reached: they are not asked again */
    size_t n_dead;
};

/* HOST/PATH of the address below the mirror; what is no address of a server stays. */
static const char *mirrored(struct fetcher *f, const char *url)
{
    const char *mirror = f->options->mirror, *rest = strstr(url, "://");
    if (!mirror || !rest)
        return url;
    rest += 3;
    const char *at = strchr(rest, '@'); /* a login is for the publisher alone */
    if (at && at < rest + strcspn(rest, "/"))
        rest = at + 1;
    size_t n = strlen(mirror);
    while (n > 1 && mirror[n - 1] == '/')
        n--;
    return gs_arena_printf(f->ctx, &f->arena, "%.*s/%s", (int)n, mirror, rest);
}

static bool is_dead(const struct fetcher *f, const char *url)
{
    for (size_t i = 0; i < f->n_dead; i++) {
        size_t n = strlen(f->dead[i]);
        if (strncmp(url, f->dead[i], n) == 0 && (!url[n] || strchr("/?#", url[n])))
            return true;
    }
    return false;
}

static void note_dead(struct fetcher *f, const char *url)
{
    const char *host = strstr(url, "://");
    int length = host ? (int)(host + 3 - url + (ptrdiff_t)strcspn(host + 3, "/?#")) : 0;
    const char *server = gs_arena_printf(f->ctx, &f->arena, "%.*s", length, url);
    if (server && length)
        f->dead[f->n_dead++] = server;
}

/* -- all ----------------------------------------------------------------------------------------
 */

/* The first layer of the same source: whichever are asked for, one file is made in one way. */
static const struct gs_layer *first_of_source(const struct gs_catalogue *catalogue,
                                              const struct gs_layer *layer)
{
    for (size_t i = 0; i < catalogue->n_layers; i++)
        if (gs_text_same(catalogue->layers[i].source, layer->source))
            return &catalogue->layers[i];
    return layer;
}

static enum gs_status add_job(struct fetcher *f, const struct gs_catalogue *catalogue,
                              const struct gs_layer *layer)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->jobs[i].target, layer->source) == 0)
            return GS_OK;
    struct gs_fetch_job *job = &f->jobs[f->n++];
    *job = (struct gs_fetch_job){.catalogue = catalogue,
                                 .layer = layer,
                                 .target = layer->source,
                                 .became = GS_FETCH_NOT_TRIED};
    job->url = mirrored(f, layer->fetch.url);
    job->shown = job->url ? gs_fetch_shown_url(f->ctx, &f->arena, job->url) : NULL;
    return job->shown ? GS_OK : GS_ENOMEM;
}

/* Layers that nobody says how to fetch are left out, unless they were asked for by name. */
static enum gs_status find_jobs(struct fetcher *f, const struct gs_layers *layers)
{
    f->jobs = GS_ARENA_ARRAY(f->ctx, &f->arena, struct gs_fetch_job, layers->n);
    f->dead = GS_ARENA_ARRAY(f->ctx, &f->arena, const char *, layers->n);
    enum gs_status status = f->jobs && f->dead ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < layers->n && status != GS_ENOMEM; i++) {
        const struct gs_layer *layer = layers->items[i];
        if (layer->fetch.url && !status)
            status = add_job(f, layers->catalogue, first_of_source(layers->catalogue, layer));
        else if (!layer->fetch.url && layers->by_name)
            status =
                gs_fail(f->ctx, GS_EUSAGE, &layer->pos, "get it by hand: see its `description`",
                        "the catalogue does not say how layer `%s` is fetched", layer->id);
    }
    if (!status && !f->n)
        status = gs_fail(f->ctx, GS_EUSAGE, NULL, "add `fetch: {url: https://…}` to a layer",
                         "%s has no layer that can be fetched", layers->path);
    return status;
}

static enum gs_status fetch_one(struct fetcher *f, struct gs_fetch_job *job)
{
    bool dead = is_dead(f, job->url);
    job->unreachable = dead;
    enum gs_status status = gs_fetch_file(f->ctx, &f->arena, f->options, job);
    if (job->unreachable && !dead)
        note_dead(f, job->url);
    return status;
}

static bool is_fatal(enum gs_status status)
{
    return status == GS_ENOMEM || status == GS_ECANCEL || status == GS_EINTERNAL;
}

static enum gs_status fetch_all(struct fetcher *f)
{
    enum gs_status worst = GS_OK;
    for (size_t i = 0; i < f->n; i++) {
        const char *stage = gs_arena_printf(f->ctx, &f->arena, "fetching %s", f->jobs[i].layer->id);
        if (!stage)
            return GS_ENOMEM;
        gs_progress_stage(f->ctx, (double)i / (double)f->n, (double)(i + 1) / (double)f->n, stage);
        enum gs_status status = fetch_one(f, &f->jobs[i]);
        if (is_fatal(status))
            return status;
        if (worst != GS_EOUTPUT && status)
            worst = status;
    }
    return worst;
}

/* -- told ---------------------------------------------------------------------------------------
 */

static void append_bytes(struct gs_text *text, uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++)
        value /= 1000;
    gs_text_append_rounded(text, value, 3);
    gs_text_printf(text, " %s", units[unit]);
}

static void append_text(struct gs_text *text, const struct fetcher *f)
{
    size_t widest = 0;
    for (size_t i = 0; i < f->n; i++) {
        size_t width = gs_text_width(f->jobs[i].layer->id, strlen(f->jobs[i].layer->id));
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i < f->n; i++) {
        const struct gs_fetch_job *job = &f->jobs[i];
        gs_text_append(text, job->layer->id);
        gs_text_pad(text, widest + 2);
        gs_text_append(text, became_names[job->became]);
        if (job->became == GS_FETCH_FETCHED) {
            gs_text_append(text, ", ");
            append_bytes(text, job->bytes);
        }
        gs_text_append(text, "\n");
    }
}

static void append_json(struct gs_text *text, const struct fetcher *f)
{
    struct gs_json json = {.text = text, .is_first = true};
    gs_json_begin(&json, NULL, '{');
    gs_json_begin(&json, "layers", '[');
    for (size_t i = 0; i < f->n; i++) {
        const struct gs_fetch_job *job = &f->jobs[i];
        gs_json_begin(&json, NULL, '{');
        gs_json_text(&json, "id", job->layer->id);
        gs_json_text(&json, "file", job->target);
        gs_json_text(&json, "result", became_names[job->became]);
        gs_json_number(&json, "bytes", (double)job->bytes);
        gs_json_end(&json, '}');
    }
    gs_json_end(&json, ']');
    gs_json_end(&json, '}');
}

enum gs_status gs_layers_fetch(struct gs_ctx *ctx, const struct gs_layers *layers,
                               const struct gs_fetch_options *options, enum gs_format format,
                               char **out)
{
    struct gs_fetch_options settled = *options;
    if (!(settled.timeout_s > 0))
        settled.timeout_s = 60;
    struct fetcher f = {.ctx = ctx, .options = &settled};
    struct gs_text text;
    gs_arena_init(&f.arena);
    gs_text_init(&text);
    *out = NULL;
    enum gs_status status = find_jobs(&f, layers);
    if (!status) {
        status = fetch_all(&f);
        (format == GS_FORMAT_JSON ? append_json : append_text)(&text, &f);
        enum gs_status told = is_fatal(status) ? GS_OK : gs_text_finish(ctx, &text, out);
        status = told ? told : status;
    }
    gs_text_release(&text);
    gs_arena_release(&f.arena);
    return status;
}
