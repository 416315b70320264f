// SPDX-License-Identifier: Apache-2.0
#include "decision/portfolio_model.h"

#include "base/mem.h"

/* A bit for each pair of sites that is too near and not yet in any clique, and one for all of them.
 */
struct pairs {
    uint64_t *near, *open;
    size_t n, words;
};

static bool has(const uint64_t *bits, const struct pairs *pairs, size_t a, size_t b)
{
    return bits[a * pairs->words + b / 64] >> b % 64 & 1;
}

static void set(uint64_t *bits, const struct pairs *pairs, size_t a, size_t b, bool on)
{
    uint64_t bit = (uint64_t)1 << b % 64;
    uint64_t *word = &bits[a * pairs->words + b / 64];
    *word = on ? *word | bit : *word & ~bit;
}

static enum gs_status find_pairs(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                                 struct pairs *pairs)
{
    pairs->n = portfolio->n;
    pairs->words = (portfolio->n + 63) / 64;
    pairs->near = GS_ARRAY_ZERO(ctx, uint64_t, pairs->n * pairs->words);
    pairs->open = GS_ARRAY_ZERO(ctx, uint64_t, pairs->n * pairs->words);
    if (!pairs->near || !pairs->open)
        return GS_ENOMEM;
    for (size_t a = 0; a < pairs->n; a++) {
        enum gs_status status = a % 64 ? GS_OK : gs_check_cancel(ctx);
        if (status)
            return status;
        for (size_t b = a + 1; b < pairs->n; b++)
            if (portfolio->too_near(portfolio->user, a, b)) {
                set(pairs->near, pairs, a, b, true);
                set(pairs->near, pairs, b, a, true);
                set(pairs->open, pairs, a, b, true);
            }
    }
    return GS_OK;
}

static enum gs_status add_site(struct gs_ctx *ctx, struct gs_cliques *cliques, size_t site)
{
    enum gs_status status = gs_grow(ctx, &cliques->sites, &cliques->sites_capacity,
                                    cliques->n_sites + 1, sizeof *cliques->sites);
    if (!status)
        cliques->sites[cliques->n_sites++] = site;
    return status;
}

/* Grows the pair a, b by every site that is too near to all so far, earlier ones first. */
static enum gs_status grow(struct gs_ctx *ctx, const struct pairs *pairs, size_t a, size_t b,
                           uint64_t *common, struct gs_cliques *out)
{
    size_t from = out->n_sites;
    enum gs_status status =
        gs_grow(ctx, &out->first, &out->capacity, out->n + 2, sizeof *out->first);
    if (!status)
        status = add_site(ctx, out, a);
    if (!status)
        status = add_site(ctx, out, b);
    for (size_t w = 0; w < pairs->words; w++)
        common[w] = pairs->near[a * pairs->words + w] & pairs->near[b * pairs->words + w];
    for (size_t w = 0; w < pairs->words && !status; w++)
        while (common[w] && !status) {
            size_t c = w * 64 + (size_t)__builtin_ctzll(common[w]);
            status = add_site(ctx, out, c);
            common[w] &= ~((uint64_t)1 << c % 64);
            for (size_t k = 0; k < pairs->words; k++)
                common[k] &= pairs->near[c * pairs->words + k];
        }
    if (status)
        return status;
    for (size_t i = from; i < out->n_sites; i++)
        for (size_t k = from; k < out->n_sites; k++)
            if (out->sites[i] < out->sites[k])
                set(pairs->open, pairs, out->sites[i], out->sites[k], false);
    out->first[out->n++] = from;
    out->first[out->n] = out->n_sites;
    return GS_OK;
}

enum gs_status gs_cliques_find(struct gs_ctx *ctx, const struct gs_portfolio *portfolio,
                               struct gs_cliques *out)
{
    *out = (struct gs_cliques){0};
    if (!portfolio->too_near)
        return GS_OK;
    struct pairs pairs = {0};
    enum gs_status status = find_pairs(ctx, portfolio, &pairs);
    uint64_t *common = GS_ARRAY(ctx, uint64_t, pairs.words + 1);
    if (!common)
        status = GS_ENOMEM;
    for (size_t a = 0; a < pairs.n && !status; a++)
        for (size_t b = a + 1; b < pairs.n && !status; b++)
            if (has(pairs.open, &pairs, a, b))
                status = grow(ctx, &pairs, a, b, common, out);
    gs_free(common);
    gs_free(pairs.near);
    gs_free(pairs.open);
    if (status)
        gs_cliques_release(out);
    return status;
}

void gs_cliques_release(struct gs_cliques *cliques)
{
    gs_free(cliques->first);
    gs_free(cliques->sites);
    *cliques = (struct gs_cliques){0};
}
