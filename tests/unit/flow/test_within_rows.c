// SPDX-License-Identifier: Apache-2.0
/* Closed forms, and what must not matter. That all cells are as sites on their centres is tested in
 * unit/measure/test_vector_surfaces.c, that reach is right in unit/kernel/test_reach.c. */
#include "support/support.h"

#include "base/mem.h"
#include "flow/cover_rows.h"
#include "flow/length_rows.h"
#include "flow/within_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;
static const struct gs_grid grid = {0, 40, 1, 1, 90, 40};

static void add(struct gs_ctx *ctx, struct gs_shapes *s, enum gs_part_kind kind, size_t n,
                const double (*vertices)[2])
{
    double(*xy)[2];
    assert_ok(ctx, gs_shapes_begin(ctx, s));
    assert_ok(ctx, gs_shapes_add_part(ctx, s, kind, n, &xy));
    memcpy(xy, vertices, n * sizeof *xy);
}

static float *rows_of(struct gs_ctx *ctx, struct gs_rows *rows)
{
    float *out = malloc(grid.n_cols * grid.n_rows * sizeof *out);
    void *worker;
    uint64_t per_worker;
    assert_true(gs_rows_bytes(rows, 10, &per_worker) > 0 && per_worker > 0);
    assert_ok(ctx, gs_rows_worker_new(ctx, rows, &worker));
    for (size_t r = 0; r < grid.n_rows; r++)
        assert_ok(ctx, gs_rows_row(ctx, rows, worker, r, out + r * grid.n_cols));
    gs_rows_worker_free(rows, worker);
    gs_rows_free(rows);
    return out;
}

/* Random points, lines and triangles with values; `turned`: the other way round. */
static void make_layer(struct gs_ctx *ctx, struct gs_shapes *s, double *values, size_t n,
                       bool turned)
{
    gs_shapes_init(s);
    for (size_t k = 0; k < n; k++) {
        size_t i = turned ? n - 1 - k : k;
        double v[4][2];
        srand((unsigned)i);
        for (int c = 0; c < 4; c++) {
            v[c][0] = (c ? v[0][0] : 0) + rand() % 9000 / (c ? 900.0 : 100.0);
            v[c][1] = (c ? v[0][1] : 0) + rand() % 4000 / (c ? 900.0 : 100.0);
        }
        values[k] = i % 7 ? (rand() % 10000) / 7.0 : NAN;
        if (i % 3 == 2 &&
            (v[1][0] - v[0][0]) * (v[2][1] - v[0][1]) < (v[2][0] - v[0][0]) * (v[1][1] - v[0][1])) {
            double held[2] = {v[1][0], v[1][1]};
            memcpy(v[1], v[2], sizeof held);
            memcpy(v[2], held, sizeof held);
        }
        memcpy(v[3], v[0], sizeof v[3]);
        const double(*xy)[2] = (const double(*)[2])v;
        if (i % 3 == 0)
            add(ctx, s, GS_PART_POINTS, 1, xy);
        else
            add(ctx, s, i % 3 == 1 ? GS_PART_LINE : GS_PART_RING, i % 3 == 1 ? 3 : 4, xy);
    }
}

static void order_of_features(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes s[2];
    double values[2][200];
    for (int t = 0; t < 2; t++)
        make_layer(ctx, &s[t], values[t], 200, t);
    for (int kind = GS_WITHIN_COUNT; kind <= GS_WITHIN_DISTINCT + 1; kind++)
        for (int decay = GS_DECAY_NONE; decay <= GS_DECAY_INVERSE; decay++) {
            float *out[2];
            if (decay != GS_DECAY_NONE && kind > GS_WITHIN_MAX)
                continue;
            for (int t = 0; t < 2; t++) {
                struct gs_within_request q = {.kind = (enum gs_within_kind)kind,
                                              .shapes = &s[t],
                                              .values = kind ? values[t] : NULL,
                                              .radius_m = 6.5,
                                              .metres_per_unit = 1,
                                              .decay = {(enum gs_decay_kind)decay, 6.5}};
                struct gs_rows *rows;
                if (kind > GS_WITHIN_DISTINCT)
                    assert_ok(ctx, gs_length_rows_new(ctx, &s[t], &grid, 6.5, 1, &rows));
                else
                    assert_ok(ctx, gs_within_rows_new(ctx, &q, &grid, &rows));
                out[t] = rows_of(ctx, rows);
            }
            assert_memory_equal(out[0], out[1], grid.n_cols * grid.n_rows * sizeof **out);
            free(out[0]);
            free(out[1]);
        }
    gs_shapes_release(&s[0]);
    gs_shapes_release(&s[1]);
    gs_ctx_free(ctx);
}

