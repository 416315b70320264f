// SPDX-License-Identifier: Apache-2.0
#include "decision/smaa.h"

#include "base/mem.h"
#include "base/thread.h"
#include "base/vector.h"
#include "decision/smaa_scores.h"

#include <math.h>
#include <string.h>

/* Draws are ranked by one thread CHUNK at a time, a cache line of ranks a site, and then counted
 * site by site. All draws make one batch where their ranks may be held at once, so that each site
 * is counted in one go; else batches of a part of that are counted one after the other. */
enum { CHUNK = 32, CHUNKS_MIN = 2, BATCH_PART = 4 };
/* Sites counted together: their ranks lie together, chunk after chunk. */
enum { BLOCK = 16 };
/* With uncertain data: how many draws tell a confidence factor, and of how many sites. */
enum { CONFIDENCE_DRAWS = 1000, CONFIDENCE_SITES = 50 };

struct run {
    const struct gs_smaa *smaa;
    struct gs_smaa_result *out;
    size_t batch;        /* draws of a batch */
    size_t first, count; /* draws of this batch */
    double *weights;     /* [draw of the batch][criterion] */
    /* [block][chunk of the batch][site of the block][draw of the chunk], of which one is NULL: half
     * the bytes where the ranks fit in them. */
    uint16_t *short_ranks;
    uint32_t *long_ranks;
    uint32_t *counts; /* [site][rank - 1], n_ranks a row; NULL when all draws are one batch */
    uint64_t *rank_sums;
    uint32_t *n_first;
    double *twice_before; /* [i * n_paired + k]: whole numbers */
    /* Confidence: the sites asked, by falling share of first places. */
    size_t *asked, n_asked;
    uint32_t *n_confident; /* [draw][asked] */
};

static enum gs_status start_worker(struct gs_ctx *ctx, void *user, void **out)
{
    struct gs_smaa_scorer *scorer;
    enum gs_status status =
        gs_smaa_scorer_new(ctx, ((const struct run *)user)->smaa, CHUNK, &scorer);
    if (!status)
        *out = scorer;
    return status;
}

static void stop_worker(void *user, void *worker)
{
    (void)user;
    gs_smaa_scorer_free(worker);
}

/* -- ranks of draws ---------------------------------------------------------------------------- */

static enum gs_status draw_weights(struct gs_ctx *ctx, const struct run *run, size_t first,
                                   size_t end)
{
    const struct gs_smaa *smaa = run->smaa;
    for (size_t i = first; i < end; i++) {
        uint64_t number = run->first + i;
        enum gs_status status = gs_weight_draw(&smaa->weights, smaa->seed, number,
                                               run->weights + i * smaa->table.n_criteria);
        if (status == GS_EDATA)
            return gs_fail(ctx, status, NULL, "widen the bounds",
                           "no weights between their bounds were found for draw %llu",
                           (unsigned long long)number);
        if (status)
            return status;
    }
    return GS_OK;
}

/* Where the ranks of a site in the chunk that begins with draw `first` are. */
static size_t place_of(const struct run *run, size_t first, size_t site)
{
    return (site / BLOCK * run->batch + first) * BLOCK + site % BLOCK * CHUNK;
}

static void store_ranks(struct run *run, const uint32_t *ranks, size_t first, size_t n_draws)
{
    size_t n = run->smaa->table.n_sites;
    for (size_t site = 0; site < n; site++) {
        size_t at = place_of(run, first, site);
        for (size_t i = 0; run->short_ranks && i < n_draws; i++)
            run->short_ranks[at + i] = (uint16_t)ranks[i * n + site];
        for (size_t i = 0; run->long_ranks && i < n_draws; i++)
            run->long_ranks[at + i] = ranks[i * n + site];
    }
}

/* One chunk, but for the last of all a whole one. */
static enum gs_status rank_draws(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                 size_t end)
{
    struct run *run = user;
    struct gs_smaa_scorer *w = worker;
    const struct gs_smaa *smaa = run->smaa;
    size_t n = smaa->table.n_sites, together = smaa->uncertain ? 1 : GS_SMAA_TOGETHER;
    enum gs_status status = draw_weights(ctx, run, first, end);
    for (size_t i = first; i < end && !status; i += together) {
        size_t n_draws = end - i < together ? end - i : together;
        status = gs_smaa_redraw(ctx, smaa, w, run->first + i);
        if (!status)
            status =
                gs_smaa_score(ctx, smaa, w, run->weights + i * smaa->table.n_criteria, n_draws);
        for (size_t k = 0; k < n_draws && !status; k++)
            gs_fast_ranks(&w->ranker, w->score + k * n, w->ranks + (i - first + k) * n);
    }
    if (!status)
        store_ranks(run, w->ranks, first, end - first);
    return status;
}

