// SPDX-License-Identifier: Apache-2.0
#include "geo/geos.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

static void keep_message(const char *message, void *user)
{
    struct gs_geos *geos = user;
    size_t n = strnlen(message, sizeof geos->last - 1);
    memcpy(geos->last, message, n);
    while (n > 0 && (unsigned char)geos->last[n - 1] <= ' ')
        n--;
    geos->last[n] = 0;
}

static void ignore(const char *message, void *user)
{
    (void)message, (void)user;
}

enum gs_status gs_geos_init(struct gs_ctx *ctx, struct gs_geos *geos)
{
    *geos = (struct gs_geos){.handle = GEOS_init_r()};
    if (!geos->handle)
        return gs_fail_memory(ctx);
    GEOSContext_setErrorMessageHandler_r(geos->handle, keep_message, geos);
    GEOSContext_setNoticeMessageHandler_r(geos->handle, ignore, geos);
    return GS_OK;
}

void gs_geos_release(struct gs_geos *geos)
{
    if (geos->handle)
        GEOS_finish_r(geos->handle);
    geos->handle = NULL;
}

enum gs_status gs_geos_fail(struct gs_ctx *ctx, struct gs_geos *geos, const char *doing)
{
    enum gs_status status = gs_fail(ctx, GS_EDATA, NULL, NULL, "%s failed: %s", doing,
                                    geos->last[0] ? geos->last : "no reason given by GEOS");
    geos->last[0] = 0;
    return status;
}

/* -- from shapes --------------------------------------------------------------------------- */

static GEOSCoordSequence *copy_vertices(struct gs_geos *geos, double (*xy)[2], size_t n)
{
    return GEOSCoordSeq_copyFromBuffer_r(geos->handle, &xy[0][0], (unsigned)n, 0, 0);
}

struct ring {
    double (*xy)[2];
    size_t n;
    double area; /* signed: exteriors positive */
    double box[4];
    bool is_hole;
    size_t owner; /* of a hole: index of its exterior */
};

static void measure_ring(struct ring *ring)
{
    double twice = 0, *box = ring->box;
    box[0] = box[1] = INFINITY;
    box[2] = box[3] = -INFINITY;
    const double *o = ring->xy[0];
    for (size_t v = 0; v < ring->n; v++) {
        const double *p = ring->xy[v];
        for (int d = 0; d < 2; d++) {
            box[d] = fmin(box[d], p[d]);
            box[d + 2] = fmax(box[d + 2], p[d]);
        }
        if (v + 1 < ring->n) {
            const double *q = ring->xy[v + 1];
            twice += (p[0] - o[0]) * (q[1] - o[1]) - (q[0] - o[0]) * (p[1] - o[1]);
        }
    }
    ring->area = twice / 2;
    ring->is_hole = twice < 0;
}

static bool box_holds(const double outer[4], const double inner[4])
{
    return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] &&
           outer[3] >= inner[3];
}

