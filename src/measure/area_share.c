// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "flow/cover_rows.h"
#include "geo/polygon.h"
#include "measure/measure.h"
#include "measure/nearby.h"
#include "measure/outline.h"
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

/* The circle around a site that is a single point; false for others and those without one. */
static bool disc_of(const struct gs_job *job, size_t site, double *radius, double centre[2])
{
    const struct gs_shapes *shapes = &job->sites->features.shapes;
    double radius_m = ((const struct params *)job->params)->radius_m;
    if (isnan(radius_m))
        radius_m = job->sites->footprint_radius_m;
    if (!gs_shapes_is_point(shapes, site) || !(radius_m > 0))
        return false;
    const double *p = shapes->xy[shapes->vertex_start[shapes->part_start[site]]];
    centre[0] = p[0];
    centre[1] = p[1];
    *radius = radius_m / job->metres_per_unit;
    return true;
}

/* Circles are cut out of the outline of all polygons. */
static enum gs_status prepare(struct gs_ctx *ctx, const struct gs_job *job, void **prepared)
{
    size_t n_sites = job->sites->features.shapes.n, n = 0;
    if (!(job->metres_per_unit > 0)) /* gs_site_area() reports it */
        return GS_OK;
    struct gs_outline *outline = NULL;
    double(*centres)[2] = gs_alloc(ctx, n_sites, sizeof *centres);
    double *radii = centres ? GS_ARRAY(ctx, double, n_sites) : NULL;
    enum gs_status status = radii ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < n_sites && !status; i++)
        n += disc_of(job, i, &radii[n], centres[n]);
    if (!status && n > 0)
        status = gs_outline_new(ctx, job->nearby, (const double(*)[2])centres, radii, n, &outline);
    gs_free(centres);
    gs_free(radii);
    *prepared = outline;
    return status;
}

static void discard(void *prepared)
{
    gs_outline_free(prepared);
}

/* Each polygon in reach is cut with the area on its own, which leaves little to be joined. */
static enum gs_status cover_polygons(struct gs_ctx *ctx, const struct gs_job *job,
                                     struct gs_worker *worker, size_t site,
                                     const struct gs_site_area *area, double *covered)
{
    const struct gs_neighbour *found;
    struct gs_scratch *scratch = worker->scratch;
    const struct gs_shapes *features = &job->features->shapes;
    struct gs_shapes *clip = &scratch->clip;
    size_t n, n_pieces = 0;
    gs_shapes_clear(clip);
    enum gs_status status =
        gs_nearby_reached(ctx, job->nearby, job->sites, site, area->reach_m, scratch, &found, &n);
    if (!status)
        status = gs_grow(ctx, &scratch->items, &scratch->items_capacity, n, sizeof *scratch->items);
    for (size_t i = 0; i < n && !status; i++) {
        if (!(gs_shapes_kinds(features, found[i].feature) & 1u << GS_PART_RING))
            continue;
        status = gs_polygons_intersection(ctx, worker->polygons, area->shapes, area->shape,
                                          features, found[i].feature, clip);
        if (!status && !gs_shapes_is_empty(clip, clip->n - 1))
            scratch->items[n_pieces++] = clip->n - 1;
    }
    if (!status && n_pieces > 1) { /* joined, so that what overlaps counts once */
        status = gs_polygons_union(ctx, worker->polygons, clip, scratch->items, n_pieces, clip);
        scratch->items[0] = clip->n - 1;
    }
    if (!status && n_pieces > 0)
        *covered = gs_shapes_area(clip, scratch->items[0]);
    return status;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct params *params = job->params;
    struct gs_site_area area;
    double covered = 0;
    enum gs_status status = gs_site_area(ctx, job, worker, site, params->radius_m, &area);
    if (!status && area.kind == GS_SITE_AREA_DISC)
        status = gs_outline_area_in_circle(ctx, job->prepared, area.centre, area.radius,
                                           worker->scratch, &covered);
    else if (!status && area.kind == GS_SITE_AREA_POLYGONS)
        status = cover_polygons(ctx, job, worker, site, &area, &covered);
    if (status)
        return status;
    /* rounding alone leads out of 0 … 1 */
    double share = area.size > 0 ? fmin(fmax(covered / area.size, 0), 1) : NAN;
    *out = (struct gs_reading){.number = share, .valid_share = 1};
    return GS_OK;
}

/* The outline of all polygons, those far away too: what lies to the east of a circle is told by all
 * of it. */
static enum gs_status whole_outline(struct gs_ctx *ctx, const struct gs_job *job,
                                    struct gs_shapes *pieces)
{
    static const double anywhere[1][2] = {{0, 0}}, all = INFINITY;
    struct gs_nearby *nearby;
    struct gs_outline *outline;
    enum gs_status status = gs_nearby_new(ctx, job->features, job->crs, false, &nearby);
    if (status)
        return status;
    status = gs_outline_new(ctx, nearby, anywhere, &all, 1, &outline);
    if (!status) {
        status = gs_outline_pieces(ctx, outline, pieces);
        gs_outline_free(outline);
    }
    gs_nearby_free(nearby);
    return status;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    double radius_m;
    struct gs_shapes pieces;
    enum gs_status status =
        gs_cell_area(ctx, job, ((const struct params *)job->params)->radius_m, &radius_m);
    if (status)
        return status;
    gs_shapes_init(&pieces);
    status = whole_outline(ctx, job, &pieces);
    if (!status)
        status = gs_cover_rows_new(ctx, &pieces, job->grid, radius_m, job->metres_per_unit, out);
    gs_shapes_release(&pieces);
    return status;
}

const struct gs_measure gs_measure_area_share = {
    .name = "area_share",
    .summary = "Share of the area covered by polygons of the layer",
    .details = "Of the area within `radius` of the site, else of the site's polygon or footprint. "
               "Polygons that overlap count once. A point's circle is cut exactly; the area around "
               "polygons and several points has its arcs drawn with 64 segments a quarter circle. "
               "Needs a projected analysis CRS, best an equal-area one. On the "
               "surface: of the true circle around the centre of each cell.",
    .input = GS_INPUT_VECTOR,
    .unit = "",
    .geometry = 1u << GS_PART_RING,
    .flags = GS_MEASURE_AREA | GS_MEASURE_PLANAR | GS_MEASURE_FROM_0 | GS_MEASURE_TO_1,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .prepare = prepare,
    .discard = discard,
    .measure = measure,
    .surface = surface,
};
