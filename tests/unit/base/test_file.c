// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/file.h"

#include <stdio.h>
#include <unistd.h>

static void test_same_file(void **state)
{
    (void)state;
    char a[200], link_to_a[200];
    snprintf(a, sizeof a, "%s/a", test_folder());
    snprintf(link_to_a, sizeof link_to_a, "%s/./link", test_folder());
    assert_false(gs_same_file(a, a)); /* there is none */
    test_write("a", "");
    const char *b = test_write("b", "");
    assert_true(gs_same_file(a, a));
    assert_false(gs_same_file(a, b));
    assert_int_equal(symlink(a, link_to_a), 0);
    assert_true(gs_same_file(a, link_to_a));
}

static void test_file_name(void **state)
{
    (void)state;
    assert_string_equal(gs_file_name("a/b.c/d.gpkg"), "d.gpkg");
    assert_string_equal(gs_file_name("d.gpkg"), "d.gpkg");
    assert_string_equal(gs_file_name("a/"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_file),
                                       cmocka_unit_test(test_file_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
