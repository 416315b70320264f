// SPDX-License-Identifier: Apache-2.0
/* Mean, sum and deviation. */
#include "base/vector.h"
#include "kernel/focal_parts.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 256, /* cells of a row of which is known whether any, or all, have data */
    ALIGN = 64,
};

/* -- sums of values -------------------------------------------------------------------------- */

GS_VECTORISED static void add_1_row(const float *a, size_t n, double *columns)
{
    for (size_t i = 0; i < n; i++)
        columns[i] += (double)a[i];
}

GS_VECTORISED static void add_2_rows(const float *a, const float *b, size_t n, double *columns)
{
    for (size_t i = 0; i < n; i++)
        columns[i] += (double)a[i] + (double)b[i];
}

GS_VECTORISED static void add_4_rows(const float *a, const float *b, const float *c, const float *d,
                                     size_t n, double *columns)
{
    for (size_t i = 0; i < n; i++)
        columns[i] += ((double)a[i] + (double)b[i]) + ((double)c[i] + (double)d[i]);
}

static void add_rows(void *columns, const void *const *rows, size_t n_rows, size_t n, double shift)
{
    (void)shift;
    if (n_rows == 4)
        add_4_rows(rows[0], rows[1], rows[2], rows[3], n, columns);
    else if (n_rows == 2)
        add_2_rows(rows[0], rows[1], n, columns);
    else
        add_1_row(rows[0], n, columns);
}

GS_VECTORISED static void add_1_column(const double *a, size_t n, double *totals)
{
    for (size_t i = 0; i < n; i++)
        totals[i] += a[i];
}

GS_VECTORISED static void add_2_columns(const double *a, const double *b, size_t n, double *totals)
{
    for (size_t i = 0; i < n; i++)
        totals[i] += a[i] + b[i];
}

GS_VECTORISED static void add_4_columns(const double *a, const double *b, const double *c,
                                        const double *d, size_t n, double *totals)
{
    for (size_t i = 0; i < n; i++)
        totals[i] += (a[i] + b[i]) + (c[i] + d[i]);
}

static void add_columns(void *totals, const void *const *columns, size_t n_columns, size_t n)
{
    if (n_columns == 4)
        add_4_columns(columns[0], columns[1], columns[2], columns[3], n, totals);
    else if (n_columns == 2)
        add_2_columns(columns[0], columns[1], n, totals);
    else
        add_1_column(columns[0], n, totals);
}

static void clear_values(void *sums, size_t n)
{
    memset(sums, 0, n * sizeof(double));
}

static const struct gs_focal_adder value_adder = {sizeof(float), sizeof(double), clear_values,
                                                  add_rows, add_columns};

/* -- sums of differences from a number near, and of their squares ------------------------------
 * The squares of the values themselves would leave nothing of a small deviation from a large mean.
 */

struct moments {
    double sum, squares;
};

GS_VECTORISED static void add_moments_of_row(const float *a, size_t n, double shift,
                                             struct moments *columns)
{
    for (size_t i = 0; i < n; i++) {
        double d = a[i] == a[i] ? (double)a[i] - shift : 0;
        columns[i].sum += d;
        columns[i].squares += d * d;
    }
}

static void add_moments_of_rows(void *columns, const void *const *rows, size_t n_rows, size_t n,
                                double shift)
{
    for (size_t i = 0; i < n_rows; i++)
        add_moments_of_row(rows[i], n, shift, columns);
}

/* Sums and squares are alike here. */
static void add_moments_of_columns(void *totals, const void *const *columns, size_t n_columns,
                                   size_t n)
{
    add_columns(totals, columns, n_columns, 2 * n);
}

static void clear_moments(void *sums, size_t n)
{
    memset(sums, 0, n * sizeof(struct moments));
}

static const struct gs_focal_adder moment_adder = {sizeof(float), sizeof(struct moments),
                                                   clear_moments, add_moments_of_rows,
                                                   add_moments_of_columns};

/* -- numbers of cells with data -------------------------------------------------------------- */

GS_VECTORISED static void count_row(const uint8_t *a, size_t n, int32_t *columns)
{
    for (size_t i = 0; i < n; i++)
        columns[i] += a[i];
}

GS_VECTORISED static void count_4_rows(const uint8_t *a, const uint8_t *b, const uint8_t *c,
                                       const uint8_t *d, size_t n, int32_t *columns)
{
    for (size_t i = 0; i < n; i++)
        columns[i] += (uint8_t)(a[i] + b[i] + c[i] + d[i]);
}

static void count_rows(void *columns, const void *const *rows, size_t n_rows, size_t n,
                       double shift)
{
    (void)shift;
    if (n_rows == 4)
        count_4_rows(rows[0], rows[1], rows[2], rows[3], n, columns);
    else
        for (size_t i = 0; i < n_rows; i++)
            count_row(rows[i], n, columns);
}

GS_VECTORISED static void count_2_columns(const int32_t *a, const int32_t *b, size_t n,
                                          int32_t *totals)
{
    for (size_t i = 0; i < n; i++)
        totals[i] += a[i] + b[i];
}

GS_VECTORISED static void count_1_column(const int32_t *a, size_t n, int32_t *totals)
{
    for (size_t i = 0; i < n; i++)
        totals[i] += a[i];
}

static void count_columns(void *totals, const void *const *columns, size_t n_columns, size_t n)
{
    size_t i = 0;
    for (; i + 2 <= n_columns; i += 2)
        count_2_columns(columns[i], columns[i + 1], n, totals);
    if (i < n_columns)
        count_1_column(columns[i], n, totals);
}

static void clear_counts(void *sums, size_t n)
{
    memset(sums, 0, n * sizeof(int32_t));
}

