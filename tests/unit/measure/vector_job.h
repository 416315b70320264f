// SPDX-License-Identifier: Apache-2.0
/* A job of one vector measure on geometries written in the test. */
#ifndef GS_TESTS_VECTOR_JOB_H
#define GS_TESTS_VECTOR_JOB_H

#include "support/support.h"

#include "base/mem.h"
#include "geo/polygon.h"
#include "measure/measure.h"
#include "measure/nearby.h"
#include "measure/scratch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline double unit(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return (double)((x ^ x >> 31) >> 11) * 0x1p-53;
}

/* Appends one shape: parts are separated by `;` and begin with P (points), L (line) or R (ring),
 * each followed by "x y, x y, …". "" is the empty shape. */
static inline void add_shape(struct gs_ctx *ctx, struct gs_shapes *shapes, const char *text)
{
    assert_ok(ctx, gs_shapes_begin(ctx, shapes));
    while (*text) {
        enum gs_part_kind kind = *text == 'P'   ? GS_PART_POINTS
                                 : *text == 'L' ? GS_PART_LINE
                                                : GS_PART_RING;
        double vertices[128][2];
        size_t n = 0;
        char *end = (char *)(text + 1);
        do {
            vertices[n][0] = strtod(end, &end);
            vertices[n++][1] = strtod(end, &end);
        } while (*end++ == ',');
        double(*xy)[2];
        assert_ok(ctx, gs_shapes_add_part(ctx, shapes, kind, n, &xy));
        memcpy(xy, vertices, n * sizeof *xy);
        text = end[-1] ? end : end - 1;
        while (*text == ' ')
            text++;
    }
}

static inline void add_shapes(struct gs_ctx *ctx, struct gs_shapes *shapes,
                              const char *const *texts)
{
    for (; *texts; texts++)
        add_shape(ctx, shapes, *texts);
}

/* The features' only column, named f. */
static inline void add_numbers(struct gs_ctx *ctx, struct gs_features *features,
                               const double *numbers)
{
    features->columns = GS_ARRAY_ZERO(ctx, struct gs_column, 1);
    features->n_columns = 1;
    features->columns[0] = (struct gs_column){.name = "f", .unit = ""};
    features->columns[0].number = GS_ARRAY(ctx, double, features->shapes.n);
    memcpy(features->columns[0].number, numbers, features->shapes.n * sizeof *numbers);
}

static inline void add_texts(struct gs_ctx *ctx, struct gs_features *features,
                             const char *const *texts)
{
    features->columns = GS_ARRAY_ZERO(ctx, struct gs_column, 1);
    features->n_columns = 1;
    features->columns[0] = (struct gs_column){.name = "f", .unit = ""};
    features->columns[0].text = GS_ARRAY(ctx, const char *, features->shapes.n);
    memcpy(features->columns[0].text, texts, features->shapes.n * sizeof *texts);
}

#define GS_MEASURE(name, file) extern const struct gs_measure gs_measure_##name;
#include "measure/measure.def"
#undef GS_MEASURE

struct vector_job {
    struct gs_ctx *ctx;
    struct gs_arena arena;
    struct gs_features features;
    struct gs_sites sites;
    struct gs_crs *crs;
    struct gs_nearby *nearby;
    struct gs_scratch scratch;
    struct gs_polygons *polygons;
};

static inline void job_init(struct vector_job *job, const char *crs)
{
    *job = (struct vector_job){.ctx = test_ctx()};
    gs_arena_init(&job->arena);
    gs_features_init(&job->features);
    gs_sites_init(&job->sites);
    gs_scratch_init(&job->scratch);
    assert_ok(job->ctx, gs_crs_new(job->ctx, crs, NULL, "the test", &job->crs));
    assert_ok(job->ctx, gs_polygons_new(job->ctx, &job->polygons));
}

