// SPDX-License-Identifier: Apache-2.0
/* From flat parts to OGR geometries: rings are grouped into polygons with their holes. */
#include "geo/gpkg_file.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

struct ring {
    const double (*xy)[2];
    size_t n;
    double area;   /* signed: exteriors positive */
    size_t parent; /* its own index: an exterior */
};

static double ring_area(const double (*xy)[2], size_t n)
{
    double twice = 0;
    for (size_t v = 0; v + 1 < n; v++)
        twice += (xy[v][0] - xy[0][0]) * (xy[v + 1][1] - xy[0][1]) -
                 (xy[v + 1][0] - xy[0][0]) * (xy[v][1] - xy[0][1]);
    return twice / 2;
}

/* Where the line at height y crosses edge v, half open so that a vertex counts once. */
static bool crosses(const struct ring *ring, size_t v, double y, double *x)
{
    const double *a = ring->xy[v], *b = ring->xy[v + 1];
    if ((a[1] <= y) == (b[1] <= y))
        return false;
    *x = a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
    return true;
}

/* A point inside the ring and on no vertex' height, so that rings that touch cannot confuse the
 * test of containment: halfway between the two leftmost crossings of a line between two heights. */
static void point_inside(const struct ring *ring, double point[2])
{
    double low = INFINITY, high = -INFINITY;
    for (size_t v = 0; v < ring->n; v++) {
        low = fmin(low, ring->xy[v][1]);
        high = fmax(high, ring->xy[v][1]);
    }
    double middle = low + (high - low) / 2;
    for (size_t v = 0; v < ring->n; v++) {
        double y = ring->xy[v][1];
        if (y <= middle)
            low = fmax(low, y);
        else
            high = fmin(high, y);
    }
    double first = INFINITY, second = INFINITY, x;
    point[1] = low + (high - low) / 2;
    for (size_t v = 0; v + 1 < ring->n; v++) {
        if (!crosses(ring, v, point[1], &x))
            continue;
        second = fmin(second, fmax(first, x));
        first = fmin(first, x);
    }
    point[0] = first + (second - first) / 2;
}

static bool contains(const struct ring *ring, const double point[2])
{
    bool inside = false;
    double x;
    for (size_t v = 0; v + 1 < ring->n; v++)
        if (crosses(ring, v, point[1], &x) && x > point[0])
            inside = !inside;
    return inside;
}

/* A hole belongs to the smallest exterior that contains it. Rings do not cross, so one inner point
 * tells; an island within the hole may hold that point too, but is smaller than the hole. A hole in
 * no exterior stands for itself: by the even-odd rule it is filled. */
static void find_parents(struct ring *rings, size_t n)
{
    for (size_t h = 0; h < n; h++) {
        rings[h].parent = h;
        if (rings[h].area >= 0)
            continue;
        double point[2], smallest = INFINITY;
        point_inside(&rings[h], point);
        for (size_t e = 0; e < n; e++)
            if (rings[e].area > -rings[h].area && rings[e].area < smallest &&
                contains(&rings[e], point)) {
                smallest = rings[e].area;
                rings[h].parent = e;
            }
    }
}

/* The rings of shape i with their parents; `*n_polygons` of them are exteriors. */
static enum gs_status collect_rings(struct gs_ctx *ctx, const struct gs_shapes *shapes, size_t i,
                                    struct ring **out, size_t *n_rings, size_t *n_polygons)
{
    size_t first = shapes->part_start[i], end = shapes->part_start[i + 1], n = 0;
    struct ring *rings = GS_ARRAY(ctx, struct ring, end - first);
    if (!rings)
        return GS_ENOMEM;
    for (size_t p = first; p < end; p++) {
        if (shapes->part_kind[p] != GS_PART_RING)
            continue;
        size_t v = shapes->vertex_start[p], vertices = shapes->vertex_start[p + 1] - v;
        const double(*xy)[2] = (const double(*)[2])(shapes->xy + v);
        rings[n++] = (struct ring){xy, vertices, ring_area(xy, vertices), 0};
    }
    find_parents(rings, n);
    *n_polygons = 0;
    for (size_t r = 0; r < n; r++)
        *n_polygons += rings[r].parent == r;
    *n_rings = n;
    *out = rings;
    return GS_OK;
}

