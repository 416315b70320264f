// SPDX-License-Identifier: Apache-2.0
/* What would have to change for a better rank: the study of the run is opened anew from its texts,
 * and its own value functions and method are asked. */
#include "study/explain.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"
#include "geo/gpkg.h"
#include "measure/measure.h"
#include "study/open.h"

#include <math.h>
#include <string.h>

/* What rounding may make of a score on the way through the file and back. */
#define SAME 1e-9

struct again {
    struct gs_ctx *ctx;
    struct gs_explained_run *run;
    const char *path;
    struct gs_study_texts texts;
    struct gs_study *study;
    struct gs_result *result; /* in ranking order */
    double **stored;          /* [criterion][site]: worths as the file has them */
    double *weights;          /* of the criteria, likewise */
    size_t n_rows;            /* of table contributions, so far */
    bool amiss;               /* and they are not as expected */
    bool weights_differ;      /* the final weights are not those of the study's text alone */
    enum gs_status status;
};

static const char *keep(struct again *again, const char *text)
{
    const char *copy = text ? gs_arena_text(again->ctx, &again->run->arena, text) : NULL;
    if (text && !copy)
        again->status = GS_ENOMEM;
    return copy;
}

/* Warns, and leaves out what cannot be told; the rest of the explanation stands. */
static void leave_out(struct again *again, const char *why)
{
    struct gs_explained_run *run = again->run;
    if (run->left_out || again->status)
        return;
    run->left_out = keep(again, why);
    if (run->left_out)
        gs_warn(again->ctx, NULL, "run the study again with this version of gigasite",
                "%s: what would have to change is left out: %s", run->path, run->left_out);
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool read_fact(void *user, const char *const *values, size_t n)
{
    struct again *again = user;
    (void)n;
    const char *key = values[0] ? values[0] : "", *value = keep(again, values[1]);
    if (strcmp(key, "study.path") == 0)
        again->path = value;
    else if (strcmp(key, "study.text") == 0)
        again->texts.study = value;
    else if (strcmp(key, "study.settings") == 0)
        again->texts.settings = value;
    else if (strcmp(key, "catalogue.text") == 0)
        again->texts.catalogue = value;
    return again->status == GS_OK;
}

static enum gs_status open_study(struct again *again)
{
    if (!again->path || !again->texts.study || !again->texts.catalogue) {
        leave_out(again, "the run does not hold its study");
        return again->status;
    }
    struct gs_arena *arena = &again->run->arena;
    const char *fault = NULL;
    again->status =
        gs_study_open_kept(again->ctx, again->path, &again->texts, arena, &again->study, &fault);
    if (!again->status && fault) {
        char *why =
            gs_arena_printf(again->ctx, arena, "gigasite %s cannot read the study it holds: %s",
                            gs_version(), fault);
        if (why)
            leave_out(again, why);
        else
            again->status = GS_ENOMEM;
    } else if (!again->status && !again->run->is_top_given) {
        again->run->top = (size_t)again->study->robustness.top;
    }
    return again->status;
}

/* A site × criterion; they come in ranking order, the criteria as in the study. */
static bool read_cell(void *user, const char *const *values, size_t n)
{
    struct again *again = user;
    struct gs_study *study = again->study;
    struct gs_result *result = again->result;
    (void)n;
    size_t site = again->n_rows / study->n_criteria, c = again->n_rows % study->n_criteria;
    again->n_rows++;
    again->amiss = site >= result->n_sites || !values[0] || !values[1] ||
                   strcmp(values[0], again->run->all[site].id) != 0 ||
                   strcmp(values[1], study->criteria[c].factor.id) != 0;
    if (again->amiss)
        return false;
    struct gs_measured *measured = &result->criteria[c];
    if (study->criteria[c].relative || !values[3])
        measured->number[site] = gs_number_of(values[2]);
    else
        measured->text[site] = keep(again, values[3]);
    again->stored[c][site] = gs_number_of(values[4]);
    double weight = gs_number_of(values[5]);
    if (site == 0 && fabs(weight - study->criteria[c].weight) > SAME)
        again->weights_differ = true;
    if (site == 0)
        again->weights[c] = weight;
    return again->status == GS_OK;
}

static enum gs_status allocate(struct again *again)
{
    struct gs_ctx *ctx = again->ctx;
    size_t n = again->run->n_all, n_criteria = again->study->n_criteria;
    struct gs_result *result = again->result = GS_NEW(ctx, struct gs_result);
    if (!result)
        return GS_ENOMEM;
    gs_arena_init(&result->arena);
    gs_sites_init(&result->sites);
    result->study = again->study;
    result->n_sites = n;
    result->criteria = GS_ARRAY_ZERO(ctx, struct gs_measured, n_criteria);
    result->values = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    result->feasible = GS_ARRAY_ZERO(ctx, bool, n);
    again->stored = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    again->weights = gs_nan_array(ctx, n_criteria);
    if (!result->criteria || !result->values || !result->feasible || !again->stored ||
        !again->weights)
        return GS_ENOMEM;
    for (size_t c = 0; c < n_criteria; c++) {
        result->criteria[c].number = gs_nan_array(ctx, n);
        result->criteria[c].text = GS_ARRAY_ZERO(ctx, const char *, n);
        again->stored[c] = gs_nan_array(ctx, n);
        if (!result->criteria[c].number || !result->criteria[c].text || !again->stored[c])
            return GS_ENOMEM;
    }
    for (size_t i = 0; i < n; i++)
        result->feasible[i] = !isnan(again->run->all[i].rank);
    return GS_OK;
}

/* Numbers or texts, as in a run: what holds no text are numbers. */
static enum gs_status value_cells(struct again *again)
{
    struct gs_result *result = again->result;
    enum gs_status status = GS_OK;
    for (size_t c = 0; c < again->study->n_criteria && !status; c++) {
        struct gs_measured *measured = &result->criteria[c];
        bool any = false;
        for (size_t i = 0; i < result->n_sites; i++)
            any |= measured->text[i] != NULL;
        if (!any || !again->study->criteria[c].value ||
            !again->study->criteria[c].value->categorical) {
            gs_free(measured->text);
            measured->text = NULL;
        }
        status = gs_value_criterion(again->ctx, &again->study->criteria[c], measured,
                                    result->n_sites, &result->values[c]);
    }
    return status;
}

/* Do the study and what was measured lead to the worths that the file has? */
static void check_worths(struct again *again)
{
    struct gs_result *result = again->result;
    for (size_t c = 0; c < again->study->n_criteria; c++)
        for (size_t i = 0; i < result->n_sites && !again->study->criteria[c].relative; i++) {
            double worth = result->values[c][i], stored = again->stored[c][i];
            if (isnan(worth) != isnan(stored) || fabs(worth - stored) > SAME) {
                struct gs_text why;
                gs_text_init(&why);
                gs_text_printf(&why, "gigasite %s gives `%s` of site `%s` another worth",
                               gs_version(), again->study->criteria[c].factor.id,
                               again->run->all[i].id);
                leave_out(again, why.bytes ? why.bytes : "other worths");
                gs_text_release(&why);
                return;
            }
        }
}

/* Weights that come of the data, or of a method this version does not know the same way, are taken
 * as the run has them: each the share of the whole. */
static void take_weights(struct again *again)
{
    struct gs_study *study = again->study;
    if (!again->weights_differ)
        return;
    for (size_t g = 0; g < study->n_groups; g++)
        study->groups[g].weight_given = 0;
    for (size_t c = 0; c < study->n_criteria; c++) {
        double weight = again->weights[c];
        study->criteria[c].weight = study->criteria[c].weight_given = weight;
        for (size_t g = study->criteria[c].group;; g = study->groups[g].parent) {
            study->groups[g].weight_given += weight;
            if (g == 0)
                break;
        }
    }
}

static enum gs_status load(struct again *again)
{
    struct gs_db *db = NULL;
    enum gs_status status = gs_db_open(again->ctx, again->run->path, &db);
    if (!status)
        status = gs_db_query(again->ctx, db,
                             "SELECT key, value FROM run WHERE key IN ('study.path', 'study.text', "
                             "'study.settings', 'catalogue.text')",
                             NULL, 0, read_fact, again);
    status = status ? status : again->status;
    if (!status)
        status = open_study(again);
    if (!status && again->study)
        status = allocate(again);
    if (!status && again->study)
        status = gs_db_query(again->ctx, db,
                             "SELECT candidate_id, criterion, measured, measured_text, value, "
                             "weight FROM contributions ORDER BY fid",
                             NULL, 0, read_cell, again);
    gs_db_close(db);
    status = status ? status : again->status;
    if (status || !again->study)
        return status;
    if (again->amiss || again->n_rows != again->run->n_all * again->study->n_criteria) {
        leave_out(again, "its table `contributions` is not that of its study");
        return again->status;
    }
    take_weights(again);
    status = value_cells(again);
    if (!status)
        check_worths(again);
    return status ? status : again->status;
}

/* -- what a quantity can be ----------------------------------------------------------------------
 */

/* As the measure has it, and as constraints on the very same quantity demand. */
static struct gs_span span_of(const struct again *again, size_t c)
{
    const struct gs_study *study = again->study;
    const struct gs_factor *factor = &study->criteria[c].factor;
    unsigned flags = factor->measure->flags;
    struct gs_span span = {flags & GS_MEASURE_FROM_0 ? 0 : -INFINITY,
                           flags & GS_MEASURE_TO_1 ? 1 : INFINITY, (flags & GS_MEASURE_COUNT) != 0};
    const double *numbers = again->result->criteria[c].number;
    for (size_t i = 0; i < again->result->n_sites && span.whole; i++) /* a decay makes fractions */
        span.whole = isnan(numbers[i]) || numbers[i] == floor(numbers[i]);
    for (size_t i = 0; i < study->n_constraints; i++) {
        const struct gs_constraint *constraint = &study->constraints[i];
        const struct gs_factor *other = &constraint->factor;
        if (other->layer != factor->layer || !gs_text_same(other->where, factor->where) ||
            !gs_text_same(other->measure_text, factor->measure_text) ||
            !gs_text_same(other->unit, factor->unit))
            continue;
        span.low = fmax(span.low, constraint->min);
        span.high = fmin(span.high, constraint->max);
    }
    return span;
}

/* -- one site ------------------------------------------------------------------------------------
 */

static enum gs_status explain_quantities(struct again *again, struct gs_trial *trial,
                                         struct gs_explained_site *site, size_t at, size_t goal)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < site->n_criteria && !status; i++) {
        struct gs_explained_criterion *criterion = &site->criteria[i];
        size_t c = criterion->order;
        struct gs_span span = span_of(again, c);
        const double *numbers = again->result->criteria[c].number;
        status = gs_change_quantity(trial, &again->run->arena, c, numbers[at],
                                    again->result->values[c][at], &span, site->goals[goal],
                                    &criterion->changes[goal]);
    }
    return status;
}