/* Even-odd, for vertices off the outline. */
static bool ring_holds(const struct ring *ring, const double p[2])
{
    bool inside = false;
    for (size_t v = 0; v + 1 < ring->n; v++) {
        const double *a = ring->xy[v], *b = ring->xy[v + 1];
        if ((a[1] > p[1]) != (b[1] > p[1]) &&
            p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
            inside = !inside;
    }
    return inside;
}

/* Rings do not cross, so most of a hole's vertices tell the same; a touching one may not. */
static bool ring_holds_ring(const struct ring *outer, const struct ring *inner)
{
    size_t n = inner->n - 1, inside = 0, step = n / 16 + 1, asked = 0;
    for (size_t v = 0; v < n; v += step, asked++)
        inside += ring_holds(outer, inner->xy[v]);
    return 2 * inside > asked;
}

static size_t find_owner(const struct ring *rings, size_t n, size_t hole)
{
    size_t best = n;
    for (size_t k = hole; k-- > 0;)
        if (!rings[k].is_hole) {
            if (box_holds(rings[k].box, rings[hole].box) &&
                ring_holds_ring(&rings[k], &rings[hole]))
                return k;
            break;
        }
    for (size_t k = 0; k < n; k++)
        if (!rings[k].is_hole && box_holds(rings[k].box, rings[hole].box) &&
            ring_holds_ring(&rings[k], &rings[hole]) &&
            (best == n || rings[k].area < rings[best].area))
            best = k;
    return best;
}

static GEOSGeometry *build_ring(struct gs_geos *geos, const struct ring *ring)
{
    GEOSCoordSequence *sequence = copy_vertices(geos, ring->xy, ring->n);
    return sequence ? GEOSGeom_createLinearRing_r(geos->handle, sequence) : NULL;
}

static GEOSGeometry *build_polygon(struct gs_geos *geos, const struct ring *rings, size_t n,
                                   size_t exterior, GEOSGeometry **holes)
{
    unsigned n_holes = 0;
    GEOSGeometry *shell = build_ring(geos, &rings[exterior]);
    if (!shell)
        return NULL;
    for (size_t k = 0; k < n; k++) {
        if (!rings[k].is_hole || rings[k].owner != exterior)
            continue;
        holes[n_holes] = build_ring(geos, &rings[k]);
        if (!holes[n_holes])
            goto failed;
        n_holes++;
    }
    /* Takes the rings over, even when it fails. */
    return GEOSGeom_createPolygon_r(geos->handle, shell, holes, n_holes);
failed:
    for (unsigned k = 0; k < n_holes; k++)
        GEOSGeom_destroy_r(geos->handle, holes[k]);
    GEOSGeom_destroy_r(geos->handle, shell);
    return NULL;
}

/* Appends the polygons of parts [first, end) that are rings to `parts`. `is_hole` NULL: their
 * directions tell. */
static enum gs_status build_polygons(struct gs_ctx *ctx, struct gs_geos *geos,
                                     const struct gs_shapes *shapes, size_t first, size_t end,
                                     const bool *is_hole, GEOSGeometry **parts, unsigned *n_parts)
{
    size_t n = 0, exterior = 0;
    enum gs_status status = GS_ENOMEM;
    struct ring *rings = GS_ARRAY(ctx, struct ring, end - first);
    GEOSGeometry **holes = GS_ARRAY(ctx, GEOSGeometry *, end - first);
    if (!rings || !holes)
        goto out;
    for (size_t p = first; p < end; p++) {
        if (shapes->part_kind[p] != GS_PART_RING)
            continue;
        struct ring *ring = &rings[n];
        ring->xy = shapes->xy + shapes->vertex_start[p];
        ring->n = shapes->vertex_start[p + 1] - shapes->vertex_start[p];
        measure_ring(ring);
        if (is_hole) {
            ring->is_hole = is_hole[p - first];
            exterior = ring->is_hole ? exterior : n;
            ring->owner = exterior;
        }
        n++;
    }
    for (size_t k = 0; k < n && !is_hole; k++)
        if (rings[k].is_hole)
            rings[k].owner = find_owner(rings, n, k);
    status = GS_OK;
    for (size_t k = 0; k < n && !status; k++) {
        if (rings[k].is_hole)
            continue;
        GEOSGeometry *polygon = build_polygon(geos, rings, n, k, holes);
        if (polygon)
            parts[(*n_parts)++] = polygon;
        else
            status = gs_geos_fail(ctx, geos, "building a polygon");
    }
out:
    gs_free(rings);
    gs_free(holes);
    return status;
}

static enum gs_status build_others(struct gs_ctx *ctx, struct gs_geos *geos,
                                   const struct gs_shapes *shapes, size_t i, unsigned kinds,
                                   GEOSGeometry **parts, unsigned *n_parts)
{
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
        unsigned kind = shapes->part_kind[p];
        if (kind == GS_PART_RING || !(kinds & 1u << kind))
            continue;
        double(*xy)[2] = shapes->xy + shapes->vertex_start[p];
        size_t n = shapes->vertex_start[p + 1] - shapes->vertex_start[p];
        GEOSGeometry *part = NULL;
        if (kind == GS_PART_LINE) {
            GEOSCoordSequence *sequence = copy_vertices(geos, xy, n);
            part = sequence ? GEOSGeom_createLineString_r(geos->handle, sequence) : NULL;
        } else {
            /* One geometry for all the part's points, so that parts[] has room. */
            GEOSGeometry **points = GS_ARRAY(ctx, GEOSGeometry *, n);
            if (!points)
                return GS_ENOMEM;
            for (size_t k = 0; k < n; k++)
                points[k] = GEOSGeom_createPointFromXY_r(geos->handle, xy[k][0], xy[k][1]);
            part = GEOSGeom_createCollection_r(geos->handle, GEOS_MULTIPOINT, points, (unsigned)n);
            gs_free(points);
        }
        if (!part)
            return gs_geos_fail(ctx, geos, "building a geometry");
        parts[(*n_parts)++] = part;
    }
    return GS_OK;
}

