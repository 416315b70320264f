// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/geos.h"
#include "geo/simple.h"
#include "geo/vector_parts.h"

#include <math.h>
#include <string.h>

#define ARC_STEP_DEGREES 1 /* a chord stays within radius × 3.8e-5 of its arc */

struct gs_importer {
    struct gs_transform *transform; /* borrowed; NULL: none needed */
    bool swap_axes;
    struct gs_geos geos;
    GEOSMakeValidParams *repair;
    struct gs_simple simple;
    bool *is_hole; /* of the current shape's parts */
    size_t holes_capacity;
    bool degenerate; /* a ring of the current shape had less than three distinct vertices */
};

enum gs_status gs_importer_new(struct gs_ctx *ctx, struct gs_transform *transform, bool swap_axes,
                               struct gs_importer **out)
{
    struct gs_importer *importer = GS_NEW(ctx, struct gs_importer);
    if (!importer)
        return GS_ENOMEM;
    importer->transform = transform && !gs_transform_is_identity(transform) ? transform : NULL;
    importer->swap_axes = swap_axes;
    gs_simple_init(&importer->simple);
    enum gs_status status = gs_geos_init(ctx, &importer->geos);
    if (!status) {
        GEOSContextHandle_t handle = importer->geos.handle;
        importer->repair = GEOSMakeValidParams_create_r(handle);
        if (!importer->repair ||
            !GEOSMakeValidParams_setMethod_r(handle, importer->repair, GEOS_MAKE_VALID_STRUCTURE) ||
            !GEOSMakeValidParams_setKeepCollapsed_r(handle, importer->repair, 0))
            status = gs_fail_memory(ctx);
    }
    if (status)
        gs_importer_free(importer);
    else
        *out = importer;
    return status;
}

void gs_importer_free(struct gs_importer *importer)
{
    if (!importer)
        return;
    if (importer->repair)
        GEOSMakeValidParams_destroy_r(importer->geos.handle, importer->repair);
    gs_geos_release(&importer->geos);
    gs_simple_release(&importer->simple);
    gs_free(importer->is_hole);
    gs_free(importer);
}

/* -- copying ------------------------------------------------------------------------------- */

/* Forgets the parts from `part` on of the shape being built. */
static void drop_parts(struct gs_shapes *shapes, size_t part)
{
    shapes->n_parts = part;
    shapes->n_vertices = part ? shapes->vertex_start[part] : 0;
    shapes->part_start[shapes->n] = part;
}

/* Shortens the last part to n vertices. */
static void shorten(struct gs_shapes *shapes, size_t n)
{
    size_t first = shapes->vertex_start[shapes->n_parts - 1];
    shapes->n_vertices = first + n;
    shapes->vertex_start[shapes->n_parts] = shapes->n_vertices;
}

static enum gs_status copy_part(struct gs_ctx *ctx, struct gs_importer *importer, OGRGeometryH line,
                                enum gs_part_kind kind, size_t room, struct gs_shapes *shapes,
                                double (**xy)[2], size_t *n)
{
    *n = (size_t)OGR_G_GetPointCount(line);
    enum gs_status status = gs_shapes_add_part(ctx, shapes, kind, *n + room, xy);
    if (status || *n == 0)
        return status;
    int x = importer->swap_axes ? 1 : 0;
    OGR_G_GetPoints(line, &(*xy)[0][x], 2 * sizeof(double), &(*xy)[0][1 - x], 2 * sizeof(double),
                    NULL, 0);
    return GS_OK;
}

static enum gs_status copy_line(struct gs_ctx *ctx, struct gs_importer *importer, OGRGeometryH line,
                                struct gs_shapes *shapes)
{
    double(*xy)[2];
    size_t n;
    enum gs_status status = copy_part(ctx, importer, line, GS_PART_LINE, 0, shapes, &xy, &n);
    if (!status && n < 2)
        drop_parts(shapes, shapes->n_parts - 1);
    return status;
}

/* Closes the ring and leaves out vertices that repeat the one before. */
static enum gs_status copy_ring(struct gs_ctx *ctx, struct gs_importer *importer, OGRGeometryH ring,
                                bool is_hole, struct gs_shapes *shapes)
{
    double(*xy)[2];
    size_t n, kept = 0;
    enum gs_status status = copy_part(ctx, importer, ring, GS_PART_RING, 1, shapes, &xy, &n);
    if (status)
        return status;
    for (size_t v = 0; v < n; v++)
        if (kept == 0 || memcmp(xy[kept - 1], xy[v], sizeof *xy) != 0)
            memmove(xy[kept++], xy[v], sizeof *xy);
    if (kept > 0 && (xy[0][0] != xy[kept - 1][0] || xy[0][1] != xy[kept - 1][1]))
        memcpy(xy[kept++], xy[0], sizeof *xy);
    if (kept < 4) {
        importer->degenerate |= n > 0;
        drop_parts(shapes, shapes->n_parts - 1);
        return GS_OK;
    }
    shorten(shapes, kept);
    size_t part = shapes->n_parts - 1 - shapes->part_start[shapes->n - 1];
    status = gs_grow(ctx, &importer->is_hole, &importer->holes_capacity, part + 1,
                     sizeof *importer->is_hole);
    if (!status)
        importer->is_hole[part] = is_hole;
    return status;
}

