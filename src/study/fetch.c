// SPDX-License-Identifier: Apache-2.0
/* From a recipe to the file that a catalogue names: downloaded into a folder beside it, checked,
 * unpacked or converted there, and renamed into place. */
#include "study/fetch.h"

#include "base/file.h"
#include "base/mem.h"
#include "geo/archive.h"
#include "geo/aside.h"
#include "geo/convert.h"
#include "geo/gpkg.h"
#include "study/json.h"
#include "study/layers.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum became { FETCHED, UP_TO_DATE, KEPT, FAILED, NOT_TRIED };
static const char *const became_names[] = {[FETCHED] = "fetched",
                                           [UP_TO_DATE] = "up to date",
                                           [KEPT] = "kept",
                                           [FAILED] = "failed",
                                           [NOT_TRIED] = "not tried"};

/* One file, for the first of the layers that it is the source of. */
struct job {
    const struct gs_layer *layer;
    const char *target, *url, *shown;
    const char *work, *download, *made; /* the folder beside it, and files there */
    struct gs_fetch_record record;
    bool has_record;
    enum became became;
    uint64_t bytes; /* of the download */
};

struct fetcher {
    struct gs_ctx *ctx;
    struct gs_arena arena;
    const struct gs_fetch_options *options;
    struct job *jobs;
    size_t n;
    const char **dead; /* servers that could not be reached: they are not asked again */
    size_t n_dead;
};

/* -- names --------------------------------------------------------------------------------------
 */

/* ".tif" of a path or an address, in lower case; "" when it has none. */
static void ending_of(const char *name, char out[16])
{
    size_t length = strcspn(name, "?#");
    const char *start = name + length, *dot = NULL;
    for (const char *at = name; at < name + length; at++)
        if (*at == '/')
            dot = NULL;
        else if (*at == '.')
            dot = at;
    size_t n = dot ? (size_t)(start - dot) : 0;
    out[0] = 0;
    if (n < 2 || n >= 16)
        return;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)tolower((unsigned char)dot[i]);
    out[n] = 0;
    if (strcmp(out, ".tiff") == 0)
        strcpy(out, ".tif");
}

/* Kept as it is? An address that ends in nothing ("…/download") is taken to send what is wanted. */
static bool same_format(const char *name, const char *target)
{
    char a[16], b[16];
    ending_of(name, a);
    ending_of(target, b);
    return !*a || strcmp(a, b) == 0;
}

static bool is_json(const char *name, const char *target)
{
    char a[16], b[16];
    ending_of(name, a);
    ending_of(target, b);
    return strcmp(a, ".json") == 0 && strcmp(b, ".geojson") == 0;
}

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

/* Where things are done: .NAME.part beside the target. The download of a known hash is named by it,
 * so that a part of another file is never gone on with. */
static enum gs_status name_files(struct fetcher *f, struct job *job)
{
    const char *name = gs_file_name(job->target);
    char ending[16];
    ending_of(job->url, ending);
    for (const char *c = ending; *c; c++)
        if (*c != '.' && !isalnum((unsigned char)*c))
            ending[0] = 0;
    job->work = gs_arena_printf(f->ctx, &f->arena, "%.*s.%s.part", (int)(name - job->target),
                                job->target, name);
    if (!job->work)
        return GS_ENOMEM;
    const char *sha256 = job->layer->fetch.sha256;
    job->download = gs_arena_printf(f->ctx, &f->arena, "%s/%.16s%s", job->work,
                                    sha256 ? sha256 : "download", ending);
    job->made = gs_arena_printf(f->ctx, &f->arena, "%s/%s", job->work, name);
    return job->download && job->made ? GS_OK : GS_ENOMEM;
}

/* -- the folder ---------------------------------------------------------------------------------
 */

/* The folders that the target lies in; those that are missing are made. */
static enum gs_status make_folders(struct gs_ctx *ctx, const char *target)
{
    char path[GS_FOLDER_ROOM];
    gs_folder_of(target, path);
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = 0;
        if (mkdir(path, 0777) && errno != EEXIST)
            return gs_aside_fail(ctx, target, errno);
        *at = '/';
    }
    return GS_OK;
}

