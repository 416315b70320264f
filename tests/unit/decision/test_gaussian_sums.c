// SPDX-License-Identifier: Apache-2.0
/* Against the sum over all pairs. */
#include "scoring.h"

#include "decision/gaussian_sums.h"

#include <stdlib.h>

enum { N = 3000 };

static int rising(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void check(double width, bool ties)
{
    static double z[N], sums[N];
    uint64_t random = 5;
    for (size_t i = 0; i < N; i++) {
        z[i] = width * scoring_random(&random) * scoring_random(&random);
        z[i] = ties ? floor(100 * z[i] / width) / 100 * width : z[i];
    }
    qsort(z, N, sizeof *z, rising);
    gs_gaussian_sums(z, N, sums);
    for (size_t i = 0; i < N; i++) {
        long double expected = 0;
        for (size_t j = 0; j < i; j++)
            expected += exp(-(z[i] - z[j]) * (z[i] - z[j]) / 2);
        if (fabs(sums[i] - (double)expected) > 4e-15 * (double)i + 1e-15)
            fail_msg("width %g, %zu: %.17g, not %.17g", width, i, sums[i], (double)expected);
    }
}

static void test_against_pairs(void **state)
{
    (void)state;
    static const double widths[] = {0, 1e-6, 0.3, 1, 4, 30, 1000, 1e9};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        check(widths[i], false);
        if (widths[i] > 0)
            check(widths[i], true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_pairs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
