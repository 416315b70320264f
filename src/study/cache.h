// SPDX-License-Identifier: Apache-2.0
/* What was measured before: for each reading of a layer what was met, for each measure its numbers,
 * found again by all that they depend on. A key is a text of lines `name: value`, so that two of
 * them tell what differs. */
#ifndef GS_STUDY_CACHE_H
#define GS_STUDY_CACHE_H

#include "base/text.h"
#include "flow/rows.h"
#include "study/bind.h"
#include "study/inputs.h"
#include "study/store.h"

struct gs_cache {
    struct gs_store *store;  /* NULL: nothing is kept */
    bool rehash;             /* see gs_inputs_new() */
    struct gs_inputs inputs; /* made by gs_bind() */
    char sites[40];          /* hash of the candidates; "" until it is asked for */
};

/* -- cache_key.c ------------------------------------------------------------------------------ */

/* The features of a source as its factors need them. An empty text: no file tells the data. */
enum gs_status gs_reading_key(struct gs_ctx *ctx, const struct gs_cache *cache,
                              const struct gs_bound *bound, const struct gs_source *source,
                              struct gs_text *out) GS_NODISCARD;
/* How much of the area a raster covers. */
enum gs_status gs_coverage_key(struct gs_ctx *ctx, const struct gs_cache *cache,
                               const struct gs_bound *bound, const struct gs_source *source,
                               struct gs_text *out) GS_NODISCARD;
/* A factor at all sites; by source->hashes when its source is a vector layer. An empty text: they
 * are not known, or no file tells the data of a raster. */
enum gs_status gs_measure_key(struct gs_ctx *ctx, struct gs_cache *cache,
                              const struct gs_bound *bound, const struct gs_bound_factor *bf,
                              struct gs_text *out) GS_NODISCARD;
/* The lines of that key that tell the measure and its parameters, from `measure:` on. */
void gs_measure_lines(const struct gs_bound *bound, const struct gs_bound_factor *bf,
                      struct gs_text *out);
/* source->hashes of its features. */
enum gs_status gs_hash_source(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_source *source,
                              const struct gs_features *features) GS_NODISCARD;

/* A factor's rows on the surface, but for the features and which of them: rows of their place among
 * texts depend on all of these. */
enum gs_status gs_rows_key(struct gs_ctx *ctx, const struct gs_cache *cache,
                           const struct gs_bound *bound, const struct gs_bound_factor *bf,
                           const struct gs_rows *rows, struct gs_text *out) GS_NODISCARD;

/* -- cache.c ---------------------------------------------------------------------------------- */

/* Keeps what was made of a source, and of a second one unless that is SIZE_MAX, unless their files
 * have changed by now. Both texts are released; nothing is kept under an empty key. */
enum gs_status gs_cache_keep(struct gs_ctx *ctx, const struct gs_bound *bound, size_t source,
                             size_t second, struct gs_text *key,
                             struct gs_text *entry) GS_NODISCARD;

/* What was found out about how much of the area a raster covers, n bytes of the caller's. */
enum gs_status gs_cache_find_coverage(struct gs_ctx *ctx, const struct gs_bound *bound,
                                      const struct gs_source *source, void *coverage, size_t n,
                                      bool *found) GS_NODISCARD;
enum gs_status gs_cache_keep_coverage(struct gs_ctx *ctx, const struct gs_bound *bound,
                                      const struct gs_source *source, const void *coverage,
                                      size_t n) GS_NODISCARD;

/* What reading the source met, and the hashes of its features, as if it had been read now, with the
 * warnings of that. *found: it was there. */
enum gs_status gs_cache_find_reading(struct gs_ctx *ctx, struct gs_bound *bound,
                                     struct gs_source *source, bool *found) GS_NODISCARD;
/* Keeps what was met; `warnings`: those of reading it. */
enum gs_status gs_cache_keep_reading(struct gs_ctx *ctx, const struct gs_bound *bound,
                                     const struct gs_source *source,
                                     const struct gs_diags *warnings) GS_NODISCARD;

/* A factor's numbers, into bf->found; NULL: they are not there. */
enum gs_status gs_cache_find_measure(struct gs_ctx *ctx, struct gs_bound *bound,
                                     struct gs_bound_factor *bf) GS_NODISCARD;
/* What was found changes hands, and its warnings are told. `shares`: one a site, for the caller to
 * free. */
enum gs_status gs_cache_take_measure(struct gs_ctx *ctx, struct gs_bound_factor *bf,
                                     struct gs_measured *out, double **shares) GS_NODISCARD;
enum gs_status gs_cache_keep_measure(struct gs_ctx *ctx, const struct gs_bound *bound,
                                     const struct gs_bound_factor *bf,
                                     const struct gs_measured *measured, const double *shares,
                                     const struct gs_diags *warnings) GS_NODISCARD;
void gs_cache_drop_measure(struct gs_bound_factor *bf);
/* The same for the nodes that sites draw headroom from; what is taken is in the arena. */
enum gs_status gs_cache_take_nodes(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   struct gs_bound_factor *bf, struct gs_arena *arena,
                                   struct gs_nodes *out) GS_NODISCARD;
enum gs_status gs_cache_keep_nodes(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   const struct gs_bound_factor *bf, const struct gs_nodes *nodes,
                                   const struct gs_diags *warnings) GS_NODISCARD;

/* -- cache_rows.c ----------------------------------------------------------------------------- */

/* In place of *rows, a factor's on the surface, rows that are kept in the cache, strip by strip and
 * by the features that can reach it; as they are when they are computed as fast as they are read,
 * or when no file tells the data. The rows are freed on failure. */
enum gs_status gs_cache_rows(struct gs_ctx *ctx, const struct gs_bound *bound,
                             const struct gs_bound_factor *bf, struct gs_rows **rows) GS_NODISCARD;

/* -- cache_why.c ------------------------------------------------------------------------------ */

/* All keys of this run, for the plan of a later one of the same study. */
enum gs_status gs_cache_keep_keys(struct gs_ctx *ctx, const struct gs_bound *bound) GS_NODISCARD;
/* Those of the last run, for the caller to gs_free(); NULL: there was none. */
enum gs_status gs_cache_last_keys(struct gs_ctx *ctx, const struct gs_bound *bound,
                                  char **out) GS_NODISCARD;
/* What differs between those and now, so that a factor is measured: "radius 20000 m → 30000 m". */
enum gs_status gs_cache_why(struct gs_ctx *ctx, const struct gs_bound *bound, const char *keys,
                            size_t factor, struct gs_text *out) GS_NODISCARD;

#endif
