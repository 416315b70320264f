// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/secret.h"

#include <string.h>

static void check(const char *given, const char *expected)
{
    char text[200];
    strcpy(text, given);
    gs_hide_secrets(text);
    assert_string_equal(text, expected);
}

static void test_hidden(void **state)
{
    (void)state;
    check("PG:host=db password=abc dbname=x", "PG:host=db password=*** dbname=x");
    check("https://ann:abc@example.org/a?b=1", "https://ann:***@example.org/a?b=1");
    check("https://example.org/a?Token=abc&x=1", "https://example.org/a?Token=***&x=1");
    check("https://example.org/a?X-Amz-Signature=abc", "https://example.org/a?X-Amz-Signature=***");
    check("https://example.org/a?api_key=abc", "https://example.org/a?api_key=***");
    check("https://example.org/a@b", "https://example.org/a@b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hidden)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
