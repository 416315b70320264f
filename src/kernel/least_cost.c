// SPDX-License-Identifier: Apache-2.0
#include "kernel/least_cost_parts.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>

/* -- the grid ------------------------------------------------------------------------------------
 */

enum gs_status gs_least_cost_new(struct gs_ctx *ctx, size_t n_cols, size_t n_rows, bool knight,
                                 struct gs_least_cost **out)
{
    size_t margin = knight ? 2 : 1, stride = n_cols + margin;
    if (n_cols == 0 || n_rows == 0 || stride > UINT32_MAX || n_rows > UINT32_MAX / stride ||
        (n_rows + 2 * margin) * stride + margin > UINT32_MAX)
        return gs_fail(ctx, GS_EDATA, NULL, "choose a coarser `resolution:`",
                       "least costs are taken over at most 4,294,967,295 cells, not over %zu × %zu",
                       n_cols, n_rows);
    struct gs_least_cost *cost = GS_NEW(ctx, struct gs_least_cost);
    if (!cost)
        return GS_ENOMEM;
    *cost = (struct gs_least_cost){.n_cols = n_cols,
                                   .n_rows = n_rows,
                                   .n_nodes = (n_rows + 2 * margin) * stride + margin,
                                   .margin = margin,
                                   .stride = stride,
                                   .knight = knight};
    cost->nodes = GS_ARRAY(ctx, struct gs_node, cost->n_nodes);
    if (!cost->nodes) {
        gs_free(cost);
        return GS_ENOMEM;
    }
    gs_mem_large_pages(cost->nodes, cost->n_nodes * sizeof *cost->nodes);
    uint32_t unreached = gs_float_bits(INFINITY);
    for (size_t i = 0; i < cost->n_nodes; i++) {
        atomic_init(&cost->nodes[i].cost, unreached);
        cost->nodes[i].half = NAN;
    }
    *out = cost;
    return GS_OK;
}

void gs_least_cost_free(struct gs_least_cost *cost)
{
    if (!cost)
        return;
    gs_free(cost->nodes);
    gs_free(cost);
}

uint64_t gs_least_cost_bytes(size_t n_cols, size_t n_rows)
{
    uint64_t nodes = ((uint64_t)n_cols + 2) * ((uint64_t)n_rows + 4) + 2;
    return nodes * sizeof(struct gs_node) + nodes / 2 + ((uint64_t)16 << 20);
}

size_t gs_least_cost_set_row(struct gs_least_cost *cost, size_t row, const float *friction,
                             float scale)
{
    struct gs_node *nodes = cost->nodes + gs_node_at(cost, 0, row);
    size_t n_refused = 0;
    float factor = scale / 2;
    for (size_t c = 0; c < cost->n_cols; c++) {
        float half = friction[c] * factor;
        bool passable = half >= FLT_MIN && half <= FLT_MAX;
        nodes[c].half = passable ? half : NAN;
        n_refused += half < FLT_MIN;
    }
    return n_refused;
}

bool gs_least_cost_add_source(struct gs_least_cost *cost, size_t col, size_t row)
{
    struct gs_node *node = cost->nodes + gs_node_at(cost, col, row);
    if (isnan(node->half))
        return false;
    atomic_store_explicit(&node->cost, 0, memory_order_relaxed);
    return true;
}

/* -- the outcome ------------------------------------------------------------------------------ */

float gs_least_cost_at(const struct gs_least_cost *cost, size_t col, size_t row)
{
    float value = gs_node_cost(cost->nodes + gs_node_at(cost, col, row));
    return value <= FLT_MAX ? value : NAN;
}

void gs_least_cost_row(const struct gs_least_cost *cost, size_t col, size_t row, size_t n,
                       float *out)
{
    for (size_t c = 0; c < n; c++)
        out[c] = gs_least_cost_at(cost, col + c, row);
}

/* -- the way back ----------------------------------------------------------------------------- */

/* Cells that cost the same to the last bit, found from one another: a step may cost so little that
 * adding it changes nothing. */
struct plateau {
    size_t *cells, *from; /* from: place in `cells` of the cell it was found from */
    size_t n, cells_capacity, from_capacity;
};

