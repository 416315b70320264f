// SPDX-License-Identifier: Apache-2.0
#include "measure/quantile.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

enum { MERGE_FIRST = 1 << 20 };

void gs_quantile_init(struct gs_quantile *quantile, struct gs_ctx *ctx, double (**pairs)[2],
                      size_t *capacity)
{
    *quantile = (struct gs_quantile){.ctx = ctx,
                                     .pairs = pairs,
                                     .capacity = capacity,
                                     .merge_at = MERGE_FIRST};
}

/* By value, then by weight: a total order, so that sorting leaves nothing to chance. */
static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;
    if (a[0] != b[0])
        return a[0] < b[0] ? -1 : 1;
    return (a[1] > b[1]) - (a[1] < b[1]);
}

/* Sorts, and makes one pair of those that share a value. */
static void merge(struct gs_quantile *quantile)
{
    double(*pairs)[2] = *quantile->pairs;
    size_t kept = 0;
    qsort(pairs, quantile->n, sizeof *pairs, compare);
    for (size_t i = 0; i < quantile->n; i++) {
        if (kept && pairs[kept - 1][0] == pairs[i][0]) {
            pairs[kept - 1][1] += pairs[i][1];
            continue;
        }
        pairs[kept][0] = pairs[i][0];
        pairs[kept++][1] = pairs[i][1];
    }
    quantile->n = kept;
}

void gs_quantile_visit(void *user, const struct gs_zone_row *row)
{
    struct gs_quantile *quantile = user;
    if (quantile->status)
        return;
    /* Rasters of classes or whole numbers have few values: merging keeps memory small there. The
     * points at which it happens depend on the zone alone. */
    if (quantile->n >= quantile->merge_at) {
        merge(quantile);
        if (quantile->n > quantile->merge_at / 2)
            quantile->merge_at *= 2;
    }
    quantile->status = gs_grow(quantile->ctx, quantile->pairs, quantile->capacity,
                               quantile->n + row->n, sizeof **quantile->pairs);
    if (quantile->status)
        return;
    double(*pairs)[2] = *quantile->pairs;
    for (size_t i = 0; i < row->n; i++) {
        if (row->weights[i] == 0 || isnan(row->values[i]))
            continue;
        pairs[quantile->n][0] = row->values[i];
        pairs[quantile->n++][1] = row->weights[i];
    }
}

double gs_quantile_value(struct gs_quantile *quantile, double q, double *weight)
{
    merge(quantile);
    double(*pairs)[2] = *quantile->pairs, total = 0;
    size_t n = quantile->n;
    for (size_t k = 0; k < n; k++)
        total += pairs[k][1];
    *weight = total;
    if (n == 0)
        return NAN;
    double steps = (double)(n - 1), wanted = q * total * steps, before = 0, last = 0;
    for (size_t k = 0; k < n; k++) {
        double place = (double)k * pairs[k][1] + steps * before;
        if (k > 0 && place > wanted)
            return pairs[k - 1][0] +
                   (wanted - last) * (pairs[k][0] - pairs[k - 1][0]) / (place - last);
        last = place;
        before += pairs[k][1];
    }
    return pairs[n - 1][0];
}
