// SPDX-License-Identifier: Apache-2.0
#include "study/score.h"

#include "base/mem.h"
#include "decision/normalise.h"
#include "decision/rank.h"

#include <math.h>

double *gs_nan_array(struct gs_ctx *ctx, size_t n)
{
    double *array = GS_ARRAY(ctx, double, n);
    for (size_t i = 0; array && i < n; i++)
        array[i] = NAN;
    return array;
}

static void free_rows(double **rows, size_t n)
{
    for (size_t i = 0; rows && i < n; i++)
        gs_free(rows[i]);
    gs_free(rows);
}

static double **new_rows(struct gs_ctx *ctx, size_t n_rows, size_t n)
{
    double **rows = GS_ARRAY_ZERO(ctx, double *, n_rows);
    for (size_t i = 0; rows && i < n_rows; i++)
        if (!(rows[i] = gs_nan_array(ctx, n))) {
            free_rows(rows, n_rows);
            return NULL;
        }
    return rows;
}

/* -- packing ----------------------------------------------------------------------------------- */

/* A relative criterion takes a site without data for as good as the worst, or the best, that has
 * some. */
static enum gs_status fill_missing(struct gs_ctx *ctx, const struct gs_criterion *c, double *values,
                                   size_t n)
{
    bool largest = (c->missing_worth > 0.5) != c->lower;
    double fill = NAN;
    for (size_t i = 0; i < n; i++)
        fill = largest ? fmax(fill, values[i]) : fmin(fill, values[i]);
    if (n && isnan(fill))
        return gs_fail(ctx, GS_EDATA, &c->factor.pos, NULL,
                       "`%s`: no feasible site has data, so sites cannot be compared by it",
                       c->factor.id);
    for (size_t i = 0; i < n; i++)
        values[i] = isnan(values[i]) ? fill : values[i];
    return GS_OK;
}

enum gs_status gs_pack(struct gs_ctx *ctx, const struct gs_study *study,
                       const struct gs_result *result, const size_t *order, struct gs_packed *out)
{
    size_t n_criteria = study->n_criteria;
    struct gs_packed packed = {.study = study};
    packed.sites = GS_ARRAY(ctx, size_t, result->n_sites);
    for (size_t i = 0; packed.sites && i < result->n_sites; i++) {
        size_t site = order ? order[i] : i;
        if (result->feasible[site])
            packed.sites[packed.n++] = site;
    }
    packed.values = new_rows(ctx, n_criteria, packed.n);
    packed.weights = GS_ARRAY(ctx, double, n_criteria);
    packed.ids = GS_ARRAY(ctx, const char *, n_criteria);
    packed.relative = GS_ARRAY(ctx, bool, n_criteria);
    packed.lower = GS_ARRAY(ctx, bool, n_criteria);
    packed.preferences = GS_ARRAY(ctx, struct gs_preference, n_criteria);
    enum gs_status status = packed.sites && packed.values && packed.weights && packed.ids &&
                                    packed.relative && packed.lower && packed.preferences
                                ? GS_OK
                                : GS_ENOMEM;
    for (size_t c = 0; c < n_criteria && !status; c++) {
        const struct gs_criterion *criterion = &study->criteria[c];
        packed.weights[c] = criterion->weight;
        packed.ids[c] = criterion->factor.id;
        packed.relative[c] = criterion->relative;
        packed.lower[c] = criterion->lower;
        packed.preferences[c] = criterion->preference;
        for (size_t i = 0; i < packed.n; i++)
            packed.values[c][i] = criterion->relative ? result->criteria[c].number[packed.sites[i]]
                                                      : result->values[c][packed.sites[i]];
        if (criterion->relative && criterion->missing != GS_MISSING_EXCLUDE)
            status = fill_missing(ctx, criterion, packed.values[c], packed.n);
    }
    if (status)
        gs_packed_release(&packed);
    else
        *out = packed;
    return status;
}