enum gs_status gs_geos_from_shape(struct gs_ctx *ctx, struct gs_geos *geos,
                                  const struct gs_shapes *shapes, size_t i, unsigned kinds,
                                  GEOSGeometry **out)
{
    size_t most = shapes->part_start[i + 1] - shapes->part_start[i];
    unsigned n = 0;
    GEOSGeometry **parts = GS_ARRAY(ctx, GEOSGeometry *, most);
    if (!parts)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    if (kinds & 1u << GS_PART_RING)
        status = build_polygons(ctx, geos, shapes, shapes->part_start[i], shapes->part_start[i + 1],
                                NULL, parts, &n);
    if (!status)
        status = build_others(ctx, geos, shapes, i, kinds, parts, &n);
    GEOSGeometry *geometry = NULL;
    if (status) {
        for (unsigned k = 0; k < n; k++)
            GEOSGeom_destroy_r(geos->handle, parts[k]);
    } else { /* takes the parts over, even when it fails */
        unsigned there = gs_shapes_kinds(shapes, i) & kinds;
        int type = there == 1u << GS_PART_RING   ? GEOS_MULTIPOLYGON
                   : there == 1u << GS_PART_LINE ? GEOS_MULTILINESTRING
                                                 : GEOS_GEOMETRYCOLLECTION;
        geometry = GEOSGeom_createCollection_r(geos->handle, type, parts, n);
        if (geometry)
            *out = geometry;
        else
            status = gs_geos_fail(ctx, geos, "building a geometry");
    }
    gs_free(parts);
    return status;
}

enum gs_status gs_geos_from_rings(struct gs_ctx *ctx, struct gs_geos *geos,
                                  const struct gs_shapes *shapes, size_t first, size_t end,
                                  const bool *is_hole, GEOSGeometry **out)
{
    unsigned n = 0;
    GEOSGeometry **parts = GS_ARRAY(ctx, GEOSGeometry *, end - first);
    if (!parts)
        return GS_ENOMEM;
    enum gs_status status = build_polygons(ctx, geos, shapes, first, end, is_hole, parts, &n);
    if (status) {
        for (unsigned k = 0; k < n; k++)
            GEOSGeom_destroy_r(geos->handle, parts[k]);
    } else {
        *out = GEOSGeom_createCollection_r(geos->handle, GEOS_MULTIPOLYGON, parts, n);
        if (!*out)
            status = gs_geos_fail(ctx, geos, "building a polygon");
    }
    gs_free(parts);
    return status;
}

/* -- to shapes ----------------------------------------------------------------------------- */

static enum gs_status add_ring(struct gs_ctx *ctx, struct gs_geos *geos, const GEOSGeometry *line,
                               bool exterior, struct gs_shapes *shapes)
{
    const GEOSCoordSequence *sequence = GEOSGeom_getCoordSeq_r(geos->handle, line);
    unsigned n = 0;
    char counterclockwise = 0;
    if (!sequence || !GEOSCoordSeq_getSize_r(geos->handle, sequence, &n))
        return gs_geos_fail(ctx, geos, "reading a polygon");
    if (n < 4)
        return GS_OK;
    if (!GEOSCoordSeq_isCCW_r(geos->handle, sequence, &counterclockwise))
        return gs_geos_fail(ctx, geos, "reading a polygon");
    double(*xy)[2];
    enum gs_status status = gs_shapes_add_part(ctx, shapes, GS_PART_RING, n, &xy);
    if (status)
        return status;
    if (!GEOSCoordSeq_copyToBuffer_r(geos->handle, sequence, &xy[0][0], 0, 0))
        return gs_geos_fail(ctx, geos, "reading a polygon");
    if ((counterclockwise != 0) == exterior)
        return GS_OK;
    for (size_t a = 0, b = n - 1; a < b; a++, b--)
        for (int d = 0; d < 2; d++) {
            double swap = xy[a][d];
            xy[a][d] = xy[b][d];
            xy[b][d] = swap;
        }
    return GS_OK;
}

static enum gs_status add_rings(struct gs_ctx *ctx, struct gs_geos *geos,
                                const GEOSGeometry *geometry, struct gs_shapes *shapes)
{
    GEOSContextHandle_t handle = geos->handle;
    int type = GEOSGeomTypeId_r(handle, geometry);
    enum gs_status status = GS_OK;
    if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
        int n = GEOSGetNumGeometries_r(handle, geometry);
        for (int k = 0; k < n && !status; k++)
            status = add_rings(ctx, geos, GEOSGetGeometryN_r(handle, geometry, k), shapes);
        return status;
    }
    if (type != GEOS_POLYGON || GEOSisEmpty_r(handle, geometry) == 1)
        return GS_OK;
    status = add_ring(ctx, geos, GEOSGetExteriorRing_r(handle, geometry), true, shapes);
    int n = GEOSGetNumInteriorRings_r(handle, geometry);
    for (int k = 0; k < n && !status; k++)
        status = add_ring(ctx, geos, GEOSGetInteriorRingN_r(handle, geometry, k), false, shapes);
    return status;
}

enum gs_status gs_geos_to_rings(struct gs_ctx *ctx, struct gs_geos *geos, GEOSGeometry *geometry,
                                struct gs_shapes *shapes)
{
    if (GEOSNormalize_r(geos->handle, geometry) < 0)
        return gs_geos_fail(ctx, geos, "ordering a polygon");
    return add_rings(ctx, geos, geometry, shapes);
}
