// SPDX-License-Identifier: Apache-2.0
/* Small text files beside an output, and the room there is for it. */
#ifndef GS_GEO_SIDECAR_H
#define GS_GEO_SIDECAR_H

#include "base/ctx.h"

/* Writes the text aside and renames it to `path`. */
enum gs_status gs_write_sidecar(struct gs_ctx *ctx, const char *path,
                                const char *text) GS_NODISCARD;

/* Bytes free for us on the disk of `path`; false when that cannot be told. */
bool gs_free_space(const char *path, uint64_t *bytes);

#endif
