// SPDX-License-Identifier: Apache-2.0
/* The quick look must never be sure of what GEOS finds invalid, and must be sure of the usual. */
#include "support/support.h"

#include "geo/geos.h"
#include "geo/simple.h"

#include <math.h>
#include <string.h>

struct fixture {
    struct gs_ctx *ctx;
    struct gs_geos geos;
    struct gs_simple simple;
    struct gs_shapes shapes;
    bool is_hole[64];
    uint64_t random;
};

static struct fixture set_up(void)
{
    struct fixture f = {.ctx = test_ctx(), .random = 42};
    assert_ok(f.ctx, gs_geos_init(f.ctx, &f.geos));
    gs_simple_init(&f.simple);
    gs_shapes_init(&f.shapes);
    return f;
}

static void tear_down(struct fixture *f)
{
    gs_geos_release(&f->geos);
    gs_simple_release(&f->simple);
    gs_shapes_release(&f->shapes);
    gs_ctx_free(f->ctx);
}

static unsigned pick(struct fixture *f, unsigned n)
{
    f->random = f->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(f->random >> 33) % n;
}

static void begin(struct fixture *f)
{
    gs_shapes_clear(&f->shapes);
    assert_ok(f->ctx, gs_shapes_begin(f->ctx, &f->shapes));
}

/* A star-shaped ring around (x, y) of n corners between the radii r0 and r1. */
static void add_star(struct fixture *f, double x, double y, double r0, double r1, size_t n,
                     bool hole)
{
    double(*xy)[2];
    f->is_hole[f->shapes.n_parts] = hole;
    assert_ok(f->ctx, gs_shapes_add_part(f->ctx, &f->shapes, GS_PART_RING, n + 1, &xy));
    for (size_t k = 0; k < n; k++) {
        double angle = 2 * M_PI * (double)k / (double)n * (hole ? -1 : 1);
        double r = r0 + (r1 - r0) * pick(f, 1000) / 1000;
        xy[k][0] = x + r * cos(angle);
        xy[k][1] = y + r * sin(angle);
    }
    memcpy(xy[n], xy[0], sizeof *xy);
}

static bool is_sure(struct fixture *f)
{
    bool sure = false;
    assert_ok(f->ctx, gs_simple_check(f->ctx, &f->simple, &f->shapes, 0, f->shapes.n_parts,
                                      f->is_hole, &sure));
    return sure;
}

static bool is_valid(struct fixture *f)
{
    GEOSGeometry *geometry = NULL;
    assert_ok(f->ctx, gs_geos_from_rings(f->ctx, &f->geos, &f->shapes, 0, f->shapes.n_parts,
                                         f->is_hole, &geometry));
    bool valid = GEOSisValid_r(f->geos.handle, geometry) == 1;
    GEOSGeom_destroy_r(f->geos.handle, geometry);
    return valid;
}

static void test_usual(void **state)
{
    (void)state;
    struct fixture f = set_up();
    for (size_t n = 3; n < 500; n = n * 3 / 2 + 1) {
        begin(&f);
        add_star(&f, 4e6, 3e6, 8000, 10000, n, false);
        assert_true(is_valid(&f));
        assert_true(is_sure(&f));
        add_star(&f, 4e6 + 1000, 3e6, 100, 500, n, true);
        add_star(&f, 4e6 - 1000, 3e6, 100, 500, n, true);
        add_star(&f, 5e6, 3e6, 100, 500, n, false);
        if (n < 5) /* holes may reach over the edge of a triangle */
            continue;
        assert_true(is_valid(&f));
        assert_true(is_sure(&f));
    }
    tear_down(&f);
}

static void test_nesting(void **state)
{
    (void)state;
    struct fixture f = set_up();
    begin(&f);
    add_star(&f, 0, 0, 10, 11, 20, false);
    add_star(&f, 100, 0, 1, 2, 20, true); /* a hole outside */
    assert_false(is_valid(&f));
    assert_false(is_sure(&f));
    begin(&f);
    add_star(&f, 0, 0, 10, 11, 20, false);
    add_star(&f, 0, 0, 5, 6, 20, true);
    add_star(&f, 0, 0, 1, 2, 20, true); /* a hole in a hole */
    assert_false(is_valid(&f));
    assert_false(is_sure(&f));
    begin(&f);
    add_star(&f, 0, 0, 10, 11, 20, false);
    add_star(&f, 0, 0, 5, 6, 20, false); /* an exterior in another */
    assert_false(is_valid(&f));
    assert_false(is_sure(&f));
    tear_down(&f);
}

/* Rings of corners on a small grid touch, overlap, fold and cross in every way. */
static void test_against_geos(void **state)
{
    (void)state;
    struct fixture f = set_up();
    size_t n_valid = 0, n_sure = 0;
    for (int trial = 0; trial < 20000; trial++) {
        begin(&f);
        size_t n_rings = 1 + pick(&f, 3);
        unsigned size = 3 + pick(&f, 40);
        for (size_t ring = 0; ring < n_rings; ring++) {
            double(*xy)[2];
            size_t n = 3 + pick(&f, 4);
            f.is_hole[ring] = ring > 0 && pick(&f, 2);
            assert_ok(f.ctx, gs_shapes_add_part(f.ctx, &f.shapes, GS_PART_RING, n + 1, &xy));
            for (size_t k = 0; k < n; k++) {
                xy[k][0] = pick(&f, size);
                xy[k][1] = pick(&f, size);
            }
            memcpy(xy[n], xy[0], sizeof *xy);
        }
        bool valid = is_valid(&f), sure = is_sure(&f);
        assert_true(valid || !sure);
        n_valid += valid;
        n_sure += sure;
    }
    assert_true(n_valid > 2000);
    assert_true(n_sure > n_valid * 8 / 10);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usual),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_against_geos),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