/* Did the cost at `at` come over step k? From where, then. */
static bool came_by(const struct gs_least_cost *cost, size_t at, int k, size_t *from)
{
    ptrdiff_t stride = (ptrdiff_t)cost->stride;
    ptrdiff_t offset = gs_steps[k][1] * stride + gs_steps[k][0];
    const struct gs_node *to = cost->nodes + at, *node = to - offset;
    float before = gs_node_cost(node);
    if (!(before <= FLT_MAX) || before + gs_step_cost(node, stride, k) != gs_node_cost(to))
        return false;
    *from = at - (size_t)offset;
    return true;
}

static enum gs_status visit(struct gs_ctx *ctx, struct plateau *plateau, size_t cell, size_t from)
{
    for (size_t i = 0; i < plateau->n; i++)
        if (plateau->cells[i] == cell)
            return GS_OK;
    enum gs_status status = gs_grow(ctx, &plateau->cells, &plateau->cells_capacity, plateau->n + 1,
                                    sizeof *plateau->cells);
    if (!status)
        status = gs_grow(ctx, &plateau->from, &plateau->from_capacity, plateau->n + 1,
                         sizeof *plateau->from);
    if (status)
        return status;
    plateau->cells[plateau->n] = cell;
    plateau->from[plateau->n++] = from;
    return GS_OK;
}

/* From the first cell of the plateau to one that was reached from a lower cost: that lower cell,
 * and in `last` the place of the cell above it. Breadth first, so that the way is short. */
static enum gs_status leave_plateau(struct gs_ctx *ctx, const struct gs_least_cost *cost,
                                    struct plateau *plateau, size_t *last, size_t *lower)
{
    int n_steps = cost->knight ? GS_STEPS : 8;
    for (size_t i = 0; i < plateau->n; i++) {
        size_t at = plateau->cells[i], from;
        float here = gs_node_cost(cost->nodes + at);
        for (int k = 0; k < n_steps; k++)
            if (came_by(cost, at, k, &from) && gs_node_cost(cost->nodes + from) < here) {
                *last = i;
                *lower = from;
                return GS_OK;
            }
        for (int k = 0; k < n_steps; k++)
            if (came_by(cost, at, k, &from)) {
                enum gs_status status = visit(ctx, plateau, from, i);
                if (status)
                    return status;
            }
    }
    return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "a least cost came from nowhere");
}

struct way {
    size_t (*cells)[2];
    size_t n, capacity;
};

static enum gs_status append(struct gs_ctx *ctx, const struct gs_least_cost *cost, struct way *way,
                             size_t at)
{
    enum gs_status status =
        gs_grow(ctx, &way->cells, &way->capacity, way->n + 1, sizeof *way->cells);
    if (status)
        return status;
    way->cells[way->n][0] = at % cost->stride - cost->margin;
    way->cells[way->n++][1] = at / cost->stride - cost->margin;
    return GS_OK;
}

/* The cells of the plateau on the way to its `last`, but for the first, which is on it already. */
static enum gs_status append_plateau(struct gs_ctx *ctx, const struct gs_least_cost *cost,
                                     struct plateau *plateau, size_t last, struct way *way)
{
    size_t n = 0;
    for (size_t i = last; i != 0; i = plateau->from[i])
        n++;
    enum gs_status status = GS_OK;
    for (size_t step = 1; step <= n && !status; step++) {
        size_t i = last;
        for (size_t back = n; back > step; back--)
            i = plateau->from[i];
        status = append(ctx, cost, way, plateau->cells[i]);
    }
    return status;
}

enum gs_status gs_least_cost_path(struct gs_ctx *ctx, const struct gs_least_cost *cost, size_t col,
                                  size_t row, size_t (**cells)[2], size_t *n)
{
    struct way way = {0};
    struct plateau plateau = {0};
    size_t at = gs_node_at(cost, col, row), last = 0, lower = 0;
    enum gs_status status = GS_OK;
    if (gs_node_cost(cost->nodes + at) <= FLT_MAX)
        status = append(ctx, cost, &way, at);
    while (!status && way.n && gs_node_cost(cost->nodes + at) > 0) {
        plateau.n = 0;
        status = visit(ctx, &plateau, at, 0);
        if (!status)
            status = leave_plateau(ctx, cost, &plateau, &last, &lower);
        if (!status)
            status = append_plateau(ctx, cost, &plateau, last, &way);
        if (!status)
            status = append(ctx, cost, &way, at = lower);
    }
    gs_free(plateau.cells);
    gs_free(plateau.from);
    if (status) {
        gs_free(way.cells);
        return status;
    }
    *cells = way.cells;
    *n = way.n;
    return GS_OK;
}
