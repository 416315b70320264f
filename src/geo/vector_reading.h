// SPDX-License-Identifier: Apache-2.0
/* Within geo/: one call of gs_vector_read(), shared by the files that carry it out. */
#ifndef GS_GEO_VECTOR_READING_H
#define GS_GEO_VECTOR_READING_H

#include "geo/vector_parts.h"

struct gs_reading {
    struct gs_vector *vector;
    const struct gs_vector_request *request;
    struct gs_transform *transform, *to_lonlat;
    struct gs_importer *importer;
    struct gs_features features;
    size_t lonlat_capacity;
    size_t *capacities; /* of the columns */
    int *columns;       /* of the source, per field */
    const struct gs_field **fields;
    bool *used;                      /* columns that the filters need */
    char *own_where, *request_where; /* translated; NULL: none */
    struct gs_geo_errors errors;
    size_t n_bad_points; /* rows whose x or y is no number */
    long long first_bad_point;
    size_t n_damaged;          /* texts that are not UTF-8 */
    const char *damaged_field; /* the first of them */
    size_t n_complaints;       /* features that OGR gave, but with an error */
    char complaint[200];       /* the first of those errors */
};

/* -- vector_filter.c ------------------------------------------------------------------------ */

/* Translates the layer's and the request's `where`. */
enum gs_status gs_reading_translate(struct gs_ctx *ctx, struct gs_reading *reading) GS_NODISCARD;
/* Leaves unread what neither the fields nor the filters nor the coordinates need. */
enum gs_status gs_reading_ignore_columns(struct gs_ctx *ctx,
                                         const struct gs_reading *reading) GS_NODISCARD;
/* Hands the filters to OGR; what it has against them is left in reading->errors. */
enum gs_status gs_reading_set_filters(struct gs_ctx *ctx, struct gs_reading *reading) GS_NODISCARD;
/* Reports the error in reading->errors: of the filter that causes it, else of the layer. */
enum gs_status gs_reading_report_error(struct gs_ctx *ctx, struct gs_reading *reading);

#endif
