// SPDX-License-Identifier: Apache-2.0
#include "flow/distance_rows.h"
#include "measure/cell_rows.h"
#include "measure/measure.h"
#include "measure/nearby.h"

#include <math.h>
#include <stddef.h>

struct params {
    bool geodesic, exact;
};

static const struct gs_param table[] = {
    {.key = "geodesic",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .help = "Measure on the ellipsoid instead of in the plane of the analysis CRS",
     .offset = offsetof(struct params, geodesic)},
    {.key = "exact",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .help =
         "On the surface measure to the features as they are, not to the cells they touch: slow",
     .offset = offsetof(struct params, exact)},
};

static double reach_m(const void *params)
{
    (void)params;
    return INFINITY;
}

static bool geodesic(const void *params)
{
    return ((const struct params *)params)->geodesic;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct gs_neighbour *found;
    size_t n;
    enum gs_status status = gs_nearby_nearest(ctx, job->nearby, job->sites, site, INFINITY,
                                              worker->scratch, &found, &n);
    if (status)
        return status;
    *out = (struct gs_reading){.number = n ? found[0].distance_m : NAN, .valid_share = 1};
    return GS_OK;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    const struct params *params = job->params;
    if (params->exact || params->geodesic)
        return gs_cell_rows_new(ctx, job, out);
    return gs_distance_rows_new(ctx, &job->features->shapes, job->grid, job->limit_m, out);
}

const struct gs_measure gs_measure_distance = {
    .name = "distance",
    .summary = "Distance from the site to the nearest feature",
    .details = "From the site's exact geometry (a point itself, not its footprint) to the nearest "
               "point of any feature; 0 when they touch or one lies in the other. Without any "
               "feature the distance is missing. In a geographic analysis CRS always on the "
               "ellipsoid. On the surface: from the centre of a cell to the centre of the nearest "
               "cell that a feature touches (a polygon those whose centre it holds), so up to 0.71 "
               "cells more or less than to the feature itself; `exact: true` measures to that.",
    .input = GS_INPUT_VECTOR,
    .unit = "m",
    .flags = GS_MEASURE_FROM_0,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .geodesic = geodesic,
    .measure = measure,
    .surface = surface,
};
