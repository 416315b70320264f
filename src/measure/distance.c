// SPDX-License-Identifier: Apache-2.0
#include "measure/measure.h"
#include "measure/nearby.h"

#include <math.h>
#include <stddef.h>

struct params {
    bool geodesic;
};

static const struct gs_param table[] = {
    {.key = "geodesic",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .help = "Measure on the ellipsoid instead of in the plane of the analysis CRS",
     .offset = offsetof(struct params, geodesic)},
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

const struct gs_measure gs_measure_distance = {
    .name = "distance",
    .summary = "Distance from the site to the nearest feature",
    .details = "From the site's exact geometry (a point itself, not its footprint) to the nearest "
               "point of any feature; 0 when they touch or one lies in the other. Without any "
               "feature the distance is missing. In a geographic analysis CRS always on the "
               "ellipsoid.",
    .input = GS_INPUT_VECTOR,
    .unit = "m",
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .geodesic = geodesic,
    .measure = measure,
};
