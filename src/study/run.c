// SPDX-License-Identifier: Apache-2.0
/* gs_study_check and gs_study_run, and access to the result. */
#include "study/run.h"

#include "base/file.h"
#include "base/mem.h"
#include "geo/session.h"
#include "output/map_picture.h"
#include "output/writer.h"
#include "study/cache.h"
#include "study/surface.h"

#include <math.h>
#include <time.h>

enum gs_status gs_study_check(struct gs_ctx *ctx, struct gs_study *study)
{
    struct gs_bound *bound;
    enum gs_status status = gs_bind(ctx, study, NULL, &bound);
    if (status)
        return status;
    for (size_t i = 0; i < bound->n_sources; i++) {
        struct gs_features features;
        gs_features_init(&features);
        enum gs_status of_source = GS_OK;
        if (bound->sources[i].vector)
            of_source = gs_bound_read(ctx, bound, &bound->sources[i], &features);
        gs_features_release(&features);
        if (of_source && of_source != GS_EDATA && of_source != GS_ESTUDY) {
            status = of_source;
            break;
        }
        status = status ? status : of_source;
    }
    gs_bound_free(bound);
    return status;
}

/* What finding sites takes per cell of the surface, its scores included. */
enum { FINDING_BYTES = 16 };

/* Where what the surface left and finding sites on it are too much together, it is made anew. */
static void make_room(const struct gs_ctx *ctx, struct gs_bound *bound, const struct gs_grid *grid)
{
    uint64_t bytes = (uint64_t)grid->n_cols * grid->n_rows * FINDING_BYTES;
    for (size_t i = 0; i < bound->n_factors; i++)
        if (bound->factors[i].kept)
            bytes += bound->factors[i].kept_bytes;
    for (size_t i = 0; i < bound->n_factors && bytes > ctx->memory; i++)
        if (bound->factors[i].kept) {
            bytes -= bound->factors[i].kept_bytes;
            gs_bound_factor_drop(&bound->factors[i]);
        }
}

/* The surface comes first: layers are read for it and for the sites at once, and sites may be found
 * on it. */
static enum gs_status make_surface(struct gs_ctx *ctx, struct gs_bound *bound,
                                   const char *output_path, const struct gs_run_options *options,
                                   struct gs_result *result, struct gs_surface_files **files)
{
    const struct gs_candidates *candidates = &bound->study->candidates;
    bool locate = candidates->kind == GS_CANDIDATES_LOCATE;
    bool best_site = candidates->represent == GS_REPRESENT_BEST_SITE;
    struct gs_grid grid = {0};
    float *scores = NULL;
    enum gs_status status = GS_OK;
    if (options->surface || locate || best_site) {
        status = gs_surface_grid(ctx, bound, &grid);
        if (status)
            return status;
    }
    if (options->surface)
        status = gs_surface_write(ctx, bound, &grid, output_path, options->timestamp, 0.05, 0.85,
                                  &result->arena, &result->surface, files,
                                  locate || best_site ? &scores : NULL);
    else if (locate || best_site)
        status = gs_surface_scores(ctx, bound, &grid, &scores);
    if (!status && (locate || best_site))
        make_room(ctx, bound, &grid);
    if (!status && locate)
        status = gs_bind_located(ctx, bound, scores, &grid);
    if (!status && candidates->represent != GS_REPRESENT_WHOLE)
        status = gs_bind_represent(ctx, bound, scores, &grid);
    gs_free(scores);
    return status;
}

