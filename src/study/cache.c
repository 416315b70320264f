// SPDX-License-Identifier: Apache-2.0
#include "study/cache.h"
#include "study/record.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

/* -- entries --------------------------------------------------------------------------------- */

/* A file that changed since it was hashed holds other data than its hash tells. */
static enum gs_status is_as_hashed(struct gs_ctx *ctx, const struct gs_bound *bound, size_t source,
                                   bool *same)
{
    if (source == SIZE_MAX || !*same)
        return GS_OK;
    const struct gs_input_files *input =
        gs_inputs_find(&bound->cache->inputs, bound->sources[source].layer->source);
    return input ? gs_input_same(ctx, input, same) : GS_OK;
}

enum gs_status gs_cache_keep(struct gs_ctx *ctx, const struct gs_bound *bound, size_t source,
                             size_t second, struct gs_text *key, struct gs_text *entry)
{
    bool same = key->length > 0;
    enum gs_status status = entry->failed ? gs_fail_memory(ctx) : GS_OK;
    if (!status)
        status = is_as_hashed(ctx, bound, source, &same);
    if (!status)
        status = is_as_hashed(ctx, bound, second, &same);
    if (!status && same)
        gs_store_put(ctx, bound->cache->store, key->bytes, entry->bytes, entry->length);
    gs_text_release(entry);
    gs_text_release(key);
    return status;
}

static size_t place_of(const struct gs_bound *bound, const struct gs_source *source)
{
    return (size_t)(source - bound->sources);
}

/* -- coverage -------------------------------------------------------------------------------- */

enum gs_status gs_cache_find_coverage(struct gs_ctx *ctx, const struct gs_bound *bound,
                                      const struct gs_source *source, void *coverage, size_t n,
                                      bool *found)
{
    struct gs_text key;
    char *bytes = NULL;
    size_t n_bytes = 0;
    *found = false;
    enum gs_status status = gs_coverage_key(ctx, bound->cache, bound, source, &key);
    if (status || !key.length)
        return status;
    status = gs_store_get(ctx, bound->cache->store, key.bytes, &bytes, &n_bytes);
    *found = !status && bytes && n_bytes == n;
    if (*found)
        memcpy(coverage, bytes, n);
    gs_free(bytes);
    gs_text_release(&key);
    return status;
}

enum gs_status gs_cache_keep_coverage(struct gs_ctx *ctx, const struct gs_bound *bound,
                                      const struct gs_source *source, const void *coverage,
                                      size_t n)
{
    struct gs_text key, out;
    enum gs_status status = gs_coverage_key(ctx, bound->cache, bound, source, &key);
    if (status || !key.length)
        return status;
    gs_text_init(&out);
    gs_record_put(&out, coverage, n);
    return gs_cache_keep(ctx, bound, place_of(bound, source), SIZE_MAX, &key, &out);
}

/* -- readings -------------------------------------------------------------------------------- */

enum gs_status gs_cache_keep_reading(struct gs_ctx *ctx, const struct gs_bound *bound,
                                     const struct gs_source *source,
                                     const struct gs_diags *warnings)
{
    struct gs_text key, out;
    const struct gs_pos *places[GS_LAYER_PLACES];
    const struct gs_read_counts *counts = &source->counts;
    const struct gs_layer_digest *digest = &source->digest;
    enum gs_status status = gs_reading_key(ctx, bound->cache, bound, source, &key);
    if (status || !key.length)
        return status;
    gs_text_init(&out);
    gs_places_of_source(source, places);
    if (!gs_record_put_warnings(&out, warnings, places, GS_LAYER_PLACES))
        gs_text_release(&key);
    gs_record_put(&out, counts, sizeof *counts);
    gs_record_put_text(&out, source->operation);
    gs_record_put(&out, digest->bounds, sizeof digest->bounds);
    gs_record_put_number(&out, digest->n);
    gs_record_put_text(&out, digest->text);
    gs_record_put(&out, source->hashes.shapes, sizeof source->hashes.shapes);
    gs_record_put_number(&out, source->n_fields);
    gs_record_put(&out, source->hashes.fields, source->n_fields * sizeof *source->hashes.fields);
    return gs_cache_keep(ctx, bound, place_of(bound, source), SIZE_MAX, &key, &out);
}

