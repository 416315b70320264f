// SPDX-License-Identifier: Apache-2.0
#include "study/run.h"

#include "base/mem.h"
#include "measure/nearby.h"
#include "study/cache.h"

#include <math.h>
#include <string.h>

/* The features of one source made searchable, in either way that its factors want. */
struct loaded {
    struct gs_nearby *planar, *geodesic;
};

/* Ways may have many vertices: those of more sites than this are not kept. */
enum { GS_PATHS_MAX = 1000 };

static enum gs_status get_nearby(struct gs_ctx *ctx, const struct gs_bound *bound,
                                 const struct gs_job *job, struct loaded *loaded,
                                 const struct gs_nearby **out)
{
    const struct gs_measure *measure = job->factor->measure;
    bool geodesic =
        bound->metres_per_unit == 0 || (measure->geodesic && measure->geodesic(job->params));
    struct gs_nearby **nearby = geodesic ? &loaded->geodesic : &loaded->planar;
    enum gs_status status = GS_OK;
    if (!*nearby)
        status = gs_nearby_new(ctx, job->features, bound->crs, geodesic, nearby);
    *out = *nearby;
    return status;
}

/* Kinds of geometry are known for certain only now. */
static enum gs_status check_geometry(struct gs_ctx *ctx, const struct gs_factor *factor,
                                     const struct gs_features *features)
{
    unsigned wanted = factor->measure->geometry;
    size_t n_other = 0, n = features->shapes.n;
    for (size_t i = 0; wanted && i < n; i++)
        n_other += !(gs_shapes_kinds(&features->shapes, i) & wanted);
    const char *names[] = {"points", "lines", "polygons"};
    const char *name = names[wanted & 1u << GS_PART_POINTS ? 0
                             : wanted & 1u << GS_PART_LINE ? 1
                                                           : 2];
    if (n && n_other == n)
        return gs_fail(ctx, GS_ESTUDY, &factor->layer_pos, NULL,
                       "measure `%s` needs %s, but layer `%s` holds none", factor->measure_name,
                       name, factor->layer->id);
    if (n_other)
        gs_warn(ctx, &factor->layer_pos, NULL,
                "`%s`: %zu of %zu features of layer `%s` are not %s and do not count", factor->id,
                n_other, n, factor->layer->id, name);
    return GS_OK;
}

const struct gs_column *gs_factor_column(const struct gs_features *features,
                                         const struct gs_factor *factor)
{
    const char *name = gs_measure_field(factor->measure, factor->measure_params);
    if (!name)
        return NULL;
    const struct gs_column *column = gs_features_column_as(features, name, factor->categorical);
    return column ? column : gs_features_column(features, name);
}

/* Sites with data on only part of their area are told: their numbers rest on that part. */
static void report_shares(struct gs_ctx *ctx, const struct gs_factor *factor,
                          const struct gs_sites *sites, const double *shares)
{
    size_t n_partial = 0, least = 0;
    for (size_t i = 0; i < sites->features.shapes.n; i++) {
        if (!(shares[i] > 0 && shares[i] < 1 - 1e-9))
            continue;
        if (!n_partial++ || shares[i] < shares[least])
            least = i;
    }
    if (n_partial)
        gs_warn(ctx, &factor->measure_pos, NULL,
                "`%s`: %zu site%s data on part of the area only (least: %.3g %% at `%s`)",
                factor->id, n_partial, n_partial == 1 ? " has" : "s have",
                floor(shares[least] * 1000) / 10, sites->ids[least]);
}

enum gs_status gs_factor_job(struct gs_ctx *ctx, const struct gs_bound *bound,
                             const struct gs_bound_factor *bf, const struct gs_sites *sites,
                             struct gs_job *out)
{
    const struct gs_factor *factor = bf->factor;
    const struct gs_source *source = bf->source == SIZE_MAX ? NULL : &bound->sources[bf->source];
    struct gs_job job = {
        .factor = factor,
        .params = factor->measure_params,
        .sites = sites,
        .crs = bound->crs,
        .metres_per_unit = bound->metres_per_unit,
        .layer = factor->layer,
        .raster = source ? source->raster : NULL,
        .limit_m = INFINITY,
    };
    enum gs_status status = GS_OK;
    if (bf->second != SIZE_MAX)
        job.second = bound->sources[bf->second].raster;
    if (factor->measure->flags & GS_MEASURE_GRID)
        job.grid = &bound->grid;
    if (factor->measure->input == GS_INPUT_VECTOR) {
        job.features = source->features;
        job.field = gs_factor_column(job.features, factor);
        status = check_geometry(ctx, factor, job.features);
    } else if (factor->measure->input == GS_INPUT_SITE) {
        job.field = gs_factor_column(&sites->features, factor);
    }
    if (!status)
        *out = job;
    return status;
}

