// SPDX-License-Identifier: Apache-2.0
/* Columns of attributes beside shapes, and the two tables made of them: the features of a layer and
 * the candidate sites. */
#ifndef GS_MODEL_TABLE_H
#define GS_MODEL_TABLE_H

#include "base/arena.h"
#include "model/shapes.h"

/* One attribute. Numbers: `number` (NaN: missing). Text: `text` (NULL: missing); equal texts of a
 * column may share memory but need not. Exactly one of the two is set. */
struct gs_column {
    const char *name; /* as the study says it: the catalogue's field name or the column's own */
    const char *unit; /* "" when it has none */
    double *number;
    const char **text;
};

/* What reading a layer met, for the report. Nothing is dropped without being counted here. */
struct gs_read_counts {
    size_t read; /* features that passed the filters */
    size_t kept;
    size_t empty;         /* null or empty geometry */
    size_t repaired;      /* invalid polygon made valid */
    size_t unrepairable;  /* invalid beyond repair, left out */
    size_t unprojectable; /* not representable in the analysis CRS, left out */
};

/* The features of one layer in the analysis CRS. Order: as the source gives them; nothing computed
 * from them may depend on it. */
struct gs_features {
    struct gs_shapes shapes;
    struct gs_column *columns;
    size_t n_columns;
    struct gs_read_counts counts;
    struct gs_arena arena; /* texts */
    /* The same vertices in degrees of the analysis CRS's own geographic CRS, lon lat; only when
     * asked for (geodesic measures), else NULL. */
    double (*lonlat)[2];
};

void gs_features_init(struct gs_features *features);
void gs_features_release(struct gs_features *features);
/* The column of that name, or NULL. */
const struct gs_column *gs_features_column(const struct gs_features *features, const char *name);
/* The one of that name and kind: a field may have been read both as numbers and as text. */
const struct gs_column *gs_features_column_as(const struct gs_features *features, const char *name,
                                              bool text);

/* The candidates, in the order of the source. */
struct gs_sites {
    struct gs_features features; /* shape i is site i; an empty shape: the site has no geometry */
    const char **ids;            /* unique, never NULL */
    const char **names;          /* NULL entries allowed; NULL: the study names no field */
    /* The footprint of site i for measures over its area: its polygons as they are; for points,
     * when `footprint_radius_m` > 0, discs of that radius. */
    double footprint_radius_m; /* from facility.land; 0: points have no area */
    /* Where what is measured stands for something else: that, shape by shape, as the result shows
     * it; NULL: the measured shapes themselves. */
    struct gs_shapes *shown;
    /* Of sites found on a surface: mean and least of its scores there; NaN: none was found. NULL:
     * sites were not looked for. */
    double *located_mean, *located_min;
    const char *unfound; /* why a shown shape has none that could be measured; NULL: no reason */
};

void gs_sites_init(struct gs_sites *sites);
void gs_sites_release(struct gs_sites *sites);
/* The shapes that the result shows. */
const struct gs_shapes *gs_sites_shown(const struct gs_sites *sites);

#endif
