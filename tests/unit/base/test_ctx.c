// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"

#include <string.h>

static void check_nearest(const char *word, const char *expected)
{
    static const char *const words[] = {"radius", "field", "decay", "id", "geodesic"};
    const char *nearest = gs_nearest_word(word, words, sizeof words / sizeof *words);
    if (expected)
        assert_string_equal(nearest, expected);
    else
        assert_null(nearest);
}

static void test_nearest_word(void **state)
{
    (void)state;
    check_nearest("radius", "radius");
    check_nearest("raduis", "radius"); /* one swap of neighbours */
    check_nearest("radiuss", "radius");
    check_nearest("felds", "field");
    check_nearest("di", "id");
    check_nearest("xy", NULL); /* two edits in a word of two */
    check_nearest("geodetics", "geodesic");
    check_nearest("zzzzzzzzz", NULL);
    check_nearest("", NULL); /* one edit is allowed, and none is so near */
    assert_null(gs_nearest_word("radius", NULL, 0));
}

/* What people see of a diagnostic, with the line it stands in. The caret stands under a character,
 * not a byte, and a tab keeps its width. */
static void test_format(void **state)
{
    (void)state;
    static const char source[] = "a: 1\n\tk\xC3\xB6ln: x\r\nlast";
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_ctx_add_source(ctx, "s.yaml", source, strlen(source)));
    const struct {
        struct gs_pos pos;
        const char *hint, *expected;
    } cases[] = {
        {{"s.yaml", 1, 4}, "h", "s.yaml:1:4: error: bad 7\n  a: 1\n     ^\n  hint: h"},
        {{"s.yaml", 2, 5}, NULL, "s.yaml:2:5: error: bad 7\n  \tk\xC3\xB6ln: x\n  \t   ^"},
        {{"s.yaml", 3, 1}, NULL, "s.yaml:3:1: error: bad 7\n  last\n  ^"},
        {{"s.yaml", 9, 1}, NULL, "s.yaml:9:1: error: bad 7"},
        {{"s.yaml", 0, 0}, NULL, "s.yaml: error: bad 7"},
        {{"other", 1, 1}, NULL, "other:1:1: error: bad 7"},
        {{NULL, 0, 0}, NULL, "error: bad 7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(gs_fail(ctx, GS_EDATA, &cases[i].pos, cases[i].hint, "bad %d", 7),
                         GS_EDATA);
        char *text = gs_diagnostic_format(ctx, i, false);
        assert_string_equal(text, cases[i].expected);
        gs_text_free(text);
    }
    gs_warn(ctx, NULL, NULL, "odd");
    char *coloured = gs_diagnostic_format(ctx, sizeof cases / sizeof *cases, true);
    assert_string_equal(coloured, "\033[1;35mwarning:\033[0m odd");
    gs_text_free(coloured);
    gs_ctx_free(ctx);
}

/* With no memory for a diagnostic there still is one. */
static void test_out_of_memory(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    gs_mem_fail_after(0, true);
    assert_int_equal(gs_fail(ctx, GS_EDATA, NULL, "hint", "bad"), GS_EDATA);
    gs_mem_fail_after(-1, false);
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    assert_int_equal(gs_diagnostic_at(ctx, 0).severity, GS_ERROR);
    assert_string_equal(gs_diagnostic_at(ctx, 0).message, "out of memory");
    gs_ctx_free(ctx);
}

static void test_exit_status(void **state)
{
    (void)state;
    static const int expected[GS_STATUS_END] = {
        [GS_OK] = 0,        [GS_EUSAGE] = 2,    [GS_ESTUDY] = 2,
        [GS_EDATA] = 1,     [GS_EOUTPUT] = 1,   [GS_ENOMEM] = 1,
        [GS_ECANCEL] = 130, [GS_EINTERNAL] = 1, [GS_ECONDITION] = 3};
    for (int status = 0; status < GS_STATUS_END; status++)
        assert_int_equal(gs_status_exit((enum gs_status)status), expected[status]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest_word),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_exit_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
