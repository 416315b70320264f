// SPDX-License-Identifier: Apache-2.0
/* A raster, some sites and a measure, put together as a run does it. */
#ifndef GS_TESTS_MEASURE_RASTER_JOB_H
#define GS_TESTS_MEASURE_RASTER_JOB_H

#include "unit/geo/rasters.h"

#include "base/mem.h"
#include "geo/polygon.h"
#include "measure/measure.h"
#include "measure/scratch.h"
#include "measure/zone.h"

struct raster_job {
    struct gs_ctx *ctx;
    struct gs_layer layer;
    struct gs_factor factor;
    struct gs_sites sites;
    const char *ids[64];
    struct gs_crs *crs;
    struct gs_raster *raster;
    struct gs_arena arena;
    struct gs_job job;
    struct gs_worker worker;
    struct gs_scratch scratch;
};

/* The raster `path`, sites in `crs`; add sites, then measure. */
static inline void job_open(struct raster_job *j, const char *path, const char *crs,
                            unsigned threads)
{
    *j = (struct raster_job){.ctx = test_ctx_threads(threads)};
    gs_arena_init(&j->arena);
    gs_sites_init(&j->sites);
    gs_scratch_init(&j->scratch);
    j->layer = (struct gs_layer){.id = "raster", .title = "raster", .source = path, .band = 1};
    assert_ok(j->ctx, gs_raster_open(j->ctx, &j->layer, &j->raster));
    assert_ok(j->ctx, gs_crs_new(j->ctx, crs, NULL, "study", &j->crs));
    for (int i = 0; i < 64; i++)
        j->ids[i] = "s";
    j->sites.ids = j->ids;
    j->job = (struct gs_job){
        .factor = &j->factor,
        .sites = &j->sites,
        .crs = j->crs,
        .metres_per_unit = gs_crs_metres_per_unit(j->crs),
        .layer = &j->layer,
        .raster = j->raster,
    };
    j->factor.layer = &j->layer;
    j->worker = (struct gs_worker){.raster = j->raster, .scratch = &j->scratch};
    assert_ok(j->ctx, gs_polygons_new(j->ctx, &j->worker.polygons));
    assert_ok(j->ctx, gs_transform_new(j->ctx, j->crs, gs_raster_info(j->raster)->crs,
                                       &j->worker.transform));
}

static inline void job_close(struct raster_job *j)
{
    j->sites.ids = NULL;
    gs_sites_release(&j->sites);
    gs_scratch_release(&j->scratch);
    gs_polygons_free(j->worker.polygons);
    gs_transform_free(j->worker.transform);
    gs_raster_close(j->raster);
    gs_crs_free(j->crs);
    gs_arena_release(&j->arena);
    gs_ctx_free(j->ctx);
}

/* One more part of the last site; with `fresh`, of a new one. */
static inline void job_part(struct raster_job *j, bool fresh, enum gs_part_kind kind, size_t n,
                            const double (*from)[2])
{
    double(*xy)[2];
    if (fresh)
        assert_ok(j->ctx, gs_shapes_begin(j->ctx, &j->sites.features.shapes));
    assert_ok(j->ctx, gs_shapes_add_part(j->ctx, &j->sites.features.shapes, kind, n, &xy));
    memcpy(xy, from, n * sizeof *xy);
}

static inline void job_point(struct raster_job *j, double x, double y)
{
    job_part(j, true, GS_PART_POINTS, 1, (const double[][2]){{x, y}});
}

/* Counterclockwise. */
static inline void job_box(struct raster_job *j, double x1, double y1, double x2, double y2)
{
    job_part(j, true, GS_PART_RING, 5,
             (const double[][2]){{x1, y1}, {x2, y1}, {x2, y2}, {x1, y2}, {x1, y1}});
}

/* Chooses the measure and gives its parameters at their defaults, for the test to change. */
static inline void *job_measure(struct raster_job *j, const struct gs_measure *measure)
{
    void *params =
        gs_arena_alloc(j->ctx, &j->arena, 1, measure->params_size ? measure->params_size : 1);
    assert_non_null(params);
    assert_ok(j->ctx,
              gs_param_defaults(j->ctx, &j->arena, measure->params, measure->n_params, params));
    j->factor.measure = measure;
    j->job.params = params;
    return params;
}

/* Sets a parameter as a study writes it. */
static inline void job_set(struct raster_job *j, const char *key, const char *text)
{
    for (size_t i = 0; i < j->factor.measure->n_params; i++)
        if (strcmp(j->factor.measure->params[i].key, key) == 0) {
            assert_ok(j->ctx, gs_param_parse(j->ctx, &j->arena, &j->factor.measure->params[i], "",
                                             text, NULL, (void *)j->job.params));
            return;
        }
    fail_msg("no parameter %s", key);
}

static inline void job_run(struct raster_job *j, double *numbers, double *shares)
{
    assert_ok(j->ctx, gs_measure_sites(j->ctx, &j->job, numbers, NULL, shares));
}

/* The only site's number. */
static inline double job_number(struct raster_job *j, const struct gs_measure *measure,
                                const char *key, const char *text)
{
    double number, share;
    job_measure(j, measure);
    if (key)
        job_set(j, key, text);
    job_run(j, &number, &share);
    return number;
}

#define MEASURE(NAME) extern const struct gs_measure gs_measure_##NAME
MEASURE(mean);
MEASURE(min);
MEASURE(max);
MEASURE(sum);
MEASURE(stdev);
MEASURE(quantile);
MEASURE(value);
MEASURE(share);
MEASURE(slope);
#undef MEASURE

#endif
