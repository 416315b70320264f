// SPDX-License-Identifier: Apache-2.0
#include "decision/weighing.h"

#include "base/ctx.h"
#include "kernel/sum.h"

#include <math.h>

/* -- judgements -------------------------------------------------------------------------------- */

/* Of 1 to 15 members. */
static const double random_index[] = {0,    0,    0,    0.58, 0.90, 1.12, 1.24, 1.32,
                                      1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59};

/* log of (a to b × b to c / a to c): 0 when they agree. */
static double contradiction(const double *matrix, size_t n, size_t a, size_t b, size_t c)
{
    return fabs(log(matrix[a * n + b]) + log(matrix[b * n + c]) - log(matrix[a * n + c]));
}

static void find_triple(const double *matrix, size_t n, struct gs_ahp *out)
{
    double most = -1;
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++)
            for (size_t c = b + 1; c < n; c++) {
                double by = contradiction(matrix, n, a, b, c);
                if (by > most * (1 + 1e-12)) {
                    most = by;
                    out->a = a;
                    out->b = b;
                    out->c = c;
                }
            }
}

/* matrix × weights, scaled to add up to 1; returns what it added up to. */
static double step(const double *matrix, size_t n, const double *weights, double *next)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        next[i] = 0;
        for (size_t k = 0; k < n; k++)
            next[i] += matrix[i * n + k] * weights[k];
        total += next[i];
    }
    for (size_t i = 0; i < n; i++)
        next[i] /= total;
    return total;
}

enum gs_status gs_ahp_weights(struct gs_ctx *ctx, const double *matrix, size_t n, double *weights,
                              struct gs_ahp *out)
{
    enum { ROUNDS = 10000 };
    double next[GS_AHP_MEMBERS_MAX], lambda = 0, change = 1;
    *out = (struct gs_ahp){0};
    if (n > GS_AHP_MEMBERS_MAX)
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "%zu members are too many to judge", n);
    for (size_t i = 0; i < n; i++)
        weights[i] = 1 / (double)n;
    /* A positive matrix has one eigenvector of positive numbers, and this goes to it. */
    for (int round = 0; round < ROUNDS && change > 1e-16; round++) {
        lambda = step(matrix, n, weights, next);
        change = 0;
        for (size_t i = 0; i < n; i++) {
            change = fmax(change, fabs(next[i] - weights[i]));
            weights[i] = next[i];
        }
    }
    out->lambda_max = lambda;
    if (n < 3)
        return GS_OK;
    double index = (lambda - (double)n) / ((double)n - 1);
    out->ratio = index > 1e-14 ? index / random_index[n] : 0;
    find_triple(matrix, n, out);
    return GS_OK;
}

/* -- an order ---------------------------------------------------------------------------------- */

/* The weight of a place, from 0, and of all members that share it. */
static double centroid_of(size_t place, size_t n)
{
    double sum = 0;
    for (size_t k = n; k > place; k--) /* small ones first */
        sum += 1 / (double)k;
    return sum / (double)n;
}

static double rank_sum_of(size_t place, size_t n)
{
    return 2 * (double)(n - place) / ((double)n * ((double)n + 1));
}

static void by_places(const size_t *place, size_t n, double (*weight_of)(size_t, size_t),
                      double *weights)
{
    for (size_t i = 0; i < n; i++) {
        size_t shared = 0;
        for (size_t k = 0; k < n; k++)
            shared += place[k] == place[i];
        weights[i] = 0;
        for (size_t k = 0; k < shared; k++)
            weights[i] += weight_of(place[i] + k, n) / (double)shared;
    }
}

void gs_rank_order_centroid(const size_t *place, size_t n, double *weights)
{
    by_places(place, n, centroid_of, weights);
}

void gs_rank_sum(const size_t *place, size_t n, double *weights)
{
    by_places(place, n, rank_sum_of, weights);
}

/* -- data -------------------------------------------------------------------------------------- */

static bool scale_to_one(double *weights, size_t n)
{
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t i = 0; i < n; i++)
        gs_sum_add(&sum, weights[i]);
    double total = gs_sum_value(&sum);
    for (size_t i = 0; i < n && total > 0; i++)
        weights[i] /= total;
    return total > 0;
}

static bool all_equal(const double *x, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (x[i] != x[0])
            return false;
    return true;
}

static double mean_of(const double *x, size_t n)
{
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t i = 0; i < n; i++)
        gs_sum_add(&sum, x[i]);
    return gs_sum_value(&sum) / (double)n;
}

static double divergence(const double *x, size_t n)
{
    if (all_equal(x, n))
        return 0;
    double total = mean_of(x, n) * (double)n;
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t i = 0; i < n; i++) {
        double p = x[i] / total;
        if (p > 0)
            gs_sum_add(&sum, p * log(p));
    }
    return fmax(0, 1 + gs_sum_value(&sum) / log((double)n));
}

bool gs_entropy_weights(const double *const *values, size_t n_criteria, size_t n_sites,
                        double *weights)
{
    for (size_t c = 0; c < n_criteria; c++)
        weights[c] = divergence(values[c], n_sites);
    return scale_to_one(weights, n_criteria);
}

static double covariance(const double *x, const double *y, double mean_x, double mean_y, size_t n)
{
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t i = 0; i < n; i++)
        gs_sum_add_product(&sum, x[i] - mean_x, y[i] - mean_y);
    return gs_sum_value(&sum) / (double)n;
}

bool gs_critic_weights(const double *const *values, size_t n_criteria, size_t n_sites,
                       double *weights)
{
    for (size_t c = 0; c < n_criteria; c++) {
        const double *x = values[c];
        double mean = mean_of(x, n_sites);
        double deviation = sqrt(covariance(x, x, mean, mean, n_sites)), conflict = 0;
        weights[c] = 0;
        if (all_equal(x, n_sites))
            continue;
        for (size_t k = 0; k < n_criteria; k++) {
            const double *y = values[k];
            if (k == c || all_equal(y, n_sites))
                continue;
            double mean_y = mean_of(y, n_sites);
            double spread = sqrt(covariance(y, y, mean_y, mean_y, n_sites));
            double correlation = covariance(x, y, mean, mean_y, n_sites) / (deviation * spread);
            conflict += fmax(0, 1 - correlation);
        }
        weights[c] = deviation * conflict;
    }
    return scale_to_one(weights, n_criteria);
}
