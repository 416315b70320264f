// SPDX-License-Identifier: Apache-2.0
/* Whether data are what they were: hashes of the files that a source is made of. */
#ifndef GS_GEO_FINGERPRINT_H
#define GS_GEO_FINGERPRINT_H

#include "base/arena.h"
#include "base/param.h"

/* The files that `source` is made of, itself first: with a shapefile's other parts, the files of a
 * virtual raster, a GeoPackage's write-ahead log. None where files do not tell the data: a database
 * or a server, files read over the network, descriptions of those. */
enum gs_status gs_source_files(struct gs_ctx *ctx, const char *source, struct gs_arena *arena,
                               struct gs_texts *out) GS_NODISCARD;

/* Hash (XXH3-128, hex) of what the files hold, one after the other; "" of none. */
enum gs_status gs_files_fingerprint(struct gs_ctx *ctx, const struct gs_texts *files,
                                    char out[40]) GS_NODISCARD;

/* The fingerprint of a source's files. */
enum gs_status gs_source_fingerprint(struct gs_ctx *ctx, const char *source,
                                     char out[40]) GS_NODISCARD;

#endif
