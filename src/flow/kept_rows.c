// SPDX-License-Identifier: Apache-2.0
#include "flow/kept_rows.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/thread.h"

#include <string.h>

#include <zstd.h>

/* A strip: for each PACK_ROWS of its rows how many bytes they are packed into, then those. */
enum { PACK_ROWS = 32, ZSTD_LEVEL = 1 };

struct kept_rows {
    struct gs_rows rows;
    struct gs_rows *input;
    struct gs_keeping keeping;
    bool prepared, forgone, told;
    bool found;        /* the band was: its input has not begun it */
    size_t first, end; /* the band */
    float *strip;      /* its rows; NULL: nothing is kept */
    size_t capacity;
};

struct worker {
    struct gs_rows *input;
    void *of_input;
};

/* -- packing --------------------------------------------------------------------------------- */

struct packing {
    struct kept_rows *rows;
    char **packs;
    uint64_t *sizes;
};

struct unpacking {
    struct kept_rows *rows;
    const char *packs; /* one after another */
    const uint64_t *starts;
    bool *good; /* per pack: it was what it should be */
};

static size_t count_packs(const struct kept_rows *k)
{
    return (k->end - k->first + PACK_ROWS - 1) / PACK_ROWS;
}

/* Where the rows of a pack lie, and how many bytes they are. */
static float *rows_of(const struct kept_rows *k, size_t pack, size_t *n_bytes)
{
    size_t at = pack * PACK_ROWS, left = k->end - k->first - at;
    *n_bytes = (left < PACK_ROWS ? left : PACK_ROWS) * k->rows.grid.n_cols * sizeof(float);
    return k->strip + at * k->rows.grid.n_cols;
}

static enum gs_status pack(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end)
{
    (void)worker;
    struct packing *p = user;
    for (size_t i = first; i < end; i++) {
        size_t n;
        const float *rows = rows_of(p->rows, i, &n);
        size_t room = ZSTD_compressBound(n);
        char *packed = GS_ARRAY(ctx, char, room);
        if (!packed)
            return GS_ENOMEM;
        size_t size = ZSTD_compress(packed, room, rows, n, ZSTD_LEVEL);
        char *trimmed = ZSTD_isError(size) ? NULL : gs_raw_realloc(packed, size);
        if (!trimmed)
            gs_free(packed);
        p->packs[i] = trimmed;
        p->sizes[i] = size;
        if (!trimmed)
            return gs_fail_memory(ctx); /* the room is enough for anything */
    }
    return GS_OK;
}

static enum gs_status unpack(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end)
{
    (void)ctx, (void)worker;
    struct unpacking *p = user;
    for (size_t i = first; i < end; i++) {
        size_t n;
        float *rows = rows_of(p->rows, i, &n);
        p->good[i] = ZSTD_decompress(rows, n, p->packs + p->starts[i],
                                     (size_t)(p->starts[i + 1] - p->starts[i])) == n;
    }
    return GS_OK;
}

/* *good: the bytes were those of the band, which the strip holds now. */
static enum gs_status unpack_strip(struct gs_ctx *ctx, struct kept_rows *k, const char *bytes,
                                   size_t n_bytes, bool *good)
{
    size_t n = count_packs(k), head = n * sizeof(uint64_t);
    uint64_t *starts = GS_ARRAY_ZERO(ctx, uint64_t, n + 1);
    bool *done = GS_ARRAY(ctx, bool, n);
    enum gs_status status = starts && done ? GS_OK : GS_ENOMEM;
    *good = !status && n_bytes >= head;
    for (size_t i = 0; i < n && *good; i++) {
        uint64_t size;
        memcpy(&size, bytes + i * sizeof size, sizeof size);
        starts[i + 1] = starts[i] + size;
        *good = size <= n_bytes;
    }
    *good = *good && starts[n] == n_bytes - head;
    struct unpacking p = {.rows = k, .packs = bytes + head, .starts = starts, .good = done};
    struct gs_parallel parallel = {.n_items = n, .chunk = 1, .work = unpack, .user = &p};
    if (*good)
        status = gs_parallel_run(ctx, &parallel);
    for (size_t i = 0; i < n && *good; i++)
        *good = done[i];
    gs_free(starts);
    gs_free(done);
    return status;
}

static enum gs_status pack_strip(struct gs_ctx *ctx, struct kept_rows *k, struct gs_text *out)
{
    size_t n = count_packs(k);
    struct packing p = {.rows = k,
                        .packs = GS_ARRAY_ZERO(ctx, char *, n),
                        .sizes = GS_ARRAY(ctx, uint64_t, n)};
    struct gs_parallel parallel = {.n_items = n, .chunk = 1, .work = pack, .user = &p};
    enum gs_status status = p.packs && p.sizes ? gs_parallel_run(ctx, &parallel) : GS_ENOMEM;
    if (!status)
        gs_text_append_bytes(out, (const char *)p.sizes, n * sizeof *p.sizes);
    for (size_t i = 0; p.packs && i < n; i++) {
        if (!status)
            gs_text_append_bytes(out, p.packs[i], (size_t)p.sizes[i]);
        gs_free(p.packs[i]);
    }
    gs_free(p.packs);
    gs_free(p.sizes);
    return status ? status : out->failed ? gs_fail_memory(ctx) : GS_OK;
}

/* -- rows ------------------------------------------------------------------------------------ */

