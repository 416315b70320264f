// SPDX-License-Identifier: Apache-2.0
#include "flow/cost_rows.h"

#include "base/mem.h"
#include "flow/bands.h"

#include <math.h>

enum { BAND_ROWS = 256 };

/* -- friction ---------------------------------------------------------------------------------- */

struct filling {
    struct gs_least_cost *cost;
    float scale;
    atomic_size_t n_refused;
};

static enum gs_status fill_row(struct gs_ctx *ctx, void *user, void *worker, size_t row, size_t at,
                               const float *const *measured)
{
    (void)ctx, (void)worker, (void)at;
    struct filling *f = user;
    size_t n = gs_least_cost_set_row(f->cost, row, measured[0], f->scale);
    if (n)
        atomic_fetch_add(&f->n_refused, n);
    return GS_OK;
}

static size_t band_rows(const struct gs_grid *grid)
{
    return grid->n_rows < BAND_ROWS ? grid->n_rows : BAND_ROWS;
}

static enum gs_status fill(struct gs_ctx *ctx, const struct gs_cost_spec *spec,
                           struct gs_least_cost *cost)
{
    struct gs_rows *sources[] = {spec->friction};
    const struct gs_grid *grid = &spec->friction->grid;
    struct filling filling = {.cost = cost, .scale = (float)(spec->scale * grid->cell_m)};
    double from = ctx->progress_from, to = ctx->progress_to, middle = from + (to - from) / 3;
    struct gs_bands bands = {
        .grid = grid,
        .sources = sources,
        .n_sources = 1,
        .band_rows = band_rows(grid),
        .row = fill_row,
        .user = &filling,
        .progress_from = from,
        .progress_to = middle,
        .stage = ctx->progress_stage,
    };
    enum gs_status status = gs_bands_run(ctx, &bands);
    size_t n = atomic_load(&filling.n_refused);
    if (!status && n)
        status = gs_fail(
            ctx, GS_EDATA, &spec->friction_layer->source_pos,
            "friction must be above 0; values that stand for no data belong under `nodata:` in the "
            "catalogue",
            "layer `%s` has a friction of 0 or less in %zu of the %zu cells of the analysis grid",
            spec->friction_layer->id, n, grid->n_cols * grid->n_rows);
    gs_progress_stage(ctx, middle, to, bands.stage);
    return status;
}

/* -- sources ----------------------------------------------------------------------------------- */

/* The rings of a shape as lines. */
static enum gs_status outline_of(struct gs_ctx *ctx, const struct gs_shapes *shapes, size_t i,
                                 struct gs_shapes *out)
{
    enum gs_status status = gs_shapes_begin(ctx, out);
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1] && !status; p++) {
        size_t first = shapes->vertex_start[p], n = shapes->vertex_start[p + 1] - first;
        status =
            gs_shapes_copy_part(ctx, out, GS_PART_LINE, n, (const double(*)[2])shapes->xy + first);
    }
    return status;
}

enum gs_status gs_cost_cells(struct gs_ctx *ctx, const struct gs_shapes *shapes, size_t i,
                             const struct gs_grid *grid, struct gs_spans *spans)
{
    spans->n = 0;
    enum gs_status status = gs_burn(ctx, shapes, i, 0, grid, spans);
    if (status || spans->n || gs_shapes_kinds(shapes, i) != 1u << GS_PART_RING)
        return status;
    struct gs_shapes outline;
    gs_shapes_init(&outline);
    status = outline_of(ctx, shapes, i, &outline);
    if (!status)
        status = gs_burn(ctx, &outline, 0, 0, grid, spans);
    gs_shapes_release(&outline);
    return status;
}

struct sources {
    size_t n_shapes, n_outside, n_cells, n_barriers;
};

static enum gs_status add_sources(struct gs_ctx *ctx, const struct gs_cost_spec *spec,
                                  struct gs_least_cost *cost, struct sources *out)
{
    struct gs_spans spans;
    gs_spans_init(&spans);
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < spec->shapes->n && !status; i++) {
        if (i % 1024 == 0)
            status = gs_check_cancel(ctx);
        if (gs_shapes_is_empty(spec->shapes, i) || status)
            continue;
        status = gs_cost_cells(ctx, spec->shapes, i, &spec->friction->grid, &spans);
        out->n_shapes++;
        out->n_outside += spans.n == 0;
        for (size_t k = 0; k < spans.n && !status; k++)
            for (int c = spans.items[k].first; c < spans.items[k].end; c++) {
                out->n_cells++;
                out->n_barriers +=
                    !gs_least_cost_add_source(cost, (size_t)c, (size_t)spans.items[k].row);
            }
    }
    gs_spans_release(&spans);
    return status;
}

static enum gs_status check_sources(struct gs_ctx *ctx, const struct gs_cost_spec *spec,
                                    const struct sources *sources)
{
    const char *id = spec->layer->id, *friction = spec->friction_layer->id;
    if (sources->n_shapes && sources->n_cells == 0)
        return gs_fail(ctx, GS_EDATA, &spec->layer->source_pos,
                       "give `area:` an `extent:` that holds features, or the measure a `margin:`",
                       "no feature of layer `%s` lies in the analysis grid, so there is nothing to "
                       "take costs from",
                       id);
    if (sources->n_cells && sources->n_barriers == sources->n_cells)
        return gs_fail(ctx, GS_EDATA, &spec->friction_layer->source_pos,
                       "cells without data are barriers: give the features' cells a friction",
                       "layer `%s` has no data where the features of layer `%s` lie", friction, id);
    if (sources->n_outside)
        gs_warn(ctx, NULL, NULL,
                "%zu of %zu features of layer `%s` lie outside the analysis grid: no costs are "
                "taken from them",
                sources->n_outside, sources->n_shapes, id);
    if (sources->n_barriers)
        gs_warn(ctx, NULL, NULL,
                "layer `%s` has no data in %zu of the %zu cells that features of layer `%s` touch: "
                "no costs are taken from there",
                friction, sources->n_barriers, sources->n_cells, id);
    return GS_OK;
}

