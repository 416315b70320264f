// SPDX-License-Identifier: Apache-2.0
/* Why something is measured again: the keys of a study's last run beside those of now. */
#include "study/cache.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* The keys are kept in one entry: name, UNIT, key, RECORD, and so on. */
enum { UNIT = 0x1F, RECORD = 0x1E };

static enum gs_status last_key(struct gs_ctx *ctx, const struct gs_bound *bound,
                               struct gs_text *out)
{
    const char *path = bound->study->path;
    char *real = path ? realpath(path, NULL) : NULL;
    gs_text_init(out);
    gs_text_append(out, "gigasite last keys 1\nstudy: ");
    gs_text_append_json(out, real ? real : path);
    free(real); /* of the C library */
    return out->failed ? gs_fail_memory(ctx) : GS_OK;
}

static void append_record(struct gs_text *out, const char *kind, const char *id,
                          const struct gs_text *key)
{
    gs_text_printf(out, "%s %s", kind, id);
    gs_text_append_bytes(out, "\x1F", 1);
    gs_text_append(out, key->bytes ? key->bytes : "");
    gs_text_append_bytes(out, "\x1E", 1);
}

static enum gs_status append_factor(struct gs_ctx *ctx, const struct gs_bound *bound,
                                    const struct gs_bound_factor *bf, struct gs_text *out)
{
    const struct gs_source *source = &bound->sources[bf->source];
    struct gs_text reading = {0}, key = {0};
    enum gs_status status = GS_OK;
    if (!source->is_raster)
        status = gs_reading_key(ctx, bound->cache, bound, source, &reading);
    if (!status)
        status = gs_measure_key(ctx, bound->cache, bound, bf, &key);
    if (!status) {
        append_record(out, "reading", bf->factor->id, &reading);
        append_record(out, "measure", bf->factor->id, &key);
    }
    gs_text_release(&reading);
    gs_text_release(&key);
    return status;
}

enum gs_status gs_cache_keep_keys(struct gs_ctx *ctx, const struct gs_bound *bound)
{
    struct gs_text key, keys;
    char *before = NULL;
    size_t n = 0;
    enum gs_status status = last_key(ctx, bound, &key);
    gs_text_init(&keys);
    gs_text_append(&keys, "");
    for (size_t i = 0; i < bound->n_all && !status; i++)
        if (bound->factors[i].source != SIZE_MAX && i != bound->headroom)
            status = append_factor(ctx, bound, &bound->factors[i], &keys);
    if (!status && keys.failed)
        status = gs_fail_memory(ctx);
    if (!status)
        status = gs_store_get(ctx, bound->cache->store, key.bytes, &before, &n);
    if (!status && (!before || n != keys.length || memcmp(before, keys.bytes, n) != 0))
        gs_store_put(ctx, bound->cache->store, key.bytes, keys.bytes, keys.length);
    gs_free(before);
    gs_text_release(&keys);
    gs_text_release(&key);
    return status;
}

enum gs_status gs_cache_last_keys(struct gs_ctx *ctx, const struct gs_bound *bound, char **out)
{
    struct gs_text key;
    size_t n;
    *out = NULL;
    enum gs_status status = last_key(ctx, bound, &key);
    if (!status)
        status = gs_store_get(ctx, bound->cache->store, key.bytes, out, &n);
    gs_text_release(&key);
    return status;
}

/* -- what differs ----------------------------------------------------------------------------- */

/* The key under that name, up to RECORD; NULL: none. */
static const char *find_record(const char *keys, const char *kind, const char *id)
{
    size_t length = strlen(kind), id_length = strlen(id);
    for (const char *at = keys; at && *at;) {
        if (strncmp(at, kind, length) == 0 && at[length] == ' ' &&
            strncmp(at + length + 1, id, id_length) == 0 && at[length + 1 + id_length] == UNIT)
            return at + length + 1 + id_length + 1;
        at = strchr(at, RECORD);
        at = at ? at + 1 : NULL;
    }
    return NULL;
}

struct line {
    const char *name, *value; /* both up to their ends */
    size_t name_length, length;
};

