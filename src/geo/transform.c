// SPDX-License-Identifier: Apache-2.0
/* PROJ is asked for all operations between the two CRSs and one is kept for everything when it can
 * be: the most accurate of those that cover the smaller CRS's whole area, provided it is good to
 * WHOLE_ACCURACY_M. PROJ's own habit, to choose for each point among regional operations, would
 * tear shapes at the border between two regions. Only when no operation covers the whole is the
 * choice made for each point: the most accurate whose area holds it. A point that the choice cannot
 * carry (it lies outside a grid) goes to the next in PROJ's order. All of this depends on the point
 * and the two CRSs only, and the description names the operations that really were used. */
#include "geo/crs_osr.h"

#include "base/mem.h"
#include "base/text.h"
#include "geo/session.h"

#include <math.h>
#include <string.h>

#include <proj.h>

#define WHOLE_ACCURACY_M 10

/* Degrees; west > east across the antimeridian. */
struct area {
    bool known;
    double west, south, east, north;
};

struct operation {
    PJ *pj;
    char *definition; /* PROJ string: what it computes */
    char *label;
    double accuracy_m; /* infinite: unknown or ballpark */
    struct area area;
    bool covers;        /* the whole of the smaller CRS's area */
    double boxes[2][4]; /* its area in the source's and the target's coordinates */
    bool boxed[2];
    bool used;
};

struct gs_transform {
    PJ_CONTEXT *proj;
    struct operation *operations; /* in PROJ's order; none: the identity */
    size_t n_operations;
    size_t *by_accuracy; /* indices, most accurate first */
    bool whole;          /* by_accuracy[0] serves everywhere */
    bool from_geographic, to_geographic;
    char *description; /* room for all labels */
};

/* PROJ's messages have nothing to say to the user: failing points are counted. */
static void ignore(void *user, int level, const char *message)
{
    (void)user, (void)level, (void)message;
}

static void describe(struct gs_transform *transform)
{
    char *end = transform->description;
    *end = 0;
    size_t first = transform->n_operations ? transform->by_accuracy[0] : 0;
    bool any = false;
    for (size_t i = 0; i < transform->n_operations; i++)
        any |= transform->operations[i].used;
    for (size_t i = 0; i < transform->n_operations; i++) {
        if (any ? !transform->operations[i].used : i != first)
            continue;
        if (end > transform->description)
            end = stpcpy(end, "; ");
        end = stpcpy(end, transform->operations[i].label);
    }
}

static void mark_used(struct gs_transform *transform, size_t i)
{
    if (transform->operations[i].used)
        return;
    transform->operations[i].used = true;
    describe(transform);
}

/* -- the points ---------------------------------------------------------------------------- */

static bool carry(struct gs_transform *transform, size_t i, PJ_DIRECTION direction, double xy[2])
{
    PJ *pj = transform->operations[i].pj;
    PJ_COORD coord = proj_trans(pj, direction, proj_coord(xy[0], xy[1], 0, HUGE_VAL));
    if (!isfinite(coord.xy.x) || !isfinite(coord.xy.y)) {
        proj_errno_reset(pj);
        return false;
    }
    xy[0] = coord.xy.x;
    xy[1] = coord.xy.y;
    mark_used(transform, i);
    return true;
}

static bool holds(const struct operation *operation, int side, const double xy[2])
{
    const double *box = operation->boxes[side];
    if (!operation->boxed[side] || xy[1] < box[1] || xy[1] > box[3])
        return false;
    if (box[0] <= box[2])
        return xy[0] >= box[0] && xy[0] <= box[2];
    return xy[0] >= box[0] || xy[0] <= box[2];
}

