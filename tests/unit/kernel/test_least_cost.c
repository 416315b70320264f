// SPDX-License-Identifier: Apache-2.0
#include "kernel/least_cost.h"

#include "base/mem.h"
#include "support/support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { X = -1 }; /* a barrier in the tables below */

static double chance(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

struct problem {
    size_t n_cols, n_rows;
    float *friction; /* NaN: barrier */
    size_t (*sources)[2];
    size_t n_sources;
    bool knight;
    float bound;
};

static struct gs_least_cost *solved(struct gs_ctx *ctx, const struct problem *p)
{
    struct gs_least_cost *cost;
    assert_ok(ctx, gs_least_cost_new(ctx, p->n_cols, p->n_rows, p->knight, &cost));
    for (size_t row = 0; row < p->n_rows; row++)
        assert_int_equal(gs_least_cost_set_row(cost, row, p->friction + row * p->n_cols, 1), 0);
    for (size_t i = 0; i < p->n_sources; i++) {
        bool barrier = isnan(p->friction[p->sources[i][1] * p->n_cols + p->sources[i][0]]);
        assert_true(gs_least_cost_add_source(cost, p->sources[i][0], p->sources[i][1]) != barrier);
    }
    assert_ok(ctx, gs_least_cost_solve(ctx, cost, p->bound));
    return cost;
}

/* All costs with so many threads, row after row. */
static float *costs_of(const struct problem *p, unsigned threads)
{
    struct gs_ctx *ctx = test_ctx_threads(threads);
    struct gs_least_cost *cost = solved(ctx, p);
    float *out = malloc(p->n_cols * p->n_rows * sizeof *out);
    for (size_t row = 0; row < p->n_rows; row++)
        gs_least_cost_row(cost, 0, row, p->n_cols, out + row * p->n_cols);
    gs_least_cost_free(cost);
    gs_ctx_free(ctx);
    return out;
}

/* -- the tests' own way: every step of every cell, until nothing changes any more -------------- */

static bool inside(const struct problem *p, long col, long row)
{
    return col >= 0 && row >= 0 && col < (long)p->n_cols && row < (long)p->n_rows;
}

static double friction_at(const struct problem *p, long col, long row)
{
    return inside(p, col, row) ? (double)p->friction[(size_t)row * p->n_cols + (size_t)col]
                               : (double)NAN;
}

/* A step written out from the definition, in double; NaN: not allowed. */
static double step(const struct problem *p, long c, long r, int dx, int dy)
{
    int ax = abs(dx), ay = abs(dy);
    double mean = (friction_at(p, c, r) + friction_at(p, c + dx, r + dy)) / 2;
    if (ax + ay == 1)
        return mean;
    if (ax == 1 && ay == 1)
        return mean * sqrt(2);
    if (ax + ay != 3 || ax == 3 || ay == 3 || !p->knight)
        return NAN;
    long x1 = c + (ax == 2 ? dx / 2 : 0), y1 = r + (ay == 2 ? dy / 2 : 0);
    long x2 = c + (ax == 2 ? dx / 2 : dx), y2 = r + (ay == 2 ? dy / 2 : dy);
    return (2 * mean + friction_at(p, x1, y1) + friction_at(p, x2, y2)) / 4 * sqrt(5);
}

static double *brute_force(const struct problem *p)
{
    size_t n = p->n_cols * p->n_rows;
    double *cost = malloc(n * sizeof *cost);
    for (size_t i = 0; i < n; i++)
        cost[i] = INFINITY;
    for (size_t i = 0; i < p->n_sources; i++)
        if (!isnan(friction_at(p, (long)p->sources[i][0], (long)p->sources[i][1])))
            cost[p->sources[i][1] * p->n_cols + p->sources[i][0]] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (long r = 0; r < (long)p->n_rows; r++)
            for (long c = 0; c < (long)p->n_cols; c++)
                for (int dy = -2; dy <= 2; dy++)
                    for (int dx = -2; dx <= 2; dx++) {
                        double w = step(p, c, r, dx, dy);
                        if (isnan(w) || (dx == 0 && dy == 0))
                            continue;
                        size_t from = (size_t)r * p->n_cols + (size_t)c;
                        size_t to = (size_t)(r + dy) * p->n_cols + (size_t)(c + dx);
                        if (cost[from] + w < cost[to]) {
                            cost[to] = cost[from] + w;
                            changed = true;
                        }
                    }
    }
    for (size_t i = 0; i < n; i++)
        if (cost[i] > (double)p->bound || isinf(cost[i]))
            cost[i] = NAN;
    return cost;
}

