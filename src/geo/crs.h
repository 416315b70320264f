// SPDX-License-Identifier: Apache-2.0
/* Coordinate reference systems and transformations. Axes are always x east/right, y north/up
 * (traditional GIS order), whatever the authority says. */
#ifndef GS_GEO_CRS_H
#define GS_GEO_CRS_H

#include "base/ctx.h"

struct gs_crs;

/* From anything GDAL/PROJ understands (EPSG:3035, WKT, PROJ string, PROJJSON). Reports at `pos` an
 * unknown CRS, an engineering (LOCAL_CS), geocentric or vertical one; of a compound CRS the
 * horizontal part is used. GS_EDATA when the text is WKT, as files carry it, else GS_ESTUDY. Files
 * and addresses are not followed. `what` names the layer or study ("layer `x`"). Threads may share
 * a gs_crs. */
enum gs_status gs_crs_new(struct gs_ctx *ctx, const char *text, const struct gs_pos *pos,
                          const char *what, struct gs_crs **out) GS_NODISCARD;
void gs_crs_free(struct gs_crs *crs);
struct gs_crs *gs_crs_clone(struct gs_ctx *ctx, const struct gs_crs *crs) GS_NODISCARD;
bool gs_crs_same(const struct gs_crs *a, const struct gs_crs *b);
bool gs_crs_is_geographic(const struct gs_crs *crs);
/* Metres per unit of the axes of a projected CRS (1 for metres); 0 for a geographic one. */
double gs_crs_metres_per_unit(const struct gs_crs *crs);
/* Ellipsoid: semi-major axis in metres and flattening. */
void gs_crs_ellipsoid(const struct gs_crs *crs, double *a_m, double *f);
int gs_crs_epsg(const struct gs_crs *crs);         /* 0: none identified */
const char *gs_crs_name(const struct gs_crs *crs); /* "ETRS89-extended / LAEA Europe" */
const char *gs_crs_wkt(const struct gs_crs *crs);  /* WKT2:2019 */
/* The geographic CRS beneath (lon lat degrees on the same datum). */
enum gs_status gs_crs_geographic(struct gs_ctx *ctx, const struct gs_crs *crs,
                                 struct gs_crs **out) GS_NODISCARD;

/* From one CRS to another by the best available PROJ operation: one for everything when one covers
 * the smaller CRS's area (see transform_operations.c), else the most accurate one for each point.
 * One thread at a time each: workers make their own. */
struct gs_transform;
enum gs_status gs_transform_new(struct gs_ctx *ctx, const struct gs_crs *from,
                                const struct gs_crs *to, struct gs_transform **out) GS_NODISCARD;
void gs_transform_free(struct gs_transform *transform);
bool gs_transform_is_identity(const struct gs_transform *transform);
/* In place; a point that cannot be transformed becomes NaN NaN. Returns how many could not. */
size_t gs_transform_points(struct gs_transform *transform, double (*xy)[2], size_t n);
/* The other way round. */
size_t gs_transform_points_inverse(struct gs_transform *transform, double (*xy)[2], size_t n);
/* Bounds that contain the image of the box, edges densified; false when it cannot be told (part of
 * the box has no image, a pole is inside): then do not filter by bounds. For a target in degrees,
 * a box across the antimeridian gives min x > max x. */
bool gs_transform_bounds(struct gs_transform *transform, const double in[4], double out[4]);
/* What PROJ does, with its accuracy: "Inverse of Europe Equal Area 2001 (PROJ: …), 0 m"; several,
 * joined by "; ", when points so far have needed several. "" for the identity. Borrowed, until the
 * next point is transformed. */
const char *gs_transform_description(const struct gs_transform *transform);

#endif
