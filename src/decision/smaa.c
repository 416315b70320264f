// SPDX-License-Identifier: Apache-2.0
#include "decision/smaa.h"

#include "base/mem.h"
#include "base/thread.h"
#include "base/vector.h"
#include "decision/smaa_ranks.h"

#include <math.h>
#include <string.h>

/* Draws ranked before they are counted site by site; and by one thread at a time, whose ranks are
 * then written a cache line a site. */
enum { BATCH = 512, CHUNK = 16 };
/* With uncertain data: how many draws tell a confidence factor, and of how many sites. */
enum { CONFIDENCE_DRAWS = 1000, CONFIDENCE_SITES = 50 };

struct run {
    const struct gs_smaa *smaa;
    struct gs_smaa_result *out;
    size_t first, count; /* draws of this batch */
    double *weights;     /* [draw of the batch][criterion] */
    uint32_t *ranks;     /* [site][draw of the batch] */
    uint64_t *rank_sums;
    uint32_t *n_first;
    double *twice_before; /* [i * n_paired + k]: whole numbers */
    /* Confidence: the sites asked, by falling share of first places. */
    size_t *asked, n_asked;
    uint32_t *n_confident; /* [draw][asked] */
};

/* What a thread works in. */
struct worker {
    double *score, *index, **values, **parts;
    double *drawn; /* values of the uncertain criteria */
    double *weights;
    struct gs_sort_item *items, *spare;
    uint32_t *ranks; /* [draw of the chunk][site] */
};

/* -- workers ----------------------------------------------------------------------------------- */

static void free_worker(struct worker *w)
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
    gs_free(w->items);
    gs_free(w->spare);
    gs_free(w->ranks);
    gs_free(w);
}

static enum gs_status fill_worker(struct gs_ctx *ctx, const struct gs_smaa *smaa, struct worker *w)
{
    size_t n = smaa->table.n_sites, n_criteria = smaa->table.n_criteria, n_uncertain = 0;
    for (size_t c = 0; smaa->uncertain && c < n_criteria; c++)
        n_uncertain += smaa->uncertain[c];
    w->score = GS_ARRAY(ctx, double, n);
    w->index = GS_ARRAY(ctx, double, n);
    w->values = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    w->parts = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    w->drawn = GS_ARRAY(ctx, double, n_uncertain *n);
    w->weights = GS_ARRAY(ctx, double, n_criteria);
    w->items = GS_ARRAY(ctx, struct gs_sort_item, n);
    w->spare = GS_ARRAY(ctx, struct gs_sort_item, n);
    w->ranks = GS_ARRAY(ctx, uint32_t, CHUNK * n);
    if (!w->score || !w->index || !w->values || !w->parts || !w->drawn || !w->weights ||
        !w->items || !w->spare || !w->ranks)
        return GS_ENOMEM;
    for (size_t c = 0, at = 0; c < n_criteria; c++) {
        bool uncertain = smaa->uncertain && smaa->uncertain[c];
        w->values[c] = uncertain ? w->drawn + n * at++ : NULL;
    }
    if (smaa->additive)
        return GS_OK;
    double *parts =
        GS_ARRAY(ctx, double, n_criteria *n); /* the method writes them; none are read */
    for (size_t c = 0; parts && c < n_criteria; c++)
        w->parts[c] = parts + c * n;
    return parts ? GS_OK : GS_ENOMEM;
}

static enum gs_status start_worker(struct gs_ctx *ctx, void *user, void **out)
{
    const struct run *run = user;
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    enum gs_status status = fill_worker(ctx, run->smaa, w);
    if (status)
        free_worker(w);
    else
        *out = w;
    return status;
}

static void stop_worker(void *user, void *worker)
{
    (void)user;
    free_worker(worker);
}

/* -- scores of a draw -------------------------------------------------------------------------- */

GS_VECTORISED
static void add_weighted(const double *values, double weight, size_t n, double *sum)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += weight * values[i];
}

GS_VECTORISED
static void bound_scores(size_t n, double *score)
{
    for (size_t i = 0; i < n; i++)
        score[i] = score[i] < 0 ? 0 : score[i] > 1 ? 1 : score[i];
}

static const double *values_of(const struct gs_smaa *smaa, const struct worker *w, size_t c)
{
    return w->values[c] ? w->values[c] : smaa->table.values[c];
}

