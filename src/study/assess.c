// SPDX-License-Identifier: Apache-2.0
/* How far the ranking stands: the study's sites through SMAA-2, and one weight at a time. */
#include "study/score.h"

#include "base/mem.h"
#include "decision/normalise.h"
#include "decision/random.h"
#include "decision/sensitivity.h"
#include "decision/smaa.h"
#include "value/value.h"

#include <math.h>
#include <string.h>
#include <xxhash.h>

enum { SITES_PAIRED = 50, STREAM_DATA = 100 };
/* Of many sites most ranks are of no interest, and a table of all would have millions of rows. */
enum { SITES_IN_FULL = 1000, RANKS_OF_MANY = 100 };

/* What drawing values needs. */
struct drawing {
    const struct gs_study *study;
    const struct gs_result *result;
    const struct gs_packed *packed;
    const struct gs_method_table *table;
    bool *uncertain;   /* per criterion */
    bool *nonnegative; /* no site measures below 0, so no draw does */
    uint64_t *keys;    /* per packed site: what its random numbers are counted by */
};

/* -- uncertain data ---------------------------------------------------------------------------- */

static double deviation(const struct gs_uncertainty *u, double random)
{
    return u->kind == GS_NORMAL ? gs_normal_quantile(random) : 2 * random - 1;
}

/* A site's own random number, by its id: wherever it stands, and whoever else there is. */
static double random_of(uint64_t seed, size_t criterion, uint64_t number, uint64_t key)
{
    double pair[2];
    uint32_t stream = STREAM_DATA + (uint32_t)criterion + ((uint32_t)(key >> 48) << 16);
    gs_random_pair(seed, number, stream, (uint32_t)key, pair);
    return pair[0];
}

static double drawn_quantity(const struct drawing *d, size_t c, uint64_t number, uint64_t key,
                             double measured)
{
    const struct gs_uncertainty *u = &d->study->criteria[c].uncertainty;
    double by = deviation(u, random_of((uint64_t)d->study->robustness.seed, c, number,
                                       u->common ? 0 : key));
    double x = u->relative ? measured * (1 + u->amount * by) : measured + u->amount * by;
    return d->nonnegative[c] && x < 0 ? 0 : x;
}

/* Sites without data keep what they have by the criterion's `missing:`. */
static enum gs_status draw_values(struct gs_ctx *ctx, void *user, size_t c, uint64_t number,
                                  double *values)
{
    const struct drawing *d = user;
    const struct gs_criterion *criterion = &d->study->criteria[c];
    const double *measured = d->result->criteria[c].number;
    for (size_t i = 0; i < d->packed->n; i++) {
        size_t site = d->packed->sites[i];
        values[i] = d->packed->values[c][i];
        if (isnan(measured[site]))
            continue;
        double x = drawn_quantity(d, c, number, d->keys[i], measured[site]);
        double value =
            criterion->relative ? x : criterion->value->worth(criterion->value_params, x);
        values[i] = isnan(value) ? values[i] : value;
    }
    if (!criterion->relative)
        return GS_OK;
    return gs_normalise_values(ctx, &criterion->value_pos, criterion->factor.id,
                               gs_normalise_of(criterion, &d->study->decision), criterion->lower,
                               values, d->packed->n, values);
}

static bool find_uncertain(struct drawing *d)
{
    bool any = false;
    for (size_t c = 0; c < d->study->n_criteria; c++) {
        const double *measured = d->result->criteria[c].number;
        d->uncertain[c] = d->study->criteria[c].uncertainty.kind != GS_CERTAIN && measured;
        d->nonnegative[c] = true;
        for (size_t i = 0; d->uncertain[c] && i < d->packed->n; i++)
            d->nonnegative[c] &= !(measured[d->packed->sites[i]] < 0);
        any |= d->uncertain[c];
    }
    return any;
}

/* -- SMAA-2 ------------------------------------------------------------------------------------ */

static void spread_out(const double *from, const struct gs_packed *packed, double *to)
{
    for (size_t i = 0; i < packed->n; i++)
        to[packed->sites[i]] = from[i];
}

void gs_robust_free(struct gs_robust *robust, size_t n_criteria)
{
    if (!robust)
        return;
    for (size_t c = 0; robust->central && c < n_criteria; c++)
        gs_free(robust->central[c]);
    gs_free(robust->central);
    gs_free(robust->confidence);
    gs_free(robust->before);
    gs_free(robust->counts);
    gs_free(robust->sites);
    gs_free(robust->rank_mean);
    gs_free(robust->rank_p05);
    gs_free(robust->rank_p95);
    gs_free(robust->p_first);
    gs_free(robust->p_top);
    gs_free(robust);
}

/* The engine's arrays change hands; those of sites are spread out over all of them. */
static enum gs_status keep(struct gs_ctx *ctx, const struct gs_smaa *smaa, struct gs_packed *packed,
                           struct gs_smaa_result *from, struct gs_result *result)
{
    struct gs_robust *to = GS_NEW(ctx, struct gs_robust);
    if (!to)
        return GS_ENOMEM;
    result->robust = to;
    to->rank_mean = gs_nan_array(ctx, result->n_sites);
    to->rank_p05 = gs_nan_array(ctx, result->n_sites);
    to->rank_p95 = gs_nan_array(ctx, result->n_sites);
    to->p_first = gs_nan_array(ctx, result->n_sites);
    to->p_top = gs_nan_array(ctx, result->n_sites);
    if (!to->rank_mean || !to->rank_p05 || !to->rank_p95 || !to->p_first || !to->p_top)
        return GS_ENOMEM;
    spread_out(from->rank_mean, packed, to->rank_mean);
    spread_out(from->rank_p05, packed, to->rank_p05);
    spread_out(from->rank_p95, packed, to->rank_p95);
    spread_out(from->p_first, packed, to->p_first);
    spread_out(from->p_top, packed, to->p_top);
    to->n_draws = smaa->n_draws;
    to->top = smaa->top;
    to->n = packed->n;
    to->sites = packed->sites;
    to->n_ranks = from->n_kept;
    to->counts = from->counts;
    to->central = from->central;
    to->confidence = from->confidence;
    to->before = from->before;
    to->n_paired = from->n_paired;
    packed->sites = NULL;
    from->counts = NULL;
    from->central = NULL;
    from->confidence = from->before = NULL;
    return GS_OK;
}