/* False: it is not what it should be. */
static bool read_reading(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_source *source,
                         struct gs_record *reader)
{
    struct gs_reading_hashes hashes = {.fields = NULL};
    struct gs_layer_digest digest = {.layer = source->layer->id, .where = source->where};
    const void *counts = gs_record_get(reader, sizeof source->counts);
    const char *operation = gs_record_text(ctx, &bound->arena, reader);
    const void *bounds = gs_record_get(reader, sizeof digest.bounds);
    digest.n = (size_t)gs_record_number(reader);
    digest.text = gs_record_text(ctx, &bound->arena, reader);
    const void *shapes = gs_record_get(reader, sizeof hashes.shapes);
    size_t n = gs_record_count(reader, sizeof *hashes.fields);
    const void *fields = gs_record_get(reader, n * sizeof *hashes.fields);
    hashes.fields = gs_arena_alloc(ctx, &bound->arena, source->n_fields, sizeof *hashes.fields);
    if (reader->wrong || n != source->n_fields || !hashes.fields || !operation)
        return false;
    memcpy(digest.bounds, bounds, sizeof digest.bounds);
    memcpy(hashes.shapes, shapes, sizeof hashes.shapes);
    memcpy(hashes.fields, fields, n * sizeof *hashes.fields);
    memcpy(&source->counts, counts, sizeof source->counts);
    source->operation = operation;
    source->digest = digest;
    source->hashes = hashes;
    source->was_read = true;
    return true;
}

enum gs_status gs_cache_find_reading(struct gs_ctx *ctx, struct gs_bound *bound,
                                     struct gs_source *source, bool *found)
{
    struct gs_text key;
    char *bytes = NULL;
    size_t n = 0;
    *found = false;
    enum gs_status status = gs_reading_key(ctx, bound->cache, bound, source, &key);
    if (status || !key.length)
        return status;
    status = gs_store_get(ctx, bound->cache->store, key.bytes, &bytes, &n);
    if (!status && bytes) {
        struct gs_record reader = {bytes, n, false};
        const struct gs_pos *places[GS_LAYER_PLACES];
        gs_places_of_source(source, places);
        gs_record_tell_warnings(ctx, &bound->arena, &reader, places, GS_LAYER_PLACES);
        *found = read_reading(ctx, bound, source, &reader);
    }
    gs_free(bytes);
    gs_text_release(&key);
    return ctx->out_of_memory ? GS_ENOMEM : status;
}

/* -- measures -------------------------------------------------------------------------------- */

/* As it was found; warnings are told when it is taken. */
struct gs_found {
    char *bytes;
    struct gs_record warnings;
    double *numbers, *shares;
    const char **texts;
    struct gs_shapes paths;
    struct gs_nodes nodes; /* in their place; in the bound's arena */
};

void gs_cache_drop_measure(struct gs_bound_factor *bf)
{
    struct gs_found *found = bf->found;
    bf->found = NULL;
    if (!found)
        return;
    gs_free(found->bytes);
    gs_free(found->numbers);
    gs_free(found->shares);
    gs_free(found->texts);
    gs_shapes_release(&found->paths);
    gs_free(found);
}

enum gs_status gs_cache_keep_measure(struct gs_ctx *ctx, const struct gs_bound *bound,
                                     const struct gs_bound_factor *bf,
                                     const struct gs_measured *measured, const double *shares,
                                     const struct gs_diags *warnings)
{
    struct gs_text key, out;
    const struct gs_pos *places[GS_FACTOR_PLACES];
    size_t n = bound->sites.features.shapes.n;
    enum gs_status status = gs_measure_key(ctx, bound->cache, bound, bf, &key);
    if (status || !key.length)
        return status;
    gs_text_init(&out);
    gs_places_of_factor(bf->factor, places);
    gs_record_put_number(&out, n);
    gs_record_put(&out, shares, n * sizeof *shares);
    if (measured->number)
        gs_record_put(&out, measured->number, n * sizeof *measured->number);
    for (size_t i = 0; measured->text && i < n; i++)
        gs_record_put_text(&out, measured->text[i]);
    gs_record_put_shapes(&out, &measured->paths);
    if (!gs_record_put_warnings(&out, warnings, places, GS_FACTOR_PLACES))
        gs_text_release(&key);
    return gs_cache_keep(ctx, bound, bf->source, bf->second, &key, &out);
}

