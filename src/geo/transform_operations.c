// SPDX-License-Identifier: Apache-2.0
/* PROJ is asked for all operations between the two CRSs and one is kept for everything when it can
 * be: the most accurate of those that cover the smaller CRS's whole area, provided it is good to
 * WHOLE_ACCURACY_M. PROJ's own habit, to choose for each point among regional operations, would
 * tear shapes at the border between two regions. Only when no operation covers the whole is the
 * choice made for each point: the most accurate whose area holds it. A point that the choice cannot
 * carry (it lies outside a grid) goes to the next in PROJ's order. All of this depends on the point
 * and the two CRSs only, and the description names the operations that really were used. */
#include "geo/transform_parts.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

#define WHOLE_ACCURACY_M 10

void gs_operation_release(struct gs_operation *operation)
{
    proj_destroy(operation->pj);
    gs_free(operation->definition);
    gs_free(operation->label);
    *operation = (struct gs_operation){0};
}

static struct gs_area_of_use area_of(PJ_CONTEXT *proj, const PJ *object)
{
    struct gs_area_of_use area = {0};
    area.known = proj_get_area_of_use(proj, object, &area.west, &area.south, &area.east,
                                      &area.north, NULL) &&
                 area.west > -1000;
    return area;
}

static double area_width(const struct gs_area_of_use *area)
{
    return area->east >= area->west ? area->east - area->west : area->east - area->west + 360;
}

static bool area_covers(const struct gs_area_of_use *outer, const struct gs_area_of_use *inner)
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
static struct gs_area_of_use area_wanted(PJ_CONTEXT *proj, const PJ *from, const PJ *to)
{
    struct gs_area_of_use a = area_of(proj, from), b = area_of(proj, to);
    if (!a.known || !b.known)
        return a.known ? a : b;
    double size_a = area_width(&a) * (a.north - a.south);
    double size_b = area_width(&b) * (b.north - b.south);
    return size_a <= size_b ? a : b;
}

static char *label_of(struct gs_ctx *ctx, const PJ *pj, const struct gs_operation *operation)
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
static void find_box(PJ_CONTEXT *proj, struct gs_operation *operation, int side, const PJ *crs)
{
    const struct gs_area_of_use *area = &operation->area;
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

/* Operations that compute the same are one: the database has such pairs that differ in the area
 * they are meant for only. The name and accuracy are those of the most accurate. */
static bool merge_operation(struct gs_transform *transform, struct gs_operation *more)
{
    for (size_t i = 0; i < transform->n_operations; i++) {
        struct gs_operation *known = &transform->operations[i];
        if (strcmp(known->definition, more->definition) != 0)
            continue;
        bool covers = known->covers || more->covers;
        if (more->accuracy_m < known->accuracy_m) {
            struct gs_operation swap = *known;
            *known = *more;
            *more = swap;
        }
        known->covers = covers;
        gs_operation_release(more);
        return true;
    }
    return false;
}

static enum gs_status add_operation(struct gs_ctx *ctx, struct gs_transform *transform, PJ *raw,
                                    const struct gs_area_of_use *wanted)
{
    PJ_CONTEXT *proj = transform->proj;
    if (!raw || !proj_coordoperation_is_instantiable(proj, raw))
        return GS_OK;
    struct gs_operation operation = {.pj = proj_normalize_for_visualization(proj, raw)};
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
        gs_operation_release(&operation);
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
    struct gs_area_of_use wanted = area_wanted(proj, from, to);
    PJ_OPERATION_FACTORY_CONTEXT *factory = proj_create_operation_factory_context(proj, NULL);
    if (!factory)
        return gs_fail_memory(ctx);
    proj_operation_factory_context_set_spatial_criterion(
        proj, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
    proj_operation_factory_context_set_grid_availability_use(
        proj, factory, PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
    list = proj_create_operations(proj, from, to, factory);
    int n = list ? proj_list_get_count(list) : 0;
    transform->operations = GS_ARRAY_ZERO(ctx, struct gs_operation, (size_t)n);
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
        const struct gs_operation *operation = &transform->operations[order[k]];
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

enum gs_status gs_transform_find_operations(struct gs_ctx *ctx, struct gs_transform *transform,
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
