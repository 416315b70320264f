// SPDX-License-Identifier: Apache-2.0
#include "kernel/locate.h"

#include "base/mem.h"
#include "kernel/components.h"
#include "kernel/focal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 24 }; /* tried for every region */

struct seed {
    float potential;
    size_t cell;
};

struct candidate {
    double use;
    size_t cell;
};

struct locator {
    struct gs_ctx *ctx;
    size_t n_cols, n_rows;
    const struct gs_locate_options *options;
    double radius;
    float *scores;    /* NaN also where no region fits or one is too near */
    float *potential; /* sum over the disc, as a mean of n_cells; NaN: no cell for a site */
    struct gs_disc disc;
    char *ring; /* prepared rows of the disc */
    size_t row_bytes;
    void *scratch;
    float *line; /* a row with `reach` cells more at either end */
    /* the region that grows */
    uint32_t *mark; /* per cell: round in which it was last met; the region's cells are round + 1 */
    uint32_t round;
    struct candidate *heap;
    size_t n_heap, heap_capacity;
    size_t *cells, *best; /* n_cells */
};

/* -- where to begin -------------------------------------------------------------------------- */

static void fill_line(const struct locator *l, long row)
{
    size_t reach = l->disc.reach;
    for (size_t i = 0; i < l->n_cols + 2 * reach; i++)
        l->line[i] = NAN;
    if (row >= 0 && row < (long)l->n_rows)
        memcpy(l->line + reach, l->scores + (size_t)row * l->n_cols, l->n_cols * sizeof(float));
}

/* Potentials of rows [first, end). */
static enum gs_status find_potential(struct locator *l, long first, long end)
{
    size_t n_around = 2 * l->disc.reach + 1, wide = l->n_cols + 2 * l->disc.reach;
    long reach = (long)l->disc.reach;
    const void **around = GS_ARRAY(l->ctx, const void *, n_around);
    if (!around)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    for (long row = first - reach; row < end + reach && !status; row++) {
        long at = row - first + reach; /* place in the ring, from 0 */
        if (at % 64 == 0)
            status = gs_check_cancel(l->ctx);
        fill_line(l, row);
        gs_focal_prepare(GS_FOCAL_SUM, l->line, wide,
                         l->ring + (size_t)at % n_around * l->row_bytes);
        long done = row - reach; /* whose disc is there now */
        if (done < first)
            continue;
        for (size_t i = 0; i < n_around; i++)
            around[i] = l->ring + ((size_t)(done - first) + i) % n_around * l->row_bytes;
        float *out = l->potential + (size_t)done * l->n_cols;
        const float *own = l->scores + (size_t)done * l->n_cols;
        gs_focal_combine(GS_FOCAL_SUM, &l->disc, around, l->n_cols, 0, l->scratch, out);
        for (size_t c = 0; c < l->n_cols; c++)
            out[c] = isnan(own[c]) ? (float)NAN : out[c] / (float)l->disc.n_cells;
    }
    gs_free(around);
    return status;
}

/* No neighbour has more; of equal ones the first. */
static bool is_peak(const struct locator *l, size_t row, size_t col)
{
    float here = l->potential[row * l->n_cols + col];
    for (int i = 0; i < 9; i++) {
        size_t r = row + (size_t)(i / 3) - 1, c = col + (size_t)(i % 3) - 1;
        if (i == 4 || r >= l->n_rows || c >= l->n_cols)
            continue;
        float other = l->potential[r * l->n_cols + c];
        if (other > here || (other == here && i < 4))
            return false;
    }
    return true;
}

/* The best peaks, falling; a plateau has one at least. */
static size_t find_seeds(const struct locator *l, struct seed *seeds)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n_rows * l->n_cols; i++) {
        float p = l->potential[i];
        if (isnan(p) || (n == SEEDS && p <= seeds[n - 1].potential) ||
            !is_peak(l, i / l->n_cols, i % l->n_cols))
            continue;
        size_t at = n < SEEDS ? n++ : n - 1;
        for (; at > 0 && seeds[at - 1].potential < p; at--)
            seeds[at] = seeds[at - 1];
        seeds[at] = (struct seed){p, i};
    }
    return n;
}

/* -- growing --------------------------------------------------------------------------------- */

static double use_of(const struct locator *l, size_t seed, size_t cell)
{
    double dx = (double)(cell % l->n_cols) - (double)(seed % l->n_cols);
    double dy = (double)(cell / l->n_cols) - (double)(seed / l->n_cols);
    double c = l->options->compactness;
    return (1 - c) * (double)l->scores[cell] + c * (1 - sqrt(dx * dx + dy * dy) / (2 * l->radius));
}

