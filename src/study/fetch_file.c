// SPDX-License-Identifier: Apache-2.0
/* From a recipe to the file that a catalogue names: downloaded into a folder beside it, checked,
 * unpacked or converted there, and renamed into place. */
#include "study/fetch.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "geo/archive.h"
#include "geo/aside.h"
#include "geo/convert.h"
#include "geo/gpkg.h"

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

/* The file that is fetched, with where that is done. */
struct work {
    struct gs_ctx *ctx;
    struct gs_arena *arena;
    const struct gs_fetch_options *options;
    struct gs_fetch_job *job;
    char *target; /* where the file really lies: a link is followed, so that it stays one */
    const char *folder, *download, *made; /* .NAME.part beside the target, and files there */
    struct gs_fetch_record record;        /* of what is there already */
    bool has_record;
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

/* Where things are done: .NAME.part beside the target. The download of a known hash is named by it,
 * so that a part of another file is never gone on with. */
static enum gs_status name_files(struct work *w)
{
    const char *name = gs_file_name(w->target);
    char ending[16];
    ending_of(w->job->url, ending);
    for (const char *c = ending; *c; c++)
        if (*c != '.' && !isalnum((unsigned char)*c))
            ending[0] = 0;
    w->folder =
        gs_arena_printf(w->ctx, w->arena, "%.*s.%s.part", (int)(name - w->target), w->target, name);
    if (!w->folder)
        return GS_ENOMEM;
    const char *sha256 = w->job->layer->fetch.sha256;
    w->download = gs_arena_printf(w->ctx, w->arena, "%s/%.16s%s", w->folder,
                                  sha256 ? sha256 : "download", ending);
    w->made = gs_arena_printf(w->ctx, w->arena, "%s/%s", w->folder, gs_file_name(w->job->target));
    return w->download && w->made ? GS_OK : GS_ENOMEM;
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
            return gs_layer_file_fail(ctx, target, errno);
        *at = '/';
    }
    return GS_OK;
}

/* Removes what is in the work folder but `keep` (NULL: nothing). */
static void empty_work(const struct work *w, const char *keep)
{
    DIR *folder = opendir(w->folder);
    char path[GS_FOLDER_ROOM + 300];
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "%s/%s", w->folder, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            (!keep || strcmp(path, keep) != 0))
            unlink(path);
    }
    if (folder)
        closedir(folder);
}