void gs_packed_release(struct gs_packed *packed)
{
    free_rows(packed->values, packed->study->n_criteria);
    gs_free(packed->sites);
    gs_free(packed->weights);
    gs_free(packed->ids);
    gs_free(packed->relative);
    gs_free(packed->lower);
    gs_free(packed->preferences);
}

/* Methods that know only worths need numbers that look like some. */
static enum gs_status check_range(struct gs_ctx *ctx, const struct gs_criterion *c,
                                  const struct gs_method_choice *choice, const double *values,
                                  size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(values[i] >= 0 && values[i] <= 1))
            return gs_fail(ctx, GS_EDATA, &c->value_pos, "use `normalise: minmax`",
                           "`%s`: method `%s` needs numbers of 0 to 1, but a site has %.9g",
                           c->factor.id, choice->name, values[i]);
    return GS_OK;
}

enum gs_status gs_method_table_init(struct gs_ctx *ctx, const struct gs_packed *packed,
                                    const struct gs_method_choice *choice,
                                    struct gs_method_table *out)
{
    const struct gs_study *study = packed->study;
    size_t n_criteria = study->n_criteria;
    struct gs_method_table table = {.n_criteria = n_criteria};
    table.values = new_rows(ctx, n_criteria, packed->n);
    table.lower = GS_ARRAY(ctx, bool, n_criteria);
    enum gs_status status = table.values && table.lower ? GS_OK : GS_ENOMEM;
    for (size_t c = 0; c < n_criteria && !status; c++) {
        const struct gs_criterion *criterion = &study->criteria[c];
        double *values = table.values[c];
        enum gs_normalise how =
            criterion->relative ? gs_normalise_of(criterion, choice) : GS_NORMALISE_NONE;
        table.lower[c] = criterion->lower && !gs_normalise_turns(how);
        status = gs_normalise_values(ctx, &criterion->value_pos, criterion->factor.id, how,
                                     criterion->lower, packed->values[c], packed->n, values);
        if (!status && criterion->relative && !(choice->method->flags & GS_METHOD_ANY_VALUES))
            status = check_range(ctx, criterion, choice, values, packed->n);
    }
    if (status) {
        gs_method_table_release(&table);
        return status;
    }
    table.table = (struct gs_decision_table){
        .n_sites = packed->n,
        .n_criteria = n_criteria,
        .values = (const double *const *)table.values,
        .weights = packed->weights,
        .ids = packed->ids,
        .relative = packed->relative,
        .lower = table.lower,
        .preferences = packed->preferences,
    };
    *out = table;
    return GS_OK;
}

void gs_method_table_release(struct gs_method_table *table)
{
    free_rows(table->values, table->n_criteria);
    gs_free(table->lower);
}

/* -- scoring ----------------------------------------------------------------------------------- */

/* What a method says of the packed sites. */
struct scored {
    struct gs_method_table table;
    double *score, *index;
    double **parts, **figures;
    size_t n_criteria, n_figures;
};

static void release_scored(struct scored *scored)
{
    gs_method_table_release(&scored->table);
    gs_free(scored->score);
    gs_free(scored->index);
    free_rows(scored->parts, scored->n_criteria);
    free_rows(scored->figures, scored->n_figures);
}

static enum gs_status score_packed(struct gs_ctx *ctx, const struct gs_packed *packed,
                                   const struct gs_method_choice *choice, struct scored *out)
{
    const struct gs_method *method = choice->method;
    struct scored scored = {.n_criteria = packed->study->n_criteria,
                            .n_figures = method->n_figures};
    enum gs_status status = gs_method_table_init(ctx, packed, choice, &scored.table);
    if (status)
        return status;
    scored.score = gs_nan_array(ctx, packed->n);
    scored.index = gs_nan_array(ctx, packed->n);
    scored.parts = new_rows(ctx, scored.n_criteria, packed->n);
    scored.figures = new_rows(ctx, scored.n_figures, packed->n);
    if (!scored.score || !scored.index || !scored.parts || !scored.figures)
        status = GS_ENOMEM;
    struct gs_scores scores = {scored.score, scored.index, scored.parts, scored.figures};
    if (!status && packed->n)
        status = method->score(ctx, &scored.table.table, choice->params, &scores);
    if (status)
        release_scored(&scored);
    else
        *out = scored;
    return status;
}

