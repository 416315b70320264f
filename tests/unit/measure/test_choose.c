// SPDX-License-Identifier: Apache-2.0
#include "measure/choose.h"
#include "support/support.h"

#include <math.h>

static void test_smaller(void **state)
{
    (void)state;
    double numbers[] = {NAN, 3, -1, 5};
    const char *texts[] = {NULL, "b", "a", "c"};
    struct gs_column number = {.name = "n", .unit = "", .number = numbers};
    struct gs_column text = {.name = "t", .unit = "", .text = texts};
    struct gs_reading reading = gs_no_reading();
    assert_true(isnan(reading.number));
    assert_null(reading.text);
    for (size_t i = 0; i < 4; i++)
        gs_choose_smaller(&number, i, &reading);
    assert_near(reading.number, -1, 0);
    assert_null(reading.text);
    reading = gs_no_reading();
    for (size_t i = 0; i < 4; i++)
        gs_choose_smaller(&text, i, &reading);
    assert_string_equal(reading.text, "a");
    assert_true(isnan(reading.number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_smaller)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
