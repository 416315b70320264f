// SPDX-License-Identifier: Apache-2.0
/* Every allocation of ours fails in turn, in opening a study and in a small whole run: the call
 * says so, nothing leaks, and no half-written output remains. */
#include "support/support.h"

#include "base/mem.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *study_path;
static char output[200];
static char *expected; /* summary of the run in which nothing failed */

static int write_inputs(void **state)
{
    (void)state;
    test_write("sites.csv",
               "code,name,x,y,cost\nA,Alpha,1000,1000,5\nB,Beta,5000,2000,7\nC,Gamma,9000,9000,\n");
    test_write("roads.csv",
               "WKT,lanes\n\"LINESTRING(0 0,10000 0)\",2\n\"LINESTRING(0 9000,5000 9000)\",4\n");
    test_write("parks.csv",
               "WKT,name\n\"POLYGON((4000 1000,6000 1000,6000 3000,4000 3000,4000 1000))\",P\n");
    test_write("height.asc",
               "ncols 5\nnrows 5\nxllcorner 0\nyllcorner 0\ncellsize 2000\nNODATA_value -9\n"
               "1 2 3 4 5\n2 3 4 5 6\n3 4 5 6 7\n4 5 6 7 8\n5 6 7 8 -9\n");
    test_write("price.asc", "ncols 2\nnrows 2\nxllcorner -5000\nyllcorner -5000\ncellsize 10000\n"
                            "3 4\n5 6\n");
    test_write("catalogue.yaml",
               "gigasite: 1\n"
               "layers:\n"
               "  sites: {source: sites.csv, x: x, y: y, crs: EPSG:3035, fields: {cost: "
               "{unit: EUR}}}\n"
               "  roads: {source: roads.csv, crs: EPSG:3035}\n"
               "  parks: {source: parks.csv, crs: EPSG:3035}\n"
               "  height: {source: height.asc, crs: EPSG:3035, unit: m}\n"
               "  price: {source: price.asc, crs: EPSG:3035, unit: EUR/km}\n");
    study_path = test_write(
        "study.yaml",
        "gigasite: 1\n"
        "catalogue: catalogue.yaml\n"
        "area: {crs: EPSG:3035, resolution: 1 km}\n"
        "facility: {land: 100 ha}\n"
        "decision: {method: owa, order_weights: [6, 5, 4, 3, 2, 1]}\n"
        "candidates: {layer: sites, id: code, name: name}\n"
        "constraints:\n"
        "- {id: park, layer: parks, measure: distance, require: {min: 100 m}}\n"
        "criteria:\n"
        "- {id: road, layer: roads, where: lanes > 1, measure: {type: distance, geodesic: true}, "
        "value: "
        "{type: linear, worst: 9 km, best: 0}}\n"
        "- {id: lanes, layer: roads, measure: {type: sum_within, field: lanes, radius: 5 km}, "
        "value: "
        "{type: points, points: [[0, 0], [8, 1]]}}\n"
        "- {id: green, layer: parks, measure: {type: area_share, radius: 3 km}, value: {type: "
        "linear, "
        "worst: 0, best: 1}}\n"
        "- {id: height, layer: height, measure: mean, value: {type: linear, worst: 8, best: 1}}\n"
        "- {id: line, layer: roads, measure: {type: cost_distance, friction: price, limit: 1 kEUR, "
        "margin: 2 km}, value: {type: linear, worst: 100 EUR, best: 0}}\n"
        "- {id: cost, measure: {type: attribute, field: cost}, value: {type: linear, worst: 10, "
        "best: 0}, "
        "missing: worst}\n");
    snprintf(output, sizeof output, "%s/run.gpkg", test_folder());
    return 0;
}

static enum gs_status run_once(struct gs_ctx *ctx)
{
    struct gs_study *study;
    struct gs_result *result = NULL;
    enum gs_status status = gs_study_open(ctx, study_path, NULL, &study);
    if (status)
        return status;
    struct gs_run_options options = {.timestamp = 0};
    char *summary = NULL;
    status = gs_study_run(ctx, study, output, &options, &result);
    if (!status)
        status = gs_result_summary(ctx, result, 10, GS_FORMAT_TEXT, &summary);
    if (!status && expected) /* what the call did without was no part of its answer */
        assert_string_equal(summary, expected);
    if (!status && !expected)
        expected = summary;
    else
        gs_text_free(summary);
    gs_result_free(result);
    gs_study_free(study);
    return status;
}

/* Anything in the folder besides the inputs. */
static void check_no_leftovers(long at)
{
    DIR *folder = opendir(test_folder());
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *dot = strrchr(entry->d_name, '.');
        bool input = strcmp(dot ? dot : "", ".csv") == 0 || strcmp(dot ? dot : "", ".asc") == 0 ||
                     strcmp(dot ? dot : "", ".yaml") == 0 || entry->d_name[0] == '.';
        if (!input || strstr(entry->d_name, "tmp"))
            fail_msg("%s is left over when allocation %ld fails", entry->d_name, at);
    }
    closedir(folder);
}

static void run_failing(long at, bool forever, bool *reached)
{
    struct gs_ctx *ctx = test_ctx_threads(1);
    gs_mem_fail_after(at, forever);
    enum gs_status status = run_once(ctx);
    *reached = gs_mem_count() > at;
    gs_mem_fail_after(-1, false);
    if (status && status != GS_ENOMEM && !ctx->out_of_memory)
        test_status(ctx, status, GS_ENOMEM, __FILE__, __LINE__);
    if (status)
        assert_true(gs_diagnostic_count(ctx) > 0);
    gs_ctx_free(ctx);
}

static void test_every_allocation(void **state)
{
    (void)state;
    bool reached = true;
    struct gs_ctx *ctx = test_ctx_threads(1);
    assert_ok(ctx, run_once(ctx));
    gs_ctx_free(ctx);
    assert_int_equal(unlink(output), 0);
    long n = 0, step = 1;
    for (; reached; n += step) {
        run_failing(n, n % 2, &reached);
        unlink(output); /* complete when only what follows writing failed */
        check_no_leftovers(n);
        step = n < 1500 ? 1 : 7; /* the later ones are rows of output, all alike */
    }
    gs_text_free(expected);
    print_message("%ld allocations\n", n);
    assert_true(n > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation),
    };
    return cmocka_run_group_tests(tests, write_inputs, NULL);
}
