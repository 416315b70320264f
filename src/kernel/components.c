// SPDX-License-Identifier: Apache-2.0
#include "kernel/components.h"

#include "base/bits.h"
#include "base/mem.h"

#include <math.h>
#include <string.h>

/* Union-find over the runs of cells in each row: Hoshen and Kopelman (1976), "Percolation and
 * cluster distribution", Physical Review B 14(8):3438-3445. */
struct run {
    size_t first, end; /* cells of the whole surface */
    size_t parent, size;
};

struct runs {
    struct run *items;
    size_t n, capacity;
};

static size_t find(struct run *runs, size_t i)
{
    while (runs[i].parent != i)
        i = runs[i].parent = runs[runs[i].parent].parent;
    return i;
}

static enum gs_status add_run(struct gs_ctx *ctx, struct runs *r, size_t first, size_t end)
{
    enum gs_status status = gs_grow(ctx, &r->items, &r->capacity, r->n + 1, sizeof *r->items);
    if (status)
        return status;
    r->items[r->n] = (struct run){first, end, r->n, end - first};
    r->n++;
    return GS_OK;
}

static void join(struct run *runs, size_t a, size_t b)
{
    a = find(runs, a);
    b = find(runs, b);
    if (a == b)
        return;
    size_t low = a < b ? a : b, high = a < b ? b : a;
    runs[high].parent = low;
    runs[low].size += runs[high].size;
}

enum gs_status gs_drop_small_components(struct gs_ctx *ctx, float *scores, size_t n_cols,
                                        size_t n_rows, size_t n_cells)
{
    struct runs r = {0};
    enum gs_status status = GS_OK;
    size_t above = 0, above_end = 0; /* runs of the row before */
    for (size_t row = 0; row < n_rows && !status; row++) {
        size_t here = r.n, k = above;
        for (size_t c = 0; c < n_cols && !status; c++) {
            const float *line = scores + row * n_cols;
            if (isnan(line[c]))
                continue;
            size_t from = c;
            while (c < n_cols && !isnan(line[c]))
                c++;
            status = add_run(ctx, &r, row * n_cols + from, row * n_cols + c);
            while (k < above_end && r.items[k].end + n_cols <= row * n_cols + from)
                k++;
            for (size_t j = k;
                 !status && j < above_end && r.items[j].first + n_cols < row * n_cols + c; j++)
                join(r.items, j, r.n - 1);
        }
        above = here;
        above_end = r.n;
        if (row % 256 == 0 && !status)
            status = gs_check_cancel(ctx);
    }
    for (size_t i = 0; i < r.n && !status; i++)
        if (r.items[find(r.items, i)].size < n_cells)
            for (size_t c = r.items[i].first; c < r.items[i].end; c++)
                scores[c] = NAN;
    gs_free(r.items);
    return status;
}

/* Of numbers from 0 on the bits rise as they do. Counts by the upper, then by the lower half of the
 * bits, until the k-th is known to the last. */
double gs_mean_of_best(const float *scores, size_t n, size_t k)
{
    static const uint32_t halves = 1u << 16;
    uint64_t counts[1 << 16];
    uint32_t least = 0;
    size_t left = k;
    for (int lower = 0; lower < 2; lower++) {
        memset(counts, 0, sizeof counts);
        for (size_t i = 0; i < n; i++) {
            uint32_t bits = gs_float_bits(scores[i]);
            if (!isnan(scores[i]) && (!lower || bits >> 16 == least >> 16))
                counts[lower ? bits & 0xFFFF : bits >> 16]++;
        }
        uint32_t at = halves;
        while (at > 0 && counts[at - 1] < left)
            left -= counts[--at];
        least |= (at ? at - 1 : 0) << (lower ? 0 : 16);
    }
    double sum = 0;
    size_t taken = 0, all = 0;
    float limit = gs_float_of_bits(least);
    for (size_t i = 0; i < n; i++) {
        all += isnan(scores[i]) ? 0 : 1;
        if (scores[i] > limit) {
            sum += (double)scores[i];
            taken++;
        }
    }
    size_t wanted = all < k ? all : k;
    if (wanted > taken)
        sum += (double)limit * (double)(wanted - taken);
    return wanted ? sum / (double)wanted : NAN;
}
