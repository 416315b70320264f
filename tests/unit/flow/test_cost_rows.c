// SPDX-License-Identifier: Apache-2.0
#include "flow/cost_rows.h"

#include "base/mem.h"
#include "support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- friction by a formula --------------------------------------------------------------------- */

struct made_rows {
    struct gs_rows rows;
    float (*at)(size_t col, size_t row);
    size_t begun; /* rows made ready */
};

static void free_made(struct gs_rows *rows)
{
    gs_free(rows);
}

static enum gs_status begin_made(struct gs_ctx *ctx, struct gs_rows *rows, size_t first, size_t end)
{
    (void)ctx;
    struct made_rows *made = (struct made_rows *)rows;
    assert_true(first <= end && end <= rows->grid.n_rows);
    made->begun = end;
    return GS_OK;
}

static enum gs_status row_made(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker,
                               size_t row, float *out)
{
    (void)ctx, (void)worker;
    const struct made_rows *made = (const struct made_rows *)rows;
    assert_true(row < made->begun);
    for (size_t c = 0; c < rows->grid.n_cols; c++)
        out[c] = made->at(c, row);
    return GS_OK;
}

static const struct gs_rows_kind made_kind = {.name = "made",
                                              .free = free_made,
                                              .begin = begin_made,
                                              .row = row_made};

static float plain(size_t col, size_t row)
{
    (void)col, (void)row;
    return 3;
}

static float walled(size_t col, size_t row)
{
    return col == 4 && row != 0 ? NAN : 1;
}

static float varied(size_t col, size_t row)
{
    uint64_t x = (col * 7919 + row) * 0x9e3779b97f4a7c15u;
    return x >> 60 == 0 ? NAN : (float)(x >> 40) * 0x1p-20f + 1;
}

static float zero_somewhere(size_t col, size_t row)
{
    return col == 2 && row > 3 ? 0 : 1;
}

static float nowhere(size_t col, size_t row)
{
    (void)col, (void)row;
    return NAN;
}

/* -- a case ------------------------------------------------------------------------------------ */

static const struct gs_layer friction_layer = {.id = "price"}, feature_layer = {.id = "stations"};

/* Cells of 10 m from (0, 0) at the south-west. */
static struct gs_grid grid_of(size_t n_cols, size_t n_rows)
{
    return (struct gs_grid){0, 10.0 * (double)n_rows, 10, 10, n_cols, n_rows};
}

static struct gs_cost_spec spec_of(struct gs_ctx *ctx, const struct gs_grid *grid,
                                   float (*at)(size_t, size_t), const struct gs_shapes *shapes)
{
    struct made_rows *made = GS_NEW(ctx, struct made_rows);
    if (made)
        *made = (struct made_rows){.rows = {.kind = &made_kind, .grid = *grid}, .at = at};
    return (struct gs_cost_spec){.friction = made ? &made->rows : NULL,
                                 .friction_layer = &friction_layer,
                                 .layer = &feature_layer,
                                 .shapes = shapes,
                                 .scale = 1,
                                 .bound = INFINITY};
}

static void add_part(struct gs_ctx *ctx, struct gs_shapes *shapes, enum gs_part_kind kind, size_t n,
                     const double (*from)[2])
{
    double(*xy)[2];
    assert_ok(ctx, gs_shapes_begin(ctx, shapes));
    assert_ok(ctx, gs_shapes_add_part(ctx, shapes, kind, n, &xy));
    memcpy(xy, from, n * sizeof *xy);
}

static void add_point(struct gs_ctx *ctx, struct gs_shapes *shapes, double x, double y)
{
    add_part(ctx, shapes, GS_PART_POINTS, 1, (const double[][2]){{x, y}});
}

/* The cost at a cell by a fresh solution. */
static double cost_at(const struct gs_grid *grid, float (*at)(size_t, size_t),
                      const struct gs_shapes *shapes, size_t col, size_t row)
{
    struct gs_ctx *ctx = test_ctx_threads(2);
    struct gs_cost_spec spec = spec_of(ctx, grid, at, shapes);
    struct gs_least_cost *cost;
    assert_ok(ctx, gs_cost_solve(ctx, &spec, &cost));
    double found = gs_least_cost_at(cost, col, row);
    gs_least_cost_free(cost);
    gs_rows_free(spec.friction);
    gs_ctx_free(ctx);
    return found;
}

/* -- tests ------------------------------------------------------------------------------------- */