/* More use first; of equal ones the first cell. */
static bool comes_before(const struct candidate *a, const struct candidate *b)
{
    return a->use > b->use || (a->use == b->use && a->cell < b->cell);
}

static enum gs_status push(struct locator *l, struct candidate candidate)
{
    enum gs_status status =
        gs_grow(l->ctx, &l->heap, &l->heap_capacity, l->n_heap + 1, sizeof *l->heap);
    if (status)
        return status;
    size_t i = l->n_heap++;
    for (; i > 0 && comes_before(&candidate, &l->heap[(i - 1) / 2]); i = (i - 1) / 2)
        l->heap[i] = l->heap[(i - 1) / 2];
    l->heap[i] = candidate;
    return GS_OK;
}

static struct candidate pop(struct locator *l)
{
    struct candidate first = l->heap[0], last = l->heap[--l->n_heap];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < l->n_heap; i = child) {
        if (child + 1 < l->n_heap && comes_before(&l->heap[child + 1], &l->heap[child]))
            child++;
        if (!comes_before(&l->heap[child], &last))
            break;
        l->heap[i] = l->heap[child];
    }
    if (l->n_heap)
        l->heap[i] = last;
    return first;
}

/* The k-th neighbour along a side; SIZE_MAX: beyond the border. */
static size_t neighbour(const struct locator *l, size_t cell, int k)
{
    size_t col = cell % l->n_cols;
    switch (k) {
    case 0:
        return cell >= l->n_cols ? cell - l->n_cols : SIZE_MAX;
    case 1:
        return col > 0 ? cell - 1 : SIZE_MAX;
    case 2:
        return col + 1 < l->n_cols ? cell + 1 : SIZE_MAX;
    default:
        return cell + l->n_cols < l->n_rows * l->n_cols ? cell + l->n_cols : SIZE_MAX;
    }
}

static enum gs_status offer_neighbours(struct locator *l, size_t seed, size_t cell)
{
    enum gs_status status = GS_OK;
    for (int k = 0; k < 4 && !status; k++) {
        size_t next = neighbour(l, cell, k);
        if (next == SIZE_MAX || l->mark[next] >= l->round || isnan(l->scores[next]))
            continue;
        l->mark[next] = l->round;
        status = push(l, (struct candidate){use_of(l, seed, next), next});
    }
    return status;
}

/* l->cells becomes a region around the seed; `n` tells how many cells were found. */
static enum gs_status grow(struct locator *l, size_t seed, size_t *n)
{
    l->round += 2;
    l->n_heap = 0;
    l->mark[seed] = l->round;
    *n = 0;
    enum gs_status status = push(l, (struct candidate){use_of(l, seed, seed), seed});
    while (!status && l->n_heap && *n < l->options->n_cells) {
        size_t cell = pop(l).cell;
        l->mark[cell] = l->round + 1;
        l->cells[(*n)++] = cell;
        status = offer_neighbours(l, seed, cell);
    }
    return status;
}

/* -- bettering ------------------------------------------------------------------------------- */

static bool is_in(const struct locator *l, long col, long row)
{
    return col >= 0 && row >= 0 && col < (long)l->n_cols && row < (long)l->n_rows &&
           l->mark[(size_t)row * l->n_cols + (size_t)col] == l->round + 1;
}

/* Do the region's cells around this one hang together without it? What is not seen in its eight
 * neighbours counts as apart, so that yes is sure. */
static bool can_leave(const struct locator *l, size_t cell)
{
    static const int around[8][2] = {{0, -1}, {1, -1}, {1, 0},  {1, 1},
                                     {0, 1},  {-1, 1}, {-1, 0}, {-1, -1}};
    long col = (long)(cell % l->n_cols), row = (long)(cell / l->n_cols);
    bool in[8];
    int n_runs = 0, n_sides = 0;
    for (int i = 0; i < 8; i++)
        in[i] = is_in(l, col + around[i][0], row + around[i][1]);
    for (int i = 0; i < 8; i += 2) {
        n_sides += in[i];
        /* a side neighbour that the one before it is not joined to begins a run */
        n_runs += in[i] && !(in[(i + 7) % 8] && in[(i + 6) % 8]);
    }
    return n_sides > 0 && (n_runs == 1 || (n_runs == 0 && n_sides == 4));
}

static bool touches(const struct locator *l, size_t cell, size_t but)
{
    for (int k = 0; k < 4; k++) {
        size_t next = neighbour(l, cell, k);
        if (next != SIZE_MAX && next != but && l->mark[next] == l->round + 1)
            return true;
    }
    return false;
}

