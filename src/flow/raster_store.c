// SPDX-License-Identifier: Apache-2.0
#include "flow/raster_store.h"

#include "base/mem.h"
#include "base/thread.h"

#include <math.h>
#include <string.h>

/* A row of blocks over the whole width of the raster. Pages that no block is decoded into are never
 * touched and take no memory. */
struct strip {
    void *cells;      /* NULL: not there */
    uint8_t *decoded; /* per block of the row */
};

struct gs_raster_store {
    const struct gs_raster *raster;
    const struct gs_raster_info *info;
    size_t cell_bytes, n_block_cols, n_block_rows;
    struct strip *strips; /* n_block_rows */
    void **spare;         /* cells of strips that were left behind */
    size_t n_spare, spare_capacity;
    size_t *wanted; /* blocks to be decoded, as block_row × n_block_cols + block_col */
    size_t n_wanted, wanted_capacity;
    const void **rows;
    size_t rows_capacity;
    struct gs_raster_view view;
    struct gs_seats seats; /* struct gs_raster *: what a thread decodes with */
};

void gs_raster_store_free(struct gs_raster_store *store)
{
    if (!store)
        return;
    for (size_t i = 0; store->strips && i < store->n_block_rows; i++) {
        gs_free(store->strips[i].cells);
        gs_free(store->strips[i].decoded);
    }
    for (size_t i = 0; i < store->n_spare; i++)
        gs_free(store->spare[i]);
    for (size_t i = 0; i < store->seats.n; i++)
        gs_raster_close(*(struct gs_raster **)gs_seats_item(&store->seats, i));
    gs_seats_release(&store->seats);
    gs_free(store->strips);
    gs_free(store->spare);
    gs_free(store->wanted);
    gs_free(store->rows);
    gs_free(store);
}

enum gs_status gs_raster_store_new(struct gs_ctx *ctx, const struct gs_raster *raster,
                                   struct gs_raster_store **out)
{
    struct gs_raster_store *store = GS_NEW(ctx, struct gs_raster_store);
    if (!store)
        return GS_ENOMEM;
    const struct gs_raster_info *info = gs_raster_info(raster);
    store->raster = raster;
    store->info = info;
    store->n_block_cols = (info->n_cols + info->block_cols - 1) / info->block_cols;
    store->n_block_rows = (info->n_rows + info->block_rows - 1) / info->block_rows;
    store->strips = GS_ARRAY_ZERO(ctx, struct strip, store->n_block_rows);
    enum gs_status status =
        store->strips ? gs_seats_init(ctx, &store->seats, sizeof(struct gs_raster *)) : GS_ENOMEM;
    if (status) {
        gs_raster_store_free(store);
        return status;
    }
    struct gs_raster_view *view = &store->view;
    view->n_cols = (long)info->n_cols;
    view->n_rows = (long)info->n_rows;
    view->is_bytes = gs_raster_is_bytes(raster);
    if (view->is_bytes)
        gs_raster_byte_values(raster, view->values);
    store->cell_bytes = view->is_bytes ? 1 : sizeof(float);
    *out = store;
    return GS_OK;
}

const struct gs_raster_view *gs_raster_store_view(const struct gs_raster_store *store)
{
    return &store->view;
}

uint64_t gs_raster_store_bytes(const struct gs_raster *raster, double rows, double cols,
                               unsigned n_threads)
{
    const struct gs_raster_info *info = gs_raster_info(raster);
    double cell = gs_raster_is_bytes(raster) ? 1 : sizeof(float);
    double block = (double)info->block_cols * (double)info->block_rows * cell;
    /* one row of blocks more than the rows fill, and half a block to either side */
    double high = fmin(rows + 2 * (double)info->block_rows, (double)info->n_rows);
    double wide = fmin(cols + 2 * (double)info->block_cols, (double)info->n_cols);
    /* GDAL decodes into a block of its own, and unpacks beside it */
    return (uint64_t)(high * wide * cell + 3 * n_threads * block);
}

/* -- decoding -------------------------------------------------------------------------------- */

static enum gs_status start(struct gs_ctx *ctx, void *user, void **worker)
{
    struct gs_raster_store *store = user;
    struct gs_raster **mine = gs_seats_take(&store->seats);
    enum gs_status status = *mine ? GS_OK : gs_raster_clone(ctx, store->raster, mine);
    if (status)
        gs_seats_leave(&store->seats, mine);
    else
        *worker = mine;
    return status;
}

static void stop(void *user, void *worker)
{
    gs_seats_leave(&((struct gs_raster_store *)user)->seats, worker);
}

static enum gs_status decode(struct gs_ctx *ctx, struct gs_raster_store *store,
                             struct gs_raster *raster, size_t block_row, size_t block_col)
{
    struct strip *strip = &store->strips[block_row];
    size_t first = block_col * store->info->block_cols, stride = store->info->n_cols;
    enum gs_status status = store->view.is_bytes
                                ? gs_raster_block_bytes(ctx, raster, block_col, block_row,
                                                        (uint8_t *)strip->cells + first, stride)
                                : gs_raster_block(ctx, raster, block_col, block_row,
                                                  (float *)strip->cells + first, stride);
    if (!status)
        strip->decoded[block_col] = 1;
    return status;
}

