// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/viridis.h"

/* Classes are a fifth wide; what lies beyond belongs to the outermost. */
static void test_classes(void **state)
{
    (void)state;
    const double scores[] = {-0.1, 0, 0.19, 0.2, 0.59, 0.6, 0.8, 1, 1.2};
    const int classes[] = {0, 0, 0, 1, 2, 3, 4, 4, 4};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        assert_int_equal(gs_viridis_class(scores[i]), classes[i]);
}

static void test_fill(void **state)
{
    (void)state;
    uint8_t colours[9][3];
    gs_viridis_fill(colours, 9);
    for (size_t i = 0; i < GS_VIRIDIS_STOPS; i++)
        assert_memory_equal(colours[2 * i], gs_viridis[i], 3);
    assert_int_equal(colours[1][0], 64); /* (68 + 59) / 2, rounded away from 0 */
    assert_int_equal(colours[1][2], 112);
    gs_viridis_fill(colours, 2);
    assert_memory_equal(colours[0], gs_viridis[0], 3);
    assert_memory_equal(colours[1], gs_viridis[GS_VIRIDIS_STOPS - 1], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_classes), cmocka_unit_test(test_fill)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
