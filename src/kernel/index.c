// SPDX-License-Identifier: Apache-2.0
#include "kernel/index.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { NODE = 16, MAX_LEVELS = 17 };

/* Sixteen boxes side by side, so that one loop measures them all. Unused places hold a box that
 * nothing is near to. */
struct node {
    float min[3][NODE], max[3][NODE];
};

/* Node k of level 0 holds the boxes of items order[16 k …]; node k of a higher level those of nodes
 * 16 k … of the level below. The last level has one node. */
struct gs_index {
    size_t n, n_levels;
    size_t level_start[MAX_LEVELS + 1];
    struct node *nodes;
    size_t *order;
};

struct keyed {
    uint64_t key;
    size_t item;
};

/* Skilling (2004), "Programming the Hilbert curve", AIP Conf. Proc. 707:381-387: the coordinates of
 * a point become the transposed bits of its place on the curve. */
static uint64_t hilbert(uint32_t *x, int n_axes, int bits)
{
    for (uint32_t q = 1u << (bits - 1); q > 1; q >>= 1)
        for (int i = 0; i < n_axes; i++) {
            uint32_t p = q - 1;
            uint32_t swap = x[i] & q ? 0 : (x[0] ^ x[i]) & p;
            x[0] ^= x[i] & q ? p : swap;
            x[i] ^= swap;
        }
    for (int i = 1; i < n_axes; i++)
        x[i] ^= x[i - 1];
    uint32_t flip = 0;
    for (uint32_t q = 1u << (bits - 1); q > 1; q >>= 1)
        if (x[n_axes - 1] & q)
            flip ^= q - 1;
    uint64_t key = 0;
    for (int bit = bits - 1; bit >= 0; bit--)
        for (int i = 0; i < n_axes; i++)
            key = key << 1 | ((x[i] ^ flip) >> bit & 1);
    return key;
}

static double centre(const struct gs_box3 *box, int axis)
{
    return box->min[axis] / 2 + box->max[axis] / 2;
}

/* Axes on which all centres agree are left out: a plane then gets the two-dimensional curve. */
static void make_keys(const struct gs_box3 *boxes, size_t n, struct keyed *keys)
{
    double low[3], extent = 0;
    int axes[3], n_axes = 0;
    for (int d = 0; d < 3; d++) {
        double high = -INFINITY;
        low[d] = INFINITY;
        for (size_t i = 0; i < n; i++) {
            low[d] = fmin(low[d], centre(&boxes[i], d));
            high = fmax(high, centre(&boxes[i], d));
        }
        if (high > low[d])
            axes[n_axes++] = d;
        extent = fmax(extent, high - low[d]);
    }
    int bits = n_axes == 3 ? 21 : 31;
    double scale = n_axes > 0 && isfinite(extent) ? ((double)(1u << bits) - 1) / extent : 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t x[3] = {0};
        for (int k = 0; k < n_axes; k++)
            x[k] = (uint32_t)((centre(&boxes[i], axes[k]) - low[axes[k]]) * scale);
        keys[i] = (struct keyed){n_axes > 0 ? hilbert(x, n_axes, bits) : 0, i};
    }
}

/* Radix sort, a byte at a time; `spare` has room for as many. The result lies in `keys`. */
static void sort_keys(struct keyed *keys, struct keyed *spare, size_t n)
{
    struct keyed *from = keys, *to = spare;
    for (int shift = 0; shift < 64; shift += 8) {
        size_t counts[257] = {0};
        for (size_t i = 0; i < n; i++)
            counts[(from[i].key >> shift & 255) + 1]++;
        bool same = false; /* all in one bucket: nothing to move */
        for (int b = 0; b < 256; b++) {
            same |= counts[b + 1] == n;
            counts[b + 1] += counts[b];
        }
        if (same)
            continue;
        for (size_t i = 0; i < n; i++)
            to[counts[from[i].key >> shift & 255]++] = from[i];
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys)
        memcpy(keys, from, n * sizeof *keys);
}

static float below(double x)
{
    float f = (float)x;
    return (double)f > x ? nextafterf(f, -INFINITY) : f;
}

static float above(double x)
{
    float f = (float)x;
    return (double)f < x ? nextafterf(f, INFINITY) : f;
}

static void clear_node(struct node *node)
{
    for (int d = 0; d < 3; d++)
        for (int s = 0; s < NODE; s++) {
            node->min[d][s] = INFINITY;
            node->max[d][s] = -INFINITY;
        }
}

static void fill_levels(struct gs_index *index, const struct gs_box3 *boxes)
{
    for (size_t i = 0; i < index->n; i++) {
        struct node *node = &index->nodes[i / NODE];
        if (i % NODE == 0)
            clear_node(node);
        for (int d = 0; d < 3; d++) {
            node->min[d][i % NODE] = below(boxes[index->order[i]].min[d]);
            node->max[d][i % NODE] = above(boxes[index->order[i]].max[d]);
        }
    }
    for (size_t level = 1; level < index->n_levels; level++) {
        size_t first = index->level_start[level - 1], here = index->level_start[level];
        for (size_t k = 0; k < here - first; k++) {
            struct node *node = &index->nodes[here + k / NODE];
            const struct node *child = &index->nodes[first + k];
            if (k % NODE == 0)
                clear_node(node);
            for (int d = 0; d < 3; d++)
                for (int s = 0; s < NODE; s++) {
                    node->min[d][k % NODE] = fminf(node->min[d][k % NODE], child->min[d][s]);
                    node->max[d][k % NODE] = fmaxf(node->max[d][k % NODE], child->max[d][s]);
                }
        }
    }
}

