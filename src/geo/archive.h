// SPDX-License-Identifier: Apache-2.0
/* What was downloaded: a file or an archive of files. Nothing is unpacked by the names that an
 * archive gives its files: what is wanted is read through it. */
#ifndef GS_GEO_ARCHIVE_H
#define GS_GEO_ARCHIVE_H

#include "base/arena.h"
#include "model/layer.h"

/* By which name GDAL reads what is wanted of the file `path`: itself, `member` of the archive (zip,
 * tar, tar.gz) it is, its only file when there is no member, or what is in a .gz. By the content,
 * whatever the file's name. GS_EDATA when there is no such file, or which one is meant is not
 * clear. `*unpacked`: it is another file than `path`. */
enum gs_status gs_archive_name(struct gs_ctx *ctx, const struct gs_layer *layer, const char *path,
                               struct gs_arena *arena, const char **name,
                               bool *unpacked) GS_NODISCARD;

/* A page for people instead of data? */
bool gs_is_web_page(const char *path);

#endif