static enum gs_status score_draw(struct gs_ctx *ctx, const struct gs_smaa *smaa, struct worker *w,
                                 const double *weights)
{
    size_t n = smaa->table.n_sites, n_criteria = smaa->table.n_criteria;
    if (smaa->additive) {
        memset(w->score, 0, n * sizeof *w->score);
        for (size_t c = 0; c < n_criteria; c++)
            if (weights[c] > 0)
                add_weighted(values_of(smaa, w, c), weights[c], n, w->score);
        bound_scores(n, w->score);
        return GS_OK;
    }
    const double **rows = GS_ARRAY(ctx, const double *, n_criteria);
    if (!rows)
        return GS_ENOMEM;
    for (size_t c = 0; c < n_criteria; c++)
        rows[c] = values_of(smaa, w, c);
    struct gs_decision_table table = smaa->table;
    table.values = rows;
    table.weights = weights;
    struct gs_scores scores = {.score = w->score, .method_index = w->index, .parts = w->parts};
    enum gs_status status = smaa->method->score(ctx, &table, smaa->params, &scores);
    gs_free(rows);
    return status;
}

static enum gs_status redraw(struct gs_ctx *ctx, const struct gs_smaa *smaa, struct worker *w,
                             uint64_t number)
{
    enum gs_status status = GS_OK;
    for (size_t c = 0; c < smaa->table.n_criteria && !status; c++)
        if (w->values[c])
            status = smaa->redraw(ctx, smaa->user, c, number, w->values[c]);
    return status;
}

static enum gs_status rank_draws(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                 size_t end)
{
    struct run *run = user;
    struct worker *w = worker;
    const struct gs_smaa *smaa = run->smaa;
    size_t n = smaa->table.n_sites;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++) {
        uint64_t number = run->first + i;
        double *weights = run->weights + i * smaa->table.n_criteria;
        status = gs_weight_draw(&smaa->weights, smaa->seed, number, weights);
        if (status == GS_EDATA)
            return gs_fail(ctx, status, NULL, "widen the bounds",
                           "no weights between their bounds were found for draw %llu",
                           (unsigned long long)number);
        if (!status)
            status = redraw(ctx, smaa, w, number);
        if (!status)
            status = score_draw(ctx, smaa, w, weights);
        if (!status)
            gs_fast_ranks(w->score, n, w->items, w->spare, w->ranks + (i - first) * n);
    }
    for (size_t site = 0; site < n && !status; site++)
        for (size_t i = first; i < end; i++)
            run->ranks[site * BATCH + i] = w->ranks[(i - first) * n + site];
    return status;
}

/* -- counting, site by site -------------------------------------------------------------------- */

static void pair_site(const struct run *run, size_t site)
{
    size_t n = run->out->n_paired;
    const uint32_t *own = run->ranks + site * BATCH;
    for (size_t k = 0; k < n; k++) {
        const uint32_t *other = run->ranks + k * BATCH;
        size_t twice = 0;
        for (size_t i = 0; i < run->count; i++)
            twice += own[i] < other[i] ? 2 : own[i] == other[i];
        run->twice_before[site * n + k] += (double)twice;
    }
}

static enum gs_status count_sites(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                  size_t end)
{
    (void)ctx, (void)worker;
    struct run *run = user;
    struct gs_smaa_result *out = run->out;
    size_t n_criteria = run->smaa->table.n_criteria;
    for (size_t site = first; site < end; site++) {
        const uint32_t *ranks = run->ranks + site * BATCH;
        uint32_t *counts = out->counts + site * out->n_ranks;
        for (size_t i = 0; i < run->count; i++) {
            run->rank_sums[site] += ranks[i];
            if (ranks[i] <= out->n_ranks)
                counts[ranks[i] - 1]++;
            if (ranks[i] > 1)
                continue;
            run->n_first[site]++;
            for (size_t c = 0; c < n_criteria; c++)
                out->central[c][site] += run->weights[i * n_criteria + c];
        }
        if (site < out->n_paired)
            pair_site(run, site);
    }
    return GS_OK;
}

/* -- figures ----------------------------------------------------------------------------------- */

/* The least rank that at least `share` of the draws have or better. */
static double quantile(const uint32_t *counts, size_t n_ranks, size_t n_draws, double share)
{
    double wanted = share * (double)n_draws, sum = 0;
    for (size_t r = 0; r < n_ranks; r++) {
        sum += counts[r];
        if (sum >= wanted)
            return (double)(r + 1);
    }
    return NAN;
}

