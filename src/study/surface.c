// SPDX-License-Identifier: Apache-2.0
#include "study/surface.h"

#include "base/mem.h"
#include "base/thread.h"
#include "decision/method.h"
#include "flow/bands.h"
#include "flow/kept_rows.h"
#include "geo/cog.h"
#include "geo/session.h"
#include "output/surface_files.h"
#include "study/cache.h"
#include "study/run.h"
#include "study/surface_cells.h"
#include "value/value.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* What a process takes besides: libraries, the features' own structures, what lies between the
 * blocks of memory. GDAL's own blocks are let go before. */
#define BASE_BYTES ((uint64_t)80 << 20)

enum gs_status gs_surface_grid(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_grid *out)
{
    enum gs_status status = gs_area_grid(ctx, bound, "a surface", out);
    if (!status)
        gs_grid_bounds(out, bound->surface_bounds);
    return status;
}

/* -- sources of rows ------------------------------------------------------------------------- */

/* Beyond which quantity nothing changes any more; infinite: it never ceases to. */
static double limit_of(const struct gs_study *study, size_t at, bool keep_measured)
{
    if (at < study->n_constraints) {
        const struct gs_constraint *c = &study->constraints[at];
        if (c->in.n || c->not_in.n)
            return INFINITY;
        return fmax(isnan(c->min) ? 0 : c->min, isnan(c->max) ? 0 : c->max);
    }
    const struct gs_criterion *c = &study->criteria[at - study->n_constraints];
    double limit;
    bool constant = !keep_measured && c->value->constant_from &&
                    c->value->constant_from(c->value_params, &limit);
    return constant ? fmax(limit, 0) : INFINITY;
}

/* The farthest that any of the factors asks that measure the same as factor `at`. */
static double shared_limit(const struct gs_bound *bound, size_t at, bool keep_measured)
{
    double limit = 0;
    for (size_t i = 0; i < bound->n_factors; i++)
        if (gs_measure_the_same(&bound->factors[i], &bound->factors[at]))
            limit = fmax(limit, limit_of(bound->study, i, keep_measured));
    return limit;
}

static enum gs_status make_source(struct gs_ctx *ctx, struct gs_surface_setup *setup, size_t at,
                                  bool keep_measured)
{
    const struct gs_bound *bound = setup->bound;
    const struct gs_bound_factor *bf = &bound->factors[at];
    const struct gs_factor *factor = bf->factor;
    if (!factor->measure->surface)
        return gs_fail(ctx, GS_ESTUDY, &factor->measure_pos,
                       "leave it out, or run the study without a surface",
                       "`%s`: measure `%s` has no surface", factor->id, factor->measure_name);
    struct gs_sites none;
    gs_sites_init(&none);
    none.footprint_radius_m = gs_footprint_radius_m(&bound->study->facility);
    struct gs_job job;
    enum gs_status status = gs_factor_job(ctx, bound, bf, &none, &job);
    job.grid = &setup->grid;
    job.limit_m = shared_limit(bound, at, keep_measured);
    if (!status)
        status = factor->measure->surface(ctx, &job, &setup->sources[setup->n_sources]);
    gs_sites_release(&none);
    if (!status)
        status = gs_cache_rows(ctx, bound, bf, &setup->sources[setup->n_sources]);
    if (!status)
        setup->source_of[at] = setup->n_sources++;
    return status;
}

/* Cells have no fields of their own: what measures those is left out, and said so. */
static enum gs_status leave_out(struct gs_ctx *ctx, const struct gs_study *study)
{
    size_t n_left = 0;
    for (size_t i = 0; i < study->n_constraints; i++)
        if (study->constraints[i].factor.of_site)
            gs_warn(ctx, &study->constraints[i].factor.measure_pos, NULL,
                    "`%s` looks at the candidates themselves: it rules out no cell of the surface",
                    study->constraints[i].factor.id);
    for (size_t i = 0; i < study->n_criteria; i++) {
        n_left += !study->criteria[i].factor.of_site;
        if (study->criteria[i].factor.of_site)
            gs_warn(ctx, &study->criteria[i].factor.measure_pos, NULL,
                    "`%s` looks at the candidates themselves: the surface is made without it, its "
                    "weight shared out among the others",
                    study->criteria[i].factor.id);
    }
    if (n_left == 0)
        return gs_fail(ctx, GS_ESTUDY, &study->criteria[0].factor.pos,
                       "add a criterion that measures a layer",
                       "all criteria look at the candidates themselves: cells have no such fields");
    return n_left < study->n_criteria && study->decision.method->check_criteria
               ? study->decision.method->check_criteria(ctx, &study->decision.pos,
                                                        study->decision.params, n_left)
               : GS_OK;
}