static double weights_of(const struct gs_study *study, size_t group)
{
    double total = 0;
    for (size_t i = 0; i < study->n_criteria; i++)
        total += study->criteria[i].group == group ? study->criteria[i].weight_given : 0;
    for (size_t i = 1; i < study->n_groups; i++)
        total += study->groups[i].parent == group ? study->groups[i].weight_given : 0;
    return total;
}

static enum gs_status add_weight(struct again *again, struct gs_trial *trial,
                                 struct gs_explained_site *site, size_t group, double *given,
                                 struct gs_explained_weight weight)
{
    const struct gs_group *of = &again->study->groups[group];
    double others = weights_of(again->study, group) - *given;
    enum gs_status status = GS_OK;
    if (!(others > 0))
        return GS_OK;
    weight.group = group ? of->id : NULL;
    weight.as_share = again->weights_differ || of->weighing.method != GS_WEIGH_DIRECT;
    weight.from = weight.as_share ? 100 * *given / (*given + others) : *given;
    for (size_t g = 0; g < site->n_goals && !status; g++)
        status = gs_change_weight(trial, given, others, weight.as_share, site->goals[g],
                                  &weight.changes[g]);
    site->weights[site->n_weights++] = weight;
    return status;
}

static enum gs_status explain_weights(struct again *again, struct gs_trial *trial,
                                      struct gs_explained_site *site)
{
    struct gs_study *study = again->study;
    size_t n = study->n_criteria + study->n_groups;
    enum gs_status status = GS_OK;
    site->weights = GS_ARENA_ARRAY(again->ctx, &again->run->arena, struct gs_explained_weight, n);
    if (!site->weights)
        return GS_ENOMEM;
    for (size_t i = 1; i < study->n_groups && !status; i++) {
        struct gs_group *group = &study->groups[i];
        struct gs_explained_weight weight = {.id = keep(again, group->id),
                                             .title = keep(again, group->title),
                                             .is_group = true};
        status = add_weight(again, trial, site, group->parent, &group->weight_given, weight);
    }
    for (size_t i = 0; i < study->n_criteria && !status; i++) {
        struct gs_criterion *criterion = &study->criteria[i];
        struct gs_explained_weight weight = {.id = keep(again, criterion->factor.id),
                                             .title = keep(again, criterion->factor.title)};
        status = add_weight(again, trial, site, criterion->group, &criterion->weight_given, weight);
    }
    for (size_t i = 0; i < site->n_weights; i++) /* they outlive the study */
        site->weights[i].group = keep(again, site->weights[i].group);
    return status ? status : again->status;
}

