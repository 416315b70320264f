// SPDX-License-Identifier: Apache-2.0
/* Within geo/: what the files of the vector reader share. */
#ifndef GS_GEO_VECTOR_PARTS_H
#define GS_GEO_VECTOR_PARTS_H

#include "base/arena.h"
#include "base/text.h"
#include "geo/crs_osr.h"
#include "geo/session.h"
#include "geo/vector.h"

#include <gdal.h>
#include <ogr_api.h>

#define GS_FIELD_NONE (-1) /* no such field */
#define GS_FIELD_FID  (-2) /* the feature's number in its source */

struct gs_vector {
    const struct gs_layer *layer;
    GDALDatasetH dataset;
    OGRLayerH table;
    bool is_result; /* of the layer's SQL */
    struct gs_crs *crs;
    bool swap_axes; /* the driver hands out y before x */
    int x, y;       /* columns with coordinates; GS_FIELD_NONE: the geometry is used */
    OGRFeatureDefnH columns;
    int n_columns;
    bool *is_number; /* text columns of a CSV file that hold numbers only; NULL: not such a file */
    const char **names; /* of catalogue fields, then of columns: what a study may say */
    size_t n_names;
    char *operation;
};

/* -- vector_source.c: dataset and table ----------------------------------------------------- */

enum gs_status gs_vector_open_table(struct gs_ctx *ctx, struct gs_vector *vector) GS_NODISCARD;

/* -- vector_crs.c --------------------------------------------------------------------------- */

enum gs_status gs_vector_find_crs(struct gs_ctx *ctx, struct gs_vector *vector) GS_NODISCARD;

/* -- vector_fields.c ------------------------------------------------------------------------ */

/* Fills the field members of `vector`; reports catalogued fields that are not there. */
enum gs_status gs_vector_find_fields(struct gs_ctx *ctx, struct gs_vector *vector) GS_NODISCARD;
/* The column a name stands for, GS_FIELD_FID or GS_FIELD_NONE. `field` (may be NULL) gets the
 * catalogue's entry or NULL. */
int gs_vector_find(const struct gs_vector *vector, const char *name, const struct gs_field **field);
/* A column of the source by its own name. */
int gs_vector_find_column(const struct gs_vector *vector, const char *name);
enum gs_field_kind gs_vector_kind(const struct gs_vector *vector, int column);

/* -- vector_values.c ------------------------------------------------------------------------ */

/* The coordinate in a column; NaN when there is no number. */
double gs_vector_coordinate(const struct gs_vector *vector, OGRFeatureH feature, int column);
/* One cell; missing values become NaN or NULL. `damaged` is set when the text is not UTF-8: its
 * bytes beyond ASCII become U+FFFD. */
enum gs_status gs_vector_number(struct gs_ctx *ctx, const struct gs_vector *vector,
                                OGRFeatureH feature, int column, const struct gs_field *field,
                                double *number) GS_NODISCARD;
enum gs_status gs_vector_text(struct gs_ctx *ctx, OGRFeatureH feature, int column,
                              const struct gs_field *field, struct gs_arena *arena,
                              const char **text, bool *damaged) GS_NODISCARD;

/* -- vector_where.c ------------------------------------------------------------------------- */

/* `where` with the study's names made columns; `used` (n_columns) marks the columns it needs, all
 * of them when that cannot be told. The caller frees `*out`. */
enum gs_status gs_vector_translate(struct gs_ctx *ctx, const struct gs_vector *vector,
                                   const char *where, const struct gs_pos *pos, bool *used,
                                   char **out) GS_NODISCARD;

/* -- vector_geometry.c ---------------------------------------------------------------------- */

struct gs_importer;

/* Into shapes of `crs`; `transform` and `to_lonlat` may be NULL, both are borrowed. */
enum gs_status gs_importer_new(struct gs_ctx *ctx, struct gs_transform *transform, bool swap_axes,
                               struct gs_importer **out) GS_NODISCARD;
void gs_importer_free(struct gs_importer *importer);

enum gs_import {
    GS_IMPORT_KEPT,
    GS_IMPORT_REPAIRED,
    GS_IMPORT_EMPTY, /* this and the following: the shape is empty */
    GS_IMPORT_UNREPAIRABLE,
    GS_IMPORT_UNPROJECTABLE,
};
/* Appends one shape. */
enum gs_status gs_importer_add(struct gs_ctx *ctx, struct gs_importer *importer,
                               OGRGeometryH geometry, struct gs_shapes *shapes,
                               enum gs_import *outcome) GS_NODISCARD;
enum gs_status gs_importer_add_point(struct gs_ctx *ctx, struct gs_importer *importer, double x,
                                     double y, struct gs_shapes *shapes,
                                     enum gs_import *outcome) GS_NODISCARD;

#endif