static void summarise(const struct run *run)
{
    struct gs_smaa_result *out = run->out;
    const struct gs_smaa *smaa = run->smaa;
    size_t n_ranks = out->n_ranks, top = smaa->top < n_ranks ? smaa->top : n_ranks;
    double n_draws = (double)smaa->n_draws;
    for (size_t site = 0; site < smaa->table.n_sites; site++) {
        const uint32_t *counts = out->counts + site * n_ranks;
        uint64_t in_top = 0;
        for (size_t r = 0; r < top; r++)
            in_top += counts[r];
        out->rank_mean[site] = (double)run->rank_sums[site] / n_draws;
        out->rank_p05[site] = quantile(counts, n_ranks, smaa->n_draws, 0.05);
        out->rank_p95[site] = quantile(counts, n_ranks, smaa->n_draws, 0.95);
        out->p_first[site] = (double)run->n_first[site] / n_draws;
        out->p_top[site] = (double)in_top / n_draws;
        for (size_t c = 0; c < smaa->table.n_criteria; c++)
            out->central[c][site] =
                run->n_first[site] ? out->central[c][site] / (double)run->n_first[site] : NAN;
    }
    for (size_t i = 0; i < out->n_paired * out->n_paired; i++)
        out->before[i] = run->twice_before[i] / 2 / n_draws;
}

/* -- confidence -------------------------------------------------------------------------------- */

static bool is_first(const double *score, size_t n, size_t site)
{
    for (size_t i = 0; i < n; i++)
        if (score[i] > score[site])
            return false;
    return true;
}

static enum gs_status try_confidence(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                     size_t end)
{
    struct run *run = user;
    struct worker *w = worker;
    const struct gs_smaa *smaa = run->smaa;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++) {
        status = redraw(ctx, smaa, w, i);
        for (size_t k = 0; k < run->n_asked && !status; k++) {
            for (size_t c = 0; c < smaa->table.n_criteria; c++)
                w->weights[c] = run->out->central[c][run->asked[k]];
            status = score_draw(ctx, smaa, w, w->weights);
            if (!status)
                run->n_confident[i * run->n_asked + k] =
                    is_first(w->score, smaa->table.n_sites, run->asked[k]);
        }
    }
    return status;
}

/* Sites that are first in some draw; with uncertain data only those that are so most often. */
static void choose_asked(struct run *run, size_t most)
{
    size_t n = run->smaa->table.n_sites;
    run->n_asked = 0;
    for (size_t i = 0; i < n; i++) {
        if (!run->n_first[i])
            continue;
        size_t at = run->n_asked < most ? run->n_asked++ : most;
        while (at > 0 && run->n_first[run->asked[at - 1]] < run->n_first[i]) {
            if (at < most)
                run->asked[at] = run->asked[at - 1];
            at--;
        }
        if (at < most)
            run->asked[at] = i;
    }
}

static enum gs_status find_confidence(struct gs_ctx *ctx, struct run *run)
{
    const struct gs_smaa *smaa = run->smaa;
    size_t n = smaa->table.n_sites, n_draws = 1, most = n;
    if (smaa->uncertain) {
        n_draws = smaa->n_draws < CONFIDENCE_DRAWS ? smaa->n_draws : CONFIDENCE_DRAWS;
        most = n < CONFIDENCE_SITES ? n : CONFIDENCE_SITES;
    }
    run->asked = GS_ARRAY(ctx, size_t, n + 1);
    if (!run->asked)
        return GS_ENOMEM;
    choose_asked(run, most);
    run->n_confident = GS_ARRAY_ZERO(ctx, uint32_t, n_draws * run->n_asked);
    if (!run->n_confident)
        return GS_ENOMEM;
    struct gs_parallel parallel = {.n_items = n_draws,
                                   .chunk = 8,
                                   .start = start_worker,
                                   .stop = stop_worker,
                                   .work = try_confidence,
                                   .user = run};
    enum gs_status status = gs_parallel_run(ctx, &parallel);
    for (size_t i = 0; i < n; i++)
        run->out->confidence[i] = NAN;
    for (size_t k = 0; k < run->n_asked && !status; k++) {
        double sum = 0;
        for (size_t i = 0; i < n_draws; i++)
            sum += run->n_confident[i * run->n_asked + k];
        run->out->confidence[run->asked[k]] = sum / (double)n_draws;
    }
    return status;
}

/* -- all together ------------------------------------------------------------------------------ */