static enum gs_status find(struct gs_ctx *ctx, struct kept_rows *k)
{
    char *bytes = NULL;
    size_t n = 0;
    enum gs_status status = gs_grow(ctx, &k->strip, &k->capacity,
                                    (k->end - k->first) * k->rows.grid.n_cols, sizeof *k->strip);
    if (!status)
        status = k->keeping.find(ctx, k->keeping.user, k->first, k->end, &bytes, &n);
    if (!status && bytes)
        status = unpack_strip(ctx, k, bytes, n, &k->found);
    gs_free(bytes);
    return status;
}

static enum gs_status begin(struct gs_ctx *ctx, struct gs_rows *rows, size_t first, size_t end)
{
    struct kept_rows *k = (struct kept_rows *)rows;
    enum gs_status status = GS_OK;
    k->first = first;
    k->end = end;
    k->found = false;
    if (!k->forgone)
        status = find(ctx, k);
    if (status || k->found)
        return status;
    if (!k->prepared)
        status = gs_rows_prepare(ctx, k->input);
    k->prepared = true;
    size_t n_told = ctx->n_diags;
    if (!status)
        status = gs_rows_begin(ctx, k->input, first, end);
    k->told |= ctx->n_diags > n_told;
    return status;
}

/* Of the strip it writes what is the row's, while no other row looks at it. */
static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    const struct kept_rows *k = (const struct kept_rows *)rows;
    struct worker *w = worker;
    size_t n = rows->grid.n_cols, bytes = n * sizeof *out;
    float *kept = k->forgone ? NULL : k->strip + (row - k->first) * n;
    if (k->found) {
        memcpy(out, kept, bytes);
        return GS_OK;
    }
    enum gs_status status = gs_rows_row(ctx, k->input, w->of_input, row, out);
    if (!status && kept)
        memcpy(kept, out, bytes);
    return status;
}

static void worker_free(void *worker)
{
    struct worker *w = worker;
    gs_rows_worker_free(w->input, w->of_input);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->input = ((struct kept_rows *)rows)->input;
    enum gs_status status = gs_rows_worker_new(ctx, w->input, &w->of_input);
    if (status)
        gs_free(w);
    else
        *worker = w;
    return status;
}

static void free_rows(struct gs_rows *rows)
{
    struct kept_rows *k = (struct kept_rows *)rows;
    k->keeping.free(k->keeping.user);
    gs_rows_free(k->input);
    gs_free(k->strip);
    gs_free(k);
}

/* The strip, its packs, and these once more as one. */
static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    const struct kept_rows *k = (const struct kept_rows *)rows;
    uint64_t strip = (uint64_t)band_rows * rows->grid.n_cols * sizeof(float);
    return gs_rows_bytes(k->input, band_rows, per_worker) + (k->forgone ? 0 : 3 * strip);
}

static const struct gs_rows_kind kind = {
    .name = "kept",
    .free = free_rows,
    .begin = begin,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
    .bytes = bytes,
};

enum gs_status gs_kept_rows_new(struct gs_ctx *ctx, struct gs_rows *input,
                                const struct gs_keeping *keeping, struct gs_rows **out)
{
    struct kept_rows *k = GS_NEW(ctx, struct kept_rows);
    if (!k) {
        keeping->free(keeping->user);
        gs_rows_free(input);
        return GS_ENOMEM;
    }
    k->rows = *input;
    k->rows.kind = &kind;
    k->input = input;
    k->keeping = *keeping;
    *out = &k->rows;
    return GS_OK;
}

/* -- of rows of any kind --------------------------------------------------------------------- */

static struct kept_rows *kept_rows(struct gs_rows *rows)
{
    return rows->kind == &kind ? (struct kept_rows *)rows : NULL;
}

enum gs_status gs_kept_rows_keep(struct gs_ctx *ctx, struct gs_rows *rows)
{
    struct kept_rows *k = kept_rows(rows);
    struct gs_text packed;
    if (!k || k->forgone || k->found || k->told)
        return GS_OK;
    gs_text_init(&packed);
    enum gs_status status = pack_strip(ctx, k, &packed);
    if (!status)
        return k->keeping.keep(ctx, k->keeping.user, k->first, k->end, &packed);
    gs_text_release(&packed);
    return status;
}

void gs_kept_rows_forgo(struct gs_rows *rows)
{
    struct kept_rows *k = kept_rows(rows);
    if (k)
        k->forgone = true;
}

bool gs_kept_rows_told(struct gs_rows *rows)
{
    struct kept_rows *k = kept_rows(rows);
    return !k || k->told;
}

struct gs_rows *gs_kept_rows_input(struct gs_rows *rows)
{
    struct kept_rows *k = kept_rows(rows);
    return k ? k->input : rows;
}

enum gs_status gs_kept_rows_count(struct gs_ctx *ctx, struct gs_rows *rows, size_t band_rows,
                                  size_t *n_kept, size_t *n)
{
    struct kept_rows *k = kept_rows(rows);
    enum gs_status status = GS_OK;
    *n_kept = *n = 0;
    for (size_t first = 0; k && first < rows->grid.n_rows && !status; first += band_rows) {
        size_t left = rows->grid.n_rows - first;
        bool found = false;
        status = k->keeping.has(ctx, k->keeping.user, first,
                                first + (left < band_rows ? left : band_rows), &found);
        *n_kept += found;
        ++*n;
    }
    return status;
}
