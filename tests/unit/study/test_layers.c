// SPDX-License-Identifier: Apache-2.0
/* The layers of a catalogue as a library has them; and every allocation of ours fails in turn: the
 * call says so, nothing leaks, and the files stay whole. */
#include "support/support.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *catalogue;
static char mirror[200], target[200];

static int write_inputs(void **state)
{
    (void)state;
    char folder[220];
    snprintf(mirror, sizeof mirror, "%s/mirror", test_folder());
    snprintf(folder, sizeof folder, "%s/example.org", mirror);
    mkdir(mirror, 0777);
    mkdir(folder, 0777);
    test_write(
        "mirror/example.org/parks.geojson",
        "{\"type\": \"FeatureCollection\", \"features\": [{\"type\": \"Feature\", "
        "\"properties\": {}, \"geometry\": {\"type\": \"Point\", \"coordinates\": [1, 2]}}]}");
    catalogue =
        test_write("catalogue.yaml", "gigasite: 1\n"
                                     "root: .\n"
                                     "layers:\n"
                                     "  parks:\n"
                                     "    source: parks.geojson\n"
                                     "    expires: 1 year\n"
                                     "    vintage: 2020-01\n"
                                     "    fetch: {url: 'https://example.org/parks.geojson'}\n"
                                     "  roads: {source: roads.gpkg, licence: CC0-1.0}\n");
    snprintf(target, sizeof target, "%s/parks.geojson", test_folder());
    return 0;
}

static void remove_fetched(void)
{
    char record[220];
    snprintf(record, sizeof record, "%s.fetched.json", target);
    unlink(target);
    unlink(record);
}

static void test_counts(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_layers *layers;
    struct gs_layers_counts counts;
    char *text;
    remove_fetched();
    assert_ok(ctx, gs_layers_open(ctx, catalogue, NULL, NULL, 0, &layers));
    assert_ok(ctx, gs_layers_status(ctx, layers, NULL, 1600000000, GS_FORMAT_TEXT, &counts, &text));
    assert_int_equal(counts.layers, 2);
    assert_int_equal(counts.missing, 2);
    assert_int_equal(counts.stale, 0); /* in September 2020 */
    assert_int_equal(counts.unlicensed, 1);
    gs_text_free(text);
    assert_ok(ctx, gs_layers_status(ctx, layers, NULL, -1, GS_FORMAT_JSON, &counts, &text));
    assert_int_equal(counts.stale, 1);
    gs_text_free(text);
    gs_layers_free(layers);
    const char *const ids[] = {"roads", "nowhere"};
    assert_ok(ctx, gs_layers_open(ctx, catalogue, NULL, ids, 1, &layers));
    gs_layers_free(layers);
    assert_status(ctx, gs_layers_open(ctx, catalogue, NULL, ids, 2, &layers), GS_EUSAGE);
    gs_ctx_free(ctx);
}

static void test_cancelled(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_layers *layers;
    struct gs_fetch_options options = {.mirror = mirror, .timestamp = 0};
    char *text;
    remove_fetched();
    assert_ok(ctx, gs_layers_open(ctx, catalogue, NULL, NULL, 0, &layers));
    gs_ctx_cancel(ctx);
    assert_int_equal(gs_layers_fetch(ctx, layers, &options, GS_FORMAT_TEXT, &text), GS_ECANCEL);
    assert_null(text);
    assert_int_not_equal(access(target, F_OK), 0);
    gs_layers_free(layers);
    gs_ctx_free(ctx);
}

static enum gs_status do_all(struct gs_ctx *ctx)
{
    struct gs_layers *layers;
    struct gs_layers_counts counts;
    struct gs_fetch_options options = {.mirror = mirror, .timestamp = 0};
    char *text = NULL;
    enum gs_status status = gs_layers_open(ctx, catalogue, NULL, NULL, 0, &layers);
    if (status)
        return status;
    status = gs_layers_list(ctx, layers, GS_FORMAT_JSON, &text);
    if (!status)
        gs_text_free(text);
    if (!status)
        status = gs_layers_fetch(ctx, layers, &options, GS_FORMAT_TEXT, &text);
    if (!status)
        gs_text_free(text);
    if (!status)
        status = gs_layers_status(ctx, layers, NULL, 0, GS_FORMAT_TEXT, &counts, &text);
    if (!status)
        gs_text_free(text);
    gs_layers_free(layers);
    return status;
}

static void test_memory(void **state)
{
    (void)state;
    bool reached = true;
    long n = 0;
    for (; reached; n++) {
        struct gs_ctx *ctx = test_ctx();
        remove_fetched();
        gs_mem_fail_after(n, false);
        enum gs_status status = do_all(ctx);
        reached = gs_mem_count() > n;
        gs_mem_fail_after(-1, false);
        if (status && status != GS_ENOMEM && !ctx->out_of_memory)
            fail_msg("allocation %ld: status %d", n, (int)status);
        struct stat info; /* whole, if it is there */
        if (stat(target, &info) == 0)
            assert_true(info.st_size > 100);
        gs_ctx_free(ctx);
    }
    assert_true(n > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts),
                                       cmocka_unit_test(test_cancelled),
                                       cmocka_unit_test(test_memory)};
    return cmocka_run_group_tests(tests, write_inputs, NULL);
}
