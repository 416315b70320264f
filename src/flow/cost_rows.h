// SPDX-License-Identifier: Apache-2.0
/* Least accumulated cost from features over friction, by kernel/least_cost: as a solution for
 * sites, and as rows of the surface. */
#ifndef GS_FLOW_COST_ROWS_H
#define GS_FLOW_COST_ROWS_H

#include "flow/rows.h"
#include "kernel/burn.h"
#include "kernel/least_cost.h"
#include "model/layer.h"
#include "model/shapes.h"

struct gs_cost_spec {
    /* Friction on the grid that costs are accumulated over. */
    struct gs_rows *friction;
    const struct gs_layer *friction_layer; /* for messages */
    const struct gs_layer *layer;          /* of the features */
    const struct gs_shapes *shapes;        /* where ways begin */
    double scale;                          /* cost per unit of friction and metre */
    double bound; /* cost beyond which a cell is not reached; INFINITY: none */
    bool knight;
};

/* Solves. A feature counts by the cells it touches (kernel/burn.h), a polygon that holds no cell's
 * centre by those its outline crosses; cells that are barriers count for nothing, and
 * features outside the grid are told. GS_EDATA when no feature lies in the grid or on friction and
 * when friction is 0 or less anywhere, GS_EUSAGE when the memory allowed is too little. `*out` is
 * NULL when there are no features at all. */
enum gs_status gs_cost_solve(struct gs_ctx *ctx, const struct gs_cost_spec *spec,
                             struct gs_least_cost **out) GS_NODISCARD;
/* What that takes with `n_threads`. */
uint64_t gs_cost_bytes(const struct gs_cost_spec *spec, unsigned n_threads);

/* The cells a shape counts by, as above, into `spans` (emptied before). */
enum gs_status gs_cost_cells(struct gs_ctx *ctx, const struct gs_shapes *shapes, size_t i,
                             const struct gs_grid *grid, struct gs_spans *spans) GS_NODISCARD;

/* Rows of the costs on `grid`, whose cells begin `margin` cells inside that of the friction on all
 * sides; missing where none was reached. Solved when the first band begins. Takes over the
 * friction, also on failure; layers and shapes are borrowed. */
enum gs_status gs_cost_rows_new(struct gs_ctx *ctx, const struct gs_cost_spec *spec,
                                const struct gs_grid *grid, size_t margin,
                                struct gs_rows **out) GS_NODISCARD;
/* Once solved, the solution changes hands, with the grid that costs were accumulated over; the rows
 * can only be freed then. `*cost` is NULL when there are no features. False: not solved yet. */
bool gs_cost_rows_take(struct gs_rows *rows, struct gs_grid *grid, struct gs_least_cost **cost);

#endif