static enum gs_status compute(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_inputs *inputs,
                              const char *output_path, const struct gs_run_options *options,
                              struct gs_result *result, struct gs_surface_files **files)
{
    const struct gs_study *study = bound->study;
    result->study = study;
    enum gs_status status = make_surface(ctx, bound, output_path, options, result, files);
    if (status)
        return status;
    result->n_sites = bound->sites.features.shapes.n;
    result->criteria = GS_ARRAY_ZERO(ctx, struct gs_measured, study->n_criteria);
    result->constraints = GS_ARRAY_ZERO(ctx, struct gs_measured, study->n_constraints);
    result->extra = GS_ARRAY_ZERO(ctx, struct gs_measured, bound->n_all - bound->n_factors);
    if (!result->criteria || !result->constraints || !result->extra)
        return GS_ENOMEM;
    result->n_extra = bound->n_all - bound->n_factors;
    status = gs_measure_study(ctx, bound, result);
    if (!status && bound->cache)
        status = gs_cache_keep_keys(ctx, bound);
    if (status)
        return status;
    result->sites = bound->sites; /* they change hands */
    gs_sites_init(&bound->sites);
    result->crs_epsg = gs_crs_epsg(bound->crs);
    result->crs_wkt = gs_arena_text(ctx, &result->arena, gs_crs_wkt(bound->crs));
    if (!result->crs_wkt)
        return GS_ENOMEM;
    status = gs_decide(ctx, bound->study, result);
    if (!status)
        status = gs_decide_scenarios(ctx, bound, result);
    if (!status)
        status = gs_assess(ctx, study, result);
    if (!status)
        status = gs_choose_portfolio(ctx, bound, result);
    if (!status && output_path) /* else nothing is drawn of it */
        status = gs_set_background(ctx, bound, result);
    if (!status)
        status = gs_inputs_recheck(ctx, inputs);
    return status ? status : gs_collect_facts(ctx, bound, inputs, options, result);
}

/* With what was measured before, when there is a cache. */
static enum gs_status bind_and_compute(struct gs_ctx *ctx, struct gs_study *study,
                                       const char *output_path,
                                       const struct gs_run_options *options,
                                       struct gs_result *result, struct gs_surface_files **files)
{
    struct gs_cache cache = {.rehash = options->rehash};
    struct gs_bound *bound = NULL;
    enum gs_status status = GS_OK;
    if (options->cache)
        status = gs_store_open(ctx, options->cache, options->cache_limit, &cache.store);
    if (!status)
        status = gs_bind(ctx, study, &cache, &bound);
    if (!status)
        status = compute(ctx, bound, &cache.inputs, output_path, options, result, files);
    gs_bound_free(bound);
    gs_inputs_release(&cache.inputs);
    gs_store_close(ctx, cache.store);
    return status;
}

static enum gs_status new_result(struct gs_ctx *ctx, struct gs_result **out)
{
    *out = GS_NEW(ctx, struct gs_result);
    if (!*out)
        return GS_ENOMEM;
    gs_arena_init(&(*out)->arena);
    gs_sites_init(&(*out)->sites);
    gs_shapes_init(&(*out)->borders);
    return GS_OK;
}

enum gs_status gs_study_compute(struct gs_ctx *ctx, struct gs_study *study, struct gs_result **out)
{
    const struct gs_run_options options = {.timestamp = 0};
    struct gs_result *result;
    enum gs_status status = new_result(ctx, &result);
    if (status)
        return status;
    status = bind_and_compute(ctx, study, NULL, &options, result, NULL);
    if (status)
        gs_result_free(result);
    else
        *out = result;
    return status;
}

/* The result replaces its file: it must not be one that the study reads. */
static enum gs_status spare_inputs(struct gs_ctx *ctx, const struct gs_study *study,
                                   const char *output_path)
{
    for (size_t i = 0; i < study->catalogue.n_layers; i++) {
        const struct gs_layer *layer = &study->catalogue.layers[i];
        if (gs_same_file(layer->source, output_path))
            return gs_fail(ctx, GS_EUSAGE, NULL, "choose another output",
                           "%s is the source of layer `%s`, so it is not replaced", output_path,
                           layer->id);
    }
    return GS_OK;
}

