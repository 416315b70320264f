// SPDX-License-Identifier: Apache-2.0
#include "base/viridis.h"

#include <math.h>

const uint8_t gs_viridis[GS_VIRIDIS_STOPS][3] = {
    {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}};

int gs_viridis_class(double score)
{
    int class = (int)floor(score * GS_VIRIDIS_STOPS);
    return class < 0 ? 0 : class >= GS_VIRIDIS_STOPS ? GS_VIRIDIS_STOPS - 1 : class;
}

void gs_viridis_fill(uint8_t (*colours)[3], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double at = (double)(GS_VIRIDIS_STOPS - 1) * (double)i / (double)(n - 1);
        int from = at < GS_VIRIDIS_STOPS - 1 ? (int)at : GS_VIRIDIS_STOPS - 2;
        for (int k = 0; k < 3; k++)
            colours[i][k] =
                (uint8_t)lround(gs_viridis[from][k] +
                                (at - from) * (gs_viridis[from + 1][k] - gs_viridis[from][k]));
    }
}
