// SPDX-License-Identifier: Apache-2.0
/* A row of cells: judged by the constraints, valued by the criteria, scored. */
#ifndef GS_STUDY_SURFACE_CELLS_H
#define GS_STUDY_SURFACE_CELLS_H

#include "flow/rows.h"
#include "model/study.h"
#include "model/surface.h"

/* What words of a study mean in the rows of a factor: class codes, or places among its texts. */
struct gs_cell_factor {
    float *in, *not_in; /* constraints */
    size_t n_in, n_not_in;
    float *worths; /* criteria that measure text: per place among the texts */
    size_t n_texts;
};

struct gs_cells {
    const struct gs_study *study;
    size_t n_cols;
    struct gs_cell_factor *factors; /* constraints first, then criteria */
    /* The criteria that cells have: their places in the study, and their weights, together 1. */
    size_t *criteria;
    size_t n_criteria;
    double *weights;
};

/* `source_of`: the place among `sources` of each factor; SIZE_MAX: it is not for cells. */
enum gs_status gs_cells_init(struct gs_ctx *ctx, const struct gs_study *study,
                             struct gs_rows *const *sources, const size_t *source_of, size_t n_cols,
                             struct gs_cells *out) GS_NODISCARD;
void gs_cells_release(struct gs_cells *cells);

/* What a thread works with. */
struct gs_cell_worker {
    uint8_t *failed, *n_failed, *missing; /* per cell */
    float **values;                       /* [cells->criteria][cell] */
    float *scratch;
    struct gs_removed *removed; /* per constraint */
    uint64_t n_suitable, n_missing;
};
enum gs_status gs_cell_worker_new(struct gs_ctx *ctx, const struct gs_cells *cells,
                                  struct gs_cell_worker **out) GS_NODISCARD;
void gs_cell_worker_free(const struct gs_cells *cells, struct gs_cell_worker *worker);

/* measured[source] → scores and codes (n_cols each), and worker->values. */
void gs_cells_row(const struct gs_cells *cells, struct gs_cell_worker *worker,
                  const size_t *source_of, const float *const *measured, float *scores,
                  uint8_t *codes);

#endif