static const struct gs_focal_adder count_adder = {sizeof(uint8_t), sizeof(int32_t), clear_counts,
                                                  count_rows, count_columns};

/* -- mean, sum, deviation ---------------------------------------------------------------------
 * A prepared row: the values (0 for a missing one; NaN for a deviation), then per cell whether it
 * has data, then per block. */

enum { SOME_DATA = 1, SOME_MISSING = 2 };

void gs_focal_prepare_sums(enum gs_focal_kind kind, const float *row, size_t n, void *prepared)
{
    float *values = prepared, missing = kind == GS_FOCAL_STDEV ? (float)NAN : 0;
    uint8_t *valid = (uint8_t *)(values + n), *blocks = valid + n;
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t end = first + BLOCK < n ? first + BLOCK : n;
        uint8_t any = 0, all = 1;
        for (size_t i = first; i < end; i++) {
            bool has = row[i] - row[i] == 0; /* else infinite or NaN */
            values[i] = has ? row[i] : missing;
            valid[i] = has;
            any |= has;
            all &= has;
        }
        blocks[first / BLOCK] = (uint8_t)((any ? SOME_DATA : 0) | (all ? 0 : SOME_MISSING));
    }
}

/* Of all cells around a stretch: a sum of SOME_DATA and SOME_MISSING. */
static unsigned look_around(const struct gs_focal_part *s, size_t n_in)
{
    unsigned found = 0;
    size_t end = s->first + s->n + 2 * s->disc->reach;
    for (size_t r = 0; r <= 2 * s->disc->reach; r++) {
        const uint8_t *blocks =
            (const uint8_t *)s->prepared[r] + n_in * (sizeof(float) + sizeof(uint8_t));
        for (size_t b = s->first / BLOCK; b * BLOCK < end; b++)
            found |= blocks[b];
    }
    return found;
}

/* Some value that a stretch or the cells around it hold. */
static double some_value(const struct gs_focal_part *s)
{
    size_t reach = s->disc->reach;
    for (size_t r = 0; r <= 2 * reach; r++) {
        const float *row = (const float *)s->prepared[(r + reach) % (2 * reach + 1)] + s->first;
        for (size_t i = 0; i < s->n + 2 * reach; i++)
            if (row[i] == row[i])
                return (double)row[i];
    }
    return 0;
}

GS_VECTORISED static void finish_mean(const double *sums, const int32_t *counts, size_t n,
                                      float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = counts[i] > 0 ? (float)(sums[i] / (double)counts[i]) : (float)NAN;
}

GS_VECTORISED static void finish_stdev(const struct moments *totals, const int32_t *counts,
                                       size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) {
        double count = (double)counts[i], mean = totals[i].sum / count;
        double variance = totals[i].squares / count - mean * mean;
        variance = variance > 0 ? variance : 0; /* rounding may take it below */
        out[i] = counts[i] > 0 ? (float)sqrt(variance) : (float)NAN;
    }
}

GS_VECTORISED static void finish_sum(const double *sums, const int32_t *counts, size_t n,
                                     float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = counts[i] > 0 ? (float)sums[i] : (float)NAN;
}

void gs_focal_combine_sums(enum gs_focal_kind kind, const struct gs_disc *disc,
                           const void *const *prepared, size_t n, void *scratch, float *out)
{
    size_t stretch = gs_focal_stretch(disc, n), wide = stretch + 2 * disc->reach;
    size_t n_in = n + 2 * disc->reach;
    const struct gs_focal_adder *adder = kind == GS_FOCAL_STDEV ? &moment_adder : &value_adder;
    char *columns = (char *)scratch + (ALIGN - (uintptr_t)scratch % ALIGN) % ALIGN;
    char *totals = columns + (wide * adder->sum_size + ALIGN - 1) / ALIGN * ALIGN;
    int32_t *counts = (int32_t *)(void *)(totals + stretch * adder->sum_size);
    for (size_t first = 0; first < n; first += stretch) {
        size_t part = n - first < stretch ? n - first : stretch;
        struct gs_focal_part s = {disc, prepared, first, part, 0};
        unsigned found = look_around(&s, n_in);
        if (!(found & SOME_DATA)) {
            for (size_t i = 0; i < part; i++)
                out[first + i] = NAN;
            continue;
        }
        if (found & SOME_MISSING)
            gs_focal_add_up(&count_adder, &s, n_in * sizeof(float), columns, counts);
        else
            for (size_t i = 0; i < part; i++)
                counts[i] = (int32_t)disc->n_cells;
        if (kind == GS_FOCAL_STDEV)
            s.shift = some_value(&s);
        gs_focal_add_up(adder, &s, 0, columns, totals);
        if (kind == GS_FOCAL_STDEV)
            finish_stdev((const struct moments *)(void *)totals, counts, part, out + first);
        else if (kind == GS_FOCAL_SUM)
            finish_sum((const double *)(void *)totals, counts, part, out + first);
        else
            finish_mean((const double *)(void *)totals, counts, part, out + first);
    }
}

size_t gs_focal_sums_bytes(enum gs_focal_kind kind, const struct gs_disc *disc, size_t n)
{
    size_t stretch = gs_focal_stretch(disc, n), wide = stretch + 2 * disc->reach;
    size_t size = kind == GS_FOCAL_STDEV ? sizeof(struct moments) : sizeof(double);
    return 2 * ALIGN + wide * size + stretch * (size + sizeof(int32_t));
}

size_t gs_focal_sums_row_bytes(size_t n)
{
    return n * (sizeof(float) + sizeof(uint8_t)) + (n + BLOCK - 1) / BLOCK;
}
