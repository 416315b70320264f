// SPDX-License-Identifier: Apache-2.0
#include "geo/http.h"

#include "geo/aside.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

enum { REDIRECTS = 10, CONNECT_S = 30 };

struct transfer {
    struct gs_ctx *ctx;
    CURL *curl;
    const struct gs_http_request *request;
    struct gs_http_answer *answer;
    int fd;
    bool begun;        /* the first bytes have come, and the file stands where they go */
    int write_failed;  /* errno; 0: it has not */
    uint64_t range_at; /* where the part begins that the server sends; UINT64_MAX: not told */
};

static void start_once(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* -- what comes ---------------------------------------------------------------------------------
 */

/* "Name: value" into `out` when it is that header. */
static bool take_header(const char *line, size_t n, const char *name, char *out, size_t room)
{
    size_t length = strlen(name);
    if (n <= length || strncasecmp(line, name, length) != 0 || line[length] != ':')
        return false;
    const char *value = line + length + 1, *end = line + n;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (unsigned char)end[-1] <= ' ')
        end--;
    size_t kept = (size_t)(end - value) < room ? (size_t)(end - value) : 0; /* too long: none */
    memcpy(out, value, kept);
    out[kept] = 0;
    return true;
}

/* Seconds, or a date. */
static double read_retry_after(const char *value)
{
    char *end;
    double seconds = strtod(value, &end);
    if (end > value && !*end)
        return seconds >= 0 ? seconds : 0;
    time_t at = curl_getdate(value, NULL);
    double wait = difftime(at, time(NULL));
    return at < 0 ? (double)NAN : wait > 0 ? wait : 0;
}

static size_t on_header(char *line, size_t size, size_t n, void *user)
{
    struct transfer *t = user;
    struct gs_http_answer *answer = t->answer;
    char value[100];
    n *= size;
    if (n > 5 && strncmp(line, "HTTP/", 5) == 0) { /* what a redirect said does not count */
        answer->etag[0] = answer->last_modified[0] = 0;
        answer->retry_after_s = (double)NAN;
        t->range_at = UINT64_MAX;
    }
    take_header(line, n, "ETag", answer->etag, sizeof answer->etag);
    take_header(line, n, "Last-Modified", answer->last_modified, sizeof answer->last_modified);
    if (take_header(line, n, "Retry-After", value, sizeof value))
        answer->retry_after_s = read_retry_after(value);
    if (take_header(line, n, "Content-Range", value, sizeof value) &&
        strncmp(value, "bytes ", 6) == 0 && value[6] >= '0' && value[6] <= '9')
        t->range_at = strtoull(value + 6, NULL, 10);
    return n;
}

static long code_of(CURL *curl)
{
    long code = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/* The file made ready for what the server has decided to send. */
static bool begin(struct transfer *t, long code)
{
    t->begun = true;
    t->answer->resumed = code == 206;
    uint64_t at = code == 206 ? t->request->have : 0;
    t->answer->elsewhere = code == 206 && t->range_at != at;
    if (t->answer->elsewhere)
        return false;
    if (ftruncate(t->fd, (off_t)at) || lseek(t->fd, (off_t)at, SEEK_SET) < 0)
        t->write_failed = errno;
    return !t->write_failed;
}

static size_t on_bytes(char *bytes, size_t size, size_t n, void *user)
{
    struct transfer *t = user;
    long code = code_of(t->curl);
    n *= size;
    if (code >= 400) /* a page that explains, for people */
        return n;
    if (!t->begun && !begin(t, code))
        return 0;
    for (size_t at = 0; at < n;) {
        ssize_t written = write(t->fd, bytes + at, n - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            t->write_failed = written < 0 ? errno : EIO;
            return 0;
        }
        at += (size_t)written;
    }
    return n;
}

static int on_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up)
{
    (void)up_total, (void)up;
    struct transfer *t = user;
    double have = t->answer->resumed ? (double)t->request->have : 0;
    if (total > 0 && code_of(t->curl) < 300)
        gs_progress_step(t->ctx, (have + (double)now) / (have + (double)total));
    return gs_check_cancel(t->ctx) != GS_OK;
}

