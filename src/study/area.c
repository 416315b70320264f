// SPDX-License-Identifier: Apache-2.0
/* The area of the study, and how much of it the rasters cover. */
#include "study/bind.h"
#include "study/cache.h"

#include "base/mem.h"
#include "base/thread.h"

#include <math.h>
#include <string.h>

static enum gs_status layer_extent(struct gs_ctx *ctx, struct gs_bound *bound,
                                   const struct gs_layer *layer, double out[4])
{
    struct gs_vector *vector;
    enum gs_status status = gs_vector_open(ctx, layer, &vector);
    if (status)
        return status;
    struct gs_transform *transform = NULL;
    double bounds[4];
    status = gs_transform_new(ctx, gs_vector_crs(vector), bound->crs, &transform);
    if (!status &&
        (!gs_vector_bounds(vector, true, bounds) || !gs_transform_bounds(transform, bounds, out)))
        status =
            gs_fail(ctx, GS_EDATA, &bound->study->area.extent_pos, "give the extent as `bbox:`",
                    "the extent of layer `%s` cannot be told in the analysis CRS", layer->id);
    gs_transform_free(transform);
    gs_vector_close(vector);
    return status;
}

enum gs_status gs_bind_area(struct gs_ctx *ctx, struct gs_bound *bound)
{
    const struct gs_area *area = &bound->study->area;
    memcpy(bound->area, isnan(area->bbox[0]) ? bound->site_bounds : area->bbox, sizeof bound->area);
    return area->extent_layer ? layer_extent(ctx, bound, area->extent_layer, bound->area) : GS_OK;
}

enum gs_status gs_area_grid(struct gs_ctx *ctx, const struct gs_bound *bound, const char *what,
                            struct gs_grid *out)
{
    const struct gs_area *area = &bound->study->area;
    if (bound->metres_per_unit == 0)
        return gs_fail(ctx, GS_ESTUDY, &area->crs_pos,
                       "choose a projected CRS for `area:`, such as EPSG:3035",
                       "%s cannot be made in a CRS of degrees", what);
    if (isnan(area->resolution_m))
        return gs_fail(ctx, GS_ESTUDY, &area->crs_pos, "add `resolution: 1 km` to `area:`",
                       "%s needs the size of its cells", what);
    if (!gs_grid_snap(bound->area, area->resolution_m / bound->metres_per_unit,
                      bound->metres_per_unit, out))
        return gs_fail(ctx, GS_ESTUDY, &area->crs_pos, "choose a coarser `resolution:`",
                       "the area has more than %d cells of %g m along a side", GS_GRID_SIDE_MAX,
                       area->resolution_m);
    uint64_t n_cells = (uint64_t)out->n_cols * out->n_rows;
    if (ctx->max_cells && n_cells > ctx->max_cells)
        return gs_fail(ctx, GS_ESTUDY, &area->crs_pos, "choose a coarser `resolution:`",
                       "the area has %zu × %zu cells, --untrusted takes up to %llu", out->n_cols,
                       out->n_rows, (unsigned long long)ctx->max_cells);
    return GS_OK;
}

/* Does the raster's rectangle touch the area? Yes where that cannot be told. */
static enum gs_status touches_area(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   const struct gs_raster *raster, bool *touches)
{
    const struct gs_raster_info *info = gs_raster_info(raster);
    const double *t = info->to_world, cols = (double)info->n_cols, rows = (double)info->n_rows;
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY}, in_area[4];
    for (int corner = 0; corner < 4; corner++) {
        double col = corner & 1 ? cols : 0, row = corner & 2 ? rows : 0;
        double xy[2] = {t[0] + col * t[1] + row * t[2], t[3] + col * t[4] + row * t[5]};
        for (int d = 0; d < 2; d++) {
            box[d] = fmin(box[d], xy[d]);
            box[d + 2] = fmax(box[d + 2], xy[d]);
        }
    }
    struct gs_transform *transform;
    enum gs_status status = gs_transform_new(ctx, info->crs, bound->crs, &transform);
    if (status)
        return status;
    *touches = !gs_transform_bounds(transform, box, in_area) || in_area[0] > in_area[2] ||
               (in_area[0] <= bound->area[2] && in_area[2] >= bound->area[0] &&
                in_area[1] <= bound->area[3] && in_area[3] >= bound->area[1]);
    gs_transform_free(transform);
    return GS_OK;
}

/* What looking at one raster found out. */
struct coverage {
    double share;  /* sampled: nothing found may still be a small raster in a large area */
    bool touches;  /* its rectangle meets the area */
    bool is_empty; /* no cell holds data; only asked when the share is 0 */
};

