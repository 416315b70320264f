// SPDX-License-Identifier: Apache-2.0
/* A catalogue file of any bytes. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static bool ready;
    if (!ready)
        fuzz_copy_shared();
    ready = true;
    fuzz_write("layers.yaml", bytes, n);
    struct gs_ctx *ctx = fuzz_ctx();
    struct gs_study *study = NULL;
    enum gs_status status = gs_study_open(ctx, fuzz_path("study.yaml"), NULL, &study);
    gs_study_free(study);
    fuzz_end(ctx, status);
    return 0;
}
