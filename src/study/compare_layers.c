// SPDX-License-Identifier: Apache-2.0
/* What changed in the layers, from what both runs kept of their features: matched by place, as many
 * publishers number them anew each time. */
#include "study/compare.h"

#include "base/mem.h"
#include "base/text.h"
#include "kernel/match.h"
#include "study/digest.h"

#include <math.h>
#include <string.h>

struct features {
    struct gs_digested *items;
    size_t n;
    bool *done;
};

struct pairing {
    const struct gs_digested *items[2];
    size_t *rest[2];
    double within; /* in steps of the digest */
};

static const struct gs_layer_digest *find_digest(const struct gs_run_side *side, const char *layer,
                                                 const char *where)
{
    for (size_t i = 0; i < side->n_digests; i++)
        if (strcmp(side->digests[i].layer, layer) == 0 &&
            gs_text_same(side->digests[i].where, where))
            return &side->digests[i];
    return NULL;
}

/* -- pairing ------------------------------------------------------------------------------------
 */

static enum gs_status distance(struct gs_ctx *ctx, void *user, size_t i, size_t k, double *out)
{
    (void)ctx;
    const struct pairing *pairing = user;
    const struct gs_digested *a = &pairing->items[0][pairing->rest[0][i]];
    const struct gs_digested *b = &pairing->items[1][pairing->rest[1][k]];
    *out = hypot((double)a->x - b->x, (double)a->y - b->y) / pairing->within;
    return GS_OK;
}

