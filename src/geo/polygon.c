// SPDX-License-Identifier: Apache-2.0
#include "geo/polygon.h"

#include "base/mem.h"
#include "geo/geos.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RINGS (1u << GS_PART_RING)
#define ALL   (RINGS | 1u << GS_PART_LINE | 1u << GS_PART_POINTS)

struct gs_polygons {
    struct gs_geos geos;
};

enum gs_status gs_polygons_new(struct gs_ctx *ctx, struct gs_polygons **out)
{
    struct gs_polygons *polygons = GS_NEW(ctx, struct gs_polygons);
    if (!polygons)
        return GS_ENOMEM;
    enum gs_status status = gs_geos_init(ctx, &polygons->geos);
    if (status)
        gs_free(polygons);
    else
        *out = polygons;
    return status;
}

void gs_polygons_free(struct gs_polygons *polygons)
{
    if (!polygons)
        return;
    gs_geos_release(&polygons->geos);
    gs_free(polygons);
}

/* Appends a shape of the polygons in `result` and destroys it. NULL: `doing` has failed. */
static enum gs_status append(struct gs_ctx *ctx, struct gs_geos *geos, GEOSGeometry *result,
                             const char *doing, struct gs_shapes *out)
{
    if (!result)
        return gs_geos_fail(ctx, geos, doing);
    enum gs_status status = gs_shapes_begin(ctx, out);
    if (!status)
        status = gs_geos_to_rings(ctx, geos, result, out);
    GEOSGeom_destroy_r(geos->handle, result);
    return status;
}

/* -- union --------------------------------------------------------------------------------- */

struct item {
    const struct gs_shapes *shapes;
    size_t first, end; /* vertices */
    size_t shape;
};

/* By the vertices themselves: any total order will do that does not depend on the numbering. */
static int compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    size_t n_a = a->end - a->first, n_b = b->end - b->first;
    for (size_t k = 0; k < n_a && k < n_b; k++) {
        const double *p = a->shapes->xy[a->first + k], *q = b->shapes->xy[b->first + k];
        for (int d = 0; d < 2; d++)
            if (p[d] != q[d])
                return p[d] < q[d] ? -1 : 1;
    }
    return (n_a > n_b) - (n_a < n_b);
}

/* GEOS computes crossing points pair by pair as it merges, so their last bits follow the order it
 * is given: the items are put in an order of their own first. */
static enum gs_status sort_items(struct gs_ctx *ctx, const struct gs_shapes *in,
                                 const size_t *items, size_t n, struct item **out)
{
    struct item *sorted = GS_ARRAY(ctx, struct item, n);
    if (!sorted)
        return GS_ENOMEM;
    for (size_t k = 0; k < n; k++) {
        size_t i = items[k];
        sorted[k].shapes = in;
        sorted[k].shape = i;
        sorted[k].first = in->vertex_start[in->part_start[i]];
        sorted[k].end = in->vertex_start[in->part_start[i + 1]];
    }
    qsort(sorted, n, sizeof *sorted, compare_items);
    *out = sorted;
    return GS_OK;
}

enum gs_status gs_polygons_union(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                 const struct gs_shapes *in, const size_t *items, size_t n_items,
                                 struct gs_shapes *out)
{
    struct gs_geos *geos = &polygons->geos;
    if (n_items == 0)
        return gs_shapes_begin(ctx, out);
    unsigned n = 0;
    struct item *sorted = NULL;
    GEOSGeometry *all = NULL;
    GEOSGeometry **parts = GS_ARRAY(ctx, GEOSGeometry *, n_items);
    enum gs_status status = parts ? sort_items(ctx, in, items, n_items, &sorted) : GS_ENOMEM;
    for (; n < n_items && !status; n++) {
        status = gs_geos_from_shape(ctx, geos, in, sorted[n].shape, RINGS, &parts[n]);
        if (status)
            break;
    }
    if (status)
        for (unsigned k = 0; parts && k < n; k++)
            GEOSGeom_destroy_r(geos->handle, parts[k]);
    else /* takes the parts over, even when it fails */
        all = GEOSGeom_createCollection_r(geos->handle, GEOS_GEOMETRYCOLLECTION, parts, n);
    if (!status)
        status = append(ctx, geos, all ? GEOSUnaryUnion_r(geos->handle, all) : NULL,
                        "uniting polygons", out);
    if (all)
        GEOSGeom_destroy_r(geos->handle, all);
    gs_free(parts);
    gs_free(sorted);
    return status;
}

/* -- one or two shapes ---------------------------------------------------------------------- */

