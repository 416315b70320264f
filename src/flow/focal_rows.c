// SPDX-License-Identifier: Apache-2.0
#include "flow/focal_rows.h"

#include "base/mem.h"
#include "base/thread.h"

#include <math.h>
#include <string.h>

/* What a thread prepares rows with; kept from band to band. */
struct preparer {
    void *worker; /* of the input */
    float *row;
};

struct focal_rows {
    struct gs_rows rows;
    struct gs_focal_options options;
    struct gs_rows *input;
    struct gs_disc disc;
    size_t row_bytes;
    char *ring; /* prepared rows: row r of the input is at r % n_ring */
    size_t n_ring;
    size_t ready;          /* rows of the input before this one are prepared */
    struct gs_seats seats; /* struct preparer */
};

struct worker {
    void *scratch;
    const void **around; /* the prepared rows of a disc */
};

static void *ring_row(const struct focal_rows *f, size_t row)
{
    return f->ring + row % f->n_ring * f->row_bytes;
}

/* -- preparing ------------------------------------------------------------------------------- */

static enum gs_status start(struct gs_ctx *ctx, void *user, void **worker)
{
    struct focal_rows *f = user;
    struct preparer *mine = gs_seats_take(&f->seats);
    enum gs_status status = GS_OK;
    if (!mine->row) {
        status = gs_rows_worker_new(ctx, f->input, &mine->worker);
        mine->row = status ? NULL : GS_ARRAY(ctx, float, f->input->grid.n_cols);
        status = status ? status : mine->row ? GS_OK : GS_ENOMEM;
    }
    if (status)
        gs_seats_leave(&f->seats, mine);
    else
        *worker = mine;
    return status;
}

static void stop(void *user, void *worker)
{
    gs_seats_leave(&((struct focal_rows *)user)->seats, worker);
}

static enum gs_status prepare(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                              size_t end)
{
    struct focal_rows *f = user;
    struct preparer *mine = worker;
    size_t n = f->input->grid.n_cols;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++) {
        size_t row = f->ready + i;
        status = gs_check_cancel(ctx);
        if (!status)
            status = gs_rows_row(ctx, f->input, mine->worker, row, mine->row);
        if (status)
            break;
        gs_focal_prepare(f->options.kind, mine->row, n, ring_row(f, row));
    }
    return status;
}

/* Room for the rows of a band and those around; what is prepared already moves to its new place. */
static enum gs_status make_room(struct gs_ctx *ctx, struct focal_rows *f, size_t first, size_t end)
{
    if (end - first <= f->n_ring)
        return GS_OK;
    struct focal_rows larger = *f;
    larger.n_ring = end - first;
    larger.ring = gs_alloc(ctx, larger.n_ring, f->row_bytes);
    if (!larger.ring)
        return GS_ENOMEM;
    for (size_t row = first; row < f->ready; row++)
        memcpy(ring_row(&larger, row), ring_row(f, row), f->row_bytes);
    gs_free(f->ring);
    f->ring = larger.ring;
    f->n_ring = larger.n_ring;
    return GS_OK;
}

static enum gs_status begin(struct gs_ctx *ctx, struct gs_rows *rows, size_t first, size_t end)
{
    struct focal_rows *f = (struct focal_rows *)rows;
    size_t last = end + 2 * f->disc.reach; /* rows of the input */
    enum gs_status status = make_room(ctx, f, first, last);
    f->ready = f->ready > first ? f->ready : first;
    if (status || f->ready >= last)
        return status;
    status = gs_rows_begin(ctx, f->input, f->ready, last);
    struct gs_parallel parallel = {.n_items = last - f->ready,
                                   .chunk = 8,
                                   .start = start,
                                   .stop = stop,
                                   .work = prepare,
                                   .user = f};
    if (!status)
        status = gs_parallel_run(ctx, &parallel);
    if (!status)
        f->ready = last;
    return status;
}

/* -- rows ------------------------------------------------------------------------------------ */

static void worker_free(void *worker)
{
    struct worker *w = worker;
    gs_free(w->scratch);
    gs_free(w->around);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct focal_rows *f = (struct focal_rows *)rows;
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->scratch =
        gs_alloc(ctx, 1, gs_focal_scratch_bytes(f->options.kind, &f->disc, rows->grid.n_cols));
    w->around = GS_ARRAY(ctx, const void *, 2 * f->disc.reach + 1);
    if (!w->scratch || !w->around) {
        worker_free(w);
        return GS_ENOMEM;
    }
    *worker = w;
    return GS_OK;
}

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    (void)ctx;
    const struct focal_rows *f = (const struct focal_rows *)rows;
    struct worker *w = worker;
    size_t n = rows->grid.n_cols;
    for (size_t i = 0; i <= 2 * f->disc.reach; i++)
        w->around[i] = ring_row(f, row + i);
    gs_focal_combine(f->options.kind, &f->disc, w->around, n, f->options.q, w->scratch, out);
    if (f->options.scale != 1)
        for (size_t i = 0; i < n; i++)
            out[i] = (float)((double)out[i] * f->options.scale);
    return GS_OK;
}

static void free_rows(struct gs_rows *rows)
{
    struct focal_rows *f = (struct focal_rows *)rows;
    for (size_t i = 0; i < f->seats.n; i++) {
        struct preparer *preparer = gs_seats_item(&f->seats, i);
        gs_rows_worker_free(f->input, preparer->worker);
        gs_free(preparer->row);
    }
    gs_seats_release(&f->seats);
    gs_rows_free(f->input);
    gs_disc_release(&f->disc);
    gs_free(f->ring);
    gs_free(f);
}

static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    const struct focal_rows *f = (const struct focal_rows *)rows;
    uint64_t of_input;
    uint64_t shared = gs_rows_bytes(f->input, band_rows + 2 * f->disc.reach, &of_input);
    *per_worker = of_input + f->input->grid.n_cols * sizeof(float) +
                  gs_focal_scratch_bytes(f->options.kind, &f->disc, rows->grid.n_cols) +
                  (2 * f->disc.reach + 1) * sizeof(void *);
    return shared + (band_rows + 2 * f->disc.reach) * f->row_bytes;
}

static const struct gs_rows_kind kind = {
    .name = "statistics over discs",
    .slow = true,
    .free = free_rows,
    .begin = begin,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
    .bytes = bytes,
};

enum gs_status gs_focal_rows_new(struct gs_ctx *ctx, struct gs_rows *input,
                                 const struct gs_focal_options *options, struct gs_rows **out)
{
    struct focal_rows *f = GS_NEW(ctx, struct focal_rows);
    if (!f) {
        gs_rows_free(input);
        return GS_ENOMEM;
    }
    f->rows.kind = &kind;
    f->input = input;
    f->options = *options;
    enum gs_status status = gs_disc_init(ctx, options->radius, &f->disc);
    if (!status)
        status = gs_seats_init(ctx, &f->seats, sizeof(struct preparer));
    if (status) {
        free_rows(&f->rows);
        return status;
    }
    struct gs_grid *grid = &f->rows.grid;
    *grid = input->grid;
    grid->x0 += (double)f->disc.reach * grid->cell;
    grid->y0 -= (double)f->disc.reach * grid->cell;
    grid->n_cols -= 2 * f->disc.reach;
    grid->n_rows -= 2 * f->disc.reach;
    f->row_bytes = (gs_focal_row_bytes(options->kind, input->grid.n_cols) + 7) / 8 * 8;
    *out = &f->rows;
    return GS_OK;
}