/* A factor while its sites are measured. */
struct measuring {
    const struct gs_factor *factor;
    struct gs_sites sites; /* borrowed, with the land of the factor's own facility */
    struct gs_measured *out;
    double *shares;
    const struct gs_bound_factor *anew; /* in measure_raster(): NULL: it was in the cache */
};

/* `kept` is what a surface left for the factor, or NULL. */
static enum gs_status begin_measuring(struct gs_ctx *ctx, const struct gs_bound *bound,
                                      const struct gs_bound_factor *bf, struct loaded *loaded,
                                      const void *kept, struct measuring *m, struct gs_job *job)
{
    const struct gs_factor *factor = bf->factor;
    struct gs_measured *out = m->out;
    size_t n = bound->sites.features.shapes.n;
    m->factor = factor;
    m->sites = bound->sites;
    m->sites.footprint_radius_m = gs_footprint_radius_m(bf->facility);
    enum gs_status status = gs_factor_job(ctx, bound, bf, &m->sites, job);
    job->prepared = kept;
    if (!status && job->features && !(factor->measure->flags & GS_MEASURE_GRID))
        status = get_nearby(ctx, bound, job, loaded, &job->nearby);
    if (status)
        return status;
    m->shares = GS_ARRAY(ctx, double, n);
    gs_shapes_init(&out->paths);
    if (factor->measure->path && n <= GS_PATHS_MAX)
        job->paths = &out->paths;
    else if (factor->measure->path)
        gs_warn(ctx, &factor->measure_pos, NULL,
                "`%s`: the ways to the sites are kept for at most %d sites, of these %zu none is",
                factor->id, GS_PATHS_MAX, n);
    if (factor->categorical)
        out->text = GS_ARRAY_ZERO(ctx, const char *, n);
    else
        out->number = GS_ARRAY(ctx, double, n);
    return m->shares && (out->text || out->number) ? GS_OK : GS_ENOMEM;
}

static struct gs_readings readings_of(const struct measuring *m)
{
    return (struct gs_readings){m->out->number, m->out->text, m->shares};
}

/* The nodes that sites draw headroom from. */
static enum gs_status find_nodes(struct gs_ctx *ctx, const struct gs_bound *bound,
                                 struct gs_bound_factor *bf, struct loaded *loaded,
                                 struct gs_result *result)
{
    struct gs_job job;
    struct gs_diags before;
    if (bf->found)
        return gs_cache_take_nodes(ctx, bound, bf, &result->arena, &result->nodes);
    gs_ctx_set_aside(ctx, &before);
    enum gs_status status = gs_factor_job(ctx, bound, bf, &bound->sites, &job);
    if (!status)
        status = get_nearby(ctx, bound, &job, loaded, &job.nearby);
    if (!status)
        status = gs_find_nodes(ctx, &bound->study->portfolio, &job, result);
    struct gs_diags warnings = gs_ctx_since(ctx);
    if (!status && bound->cache)
        status = gs_cache_keep_nodes(ctx, bound, bf, &result->nodes, &warnings);
    gs_ctx_bring_back(ctx, &before);
    return status;
}

/* Texts measured from a layer must outlive it. */
static enum gs_status keep_texts(struct gs_ctx *ctx, struct gs_result *result, size_t n,
                                 struct gs_measured *measured)
{
    for (size_t i = 0; measured->text && i < n; i++) {
        if (!measured->text[i])
            continue;
        measured->text[i] = gs_arena_text(ctx, &result->arena, measured->text[i]);
        if (!measured->text[i])
            return GS_ENOMEM;
    }
    return GS_OK;
}

/* Measuring takes from 5 % to 95 % of a run, each factor the same. */
static void begin_factors(struct gs_ctx *ctx, const struct gs_bound *bound, size_t n_done, size_t n,
                          const char *stage)
{
    double span = 0.9 / (double)bound->n_all, from = 0.05 + span * (double)n_done;
    gs_progress_stage(ctx, from, from + span * (double)n, stage);
}