/* The cell of the region that can leave and is of the least use; its place among the cells. */
static size_t find_worst(const struct locator *l, size_t seed, double *use)
{
    size_t worst = SIZE_MAX;
    *use = INFINITY;
    for (size_t i = 0; i < l->options->n_cells; i++) {
        double u = use_of(l, seed, l->cells[i]);
        bool lower = u < *use || (u == *use && worst != SIZE_MAX && l->cells[i] > l->cells[worst]);
        if (l->cells[i] == seed || !lower || !can_leave(l, l->cells[i]))
            continue;
        worst = i;
        *use = u;
    }
    return worst;
}

/* Exchanges the worst cell for the best one that touches the region, while that is better. */
static enum gs_status better(struct locator *l, size_t seed)
{
    enum gs_status status = GS_OK;
    for (size_t round = 0; round < l->options->n_cells && l->n_heap && !status; round++) {
        double use;
        size_t worst = find_worst(l, seed, &use);
        if (worst == SIZE_MAX)
            return GS_OK;
        struct candidate next = pop(l);
        if (!(next.use > use)) /* nothing outside is better, whatever may leave */
            return GS_OK;
        if (!touches(l, next.cell, l->cells[worst]))
            continue; /* it hung on what has left; the next one */
        l->mark[l->cells[worst]] = l->round - 1;
        l->mark[next.cell] = l->round + 1;
        l->cells[worst] = next.cell;
        status = offer_neighbours(l, seed, next.cell);
    }
    return status;
}

/* -- regions --------------------------------------------------------------------------------- */

