// SPDX-License-Identifier: Apache-2.0
#include "measure/zone_shape.h"

#include "base/text.h"
#include "geo/geodesic.h"
#include "geo/polygon.h"
#include "measure/scratch.h"
#include "measure/site_area.h"

#include <math.h>

#define PI 3.14159265358979323846

/* The length in cells of a step from `centre`, in units of the analysis CRS. */
static double step_cells(const struct gs_job *job, struct gs_worker *worker, const double centre[2],
                         double east, double north)
{
    const double *t = gs_raster_info(job->raster)->to_cell;
    double p[2][2] = {{centre[0], centre[1]}, {centre[0] + east, centre[1] + north}};
    gs_transform_points(worker->transform, p, 2);
    double x = p[1][0] - p[0][0], y = p[1][1] - p[0][1];
    return hypot(x * t[1] + y * t[2], x * t[4] + y * t[5]);
}

/* A regular n-gon with a circle's area has the circumradius R √(2π/n / sin(2π/n)) ≈ R (1 +
 * (π/n)²/3) and leaves the circle most at its vertices: R (π/n)²/3 < 0.005 gives n. */
static size_t disc_vertices(double radius_cells)
{
    if (!(radius_cells > 0) || !isfinite(radius_cells))
        return 256;
    double n = ceil(PI * sqrt(radius_cells / (3 * 0.005)) / 8) * 8;
    return n < 64 ? 64 : n > 65536 ? 65536 : (size_t)n;
}

static enum gs_status add_disc(struct gs_ctx *ctx, const struct gs_job *job,
                               struct gs_worker *worker, const double centre[2], double radius_m)
{
    struct gs_shapes *area = &worker->scratch->area;
    bool geographic = gs_crs_is_geographic(job->crs);
    double radius = geographic ? radius_m / 111320 : radius_m / job->metres_per_unit;
    double east = geographic ? radius / fmax(cos(centre[1] * PI / 180), 0.02) : radius;
    double north = geographic && centre[1] > 0 ? -radius : radius; /* never past a pole */
    size_t n = disc_vertices(
        fmax(step_cells(job, worker, centre, east, 0), step_cells(job, worker, centre, 0, north)));
    /* The polygon's edges are straight in degrees, which is not straight on the ground: enough of
     * them make that a matter of 2e-5 of the radius even at a pole. */
    if (geographic && n < 512)
        n = 512;
    double(*xy)[2], step = 2 * PI / (double)n, widening = sqrt(step / sin(step));
    enum gs_status status = gs_shapes_begin(ctx, area);
    if (!status)
        status = gs_shapes_add_part(ctx, area, GS_PART_RING, n + 1, &xy);
    if (status)
        return status;
    if (geographic) {
        double a_m, f;
        gs_crs_ellipsoid(job->crs, &a_m, &f);
        gs_geodesic_circle(a_m, f, centre, radius_m * widening, n, xy);
        xy[n][0] = xy[0][0] + 360 * round((xy[n - 1][0] - xy[0][0]) / 360);
        xy[n][1] = xy[0][1];
        return GS_OK;
    }
    /* A quadrant by multiplication in the complex plane (errors stay near n/4 roundings), the rest
     * by symmetry. */
    double c = cos(step), s = sin(step), x = radius * widening, y = 0;
    for (size_t i = 0; i < n / 4; i++) {
        double turned[4][2] = {{x, y}, {-y, x}, {-x, -y}, {y, -x}};
        for (size_t q = 0; q < 4; q++) {
            xy[i + q * n / 4][0] = centre[0] + turned[q][0];
            xy[i + q * n / 4][1] = centre[1] + turned[q][1];
        }
        double next = x * c - y * s;
        y = x * s + y * c;
        x = next;
    }
    xy[n][0] = xy[0][0];
    xy[n][1] = xy[0][1];
    return GS_OK;
}

