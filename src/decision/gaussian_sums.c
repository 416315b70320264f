// SPDX-License-Identifier: Apache-2.0
#include "decision/gaussian_sums.h"

#include <math.h>

/* Sources within a box of width 1 are summed up in moments about its middle, a Hermite series of so
 * many terms: what is left out is below 0.5^TERMS / √TERMS! < 1e-15 of each. Beyond REACH,
 * exp(-d²/2) is below half an ulp of 1. Few sources are summed one by one. */
enum { TERMS = 20, REACH = 9, FEW = 32 };

struct box {
    double middle, moments[TERMS]; /* Σ ((z - middle) / √2)^k / k! */
};

static void sum_up(const double *z, size_t first, size_t end, struct box *box)
{
    box->middle = z[first] + (z[end - 1] - z[first]) / 2;
    for (size_t k = 0; k < TERMS; k++)
        box->moments[k] = 0;
    for (size_t j = first; j < end; j++) {
        double r = (z[j] - box->middle) * M_SQRT1_2, power = 1;
        for (size_t k = 0; k < TERMS; k++) {
            box->moments[k] += power;
            power *= r / (double)(k + 1);
        }
    }
}

/* The box's sum at z: Σ moment × Hermite function, h(k + 1) = 2t h(k) - 2k h(k - 1). */
static double sum_at(const struct box *box, double z)
{
    double t = (z - box->middle) * M_SQRT1_2, before = 0, h = exp(-t * t), sum = 0;
    for (size_t k = 0; k < TERMS; k++) {
        sum += box->moments[k] * h;
        double next = 2 * t * h - 2 * (double)k * before;
        before = h;
        h = next;
    }
    return sum;
}

static void add_pairs(const double *z, size_t first, size_t end, double *sums)
{
    for (size_t i = first; i < end; i++)
        for (size_t j = first; j < i; j++) {
            double d = z[i] - z[j];
            sums[i] += exp(-d * d / 2);
        }
}

/* Within one box: the lower half to the upper, then each half by itself. */
static void add_within(const double *z, size_t first, size_t end, double *sums)
{
    if (end - first <= FEW) {
        add_pairs(z, first, end, sums);
        return;
    }
    size_t middle = first + (end - first) / 2;
    struct box lower;
    sum_up(z, first, middle, &lower);
    for (size_t i = middle; i < end; i++)
        sums[i] += sum_at(&lower, z[i]);
    add_within(z, first, middle, sums);
    add_within(z, middle, end, sums);
}

static size_t end_of_box(const double *z, size_t n, size_t first)
{
    size_t end = first + 1;
    while (end < n && z[end] - z[first] <= 1)
        end++;
    return end;
}

void gs_gaussian_sums(const double *z, size_t n, double *sums)
{
    for (size_t i = 0; i < n; i++)
        sums[i] = 0;
    for (size_t first = 0, end; first < n; first = end) {
        end = end_of_box(z, n, first);
        add_within(z, first, end, sums);
        struct box box;
        sum_up(z, first, end, &box);
        for (size_t i = end; i < n && z[i] - z[end - 1] <= REACH; i++)
            sums[i] += sum_at(&box, z[i]);
    }
}
