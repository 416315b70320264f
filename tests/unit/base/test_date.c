// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/date.h"

#include <stdio.h>

static const char *shown(struct gs_date date)
{
    static char text[40];
    snprintf(text, sizeof text, "%d-%02d-%02d", date.year, date.month, date.day);
    return text;
}

static void test_parse(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",        "202",        "2022-",      "2022-13",
                                        "2022-00", "2022-02-29", "2022-1",     "2022-01-01 ",
                                        "2022/01", "about 2022", "2012 to 23", "20220101"};
    struct gs_date date;
    assert_true(gs_date_parse("2022", &date));
    assert_string_equal(shown(date), "2022-00-00");
    assert_true(gs_date_parse("2024-02-29", &date));
    assert_string_equal(shown(date), "2024-02-29");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(gs_date_parse(wrong[i], &date));
}

static const char *later(const char *from, const char *by)
{
    struct gs_date date;
    struct gs_period period;
    assert_true(gs_date_parse(from, &date));
    assert_true(gs_period_parse(by, &period));
    return shown(gs_date_add(gs_date_last_day(date), period));
}

static void test_add(void **state)
{
    (void)state;
    assert_string_equal(later("2022", "1 year"), "2023-12-31");
    assert_string_equal(later("2022-03", "18 months"), "2023-09-30");
    assert_string_equal(later("2023-02", "1 year"), "2024-02-29"); /* the end stays the end */
    assert_string_equal(later("2022-01-30", "1 month"), "2022-02-28");
    assert_string_equal(later("2022-12-20", "2 weeks"), "2023-01-03");
    assert_string_equal(later("2022-01-01", "800 days"), "2024-03-11");
}

static void test_period(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",        "1",       "1year",   "0 days",   "x days",
                                        "1 dayss", "-1 days", "1  year", "1 decade", "12345 days"};
    struct gs_period period;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(gs_period_parse(wrong[i], &period));
}

static void test_of_seconds(void **state)
{
    (void)state;
    assert_string_equal(shown(gs_date_of(0)), "1970-01-01");
    assert_string_equal(shown(gs_date_of(1709251199)), "2024-02-29");
    struct gs_date a = gs_date_of(0), b = gs_date_of(86400);
    assert_true(gs_date_compare(a, b) < 0 && gs_date_compare(b, a) > 0);
    assert_int_equal(gs_date_compare(a, a), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_add),
                                       cmocka_unit_test(test_period),
                                       cmocka_unit_test(test_of_seconds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
