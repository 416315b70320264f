// SPDX-License-Identifier: Apache-2.0
/* Arrays a worker grows once and uses again for every site. Contents last until the next use by the
 * same kind of caller; a measure may hold any of them while it measures one site. */
#ifndef GS_MEASURE_SCRATCH_H
#define GS_MEASURE_SCRATCH_H

#include "model/shapes.h"

struct gs_box3;
struct gs_neighbour;

struct gs_scratch {
    struct gs_neighbour *found; /* of gs_nearby_…() */
    size_t found_capacity;
    uint32_t *seen; /* per feature: the round in which it was last found */
    size_t seen_capacity;
    uint32_t round;
    size_t *items; /* feature numbers */
    size_t items_capacity;
    double *weights, *values; /* of a zone: one per cell of its window */
    size_t weights_capacity, values_capacity;
    double (*pairs)[2]; /* value, weight pairs to be sorted */
    size_t pairs_capacity;
    const char **texts; /* values to be sorted */
    size_t texts_capacity;
    double (*xyz)[3]; /* the site's vertices, earth-centred */
    size_t xyz_capacity;
    struct gs_box3 *nodes; /* trees over the site's rings */
    size_t nodes_capacity;
    struct gs_shapes area; /* the site's area in the CRS at hand */
    struct gs_shapes clip; /* what was cut out or joined */
};

void gs_scratch_init(struct gs_scratch *scratch);
void gs_scratch_release(struct gs_scratch *scratch);

#endif
