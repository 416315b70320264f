// SPDX-License-Identifier: Apache-2.0
/* Rows of the surface in the cache, in strips. */
#include "study/cache.h"

#include "base/mem.h"
#include "flow/kept_rows.h"
#include "study/run.h"

#include <math.h>
#include <string.h>

#include <xxhash.h>

/* One factor's. */
struct strips {
    const struct gs_bound *bound;
    const struct gs_bound_factor *bf;
    struct gs_grid grid;
    struct gs_text key; /* of all strips */
    double reach;       /* of features, units of the axes */
    /* Of the features, in their order; none for a raster. */
    size_t n;
    double (*boxes)[4]; /* NaN: an empty one */
    XXH128_hash_t *hashes;
};

static void free_strips(void *user)
{
    struct strips *s = user;
    gs_text_release(&s->key);
    gs_free(s->boxes);
    gs_free(s->hashes);
    gs_free(s);
}

/* -- features -------------------------------------------------------------------------------- */

static void add_shape(XXH3_state_t *state, const struct gs_shapes *shapes, size_t i)
{
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
        size_t first = shapes->vertex_start[p], n = shapes->vertex_start[p + 1] - first;
        uint64_t head[2] = {shapes->part_kind[p], n};
        XXH3_128bits_update(state, head, sizeof head);
        XXH3_128bits_update(state, shapes->xy + first, n * sizeof *shapes->xy);
    }
}

static void add_value(XXH3_state_t *state, const struct gs_column *column, size_t i)
{
    if (column->text && column->text[i])
        XXH3_128bits_update(state, column->text[i], strlen(column->text[i]) + 1);
    if (column->number && !isnan(column->number[i]))
        XXH3_128bits_update(state, &column->number[i], sizeof *column->number);
}

static enum gs_status hash_features(struct gs_ctx *ctx, struct strips *s)
{
    const struct gs_features *features = s->bound->sources[s->bf->source].features;
    const struct gs_column *column = gs_factor_column(features, s->bf->factor);
    s->boxes = gs_alloc(ctx, features->shapes.n, sizeof *s->boxes);
    s->hashes = GS_ARRAY(ctx, XXH128_hash_t, features->shapes.n);
    XXH3_state_t *state = s->boxes && s->hashes ? XXH3_createState() : NULL;
    if (!state)
        return s->boxes && s->hashes ? gs_fail_memory(ctx) : GS_ENOMEM;
    for (size_t i = 0; i < features->shapes.n; i++) {
        if (!gs_shapes_bounds(&features->shapes, i, s->boxes[i]))
            s->boxes[i][0] = NAN;
        XXH3_128bits_reset(state);
        add_shape(state, &features->shapes, i);
        if (column)
            add_value(state, column, i);
        s->hashes[i] = XXH3_128bits_digest(state);
    }
    s->n = features->shapes.n;
    XXH3_freeState(state);
    return GS_OK;
}

/* -- keys ------------------------------------------------------------------------------------ */

/* Where features lie that can reach the strip, and a cell more for rounding. */
static void reached_from(const struct strips *s, size_t first, size_t end, double out[4])
{
    struct gs_grid strip = s->grid;
    double reach = s->reach * (1 + 1e-6) + s->grid.cell;
    strip.y0 -= (double)first * strip.cell;
    strip.n_rows = end - first;
    gs_grid_bounds(&strip, out);
    for (int d = 0; d < 2; d++) {
        out[d] -= reach;
        out[d + 2] += reach;
    }
}

static enum gs_status key_of(struct gs_ctx *ctx, const struct strips *s, size_t first, size_t end,
                             struct gs_text *out)
{
    double around[4];
    size_t n = 0;
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return gs_fail_memory(ctx);
    XXH3_128bits_reset(state);
    reached_from(s, first, end, around);
    for (size_t i = 0; i < s->n; i++) {
        const double *box = s->boxes[i];
        if (box[0] <= around[2] && box[2] >= around[0] && box[1] <= around[3] &&
            box[3] >= around[1]) {
            XXH3_128bits_update(state, &s->hashes[i], sizeof s->hashes[i]);
            n++;
        }
    }
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    gs_text_init(out);
    gs_text_append(out, s->key.bytes);
    gs_text_printf(out, "strip: %zu to %zu\nfeatures: %zu, %016llx%016llx\n", first, end, n,
                   (unsigned long long)hash.high64, (unsigned long long)hash.low64);
    return out->failed ? gs_fail_memory(ctx) : GS_OK;
}

/* -- strips ---------------------------------------------------------------------------------- */

static enum gs_status find(struct gs_ctx *ctx, void *user, size_t first, size_t end, char **bytes,
                           size_t *n)
{
    const struct strips *s = user;
    struct gs_text key;
    enum gs_status status = key_of(ctx, s, first, end, &key);
    if (!status)
        status = gs_store_get(ctx, s->bound->cache->store, key.bytes, bytes, n);
    gs_text_release(&key);
    return status;
}

static enum gs_status has(struct gs_ctx *ctx, void *user, size_t first, size_t end, bool *found)
{
    const struct strips *s = user;
    struct gs_text key;
    enum gs_status status = key_of(ctx, s, first, end, &key);
    if (!status)
        status = gs_store_has(ctx, s->bound->cache->store, key.bytes, found);
    gs_text_release(&key);
    return status;
}

static enum gs_status keep(struct gs_ctx *ctx, void *user, size_t first, size_t end,
                           struct gs_text *packed)
{
    const struct strips *s = user;
    struct gs_text key;
    enum gs_status status = key_of(ctx, s, first, end, &key);
    return status ? status
                  : gs_cache_keep(ctx, s->bound, s->bf->source, s->bf->second, &key, packed);
}

enum gs_status gs_cache_rows(struct gs_ctx *ctx, const struct gs_bound *bound,
                             const struct gs_bound_factor *bf, struct gs_rows **rows)
{
    if (!bound->cache || !bound->cache->store || !(*rows)->kind->slow)
        return GS_OK;
    struct gs_rows *input = *rows;
    *rows = NULL;
    struct strips *s = GS_NEW(ctx, struct strips);
    if (!s) {
        gs_rows_free(input);
        return GS_ENOMEM;
    }
    *s = (struct strips){.bound = bound, .bf = bf, .grid = input->grid};
    s->reach = input->kind->local ? input->kind->local(input).reach : INFINITY;
    enum gs_status status = gs_rows_key(ctx, bound->cache, bound, bf, input, &s->key);
    bool known = !status && s->key.length > 0;
    if (known && !bound->sources[bf->source].is_raster)
        status = hash_features(ctx, s);
    if (known && !status) {
        struct gs_keeping keeping = {find, keep, has, free_strips, s};
        return gs_kept_rows_new(ctx, input, &keeping, rows);
    }
    free_strips(s);
    if (status)
        gs_rows_free(input);
    else
        *rows = input;
    return status;
}
