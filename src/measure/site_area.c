// SPDX-License-Identifier: Apache-2.0
#include "measure/site_area.h"

#include "geo/polygon.h"
#include "measure/scratch.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static enum gs_status fail_degrees(struct gs_ctx *ctx, const struct gs_job *job)
{
    return gs_fail(ctx, GS_ESTUDY, &job->factor->measure_pos,
                   "choose a projected `crs:` for the area, such as EPSG:3035",
                   "measure `%s` needs an analysis CRS in metres, not in degrees",
                   job->factor->measure_name);
}

static enum gs_status disc_or_buffer(struct gs_ctx *ctx, const struct gs_job *job,
                                     struct gs_worker *worker, size_t site,
                                     struct gs_site_area *area)
{
    const struct gs_shapes *shapes = &job->sites->features.shapes;
    double radius = area->reach_m / job->metres_per_unit;
    if (gs_shapes_is_point(shapes, site)) {
        const double *p = shapes->xy[shapes->vertex_start[shapes->part_start[site]]];
        area->kind = GS_SITE_AREA_DISC;
        area->centre[0] = p[0];
        area->centre[1] = p[1];
        area->radius = radius;
        area->size = pi * radius * radius;
        return GS_OK;
    }
    struct gs_shapes *buffer = &worker->scratch->area;
    gs_shapes_clear(buffer);
    area->kind = GS_SITE_AREA_POLYGONS;
    area->shapes = buffer;
    area->shape = 0;
    enum gs_status status = gs_polygons_buffer(ctx, worker->polygons, shapes, site, radius, buffer);
    if (!status)
        area->size = gs_shapes_area(buffer, 0);
    return status;
}

enum gs_status gs_site_area(struct gs_ctx *ctx, const struct gs_job *job, struct gs_worker *worker,
                            size_t site, double radius_m, struct gs_site_area *out)
{
    if (!(job->metres_per_unit > 0))
        return fail_degrees(ctx, job);
    const struct gs_shapes *shapes = &job->sites->features.shapes;
    unsigned kinds = gs_shapes_kinds(shapes, site);
    bool polygons = kinds & 1u << GS_PART_RING, points = kinds & 1u << GS_PART_POINTS;
    struct gs_site_area area = {.kind = GS_SITE_AREA_NONE};
    enum gs_status status = GS_OK;
    if (radius_m > 0)
        area.reach_m = radius_m;
    else if (isnan(radius_m) && !polygons && points)
        area.reach_m = job->sites->footprint_radius_m;
    if (area.reach_m > 0) {
        status = disc_or_buffer(ctx, job, worker, site, &area);
    } else if (polygons) {
        area.kind = GS_SITE_AREA_POLYGONS;
        area.shapes = shapes;
        area.shape = site;
        area.size = gs_shapes_area(shapes, site);
    }
    if (!status)
        *out = area;
    return status;
}

double gs_cell_radius_m(const struct gs_job *job, double radius_m)
{
    return isnan(radius_m) ? job->sites->footprint_radius_m : radius_m;
}

enum gs_status gs_cell_area(struct gs_ctx *ctx, const struct gs_job *job, double radius_m,
                            double *out)
{
    if (!(job->metres_per_unit > 0))
        return fail_degrees(ctx, job);
    double radius = gs_cell_radius_m(job, radius_m);
    if (!(radius > 0))
        return gs_fail(
            ctx, GS_ESTUDY, &job->factor->measure_pos,
            "give the measure a `radius:`, or the facility its `land:`",
            "measure `%s` looks at an area, but a cell of the surface has none of its own",
            job->factor->measure_name);
    *out = radius;
    return GS_OK;
}
