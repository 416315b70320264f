// SPDX-License-Identifier: Apache-2.0
#include "kernel/match.h"

#include "base/mem.h"
#include "kernel/index.h"

#include <stdlib.h>

struct pair {
    size_t a, b;
    double cost;
};

struct search {
    struct gs_ctx *ctx;
    enum gs_status (*cost)(struct gs_ctx *ctx, void *user, size_t i, size_t k, double *out);
    void *user;
    double limit;
    size_t item; /* of a */
    struct pair *pairs;
    size_t n, capacity;
    enum gs_status status;
};

static int compare_pairs(const void *x, const void *y)
{
    const struct pair *p = x, *q = y;
    if (p->cost != q->cost)
        return p->cost < q->cost ? -1 : 1;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

static bool visit(void *user, size_t item)
{
    struct search *search = user;
    double cost;
    search->status = search->cost(search->ctx, search->user, search->item, item, &cost);
    if (search->status || !(cost < search->limit))
        return search->status == GS_OK;
    search->status = gs_grow(search->ctx, &search->pairs, &search->capacity, search->n + 1,
                             sizeof *search->pairs);
    if (!search->status)
        search->pairs[search->n++] = (struct pair){search->item, item, cost};
    return search->status == GS_OK;
}

static struct gs_box3 box_of(const double bounds[4])
{
    return (struct gs_box3){.min = {bounds[0], bounds[1]}, .max = {bounds[2], bounds[3]}};
}

enum gs_status gs_match(struct gs_ctx *ctx, const double (*a)[4], size_t n_a, const double (*b)[4],
                        size_t n_b, double reach, double limit,
                        enum gs_status (*cost)(struct gs_ctx *ctx, void *user, size_t i, size_t k,
                                               double *out),
                        void *user, size_t *match)
{
    struct search search = {.ctx = ctx, .cost = cost, .user = user, .limit = limit};
    struct gs_index *index = NULL;
    struct gs_box3 *boxes = GS_ARRAY(ctx, struct gs_box3, n_b);
    bool *taken = GS_ARRAY_ZERO(ctx, bool, n_b);
    enum gs_status status = boxes && taken ? GS_OK : GS_ENOMEM;
    for (size_t k = 0; k < n_b && !status; k++)
        boxes[k] = box_of(b[k]);
    if (!status)
        status = gs_index_new(ctx, boxes, n_b, &index);
    for (size_t i = 0; i < n_a && !status; i++) {
        struct gs_box3 box = box_of(a[i]);
        search.item = i;
        match[i] = GS_NO_MATCH;
        gs_index_within(index, &box, reach, visit, &search);
        status = search.status ? search.status : gs_check_cancel(ctx);
    }
    if (!status && search.n)
        qsort(search.pairs, search.n, sizeof *search.pairs, compare_pairs);
    for (size_t p = 0; p < search.n && !status; p++) {
        const struct pair *pair = &search.pairs[p];
        if (match[pair->a] != GS_NO_MATCH || taken[pair->b])
            continue;
        match[pair->a] = pair->b;
        taken[pair->b] = true;
    }
    gs_index_free(index);
    gs_free(search.pairs);
    gs_free(boxes);
    gs_free(taken);
    return status;
}