/* -- asking -------------------------------------------------------------------------------------
 */

static struct curl_slist *conditions_of(const struct gs_http_request *request)
{
    char line[260];
    struct curl_slist *list = NULL;
    if (request->etag && *request->etag) {
        snprintf(line, sizeof line, "If-None-Match: %s", request->etag);
        list = curl_slist_append(list, line);
    }
    if (request->last_modified && *request->last_modified) {
        snprintf(line, sizeof line, "If-Modified-Since: %s", request->last_modified);
        list = curl_slist_append(list, line);
    }
    return list;
}

static void set_options(struct transfer *t, const struct curl_slist *headers, char *error,
                        char range[32])
{
    CURL *curl = t->curl;
    const struct gs_http_request *request = t->request;
    bool secure = strncasecmp(request->url, "https:", 6) == 0;
    long timeout_s = (long)ceil(request->timeout_s);
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "gigasite/" GS_VERSION);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
#else
    long https = CURLPROTO_HTTPS, both = CURLPROTO_HTTP | CURLPROTO_HTTPS;
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, both);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, secure ? https : both);
#endif
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, timeout_s < CONNECT_S ? timeout_s : CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, timeout_s);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
    if (request->have) {
        snprintf(range, 32, "%llu-", (unsigned long long)request->have);
        curl_easy_setopt(curl, CURLOPT_RANGE, range);
    }
}

/* -- what became of it --------------------------------------------------------------------------
 */

static bool is_unreachable(CURLcode code)
{
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
           code == CURLE_COULDNT_CONNECT;
}

static void tell_broken(const struct transfer *t, CURLcode code, const char *error)
{
    struct gs_http_answer *answer = t->answer;
    answer->outcome = GS_HTTP_BROKEN;
    answer->unreachable = is_unreachable(code);
    if (answer->elsewhere)
        snprintf(answer->message, sizeof answer->message,
                 "it sends another part of the file than was asked for");
    else if (code == CURLE_OPERATION_TIMEDOUT)
        snprintf(answer->message, sizeof answer->message, "nothing came for %g s",
                 t->request->timeout_s);
    else if (code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR)
        snprintf(answer->message, sizeof answer->message, "it stopped in the middle of the file");
    else
        snprintf(answer->message, sizeof answer->message, "%s",
                 *error ? error : curl_easy_strerror(code));
}

static enum gs_status settle(struct transfer *t, CURLcode code, const char *error, const char *path)
{
    struct gs_http_answer *answer = t->answer;
    answer->code = (int)code_of(t->curl);
    if (t->write_failed)
        return gs_layer_file_fail(t->ctx, path, t->write_failed);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return GS_ECANCEL;
    if (code == CURLE_OUT_OF_MEMORY)
        return gs_fail_memory(t->ctx);
    if (code != CURLE_OK) {
        tell_broken(t, code, error);
        return GS_OK;
    }
    answer->outcome = answer->code >= 400   ? GS_HTTP_REFUSED
                      : answer->code == 304 ? GS_HTTP_UNCHANGED
                                            : GS_HTTP_DONE;
    if (answer->outcome == GS_HTTP_DONE && !t->begun && !begin(t, answer->code)) /* an empty file */
        return t->write_failed ? gs_layer_file_fail(t->ctx, path, t->write_failed) : GS_OK;
    return GS_OK;
}

enum gs_status gs_http_get(struct gs_ctx *ctx, const struct gs_http_request *request, int fd,
                           const char *path, struct gs_http_answer *answer)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char error[CURL_ERROR_SIZE] = "", range[32];
    *answer = (struct gs_http_answer){.retry_after_s = (double)NAN};
    struct transfer t = {
        .ctx = ctx, .request = request, .answer = answer, .fd = fd, .range_at = UINT64_MAX};
    if (pthread_once(&once, start_once) || !(t.curl = curl_easy_init()))
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "libcurl cannot be started");
    struct curl_slist *headers = conditions_of(request);
    set_options(&t, headers, error, range);
    CURLcode code = curl_easy_perform(t.curl);
    enum gs_status status = settle(&t, code, error, path);
    curl_slist_free_all(headers);
    curl_easy_cleanup(t.curl);
    return status;
}
