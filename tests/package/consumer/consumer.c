// SPDX-License-Identifier: Apache-2.0
/* Runs the study it is given and prints the best site. */
#include <gigasite.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    struct gs_ctx *ctx = NULL;
    struct gs_study *study = NULL;
    struct gs_result *result = NULL;
    struct gs_run_options options = {.timestamp = 0};
    enum gs_status status = argc == 3 ? gs_ctx_new(NULL, &ctx) : GS_EUSAGE;
    if (!status)
        status = gs_study_open(ctx, argv[1], NULL, &study);
    if (!status)
        status = gs_study_run(ctx, study, argv[2], &options, &result);
    if (!status)
        printf("%s\n", gs_result_site(result, 0).id);
    gs_result_free(result);
    gs_study_free(study);
    gs_ctx_free(ctx);
    return gs_status_exit(status);
}
