// SPDX-License-Identifier: Apache-2.0
#include "study/cache.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

/* -- bytes ----------------------------------------------------------------------------------- */

/* Numbers as this machine has them: a cache is of one machine's kind, and its bytes are checked. */
static void put(struct gs_text *out, const void *bytes, size_t n)
{
    gs_text_append_bytes(out, bytes, n);
}

static void put_number(struct gs_text *out, uint64_t number)
{
    put(out, &number, sizeof number);
}

/* NULL is told apart from "". */
static void put_text(struct gs_text *out, const char *text)
{
    put_number(out, text ? strlen(text) + 1 : 0);
    if (text)
        put(out, text, strlen(text));
}

/* What is left to read; `wrong` when there was less than was asked for. */
struct reader {
    const char *at;
    size_t left;
    bool wrong;
};

static const void *get(struct reader *reader, uint64_t n)
{
    if (reader->wrong || n > reader->left) {
        reader->wrong = true;
        return NULL;
    }
    const char *at = reader->at;
    reader->at += n;
    reader->left -= (size_t)n;
    return at;
}

static uint64_t get_number(struct reader *reader)
{
    uint64_t number = 0;
    const void *at = get(reader, sizeof number);
    if (at)
        memcpy(&number, at, sizeof number);
    return number;
}

/* A count of things that take so many bytes each, no more than there can be. */
static size_t get_count(struct reader *reader, size_t each)
{
    uint64_t n = get_number(reader);
    if (n > reader->left / each)
        reader->wrong = true;
    return reader->wrong ? 0 : (size_t)n;
}

/* In the arena; NULL: none, or memory is out, or the bytes are wrong. */
static const char *get_text(struct gs_ctx *ctx, struct gs_arena *arena, struct reader *reader)
{
    uint64_t n = get_number(reader);
    const char *bytes = n ? get(reader, n - 1) : NULL;
    char *text = bytes ? gs_arena_alloc(ctx, arena, (size_t)n, 1) : NULL;
    if (text) {
        memcpy(text, bytes, (size_t)n - 1);
        text[n - 1] = 0;
    }
    return text;
}

/* -- warnings -------------------------------------------------------------------------------- */

/* Lines of a study move when it is edited: a warning is kept with what it points at. */
enum { N_LAYER_PLACES = 10, N_FACTOR_PLACES = 5, NO_PLACE = 255 };

static void places_of_source(const struct gs_source *source,
                             const struct gs_pos *places[N_LAYER_PLACES])
{
    const struct gs_layer *l = source->layer;
    const struct gs_pos *all[N_LAYER_PLACES] = {&source->where_pos, &l->pos,      &l->source_pos,
                                                &l->table_pos,      &l->sql_pos,  &l->where_pos,
                                                &l->crs_pos,        &l->band_pos, &l->unit_pos,
                                                &l->nodata_pos};
    memcpy(places, all, sizeof all);
}

static void places_of_factor(const struct gs_factor *f,
                             const struct gs_pos *places[N_FACTOR_PLACES])
{
    const struct gs_pos *all[N_FACTOR_PLACES] = {&f->pos, &f->layer_pos, &f->where_pos,
                                                 &f->measure_pos, &f->second_pos};
    memcpy(places, all, sizeof all);
}

static uint64_t find_place(const struct gs_diag *diag, const struct gs_pos *const *places, size_t n)
{
    if (!diag->file && !diag->line)
        return NO_PLACE;
    for (size_t i = 0; i < n; i++)
        if (diag->line == places[i]->line && diag->column == places[i]->column &&
            gs_text_same(diag->file, places[i]->file))
            return i;
    return NO_PLACE - 1;
}

/* False: one of them points elsewhere, so that all of it is not kept. */
static bool put_warnings(struct gs_text *out, const struct gs_diags *warnings,
                         const struct gs_pos *const *places, size_t n_places)
{
    put_number(out, warnings->n);
    for (size_t i = 0; i < warnings->n; i++) {
        const struct gs_diag *diag = &warnings->items[i];
        uint64_t place = find_place(diag, places, n_places);
        if (place == NO_PLACE - 1 || diag->severity != GS_WARNING || diag->local)
            return false;
        put_number(out, place);
        put_text(out, diag->message);
        put_text(out, diag->hint);
    }
    return true;
}

