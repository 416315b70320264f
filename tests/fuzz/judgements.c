// SPDX-License-Identifier: Apache-2.0
/* Weights by judgement: any text as the list of judgements. */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static const char head[] =
    "gigasite: 1\ncatalogue: layers.yaml\narea: {crs: EPSG:3035}\n"
    "candidates: {layer: sites, id: code}\ncriteria:\n"
    "  - {id: a, layer: wind, measure: {type: value}, value: {type: linear, worst: 4, best: 8}}\n"
    "  - {id: b, layer: wind, measure: {type: value}, value: {type: linear, worst: 4, best: 8}}\n"
    "  - {id: c, layer: wind, measure: {type: value}, value: {type: linear, worst: 4, best: 8}}\n"
    "  - {id: d, layer: wind, measure: {type: value}, value: {type: linear, worst: 4, best: 8}}\n"
    "weights: {method: ahp, accept_inconsistency: true, judgements: ";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static bool ready;
    if (!ready)
        fuzz_copy_shared();
    ready = true;
    size_t n_head = sizeof head - 1;
    char *text = malloc(n_head + n + 2);
    memcpy(text, head, n_head);
    memcpy(text + n_head, bytes, n);
    memcpy(text + n_head + n, "}\n", 2);
    fuzz_write("judged.yaml", text, n_head + n + 2);
    free(text);
    struct gs_ctx *ctx = fuzz_ctx();
    struct gs_study *study = NULL;
    char *weights = NULL;
    enum gs_status status = gs_study_open(ctx, fuzz_path("judged.yaml"), NULL, &study);
    if (!status)
        status = gs_study_weights(ctx, study, n % 2 ? GS_FORMAT_JSON : GS_FORMAT_TEXT, &weights);
    gs_text_free(status ? NULL : weights);
    gs_study_free(study);
    fuzz_end(ctx, status);
    return 0;
}
