// SPDX-License-Identifier: Apache-2.0
/* Which cells of a grid have their centre within a radius of shapes, row by row, exactly: what is
 * within the radius of a segment is a stadium, which a row cuts in one interval. The ends of the
 * intervals are settled by measuring the distance itself, so that a cell counts here when and only
 * when a point at its centre is in reach (distance <= radius, the boundary included). */
#ifndef GS_KERNEL_REACH_H
#define GS_KERNEL_REACH_H

#include "model/grid.h"
#include "model/shapes.h"

/* Up to GS_REACH_RUN segments of one part, or one point (n = 1). */
enum { GS_REACH_RUN = 16 };
struct gs_reach_run {
    size_t at;        /* its shape, by its place in the order */
    size_t first;     /* vertex */
    double bounds[4]; /* xmin ymin xmax ymax */
    uint8_t n, kind;  /* vertices; enum gs_part_kind */
};

/* Columns [first, end). */
struct gs_columns {
    int first, end;
};

/* One shape on one row. All intervals rise and do not touch. */
struct gs_reached {
    size_t at, shape;                /* its place in the order; its number */
    const struct gs_columns *within; /* distance <= radius */
    size_t n_within;
    const struct gs_columns *inside; /* of a polygon: distance 0 */
    size_t n_inside;
    const struct gs_reach_run *const *runs; /* those that may be in reach of the row */
    size_t n_runs;
};

struct gs_reach;

/* Of the shapes order[0 … n), all their parts; of these parts only `kinds` (bits 1 << enum
 * gs_part_kind; 0: all). NULL for all shapes as they come. The shapes are borrowed. Distances are
 * metres_per_unit times what the coordinates say. Read-only afterwards: threads share it. */
enum gs_status gs_reach_new(struct gs_ctx *ctx, const struct gs_shapes *shapes, const size_t *order,
                            size_t n, unsigned kinds, const struct gs_grid *grid, double radius_m,
                            double metres_per_unit, struct gs_reach **out) GS_NODISCARD;
void gs_reach_free(struct gs_reach *reach);
uint64_t gs_reach_bytes(const struct gs_reach *reach);
/* The radius in units of the axes. */
double gs_reach_radius(const struct gs_reach *reach);

/* What a thread needs; grows with use. All zero to begin with. */
struct gs_reach_row {
    const struct gs_reach_run **runs;
    size_t runs_capacity;
    struct gs_columns *within, *inside;
    size_t within_capacity, inside_capacity, n_within, n_inside;
};
void gs_reach_row_release(struct gs_reach_row *scratch);

/* Calls `visit` for every shape with a cell in reach on the row, in the order of the shapes. Stops
 * at a status other than GS_OK and returns it. */
enum gs_status gs_reach_row(struct gs_ctx *ctx, const struct gs_reach *reach,
                            struct gs_reach_row *scratch, size_t row,
                            enum gs_status (*visit)(struct gs_ctx *ctx, void *user,
                                                    const struct gs_reached *reached),
                            void *user) GS_NODISCARD;

/* Calls `visit` for every run that may be in reach of the row; in the order of shapes and along
 * each. */
void gs_reach_runs(const struct gs_reach *reach, size_t row,
                   void (*visit)(void *user, const struct gs_reach_run *run), void *user);

/* The cells of the row in reach of the segment a b (or the point a = b). */
struct gs_columns gs_reach_segment(const struct gs_reach *reach, size_t row, const double a[2],
                                   const double b[2]);

/* The same without the measuring at its ends: perhaps a cell too many at either. */
struct gs_columns gs_reach_about(const struct gs_reach *reach, size_t row, const double a[2],
                                 const double b[2]);
/* From where to where, along the x axis and on beyond the grid, a centre on the row may be in reach
 * of the segment; false: from nowhere. */
bool gs_reach_hull(const struct gs_reach *reach, size_t row, const double a[2], const double b[2],
                   double x[2]);

/* The cells of a row whose centre lies in [low, high] of the x axis, perhaps one too many. */
struct gs_columns gs_reach_columns(const struct gs_reach *reach, double low, double high);

/* The cells of a row, of those in `among`, whose circle of `radius` holds both ends of a segment
 * and so all of it. Centres are at height y, that of column c at x0 + (c + 1/2) × cell. */
struct gs_columns gs_columns_of_both(struct gs_columns among, double x0, double cell, double y,
                                     double radius, const double a[2], const double b[2]);

/* Sorts and joins intervals that overlap or touch, in place; gives how many are left. */
size_t gs_columns_join(struct gs_columns *columns, size_t n);

#endif
