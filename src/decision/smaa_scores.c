// SPDX-License-Identifier: Apache-2.0
#include "decision/smaa_scores.h"

#include "base/mem.h"
#include "base/vector.h"

#include <string.h>

/* Sites scored at a time in the draws that are scored together: what they share stays in the
 * nearest cache. */
enum { SITES = 256 };

void gs_smaa_scorer_free(struct gs_smaa_scorer *w)
{
    if (!w)
        return;
    gs_free(w->score);
    gs_free(w->index);
    gs_free(w->values);
    if (w->parts)
        gs_free(w->parts[0]);
    gs_free(w->parts);
    gs_free(w->drawn);
    gs_free(w->weights);
    gs_ranker_release(&w->ranker);
    gs_free(w->ranks);
    gs_free(w);
}

static bool is_uncertain(const struct gs_smaa *smaa, size_t c)
{
    return smaa->uncertain && smaa->uncertain[c];
}

static enum gs_status fill(struct gs_ctx *ctx, const struct gs_smaa *smaa, size_t n_ranked,
                           struct gs_smaa_scorer *w)
{
    size_t n = smaa->table.n_sites, n_criteria = smaa->table.n_criteria, n_uncertain = 0;
    for (size_t c = 0; c < n_criteria; c++)
        n_uncertain += is_uncertain(smaa, c);
    w->score = GS_ARRAY(ctx, double, GS_SMAA_TOGETHER *n);
    w->index = GS_ARRAY(ctx, double, n);
    w->values = GS_ARRAY(ctx, const double *, n_criteria);
    w->parts = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    w->drawn = GS_ARRAY(ctx, double, n_uncertain *n);
    w->weights = GS_ARRAY(ctx, double, n_criteria);
    w->ranks = GS_ARRAY(ctx, uint32_t, n_ranked * n);
    if (!w->ranks || !w->score || !w->index || !w->values || !w->parts || !w->drawn || !w->weights)
        return GS_ENOMEM;
    enum gs_status status = gs_ranker_init(ctx, n, &w->ranker);
    for (size_t c = 0, at = 0; c < n_criteria; c++)
        w->values[c] = is_uncertain(smaa, c) ? w->drawn + n * at++ : smaa->table.values[c];
    if (smaa->additive || status)
        return status;
    double *parts =
        GS_ARRAY(ctx, double, n_criteria *n); /* the method writes them; none are read */
    for (size_t c = 0; parts && c < n_criteria; c++)
        w->parts[c] = parts + c * n;
    return parts ? GS_OK : GS_ENOMEM;
}

enum gs_status gs_smaa_scorer_new(struct gs_ctx *ctx, const struct gs_smaa *smaa, size_t n_ranked,
                                  struct gs_smaa_scorer **out)
{
    struct gs_smaa_scorer *w = GS_NEW(ctx, struct gs_smaa_scorer);
    if (!w)
        return GS_ENOMEM;
    enum gs_status status = fill(ctx, smaa, n_ranked, w);
    if (status)
        gs_smaa_scorer_free(w);
    else
        *out = w;
    return status;
}

/* Four criteria at a time: the sums are loaded and stored less often. */
GS_VECTORISED
static void add_four(const double *const *values, const double *weights, size_t first, size_t end,
                     double *score)
{
    const double *a = values[0], *b = values[1], *c = values[2], *d = values[3];
    for (size_t i = first; i < end; i++)
        score[i] = score[i] + weights[0] * a[i] + weights[1] * b[i] + weights[2] * c[i] +
                   weights[3] * d[i];
}

GS_VECTORISED
static void add_one(const double *values, double weight, size_t first, size_t end, double *score)
{
    for (size_t i = first; i < end; i++)
        score[i] += weight * values[i];
}

GS_VECTORISED
static void bound_scores(size_t first, size_t end, double *score)
{
    for (size_t i = first; i < end; i++)
        score[i] = score[i] < 0 ? 0 : score[i] > 1 ? 1 : score[i];
}

/* Scores of some sites: the sums over criteria, in their order. */
static void add_up(const double *const *values, size_t n_criteria, const double *weights,
                   size_t first, size_t end, double *score)
{
    memset(score + first, 0, (end - first) * sizeof *score);
    size_t c = 0;
    for (; c + 4 <= n_criteria; c += 4)
        add_four(values + c, weights + c, first, end, score);
    for (; c < n_criteria; c++)
        add_one(values[c], weights[c], first, end, score);
    bound_scores(first, end, score);
}

enum gs_status gs_smaa_score(struct gs_ctx *ctx, const struct gs_smaa *smaa,
                             struct gs_smaa_scorer *w, const double *weights, size_t n_draws)
{
    size_t n = smaa->table.n_sites, n_criteria = smaa->table.n_criteria;
    if (smaa->additive) {
        for (size_t first = 0; first < n; first += SITES)
            for (size_t k = 0; k < n_draws; k++)
                add_up(w->values, n_criteria, weights + k * n_criteria, first,
                       n - first < SITES ? n : first + SITES, w->score + k * n);
        return GS_OK;
    }
    struct gs_decision_table table = smaa->table;
    table.values = w->values;
    enum gs_status status = GS_OK;
    for (size_t k = 0; k < n_draws && !status; k++) {
        table.weights = weights + k * n_criteria;
        struct gs_scores scores = {.score = w->score + k * n,
                                   .method_index = w->index,
                                   .parts = w->parts};
        status = smaa->method->score(ctx, &table, smaa->params, &scores);
    }
    return status;
}

enum gs_status gs_smaa_redraw(struct gs_ctx *ctx, const struct gs_smaa *smaa,
                              struct gs_smaa_scorer *w, uint64_t number)
{
    enum gs_status status = GS_OK;
    for (size_t c = 0, at = 0; c < smaa->table.n_criteria && !status; c++)
        if (is_uncertain(smaa, c))
            status =
                smaa->redraw(ctx, smaa->user, c, number, w->drawn + smaa->table.n_sites * at++);
    return status;
}
