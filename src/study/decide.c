// SPDX-License-Identifier: Apache-2.0
/* From measured quantities to worths, feasibility with reasons, scores and ranks. */
#include "study/score.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"
#include "decision/method.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

static void append_quantity(struct gs_text *text, double value, const char *unit)
{
    gs_text_append_rounded(text, value, 6);
    if (!gs_unit_is_plain(unit))
        gs_text_printf(text, " %s", unit);
}

static void append_reason(struct gs_text *text, const char *id)
{
    gs_text_printf(text, "%s%s: ", text->length ? "; " : "", id);
}

/* -- constraints ------------------------------------------------------------------------------- */

bool gs_class_code(const struct gs_layer *layer, const char *item, double *code)
{
    const char *rest;
    const struct gs_class *named = layer ? gs_layer_class(layer, item) : NULL;
    if (named)
        *code = (double)named->code;
    return named || (gs_parse_number(item, code, &rest) && !*rest);
}

static bool number_is(double value, const char *item, const struct gs_layer *layer)
{
    double code;
    return gs_class_code(layer, item, &code) && value == code;
}

static bool is_listed(const struct gs_texts *list, const struct gs_factor *factor, double number,
                      const char *text)
{
    for (size_t i = 0; i < list->n; i++)
        if (text ? strcmp(text, list->items[i]) == 0
                 : number_is(number, list->items[i], factor->layer))
            return true;
    return false;
}

/* Which demand of the constraint is not met. */
struct lack {
    bool low, high, unlisted, listed;
};

static enum gs_verdict judge_quantity(const struct gs_constraint *c, double number,
                                      const char *text, struct lack *lack)
{
    *lack = (struct lack){0};
    if (!text && isnan(number))
        return c->pass_missing ? GS_VERDICT_MET : GS_VERDICT_NO_DATA;
    lack->low = c->min > number;
    lack->high = c->max < number;
    lack->unlisted = c->in.n && !is_listed(&c->in, &c->factor, number, text);
    lack->listed = c->not_in.n && is_listed(&c->not_in, &c->factor, number, text);
    return lack->low || lack->high || lack->unlisted || lack->listed ? GS_VERDICT_FAILED
                                                                     : GS_VERDICT_MET;
}

enum gs_verdict gs_judge(const struct gs_constraint *c, const struct gs_measured *measured,
                         size_t site)
{
    struct lack lack;
    return judge_quantity(c, measured->number ? measured->number[site] : NAN,
                          measured->text ? measured->text[site] : NULL, &lack);
}

/* Judges a site by a constraint; appends why when it fails. */
static enum gs_verdict judge(const struct gs_constraint *c, const struct gs_measured *measured,
                             size_t site, struct gs_text *reasons)
{
    const struct gs_factor *factor = &c->factor;
    const char *text = measured->text ? measured->text[site] : NULL;
    double number = measured->number ? measured->number[site] : NAN;
    struct lack lack;
    enum gs_verdict verdict = judge_quantity(c, number, text, &lack);
    if (verdict == GS_VERDICT_MET)
        return verdict;
    append_reason(reasons, factor->id);
    if (verdict == GS_VERDICT_NO_DATA) {
        gs_text_append(reasons, "no data");
        return verdict;
    }
    if (text)
        gs_text_append(reasons, text);
    else
        append_quantity(reasons, number, factor->unit);
    if (lack.low || lack.high) {
        gs_text_append(reasons, lack.low ? ", at least " : ", at most ");
        append_quantity(reasons, lack.low ? c->min : c->max, factor->unit);
        gs_text_append(reasons, lack.low ? " required" : " allowed");
    } else {
        gs_text_append(reasons, " is not allowed");
    }
    return verdict;
}

/* -- worths ------------------------------------------------------------------------------------ */

enum gs_status gs_value_criterion(struct gs_ctx *ctx, const struct gs_criterion *c,
                                  const struct gs_measured *measured, size_t n, double **out)
{
    double *values = GS_ARRAY(ctx, double, n);
    if (!values)
        return GS_ENOMEM;
    *out = values;
    for (size_t i = 0; i < n; i++) {
        double worth = NAN;
        if (c->relative) {
            values[i] = measured->number[i];
            continue;
        }
        if (measured->text)
            worth = measured->text[i] ? c->value->worth_of_text(c->value_params, measured->text[i])
                                      : NAN;
        else if (!isnan(measured->number[i]))
            worth = c->value->worth(c->value_params, measured->number[i]);
        if (isnan(worth) && c->missing == GS_MISSING_WORTH)
            worth = c->missing_worth;
        values[i] = worth;
    }
    return GS_OK;
}

/* A criterion without a worth excludes the site; the reason tells missing data from a quantity that
 * the value function does not know. */
static void miss(const struct gs_criterion *c, const struct gs_measured *measured, size_t site,
                 struct gs_text *reasons)
{
    append_reason(reasons, c->factor.id);
    if (measured->text && measured->text[site]) {
        gs_text_printf(reasons, "`%s` has no worth", measured->text[site]);
    } else if (measured->number && !isnan(measured->number[site])) {
        append_quantity(reasons, measured->number[site], c->factor.unit);
        gs_text_append(reasons, " has no worth");
    } else {
        gs_text_append(reasons, "no data");
    }
}

