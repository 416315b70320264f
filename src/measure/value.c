// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "flow/raster_rows.h"
#include "geo/polygon.h"
#include "measure/measure.h"
#include "measure/raster_point.h"
#include "measure/scratch.h"

#include <math.h>
#include <stdlib.h>

enum gs_status gs_raster_point(struct gs_ctx *ctx, const struct gs_job *job,
                               struct gs_worker *worker, size_t site, double point[2])
{
    const struct gs_shapes *shapes = &job->sites->features.shapes;
    if (gs_shapes_is_point(shapes, site)) {
        size_t first = shapes->vertex_start[shapes->part_start[site]];
        point[0] = shapes->xy[first][0];
        point[1] = shapes->xy[first][1];
        return GS_OK;
    }
    return gs_polygons_point_inside(ctx, worker->polygons, shapes, site, point);
}

void gs_raster_place(const struct gs_job *job, struct gs_worker *worker, double point[2])
{
    const struct gs_raster_info *info = gs_raster_info(job->raster);
    gs_transform_points(worker->transform, (double(*)[2])point, 1);
    if (!gs_crs_is_geographic(info->crs) || isnan(point[0]))
        return;
    /* The turn of the globe on which the raster lies, when there is one. */
    for (int turn = -1; turn <= 1; turn++) {
        double x = point[0] + 360 * turn;
        double col = info->to_cell[0] + x * info->to_cell[1] + point[1] * info->to_cell[2];
        double row = info->to_cell[3] + x * info->to_cell[4] + point[1] * info->to_cell[5];
        if (col >= 0 && col <= (double)info->n_cols && row >= 0 && row <= (double)info->n_rows) {
            point[0] = x;
            return;
        }
    }
}

static enum gs_status value_at(struct gs_ctx *ctx, const struct gs_job *job,
                               struct gs_worker *worker, double point[2], double *value)
{
    gs_raster_place(job, worker, point);
    if (isnan(point[0]) || isnan(point[1])) {
        *value = NAN;
        return GS_OK;
    }
    return gs_raster_at(ctx, worker->raster, point[0], point[1], value);
}

static int compare_numbers(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The mean of quantities; of classes, which have none, the most frequent (the smallest of equals).
 */
static double join_values(double *values, size_t n, bool classes)
{
    qsort(values, n, sizeof *values, compare_numbers); /* the same bits for any order of points */
    double sum = 0, best = NAN;
    size_t most = 0, run = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        run = i && values[i] == values[i - 1] ? run + 1 : 1;
        if (run > most) {
            most = run;
            best = values[i];
        }
    }
    return classes ? best : sum / (double)n;
}

static enum gs_status measure_points(struct gs_ctx *ctx, const struct gs_job *job,
                                     struct gs_worker *worker, size_t first, size_t end,
                                     struct gs_reading *out)
{
    const struct gs_shapes *shapes = &job->sites->features.shapes;
    struct gs_scratch *s = worker->scratch;
    enum gs_status status =
        gs_grow(ctx, &s->values, &s->values_capacity, end - first, sizeof *s->values);
    size_t n = 0;
    for (size_t v = first; v < end && !status; v++) {
        double point[2] = {shapes->xy[v][0], shapes->xy[v][1]};
        status = value_at(ctx, job, worker, point, &s->values[n]);
        if (!status && !isnan(s->values[n]))
            n++;
    }
    if (status)
        return status;
    out->number = n ? join_values(s->values, n, gs_raster_info(job->raster)->is_classes) : NAN;
    out->valid_share = (double)n / (double)(end - first);
    return GS_OK;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct gs_shapes *shapes = &job->sites->features.shapes;
    out->text = NULL;
    if (gs_shapes_kinds(shapes, site) == 1u << GS_PART_POINTS)
        return measure_points(ctx, job, worker, shapes->vertex_start[shapes->part_start[site]],
                              shapes->vertex_start[shapes->part_start[site + 1]], out);
    double point[2];
    enum gs_status status = gs_raster_point(ctx, job, worker, site, point);
    if (!status)
        status = value_at(ctx, job, worker, point, &out->number);
    if (!status)
        out->valid_share = isnan(out->number) ? 0 : 1;
    return status;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    struct gs_raster_rows_options options = {.warp = gs_warp_choose(job->raster)};
    return gs_raster_rows_new(ctx, job->raster, job->crs, job->grid, &options, out);
}

const struct gs_measure gs_measure_value = {
    .name = "value",
    .summary = "Value of the raster at the site",
    .details =
        "For a polygon, at a point inside it; for several points, the mean of their values, "
        "or their most frequent class. Read as the layer's `resampling` says: `nearest` "
        "takes the cell that holds the point, `bilinear` and `cubic` interpolate. On the surface "
        "`average` takes the mean over the cell's area; so does the default for quantities, "
        "where the cell is more than twice as large as the raster's.",
    .input = GS_INPUT_RASTER,
    .unit = GS_UNIT_BAND,
    .measure = measure,
    .surface = surface,
};