static enum gs_status work(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end)
{
    struct gs_raster_store *store = user;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++) {
        size_t block = store->wanted[i];
        status = gs_check_cancel(ctx);
        if (!status)
            status = decode(ctx, store, *(struct gs_raster **)worker, block / store->n_block_cols,
                            block % store->n_block_cols);
    }
    return status;
}

/* -- the window ------------------------------------------------------------------------------ */

/* Strips outside of rows [first, end) lend their memory to those that come. */
static enum gs_status leave_behind(struct gs_ctx *ctx, struct gs_raster_store *store, size_t first,
                                   size_t end)
{
    size_t block_rows = store->info->block_rows;
    for (size_t i = 0; i < store->n_block_rows; i++) {
        struct strip *strip = &store->strips[i];
        bool stays = i * block_rows < end && (i + 1) * block_rows > first;
        if (stays || !strip->cells)
            continue;
        enum gs_status status = gs_grow(ctx, &store->spare, &store->spare_capacity,
                                        store->n_spare + 1, sizeof *store->spare);
        if (status)
            return status;
        store->spare[store->n_spare++] = strip->cells;
        strip->cells = NULL;
        gs_free(strip->decoded);
        strip->decoded = NULL;
    }
    return GS_OK;
}

static enum gs_status fetch_strip(struct gs_ctx *ctx, struct gs_raster_store *store, size_t i)
{
    struct strip *strip = &store->strips[i];
    if (!strip->decoded)
        strip->decoded = GS_ARRAY_ZERO(ctx, uint8_t, store->n_block_cols);
    if (!strip->decoded)
        return GS_ENOMEM;
    if (!strip->cells)
        strip->cells = store->n_spare ? store->spare[--store->n_spare]
                                      : gs_alloc(ctx, store->info->block_rows * store->info->n_cols,
                                                 store->cell_bytes);
    return strip->cells ? GS_OK : GS_ENOMEM;
}

static enum gs_status list_wanted(struct gs_ctx *ctx, struct gs_raster_store *store, size_t row,
                                  size_t row_end, size_t col, size_t col_end)
{
    store->n_wanted = 0;
    for (size_t i = row; i < row_end; i++) {
        enum gs_status status = fetch_strip(ctx, store, i);
        if (!status)
            status = gs_grow(ctx, &store->wanted, &store->wanted_capacity,
                             store->n_wanted + (col_end - col), sizeof *store->wanted);
        if (status)
            return status;
        for (size_t c = col; c < col_end; c++)
            if (!store->strips[i].decoded[c])
                store->wanted[store->n_wanted++] = i * store->n_block_cols + c;
    }
    return GS_OK;
}

enum gs_status gs_raster_store_begin(struct gs_ctx *ctx, struct gs_raster_store *store, long first,
                                     long end, long col, long col_end)
{
    size_t block_rows = store->info->block_rows, block_cols = store->info->block_cols;
    enum gs_status status = leave_behind(ctx, store, (size_t)first, (size_t)end);
    store->view.first = store->view.end = first;
    if (status || first >= end || col >= col_end)
        return status;
    size_t row = (size_t)first / block_rows, row_end = ((size_t)end - 1) / block_rows + 1;
    status = list_wanted(ctx, store, row, row_end, (size_t)col / block_cols,
                         ((size_t)col_end - 1) / block_cols + 1);
    if (!status)
        status = gs_grow(ctx, &store->rows, &store->rows_capacity, (size_t)(end - first),
                         sizeof *store->rows);
    if (status)
        return status;
    struct gs_parallel parallel = {.n_items = store->n_wanted,
                                   .chunk = 1,
                                   .start = start,
                                   .stop = stop,
                                   .work = work,
                                   .user = store};
    status = gs_parallel_run(ctx, &parallel);
    for (long y = first; y < end; y++)
        store->rows[y - first] = (const char *)store->strips[(size_t)y / block_rows].cells +
                                 (size_t)y % block_rows * store->info->n_cols * store->cell_bytes;
    store->view.rows = store->rows;
    store->view.end = end;
    return status;
}

void gs_raster_view_row(const struct gs_raster_view *view, long x, long y, size_t n, float *out)
{
    long from = x < 0 ? -x : 0, to = view->n_cols - x < (long)n ? view->n_cols - x : (long)n;
    if (y < 0 || y >= view->n_rows || from >= to)
        from = to = (long)n;
    for (long i = 0; i < from; i++)
        out[i] = NAN;
    for (long i = to; i < (long)n; i++)
        out[i] = NAN;
    if (from >= to)
        return;
    const void *row = view->rows[y - view->first];
    if (!view->is_bytes) {
        memcpy(out + from, (const float *)row + x + from, (size_t)(to - from) * sizeof *out);
        return;
    }
    const uint8_t *bytes = (const uint8_t *)row + x;
    for (long i = from; i < to; i++)
        out[i] = view->values[bytes[i]];
}
