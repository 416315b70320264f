// SPDX-License-Identifier: Apache-2.0
#include "decision/sensitivity.h"

#include "base/mem.h"

#include <math.h>

/* The sum over all other criteria, scaled as if their weights were together 1. */
static double rest_of(const struct gs_decision_table *table, size_t site, size_t criterion)
{
    double sum = 0, weights = 0;
    for (size_t c = 0; c < table->n_criteria; c++)
        if (c != criterion) {
            sum += table->weights[c] * table->values[c][site];
            weights += table->weights[c];
        }
    return weights > 0 ? sum / weights : NAN;
}

static double total_of(const struct gs_decision_table *table)
{
    double total = 0;
    for (size_t c = 0; c < table->n_criteria; c++)
        total += table->weights[c];
    return total;
}

void gs_turns_of_sum(const struct gs_decision_table *table, size_t winner, size_t criterion,
                     struct gs_turn *out)
{
    *out = (struct gs_turn){NAN, NAN, winner, winner};
    double share = table->weights[criterion] / total_of(table);
    double own_rest = rest_of(table, winner, criterion);
    for (size_t s = 0; s < table->n_sites && !isnan(own_rest); s++) {
        double rest = own_rest - rest_of(table, s, criterion);
        double value = table->values[criterion][winner] - table->values[criterion][s];
        /* Ahead by x value + (1 - x) rest: at which x is that 0? */
        double at = rest / (rest - value);
        if (s == winner || !(at > 0 && at < 1)) /* at an end they only draw level */
            continue;
        if (value > rest && at < share && !(at <= out->lower)) {
            out->lower = at;
            out->lower_winner = s;
        }
        if (value < rest && at > share && !(at >= out->upper)) {
            out->upper = at;
            out->upper_winner = s;
        }
    }
}

/* -- any method -------------------------------------------------------------------------------- */

struct probe {
    struct gs_ctx *ctx;
    const struct gs_decision_table *table;
    const struct gs_method *method;
    const void *params;
    size_t winner, criterion;
    double *weights, *score, *index, **parts;
};

/* The best site with this share; the present winner where it is not beaten. */
static enum gs_status best_at(const struct probe *p, double share, size_t *best)
{
    const struct gs_decision_table *given = p->table;
    double others = 0;
    for (size_t c = 0; c < given->n_criteria; c++)
        others += c == p->criterion ? 0 : given->weights[c];
    for (size_t c = 0; c < given->n_criteria; c++)
        p->weights[c] =
            c == p->criterion ? share : given->weights[c] * (others > 0 ? (1 - share) / others : 0);
    struct gs_decision_table table = *given;
    table.weights = p->weights;
    struct gs_scores scores = {.score = p->score, .method_index = p->index, .parts = p->parts};
    enum gs_status status = gs_check_cancel(p->ctx);
    if (!status)
        status = p->method->score(p->ctx, &table, p->params, &scores);
    if (status)
        return status;
    *best = p->winner;
    for (size_t s = 0; s < table.n_sites; s++)
        if (p->score[s] > p->score[*best])
            *best = s;
    return GS_OK;
}

static enum gs_status search(const struct probe *p, double from, double to, double *at,
                             size_t *winner)
{
    enum { STEPS = 64 };
    double kept = from;
    size_t best = p->winner;
    for (int i = 1; i <= STEPS && best == p->winner; i++) {
        /* Not quite the end: a share of 1 or 0 leaves out the others, or this one. */
        double x = from + (to - from) * (double)i / STEPS * (1 - 1e-12);
        enum gs_status status = best_at(p, x, &best);
        if (status)
            return status;
        if (best == p->winner)
            kept = x;
        else
            *at = x;
    }
    if (best == p->winner)
        return GS_OK;
    *winner = best;
    while (fabs(*at - kept) > 1e-9) {
        double middle = *at / 2 + kept / 2;
        enum gs_status status = best_at(p, middle, &best);
        if (status)
            return status;
        if (best == p->winner) {
            kept = middle;
        } else {
            *at = middle;
            *winner = best;
        }
    }
    return GS_OK;
}

enum gs_status gs_turns(struct gs_ctx *ctx, const struct gs_decision_table *table,
                        const struct gs_method *method, const void *params, size_t winner,
                        size_t criterion, struct gs_turn *out)
{
    struct probe p = {ctx, table, method, params, winner, criterion, NULL, NULL, NULL, NULL};
    struct gs_turn turn = {NAN, NAN, winner, winner};
    size_t n = table->n_sites;
    p.weights = GS_ARRAY(ctx, double, table->n_criteria);
    p.score = GS_ARRAY(ctx, double, n);
    p.index = GS_ARRAY(ctx, double, n);
    p.parts = GS_ARRAY_ZERO(ctx, double *, table->n_criteria);
    double *parts = GS_ARRAY(ctx, double, n * table->n_criteria);
    enum gs_status status = p.weights && p.score && p.index && p.parts && parts ? GS_OK : GS_ENOMEM;
    for (size_t c = 0; c < table->n_criteria && !status; c++)
        p.parts[c] = parts + c * n;
    double share = table->weights[criterion] / total_of(table);
    if (!status && share < 1 && share > 0)
        status = search(&p, share, 0, &turn.lower, &turn.lower_winner);
    if (!status && share < 1)
        status = search(&p, share, 1, &turn.upper, &turn.upper_winner);
    gs_free(p.weights);
    gs_free(p.score);
    gs_free(p.index);
    gs_free(p.parts);
    gs_free(parts);
    if (!status)
        *out = turn;
    return status;
}
