// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/comparing.h"

static const double usual[] = {0.30, 0.15}; /* alpha, beta */

static void test_dominance(void **state)
{
    (void)state;
    comparing_dominance("electre3", usual);
}

static void test_order(void **state)
{
    (void)state;
    comparing_order("electre3", usual);
}

static void test_edges(void **state)
{
    (void)state;
    comparing_edges("electre3", usual, 1);
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
