// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/sha256.h"

#include <string.h>

static const char *hash(const char *text, size_t n, size_t piece)
{
    static char out[GS_SHA256_ROOM];
    struct gs_sha256 sha;
    gs_sha256_init(&sha);
    for (size_t at = 0; at < n; at += piece)
        gs_sha256_add(&sha, text + at, n - at < piece ? n - at : piece);
    gs_sha256_finish(&sha, out);
    return out;
}

/* The examples of FIPS 180-4, and what lies around the length of a block. */
static void test_examples(void **state)
{
    (void)state;
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    static char many[1000000];
    assert_string_equal(hash("", 0, 1),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(hash("abc", 3, 2),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(hash(two_blocks, 56, 56),
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    memset(many, 'a', sizeof many);
    assert_string_equal(hash(many, sizeof many, 999),
                        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_file(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    char out[GS_SHA256_ROOM];
    assert_ok(ctx, gs_sha256_file(ctx, test_write("abc", "abc"), out));
    assert_string_equal(out, hash("abc", 3, 3));
    assert_status(ctx, gs_sha256_file(ctx, "nowhere", out), GS_EDATA);
    assert_diagnostic(ctx, "nowhere cannot be read");
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples),
                                       cmocka_unit_test(test_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