/* Classes live as long as the study; what is told outlives it. */
static void keep_texts(struct again *again, struct gs_explained_site *site)
{
    for (size_t i = 0; i < site->n_criteria; i++) {
        struct gs_explained_criterion *criterion = &site->criteria[i];
        criterion->measure =
            keep(again, again->study->criteria[criterion->order].factor.measure->name);
        for (size_t g = 0; g < site->n_goals; g++)
            for (size_t k = 0; k < criterion->changes[g].n_classes; k++)
                criterion->changes[g].classes[k] = keep(again, criterion->changes[g].classes[k]);
    }
}

static enum gs_status explain_ranked(struct again *again, struct gs_trial *trial,
                                     struct gs_explained_site *site, size_t at)
{
    struct gs_explained_run *run = again->run;
    if (run->top > 1 && trial->rank > run->top)
        site->goals[site->n_goals++] = run->top;
    if (trial->rank > 1)
        site->goals[site->n_goals++] = 1;
    enum gs_status status = GS_OK;
    for (size_t g = 0; g < site->n_goals && !status; g++)
        status = explain_quantities(again, trial, site, at, g);
    if (!status && site->n_goals)
        status = explain_weights(again, trial, site);
    keep_texts(again, site);
    return status ? status : again->status;
}

/* -- what an excluded site lacks ------------------------------------------------------------------
 */