static enum gs_status prepare(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                              size_t end)
{
    (void)worker;
    struct gs_surface_setup *setup = user;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++)
        status = gs_rows_prepare(ctx, setup->sources[i]);
    return status;
}

/* Progress of reading and preparing is shared out by factors. */
enum gs_status gs_surface_setup(struct gs_ctx *ctx, struct gs_bound *bound,
                                const struct gs_grid *grid, bool keep_measured, double progress_to,
                                struct gs_surface_setup *out)
{
    const struct gs_study *study = bound->study;
    size_t n = bound->n_factors;
    *out = (struct gs_surface_setup){.bound = bound, .grid = *grid};
    if (!study->decision.method->cells)
        return gs_fail(ctx, GS_ESTUDY, &study->decision.pos,
                       "methods with a surface score each cell by itself: weighted_sum, "
                       "weighted_product, owa, fuzzy",
                       "decision method `%s` compares sites with each other, so it has no surface",
                       study->decision.name);
    for (size_t i = 0; i < study->n_groups; i++)
        if (gs_weighs_by_data(&study->groups[i]))
            return gs_fail(ctx, GS_ESTUDY, &study->groups[i].weighing.pos,
                           "write down the weights that `gigasite weights` shows",
                           "these weights follow from the sites, so that a surface has none");
    for (size_t i = 0; i < study->n_criteria; i++)
        if (study->criteria[i].relative)
            return gs_fail(ctx, GS_ESTUDY, &study->criteria[i].value_pos,
                           "give it a value function",
                           "`%s` compares sites with each other, so it has no surface",
                           study->criteria[i].factor.id);
    if (study->n_constraints > GS_CODE_CONSTRAINTS_MAX)
        return gs_fail(ctx, GS_ESTUDY, &study->constraints[GS_CODE_CONSTRAINTS_MAX].factor.pos,
                       NULL, "a surface tells at most %d constraints apart",
                       GS_CODE_CONSTRAINTS_MAX);
    out->sources = GS_ARRAY_ZERO(ctx, struct gs_rows *, n);
    out->source_of = GS_ARRAY(ctx, size_t, n);
    enum gs_status status = out->sources && out->source_of ? leave_out(ctx, study) : GS_ENOMEM;
    struct gs_parallel parallel = {.n_items = n, .work = prepare, .user = out};
    struct gs_feed *feed = NULL; /* sources are prepared while the next layers are read */
    if (!status)
        status = gs_feed_start(ctx, &parallel, &feed);
    for (size_t i = 0; i < n && !status; i++) {
        size_t same = 0;
        if (bound->factors[i].factor->of_site) {
            out->source_of[i] = SIZE_MAX;
            continue;
        }
        while (!gs_measure_the_same(&bound->factors[same], &bound->factors[i]))
            same++;
        if (same < i) {
            out->source_of[i] = out->source_of[same];
            continue;
        }
        double step = progress_to / (double)(n + 2), from = step * (double)(i + 1);
        gs_progress_stage(ctx, from, from + step, bound->factors[i].factor->title);
        if (bound->factors[i].source != SIZE_MAX)
            status = gs_bound_load(ctx, bound, &bound->sources[bound->factors[i].source]);
        if (!status)
            status = make_source(ctx, out, i, keep_measured);
        if (!status)
            gs_feed_add(feed);
    }
    gs_progress_stage(ctx, progress_to * (double)(n + 1) / (double)(n + 2), progress_to,
                      "Preparing the surface");
    if (feed && !status)
        status = gs_feed_end(ctx, feed);
    else if (feed)
        gs_feed_drop(feed);
    if (status)
        gs_surface_setup_release(out);
    return status;
}

