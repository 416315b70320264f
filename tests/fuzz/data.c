// SPDX-License-Identifier: Apache-2.0
/* A data file of any bytes through a whole run. The first byte tells which kind it is: t GeoTIFF,
 * a ASCII grid, g GeoPackage, j GeoJSON, f FlatGeobuf, c CSV. Bytes are changed as libFuzzer does,
 * or numbers of 1 to 8 bytes in place, so that what is around them stays whole. */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t max, unsigned seed);

static const char study[] =
    "gigasite: 1\ncatalogue: data.yaml\narea: {crs: EPSG:3035, resolution: 2 km, extent: {bbox: "
    "[3990000, 2980000, 4060000, 3030000]}}\n" /* else sites far apart make a surface of hours */
    "candidates: {layer: sites, id: code}\nfacility: {land: 60 ha}\n"
    "decision: {missing: worst}\ncriteria:\n";
static const char of_rasters[] = "  - {id: value, layer: data, measure: {type: value}, value: "
                                 "{type: linear, worst: 4, best: 8}}\n"
                                 "  - {id: mean, layer: data, measure: {type: mean, radius: 9 km}, "
                                 "value: {type: linear, worst: 4, best: 8}}\n"
                                 "  - {id: slope, layer: data, measure: {type: slope}, value: "
                                 "{type: linear, worst: 4, best: 8}}\n";
static const char of_vectors[] =
    "  - {id: far, layer: data, measure: {type: distance}, value: {type: linear, worst: 4, best: "
    "8}}\n"
    "  - {id: n, layer: data, measure: {type: count_within, radius: 9 km}, value: {type: linear, "
    "worst: 0, best: 8}}\n"
    "  - {id: mw, layer: data, measure: {type: sum_within, field: headroom_mw, radius: 9 km},\n"
    "     value: {type: linear, worst: 0, best: 800}}\n";
static const char of_sites[] = "  - {id: wind, layer: wind, measure: {type: value}, value: {type: "
                               "linear, worst: 4, best: 8}}\n";

static const struct {
    char letter;
    const char *file, *criteria;
} kinds[] = {
    {'t', "data.tif", of_rasters},  {'a', "data.asc", of_rasters},
    {'g', "data.gpkg", of_vectors}, {'j', "data.geojson", of_vectors},
    {'f', "data.fgb", of_vectors},  {'c', "data.csv", of_sites},
};

static void write_study(size_t kind)
{
    char text[4096];
    bool csv = kinds[kind].letter == 'c';
    snprintf(text, sizeof text, "%s%s", study, kinds[kind].criteria);
    fuzz_write_text("data-study.yaml", text);
    snprintf(text, sizeof text,
             "gigasite: 1\nlayers:\n  sites: {source: %s, x: x, y: y, crs: EPSG:3035}\n"
             "  wind: {source: wind.asc, crs: EPSG:3035}\n  data: {source: %s%s}\n",
             csv ? kinds[kind].file : "sites.csv", kinds[kind].file,
             kinds[kind].letter == 'a' ? ", crs: EPSG:3035" : "");
    fuzz_write_text("data.yaml", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static bool ready;
    if (!ready)
        fuzz_copy_shared();
    ready = true;
    size_t kind = 0, n_kinds = sizeof kinds / sizeof *kinds;
    while (kind < n_kinds && (!n || kinds[kind].letter != (char)*bytes))
        kind++;
    if (kind == n_kinds)
        return 0;
    write_study(kind);
    fuzz_write(kinds[kind].file, bytes + 1, n - 1);
    struct gs_ctx *ctx = fuzz_ctx();
    struct gs_study *opened = NULL;
    struct gs_result *result = NULL;
    char *summary = NULL;
    struct gs_run_options options = {.timestamp = 1700000000, .surface = n % 4 == 0};
    enum gs_status status = gs_study_open(ctx, fuzz_path("data-study.yaml"), NULL, &opened);
    if (!status)
        status = gs_study_run(ctx, opened, fuzz_path("out.gpkg"), &options, &result);
    if (!status) {
        status = gs_result_summary(ctx, result, 10, GS_FORMAT_TEXT, &summary);
        gs_text_free(status ? NULL : summary);
        gs_result_free(result);
    }
    gs_study_free(opened);
    fuzz_end(ctx, status);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t max, unsigned seed)
{
    static const uint64_t numbers[] = {0,
                                       1,
                                       UINT64_MAX,
                                       0x7fffffff,
                                       0x80000000,
                                       0x7ff8000000000000,
                                       0x7ff0000000000000,
                                       0xfff0000000000000,
                                       0xffff,
                                       0x8000,
                                       255,
                                       16,
                                       0x7e37e43c8800759c,
                                       0x0000000000000001,
                                       0x41dfffffffc00000};
    if (n < 2 || seed % 2 == 0)
        return n < 2 || seed % 4 ? LLVMFuzzerMutate(bytes, n, max) : n;
    unsigned chance = seed / 2;
    for (unsigned times = 1 + chance % 3; times; times--) {
        chance = chance * 1103515245 + 12345;
        size_t size = (size_t)1 << (chance >> 8) % 4, at = 1 + (chance >> 12) % (n - 1);
        uint64_t number = numbers[(chance >> 4) % (sizeof numbers / sizeof *numbers)];
        memcpy(bytes + at, &number, size < n - at ? size : n - at);
    }
    return n;
}