/* -- counting, site by site -------------------------------------------------------------------- */

/* Ranks of a site in the draws of a chunk of this batch; returns how many draws these are. */
static size_t load_ranks(const struct run *run, size_t first, size_t site, uint32_t *ranks)
{
    size_t at = place_of(run, first, site);
    for (size_t i = 0; run->short_ranks && i < CHUNK; i++)
        ranks[i] = run->short_ranks[at + i];
    if (run->long_ranks)
        memcpy(ranks, run->long_ranks + at, CHUNK * sizeof *ranks);
    return run->count - first < CHUNK ? run->count - first : CHUNK;
}

/* Twice the draws in which the first ranks before the second, ties half. */
GS_VECTORISED
static uint32_t count_before(const uint32_t *own, const uint32_t *other, size_t n_draws)
{
    uint32_t twice = 0;
    for (size_t i = 0; i < n_draws; i++)
        twice += (uint32_t)(own[i] < other[i]) + (uint32_t)(own[i] <= other[i]);
    return twice;
}

static void pair_site(const struct run *run, size_t site)
{
    size_t n = run->out->n_paired;
    for (size_t first = 0; first < run->count; first += CHUNK) {
        uint32_t own[CHUNK], other[CHUNK];
        size_t n_draws = load_ranks(run, first, site, own);
        for (size_t k = 0; k < n; k++) {
            load_ranks(run, first, k, other);
            run->twice_before[site * n + k] += count_before(own, other, n_draws);
        }
    }
}

static void count_first(const struct run *run, size_t site, size_t draw)
{
    size_t n_criteria = run->smaa->table.n_criteria;
    run->n_first[site]++;
    for (size_t c = 0; c < n_criteria; c++)
        run->out->central[c][site] += run->weights[draw * n_criteria + c];
}

/* Counts the ranks of a site in a chunk. */
static void count_chunk(const struct run *run, size_t first, size_t site, uint32_t *counts)
{
    size_t n_ranks = run->out->n_ranks;
    uint32_t ranks[CHUNK];
    uint64_t sum = 0;
    size_t n_draws = load_ranks(run, first, site, ranks);
    for (size_t i = 0; i < n_draws; i++) {
        sum += ranks[i];
        if (ranks[i] <= n_ranks)
            counts[ranks[i] - 1]++;
        if (ranks[i] == 1)
            count_first(run, site, first + i);
    }
    run->rank_sums[site] += sum;
}

/* The least rank that at least `share` of the draws have or better. */
static double quantile(const uint32_t *counts, size_t n_ranks, size_t n_draws, double share)
{
    enum { STEP = 32 };
    double wanted = share * (double)n_draws;
    uint64_t sum = 0, more = 0;
    size_t r = 0;
    for (; r + STEP <= n_ranks; r += STEP, sum += more) {
        more = 0;
        for (size_t i = 0; i < STEP; i++)
            more += counts[r + i];
        if ((double)(sum + more) >= wanted)
            break;
    }
    for (; r < n_ranks; r++) {
        sum += counts[r];
        if ((double)sum >= wanted)
            return (double)(r + 1);
    }
    return NAN;
}

static void summarise(const struct run *run, size_t site, const uint32_t *counts)
{
    struct gs_smaa_result *out = run->out;
    const struct gs_smaa *smaa = run->smaa;
    size_t n_ranks = out->n_ranks, top = smaa->top < n_ranks ? smaa->top : n_ranks;
    double n_draws = (double)smaa->n_draws;
    uint64_t in_top = 0;
    memcpy(out->counts + site * out->n_kept, counts, out->n_kept * sizeof *counts);
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
    for (size_t k = 0; site < out->n_paired && k < out->n_paired; k++)
        out->before[site * out->n_paired + k] =
            run->twice_before[site * out->n_paired + k] / 2 / n_draws;
}

static enum gs_status start_rows(struct gs_ctx *ctx, void *user, void **rows)
{
    const struct run *run = user;
    *rows = GS_ARRAY(ctx, uint32_t, run->counts ? 0 : BLOCK * run->out->n_ranks);
    return *rows ? GS_OK : GS_ENOMEM;
}

static void stop_rows(void *user, void *rows)
{
    (void)user;
    gs_free(rows);
}

