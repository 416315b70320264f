// SPDX-License-Identifier: Apache-2.0
#include "geo/geodesic.h"

#include <math.h>

#include <geodesic.h> /* PROJ's */

void gs_geodesic_circle(double a_m, double f, const double centre[2], double radius_m, size_t n,
                        double (*lonlat)[2])
{
    struct geod_geodesic geodesic;
    geod_init(&geodesic, a_m, f);
    for (size_t i = 0; i < n; i++) {
        double lat, lon;
        geod_direct(&geodesic, centre[1], centre[0], 360.0 * (double)i / (double)n, radius_m, &lat,
                    &lon, NULL);
        double before = i ? lonlat[i - 1][0] : centre[0];
        lonlat[i][0] = lon + 360 * round((before - lon) / 360);
        lonlat[i][1] = lat;
    }
}