/* Texts go into the bound's arena: what is taken is copied on. */
static enum gs_status read_found(struct gs_ctx *ctx, struct gs_bound *bound, bool texts,
                                 struct gs_found *found, struct gs_record *reader)
{
    size_t n = bound->sites.features.shapes.n;
    if (gs_record_number(reader) != n)
        reader->wrong = true;
    found->shares = gs_record_doubles(ctx, reader, n);
    if (texts)
        found->texts = GS_ARRAY_ZERO(ctx, const char *, n);
    else
        found->numbers = gs_record_doubles(ctx, reader, n);
    for (size_t i = 0; i < n && found->texts; i++)
        found->texts[i] = gs_record_text(ctx, &bound->arena, reader);
    enum gs_status status = gs_record_shapes(ctx, reader, &found->paths);
    found->warnings = *reader;
    return status;
}

static void *get_array(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_record *reader,
                       size_t n, size_t size)
{
    const void *from = n > SIZE_MAX / size ? NULL : gs_record_get(reader, n * size);
    void *to = from ? gs_arena_alloc(ctx, arena, n, size) : NULL;
    if (to)
        memcpy(to, from, n * size);
    return to;
}

static void read_nodes(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_found *found,
                       struct gs_record *reader)
{
    struct gs_nodes *nodes = &found->nodes;
    struct gs_arena *arena = &bound->arena;
    size_t n_sites = bound->sites.features.shapes.n;
    nodes->n = gs_record_count(reader, sizeof(uint64_t));
    nodes->ids = GS_ARENA_ARRAY(ctx, arena, const char *, nodes->n);
    for (size_t i = 0; nodes->ids && i < nodes->n; i++)
        reader->wrong |= !(nodes->ids[i] = gs_record_text(ctx, arena, reader));
    nodes->xy = get_array(ctx, arena, reader, nodes->n, sizeof *nodes->xy);
    nodes->capacity_mw = get_array(ctx, arena, reader, nodes->n, sizeof *nodes->capacity_mw);
    nodes->first = get_array(ctx, arena, reader, n_sites + 1, sizeof *nodes->first);
    size_t n_links = nodes->first ? nodes->first[n_sites] : 0;
    nodes->links = get_array(ctx, arena, reader, n_links, sizeof *nodes->links);
    nodes->distance_m = get_array(ctx, arena, reader, n_links, sizeof *nodes->distance_m);
    found->warnings = *reader;
}

enum gs_status gs_cache_find_measure(struct gs_ctx *ctx, struct gs_bound *bound,
                                     struct gs_bound_factor *bf)
{
    struct gs_text key;
    size_t n = 0;
    if (bf->found)
        return GS_OK;
    enum gs_status status = gs_measure_key(ctx, bound->cache, bound, bf, &key);
    if (status || !key.length)
        return status;
    struct gs_found *found = bf->found = GS_NEW(ctx, struct gs_found);
    status =
        found ? gs_store_get(ctx, bound->cache->store, key.bytes, &found->bytes, &n) : GS_ENOMEM;
    gs_text_release(&key);
    struct gs_record reader = {found ? found->bytes : NULL, n, n == 0};
    if (found)
        gs_shapes_init(&found->paths);
    if (!status && found->bytes && (size_t)(bf - bound->factors) == bound->headroom)
        read_nodes(ctx, bound, found, &reader);
    else if (!status && found->bytes)
        status = read_found(ctx, bound, bf->factor->categorical, found, &reader);
    if (!status && ctx->out_of_memory)
        status = GS_ENOMEM;
    if (status || reader.wrong)
        gs_cache_drop_measure(bf);
    return status;
}

