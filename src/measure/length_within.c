// SPDX-License-Identifier: Apache-2.0
#include "geo/polygon.h"
#include "kernel/planar.h"
#include "kernel/sum.h"
#include "measure/measure.h"
#include "measure/nearby.h"
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
     .help = "How far from the site lines count; if not given: inside the site's own area",
     .offset = offsetof(struct params, radius_m),
     .flags = GS_PARAM_MIN_OPEN},
};

/* Without a radius the footprint decides, which the parameters do not know. */
static double reach_m(const void *params)
{
    double radius_m = ((const struct params *)params)->radius_m;
    return isnan(radius_m) ? INFINITY : radius_m;
}

struct clipped {
    const struct gs_site_area *area;
    struct gs_sum lengths;
};

static void add_line(void *user, const double (*xy)[2], size_t n)
{
    struct clipped *c = user;
    for (size_t i = 0; i + 1 < n; i++)
        gs_sum_add(&c->lengths,
                   gs_planar_length_in_circle(xy[i], xy[i + 1], c->area->centre, c->area->radius));
}

static enum gs_status add_inside(struct gs_ctx *ctx, const struct gs_job *job,
                                 struct gs_worker *worker, size_t site, struct clipped *c)
{
    const struct gs_neighbour *found;
    size_t n = 0;
    enum gs_status status = gs_nearby_within(ctx, job->nearby, job->sites, site, c->area->reach_m,
                                             worker->scratch, &found, &n);
    for (size_t i = 0; i < n && !status; i++) {
        double length = 0;
        status = gs_polygons_length_inside(ctx, worker->polygons, c->area->shapes, c->area->shape,
                                           &job->features->shapes, found[i].feature, &length);
        gs_sum_add(&c->lengths, length);
    }
    return status;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct params *params = job->params;
    struct gs_site_area area;
    enum gs_status status = gs_site_area(ctx, job, worker, site, params->radius_m, &area);
    if (status)
        return status;
    struct clipped c = {.area = &area};
    gs_sum_init(&c.lengths);
    if (area.kind == GS_SITE_AREA_DISC)
        gs_nearby_lines(job->nearby, area.centre, area.radius, add_line, &c);
    else if (area.kind == GS_SITE_AREA_POLYGONS)
        status = add_inside(ctx, job, worker, site, &c);
    if (status)
        return status;
    double length_m = gs_sum_value(&c.lengths) * job->metres_per_unit;
    *out = (struct gs_reading){.number = area.kind == GS_SITE_AREA_NONE ? NAN : length_m,
                               .valid_share = 1};
    return GS_OK;
}

const struct gs_measure gs_measure_length_within = {
    .name = "length_within",
    .summary = "Length of lines within a radius, or inside the site's area",
    .details = "Lines are cut exactly with the circle around a point; for polygons and several "
               "points with the area within `radius` of them, its arcs drawn with 64 segments a "
               "quarter circle. Boundaries of polygons do not count. Needs a projected analysis "
               "CRS.",
    .input = GS_INPUT_VECTOR,
    .unit = "m",
    .geometry = 1u << GS_PART_LINE,
    .flags = GS_MEASURE_AREA | GS_MEASURE_PLANAR,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .measure = measure,
};