static void append_list(struct gs_text *text, const struct gs_texts *list)
{
    for (size_t i = 0; i < list->n; i++)
        gs_text_printf(text, "%s%s", !i ? "" : i + 1 < list->n ? ", " : " or ", list->items[i]);
}

/* The amount that is missing, rounded up so that it does. */
static double missing_amount(double measured, double bound)
{
    for (int digits = 3; digits <= 17; digits++) {
        double by = gs_round_up(fabs(bound - measured), digits);
        double to = bound > measured ? measured + by : measured - by;
        if (bound > measured ? to >= bound : to <= bound)
            return bound > measured ? by : -by;
    }
    return bound - measured;
}

static enum gs_status explain_constraint(struct again *again, struct gs_explained_constraint *out)
{
    const struct gs_constraint *c = NULL;
    for (size_t i = 0; i < again->study->n_constraints; i++)
        if (strcmp(again->study->constraints[i].factor.id, out->id) == 0)
            c = &again->study->constraints[i];
    if (!c || !out->met || *out->met == '1')
        return GS_OK;
    out->measure = keep(again, c->factor.measure->name);
    if (out->measured < c->min)
        out->lacks = missing_amount(out->measured, c->min);
    else if (out->measured > c->max)
        out->lacks = missing_amount(out->measured, c->max);
    bool known = out->measured_text || !isnan(out->measured);
    if (!isnan(out->lacks) || !known)
        return again->status;
    struct gs_text needs;
    gs_text_init(&needs);
    gs_text_append(&needs, c->in.n ? "" : "anything but ");
    append_list(&needs, c->in.n ? &c->in : &c->not_in);
    if (needs.failed)
        again->status = gs_fail_memory(again->ctx);
    else
        out->needs = keep(again, needs.bytes);
    gs_text_release(&needs);
    return again->status;
}

