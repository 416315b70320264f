// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "base/units.h"
#include "flow/cost_rows.h"
#include "flow/raster_rows.h"
#include "measure/measure.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Without `margin` ways may leave the area by this share of its longer side. */
#define MARGIN_SHARE 0.1

struct params {
    const char *friction;
    bool knight;
    double limit, margin_m;
};

static const struct gs_param table[] = {
    {.key = "friction",
     .type = GS_PARAM_LAYER,
     .flags = GS_PARAM_REQUIRED,
     .help = "The raster layer that says what a way costs per length, above 0; cells without data "
             "are barriers",
     .offset = offsetof(struct params, friction)},
    {.key = "knight",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .help = "Go by knight's moves too, for ways in 16 directions instead of 8: slower",
     .offset = offsetof(struct params, knight)},
    {.key = "limit",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .flags = GS_PARAM_MIN_OPEN,
     .help = "The cost beyond which ways are not followed: what is not reached is missing",
     .offset = offsetof(struct params, limit)},
    {.key = "margin",
     .type = GS_PARAM_QUANTITY,
     .unit = "m",
     .min = 0,
     .max = INFINITY,
     .help = "How far ways may leave the area of the study, and features lie outside; without it, "
             "a tenth of its longer side",
     .offset = offsetof(struct params, margin_m)},
};

static double reach_m(const void *params)
{
    (void)params;
    return INFINITY;
}

/* -- solving ----------------------------------------------------------------------------------- */

static size_t margin_cells(const struct gs_grid *grid, const struct params *params)
{
    size_t longer = grid->n_cols > grid->n_rows ? grid->n_cols : grid->n_rows;
    double cells =
        isnan(params->margin_m) ? MARGIN_SHARE * (double)longer : params->margin_m / grid->cell_m;
    return (size_t)fmin(ceil(cells - 1e-6), GS_GRID_SIDE_MAX);
}

/* The friction on the grid and its margin; spec->friction is the caller's to free. */
static enum gs_status describe(struct gs_ctx *ctx, const struct gs_job *job, size_t margin,
                               struct gs_cost_spec *spec)
{
    const struct params *params = job->params;
    const struct gs_factor *factor = job->factor;
    const char *unit = gs_raster_info(job->second)->unit;
    struct gs_grid grid = gs_grid_grow(job->grid, margin);
    if (grid.n_cols > GS_GRID_SIDE_MAX || grid.n_rows > GS_GRID_SIDE_MAX)
        return gs_fail(ctx, GS_ESTUDY, &factor->measure_pos,
                       "choose a coarser `resolution:` or a smaller `margin:`",
                       "the area and its margin have more than %d cells along a side",
                       GS_GRID_SIDE_MAX);
    *spec = (struct gs_cost_spec){.friction_layer = factor->second,
                                  .layer = job->layer,
                                  .shapes = &job->features->shapes,
                                  .bound = isnan(params->limit) ? INFINITY : params->limit,
                                  .knight = params->knight};
    enum gs_status status = gs_unit_metre_scale(ctx, unit, factor->unit, &spec->scale);
    if (!status && isnan(spec->scale))
        status = gs_fail(ctx, GS_EINTERNAL, &factor->measure_pos, NULL,
                         "friction in %s gives no cost in %s", unit, factor->unit);
    struct gs_raster_rows_options options = {.warp = gs_warp_choose(job->second)};
    return status
               ? status
               : gs_raster_rows_new(ctx, job->second, job->crs, &grid, &options, &spec->friction);
}

struct prepared {
    struct gs_grid grid;
    struct gs_least_cost *cost; /* NULL: there are no features */
};

static void discard(void *made)
{
    struct prepared *p = made;
    gs_least_cost_free(p->cost);
    gs_free(p);
}

static enum gs_status prepare(struct gs_ctx *ctx, const struct gs_job *job, void **made)
{
    struct prepared *p = GS_NEW(ctx, struct prepared);
    if (!p)
        return GS_ENOMEM;
    struct gs_cost_spec spec = {0};
    enum gs_status status = describe(ctx, job, margin_cells(job->grid, job->params), &spec);
    if (!status) {
        p->grid = spec.friction->grid;
        status = gs_cost_solve(ctx, &spec, &p->cost);
    }
    gs_rows_free(spec.friction);
    if (status)
        discard(p);
    else
        *made = p;
    return status;
}

/* -- sites ------------------------------------------------------------------------------------- */

/* The site's cell of least cost, the first of equals from the north-west; false: none was reached.
 */