enum gs_status gs_index_new(struct gs_ctx *ctx, const struct gs_box3 *boxes, size_t n,
                            struct gs_index **out)
{
    enum gs_status status = GS_ENOMEM;
    struct keyed *keys = NULL;
    struct gs_index *index = GS_NEW(ctx, struct gs_index);
    if (!index)
        return GS_ENOMEM;
    index->n = n;
    for (size_t nodes = (n + NODE - 1) / NODE; n > 0; nodes = (nodes + NODE - 1) / NODE) {
        index->level_start[index->n_levels + 1] = index->level_start[index->n_levels] + nodes;
        index->n_levels++;
        if (nodes == 1)
            break;
    }
    keys = GS_ARRAY(ctx, struct keyed, n <= SIZE_MAX / 2 ? 2 * n : SIZE_MAX);
    index->order = keys ? GS_ARRAY(ctx, size_t, n) : NULL;
    index->nodes =
        index->order ? GS_ARRAY(ctx, struct node, index->level_start[index->n_levels]) : NULL;
    if (!index->nodes)
        goto out;
    make_keys(boxes, n, keys);
    sort_keys(keys, keys + n, n);
    for (size_t i = 0; i < n; i++)
        index->order[i] = keys[i].item;
    fill_levels(index, boxes);
    *out = index;
    index = NULL;
    status = GS_OK;
out:
    gs_free(keys);
    gs_index_free(index);
    return status;
}

void gs_index_free(struct gs_index *index)
{
    if (!index)
        return;
    gs_free(index->nodes);
    gs_free(index->order);
    gs_free(index);
}

/* Squared distances, a hair too small (1e-12 of themselves), so that rounding here or in the
 * caller's measure never hides an item from a comparison with `<=`. */
static void node_distances(const struct node *node, const struct gs_box3 *query,
                           double squared[NODE])
{
    for (int s = 0; s < NODE; s++)
        squared[s] = 0;
    for (int d = 0; d < 3; d++) {
        double low = query->min[d], high = query->max[d];
        for (int s = 0; s < NODE; s++) {
            double under = (double)node->min[d][s] - high, over = low - (double)node->max[d][s];
            double gap = under > over ? under : over;
            gap = gap > 0 ? gap : 0;
            squared[s] += gap * gap;
        }
    }
    for (int s = 0; s < NODE; s++)
        squared[s] *= 1 - 1e-12;
}

static size_t children(const struct gs_index *index, size_t level, size_t k)
{
    size_t below_n = level ? index->level_start[level] - index->level_start[level - 1] : index->n;
    return below_n - k * NODE < NODE ? below_n - k * NODE : NODE;
}

struct within {
    const struct gs_index *index;
    const struct gs_box3 *query;
    double reach2;
    bool (*visit)(void *user, size_t item);
    void *user;
};

/* Recursion is as deep as the tree: at most 16. */
static bool walk_within(const struct within *w, size_t level, size_t k)
{
    double squared[NODE];
    node_distances(&w->index->nodes[w->index->level_start[level] + k], w->query, squared);
    size_t n = children(w->index, level, k);
    for (size_t s = 0; s < n; s++) {
        if (!(squared[s] <= w->reach2))
            continue;
        bool go_on = level ? walk_within(w, level - 1, k * NODE + s)
                           : w->visit(w->user, w->index->order[k * NODE + s]);
        if (!go_on)
            return false;
    }
    return true;
}

void gs_index_within(const struct gs_index *index, const struct gs_box3 *query, double reach,
                     bool (*visit)(void *user, size_t item), void *user)
{
    if (index->n == 0 || !(reach >= 0))
        return;
    struct within w = {index, query, reach * reach, visit, user};
    walk_within(&w, index->n_levels - 1, 0);
}

struct nearest {
    const struct gs_index *index;
    const struct gs_box3 *query;
    double best2;
    double (*measure)(void *user, size_t item);
    void *user;
};

static void walk_nearest(struct nearest *w, size_t level, size_t k)
{
    double squared[NODE];
    node_distances(&w->index->nodes[w->index->level_start[level] + k], w->query, squared);
    size_t n = children(w->index, level, k), n_open = 0;
    uint8_t open[NODE]; /* those in reach, nearest first */
    for (size_t s = 0; s < n; s++) {
        if (!(squared[s] <= w->best2))
            continue;
        size_t place = n_open++;
        for (; place > 0 && squared[open[place - 1]] > squared[s]; place--)
            open[place] = open[place - 1];
        open[place] = (uint8_t)s;
    }
    for (size_t o = 0; o < n_open && squared[open[o]] <= w->best2; o++) {
        size_t child = k * NODE + open[o];
        if (level) {
            walk_nearest(w, level - 1, child);
            continue;
        }
        double distance = w->measure(w->user, w->index->order[child]);
        w->best2 = fmin(w->best2, distance * distance);
    }
}

void gs_index_nearest(const struct gs_index *index, const struct gs_box3 *query, double reach,
                      double (*measure)(void *user, size_t item), void *user)
{
    if (index->n == 0 || !(reach >= 0))
        return;
    struct nearest w = {index, query, reach * reach, measure, user};
    walk_nearest(&w, index->n_levels - 1, 0);
}

size_t gs_index_bytes(const struct gs_index *index)
{
    return sizeof *index + index->n * sizeof *index->order +
           index->level_start[index->n_levels] * sizeof *index->nodes;
}