static void costs_are_friction_times_metres(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_grid grid = grid_of(9, 6);
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    add_point(ctx, &shapes, 5, 55);
    assert_near(cost_at(&grid, plain, &shapes, 8, 0), 8 * 10 * 3, 1e-4);
    assert_near(cost_at(&grid, plain, &shapes, 3, 3), 3 * 10 * 3 * sqrt(2), 1e-4);
    /* through the gap at the north end of the wall: 4 east, 1 aslant, 4 south */
    assert_near(cost_at(&grid, walled, &shapes, 3, 0), 30, 1e-5);
    assert_near(cost_at(&grid, walled, &shapes, 5, 5), 10 * (8 + sqrt(2)), 1e-4);
    assert_true(isnan(cost_at(&grid, walled, &shapes, 4, 3)));
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

/* A line by its cells, a polygon by those whose centre it holds, or its outline when it holds none.
 */
static void features_count_by_their_cells(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_grid grid = grid_of(9, 6);
    struct gs_shapes line, area, sliver;
    gs_shapes_init(&line);
    gs_shapes_init(&area);
    gs_shapes_init(&sliver);
    add_part(ctx, &line, GS_PART_LINE, 2, (const double[][2]){{5, 5}, {85, 5}});
    add_part(ctx, &area, GS_PART_RING, 5,
             (const double[][2]){{4, 4}, {26, 4}, {26, 14}, {4, 14}, {4, 4}});
    add_part(ctx, &sliver, GS_PART_RING, 4,
             (const double[][2]){{41, 1}, {42, 1}, {41, 38}, {41, 1}});
    assert_near(cost_at(&grid, plain, &line, 7, 0), 150, 1e-4);
    assert_near(cost_at(&grid, plain, &area, 2, 5), 0, 0);
    assert_near(cost_at(&grid, plain, &area, 2, 4), 30, 1e-5);
    assert_near(cost_at(&grid, plain, &area, 5, 5), 90, 1e-5);
    assert_near(cost_at(&grid, plain, &sliver, 4, 2), 0, 0);
    assert_near(cost_at(&grid, plain, &sliver, 4, 1), 30, 1e-5);
    gs_shapes_release(&line);
    gs_shapes_release(&area);
    gs_shapes_release(&sliver);
    gs_ctx_free(ctx);
}

static void fill_rows(struct gs_ctx *ctx, struct gs_rows *rows, size_t band, float *out)
{
    size_t n_rows = rows->grid.n_rows, n_cols = rows->grid.n_cols;
    for (size_t first = 0; first < n_rows; first += band) {
        size_t end = first + band < n_rows ? first + band : n_rows;
        void *worker;
        assert_ok(ctx, gs_rows_begin(ctx, rows, first, end));
        assert_ok(ctx, gs_rows_worker_new(ctx, rows, &worker));
        for (size_t row = first; row < end; row++)
            assert_ok(ctx, gs_rows_row(ctx, rows, worker, row, out + row * n_cols));
        gs_rows_worker_free(rows, worker);
    }
}

/* The rows are the solution without its margin, for any band and any number of threads. */
static void rows_are_the_solution(void **state)
{
    (void)state;
    enum { COLS = 130, ROWS = 300, MARGIN = 17 };
    struct gs_grid inner = grid_of(COLS, ROWS), outer = gs_grid_grow(&inner, MARGIN);
    float *expected = malloc(sizeof(float) * COLS * ROWS),
          *rows_out = malloc(sizeof(float) * COLS * ROWS);
    for (unsigned threads = 1; threads <= 7; threads += 3) {
        struct gs_ctx *ctx = test_ctx_threads(threads);
        struct gs_shapes shapes;
        gs_shapes_init(&shapes);
        add_point(ctx, &shapes, -95, 1000); /* in the margin */
        add_point(ctx, &shapes, 705, 2005);
        if (threads == 1) {
            struct gs_cost_spec spec = spec_of(ctx, &outer, varied, &shapes);
            struct gs_least_cost *cost;
            assert_ok(ctx, gs_cost_solve(ctx, &spec, &cost));
            for (size_t row = 0; row < ROWS; row++)
                gs_least_cost_row(cost, MARGIN, row + MARGIN, COLS, expected + row * COLS);
            assert_true(gs_least_cost_at(cost, MARGIN + 70, MARGIN + 99) <= 0);
            gs_least_cost_free(cost);
            gs_rows_free(spec.friction);
        }
        struct gs_cost_spec spec = spec_of(ctx, &outer, varied, &shapes);
        struct gs_rows *rows;
        assert_ok(ctx, gs_cost_rows_new(ctx, &spec, &inner, MARGIN, &rows));
        uint64_t per_worker;
        assert_true(gs_rows_bytes(rows, 10, &per_worker) >= 8 * outer.n_cols * outer.n_rows);
        fill_rows(ctx, rows, threads == 1 ? ROWS : 64, rows_out);
        assert_memory_equal(expected, rows_out, sizeof(float) * COLS * ROWS);
        gs_rows_free(rows);
        gs_shapes_release(&shapes);
        gs_ctx_free(ctx);
    }
    free(expected);
    free(rows_out);
}

static void no_features_means_missing(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_grid grid = grid_of(5, 4);
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes)); /* an empty shape */
    struct gs_cost_spec spec = spec_of(ctx, &grid, plain, &shapes);
    struct gs_rows *rows;
    float out[20];
    assert_ok(ctx, gs_cost_rows_new(ctx, &spec, &grid, 0, &rows));
    fill_rows(ctx, rows, 2, out);
    for (size_t i = 0; i < 20; i++)
        assert_true(isnan(out[i]));
    gs_rows_free(rows);
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

