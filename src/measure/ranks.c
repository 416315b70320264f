// SPDX-License-Identifier: Apache-2.0
#include "measure/ranks.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum gs_status list_texts(struct gs_ctx *ctx, const char *const *field, size_t n,
                                 struct gs_ranks *ranks)
{
    size_t kept = 0;
    const char **texts = GS_ARRAY(ctx, const char *, n);
    if (!texts)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (field[i])
            texts[kept++] = field[i];
    if (kept > 1)
        qsort(texts, kept, sizeof *texts, compare_texts);
    for (size_t i = 0; i < kept; i++)
        if (i == 0 || strcmp(texts[i], texts[ranks->n_texts - 1]) != 0)
            texts[ranks->n_texts++] = texts[i];
    ranks->texts = texts;
    return GS_OK;
}

double gs_rank_of(const char *const *texts, size_t n, const char *text)
{
    const char *const *at = text && n ? bsearch(&text, texts, n, sizeof text, compare_texts) : NULL;
    return at ? (double)(at - texts) : NAN;
}

enum gs_status gs_ranks_init(struct gs_ctx *ctx, const struct gs_column *field, size_t n,
                             struct gs_ranks *out)
{
    struct gs_ranks ranks = {.values = GS_ARRAY(ctx, double, n)};
    if (!ranks.values)
        return GS_ENOMEM;
    if (field->text) {
        enum gs_status status = list_texts(ctx, field->text, n, &ranks);
        if (status) {
            gs_free(ranks.values);
            return status;
        }
    }
    for (size_t i = 0; i < n; i++)
        ranks.values[i] =
            field->text ? gs_rank_of(ranks.texts, ranks.n_texts, field->text[i]) : field->number[i];
    *out = ranks;
    return GS_OK;
}

void gs_ranks_release(struct gs_ranks *ranks)
{
    gs_free(ranks->values);
    gs_free(ranks->texts);
    *ranks = (struct gs_ranks){0};
}
