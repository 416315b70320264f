// SPDX-License-Identifier: Apache-2.0
#include "kernel/focal.h"

#include "base/mem.h"
#include "base/vector.h"

#include <math.h>
#include <string.h>

enum { STRETCH = 512 }; /* cells whose sums stay near the processor while rows are added to them */

/* -- the disc -------------------------------------------------------------------------------- */

enum gs_status gs_disc_init(struct gs_ctx *ctx, double radius, struct gs_disc *out)
{
    size_t reach = (size_t)radius;
    *out = (struct gs_disc){.radius = radius, .reach = reach};
    out->half = GS_ARRAY(ctx, size_t, 2 * reach + 1);
    if (!out->half)
        return GS_ENOMEM;
    for (size_t i = 0; i <= 2 * reach; i++) {
        double dy = (double)i - (double)reach, square = radius * radius - dy * dy;
        double half = floor(sqrt(fmax(square, 0)));
        while (half > 0 && half * half > square) /* the root may have been rounded up */
            half--;
        out->half[i] = (size_t)half;
        out->n_cells += 2 * out->half[i] + 1;
    }
    while ((size_t)1 << (out->n_levels + 1) <= 2 * reach + 1)
        out->n_levels++;
    out->n_levels++;
    return GS_OK;
}

void gs_disc_release(struct gs_disc *disc)
{
    gs_free(disc->half);
    *disc = (struct gs_disc){0};
}

/* -- sums: running sums along each row, so that a chord is a difference -------------------------
 */

/* Sums of values, of their squares, and numbers of cells with data, each n + 1 from 0 on. */
struct sums {
    double *values, *squares;
    int32_t *counts;
};

static struct sums sums_of(enum gs_focal_kind kind, const void *prepared, size_t n)
{
    double *at = (double *)prepared;
    bool squares = kind == GS_FOCAL_STDEV;
    return (struct sums){at, squares ? at + n + 1 : NULL,
                         (int32_t *)(void *)(at + (n + 1) * (squares ? 2 : 1))};
}

static void prepare_sums(enum gs_focal_kind kind, const float *row, size_t n, void *prepared)
{
    struct sums s = sums_of(kind, prepared, n);
    double sum = 0, squares = 0;
    int32_t count = 0;
    for (size_t i = 0; i < n; i++) {
        double v = (double)row[i];
        bool valid = v == v;
        s.values[i] = sum;
        s.counts[i] = count;
        sum += valid ? v : 0;
        count += valid;
    }
    s.values[n] = sum;
    s.counts[n] = count;
    if (!s.squares)
        return;
    for (size_t i = 0; i < n; i++) {
        double v = (double)row[i];
        s.squares[i] = squares;
        squares += v == v ? v * v : 0;
    }
    s.squares[n] = squares;
}

GS_VECTORISED static void add_chord(const double *from, const double *to, size_t n, double *sums)
{
    for (size_t i = 0; i < n; i++)
        sums[i] += to[i] - from[i];
}

GS_VECTORISED static void add_counts(const int32_t *from, const int32_t *to, size_t n,
                                     int32_t *sums)
{
    for (size_t i = 0; i < n; i++)
        sums[i] += to[i] - from[i];
}

GS_VECTORISED static void finish_mean(const double *sums, const int32_t *counts, size_t n,
                                      float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (float)(sums[i] / (double)counts[i]); /* 0 / 0 is NaN */
}

GS_VECTORISED static void finish_stdev(const double *sums, const double *squares,
                                       const int32_t *counts, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) {
        double count = (double)counts[i], mean = sums[i] / count;
        double variance = squares[i] / count - mean * mean;
        variance = variance < 0 ? 0 : variance; /* NaN stays */
        out[i] = (float)sqrt(variance);
    }
}

GS_VECTORISED static void finish_sum(const double *sums, const int32_t *counts, size_t n,
                                     float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = counts[i] > 0 ? (float)sums[i] : (float)NAN;
}

static void combine_sums(enum gs_focal_kind kind, const struct gs_disc *disc,
                         const void *const *prepared, size_t n, float *out)
{
    size_t n_rows = 2 * disc->reach + 1, n_in = n + 2 * disc->reach;
    double sums[STRETCH], squares[STRETCH];
    int32_t counts[STRETCH];
    for (size_t first = 0; first < n; first += STRETCH) {
        size_t part = n - first < STRETCH ? n - first : STRETCH;
        memset(sums, 0, sizeof sums);
        memset(squares, 0, sizeof squares);
        memset(counts, 0, sizeof counts);
        for (size_t r = 0; r < n_rows; r++) {
            struct sums s = sums_of(kind, prepared[r], n_in);
            size_t from = first + disc->reach - disc->half[r];
            size_t to = first + disc->reach + disc->half[r] + 1;
            add_chord(s.values + from, s.values + to, part, sums);
            add_counts(s.counts + from, s.counts + to, part, counts);
            if (s.squares)
                add_chord(s.squares + from, s.squares + to, part, squares);
        }
        if (kind == GS_FOCAL_STDEV)
            finish_stdev(sums, squares, counts, part, out + first);
        else if (kind == GS_FOCAL_SUM)
            finish_sum(sums, counts, part, out + first);
        else
            finish_mean(sums, counts, part, out + first);
    }
}

/* -- extremes: windows of 1, 2, 4, … cells, two of which make any chord -------------------------
 */

/* No data is beaten by any value; `sign` -1 makes of a minimum a maximum. */
GS_VECTORISED static void lift_row(const float *row, size_t n, float sign, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = row[i] == row[i] ? row[i] * sign : -(float)INFINITY;
}

GS_VECTORISED static void double_windows(const float *in, size_t step, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = in[i] > in[i + step] ? in[i] : in[i + step];
}

