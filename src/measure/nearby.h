// SPDX-License-Identifier: Apache-2.0
/* The features of a layer made searchable by distance from a site, planar or on the ellipsoid. */
#ifndef GS_MEASURE_NEARBY_H
#define GS_MEASURE_NEARBY_H

#include "geo/crs.h"
#include "kernel/index.h"
#include "model/table.h"

struct gs_scratch;
struct gs_nearby;

/* `geodesic`: distances on the ellipsoid of `crs` (features->lonlat must be filled), else planar in
 * the analysis CRS, in metres. In a geographic CRS always geodesic; there lonlat may be NULL, the
 * positions themselves are taken. The same holds for the sites. Features are borrowed. Read-only
 * afterwards: threads share it. */
enum gs_status gs_nearby_new(struct gs_ctx *ctx, const struct gs_features *features,
                             const struct gs_crs *crs, bool geodesic,
                             struct gs_nearby **out) GS_NODISCARD;
void gs_nearby_free(struct gs_nearby *nearby);
/* What it holds besides the features. */
uint64_t gs_nearby_bytes(const struct gs_nearby *nearby);

struct gs_neighbour {
    size_t feature;
    double distance_m; /* 0 when site and feature touch or overlap */
};

/* All features within `radius_m` (inclusive) of site i's geometry, by feature number; they lie in
 * the scratch until its next use. */
enum gs_status gs_nearby_within(struct gs_ctx *ctx, const struct gs_nearby *nearby,
                                const struct gs_sites *sites, size_t site, double radius_m,
                                struct gs_scratch *scratch, const struct gs_neighbour **found,
                                size_t *n) GS_NODISCARD;

/* The same features when how far they are does not matter: distance_m is 0 for all. Quicker, as
 * each is done with once any part of it is seen to be in reach. */
enum gs_status gs_nearby_reached(struct gs_ctx *ctx, const struct gs_nearby *nearby,
                                 const struct gs_sites *sites, size_t site, double radius_m,
                                 struct gs_scratch *scratch, const struct gs_neighbour **found,
                                 size_t *n) GS_NODISCARD;

/* The nearest features: all that share the smallest distance, up to `radius_m`. */
enum gs_status gs_nearby_nearest(struct gs_ctx *ctx, const struct gs_nearby *nearby,
                                 const struct gs_sites *sites, size_t site, double radius_m,
                                 struct gs_scratch *scratch, const struct gs_neighbour **found,
                                 size_t *n) GS_NODISCARD;

/* Planar only: calls `visit` for every run of vertices (n >= 2) of the features' lines that may
 * come within `reach` of the box, all in axis units. */
void gs_nearby_lines(const struct gs_nearby *nearby, const struct gs_box3 *box, double reach,
                     void (*visit)(void *user, const double (*xy)[2], size_t n), void *user);

#endif