enum gs_status gs_polygons_intersection(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                        const struct gs_shapes *sa, size_t a,
                                        const struct gs_shapes *sb, size_t b, struct gs_shapes *out)
{
    struct gs_geos *geos = &polygons->geos;
    GEOSGeometry *ga = NULL, *gb = NULL;
    enum gs_status status = gs_geos_from_shape(ctx, geos, sa, a, RINGS, &ga);
    if (!status)
        status = gs_geos_from_shape(ctx, geos, sb, b, RINGS, &gb);
    if (!status)
        status =
            append(ctx, geos, GEOSIntersection_r(geos->handle, ga, gb), "cutting polygons", out);
    if (ga)
        GEOSGeom_destroy_r(geos->handle, ga);
    if (gb)
        GEOSGeom_destroy_r(geos->handle, gb);
    return status;
}

/* The rectangle as a polygon; NULL: GEOS has failed. */
static GEOSGeometry *rectangle(struct gs_geos *geos, const double box[4])
{
    const double corners[5][2] = {
        {box[0], box[1]}, {box[2], box[1]}, {box[2], box[3]}, {box[0], box[3]}, {box[0], box[1]}};
    GEOSCoordSequence *sequence = GEOSCoordSeq_create_r(geos->handle, 5, 2);
    for (unsigned v = 0; sequence && v < 5; v++)
        GEOSCoordSeq_setXY_r(geos->handle, sequence, v, corners[v][0], corners[v][1]);
    GEOSGeometry *ring = sequence ? GEOSGeom_createLinearRing_r(geos->handle, sequence) : NULL;
    return ring ? GEOSGeom_createPolygon_r(geos->handle, ring, NULL, 0) : NULL;
}

enum gs_status gs_polygons_clip(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                const struct gs_shapes *in, size_t i, const double box[4],
                                double tolerance, struct gs_shapes *out)
{
    struct gs_geos *geos = &polygons->geos;
    GEOSGeometry *whole, *frame = rectangle(geos, box);
    if (!frame)
        return gs_geos_fail(ctx, geos, "making a rectangle");
    enum gs_status status = gs_geos_from_shape(ctx, geos, in, i, RINGS, &whole);
    if (!status) {
        GEOSGeometry *simple = GEOSTopologyPreserveSimplify_r(geos->handle, whole, tolerance);
        /* an island may have come to lie in the coast that was straightened past it */
        GEOSGeometry *united = simple ? GEOSUnaryUnion_r(geos->handle, simple) : NULL;
        GEOSGeometry *cut = united ? GEOSIntersection_r(geos->handle, united, frame) : NULL;
        GEOSGeometry *const done[] = {whole, simple, united};
        for (int k = 0; k < 3; k++)
            if (done[k])
                GEOSGeom_destroy_r(geos->handle, done[k]);
        status = append(ctx, geos, cut, "cutting polygons", out);
    }
    GEOSGeom_destroy_r(geos->handle, frame);
    return status;
}

enum gs_status gs_polygons_buffer(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                  const struct gs_shapes *in, size_t i, double radius,
                                  struct gs_shapes *out)
{
    struct gs_geos *geos = &polygons->geos;
    GEOSGeometry *geometry = NULL;
    enum gs_status status = gs_geos_from_shape(ctx, geos, in, i, ALL, &geometry);
    if (status)
        return status;
    status = append(ctx, geos, GEOSBuffer_r(geos->handle, geometry, radius, 64), "widening a shape",
                    out);
    GEOSGeom_destroy_r(geos->handle, geometry);
    return status;
}

enum gs_status gs_polygons_point_inside(struct gs_ctx *ctx, struct gs_polygons *polygons,
                                        const struct gs_shapes *in, size_t i, double point[2])
{
    struct gs_geos *geos = &polygons->geos;
    GEOSGeometry *geometry = NULL;
    if (gs_shapes_is_empty(in, i)) {
        point[0] = point[1] = NAN;
        return GS_OK;
    }
    enum gs_status status = gs_geos_from_shape(ctx, geos, in, i, ALL, &geometry);
    if (status)
        return status;
    double p[2];
    GEOSGeometry *inside = GEOSPointOnSurface_r(geos->handle, geometry);
    if (!inside || !GEOSGeomGetX_r(geos->handle, inside, &p[0]) ||
        !GEOSGeomGetY_r(geos->handle, inside, &p[1]))
        status = gs_geos_fail(ctx, geos, "finding a point inside a shape");
    else
        memcpy(point, p, sizeof p);
    if (inside)
        GEOSGeom_destroy_r(geos->handle, inside);
    GEOSGeom_destroy_r(geos->handle, geometry);
    return status;
}
