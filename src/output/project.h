// SPDX-License-Identifier: Apache-2.0
/* The project that QGIS opens from a run's GeoPackage: its layers in a sensible order, the surface
 * beneath the sites, contributions tied to their site. */
#ifndef GS_OUTPUT_PROJECT_H
#define GS_OUTPUT_PROJECT_H

#include "geo/gpkg.h"
#include "model/result.h"

/* After all tables and styles. */
enum gs_status gs_add_project(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                              const struct gs_result *result) GS_NODISCARD;

#endif
