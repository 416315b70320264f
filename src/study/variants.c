// SPDX-License-Identifier: Apache-2.0
/* Scenarios: the same sites, measured once, judged and ranked as each scenario asks. */
#include "study/run.h"

#include "base/mem.h"
#include "decision/agreement.h"

#include <string.h>

static const struct gs_measured *measured_at(const struct gs_bound *bound,
                                             const struct gs_result *result, size_t at)
{
    size_t n_constraints = bound->study->n_constraints;
    return at < n_constraints      ? &result->constraints[at]
           : at < bound->n_factors ? &result->criteria[at - n_constraints]
                                   : &result->extra[at - bound->n_factors];
}

/* Borrows what was measured; `out` has nothing of its own yet. */
static enum gs_status borrow(struct gs_ctx *ctx, const struct gs_bound *bound, size_t scenario,
                             const struct gs_result *result, struct gs_result *out)
{
    const struct gs_study *study = bound->study->scenarios[scenario].study;
    const size_t *at = bound->at[scenario];
    *out = (struct gs_result){.study = study, .sites = result->sites, .n_sites = result->n_sites};
    out->constraints = GS_ARRAY_ZERO(ctx, struct gs_measured, study->n_constraints);
    out->criteria = GS_ARRAY_ZERO(ctx, struct gs_measured, study->n_criteria);
    if (!out->constraints || !out->criteria)
        return GS_ENOMEM;
    for (size_t i = 0; i < gs_factor_count(study); i++) {
        struct gs_measured *to = i < study->n_constraints
                                     ? &out->constraints[i]
                                     : &out->criteria[i - study->n_constraints];
        *to = *measured_at(bound, result, at[i]);
    }
    return GS_OK;
}

static struct gs_outcome *next_outcome(struct gs_result *result)
{
    return &result->outcomes[result->n_outcomes++];
}

/* What the scenario found changes hands. */
static enum gs_status take(struct gs_ctx *ctx, const char *id, struct gs_result *from,
                           struct gs_result *to)
{
    const char **reasons = GS_ARENA_ARRAY(ctx, &from->arena, const char *, from->n_sites);
    if (!reasons)
        return GS_ENOMEM;
    for (size_t i = 0; i < from->n_sites; i++)
        reasons[i] = from->excluded_by[i];
    *next_outcome(to) = (struct gs_outcome){.scenario = id,
                                            .method = from->study->decision.text,
                                            .is_own = true,
                                            .score = from->score,
                                            .method_index = from->method_index,
                                            .rank = from->rank,
                                            .excluded_by = reasons};
    from->score = from->method_index = NULL;
    from->rank = NULL;
    for (size_t i = 0; i < from->n_outcomes; i++) {
        struct gs_outcome *outcome = next_outcome(to);
        *outcome = from->outcomes[i];
        outcome->scenario = id;
        outcome->excluded_by = reasons;
    }
    from->n_outcomes = 0;
    return GS_OK;
}

static enum gs_status decide_scenario(struct gs_ctx *ctx, const struct gs_bound *bound, size_t i,
                                      struct gs_result *result)
{
    struct gs_result own;
    enum gs_status status = borrow(ctx, bound, i, result, &own);
    own.arena = result->arena; /* on loan: what the texts of both lie in */
    if (!status)
        status = gs_decide(ctx, bound->study->scenarios[i].study, &own);
    if (!status)
        status = take(ctx, bound->study->scenarios[i].id, &own, result);
    result->arena = own.arena;
    gs_decided_release(&own);
    gs_free(own.constraints);
    gs_free(own.criteria);
    return status;
}

enum gs_status gs_decide_scenarios(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   struct gs_result *result)
{
    const struct gs_study *study = bound->study;
    size_t n = study->n_also;
    for (size_t i = 0; i < study->n_scenarios; i++)
        n += 1 + study->scenarios[i].study->n_also;
    struct gs_outcome *outcomes = GS_ARRAY_ZERO(ctx, struct gs_outcome, n);
    if (!outcomes)
        return GS_ENOMEM;
    for (size_t i = 0; i < result->n_outcomes; i++)
        outcomes[i] = result->outcomes[i];
    gs_free(result->outcomes);
    result->outcomes = outcomes;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < study->n_scenarios && !status; i++)
        status = decide_scenario(ctx, bound, i, result);
    for (size_t i = 0; i < result->n_outcomes && !status; i++) {
        struct gs_outcome *outcome = &outcomes[i];
        status = gs_agreement(ctx, result->rank, outcome->rank, result->n_sites,
                              &outcome->kendall_tau, &outcome->spearman_rho);
    }
    return status;
}
