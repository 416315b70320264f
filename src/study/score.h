// SPDX-License-Identifier: Apache-2.0
/* Scores and ranks: the feasible sites packed into a table, that table through a decision method.
 */
#ifndef GS_STUDY_SCORE_H
#define GS_STUDY_SCORE_H

#include "decision/method.h"
#include "study/run.h"

/* The feasible sites only. Worths, or what relative criteria measured, missing ones filled as the
 * criterion says. */
struct gs_packed {
    const struct gs_study *study;
    size_t *sites; /* of the result */
    size_t n;
    double **values;  /* [criterion][packed site] */
    double *weights;  /* of the criteria */
    const char **ids; /* of the criteria */
    bool *relative, *lower;
    struct gs_preference *preferences;
};

/* `order`: of the sites, all of them; NULL: as they are. */
enum gs_status gs_pack(struct gs_ctx *ctx, const struct gs_study *study,
                       const struct gs_result *result, const size_t *order,
                       struct gs_packed *out) GS_NODISCARD;
void gs_packed_release(struct gs_packed *packed);

/* A packed table as one method sees it: relative criteria normalised, which may have turned them
 * round. Borrows from `packed`. */
struct gs_method_table {
    struct gs_decision_table table;
    double **values;
    bool *lower;
    size_t n_criteria;
};

enum gs_status gs_method_table_init(struct gs_ctx *ctx, const struct gs_packed *packed,
                                    const struct gs_method_choice *choice,
                                    struct gs_method_table *out) GS_NODISCARD;
void gs_method_table_release(struct gs_method_table *table);

/* Scores, index, figures, parts, ranks and order of the result, whose feasibility is known, and the
 * outcomes of the methods under `also`. */
enum gs_status gs_score_study(struct gs_ctx *ctx, const struct gs_study *study,
                              struct gs_result *result) GS_NODISCARD;

/* n times NaN. */
double *gs_nan_array(struct gs_ctx *ctx, size_t n) GS_NODISCARD;

#endif