/* -- the study's own method -------------------------------------------------------------------- */

/* The values that relative criteria had are replaced by what the method saw. */
static void spread(const struct gs_packed *packed, const struct scored *scored,
                   struct gs_result *result)
{
    const struct gs_study *study = packed->study;
    for (size_t c = 0; c < study->n_criteria; c++)
        for (size_t i = 0; study->criteria[c].relative && i < result->n_sites; i++)
            result->values[c][i] = NAN;
    for (size_t i = 0; i < packed->n; i++) {
        size_t site = packed->sites[i];
        result->score[site] = scored->score[i];
        result->method_index[site] = scored->index[i];
        for (size_t f = 0; f < scored->n_figures; f++)
            result->figures[f][site] = scored->figures[f][i];
        for (size_t c = 0; c < study->n_criteria; c++) {
            result->parts[c][site] = scored->parts[c][i];
            result->values[c][site] = scored->table.values[c][i];
        }
    }
}

static enum gs_status score_main(struct gs_ctx *ctx, const struct gs_packed *packed,
                                 struct gs_result *result)
{
    struct scored scored;
    enum gs_status status = score_packed(ctx, packed, &packed->study->decision, &scored);
    if (status)
        return status;
    spread(packed, &scored, result);
    release_scored(&scored);
    return gs_rank(ctx, result->n_sites, result->score, result->feasible, result->sites.ids,
                   result->rank, result->order);
}

/* -- the methods under `also` ------------------------------------------------------------------ */

static enum gs_status score_other(struct gs_ctx *ctx, const struct gs_packed *packed,
                                  const struct gs_method_choice *choice,
                                  const struct gs_result *result, struct gs_outcome *out)
{
    size_t n = result->n_sites;
    out->scenario = GS_SCENARIO_BASE;
    out->method = choice->text;
    out->excluded_by = result->excluded_by;
    out->score = gs_nan_array(ctx, n);
    out->method_index = gs_nan_array(ctx, n);
    out->rank = GS_ARRAY_ZERO(ctx, unsigned, n);
    size_t *order = GS_ARRAY(ctx, size_t, n);
    struct scored scored;
    enum gs_status status = out->score && out->method_index && out->rank && order
                                ? score_packed(ctx, packed, choice, &scored)
                                : GS_ENOMEM;
    if (!status) {
        for (size_t i = 0; i < packed->n; i++) {
            out->score[packed->sites[i]] = scored.score[i];
            out->method_index[packed->sites[i]] = scored.index[i];
        }
        release_scored(&scored);
        status = gs_rank(ctx, n, out->score, result->feasible, result->sites.ids, out->rank, order);
    }
    gs_free(order);
    return status;
}

enum gs_status gs_score_study(struct gs_ctx *ctx, const struct gs_study *study,
                              struct gs_result *result)
{
    struct gs_packed packed;
    enum gs_status status = gs_pack(ctx, study, result, NULL, &packed);
    if (status)
        return status;
    status = score_main(ctx, &packed, result);
    result->outcomes = status ? NULL : GS_ARRAY_ZERO(ctx, struct gs_outcome, study->n_also);
    if (!status && !result->outcomes)
        status = GS_ENOMEM;
    for (size_t i = 0; i < study->n_also && !status; i++) {
        result->n_outcomes = i + 1;
        status = score_other(ctx, &packed, &study->also[i], result, &result->outcomes[i]);
    }
    gs_packed_release(&packed);
    return status;
}
