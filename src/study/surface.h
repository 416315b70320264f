// SPDX-License-Identifier: Apache-2.0
/* The study on every cell of the analysis grid. */
#ifndef GS_STUDY_SURFACE_H
#define GS_STUDY_SURFACE_H

#include "flow/rows.h"
#include "model/surface.h"
#include "output/surface_files.h"
#include "study/bind.h"

/* The grid of the study's area and resolution; layers are read as far as its cells reach from then
 * on. Reports when there is none: no resolution, a CRS of degrees, too many cells. */
enum gs_status gs_surface_grid(struct gs_ctx *ctx, struct gs_bound *bound,
                               struct gs_grid *out) GS_NODISCARD;

/* A surface made ready: every factor has a source of rows, and those that measure the same share
 * it.
 */
struct gs_surface_setup {
    const struct gs_bound *bound;
    struct gs_grid grid;
    struct gs_rows **sources;
    size_t n_sources;
    size_t *source_of; /* per factor: constraints first, then criteria */
};

/* Reads the vector layers (each once: their features stay in bound->sources for the sites) and
 * makes the sources; reports what has no surface. `keep_measured`: quantities are asked for as they
 * are, however far they lie beyond what a value function tells apart. Progress runs to
 * `progress_to`. */
enum gs_status gs_surface_setup(struct gs_ctx *ctx, struct gs_bound *bound,
                                const struct gs_grid *grid, bool keep_measured, double progress_to,
                                struct gs_surface_setup *out) GS_NODISCARD;
void gs_surface_setup_release(struct gs_surface_setup *setup);

/* Rows of a band, but for the last. */
size_t gs_surface_band_rows(const struct gs_grid *grid);

/* Bytes that computing takes with so many threads, without the outputs. */
uint64_t gs_surface_bytes(const struct gs_surface_setup *setup, unsigned n_threads, bool values,
                          bool measured);

/* Where the rows of a finished band go. */
struct gs_surface_sink {
    /* `n` rows from `first`; scores NaN where there is none, codes as model/surface.h has them;
     * values and measured per criterion when asked for, else NULL. */
    enum gs_status (*band)(struct gs_ctx *ctx, void *user, size_t first, size_t n,
                           const float *scores, const uint8_t *codes, float *const *values,
                           float *const *measured);
    void *user;
    bool values, measured;
};

/* Computes all cells. With less memory than it takes, with fewer threads; GS_EUSAGE when one alone
 * is too much. Fills the counts of `surface`, whose arrays live in the arena. */
enum gs_status gs_surface_compute(struct gs_ctx *ctx, const struct gs_surface_setup *setup,
                                  const struct gs_surface_sink *sink, uint64_t sink_bytes,
                                  double progress_from, double progress_to, struct gs_arena *arena,
                                  struct gs_surface *surface) GS_NODISCARD;

/* Keeps for the sites what computing made that they need too: with the factors, until the sites are
 * measured by them. */
enum gs_status gs_surface_keep(struct gs_ctx *ctx, const struct gs_surface_setup *setup,
                               struct gs_bound *bound) GS_NODISCARD;

/* The scores alone, n_rows × n_cols of `grid`, NaN where there is none; the caller frees them. */
enum gs_status gs_surface_scores(struct gs_ctx *ctx, struct gs_bound *bound,
                                 const struct gs_grid *grid, float **scores) GS_NODISCARD;

/* Which rasters the study wants beside `run_path`; all borrowed. */
struct gs_surface_files_spec gs_surface_spec(const struct gs_bound *bound, const char *run_path,
                                             const struct gs_grid *grid, int64_t timestamp);

/* A run's surface, whose files are complete and wait to be committed beside `run_path`: `files`,
 * for the caller to free. `scores` (may be NULL) gets what gs_surface_scores() gives. */
enum gs_status gs_surface_write(struct gs_ctx *ctx, struct gs_bound *bound,
                                const struct gs_grid *grid, const char *run_path, int64_t timestamp,
                                double progress_from, double progress_to, struct gs_arena *arena,
                                struct gs_surface **out, struct gs_surface_files **files,
                                float **scores) GS_NODISCARD;

#endif
