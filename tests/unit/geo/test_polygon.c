// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "geo/polygon.h"

#include <math.h>
#include <string.h>

struct fixture {
    struct gs_ctx *ctx;
    struct gs_polygons *polygons;
    struct gs_shapes in, out;
};

static struct fixture set_up(void)
{
    struct fixture f = {.ctx = test_ctx()};
    assert_ok(f.ctx, gs_polygons_new(f.ctx, &f.polygons));
    gs_shapes_init(&f.in);
    gs_shapes_init(&f.out);
    return f;
}

static void tear_down(struct fixture *f)
{
    gs_shapes_release(&f->in);
    gs_shapes_release(&f->out);
    gs_polygons_free(f->polygons);
    gs_ctx_free(f->ctx);
}

static void begin(struct fixture *f)
{
    assert_ok(f->ctx, gs_shapes_begin(f->ctx, &f->in));
}

static void add(struct fixture *f, enum gs_part_kind kind, const double (*xy)[2], size_t n)
{
    double(*to)[2];
    assert_ok(f->ctx, gs_shapes_add_part(f->ctx, &f->in, kind, n, &to));
    memcpy(to, xy, n * sizeof *xy);
}

/* A counterclockwise rectangle, or a clockwise one for a hole. */
static void add_box(struct fixture *f, double x0, double y0, double x1, double y1, bool hole)
{
    double out[5][2] = {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}};
    double in[5][2] = {{x0, y0}, {x0, y1}, {x1, y1}, {x1, y0}, {x0, y0}};
    add(f, GS_PART_RING, hole ? in : out, 5);
}

/* Shape 0: POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,2 4,4 4,4 2,2 2)), shape 1: the box 5 -5, 15 5.
 * The expected numbers below: python3-gdal 3.6.2 (GEOS 3.11.1) on the same WKT. */
static struct fixture two_boxes(void)
{
    struct fixture f = set_up();
    begin(&f);
    add_box(&f, 0, 0, 10, 10, false);
    add_box(&f, 2, 2, 4, 4, true);
    begin(&f);
    add_box(&f, 5, -5, 15, 5, false);
    return f;
}

static void test_intersection(void **state)
{
    (void)state;
    struct fixture f = two_boxes();
    assert_ok(f.ctx, gs_polygons_intersection(f.ctx, f.polygons, &f.in, 0, &f.in, 1, &f.out));
    assert_int_equal(f.out.n, 1);
    assert_int_equal(f.out.n_parts, 1);
    assert_near(gs_shapes_area(&f.out, 0), 25, 0); /* POLYGON ((10 0,5 0,5 5,10 5,10 0)) */
    double bounds[4];
    gs_shapes_bounds(&f.out, 0, bounds);
    assert_near(bounds[0], 5, 0);
    assert_near(bounds[3], 5, 0);
    tear_down(&f);
}

static void test_touching(void **state)
{
    (void)state;
    struct fixture f = set_up(); /* a common edge: an intersection without area */
    begin(&f);
    add_box(&f, 0, 0, 1, 1, false);
    begin(&f);
    add_box(&f, 1, 0, 2, 1, false);
    assert_ok(f.ctx, gs_polygons_intersection(f.ctx, f.polygons, &f.in, 0, &f.in, 1, &f.out));
    assert_int_equal(f.out.n, 1);
    assert_true(gs_shapes_is_empty(&f.out, 0));
    tear_down(&f);
}

static void test_union(void **state)
{
    (void)state;
    struct fixture f = two_boxes();
    size_t items[] = {0, 1}, turned[] = {1, 0};
    assert_ok(f.ctx, gs_polygons_union(f.ctx, f.polygons, &f.in, items, 2, &f.out));
    assert_near(gs_shapes_area(&f.out, 0), 171, 0);
    assert_ok(f.ctx, gs_polygons_union(f.ctx, f.polygons, &f.in, turned, 2, &f.out));
    assert_ok(f.ctx, gs_polygons_union(f.ctx, f.polygons, &f.in, items, 0, &f.out));
    assert_int_equal(f.out.n, 3);
    assert_true(gs_shapes_is_empty(&f.out, 2));
    /* One exterior and its hole, each in its direction; the same in either order of the items. */
    assert_int_equal(f.out.part_start[1], 2);
    size_t n = f.out.vertex_start[2];
    assert_int_equal(f.out.vertex_start[4], 2 * n);
    assert_memory_equal(f.out.xy, f.out.xy + n, n * sizeof *f.out.xy);
    struct gs_shapes hole = f.out;
    size_t only_hole[] = {1, 2};
    hole.part_start = only_hole;
    assert_near(gs_shapes_area(&hole, 0), -4, 0);
    tear_down(&f);
}

