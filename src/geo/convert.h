// SPDX-License-Identifier: Apache-2.0
/* A dataset into the one file that a catalogue names, coordinates as they are. */
#ifndef GS_GEO_CONVERT_H
#define GS_GEO_CONVERT_H

#include "model/layer.h"

/* The bytes of what GDAL calls `name`, of the layer's download. */
enum gs_status gs_copy_out(struct gs_ctx *ctx, const struct gs_layer *layer, const char *name,
                           const char *path) GS_NODISCARD;

/* `name` as the format that `path` ends in: .gpkg a GeoPackage, .tif a Cloud Optimized GeoTIFF. A
 * single table gets the name that the layer gives it. `timestamp` (-1: now) is what a GeoPackage
 * tells of its making. GS_EDATA when it cannot be read, or cannot become that. */
enum gs_status gs_convert(struct gs_ctx *ctx, const struct gs_layer *layer, const char *name,
                          const char *path, int64_t timestamp) GS_NODISCARD;

/* GS_EDATA when GDAL cannot open `path`, or the layer's table or band is not in it. */
enum gs_status gs_check_fetched(struct gs_ctx *ctx, const struct gs_layer *layer,
                                const char *path) GS_NODISCARD;

#endif