static int compare_places(const struct gs_digested *a, const struct gs_digested *b)
{
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

static int compare_all(const struct gs_digested *a, const struct gs_digested *b)
{
    int place = compare_places(a, b);
    if (place)
        return place;
    if (a->shape != b->shape)
        return a->shape < b->shape ? -1 : 1;
    return (a->attributes > b->attributes) - (a->attributes < b->attributes);
}

/* Pairs off what is equal in the order of both lists, each once. */
static size_t pair_equal(struct features f[2],
                         int (*compare)(const struct gs_digested *, const struct gs_digested *))
{
    size_t n = 0, i = 0, k = 0;
    while (i < f[0].n && k < f[1].n) {
        if (f[0].done[i]) {
            i++;
            continue;
        }
        if (f[1].done[k]) {
            k++;
            continue;
        }
        int order = compare(&f[0].items[i], &f[1].items[k]);
        if (order == 0)
            f[0].done[i] = f[1].done[k] = true;
        n += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    return n;
}

static enum gs_status list_rest(struct gs_ctx *ctx, const struct features *f, size_t **rest,
                                double (**boxes)[4], size_t *n)
{
    *n = 0;
    *rest = GS_ARRAY(ctx, size_t, f->n);
    *boxes = gs_alloc(ctx, f->n, sizeof **boxes);
    if (!*rest || !*boxes)
        return GS_ENOMEM;
    for (size_t i = 0; i < f->n; i++) {
        if (f->done[i])
            continue;
        double x = f->items[i].x, y = f->items[i].y, box[4] = {x, y, x, y};
        memcpy((*boxes)[*n], box, sizeof box);
        (*rest)[(*n)++] = i;
    }
    return GS_OK;
}

static enum gs_status pair_near(struct gs_ctx *ctx, struct features f[2], double within,
                                struct gs_layer_change *out)
{
    struct pairing pairing = {.items = {f[0].items, f[1].items}, .within = within};
    double(*boxes[2])[4] = {NULL, NULL};
    size_t n[2] = {0, 0}, *match = NULL;
    enum gs_status status = list_rest(ctx, &f[0], &pairing.rest[0], &boxes[0], &n[0]);
    if (!status)
        status = list_rest(ctx, &f[1], &pairing.rest[1], &boxes[1], &n[1]);
    if (!status && !(match = GS_ARRAY(ctx, size_t, n[0])))
        status = GS_ENOMEM;
    if (!status)
        status = gs_match(ctx, (const double(*)[4])boxes[0], n[0], (const double(*)[4])boxes[1],
                          n[1], within, 1, distance, &pairing, match);
    for (size_t i = 0; i < n[0] && !status; i++)
        out->moved += match[i] != GS_NO_MATCH;
    out->removed = n[0] - out->moved;
    out->added = n[1] - out->moved;
    for (int run = 0; run < 2; run++) {
        gs_free(pairing.rest[run]);
        gs_free(boxes[run]);
    }
    gs_free(match);
    return status;
}

/* -- one reading of a layer ---------------------------------------------------------------------
 */

/* Features whose middle lies in what both runs read. */
static enum gs_status read_features(struct gs_ctx *ctx, const struct gs_layer_digest *digest,
                                    const double window[4], struct features *out, bool *damaged)
{
    size_t n = 0;
    if (!gs_digest_read(ctx, digest->text, &out->items, &out->n)) {
        *damaged = true;
        return GS_OK;
    }
    for (size_t i = 0; i < out->n; i++) {
        double x = out->items[i].x, y = out->items[i].y;
        if (!(x < window[0]) && !(y < window[1]) && !(x > window[2]) && !(y > window[3]))
            out->items[n++] = out->items[i];
    }
    out->n = n;
    out->done = GS_ARRAY_ZERO(ctx, bool, n);
    return out->done ? GS_OK : GS_ENOMEM;
}

static enum gs_status compare_features(struct gs_ctx *ctx, const struct gs_layer_digest *old,
                                       const struct gs_layer_digest *new, double steps,
                                       double within_m, struct gs_layer_change *out)
{
    struct features f[2] = {{.n = 0}, {.n = 0}};
    double window[4];
    bool damaged = false;
    for (int d = 0; d < 2; d++) { /* fmin and fmax pass NaN, everything, over */
        window[d] = fmax(old->bounds[d], new->bounds[d]) * steps;
        window[d + 2] = fmin(old->bounds[d + 2], new->bounds[d + 2]) * steps;
    }
    enum gs_status status = read_features(ctx, old, window, &f[0], &damaged);
    if (!status)
        status = read_features(ctx, new, window, &f[1], &damaged);
    if (!status && damaged) {
        out->why_not = "what the run kept of it is damaged";
    } else if (!status) {
        out->n[0] = f[0].n;
        out->n[1] = f[1].n;
        out->same = pair_equal(f, compare_all);
        out->altered = pair_equal(f, compare_places);
        /* a step is a metre, or a hundred thousandth of a degree: 1.1 m */
        status = pair_near(ctx, f, within_m, out);
        out->told = true;
    }
    for (int run = 0; run < 2; run++) {
        gs_free(f[run].items);
        gs_free(f[run].done);
    }
    return status;
}

/* -- all layers ---------------------------------------------------------------------------------
 */

struct lister {
    struct gs_ctx *ctx;
    const struct gs_run_side *sides;
    struct gs_comparison *out;
    size_t capacity;
    bool same_crs;
    double steps, within_m;
};

static const char *fact(const struct lister *lister, int run, const char *layer, const char *what)
{
    const char *text = gs_run_layer_fact(&lister->sides[run], layer, what);
    return text && *text ? text : NULL;
}

static struct gs_layer_change *add_layer(struct lister *lister, const char *id, const char *where)
{
    struct gs_layer_change *layer = &lister->out->layers[lister->out->n_layers++];
    *layer = (struct gs_layer_change){.layer = id, .where = where};
    for (int run = 0; run < 2; run++) {
        layer->vintage[run] = fact(lister, run, id, "vintage");
        layer->in[run] = fact(lister, run, id, "source") != NULL;
    }
    const char *old = fact(lister, 0, id, "fingerprint"), *new = fact(lister, 1, id, "fingerprint");
    layer->changed = layer->in[0] && layer->in[1] && !(old && new &&strcmp(old, new) == 0);
    return layer;
}

static bool is_listed(const struct lister *lister, const char *id, const char *where, bool any)
{
    for (size_t i = 0; i < lister->out->n_layers; i++)
        if (strcmp(lister->out->layers[i].layer, id) == 0 &&
            (any || gs_text_same(lister->out->layers[i].where, where)))
            return true;
    return false;
}

static enum gs_status add_reading(struct lister *lister, const struct gs_layer_digest *digest)
{
    if (is_listed(lister, digest->layer, digest->where, false))
        return GS_OK;
    const struct gs_layer_digest *old =
        find_digest(&lister->sides[0], digest->layer, digest->where);
    const struct gs_layer_digest *new =
        find_digest(&lister->sides[1], digest->layer, digest->where);
    struct gs_layer_change *layer = add_layer(lister, digest->layer, digest->where);
    layer->n[0] = old ? old->n : 0;
    layer->n[1] = new ? new->n : 0;
    layer->counted = old && new;
    if (!layer->changed)
        return GS_OK;
    if (!old || !new)
        layer->why_not = "only one run read it so";
    else if (!lister->same_crs)
        layer->why_not = "the runs have different CRSs";
    else if (!old->text || !new->text)
        layer->why_not = "it has too many features";
    else
        return compare_features(lister->ctx, old, new, lister->steps, lister->within_m, layer);
    return GS_OK;
}

/* "layer.ID.source": rasters, and what runs of older versions have no features of. */
static enum gs_status add_others(struct lister *lister, const struct gs_run_side *side)
{
    for (size_t i = 0; i < side->n_facts; i++) {
        const char *found;
        size_t length = gs_layer_in_key(side->facts[i].key, "source", &found);
        if (!length)
            continue;
        char *id = gs_arena_printf(lister->ctx, &lister->out->arena, "%.*s", (int)length, found);
        if (!id)
            return GS_ENOMEM;
        if (!is_listed(lister, id, NULL, true))
            add_layer(lister, id, NULL);
    }
    return GS_OK;
}

enum gs_status gs_compare_layers(struct gs_ctx *ctx, const struct gs_run_side sides[2],
                                 double within_m, struct gs_comparison *out)
{
    double metres = gs_crs_metres_per_unit(sides[1].crs);
    struct lister lister = {.ctx = ctx,
                            .sides = sides,
                            .out = out,
                            .same_crs = gs_crs_same(sides[0].crs, sides[1].crs),
                            .steps = metres > 0 ? metres : 1e5,
                            .within_m = within_m};
    size_t most = sides[0].n_digests + sides[1].n_digests + sides[0].n_facts + sides[1].n_facts;
    out->layers = GS_ARENA_ARRAY(ctx, &out->arena, struct gs_layer_change, most);
    enum gs_status status = out->layers ? GS_OK : GS_ENOMEM;
    for (int run = 1; run >= 0 && !status; run--)
        for (size_t i = 0; i < sides[run].n_digests && !status; i++)
            status = add_reading(&lister, &sides[run].digests[i]);
    for (int run = 1; run >= 0 && !status; run--)
        status = add_others(&lister, &sides[run]);
    return status;
}
