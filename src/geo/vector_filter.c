// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/vector_reading.h"

#include <math.h>
#include <string.h>

#include <cpl_string.h>

enum gs_status gs_reading_translate(struct gs_ctx *ctx, struct gs_reading *reading)
{
    const struct gs_layer *layer = reading->vector->layer;
    const struct gs_vector_request *request = reading->request;
    enum gs_status status = GS_OK;
    if (layer->where)
        status = gs_vector_translate(ctx, reading->vector, layer->where, &layer->where_pos,
                                     reading->used, &reading->own_where);
    if (!status && request->where)
        status = gs_vector_translate(ctx, reading->vector, request->where, &request->where_pos,
                                     reading->used, &reading->request_where);
    return status;
}

enum gs_status gs_reading_ignore_columns(struct gs_ctx *ctx, const struct gs_reading *reading)
{
    const struct gs_vector *vector = reading->vector;
    char **ignored = NULL;
    bool *keep = GS_ARRAY(ctx, bool, (size_t)vector->n_columns);
    if (!keep)
        return GS_ENOMEM;
    memcpy(keep, reading->used, (size_t)vector->n_columns);
    for (size_t i = 0; i < reading->request->n_fields; i++)
        if (reading->columns[i] >= 0)
            keep[reading->columns[i]] = true;
    if (vector->x >= 0)
        keep[vector->x] = keep[vector->y] = true;
    for (int i = 0; i < vector->n_columns; i++)
        if (!keep[i])
            ignored =
                CSLAddString(ignored, OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(vector->columns, i)));
    ignored = CSLAddString(ignored, "OGR_STYLE");
    gs_free(keep);
    if (OGR_L_TestCapability(vector->table, OLCIgnoreFields))
        OGR_L_SetIgnoredFields(vector->table, (const char **)ignored);
    CSLDestroy(ignored);
    return GS_OK;
}

/* The request's box in the layer's CRS; false: do not filter. A layer in degrees that does not keep
 * within -180 to 180 may write the same place in two ways. */
static bool source_box(struct gs_ctx *ctx, const struct gs_reading *reading, double box[4],
                       enum gs_status *status)
{
    const struct gs_vector *vector = reading->vector;
    const double *bounds = reading->request->bounds;
    struct gs_transform *back = NULL;
    double own[4];
    if (!bounds || reading->request->all_geometries || vector->x >= 0 || vector->swap_axes)
        return false;
    if (gs_crs_is_geographic(vector->crs) &&
        (!gs_vector_bounds(vector, false, own) || own[0] < -180.001 || own[2] > 180.001))
        return false;
    *status = gs_transform_new(ctx, reading->request->crs, vector->crs, &back);
    if (*status)
        return false;
    bool told = gs_transform_bounds(back, bounds, box) && box[0] <= box[2];
    gs_transform_free(back);
    if (!told || !isfinite(box[2] - box[0]) || !isfinite(box[3] - box[1]))
        return false;
    /* An edge that is straight here is not so there: leave it room. is_outside() trims. */
    for (int d = 0; d < 2; d++) {
        double size = fmax(box[2] - box[0], box[3] - box[1]);
        double margin = 0.01 * size + 1e-9 * (fabs(box[d]) + fabs(box[d + 2]));
        box[d] -= margin;
        box[d + 2] += margin;
    }
    return true;
}

enum gs_status gs_reading_set_filters(struct gs_ctx *ctx, struct gs_reading *reading)
{
    struct gs_vector *vector = reading->vector;
    const char *own = reading->own_where, *more = reading->request_where;
    struct gs_text both;
    char *where = NULL;
    double box[4];
    enum gs_status status = GS_OK;
    if (source_box(ctx, reading, box, &status))
        OGR_L_SetSpatialFilterRect(vector->table, box[0], box[1], box[2], box[3]);
    if (status)
        return status;
    gs_text_init(&both);
    if (own && more)
        gs_text_printf(&both, "(%s) AND (%s)", own, more);
    else if (own || more)
        gs_text_append(&both, own ? own : more);
    status = gs_text_finish(ctx, &both, &where);
    if (status)
        return status;
    if (where[0] && OGR_L_SetAttributeFilter(vector->table, where) && !reading->errors.last[0])
        strcpy(reading->errors.last, "it is not understood");
    gs_free(where);
    return GS_OK;
}

/* Which filter OGR refuses: each is tried alone. GPKG and SQLite notice a fault only as they read.
 */
static bool is_refused(struct gs_reading *reading, const char *where)
{
    OGRLayerH table = reading->vector->table;
    reading->errors.last[0] = 0;
    bool refused = OGR_L_SetAttributeFilter(table, where) != OGRERR_NONE;
    OGRFeatureH feature = refused ? NULL : OGR_L_GetNextFeature(table);
    if (feature)
        OGR_F_Destroy(feature);
    return refused || (!feature && reading->errors.last[0]);
}

enum gs_status gs_reading_report_error(struct gs_ctx *ctx, struct gs_reading *reading)
{
    const struct gs_layer *layer = reading->vector->layer;
    const char *wheres[] = {reading->own_where, reading->request_where};
    const struct gs_pos *positions[] = {&layer->where_pos, &reading->request->where_pos};
    char message[sizeof reading->errors.last];
    strcpy(message, reading->errors.last);
    for (int i = 0; i < 2; i++)
        if (wheres[i] && is_refused(reading, wheres[i]))
            return gs_fail(ctx, GS_ESTUDY, positions[i], NULL, "`where` of layer `%s`: %s",
                           layer->id, reading->errors.last[0] ? reading->errors.last : message);
    return gs_fail(ctx, GS_EDATA, &layer->source_pos, NULL, "layer `%s` cannot be read: %s",
                   layer->id, message);
}