void gs_surface_setup_release(struct gs_surface_setup *setup)
{
    for (size_t i = 0; i < setup->n_sources; i++)
        gs_rows_free(setup->sources[i]);
    gs_free(setup->sources);
    gs_free(setup->source_of);
    *setup = (struct gs_surface_setup){0};
}

/* -- computing ------------------------------------------------------------------------------- */

struct surface {
    const struct gs_surface_setup *setup;
    const struct gs_surface_sink *sink;
    struct gs_cells cells;
    float *scores; /* of the band */
    uint8_t *codes;
    float **values, **measured; /* per criterion; NULL when they are not kept */
    pthread_mutex_t lock;       /* over the counts */
    struct gs_surface *counts;
};

static enum gs_status start(struct gs_ctx *ctx, void *user, void **worker)
{
    struct surface *s = user;
    struct gs_cell_worker *w;
    enum gs_status status = gs_cell_worker_new(ctx, &s->cells, &w);
    if (!status)
        *worker = w;
    return status;
}

/* Counts are whole numbers: who comes first does not matter. */
static void stop(void *user, void *worker)
{
    struct surface *s = user;
    struct gs_cell_worker *w = worker;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->cells.study->n_constraints; i++) {
        s->counts->removed[i].alone += w->removed[i].alone;
        s->counts->removed[i].only += w->removed[i].only;
        s->counts->removed[i].together += w->removed[i].together;
    }
    s->counts->n_suitable += w->n_suitable;
    s->counts->n_missing += w->n_missing;
    pthread_mutex_unlock(&s->lock);
    gs_cell_worker_free(&s->cells, w);
}

static enum gs_status compute_row(struct gs_ctx *ctx, void *user, void *worker, size_t row,
                                  size_t at, const float *const *measured)
{
    (void)ctx, (void)row;
    struct surface *s = user;
    struct gs_cell_worker *w = worker;
    const size_t *source_of = s->setup->source_of;
    size_t n = s->cells.n_cols, n_constraints = s->cells.study->n_constraints;
    gs_cells_row(&s->cells, w, source_of, measured, s->scores + at * n, s->codes + at * n);
    for (size_t k = 0; k < s->cells.n_criteria; k++) {
        size_t c = s->cells.criteria[k];
        if (s->values)
            memcpy(s->values[c] + at * n, w->values[k], n * sizeof(float));
        if (s->measured)
            memcpy(s->measured[c] + at * n, measured[source_of[n_constraints + c]],
                   n * sizeof(float));
    }
    return GS_OK;
}

static enum gs_status finish_band(struct gs_ctx *ctx, void *user, size_t first, size_t n)
{
    struct surface *s = user;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < s->setup->n_sources && !status; i++)
        status = gs_kept_rows_keep(ctx, s->setup->sources[i]);
    return status ? status
                  : s->sink->band(ctx, s->sink->user, first, n, s->scores, s->codes, s->values,
                                  s->measured);
}

size_t gs_surface_band_rows(const struct gs_grid *grid)
{
    return grid->n_rows < GS_COG_TILE ? grid->n_rows : GS_COG_TILE;
}

static enum gs_status new_bands(struct gs_ctx *ctx, size_t n_criteria, size_t cells, float ***out)
{
    *out = GS_ARRAY_ZERO(ctx, float *, n_criteria);
    for (size_t c = 0; *out && c < n_criteria; c++)
        if (!((*out)[c] = GS_ARRAY(ctx, float, cells)))
            return GS_ENOMEM;
    return *out ? GS_OK : GS_ENOMEM;
}

static void free_bands(float **bands, size_t n_criteria)
{
    for (size_t c = 0; bands && c < n_criteria; c++)
        gs_free(bands[c]);
    gs_free(bands);
}