enum gs_status gs_study_run(struct gs_ctx *ctx, struct gs_study *study, const char *output_path,
                            const struct gs_run_options *options, struct gs_result **out)
{
    struct gs_run_options used = options ? *options : (struct gs_run_options){.timestamp = -1};
    if (used.timestamp < 0)
        used.timestamp = (int64_t)time(NULL);
    const struct gs_writer *writer = gs_writer_for(output_path);
    if (!writer)
        return gs_fail(ctx, GS_EUSAGE, NULL, "name the output something.gpkg",
                       "no writer knows the kind of file of `%s`", output_path);
    enum gs_status status = spare_inputs(ctx, study, output_path);
    if (!status && used.picture_path)
        status = spare_inputs(ctx, study, used.picture_path);
    if (status)
        return status;
    struct gs_surface_files *files = NULL; /* until they are put in place */
    struct gs_result *result;
    status = new_result(ctx, &result);
    if (status)
        return status;
    gs_progress_stage(ctx, 0, 0.05, "Opening layers");
    status = gs_geo_start(ctx);
    if (!status)
        status = writer->check(ctx, output_path);
    if (!status && used.picture_path)
        status = gs_check_picture(ctx, used.picture_path);
    if (!status)
        status = bind_and_compute(ctx, study, output_path, &used, result, &files);
    if (!status) {
        gs_progress_stage(ctx, 0.95, 1, "Writing");
        status = gs_check_cancel(ctx);
    }
    if (!status && files)
        status = gs_surface_files_commit(ctx, files);
    gs_surface_files_free(files);
    if (!status)
        status = writer->write(ctx, result, output_path, &used);
    if (!status && used.picture_path)
        status = gs_write_picture(ctx, result, used.picture_path);
    if (status) {
        gs_result_free(result);
        return status;
    }
    gs_progress_step(ctx, 1);
    *out = result;
    return GS_OK;
}

static void release_measured(struct gs_measured *measured, size_t n)
{
    for (size_t i = 0; measured && i < n; i++) {
        gs_free(measured[i].number);
        gs_free(measured[i].text);
        gs_shapes_release(&measured[i].paths);
    }
    gs_free(measured);
}

void gs_result_free(struct gs_result *result)
{
    if (!result)
        return;
    if (result->study) {
        release_measured(result->criteria, result->study->n_criteria);
        release_measured(result->constraints, result->study->n_constraints);
        release_measured(result->extra, result->n_extra);
        gs_decided_release(result);
        gs_robust_free(result->robust, result->study->n_criteria);
    }
    gs_free(result->turnings);
    gs_free(result->facts);
    gs_sites_release(&result->sites);
    gs_shapes_release(&result->borders);
    gs_arena_release(&result->arena);
    gs_free(result);
}

size_t gs_result_site_count(const struct gs_result *result)
{
    return result->n_sites;
}

size_t gs_result_criterion_count(const struct gs_result *result)
{
    return result->study->n_criteria;
}

struct gs_site_result gs_result_site(const struct gs_result *result, size_t place)
{
    size_t i = result->order[place];
    return (struct gs_site_result){
        .id = result->sites.ids[i],
        .name = result->sites.names ? result->sites.names[i] : NULL,
        .rank = result->rank[i],
        .score = result->score[i],
        .excluded_by = result->excluded_by[i],
    };
}

struct gs_criterion_result gs_result_criterion(const struct gs_result *result, size_t criterion)
{
    const struct gs_criterion *c = &result->study->criteria[criterion];
    return (struct gs_criterion_result){c->factor.id, c->factor.title, c->factor.unit, c->weight};
}

struct gs_cell_result gs_result_cell(const struct gs_result *result, size_t place, size_t criterion)
{
    size_t i = result->order[place];
    const double *number = result->criteria[criterion].number;
    return (struct gs_cell_result){
        .measured = number ? number[i] : NAN,
        .value = result->values[criterion][i],
        .part = result->parts[criterion][i],
    };
}

enum gs_status gs_result_summary(struct gs_ctx *ctx, const struct gs_result *result, size_t top,
                                 enum gs_format format, char **out)
{
    return gs_write_summary(ctx, result, top, format, out);
}
