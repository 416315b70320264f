// SPDX-License-Identifier: Apache-2.0
/* Vector measures on a surface, against the same measures at point sites on the cells' centres. */
#ifndef GS_TESTS_SURFACE_JOB_H
#define GS_TESTS_SURFACE_JOB_H

#include "unit/measure/vector_job.h"

#include "flow/bands.h"
#include "flow/rows.h"

/* A random layer: points, several points, lines, polygons with and without holes, mixed ones. On
 * the lattice (multiples of 50 m) many distances are exactly a round radius, and many boundaries
 * pass through centres. */
struct random_layer {
    size_t n;
    uint64_t seed;
    bool lattice;
    unsigned kinds; /* bits 1 << enum gs_part_kind; 0: all */
    double extent;  /* from -extent / 4 to extent in both directions */
    double size;
    size_t detail; /* rings have so many times more vertices */
};

static inline double random_at(const struct random_layer *layer, uint64_t k, double from, double to)
{
    double x = from + (to - from) * unit(layer->seed * 1000003 + k);
    return layer->lattice ? round(x / 50) * 50 : x;
}

static inline void add_random_ring(struct gs_ctx *ctx, struct gs_shapes *shapes, const double at[2],
                                   double size, size_t n, bool hole, uint64_t k,
                                   const struct random_layer *layer)
{
    double(*xy)[2];
    assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_RING, n + 1, &xy));
    for (size_t i = 0; i < n; i++) { /* star-shaped, so it is valid */
        double angle = (hole ? -1 : 1) * 6.283185307179586 * (double)i / (double)n;
        double radius = size * (0.6 + 0.4 * unit(k * 77 + i));
        for (int d = 0; d < 2; d++) {
            double x = at[d] + radius * (d ? sin(angle) : cos(angle));
            xy[i][d] = layer->lattice ? round(x / 50) * 50 : x;
        }
    }
    memcpy(xy[n], xy[0], sizeof *xy);
}

static inline void add_random_shape(struct gs_ctx *ctx, struct gs_shapes *shapes, size_t i,
                                    const struct random_layer *layer)
{
    double(*xy)[2], at[2];
    uint64_t k = i * 1000;
    unsigned kind = (unsigned)(unit(layer->seed + k) * 4);
    unsigned kinds = layer->kinds ? layer->kinds : 7;
    for (int d = 0; d < 2; d++)
        at[d] = random_at(layer, k + 1 + (uint64_t)d, -layer->extent / 4, layer->extent);
    assert_ok(ctx, gs_shapes_begin(ctx, shapes));
    if ((kinds & 1u << GS_PART_POINTS) && (kind == 0 || kinds == 1)) {
        size_t n = i % 5 == 0 ? 3 : 1;
        assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_POINTS, n, &xy));
        for (size_t v = 0; v < n; v++)
            for (int d = 0; d < 2; d++)
                xy[v][d] =
                    v ? random_at(layer, k + 9 + 2 * v + (uint64_t)d, at[d] - 500, at[d] + 500)
                      : at[d];
        kind = i % 7 == 0 ? 1 : 0;
    }
    if ((kinds & 1u << GS_PART_LINE) && (kind == 1 || kinds == 1u << GS_PART_LINE)) {
        size_t n = 2 + i % 40;
        assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_LINE, n, &xy));
        for (size_t v = 0; v < n; v++)
            for (int d = 0; d < 2; d++)
                xy[v][d] =
                    v ? random_at(layer, k + 30 + 2 * v + (uint64_t)d,
                                  xy[v - 1][d] - layer->size / 3, xy[v - 1][d] + layer->size / 3)
                      : at[d];
        kind = i % 6 == 0 ? 2 : 1;
    }
    if ((kinds & 1u << GS_PART_RING) && (kind >= 2 || kinds == 1u << GS_PART_RING)) {
        double size = layer->size * (0.3 + unit(k + 5));
        add_random_ring(ctx, shapes, at, size, (4 + i % 60) * (1 + layer->detail), false, k + 6,
                        layer);
        if (i % 2)
            add_random_ring(ctx, shapes, at, size / 3, 4 + i % 9, true, k + 7, layer);
    }
}

