// SPDX-License-Identifier: Apache-2.0
#include "measure/measure.h"

#include "base/mem.h"
#include "base/thread.h"
#include "geo/polygon.h"
#include "measure/scratch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Chunks of sites: many enough to share out evenly. Over a raster they are as few as that allows,
 * as threads read blocks for themselves, and those along the borders of a chunk are read twice. How
 * sites are shared out changes no result. */
enum { CHUNKS = 64, RASTER_CHUNKS_PER_THREAD = 6 };

static size_t chunk_size(const struct gs_ctx *ctx, const struct gs_job *job, size_t n)
{
    size_t chunks = job->raster ? (size_t)RASTER_CHUNKS_PER_THREAD * ctx->n_threads : CHUNKS;
    return n / (chunks < CHUNKS ? chunks : CHUNKS) + 1;
}

/* A site and where it comes in the order of visits. */
struct turn {
    uint64_t key;
    size_t site;
};

struct run {
    struct gs_job *jobs; /* of one input and, where they have one, one raster */
    const struct gs_readings *readings;
    size_t n_jobs;
    void **made; /* per job, what it was prepared with; NULL: nothing of our own */
    struct turn *turns;
};

/* -- workers ----------------------------------------------------------------------------------- */

static void free_worker(struct gs_worker *worker)
{
    if (!worker)
        return;
    gs_raster_close(worker->raster);
    gs_transform_free(worker->transform);
    gs_polygons_free(worker->polygons);
    if (worker->scratch)
        gs_scratch_release(worker->scratch);
    gs_free(worker->scratch);
    gs_free(worker);
}

static enum gs_status fill_worker(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_worker *worker)
{
    worker->scratch = GS_NEW(ctx, struct gs_scratch);
    if (!worker->scratch)
        return GS_ENOMEM;
    gs_scratch_init(worker->scratch);
    enum gs_status status = gs_polygons_new(ctx, &worker->polygons);
    if (status || !job->raster)
        return status;
    status = gs_raster_clone(ctx, job->raster, &worker->raster);
    if (!status)
        status = gs_transform_new(ctx, job->crs, gs_raster_info(worker->raster)->crs,
                                  &worker->transform);
    return status;
}

static enum gs_status start_worker(struct gs_ctx *ctx, void *user, void **out)
{
    struct run *run = user;
    struct gs_worker *worker = GS_NEW(ctx, struct gs_worker);
    if (!worker)
        return GS_ENOMEM;
    enum gs_status status = fill_worker(ctx, run->jobs, worker);
    if (status) {
        free_worker(worker);
        return status;
    }
    *out = worker;
    return GS_OK;
}

static void stop_worker(void *user, void *worker)
{
    (void)user;
    free_worker(worker);
}

/* -- order ---------------------------------------------------------------------------------------
 */

/* Every second bit of the result is one of x (below 2^32). */
static uint64_t spread_bits(uint64_t x)
{
    x = (x | x << 16) & 0x0000FFFF0000FFFFu;
    x = (x | x << 8) & 0x00FF00FF00FF00FFu;
    x = (x | x << 4) & 0x0F0F0F0F0F0F0F0Fu;
    x = (x | x << 2) & 0x3333333333333333u;
    return (x | x << 1) & 0x5555555555555555u;
}

/* The block that holds a cell coordinate, bounded to the raster. */
static uint64_t block_of(double cell, size_t n_cells, size_t block)
{
    double last = (double)((n_cells - 1) / block), at = floor(cell / (double)block);
    return (uint64_t)(at >= 0 ? (at < last ? at : last) : 0);
}

/* Sites come in the order of the raster's blocks along a Z-curve: neighbours in turn need the same
 * blocks, which GDAL then still holds, and a chunk of sites covers a compact part of the raster. */
static enum gs_status order_by_block(struct gs_ctx *ctx, const struct gs_job *job,
                                     struct turn *turns, size_t n)
{
    const struct gs_raster_info *info = gs_raster_info(job->raster);
    double(*middle)[2] = gs_alloc(ctx, n, sizeof *middle);
    if (!middle)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        double bounds[4];
        gs_shapes_bounds(&job->sites->features.shapes, turns[i].site, bounds);
        middle[i][0] = (bounds[0] + bounds[2]) / 2;
        middle[i][1] = (bounds[1] + bounds[3]) / 2;
    }
    struct gs_transform *transform = NULL;
    enum gs_status status = gs_transform_new(ctx, job->crs, info->crs, &transform);
    if (!status)
        gs_transform_points(transform, middle, n);
    gs_transform_free(transform);
    const double *t = info->to_cell;
    for (size_t i = 0; i < n && !status; i++) {
        double col = t[0] + middle[i][0] * t[1] + middle[i][1] * t[2];
        double row = t[3] + middle[i][0] * t[4] + middle[i][1] * t[5];
        turns[i].key = spread_bits(block_of(col, info->n_cols, info->block_cols)) |
                       spread_bits(block_of(row, info->n_rows, info->block_rows)) << 1;
    }
    gs_free(middle);
    return status;
}

static int compare_turns(const void *left, const void *right)
{
    const struct turn *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->site > b->site) - (a->site < b->site);
}

/* -- the run -------------------------------------------------------------------------------------
 */