static void tell_warnings(struct gs_ctx *ctx, struct gs_arena *arena, struct reader *reader,
                          const struct gs_pos *const *places, size_t n_places)
{
    size_t n = get_count(reader, 3 * sizeof(uint64_t));
    for (size_t i = 0; i < n && !reader->wrong; i++) {
        uint64_t place = get_number(reader);
        const char *message = get_text(ctx, arena, reader), *hint = get_text(ctx, arena, reader);
        if (message)
            gs_warn(ctx, place < n_places ? places[place] : NULL, hint, "%s", message);
    }
}

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
    put(&out, coverage, n);
    return gs_cache_keep(ctx, bound, place_of(bound, source), SIZE_MAX, &key, &out);
}

/* -- readings -------------------------------------------------------------------------------- */

enum gs_status gs_cache_keep_reading(struct gs_ctx *ctx, const struct gs_bound *bound,
                                     const struct gs_source *source,
                                     const struct gs_diags *warnings)
{
    struct gs_text key, out;
    const struct gs_pos *places[N_LAYER_PLACES];
    const struct gs_read_counts *counts = &source->counts;
    const struct gs_layer_digest *digest = &source->digest;
    enum gs_status status = gs_reading_key(ctx, bound->cache, bound, source, &key);
    if (status || !key.length)
        return status;
    gs_text_init(&out);
    places_of_source(source, places);
    if (!put_warnings(&out, warnings, places, N_LAYER_PLACES))
        gs_text_release(&key);
    put(&out, counts, sizeof *counts);
    put_text(&out, source->operation);
    put(&out, digest->bounds, sizeof digest->bounds);
    put_number(&out, digest->n);
    put_text(&out, digest->text);
    put(&out, source->hashes.shapes, sizeof source->hashes.shapes);
    put_number(&out, source->n_fields);
    put(&out, source->hashes.fields, source->n_fields * sizeof *source->hashes.fields);
    return gs_cache_keep(ctx, bound, place_of(bound, source), SIZE_MAX, &key, &out);
}

/* False: it is not what it should be. */
static bool read_reading(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_source *source,
                         struct reader *reader)
{
    struct gs_reading_hashes hashes = {.fields = NULL};
    struct gs_layer_digest digest = {.layer = source->layer->id, .where = source->where};
    const void *counts = get(reader, sizeof source->counts);
    const char *operation = get_text(ctx, &bound->arena, reader);
    const void *bounds = get(reader, sizeof digest.bounds);
    digest.n = (size_t)get_number(reader);
    digest.text = get_text(ctx, &bound->arena, reader);
    const void *shapes = get(reader, sizeof hashes.shapes);
    size_t n = get_count(reader, sizeof *hashes.fields);
    const void *fields = get(reader, n * sizeof *hashes.fields);
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
        struct reader reader = {bytes, n, false};
        const struct gs_pos *places[N_LAYER_PLACES];
        places_of_source(source, places);
        tell_warnings(ctx, &bound->arena, &reader, places, N_LAYER_PLACES);
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
    struct reader warnings;
    double *numbers, *shares;
    const char **texts;
    struct gs_shapes paths;
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

static void put_shapes(struct gs_text *out, const struct gs_shapes *shapes)
{
    put_number(out, shapes->n);
    for (size_t i = 0; i < shapes->n; i++) {
        put_number(out, shapes->part_start[i + 1] - shapes->part_start[i]);
        for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
            size_t first = shapes->vertex_start[p], n = shapes->vertex_start[p + 1] - first;
            put_number(out, shapes->part_kind[p]);
            put_number(out, n);
            put(out, shapes->xy + first, n * sizeof *shapes->xy);
        }
    }
}

