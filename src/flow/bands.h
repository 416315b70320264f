// SPDX-License-Identifier: Apache-2.0
/* The surface at work: bands of rows from north to south. Of each band all sources are made ready,
 * then its rows are computed by all threads, then the band is handed on; so memory is that of a
 * band, whatever the grid. */
#ifndef GS_FLOW_BANDS_H
#define GS_FLOW_BANDS_H

#include "flow/rows.h"

struct gs_bands {
    const struct gs_grid *grid;
    struct gs_rows *const *sources; /* all on this grid */
    size_t n_sources;
    size_t band_rows;
    /* Per thread, both may be NULL. */
    enum gs_status (*start)(struct gs_ctx *ctx, void *user, void **worker);
    void (*stop)(void *user, void *worker);
    /* Row `row` of the grid, row `at` of its band: measured[i] is that of source i. Called by
     * several threads; writes only what belongs to the row. */
    enum gs_status (*row)(struct gs_ctx *ctx, void *user, void *worker, size_t row, size_t at,
                          const float *const *measured);
    /* A finished band of `n` rows; in the calling thread, in order. May be NULL. */
    enum gs_status (*band)(struct gs_ctx *ctx, void *user, size_t first, size_t n);
    void *user;
    double progress_from, progress_to; /* the part of the whole that this is */
    const char *stage;
};

enum gs_status gs_bands_run(struct gs_ctx *ctx, const struct gs_bands *bands) GS_NODISCARD;

/* Bytes that the sources and the rows between them will hold with so many threads. */
uint64_t gs_bands_bytes(const struct gs_bands *bands, unsigned n_threads);

#endif