/* The column f: numbers with some missing, few different ones; or texts. */
static inline void add_random_layer(struct vector_job *job, const struct random_layer *layer,
                                    bool texts)
{
    static const char *const names[] = {"beta", "alpha", NULL, "gamma", "ab", "alpha "};
    for (size_t i = 0; i < layer->n; i++)
        add_random_shape(job->ctx, &job->features.shapes, i, layer);
    double *numbers = GS_ARRAY(job->ctx, double, layer->n);
    const char **words = GS_ARRAY(job->ctx, const char *, layer->n);
    for (size_t i = 0; i < layer->n; i++) {
        double x = unit(layer->seed * 31 + i);
        numbers[i] = x < 0.15 ? NAN : x < 0.5 ? round(x * 10) : x * 1000 - 700;
        words[i] = names[(size_t)(x * 6)];
    }
    if (texts)
        add_texts(job->ctx, &job->features, words);
    else
        add_numbers(job->ctx, &job->features, numbers);
    gs_free(numbers);
    gs_free(words);
}

struct surface {
    struct vector_job *job;
    const struct gs_measure *measure;
    struct gs_grid grid;
    struct gs_factor factor;
    struct gs_job j;
};

static inline void surface_init(struct surface *s, struct vector_job *job,
                                const struct gs_measure *measure, const char *params,
                                struct gs_grid grid)
{
    *s = (struct surface){.job = job, .measure = measure, .grid = grid};
    s->factor = (struct gs_factor){.id = "it", .measure = measure, .measure_name = measure->name};
    s->j = (struct gs_job){
        .factor = &s->factor,
        .params = job_params(job, measure, params),
        .sites = &job->sites,
        .crs = job->crs,
        .metres_per_unit = gs_crs_metres_per_unit(job->crs),
        .features = &job->features,
        .grid = &s->grid,
        .limit_m = INFINITY,
    };
    if (strstr(params, "field")) {
        s->j.field = gs_features_column(&job->features, "f");
        s->factor.categorical = s->j.field->text && !(measure->flags & GS_MEASURE_ANY_FIELD);
    }
}

struct band_sink {
    float *out;
    size_t n_cols;
};

static inline enum gs_status sink_row(struct gs_ctx *ctx, void *user, void *worker, size_t row,
                                      size_t at, const float *const *measured)
{
    (void)ctx, (void)worker, (void)at;
    struct band_sink *sink = user;
    memcpy(sink->out + row * sink->n_cols, measured[0], sink->n_cols * sizeof(float));
    return GS_OK;
}

static inline enum gs_status surface_try(struct gs_ctx *ctx, struct surface *s, size_t band_rows,
                                         float *out)
{
    struct gs_rows *rows;
    enum gs_status status = s->measure->surface(ctx, &s->j, &rows);
    if (status)
        return status;
    struct band_sink sink = {out, s->grid.n_cols};
    struct gs_bands bands = {.grid = &s->grid,
                             .sources = &rows,
                             .n_sources = 1,
                             .band_rows = band_rows,
                             .row = sink_row,
                             .user = &sink,
                             .progress_to = 1,
                             .stage = "test"};
    status = gs_bands_run(ctx, &bands);
    gs_rows_free(rows);
    return status;
}