static enum gs_status allocate(struct gs_ctx *ctx, struct surface *s, struct gs_arena *arena)
{
    const struct gs_study *study = s->setup->bound->study;
    size_t cells = gs_surface_band_rows(&s->setup->grid) * s->setup->grid.n_cols;
    s->counts->removed = GS_ARENA_ARRAY(ctx, arena, struct gs_removed, study->n_constraints);
    s->scores = GS_ARRAY(ctx, float, cells);
    s->codes = GS_ARRAY(ctx, uint8_t, cells);
    if (!s->counts->removed || !s->scores || !s->codes)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    if (s->sink->values)
        status = new_bands(ctx, study->n_criteria, cells, &s->values);
    if (!status && s->sink->measured)
        status = new_bands(ctx, study->n_criteria, cells, &s->measured);
    return status ? status
                  : gs_cells_init(ctx, study, s->setup->sources, s->setup->source_of,
                                  s->setup->grid.n_cols, &s->cells);
}

uint64_t gs_surface_bytes(const struct gs_surface_setup *setup, unsigned n_threads, bool values,
                          bool measured)
{
    const struct gs_grid *grid = &setup->grid;
    uint64_t n_criteria = setup->bound->study->n_criteria, n_cols = grid->n_cols;
    uint64_t cells = gs_surface_band_rows(grid) * n_cols;
    uint64_t per_cell = sizeof(float) * (1 + n_criteria * (uint64_t)(values + measured)) + 1;
    uint64_t per_row = n_cols * (3 * n_criteria * sizeof(float) + 3);
    struct gs_bands bands = {.grid = grid,
                             .sources = setup->sources,
                             .n_sources = setup->n_sources,
                             .band_rows = gs_surface_band_rows(grid)};
    return BASE_BYTES + cells * per_cell + n_threads * per_row + gs_bands_bytes(&bands, n_threads);
}

static bool fits(const struct gs_ctx *ctx, const struct gs_surface_setup *setup,
                 const struct gs_surface_sink *sink, uint64_t sink_bytes, unsigned n_threads)
{
    return gs_surface_bytes(setup, n_threads, sink->values, sink->measured) + sink_bytes <=
           ctx->memory;
}

/* So many threads as the memory allows, which rather have it than the cache. */
static enum gs_status choose_threads(struct gs_ctx *ctx, const struct gs_surface_setup *setup,
                                     const struct gs_surface_sink *sink, uint64_t sink_bytes,
                                     unsigned *out)
{
    if (!fits(ctx, setup, sink, sink_bytes, ctx->n_threads))
        for (size_t i = 0; i < setup->n_sources; i++)
            gs_kept_rows_forgo(setup->sources[i]);
    for (unsigned n = ctx->n_threads; n > 0; n--)
        if (fits(ctx, setup, sink, sink_bytes, n)) {
            *out = n;
            return GS_OK;
        }
    uint64_t needed = gs_surface_bytes(setup, 1, sink->values, sink->measured) + sink_bytes;
    return gs_fail(ctx, GS_EUSAGE, NULL,
                   "allow more with --memory, or choose a coarser `resolution:`",
                   "the surface of %zu × %zu cells takes %.0f MiB of memory, %.0f MiB are allowed",
                   setup->grid.n_cols, setup->grid.n_rows, ceil((double)needed / 0x1p20),
                   (double)ctx->memory / 0x1p20);
}