static enum gs_status judge_site(struct gs_ctx *ctx, const struct gs_study *study,
                                 struct gs_result *result, size_t site)
{
    struct gs_text reasons;
    gs_text_init(&reasons);
    if (gs_shapes_is_empty(&result->sites.features.shapes, site)) {
        bool nowhere = gs_shapes_is_empty(gs_sites_shown(&result->sites), site);
        gs_text_append(&reasons,
                       nowhere || !result->sites.unfound ? "no geometry" : result->sites.unfound);
        for (size_t i = 0; i < study->n_constraints; i++)
            result->verdicts[i][site] = GS_VERDICT_NOT_JUDGED;
    } else {
        for (size_t i = 0; i < study->n_constraints; i++)
            result->verdicts[i][site] =
                (uint8_t)judge(&study->constraints[i], &result->constraints[i], site, &reasons);
        for (size_t i = 0; i < study->n_criteria; i++)
            if (isnan(result->values[i][site]) && study->criteria[i].missing == GS_MISSING_EXCLUDE)
                miss(&study->criteria[i], &result->criteria[i], site, &reasons);
    }
    enum gs_status status = GS_OK;
    result->feasible[site] = !reasons.failed && reasons.length == 0;
    if (reasons.failed)
        status = gs_fail_memory(ctx);
    else if (reasons.length)
        result->excluded_by[site] = gs_arena_text(ctx, &result->arena, reasons.bytes);
    if (!result->feasible[site] && !result->excluded_by[site])
        status = GS_ENOMEM;
    gs_text_release(&reasons);
    return status;
}

static enum gs_status allocate(struct gs_ctx *ctx, const struct gs_study *study,
                               struct gs_result *result)
{
    size_t n = result->n_sites;
    result->values = GS_ARRAY_ZERO(ctx, double *, study->n_criteria);
    result->parts = GS_ARRAY_ZERO(ctx, double *, study->n_criteria);
    result->verdicts = GS_ARRAY_ZERO(ctx, uint8_t *, study->n_constraints);
    result->feasible = GS_ARRAY_ZERO(ctx, bool, n);
    result->excluded_by = GS_ARRAY_ZERO(ctx, const char *, n);
    result->score = gs_nan_array(ctx, n);
    result->method_index = gs_nan_array(ctx, n);
    result->rank = GS_ARRAY_ZERO(ctx, unsigned, n);
    result->order = GS_ARRAY_ZERO(ctx, size_t, n);
    result->figures = GS_ARRAY_ZERO(ctx, double *, study->decision.method->n_figures);
    if (!result->values || !result->parts || !result->verdicts || !result->feasible ||
        !result->excluded_by || !result->score || !result->method_index || !result->rank ||
        !result->order || !result->figures)
        return GS_ENOMEM;
    for (size_t c = 0; c < study->n_constraints; c++)
        if (!(result->verdicts[c] = GS_ARRAY_ZERO(ctx, uint8_t, n)))
            return GS_ENOMEM;
    for (size_t c = 0; c < study->n_criteria; c++) {
        result->parts[c] = gs_nan_array(ctx, n);
        if (!result->parts[c])
            return GS_ENOMEM;
    }
    result->figure_names = study->decision.method->figures;
    for (; result->n_figures < study->decision.method->n_figures; result->n_figures++)
        if (!(result->figures[result->n_figures] = gs_nan_array(ctx, n)))
            return GS_ENOMEM;
    return GS_OK;
}

enum gs_status gs_decide(struct gs_ctx *ctx, struct gs_study *study, struct gs_result *result)
{
    enum gs_status status = allocate(ctx, study, result);
    for (size_t c = 0; c < study->n_criteria && !status; c++)
        status = gs_value_criterion(ctx, &study->criteria[c], &result->criteria[c], result->n_sites,
                                    &result->values[c]);
    for (size_t i = 0; i < result->n_sites && !status; i++)
        status = judge_site(ctx, study, result, i);
    if (!status)
        status = gs_weigh_by_data(ctx, study, result);
    if (!status)
        status = gs_score_study(ctx, study, result);
    return status;
}

void gs_decided_release(struct gs_result *result)
{
    const struct gs_study *study = result->study;
    for (size_t c = 0; c < study->n_criteria; c++) {
        gs_free(result->values ? result->values[c] : NULL);
        gs_free(result->parts ? result->parts[c] : NULL);
    }
    for (size_t c = 0; c < study->n_constraints; c++)
        gs_free(result->verdicts ? result->verdicts[c] : NULL);
    for (size_t f = 0; result->figures && f < result->n_figures; f++)
        gs_free(result->figures[f]);
    for (size_t i = 0; i < result->n_outcomes; i++) {
        gs_free(result->outcomes[i].score);
        gs_free(result->outcomes[i].method_index);
        gs_free(result->outcomes[i].rank);
    }
    gs_free(result->figures);
    gs_free(result->outcomes);
    gs_free(result->values);
    gs_free(result->parts);
    gs_free(result->verdicts);
    gs_free(result->feasible);
    gs_free(result->excluded_by);
    gs_free(result->score);
    gs_free(result->method_index);
    gs_free(result->rank);
    gs_free(result->order);
}
