// SPDX-License-Identifier: Apache-2.0
#include "unit/measure/vector_job.h"

#include "geo/geodesic.h"
#include "kernel/planar.h"
#include "measure/runs.h"

struct made {
    double xy[GS_RUN + 1][2], xyz[GS_RUN + 1][3];
};

static struct gs_run make_run(const struct gs_geodesic *geodesic, struct made *made, uint64_t seed)
{
    size_t n = 1 + (size_t)(unit(seed) * (GS_RUN + 1));
    for (size_t i = 0; i < n; i++)
        for (unsigned d = 0; d < 2; d++)
            made->xy[i][d] = 2 * unit(seed + 1 + d) + 0.1 * (double)i * unit(seed + 3 + d) +
                             0.3 * unit(seed + 10 + 2 * i + d);
    for (size_t i = 0; i < n && geodesic; i++)
        gs_geodesic_ecef(geodesic, made->xy[i], made->xyz[i]);
    return (struct gs_run){n, (const double(*)[2])made->xy, (const double(*)[3])made->xyz};
}

/* All pairs of segments; a single vertex is a segment of no length. */
static double all_pairs(const struct gs_geodesic *geodesic, const struct gs_run *a,
                        const struct gs_run *b)
{
    double best = INFINITY;
    for (size_t i = 0; i + 1 < a->n || i == 0; i++)
        for (size_t k = 0; k + 1 < b->n || k == 0; k++) {
            const double *p = a->xy[i], *q = a->xy[a->n > 1 ? i + 1 : i];
            const double *r = b->xy[k], *s = b->xy[b->n > 1 ? k + 1 : k];
            best = fmin(best, geodesic ? gs_geodesic_segments(geodesic, p, q, r, s)
                                       : gs_planar_segments(p, q, r, s));
        }
    return best;
}

static double box_gap(const struct gs_box3 *a, const struct gs_box3 *b)
{
    double squared = 0;
    for (int d = 0; d < 3; d++) {
        double gap = fmax(fmax(a->min[d] - b->max[d], b->min[d] - a->max[d]), 0);
        squared += gap * gap;
    }
    return sqrt(squared);
}

static void compare(const struct gs_geodesic *geodesic, uint64_t count)
{
    size_t n_zero = 0;
    for (uint64_t i = 0; i < count; i++) {
        struct made ma, mb;
        struct gs_run a = make_run(geodesic, &ma, 1000 * i),
                      b = make_run(geodesic, &mb, 1000 * i + 500);
        double expected = all_pairs(geodesic, &a, &b), tolerance = geodesic ? 1e-5 : 1e-12;
        assert_near(gs_run_distance(geodesic, &a, &b, INFINITY), expected, tolerance);
        assert_near(gs_run_distance(geodesic, &a, &b, expected * 1.001), expected, tolerance);
        assert_true(gs_run_distance(geodesic, &a, &b, expected * 0.999) >= expected * 0.999);
        struct gs_box3 x = gs_run_box(geodesic, &a), y = gs_run_box(geodesic, &b);
        assert_true(box_gap(&x, &y) <= expected);
        n_zero += expected == 0;
    }
    assert_true(n_zero > count / 50 && n_zero < count / 2); /* of both kinds */
}

static void test_planar(void **state)
{
    (void)state;
    compare(NULL, 2000);
}

static void test_geodesic(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_geodesic *geodesic = NULL;
    assert_ok(ctx, gs_geodesic_new(ctx, 6378137, 1 / 298.257223563, &geodesic));
    compare(geodesic, 200);
    gs_geodesic_free(geodesic);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planar),
        cmocka_unit_test(test_geodesic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