/* Removes what is in the work folder but `keep` (NULL: nothing), and the folder when it is empty.
 */
static void clear_work(const struct job *job, const char *keep)
{
    DIR *folder = opendir(job->work);
    char path[GS_FOLDER_ROOM + 300];
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "%s/%s", job->work, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            (!keep || strcmp(path, keep) != 0))
            unlink(path);
    }
    if (folder)
        closedir(folder);
    rmdir(job->work);
}

static enum gs_status open_work(struct gs_ctx *ctx, const struct job *job, int *lock)
{
    enum gs_status status = make_folders(ctx, job->target);
    if (!status && mkdir(job->work, 0777) && errno != EEXIST)
        status = gs_aside_fail(ctx, job->target, errno);
    *lock = status ? -1 : open(job->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!status && *lock < 0)
        status = gs_aside_fail(ctx, job->target, errno);
    if (!status && flock(*lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
        close(*lock);
        *lock = -1;
        status = gs_fail(ctx, GS_EDATA, NULL, "wait until that is done",
                         "layer `%s` is being fetched by another program", job->layer->id);
    }
    return status;
}

/* -- what is there already ----------------------------------------------------------------------
 */

static bool same_recipe(const struct job *job, const char *shown)
{
    const struct gs_fetch *fetch = &job->layer->fetch;
    return strcmp(job->record.url, shown) == 0 &&
           strcmp(job->record.member, fetch->member ? fetch->member : "") == 0 &&
           (!fetch->sha256 || strcasecmp(job->record.sha256, fetch->sha256) == 0);
}

static enum gs_status keep(struct fetcher *f, struct job *job, const char *why)
{
    gs_warn(f->ctx, &job->layer->source_pos, "`--force` replaces it", "%s is kept: %s", job->target,
            why);
    job->became = KEPT;
    return GS_OK;
}

/* Whether the target may be replaced, is good, or should be asked for only if it has changed
 * (`*known`). Nothing that was not fetched is ever replaced unasked. */
static enum gs_status look(struct fetcher *f, struct job *job, bool *go_on,
                           const struct gs_fetch_record **known)
{
    char sha256[GS_SHA256_ROOM];
    const struct gs_fetch *fetch = &job->layer->fetch;
    const char *recipe = gs_fetch_shown_url(f->ctx, &f->arena, fetch->url);
    *go_on = true;
    *known = NULL;
    if (!recipe)
        return GS_ENOMEM;
    enum gs_status status =
        gs_fetch_record_read(f->ctx, &f->arena, job->target, &job->record, &job->has_record);
    if (status || f->options->force || access(job->target, F_OK))
        return status;
    status = gs_sha256_file(f->ctx, job->target, sha256);
    if (status)
        return status;
    bool is_recipe = fetch->sha256 && strcasecmp(sha256, fetch->sha256) == 0;
    bool is_ours = job->has_record && strcmp(job->record.file_sha256, sha256) == 0;
    *go_on = false;
    if (is_recipe || (is_ours && fetch->sha256 && same_recipe(job, recipe))) {
        job->became = UP_TO_DATE;
    } else if (!is_ours) {
        return keep(f, job,
                    job->has_record ? "it was changed after it was fetched"
                                    : "it was not fetched by gigasite");
    } else if (!same_recipe(job, recipe)) {
        *go_on = true;
    } else if (!*job->record.etag && !*job->record.last_modified) {
        job->became = UP_TO_DATE; /* the server cannot tell whether it has another */
    } else {
        *go_on = true;
        *known = &job->record;
    }
    return GS_OK;
}

/* -- what is made of it -------------------------------------------------------------------------
 */

/* The download, its member, or what it is converted to, as job->made. */
static enum gs_status make(struct fetcher *f, struct job *job)
{
    const char *name = job->download;
    bool unpacked = false, as_it_is = !job->layer->fetch.member;
    char ending[16];
    ending_of(job->url, ending);
    as_it_is = as_it_is && *ending && same_format(job->url, job->target);
    enum gs_status status = GS_OK;
    if (!as_it_is)
        status = gs_archive_name(f->ctx, job->layer, job->download, &f->arena, &name, &unpacked);
    if (status)
        return status;
    const char *told = unpacked && strstr(name, "}/") ? name : job->url;
    char inner[300]; /* data.csv.gz without its .gz */
    if (unpacked && told == job->url) {
        snprintf(inner, sizeof inner, "%.*s", (int)strcspn(job->url, "?#"), job->url);
        char *dot = strrchr(inner, '.');
        if (dot && strcasecmp(dot, ".gz") == 0)
            *dot = 0;
        told = inner;
    }
    if (!same_format(told, job->target) && !is_json(told, job->target))
        return gs_convert(f->ctx, job->layer, name, job->made, f->options->timestamp);
    if (unpacked)
        return gs_copy_out(f->ctx, job->layer, name, job->made);
    return rename(job->download, job->made) ? gs_aside_fail(f->ctx, job->target, errno) : GS_OK;
}

/* Onto the disk and into the target's place. */
static enum gs_status put(struct fetcher *f, struct job *job)
{
    char *target = NULL;
    enum gs_status status = GS_OK;
    char ending[16];
    ending_of(job->target, ending);
    if (strcmp(ending, ".gpkg") == 0 && !f->options->force)
        status = gs_gpkg_check_target(f->ctx, job->target);
    if (!status)
        status = gs_follow_link(f->ctx, job->target, &target);
    int fd = status ? -1 : open(job->made, O_RDONLY | O_CLOEXEC);
    int reason = status || fd >= 0 ? 0 : errno;
    if (fd >= 0) {
        reason = gs_flush(fd);
        close(fd);
    }
    if (!status && !reason && rename(job->made, target))
        reason = errno;
    if (!status && !reason)
        reason = gs_flush_folder_of(target);
    gs_free(target);
    return reason ? gs_aside_fail(f->ctx, job->target, reason) : status;
}

static enum gs_status record(struct fetcher *f, const struct job *job,
                             const struct gs_download *download, const char *file_sha256)
{
    time_t now = f->options->timestamp < 0 ? time(NULL) : (time_t)f->options->timestamp;
    struct tm utc;
    char fetched[40] = "";
    if (gmtime_r(&now, &utc))
        strftime(fetched, sizeof fetched, "%Y-%m-%dT%H:%M:%SZ", &utc);
    struct gs_fetch_record one = {
        .url = gs_fetch_shown_url(f->ctx, &f->arena, job->layer->fetch.url),
        .member = job->layer->fetch.member ? job->layer->fetch.member : "",
        .sha256 = download->sha256,
        .etag = download->etag,
        .last_modified = download->last_modified,
        .file_sha256 = file_sha256,
        .fetched = fetched,
    };
    return one.url ? gs_fetch_record_write(f->ctx, job->target, &one) : GS_ENOMEM;
}

/* -- one job ------------------------------------------------------------------------------------
 */

static bool is_dead(const struct fetcher *f, const char *url)
{
    for (size_t i = 0; i < f->n_dead; i++)
        if (strncmp(url, f->dead[i], strlen(f->dead[i])) == 0)
            return true;
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

static enum gs_status download_and_make(struct fetcher *f, struct job *job,
                                        struct gs_download *download)
{
    char file_sha256[GS_SHA256_ROOM];
    enum gs_status status = gs_download(f->ctx, download);
    if (download->unreachable)
        note_dead(f, job->url);
    if (!status && download->unchanged) {
        job->became = UP_TO_DATE;
        return GS_OK;
    }
    if (!status)
        status = make(f, job);
    if (!status)
        status = gs_check_fetched(f->ctx, job->layer, job->made);
    if (!status)
        status = gs_sha256_file(f->ctx, job->made, file_sha256);
    if (!status)
        status = put(f, job);
    if (!status)
        status = record(f, job, download, file_sha256);
    if (!status) {
        job->became = FETCHED;
        job->bytes = download->bytes;
    }
    return status;
}

static enum gs_status fetch(struct fetcher *f, struct job *job)
{
    const struct gs_fetch_record *known;
    bool go_on;
    int lock = -1;
    job->became = FAILED;
    enum gs_status status = look(f, job, &go_on, &known);
    if (status || !go_on)
        return status;
    if (is_dead(f, job->url))
        return gs_fail(f->ctx, GS_EDATA, &job->layer->fetch.url_pos, NULL,
                       "layer `%s`: its server could not be reached before", job->layer->id);
    status = open_work(f->ctx, job, &lock);
    if (status)
        return status;
    if (!job->layer->fetch.sha256)
        unlink(job->download);
    struct gs_download download = {.layer = job->layer,
                                   .options = f->options,
                                   .url = job->url,
                                   .shown = job->shown,
                                   .path = job->download,
                                   .known = known};
    status = download_and_make(f, job, &download);
    /* A part, or a whole that what was to be made of it had no room for, is worth keeping; one that
     * turned out to be wrong is not. */
    bool part = status && job->layer->fetch.sha256 && !*download.sha256;
    clear_work(job, part ? job->download : NULL);
    close(lock);
    return status;
}

/* -- all ----------------------------------------------------------------------------------------
 */

/* The layer of the same source that says how it is fetched; NULL: none does. */
static const struct gs_layer *recipe_of(const struct gs_layers *layers,
                                        const struct gs_layer *layer)
{
    const struct gs_catalogue *catalogue = layers->catalogue;
    if (layer->fetch.url)
        return layer;
    for (size_t i = 0; i < catalogue->n_layers; i++)
        if (catalogue->layers[i].fetch.url &&
            gs_text_same(catalogue->layers[i].source, layer->source))
            return &catalogue->layers[i];
    return NULL;
}

static enum gs_status add_job(struct fetcher *f, const struct gs_layer *layer)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->jobs[i].target, layer->source) == 0)
            return GS_OK;
    struct job *job = &f->jobs[f->n++];
    *job = (struct job){.layer = layer, .target = layer->source, .became = NOT_TRIED};
    job->url = mirrored(f, layer->fetch.url);
    job->shown = job->url ? gs_fetch_shown_url(f->ctx, &f->arena, job->url) : NULL;
    return job->shown ? name_files(f, job) : GS_ENOMEM;
}

