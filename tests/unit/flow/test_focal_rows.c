// SPDX-License-Identifier: Apache-2.0
/* That the statistics are right is tested in unit/kernel/test_focal.c; here, that the right rows
 * meet, whatever the bands and threads. */
#include "support/support.h"

#include "base/mem.h"
#include "base/thread.h"
#include "flow/focal_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_COLS = 83, N_ROWS = 59, N_KINDS = GS_FOCAL_QUANTILE + 1 };

/* -- an input by a formula ---------------------------------------------------------------------
 */

struct made_rows {
    struct gs_rows rows;
    size_t begun_from, begun_to;
    size_t fails_at;        /* that row */
    atomic_int *times_made; /* per row */
    atomic_int *workers;
};

static float cell_at(size_t col, size_t row)
{
    uint64_t x = (col * 7919 + row) * 0x9e3779b97f4a7c15u;
    return x >> 60 == 0 ? (float)NAN : (float)(x >> 40) * 0x1p-20f;
}

static void free_made(struct gs_rows *rows)
{
    gs_free(rows);
}

static enum gs_status begin_made(struct gs_ctx *ctx, struct gs_rows *rows, size_t first, size_t end)
{
    (void)ctx;
    struct made_rows *made = (struct made_rows *)rows;
    assert_true(first <= end && end <= rows->grid.n_rows);
    assert_true(first >= made->begun_from && end >= made->begun_to);
    made->begun_from = first;
    made->begun_to = end;
    return GS_OK;
}

static enum gs_status worker_made(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    *worker = gs_alloc(ctx, 1, 1);
    if (*worker)
        ++*((struct made_rows *)rows)->workers;
    return *worker ? GS_OK : GS_ENOMEM;
}

static void free_worker(void *worker)
{
    gs_free(worker);
}

static enum gs_status row_made(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker,
                               size_t row, float *out)
{
    const struct made_rows *made = (const struct made_rows *)rows;
    if (!worker || row < made->begun_from || row >= made->begun_to)
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "row %zu is not there", row);
    if (row == made->fails_at)
        return gs_fail(ctx, GS_EDATA, NULL, NULL, "row %zu cannot be read", row);
    made->times_made[row]++;
    for (size_t c = 0; c < rows->grid.n_cols; c++)
        out[c] = cell_at(c, row);
    return GS_OK;
}

static uint64_t bytes_made(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    (void)rows;
    *per_worker = 1;
    return band_rows * 1000000;
}

static const struct gs_rows_kind made_kind = {.name = "made",
                                              .free = free_made,
                                              .begin = begin_made,
                                              .worker_new = worker_made,
                                              .worker_free = free_worker,
                                              .row = row_made,
                                              .bytes = bytes_made};

/* -- a run ------------------------------------------------------------------------------------- */

struct run {
    enum gs_focal_kind kind;
    double radius, scale;
    size_t band, overlap; /* rows */
    size_t fails_at;
    atomic_int times_made[N_ROWS + 50], workers;
    struct gs_rows *rows;
    size_t first; /* of the band */
    float *out;
};

static enum gs_status start(struct gs_ctx *ctx, void *user, void **worker)
{
    return gs_rows_worker_new(ctx, ((struct run *)user)->rows, worker);
}

static void stop(void *user, void *worker)
{
    gs_rows_worker_free(((struct run *)user)->rows, worker);
}

static enum gs_status work(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end)
{
    struct run *run = user;
    enum gs_status status = GS_OK;
    for (size_t row = run->first + first; row < run->first + end && !status; row++)
        status = gs_rows_row(ctx, run->rows, worker, row, run->out + row * N_COLS);
    return status;
}

static enum gs_status open_rows(struct gs_ctx *ctx, struct run *run)
{
    size_t reach = gs_disc_reach(run->radius);
    struct made_rows *made = GS_NEW(ctx, struct made_rows);
    if (!made)
        return GS_ENOMEM;
    made->rows.kind = &made_kind;
    made->rows.grid = (struct gs_grid){.x0 = 1000 - 25.0 * (double)reach,
                                       .y0 = 5000 + 25.0 * (double)reach,
                                       .cell = 25,
                                       .cell_m = 25,
                                       .n_cols = N_COLS + 2 * reach,
                                       .n_rows = N_ROWS + 2 * reach};
    made->fails_at = run->fails_at;
    made->times_made = run->times_made;
    made->workers = &run->workers;
    memset(run->times_made, 0, sizeof run->times_made);
    run->workers = 0;
    struct gs_focal_options options = {run->kind, run->radius, 0.4, run->scale};
    return gs_focal_rows_new(ctx, &made->rows, &options, &run->rows);
}

