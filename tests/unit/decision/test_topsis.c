// SPDX-License-Identifier: Apache-2.0
#include "unit/decision/comparing.h"

static void test_dominance(void **state)
{
    (void)state;
    comparing_dominance("topsis", NULL);
}

static void test_order(void **state)
{
    (void)state;
    comparing_order("topsis", NULL);
}

static void test_edges(void **state)
{
    (void)state;
    comparing_edges("topsis", NULL, 1);
}

static void test_cells(void **state)
{
    (void)state;
    scoring_cells("topsis", NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dominance),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
