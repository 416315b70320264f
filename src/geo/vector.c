// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/vector_parts.h"

#include <string.h>

enum gs_status gs_vector_open(struct gs_ctx *ctx, const struct gs_layer *layer,
                              struct gs_vector **out)
{
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    struct gs_vector *vector = GS_NEW(ctx, struct gs_vector);
    if (!vector)
        return GS_ENOMEM;
    vector->layer = layer;
    status = gs_vector_open_table(ctx, vector);
    if (!status)
        status = gs_vector_find_fields(ctx, vector);
    if (!status)
        status = gs_vector_find_crs(ctx, vector);
    if (status)
        gs_vector_close(vector);
    else
        *out = vector;
    return status;
}

void gs_vector_close(struct gs_vector *vector)
{
    if (!vector)
        return;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    if (vector->is_result)
        GDALDatasetReleaseResultSet(vector->dataset, vector->table);
    if (vector->dataset)
        GDALClose(vector->dataset);
    gs_geo_errors_end(&errors);
    gs_crs_free(vector->crs);
    gs_free(vector->is_number);
    gs_free(vector->names);
    gs_free(vector->operation);
    gs_free(vector);
}

const struct gs_crs *gs_vector_crs(const struct gs_vector *vector)
{
    return vector->crs;
}

bool gs_vector_bounds(const struct gs_vector *vector, bool read, double bounds[4])
{
    if (vector->x >= 0)
        return false;
    struct gs_geo_errors errors;
    OGREnvelope box;
    gs_geo_errors_begin(&errors);
    bool known = OGR_L_GetExtent(vector->table, &box, read) == OGRERR_NONE;
    gs_geo_errors_end(&errors);
    if (!known)
        return false;
    int x = vector->swap_axes ? 1 : 0;
    bounds[x] = box.MinX;
    bounds[1 - x] = box.MinY;
    bounds[2 + x] = box.MaxX;
    bounds[3 - x] = box.MaxY;
    return true;
}

unsigned gs_vector_kinds(const struct gs_vector *vector)
{
    if (vector->x >= 0)
        return 1u << GS_PART_POINTS;
    switch (wkbFlatten(OGR_L_GetGeomType(vector->table))) {
    case wkbPoint:
    case wkbMultiPoint:
        return 1u << GS_PART_POINTS;
    case wkbLineString:
    case wkbMultiLineString:
    case wkbCircularString:
    case wkbCompoundCurve:
    case wkbMultiCurve:
    case wkbCurve:
        return 1u << GS_PART_LINE;
    case wkbPolygon:
    case wkbMultiPolygon:
    case wkbCurvePolygon:
    case wkbMultiSurface:
    case wkbSurface:
    case wkbPolyhedralSurface:
    case wkbTIN:
    case wkbTriangle:
        return 1u << GS_PART_RING;
    default:
        return 0;
    }
}

const char *gs_vector_operation(const struct gs_vector *vector)
{
    return vector->operation ? vector->operation : "";
}
