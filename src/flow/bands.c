// SPDX-License-Identifier: Apache-2.0
#include "flow/bands.h"

#include "base/mem.h"
#include "base/thread.h"

/* Rows that a thread takes at a time: few enough that at the end of a band none waits for long. */
enum { ROWS_PER_CHUNK = 8 };

/* What one thread works with, kept from band to band: sources know where it was last. */
struct seat {
    bool started;
    void **workers;   /* per source */
    float **measured; /* per source: a row */
    void *user;
};

struct run {
    const struct gs_bands *bands;
    struct gs_seats seats; /* struct seat */
    size_t first;          /* row of the band */
};

static void free_seat(const struct gs_bands *bands, struct seat *seat)
{
    for (size_t i = 0; i < bands->n_sources; i++) {
        if (seat->workers)
            gs_rows_worker_free(bands->sources[i], seat->workers[i]);
        gs_free(seat->measured ? seat->measured[i] : NULL);
    }
    if (seat->started && bands->stop)
        bands->stop(bands->user, seat->user);
    gs_free(seat->workers);
    gs_free(seat->measured);
    *seat = (struct seat){0};
}

static enum gs_status furnish(struct gs_ctx *ctx, const struct gs_bands *bands, struct seat *seat)
{
    seat->workers = GS_ARRAY_ZERO(ctx, void *, bands->n_sources);
    seat->measured = GS_ARRAY_ZERO(ctx, float *, bands->n_sources);
    if (!seat->workers || !seat->measured)
        return GS_ENOMEM;
    for (size_t i = 0; i < bands->n_sources; i++) {
        enum gs_status status = gs_rows_worker_new(ctx, bands->sources[i], &seat->workers[i]);
        if (status)
            return status;
        seat->measured[i] = GS_ARRAY(ctx, float, bands->grid->n_cols);
        if (!seat->measured[i])
            return GS_ENOMEM;
    }
    enum gs_status status = bands->start ? bands->start(ctx, bands->user, &seat->user) : GS_OK;
    seat->started = status == GS_OK;
    return status;
}

static enum gs_status sit_down(struct gs_ctx *ctx, void *user, void **worker)
{
    struct run *run = user;
    struct seat *seat = gs_seats_take(&run->seats);
    enum gs_status status = seat->started ? GS_OK : furnish(ctx, run->bands, seat);
    if (status) {
        free_seat(run->bands, seat);
        gs_seats_leave(&run->seats, seat);
    } else {
        *worker = seat;
    }
    return status;
}

static void stand_up(void *user, void *worker)
{
    gs_seats_leave(&((struct run *)user)->seats, worker);
}

static enum gs_status compute_rows(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                   size_t end)
{
    struct run *run = user;
    const struct gs_bands *bands = run->bands;
    struct seat *seat = worker;
    for (size_t at = first; at < end; at++) {
        size_t row = run->first + at;
        enum gs_status status = gs_check_cancel(ctx);
        for (size_t i = 0; i < bands->n_sources && !status; i++)
            status = gs_rows_row(ctx, bands->sources[i], seat->workers[i], row, seat->measured[i]);
        if (!status)
            status = bands->row(ctx, bands->user, seat->user, row, at,
                                (const float *const *)seat->measured);
        if (status)
            return status;
    }
    return GS_OK;
}

static enum gs_status run_band(struct gs_ctx *ctx, struct run *run, size_t end)
{
    const struct gs_bands *bands = run->bands;
    double span = (bands->progress_to - bands->progress_from) / (double)bands->grid->n_rows;
    double from = bands->progress_from + span * (double)run->first;
    double all = span * (double)(end - run->first), share = 0.3 / (double)(bands->n_sources + 1);
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < bands->n_sources && !status; i++) {
        gs_progress_stage(ctx, from + all * share * (double)i, from + all * share * (double)(i + 1),
                          bands->stage);
        status = gs_rows_begin(ctx, bands->sources[i], run->first, end);
    }
    struct gs_parallel parallel = {.n_items = end - run->first,
                                   .chunk = ROWS_PER_CHUNK,
                                   .start = sit_down,
                                   .stop = stand_up,
                                   .work = compute_rows,
                                   .user = run};
    gs_progress_stage(ctx, from + 0.3 * all, from + 0.8 * all, bands->stage);
    if (!status)
        status = gs_parallel_run(ctx, &parallel);
    gs_progress_stage(ctx, from + 0.8 * all, from + all, bands->stage);
    if (!status && bands->band)
        status = bands->band(ctx, bands->user, run->first, end - run->first);
    return status;
}

enum gs_status gs_bands_run(struct gs_ctx *ctx, const struct gs_bands *bands)
{
    struct run run = {.bands = bands};
    enum gs_status status = gs_seats_init(ctx, &run.seats, sizeof(struct seat));
    for (; run.first < bands->grid->n_rows && !status; run.first += bands->band_rows) {
        size_t left = bands->grid->n_rows - run.first;
        status =
            run_band(ctx, &run, run.first + (left < bands->band_rows ? left : bands->band_rows));
    }
    for (size_t i = 0; i < run.seats.n; i++)
        free_seat(bands, gs_seats_item(&run.seats, i));
    gs_seats_release(&run.seats);
    return status;
}

uint64_t gs_bands_bytes(const struct gs_bands *bands, unsigned n_threads)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < bands->n_sources; i++) {
        uint64_t per_worker;
        sum += gs_rows_bytes(bands->sources[i], bands->band_rows, &per_worker);
        sum += n_threads * (per_worker + bands->grid->n_cols * sizeof(float));
    }
    return sum;
}