static struct gs_measured *place_of(const struct gs_bound *bound, struct gs_result *result,
                                    size_t factor)
{
    size_t n_constraints = bound->study->n_constraints;
    return factor < n_constraints      ? &result->constraints[factor]
           : factor < bound->n_factors ? &result->criteria[factor - n_constraints]
                                       : &result->extra[factor - bound->n_factors];
}

/* May the factor's numbers be in the cache? */
static bool is_cached(const struct gs_bound *bound, size_t factor)
{
    return bound->cache && !bound->factors[factor].kept_told;
}

static enum gs_status measure_anew(struct gs_ctx *ctx, struct gs_bound *bound, size_t factor,
                                   struct loaded *loaded, const void *kept, struct measuring *m)
{
    const struct gs_bound_factor *bf = &bound->factors[factor];
    struct gs_job job;
    struct gs_diags before;
    gs_ctx_set_aside(ctx, &before);
    enum gs_status status = begin_measuring(ctx, bound, bf, loaded, kept, m, &job);
    struct gs_readings readings = readings_of(m);
    if (!status)
        status = gs_measure_together(ctx, &job, &readings, 1);
    struct gs_diags warnings = gs_ctx_since(ctx);
    if (!status && bf->source != SIZE_MAX && is_cached(bound, factor))
        status = gs_cache_keep_measure(ctx, bound, bf, m->out, m->shares, &warnings);
    gs_ctx_bring_back(ctx, &before);
    return status;
}

/* One factor; `kept` is what a surface left for it, or NULL. */
static enum gs_status measure_one(struct gs_ctx *ctx, struct gs_bound *bound, size_t factor,
                                  struct loaded *loaded, const void *kept, struct gs_result *result,
                                  size_t *n_done)
{
    struct gs_bound_factor *bf = &bound->factors[factor];
    struct measuring m = {0};
    begin_factors(ctx, bound, (*n_done)++, 1, bf->factor->title);
    if (factor == bound->headroom)
        return find_nodes(ctx, bound, bf, loaded, result);
    m.out = place_of(bound, result, factor);
    enum gs_status status = bf->found ? gs_cache_take_measure(ctx, bf, m.out, &m.shares)
                                      : measure_anew(ctx, bound, factor, loaded, kept, &m);
    if (!status)
        report_shares(ctx, bf->factor, &bound->sites, m.shares);
    gs_free(m.shares);
    return status ? status : keep_texts(ctx, result, bound->sites.features.shapes.n, m.out);
}

/* All factors of one raster in one visit of the sites, so that its blocks are decoded once. */
static enum gs_status measure_raster(struct gs_ctx *ctx, struct gs_bound *bound, size_t at,
                                     struct gs_result *result, size_t *n_done)
{
    size_t n = 0, n_jobs = 0;
    const struct gs_diags none = {0}; /* beginning to measure a raster warns of nothing */
    struct measuring *all = GS_ARRAY_ZERO(ctx, struct measuring, bound->n_all);
    struct gs_job *jobs = GS_ARRAY(ctx, struct gs_job, bound->n_all);
    struct gs_readings *readings = GS_ARRAY(ctx, struct gs_readings, bound->n_all);
    enum gs_status status = all && jobs && readings ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < bound->n_all && !status; i++) {
        struct gs_bound_factor *bf = &bound->factors[i];
        if (bf->source != at)
            continue;
        all[n] = (struct measuring){.factor = bf->factor, .out = place_of(bound, result, i)};
        if (bound->cache)
            status = gs_cache_find_measure(ctx, bound, bf);
        if (!status && bf->found) {
            status = gs_cache_take_measure(ctx, bf, all[n].out, &all[n].shares);
        } else if (!status) {
            status = begin_measuring(ctx, bound, bf, NULL, NULL, &all[n], &jobs[n_jobs]);
            readings[n_jobs] = readings_of(&all[n]);
            all[n].anew = bf;
            n_jobs++;
        }
        n++;
    }
    begin_factors(ctx, bound, *n_done, n, bound->sources[at].layer->title);
    if (!status && n_jobs)
        status = gs_measure_together(ctx, jobs, readings, n_jobs);
    for (size_t i = 0; i < n && !status; i++) {
        if (all[i].anew && bound->cache)
            status =
                gs_cache_keep_measure(ctx, bound, all[i].anew, all[i].out, all[i].shares, &none);
        report_shares(ctx, all[i].factor, &bound->sites, all[i].shares);
        if (!status)
            status = keep_texts(ctx, result, bound->sites.features.shapes.n, all[i].out);
    }
    for (size_t i = 0; all && i < n; i++)
        gs_free(all[i].shares);
    gs_free(all);
    gs_free(jobs);
    gs_free(readings);
    *n_done += n;
    return status;
}