static void add_ring(OGRGeometryH polygon, const struct ring *ring)
{
    OGRGeometryH line = OGR_G_CreateGeometry(wkbLinearRing);
    OGR_G_SetPoints(line, (int)ring->n, ring->xy[0], sizeof *ring->xy, ring->xy[0] + 1,
                    sizeof *ring->xy, NULL, 0);
    OGR_G_AddGeometryDirectly(polygon, line);
}

static void add_polygons(const struct ring *rings, size_t n, OGRGeometryH *geometry,
                         OGRGeometryH collection)
{
    for (size_t e = 0; e < n; e++) {
        if (rings[e].parent != e)
            continue;
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        add_ring(polygon, &rings[e]);
        for (size_t h = 0; h < n; h++)
            if (h != e && rings[h].parent == e)
                add_ring(polygon, &rings[h]);
        if (collection)
            OGR_G_AddGeometryDirectly(collection, polygon);
        else
            *geometry = polygon;
    }
}

/* The points or the lines of shape i, into the collection or, the only one, as `*geometry`. */
static void add_simple(const struct gs_shapes *shapes, size_t i, enum gs_part_kind kind,
                       OGRGeometryH *geometry, OGRGeometryH collection)
{
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
        if (shapes->part_kind[p] != kind)
            continue;
        size_t v = shapes->vertex_start[p], end = shapes->vertex_start[p + 1];
        while (v < end) {
            size_t n = kind == GS_PART_POINTS ? 1 : end - v;
            OGRGeometryH one =
                OGR_G_CreateGeometry(kind == GS_PART_POINTS ? wkbPoint : wkbLineString);
            OGR_G_SetPoints(one, (int)n, shapes->xy[v], sizeof *shapes->xy, shapes->xy[v] + 1,
                            sizeof *shapes->xy, NULL, 0);
            if (collection)
                OGR_G_AddGeometryDirectly(collection, one);
            else
                *geometry = one;
            v += n;
        }
    }
}

static size_t count_simple(const struct gs_shapes *shapes, size_t i, enum gs_part_kind kind)
{
    size_t n = 0;
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++)
        if (shapes->part_kind[p] == kind)
            n += kind == GS_PART_POINTS ? shapes->vertex_start[p + 1] - shapes->vertex_start[p] : 1;
    return n;
}

/* How many points, lines and polygons shape i is made of. */
static enum gs_status count_members(struct gs_ctx *ctx, const struct gs_shapes *shapes, size_t i,
                                    size_t counts[3], struct ring **rings, size_t *n_rings)
{
    counts[GS_PART_POINTS] = count_simple(shapes, i, GS_PART_POINTS);
    counts[GS_PART_LINE] = count_simple(shapes, i, GS_PART_LINE);
    return collect_rings(ctx, shapes, i, rings, n_rings, &counts[GS_PART_RING]);
}

static const struct {
    const char *name;
    OGRwkbGeometryType wkb;
} types[] = {
    [GS_GEOMETRY_ANY] = {"GEOMETRY", wkbUnknown},
    [GS_GEOMETRY_POINT] = {"POINT", wkbPoint},
    [GS_GEOMETRY_MULTIPOINT] = {"MULTIPOINT", wkbMultiPoint},
    [GS_GEOMETRY_LINE] = {"LINESTRING", wkbLineString},
    [GS_GEOMETRY_MULTILINE] = {"MULTILINESTRING", wkbMultiLineString},
    [GS_GEOMETRY_POLYGON] = {"POLYGON", wkbPolygon},
    [GS_GEOMETRY_MULTIPOLYGON] = {"MULTIPOLYGON", wkbMultiPolygon},
};

