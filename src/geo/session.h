// SPDX-License-Identifier: Apache-2.0
/* GDAL, PROJ, GEOS at work: start-up, and their messages caught instead of printed. */
#ifndef GS_GEO_SESSION_H
#define GS_GEO_SESSION_H

#include "base/ctx.h"

/* Registers drivers once per process. Bounds GDAL's block cache by the context's memory. */
enum gs_status gs_geo_start(struct gs_ctx *ctx) GS_NODISCARD;

/* From now on this process opens only plain files of a few formats that refer to no others, and
 * nothing over a network. */
enum gs_status gs_geo_restrict(struct gs_ctx *ctx) GS_NODISCARD;

/* Lets go of the raster blocks that GDAL holds. */
void gs_geo_drop_blocks(void);

/* Names and versions of the libraries beneath, for table `run`. */
size_t gs_geo_n_libraries(void);
void gs_geo_library(size_t index, const char **name, const char **version);

/* Between begin and end the calling thread's GDAL/PROJ/OGR messages go to `errors`, warnings too.
 * May be nested. A caller puts what it finds there into its own diagnostic. */
struct gs_geo_errors {
    char last[512];    /* the last error as one line, "" when there was none */
    char warning[512]; /* the last warning */
    size_t n_warnings;
};
void gs_geo_errors_begin(struct gs_geo_errors *errors);
void gs_geo_errors_end(struct gs_geo_errors *errors);

#endif
