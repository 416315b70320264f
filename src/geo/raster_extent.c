// SPDX-License-Identifier: Apache-2.0
/* Where a raster has data at all. */
#include "base/mem.h"
#include "geo/raster_band.h"

#include <math.h>

enum { SAMPLES = 64 }; /* along each side of a box */

/* The coarsest overview whose cells are no larger than `cells` of the raster itself. */
static GDALRasterBandH coarsest_overview(const struct gs_raster *raster, double cells)
{
    GDALRasterBandH best = raster->band;
    int n = GDALGetOverviewCount(raster->band);
    for (int i = 0; i < n; i++) {
        GDALRasterBandH overview = GDALGetOverview(raster->band, i);
        if (!overview)
            continue;
        int n_cols = GDALGetRasterBandXSize(overview), n_rows = GDALGetRasterBandYSize(overview);
        bool fine = (double)raster->info.n_cols <= cells * n_cols &&
                    (double)raster->info.n_rows <= cells * n_rows;
        if (fine && n_cols < GDALGetRasterBandXSize(best))
            best = overview;
    }
    return best;
}

/* The sample points of the box in cell coordinates; those without an image are NaN. */
static enum gs_status place_samples(struct gs_ctx *ctx, const struct gs_raster *raster,
                                    const struct gs_crs *crs, const double bounds[4],
                                    double (*points)[2])
{
    struct gs_transform *transform = NULL;
    enum gs_status status = gs_transform_new(ctx, crs, raster->crs, &transform);
    if (status)
        return status;
    for (int i = 0; i < SAMPLES * SAMPLES; i++) {
        points[i][0] = bounds[0] + (bounds[2] - bounds[0]) * (i % SAMPLES + 0.5) / SAMPLES;
        points[i][1] = bounds[1] + (bounds[3] - bounds[1]) * (i / SAMPLES + 0.5) / SAMPLES;
    }
    gs_transform_points(transform, points, SAMPLES * SAMPLES);
    gs_transform_free(transform);
    const double *t = raster->info.to_cell;
    for (int i = 0; i < SAMPLES * SAMPLES; i++) {
        double x = points[i][0], y = points[i][1];
        points[i][0] = t[0] + x * t[1] + y * t[2];
        points[i][1] = t[3] + x * t[4] + y * t[5];
    }
    return GS_OK;
}

/* The shortest step from a sample to the next in its row, in cells. */
static double sample_step(double (*points)[2])
{
    double step = INFINITY;
    for (int i = 0; i + SAMPLES < SAMPLES * SAMPLES; i++) {
        double dx = fabs(points[i + 1][0] - points[i][0]) + fabs(points[i + 1][1] - points[i][1]);
        double dy = fabs(points[i + SAMPLES][0] - points[i][0]) +
                    fabs(points[i + SAMPLES][1] - points[i][1]);
        if (i % SAMPLES != SAMPLES - 1 && dx < step)
            step = dx;
        if (dy < step)
            step = dy;
    }
    return step;
}

/* A band to be sampled, and where the points lie in it. */
struct sampled {
    GDALRasterBandH band;
    int n_cols, n_rows, block_cols, block_rows;
    double across, down; /* cells of the band by cells of the raster */
};

/* The cell that holds the point; false: outside. */
static bool find_cell(const struct sampled *sampled, const double point[2], int *col, int *row)
{
    double c = floor(point[0] * sampled->across), r = floor(point[1] * sampled->down);
    if (!(c >= 0 && c < sampled->n_cols && r >= 0 && r < sampled->n_rows))
        return false;
    *col = (int)c;
    *row = (int)r;
    return true;
}

/* Reading a cell decodes its block. Of a large band only the blocks that hold the middle of one of
 * 8 × 8 groups of samples are read, with all samples in them. */
