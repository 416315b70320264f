// SPDX-License-Identifier: Apache-2.0
/* Weights: normalised within each group, printed as a tree. */
#include "study/parse.h"

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

static void json_weights(struct gs_text *text, const struct gs_study *study)
{
    gs_text_append(text, "{\"weights\": [");
    for (size_t i = 0; i < study->n_criteria; i++) {
        const struct gs_criterion *c = &study->criteria[i];
        gs_text_append(text, i ? ", {\"id\": " : "{\"id\": ");
        gs_text_append_json(text, c->factor.id);
        gs_text_append(text, ", \"weight\": ");
        gs_text_append_json_double(text, c->weight);
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
        gs_text_append_json(text, g->method);
        gs_text_append(text, ", \"consistency_ratio\": null, \"weight\": ");
        gs_text_append_json_double(text, g->weight);
        gs_text_append(text, ", \"parent\": ");
        gs_text_append_json(text, i && g->parent ? study->groups[g->parent].id : NULL);
        gs_text_append(text, "}");
    }
    gs_text_append(text, "]}\n");
}

enum gs_status gs_study_weights(struct gs_ctx *ctx, const struct gs_study *study,
                                enum gs_format format, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    if (format == GS_FORMAT_JSON) {
        json_weights(&text, study);
    } else {
        gs_text_append(&text, "criterion");
        gs_text_pad(&text, 38);
        gs_text_append(&text, "given share of all\n");
        text_members(&text, study, 0, 0);
    }
    return gs_text_finish(ctx, &text, out);
}