static struct problem random_problem(uint64_t seed, size_t n_cols, size_t n_rows, double range,
                                     double barriers, size_t n_sources)
{
    struct problem p = {.n_cols = n_cols, .n_rows = n_rows, .bound = INFINITY};
    uint64_t state = seed;
    p.friction = malloc(n_cols * n_rows * sizeof *p.friction);
    p.sources = malloc(n_sources * sizeof *p.sources);
    p.n_sources = n_sources;
    for (size_t i = 0; i < n_cols * n_rows; i++)
        p.friction[i] = chance(&state) < barriers ? NAN : (float)exp(chance(&state) * log(range));
    for (size_t i = 0; i < n_sources; i++) {
        p.sources[i][0] = (size_t)(chance(&state) * (double)n_cols);
        p.sources[i][1] = (size_t)(chance(&state) * (double)n_rows);
    }
    return p;
}

static void release(struct problem *p)
{
    free(p->friction);
    free(p->sources);
}

/* -- published programs ------------------------------------------------------------------------ */

/* The grid of the golden case; expected: r.cost of GRASS 8.2.1 without and with -k (AAIGrid of its
 * double output), and MCP_Geometric of scikit-image 0.19.3, which gives the first. From (0, 0) and
 * (6, 5). */
static const signed char grid[6][7] = {
    {1, 2, 2, 5, 9, 1, 1}, {3, 8, 2, 4, 9, 1, 3}, {1, 7, X, X, 9, 2, 2},
    {1, 4, X, 3, 6, 5, 2}, {2, 4, 1, 1, 2, 8, 1}, {6, 1, 1, 7, 3, 2, 1},
};
static const double r_cost[6][7] = {
    {0, 1.5, 3.5, 7, 12.621320343560, 7.621320343560, 8.035533905933},
    {2, 6.363961030679, 4.328427124746, 7.328427124746, 11.621320343560, 6.621320343560, 7},
    {4, 8, NAN, NAN, 10.828427124746, 5.328427124746, 4.5},
    {5, 7.5, NAN, 7.828427124746, 8.328427124746, 5.242640687119, 2.5},
    {6.5, 8.535533905933, 6.828427124746, 5.828427124746, 4.328427124746, 5.5, 1},
    {10.5, 8.242640687119, 7.242640687119, 9, 4, 1.5, 0},
};
static const double r_cost_k[6][7] = {
    {0, 1.5, 3.5, 7, 12.413118960625, 7.413118960625, 7.827332522998},
    {2, 6.363961030679, 4.328427124746, 7.090169943749, 11.413118960625, 6.413118960625, 7},
    {4, 8, NAN, NAN, 10.828427124746, 5.328427124746, 4.5},
    {5, 7.5, NAN, 7.828427124746, 8.328427124746, 5.242640687119, 2.5},
    {6.5, 8.535533905933, 6.828427124746, 5.828427124746, 4.328427124746, 5.5, 1},
    {10.5, 8.064495102246, 7.242640687119, 9, 4, 1.5, 0},
};

static void equals_r_cost(void **state)
{
    (void)state;
    float friction[42];
    size_t sources[2][2] = {{0, 0}, {6, 5}};
    for (size_t i = 0; i < 42; i++)
        friction[i] = grid[i / 7][i % 7] == X ? NAN : (float)grid[i / 7][i % 7];
    for (int knight = 0; knight < 2; knight++) {
        struct problem p = {7, 6, friction, sources, 2, knight, INFINITY};
        float *cost = costs_of(&p, 2);
        for (size_t i = 0; i < 42; i++)
            assert_near(cost[i], (knight ? r_cost_k : r_cost)[i / 7][i % 7], 4e-6);
        free(cost);
    }
}