static enum gs_status explain_excluded(struct again *again, struct gs_explained_site *site,
                                       size_t at)
{
    enum gs_status status = GS_OK;
    bool all = true, any_failed = false;
    for (size_t i = 0; i < site->n_constraints && !status; i++) {
        any_failed |= site->constraints[i].met && *site->constraints[i].met == '0';
        status = explain_constraint(again, &site->constraints[i]);
    }
    for (size_t c = 0; c < again->study->n_criteria; c++) {
        const struct gs_criterion *criterion = &again->study->criteria[c];
        bool filled = criterion->relative && criterion->missing != GS_MISSING_EXCLUDE;
        all &= filled || !isnan(again->result->values[c][at]);
    }
    if (status || !all || !any_failed)
        return status;
    struct gs_trial trial;
    status = gs_trial_init(again->ctx, again->study, again->result, at, &trial);
    if (status)
        return status;
    if (trial.rank != GS_NO_RANK) {
        site->waived_rank = (double)trial.rank;
        site->waived_score = trial.score[trial.target];
    }
    gs_trial_release(&trial);
    return GS_OK;
}

/* Does scoring anew lead to what the file has? */
static bool is_same(const struct again *again, const struct gs_trial *trial)
{
    if (trial->rank == GS_NO_RANK)
        return false;
    for (size_t i = 0; i < trial->packed.n; i++)
        if (!(fabs(trial->score[i] - again->run->all[trial->packed.sites[i]].score) <= SAME))
            return false;
    return true;
}

static enum gs_status explain_site(struct again *again, struct gs_explained_site *site)
{
    size_t at = (size_t)(site->site - again->run->all);
    if (isnan(site->site->rank))
        return explain_excluded(again, site, at);
    struct gs_trial trial;
    enum gs_status status = gs_trial_init(again->ctx, again->study, again->result, at, &trial);
    if (status)
        return status;
    if (is_same(again, &trial))
        status = explain_ranked(again, &trial, site, at);
    else
        leave_out(again, "the study it holds does not lead to its scores here");
    gs_trial_release(&trial);
    return status ? status : again->status;
}

static void release(struct again *again)
{
    for (size_t c = 0; again->stored && c < again->study->n_criteria; c++)
        gs_free(again->stored[c]);
    gs_free(again->stored);
    gs_free(again->weights);
    gs_result_free(again->result);
    gs_study_free(again->study);
}

enum gs_status gs_explain_changes(struct gs_ctx *ctx, struct gs_explained_run *run)
{
    struct again again = {.ctx = ctx, .run = run};
    enum gs_status status = load(&again);
    for (size_t i = 0; i < run->n_sites && !status && !run->left_out; i++)
        status = explain_site(&again, &run->sites[i]);
    release(&again);
    return status;
}
