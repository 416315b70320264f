// SPDX-License-Identifier: Apache-2.0
/* What can be told of a source without reading it. No server is asked. */
#ifndef GS_GEO_SOURCE_H
#define GS_GEO_SOURCE_H

#include "base/ctx.h"

enum gs_source_state {
    GS_SOURCE_THERE,
    GS_SOURCE_MISSING,    /* there is no such file */
    GS_SOURCE_UNREADABLE, /* a file that no driver knows, or that may not be read */
    GS_SOURCE_REMOTE,     /* a database or a server, which is not asked */
};

struct gs_source_facts {
    enum gs_source_state state;
    const char *kind; /* "raster", "vector", "raster and vector"; NULL: not known */
};

/* `options`: GDAL open options, may be NULL. */
enum gs_status gs_source_look(struct gs_ctx *ctx, const char *source, const char *const *options,
                              struct gs_source_facts *out) GS_NODISCARD;

#endif
