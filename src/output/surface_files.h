// SPDX-License-Identifier: Apache-2.0
/* The rasters of a run, beside its GeoPackage: RUN_suitability.tif, RUN_exclusion.tif and, when
 * kept, RUN_<criterion>_value.tif and RUN_<criterion>.tif; each with a style (.qml) of the same
 * name. */
#ifndef GS_OUTPUT_SURFACE_FILES_H
#define GS_OUTPUT_SURFACE_FILES_H

#include "geo/cog.h"
#include "model/study.h"
#include "model/surface.h"

struct gs_surface_files;

struct gs_surface_files_spec {
    const char *run_path; /* of the GeoPackage */
    const struct gs_study *study;
    const struct gs_grid *grid;
    const struct gs_crs *crs;
    int64_t timestamp;
    bool values, measured; /* which rasters of criteria are kept */
};

/* Reports what cannot be written before anything is computed, a disk that is too small included. */
enum gs_status gs_surface_files_check(struct gs_ctx *ctx,
                                      const struct gs_surface_files_spec *spec) GS_NODISCARD;
/* Bytes on disk, at most: were nothing compressed; `n_files` (may be NULL): in so many rasters. And
 * bytes held in memory. */
uint64_t gs_surface_files_disk(const struct gs_surface_files_spec *spec, size_t *n_files);
uint64_t gs_surface_files_bytes(const struct gs_surface_files_spec *spec, unsigned n_threads);

enum gs_status gs_surface_files_create(struct gs_ctx *ctx, const struct gs_surface_files_spec *spec,
                                       struct gs_surface_files **out) GS_NODISCARD;
/* The next strip of GS_COG_TILE rows; values and measured per criterion, when kept (an entry may be
 * NULL: that criterion has none). */
enum gs_status gs_surface_files_strip(struct gs_ctx *ctx, struct gs_surface_files *files,
                                      const float *scores, const uint8_t *codes,
                                      float *const *values, float *const *measured) GS_NODISCARD;
/* After the last strip: paths and the statistics of the scores go into `surface`, whose texts live
 * in the arena. Begins to complete the files, still aside, while the caller goes on. */
enum gs_status gs_surface_files_finish(struct gs_ctx *ctx, struct gs_surface_files *files,
                                       struct gs_arena *arena,
                                       struct gs_surface *surface) GS_NODISCARD;
/* Waits for the files to be complete, and puts them in place, each with its style. */
enum gs_status gs_surface_files_commit(struct gs_ctx *ctx,
                                       struct gs_surface_files *files) GS_NODISCARD;
/* Frees everything; files that were not put in place are removed. NULL is legal. */
void gs_surface_files_free(struct gs_surface_files *files);

/* Styles of rasters as QGIS reads them. `min` … `max`: what the colours run over. */
enum gs_status gs_write_surface_qml(struct gs_ctx *ctx, double min, double max, const char *unit,
                                    char **out) GS_NODISCARD;
enum gs_status gs_write_exclusion_qml(struct gs_ctx *ctx, const struct gs_study *study,
                                      char **out) GS_NODISCARD;

#endif
