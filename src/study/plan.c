// SPDX-License-Identifier: Apache-2.0
/* gs_study_plan: what a run would do. */
#include "study/surface.h"

#include "base/mem.h"
#include "base/text.h"
#include "flow/kept_rows.h"
#include "geo/cog.h"
#include "geo/session.h"
#include "geo/sidecar.h"
#include "output/surface_files.h"
#include "study/cache.h"

#include <math.h>
#include <string.h>

/* Bands of rows on the surface, and those of them that the cache has; n 0: none is kept. */
struct strips {
    size_t n_kept, n;
};

struct plan {
    struct gs_ctx *ctx;
    const struct gs_bound *bound;
    const struct gs_plan_options *options;
    struct gs_surface_setup setup; /* empty without a surface */
    uint64_t memory[2];            /* with all threads, with one */
    uint64_t disk, room;           /* room: 0 when it cannot be told */
    size_t n_files;
    struct gs_cache cache;
    char **states;         /* per factor: "cached", or why it is not; NULL: there is no cache */
    struct strips *strips; /* per source of the surface */
};

static const char *rows_name(const struct plan *plan, size_t factor)
{
    size_t at = plan->options->surface ? plan->setup.source_of[factor] : SIZE_MAX;
    return at == SIZE_MAX ? NULL : gs_kept_rows_input(plan->setup.sources[at])->kind->name;
}

/* Those of the factor's rows; NULL: rows that are not kept, or none. */
static const struct strips *strips_of(const struct plan *plan, size_t factor)
{
    size_t at = plan->options->surface ? plan->setup.source_of[factor] : SIZE_MAX;
    return at != SIZE_MAX && plan->strips[at].n ? &plan->strips[at] : NULL;
}

/* An earlier factor whose rows serve this one too; SIZE_MAX: none. */
static size_t shared_with(const struct plan *plan, size_t factor)
{
    for (size_t i = 0; plan->options->surface && i < factor; i++)
        if (plan->setup.source_of[i] == plan->setup.source_of[factor] &&
            plan->setup.source_of[i] != SIZE_MAX)
            return i;
    return SIZE_MAX;
}

static void append_mib(struct gs_text *text, uint64_t bytes)
{
    double mib = (double)bytes / 0x1p20;
    if (mib >= 10240)
        gs_text_printf(text, "%.1f GiB", mib / 1024);
    else
        gs_text_printf(text, "%.*f MiB", mib < 10 ? 1 : 0, mib);
}

static void append_surface(struct gs_text *text, const struct plan *plan)
{
    const struct gs_grid *grid = &plan->setup.grid;
    unsigned n_threads = plan->ctx->n_threads;
    gs_text_printf(text, "\nSurface: %zu × %zu cells of ", grid->n_cols, grid->n_rows);
    gs_text_append_rounded(text, grid->cell_m, 6);
    gs_text_printf(text, " m, in one pass of %zu band%s\n",
                   (grid->n_rows + GS_COG_TILE - 1) / GS_COG_TILE,
                   grid->n_rows > GS_COG_TILE ? "s" : "");
    gs_text_append(text, "  memory  ");
    append_mib(text, plan->memory[0]);
    gs_text_printf(text, " with %u thread%s", n_threads, n_threads == 1 ? "" : "s");
    if (n_threads > 1) {
        gs_text_append(text, ", ");
        append_mib(text, plan->memory[1]);
        gs_text_append(text, " with one");
    }
    gs_text_append(text, "; allowed are ");
    append_mib(text, plan->ctx->memory);
    gs_text_append(text, "\n  disk    at most ");
    append_mib(text, plan->disk);
    gs_text_printf(text, " for %zu rasters", plan->n_files);
    if (plan->room) {
        gs_text_append(text, "; free are ");
        append_mib(text, plan->room);
    }
    gs_text_append(text, "\n");
    if (plan->memory[1] > plan->ctx->memory)
        gs_text_append(text, "  This is too much: allow more memory, or choose a coarser "
                             "resolution.\n");
    if (plan->room && plan->disk > plan->room)
        gs_text_append(text, "  The disk may be too small.\n");
}