/* A sum of 10^15 leaves nothing behind where only 10^-9 is in reach, nor do opposites. */
static void nothing_is_left_over(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes s;
    struct gs_rows *rows;
    const double at[4][2] = {{10.5, 20.5}, {60.5, 20.5}, {30.5, 20.5}, {30.5, 20.5}};
    const double values[] = {1e15, 1e-9, 12345.678, -12345.678};
    gs_shapes_init(&s);
    for (int i = 0; i < 4; i++)
        add(ctx, &s, GS_PART_POINTS, 1, &at[i]);
    struct gs_within_request q = {
        .kind = GS_WITHIN_SUM, .shapes = &s, .values = values, .radius_m = 5, .metres_per_unit = 1};
    assert_ok(ctx, gs_within_rows_new(ctx, &q, &grid, &rows));
    float *out = rows_of(ctx, rows), *row = out + 19 * grid.n_cols;
    for (size_t c = 0; c < grid.n_cols; c++) {
        float expected = c >= 5 && c <= 15 ? 1e15f : c >= 55 && c <= 65 ? 1e-9f : 0;
        assert_true(row[c] == expected);
    }
    free(out);
    gs_shapes_release(&s);
    gs_ctx_free(ctx);
}

static void length_of_a_chord(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes s;
    struct gs_rows *rows;
    const double line[2][2] = {{-1000, 20.25}, {1000, 20.25}};
    const double short_line[3][2] = {{44.9, 20.5}, {45, 20.6}, {45, 20.6}};
    gs_shapes_init(&s);
    add(ctx, &s, GS_PART_LINE, 2, line);
    add(ctx, &s, GS_PART_LINE, 3, short_line);
    add(ctx, &s, GS_PART_POINTS, 2, line);
    assert_ok(ctx, gs_length_rows_new(ctx, &s, &grid, 7.0 * 0.3048, 0.3048, &rows));
    float *out = rows_of(ctx, rows);
    for (size_t r = 0; r < grid.n_rows; r++) {
        double off = fabs(gs_grid_y(&grid, (double)r) - 20.25);
        double chord = off < 7 ? 2 * sqrt(49 - off * off) * 0.3048 : 0;
        assert_near((double)out[r * grid.n_cols + 20], chord, 1e-6);
        double dx = 45.5 - 45, dy = gs_grid_y(&grid, (double)r) - 20.6;
        if (sqrt(dx * dx + dy * dy) < 6)
            chord += sqrt(0.02) * 0.3048;
        if (sqrt(dx * dx + dy * dy) < 6 || sqrt(dx * dx + dy * dy) > 8)
            assert_near((double)out[r * grid.n_cols + 45], chord, 1e-6);
    }
    free(out);
    gs_shapes_release(&s);
    gs_ctx_free(ctx);
}

/* A half-plane of sorts: of a circle of radius r whose centre is d inside its edge it covers
 * (π r² - r² acos(d / r) + d √(r² - d²)) / π r². */
static void segment_of_a_circle(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes s;
    struct gs_rows *rows;
    const double box[5][2] = {{45.3, -1e4}, {1e5, -1e4}, {1e5, 1e4}, {45.3, 1e4}, {45.3, -1e4}};
    const double r = 6.25;
    gs_shapes_init(&s);
    add(ctx, &s, GS_PART_RING, 5, box);
    assert_ok(ctx, gs_cover_rows_new(ctx, &s, &grid, r * 1000, 1000, &rows));
    assert_int_equal(s.n, 0); /* taken over */
    float *out = rows_of(ctx, rows);
    for (size_t c = 0; c < grid.n_cols; c++) {
        double d = fmin(fmax(gs_grid_x(&grid, (double)c) - 45.3, -r), r);
        double covered = pi * r * r - r * r * acos(d / r) + d * sqrt(r * r - d * d);
        for (size_t row = 0; row < grid.n_rows; row++)
            assert_near((double)out[row * grid.n_cols + c], covered / (pi * r * r), 1e-7);
    }
    free(out);
    gs_shapes_release(&s);
    gs_ctx_free(ctx);
}

/* A hole within the circle, and a polygon within: their areas against that of the circle. */
static void whole_polygons(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes s;
    struct gs_rows *rows;
    const double outer[5][2] = {{20, 10}, {24, 10}, {24, 14}, {20, 14}, {20, 10}};
    const double hole[5][2] = {{21, 11}, {21, 12.5}, {22.5, 12.5}, {22.5, 11}, {21, 11}};
    gs_shapes_init(&s);
    add(ctx, &s, GS_PART_RING, 5, outer);
    add(ctx, &s, GS_PART_RING, 5, hole);
    assert_ok(ctx, gs_cover_rows_new(ctx, &s, &grid, 8, 1, &rows));
    float *out = rows_of(ctx, rows);
    double share = (16 - 2.25) / (pi * 64);
    assert_near((double)out[27 * grid.n_cols + 21], share, 1e-8);
    assert_near((double)out[28 * grid.n_cols + 23], share, 1e-8);
    assert_near((double)out[27 * grid.n_cols + 60], 0, 0);
    assert_near((double)out[2 * grid.n_cols + 21], 0, 0);
    free(out);
    gs_shapes_release(&s);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_features), cmocka_unit_test(nothing_is_left_over),
        cmocka_unit_test(length_of_a_chord), cmocka_unit_test(segment_of_a_circle),
        cmocka_unit_test(whole_polygons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
