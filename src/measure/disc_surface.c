// SPDX-License-Identifier: Apache-2.0
#include "measure/disc_surface.h"

#include "measure/site_area.h"
#include "model/grid.h"

enum gs_status gs_disc_surface(struct gs_ctx *ctx, const struct gs_job *job, double radius_m,
                               const struct gs_raster_rows_options *raster,
                               const struct gs_focal_options *focal, struct gs_rows **out)
{
    struct gs_focal_options options = *focal;
    enum gs_status status = gs_cell_area(ctx, job, radius_m, &radius_m);
    if (status)
        return status;
    options.radius = radius_m / job->grid->cell_m;
    struct gs_grid grid = *job->grid;
    if (options.radius <= GS_DISC_RADIUS_MAX)
        grid = gs_grid_grow(job->grid, gs_disc_reach(options.radius));
    if (!(options.radius <= GS_DISC_RADIUS_MAX) || grid.n_cols > GS_GRID_SIDE_MAX ||
        grid.n_rows > GS_GRID_SIDE_MAX)
        return gs_fail(ctx, GS_ESTUDY, &job->factor->measure_pos,
                       "choose a smaller radius or a coarser `resolution:`",
                       "a radius of %g m is %g cells of the surface", radius_m, options.radius);
    struct gs_rows *input;
    status = gs_raster_rows_new(ctx, job->raster, job->crs, &grid, raster, &input);
    if (status)
        return status;
    bool needs_cells = options.kind == GS_FOCAL_STDEV || options.kind == GS_FOCAL_QUANTILE;
    if (needs_cells && gs_raster_rows_ratio(input) > 1.5) {
        double ratio = gs_raster_rows_ratio(input);
        gs_rows_free(input);
        return gs_fail(
            ctx, GS_ESTUDY, &job->factor->measure_pos,
            "choose a `resolution:` as fine as the raster's, or another measure",
            "`%s` needs the single cells of layer `%s`, but a cell of the surface covers "
            "%.3g of them along a side",
            job->factor->measure_name, job->layer->id, ratio);
    }
    return gs_focal_rows_new(ctx, input, &options, out);
}
