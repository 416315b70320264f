// SPDX-License-Identifier: Apache-2.0
#include "kernel/slope.h"

#include "measure/disc_surface.h"
#include "measure/measure.h"
#include "measure/raster_point.h"
#include "measure/site_area.h"
#include "measure/zone.h"

#include <math.h>

enum { DEGREE, PERCENT };

struct slope_params {
    double radius_m;
    int unit;
};

/* Cells to metres. A cell's gradient g (height per column and row) belongs to the world's gradient
 * Jᵀ g, J being the derivative of cell by world coordinates: that holds for turned grids as well.
 */
struct slope_frame {
    const struct gs_raster_info *info;
    double a_m, f;   /* ellipsoid, for grids in degrees */
    double metres;   /* per unit of the raster's axes; 0: degrees */
    double height_m; /* per unit of height */
    long frame_row;  /* the row that east_m and north_m belong to */
    double east_m, north_m;
    bool percent;
    double covered, sum;
};

static enum gs_status set_frame(struct gs_ctx *ctx, const struct gs_job *job,
                                struct slope_frame *frame)
{
    const struct slope_params *params = job->params;
    const struct gs_raster_info *info = gs_raster_info(job->raster);
    *frame = (struct slope_frame){.info = info, .height_m = info->unit_m, .frame_row = -1};
    if (isnan(frame->height_m))
        return gs_fail(ctx, GS_ESTUDY, &job->factor->layer_pos, NULL,
                       "`slope` needs heights, but layer `%s` is in %s", job->layer->id,
                       info->unit);
    gs_crs_ellipsoid(info->crs, &frame->a_m, &frame->f);
    frame->metres = gs_crs_metres_per_unit(info->crs);
    frame->east_m = frame->north_m = frame->metres;
    frame->percent = params->unit == PERCENT;
    return GS_OK;
}

/* In degrees, the metres of a degree at the cell's latitude. */
static void move_frame(struct slope_frame *frame, long col, long row)
{
    const double *t = frame->info->to_world;
    bool turned = t[4] != 0; /* latitude changes along the row */
    if (frame->metres > 0 || (row == frame->frame_row && !turned))
        return;
    double lat = t[3] + ((double)col + 0.5) * t[4] + ((double)row + 0.5) * t[5];
    gs_slope_degree_m(frame->a_m, frame->f, lat, &frame->east_m, &frame->north_m);
    frame->frame_row = row;
}

/* The slope at a cell; `centre` points to its height among the neighbours'. */
static double slope_at(struct slope_frame *frame, const double *centre, size_t stride, long col,
                       long row)
{
    double g[2];
    const double *t = frame->info->to_cell;
    gs_slope_gradient(centre, stride, g);
    move_frame(frame, col, row);
    double east = (g[0] * t[1] + g[1] * t[4]) / frame->east_m;
    double north = (g[0] * t[2] + g[1] * t[5]) / frame->north_m;
    double tangent = sqrt(east * east + north * north) * frame->height_m; /* no slope overflows */
    return frame->percent ? 100 * tangent : atan(tangent) * (180 / 3.14159265358979323846);
}

static void visit(void *user, const struct gs_zone_row *row)
{
    struct slope_frame *frame = user;
    double covered = 0, sum = 0;
    for (size_t i = 0; i < row->n; i++) {
        double c = row->weights[i];
        if (c == 0)
            continue;
        double slope = slope_at(frame, row->values + i, row->stride, row->col + (long)i, row->row);
        if (isnan(slope))
            continue;
        covered += c;
        sum += c * slope;
    }
    frame->covered += covered;
    frame->sum += sum;
}

