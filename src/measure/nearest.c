// SPDX-License-Identifier: Apache-2.0
#include "measure/cell_rows.h"
#include "measure/choose.h"
#include "measure/measure.h"
#include "measure/nearby.h"
#include "measure/nearest_rows.h"

#include <math.h>
#include <stddef.h>

struct params {
    const char *field;
    double radius_m;
    bool geodesic;
};

static const struct gs_param table[] = {
    {.key = "field",
     .type = GS_PARAM_FIELD,
     .help = "Field of the nearest feature, of numbers or text",
     .offset = offsetof(struct params, field),
     .flags = GS_PARAM_REQUIRED},
    {.key = "radius",
     .type = GS_PARAM_QUANTITY,
     .unit = "m",
     .min = 0,
     .max = INFINITY,
     .help = "A nearest feature farther than this counts as none",
     .offset = offsetof(struct params, radius_m)},
    {.key = "geodesic",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .help = "Measure on the ellipsoid instead of in the plane of the analysis CRS",
     .offset = offsetof(struct params, geodesic)},
};

static double reach_m(const void *params)
{
    double radius_m = ((const struct params *)params)->radius_m;
    return isnan(radius_m) ? INFINITY : radius_m;
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
    enum gs_status status = gs_nearby_nearest(ctx, job->nearby, job->sites, site,
                                              reach_m(job->params), worker->scratch, &found, &n);
    if (status)
        return status;
    struct gs_reading reading = gs_no_reading();
    for (size_t i = 0; i < n; i++)
        gs_choose_smaller(job->field, found[i].feature, &reading);
    *out = reading;
    return GS_OK;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    if (geodesic(job->params))
        return gs_cell_rows_new(ctx, job, out);
    return gs_nearest_rows_new(ctx, job, reach_m(job->params), out);
}

const struct gs_measure gs_measure_nearest = {
    .name = "nearest",
    .summary = "Field of the nearest feature",
    .details =
        "Where several features are equally near, the smallest of their values (text in byte "
        "order). Missing when no feature is within `radius` or the nearest has no value. "
        "On the surface distances are from the centre of a cell, to the features as they are; with "
        "`geodesic` cell by cell, which is slow.",
    .input = GS_INPUT_VECTOR,
    .unit = GS_UNIT_FIELD,
    .flags = GS_MEASURE_TEXT,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .geodesic = geodesic,
    .measure = measure,
    .surface = surface,
};
