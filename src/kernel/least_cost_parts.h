// SPDX-License-Identifier: Apache-2.0
/* What solving and walking back share. */
#ifndef GS_KERNEL_LEAST_COST_PARTS_H
#define GS_KERNEL_LEAST_COST_PARTS_H

#include "base/bits.h"
#include "kernel/least_cost.h"

/* One cell, eight bytes, so that a step looks at one place in memory. Costs are never negative, and
 * their bits then order as they do. */
struct gs_node {
    _Atomic uint32_t cost; /* bits of a float */
    float half;            /* half the friction of crossing it; NaN: barrier */
};

/* Barriers all around, so that no step has to ask for the border; those at the end of a row are
 * those at the beginning of the next. */
struct gs_least_cost {
    struct gs_node *nodes;
    size_t n_cols, n_rows, n_nodes;
    size_t margin; /* 1; with knight's moves 2 */
    size_t stride; /* nodes from row to row */
    bool knight;
};

enum { GS_STEPS = 16 }; /* eight neighbours, then eight knight's moves */

/* Columns and rows that a step goes; here, so that loops over them unroll into constants. */
static const signed char gs_steps[GS_STEPS][2] = {
    {0, -1},  {-1, 0}, {1, 0},   {0, 1},  {-1, -1}, {1, -1}, {-1, 1}, {1, 1},
    {-1, -2}, {1, -2}, {-2, -1}, {2, -1}, {-2, 1},  {2, 1},  {-1, 2}, {1, 2},
};

static inline size_t gs_node_at(const struct gs_least_cost *cost, size_t col, size_t row)
{
    return (row + cost->margin) * cost->stride + cost->margin + col;
}

static inline float gs_node_cost(const struct gs_node *node)
{
    return gs_float_of_bits(atomic_load_explicit(&node->cost, memory_order_relaxed));
}

/* What step k from a node costs; NaN where it meets a barrier. `stride` as in the grid. The same
 * sum for solving as for walking back. */
static inline __attribute__((always_inline)) float gs_step_cost(const struct gs_node *from,
                                                                ptrdiff_t stride, int k)
{
    ptrdiff_t dx = gs_steps[k][0], dy = gs_steps[k][1];
    float ends = from->half + from[dy * stride + dx].half;
    if (k < 4)
        return ends;
    if (k < 8)
        return ends * 1.41421356f;
    /* Half a move along its long side are two cells side by side: they are what it crosses. */
    ptrdiff_t sx = dx / 2, sy = dy / 2; /* the straight one: one cell along the long side */
    const struct gs_node *straight = from + sy * stride + sx;
    const struct gs_node *aslant = from + (dy - sy) * stride + (dx - sx);
    return (ends + (straight->half + aslant->half)) * 1.11803399f;
}

#endif