/* Holes of an exterior that collapsed go with it. */
static enum gs_status copy_polygon(struct gs_ctx *ctx, struct gs_importer *importer,
                                   OGRGeometryH polygon, struct gs_shapes *shapes)
{
    int n = OGR_G_GetGeometryCount(polygon);
    enum gs_status status = GS_OK;
    size_t before = shapes->n_parts;
    for (int i = 0; i < n && !status; i++) {
        status = copy_ring(ctx, importer, OGR_G_GetGeometryRef(polygon, i), i > 0, shapes);
        if (i == 0 && shapes->n_parts == before)
            break;
    }
    return status;
}

static enum gs_status copy_point(struct gs_ctx *ctx, struct gs_importer *importer,
                                 OGRGeometryH point, struct gs_shapes *shapes)
{
    double(*xy)[2];
    if (OGR_G_IsEmpty(point))
        return GS_OK;
    enum gs_status status = gs_shapes_add_part(ctx, shapes, GS_PART_POINTS, 1, &xy);
    if (status)
        return status;
    int x = importer->swap_axes ? 1 : 0;
    (*xy)[x] = OGR_G_GetX(point, 0);
    (*xy)[1 - x] = OGR_G_GetY(point, 0);
    return GS_OK;
}

/* Points and lines in a first pass, rings in a second: so the rings of a shape stand together. */
static enum gs_status copy_geometry(struct gs_ctx *ctx, struct gs_importer *importer,
                                    OGRGeometryH geometry, bool rings, struct gs_shapes *shapes)
{
    enum gs_status status = GS_OK;
    switch (wkbFlatten(OGR_G_GetGeometryType(geometry))) {
    case wkbPoint:
        return rings ? GS_OK : copy_point(ctx, importer, geometry, shapes);
    case wkbLineString:
    case wkbLinearRing:
        return rings ? GS_OK : copy_line(ctx, importer, geometry, shapes);
    case wkbPolygon:
    case wkbTriangle:
        return rings ? copy_polygon(ctx, importer, geometry, shapes) : GS_OK;
    default:
        break;
    }
    int n = OGR_G_GetGeometryCount(geometry);
    for (int i = 0; i < n && !status; i++)
        status = copy_geometry(ctx, importer, OGR_G_GetGeometryRef(geometry, i), rings, shapes);
    return status;
}

/* -- polygons ------------------------------------------------------------------------------ */

static void reverse(double (*xy)[2], size_t n)
{
    for (size_t a = 0, b = n - 1; a < b; a++, b--) {
        double swap[2];
        memcpy(swap, xy[a], sizeof swap);
        memcpy(xy[a], xy[b], sizeof swap);
        memcpy(xy[b], swap, sizeof swap);
    }
}

static void orient(struct gs_shapes *shapes, size_t part, bool is_hole)
{
    double(*xy)[2] = shapes->xy + shapes->vertex_start[part];
    size_t n = shapes->vertex_start[part + 1] - shapes->vertex_start[part];
    double twice = 0;
    for (size_t v = 0; v + 1 < n; v++)
        twice += (xy[v][0] - xy[0][0]) * (xy[v + 1][1] - xy[0][1]) -
                 (xy[v + 1][0] - xy[0][0]) * (xy[v][1] - xy[0][1]);
    if (is_hole ? twice > 0 : twice < 0)
        reverse(xy, n);
}

/* Replaces the rings from `first` on by the valid polygons GEOS makes of them. */
static enum gs_status repair(struct gs_ctx *ctx, struct gs_importer *importer, GEOSGeometry *broken,
                             size_t first, struct gs_shapes *shapes)
{
    struct gs_geos *geos = &importer->geos;
    drop_parts(shapes, first);
    GEOSGeometry *valid = GEOSMakeValidWithParams_r(geos->handle, broken, importer->repair);
    if (!valid) {
        geos->last[0] = 0;
        return GS_OK;
    }
    enum gs_status status = gs_geos_to_rings(ctx, geos, valid, shapes);
    GEOSGeom_destroy_r(geos->handle, valid);
    return status;
}