static inline void job_release(struct vector_job *job)
{
    gs_nearby_free(job->nearby);
    gs_polygons_free(job->polygons);
    gs_crs_free(job->crs);
    gs_scratch_release(&job->scratch);
    gs_sites_release(&job->sites);
    gs_features_release(&job->features);
    gs_arena_release(&job->arena);
    gs_ctx_free(job->ctx);
}

/* Makes `nearby` anew, after the features are complete. */
static inline void job_index(struct vector_job *job, bool geodesic)
{
    gs_nearby_free(job->nearby);
    job->nearby = NULL;
    assert_ok(job->ctx, gs_nearby_new(job->ctx, &job->features, job->crs, geodesic, &job->nearby));
}

/* The measure's parameters from "key: value, key: value", the others at their defaults. */
static inline void *job_params(struct vector_job *job, const struct gs_measure *measure,
                               const char *text)
{
    char copy[200], *rest = copy, *pair;
    void *params = gs_arena_alloc(job->ctx, &job->arena, 1, measure->params_size);
    assert_ok(job->ctx,
              gs_param_defaults(job->ctx, &job->arena, measure->params, measure->n_params, params));
    snprintf(copy, sizeof copy, "%s", text);
    while ((pair = strtok_r(rest, ",", &rest))) {
        char key[40], value[80];
        const struct gs_param *param = NULL;
        assert_int_equal(sscanf(pair, " %39[^:]: %79[^,]", key, value), 2);
        for (size_t i = 0; i < measure->n_params; i++)
            if (strcmp(measure->params[i].key, key) == 0)
                param = &measure->params[i];
        assert_non_null(param);
        assert_ok(job->ctx,
                  gs_param_parse(job->ctx, &job->arena, param, NULL, value, NULL, params));
    }
    return params;
}

static inline enum gs_status job_try(struct vector_job *job, const struct gs_measure *measure,
                                     const char *params, size_t site, struct gs_reading *reading)
{
    struct gs_factor factor = {.id = "it", .measure = measure, .measure_name = measure->name};
    bool of_site = measure->input == GS_INPUT_SITE;
    if (!job->nearby && !of_site)
        job_index(job, false);
    struct gs_job j = {
        .factor = &factor,
        .params = job_params(job, measure, params),
        .sites = &job->sites,
        .crs = job->crs,
        .metres_per_unit = gs_crs_metres_per_unit(job->crs),
        .features = &job->features,
        .nearby = job->nearby,
    };
    struct gs_worker worker = {.polygons = job->polygons, .scratch = &job->scratch};
    if (strstr(params, "field"))
        j.field = gs_features_column(of_site ? &job->sites.features : &job->features, "f");
    void *prepared = NULL;
    if (measure->prepare)
        assert_ok(job->ctx, measure->prepare(job->ctx, &j, &prepared));
    j.prepared = prepared;
    enum gs_status status = measure->measure(job->ctx, &j, &worker, site, reading);
    if (prepared)
        measure->discard(prepared);
    return status;
}

static inline double job_number(struct vector_job *job, const struct gs_measure *measure,
                                const char *params, size_t site)
{
    struct gs_reading reading = {.valid_share = -1};
    assert_ok(job->ctx, job_try(job, measure, params, site, &reading));
    assert_near(reading.valid_share, 1, 0);
    return reading.number;
}

static inline const char *job_text(struct vector_job *job, const struct gs_measure *measure,
                                   const char *params, size_t site)
{
    struct gs_reading reading = {.valid_share = -1};
    assert_ok(job->ctx, job_try(job, measure, params, site, &reading));
    return reading.text;
}

/* What measure->check says of the parameters; NULL for no `part`: nothing wrong. */
static inline void job_check(struct vector_job *job, const struct gs_measure *measure,
                             const char *params, const char *part)
{
    struct gs_factor factor = {.id = "it", .measure = measure, .measure_name = measure->name};
    void *p = job_params(job, measure, params);
    assert_status(job->ctx, measure->check(job->ctx, &factor, p), part ? GS_ESTUDY : GS_OK);
    if (part)
        assert_diagnostic(job->ctx, part);
}

#endif
