// SPDX-License-Identifier: Apache-2.0
#include "kernel/sum.h"

#include <math.h>

/* The partials are a nonoverlapping expansion in rising magnitude without zeros: their exact sum is
 * the exact sum of all that was added. A sum that leaves the range of doubles stays infinite (or
 * NaN), as its one partial. */

void gs_sum_init(struct gs_sum *sum)
{
    sum->n = 0;
}

static void add_not_finite(struct gs_sum *sum, double value)
{
    sum->partials[0] = value;
    sum->n = 1;
}

void gs_sum_add(struct gs_sum *sum, double value)
{
    double carry = value;
    int kept = 0;
    for (int i = 0; i < sum->n; i++) {
        /* Knuth's TwoSum: total + error is exactly carry + partial, whichever is larger */
        double partial = sum->partials[i], total = carry + partial;
        if (!isfinite(total)) {
            add_not_finite(sum, total);
            return;
        }
        double virtual_partial = total - carry;
        double error = (carry - (total - virtual_partial)) + (partial - virtual_partial);
        if (error != 0)
            sum->partials[kept++] = error;
        carry = total;
    }
    if (!isfinite(carry)) {
        add_not_finite(sum, carry);
        return;
    }
    if (carry != 0)
        sum->partials[kept++] = carry;
    sum->n = kept;
}

void gs_sum_add_product(struct gs_sum *sum, double a, double b)
{
    double product = a * b;
    gs_sum_add(sum, product);
    if (isfinite(product))
        gs_sum_add(sum, fma(a, b, -product)); /* C17 7.12.13.1: rounded once, so exact here */
}

double gs_sum_value(const struct gs_sum *sum)
{
    int i = sum->n;
    if (i == 0)
        return 0;
    double high = sum->partials[--i], low = 0;
    while (i > 0 && low == 0) {
        double partial = sum->partials[--i], total = high + partial;
        low = partial - (total - high); /* exact: |high| > |partial| */
        high = total;
    }
    /* `high` is the sum rounded to nearest unless `low` is just half a unit of it, where ties went
     * to even without a look at the rest: the rest then decides. */
    if (low != 0 && i > 0 && (low > 0) == (sum->partials[i - 1] > 0)) {
        double up = high + 2 * low;
        if (up - high == 2 * low)
            high = up;
    }
    return high;
}
