// SPDX-License-Identifier: Apache-2.0
/* Values of a raster at the cells of a stretch (flow/warp.h). */
#ifndef GS_FLOW_RASTER_SAMPLE_H
#define GS_FLOW_RASTER_SAMPLE_H

#include "flow/raster_rows.h"
#include "flow/raster_store.h"
#include "flow/warp.h"

/* What is read at a cell (x, y) of the raster: its value, or something of its neighbourhood. */
typedef float gs_cell_fn(const void *user, const struct gs_raster_view *view, long x, long y);

struct gs_sampler {
    const struct gs_raster_view *view;
    enum gs_warp warp;
    gs_cell_fn
        *cell; /* NULL: the values themselves; only with NEAREST, AVERAGE, MINIMUM, MAXIMUM */
    const void *user;
};

/* `n` cells of the stretch from its beginning into `out`. */
void gs_sample(const struct gs_sampler *sampler, const struct gs_stretch *stretch, size_t n,
               float *out);

/* How far from its position a cell reads, in cells of the raster along its axes. */
void gs_sample_reach(enum gs_warp warp, const double half[2], double reach[2]);

#endif