static enum gs_status get_shapes(struct gs_ctx *ctx, struct reader *reader,
                                 struct gs_shapes *shapes)
{
    enum gs_status status = GS_OK;
    size_t n = get_count(reader, sizeof(uint64_t));
    for (size_t i = 0; i < n && !status && !reader->wrong; i++) {
        size_t n_parts = get_count(reader, 2 * sizeof(uint64_t));
        status = gs_shapes_begin(ctx, shapes);
        for (size_t p = 0; p < n_parts && !status && !reader->wrong; p++) {
            uint64_t kind = get_number(reader);
            size_t n_vertices = get_count(reader, sizeof *shapes->xy);
            const void *from = get(reader, n_vertices * sizeof *shapes->xy);
            double(*to)[2];
            reader->wrong |= kind > GS_PART_RING;
            if (reader->wrong)
                break;
            status = gs_shapes_add_part(ctx, shapes, (enum gs_part_kind)kind, n_vertices, &to);
            if (!status)
                memcpy(to, from, n_vertices * sizeof *to);
        }
    }
    return status;
}

enum gs_status gs_cache_keep_measure(struct gs_ctx *ctx, const struct gs_bound *bound,
                                     const struct gs_bound_factor *bf,
                                     const struct gs_measured *measured, const double *shares,
                                     const struct gs_diags *warnings)
{
    struct gs_text key, out;
    const struct gs_pos *places[N_FACTOR_PLACES];
    size_t n = bound->sites.features.shapes.n;
    enum gs_status status = gs_measure_key(ctx, bound->cache, bound, bf, &key);
    if (status || !key.length)
        return status;
    gs_text_init(&out);
    places_of_factor(bf->factor, places);
    put_number(&out, n);
    put(&out, shares, n * sizeof *shares);
    if (measured->number)
        put(&out, measured->number, n * sizeof *measured->number);
    for (size_t i = 0; measured->text && i < n; i++)
        put_text(&out, measured->text[i]);
    put_shapes(&out, &measured->paths);
    if (!put_warnings(&out, warnings, places, N_FACTOR_PLACES))
        gs_text_release(&key);
    return gs_cache_keep(ctx, bound, bf->source, bf->second, &key, &out);
}

static void *get_doubles(struct gs_ctx *ctx, struct reader *reader, size_t n)
{
    const void *from = get(reader, n * sizeof(double));
    double *to = from ? GS_ARRAY(ctx, double, n) : NULL;
    if (to)
        memcpy(to, from, n * sizeof *to);
    return to;
}

/* Texts go into the bound's arena: what is taken is copied on. */
static enum gs_status read_found(struct gs_ctx *ctx, struct gs_bound *bound, bool texts,
                                 struct gs_found *found, struct reader *reader)
{
    size_t n = bound->sites.features.shapes.n;
    if (get_number(reader) != n)
        reader->wrong = true;
    found->shares = get_doubles(ctx, reader, n);
    if (texts)
        found->texts = GS_ARRAY_ZERO(ctx, const char *, n);
    else
        found->numbers = get_doubles(ctx, reader, n);
    for (size_t i = 0; i < n && found->texts; i++)
        found->texts[i] = get_text(ctx, &bound->arena, reader);
    enum gs_status status = get_shapes(ctx, reader, &found->paths);
    found->warnings = *reader;
    return status;
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
    struct reader reader = {found ? found->bytes : NULL, n, n == 0};
    if (found)
        gs_shapes_init(&found->paths);
    if (!status && found->bytes)
        status = read_found(ctx, bound, bf->factor->categorical, found, &reader);
    if (!status && ctx->out_of_memory)
        status = GS_ENOMEM;
    if (status || reader.wrong)
        gs_cache_drop_measure(bf);
    return status;
}

enum gs_status gs_cache_take_measure(struct gs_ctx *ctx, struct gs_bound_factor *bf,
                                     struct gs_measured *out, double **shares)
{
    struct gs_found *found = bf->found;
    const struct gs_pos *places[N_FACTOR_PLACES];
    struct gs_arena arena;
    gs_arena_init(&arena);
    places_of_factor(bf->factor, places);
    tell_warnings(ctx, &arena, &found->warnings, places, N_FACTOR_PLACES);
    gs_arena_release(&arena);
    *out = (struct gs_measured){found->numbers, found->texts, found->paths};
    *shares = found->shares;
    found->numbers = found->shares = NULL;
    found->texts = NULL;
    gs_shapes_init(&found->paths);
    gs_cache_drop_measure(bf);
    return ctx->out_of_memory ? GS_ENOMEM : GS_OK;
}
