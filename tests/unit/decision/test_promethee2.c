// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/comparing.h"

static void test_dominance(void **state)
{
    (void)state;
    comparing_dominance("promethee2", NULL);
}

static void test_order(void **state)
{
    (void)state;
    comparing_order("promethee2", NULL);
}

static void test_edges(void **state)
{
    (void)state;
    comparing_edges("promethee2", NULL, 0.5);
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