static void prepare_extremes(const struct gs_disc *disc, float sign, const float *row, size_t n,
                             float *levels)
{
    lift_row(row, n, sign, levels);
    for (size_t k = 1; k < disc->n_levels; k++) {
        size_t step = (size_t)1 << (k - 1), kept = n + 1 > 2 * step ? n + 1 - 2 * step : 0;
        double_windows(levels + (k - 1) * n, step, kept, levels + k * n);
    }
}

GS_VECTORISED static void raise(const float *left, const float *right, size_t n, float *best)
{
    for (size_t i = 0; i < n; i++) {
        float larger = left[i] > right[i] ? left[i] : right[i];
        best[i] = larger > best[i] ? larger : best[i];
    }
}

static void combine_extremes(const struct gs_disc *disc, float sign, const void *const *prepared,
                             size_t n, float *out)
{
    size_t n_rows = 2 * disc->reach + 1, n_in = n + 2 * disc->reach;
    for (size_t i = 0; i < n; i++)
        out[i] = -INFINITY;
    for (size_t r = 0; r < n_rows; r++) {
        size_t length = 2 * disc->half[r] + 1, level = 0;
        while ((size_t)1 << (level + 1) <= length)
            level++;
        const float *windows = (const float *)prepared[r] + level * n_in;
        size_t from = disc->reach - disc->half[r];
        raise(windows + from, windows + from + length - ((size_t)1 << level), n, out);
    }
    for (size_t i = 0; i < n; i++)
        out[i] = isinf(out[i]) && out[i] < 0 ? (float)NAN : out[i] * sign;
}

/* -- quantiles: from all the values -------------------------------------------------------------
 */

/* Puts the value of place k (from 0, in rising order) there, smaller ones before it. Hoare (1961),
 * "Algorithm 65: find", Communications of the ACM 4(7):321-322. */
static void select_place(float *x, size_t n, size_t k)
{
    long low = 0, high = (long)n - 1;
    while (low < high) {
        float pivot = x[low + (high - low) / 2];
        long i = low - 1, j = high + 1;
        for (;;) {
            do
                i++;
            while (x[i] < pivot);
            do
                j--;
            while (x[j] > pivot);
            if (i >= j)
                break;
            float t = x[i];
            x[i] = x[j];
            x[j] = t;
        }
        /* all up to j are at most the pivot, all after it at least, and j < high */
        if ((long)k <= j)
            high = j;
        else
            low = j + 1;
    }
}

static float quantile_of(float *x, size_t n, double q)
{
    if (n == 0)
        return NAN;
    double place = q * (double)(n - 1), below = floor(place), part = place - below;
    size_t k = (size_t)below;
    select_place(x, n, k);
    if (part == 0 || k + 1 >= n)
        return x[k];
    float next = INFINITY;
    for (size_t i = k + 1; i < n; i++)
        next = x[i] < next ? x[i] : next;
    return (float)((double)x[k] + part * ((double)next - (double)x[k]));
}

static void combine_quantiles(const struct gs_disc *disc, const void *const *prepared, size_t n,
                              double q, float *values, float *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t kept = 0;
        for (size_t r = 0; r <= 2 * disc->reach; r++) {
            const float *row = (const float *)prepared[r] + i + disc->reach - disc->half[r];
            for (size_t c = 0; c <= 2 * disc->half[r]; c++) {
                values[kept] = row[c];
                kept += row[c] == row[c];
            }
        }
        out[i] = quantile_of(values, kept, q);
    }
}

/* -- all kinds ------------------------------------------------------------------------------- */

size_t gs_focal_row_bytes(enum gs_focal_kind kind, const struct gs_disc *disc, size_t n)
{
    switch (kind) {
    case GS_FOCAL_MEAN:
    case GS_FOCAL_SUM:
        return (n + 1) * (sizeof(double) + sizeof(int32_t));
    case GS_FOCAL_STDEV:
        return (n + 1) * (2 * sizeof(double) + sizeof(int32_t));
    case GS_FOCAL_MIN:
    case GS_FOCAL_MAX:
        return n * disc->n_levels * sizeof(float);
    case GS_FOCAL_QUANTILE:
        break;
    }
    return n * sizeof(float);
}

void gs_focal_prepare(enum gs_focal_kind kind, const struct gs_disc *disc, const float *row,
                      size_t n, void *prepared)
{
    if (kind == GS_FOCAL_MEAN || kind == GS_FOCAL_SUM || kind == GS_FOCAL_STDEV)
        prepare_sums(kind, row, n, prepared);
    else if (kind == GS_FOCAL_QUANTILE)
        memcpy(prepared, row, n * sizeof *row);
    else
        prepare_extremes(disc, kind == GS_FOCAL_MIN ? -1 : 1, row, n, prepared);
}

size_t gs_focal_scratch_bytes(enum gs_focal_kind kind, const struct gs_disc *disc, size_t n)
{
    (void)n;
    return kind == GS_FOCAL_QUANTILE ? (disc->n_cells + 1) * sizeof(float) : 0;
}

void gs_focal_combine(enum gs_focal_kind kind, const struct gs_disc *disc,
                      const void *const *prepared, size_t n, double q, void *scratch, float *out)
{
    if (kind == GS_FOCAL_MEAN || kind == GS_FOCAL_SUM || kind == GS_FOCAL_STDEV)
        combine_sums(kind, disc, prepared, n, out);
    else if (kind == GS_FOCAL_QUANTILE)
        combine_quantiles(disc, prepared, n, q, scratch, out);
    else
        combine_extremes(disc, kind == GS_FOCAL_MIN ? -1 : 1, prepared, n, out);
}
