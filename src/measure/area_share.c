// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/polygon.h"
#include "kernel/planar.h"
#include "kernel/sum.h"
#include "measure/measure.h"
#include "measure/nearby.h"
#include "measure/scratch.h"
#include "measure/site_area.h"

#include <math.h>
#include <stddef.h>

struct params {
    double radius_m;
};

static const struct gs_param table[] = {
    {.key = "radius",
     .type = GS_PARAM_QUANTITY,
     .unit = "m",
     .max = INFINITY,
     .help = "The area within this distance of the site; if not given: the site's own area",
     .offset = offsetof(struct params, radius_m),
     .flags = GS_PARAM_MIN_OPEN},
};

/* Without a radius the footprint decides, which the parameters do not know. */
static double reach_m(const void *params)
{
    double radius_m = ((const struct params *)params)->radius_m;
    return isnan(radius_m) ? INFINITY : radius_m;
}

/* The polygons that may cover part of the area, in order of features. */
static enum gs_status find_items(struct gs_ctx *ctx, const struct gs_job *job,
                                 struct gs_worker *worker, size_t site,
                                 const struct gs_site_area *area, size_t *n_items)
{
    const struct gs_neighbour *found;
    struct gs_scratch *scratch = worker->scratch;
    size_t n, kept = 0;
    enum gs_status status =
        gs_nearby_within(ctx, job->nearby, job->sites, site, area->reach_m, scratch, &found, &n);
    if (!status)
        status = gs_grow(ctx, &scratch->items, &scratch->items_capacity, n, sizeof *scratch->items);
    if (status)
        return status;
    for (size_t i = 0; i < n; i++)
        if (gs_shapes_kinds(&job->features->shapes, found[i].feature) & 1u << GS_PART_RING)
            scratch->items[kept++] = found[i].feature;
    *n_items = kept;
    return GS_OK;
}

/* -- discs ----------------------------------------------------------------------------------- */

enum { MANY = 64 }; /* features from which on they are no longer compared pair by pair */

/* Do the boxes of two features share area within the disc's box? */
static bool may_overlap(const struct gs_shapes *shapes, size_t a, size_t b,
                        const struct gs_site_area *area)
{
    double p[4], q[4];
    if (!gs_shapes_bounds(shapes, a, p) || !gs_shapes_bounds(shapes, b, q))
        return false;
    for (int d = 0; d < 2; d++) {
        double low = fmax(fmax(p[d], q[d]), area->centre[d] - area->radius);
        double high = fmin(fmin(p[d + 2], q[d + 2]), area->centre[d] + area->radius);
        if (!(low < high))
            return false;
    }
    return true;
}

/* Adds what stands alone to `sum` and leaves in `items` those that may overlap others. */
static size_t add_separate(const struct gs_job *job, const struct gs_site_area *area, size_t *items,
                           size_t n, struct gs_sum *sum)
{
    bool joint[MANY] = {false};
    size_t kept = 0;
    if (n > MANY)
        return n;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (may_overlap(&job->features->shapes, items[i], items[k], area))
                joint[i] = joint[k] = true;
    for (size_t i = 0; i < n; i++)
        if (joint[i])
            items[kept++] = items[i];
        else
            gs_sum_add(sum,
                       gs_nearby_area_in_circle(job->nearby, items[i], area->centre, area->radius));
    return kept;
}

static enum gs_status cover_disc(struct gs_ctx *ctx, const struct gs_job *job,
                                 struct gs_worker *worker, const struct gs_site_area *area,
                                 size_t n, double *covered)
{
    struct gs_scratch *scratch = worker->scratch;
    struct gs_shapes *clip = &scratch->clip;
    struct gs_sum sum;
    gs_sum_init(&sum);
    n = add_separate(job, area, scratch->items, n, &sum);
    if (n > 0) {
        gs_shapes_clear(clip);
        enum gs_status status = gs_polygons_union(ctx, worker->polygons, &job->features->shapes,
                                                  scratch->items, n, clip);
        if (status)
            return status;
        for (size_t p = 0; p < clip->n_parts; p++)
            if (clip->part_kind[p] == GS_PART_RING) {
                size_t first = clip->vertex_start[p], end = clip->vertex_start[p + 1];
                gs_sum_add(&sum, gs_planar_ring_area_in_circle(clip->xy + first, end - first,
                                                               area->centre, area->radius));
            }
    }
    *covered = gs_sum_value(&sum);
    return GS_OK;
}

/* -- polygons -------------------------------------------------------------------------------- */

static enum gs_status cover_polygons(struct gs_ctx *ctx, const struct gs_job *job,
                                     struct gs_worker *worker, const struct gs_site_area *area,
                                     size_t n, double *covered)
{
    const struct gs_shapes *features = &job->features->shapes;
    struct gs_shapes *clip = &worker->scratch->clip;
    size_t item = worker->scratch->items[0];
    enum gs_status status = GS_OK;
    gs_shapes_clear(clip);
    if (n > 1) { /* joined first, so that what overlaps counts once */
        status =
            gs_polygons_union(ctx, worker->polygons, features, worker->scratch->items, n, clip);
        features = clip;
        item = 0;
    }
    if (!status)
        status = gs_polygons_intersection(ctx, worker->polygons, area->shapes, area->shape,
                                          features, item, clip);
    if (!status)
        *covered = gs_shapes_area(clip, clip->n - 1);
    return status;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct params *params = job->params;
    struct gs_site_area area;
    size_t n = 0;
    double covered = 0;
    enum gs_status status = gs_site_area(ctx, job, worker, site, params->radius_m, &area);
    if (!status && area.kind != GS_SITE_AREA_NONE)
        status = find_items(ctx, job, worker, site, &area, &n);
    if (!status && n > 0)
        status = area.kind == GS_SITE_AREA_DISC
                     ? cover_disc(ctx, job, worker, &area, n, &covered)
                     : cover_polygons(ctx, job, worker, &area, n, &covered);
    if (status)
        return status;
    /* rounding alone leads out of 0 … 1 */
    double share = area.size > 0 ? fmin(fmax(covered / area.size, 0), 1) : NAN;
    *out = (struct gs_reading){.number = share, .valid_share = 1};
    return GS_OK;
}

const struct gs_measure gs_measure_area_share = {
    .name = "area_share",
    .summary = "Share of the area covered by polygons of the layer",
    .details = "Of the area within `radius` of the site, else of the site's polygon or footprint. "
               "Polygons that overlap count once. A point's circle is cut exactly; the area around "
               "polygons and several points has its arcs drawn with 64 segments a quarter circle. "
               "Needs a projected analysis CRS, best an equal-area one.",
    .input = GS_INPUT_VECTOR,
    .unit = "",
    .geometry = 1u << GS_PART_RING,
    .flags = GS_MEASURE_AREA | GS_MEASURE_PLANAR,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .measure = measure,
};
