// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "flow/within_rows.h"
#include "geo/polygon.h"
#include "measure/choose.h"
#include "measure/measure.h"
#include "measure/nearby.h"
#include "measure/ranks.h"
#include "measure/scratch.h"

#include <math.h>
#include <stddef.h>

struct params {
    const char *field;
};

static const struct gs_param table[] = {
    {.key = "field",
     .type = GS_PARAM_FIELD,
     .help = "Field of the polygon under the site, of numbers or text",
     .offset = offsetof(struct params, field),
     .flags = GS_PARAM_REQUIRED},
};

static double reach_m(const void *params)
{
    (void)params;
    return 0;
}

static const unsigned rings = 1u << GS_PART_RING;

/* Shared areas of the found features with the site, into scratch->values. */
static enum gs_status share_areas(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_worker *worker, size_t site,
                                  const struct gs_neighbour *found, size_t n)
{
    struct gs_scratch *scratch = worker->scratch;
    enum gs_status status =
        gs_grow(ctx, &scratch->values, &scratch->values_capacity, n, sizeof *scratch->values);
    for (size_t i = 0; i < n && !status; i++) {
        scratch->values[i] = 0;
        if (!(gs_shapes_kinds(&job->features->shapes, found[i].feature) & rings))
            continue;
        gs_shapes_clear(&scratch->clip);
        status = gs_polygons_intersection(ctx, worker->polygons, &job->sites->features.shapes, site,
                                          &job->features->shapes, found[i].feature, &scratch->clip);
        if (!status)
            scratch->values[i] = gs_shapes_area(&scratch->clip, 0);
    }
    return status;
}

/* Equal areas may differ by the rounding of their corners: that is no reason to prefer one. */
static struct gs_reading choose_largest(const struct gs_job *job, const double *areas,
                                        const struct gs_neighbour *found, size_t n)
{
    struct gs_reading reading = gs_no_reading();
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, areas[i]);
    for (size_t i = 0; i < n; i++)
        if (areas[i] > 0 && areas[i] >= largest * (1 - 1e-9))
            gs_choose_smaller(job->field, found[i].feature, &reading);
    return reading;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct gs_neighbour *found;
    size_t n;
    enum gs_status status =
        gs_nearby_reached(ctx, job->nearby, job->sites, site, 0, worker->scratch, &found, &n);
    if (status)
        return status;
    if (gs_shapes_kinds(&job->sites->features.shapes, site) & rings) {
        status = share_areas(ctx, job, worker, site, found, n);
        if (!status)
            *out = choose_largest(job, worker->scratch->values, found, n);
        return status;
    }
    struct gs_reading reading = gs_no_reading();
    for (size_t i = 0; i < n; i++)
        if (gs_shapes_kinds(&job->features->shapes, found[i].feature) & rings)
            gs_choose_smaller(job->field, found[i].feature, &reading);
    *out = reading;
    return GS_OK;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    struct gs_ranks ranks;
    enum gs_status status = gs_ranks_init(ctx, job->field, job->features->shapes.n, &ranks);
    if (status)
        return status;
    struct gs_within_request request = {
        .kind = GS_WITHIN_MIN,
        .shapes = &job->features->shapes,
        .values = ranks.values,
        .kinds = rings,
        .metres_per_unit = job->metres_per_unit,
        .texts = ranks.texts,
        .n_texts = ranks.n_texts,
    };
    status = gs_within_rows_new(ctx, &request, job->grid, out);
    if (!status)
        ranks.texts = NULL; /* now the rows' */
    gs_ranks_release(&ranks);
    return status;
}

const struct gs_measure gs_measure_overlap = {
    .name = "overlap",
    .summary = "Field of the polygon under the site",
    .details = "For a point the polygon that contains it, its boundary included; for a polygon the "
               "one with the largest shared area; for lines and several points any they touch. "
               "Where several qualify, the smallest of their values (text in byte order). Missing "
               "when there is none. Shared areas are compared in the plane of the analysis CRS. On "
               "the surface: of the polygon that contains the centre of the cell.",
    .input = GS_INPUT_VECTOR,
    .unit = GS_UNIT_FIELD,
    .geometry = 1u << GS_PART_RING,
    .flags = GS_MEASURE_TEXT,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .measure = measure,
    .surface = surface,
};