/* All bands, each beginning `overlap` rows before the end of the last. */
static enum gs_status try(struct gs_ctx *ctx, struct run *run)
{
    enum gs_status status = open_rows(ctx, run);
    if (status)
        return status;
    for (size_t first = 0, end = 0; end < N_ROWS && !status; first = end - run->overlap) {
        end = first + run->band < N_ROWS ? first + run->band : N_ROWS;
        run->first = first;
        status = gs_rows_begin(ctx, run->rows, first, end);
        struct gs_parallel parallel = {.n_items = end - first,
                                       .chunk = 3,
                                       .start = start,
                                       .stop = stop,
                                       .work = work,
                                       .user = run};
        if (!status)
            status = gs_parallel_run(ctx, &parallel);
    }
    gs_rows_free(run->rows);
    return status;
}

/* -- brute force ------------------------------------------------------------------------------- */

static double at_least(double a, double b)
{
    return isnan(a) || b > a ? b : a;
}

/* Mean, sum, least or largest. */
static double expected(const struct run *run, size_t col, size_t row)
{
    long reach = (long)run->radius;
    double sum = 0, n = 0, least = NAN, largest = NAN;
    for (long dy = -reach; dy <= reach; dy++)
        for (long dx = -reach; dx <= reach; dx++) {
            float v = cell_at((size_t)((long)col + reach + dx), (size_t)((long)row + reach + dy));
            if (isnan(v) || (double)(dx * dx + dy * dy) > run->radius * run->radius)
                continue;
            sum += (double)v;
            n++;
            largest = at_least(largest, (double)v);
            least = -at_least(-least, -(double)v);
        }
    double found[] = {[GS_FOCAL_MEAN] = sum / n,
                      [GS_FOCAL_SUM] = n > 0 ? sum : NAN,
                      [GS_FOCAL_MIN] = least,
                      [GS_FOCAL_MAX] = largest};
    return found[run->kind] * run->scale;
}

static void as_brute_force(void **state)
{
    (void)state;
    static const enum gs_focal_kind kinds[] = {GS_FOCAL_MEAN, GS_FOCAL_SUM, GS_FOCAL_MIN,
                                               GS_FOCAL_MAX};
    static const double radii[] = {0, 1, 4.5, 11};
    struct gs_ctx *ctx = test_ctx();
    float *out = malloc(N_COLS * N_ROWS * sizeof *out);
    for (size_t k = 0; k < 4; k++)
        for (size_t r = 0; r < 4; r++) {
            struct run run = {.kind = kinds[k],
                              .radius = radii[r],
                              .scale = k == 1 ? 0.37 : 1,
                              .band = 16,
                              .fails_at = SIZE_MAX,
                              .out = out};
            assert_ok(ctx, try(ctx, &run));
            for (size_t i = 0; i < N_COLS * N_ROWS; i++) {
                double wanted = expected(&run, i % N_COLS, i / N_COLS);
                assert_near((double)out[i], wanted, 1.3e-7 * fabs(wanted));
            }
        }
    free(out);
    gs_ctx_free(ctx);
}

/* -- bands and threads ------------------------------------------------------------------------- */

static void bands_and_threads(void **state)
{
    (void)state;
    static const unsigned threads[] = {1, 2, 7};
    static const struct {
        size_t band, overlap;
    } bands[] = {{N_ROWS, 0}, {1, 0}, {7, 0}, {16, 0}, {9, 8}, {25, 3}};
    size_t bytes = N_COLS * N_ROWS * sizeof(float);
    float *first = malloc(bytes), *out = malloc(bytes);
    for (int kind = 0; kind < N_KINDS; kind++)
        for (size_t t = 0; t < 3; t++) {
            struct gs_ctx *ctx = test_ctx_threads(threads[t]);
            for (size_t b = 0; b < sizeof bands / sizeof *bands; b++) {
                bool is_first = t == 0 && b == 0;
                struct run run = {.kind = (enum gs_focal_kind)kind,
                                  .radius = 6.2,
                                  .scale = 1,
                                  .band = bands[b].band,
                                  .overlap = bands[b].overlap,
                                  .fails_at = SIZE_MAX,
                                  .out = is_first ? first : out};
                memset(run.out, 0x55, bytes);
                assert_ok(ctx, try(ctx, &run));
                if (!is_first)
                    assert_memory_equal(out, first, bytes);
                for (size_t r = 0; r < N_ROWS + 12; r++)
                    assert_int_equal(run.times_made[r], 1);  /* each once, none twice */
                assert_true(run.workers <= (int)threads[t]); /* and kept from band to band */
            }
            gs_ctx_free(ctx);
        }
    free(first);
    free(out);
}

