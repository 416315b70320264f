// SPDX-License-Identifier: Apache-2.0
/* Within geo/: CRSs as GDAL holds them. */
#ifndef GS_GEO_CRS_OSR_H
#define GS_GEO_CRS_OSR_H

#include "geo/crs.h"

#include <ogr_srs_api.h>

/* From the CRS a dataset carries (cloned). A kind that cannot be used is the data's fault:
 * GS_EDATA. */
enum gs_status gs_crs_from_osr(struct gs_ctx *ctx, OGRSpatialReferenceH srs,
                               const struct gs_pos *pos, const char *what,
                               struct gs_crs **out) GS_NODISCARD;

#endif
