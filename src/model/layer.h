// SPDX-License-Identifier: Apache-2.0
/* The catalogue: what is known of each dataset before it is opened. */
#ifndef GS_MODEL_LAYER_H
#define GS_MODEL_LAYER_H

#include "base/ctx.h"
#include "base/param.h"

struct gs_field {
    const char *name;        /* what studies call it */
    const char *column;      /* what the source calls it; equal to name when not stated */
    const char *unit;        /* "" when it has none */
    const char *title;       /* NULL: none */
    struct gs_texts missing; /* values that mean "unknown", as written */
    struct gs_pos pos;
};

struct gs_class {
    long long code;
    const char *name;
};

enum gs_resampling {
    GS_RESAMPLING_DEFAULT, /* by kind: nearest for classes, bilinear for quantities at a point */
    GS_RESAMPLING_NEAREST,
    GS_RESAMPLING_BILINEAR,
    GS_RESAMPLING_CUBIC,
    GS_RESAMPLING_AVERAGE,
};

/* How far data may be off, as written: "10 %", "0.4 m/s". */
struct gs_uncertainty_given {
    const char *text; /* NULL: not given */
    bool interval;    /* a uniform interval around it, not a standard deviation */
    bool common;      /* one deviation for all sites: the source is biased */
    struct gs_pos pos;
};

/* Where a layer's source can be had. Texts are NULL when not given. */
struct gs_fetch {
    const char *url; /* NULL: nowhere */
    const char *sha256;
    const char *member; /* of the archive that is downloaded */
    struct gs_pos pos, url_pos, sha256_pos, member_pos;
};

/* One layer of the catalogue. Texts are NULL when not given unless said otherwise. */
struct gs_layer {
    const char *id;
    struct gs_pos pos;
    const char *title; /* id when not given */
    const char *description;
    const char *theme;  /* grid | renewables | water | land | fibre | other */
    const char *source; /* what GDAL opens: relative files already joined with the root */
    struct gs_pos source_pos;
    const char *table; /* `layer:` of the source; NULL: its only one */
    struct gs_pos table_pos;
    const char *sql; /* SpatiaLite SQL in its place */
    struct gs_pos sql_pos;
    const char *where; /* a filter that always applies */
    struct gs_pos where_pos;
    const char *x, *y; /* columns with coordinates, for tables without geometry */
    const char *crs;   /* the CRS of a source that carries none */
    struct gs_pos crs_pos;
    bool crs_override;
    struct gs_field *fields;
    size_t n_fields;
    int band; /* from 1 */
    struct gs_pos band_pos;
    const char *unit; /* of the raster's values; NULL: as the band says, else none */
    struct gs_pos unit_pos;
    double *nodata; /* besides the file's own */
    size_t n_nodata;
    struct gs_pos nodata_pos;
    int resampling; /* enum gs_resampling */
    struct gs_class *classes;
    size_t n_classes;
    const char **options; /* GDAL open options KEY=VALUE, NULL-terminated; may be NULL */
    struct gs_uncertainty_given uncertainty;
    const char *vintage, *expires, *licence, *attribution;
    struct gs_pos expires_pos;
    struct gs_fetch fetch;
};

struct gs_catalogue {
    const char *path;
    struct gs_layer *layers;
    size_t n_layers;
};

/* NULL when the catalogue or layer has none of that name. */
const struct gs_layer *gs_catalogue_layer(const struct gs_catalogue *catalogue, const char *id);
const struct gs_field *gs_layer_field(const struct gs_layer *layer, const char *name);
const struct gs_class *gs_layer_class(const struct gs_layer *layer, const char *name);

#endif