/* One block of sites. */
static enum gs_status count_sites(struct gs_ctx *ctx, void *user, void *rows, size_t begin,
                                  size_t end)
{
    (void)ctx;
    struct run *run = user;
    size_t n_ranks = run->out->n_ranks;
    uint32_t *counts = run->counts ? run->counts + begin * n_ranks : rows;
    if (!run->counts)
        memset(counts, 0, (end - begin) * n_ranks * sizeof *counts);
    for (size_t first = 0; first < run->count; first += CHUNK)
        for (size_t site = begin; site < end; site++)
            count_chunk(run, first, site, counts + (site - begin) * n_ranks);
    for (size_t site = begin; site < end; site++) {
        if (site < run->out->n_paired)
            pair_site(run, site);
        if (run->first + run->count == run->smaa->n_draws)
            summarise(run, site, counts + (site - begin) * n_ranks);
    }
    return GS_OK;
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
    struct gs_smaa_scorer *w = worker;
    const struct gs_smaa *smaa = run->smaa;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++) {
        status = gs_smaa_redraw(ctx, smaa, w, i);
        for (size_t k = 0; k < run->n_asked && !status; k++) {
            for (size_t c = 0; c < smaa->table.n_criteria; c++)
                w->weights[c] = run->out->central[c][run->asked[k]];
            status = gs_smaa_score(ctx, smaa, w, w->weights, 1);
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

/* How many draws a batch has, and how many ranks are told apart. */
static void plan_batches(struct run *run)
{
    size_t n = run->smaa->table.n_sites, n_draws = run->smaa->n_draws;
    struct gs_smaa_result *out = run->out;
    size_t most = run->smaa->ranks_most ? run->smaa->ranks_most : GS_SMAA_RANKS_MOST;
    bool once = n_draws <= most / n, square = n <= GS_SMAA_COUNTS_MAX / n;
    size_t n_chunks = (once ? n_draws + CHUNK - 1 : most / BATCH_PART / n) / CHUNK;
    run->batch = CHUNK * (n_chunks > CHUNKS_MIN ? n_chunks : CHUNKS_MIN);
    out->n_ranks = once || square ? n : GS_SMAA_COUNTS_MAX / n;
    out->n_kept = run->smaa->n_kept < out->n_ranks ? run->smaa->n_kept : out->n_ranks;
}

static enum gs_status allocate(struct gs_ctx *ctx, struct run *run)
{
    const struct gs_smaa *smaa = run->smaa;
    struct gs_smaa_result *out = run->out;
    size_t n = smaa->table.n_sites, n_criteria = smaa->table.n_criteria;
    plan_batches(run);
    out->n_paired = smaa->n_paired < n ? smaa->n_paired : n;
    size_t n_pairs = out->n_paired * out->n_paired;
    size_t n_held = run->batch * ((n + BLOCK - 1) / BLOCK * BLOCK);
    size_t n_counts = smaa->n_draws > run->batch ? n * out->n_ranks : 0;
    out->counts = GS_ARRAY(ctx, uint32_t, n * out->n_kept);
    out->rank_mean = GS_ARRAY(ctx, double, n);
    out->rank_p05 = GS_ARRAY(ctx, double, n);
    out->rank_p95 = GS_ARRAY(ctx, double, n);
    out->p_first = GS_ARRAY(ctx, double, n);
    out->p_top = GS_ARRAY(ctx, double, n);
    out->confidence = GS_ARRAY(ctx, double, n);
    out->before = GS_ARRAY(ctx, double, n_pairs);
    out->central = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    run->weights = GS_ARRAY(ctx, double, run->batch *n_criteria);
    if (n <= UINT16_MAX)
        run->short_ranks = GS_ARRAY(ctx, uint16_t, n_held);
    else
        run->long_ranks = GS_ARRAY(ctx, uint32_t, n_held);
    run->counts = n_counts ? GS_ARRAY_ZERO(ctx, uint32_t, n_counts) : NULL;
    run->rank_sums = GS_ARRAY_ZERO(ctx, uint64_t, n);
    run->n_first = GS_ARRAY_ZERO(ctx, uint32_t, n);
    run->twice_before = GS_ARRAY_ZERO(ctx, double, n_pairs);
    if (!out->counts || !out->rank_mean || !out->rank_p05 || !out->rank_p95 || !out->p_first ||
        !out->p_top || !out->confidence || !out->before || !out->central || !run->weights ||
        (!run->short_ranks && !run->long_ranks) || (n_counts && !run->counts) || !run->rank_sums ||
        !run->n_first || !run->twice_before)
        return GS_ENOMEM;
    gs_mem_large_pages(run->counts, n_counts * sizeof *run->counts);
    gs_mem_large_pages(run->short_ranks, n <= UINT16_MAX ? n_held * 2 : 0);
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
    for (run->first = 0; run->first < smaa->n_draws && !status; run->first += run->batch) {
        run->count =
            smaa->n_draws - run->first < run->batch ? smaa->n_draws - run->first : run->batch;
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
                                       .chunk = BLOCK,
                                       .start = start_rows,
                                       .stop = stop_rows,
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
    if (!status)
        status = find_confidence(ctx, &run);
    gs_free(run.weights);
    gs_free(run.short_ranks);
    gs_free(run.long_ranks);
    gs_free(run.counts);
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