/* -- against the tests' own way ---------------------------------------------------------------- */

static void equals_brute_force(void **state)
{
    (void)state;
    static const struct {
        size_t n_cols, n_rows, n_sources;
        double range, barriers;
    } cases[] = {
        {40, 30, 3, 10, 0.1},  {1, 50, 1, 10, 0},     {50, 1, 2, 10, 0.02}, {1, 1, 1, 1, 0},
        {31, 44, 1, 1e4, 0.4}, {60, 60, 200, 3, 0.2}, {33, 33, 5, 1, 0.3},  {25, 40, 2, 1e6, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int kind = 0; kind < 4; kind++) {
            struct problem p =
                random_problem(i + 1, cases[i].n_cols, cases[i].n_rows, cases[i].range,
                               cases[i].barriers, cases[i].n_sources);
            p.knight = kind & 1;
            if (kind & 2) /* a bound that nothing lies at within rounding */
                p.bound = (float)cases[i].range * 2.3456f;
            double *expected = brute_force(&p);
            float *cost = costs_of(&p, 1 + (unsigned)kind % 3);
            for (size_t k = 0; k < p.n_cols * p.n_rows; k++)
                assert_near(cost[k], expected[k], 2e-6 * fabs(expected[k]) + 1e-12);
            free(cost);
            free(expected);
            release(&p);
        }
}

/* Large enough for rounds that members share; ranges that need the place beyond the ring. */
static void same_bytes_for_any_threads(void **state)
{
    (void)state;
    static const double ranges[] = {1, 30, 1e9};
    for (size_t i = 0; i < 3; i++)
        for (int knight = 0; knight < 2; knight++) {
            struct problem p = random_problem(77 + i, 700, 600, ranges[i], 0.15, i == 1 ? 6000 : 1);
            size_t bytes = p.n_cols * p.n_rows * sizeof(float);
            p.knight = knight;
            p.friction[p.sources[0][1] * p.n_cols + p.sources[0][0]] = 1;
            float *one = costs_of(&p, 1);
            for (unsigned threads = 2; threads <= 7; threads += 5) {
                float *other = costs_of(&p, threads);
                assert_memory_equal(one, other, bytes);
                free(other);
            }
            /* A bound takes cells away and changes no other. */
            float most = 0;
            for (size_t k = 0; k < p.n_cols * p.n_rows; k++)
                most = fmaxf(most, one[k]);
            assert_true(most > 0);
            p.bound = most / 2;
            float *bounded = costs_of(&p, 3);
            size_t n_less = 0;
            for (size_t k = 0; k < p.n_cols * p.n_rows; k++) {
                bool within = one[k] <= p.bound;
                n_less += !within && !isnan(one[k]);
                assert_true(within ? bounded[k] == one[k] : isnan(bounded[k]));
            }
            assert_true(n_less > 0);
            free(bounded);
            free(one);
            release(&p);
        }
}

/* The order of sources, and naming one twice, changes nothing; nor does a block of them. */
static void sources_have_no_order(void **state)
{
    (void)state;
    struct problem p = random_problem(5, 120, 90, 20, 0.1, 60);
    for (size_t i = 0; i < 50; i++) { /* a block, so that some have only sources around */
        p.sources[i][0] = 30 + i % 10;
        p.sources[i][1] = 40 + i / 10;
    }
    float *one = costs_of(&p, 2);
    for (size_t i = 0; i < p.n_sources / 2; i++) {
        size_t swap[2];
        memcpy(swap, p.sources[i], sizeof swap);
        memcpy(p.sources[i], p.sources[p.n_sources - 1 - i], sizeof swap);
        memcpy(p.sources[p.n_sources - 1 - i], swap, sizeof swap);
    }
    float *other = costs_of(&p, 2);
    assert_memory_equal(one, other, p.n_cols * p.n_rows * sizeof(float));
    free(one);
    free(other);
    release(&p);
}

/* Plain friction, far from borders: the octile distance, a closed form. */
static void uniform_friction_gives_octile_distance(void **state)
{
    (void)state;
    struct problem p = random_problem(1, 301, 301, 1, 0, 1);
    p.sources[0][0] = p.sources[0][1] = 150;
    float *cost = costs_of(&p, 2);
    for (long r = 0; r < 301; r++)
        for (long c = 0; c < 301; c++) {
            double a = (double)labs(c - 150), b = (double)labs(r - 150);
            double expected = fmax(a, b) + (sqrt(2) - 1) * fmin(a, b);
            assert_near(cost[r * 301 + c], expected, 1e-5 * expected);
        }
    free(cost);
    release(&p);
}

/* -- the way back ------------------------------------------------------------------------------ */

/* Every cell's way: begins there, ends at a source, goes by steps, and costs what the cell does. */
static void check_paths(const struct problem *p)
{
    struct gs_ctx *ctx = test_ctx_threads(2);
    struct gs_least_cost *cost = solved(ctx, p);
    size_t n_ways = 0;
    for (size_t row = 0; row < p->n_rows; row++)
        for (size_t col = 0; col < p->n_cols; col++) {
            size_t(*cells)[2], n;
            float here = gs_least_cost_at(cost, col, row);
            assert_ok(ctx, gs_least_cost_path(ctx, cost, col, row, &cells, &n));
            assert_int_equal(n == 0, isnan(here));
            double sum = 0;
            for (size_t i = 1; i < n; i++)
                sum += step(p, (long)cells[i][0], (long)cells[i][1],
                            (int)((long)cells[i - 1][0] - (long)cells[i][0]),
                            (int)((long)cells[i - 1][1] - (long)cells[i][1]));
            if (n) {
                assert_true(cells[0][0] == col && cells[0][1] == row);
                assert_true(gs_least_cost_at(cost, cells[n - 1][0], cells[n - 1][1]) <= 0);
                assert_near(sum, here, 1e-5 * (double)here);
                n_ways++;
            }
            gs_free(cells);
        }
    assert_true(n_ways > p->n_cols * p->n_rows / 3);
    gs_least_cost_free(cost);
    gs_ctx_free(ctx);
}

static void paths_cost_what_they_say(void **state)
{
    (void)state;
    for (int knight = 0; knight < 2; knight++) {
        struct problem p = random_problem(11, 50, 40, 30, 0.2, 3);
        p.knight = knight;
        check_paths(&p);
        release(&p);
    }
}

/* Behind a ridge of huge friction lies a plain so smooth that a step changes no bit of the cost:
 * the way back must neither stand still nor go in circles. */
static void paths_cross_plateaus(void **state)
{
    (void)state;
    for (int knight = 0; knight < 2; knight++) {
        struct problem p = random_problem(1, 30, 20, 1, 0, 1);
        p.knight = knight;
        p.sources[0][0] = p.sources[0][1] = 0;
        for (size_t row = 0; row < 20; row++)
            p.friction[row * 30 + 4] = p.friction[row * 30 + 5] = 1e12f;
        check_paths(&p);
        struct gs_ctx *ctx = test_ctx();
        struct gs_least_cost *cost = solved(ctx, &p);
        assert_true(gs_least_cost_at(cost, 20, 10) == gs_least_cost_at(cost, 22, 10));
        gs_least_cost_free(cost);
        gs_ctx_free(ctx);
        release(&p);
    }
}

/* -- what is refused --------------------------------------------------------------------------- */

static void friction_must_be_positive(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_least_cost *cost;
    assert_ok(ctx, gs_least_cost_new(ctx, 7, 1, false, &cost));
    const float friction[] = {1, 0, -3, NAN, INFINITY, FLT_MIN / 4, -INFINITY};
    assert_int_equal(gs_least_cost_set_row(cost, 0, friction, 1), 4);
    for (size_t c = 0; c < 7; c++)
        assert_int_equal(gs_least_cost_add_source(cost, c, 0), c == 0);
    assert_int_equal(gs_least_cost_set_row(cost, 0, (float[]){1, 1, 1, 1, 1, 1, 1}, 0.5f), 0);
    gs_least_cost_free(cost);
    assert_status(ctx, gs_least_cost_new(ctx, 1 << 17, 1 << 17, false, &cost), GS_EDATA);
    assert_diagnostic(ctx, "131072 × 131072");
    gs_ctx_free(ctx);
}

static void no_source_reaches_nothing(void **state)
{
    (void)state;
    struct problem p = random_problem(1, 20, 20, 5, 0.1, 1);
    p.n_sources = 0;
    float *cost = costs_of(&p, 3);
    for (size_t i = 0; i < 400; i++)
        assert_true(isnan(cost[i]));
    free(cost);
    release(&p);
}

static void stops_when_asked(void **state)
{
    (void)state;
    struct problem p = random_problem(1, 700, 700, 1e6, 0, 1);
    struct gs_ctx *ctx = test_ctx_threads(2);
    struct gs_least_cost *cost;
    assert_ok(ctx, gs_least_cost_new(ctx, p.n_cols, p.n_rows, false, &cost));
    for (size_t row = 0; row < p.n_rows; row++)
        gs_least_cost_set_row(cost, row, p.friction + row * p.n_cols, 1);
    gs_least_cost_add_source(cost, 350, 350);
    gs_ctx_cancel(ctx);
    assert_status(ctx, gs_least_cost_solve(ctx, cost, INFINITY), GS_ECANCEL);
    gs_least_cost_free(cost);
    gs_ctx_free(ctx);
    release(&p);
}

static void fails_cleanly_without_memory(void **state)
{
    (void)state;
    struct problem p = random_problem(3, 90, 90, 1e7, 0.1, 40);
    for (unsigned threads = 1; threads <= 2; threads++)
        for (long n = 0, done = 0; !done && n < 3000; n += n < 40 ? 1 : 37) {
            struct gs_ctx *ctx = test_ctx_threads(threads);
            struct gs_least_cost *cost = NULL;
            size_t(*cells)[2] = NULL, n_cells;
            gs_mem_fail_after(n, false);
            enum gs_status status = gs_least_cost_new(ctx, p.n_cols, p.n_rows, n % 2, &cost);
            for (size_t row = 0; row < p.n_rows && !status; row++)
                gs_least_cost_set_row(cost, row, p.friction + row * p.n_cols, 1);
            for (size_t i = 0; i < p.n_sources && !status; i++)
                gs_least_cost_add_source(cost, p.sources[i][0], p.sources[i][1]);
            if (!status)
                status = gs_least_cost_solve(ctx, cost, INFINITY);
            if (!status)
                status = gs_least_cost_path(ctx, cost, 45, 45, &cells, &n_cells);
            done = gs_mem_count() <= n;
            gs_mem_fail_after(-1, false);
            if (status)
                assert_status(ctx, status, GS_ENOMEM);
            else
                assert_true(done);
            gs_free(cells);
            gs_least_cost_free(cost);
            gs_ctx_free(ctx);
        }
    release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_r_cost),
        cmocka_unit_test(equals_brute_force),
        cmocka_unit_test(same_bytes_for_any_threads),
        cmocka_unit_test(sources_have_no_order),
        cmocka_unit_test(uniform_friction_gives_octile_distance),
        cmocka_unit_test(paths_cost_what_they_say),
        cmocka_unit_test(paths_cross_plateaus),
        cmocka_unit_test(friction_must_be_positive),
        cmocka_unit_test(no_source_reaches_nothing),
        cmocka_unit_test(stops_when_asked),
        cmocka_unit_test(fails_cleanly_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
