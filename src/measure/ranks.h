// SPDX-License-Identifier: Apache-2.0
/* A field as numbers, whether it holds numbers or texts. */
#ifndef GS_MEASURE_RANKS_H
#define GS_MEASURE_RANKS_H

#include "model/table.h"

struct gs_ranks {
    double *values;     /* per feature, NaN: missing; of texts the index */
    const char **texts; /* in byte order, each once; NULL: the field holds numbers */
    size_t n_texts;
};

/* `field` of n features; the texts are borrowed. */
enum gs_status gs_ranks_init(struct gs_ctx *ctx, const struct gs_column *field, size_t n,
                             struct gs_ranks *ranks) GS_NODISCARD;
void gs_ranks_release(struct gs_ranks *ranks);

/* The place of a text among n in byte order; NaN when it is none of them, or NULL. */
double gs_rank_of(const char *const *texts, size_t n, const char *text);

#endif
