// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "decision/random.h"

#include <math.h>

static double unit(uint64_t high, uint64_t low)
{
    return ((double)((high << 32 | low) >> 11) + 0.5) * 0x1p-53;
}

/* The known answers of philox4x32-10 in Random123 1.14, kat_vectors. */
static void test_known_answers(void **state)
{
    (void)state;
    double pair[2];
    gs_random_pair(0, 0, 0, 0, pair);
    assert_near(pair[0], unit(0x6627e8d5, 0xe169c58d), 0);
    assert_near(pair[1], unit(0xbc57ac4c, 0x9b00dbd8), 0);
    gs_random_pair(UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX, pair);
    assert_near(pair[0], unit(0x408f276d, 0x41c83b0e), 0);
    assert_near(pair[1], unit(0xa20bc7c6, 0x6d5451fd), 0);
    gs_random_pair(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3, 0x243f6a88, pair);
    assert_near(pair[0], unit(0xd16cfe09, 0x94fdcceb), 0);
    assert_near(pair[1], unit(0x5001e420, 0x24126ea1), 0);
}

/* scipy.special.ndtri, SciPy 1.10.1. */
static void test_normal(void **state)
{
    (void)state;
    const double p[][2] = {{0.5, 0},
                           {0.975, 1.959963984540054},
                           {0.6, 0.2533471031357997},
                           {0.025, -1.9599639845400545},
                           {1e-10, -6.361340902404056},
                           {1e-300, -37.0471}};
    for (size_t i = 0; i < 5; i++)
        assert_near(gs_normal_quantile(p[i][0]), p[i][1], 1e-14 * (1 + fabs(p[i][1])));
    assert_near(gs_normal_quantile(p[5][0]), p[5][1], 1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
