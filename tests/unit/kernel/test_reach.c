// SPDX-License-Identifier: Apache-2.0
/* Against distances measured from every centre in long double, by formulas of its own. What lies
 * within 1e-9 of the radius is left out there; ties are tested on whole numbers, which are exact.
 */
#include "support/support.h"

#include "base/mem.h"
#include "kernel/reach.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef long double real;

static real to_segment(const double p[2], const double a[2], const double b[2])
{
    real ux = (real)b[0] - a[0], uy = (real)b[1] - a[1];
    real vx = (real)p[0] - a[0], vy = (real)p[1] - a[1];
    real length2 = ux * ux + uy * uy, t = length2 > 0 ? (ux * vx + uy * vy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypotl(vx - t * ux, vy - t * uy);
}

static real to_shape(const struct gs_shapes *s, size_t i, const double p[2])
{
    real best = INFINITY;
    bool odd = false;
    for (size_t part = s->part_start[i]; part < s->part_start[i + 1]; part++) {
        size_t first = s->vertex_start[part], end = s->vertex_start[part + 1];
        bool points = s->part_kind[part] == GS_PART_POINTS;
        for (size_t v = first; v + (points ? 0 : 1) < end; v++) {
            const double *a = s->xy[v], *b = points ? a : s->xy[v + 1];
            real d = to_segment(p, a, b);
            best = d < best ? d : best;
            if (s->part_kind[part] == GS_PART_RING && (a[1] > p[1]) != (b[1] > p[1]) &&
                p[0] < a[0] + ((real)p[1] - a[1]) / ((real)b[1] - a[1]) * ((real)b[0] - a[0]))
                odd = !odd;
        }
    }
    return odd ? 0 : best;
}

static double random_between(double from, double to)
{
    return from + (to - from) * (rand() / (RAND_MAX + 1.0));
}

static void add_part(struct gs_ctx *ctx, struct gs_shapes *s, enum gs_part_kind kind,
                     const double at[2], double size, size_t n, bool lattice)
{
    double(*xy)[2];
    bool ring = kind == GS_PART_RING;
    assert_ok(ctx, gs_shapes_add_part(ctx, s, kind, n + ring, &xy));
    for (size_t v = 0; v < n; v++) {
        double angle = 6.283185307179586 * (double)v / (double)n,
               r = random_between(size / 2, size);
        for (int d = 0; d < 2; d++) {
            double step = ring ? r * (d ? sin(angle) : cos(angle)) : random_between(-size, size);
            xy[v][d] = (ring || v == 0 ? at[d] : xy[v - 1][d]) + step;
            if (lattice)
                xy[v][d] = round(xy[v][d] * 2) / 2;
        }
    }
    if (ring)
        memcpy(xy[n], xy[0], sizeof *xy);
}

static void make_shapes(struct gs_ctx *ctx, struct gs_shapes *s, size_t n, double size, size_t most,
                        bool lattice)
{
    gs_shapes_init(s);
    for (size_t i = 0; i < n; i++) {
        double at[2] = {random_between(-20, 70), random_between(-60, 30)};
        size_t n_vertices = 4 + (size_t)rand() % most;
        assert_ok(ctx, gs_shapes_begin(ctx, s));
        if (i % 5 == 0)
            add_part(ctx, s, GS_PART_POINTS, at, size, 1 + i % 3, lattice);
        if (i % 5 == 1 || i % 5 == 2)
            add_part(ctx, s, GS_PART_LINE, at, size / 3, n_vertices, lattice);
        if (i % 5 == 2 || i % 5 == 3) {
            add_part(ctx, s, GS_PART_RING, at, size, n_vertices, lattice);
            add_part(ctx, s, GS_PART_RING, at, size / 3, n_vertices, lattice);
        } /* every fifth is empty */
    }
}

struct seen {
    const struct gs_grid *grid;
    uint8_t *within, *inside; /* per column and place in the order */
    size_t last;
};

static enum gs_status note(struct gs_ctx *ctx, void *user, const struct gs_reached *r)
{
    (void)ctx;
    struct seen *seen = user;
    size_t n = seen->grid->n_cols;
    assert_true(seen->last == SIZE_MAX || r->at > seen->last);
    assert_true(r->n_within > 0 && r->n_runs > 0);
    seen->last = r->at;
    for (size_t i = 0; i < r->n_within; i++) {
        assert_true(r->within[i].first >= 0 && r->within[i].end <= (int)n);
        assert_true(r->within[i].first < r->within[i].end);
        assert_true(i == 0 || r->within[i].first > r->within[i - 1].end);
        for (int c = r->within[i].first; c < r->within[i].end; c++)
            seen->within[r->at * n + (size_t)c] = 1;
    }
    for (size_t i = 0; i < r->n_inside; i++)
        for (int c = r->inside[i].first; c < r->inside[i].end; c++) {
            seen->inside[r->at * n + (size_t)c] = 1;
            assert_int_equal(seen->within[r->at * n + (size_t)c], 1);
        }
    return GS_OK;
}

/* On a lattice all distances that equal the radius do so exactly (squares are small multiples of
 * 1/4, and of slanting segments none is in question): near ones then count as ties. */
static size_t compare(struct gs_ctx *ctx, const struct gs_shapes *s, const struct gs_grid *grid,
                      double radius_m, double metres_per_unit, bool ties)
{
    struct gs_reach *reach;
    struct gs_reach_row scratch = {0};
    size_t n = grid->n_cols, *order = malloc((s->n + 1) * sizeof *order), n_within = 0;
    struct seen seen = {.grid = grid, .within = malloc(s->n * n), .inside = malloc(s->n * n)};
    for (size_t i = 0; i < s->n; i++)
        order[i] = s->n - 1 - i;
    assert_ok(ctx, gs_reach_new(ctx, s, order, s->n, 0, grid, radius_m, metres_per_unit, &reach));
    for (size_t row = 0; row < grid->n_rows; row++) {
        memset(seen.within, 0, s->n * n);
        memset(seen.inside, 0, s->n * n);
        seen.last = SIZE_MAX;
        assert_ok(ctx, gs_reach_row(ctx, reach, &scratch, row, note, &seen));
        for (size_t i = 0; i < s->n; i++)
            for (size_t c = 0; c < n; c++) {
                double p[2] = {gs_grid_x(grid, (double)c), gs_grid_y(grid, (double)row)};
                real d = to_shape(s, order[i], p) * (real)metres_per_unit - radius_m;
                bool within = seen.within[i * n + c];
                n_within += within;
                if (fabsl(d) > 1e-9L || ties)
                    assert_int_equal(within, d <= 1e-12L);
                if (seen.inside[i * n + c])
                    assert_true(d <= 1e-9L - radius_m);
            }
    }
    gs_reach_row_release(&scratch);
    gs_reach_free(reach);
    free(order);
    free(seen.within);
    free(seen.inside);
    return n_within;
}

static void against_brute_force(void **state)
{
    (void)state;
    const struct gs_grid grids[] = {{0, 0, 1, 1, 50, 40}, {0.3, -0.7, 0.77, 0.77, 61, 37}};
    const double radii[] = {0, 0.4, 3, 5, 17.5, 400};
    for (int g = 0; g < 2; g++)
        for (int r = 0; r < 6; r++) {
            struct gs_ctx *ctx = test_ctx();
            struct gs_shapes s;
            srand((unsigned)(g * 10 + r));
            make_shapes(ctx, &s, 25, r % 2 ? 8 : 30, r % 3 ? 12 : 400, false);
            assert_true(compare(ctx, &s, &grids[g], radii[r], 1, false) > 100);
            assert_true(compare(ctx, &s, &grids[g], radii[r] * 0.3048, 0.3048, false) > 100);
            gs_shapes_release(&s);
            gs_ctx_free(ctx);
        }
}

/* Points, and boundaries along the axes, at round distances from the centres. */
static void ties(void **state)
{
    (void)state;
    const struct gs_grid grid = {-0.5, 0.5, 1, 1, 50, 40}; /* centres are whole numbers */
    const double radii[] = {0, 2.5, 5, 10, 13};
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes s;
    srand(5);
    gs_shapes_init(&s);
    for (int i = 0; i < 20; i++) {
        double(*xy)[2], x = rand() % 50, y = -(rand() % 40), w = 1 + rand() % 9;
        assert_ok(ctx, gs_shapes_begin(ctx, &s));
        if (i % 2) {
            add_part(ctx, &s, GS_PART_POINTS, (double[]){x, y}, 0, 1, true);
            continue;
        }
        assert_ok(ctx, gs_shapes_add_part(ctx, &s, GS_PART_RING, 5, &xy));
        const double box[5][2] = {{x, y}, {x + w, y}, {x + w, y + w}, {x, y + w}, {x, y}};
        memcpy(xy, box, sizeof box);
    }
    for (int r = 0; r < 5; r++)
        assert_true(compare(ctx, &s, &grid, radii[r], 1, true) > 5);
    gs_shapes_release(&s);
    gs_ctx_free(ctx);
}

/* Far from the origin, nearly level: rounding of where a row meets the segment is wide there. */
static void nearly_level(void **state)
{
    (void)state;
    const struct gs_grid grid = {4000000, 3000020, 1, 1, 50, 40};
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes s;
    gs_shapes_init(&s);
    for (int i = 0; i < 12; i++) {
        double(*xy)[2], tilt = ldexp(1, -3 * i);
        assert_ok(ctx, gs_shapes_begin(ctx, &s));
        assert_ok(ctx, gs_shapes_add_part(ctx, &s, GS_PART_LINE, 2, &xy));
        xy[0][0] = 4000000 - 1000.25;
        xy[1][0] = 4000000 + 1000.25;
        xy[0][1] = 3000000.5 - tilt;
        xy[1][1] = 3000000.5 + tilt;
    }
    assert_true(compare(ctx, &s, &grid, 0, 1, false) > 0);
    assert_true(compare(ctx, &s, &grid, 3, 1, false) > 100);
    gs_shapes_release(&s);
    gs_ctx_free(ctx);
}

static void joined(void **state)
{
    (void)state;
    struct gs_columns c[] = {{5, 9}, {0, 2}, {9, 12}, {20, 21}, {6, 7}, {2, 3}};
    assert_int_equal(gs_columns_join(c, 6), 3);
    assert_true(c[0].first == 0 && c[0].end == 3);
    assert_true(c[1].first == 5 && c[1].end == 12);
    assert_true(c[2].first == 20 && c[2].end == 21);
}

static void memory_runs_out(void **state)
{
    (void)state;
    const struct gs_grid grid = {0, 0, 1, 1, 50, 40};
    struct gs_ctx *ctx = test_ctx();
    struct gs_shapes s;
    srand(3);
    make_shapes(ctx, &s, 10, 20, 60, false);
    for (long k = 0;; k++) {
        struct gs_ctx *failing = test_ctx();
        struct gs_reach *reach = NULL;
        struct gs_reach_row scratch = {0};
        struct seen seen = {.grid = &grid, .within = calloc(10, 50), .inside = calloc(10, 50)};
        gs_mem_fail_after(k, false);
        enum gs_status status = gs_reach_new(failing, &s, NULL, s.n, 0, &grid, 3, 1, &reach);
        for (size_t row = 0; row < 40 && !status; row++) {
            seen.last = SIZE_MAX;
            status = gs_reach_row(failing, reach, &scratch, row, note, &seen);
        }
        gs_mem_fail_after(-1, false);
        gs_reach_row_release(&scratch);
        gs_reach_free(reach);
        free(seen.within);
        free(seen.inside);
        gs_ctx_free(failing);
        if (status == GS_OK) {
            assert_true(k > 5);
            break;
        }
        assert_int_equal(status, GS_ENOMEM);
    }
    gs_shapes_release(&s);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(against_brute_force), cmocka_unit_test(ties),
        cmocka_unit_test(nearly_level),        cmocka_unit_test(joined),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