static enum gs_status open_work(const struct work *w, int *lock)
{
    enum gs_status status = make_folders(w->ctx, w->target);
    if (!status && mkdir(w->folder, 0777) && errno != EEXIST)
        status = gs_layer_file_fail(w->ctx, w->job->target, errno);
    *lock = status ? -1 : open(w->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!status && *lock < 0)
        status = gs_layer_file_fail(w->ctx, w->job->target, errno);
    if (!status && flock(*lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
        close(*lock);
        *lock = -1;
        status = gs_fail(w->ctx, GS_EDATA, NULL, "wait until that is done",
                         "layer `%s` is being fetched by another program", w->job->layer->id);
    }
    return status;
}

/* -- what is there already ----------------------------------------------------------------------
 */

static bool same_recipe(const struct work *w, const char *shown)
{
    const struct gs_fetch *fetch = &w->job->layer->fetch;
    return strcmp(w->record.url, shown) == 0 &&
           strcmp(w->record.member, fetch->member ? fetch->member : "") == 0 &&
           (!fetch->sha256 || strcasecmp(w->record.sha256, fetch->sha256) == 0);
}

static enum gs_status keep(struct work *w, const char *why)
{
    gs_warn(w->ctx, &w->job->layer->source_pos, "`--force` replaces it", "%s is kept: %s",
            w->job->target, why);
    w->job->became = GS_FETCH_KEPT;
    return GS_OK;
}

/* Whether the target may be replaced, is good, or should be asked for only if it has changed
 * (`*known`). Nothing that was not fetched is ever replaced unasked. */
static enum gs_status look(struct work *w, bool *go_on, const struct gs_fetch_record **known)
{
    char sha256[GS_SHA256_ROOM];
    const struct gs_fetch *fetch = &w->job->layer->fetch;
    const char *recipe = gs_fetch_shown_url(w->ctx, w->arena, fetch->url);
    *go_on = true;
    *known = NULL;
    if (!recipe)
        return GS_ENOMEM;
    enum gs_status status =
        gs_fetch_record_read(w->ctx, w->arena, w->job->target, &w->record, &w->has_record);
    if (status || w->options->force || access(w->job->target, F_OK))
        return status;
    status = gs_sha256_file(w->ctx, w->job->target, sha256);
    if (status)
        return status;
    bool is_recipe = fetch->sha256 && strcasecmp(sha256, fetch->sha256) == 0;
    bool is_ours = w->has_record && strcmp(w->record.file_sha256, sha256) == 0;
    *go_on = false;
    if (is_recipe || (is_ours && fetch->sha256 && same_recipe(w, recipe))) {
        w->job->became = GS_FETCH_UP_TO_DATE;
    } else if (!is_ours) {
        return keep(w, w->has_record ? "it was changed after it was fetched"
                                     : "it was not fetched by gigasite");
    } else if (!same_recipe(w, recipe)) {
        *go_on = true;
    } else if (!*w->record.etag && !*w->record.last_modified) {
        w->job->became = GS_FETCH_UP_TO_DATE; /* the server cannot tell whether it has another */
    } else {
        *go_on = true;
        *known = &w->record;
    }
    return GS_OK;
}

/* -- what is made of it -------------------------------------------------------------------------
 */

/* The download, its member, or what it is converted to, as w->made. */
static enum gs_status make(struct work *w)
{
    const char *name = w->download;
    bool unpacked = false, as_it_is = !w->job->layer->fetch.member;
    char ending[16];
    ending_of(w->job->url, ending);
    as_it_is = as_it_is && *ending && same_format(w->job->url, w->job->target);
    enum gs_status status = GS_OK;
    if (!as_it_is)
        status = gs_archive_name(w->ctx, w->job->layer, w->download, w->arena, &name, &unpacked);
    if (status)
        return status;
    const char *told = unpacked && strstr(name, "}/") ? name : w->job->url;
    char inner[300]; /* data.csv.gz without its .gz */
    if (unpacked && told == w->job->url) {
        snprintf(inner, sizeof inner, "%.*s", (int)strcspn(w->job->url, "?#"), w->job->url);
        char *dot = strrchr(inner, '.');
        if (dot && strcasecmp(dot, ".gz") == 0)
            *dot = 0;
        told = inner;
    }
    if (!same_format(told, w->job->target) && !is_json(told, w->job->target))
        return gs_convert(w->ctx, w->job->layer, name, w->made, w->options->timestamp);
    if (unpacked)
        return gs_copy_out(w->ctx, w->job->layer, name, w->made);
    return rename(w->download, w->made) ? gs_layer_file_fail(w->ctx, w->job->target, errno) : GS_OK;
}

/* For each of the layers that it is the source of. */
static enum gs_status check_made(struct work *w)
{
    const struct gs_catalogue *catalogue = w->job->catalogue;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < catalogue->n_layers && !status; i++)
        if (gs_text_same(catalogue->layers[i].source, w->job->target))
            status = gs_check_fetched(w->ctx, &catalogue->layers[i], w->made);
    return status;
}

/* Onto the disk and into the target's place, with the permissions of what was there. */
static enum gs_status put(struct work *w)
{
    enum gs_status status = GS_OK;
    struct stat old;
    char ending[16];
    ending_of(w->target, ending);
    if (strcmp(ending, ".gpkg") == 0 && !w->options->force)
        status = gs_gpkg_check_target(w->ctx, w->target);
    if (status)
        return status;
    int fd = open(w->made, O_RDONLY | O_CLOEXEC);
    int reason = fd < 0 ? errno : gs_flush(fd);
    if (!reason && stat(w->target, &old) == 0 && fchmod(fd, old.st_mode & 07777))
        reason = errno;
    if (fd >= 0)
        close(fd);
    if (!reason && rename(w->made, w->target))
        reason = errno;
    if (!reason)
        reason = gs_flush_folder_of(w->target);
    return reason ? gs_layer_file_fail(w->ctx, w->job->target, reason) : GS_OK;
}