/* False: there is no line left. */
static bool next_line(const char **at, struct line *out)
{
    if (!**at || **at == RECORD)
        return false;
    size_t length = strcspn(*at, "\n\x1E");
    const char *colon = memchr(*at, ':', length);
    size_t name = colon ? (size_t)(colon - *at) : length;
    size_t skip = colon && name + 1 < length && colon[1] == ' ' ? 2 : colon ? 1 : 0;
    *out = (struct line){*at, *at + name + skip, name, length - name - skip};
    *at += length + ((*at)[length] == '\n');
    return true;
}

static bool same_text(const char *a, size_t n_a, const char *b, size_t n_b)
{
    return n_a == n_b && memcmp(a, b, n_a) == 0;
}

/* Hashes and definitions say nothing to people. */
static void tell(const struct line *was, const struct line *is, struct gs_text *out)
{
    enum { SHORT = 40 };
    static const char *const opaque[] = {"content",    "second content", "features", "attribute",
                                         "candidates", "bounds",         "crs"};
    static const char *const words[] = {"content",    "content of the second layer",
                                        "content",    "content",
                                        "candidates", "reach",
                                        "crs"};
    const struct line *line = is->name ? is : was;
    for (size_t i = 0; i < sizeof opaque / sizeof *opaque; i++)
        if (same_text(line->name, line->name_length, opaque[i], strlen(opaque[i]))) {
            gs_text_printf(out, "%s changed", words[i]);
            return;
        }
    gs_text_append_bytes(out, line->name, line->name_length);
    if (!is->name || !was->name)
        gs_text_append(out, is->name ? " added" : " removed");
    else if (was->length > SHORT || is->length > SHORT)
        gs_text_append(out, " changed");
    else
        gs_text_printf(out, " %.*s → %.*s", (int)was->length, was->value, (int)is->length,
                       is->value);
}

/* The first line that differs; `whole`: what only `was` has, after all else, does as well. */
static bool differ(const char *was, const char *is, bool whole, struct gs_text *out)
{
    struct line a, b;
    for (;;) {
        bool more_a = next_line(&was, &a), more_b = next_line(&is, &b);
        static const struct line none;
        if (!more_b && !(more_a && whole))
            return false;
        if (!more_a || !more_b) {
            tell(more_a ? &a : &none, more_b ? &b : &none, out);
            return true;
        }
        if (!same_text(a.name, a.name_length, b.name, b.name_length)) {
            tell(&none, &b, out);
            return true;
        }
        if (!same_text(a.value, a.length, b.value, b.length)) {
            tell(&a, &b, out);
            return true;
        }
    }
}

/* What the study says comes first, then what the reading of a vector source tells, as its features
 * follow from that. */
enum gs_status gs_cache_why(struct gs_ctx *ctx, const struct gs_bound *bound, const char *keys,
                            size_t factor, struct gs_text *out)
{
    const struct gs_bound_factor *bf = &bound->factors[factor];
    const struct gs_source *source = &bound->sources[bf->source];
    struct gs_text reading = {0}, key = {0}, lines = {0};
    enum gs_status status = GS_OK;
    const char *was = keys ? find_record(keys, "measure", bf->factor->id) : NULL;
    if (!was) {
        gs_text_append(out, "not measured before");
        return GS_OK;
    }
    const char *was_read = find_record(keys, "reading", bf->factor->id);
    if (!source->is_raster)
        status = gs_reading_key(ctx, bound->cache, bound, source, &reading);
    if (!status)
        status = gs_measure_key(ctx, bound->cache, bound, bf, &key);
    gs_measure_lines(bound, bf, &lines);
    if (!status && lines.failed)
        status = gs_fail_memory(ctx);
    const char *was_measured = strstr(was, "\nmeasure: ");
    bool told = !status && was_measured && differ(was_measured + 1, lines.bytes, false, out);
    if (!status && !told && reading.length && was_read)
        told = differ(was_read, reading.bytes, true, out);
    if (!status && !told && key.length)
        told = differ(was, key.bytes, true, out);
    if (!status && !told)
        gs_text_append(out, reading.length || key.length ? "no longer kept"
                                                         : "its content cannot be told");
    gs_text_release(&lines);
    gs_text_release(&reading);
    gs_text_release(&key);
    return status;
}
