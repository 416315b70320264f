// SPDX-License-Identifier: Apache-2.0
#include "study/digest.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

enum { LETTERS = 22, BITS = 6 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int compare_digested(const void *a, const void *b)
{
    const struct gs_digested *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    if (p->y != q->y)
        return p->y < q->y ? -1 : 1;
    if (p->shape != q->shape)
        return p->shape < q->shape ? -1 : 1;
    return (p->attributes > q->attributes) - (p->attributes < q->attributes);
}

/* Vertices relative to the middle, to a thousandth of the step in which places are told: a shape
 * that only moved keeps its hash. */
static uint32_t hash_shape(const struct gs_shapes *shapes, size_t i, const double middle[2],
                           double steps)
{
    uint64_t hash = 0;
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
        hash = XXH3_64bits_withSeed(&shapes->part_kind[p], 1, hash);
        for (size_t v = shapes->vertex_start[p]; v < shapes->vertex_start[p + 1]; v++) {
            int64_t at[2] = {llround((shapes->xy[v][0] - middle[0]) * steps * 1000),
                             llround((shapes->xy[v][1] - middle[1]) * steps * 1000)};
            hash = XXH3_64bits_withSeed(at, sizeof at, hash);
        }
    }
    return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t hash_attributes(const struct gs_features *features, size_t i)
{
    uint64_t hash = 0;
    for (size_t c = 0; c < features->n_columns; c++) {
        const struct gs_column *column = &features->columns[c];
        double number = column->number ? column->number[i] + 0.0 : 0;
        const char *text = column->text && column->text[i] ? column->text[i] : "";
        if (isnan(number))
            number = INFINITY; /* one of many bit patterns */
        hash = column->number ? XXH3_64bits_withSeed(&number, sizeof number, hash + 1)
                              : XXH3_64bits_withSeed(text, strlen(text) + 1, hash + 2);
    }
    return (uint32_t)(hash ^ hash >> 32);
}

/* False: its place does not fit. */
static bool digest_one(const struct gs_features *features, size_t i, double steps,
                       struct gs_digested *out)
{
    double bounds[4], middle[2];
    if (!gs_shapes_bounds(&features->shapes, i, bounds))
        return false;
    for (int d = 0; d < 2; d++) {
        middle[d] = (bounds[d] + bounds[d + 2]) / 2;
        if (!(fabs(middle[d] * steps) < INT32_MAX))
            return false;
    }
    *out = (struct gs_digested){(int32_t)llround(middle[0] * steps),
                                (int32_t)llround(middle[1] * steps),
                                hash_shape(&features->shapes, i, middle, steps),
                                hash_attributes(features, i)};
    return true;
}

static void write_letters(const struct gs_digested *d, char *to)
{
    const uint32_t words[4] = {(uint32_t)d->x, (uint32_t)d->y, d->shape, d->attributes};
    for (int letter = 0; letter < LETTERS; letter++) {
        unsigned value = 0;
        for (int bit = letter * BITS; bit < (letter + 1) * BITS && bit < 128; bit++)
            value |= (words[bit / 32] >> bit % 32 & 1u) << bit % BITS;
        to[letter] = alphabet[value];
    }
}

enum gs_status gs_digest_features(struct gs_ctx *ctx, struct gs_arena *arena,
                                  const struct gs_features *features, double metres_per_unit,
                                  struct gs_layer_digest *digest)
{
    size_t n = features->shapes.n, kept = 0;
    double steps = metres_per_unit > 0 ? metres_per_unit : 1e5; /* per unit */
    digest->n = n;
    digest->text = NULL;
    if (n > GS_DIGEST_MAX)
        return GS_OK;
    struct gs_digested *all = GS_ARRAY(ctx, struct gs_digested, n);
    char *text = gs_arena_alloc(ctx, arena, n * LETTERS + 1, 1);
    enum gs_status status = all && text ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < n && !status; i++)
        kept += digest_one(features, i, steps, &all[kept]);
    if (!status) {
        qsort(all, kept, sizeof *all, compare_digested);
        for (size_t i = 0; i < kept; i++)
            write_letters(&all[i], text + i * LETTERS);
        digest->text = text;
    }
    gs_free(all);
    return status;
}

bool gs_digest_read(struct gs_ctx *ctx, const char *text, struct gs_digested **out, size_t *n)
{
    size_t length = strlen(text), count = length / LETTERS;
    if (length % LETTERS)
        return false;
    struct gs_digested *all = GS_ARRAY(ctx, struct gs_digested, count);
    for (size_t i = 0; all && i < count; i++) {
        uint32_t words[4] = {0};
        for (int bit = 0; bit < 128; bit++) {
            const char *at = memchr(alphabet, text[i * LETTERS + (size_t)(bit / BITS)], 64);
            if (!at) {
                gs_free(all);
                return false;
            }
            words[bit / 32] |= ((uint32_t)(at - alphabet) >> bit % BITS & 1u) << bit % 32;
        }
        all[i] = (struct gs_digested){(int32_t)words[0], (int32_t)words[1], words[2], words[3]};
    }
    if (!all)
        return false;
    *out = all;
    *n = count;
    return true;
}