/* Makes the rings from part `first` to the last one valid and oriented. */
static enum gs_status finish_rings(struct gs_ctx *ctx, struct gs_importer *importer, size_t first,
                                   struct gs_shapes *shapes, bool *repaired)
{
    const bool *is_hole = importer->is_hole + (first - shapes->part_start[shapes->n - 1]);
    bool sure = false;
    for (size_t p = first; p < shapes->n_parts; p++)
        orient(shapes, p, is_hole[p - first]);
    enum gs_status status =
        gs_simple_check(ctx, &importer->simple, shapes, first, shapes->n_parts, is_hole, &sure);
    if (status || sure)
        return status;
    struct gs_geos *geos = &importer->geos;
    GEOSGeometry *geometry = NULL;
    status = gs_geos_from_rings(ctx, geos, shapes, first, shapes->n_parts, is_hole, &geometry);
    if (status)
        return status;
    if (GEOSisValid_r(geos->handle, geometry) != 1) {
        *repaired = true;
        status = repair(ctx, importer, geometry, first, shapes);
    }
    geos->last[0] = 0;
    GEOSGeom_destroy_r(geos->handle, geometry);
    return status;
}

/* -- one feature --------------------------------------------------------------------------- */

/* Transforms and repairs what has been copied into the last shape. */
static enum gs_status finish(struct gs_ctx *ctx, struct gs_importer *importer,
                             struct gs_shapes *shapes, size_t first_ring, enum gs_import *outcome)
{
    size_t first = shapes->part_start[shapes->n - 1];
    size_t vertex = first < shapes->n_parts ? shapes->vertex_start[first] : shapes->n_vertices;
    size_t n = shapes->n_vertices - vertex, failed = 0;
    if (importer->transform)
        failed = gs_transform_points(importer->transform, shapes->xy + vertex, n);
    else
        for (size_t v = vertex; v < shapes->n_vertices; v++)
            failed += !isfinite(shapes->xy[v][0]) || !isfinite(shapes->xy[v][1]);
    if (failed) {
        drop_parts(shapes, first);
        *outcome = GS_IMPORT_UNPROJECTABLE;
        return GS_OK;
    }
    bool repaired = importer->degenerate;
    if (first_ring < shapes->n_parts) {
        enum gs_status status = finish_rings(ctx, importer, first_ring, shapes, &repaired);
        if (status)
            return status;
    }
    bool empty = gs_shapes_is_empty(shapes, shapes->n - 1);
    *outcome = repaired ? empty ? GS_IMPORT_UNREPAIRABLE : GS_IMPORT_REPAIRED
               : empty  ? GS_IMPORT_EMPTY
                        : GS_IMPORT_KEPT;
    return GS_OK;
}

enum gs_status gs_importer_add(struct gs_ctx *ctx, struct gs_importer *importer,
                               OGRGeometryH geometry, struct gs_shapes *shapes,
                               enum gs_import *outcome)
{
    enum gs_status status = gs_shapes_begin(ctx, shapes);
    *outcome = GS_IMPORT_EMPTY;
    if (status || !geometry || OGR_G_IsEmpty(geometry))
        return status;
    OGRGeometryH linear = NULL;
    if (OGR_G_HasCurveGeometry(geometry, FALSE)) {
        linear = OGR_G_GetLinearGeometry(geometry, ARC_STEP_DEGREES, NULL);
        if (!linear) {
            *outcome = GS_IMPORT_UNREPAIRABLE;
            return GS_OK;
        }
        geometry = linear;
    }
    importer->degenerate = false;
    status = copy_geometry(ctx, importer, geometry, false, shapes);
    size_t first_ring = shapes->n_parts;
    if (!status)
        status = copy_geometry(ctx, importer, geometry, true, shapes);
    if (linear)
        OGR_G_DestroyGeometry(linear);
    return status ? status : finish(ctx, importer, shapes, first_ring, outcome);
}

enum gs_status gs_importer_add_point(struct gs_ctx *ctx, struct gs_importer *importer, double x,
                                     double y, struct gs_shapes *shapes, enum gs_import *outcome)
{
    double(*xy)[2];
    enum gs_status status = gs_shapes_begin(ctx, shapes);
    *outcome = GS_IMPORT_EMPTY;
    if (status || isnan(x) || isnan(y))
        return status;
    status = gs_shapes_add_part(ctx, shapes, GS_PART_POINTS, 1, &xy);
    if (status)
        return status;
    (*xy)[0] = x;
    (*xy)[1] = y;
    importer->degenerate = false;
    return finish(ctx, importer, shapes, shapes->n_parts, outcome);
}