/* The azimuthal equidistant projection about the middle of a shape in degrees. */
static enum gs_status local_projection(struct gs_ctx *ctx, const struct gs_job *job,
                                       const double bounds[4], struct gs_transform **out)
{
    double a_m, f;
    gs_crs_ellipsoid(job->crs, &a_m, &f);
    struct gs_text text;
    gs_text_init(&text);
    gs_text_printf(&text,
                   "+proj=aeqd +lon_0=%.17g +lat_0=%.17g +a=%.17g +f=%.17g +units=m +type=crs",
                   (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, a_m, f);
    struct gs_crs *degrees = NULL, *local = NULL;
    char *definition;
    enum gs_status status = gs_text_finish(ctx, &text, &definition);
    if (status)
        return status;
    status = gs_crs_new(ctx, definition, NULL, "a buffer", &local);
    gs_text_free(definition);
    /* Degrees of the same unnamed datum: the transform is the projection and no datum shift. */
    if (!status)
        status = gs_crs_geographic(ctx, local, &degrees);
    if (!status)
        status = gs_transform_new(ctx, degrees, local, out);
    gs_crs_free(degrees);
    gs_crs_free(local);
    return status;
}

/* The buffer in degrees: by way of the local projection. */
static enum gs_status buffer_degrees(struct gs_ctx *ctx, const struct gs_job *job,
                                     struct gs_worker *worker, const struct gs_shapes *in, size_t i,
                                     double radius_m)
{
    struct gs_scratch *s = worker->scratch;
    struct gs_transform *local = NULL;
    double bounds[4];
    gs_shapes_bounds(in, i, bounds);
    enum gs_status status = local_projection(ctx, job, bounds, &local);
    gs_shapes_clear(&s->clip);
    if (!status)
        status = gs_shapes_begin(ctx, &s->clip);
    for (size_t p = in->part_start[i]; p < in->part_start[i + 1] && !status; p++) {
        size_t first = in->vertex_start[p], n = in->vertex_start[p + 1] - first;
        double(*xy)[2];
        status = gs_shapes_add_part(ctx, &s->clip, in->part_kind[p], n, &xy);
        for (size_t v = 0; v < n && !status; v++) {
            xy[v][0] = in->xy[first + v][0];
            xy[v][1] = in->xy[first + v][1];
        }
    }
    if (!status && gs_transform_points(local, s->clip.xy, s->clip.n_vertices))
        status = gs_fail(ctx, GS_EDATA, &job->factor->measure_pos, NULL,
                         "site `%s` cannot be widened by %g m: it spans too much of the globe",
                         job->sites->ids[(size_t)i], radius_m);
    if (!status)
        status = gs_polygons_buffer(ctx, worker->polygons, &s->clip, 0, radius_m, &s->area);
    if (!status)
        gs_transform_points_inverse(local, s->area.xy, s->area.n_vertices);
    gs_transform_free(local);
    return status;
}

enum gs_status gs_zone_shape(struct gs_ctx *ctx, const struct gs_job *job, struct gs_worker *worker,
                             size_t site, double radius_m, const struct gs_shapes **shapes,
                             size_t *shape, bool *turns)
{
    const struct gs_shapes *sites = &job->sites->features.shapes;
    struct gs_shapes *area = &worker->scratch->area;
    enum gs_status status = GS_OK;
    *shapes = NULL;
    *turns = false;
    unsigned kinds = gs_shapes_kinds(sites, site);
    if (isnan(radius_m) && kinds & 1u << GS_PART_RING) {
        *shapes = sites;
        *shape = site;
        return GS_OK;
    }
    if (isnan(radius_m) && kinds & 1u << GS_PART_POINTS)
        radius_m = job->sites->footprint_radius_m;
    if (kinds == 0 || !(radius_m > 0))
        return GS_OK;
    gs_shapes_clear(area);
    if (gs_shapes_is_point(sites, site)) {
        size_t vertex = sites->vertex_start[sites->part_start[site]];
        status = add_disc(ctx, job, worker, sites->xy[vertex], radius_m);
        *turns = gs_crs_is_geographic(job->crs);
    } else if (gs_crs_is_geographic(job->crs)) {
        status = buffer_degrees(ctx, job, worker, sites, site, radius_m);
        *turns = true;
    } else {
        status = gs_polygons_buffer(ctx, worker->polygons, sites, site,
                                    radius_m / job->metres_per_unit, area);
    }
    if (status)
        return status;
    *shapes = area;
    *shape = 0;
    return GS_OK;
}