/* The choice for one point, see the head of the file. */
static bool carry_best(struct gs_transform *transform, PJ_DIRECTION direction, double xy[2])
{
    size_t n = transform->n_operations;
    int side = direction == PJ_FWD ? 0 : 1;
    if (!isfinite(xy[0]) || !isfinite(xy[1]))
        return false;
    if (transform->whole) {
        if (carry(transform, transform->by_accuracy[0], direction, xy))
            return true;
    } else {
        for (size_t k = 0; k < n; k++) {
            size_t i = transform->by_accuracy[k];
            if (holds(&transform->operations[i], side, xy) && carry(transform, i, direction, xy))
                return true;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (carry(transform, i, direction, xy))
            return true;
    return false;
}

static size_t transform_points(struct gs_transform *transform, PJ_DIRECTION direction,
                               double (*xy)[2], size_t n)
{
    size_t failed = 0;
    for (size_t i = 0; i < n; i++)
        if (transform->n_operations ? !carry_best(transform, direction, xy[i])
                                    : !isfinite(xy[i][0]) || !isfinite(xy[i][1])) {
            xy[i][0] = xy[i][1] = NAN;
            failed++;
        }
    return failed;
}

size_t gs_transform_points(struct gs_transform *transform, double (*xy)[2], size_t n)
{
    return transform_points(transform, PJ_FWD, xy, n);
}

size_t gs_transform_points_inverse(struct gs_transform *transform, double (*xy)[2], size_t n)
{
    return transform_points(transform, PJ_INV, xy, n);
}

bool gs_transform_is_identity(const struct gs_transform *transform)
{
    return transform->n_operations == 0;
}

const char *gs_transform_description(const struct gs_transform *transform)
{
    return transform->description;
}

/* -- finding the operations ---------------------------------------------------------------- */

static struct area area_of(PJ_CONTEXT *proj, const PJ *object)
{
    struct area area = {0};
    area.known = proj_get_area_of_use(proj, object, &area.west, &area.south, &area.east,
                                      &area.north, NULL) &&
                 area.west > -1000;
    return area;
}

static double area_width(const struct area *area)
{
    return area->east >= area->west ? area->east - area->west : area->east - area->west + 360;
}

static bool area_covers(const struct area *outer, const struct area *inner)
{
    if (!outer->known || !inner->known)
        return false;
    const double slack = 0.01; /* registered boxes are rounded to hundredths of a degree */
    if (outer->south > inner->south + slack || outer->north < inner->north - slack)
        return false;
    if (area_width(outer) >= 360 - slack)
        return true;
    double offset = inner->west - outer->west;
    if (offset < -slack)
        offset += 360;
    return offset + area_width(inner) <= area_width(outer) + 2 * slack;
}

/* The area that operations are expected to cover: the smaller of the two CRSs'. */
static struct area area_wanted(PJ_CONTEXT *proj, const PJ *from, const PJ *to)
{
    struct area a = area_of(proj, from), b = area_of(proj, to);
    if (!a.known || !b.known)
        return a.known ? a : b;
    double size_a = area_width(&a) * (a.north - a.south);
    double size_b = area_width(&b) * (b.north - b.south);
    return size_a <= size_b ? a : b;
}

static char *label_of(struct gs_ctx *ctx, const PJ *pj, const struct operation *operation)
{
    struct gs_text text;
    gs_text_init(&text);
    const char *name = proj_get_name(pj);
    gs_text_append(&text, name && name[0] ? name : "unnamed operation");
    gs_text_printf(&text, " (PROJ: %s), ", operation->definition);
    if (isfinite(operation->accuracy_m)) {
        gs_text_append_double(&text, operation->accuracy_m);
        gs_text_append(&text, " m");
    } else {
        gs_text_append(&text, "unknown accuracy");
    }
    char *label = NULL;
    return gs_text_finish(ctx, &text, &label) ? NULL : label;
}

/* The operation's area of use in the coordinates of one side. */
static void find_box(PJ_CONTEXT *proj, struct operation *operation, int side, const PJ *crs)
{
    const struct area *area = &operation->area;
    PJ *geographic = proj_crs_get_geodetic_crs(proj, crs);
    PJ *raw = geographic ? proj_create_crs_to_crs_from_pj(proj, geographic, crs, NULL, NULL) : NULL;
    PJ *pj = raw ? proj_normalize_for_visualization(proj, raw) : NULL;
    double *box = operation->boxes[side];
    operation->boxed[side] =
        pj && proj_trans_bounds(proj, pj, PJ_FWD, area->west, area->south, area->east, area->north,
                                &box[0], &box[1], &box[2], &box[3], 21);
    proj_destroy(pj);
    proj_destroy(raw);
    proj_destroy(geographic);
}

static void release_operation(struct operation *operation)
{
    proj_destroy(operation->pj);
    gs_free(operation->definition);
    gs_free(operation->label);
    *operation = (struct operation){0};
}

/* Operations that compute the same are one: the database has such pairs that differ in the area
 * they are meant for only. The name and accuracy are those of the most accurate. */
static bool merge_operation(struct gs_transform *transform, struct operation *more)
{
    for (size_t i = 0; i < transform->n_operations; i++) {
        struct operation *known = &transform->operations[i];
        if (strcmp(known->definition, more->definition) != 0)
            continue;
        bool covers = known->covers || more->covers;
        if (more->accuracy_m < known->accuracy_m) {
            struct operation swap = *known;
            *known = *more;
            *more = swap;
        }
        known->covers = covers;
        release_operation(more);
        return true;
    }
    return false;
}

static enum gs_status add_operation(struct gs_ctx *ctx, struct gs_transform *transform, PJ *raw,
                                    const struct area *wanted)
{
    PJ_CONTEXT *proj = transform->proj;
    if (!raw || !proj_coordoperation_is_instantiable(proj, raw))
        return GS_OK;
    struct operation operation = {.pj = proj_normalize_for_visualization(proj, raw)};
    const char *definition =
        operation.pj ? proj_as_proj_string(proj, operation.pj, PJ_PROJ_5, NULL) : NULL;
    if (!definition) {
        proj_destroy(operation.pj);
        return GS_OK;
    }
    double accuracy = proj_coordoperation_get_accuracy(proj, raw);
    bool known = accuracy >= 0 && !proj_coordoperation_has_ballpark_transformation(proj, raw);
    operation.accuracy_m = known ? accuracy : INFINITY;
    operation.area = area_of(proj, raw);
    operation.covers = wanted->known && area_covers(&operation.area, wanted);
    operation.definition = gs_strdup(ctx, definition);
    operation.label = operation.definition ? label_of(ctx, raw, &operation) : NULL;
    if (!operation.label) {
        release_operation(&operation);
        return GS_ENOMEM;
    }
    if (!merge_operation(transform, &operation))
        transform->operations[transform->n_operations++] = operation;
    return GS_OK;
}

static enum gs_status list_operations(struct gs_ctx *ctx, struct gs_transform *transform,
                                      const PJ *from, const PJ *to)
{
    PJ_CONTEXT *proj = transform->proj;
    enum gs_status status = GS_OK;
    PJ_OBJ_LIST *list = NULL;
    struct area wanted = area_wanted(proj, from, to);
    PJ_OPERATION_FACTORY_CONTEXT *factory = proj_create_operation_factory_context(proj, NULL);
    if (!factory)
        return gs_fail_memory(ctx);
    proj_operation_factory_context_set_spatial_criterion(
        proj, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
    proj_operation_factory_context_set_grid_availability_use(
        proj, factory, PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
    list = proj_create_operations(proj, from, to, factory);
    int n = list ? proj_list_get_count(list) : 0;
    transform->operations = GS_ARRAY_ZERO(ctx, struct operation, (size_t)n);
    if (!transform->operations)
        status = GS_ENOMEM;
    for (int i = 0; i < n && !status; i++) {
        PJ *raw = proj_list_get(proj, list, i);
        status = add_operation(ctx, transform, raw, &wanted);
        proj_destroy(raw);
    }
    proj_list_destroy(list);
    proj_operation_factory_context_destroy(factory);
    return status;
}

/* Most accurate first, else as PROJ orders them: an insertion sort of a few. */
static void sort_by_accuracy(struct gs_transform *transform)
{
    for (size_t i = 0; i < transform->n_operations; i++) {
        size_t k = i;
        double accuracy_m = transform->operations[i].accuracy_m;
        for (; k > 0; k--) {
            if (transform->operations[transform->by_accuracy[k - 1]].accuracy_m <= accuracy_m)
                break;
            transform->by_accuracy[k] = transform->by_accuracy[k - 1];
        }
        transform->by_accuracy[k] = i;
    }
}

/* Puts the operation that serves everywhere first, when there is one. */
static void choose(struct gs_transform *transform, const PJ *from, const PJ *to)
{
    size_t n = transform->n_operations, *order = transform->by_accuracy;
    bool known = area_wanted(transform->proj, from, to).known;
    size_t best = n;
    for (size_t k = 0; k < n && best == n; k++) {
        const struct operation *operation = &transform->operations[order[k]];
        if (n == 1 || (operation->accuracy_m <= WHOLE_ACCURACY_M && (operation->covers || !known)))
            best = k;
    }
    if (best < n) {
        size_t chosen = order[best];
        memmove(order + 1, order, best * sizeof *order);
        order[0] = chosen;
        transform->whole = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (transform->operations[i].area.known) {
            find_box(transform->proj, &transform->operations[i], 0, from);
            find_box(transform->proj, &transform->operations[i], 1, to);
        }
}

static enum gs_status find_operations(struct gs_ctx *ctx, struct gs_transform *transform,
                                      const struct gs_crs *from, const struct gs_crs *to)
{
    enum gs_status status = GS_ENOMEM;
    PJ *source = proj_create(transform->proj, gs_crs_wkt(from));
    PJ *target = proj_create(transform->proj, gs_crs_wkt(to));
    if (!source || !target) {
        status = gs_fail(ctx, GS_EDATA, NULL, NULL, "PROJ does not understand the CRS `%s`",
                         gs_crs_name(source ? to : from));
        goto out;
    }
    status = list_operations(ctx, transform, source, target);
    if (status)
        goto out;
    if (transform->n_operations == 0) {
        status = gs_fail(ctx, GS_EDATA, NULL, NULL,
                         "there is no transformation from the CRS `%s` to `%s`", gs_crs_name(from),
                         gs_crs_name(to));
        goto out;
    }
    transform->by_accuracy = GS_ARRAY(ctx, size_t, transform->n_operations);
    if (!transform->by_accuracy) {
        status = GS_ENOMEM;
        goto out;
    }
    sort_by_accuracy(transform);
    choose(transform, source, target);
out:
    proj_destroy(source);
    proj_destroy(target);
    return status;
}

enum gs_status gs_transform_new(struct gs_ctx *ctx, const struct gs_crs *from,
                                const struct gs_crs *to, struct gs_transform **out)
{
    struct gs_transform *transform = GS_NEW(ctx, struct gs_transform);
    if (!transform)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    size_t bytes = 1;
    transform->from_geographic = gs_crs_is_geographic(from);
    transform->to_geographic = gs_crs_is_geographic(to);
    if (!gs_crs_same(from, to)) {
        transform->proj = proj_context_create();
        if (!transform->proj) {
            status = gs_fail_memory(ctx);
            goto out;
        }
        proj_log_func(transform->proj, NULL, ignore);
        proj_context_set_enable_network(transform->proj, 0);
        status = find_operations(ctx, transform, from, to);
        if (status)
            goto out;
    }
    for (size_t i = 0; i < transform->n_operations; i++)
        bytes += strlen(transform->operations[i].label) + 2;
    transform->description = GS_ARRAY(ctx, char, bytes);
    if (!transform->description) {
        status = GS_ENOMEM;
        goto out;
    }
    describe(transform);
    *out = transform;
out:
    if (status)
        gs_transform_free(transform);
    return status;
}

void gs_transform_free(struct gs_transform *transform)
{
    if (!transform)
        return;
    for (size_t i = 0; i < transform->n_operations; i++)
        release_operation(&transform->operations[i]);
    gs_free(transform->operations);
    gs_free(transform->by_accuracy);
    gs_free(transform->description);
    if (transform->proj)
        proj_context_destroy(transform->proj);
    gs_free(transform);
}

/* -- bounds -------------------------------------------------------------------------------- */

#define SIDE 33 /* samples along each side of the box */

/* Longitudes continued over the antimeridian, so that neighbours differ by less than half a turn.
 */
static double unwrap(double lon, double before)
{
    while (lon - before > 180)
        lon -= 360;
    while (lon - before < -180)
        lon += 360;
    return lon;
}

/* Does the image of the box's outline, walked once around, come back to the longitude it started
 * from? If not, a pole lies inside. */
static bool closes(double (*image)[2])
{
    double lon = image[0][0];
    for (size_t i = 1; i < SIDE; i++)
        lon = unwrap(image[i][0], lon);
    for (size_t j = 1; j < SIDE; j++)
        lon = unwrap(image[j * SIDE + SIDE - 1][0], lon);
    for (size_t i = SIDE - 1; i-- > 0;)
        lon = unwrap(image[(SIDE - 1) * SIDE + i][0], lon);
    for (size_t j = SIDE - 1; j-- > 0;)
        lon = unwrap(image[j * SIDE][0], lon);
    return fabs(lon - image[0][0]) < 1;
}

/* How far the true image may pass beyond the samples: a quarter of the largest second difference
 * between neighbours is twice what a parabola through them does. */
static double sag(double (*image)[2], int d)
{
    double most = 0;
    for (size_t j = 0; j < SIDE; j++)
        for (size_t i = 1; i + 1 < SIDE; i++) {
            double across = fabs(image[j * SIDE + i - 1][d] - 2 * image[j * SIDE + i][d] +
                                 image[j * SIDE + i + 1][d]);
            double along = fabs(image[(i - 1) * SIDE + j][d] - 2 * image[i * SIDE + j][d] +
                                image[(i + 1) * SIDE + j][d]);
            most = fmax(most, fmax(across, along));
        }
    return most / 4;
}

/* A whole grid of samples rather than the outline alone: the image of a large box is not bounded by
 * the image of its outline where the projection folds. */
bool gs_transform_bounds(struct gs_transform *transform, const double in[4], double out[4])
{
    double image[SIDE * SIDE][2];
    double width = in[2] - in[0];
    if (width < 0 && transform->from_geographic)
        width += 360;
    if (!(width >= 0) || !(in[3] >= in[1]) || !isfinite(width) || !isfinite(in[3] - in[1]))
        return false;
    if (gs_transform_is_identity(transform)) {
        memcpy(out, in, 4 * sizeof *out);
        return true;
    }
    for (size_t j = 0; j < SIDE; j++)
        for (size_t i = 0; i < SIDE; i++) {
            double *p = image[j * SIDE + i];
            p[0] = in[0] + width * (double)i / (SIDE - 1);
            p[1] = in[1] + (in[3] - in[1]) * (double)j / (SIDE - 1);
        }
    if (gs_transform_points(transform, image, SIDE * SIDE))
        return false;
    if (transform->to_geographic) {
        if (!closes(image))
            return false;
        for (size_t k = 1; k < SIDE * SIDE; k++)
            image[k][0] = unwrap(image[k][0], image[k % SIDE ? k - 1 : k - SIDE][0]);
    }
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t k = 0; k < SIDE * SIDE; k++)
        for (int d = 0; d < 2; d++) {
            box[d] = fmin(box[d], image[k][d]);
            box[d + 2] = fmax(box[d + 2], image[k][d]);
        }
    for (int d = 0; d < 2; d++) {
        double margin = sag(image, d);
        box[d] -= margin;
        box[d + 2] += margin;
    }
    if (transform->to_geographic) {
        if (box[2] - box[0] >= 360)
            return false;
        while (box[0] < -180)
            box[0] += 360, box[2] += 360;
        while (box[0] >= 180)
            box[0] -= 360, box[2] -= 360;
        if (box[2] > 180)
            box[2] -= 360;
        box[1] = fmax(box[1], -90);
        box[3] = fmin(box[3], 90);
    }
    memcpy(out, box, sizeof box);
    return true;
}
