// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/vector_parts.h"

#include <stdio.h>
#include <string.h>

/* GeoPackage says "undefined" by two CRSs of these names. */
static bool is_placeholder(OGRSpatialReferenceH srs)
{
    const char *name = OSRGetName(srs);
    return name && (strncmp(name, "Undefined Cartesian SRS", 23) == 0 ||
                    strncmp(name, "Undefined geographic SRS", 24) == 0);
}

/* Does the driver hand out coordinates in another order than east before north? */
static bool has_swapped_axes(OGRSpatialReferenceH srs)
{
    bool swapped = false;
    OGRSpatialReferenceH usual = OSRClone(srs);
    if (!usual)
        return false;
    OSRSetAxisMappingStrategy(usual, OAMS_TRADITIONAL_GIS_ORDER);
    int n_own = 0, n_usual = 0;
    const int *own = OSRGetDataAxisToSRSAxisMapping(srs, &n_own);
    const int *wanted = OSRGetDataAxisToSRSAxisMapping(usual, &n_usual);
    if (own && wanted && n_own >= 2 && n_usual >= 2)
        swapped = own[0] == wanted[1] && own[1] == wanted[0];
    OSRDestroySpatialReference(usual);
    return swapped;
}

/* The CRS the source carries, NULL when it carries none. */
static enum gs_status own_crs(struct gs_ctx *ctx, struct gs_vector *vector, const char *what,
                              struct gs_crs **out)
{
    *out = NULL;
    if (vector->x != GS_FIELD_NONE) /* columns of numbers carry none */
        return GS_OK;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(vector->table);
    bool usable = srs && !is_placeholder(srs);
    vector->swap_axes = usable && has_swapped_axes(srs);
    gs_geo_errors_end(&errors);
    return usable ? gs_crs_from_osr(ctx, srs, &vector->layer->source_pos, what, out) : GS_OK;
}

static enum gs_status stated_crs(struct gs_ctx *ctx, struct gs_vector *vector, const char *what)
{
    const struct gs_layer *layer = vector->layer;
    struct gs_crs *stated = NULL, *own = NULL;
    enum gs_status status = gs_crs_new(ctx, layer->crs, &layer->crs_pos, what, &stated);
    if (!status && !layer->crs_override)
        status = own_crs(ctx, vector, what, &own);
    if (!status && own && !gs_crs_same(own, stated))
        status = gs_fail(ctx, GS_ESTUDY, &layer->crs_pos,
                         "leave `crs:` out, or add `crs_override: true` if the source is wrong",
                         "%s carries the CRS `%s`, but `%s` is stated", what, gs_crs_name(own),
                         gs_crs_name(stated));
    gs_crs_free(own);
    if (status)
        gs_crs_free(stated);
    else
        vector->crs = stated;
    return status;
}

enum gs_status gs_vector_find_crs(struct gs_ctx *ctx, struct gs_vector *vector)
{
    const struct gs_layer *layer = vector->layer;
    char what[200];
    snprintf(what, sizeof what, "layer `%.150s`", layer->id);
    if (layer->crs)
        return stated_crs(ctx, vector, what);
    enum gs_status status = own_crs(ctx, vector, what, &vector->crs);
    if (!status && !vector->crs)
        status = gs_fail(ctx, GS_EDATA, &layer->source_pos, "state it with `crs:`",
                         "%s carries no CRS", what);
    return status;
}
