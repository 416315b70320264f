// SPDX-License-Identifier: Apache-2.0
/* A file written aside and renamed into place: whoever looks sees the old one or the new one,
 * whole.
 */
#ifndef GS_GEO_ASIDE_H
#define GS_GEO_ASIDE_H

#include "base/ctx.h"

struct gs_aside {
    char *path, *temp; /* links followed; beside it */
    int fd;            /* -1: closed */
};

/* Faults are GS_EOUTPUT and name the final path. */
enum gs_status gs_aside_open(struct gs_ctx *ctx, const char *path,
                             struct gs_aside *aside) GS_NODISCARD;
enum gs_status gs_aside_write(struct gs_ctx *ctx, struct gs_aside *aside, const void *bytes,
                              size_t n) GS_NODISCARD;
/* Appends n bytes of the file `fd` from `offset`. */
enum gs_status gs_aside_copy(struct gs_ctx *ctx, struct gs_aside *aside, int fd, uint64_t offset,
                             uint64_t n) GS_NODISCARD;
/* Flushes it to the disk and puts it in place; what replaces a file has its permissions. */
enum gs_status gs_aside_finish(struct gs_ctx *ctx, struct gs_aside *aside) GS_NODISCARD;
/* Removes it unless it was finished. A zeroed struct with fd -1 is legal. */
void gs_aside_discard(struct gs_aside *aside);

/* Before it is made: what lies at `path`, links followed, is replaced only when it is empty or of
 * the same kind, which begins with one of these n; GS_EOUTPUT. `kind`: "GeoTIFF", for the message.
 */
typedef char gs_file_head[4];
enum gs_status gs_aside_check(struct gs_ctx *ctx, const char *path, const gs_file_head *heads,
                              size_t n, const char *kind) GS_NODISCARD;

/* A file beside `path` that has no name any more: it is gone with its descriptor. */
enum gs_status gs_aside_scratch(struct gs_ctx *ctx, const char *path, int *fd) GS_NODISCARD;

enum gs_status gs_aside_fail(struct gs_ctx *ctx, const char *path, int reason);
/* The same of a layer's file, whose place the catalogue says. */
enum gs_status gs_layer_file_fail(struct gs_ctx *ctx, const char *path, int reason);

/* -- for files that others write aside --------------------------------------------------------- */

/* Where `path` really lies: a link is followed, so that it stays one. */
enum gs_status gs_follow_link(struct gs_ctx *ctx, const char *path, char **out) GS_NODISCARD;

/* `.NAME.tmp-PLACE-PID-ADDRESS` beside the final place: unique among the files in the making. Those
 * of this name whose process has died are removed. */
enum gs_status gs_temp_name(struct gs_ctx *ctx, const char *path, const void *owner,
                            char **out) GS_NODISCARD;

/* The folder that `path` lies in, its slash included; "." where none is told. */
enum { GS_FOLDER_ROOM = 4096 };
void gs_folder_of(const char *path, char folder[GS_FOLDER_ROOM]);

/* To the disk: 0 or the reason (errno); a file system that cannot flush is none. */
int gs_flush(int fd);
int gs_flush_folder_of(const char *path);

#endif