static enum gs_status allocate(struct gs_ctx *ctx, struct run *run)
{
    const struct gs_smaa *smaa = run->smaa;
    struct gs_smaa_result *out = run->out;
    size_t n = smaa->table.n_sites, n_criteria = smaa->table.n_criteria;
    out->n_ranks = n * n <= GS_SMAA_COUNTS_MAX ? n : GS_SMAA_COUNTS_MAX / n;
    out->n_paired = smaa->n_paired < n ? smaa->n_paired : n;
    size_t n_pairs = out->n_paired * out->n_paired;
    out->counts = GS_ARRAY_ZERO(ctx, uint32_t, n * out->n_ranks);
    out->rank_mean = GS_ARRAY(ctx, double, n);
    out->rank_p05 = GS_ARRAY(ctx, double, n);
    out->rank_p95 = GS_ARRAY(ctx, double, n);
    out->p_first = GS_ARRAY(ctx, double, n);
    out->p_top = GS_ARRAY(ctx, double, n);
    out->confidence = GS_ARRAY(ctx, double, n);
    out->before = GS_ARRAY(ctx, double, n_pairs);
    out->central = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    run->weights = GS_ARRAY(ctx, double, BATCH *n_criteria);
    run->ranks = GS_ARRAY(ctx, uint32_t, BATCH * n);
    run->rank_sums = GS_ARRAY_ZERO(ctx, uint64_t, n);
    run->n_first = GS_ARRAY_ZERO(ctx, uint32_t, n);
    run->twice_before = GS_ARRAY_ZERO(ctx, double, n_pairs);
    if (!out->counts || !out->rank_mean || !out->rank_p05 || !out->rank_p95 || !out->p_first ||
        !out->p_top || !out->confidence || !out->before || !out->central || !run->weights ||
        !run->ranks || !run->rank_sums || !run->n_first || !run->twice_before)
        return GS_ENOMEM;
    for (size_t c = 0; c < n_criteria; c++)
        if (!(out->central[c] = GS_ARRAY_ZERO(ctx, double, n)))
            return GS_ENOMEM;
    return GS_OK;
}

static enum gs_status run_batches(struct gs_ctx *ctx, struct run *run)
{
    const struct gs_smaa *smaa = run->smaa;
    double span = smaa->progress_to - smaa->progress_from;
    enum gs_status status = GS_OK;
    for (run->first = 0; run->first < smaa->n_draws && !status; run->first += BATCH) {
        run->count = smaa->n_draws - run->first < BATCH ? smaa->n_draws - run->first : BATCH;
        double from = smaa->progress_from + span * (double)run->first / (double)smaa->n_draws;
        gs_progress_stage(ctx, from, from + span * (double)run->count / (double)smaa->n_draws,
                          "Drawing weights and data");
        struct gs_parallel ranking = {.n_items = run->count,
                                      .chunk = CHUNK,
                                      .start = start_worker,
                                      .stop = stop_worker,
                                      .work = rank_draws,
                                      .user = run};
        struct gs_parallel counting = {.n_items = smaa->table.n_sites,
                                       .chunk = 64,
                                       .work = count_sites,
                                       .user = run};
        status = gs_parallel_run(ctx, &ranking);
        if (!status)
            status = gs_parallel_run(ctx, &counting);
    }
    return status;
}

enum gs_status gs_smaa_run(struct gs_ctx *ctx, const struct gs_smaa *smaa,
                           struct gs_smaa_result *out)
{
    struct gs_smaa_result result = {0};
    struct run run = {.smaa = smaa, .out = &result};
    if (smaa->n_draws == 0 || smaa->table.n_sites == 0)
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "there is nothing to draw");
    enum gs_status status = gs_table_check(ctx, &smaa->table);
    if (!status)
        status = allocate(ctx, &run);
    if (!status)
        status = run_batches(ctx, &run);
    if (!status) {
        summarise(&run);
        status = find_confidence(ctx, &run);
    }
    gs_free(run.weights);
    gs_free(run.ranks);
    gs_free(run.rank_sums);
    gs_free(run.n_first);
    gs_free(run.twice_before);
    gs_free(run.asked);
    gs_free(run.n_confident);
    if (status)
        gs_smaa_release(&result, smaa->table.n_criteria);
    else
        *out = result;
    return status;
}

void gs_smaa_release(struct gs_smaa_result *result, size_t n_criteria)
{
    for (size_t c = 0; result->central && c < n_criteria; c++)
        gs_free(result->central[c]);
    gs_free(result->central);
    gs_free(result->counts);
    gs_free(result->rank_mean);
    gs_free(result->rank_p05);
    gs_free(result->rank_p95);
    gs_free(result->p_first);
    gs_free(result->p_top);
    gs_free(result->confidence);
    gs_free(result->before);
}
