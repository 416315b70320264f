// SPDX-License-Identifier: Apache-2.0
/* Reading vector layers through OGR into the analysis CRS. */
#ifndef GS_GEO_VECTOR_H
#define GS_GEO_VECTOR_H

#include "geo/crs.h"
#include "model/layer.h"
#include "model/table.h"

/* What is known of an opened vector source without reading its features. */
struct gs_vector;

enum gs_field_kind { GS_FIELD_NUMBER, GS_FIELD_TEXT, GS_FIELD_OTHER };

/* Opens the layer of the catalogue: source, table or SQL, open options, x/y columns. Reports at the
 * catalogue's positions: file missing or unreadable (GS_EDATA; "did you mean" among the files
 * beside it), no such table (lists those there are), several tables and none chosen, SQL error, no
 * CRS and none stated, engineering CRS, a stated CRS that differs from the source's own, no
 * features at all, a catalogued field whose column is absent (with the nearest name). */
enum gs_status gs_vector_open(struct gs_ctx *ctx, const struct gs_layer *layer,
                              struct gs_vector **out) GS_NODISCARD;
void gs_vector_close(struct gs_vector *vector);

const struct gs_crs *gs_vector_crs(const struct gs_vector *vector);
/* Bounds in the layer's own CRS; false when unknown. `read`: where the source does not tell them
 * (GeoJSON, CSV), all of it is read for them. */
bool gs_vector_bounds(const struct gs_vector *vector, bool read, double bounds[4]);
/* Kinds of geometry the source declares, as bits 1 << enum gs_part_kind (polygons: RING); 0: mixed
 * or unknown until read. */
unsigned gs_vector_kinds(const struct gs_vector *vector);
/* The field a study names: by the catalogue's name, else by the source's column name. False: there
 * is none (`nearest` then gets the closest name there is, or NULL). `unit` "" when none. */
bool gs_vector_field(const struct gs_vector *vector, const char *name, enum gs_field_kind *kind,
                     const char **unit, const char **nearest);

struct gs_vector_request {
    const struct gs_crs *crs; /* analysis CRS */
    const char *where;        /* in the catalogue's field names; NULL: all */
    struct gs_pos where_pos;
    const double *bounds; /* analysis CRS; only features that may touch it are needed; NULL: all */
    bool all_geometries;  /* keep features with empty geometry as empty shapes (candidates) */
    bool lonlat;          /* fill features.lonlat */
    const char *const *fields;       /* names as a study says them */
    const enum gs_field_kind *kinds; /* as wanted: NUMBER or TEXT; a text column read as NUMBER must
                                        hold numbers only (else GS_EDATA naming row and value) */
    size_t n_fields;
};

/* Streams the features: filters (using the source's spatial index where it has one), reprojects,
 * repairs invalid polygons (GEOS make valid), normalises rings, linearises curves, drops Z and M.
 * `missing:` values of a field become NaN/NULL. Reports a wrong `where` at its position. Counts
 * what it could not keep in features->counts; the caller reports the counts. */
enum gs_status gs_vector_read(struct gs_ctx *ctx, struct gs_vector *vector,
                              const struct gs_vector_request *request,
                              struct gs_features *out) GS_NODISCARD;

/* The PROJ operation used by the last read, "" when none was needed. */
const char *gs_vector_operation(const struct gs_vector *vector);

#endif
