// SPDX-License-Identifier: Apache-2.0
/* The report of a small run: every allocation of ours fails in turn, and its call says so and
 * leaves no page. What the page shows is tested in a browser, tests/browser/. */
#include "support/support.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char run[200], page[200];

static int make_run(void **state)
{
    (void)state;
    test_write("sites.csv",
               "WKT,code,name,kind\n"
               "\"POLYGON((0 0,900 0,900 900,0 0))\",A,Alpha,port\n"
               "\"POINT(5000 2000)\",B,Beta,field\n\"POINT(9000 9000)\",C,Gamma,port\n");
    test_write("roads.csv", "WKT,lanes\n\"LINESTRING(0 0,10000 0)\",2\n\"LINESTRING(0 9000,5000 "
                            "9000)\",4\n");
    test_write("catalogue.yaml", "gigasite: 1\nlayers:\n"
                                 "  sites: {source: sites.csv, crs: EPSG:3035}\n"
                                 "  roads: {source: roads.csv, crs: EPSG:3035}\n");
    const char *path =
        test_write("study.yaml",
                   "gigasite: 1\ncatalogue: catalogue.yaml\n"
                   "area: {crs: EPSG:3035, resolution: 1 km}\n"
                   "candidates: {layer: sites, id: code, name: name}\n"
                   "constraints:\n"
                   "- {id: lanes, layer: roads, measure: {type: max_within, field: lanes, "
                   "radius: 20 km}, require: {min: 1}}\n"
                   "criteria:\n"
                   "- {id: road, layer: roads, measure: distance, value: {type: linear, worst: "
                   "9 km, best: 0}, weight: 2}\n"
                   "- {id: kind, measure: {type: attribute, field: kind}, value: {type: classes, "
                   "classes: {port: 1, field: 0.5}}}\n"
                   "decision: {method: weighted_sum, also: [topsis]}\n"
                   "robustness: {draws: 50, seed: 1, weights: any}\n"
                   "portfolio: {count: 2, spacing: 1 km}\n"
                   "scenarios: [{id: roads, weights: {road: 9}}]\n");
    snprintf(run, sizeof run, "%s/run.gpkg", test_folder());
    snprintf(page, sizeof page, "%s/run.html", test_folder());
    struct gs_ctx *ctx = test_ctx_threads(1);
    struct gs_study *study;
    struct gs_result *result;
    struct gs_run_options options = {.timestamp = 0, .surface = true};
    assert_ok(ctx, gs_study_open(ctx, path, NULL, &study));
    assert_ok(ctx, gs_study_run(ctx, study, run, &options, &result));
    gs_result_free(result);
    gs_study_free(study);
    gs_ctx_free(ctx);
    return 0;
}

static void test_every_allocation(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx_threads(1);
    assert_ok(ctx, gs_write_report(ctx, run, page, NULL));
    gs_ctx_free(ctx);
    long n = 0;
    for (bool reached = true; reached; n += 3) {
        unlink(page);
        ctx = test_ctx_threads(1);
        gs_mem_fail_after(n, n % 2);
        enum gs_status status = gs_write_report(ctx, run, page, "fr");
        reached = gs_mem_count() > n;
        gs_mem_fail_after(-1, false);
        if (status)
            assert_status(ctx, status, GS_ENOMEM);
        assert_int_equal(access(page, F_OK), status ? -1 : 0);
        gs_ctx_free(ctx);
    }
    print_message("%ld allocations\n", n);
    assert_true(n > 300);
}

static void test_unknown_language(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    assert_status(ctx, gs_write_report(ctx, run, page, "de"), GS_EUSAGE);
    assert_diagnostic(ctx, "there are en, fr");
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation),
        cmocka_unit_test(test_unknown_language),
    };
    return cmocka_run_group_tests(tests, make_run, NULL);
}
