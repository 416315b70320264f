// SPDX-License-Identifier: Apache-2.0
#include "measure/choose.h"
#include "measure/measure.h"

#include <stddef.h>

struct params {
    const char *field;
};

static const struct gs_param table[] = {
    {.key = "field",
     .type = GS_PARAM_FIELD,
     .help = "Field of the candidate itself, of numbers or text",
     .offset = offsetof(struct params, field),
     .flags = GS_PARAM_REQUIRED},
};

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    (void)ctx, (void)worker;
    *out = gs_no_reading();
    gs_choose_smaller(job->field, site, out);
    return GS_OK;
}

const struct gs_measure gs_measure_attribute = {
    .name = "attribute",
    .summary = "Field of the candidate itself",
    .details = "Takes no `layer`: the field is one of the candidates' own.",
    .input = GS_INPUT_SITE,
    .unit = GS_UNIT_FIELD,
    .flags = GS_MEASURE_TEXT,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .measure = measure,
};
