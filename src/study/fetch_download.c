// SPDX-License-Identifier: Apache-2.0
#include "study/fetch.h"

#include "geo/archive.h"
#include "geo/aside.h"
#include "geo/convert.h"
#include "geo/http.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MAX_S 120.0 /* a server that asks for more is asked again another day */

/* -- between attempts ---------------------------------------------------------------------------
 */

static enum gs_status wait_for(struct gs_ctx *ctx, double seconds)
{
    enum gs_status status = GS_OK;
    struct timespec now, end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += (time_t)seconds;
    do {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
        status = gs_check_cancel(ctx);
    } while (!status &&
             (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec)));
    return status;
}

/* Statuses that a later attempt may better. */
static bool may_pass(int code)
{
    return code == 408 || code == 425 || code == 429 || code == 500 || code == 502 || code == 503 ||
           code == 504;
}

static const char *meaning_of(int code)
{
    return code == 401   ? "it wants a login"
           : code == 403 ? "it does not give this file to anybody"
           : code == 404 ? "it has no such file"
           : code == 410 ? "it has no such file any more"
           : code == 429 ? "it was asked too often"
           : code >= 500 ? "it is in trouble"
                         : "it refuses";
}

/* The server as messages name it: scheme and host of the address. */
static int host_length(const char *shown)
{
    const char *host = strstr(shown, "://");
    return host ? (int)(host + 3 - shown + (ptrdiff_t)strcspn(host + 3, "/?#"))
                : (int)strlen(shown);
}

static enum gs_status report_refused(struct gs_ctx *ctx, const struct gs_download *d,
                                     const struct gs_http_answer *answer)
{
    const char *hint = answer->code == 401 || answer->code == 403
                           ? "a login stands in ~/.netrc; or download it by hand"
                       : answer->code == 404 || answer->code == 410
                           ? "has it been renamed? look at the publisher's page"
                           : "try again later";
    if (answer->retry_after_s > WAIT_MAX_S)
        return gs_fail(ctx, GS_EDATA, &d->layer->fetch.url_pos, hint,
                       "layer `%s`: %.*s answers %d, %s, and asks to wait for %.0f s", d->layer->id,
                       host_length(d->shown), d->shown, answer->code, meaning_of(answer->code),
                       answer->retry_after_s);
    return gs_fail(ctx, GS_EDATA, &d->layer->fetch.url_pos, hint, "layer `%s`: %.*s answers %d: %s",
                   d->layer->id, host_length(d->shown), d->shown, answer->code,
                   meaning_of(answer->code));
}

static enum gs_status report_broken(struct gs_ctx *ctx, const struct gs_download *d,
                                    const struct gs_http_answer *answer)
{
    if (answer->unreachable)
        return gs_fail(ctx, GS_EDATA, &d->layer->fetch.url_pos,
                       "is this machine online? `--mirror` takes files from elsewhere",
                       "layer `%s`: %.*s cannot be reached: %s", d->layer->id,
                       host_length(d->shown), d->shown, answer->message);
    return gs_fail(ctx, GS_EDATA, &d->layer->fetch.url_pos,
                   d->layer->fetch.sha256 && d->bytes ? "the next fetch goes on from there" : NULL,
                   "layer `%s`: the download from %.*s failed: %s", d->layer->id,
                   host_length(d->shown), d->shown, answer->message);
}

/* -- one file -----------------------------------------------------------------------------------
 */

