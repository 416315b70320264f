// SPDX-License-Identifier: Apache-2.0
#include "measure/scratch.h"

#include "base/mem.h"

void gs_scratch_init(struct gs_scratch *scratch)
{
    *scratch = (struct gs_scratch){0};
    gs_shapes_init(&scratch->area);
    gs_shapes_init(&scratch->clip);
}

void gs_scratch_release(struct gs_scratch *scratch)
{
    gs_free(scratch->found);
    gs_free(scratch->seen);
    gs_free(scratch->items);
    gs_free(scratch->weights);
    gs_free(scratch->values);
    gs_free(scratch->pairs);
    gs_free(scratch->texts);
    gs_free(scratch->xyz);
    gs_free(scratch->nodes);
    gs_shapes_release(&scratch->area);
    gs_shapes_release(&scratch->clip);
    gs_scratch_init(scratch);
}
