// SPDX-License-Identifier: Apache-2.0
/* What a run's tables do not hold but its study does: the weights as they were given, the shape of
 * the value functions, the parameters of the method. */
#include "study/report.h"

#include "base/ctx.h"
#include "decision/method.h"
#include "study/blocks.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

enum { CURVE_POINTS = 121 };

static void append_key(struct gs_text *json, const char *key)
{
    gs_text_printf(json, ", \"%s\": ", key);
}

/* -- value functions --------------------------------------------------------------------------- */

/* Over what was measured and a little beyond; a worth that goes on changing there is cut off. */
static void append_curve(struct gs_text *json, const struct gs_criterion *criterion, double least,
                         double most)
{
    double margin = most > least ? 0.08 * (most - least) : fmax(fabs(least) * 0.1, 1e-3);
    double from = least >= 0 ? fmax(0, least - margin) : least - margin, to = most + margin;
    gs_text_append(json, ", \"curve\": {\"from\": ");
    gs_text_append_json_double(json, from);
    gs_text_append(json, ", \"to\": ");
    gs_text_append_json_double(json, to);
    gs_text_append(json, ", \"worths\": [");
    for (int i = 0; i < CURVE_POINTS; i++) {
        double x = from + (to - from) * i / (CURVE_POINTS - 1);
        double worth = criterion->value->worth(criterion->value_params, x);
        gs_text_append(json, i ? "," : "");
        if (isfinite(worth))
            gs_text_append_rounded(json, worth, 4);
        else
            gs_text_append(json, "null");
    }
    gs_text_append(json, "]}");
}

static void append_criterion(struct gs_reported *report, size_t c)
{
    struct gs_text *json = &report->json;
    const struct gs_criterion *criterion = &report->study->criteria[c];
    gs_text_append(json, c ? ",\n{\"id\": " : "\n{\"id\": ");
    gs_text_append_json(json, criterion->factor.id);
    gs_text_printf(json, ", \"group\": %zu, \"relative\": %s, \"lower\": %s, \"given\": ",
                   criterion->group, criterion->relative ? "true" : "false",
                   criterion->lower ? "true" : "false");
    gs_text_append_json_double(json, criterion->weight_given);
    append_key(json, "layer_title");
    gs_text_append_json(json, criterion->factor.layer ? criterion->factor.layer->title : NULL);
    if (criterion->value && !criterion->value->categorical && !isnan(report->least[c]))
        append_curve(json, criterion, report->least[c], report->most[c]);
    gs_text_append(json, "}");
}

/* -- groups ------------------------------------------------------------------------------------ */

static void append_group(struct gs_reported *report, size_t g)
{
    struct gs_text *json = &report->json;
    const struct gs_group *group = &report->study->groups[g];
    gs_text_append(json, g ? ",\n{\"id\": " : "\n{\"id\": ");
    gs_text_append_json(json, group->id);
    append_key(json, "title");
    gs_text_append_json(json, group->title);
    gs_text_printf(json, ", \"parent\": %zu, \"weighing\": \"%s\", \"given\": ", group->parent,
                   gs_weighing_names[group->weighing.method]);
    gs_text_append_json_double(json, group->weight_given);
    append_key(json, "consistency_ratio");
    gs_text_append_json_double(json, group->weighing.ratio);
    gs_text_append(json, "}");
}

/* -- method ------------------------------------------------------------------------------------ */

static void append_param(struct gs_text *json, const struct gs_param *param, const void *params)
{
    const void *member = (const char *)params + param->offset;
    append_key(json, param->key);
    if (param->type == GS_PARAM_QUANTITY) {
        gs_text_append_json_double(json, *(const double *)member);
    } else if (param->type == GS_PARAM_CHOICE) {
        gs_text_append_json(json, param->choices[*(const int *)member]);
    } else if (param->type == GS_PARAM_NUMBERS) {
        const struct gs_numbers *numbers = member;
        gs_text_append(json, numbers->items ? "[" : "null");
        for (size_t i = 0; i < numbers->n; i++) {
            gs_text_append(json, i ? "," : "");
            gs_text_append_json_double(json, numbers->items[i]);
        }
        gs_text_append(json, numbers->items ? "]" : "");
    } else {
        gs_text_append(json, "null");
    }
}

static void append_method(struct gs_text *json, const struct gs_method_choice *choice)
{
    gs_text_append(json, ",\n\"method\": {\"name\": ");
    gs_text_append_json(json, choice->name);
    append_key(json, "text");
    gs_text_append_json(json, choice->text);
    append_key(json, "summary");
    gs_text_append_json(json, choice->method->summary);
    append_key(json, "details");
    gs_text_append_json(json, choice->method->details);
    for (size_t i = 0; i < choice->method->n_params; i++)
        append_param(json, &choice->method->params[i], choice->params);
    gs_text_append(json, "}");
}

static void append_robustness(struct gs_text *json, const struct gs_robustness *robustness)
{
    if (robustness->asked)
        gs_text_printf(json, ",\n\"robustness\": {\"draws\": %lld, \"top\": %lld}",
                       robustness->draws, robustness->top);
}

static void append_scenarios(struct gs_text *json, const struct gs_study *study)
{
    gs_text_append(json, ",\n\"scenarios\": [");
    for (size_t i = 0; i < study->n_scenarios; i++) {
        gs_text_append(json, i ? ", [" : "[");
        gs_text_append_json(json, study->scenarios[i].id);
        gs_text_append(json, ", ");
        gs_text_append_json(json, study->scenarios[i].title);
        gs_text_append(json, "]");
    }
    gs_text_append(json, "]");
}

enum gs_status gs_report_study(struct gs_reported *report)
{
    struct gs_text *json = &report->json;
    const struct gs_study *study = report->study;
    gs_text_append(json, ",\n\"no_study\": ");
    gs_text_append_json(json, report->no_study);
    if (!study)
        return GS_OK;
    gs_text_append(json, ",\n\"given\": [");
    for (size_t c = 0; c < study->n_criteria; c++)
        append_criterion(report, c);
    gs_text_append(json, "],\n\"groups\": [");
    for (size_t g = 0; g < study->n_groups; g++)
        append_group(report, g);
    gs_text_append(json, "]");
    append_method(json, &study->decision);
    append_robustness(json, &study->robustness);
    append_scenarios(json, study);
    return gs_check_cancel(report->ctx);
}
