// SPDX-License-Identifier: Apache-2.0
#include "base/vector.h"
#include "value/scale.h"
#include "value/value.h"

#include <math.h>

struct symmetric_linear {
    double midpoint, width;
};

static const struct gs_param params[] = {
    {.key = "midpoint",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Quantity worth 1",
     .offset = offsetof(struct symmetric_linear, midpoint),
     .flags = GS_PARAM_REQUIRED},
    {.key = "width",
     .type = GS_PARAM_QUANTITY,
     .unit = GS_UNIT_MEASURED,
     .help = "Distance from the midpoint, to either side, at which the worth reaches 0",
     .offset = offsetof(struct symmetric_linear, width),
     .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN | GS_PARAM_DIFFERENCE},
};

/* The bounds of the table say all: there is nothing to check of one parameter against another. */
static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    (void)ctx, (void)pos, (void)p;
    return GS_OK;
}

static double worth(const void *p, double x)
{
    const struct symmetric_linear *line = p;
    return gs_worth_clamp(1 - fabs(x - line->midpoint) / line->width);
}

GS_VECTORISED
static void worths(const void *p, const float *x, size_t n, float *out)
{
    const struct symmetric_linear *line = p;
    double midpoint = line->midpoint, inverse = 1 / line->width;
    if (!gs_is_moderate(inverse)) {
        gs_worths_singly(worth, p, x, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double y = 1 - fabs((double)x[i] - midpoint) * inverse;
        out[i] = (float)(y < 0 ? 0 : y);
    }
}

static bool constant_from(const void *p, double *x)
{
    const struct symmetric_linear *line = p;
    *x = nextafter(line->midpoint + line->width, INFINITY); /* the sum may be rounded down */
    return true;
}

const struct gs_value gs_value_symmetric_linear = {
    .name = "symmetric_linear",
    .summary = "A tent: 1 at `midpoint`, falling evenly to 0 at `width` to either side",
    .details = "worth(x) = max(0, 1 - |x - midpoint| / width). Source: SymmetricLinear among the "
               "transformation functions of Esri's Rescale by Function (ArcGIS Pro, Spatial "
               "Analyst).",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct symmetric_linear),
    .check = check,
    .worth = worth,
    .worths = worths,
    .constant_from = constant_from,
};