static void tell_found(struct gs_ctx *ctx, struct gs_bound_factor *bf)
{
    const struct gs_pos *places[GS_FACTOR_PLACES];
    struct gs_arena arena;
    gs_arena_init(&arena);
    gs_places_of_factor(bf->factor, places);
    gs_record_tell_warnings(ctx, &arena, &bf->found->warnings, places, GS_FACTOR_PLACES);
    gs_arena_release(&arena);
}

enum gs_status gs_cache_take_measure(struct gs_ctx *ctx, struct gs_bound_factor *bf,
                                     struct gs_measured *out, double **shares)
{
    struct gs_found *found = bf->found;
    tell_found(ctx, bf);
    *out = (struct gs_measured){found->numbers, found->texts, found->paths};
    *shares = found->shares;
    found->numbers = found->shares = NULL;
    found->texts = NULL;
    gs_shapes_init(&found->paths);
    gs_cache_drop_measure(bf);
    return ctx->out_of_memory ? GS_ENOMEM : GS_OK;
}

/* -- nodes ----------------------------------------------------------------------------------- */

static void *copy(struct gs_ctx *ctx, struct gs_arena *arena, const void *from, size_t n,
                  size_t size)
{
    void *to = gs_arena_alloc(ctx, arena, n, size);
    if (to && n)
        memcpy(to, from, n * size);
    return to;
}

enum gs_status gs_cache_take_nodes(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   struct gs_bound_factor *bf, struct gs_arena *arena,
                                   struct gs_nodes *out)
{
    const struct gs_nodes *nodes = &bf->found->nodes;
    size_t n_sites = bound->sites.features.shapes.n, n_links = nodes->first[n_sites];
    tell_found(ctx, bf);
    *out = (struct gs_nodes){
        .n = nodes->n,
        .ids = GS_ARENA_ARRAY(ctx, arena, const char *, nodes->n),
        .xy = copy(ctx, arena, nodes->xy, nodes->n, sizeof *nodes->xy),
        .capacity_mw = copy(ctx, arena, nodes->capacity_mw, nodes->n, sizeof *nodes->capacity_mw),
        .first = copy(ctx, arena, nodes->first, n_sites + 1, sizeof *nodes->first),
        .links = copy(ctx, arena, nodes->links, n_links, sizeof *nodes->links),
        .distance_m = copy(ctx, arena, nodes->distance_m, n_links, sizeof *nodes->distance_m),
    };
    for (size_t i = 0; out->ids && i < nodes->n; i++)
        out->ids[i] = gs_arena_text(ctx, arena, nodes->ids[i]);
    gs_cache_drop_measure(bf);
    return ctx->out_of_memory ? GS_ENOMEM : GS_OK;
}

enum gs_status gs_cache_keep_nodes(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   const struct gs_bound_factor *bf, const struct gs_nodes *nodes,
                                   const struct gs_diags *warnings)
{
    struct gs_text key, out;
    const struct gs_pos *places[GS_FACTOR_PLACES];
    size_t n_sites = bound->sites.features.shapes.n, n_links = nodes->first[n_sites];
    enum gs_status status = gs_measure_key(ctx, bound->cache, bound, bf, &key);
    if (status || !key.length)
        return status;
    gs_text_init(&out);
    gs_places_of_factor(bf->factor, places);
    gs_record_put_number(&out, nodes->n);
    for (size_t i = 0; i < nodes->n; i++)
        gs_record_put_text(&out, nodes->ids[i]);
    gs_record_put(&out, nodes->xy, nodes->n * sizeof *nodes->xy);
    gs_record_put(&out, nodes->capacity_mw, nodes->n * sizeof *nodes->capacity_mw);
    gs_record_put(&out, nodes->first, (n_sites + 1) * sizeof *nodes->first);
    gs_record_put(&out, nodes->links, n_links * sizeof *nodes->links);
    gs_record_put(&out, nodes->distance_m, n_links * sizeof *nodes->distance_m);
    if (!gs_record_put_warnings(&out, warnings, places, GS_FACTOR_PLACES))
        gs_text_release(&key);
    return gs_cache_keep(ctx, bound, bf->source, bf->second, &key, &out);
}