/* The jobs of a site come one after another: the blocks of the raster are decoded once for all. */
static enum gs_status measure_site(struct gs_ctx *ctx, const struct run *run, void *worker,
                                   size_t site)
{
    for (size_t j = 0; j < run->n_jobs; j++) {
        const struct gs_job *job = &run->jobs[j];
        const struct gs_readings *out = &run->readings[j];
        struct gs_reading reading = {.number = NAN, .valid_share = 1};
        enum gs_status status = gs_check_cancel(ctx);
        if (!status)
            status = job->factor->measure->measure(ctx, job, worker, site, &reading);
        if (status)
            return status;
        if (out->texts)
            out->texts[site] = reading.text;
        if (out->numbers)
            out->numbers[site] = reading.number;
        out->shares[site] = reading.valid_share;
    }
    return GS_OK;
}

static enum gs_status measure_chunk(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                    size_t end)
{
    const struct run *run = user;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++)
        status = measure_site(ctx, run, worker, run->turns[i].site);
    return status;
}

/* The sites that are to be visited, in the order of visits; all others are missing. */
static enum gs_status make_turns(struct gs_ctx *ctx, struct run *run, size_t *n)
{
    const struct gs_job *job = &run->jobs[0];
    const struct gs_shapes *shapes = &job->sites->features.shapes;
    /* The attribute of a site without geometry is still there to be read. */
    bool needs_shape = job->factor->measure->input != GS_INPUT_SITE;
    *n = 0;
    for (size_t i = 0; i < shapes->n; i++) {
        for (size_t j = 0; j < run->n_jobs; j++) {
            const struct gs_readings *out = &run->readings[j];
            if (out->numbers)
                out->numbers[i] = NAN;
            if (out->texts)
                out->texts[i] = NULL;
            out->shares[i] = 1;
        }
        if (!needs_shape || !gs_shapes_is_empty(shapes, i))
            run->turns[(*n)++] = (struct turn){.site = i};
    }
    if (!job->raster || *n == 0)
        return GS_OK;
    enum gs_status status = order_by_block(ctx, job, run->turns, *n);
    qsort(run->turns, *n, sizeof *run->turns, compare_turns);
    return status;
}

static enum gs_status prepare(struct gs_ctx *ctx, struct run *run)
{
    enum gs_status status = GS_OK;
    for (size_t j = 0; j < run->n_jobs && !status; j++) {
        struct gs_job *job = &run->jobs[j];
        const struct gs_measure *measure = job->factor->measure;
        if (measure->prepare && !job->prepared) {
            status = measure->prepare(ctx, job, &run->made[j]);
            job->prepared = run->made[j];
        }
    }
    return status;
}

static enum gs_status find_paths(struct gs_ctx *ctx, const struct gs_job *job,
                                 const struct gs_readings *out)
{
    const struct gs_measure *measure = job->factor->measure;
    enum gs_status status = GS_OK;
    size_t n = job->sites->features.shapes.n;
    for (size_t i = 0; i < n && !status && job->paths && measure->path; i++) {
        status = gs_check_cancel(ctx);
        if (!status && out->numbers && !isnan(out->numbers[i]))
            status = measure->path(ctx, job, i);
        else if (!status)
            status = gs_shapes_begin(ctx, job->paths);
    }
    return status;
}

static enum gs_status run_all(struct gs_ctx *ctx, struct run *run)
{
    size_t n;
    enum gs_status status = make_turns(ctx, run, &n);
    struct gs_parallel parallel = {
        .n_items = n,
        .chunk = chunk_size(ctx, run->jobs, n),
        .start = start_worker,
        .stop = stop_worker,
        .work = measure_chunk,
        .user = run,
    };
    if (!status)
        status = prepare(ctx, run);
    if (!status)
        status = gs_parallel_run(ctx, &parallel);
    for (size_t j = 0; j < run->n_jobs && !status; j++)
        status = find_paths(ctx, &run->jobs[j], &run->readings[j]);
    return status;
}

enum gs_status gs_measure_together(struct gs_ctx *ctx, const struct gs_job *jobs,
                                   const struct gs_readings *readings, size_t n_jobs)
{
    struct run run = {.readings = readings, .n_jobs = n_jobs};
    if (n_jobs == 0)
        return GS_OK;
    run.jobs = GS_ARRAY(ctx, struct gs_job, n_jobs);
    run.made = GS_ARRAY_ZERO(ctx, void *, n_jobs);
    run.turns = GS_ARRAY(ctx, struct turn, jobs->sites->features.shapes.n);
    enum gs_status status = GS_ENOMEM;
    if (run.jobs && run.made && run.turns) {
        memcpy(run.jobs, jobs, n_jobs * sizeof *jobs);
        status = run_all(ctx, &run);
    }
    for (size_t j = 0; run.made && j < n_jobs; j++)
        if (run.made[j])
            jobs[j].factor->measure->discard(run.made[j]);
    gs_free(run.jobs);
    gs_free(run.made);
    gs_free(run.turns);
    return status;
}

enum gs_status gs_measure_sites(struct gs_ctx *ctx, const struct gs_job *job, double *numbers,
                                const char **texts, double *shares)
{
    struct gs_readings readings = {numbers, texts, shares};
    return gs_measure_together(ctx, job, &readings, 1);
}