static enum gs_status record(const struct work *w, const struct gs_download *download,
                             const char *file_sha256)
{
    time_t now = w->options->timestamp < 0 ? time(NULL) : (time_t)w->options->timestamp;
    struct tm utc;
    char fetched[40] = "";
    if (gmtime_r(&now, &utc))
        strftime(fetched, sizeof fetched, "%Y-%m-%dT%H:%M:%SZ", &utc);
    struct gs_fetch_record one = {
        .url = gs_fetch_shown_url(w->ctx, w->arena, w->job->layer->fetch.url),
        .member = w->job->layer->fetch.member ? w->job->layer->fetch.member : "",
        .sha256 = download->sha256,
        .etag = download->etag,
        .last_modified = download->last_modified,
        .file_sha256 = file_sha256,
        .fetched = fetched,
    };
    return one.url ? gs_fetch_record_write(w->ctx, w->job->target, &one) : GS_ENOMEM;
}

/* -- one job ------------------------------------------------------------------------------------
 */

static enum gs_status download_and_make(struct work *w, struct gs_download *download)
{
    char file_sha256[GS_SHA256_ROOM];
    enum gs_status status = gs_download(w->ctx, download);
    w->job->unreachable = download->unreachable;
    if (!status && download->unchanged) {
        w->job->became = GS_FETCH_UP_TO_DATE;
        return GS_OK;
    }
    if (!status)
        status = make(w);
    if (!status)
        status = check_made(w);
    if (!status)
        status = gs_sha256_file(w->ctx, w->made, file_sha256);
    if (!status)
        status = put(w);
    if (!status)
        status = record(w, download, file_sha256);
    if (!status) {
        w->job->became = GS_FETCH_FETCHED;
        w->job->bytes = download->bytes;
    }
    return status;
}

static enum gs_status fetch(struct work *w)
{
    const struct gs_fetch_record *known;
    bool go_on;
    int lock = -1;
    w->job->became = GS_FETCH_FAILED;
    enum gs_status status = look(w, &go_on, &known);
    if (status || !go_on)
        return status;
    if (w->job->unreachable)
        return gs_fail(w->ctx, GS_EDATA, &w->job->layer->fetch.url_pos, NULL,
                       "layer `%s`: its server could not be reached before", w->job->layer->id);
    status = open_work(w, &lock);
    if (status)
        return status;
    /* What another program left that was killed here. */
    empty_work(w, w->job->layer->fetch.sha256 ? w->download : NULL);
    struct gs_download download = {.layer = w->job->layer,
                                   .options = w->options,
                                   .url = w->job->url,
                                   .shown = w->job->shown,
                                   .path = w->download,
                                   .known = known};
    status = download_and_make(w, &download);
    /* A part, or a whole that what was to be made of it had no room for, is worth keeping; one that
     * turned out to be wrong is not. */
    bool part = status && w->job->layer->fetch.sha256 && !*download.sha256;
    empty_work(w, part ? w->download : NULL);
    rmdir(w->folder); /* unless something is kept in it */
    close(lock);
    return status;
}

enum gs_status gs_fetch_file(struct gs_ctx *ctx, struct gs_arena *arena,
                             const struct gs_fetch_options *options, struct gs_fetch_job *job)
{
    struct work work = {.ctx = ctx, .arena = arena, .options = options, .job = job};
    enum gs_status status = gs_follow_link(ctx, job->target, &work.target);
    if (!status)
        status = name_files(&work);
    if (!status)
        status = fetch(&work);
    gs_free(work.target);
    return status;
}