/* -- faults ------------------------------------------------------------------------------------ */

static void refuse(float (*at)(size_t, size_t), double x, double y, uint64_t memory,
                   enum gs_status expected, const char *part)
{
    struct gs_ctx *ctx = test_ctx_threads(2);
    struct gs_grid grid = grid_of(9, 6);
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    add_point(ctx, &shapes, x, y);
    struct gs_cost_spec spec = spec_of(ctx, &grid, at, &shapes);
    struct gs_least_cost *cost = NULL;
    ctx->memory = memory;
    assert_status(ctx, gs_cost_solve(ctx, &spec, &cost), expected);
    assert_diagnostic(ctx, part);
    assert_null(cost);
    gs_rows_free(spec.friction);
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

static void faults_are_told(void **state)
{
    (void)state;
    uint64_t much = (uint64_t)1 << 32;
    refuse(zero_somewhere, 5, 5, much, GS_EDATA, "0 or less in 2 of the 54 cells");
    refuse(plain, 95, 5, much, GS_EDATA,
           "no feature of layer `stations` lies in the analysis grid");
    refuse(nowhere, 5, 5, much, GS_EDATA, "`price` has no data where the features of layer");
    refuse(plain, 5, 5, 1 << 20, GS_EUSAGE, "are allowed");
}

/* Some outside, some on barriers: said, and the others count. */
static void what_does_not_count_is_told(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx_threads(2);
    struct gs_grid grid = grid_of(9, 6);
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    add_point(ctx, &shapes, 5, 5);
    add_point(ctx, &shapes, 45, 5);
    add_point(ctx, &shapes, 45, -5);
    struct gs_cost_spec spec = spec_of(ctx, &grid, walled, &shapes);
    struct gs_least_cost *cost;
    assert_ok(ctx, gs_cost_solve(ctx, &spec, &cost));
    assert_near(gs_least_cost_at(cost, 1, 5), 10, 1e-5);
    assert_diagnostic(ctx, "1 of 3 features of layer `stations` lie outside");
    assert_diagnostic(ctx, "no data in 1 of the 2 cells");
    gs_least_cost_free(cost);
    gs_rows_free(spec.friction);
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

static void fails_cleanly_without_memory(void **state)
{
    (void)state;
    struct gs_grid inner = grid_of(9, 6), outer = gs_grid_grow(&inner, 2);
    bool reached = true;
    for (long n = 0; reached; n++) {
        struct gs_ctx *ctx = test_ctx_threads(1 + (unsigned)n % 2);
        struct gs_shapes shapes;
        gs_shapes_init(&shapes);
        add_part(ctx, &shapes, GS_PART_RING, 4,
                 (const double[][2]){{41, 1}, {42, 1}, {41, 38}, {41, 1}});
        struct gs_cost_spec spec = spec_of(ctx, &outer, plain, &shapes);
        struct gs_rows *rows = NULL;
        gs_mem_fail_after(n, false);
        enum gs_status status = gs_cost_rows_new(ctx, &spec, &inner, 2, &rows);
        if (!status)
            status = gs_rows_begin(ctx, rows, 0, 6);
        reached = gs_mem_count() > n;
        gs_mem_fail_after(-1, false);
        assert_status(ctx, status, reached ? GS_ENOMEM : GS_OK);
        gs_rows_free(rows);
        gs_shapes_release(&shapes);
        gs_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_are_friction_times_metres),
        cmocka_unit_test(features_count_by_their_cells),
        cmocka_unit_test(rows_are_the_solution),
        cmocka_unit_test(no_features_means_missing),
        cmocka_unit_test(faults_are_told),
        cmocka_unit_test(what_does_not_count_is_told),
        cmocka_unit_test(fails_cleanly_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