enum gs_status gs_surface_compute(struct gs_ctx *ctx, const struct gs_surface_setup *setup,
                                  const struct gs_surface_sink *sink, uint64_t sink_bytes,
                                  double progress_from, double progress_to, struct gs_arena *arena,
                                  struct gs_surface *surface)
{
    struct surface s = {.setup = setup, .sink = sink, .counts = surface};
    unsigned before = ctx->n_threads;
    surface->grid = setup->grid;
    enum gs_status status = choose_threads(ctx, setup, sink, sink_bytes, &ctx->n_threads);
    if (status)
        return status;
    pthread_mutex_init(&s.lock, NULL);
    struct gs_bands bands = {
        .grid = &setup->grid,
        .sources = setup->sources,
        .n_sources = setup->n_sources,
        .band_rows = gs_surface_band_rows(&setup->grid),
        .start = start,
        .stop = stop,
        .row = compute_row,
        .band = finish_band,
        .user = &s,
        .progress_from = progress_from,
        .progress_to = progress_to,
        .stage = "Computing the surface",
    };
    gs_geo_drop_blocks();
    gs_mem_trim();
    status = allocate(ctx, &s, arena);
    if (!status)
        status = gs_bands_run(ctx, &bands);
    free_bands(s.values, setup->bound->study->n_criteria);
    free_bands(s.measured, setup->bound->study->n_criteria);
    gs_free(s.scores);
    gs_free(s.codes);
    gs_cells_release(&s.cells);
    pthread_mutex_destroy(&s.lock);
    ctx->n_threads = before;
    return status;
}

static bool same_grid(const struct gs_grid *a, const struct gs_grid *b)
{
    return a->x0 == b->x0 && a->y0 == b->y0 && a->cell == b->cell && a->n_cols == b->n_cols &&
           a->n_rows == b->n_rows;
}

/* What the source of a factor and of those that measure the same has made, with the first. */
static enum gs_status keep_source(struct gs_ctx *ctx, const struct gs_surface_setup *setup,
                                  size_t at, size_t factor, struct gs_bound *bound)
{
    struct gs_bound_factor *bf = &bound->factors[factor];
    struct gs_rows *source = gs_kept_rows_input(setup->sources[at]);
    uint64_t per_worker;
    enum gs_status status = bf->factor->measure->keep(ctx, source, &bf->kept);
    if (status || !bf->kept)
        return status;
    bf->kept_bytes = gs_rows_bytes(source, gs_surface_band_rows(&setup->grid), &per_worker);
    for (size_t k = factor; k < bound->n_factors; k++)
        if (setup->source_of[k] == at) {
            bound->factors[k].keeps = true;
            bound->factors[k].kept_told = gs_kept_rows_told(setup->sources[at]);
        }
    return GS_OK;
}

/* The first factor that has a source is the one the source was made for. */
enum gs_status gs_surface_keep(struct gs_ctx *ctx, const struct gs_surface_setup *setup,
                               struct gs_bound *bound)
{
    enum gs_status status = GS_OK;
    for (size_t at = 0, i = 0; at < setup->n_sources && !status; at++) {
        while (setup->source_of[i] != at)
            i++;
        if (bound->factors[i].factor->measure->keep && same_grid(&bound->grid, &setup->grid))
            status = keep_source(ctx, setup, at, i, bound);
    }
    return status;
}

/* -- where it goes --------------------------------------------------------------------------- */

struct array {
    float *scores;
    size_t n_cols;
};

static enum gs_status keep_scores(struct gs_ctx *ctx, void *user, size_t first, size_t n,
                                  const float *scores, const uint8_t *codes, float *const *values,
                                  float *const *measured)
{
    (void)ctx, (void)codes, (void)values, (void)measured;
    struct array *array = user;
    memcpy(array->scores + first * array->n_cols, scores, n * array->n_cols * sizeof *scores);
    return GS_OK;
}

enum gs_status gs_surface_scores(struct gs_ctx *ctx, struct gs_bound *bound,
                                 const struct gs_grid *grid, float **scores)
{
    struct gs_surface_setup setup;
    struct gs_surface counts = {0};
    struct gs_arena arena;
    gs_arena_init(&arena);
    enum gs_status status = gs_surface_setup(ctx, bound, grid, false, 0.05, &setup);
    if (status)
        return status;
    struct array array = {GS_ARRAY(ctx, float, grid->n_rows * grid->n_cols), grid->n_cols};
    uint64_t bytes = (uint64_t)grid->n_rows * grid->n_cols * sizeof(float);
    struct gs_surface_sink sink = {.band = keep_scores, .user = &array};
    status = array.scores
                 ? gs_surface_compute(ctx, &setup, &sink, bytes, 0.05, 0.5, &arena, &counts)
                 : GS_ENOMEM;
    if (!status)
        status = gs_surface_keep(ctx, &setup, bound);
    gs_surface_setup_release(&setup);
    gs_arena_release(&arena);
    if (status)
        gs_free(array.scores);
    else
        *scores = array.scores;
    return status;
}

