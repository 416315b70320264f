// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/burn.h"

#include <string.h>

enum { SIDE = 12 };

static const struct gs_grid grid = {100, 1200, 100, 100, SIDE, SIDE};

/* A picture of what a part of `kind` touches: rows of '.' and '#'. */
static void draw(enum gs_part_kind kind, size_t n, const double (*xy)[2], char out[SIDE][SIDE + 1])
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes shapes;
    struct gs_spans spans;
    double(*to)[2];
    gs_shapes_init(&shapes);
    gs_spans_init(&spans);
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    assert_ok(ctx, gs_shapes_add_part(ctx, &shapes, kind, n, &to));
    memcpy(to, xy, n * sizeof *xy);
    assert_ok(ctx, gs_burn(ctx, &shapes, 0, 0, &grid, &spans));
    for (int r = 0; r < SIDE; r++) {
        memset(out[r], '.', SIDE);
        out[r][SIDE] = 0;
    }
    for (size_t i = 0; i < spans.n; i++) {
        assert_int_equal(spans.items[i].shape, 0);
        for (int c = spans.items[i].first; c < spans.items[i].end; c++)
            out[spans.items[i].row][c] = '#';
    }
    gs_spans_release(&spans);
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

static void assert_picture(char drawn[SIDE][SIDE + 1], const char *const *expected)
{
    for (int r = 0; r < SIDE; r++)
        assert_string_equal(drawn[r], expected[r]);
}

/* Expected pictures: gdal.RasterizeLayer of GDAL 3.6.2 with burn value 1 into the same grid. */

static void line_as_gdal(void **state)
{
    (void)state;
    const double xy[][2] = {{150, 50}, {1120, 420}, {1010, 1170}, {-400, 900}};
    static const char *const expected[] = {
        ".......###..", "...####..#..", "###......#..", ".........#..",
        "..........#.", "..........#.", "..........#.", ".........##.",
        ".......##...", "....###.....", "..##........", "##..........",
    };
    char drawn[SIDE][SIDE + 1];
    draw(GS_PART_LINE, 4, xy, drawn);
    assert_picture(drawn, expected);
}

static void polygon_as_gdal(void **state)
{
    (void)state;
    const double xy[][2] = {{230, 130}, {1460, 310}, {870, 1105}, {640, 610}, {230, 130}};
    static const char *const expected[] = {
        "............", ".......#....", ".......##...", ".......###..",
        "......####..", "......#####.", ".....#######", "....########",
        "...#########", "..########..", ".##.........", "............",
    };
    char drawn[SIDE][SIDE + 1];
    draw(GS_PART_RING, 5, xy, drawn);
    assert_picture(drawn, expected);
}

static void points_in_their_cells(void **state)
{
    (void)state;
    const double xy[][2] = {{100, 1200}, {199.9, 1100.1}, {1299, 1}, {1300, 600}, {99, 600}};
    char drawn[SIDE][SIDE + 1];
    draw(GS_PART_POINTS, 5, xy, drawn);
    assert_string_equal(drawn[0], "#...........");
    assert_string_equal(drawn[SIDE - 1], "...........#");
    for (int r = 1; r < SIDE - 1; r++)
        assert_string_equal(drawn[r], "............");
}

/* The steps of a line do not depend on where the grid cuts it: a window of a long, shallow line is
 * the window of its picture on a wide grid. */
static void cut_line_keeps_its_steps(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_grid wide = {0, 4000, 1, 1, 6000, 4000}, window = {2500, 2300, 1, 1, 700, 900};
    static uint8_t picture[4000][6000];
    struct gs_shapes shapes;
    struct gs_spans spans;
    double(*to)[2];
    const double ends[][2] = {{-3000.5, -20.25}, {9123.75, 4321.5}, {5000.5, -900.5}};
    gs_shapes_init(&shapes);
    gs_spans_init(&spans);
    assert_ok(ctx, gs_shapes_begin(ctx, &shapes));
    assert_ok(ctx, gs_shapes_add_part(ctx, &shapes, GS_PART_LINE, 3, &to));
    memcpy(to, ends, sizeof ends);
    assert_ok(ctx, gs_burn(ctx, &shapes, 0, 0, &wide, &spans));
    size_t n_wide = 0, n_window = 0;
    for (size_t i = 0; i < spans.n; i++)
        memset(&picture[spans.items[i].row][spans.items[i].first], 1,
               (size_t)(spans.items[i].end - spans.items[i].first));
    for (size_t r = 1700; r < 2600; r++)
        for (size_t c = 2500; c < 3200; c++)
            n_wide += picture[r][c];
    spans.n = 0;
    assert_ok(ctx, gs_burn(ctx, &shapes, 0, 0, &window, &spans));
    for (size_t i = 0; i < spans.n; i++)
        for (int c = spans.items[i].first; c < spans.items[i].end; c++) {
            uint8_t *cell = &picture[spans.items[i].row + 1700][c + 2500];
            assert_int_not_equal(*cell, 0);
            n_window += *cell == 1;
            *cell = 2;
        }
    assert_int_equal(n_window, n_wide);
    assert_true(n_wide > 500);
    gs_spans_release(&spans);
    gs_shapes_release(&shapes);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_as_gdal),
        cmocka_unit_test(polygon_as_gdal),
        cmocka_unit_test(points_in_their_cells),
        cmocka_unit_test(cut_line_keeps_its_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
