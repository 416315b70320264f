// SPDX-License-Identifier: Apache-2.0
/* `where:` of any text, or after a first byte `s` the catalogue's `sql:`, on a small GeoJSON; the
 * study is checked, which opens the layers. */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

static const char study[] = "gigasite: 1\ncatalogue: where.yaml\narea: {crs: EPSG:3035}\n"
                            "candidates: {layer: sites, id: code}\ncriteria:\n"
                            "  - id: a\n    layer: stations\n    measure: {type: distance}\n"
                            "    value: {type: linear, worst: 9, best: 1}\n";
static const char layers[] =
    "gigasite: 1\nlayers:\n  sites: {source: sites.csv, x: x, y: y, crs: EPSG:3035}\n"
    "  stations:\n    source: stations.geojson\n"
    "    fields: {headroom: {column: headroom_mw, unit: MW}}\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static bool ready;
    if (!ready)
        fuzz_copy_shared();
    ready = true;
    bool sql = n && bytes[0] == 's';
    char *quoted = malloc(6 * n + 3), *text = malloc(6 * n + 1024);
    fuzz_quote(bytes + sql, n - sql, quoted);
    sprintf(text, sql ? "%s" : "%s    where: %s\n", study, quoted);
    fuzz_write_text("where-study.yaml", text);
    sprintf(text, sql ? "%s    sql: %s\n" : "%s", layers, quoted);
    fuzz_write_text("where.yaml", text);
    free(quoted);
    free(text);
    struct gs_ctx *ctx = fuzz_ctx();
    struct gs_study *opened = NULL;
    enum gs_status status = gs_study_open(ctx, fuzz_path("where-study.yaml"), NULL, &opened);
    if (!status)
        status = gs_study_check(ctx, opened);
    gs_study_free(opened);
    fuzz_end(ctx, status);
    return 0;
}
