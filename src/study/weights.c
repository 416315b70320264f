// SPDX-License-Identifier: Apache-2.0
/* Weights: normalised within each group, printed as a tree. */
#include "study/parse.h"
#include "study/run.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* A criterion belongs to criteria[i].group, a group to groups[i].parent; group 0 is the whole. */
static double total_given(const struct gs_study *study, size_t group, size_t *n_members)
{
    double total = 0;
    *n_members = 0;
    for (size_t i = 0; i < study->n_criteria; i++)
        if (study->criteria[i].group == group) {
            total += study->criteria[i].weight_given;
            ++*n_members;
        }
    for (size_t i = 1; i < study->n_groups; i++)
        if (study->groups[i].parent == group) {
            total += study->groups[i].weight_given;
            ++*n_members;
        }
    return total;
}

void gs_study_normalise(struct gs_reader *reader, struct gs_study *study)
{
    for (size_t g = 0; g < study->n_groups; g++) { /* parents come first */
        struct gs_group *group = &study->groups[g];
        size_t n_members;
        double total = total_given(study, g, &n_members);
        if (n_members == 0) /* reported already */
            continue;
        if (!(total > 0)) {
            gs_reader_fault(reader, &group->pos, "give at least one member a weight above 0",
                            "all weights %s%s%s are zero", g ? "in group `" : "of the criteria",
                            group->id, g ? "`" : "");
            continue;
        }
        if (!isfinite(total)) {
            gs_reader_fault(reader, &group->pos, "only their proportions count: divide them all",
                            "the weights %s%s%s are too large to be added up",
                            g ? "in group `" : "of the criteria", group->id, g ? "`" : "");
            continue;
        }
        for (size_t i = 0; i < study->n_criteria; i++)
            if (study->criteria[i].group == g)
                study->criteria[i].weight = group->weight * study->criteria[i].weight_given / total;
        for (size_t i = 1; i < study->n_groups; i++)
            if (study->groups[i].parent == g)
                study->groups[i].weight = group->weight * study->groups[i].weight_given / total;
    }
}

/* -- text -------------------------------------------------------------------------------------- */

static void text_line(struct gs_text *text, int depth, const char *id, const char *title,
                      double given, double share)
{
    gs_text_printf(text, "%*s%s", depth * 2, "", id);
    gs_text_pad(text, 34);
    gs_text_printf(text, " %9.4g %9.2f %%", given, share * 100);
    if (title && strcmp(title, id) != 0)
        gs_text_printf(text, "  %s", title);
    gs_text_append(text, "\n");
}

static void text_members(struct gs_text *text, const struct gs_study *study, size_t group,
                         int depth)
{
    for (size_t i = 0; i < study->n_criteria; i++) {
        const struct gs_criterion *c = &study->criteria[i];
        if (c->group == group)
            text_line(text, depth, c->factor.id, c->factor.title, c->weight_given, c->weight);
    }
    for (size_t i = 1; i < study->n_groups; i++) {
        const struct gs_group *g = &study->groups[i];
        if (g->parent != group)
            continue;
        text_line(text, depth, g->id, g->title, g->weight_given, g->weight);
        text_members(text, study, i, depth + 1);
    }
}

/* The id of a group's member by its number: criteria first, then groups. */
static const char *member_id(const struct gs_study *study, size_t group, size_t member)
{
    for (size_t i = 0; i < study->n_criteria; i++)
        if (study->criteria[i].group == group && member-- == 0)
            return study->criteria[i].factor.id;
    for (size_t i = 1; i < study->n_groups; i++)
        if (study->groups[i].parent == group && member-- == 0)
            return study->groups[i].id;
    return "";
}

static void text_experts(struct gs_text *text, const struct gs_study *study, size_t group)
{
    const struct gs_weighing *weighing = &study->groups[group].weighing;
    for (size_t e = 0; e < weighing->n_experts; e++) {
        const struct gs_expert *expert = &weighing->experts[e];
        gs_text_printf(text, "  %s", expert->name);
        gs_text_pad(text, 24);
        gs_text_printf(text, " consistency ratio %.3f%s", expert->ratio,
                       expert->ratio > 0.1 ? " (above 0.1)" : "");
        if (expert->dissent > 0)
            gs_text_printf(text, ", farthest off in %s: %.1f %%, %.1f points from the merged",
                           member_id(study, group, expert->farthest),
                           expert->weights[expert->farthest] * 100, expert->dissent * 100);
        gs_text_append(text, "\n");
    }
}