static int compare_cells(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static double mean_of(const struct locator *l, const size_t *cells, double *min)
{
    double sum = 0;
    *min = INFINITY;
    for (size_t i = 0; i < l->options->n_cells; i++) {
        sum += (double)l->scores[cells[i]];
        *min = fmin(*min, (double)l->scores[cells[i]]);
    }
    return sum / (double)l->options->n_cells;
}

/* The best region there still is; its cells in l->best. */
static enum gs_status find_region(struct locator *l, bool *found, struct gs_region *out)
{
    struct seed seeds[SEEDS];
    size_t n_seeds = find_seeds(l, seeds);
    *found = false;
    for (size_t i = 0; i < n_seeds; i++) {
        size_t n;
        double min;
        enum gs_status status = grow(l, seeds[i].cell, &n);
        if (!status && n == l->options->n_cells)
            status = better(l, seeds[i].cell);
        if (status)
            return status;
        if (n < l->options->n_cells)
            continue;
        qsort(l->cells, n, sizeof *l->cells, compare_cells);
        double mean = mean_of(l, l->cells, &min);
        if (*found && !(mean > out->mean))
            continue;
        *found = true;
        out->mean = mean;
        out->min = min;
        size_t *swap = l->best;
        l->best = l->cells;
        l->cells = swap;
    }
    return GS_OK;
}

/* Takes the region's cells and those too near to it out, and areas that became too small; rows
 * [first, end) have changed. */
static void shut(struct locator *l, const struct gs_region *region, long *first, long *end)
{
    double spacing = l->options->spacing;
    long reach = (long)ceil(spacing);
    long low = (long)(region->cells[0] / l->n_cols) - reach;
    long high = (long)(region->cells[l->options->n_cells - 1] / l->n_cols) + reach;
    for (size_t i = 0; i < l->options->n_cells; i++) {
        long col = (long)(region->cells[i] % l->n_cols), row = (long)(region->cells[i] / l->n_cols);
        for (long dy = -reach; dy <= reach; dy++) {
            double square = spacing * spacing - (double)dy * (double)dy;
            long r = row + dy, half = square > 0 ? (long)ceil(sqrt(square)) - 1 : dy ? -1 : 0;
            if (r < 0 || r >= (long)l->n_rows)
                continue;
            long from = col - half > 0 ? col - half : 0;
            long to = col + half < (long)l->n_cols ? col + half : (long)l->n_cols - 1;
            for (long c = from; c <= to; c++)
                l->scores[(size_t)r * l->n_cols + (size_t)c] = NAN;
        }
    }
    *first = low > 0 ? low : 0;
    *end = high + 1 < (long)l->n_rows ? high + 1 : (long)l->n_rows;
}

static enum gs_status find_all(struct locator *l, struct gs_regions *out)
{
    enum gs_status status = find_potential(l, 0, (long)l->n_rows);
    while (!status && out->n < l->options->count) {
        struct gs_region *region = &out->items[out->n];
        bool found;
        status = find_region(l, &found, region);
        if (status || !found)
            break;
        region->cells = GS_ARRAY(l->ctx, size_t, l->options->n_cells);
        if (!region->cells)
            return GS_ENOMEM;
        memcpy(region->cells, l->best, l->options->n_cells * sizeof *l->best);
        out->n++;
        if (out->n == l->options->count)
            break;
        long first, end;
        shut(l, region, &first, &end);
        long reach = (long)l->disc.reach;
        first = first > reach ? first - reach : 0;
        end = end + reach < (long)l->n_rows ? end + reach : (long)l->n_rows;
        status = find_potential(l, first, end);
    }
    return status;
}

/* -- life ------------------------------------------------------------------------------------ */

void gs_regions_release(struct gs_regions *regions)
{
    for (size_t i = 0; i < regions->n; i++)
        gs_free(regions->items[i].cells);
    gs_free(regions->items);
    *regions = (struct gs_regions){0};
}

static int compare_regions(const void *a, const void *b)
{
    const struct gs_region *x = a, *y = b;
    if (x->mean != y->mean)
        return x->mean > y->mean ? -1 : 1;
    return (x->cells[0] > y->cells[0]) - (x->cells[0] < y->cells[0]);
}

static enum gs_status furnish(struct locator *l, const float *scores)
{
    size_t n = l->n_cols * l->n_rows, n_cells = l->options->n_cells;
    l->radius = sqrt((double)n_cells / 3.14159265358979323846);
    enum gs_status status = gs_disc_init(l->ctx, l->radius, &l->disc);
    if (status)
        return status;
    size_t wide = l->n_cols + 2 * l->disc.reach;
    l->row_bytes = (gs_focal_row_bytes(GS_FOCAL_SUM, wide) + 7) / 8 * 8;
    l->scores = GS_ARRAY(l->ctx, float, n);
    l->potential = GS_ARRAY(l->ctx, float, n);
    l->mark = GS_ARRAY_ZERO(l->ctx, uint32_t, n);
    l->line = GS_ARRAY(l->ctx, float, wide);
    l->ring = gs_alloc(l->ctx, 2 * l->disc.reach + 1, l->row_bytes);
    l->scratch = gs_alloc(l->ctx, 1, gs_focal_scratch_bytes(GS_FOCAL_SUM, &l->disc, l->n_cols));
    l->cells = GS_ARRAY(l->ctx, size_t, n_cells);
    l->best = GS_ARRAY(l->ctx, size_t, n_cells);
    if (!l->scores || !l->potential || !l->mark || !l->line || !l->ring || !l->scratch ||
        !l->cells || !l->best)
        return GS_ENOMEM;
    memcpy(l->scores, scores, n * sizeof *scores);
    return GS_OK;
}

static void clear(struct locator *l)
{
    gs_disc_release(&l->disc);
    gs_free(l->scores);
    gs_free(l->potential);
    gs_free(l->mark);
    gs_free(l->line);
    gs_free(l->ring);
    gs_free(l->scratch);
    gs_free(l->heap);
    gs_free(l->cells);
    gs_free(l->best);
}

enum gs_status gs_locate(struct gs_ctx *ctx, const float *scores, size_t n_cols, size_t n_rows,
                         const struct gs_locate_options *options, struct gs_regions *out)
{
    struct locator l = {.ctx = ctx, .n_cols = n_cols, .n_rows = n_rows, .options = options};
    struct gs_regions regions = {.n_cells = options->n_cells, .bound = NAN, .mean = NAN};
    regions.items = GS_ARRAY_ZERO(ctx, struct gs_region, options->count);
    enum gs_status status = GS_ENOMEM;
    /* a region larger than the surface has no room, nor memory */
    if (regions.items && options->n_cells <= n_cols * n_rows) {
        status = furnish(&l, scores);
        if (!status)
            status = gs_drop_small_components(ctx, l.scores, n_cols, n_rows, options->n_cells);
        if (!status)
            regions.bound =
                gs_mean_of_best(l.scores, n_cols * n_rows, options->count * options->n_cells);
        if (!status)
            status = find_all(&l, &regions);
    } else if (regions.items) {
        status = GS_OK;
    }
    clear(&l);
    if (status) {
        gs_regions_release(&regions);
        return status;
    }
    if (regions.n > 1)
        qsort(regions.items, regions.n, sizeof *regions.items, compare_regions);
    double sum = 0;
    for (size_t i = 0; i < regions.n; i++)
        sum += regions.items[i].mean;
    regions.mean = regions.n ? sum / (double)regions.n : NAN;
    *out = regions;
    return GS_OK;
}
