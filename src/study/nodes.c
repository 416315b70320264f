// SPDX-License-Identifier: Apache-2.0
/* The grid nodes that sites of a portfolio can draw from. */
#include "study/run.h"

#include "base/mem.h"
#include "measure/nearby.h"
#include "measure/scratch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct node {
    double xy[2], capacity_mw;
    const char *id;
    size_t feature;
};

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

/* By place, so that the order of the source does not matter. */
static int compare_nodes(const void *a, const void *b)
{
    const struct node *p = a, *q = b;
    int order = compare_numbers(p->xy[0], q->xy[0]);
    order = order ? order : compare_numbers(p->xy[1], q->xy[1]);
    order = order ? order : compare_numbers(p->capacity_mw, q->capacity_mw);
    order = order ? order : strcmp(p->id, q->id);
    return order ? order : (p->feature > q->feature) - (p->feature < q->feature);
}

static const struct gs_column *find_text(const struct gs_features *features, const char *name)
{
    for (size_t i = 0; name && i < features->n_columns; i++)
        if (features->columns[i].text && strcmp(features->columns[i].name, name) == 0)
            return &features->columns[i];
    return NULL;
}

/* Features with a capacity above 0, sorted; the others are told. */
static enum gs_status gather(struct gs_ctx *ctx, const struct gs_portfolio_choice *choice,
                             const struct gs_job *job, struct gs_arena *arena, struct node *nodes,
                             size_t *n)
{
    const struct gs_features *features = job->features;
    const struct gs_column *ids = find_text(features, choice->node_id);
    size_t n_unknown = 0;
    *n = 0;
    for (size_t i = 0; i < features->shapes.n; i++) {
        double capacity = job->field->number[i], bounds[4];
        n_unknown += isnan(capacity) ? 1 : 0;
        if (!(capacity > 0) || gs_shapes_is_empty(&features->shapes, i))
            continue;
        gs_shapes_bounds(&features->shapes, i, bounds);
        struct node *node = &nodes[(*n)++];
        *node = (struct node){{bounds[0] / 2 + bounds[2] / 2, bounds[1] / 2 + bounds[3] / 2},
                              capacity * choice->mw_per_headroom,
                              NULL,
                              i};
        node->id = ids && ids->text[i]
                       ? gs_arena_text(ctx, arena, ids->text[i])
                       : gs_arena_printf(ctx, arena, "%.9g %.9g", node->xy[0], node->xy[1]);
        if (!node->id)
            return GS_ENOMEM;
    }
    if (n_unknown)
        gs_warn(ctx, &choice->headroom->measure_pos, NULL,
                "%zu of %zu nodes of layer `%s` state no headroom: no site draws from them",
                n_unknown, features->shapes.n, choice->headroom->layer->id);
    if (*n > 1)
        qsort(nodes, *n, sizeof *nodes, compare_nodes);
    return GS_OK;
}

struct link {
    size_t node;
    double distance_m;
};

static int compare_links(const void *a, const void *b)
{
    const struct link *p = a, *q = b;
    return (p->node > q->node) - (p->node < q->node);
}

struct links {
    struct link *items;
    size_t n, capacity;
};

static enum gs_status link_site(struct gs_ctx *ctx, const struct gs_job *job, size_t site,
                                const size_t *node_of, double radius_m, struct gs_scratch *scratch,
                                struct links *links)
{
    const struct gs_neighbour *found;
    size_t n_found, from = links->n;
    if (gs_shapes_is_empty(&job->sites->features.shapes, site))
        return GS_OK;
    enum gs_status status =
        gs_nearby_within(ctx, job->nearby, job->sites, site, radius_m, scratch, &found, &n_found);
    if (!status)
        status =
            gs_grow(ctx, &links->items, &links->capacity, links->n + n_found, sizeof *links->items);
    for (size_t i = 0; i < n_found && !status; i++)
        if (node_of[found[i].feature] != SIZE_MAX)
            links->items[links->n++] =
                (struct link){node_of[found[i].feature], found[i].distance_m};
    if (!status && links->n - from > 1)
        qsort(links->items + from, links->n - from, sizeof *links->items, compare_links);
    return status;
}

static enum gs_status link_sites(struct gs_ctx *ctx, const struct gs_job *job,
                                 const size_t *node_of, double radius_m, size_t *first,
                                 struct links *links)
{
    struct gs_scratch scratch;
    gs_scratch_init(&scratch);
    enum gs_status status = GS_OK;
    size_t n = job->sites->features.shapes.n;
    for (size_t i = 0; i < n && !status; i++) {
        first[i] = links->n;
        if (i % 256 == 0)
            status = gs_check_cancel(ctx);
        if (!status)
            status = link_site(ctx, job, i, node_of, radius_m, &scratch, links);
    }
    first[n] = links->n;
    gs_scratch_release(&scratch);
    return status;
}

static enum gs_status keep(struct gs_ctx *ctx, const struct node *nodes, size_t n,
                           const struct links *links, struct gs_result *result)
{
    struct gs_nodes *out = &result->nodes;
    struct gs_arena *arena = &result->arena;
    out->ids = GS_ARENA_ARRAY(ctx, arena, const char *, n);
    out->xy = gs_arena_alloc(ctx, arena, n ? n : 1, sizeof *out->xy);
    out->capacity_mw = GS_ARENA_ARRAY(ctx, arena, double, n);
    out->links = GS_ARENA_ARRAY(ctx, arena, size_t, links->n);
    out->distance_m = GS_ARENA_ARRAY(ctx, arena, double, links->n);
    if (!out->ids || !out->xy || !out->capacity_mw || !out->links || !out->distance_m)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        out->ids[i] = nodes[i].id;
        memcpy(out->xy[i], nodes[i].xy, sizeof nodes[i].xy);
        out->capacity_mw[i] = nodes[i].capacity_mw;
    }
    for (size_t i = 0; i < links->n; i++) {
        out->links[i] = links->items[i].node;
        out->distance_m[i] = links->items[i].distance_m;
    }
    out->n = n;
    return GS_OK;
}

enum gs_status gs_find_nodes(struct gs_ctx *ctx, const struct gs_portfolio_choice *choice,
                             const struct gs_job *job, struct gs_result *result)
{
    size_t n_features = job->features->shapes.n, n = 0;
    double radius_m =
        gs_measure_quantity(choice->headroom->measure, choice->headroom->measure_params, "radius");
    struct node *nodes = GS_ARRAY(ctx, struct node, n_features);
    size_t *node_of = GS_ARRAY(ctx, size_t, n_features);
    struct links links = {0};
    result->nodes.first =
        GS_ARENA_ARRAY(ctx, &result->arena, size_t, job->sites->features.shapes.n + 1);
    enum gs_status status = nodes && node_of && result->nodes.first ? GS_OK : GS_ENOMEM;
    if (!status)
        status = gather(ctx, choice, job, &result->arena, nodes, &n);
    for (size_t i = 0; i < n_features && !status; i++)
        node_of[i] = SIZE_MAX;
    for (size_t i = 0; i < n && !status; i++)
        node_of[nodes[i].feature] = i;
    if (!status)
        status = link_sites(ctx, job, node_of, radius_m, result->nodes.first, &links);
    if (!status)
        status = keep(ctx, nodes, n, &links, result);
    gs_free(links.items);
    gs_free(node_of);
    gs_free(nodes);
    return status;
}
