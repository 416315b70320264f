// SPDX-License-Identifier: Apache-2.0
/* The steps of fetching one file of a catalogue. */
#ifndef GS_STUDY_FETCH_H
#define GS_STUDY_FETCH_H

#include "base/sha256.h"
#include "model/layer.h"

/* -- fetch_record.c: what is told beside a fetched file, NAME.fetched.json ----------------------
 */

struct gs_fetch_record {
    const char *url, *member;         /* of the recipe then, without secrets; "" when none */
    const char *sha256;               /* of what was downloaded */
    const char *etag, *last_modified; /* "" when the server told none */
    const char *file_sha256;          /* of the file made of it */
    const char *fetched;              /* when */
};

/* `*found`: there is one that can be read. */
enum gs_status gs_fetch_record_read(struct gs_ctx *ctx, struct gs_arena *arena, const char *target,
                                    struct gs_fetch_record *out, bool *found) GS_NODISCARD;
enum gs_status gs_fetch_record_write(struct gs_ctx *ctx, const char *target,
                                     const struct gs_fetch_record *record) GS_NODISCARD;
/* The URL as it may be shown: passwords and tokens as asterisks. */
char *gs_fetch_shown_url(struct gs_ctx *ctx, struct gs_arena *arena, const char *url) GS_NODISCARD;

/* -- fetch_download.c ----------------------------------------------------------------------------
 */

struct gs_download {
    const struct gs_layer *layer;
    const struct gs_fetch_options *options;
    const char *url, *shown;             /* with the mirror; as it may be shown */
    const char *path;                    /* where it goes */
    const struct gs_fetch_record *known; /* what is there already, to ask for only if changed; or
                                            NULL */
    /* What has become of it. */
    bool unchanged;
    bool unreachable; /* after a failure: there is no way to the server */
    char etag[200], last_modified[100], sha256[GS_SHA256_ROOM];
    uint64_t bytes;
};

/* GS_EDATA when it cannot be had or is not what the recipe says; of a recipe with `sha256` the part
 * that has come stays for the next time. Tries again as the options say. */
enum gs_status gs_download(struct gs_ctx *ctx, struct gs_download *download) GS_NODISCARD;

/* -- fetch_file.c --------------------------------------------------------------------------------
 */

enum gs_fetch_became {
    GS_FETCH_FETCHED,
    GS_FETCH_UP_TO_DATE,
    GS_FETCH_KEPT, /* it was not fetched, or was changed since */
    GS_FETCH_FAILED,
    GS_FETCH_NOT_TRIED,
};

/* One file, for the first of the layers that it is the source of. */
struct gs_fetch_job {
    const struct gs_catalogue *catalogue;
    const struct gs_layer *layer;
    const char *target, *url, *shown; /* the URL with the mirror; as it may be shown */
    bool unreachable; /* before: the server need not be asked; after: there is no way to it */
    enum gs_fetch_became became;
    uint64_t bytes; /* of the download */
};

enum gs_status gs_fetch_file(struct gs_ctx *ctx, struct gs_arena *arena,
                             const struct gs_fetch_options *options,
                             struct gs_fetch_job *job) GS_NODISCARD;

#endif