static enum gs_status measure_point(struct gs_ctx *ctx, const struct gs_job *job,
                                    struct gs_worker *worker, size_t site,
                                    struct slope_frame *frame, struct gs_reading *out)
{
    double point[2], cells[9];
    enum gs_status status = gs_raster_point(ctx, job, worker, site, point);
    if (status)
        return status;
    gs_raster_place(job, worker, point);
    const double *t = frame->info->to_cell;
    double col = floor(t[0] + point[0] * t[1] + point[1] * t[2]);
    double row = floor(t[3] + point[0] * t[4] + point[1] * t[5]);
    out->number = NAN;
    if (col >= 0 && col < (double)frame->info->n_cols && row >= 0 &&
        row < (double)frame->info->n_rows) {
        status = gs_raster_read(ctx, worker->raster, (long)col - 1, (long)row - 1, 3, 3, cells);
        if (status)
            return status;
        out->number = slope_at(frame, cells + 4, 3, (long)col, (long)row);
    }
    out->valid_share = isnan(out->number) ? 0 : 1;
    return GS_OK;
}

/* Over the site's area when it has one or a radius is given, else at its point. */
static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct slope_params *params = job->params;
    struct slope_frame frame;
    struct gs_zone zone;
    out->text = NULL;
    enum gs_status status = set_frame(ctx, job, &frame);
    if (!status)
        status = gs_zone_place(ctx, job, worker, site, params->radius_m, &zone);
    if (status)
        return status;
    if (zone.area == 0 && !zone.unplaceable)
        return measure_point(ctx, job, worker, site, &frame, out);
    status = gs_zone_visit(ctx, worker, &zone, 1, visit, &frame);
    if (status)
        return status;
    out->number = frame.covered > 0 ? frame.sum / frame.covered : NAN;
    out->valid_share = gs_zone_share(&zone, frame.covered);
    return GS_OK;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    struct slope_frame frame;
    enum gs_status status = set_frame(ctx, job, &frame);
    if (status)
        return status;
    const struct slope_params *params = job->params;
    bool disc = gs_cell_radius_m(job, params->radius_m) > 0;
    struct gs_raster_rows_options options = {.warp = disc ? GS_WARP_AREA : GS_WARP_NEAREST,
                                             .slope = true,
                                             .percent = frame.percent,
                                             .height_m = frame.height_m};
    struct gs_focal_options focal = {.kind = GS_FOCAL_MEAN, .scale = 1};
    if (disc)
        return gs_disc_surface(ctx, job, params->radius_m, &options, &focal, out);
    return gs_raster_rows_new(ctx, job->raster, job->crs, job->grid, &options, out);
}

static const char *unit_of(const void *params)
{
    return ((const struct slope_params *)params)->unit == PERCENT ? "%" : "degree";
}

static const char *const units[] = {"degree", "percent", NULL};

static const struct gs_param slope_params[] = {
    {.key = "radius",
     .type = GS_PARAM_QUANTITY,
     .unit = "m",
     .flags = GS_PARAM_MIN_OPEN,
     .help = "How far from the site cells count; without it, the site's own area, or its point",
     .offset = offsetof(struct slope_params, radius_m)},
    {.key = "unit",
     .type = GS_PARAM_CHOICE,
     .choices = units,
     .fallback = "degree",
     .help = "What the slope is told in: the angle, or the rise over 100 of run",
     .offset = offsetof(struct slope_params, unit)},
};

const struct gs_measure gs_measure_slope = {
    .name = "slope",
    .summary = "Slope of the ground at the site, or its mean over an area",
    .details =
        "By Horn's (1981) formula from the eight cells around each cell, as gdaldem does. "
        "Heights are in the band's unit, metres when it has none. On the surface: the slope of "
        "the raster's cell below the centre; with an area the mean over the cells whose "
        "centres lie in it.",
    .input = GS_INPUT_RASTER,
    .unit = "degree",
    .unit_of = unit_of,
    .flags = GS_MEASURE_FROM_0,
    .params = slope_params,
    .n_params = sizeof slope_params / sizeof *slope_params,
    .params_size = sizeof(struct slope_params),
    .measure = measure,
    .surface = surface,
};