/* The single type of a kind; its multi type is the next one. */
static enum gs_geometry_type single_type(enum gs_part_kind kind)
{
    return kind == GS_PART_POINTS ? GS_GEOMETRY_POINT
           : kind == GS_PART_LINE ? GS_GEOMETRY_LINE
                                  : GS_GEOMETRY_POLYGON;
}

static bool is_single(enum gs_geometry_type type)
{
    return type == GS_GEOMETRY_POINT || type == GS_GEOMETRY_LINE || type == GS_GEOMETRY_POLYGON;
}

/* The type of one shape from its members. */
static enum gs_geometry_type type_of(const size_t counts[3])
{
    enum gs_geometry_type type = GS_GEOMETRY_ANY;
    for (enum gs_part_kind kind = GS_PART_POINTS; kind <= GS_PART_RING; kind++) {
        if (counts[kind] == 0)
            continue;
        if (type != GS_GEOMETRY_ANY)
            return GS_GEOMETRY_ANY;
        type = single_type(kind) + (counts[kind] > 1);
    }
    return type;
}

enum gs_status gs_gpkg_geometry(struct gs_ctx *ctx, enum gs_geometry_type wanted,
                                const struct gs_shapes *shapes, size_t i, OGRGeometryH *out)
{
    if (!shapes || gs_shapes_is_empty(shapes, i)) {
        *out = NULL;
        return GS_OK;
    }
    struct ring *rings = NULL;
    size_t n_rings, counts[3];
    enum gs_status status = count_members(ctx, shapes, i, counts, &rings, &n_rings);
    if (status)
        return status;
    enum gs_geometry_type type = type_of(counts);
    if (is_single(type) && wanted == type + 1)
        type = wanted;
    if (wanted != GS_GEOMETRY_ANY && type != wanted) {
        gs_free(rings);
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "a geometry that is no %s in a table of them",
                       types[wanted].name);
    }
    OGRGeometryH geometry = NULL, collection = NULL;
    if (!is_single(type))
        collection =
            OGR_G_CreateGeometry(type == GS_GEOMETRY_ANY ? wkbGeometryCollection : types[type].wkb);
    add_simple(shapes, i, GS_PART_POINTS, &geometry, collection);
    add_simple(shapes, i, GS_PART_LINE, &geometry, collection);
    add_polygons(rings, n_rings, &geometry, collection);
    gs_free(rings);
    *out = collection ? collection : geometry;
    return GS_OK;
}

enum gs_status gs_gpkg_geometry_type(struct gs_ctx *ctx, const struct gs_shapes *shapes,
                                     const char **out)
{
    enum gs_geometry_type common = GS_GEOMETRY_ANY;
    bool first = true;
    for (size_t i = 0; i < shapes->n && (first || common != GS_GEOMETRY_ANY); i++) {
        if (gs_shapes_is_empty(shapes, i))
            continue;
        struct ring *rings;
        size_t n_rings, counts[3];
        enum gs_status status = count_members(ctx, shapes, i, counts, &rings, &n_rings);
        if (status)
            return status;
        gs_free(rings);
        enum gs_geometry_type type = type_of(counts);
        if (first)
            common = type;
        else if (type == GS_GEOMETRY_ANY || (type - 1) / 2 != (common - 1) / 2)
            common = GS_GEOMETRY_ANY; /* another kind */
        else if (type > common)
            common = type; /* the multi type of the kind */
        first = false;
    }
    *out = types[common].name;
    return GS_OK;
}

OGRwkbGeometryType gs_gpkg_geometry_wkb(enum gs_geometry_type type)
{
    return types[type].wkb;
}

bool gs_gpkg_geometry_named(const char *name, enum gs_geometry_type *type)
{
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        if (strcmp(types[t].name, name) == 0) {
            *type = (enum gs_geometry_type)t;
            return true;
        }
    return false;
}