/* Layers that nobody says how to fetch are left out, unless they were asked for by name. */
static enum gs_status find_jobs(struct fetcher *f, const struct gs_layers *layers)
{
    f->jobs = GS_ARENA_ARRAY(f->ctx, &f->arena, struct job, layers->n);
    f->dead = GS_ARENA_ARRAY(f->ctx, &f->arena, const char *, layers->n);
    enum gs_status status = f->jobs && f->dead ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < layers->n && status != GS_ENOMEM; i++) {
        const struct gs_layer *layer = layers->items[i], *recipe = recipe_of(layers, layer);
        if (recipe && !status)
            status = add_job(f, recipe);
        else if (!recipe && layers->by_name)
            status =
                gs_fail(f->ctx, GS_EUSAGE, &layer->pos, "get it by hand: see its `description`",
                        "the catalogue does not say how layer `%s` is fetched", layer->id);
    }
    if (!status && !f->n)
        status = gs_fail(f->ctx, GS_EUSAGE, NULL, "add `fetch: {url: https://…}` to a layer",
                         "%s has no layer that can be fetched", layers->path);
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
        enum gs_status status = fetch(f, &f->jobs[i]);
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
        const struct job *job = &f->jobs[i];
        gs_text_append(text, job->layer->id);
        gs_text_pad(text, widest + 2);
        gs_text_append(text, became_names[job->became]);
        if (job->became == FETCHED) {
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
        const struct job *job = &f->jobs[i];
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
