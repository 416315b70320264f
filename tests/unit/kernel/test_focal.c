// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/focal.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_KINDS = GS_FOCAL_QUANTILE + 1 };

static uint32_t chance(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* -- one row of results, from all the cells around it -------------------------------------------
 */

struct scene {
    double radius;
    size_t n, reach, n_in, n_rows;
    float *cells; /* n_rows × n_in */
};

static void open_scene(struct scene *s, double radius, size_t n)
{
    *s = (struct scene){.radius = radius, .n = n, .reach = (size_t)radius};
    s->n_in = n + 2 * s->reach;
    s->n_rows = 2 * s->reach + 1;
    s->cells = malloc(s->n_rows * s->n_in * sizeof *s->cells);
}

static void compute(const struct scene *s, enum gs_focal_kind kind, double q, float *out)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_disc disc;
    assert_ok(ctx, gs_disc_init(ctx, s->radius, &disc));
    assert_int_equal(disc.reach, s->reach);
    const void **prepared = malloc(s->n_rows * sizeof *prepared);
    size_t bytes = gs_focal_row_bytes(kind, s->n_in);
    for (size_t r = 0; r < s->n_rows; r++) {
        void *row = malloc(bytes);
        gs_focal_prepare(kind, s->cells + r * s->n_in, s->n_in, row);
        prepared[r] = row;
    }
    void *scratch = malloc(gs_focal_scratch_bytes(kind, &disc, s->n));
    gs_focal_combine(kind, &disc, prepared, s->n, q, scratch, out);
    free(scratch);
    for (size_t r = 0; r < s->n_rows; r++)
        free((void *)prepared[r]);
    free(prepared);
    gs_disc_release(&disc);
    gs_ctx_free(ctx);
}

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* All values of the disc around result `i`, sorted. */
static size_t values_around(const struct scene *s, size_t i, float *values)
{
    size_t n = 0;
    for (size_t r = 0; r < s->n_rows; r++)
        for (size_t c = 0; c < s->n_rows; c++) {
            double dx = (double)c - (double)s->reach, dy = (double)r - (double)s->reach;
            float v = s->cells[r * s->n_in + i + c];
            if (dx * dx + dy * dy <= s->radius * s->radius && isfinite(v))
                values[n++] = v;
        }
    qsort(values, n, sizeof *values, compare);
    return n;
}

/* By the textbook. */
static double expected(enum gs_focal_kind kind, const float *sorted, size_t n, double q)
{
    long double sum = 0, squares = 0;
    if (n == 0)
        return NAN;
    for (size_t i = 0; i < n; i++)
        sum += (long double)sorted[i];
    for (size_t i = 0; i < n; i++) {
        long double d = (long double)sorted[i] - sum / n;
        squares += d * d;
    }
    double place = q * (double)(n - 1);
    size_t below = (size_t)floor(place), next = below + 1 < n ? below + 1 : below;
    switch (kind) {
    case GS_FOCAL_MEAN:
        return (double)(sum / n);
    case GS_FOCAL_SUM:
        return (double)sum;
    case GS_FOCAL_STDEV:
        return (double)sqrtl(squares / n);
    case GS_FOCAL_MIN:
        return (double)sorted[0];
    case GS_FOCAL_MAX:
        return (double)sorted[n - 1];
    case GS_FOCAL_QUANTILE:
        break;
    }
    return (double)sorted[below] +
           (place - (double)below) * ((double)sorted[next] - (double)sorted[below]);
}

/* Of every `step`th result. */
static void assert_scene(const struct scene *s, size_t step)
{
    float *values = malloc(s->n_rows * s->n_rows * sizeof *values);
    float *out = malloc(s->n * sizeof *out);
    for (int kind = 0; kind < N_KINDS; kind++)
        for (double q = 0; q <= 1; q += kind == GS_FOCAL_QUANTILE ? 0.3125 : 2) {
            compute(s, (enum gs_focal_kind)kind, q, out);
            for (size_t i = 0; i < s->n; i += step) {
                size_t n = values_around(s, i, values);
                double wanted = expected((enum gs_focal_kind)kind, values, n, q);
                double largest = n ? fmax(fabs((double)values[0]), fabs((double)values[n - 1])) : 0;
                bool picks = kind == GS_FOCAL_MIN || kind == GS_FOCAL_MAX;
                double rounding = fabs(wanted) * 6e-8 + largest * (double)n * 1e-15;
                /* a deviation of nothing: the root of the rounding of squares */
                if (kind == GS_FOCAL_STDEV)
                    rounding += largest * 2e-7;
                assert_near((double)out[i], wanted, picks ? 0 : rounding);
            }
        }
    free(values);
    free(out);
}

