// SPDX-License-Identifier: Apache-2.0
/* Measures: what turns a layer into one number (or text) per site. One file each, listed in
 * measure.def. */
#ifndef GS_MEASURE_MEASURE_H
#define GS_MEASURE_MEASURE_H

#include "base/param.h"
#include "geo/raster.h"
#include "model/study.h"
#include "model/table.h"

struct gs_nearby; /* measure/nearby.h: features ready for searching */
struct gs_geodesic;
struct gs_grid; /* model/grid.h */
struct gs_polygons;
struct gs_rows; /* flow/rows.h: the numbers of all cells, row by row */
struct gs_transform;

enum gs_input { GS_INPUT_VECTOR, GS_INPUT_RASTER, GS_INPUT_SITE };

/* What `unit` may say besides a unit. */
#define GS_UNIT_FIELD "@field" /* that of parameter `field` */
#define GS_UNIT_BAND  "@band"  /* that of the raster */
#define GS_UNIT_COST  "@cost"  /* that of the second layer × m */

enum gs_measure_flags {
    GS_MEASURE_TEXT = 1 << 0, /* may measure a text field: then it yields text */
    GS_MEASURE_AREA = 1 << 1, /* raster or polygon statistic over the site's area: a site without
                                 one needs the parameter `radius` */
    GS_MEASURE_ANY_FIELD = 1 << 2, /* takes a text field as well as one of numbers, and yields a
                                      number either way */
    GS_MEASURE_SPREAD = 1 << 4,    /* yields a spread of what is measured: 5 K of it are 5 degC */
    GS_MEASURE_GRID = 1 << 5,      /* evaluated on the analysis grid for sites as well */
    GS_MEASURE_FROM_0 = 1 << 6,    /* yields nothing below 0 */
    GS_MEASURE_TO_1 = 1 << 7,      /* yields nothing above 1 */
    GS_MEASURE_COUNT = 1 << 8,     /* yields whole numbers, unless its parameters say otherwise */
    GS_MEASURE_PLANAR = 1 << 3, /* areas and lengths on the map: needs a projected analysis CRS */
};

/* Everything a measure may look at while measuring; the same for all sites. */
struct gs_job {
    const struct gs_factor *factor;
    const void *params;
    const struct gs_sites *sites;
    const struct gs_crs *crs;           /* analysis CRS */
    double metres_per_unit;             /* of its axes; positions are in units, radii in metres */
    const struct gs_features *features; /* VECTOR */
    const struct gs_nearby *nearby;     /* VECTOR */
    const struct gs_column *field;      /* VECTOR, SITE: that of parameter `field`, or NULL */
    const struct gs_layer *layer;       /* NULL for SITE */
    const struct gs_raster *raster;     /* RASTER: for its info; read through the worker's own */
    const struct gs_raster *second;     /* the raster a LAYER parameter names, or NULL */
    const void *prepared;               /* what measure->prepare or ->keep made, or NULL */
    /* GS_MEASURE_GRID: the analysis grid, always. On the surface: `nearby` and `prepared` are NULL,
     * `sites` has no sites but tells the footprint, and the features live as long as the rows made
     * of them. */
    const struct gs_grid *grid;
    /* Nobody asks what a quantity is in metres beyond this, only that it is beyond: measures of
     * distance may say infinity. INFINITY: all are asked for. */
    double limit_m;
    /* Where the lines go that sites were measured along, a shape a site (of no parts: none), when
     * the measure has them; NULL: nobody wants them. */
    struct gs_shapes *paths;
};

/* What a thread keeps between sites. Growing scratch arrays belong to whoever uses them. */
struct gs_worker {
    struct gs_raster *raster;       /* RASTER: this thread's handle */
    struct gs_transform *transform; /* RASTER: analysis CRS to the raster's */
    struct gs_polygons *polygons;
    struct gs_scratch *scratch; /* measure/scratch.h */
};

/* The outcome at one site. `valid_share` is the part of the site's area (or of the points) on which
 * there was data, 1 when the notion does not apply: the caller reports sites below 1. */
struct gs_reading {
    double number;    /* NaN: missing */
    const char *text; /* for text measures; NULL: missing; borrowed from the job */
    double valid_share;
};

struct gs_measure {
    const char *name, *summary; /* summary: one sentence, no final stop */
    const char *details;        /* more for the reference page; may be NULL */
    enum gs_input input;
    const char *unit; /* a unit, GS_UNIT_FIELD or GS_UNIT_BAND; "" for plain numbers */
    /* The unit where it depends on the parameters; NULL: it is `unit` whatever they are. */
    const char *(*unit_of)(const void *params);
    unsigned geometry; /* VECTOR: kinds of part it works on, bits; 0: any */
    unsigned flags;
    const struct gs_param *params;
    size_t n_params;
    size_t params_size;
    /* Checks parameters against each other and the layer (may be NULL). Reports at
     * factor->measure_pos. */
    enum gs_status (*check)(struct gs_ctx *ctx, const struct gs_factor *factor, const void *params);
    /* VECTOR: how far from a site features count, metres; INFINITY: all of them. */
    double (*reach_m)(const void *params);
    /* VECTOR: are distances on the ellipsoid wanted? NULL: no. */
    bool (*geodesic)(const void *params);
    /* Makes what measuring all sites needs, once before the first; what it yields (NULL: nothing)
     * is job->prepared until it is discarded. Both may be NULL. */
    enum gs_status (*prepare)(struct gs_ctx *ctx, const struct gs_job *job, void **prepared);
    void (*discard)(void *prepared);
    enum gs_status (*measure)(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out);
    /* Appends the line that a measured number was measured along to job->paths, a shape of no parts
     * when there is none. NULL: the measure has no such lines. */
    enum gs_status (*path)(struct gs_ctx *ctx, const struct gs_job *job, size_t site);
    /* The measure at the centre of every cell of job->grid, as if each were a point site, but for
     * what the measure's details say of the surface. NULL: there is none. */
    enum gs_status (*surface)(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out);
    /* What prepare would make for the same grid, out of rows of `surface` all of which were asked
     * for; the rows can only be freed then. NULL: sites are prepared for anew. */
    enum gs_status (*keep)(struct gs_ctx *ctx, struct gs_rows *rows, void **prepared);
};

/* By name; NULL when there is none. */
const struct gs_measure *gs_measure_find(const char *name);
extern const struct gs_measure *const gs_measures[];
extern const size_t gs_n_measures;

/* The parameter's value by key, for rooms above ("field", "radius"); NULL when the measure has no
 * such parameter. */
const char *gs_measure_field(const struct gs_measure *measure, const void *params);

/* Where what is measured goes: numbers or texts, as factor->categorical says (the other is NULL),
 * and in `shares` valid_share; n_sites each, of the caller. */
struct gs_readings {
    double *numbers;
    const char **texts;
    double *shares;
};

/* Measures all sites in parallel, prepared for unless job->prepared is there. Sites without
 * geometry are left missing. The same bits for any number of threads. Several jobs must have the
 * same input, raster and geometry of sites: a raster is read once for them all. */
enum gs_status gs_measure_together(struct gs_ctx *ctx, const struct gs_job *jobs,
                                   const struct gs_readings *readings, size_t n_jobs) GS_NODISCARD;
/* The same for one job. */
enum gs_status gs_measure_sites(struct gs_ctx *ctx, const struct gs_job *job, double *numbers,
                                const char **texts, double *shares) GS_NODISCARD;

#endif