static enum gs_status least_cell(struct gs_ctx *ctx, const struct gs_job *job, size_t site,
                                 size_t cell[2], float *least)
{
    const struct prepared *p = job->prepared;
    *least = NAN;
    if (!p->cost)
        return GS_OK;
    struct gs_spans spans;
    gs_spans_init(&spans);
    enum gs_status status =
        gs_cost_cells(ctx, &job->sites->features.shapes, site, &p->grid, &spans);
    for (size_t i = 0; i < spans.n && !status; i++)
        for (int c = spans.items[i].first; c < spans.items[i].end; c++) {
            size_t at[2] = {(size_t)c, (size_t)spans.items[i].row};
            float cost = gs_least_cost_at(p->cost, at[0], at[1]);
            bool before = at[1] < cell[1] || (at[1] == cell[1] && at[0] < cell[0]);
            if (cost < *least || (cost == *least && before) || (isnan(*least) && !isnan(cost))) {
                *least = cost;
                memcpy(cell, at, sizeof at);
            }
        }
    gs_spans_release(&spans);
    return status;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    (void)worker;
    size_t cell[2] = {0, 0};
    float least;
    enum gs_status status = least_cell(ctx, job, site, cell, &least);
    if (!status)
        *out = (struct gs_reading){.number = least, .valid_share = 1};
    return status;
}

/* Is the second of three cells in the middle of a straight line? */
static bool goes_on(const size_t (*cells)[2])
{
    return cells[1][0] - cells[0][0] == cells[2][0] - cells[1][0] &&
           cells[1][1] - cells[0][1] == cells[2][1] - cells[1][1];
}

static enum gs_status path(struct gs_ctx *ctx, const struct gs_job *job, size_t site)
{
    const struct prepared *p = job->prepared;
    size_t cell[2] = {0, 0}, n = 0, kept = 0, (*cells)[2] = NULL;
    float least = NAN;
    double(*xy)[2] = NULL;
    enum gs_status status = gs_shapes_begin(ctx, job->paths);
    if (!status)
        status = least_cell(ctx, job, site, cell, &least);
    if (!status && !isnan(least))
        status = gs_least_cost_path(ctx, p->cost, cell[0], cell[1], &cells, &n);
    for (size_t i = 0; i < n; i++) /* only where it turns */
        if (i == 0 || i + 1 == n || !goes_on((const size_t(*)[2])cells + i - 1))
            kept++;
    if (!status && n > 1)
        status = gs_shapes_add_part(ctx, job->paths, GS_PART_LINE, kept, &xy);
    for (size_t i = 0, at = 0; i < n && n > 1 && !status; i++)
        if (i == 0 || i + 1 == n || !goes_on((const size_t(*)[2])cells + i - 1)) {
            xy[at][0] = gs_grid_x(&p->grid, (double)cells[i][0]);
            xy[at++][1] = gs_grid_y(&p->grid, (double)cells[i][1]);
        }
    gs_free(cells);
    return status;
}

/* -- the surface ------------------------------------------------------------------------------- */

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    struct gs_cost_spec spec = {0};
    size_t margin = margin_cells(job->grid, job->params);
    enum gs_status status = describe(ctx, job, margin, &spec);
    return status ? status : gs_cost_rows_new(ctx, &spec, job->grid, margin, out);
}

static enum gs_status keep(struct gs_ctx *ctx, struct gs_rows *rows, void **made)
{
    struct prepared *p = GS_NEW(ctx, struct prepared);
    if (!p)
        return GS_ENOMEM;
    if (gs_cost_rows_take(rows, &p->grid, &p->cost))
        *made = p;
    else
        gs_free(p);
    return GS_OK;
}

const struct gs_measure gs_measure_cost_distance = {
    .name = "cost_distance",
    .summary = "Least accumulated cost of a way from a feature to the site",
    .details =
        "Over the friction raster on the analysis grid (`area: resolution`), by steps between "
        "the centres of neighbouring cells: the mean friction of both times the length, as "
        "r.cost and MCP_Geometric have it; a knight's move takes the mean of the four cells it "
        "passes. Friction in EUR/km gives EUR, in min/km minutes, a plain number metres. Ways "
        "may pass between two barriers that touch at a corner only. A point site has the cost "
        "at its cell, other sites the least over the cells they touch (a polygon those whose "
        "centre it holds); features count by their cells in the same way, so up to a cell's "
        "crossing more or less than to the feature itself. Friction is read as the layer's "
        "`resampling` says: over coarse cells a mean, in which thin barriers vanish. Costs add "
        "up in single precision: within 0.02 % over 10,000 cells of equal friction, 0.0001 % "
        "where it varies. Sites that are not reached are missing. `explain` shows the way, of "
        "runs of up to 1,000 sites.",
    .input = GS_INPUT_VECTOR,
    .unit = GS_UNIT_COST,
    .flags = GS_MEASURE_GRID | GS_MEASURE_PLANAR | GS_MEASURE_FROM_0,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .prepare = prepare,
    .discard = discard,
    .measure = measure,
    .path = path,
    .surface = surface,
    .keep = keep,
};