static void text_weighing(struct gs_text *text, const struct gs_study *study, size_t group)
{
    const struct gs_weighing *weighing = &study->groups[group].weighing;
    if (weighing->method == GS_WEIGH_DIRECT)
        return;
    gs_text_printf(text, "\n%s: by %s", group ? study->groups[group].id : "criteria",
                   gs_weighing_names[weighing->method]);
    if (!isnan(weighing->ratio))
        gs_text_printf(text, ", consistency ratio %.3f (lambda_max %.4f)", weighing->ratio,
                       weighing->lambda_max);
    gs_text_append(text, "\n");
    if (weighing->contradiction && weighing->ratio > 0) {
        struct gs_text words;
        gs_text_init(&words);
        gs_text_printf(&words, "Least consistent: %s.", weighing->contradiction);
        gs_text_append_wrapped(text, 2, 100, words.bytes ? words.bytes : "");
        text->failed |= words.failed;
        gs_text_release(&words);
    }
    text_experts(text, study, group);
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void json_number(struct gs_text *text, const char *key, double value)
{
    gs_text_printf(text, ", \"%s\": ", key);
    gs_text_append_json_double(text, value);
}

static void json_experts(struct gs_text *text, const struct gs_study *study, size_t group)
{
    const struct gs_weighing *weighing = &study->groups[group].weighing;
    size_t n = 0;
    for (size_t i = 0; i < study->n_criteria; i++)
        n += study->criteria[i].group == group;
    for (size_t i = 1; i < study->n_groups; i++)
        n += study->groups[i].parent == group;
    gs_text_append(text, ", \"experts\": [");
    for (size_t e = 0; e < weighing->n_experts; e++) {
        const struct gs_expert *expert = &weighing->experts[e];
        gs_text_append(text, e ? ", {\"name\": " : "{\"name\": ");
        gs_text_append_json(text, expert->name);
        json_number(text, "consistency_ratio", expert->ratio);
        json_number(text, "dissent", expert->dissent);
        gs_text_append(text, ", \"weights\": {");
        for (size_t i = 0; i < n; i++) {
            gs_text_append(text, i ? ", " : "");
            gs_text_append_json(text, member_id(study, group, i));
            gs_text_append(text, ": ");
            gs_text_append_json_double(text, expert->weights[i]);
        }
        gs_text_append(text, "}}");
    }
    gs_text_append(text, "]");
}

static void json_weights(struct gs_text *text, const struct gs_study *study)
{
    gs_text_append(text, "{\"weights\": [");
    for (size_t i = 0; i < study->n_criteria; i++) {
        const struct gs_criterion *c = &study->criteria[i];
        gs_text_append(text, i ? ", {\"id\": " : "{\"id\": ");
        gs_text_append_json(text, c->factor.id);
        json_number(text, "weight", c->weight);
        gs_text_append(text, ", \"group\": ");
        gs_text_append_json(text, c->group ? study->groups[c->group].id : NULL);
        gs_text_append(text, "}");
    }
    gs_text_append(text, "], \"groups\": [");
    for (size_t i = 0; i < study->n_groups; i++) {
        const struct gs_group *g = &study->groups[i];
        gs_text_append(text, i ? ", {\"id\": " : "{\"id\": ");
        gs_text_append_json(text, i ? g->id : NULL);
        gs_text_append(text, ", \"method\": ");
        gs_text_append_json(text, gs_weighing_names[g->weighing.method]);
        json_number(text, "consistency_ratio", g->weighing.ratio);
        json_number(text, "weight", g->weight);
        gs_text_append(text, ", \"parent\": ");
        gs_text_append_json(text, i && g->parent ? study->groups[g->parent].id : NULL);
        if (g->weighing.method == GS_WEIGH_AHP) {
            json_number(text, "lambda_max", g->weighing.lambda_max);
            gs_text_append(text, ", \"least_consistent\": ");
            gs_text_append_json(text, g->weighing.contradiction);
            json_experts(text, study, i);
        }
        gs_text_append(text, "}");
    }
    gs_text_append(text, "]}\n");
}

/* Weights that follow from the data need it measured. */
static enum gs_status settle_weights(struct gs_ctx *ctx, struct gs_study *study)
{
    bool by_data = false;
    for (size_t i = 0; i < study->n_groups; i++)
        by_data |= gs_weighs_by_data(&study->groups[i]);
    if (!by_data)
        return GS_OK;
    struct gs_result *result = NULL;
    enum gs_status status = gs_study_compute(ctx, study, &result);
    gs_result_free(result);
    return status;
}

enum gs_status gs_study_weights(struct gs_ctx *ctx, struct gs_study *study, enum gs_format format,
                                char **out)
{
    enum gs_status status = settle_weights(ctx, study);
    if (status)
        return status;
    struct gs_text text;
    gs_text_init(&text);
    if (format == GS_FORMAT_JSON) {
        json_weights(&text, study);
    } else {
        gs_text_append(&text, "criterion");
        gs_text_pad(&text, 38);
        gs_text_append(&text, "given share of all\n");
        text_members(&text, study, 0, 0);
        for (size_t i = 0; i < study->n_groups; i++)
            text_weighing(&text, study, i);
    }
    return gs_text_finish(ctx, &text, out);
}
