// SPDX-License-Identifier: Apache-2.0
#include "geo/transform_parts.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

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

static bool holds(const struct gs_operation *operation, int side, const double xy[2])
{
    const double *box = operation->boxes[side];
    if (!operation->boxed[side] || xy[1] < box[1] || xy[1] > box[3])
        return false;
    if (box[0] <= box[2])
        return xy[0] >= box[0] && xy[0] <= box[2];
    return xy[0] >= box[0] || xy[0] <= box[2];
}

/* The choice for one point, see transform_operations.c. */
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

/* -- life -------------------------------------------------------------------------------- */

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
        status = gs_transform_find_operations(ctx, transform, from, to);
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
        gs_operation_release(&transform->operations[i]);
    gs_free(transform->operations);
    gs_free(transform->by_accuracy);
    gs_free(transform->description);
    if (transform->proj)
        proj_context_destroy(transform->proj);
    gs_free(transform);
}
