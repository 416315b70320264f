// SPDX-License-Identifier: Apache-2.0
#include "study/trial.h"

#include "base/mem.h"
#include "study/parse.h"

#include <math.h>
#include <string.h>

static enum gs_status new_scores(struct gs_ctx *ctx, const struct gs_trial *trial,
                                 struct gs_scores *out)
{
    size_t n = trial->packed.n, n_criteria = trial->study->n_criteria;
    const struct gs_method *method = trial->study->decision.method;
    out->score = gs_nan_array(ctx, n);
    out->method_index = gs_nan_array(ctx, n);
    out->parts = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    out->figures = GS_ARRAY_ZERO(ctx, double *, method->n_figures);
    if (!out->score || !out->method_index || !out->parts || !out->figures)
        return GS_ENOMEM;
    for (size_t c = 0; c < n_criteria; c++)
        if (!(out->parts[c] = gs_nan_array(ctx, n)))
            return GS_ENOMEM;
    for (size_t f = 0; f < method->n_figures; f++)
        if (!(out->figures[f] = gs_nan_array(ctx, n)))
            return GS_ENOMEM;
    return GS_OK;
}

static void release_scores(const struct gs_trial *trial, struct gs_scores *scores)
{
    for (size_t c = 0; scores->parts && c < trial->study->n_criteria; c++)
        gs_free(scores->parts[c]);
    for (size_t f = 0; scores->figures && f < trial->study->decision.method->n_figures; f++)
        gs_free(scores->figures[f]);
    gs_free(scores->score);
    gs_free(scores->method_index);
    gs_free(scores->parts);
    gs_free(scores->figures);
}

/* 1 + how many others score more. */
static size_t rank_among(const struct gs_trial *trial, const double *others, double score)
{
    if (isnan(score))
        return GS_NO_RANK;
    size_t rank = 1;
    for (size_t i = 0; i < trial->packed.n; i++)
        rank += i != trial->target && others[i] > score;
    return rank;
}

/* A fault that is not the machine's only says that this trial is none. */
static enum gs_status forgive(struct gs_trial *trial, enum gs_status status, size_t *rank)
{
    if (status)
        *rank = GS_NO_RANK;
    if (status == GS_ENOMEM)
        return gs_fail_memory(trial->ctx);
    return status == GS_ECANCEL ? status : GS_OK;
}

static enum gs_status score_table(struct gs_trial *trial, const struct gs_decision_table *table,
                                  size_t *rank)
{
    const struct gs_method_choice *choice = &trial->study->decision;
    enum gs_status status = gs_check_cancel(trial->ctx);
    if (status)
        return status;
    status = choice->method->score(&trial->quiet, table, choice->params, &trial->scores);
    *rank = rank_among(trial, trial->scores.score, trial->scores.score[trial->target]);
    return forgive(trial, status, rank);
}

/* Only the site itself, against the others as they are. */
static enum gs_status score_alone(struct gs_trial *trial, size_t c, double worth, size_t *rank)
{
    const struct gs_method_choice *choice = &trial->study->decision;
    const double **values =
        (const double **)GS_ARRAY(trial->ctx, double *, trial->table.n_criteria);
    if (!values)
        return GS_ENOMEM;
    for (size_t i = 0; i < trial->table.n_criteria; i++)
        values[i] = i == c ? &worth : &trial->table.values[i][trial->target];
    struct gs_decision_table table = trial->table.table;
    table.n_sites = 1;
    table.values = values;
    enum gs_status status =
        choice->method->score(&trial->quiet, &table, choice->params, &trial->scores);
    *rank = rank_among(trial, trial->score, trial->scores.score[0]);
    gs_free(values);
    return forgive(trial, status, rank);
}

enum gs_status gs_trial_value(struct gs_trial *trial, size_t c, double value, size_t *rank)
{
    bool relative = trial->study->criteria[c].relative;
    if (trial->alone && !relative)
        return score_alone(trial, c, value, rank);
    double *cell = &(relative ? trial->packed.values : trial->table.values)[c][trial->target];
    double kept = *cell;
    *cell = value;
    enum gs_status status;
    if (relative) { /* the others may be normalised anew */
        struct gs_method_table table;
        status =
            gs_method_table_init(&trial->quiet, &trial->packed, &trial->study->decision, &table);
        if (status) {
            status = forgive(trial, status, rank);
        } else {
            status = score_table(trial, &table.table, rank);
            gs_method_table_release(&table);
        }
    } else {
        status = score_table(trial, &trial->table.table, rank);
    }
    *cell = kept;
    return status;
}

enum gs_status gs_trial_weight(struct gs_trial *trial, double *given, double weight, size_t *rank)
{
    struct gs_study *study = trial->study;
    struct gs_reader reader = {.ctx = &trial->quiet};
    double kept = *given;
    *given = weight;
    gs_study_normalise(&reader, study);
    enum gs_status status = GS_OK;
    *rank = GS_NO_RANK;
    if (!reader.n_faults) {
        for (size_t c = 0; c < study->n_criteria; c++)
            trial->packed.weights[c] = study->criteria[c].weight;
        status = score_table(trial, &trial->table.table, rank);
    }
    *given = kept;
    for (size_t c = 0; c < study->n_criteria; c++)
        trial->packed.weights[c] = study->criteria[c].weight = trial->weights[c];
    return status;
}

/* The ranking as it is. */
static enum gs_status score_first(struct gs_trial *trial)
{
    size_t n = trial->packed.n, n_criteria = trial->study->n_criteria;
    enum gs_status status = score_table(trial, &trial->table.table, &trial->rank);
    trial->additive = trial->rank != GS_NO_RANK;
    for (size_t c = 0; c < n_criteria; c++)
        trial->additive &= !isnan(trial->scores.parts[c][trial->target]);
    memcpy(trial->score, trial->scores.score, n * sizeof *trial->score);
    memcpy(trial->weights, trial->packed.weights, n_criteria * sizeof *trial->weights);
    return status;
}

enum gs_status gs_trial_init(struct gs_ctx *ctx, struct gs_study *study,
                             const struct gs_result *result, size_t site, struct gs_trial *out)
{
    struct gs_trial trial = {.ctx = ctx, .study = study, .rank = GS_NO_RANK};
    bool feasible = result->feasible[site];
    result->feasible[site] = true;
    enum gs_status status = gs_pack(ctx, study, result, NULL, &trial.packed);
    result->feasible[site] = feasible;
    if (status)
        return status;
    gs_ctx_init_worker(&trial.quiet, ctx);
    while (trial.packed.sites[trial.target] != site)
        trial.target++;
    trial.alone = study->decision.method->cells != NULL;
    status = new_scores(ctx, &trial, &trial.scores);
    trial.score = gs_nan_array(ctx, trial.packed.n);
    trial.weights = gs_nan_array(ctx, study->n_criteria);
    if (!trial.score || !trial.weights)
        status = GS_ENOMEM;
    if (!status) {
        status = gs_method_table_init(&trial.quiet, &trial.packed, &study->decision, &trial.table);
        status = status ? forgive(&trial, status, &trial.rank) : score_first(&trial);
    }
    if (status)
        gs_trial_release(&trial);
    else
        *out = trial;
    return status;
}

void gs_trial_release(struct gs_trial *trial)
{
    release_scores(trial, &trial->scores);
    gs_method_table_release(&trial->table);
    gs_packed_release(&trial->packed);
    gs_free(trial->score);
    gs_free(trial->weights);
    gs_ctx_release_worker(&trial->quiet);
}