static bool is_worth_reading(const struct sampled *sampled, double (*points)[2], int i, int col,
                             int row)
{
    enum { GROUP = SAMPLES / 8, LARGE = 1 << 22 };
    if ((double)sampled->n_cols * sampled->n_rows <= LARGE)
        return true;
    int x = i % SAMPLES / GROUP * GROUP + GROUP / 2, y = i / SAMPLES / GROUP * GROUP + GROUP / 2;
    int middle_col, middle_row;
    return find_cell(sampled, points[y * SAMPLES + x], &middle_col, &middle_row) &&
           col / sampled->block_cols == middle_col / sampled->block_cols &&
           row / sampled->block_rows == middle_row / sampled->block_rows;
}

static enum gs_status sample(struct gs_ctx *ctx, struct gs_raster *raster, double (*points)[2],
                             double *share)
{
    struct sampled s = {.band = coarsest_overview(raster, sample_step(points))};
    s.n_cols = GDALGetRasterBandXSize(s.band);
    s.n_rows = GDALGetRasterBandYSize(s.band);
    s.across = s.n_cols / (double)raster->info.n_cols;
    s.down = s.n_rows / (double)raster->info.n_rows;
    GDALGetBlockSize(s.band, &s.block_cols, &s.block_rows);
    size_t n_inside = 0, n_read = 0, n_valid = 0;
    enum gs_status status = GS_OK;
    for (int i = 0; i < SAMPLES * SAMPLES && !status; i++) {
        int col, row;
        double value;
        if (!find_cell(&s, points[i], &col, &row))
            continue;
        n_inside++;
        if (!is_worth_reading(&s, points, i, col, row))
            continue;
        status = gs_raster_read_band(ctx, raster, s.band, col, row, 1, 1, &value, 1);
        n_read++;
        n_valid += !status && !isnan(value);
    }
    if (!status)
        *share =
            n_read ? (double)n_inside / (SAMPLES * SAMPLES) * (double)n_valid / (double)n_read : 0;
    return status;
}

enum gs_status gs_raster_coverage(struct gs_ctx *ctx, struct gs_raster *raster,
                                  const struct gs_crs *crs, const double bounds[4], double *share)
{
    double(*points)[2] = gs_alloc(ctx, SAMPLES * SAMPLES, sizeof *points);
    if (!points)
        return GS_ENOMEM;
    enum gs_status status = place_samples(ctx, raster, crs, bounds, points);
    if (!status)
        status = sample(ctx, raster, points, share);
    gs_free(points);
    return status;
}

static enum gs_status band_is_empty(struct gs_ctx *ctx, struct gs_raster *raster,
                                    GDALRasterBandH band, bool *empty)
{
    int n_cols = GDALGetRasterBandXSize(band), n_rows = GDALGetRasterBandYSize(band);
    int block_cols = 0, block_rows = 0;
    GDALGetBlockSize(band, &block_cols, &block_rows);
    double *values = GS_ARRAY(ctx, double, (size_t)block_cols *(size_t)block_rows);
    enum gs_status status = values ? GS_OK : GS_ENOMEM;
    bool found = false;
    for (int row = 0; row < n_rows && !status && !found; row += block_rows) {
        status = gs_check_cancel(ctx);
        for (int col = 0; col < n_cols && !status && !found; col += block_cols) {
            int across = n_cols - col < block_cols ? n_cols - col : block_cols;
            int down = n_rows - row < block_rows ? n_rows - row : block_rows;
            status = gs_raster_read_band(ctx, raster, band, col, row, across, down, values,
                                         (size_t)across);
            for (size_t i = 0; i < (size_t)across * (size_t)down && !status && !found; i++)
                found = !isnan(values[i]);
        }
    }
    gs_free(values);
    if (!status)
        *empty = !found;
    return status;
}

enum gs_status gs_raster_is_empty(struct gs_ctx *ctx, struct gs_raster *raster, bool *empty)
{
    bool nothing = true;
    GDALRasterBandH overview = coarsest_overview(raster, INFINITY);
    enum gs_status status = GS_OK;
    if (overview != raster->band)
        status = band_is_empty(ctx, raster, overview, &nothing);
    if (!status && nothing) /* an overview may have lost the few cells there are */
        status = band_is_empty(ctx, raster, raster->band, &nothing);
    if (!status)
        *empty = nothing;
    return status;
}