/* -- solving ----------------------------------------------------------------------------------- */

uint64_t gs_cost_bytes(const struct gs_cost_spec *spec, unsigned n_threads)
{
    const struct gs_grid *grid = &spec->friction->grid;
    struct gs_rows *sources[] = {spec->friction};
    struct gs_bands bands = {.grid = grid,
                             .sources = sources,
                             .n_sources = 1,
                             .band_rows = band_rows(grid)};
    return gs_least_cost_bytes(grid->n_cols, grid->n_rows) + gs_bands_bytes(&bands, n_threads);
}

static enum gs_status solve(struct gs_ctx *ctx, const struct gs_cost_spec *spec,
                            struct gs_least_cost *cost)
{
    struct sources sources = {0};
    enum gs_status status = fill(ctx, spec, cost);
    if (!status)
        status = add_sources(ctx, spec, cost, &sources);
    if (!status)
        status = check_sources(ctx, spec, &sources);
    return status ? status : gs_least_cost_solve(ctx, cost, (float)spec->bound);
}

enum gs_status gs_cost_solve(struct gs_ctx *ctx, const struct gs_cost_spec *spec,
                             struct gs_least_cost **out)
{
    const struct gs_grid *grid = &spec->friction->grid;
    uint64_t bytes = gs_cost_bytes(spec, ctx->n_threads);
    bool any = false;
    for (size_t i = 0; i < spec->shapes->n && !any; i++)
        any = !gs_shapes_is_empty(spec->shapes, i);
    *out = NULL;
    if (!any)
        return GS_OK;
    if (bytes > ctx->memory)
        return gs_fail(ctx, GS_EUSAGE, NULL,
                       "allow more with --memory, or choose a coarser `resolution:`",
                       "least costs over %zu × %zu cells take %.0f MiB of memory, %.0f MiB are "
                       "allowed",
                       grid->n_cols, grid->n_rows, ceil((double)bytes / 0x1p20),
                       (double)ctx->memory / 0x1p20);
    struct gs_least_cost *cost;
    enum gs_status status = gs_least_cost_new(ctx, grid->n_cols, grid->n_rows, spec->knight, &cost);
    if (status)
        return status;
    status = solve(ctx, spec, cost);
    if (status)
        gs_least_cost_free(cost);
    else
        *out = cost;
    return status;
}

/* -- rows -------------------------------------------------------------------------------------- */

struct cost_rows {
    struct gs_rows rows;
    struct gs_cost_spec spec; /* its friction is ours until all is solved */
    struct gs_grid all;       /* that of the friction */
    size_t margin;
    uint64_t bytes;
    bool is_solved;
    struct gs_least_cost *cost;
};

static void free_rows(struct gs_rows *rows)
{
    struct cost_rows *c = (struct cost_rows *)rows;
    gs_rows_free(c->spec.friction);
    gs_least_cost_free(c->cost);
    gs_free(c);
}

static enum gs_status begin(struct gs_ctx *ctx, struct gs_rows *rows, size_t first, size_t end)
{
    (void)first, (void)end;
    struct cost_rows *c = (struct cost_rows *)rows;
    if (c->is_solved)
        return GS_OK;
    enum gs_status status = gs_cost_solve(ctx, &c->spec, &c->cost);
    if (status)
        return status;
    c->is_solved = true;
    gs_rows_free(c->spec.friction);
    c->spec.friction = NULL;
    return GS_OK;
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    (void)ctx, (void)worker;
    const struct cost_rows *c = (const struct cost_rows *)rows;
    size_t n = rows->grid.n_cols;
    if (c->cost)
        gs_least_cost_row(c->cost, c->margin, row + c->margin, n, out);
    else
        for (size_t i = 0; i < n; i++)
            out[i] = NAN;
    return GS_OK;
}

static uint64_t bytes(const struct gs_rows *rows, size_t band, uint64_t *per_worker)
{
    (void)band;
    *per_worker = 0;
    return ((const struct cost_rows *)rows)->bytes;
}

static const struct gs_rows_kind kind = {
    .name = "least cost",
    .slow = true,
    .free = free_rows,
    .begin = begin,
    .row = row,
    .bytes = bytes,
};

enum gs_status gs_cost_rows_new(struct gs_ctx *ctx, const struct gs_cost_spec *spec,
                                const struct gs_grid *grid, size_t margin, struct gs_rows **out)
{
    struct cost_rows *c = GS_NEW(ctx, struct cost_rows);
    if (!c) {
        gs_rows_free(spec->friction);
        return GS_ENOMEM;
    }
    *c = (struct cost_rows){
        .rows = {.kind = &kind, .grid = *grid},
        .spec = *spec,
        .all = spec->friction->grid,
        .margin = margin,
        .bytes = gs_cost_bytes(spec, ctx->n_threads),
    };
    *out = &c->rows;
    return GS_OK;
}

bool gs_cost_rows_take(struct gs_rows *rows, struct gs_grid *grid, struct gs_least_cost **cost)
{
    struct cost_rows *c = (struct cost_rows *)rows;
    if (!c->is_solved)
        return false;
    *grid = c->all;
    *cost = c->cost;
    c->cost = NULL;
    c->is_solved = false;
    return true;
}
