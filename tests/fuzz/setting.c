// SPDX-License-Identifier: Apache-2.0
/* `--set` of any texts, one a line. */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static bool ready;
    if (!ready)
        fuzz_copy_shared();
    ready = true;
    char *text = malloc(n + 1);
    memcpy(text, bytes, n);
    text[n] = '\0';
    const char *settings[8];
    struct gs_study_options options = {.settings = settings};
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line && options.n_settings < 8;
         line = strtok_r(NULL, "\n", &rest))
        settings[options.n_settings++] = line;
    struct gs_ctx *ctx = fuzz_ctx();
    struct gs_study *study = NULL;
    enum gs_status status = gs_study_open(ctx, fuzz_path("study.yaml"), &options, &study);
    gs_study_free(study);
    fuzz_end(ctx, status);
    free(text);
    return 0;
}