/* Factors that a surface left something for, so that it is held for no longer than it must. The
 * features of their sources are still there. */
static enum gs_status measure_by_kept(struct gs_ctx *ctx, struct gs_bound *bound,
                                      struct gs_result *result, size_t *n_done)
{
    struct loaded none = {0};
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < bound->n_factors && !status; i++) {
        struct gs_bound_factor *first = &bound->factors[i];
        size_t same = 0;
        while (same < i && !gs_measure_the_same(&bound->factors[same], first))
            same++;
        if (!first->keeps || same < i)
            continue;
        for (size_t k = i; k < bound->n_factors && !status; k++) {
            if (!gs_measure_the_same(&bound->factors[k], first))
                continue;
            if (is_cached(bound, k))
                status = gs_cache_find_measure(ctx, bound, &bound->factors[k]);
            if (!status)
                status = measure_one(ctx, bound, k, &none, first->kept, result, n_done);
        }
        gs_bound_factor_drop(first);
    }
    return status;
}

/* What the cache has of the factors of a source; *all: everything. */
static enum gs_status find_measures(struct gs_ctx *ctx, struct gs_bound *bound, size_t at,
                                    bool *all)
{
    enum gs_status status = GS_OK;
    *all = true;
    for (size_t i = 0; i < bound->n_all && !status; i++) {
        struct gs_bound_factor *bf = &bound->factors[i];
        if (bf->source != at || bf->keeps)
            continue;
        if (is_cached(bound, i))
            status = gs_cache_find_measure(ctx, bound, bf);
        *all &= bf->found != NULL;
    }
    return status;
}

/* The features of a source, unless the cache has all that is measured by them. */
static enum gs_status load_or_find(struct gs_ctx *ctx, struct gs_bound *bound, size_t at)
{
    struct gs_source *source = &bound->sources[at];
    bool known = false, all = false;
    enum gs_status status = GS_OK;
    if (bound->cache && !source->features)
        status = gs_cache_find_reading(ctx, bound, source, &known);
    if (!status && known)
        status = find_measures(ctx, bound, at, &all);
    if (status || all)
        return status;
    status = gs_bound_load(ctx, bound, source);
    return status || !bound->cache ? status : find_measures(ctx, bound, at, &all);
}

/* All other factors of one source (SIZE_MAX: those without one). */
static enum gs_status measure_source(struct gs_ctx *ctx, struct gs_bound *bound, size_t at,
                                     struct gs_result *result, size_t *n_done)
{
    struct loaded loaded = {0};
    enum gs_status status = GS_OK;
    struct gs_source *source = at == SIZE_MAX ? NULL : &bound->sources[at];
    if (source && source->is_raster)
        return measure_raster(ctx, bound, at, result, n_done);
    if (source)
        begin_factors(ctx, bound, *n_done, 1, source->layer->title);
    if (source)
        status = load_or_find(ctx, bound, at);
    for (size_t i = 0; i < bound->n_all && !status; i++)
        if (bound->factors[i].source == at && !bound->factors[i].keeps)
            status = measure_one(ctx, bound, i, &loaded, NULL, result, n_done);
    gs_nearby_free(loaded.planar);
    gs_nearby_free(loaded.geodesic);
    if (source)
        gs_bound_unload(source);
    return status;
}

enum gs_status gs_measure_study(struct gs_ctx *ctx, struct gs_bound *bound,
                                struct gs_result *result)
{
    size_t n_done = 0;
    enum gs_status status = measure_by_kept(ctx, bound, result, &n_done);
    for (size_t i = 0; i < bound->n_sources && !status; i++)
        status = measure_source(ctx, bound, i, result, &n_done);
    return status ? status : measure_source(ctx, bound, SIZE_MAX, result, &n_done);
}
