// SPDX-License-Identifier: Apache-2.0
/* A raster as a small picture. */
#ifndef GS_GEO_PICTURE_H
#define GS_GEO_PICTURE_H

#include "base/ctx.h"

struct gs_picture {
    uint8_t *png;
    size_t n_bytes;
    double bounds[4]; /* xmin ymin xmax ymax, in the raster's CRS */
};

/* Draws band 1 of the north-up raster at `path` as a PNG of at most `pixels` along its longer side,
 * from an overview where there is one. `colours` run from `least` to `most`; cells without data are
 * transparent. At most 255 colours. The caller frees it. */
enum gs_status gs_picture_draw(struct gs_ctx *ctx, const char *path, size_t pixels,
                               const uint8_t (*colours)[3], size_t n_colours, double least,
                               double most, struct gs_picture *out) GS_NODISCARD;
void gs_picture_release(struct gs_picture *picture);

#endif