static void append_text(struct gs_text *text, const struct plan *plan)
{
    const struct gs_study *study = plan->bound->study;
    gs_text_printf(text, "%s\n%zu site%s, %zu measures of %zu layers\n\n", study->title,
                   plan->bound->sites.features.shapes.n,
                   plan->bound->sites.features.shapes.n == 1 ? "" : "s", plan->bound->n_factors,
                   plan->bound->n_sources);
    for (size_t i = 0; i < plan->bound->n_factors; i++) {
        const struct gs_factor *factor = plan->bound->factors[i].factor;
        size_t same = shared_with(plan, i);
        gs_text_append(text, "  ");
        gs_text_append_clipped(text, factor->id, 24);
        gs_text_pad(text, 27);
        gs_text_append_clipped(text, factor->layer ? factor->layer->id : "the sites", 22);
        gs_text_pad(text, 50);
        gs_text_append(text, factor->measure_name);
        if (plan->states) {
            gs_text_pad(text, 73);
            gs_text_append(text, plan->states[i]);
        }
        if (plan->options->surface && plan->states && (same != SIZE_MAX || rows_name(plan, i)))
            gs_text_append(text, "; ");
        if (same != SIZE_MAX) {
            gs_text_pad(text, 73);
            gs_text_printf(text, "as %s", plan->bound->factors[same].factor->id);
        } else if (rows_name(plan, i)) {
            gs_text_pad(text, 73);
            gs_text_append(text, rows_name(plan, i));
            const struct strips *strips = strips_of(plan, i);
            if (strips && strips->n_kept == strips->n)
                gs_text_append(text, ", cached");
            else if (strips)
                gs_text_printf(text, ", %zu of %zu bands cached", strips->n_kept, strips->n);
        }
        gs_text_append(text, "\n");
    }
    if (plan->options->surface)
        append_surface(text, plan);
}

static void append_json(struct gs_text *text, const struct plan *plan)
{
    gs_text_printf(text, "{\"sites\": %zu, \"factors\": [", plan->bound->sites.features.shapes.n);
    for (size_t i = 0; i < plan->bound->n_factors; i++) {
        const struct gs_factor *factor = plan->bound->factors[i].factor;
        size_t same = shared_with(plan, i);
        gs_text_append(text, i ? ",\n  {\"id\": " : "\n  {\"id\": ");
        gs_text_append_json(text, factor->id);
        gs_text_append(text, ", \"layer\": ");
        gs_text_append_json(text, factor->layer ? factor->layer->id : NULL);
        gs_text_append(text, ", \"measure\": ");
        gs_text_append_json(text, factor->measure_name);
        gs_text_append(text, ", \"rows\": ");
        gs_text_append_json(text, rows_name(plan, i));
        const struct strips *strips = strips_of(plan, i);
        if (strips)
            gs_text_printf(text, ", \"bands\": %zu, \"bands_cached\": %zu", strips->n,
                           strips->n_kept);
        gs_text_append(text, ", \"same_as\": ");
        gs_text_append_json(text, same == SIZE_MAX ? NULL : plan->bound->factors[same].factor->id);
        if (plan->states) {
            gs_text_append(text, ", \"cache\": ");
            gs_text_append_json(text, plan->states[i]);
        }
        gs_text_append(text, "}");
    }
    gs_text_append(text, "]");
    if (plan->options->surface) {
        const struct gs_grid *grid = &plan->setup.grid;
        gs_text_printf(text,
                       ",\n \"surface\": {\"columns\": %zu, \"rows\": %zu, \"resolution_m\": ",
                       grid->n_cols, grid->n_rows);
        gs_text_append_json_double(text, grid->cell_m);
        gs_text_printf(text,
                       ", \"threads\": %u, \"memory_bytes\": %llu, \"memory_bytes_one_thread\": "
                       "%llu, \"memory_allowed_bytes\": %llu, \"disk_bytes\": %llu, "
                       "\"disk_free_bytes\": %llu}",
                       plan->ctx->n_threads, (unsigned long long)plan->memory[0],
                       (unsigned long long)plan->memory[1], (unsigned long long)plan->ctx->memory,
                       (unsigned long long)plan->disk, (unsigned long long)plan->room);
    }
    gs_text_append(text, "}\n");
}