/* Bands that grow, and one that leaves rows out. */
static void uneven_bands(void **state)
{
    (void)state;
    static const size_t ranges[][2] = {{0, 2}, {1, 9}, {9, 10}, {30, 31}, {30, 59}, {58, 59}};
    struct gs_ctx *ctx = test_ctx();
    size_t bytes = N_COLS * N_ROWS * sizeof(float);
    float *whole = malloc(bytes), row[N_COLS];
    struct run run = {.kind = GS_FOCAL_STDEV, .radius = 3, .scale = 1, .fails_at = SIZE_MAX};
    run.band = N_ROWS;
    run.out = whole;
    assert_ok(ctx, try(ctx, &run));
    assert_ok(ctx, open_rows(ctx, &run));
    for (size_t i = 0; i < 6; i++) {
        void *worker;
        assert_ok(ctx, gs_rows_begin(ctx, run.rows, ranges[i][0], ranges[i][1]));
        assert_ok(ctx, gs_rows_worker_new(ctx, run.rows, &worker));
        for (size_t r = ranges[i][1]; r-- > ranges[i][0];) {
            assert_ok(ctx, gs_rows_row(ctx, run.rows, worker, r, row));
            assert_memory_equal(row, whole + r * N_COLS, sizeof row);
        }
        gs_rows_worker_free(run.rows, worker);
    }
    gs_rows_free(run.rows);
    free(whole);
    gs_ctx_free(ctx);
}

/* -- the rest ---------------------------------------------------------------------------------- */

static void grid_and_memory(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct run run = {.kind = GS_FOCAL_MEAN, .radius = 7.9, .scale = 1};
    assert_ok(ctx, open_rows(ctx, &run));
    const struct gs_grid *grid = &run.rows->grid;
    assert_true(grid->x0 == 1000 && grid->y0 == 5000 && grid->cell == 25);
    assert_int_equal(grid->n_cols, N_COLS);
    assert_int_equal(grid->n_rows, N_ROWS);
    uint64_t per_worker, shared = gs_rows_bytes(run.rows, 20, &per_worker);
    /* of the input 20 + 2 × 7 rows, and as many prepared: the values and what has data */
    assert_true(shared >= 34 * 1000000 + 34 * (N_COLS + 14) * 5);
    assert_true(shared <= 34 * 1000000 + 34 * (N_COLS + 14) * 6);
    /* a row, the columns around it, and the totals */
    assert_true(per_worker >= (N_COLS + 14) * (4 + 8) + N_COLS * (8 + 4));
    assert_true(per_worker <= 10000);
    gs_rows_free(run.rows);
    gs_ctx_free(ctx);
}

static void input_fails(void **state)
{
    (void)state;
    float *out = malloc(N_COLS * N_ROWS * sizeof *out);
    for (unsigned threads = 1; threads < 4; threads++) {
        struct gs_ctx *ctx = test_ctx_threads(threads);
        struct run run = {.radius = 5, .scale = 1, .band = 10, .fails_at = 31, .out = out};
        assert_status(ctx, try(ctx, &run), GS_EDATA);
        assert_diagnostic(ctx, "row 31 cannot be read");
        gs_ctx_free(ctx);
    }
    free(out);
}

/* The input is freed all the same. */
static void disc_too_large(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct made_rows *made = GS_NEW(ctx, struct made_rows);
    struct gs_focal_options options = {GS_FOCAL_MAX, 1e9, 0, 1};
    struct gs_rows *rows = NULL;
    made->rows.kind = &made_kind;
    assert_status(ctx, gs_focal_rows_new(ctx, &made->rows, &options, &rows), GS_ESTUDY);
    assert_null(rows);
    gs_ctx_free(ctx);
}

static void memory_runs_out(void **state)
{
    (void)state;
    float *out = malloc(N_COLS * N_ROWS * sizeof *out);
    for (int kind = 0; kind < N_KINDS; kind++)
        for (long k = 0;; k++) {
            struct gs_ctx *ctx = test_ctx_threads(k % 2 ? 2 : 1);
            struct run run = {.kind = (enum gs_focal_kind)kind,
                              .radius = 2.5,
                              .scale = 1,
                              .band = 20,
                              .fails_at = SIZE_MAX,
                              .out = out};
            gs_mem_fail_after(k, k % 3 == 0);
            enum gs_status status = try(ctx, &run);
            gs_mem_fail_after(-1, false);
            gs_ctx_free(ctx);
            if (status == GS_OK) {
                assert_true(k > 10);
                break;
            }
            assert_int_equal(status, GS_ENOMEM);
        }
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_brute_force),  cmocka_unit_test(bands_and_threads),
        cmocka_unit_test(uneven_bands),    cmocka_unit_test(grid_and_memory),
        cmocka_unit_test(input_fails),     cmocka_unit_test(disc_too_large),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
