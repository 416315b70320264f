// SPDX-License-Identifier: Apache-2.0
#include "kernel/steps.h"

#include "base/mem.h"

enum gs_status gs_steps_init(struct gs_ctx *ctx, struct gs_steps *steps, size_t n_cols)
{
    struct gs_steps s = {.n_cols = n_cols};
    s.steps = GS_ARRAY_ZERO(ctx, struct gs_step, n_cols + 1);
    s.changed = s.steps ? GS_ARRAY_ZERO(ctx, uint64_t, n_cols / 64 + 1) : NULL;
    if (!s.changed) {
        gs_free(s.steps);
        return GS_ENOMEM;
    }
    *steps = s;
    return GS_OK;
}

void gs_steps_release(struct gs_steps *steps)
{
    gs_free(steps->steps);
    gs_free(steps->changed);
    *steps = (struct gs_steps){0};
}

uint64_t gs_steps_bytes(size_t n_cols)
{
    return (n_cols + 1) * sizeof(struct gs_step) + n_cols / 8;
}

/* The first column from `from` on that has a change; n_cols: none before the end of the row. */
static size_t next_change(const struct gs_steps *s, size_t from)
{
    if (from >= s->n_cols)
        return s->n_cols;
    size_t word = from / 64, last = s->n_cols / 64;
    uint64_t bits = s->changed[word] >> (from % 64) << (from % 64);
    while (!bits && word < last)
        bits = s->changed[++word];
    size_t col = bits ? word * 64 + (size_t)__builtin_ctzll(bits) : s->n_cols;
    return col < s->n_cols ? col : s->n_cols;
}

static void take(struct gs_steps *s, size_t col)
{
    if (!(s->changed[col / 64] >> (col % 64) & 1))
        return;
    s->now.sum += s->steps[col].sum;
    s->now.features += s->steps[col].features;
    s->now.values += s->steps[col].values;
    s->steps[col] = (struct gs_step){0};
    s->changed[col / 64] &= ~((uint64_t)1 << (col % 64));
}

bool gs_steps_next(struct gs_steps *s, size_t *first, size_t *end, struct gs_step *sums)
{
    if (s->at == s->n_cols) {
        take(s, s->n_cols);
        s->at = 0;
        s->now = (struct gs_step){0};
        return false;
    }
    take(s, s->at);
    *first = s->at;
    *end = s->at = next_change(s, s->at + 1);
    *sums = s->now;
    return true;
}
