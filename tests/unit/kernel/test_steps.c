// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"
#include "kernel/steps.h"

#include <stdlib.h>

/* Against adding to every column; rows one after another, so that what is left over would show. */
static void against_loops(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    const size_t widths[] = {1, 2, 63, 64, 65, 128, 1000};
    srand(7);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        struct gs_steps steps;
        size_t n = widths[w];
        assert_ok(ctx, gs_steps_init(ctx, &steps, n));
        for (int row = 0; row < 50; row++) {
            long sum[1000] = {0}, features[1000] = {0}, values[1000] = {0};
            for (int k = rand() % 12; k > 0; k--) {
                int first = rand() % (int)n, end = first + 1 + rand() % ((int)n - first);
                struct gs_step step = {rand() % 100 - 50, 1, rand() % 2};
                gs_steps_add(&steps, first, end, &step);
                for (int c = first; c < end; c++) {
                    sum[c] += (long)step.sum;
                    features[c]++;
                    values[c] += step.values;
                }
            }
            size_t first, end, at = 0;
            struct gs_step sums;
            while (gs_steps_next(&steps, &first, &end, &sums)) {
                assert_int_equal(first, at);
                assert_true(end > first);
                for (at = first; at < end; at++) {
                    assert_true(sums.sum == sum[at]);
                    assert_true(sums.features == features[at] && sums.values == values[at]);
                }
            }
            assert_int_equal(at, n);
        }
        gs_steps_release(&steps);
    }
    gs_ctx_free(ctx);
}

static void fixed_point(void **state)
{
    (void)state;
    /* the small one survives beside the large one, as it does not in a double */
    double large = 3e15, small = 7.25e-9;
    int exponent = gs_fixed_exponent(large + small);
    gs_int128 both = gs_fixed(large, exponent) + gs_fixed(small, exponent);
    assert_near(gs_fixed_value(both - gs_fixed(large, exponent), exponent), small, 1e-20);
    assert_near(gs_fixed_value(both, exponent), large, 0);
    /* 2 ^ 20 of the largest that may be */
    gs_int128 total = 0;
    exponent = gs_fixed_exponent(1048576 * 1.75);
    for (int i = 0; i < 1048576; i++)
        total -= gs_fixed(1.75, exponent);
    assert_near(gs_fixed_value(total, exponent), -1048576 * 1.75, 0);
    assert_near(gs_fixed_value(gs_fixed(0, gs_fixed_exponent(0)), gs_fixed_exponent(0)), 0, 0);
    exponent = gs_fixed_exponent(1e300);
    assert_near(gs_fixed_value(gs_fixed(1e300, exponent), exponent), 1e300, 0);
}

static void memory_runs_out(void **state)
{
    (void)state;
    for (long k = 0; k < 2; k++) {
        struct gs_ctx *ctx = test_ctx();
        struct gs_steps steps;
        gs_mem_fail_after(k, false);
        enum gs_status status = gs_steps_init(ctx, &steps, 100);
        gs_mem_fail_after(-1, false);
        assert_int_equal(status, GS_ENOMEM);
        gs_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(against_loops),
        cmocka_unit_test(fixed_point),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
