// SPDX-License-Identifier: Apache-2.0
/* What a gs_nearby holds; for nearby.c, which makes it, and search.c, which asks it. */
#ifndef GS_MEASURE_NEARBY_PARTS_H
#define GS_MEASURE_NEARBY_PARTS_H

#include "measure/nearby.h"
#include "measure/rings.h"

/* A point or up to GS_RUN segments of one part: what the index holds. */
struct gs_chunk {
    size_t feature, first; /* vertex */
    uint8_t n, kind;
    bool opens; /* its part */
};

struct gs_nearby_ring {
    size_t feature, first, n_segments, node;
    int around; /* ±1: which way a point inside sees it wind; 0: either is believed */
};

struct gs_nearby {
    const struct gs_features *features;
    double metres_per_unit;       /* of distances as measured */
    struct gs_geodesic *geodesic; /* NULL: planar */
    const double (*xy)[2];        /* positions, degrees when geodesic */
    double (*xyz)[3];             /* geodesic: earth-centred */
    struct gs_chunk *chunks;
    size_t n_chunks;
    struct gs_index *chunk_index;
    struct gs_nearby_ring *rings; /* in order of features */
    size_t n_rings;
    struct gs_box3 *nodes; /* trees of all rings */
    struct gs_index *ring_index;
};

/* The vertices of a chunk; a ring with its tree. */
struct gs_run gs_chunk_run(const struct gs_nearby *nearby, const struct gs_chunk *chunk);
struct gs_ring gs_nearby_ring(const struct gs_nearby *nearby, const struct gs_nearby_ring *ring);

#endif