static enum gs_status plan_surface(struct gs_ctx *ctx, struct gs_bound *bound, struct plan *plan,
                                   const struct gs_grid *grid)
{
    const char *path = plan->options->output_path ? plan->options->output_path : "run.gpkg";
    struct gs_surface_files_spec spec = gs_surface_spec(bound, path, grid, 0);
    enum gs_status status = gs_surface_setup(ctx, bound, grid, spec.measured, 1, &plan->setup);
    if (status)
        return status;
    plan->strips = GS_ARRAY(ctx, struct strips, plan->setup.n_sources);
    if (!plan->strips)
        return GS_ENOMEM;
    for (size_t i = 0; i < plan->setup.n_sources && !status; i++)
        status = gs_kept_rows_count(ctx, plan->setup.sources[i], gs_surface_band_rows(grid),
                                    &plan->strips[i].n_kept, &plan->strips[i].n);
    for (int one = 0; one < 2 && !status; one++) {
        unsigned n = one ? 1 : ctx->n_threads;
        plan->memory[one] = gs_surface_bytes(&plan->setup, n, spec.values, spec.measured) +
                            gs_surface_files_bytes(&spec, n);
    }
    plan->disk = gs_surface_files_disk(&spec, &plan->n_files);
    if (!gs_free_space(path, &plan->room))
        plan->room = 0;
    return status;
}

/* -- the cache ------------------------------------------------------------------------------- */

static enum gs_status find_state(struct gs_ctx *ctx, struct gs_bound *bound, size_t at,
                                 const char *keys, char **out)
{
    struct gs_bound_factor *bf = &bound->factors[at];
    struct gs_text text;
    enum gs_status status = GS_OK;
    gs_text_init(&text);
    if (bf->source == SIZE_MAX) {
        gs_text_append(&text, "of the sites");
        return gs_text_finish(ctx, &text, out);
    }
    struct gs_source *source = &bound->sources[bf->source];
    bool known = source->hashes.fields != NULL;
    if (!source->is_raster && !known)
        status = gs_cache_find_reading(ctx, bound, source, &known);
    if (!status)
        status = gs_cache_find_measure(ctx, bound, bf);
    if (!status && bf->found)
        gs_text_append(&text, "cached");
    else if (!status)
        status = gs_cache_why(ctx, bound, keys, at, &text);
    if (!status)
        return gs_text_finish(ctx, &text, out);
    gs_text_release(&text);
    return status;
}

static enum gs_status plan_cache(struct gs_ctx *ctx, struct gs_bound *bound, struct plan *plan)
{
    char *keys = NULL;
    if (!bound->cache)
        return GS_OK;
    plan->states = GS_ARRAY_ZERO(ctx, char *, bound->n_factors);
    enum gs_status status = plan->states ? gs_cache_last_keys(ctx, bound, &keys) : GS_ENOMEM;
    for (size_t i = 0; i < bound->n_factors && !status; i++)
        status = find_state(ctx, bound, i, keys, &plan->states[i]);
    gs_free(keys);
    return status;
}

static void release_states(struct gs_ctx *ctx, struct plan *plan)
{
    for (size_t i = 0; plan->states && i < plan->bound->n_factors; i++)
        gs_free(plan->states[i]);
    gs_free(plan->states);
    gs_inputs_release(&plan->cache.inputs);
    gs_store_close(ctx, plan->cache.store);
}

enum gs_status gs_study_plan(struct gs_ctx *ctx, struct gs_study *study,
                             const struct gs_plan_options *options, enum gs_format format,
                             char **out)
{
    static const struct gs_plan_options none = {0};
    struct plan plan = {.ctx = ctx, .options = options ? options : &none};
    struct gs_bound *bound = NULL;
    struct gs_grid grid;
    gs_progress_stage(ctx, 0, 0.1, "Opening layers");
    enum gs_status status = GS_OK;
    plan.cache.rehash = plan.options->rehash;
    if (plan.options->cache)
        status = gs_store_open(ctx, plan.options->cache, 0, &plan.cache.store);
    if (!status)
        status = gs_bind(ctx, study, plan.cache.store ? &plan.cache : NULL, &bound);
    plan.bound = bound;
    if (!status && plan.options->surface) /* layers are read as far as it reaches */
        status = gs_surface_grid(ctx, bound, &grid);
    if (!status)
        status = plan_cache(ctx, bound, &plan);
    if (!status && plan.options->surface)
        status = plan_surface(ctx, bound, &plan, &grid);
    struct gs_text text;
    gs_text_init(&text);
    if (!status && format == GS_FORMAT_JSON)
        append_json(&text, &plan);
    else if (!status)
        append_text(&text, &plan);
    if (!status)
        status = gs_text_finish(ctx, &text, out);
    gs_surface_setup_release(&plan.setup);
    gs_free(plan.strips);
    release_states(ctx, &plan);
    gs_bound_free(bound);
    return status;
}