/* Files, and an array when one is wanted. */
struct tee {
    struct gs_surface_files *files;
    struct array array; /* scores NULL: not wanted */
};

static enum gs_status write_band(struct gs_ctx *ctx, void *user, size_t first, size_t n,
                                 const float *scores, const uint8_t *codes, float *const *values,
                                 float *const *measured)
{
    struct tee *tee = user;
    enum gs_status status = GS_OK;
    if (tee->array.scores)
        status = keep_scores(ctx, &tee->array, first, n, scores, codes, values, measured);
    return status ? status
                  : gs_surface_files_strip(ctx, tee->files, scores, codes, values, measured);
}

static enum gs_status write_files(struct gs_ctx *ctx, const struct gs_surface_setup *setup,
                                  const struct gs_surface_files_spec *spec, double progress_from,
                                  double progress_to, struct gs_arena *arena,
                                  struct gs_surface *surface, struct gs_surface_files **out,
                                  float *scores)
{
    struct gs_surface_files *files;
    enum gs_status status = gs_surface_files_create(ctx, spec, &files);
    if (status)
        return status;
    struct tee tee = {files, {scores, spec->grid->n_cols}};
    uint64_t kept = scores ? (uint64_t)spec->grid->n_cols * spec->grid->n_rows * sizeof *scores : 0;
    struct gs_surface_sink sink = {.band = write_band,
                                   .user = &tee,
                                   .values = spec->values,
                                   .measured = spec->measured};
    status =
        gs_surface_compute(ctx, setup, &sink, kept + gs_surface_files_bytes(spec, ctx->n_threads),
                           progress_from, progress_to, arena, surface);
    if (!status)
        status = gs_surface_files_finish(ctx, files, arena, surface);
    if (status)
        gs_surface_files_free(files);
    else
        *out = files;
    return status;
}

struct gs_surface_files_spec gs_surface_spec(const struct gs_bound *bound, const char *run_path,
                                             const struct gs_grid *grid, int64_t timestamp)
{
    int keep = bound->study->surface.keep;
    return (struct gs_surface_files_spec){
        .run_path = run_path,
        .study = bound->study,
        .grid = grid,
        .crs = bound->crs,
        .timestamp = timestamp,
        .values = keep == GS_KEEP_VALUES || keep == GS_KEEP_ALL,
        .measured = keep == GS_KEEP_MEASURED || keep == GS_KEEP_ALL,
    };
}

enum gs_status gs_surface_write(struct gs_ctx *ctx, struct gs_bound *bound,
                                const struct gs_grid *grid, const char *run_path, int64_t timestamp,
                                double progress_from, double progress_to, struct gs_arena *arena,
                                struct gs_surface **out, struct gs_surface_files **files,
                                float **scores)
{
    struct gs_surface *surface = GS_ARENA_NEW(ctx, arena, struct gs_surface);
    if (!surface)
        return GS_ENOMEM;
    struct gs_surface_files_spec spec = gs_surface_spec(bound, run_path, grid, timestamp);
    struct gs_surface_setup setup;
    double ready = progress_from + 0.1 * (progress_to - progress_from);
    enum gs_status status = gs_surface_files_check(ctx, &spec);
    if (!status)
        status = gs_surface_setup(ctx, bound, grid, spec.measured, ready, &setup);
    if (status)
        return status;
    float *array = scores ? GS_ARRAY(ctx, float, grid->n_cols * grid->n_rows) : NULL;
    status = scores && !array ? GS_ENOMEM
                              : write_files(ctx, &setup, &spec, ready, progress_to, arena, surface,
                                            files, array);
    if (!status)
        status = gs_surface_keep(ctx, &setup, bound);
    gs_surface_setup_release(&setup);
    if (status) {
        gs_free(array);
        return status;
    }
    if (scores)
        *scores = array;
    *out = surface;
    return GS_OK;
}
