// SPDX-License-Identifier: Apache-2.0
#include "base/vector.h"
#include "value/scale.h"
#include "value/value.h"

struct linear {
    struct gs_scale scale;
};

static const struct gs_param params[] = {
    GS_SCALE_PARAMS(struct linear),
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct linear *linear = p;
    return gs_scale_check(ctx, pos, &linear->scale);
}

static double worth(const void *p, double x)
{
    const struct linear *linear = p;
    return gs_scale_at(&linear->scale, x);
}

GS_VECTORISED
static void worths(const void *p, const float *x, size_t n, float *out)
{
    const struct gs_scale *scale = &((const struct linear *)p)->scale;
    double worst = scale->worst, inverse = 1 / (scale->best - worst);
    if (!gs_is_moderate(inverse)) {
        gs_worths_singly(worth, p, x, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = (float)gs_scale_part(worst, inverse, (double)x[i]);
}

static bool constant_from(const void *p, double *x)
{
    *x = gs_scale_end(&((const struct linear *)p)->scale);
    return true;
}

const struct gs_value gs_value_linear = {
    .name = "linear",
    .summary = "Rises evenly from 0 at `worst` to 1 at `best`, constant beyond them",
    .details = "worth(x) = (x - worst) / (best - worst), clamped to 0..1. A `worst` above `best` "
               "makes smaller quantities better. Source: the linear fuzzy membership function "
               "(Esri, ArcGIS Pro, Spatial Analyst, FuzzyLinear).",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct linear),
    .check = check,
    .worth = worth,
    .worths = worths,
    .constant_from = constant_from,
};
