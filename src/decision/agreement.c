// SPDX-License-Identifier: Apache-2.0
#include "decision/agreement.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pair {
    unsigned a, b;
};

static int by_a_then_b(const void *x, const void *y)
{
    const struct pair *p = x, *q = y;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

static double pairs_of(size_t n)
{
    return (double)n * ((double)n - 1) / 2;
}

/* Sorts by b and counts the exchanges that takes: the pairs that the rankings order differently. */
static double merge_count(struct pair *pairs, struct pair *spare, size_t n)
{
    double swaps = 0;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t start = 0; start < n; start += 2 * width) {
            size_t middle = start + width < n ? start + width : n;
            size_t end = start + 2 * width < n ? start + 2 * width : n;
            size_t left = start, right = middle;
            for (size_t k = start; k < end; k++) {
                bool take_left = right == end || (left < middle && pairs[left].b <= pairs[right].b);
                if (!take_left)
                    swaps += (double)(middle - left);
                spare[k] = take_left ? pairs[left++] : pairs[right++];
            }
        }
        memcpy(pairs, spare, n * sizeof *pairs);
    }
    return swaps;
}

/* Pairs tied in a, in b and in both; pairs sorted by a, then b, and on return by b. W. R. Knight
 * (1966), A computer method for calculating Kendall's tau with ungrouped data, JASA 61:436-439. */
static double kendall(struct pair *pairs, struct pair *spare, size_t n)
{
    double tied_a = 0, tied_b = 0, tied_both = 0;
    for (size_t i = 0, run_a = 0, run_both = 0; i < n; i++) {
        bool same_a = i > 0 && pairs[i].a == pairs[i - 1].a;
        run_a = same_a ? run_a + 1 : 0;
        run_both = same_a && pairs[i].b == pairs[i - 1].b ? run_both + 1 : 0;
        tied_a += (double)run_a;
        tied_both += (double)run_both;
    }
    double discordant = merge_count(pairs, spare, n);
    for (size_t i = 0, run = 0; i < n; i++) {
        run = i > 0 && pairs[i].b == pairs[i - 1].b ? run + 1 : 0;
        tied_b += (double)run;
    }
    double all = pairs_of(n), concordant = all - tied_a - tied_b + tied_both - discordant;
    return (concordant - discordant) / (sqrt(all - tied_a) * sqrt(all - tied_b));
}

struct place {
    unsigned rank;
    size_t at;
};

static int by_rank(const void *x, const void *y)
{
    const struct place *p = x, *q = y;
    if (p->rank != q->rank)
        return p->rank < q->rank ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

/* Twice the mean rank of each, counted among these. */
static void mean_ranks(const unsigned *ranks, size_t n, struct place *places, double *out)
{
    for (size_t i = 0; i < n; i++)
        places[i] = (struct place){ranks[i], i};
    qsort(places, n, sizeof *places, by_rank);
    for (size_t start = 0, end; start < n; start = end) {
        for (end = start + 1; end < n && places[end].rank == places[start].rank; end++)
            continue;
        for (size_t i = start; i < end; i++)
            out[places[i].at] = (double)(start + 1 + end);
    }
}

/* Sums of whole numbers: exact for rankings of any length that fits in memory. */
static double spearman(const double *x, const double *y, size_t n)
{
    double mean = (double)n + 1, xy = 0, xx = 0, yy = 0;
    for (size_t i = 0; i < n; i++) {
        xy += (x[i] - mean) * (y[i] - mean);
        xx += (x[i] - mean) * (x[i] - mean);
        yy += (y[i] - mean) * (y[i] - mean);
    }
    return xy / (sqrt(xx) * sqrt(yy));
}

enum gs_status gs_agreement(struct gs_ctx *ctx, const unsigned *a, const unsigned *b, size_t n,
                            double *kendall_tau, double *spearman_rho)
{
    struct pair *pairs = GS_ARRAY(ctx, struct pair, n), *spare = GS_ARRAY(ctx, struct pair, n);
    struct place *places = GS_ARRAY(ctx, struct place, n);
    unsigned *ranks = GS_ARRAY(ctx, unsigned, n);
    double *x = GS_ARRAY(ctx, double, n), *y = GS_ARRAY(ctx, double, n);
    enum gs_status status = pairs && spare && places && ranks && x && y ? GS_OK : GS_ENOMEM;
    size_t n_both = 0;
    for (size_t i = 0; i < n && !status; i++)
        if (a[i] && b[i])
            pairs[n_both++] = (struct pair){a[i], b[i]};
    if (!status && n_both < 2) {
        *kendall_tau = *spearman_rho = NAN;
    } else if (!status) {
        for (size_t i = 0; i < n_both; i++)
            ranks[i] = pairs[i].a;
        mean_ranks(ranks, n_both, places, x);
        for (size_t i = 0; i < n_both; i++)
            ranks[i] = pairs[i].b;
        mean_ranks(ranks, n_both, places, y);
        *spearman_rho = spearman(x, y, n_both);
        qsort(pairs, n_both, sizeof *pairs, by_a_then_b);
        *kendall_tau = kendall(pairs, spare, n_both);
    }
    gs_free(pairs);
    gs_free(spare);
    gs_free(places);
    gs_free(ranks);
    gs_free(x);
    gs_free(y);
    return status;
}