/* -- brute force ----------------------------------------------------------------------------- */

enum pattern { WHOLE, HOLES, MOSTLY_MISSING, TIES, HALF, EMPTY, N_PATTERNS };

static float cell_of(enum pattern pattern, uint32_t *seed, size_t column)
{
    float value = (float)chance(seed) * 0x1p-20f - 3;
    switch (pattern) {
    case WHOLE:
        return value;
    case HOLES:
        return chance(seed) % 7 ? value : chance(seed) % 2 ? NAN : -INFINITY;
    case MOSTLY_MISSING:
        return chance(seed) % 97 ? NAN : value;
    case TIES:
        return (float)(chance(seed) % 4) - (chance(seed) % 5 ? 1.5f : NAN);
    case HALF:
        return column < 900 ? NAN : value;
    case EMPTY:
    case N_PATTERNS:
        break;
    }
    return NAN;
}

static void fill(struct scene *s, enum pattern pattern, uint32_t seed)
{
    for (size_t i = 0; i < s->n_rows * s->n_in; i++)
        s->cells[i] = cell_of(pattern, &seed, i % s->n_in);
}

static void as_brute_force(void **state)
{
    (void)state;
    static const double radii[] = {0, 0.7, 1, 1.41421356, 1.5, 2.99, 3, 5, 7.25, 10, 13.4};
    static const size_t widths[] = {1, 2, 63, 1100};
    for (size_t r = 0; r < sizeof radii / sizeof *radii; r++)
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            for (int pattern = 0; pattern < N_PATTERNS; pattern++) {
                struct scene s;
                open_scene(&s, radii[r], widths[w]);
                fill(&s, (enum pattern)pattern, (uint32_t)(r * 100 + w));
                assert_scene(&s, widths[w] > 100 ? 13 : 1);
                free(s.cells);
            }
}

/* Stretches as long as the disc asks for. */
static void large_discs(void **state)
{
    (void)state;
    static const double radii[] = {50, 139.7};
    for (size_t r = 0; r < 2; r++)
        for (int pattern = WHOLE; pattern <= HOLES; pattern++) {
            struct scene s;
            open_scene(&s, radii[r], 900);
            fill(&s, (enum pattern)pattern, 7);
            assert_scene(&s, 131);
            free(s.cells);
        }
}

/* -- SciPy ----------------------------------------------------------------------------------- */

/* scipy 1.10.1, numpy 1.24.2: ndimage.generic_filter(a, f, footprint=x*x + y*y <= 2.3**2,
 * mode='constant', cval=nan), row 3, f being nanmean, nansum, nanstd, nanmin, nanmax and
 * nanquantile(0.3), of a[r, c] = (7 r + 3 c²) mod 23 − 5.5, 7 rows of 9, but NaN at (2, 3) and
 * (5, 0). */
static void as_scipy(void **state)
{
    (void)state;
    static const double of_scipy[N_KINDS][9] = {
        [GS_FOCAL_MEAN] = {5.16666667, 4.4375, 4.6, 4.25, 5.6, 4.05, 5.69047619, 6.5, 8.03846154},
        [GS_FOCAL_SUM] = {62, 71, 92, 85, 112, 81, 119.5, 117, 104.5},
        [GS_FOCAL_STDEV] = {5.93483127, 6.39793668, 6.43350604, 6.29980158, 5.88982173, 6.43797328,
                            7.06176187, 7.11805217, 6.55879192},
        [GS_FOCAL_MIN] = {-4.5, -4.5, -5.5, -5.5, -5.5, -5.5, -5.5, -5.5, -5.5},
        [GS_FOCAL_MAX] = {15.5, 15.5, 15.5, 14.5, 15.5, 15.5, 16.5, 16.5, 16.5},
        [GS_FOCAL_QUANTILE] = {1.8, 0.5, 0.9, 0.6, 2.9, 0.9, 1.5, 1.5, 5.1},
    };
    struct scene s;
    open_scene(&s, 2.3, 9);
    for (size_t r = 0; r < 5; r++) /* rows 1 to 5 */
        for (size_t c = 0; c < s.n_in; c++) {
            size_t row = r + 1, col = c - 2;
            bool missing = c < 2 || col > 8 || (row == 2 && col == 3) || (row == 5 && col == 0);
            s.cells[r * s.n_in + c] =
                missing ? (float)NAN : (float)((row * 7 + col * col * 3) % 23) - 5.5f;
        }
    for (int kind = 0; kind < N_KINDS; kind++) {
        float out[9];
        compute(&s, (enum gs_focal_kind)kind, 0.3, out);
        for (size_t i = 0; i < 9; i++)
            assert_near((double)out[i], of_scipy[kind][i], 1e-6);
    }
    free(s.cells);
}

