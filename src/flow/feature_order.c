// SPDX-License-Identifier: Apache-2.0
#include "flow/feature_order.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

struct ordered {
    const double (*xy)[2];
    size_t n, shape;
    double value;
};

static int compare(const void *left, const void *right)
{
    const struct ordered *a = left, *b = right;
    if (isnan(a->value) != isnan(b->value))
        return isnan(a->value) ? 1 : -1;
    if (a->value != b->value && !isnan(a->value))
        return a->value < b->value ? -1 : 1;
    for (size_t k = 0; k < a->n && k < b->n; k++)
        for (int d = 0; d < 2; d++)
            if (a->xy[k][d] != b->xy[k][d])
                return a->xy[k][d] < b->xy[k][d] ? -1 : 1;
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    return (a->shape > b->shape) - (a->shape < b->shape);
}

enum gs_status gs_order_by_value(struct gs_ctx *ctx, const struct gs_shapes *shapes, unsigned kinds,
                                 const double *values, bool missing_too, size_t *order, size_t *n)
{
    size_t kept = 0;
    struct ordered *items = GS_ARRAY(ctx, struct ordered, shapes->n);
    if (!items)
        return GS_ENOMEM;
    for (size_t i = 0; i < shapes->n; i++) {
        unsigned has = gs_shapes_kinds(shapes, i);
        double value = values ? values[i] : 0;
        if (!has || (kinds && !(has & kinds)) || (isnan(value) && !missing_too))
            continue;
        size_t first = shapes->vertex_start[shapes->part_start[i]];
        size_t end = shapes->vertex_start[shapes->part_start[i + 1]];
        items[kept++] =
            (struct ordered){(const double(*)[2])shapes->xy + first, end - first, i, value};
    }
    if (kept > 1)
        qsort(items, kept, sizeof *items, compare);
    for (size_t i = 0; i < kept; i++)
        order[i] = items[i].shape;
    *n = kept;
    gs_free(items);
    return GS_OK;
}