static bool is_http(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

static enum gs_status size_of(struct gs_ctx *ctx, int fd, const char *path, uint64_t *out)
{
    struct stat info;
    if (fstat(fd, &info))
        return gs_layer_file_fail(ctx, path, errno);
    *out = (uint64_t)info.st_size;
    return GS_OK;
}

/* One question to the server; `*again`: another may help, after `*wait_s`. */
static enum gs_status ask(struct gs_ctx *ctx, struct gs_download *d, int fd, bool last,
                          double *wait_s, bool *again)
{
    struct gs_http_request request = {.url = d->url, .timeout_s = d->options->timeout_s};
    struct gs_http_answer answer;
    enum gs_status status = GS_OK;
    *again = false;
    if (d->known) {
        request.etag = d->known->etag;
        request.last_modified = d->known->last_modified;
    } else if (d->layer->fetch.sha256) {
        status = size_of(ctx, fd, d->path, &request.have);
    } else if (ftruncate(fd, 0)) {
        status = gs_layer_file_fail(ctx, d->path, errno);
    }
    if (!status)
        status = gs_http_get(ctx, &request, fd, d->layer->source, &answer);
    if (status)
        return status;
    d->unreachable = answer.outcome == GS_HTTP_BROKEN && answer.unreachable;
    d->unchanged = answer.outcome == GS_HTTP_UNCHANGED;
    memcpy(d->etag, answer.etag, sizeof d->etag);
    memcpy(d->last_modified, answer.last_modified, sizeof d->last_modified);
    status = size_of(ctx, fd, d->path, &d->bytes);
    if (status || answer.outcome == GS_HTTP_DONE || answer.outcome == GS_HTTP_UNCHANGED)
        return status;
    /* What is there is no part of it, or the server does not know how to go on: once more, whole.
     */
    bool anew = request.have > 0 && (answer.elsewhere || answer.code == 416);
    if (anew && ftruncate(fd, 0))
        return gs_layer_file_fail(ctx, d->path, errno);
    bool passing = answer.outcome == GS_HTTP_BROKEN ||
                   (may_pass(answer.code) && !(answer.retry_after_s > WAIT_MAX_S));
    *again = anew || (!last && passing);
    if (answer.retry_after_s > *wait_s)
        *wait_s = answer.retry_after_s;
    if (anew)
        *wait_s = 0;
    if (*again)
        return GS_OK;
    return answer.outcome == GS_HTTP_REFUSED ? report_refused(ctx, d, &answer)
                                             : report_broken(ctx, d, &answer);
}

static enum gs_status get(struct gs_ctx *ctx, struct gs_download *d, int fd)
{
    bool again = true;
    double pause_s = 1;
    enum gs_status status = GS_OK;
    for (unsigned attempt = 0; again && !status; attempt++) {
        double wait_s = pause_s;
        status = ask(ctx, d, fd, attempt >= d->options->retries, &wait_s, &again);
        if (again && !status)
            status = wait_for(ctx, wait_s);
        pause_s = fmin(2 * pause_s, WAIT_MAX_S / 2);
    }
    return status;
}

/* A file of this machine, or what GDAL reads as one. Its time stands for what a server tells. */
static enum gs_status copy(struct gs_ctx *ctx, struct gs_download *d)
{
    struct stat info;
    if (strncmp(d->url, "/vsi", 4) != 0) {
        if (stat(d->url, &info) || !S_ISREG(info.st_mode))
            return gs_fail(ctx, GS_EDATA, &d->layer->fetch.url_pos,
                           "the mirror holds HOST/PATH of each address",
                           "layer `%s`: the mirror has no file %s", d->layer->id, d->shown);
        snprintf(d->last_modified, sizeof d->last_modified, "%lld.%09ld %lld",
                 (long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (long long)info.st_size);
        d->unchanged = d->known && strcmp(d->known->last_modified, d->last_modified) == 0;
        if (d->unchanged)
            return GS_OK;
    }
    enum gs_status status = gs_copy_out(ctx, d->layer, d->url, d->path);
    if (!status && stat(d->path, &info) == 0)
        d->bytes = (uint64_t)info.st_size;
    return status;
}

/* -- is it what it should be? ------------------------------------------------------------------
 */

static enum gs_status check_content(struct gs_ctx *ctx, const struct gs_download *d)
{
    const struct gs_pos *pos = &d->layer->fetch.url_pos;
    if (!d->bytes)
        return gs_fail(ctx, GS_EDATA, pos, NULL, "layer `%s`: %s is empty", d->layer->id, d->shown);
    if (gs_is_web_page(d->path))
        return gs_fail(ctx, GS_EDATA, pos, "has it moved, or does it want a login?",
                       "layer `%s`: %.*s sends a web page in place of data", d->layer->id,
                       host_length(d->shown), d->shown);
    return GS_OK;
}

static enum gs_status hash(struct gs_ctx *ctx, struct gs_download *d, bool *good)
{
    enum gs_status status = gs_sha256_file(ctx, d->path, d->sha256);
    *good =
        !status && (!d->layer->fetch.sha256 || strcasecmp(d->sha256, d->layer->fetch.sha256) == 0);
    return status;
}

static enum gs_status report_hash(struct gs_ctx *ctx, const struct gs_download *d)
{
    return gs_fail(ctx, GS_EDATA, &d->layer->fetch.sha256_pos,
                   "if the publisher has renewed it, look at it and put its hash here",
                   "layer `%s`: what %.*s sends hashes to %s", d->layer->id, host_length(d->shown),
                   d->shown, d->sha256);
}

/* From the server into the file, and once more from the beginning when a part that lay there was
 * not of this file. */
static enum gs_status get_checked(struct gs_ctx *ctx, struct gs_download *d, int fd)
{
    bool good = false;
    uint64_t had;
    enum gs_status status = size_of(ctx, fd, d->path, &had);
    if (!status && had && d->layer->fetch.sha256) { /* it may be all of it already */
        d->bytes = had;
        status = hash(ctx, d, &good);
    }
    for (int turn = 0; turn < (had ? 2 : 1) && !good && !status; turn++) {
        if (turn && ftruncate(fd, 0))
            return gs_layer_file_fail(ctx, d->path, errno);
        status = get(ctx, d, fd);
        if (!status && d->unchanged)
            return GS_OK;
        if (!status)
            status = hash(ctx, d, &good);
    }
    if (!status)
        status = check_content(ctx, d);
    return status || good ? status : report_hash(ctx, d);
}

enum gs_status gs_download(struct gs_ctx *ctx, struct gs_download *d)
{
    if (!is_http(d->url)) {
        bool good = false;
        enum gs_status status = copy(ctx, d);
        if (status || d->unchanged)
            return status;
        status = hash(ctx, d, &good);
        if (!status)
            status = check_content(ctx, d);
        return status || good ? status : report_hash(ctx, d);
    }
    int fd = open(d->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return gs_layer_file_fail(ctx, d->layer->source, errno);
    enum gs_status status = get_checked(ctx, d, fd);
    close(fd);
    return status;
}
