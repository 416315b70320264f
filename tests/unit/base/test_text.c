// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

static void check_double(double value, const char *expected)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append_double(&text, value);
    assert_string_equal(text.bytes, expected);
    gs_text_release(&text);
}

/* The shortest digits, and no exponent where people would write none. */
static void test_double(void **state)
{
    (void)state;
    check_double(60, "60");
    check_double(-60, "-60");
    check_double(4250000, "4250000");
    check_double(1e14, "100000000000000");
    check_double(1e15, "1e+15");
    check_double(0.1, "0.1");
    check_double(1.0 / 3, "0.3333333333333333");
    check_double(1e-7, "1e-07");
    check_double(1e30, "1e+30");
    check_double(0, "0");
    check_double(-NAN, "nan");
    check_double(INFINITY, "inf");
}

/* Whatever it looks like, it reads back to the same bits. */
static void test_double_reads_back(void **state)
{
    (void)state;
    static const double values[] = {
        120, 1e2, 2e9, 123456789012345.0, 999999999999999.0, 5e-324, 1.7976931348623157e308};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct gs_text text;
        gs_text_init(&text);
        gs_text_append_double(&text, values[i]);
        assert_true(strtod(text.bytes, NULL) == values[i]);
        gs_text_release(&text);
    }
}

/* A part that could not be made spoils the whole, whatever has been appended since. */
static void test_failure_stays(void **state)
{
    (void)state;
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append(&text, "half of it");
    text.failed = true; /* as from another text */
    gs_text_append(&text, " and the rest");
    assert_null(gs_text_take(&text));
    gs_text_append(&text, "again");
    char *taken = gs_text_take(&text);
    assert_string_equal(taken, "again");
    gs_free(taken);

    gs_mem_fail_after(0, false);
    gs_text_append(&text, "lost");
    gs_mem_fail_after(-1, false);
    gs_text_append(&text, "late");
    assert_null(gs_text_take(&text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_double),
        cmocka_unit_test(test_double_reads_back),
        cmocka_unit_test(test_failure_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
