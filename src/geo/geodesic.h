// SPDX-License-Identifier: Apache-2.0
/* Distances on the ellipsoid, by PROJ's geodesic routines (Karney 2013, "Algorithms for geodesics",
 * J. Geodesy 87:43-55). Degrees lon, lat; metres. */
#ifndef GS_GEO_GEODESIC_H
#define GS_GEO_GEODESIC_H

#include "gigasite.h"

struct gs_geodesic;

enum gs_status gs_geodesic_new(struct gs_ctx *ctx, double a_m, double f,
                               struct gs_geodesic **out) GS_NODISCARD;
void gs_geodesic_free(struct gs_geodesic *geodesic);

double gs_geodesic_points(const struct gs_geodesic *geodesic, const double p[2], const double q[2]);
/* From p to the geodesic segment a b, to 1e-6 relative or better. */
double gs_geodesic_segment(const struct gs_geodesic *geodesic, const double p[2], const double a[2],
                           const double b[2]);
/* Between the geodesic segments a b and c d; 0 when they cross. */
double gs_geodesic_segments(const struct gs_geodesic *geodesic, const double a[2],
                            const double b[2], const double c[2], const double d[2]);
/* On which side of the geodesic from a to b lies p, by azimuths at a: positive right, negative
 * left, 0 on it or at a. */
double gs_geodesic_side(const struct gs_geodesic *geodesic, const double a[2], const double b[2],
                        const double p[2]);
/* Earth-centred coordinates in metres (height 0): the straight chord between two such points is
 * never longer than the geodesic, which makes it a lower bound for searching. */
void gs_geodesic_ecef(const struct gs_geodesic *geodesic, const double p[2], double xyz[3]);
/* How far the geodesic between two points this chord apart can stand off the chord: the margin by
 * which a segment's box must grow to hold it. */
double gs_geodesic_sagitta(const struct gs_geodesic *geodesic, double chord_m);
/* The longest chord that points this far apart by geodesic can have: what lies beyond it is
 * farther. For any distance, infinity included. */
double gs_geodesic_chord(const struct gs_geodesic *geodesic, double distance_m);
/* Unit vectors to the east and to the north in the horizon plane at p, earth-centred. */
void gs_geodesic_axes(const double p[2], double east[3], double north[3]);

/* -- geodesic_disc.c: needs no struct gs_geodesic -----------------------------------------------
 */

/* The points at `radius_m` from `centre` in `n` directions, clockwise from north, on the ellipsoid
 * of semi-major axis a_m and flattening f. Longitudes run on from point to point: those of a circle
 * around a pole end 360 degrees from where they began. */
void gs_geodesic_circle(double a_m, double f, const double centre[2], double radius_m, size_t n,
                        double (*lonlat)[2]);

#endif
