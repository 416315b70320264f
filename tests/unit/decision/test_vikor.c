// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/comparing.h"

static const double half = 0.5; /* v */

static void test_dominance(void **state)
{
    (void)state;
    comparing_dominance("vikor", &half);
}

static void test_order(void **state)
{
    (void)state;
    comparing_order("vikor", &half);
}

static void test_edges(void **state)
{
    (void)state;
    comparing_edges("vikor", &half, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dominance),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