/* -- nothing but the disc -------------------------------------------------------------------- */

/* An enormous value changes the cells it is in reach of, and no others by a bit. */
static void outlier_leaves_nothing_behind(void **state)
{
    (void)state;
    enum { N = 600, AT = 100 };
    struct scene s;
    open_scene(&s, 4.5, N);
    fill(&s, HOLES, 11);
    for (int kind = 0; kind < N_KINDS; kind++) {
        float without[N], with[N], *cell = s.cells + 4 * s.n_in + 4 + AT, kept = *cell;
        compute(&s, (enum gs_focal_kind)kind, 0.9999, without);
        *cell = kind == GS_FOCAL_MIN ? -FLT_MAX : FLT_MAX;
        compute(&s, (enum gs_focal_kind)kind, 0.9999, with);
        *cell = kept;
        assert_true(with[AT] != without[AT]);
        if (kind == GS_FOCAL_STDEV) /* a difference from the number near, which may be another */
            continue;
        assert_memory_equal(with, without, (AT - 4) * sizeof(float));
        assert_memory_equal(with + AT + 5, without + AT + 5, (N - AT - 5) * sizeof(float));
    }
    free(s.cells);
}

/* Heights of 4,321.1 m that differ by 4 mm: sums of their squares have no digits left for that. */
static void small_deviations(void **state)
{
    (void)state;
    float out[300];
    struct scene s;
    open_scene(&s, 6, 300);
    for (size_t i = 0; i < s.n_rows * s.n_in; i++)
        s.cells[i] = 4321.1f;
    compute(&s, GS_FOCAL_STDEV, 0, out);
    for (size_t i = 0; i < 300; i++)
        assert_true(out[i] == 0);
    for (size_t i = 0; i < s.n_rows * s.n_in; i++)
        s.cells[i] = 4321 + (float)(i % 2) * 0x1p-8f;
    compute(&s, GS_FOCAL_STDEV, 0, out);
    /* columns of 13 (in the middle), 11, 11, 11, 9, 7, 1 cells, every other of the one kind */
    double one = 13 + 2 * (11 + 9 + 1), other = 2 * (11 + 11 + 7);
    for (size_t i = 0; i < 300; i++)
        assert_near((double)out[i], sqrt(one * other) / (one + other) * 0x1p-8, 1e-9);
    free(s.cells);
}

/* -- the disc -------------------------------------------------------------------------------- */

/* Gauss's circle problem, OEIS A000328: points of the lattice in a circle of radius 0, 1, 2 … */
static void as_many_cells_as_gauss(void **state)
{
    (void)state;
    static const size_t numbers[] = {1, 5, 13, 29, 49, 81, 113, 149, 197, 253, 317, 377, 441, 529};
    struct gs_ctx *ctx = test_ctx();
    struct gs_disc disc;
    for (size_t r = 0; r < sizeof numbers / sizeof *numbers; r++) {
        assert_ok(ctx, gs_disc_init(ctx, (double)r, &disc));
        assert_int_equal(disc.n_cells, numbers[r]);
        assert_int_equal(disc.reach, r);
        assert_int_equal(gs_disc_reach((double)r), r);
        gs_disc_release(&disc);
    }
    assert_true(0.3 / 0.1 < 3); /* three cells all the same */
    assert_ok(ctx, gs_disc_init(ctx, 0.3 / 0.1, &disc));
    assert_int_equal(disc.n_cells, 29);
    gs_disc_release(&disc);
    gs_ctx_free(ctx);
}

static void impossible_discs(void **state)
{
    (void)state;
    static const double radii[] = {1e300, INFINITY, NAN, GS_DISC_RADIUS_MAX + 1};
    struct gs_ctx *ctx = test_ctx();
    struct gs_disc disc;
    for (size_t i = 0; i < 4; i++)
        assert_status(ctx, gs_disc_init(ctx, radii[i], &disc), GS_ESTUDY);
    assert_diagnostic(ctx, "16384");
    assert_ok(ctx, gs_disc_init(ctx, GS_DISC_RADIUS_MAX, &disc));
    assert_true(disc.n_cells <= INT32_MAX);
    gs_disc_release(&disc);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_brute_force),   cmocka_unit_test(large_discs),
        cmocka_unit_test(as_scipy),         cmocka_unit_test(outlier_leaves_nothing_behind),
        cmocka_unit_test(small_deviations), cmocka_unit_test(as_many_cells_as_gauss),
        cmocka_unit_test(impossible_discs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
