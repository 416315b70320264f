// SPDX-License-Identifier: Apache-2.0
/* The GeoPackage of a comparison: layer `changes`, and tables of causes and layers. */
#ifndef GS_OUTPUT_COMPARISON_H
#define GS_OUTPUT_COMPARISON_H

#include "geo/gpkg.h"
#include "model/comparison.h"

/* Written aside, then renamed into place. */
enum gs_status gs_write_comparison(struct gs_ctx *ctx, const struct gs_comparison *comparison,
                                   const char *path, int64_t timestamp) GS_NODISCARD;

/* The style of layer `changes`, by its column `change`. */
enum gs_status gs_write_changes_qml(struct gs_ctx *ctx, const struct gs_gpkg_column *columns,
                                    size_t n, bool polygons, char **out) GS_NODISCARD;

#endif