/* What the measure says at sites on all centres; texts become their index in byte order. */
static inline double *at_sites(struct surface *s, const char ***texts)
{
    struct gs_sites sites;
    gs_sites_init(&sites);
    sites.footprint_radius_m = s->job->sites.footprint_radius_m;
    size_t n = s->grid.n_cols * s->grid.n_rows;
    for (size_t i = 0; i < n; i++) {
        double(*xy)[2];
        assert_ok(s->job->ctx, gs_shapes_begin(s->job->ctx, &sites.features.shapes));
        assert_ok(s->job->ctx,
                  gs_shapes_add_part(s->job->ctx, &sites.features.shapes, GS_PART_POINTS, 1, &xy));
        xy[0][0] = gs_grid_x(&s->grid, (double)(i % s->grid.n_cols));
        xy[0][1] = gs_grid_y(&s->grid, (double)(i / s->grid.n_cols));
    }
    struct gs_job j = s->j;
    j.sites = &sites;
    job_index(s->job, false);
    j.nearby = s->job->nearby;
    void *prepared = NULL;
    if (s->measure->prepare)
        assert_ok(s->job->ctx, s->measure->prepare(s->job->ctx, &j, &prepared));
    j.prepared = prepared;
    double *numbers = malloc(n * sizeof *numbers), *shares = malloc(n * sizeof *shares);
    *texts = s->factor.categorical ? malloc(n * sizeof **texts) : NULL;
    assert_ok(s->job->ctx,
              gs_measure_sites(s->job->ctx, &j, *texts ? NULL : numbers, *texts, shares));
    if (prepared)
        s->measure->discard(prepared);
    gs_sites_release(&sites);
    free(shares);
    return numbers;
}

static inline bool same_text(const struct gs_rows *rows, float index, const char *text)
{
    if (!text || isnan(index))
        return !text && isnan(index);
    return (size_t)index < rows->n_texts && strcmp(rows->texts[(size_t)index], text) == 0;
}

/* Every cell as at the site on its centre, within `tolerance` (relative to 1 or more; 0: the very
 * float), and the same bytes whatever the threads and bands. Gives how many cells had a number
 * other than 0. */
static inline size_t assert_surface(struct surface *s, double tolerance)
{
    size_t n = s->grid.n_cols * s->grid.n_rows, n_off = 0, n_lively = 0;
    float *out = malloc(n * sizeof *out), *again = malloc(n * sizeof *again);
    const char **texts;
    double *expected = at_sites(s, &texts);
    assert_ok(s->job->ctx, surface_try(s->job->ctx, s, s->grid.n_rows, out));
    struct gs_rows *rows;
    assert_ok(s->job->ctx, s->measure->surface(s->job->ctx, &s->j, &rows));
    assert_true((rows->texts != NULL) == (texts != NULL));
    for (size_t i = 0; i < n; i++) {
        float e = texts ? 0 : (float)expected[i];
        double allowed = tolerance * fmax(1, fabs((double)e));
        bool same = texts ? same_text(rows, out[i], texts[i])
                          : (isnan(e) && isnan(out[i])) || fabs((double)(out[i] - e)) <= allowed;
        if (!same && n_off++ < 5)
            print_message("cell %zu %zu: %.9g, not %.9g\n", i % s->grid.n_cols, i / s->grid.n_cols,
                          (double)out[i], (double)e);
        n_lively += out[i] > 0 || out[i] < 0;
    }
    gs_rows_free(rows);
    assert_int_equal(n_off, 0);
    const unsigned threads[] = {1, 2, 7};
    const size_t bands[] = {1, 7, 16};
    for (int i = 0; i < 3; i++) {
        struct gs_ctx *ctx = test_ctx_threads(threads[i]);
        assert_ok(ctx, surface_try(ctx, s, bands[i], again));
        assert_memory_equal(out, again, n * sizeof *out);
        gs_ctx_free(ctx);
    }
    free(out);
    free(again);
    free(expected);
    free(texts);
    return n_lively;
}

/* Every allocation in turn fails: a status that says so, and no leak. */
static inline void assert_failing_memory(struct surface *s)
{
    float *out = malloc(s->grid.n_cols * s->grid.n_rows * sizeof *out);
    for (long k = 0;; k++) {
        struct gs_ctx *ctx = test_ctx();
        gs_mem_fail_after(k, false);
        enum gs_status status = surface_try(ctx, s, 16, out);
        gs_mem_fail_after(-1, false);
        gs_ctx_free(ctx);
        if (status == GS_OK) {
            assert_true(k > 3);
            break;
        }
        assert_int_equal(status, GS_ENOMEM);
        assert_true(k < 10000);
    }
    free(out);
}

#endif