struct survey {
    struct gs_bound *bound;
    struct coverage *coverages; /* per source */
    bool *found;                /* per source: was it in the cache? */
};

static enum gs_status survey_sources(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                     size_t end)
{
    (void)worker;
    struct survey *survey = user;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++) {
        struct gs_raster *raster = survey->bound->sources[i].raster;
        struct coverage *c = &survey->coverages[i];
        if (!raster || survey->found[i])
            continue;
        c->touches = true;
        status =
            gs_raster_coverage(ctx, raster, survey->bound->crs, survey->bound->area, &c->share);
        if (!status && c->share <= 0)
            status = touches_area(ctx, survey->bound, raster, &c->touches);
        if (!status && c->share <= 0)
            status = gs_raster_is_empty(ctx, raster, &c->is_empty);
    }
    return status;
}

/* Tells what was found; a raster that has nothing to say about the area is a fault. */
static enum gs_status report(struct gs_ctx *ctx, const struct gs_layer *layer,
                             const struct coverage *c)
{
    if (c->is_empty)
        return gs_fail(ctx, GS_EDATA, &layer->source_pos,
                       "compare its nodata value (gdalinfo) and `nodata:` with its values",
                       "layer `%s` covers 0 %% of the area: the raster holds no data at all",
                       layer->id);
    if (!c->touches)
        return gs_fail(ctx, GS_EDATA, &layer->source_pos,
                       "compare the CRS and extent of the file (gdalinfo) with `area:`",
                       "layer `%s` covers 0 %% of the area: it lies elsewhere", layer->id);
    if (c->share <= 0)
        gs_warn(ctx, NULL, NULL, "layer `%s` covers less than 0.1 %% of the area", layer->id);
    else if (c->share < 1)
        gs_warn(ctx, NULL, NULL, "layer `%s` covers %.3g %% of the area", layer->id,
                c->share * 100 > 99.9 ? 99.9 : c->share * 100);
    return GS_OK;
}

/* What PROJ will do to the sites on their way to the raster. */
static enum gs_status note_operation(struct gs_ctx *ctx, struct gs_bound *bound,
                                     struct gs_source *source)
{
    struct gs_transform *transform;
    enum gs_status status =
        gs_transform_new(ctx, bound->crs, gs_raster_info(source->raster)->crs, &transform);
    if (status)
        return status;
    source->operation = gs_arena_text(ctx, &bound->arena, gs_transform_description(transform));
    gs_transform_free(transform);
    return source->operation ? GS_OK : GS_ENOMEM;
}

/* What the cache has already. */
static enum gs_status find_known(struct gs_ctx *ctx, struct survey *survey)
{
    const struct gs_bound *bound = survey->bound;
    enum gs_status status = GS_OK;
    for (size_t i = 0; bound->cache && i < bound->n_sources && !status; i++)
        if (bound->sources[i].raster)
            status = gs_cache_find_coverage(ctx, bound, &bound->sources[i], &survey->coverages[i],
                                            sizeof *survey->coverages, &survey->found[i]);
    return status;
}

static enum gs_status settle(struct gs_ctx *ctx, const struct survey *survey)
{
    struct gs_bound *bound = survey->bound;
    enum gs_status status = GS_OK, worst = GS_OK;
    for (size_t i = 0; i < bound->n_sources && !status; i++) {
        struct gs_source *source = &bound->sources[i];
        if (!source->raster)
            continue;
        source->coverage = survey->coverages[i].share;
        enum gs_status found = report(ctx, source->layer, &survey->coverages[i]);
        worst = worst ? worst : found;
        if (!found)
            status = note_operation(ctx, bound, source);
        if (!status && !found && bound->cache && !survey->found[i])
            status = gs_cache_keep_coverage(ctx, bound, source, &survey->coverages[i],
                                            sizeof *survey->coverages);
    }
    return status ? status : worst;
}

enum gs_status gs_check_coverage(struct gs_ctx *ctx, struct gs_bound *bound)
{
    struct survey survey = {bound, GS_ARRAY_ZERO(ctx, struct coverage, bound->n_sources),
                            GS_ARRAY_ZERO(ctx, bool, bound->n_sources)};
    struct gs_parallel parallel = {.n_items = bound->n_sources,
                                   .chunk = 1,
                                   .work = survey_sources,
                                   .user = &survey};
    enum gs_status status = survey.coverages && survey.found ? GS_OK : GS_ENOMEM;
    if (!status)
        status = find_known(ctx, &survey);
    if (!status)
        status = gs_parallel_run(ctx, &parallel);
    if (!status)
        status = settle(ctx, &survey);
    gs_free(survey.coverages);
    gs_free(survey.found);
    return status;
}