static enum gs_status run_smaa(struct gs_ctx *ctx, struct drawing *d, struct gs_packed *packed,
                               struct gs_result *result)
{
    const struct gs_study *study = d->study;
    const struct gs_robustness *asked = &study->robustness;
    const struct gs_method *method = study->decision.method;
    bool any = find_uncertain(d);
    struct gs_smaa smaa = {
        .table = d->table->table,
        .method = method,
        .params = study->decision.params,
        .additive = method->is_additive && method->is_additive(&d->table->table),
        .weights = {.range = asked->weights,
                    .given = packed->weights,
                    .n = study->n_criteria,
                    .spread = asked->spread,
                    .lowest = asked->lowest,
                    .highest = asked->highest},
        .seed = (uint64_t)asked->seed,
        .n_draws = (size_t)asked->draws,
        .top = (size_t)asked->top,
        .n_paired = SITES_PAIRED,
        .n_kept = packed->n > SITES_IN_FULL ? RANKS_OF_MANY : packed->n,
        .uncertain = any ? d->uncertain : NULL,
        .redraw = draw_values,
        .user = d,
        .progress_from = 0.95,
        .progress_to = 0.97,
    };
    for (size_t c = 0; c < study->n_criteria; c++) /* drawn ones may leave 0 to 1 */
        smaa.additive &= !(d->uncertain[c] && study->criteria[c].relative);
    struct gs_smaa_result drawn = {0};
    enum gs_status status =
        gs_weight_draw_init(ctx, &asked->pos, (uint64_t)asked->seed, &smaa.weights);
    if (status)
        return status;
    status = gs_smaa_run(ctx, &smaa, &drawn);
    if (!status && drawn.n_ranks < packed->n)
        gs_warn(
            ctx, &asked->pos, NULL,
            "with %zu sites, ranks beyond %zu are not told apart: a site's 5 %% and 95 %% ranks "
            "may be missing",
            packed->n, drawn.n_ranks);
    if (!status)
        status = keep(ctx, &smaa, packed, &drawn, result);
    gs_weight_draw_release(&smaa.weights);
    gs_smaa_release(&drawn, study->n_criteria);
    return status;
}

/* -- one weight at a time ---------------------------------------------------------------------- */

/* electre3 takes too long to be asked hundreds of times. */
static enum gs_status find_turnings(struct gs_ctx *ctx, const struct drawing *d,
                                    struct gs_result *result)
{
    const struct gs_study *study = d->study;
    const struct gs_method *method = study->decision.method;
    const struct gs_decision_table *table = &d->table->table;
    if (strcmp(method->name, "electre3") == 0)
        return GS_OK;
    result->turnings = GS_ARRAY_ZERO(ctx, struct gs_turning, study->n_criteria);
    if (!result->turnings)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    for (size_t c = 0; c < study->n_criteria && !status; c++) {
        struct gs_turn turn;
        if (method->is_additive && method->is_additive(table))
            gs_turns_of_sum(table, 0, c, &turn); /* the best site comes first */
        else
            status = gs_turns(ctx, table, method, study->decision.params, 0, c, &turn);
        if (!status)
            result->turnings[c] =
                (struct gs_turning){study->criteria[c].weight, turn.lower, turn.upper,
                                    d->packed->sites[turn.lower_winner],
                                    d->packed->sites[turn.upper_winner]};
    }
    return status;
}

enum gs_status gs_assess(struct gs_ctx *ctx, const struct gs_study *study, struct gs_result *result)
{
    if (!study->robustness.asked)
        return GS_OK;
    struct gs_packed packed;
    struct gs_method_table table;
    enum gs_status status = gs_pack(ctx, study, result, result->order, &packed);
    if (status)
        return status;
    if (packed.n == 0) {
        gs_packed_release(&packed);
        return GS_OK;
    }
    status = gs_method_table_init(ctx, &packed, &study->decision, &table);
    if (status) {
        gs_packed_release(&packed);
        return status;
    }
    struct drawing d = {.study = study, .result = result, .packed = &packed, .table = &table};
    d.uncertain = GS_ARRAY_ZERO(ctx, bool, study->n_criteria);
    d.nonnegative = GS_ARRAY_ZERO(ctx, bool, study->n_criteria);
    d.keys = GS_ARRAY(ctx, uint64_t, packed.n);
    for (size_t i = 0; d.keys && i < packed.n; i++) {
        const char *id = result->sites.ids[packed.sites[i]];
        d.keys[i] = XXH3_64bits(id, strlen(id));
    }
    status = d.uncertain && d.nonnegative && d.keys ? find_turnings(ctx, &d, result) : GS_ENOMEM;
    if (!status)
        status = run_smaa(ctx, &d, &packed, result);
    gs_free(d.uncertain);
    gs_free(d.nonnegative);
    gs_free(d.keys);
    gs_method_table_release(&table);
    gs_packed_release(&packed);
    return status;
}