/* Slanted triangles whose crossings are inexact: any order of 40 items gives the same bits. */
static void test_union_order(void **state)
{
    (void)state;
    struct fixture f = set_up();
    size_t items[40], turned[40];
    for (size_t i = 0; i < 40; i++) {
        double x = fmod(0.7 * (double)i * (double)i, 10), y = fmod(1.3 * (double)i, 7);
        double triangle[4][2] = {{x, y}, {x + 3.1, y + .37}, {x + 1.3, y + 2.9}, {x, y}};
        begin(&f);
        add(&f, GS_PART_RING, triangle, 4);
        items[i] = i;
        turned[(i * 17 + 5) % 40] = i;
    }
    assert_ok(f.ctx, gs_polygons_union(f.ctx, f.polygons, &f.in, items, 40, &f.out));
    assert_ok(f.ctx, gs_polygons_union(f.ctx, f.polygons, &f.in, turned, 40, &f.out));
    size_t n = f.out.vertex_start[f.out.part_start[1]];
    assert_true(n > 40);
    assert_int_equal(f.out.n_vertices, 2 * n);
    assert_memory_equal(f.out.xy, f.out.xy + n, n * sizeof *f.out.xy);
    tear_down(&f);
}

/* An island in a lake in an island: the inner exterior comes first here, so its order cannot tell
 * whose the hole is. */
static void test_nested(void **state)
{
    (void)state;
    struct fixture f = set_up();
    begin(&f);
    add_box(&f, 0, 0, 10, 10, false);
    add_box(&f, 4, 4, 6, 6, false);
    add_box(&f, 2, 2, 8, 8, true);
    begin(&f);
    add_box(&f, 0, 0, 10, 5, false);
    assert_ok(f.ctx, gs_polygons_intersection(f.ctx, f.polygons, &f.in, 0, &f.in, 1, &f.out));
    assert_near(gs_shapes_area(&f.out, 0), 50 - 18 + 2, 1e-12);
    tear_down(&f);
}

/* A box whose lower edge has a dent of 1 and an islet in front of it: without the dent the islet
 * would lie within the box. */
static void test_clip(void **state)
{
    (void)state;
    struct fixture f = set_up();
    const double coast[8][2] = {{0, 0}, {4, 0}, {5, 1}, {6, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}};
    const double whole[4] = {-5, -5, 15, 15}, right[4] = {8, -5, 15, 15}, off[4] = {20, 0, 30, 10};
    begin(&f);
    add(&f, GS_PART_RING, coast, 8);
    add_box(&f, 4.9, 0.2, 5.1, 0.4, false);
    assert_ok(f.ctx, gs_polygons_clip(f.ctx, f.polygons, &f.in, 0, whole, 0.01, &f.out));
    assert_near(gs_shapes_area(&f.out, 0), 99.04, 1e-9); /* 100 - 1 + 0.2², as it was */
    assert_ok(f.ctx, gs_polygons_clip(f.ctx, f.polygons, &f.in, 0, whole, 2, &f.out));
    assert_int_equal(f.out.part_start[2] - f.out.part_start[1], 1);
    assert_near(gs_shapes_area(&f.out, 1), 100, 1e-9);
    assert_ok(f.ctx, gs_polygons_clip(f.ctx, f.polygons, &f.in, 0, right, 2, &f.out));
    assert_near(gs_shapes_area(&f.out, 2), 20, 1e-9);
    assert_ok(f.ctx, gs_polygons_clip(f.ctx, f.polygons, &f.in, 0, off, 2, &f.out));
    assert_true(gs_shapes_is_empty(&f.out, 3));
    tear_down(&f);
}

static void test_buffer(void **state)
{
    (void)state;
    struct fixture f = two_boxes();
    double centre[1][2] = {{0, 0}};
    begin(&f);
    add(&f, GS_PART_POINTS, centre, 1);
    assert_ok(f.ctx, gs_polygons_buffer(f.ctx, f.polygons, &f.in, 2, 1000, &f.out));
    assert_near(gs_shapes_area(&f.out, 0), 3141277.250932771, 1e-3);
    assert_ok(f.ctx, gs_polygons_buffer(f.ctx, f.polygons, &f.in, 0, 3, &f.out));
    assert_near(gs_shapes_area(&f.out, 1), 248.27149525839502, 1e-9);
    tear_down(&f);
}

static void test_point_inside(void **state)
{
    (void)state;
    struct fixture f = two_boxes();
    double point[2], centre[1][2] = {{3, 4}};
    assert_ok(f.ctx, gs_polygons_point_inside(f.ctx, f.polygons, &f.in, 0, point));
    assert_near(point[0], 5, 0); /* POINT (5 7) */
    assert_near(point[1], 7, 0);
    begin(&f);
    add(&f, GS_PART_POINTS, centre, 1);
    assert_ok(f.ctx, gs_polygons_point_inside(f.ctx, f.polygons, &f.in, 2, point));
    assert_near(point[0], 3, 0);
    begin(&f);
    assert_ok(f.ctx, gs_polygons_point_inside(f.ctx, f.polygons, &f.in, 3, point));
    assert_true(isnan(point[0]));
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intersection), cmocka_unit_test(test_touching),
        cmocka_unit_test(test_union),        cmocka_unit_test(test_union_order),
        cmocka_unit_test(test_nested),       cmocka_unit_test(test_buffer),
        cmocka_unit_test(test_clip),         cmocka_unit_test(test_point_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
