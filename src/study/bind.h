// SPDX-License-Identifier: Apache-2.0
/* A study bound to its data: every layer opened, every field found, every unit settled, the
 * candidates read. */
#ifndef GS_STUDY_BIND_H
#define GS_STUDY_BIND_H

#include "geo/raster.h"
#include "geo/vector.h"
#include "measure/measure.h"
#include "model/grid.h"
#include "model/result.h"
#include "model/study.h"
#include "model/table.h"

/* What a layer's features hash to: their geometry, and each field that is read. */
struct gs_reading_hashes {
    char shapes[40];
    char (*fields)[40]; /* of the source's fields; NULL: not known */
};

/* One opening of a layer, shared by all factors that read it under the same condition. */
struct gs_source {
    const struct gs_layer *layer;
    const char *where; /* NULL: all features */
    struct gs_pos where_pos;
    bool is_raster;
    struct gs_vector *vector; /* both NULL when it could not be opened */
    struct gs_raster *raster;
    /* What its factors need of a vector layer, gathered while they are bound. */
    const char **fields;
    enum gs_field_kind *kinds;
    size_t n_fields;
    double reach_m; /* the farthest that features count, INFINITY: all */
    bool geodesic;  /* some measure wants distances on the ellipsoid */
    size_t n_factors;
    struct gs_features *features; /* VECTOR: between gs_bound_load() and gs_bound_unload() */
    /* For the report. */
    struct gs_read_counts counts;
    bool was_read;
    double coverage; /* of the area, rasters; NaN: not told */
    const char *operation;
    struct gs_layer_digest digest;
    struct gs_reading_hashes hashes;
};

/* A criterion or constraint with its source; NULL for measures of the candidates themselves. */
struct gs_bound_factor {
    struct gs_factor *factor;
    size_t source; /* index; SIZE_MAX: none */
    size_t second; /* that of factor->second */
    const struct gs_facility *facility;
    /* What the surface left for measuring sites (measure->keep), and about its bytes; of factors
     * that measure the same, the first has it. */
    void *kept;
    uint64_t kept_bytes;
    bool keeps;     /* a surface left something: sites are measured by it first of all */
    bool kept_told; /* making that had something to tell, which its numbers do not tell again */
    struct gs_found *found; /* in the cache, until it is taken; NULL: nothing was */
};

struct gs_bound {
    struct gs_arena arena;
    struct gs_study *study;
    struct gs_crs *crs;
    double metres_per_unit; /* of the analysis CRS, 0 when it is geographic */
    struct gs_sites sites;
    double site_bounds[4];    /* of all sites; NaN when none has a geometry */
    double area[4];           /* of the study, analysis CRS */
    struct gs_grid grid;      /* over the area, when a measure works on it */
    double surface_bounds[4]; /* of the grid whose cells are measured too; NaN when there is none */
    struct gs_source *sources;
    size_t n_sources;
    size_t fields_capacity;          /* of each source: a factor names one field at most */
    struct gs_bound_factor *factors; /* constraints first, then criteria */
    size_t n_factors;
    size_t n_all;    /* with what only scenarios measure, after the study's own */
    size_t headroom; /* index of the factor that finds the portfolio's nodes; SIZE_MAX: none */
    size_t **at;     /* [scenario][its constraints, then criteria]: index into factors */
    struct gs_vector *candidates; /* NULL: they come from no layer */
    struct gs_cache *cache;       /* borrowed; NULL: all is measured */
    /* What locating found: the mean of all regions, and what no such set exceeds. */
    size_t n_located;
    double located_mean, located_bound;
};

struct gs_cache; /* study/cache.h */

/* Opens and checks everything, reporting all faults; reads the candidates. With `cache` (may be
 * NULL) the layers' files are hashed before they are read, and what its store holds is not done
 * again. GS_ESTUDY when the study is at fault, GS_EDATA when only data are. */
enum gs_status gs_bind(struct gs_ctx *ctx, struct gs_study *study, struct gs_cache *cache,
                       struct gs_bound **out) GS_NODISCARD;
void gs_bound_free(struct gs_bound *bound);

/* What of a source is within its factors' reach, analysis CRS; false: all of it is read. */
bool gs_bound_box(const struct gs_bound *bound, const struct gs_source *source, double out[4]);

/* The features of a vector source, as all its factors need them; the counts are reported. */
enum gs_status gs_bound_read(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_source *source,
                             struct gs_features *out) GS_NODISCARD;

/* The same into source->features, unless they are there; nothing for a raster. The source is closed
 * then: it is read once. */
enum gs_status gs_bound_load(struct gs_ctx *ctx, struct gs_bound *bound,
                             struct gs_source *source) GS_NODISCARD;
void gs_bound_unload(struct gs_source *source);

/* Do both measure one layer in the same way, as written, in the same unit? */
bool gs_measure_the_same(const struct gs_bound_factor *a, const struct gs_bound_factor *b);
/* Frees what a surface left for the factor. */
void gs_bound_factor_drop(struct gs_bound_factor *bf);

/* Candidates that are cells of the area, into bound->sites; used by gs_bind when the area is known.
 */
enum gs_status gs_bind_cells(struct gs_ctx *ctx, struct gs_bound *bound) GS_NODISCARD;
/* Candidates that are the best regions of these scores (n_rows × n_cols of the grid). */
enum gs_status gs_bind_located(struct gs_ctx *ctx, struct gs_bound *bound, const float *scores,
                               const struct gs_grid *grid) GS_NODISCARD;
/* Puts in place of candidate polygons what represents them; `scores` only for best_site. */
enum gs_status gs_bind_represent(struct gs_ctx *ctx, struct gs_bound *bound, const float *scores,
                                 const struct gs_grid *grid) GS_NODISCARD;

/* Reads the candidates into bound->sites; used by gs_bind. */
enum gs_status gs_bind_sites(struct gs_ctx *ctx, struct gs_bound *bound) GS_NODISCARD;

/* The kind of a field; reports a field that the layer has not, with the nearest name. */
enum gs_status gs_find_field(struct gs_ctx *ctx, const struct gs_vector *vector,
                             const struct gs_layer *layer, const char *name,
                             const struct gs_pos *pos, enum gs_field_kind *kind) GS_NODISCARD;

/* The area of the study into bound->area; how much of it each raster covers (none is a fault,
 * reported like all others), and by which PROJ operation sites come to it. Used by gs_bind. */
enum gs_status gs_bind_area(struct gs_ctx *ctx, struct gs_bound *bound) GS_NODISCARD;
enum gs_status gs_check_coverage(struct gs_ctx *ctx, struct gs_bound *bound) GS_NODISCARD;

/* The analysis grid of the study: the cells over its area. Reports where `what` ("a surface") needs
 * one that the study does not tell. */
enum gs_status gs_area_grid(struct gs_ctx *ctx, const struct gs_bound *bound, const char *what,
                            struct gs_grid *out) GS_NODISCARD;

/* Whether the sites' vertices are wanted in degrees too. */
bool gs_bound_wants_lonlat(const struct gs_bound *bound);

/* How many constraints and criteria a study has, and each of them, constraints first. */
size_t gs_factor_count(const struct gs_study *study);
struct gs_factor *gs_factor_at(struct gs_study *study, size_t i);

/* The radius of the disc that has the facility's land as its area; 0 when none is given. */
double gs_footprint_radius_m(const struct gs_facility *facility);

/* The number a measure holds under parameter `key`, NaN when it has no such parameter. */
double gs_measure_quantity(const struct gs_measure *measure, const void *params, const char *key);

#endif
