// SPDX-License-Identifier: Apache-2.0
/* One file from a web server. Redirects are followed, never from https to http; proxies and
 * ~/.netrc are what libcurl takes them for. */
#ifndef GS_GEO_HTTP_H
#define GS_GEO_HTTP_H

#include "base/ctx.h"

struct gs_http_request {
    const char *url;
    /* What is asked for only if it has changed; NULL: unconditionally. */
    const char *etag, *last_modified;
    /* So many bytes are in the file already: the rest is asked for. */
    uint64_t have;
    double timeout_s; /* to wait for a server that sends nothing */
};

enum gs_http_outcome {
    GS_HTTP_DONE,      /* the file holds all of it */
    GS_HTTP_UNCHANGED, /* since what the request says */
    GS_HTTP_REFUSED,   /* with a status of 400 or above */
    GS_HTTP_BROKEN,    /* the connection, or none was made; more may have come */
};

struct gs_http_answer {
    enum gs_http_outcome outcome;
    int code;             /* 0: there was no answer */
    bool unreachable;     /* BROKEN: there was no connection at all */
    bool elsewhere;       /* BROKEN: it sends another part than was asked for */
    bool resumed;         /* what was there was gone on with, else it was begun anew */
    double retry_after_s; /* NaN: not told */
    char etag[200], last_modified[100]; /* "" when not told */
    char message[300];                  /* BROKEN: why */
};

/* Into the file `fd`, whose first `have` bytes are kept if the server goes on from there.
 * GS_EOUTPUT when it cannot be written (`path` is for messages), GS_ECANCEL within a second of
 * being asked. */
enum gs_status gs_http_get(struct gs_ctx *ctx, const struct gs_http_request *request, int fd,
                           const char *path, struct gs_http_answer *answer) GS_NODISCARD;

#endif
