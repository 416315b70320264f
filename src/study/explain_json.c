// SPDX-License-Identifier: Apache-2.0
/* `explain --format json`. */
#include "study/explain.h"

#include <math.h>

static void append_text(struct gs_text *text, const char *key, const char *value)
{
    gs_text_printf(text, "\"%s\": ", key);
    gs_text_append_json(text, value);
}

static void append_number(struct gs_text *text, const char *key, double value)
{
    gs_text_printf(text, ", \"%s\": ", key);
    gs_text_append_json_double(text, value);
}

static void append_measured(struct gs_text *text, double measured, const char *measured_text,
                            const char *unit)
{
    gs_text_append(text, ", \"measured\": ");
    if (measured_text)
        gs_text_append_json(text, measured_text);
    else
        gs_text_append_json_double(text, measured);
    gs_text_append(text, ", ");
    append_text(text, "unit", unit);
}

static void append_criterion(struct gs_text *text, const struct gs_explained_criterion *c)
{
    gs_text_append(text, "{");
    append_text(text, "id", c->id);
    gs_text_append(text, ", ");
    append_text(text, "title", c->title);
    append_measured(text, c->measured, c->measured_text, c->unit);
    append_number(text, "value", c->value);
    append_number(text, "weight", c->weight);
    append_number(text, "part", c->part);
    append_number(text, "loss", c->loss);
    append_number(text, "value_needed", c->need);
    gs_text_printf(text, ", \"reachable\": %s}",
                   isnan(c->need) ? "null"
                   : c->reachable ? "true"
                                  : "false");
}

/* -- what would have to change --------------------------------------------------------------------
 */

static const char *const kinds[] = {
    [GS_CHANGE_UNKNOWN] = "unknown",   [GS_CHANGE_OUT_OF_REACH] = "out_of_reach",
    [GS_CHANGE_QUANTITY] = "quantity", [GS_CHANGE_WORTH] = "worth",
    [GS_CHANGE_CLASSES] = "classes",   [GS_CHANGE_WEIGHT] = "weight",
};

/* Every key always; null where it does not apply. `from`: NaN where nothing was measured. */
static void append_change(struct gs_text *text, const struct gs_change *change, double from,
                          const char *unit, const char *measure)
{
    bool number = change->kind == GS_CHANGE_QUANTITY || change->kind == GS_CHANGE_WEIGHT;
    bool told = number || change->kind == GS_CHANGE_WORTH;
    gs_text_printf(text, ", \"kind\": \"%s\"", kinds[change->kind]);
    append_number(text, "from", from);
    append_number(text, "needed", told ? change->to : NAN);
    append_number(text, "change", !number ? NAN : change->to > from ? change->by : -change->by);
    gs_text_append(text, ", ");
    append_text(text, "unit", unit);
    gs_text_append(text, ", \"classes\": ");
    gs_text_append(text, change->kind == GS_CHANGE_CLASSES ? "[" : "null");
    for (size_t i = 0; change->kind == GS_CHANGE_CLASSES && i < change->n_classes; i++) {
        gs_text_append(text, i ? ", " : "");
        gs_text_append_json(text, change->classes[i]);
    }
    gs_text_append(text, change->kind == GS_CHANGE_CLASSES ? "]" : "");
    gs_text_printf(text, ", \"unlisted_class\": %s", change->other ? "true" : "false");
    append_number(text, "rank", change->rank == GS_NO_RANK ? NAN : (double)change->rank);
    gs_text_append(text, ", \"text\": ");
    if (change->kind == GS_CHANGE_QUANTITY) {
        struct gs_text phrase;
        gs_text_init(&phrase);
        gs_append_difference(&phrase, measure, unit, change->to > from ? change->by : -change->by);
        gs_text_append_json(text, phrase.bytes);
        text->failed |= phrase.failed;
        gs_text_release(&phrase);
    } else {
        gs_text_append(text, "null");
    }
    gs_text_append(text, "}");
}

static void append_goal(struct gs_text *text, const struct gs_explained_site *site, size_t goal)
{
    gs_text_printf(text, "{\"top\": %zu,\n        \"quantities\": [", site->goals[goal]);
    for (size_t c = 0; c < site->n_criteria; c++) {
        const struct gs_explained_criterion *criterion = &site->criteria[c];
        gs_text_append(text, c ? ",\n         {" : "\n         {");
        append_text(text, "criterion", criterion->id);
        append_change(text, &criterion->changes[goal], criterion->measured, criterion->unit,
                      criterion->measure);
    }
    gs_text_append(text, "],\n        \"weights\": [");
    for (size_t i = 0; i < site->n_weights; i++) {
        const struct gs_explained_weight *weight = &site->weights[i];
        gs_text_append(text, i ? ",\n         {" : "\n         {");
        append_text(text, "criterion", weight->is_group ? NULL : weight->id);
        gs_text_append(text, ", ");
        append_text(text, "group", weight->is_group ? weight->id : NULL);
        gs_text_append(text, ", ");
        append_text(text, "within", weight->group);
        append_change(text, &weight->changes[goal], weight->from, weight->as_share ? "%" : "", "");
    }
    gs_text_append(text, "]}");
}

static void append_lacks(struct gs_text *text, const struct gs_explained_constraint *c)
{
    append_number(text, "lacks", c->lacks);
    gs_text_append(text, ", ");
    append_text(text, "needs", c->needs);
    gs_text_append(text, ", \"text\": ");
    struct gs_text phrase;
    gs_text_init(&phrase);
    if (!isnan(c->lacks))
        gs_append_difference(&phrase, c->measure, c->unit, c->lacks);
    gs_text_append_json(text, phrase.bytes);
    text->failed |= phrase.failed;
    gs_text_release(&phrase);
}

static void append_changes(struct gs_text *text, const struct gs_explained_site *site)
{
    gs_text_append(text, ",\n     \"changes\": [");
    for (size_t g = 0; g < site->n_goals; g++) {
        gs_text_append(text, g ? ",\n       " : "\n       ");
        append_goal(text, site, g);
    }
    gs_text_append(text, "]");
    append_number(text, "rank_without_constraints", site->waived_rank);
    append_number(text, "score_without_constraints", site->waived_score);
}

/* -- a site ------------------------------------------------------------------------------------ */

static void append_constraint(struct gs_text *text, const struct gs_explained_constraint *c)
{
    gs_text_append(text, "{");
    append_text(text, "id", c->id);
    gs_text_append(text, ", ");
    append_text(text, "title", c->title);
    append_measured(text, c->measured, c->measured_text, c->unit);
    gs_text_append(text, ", ");
    append_text(text, "require", c->require);
    gs_text_printf(text, ", \"met\": %s", !c->met ? "null" : *c->met == '1' ? "true" : "false");
    append_lacks(text, c);
    gs_text_append(text, "}");
}

static void append_path(struct gs_text *text, const struct gs_explained_path *path)
{
    gs_text_append(text, "{");
    append_text(text, path->role, path->id);
    append_number(text, "cost", path->cost);
    gs_text_append(text, ", ");
    append_text(text, "unit", path->unit);
    append_number(text, "length_m", path->length_m);
    append_number(text, "cost_per_km", path->cost / path->length_m * 1000);
    gs_text_append(text, ", \"coordinates\": [");
    for (size_t i = 0; i < path->n; i++) {
        gs_text_append(text, i ? ", [" : "[");
        gs_text_append_json_double(text, path->xy[i][0]);
        gs_text_append(text, ", ");
        gs_text_append_json_double(text, path->xy[i][1]);
        gs_text_append(text, "]");
    }
    gs_text_append(text, "]}");
}

static void append_other(struct gs_text *text, const char *key, const struct gs_ranked_site *other,
                         double score)
{
    gs_text_printf(text, ",\n     \"%s\": ", key);
    if (!other) {
        gs_text_append(text, "null");
        return;
    }
    gs_text_append(text, "{");
    append_text(text, "id", other->id);
    append_number(text, "rank", other->rank);
    append_number(text, "score", other->score);
    append_number(text, "gap", other->score - score);
    gs_text_append(text, "}");
}

static void append_site(struct gs_text *text, const struct gs_explained_site *site)
{
    gs_text_append(text, "    {");
    append_text(text, "id", site->site->id);
    gs_text_append(text, ", ");
    append_text(text, "name", site->site->name);
    append_number(text, "rank", site->site->rank);
    append_number(text, "score", site->site->score);
    gs_text_append(text, ", ");
    append_text(text, "excluded_by", site->site->excluded_by);
    gs_text_append(text, ",\n     \"criteria\": [");
    for (size_t c = 0; c < site->n_criteria; c++) {
        gs_text_append(text, c ? ",\n       " : "\n       ");
        append_criterion(text, &site->criteria[c]);
    }
    gs_text_append(text, "],\n     \"constraints\": [");
    for (size_t c = 0; c < site->n_constraints; c++) {
        gs_text_append(text, c ? ",\n       " : "\n       ");
        append_constraint(text, &site->constraints[c]);
    }
    gs_text_append(text, "]");
    if (site->n_paths)
        gs_text_append(text, ",\n     \"paths\": [");
    for (size_t i = 0; i < site->n_paths; i++) {
        gs_text_append(text, i ? ",\n       " : "\n       ");
        append_path(text, &site->paths[i]);
    }
    gs_text_append(text, site->n_paths ? "]" : "");
    append_other(text, "next_better", site->next, site->site->score);
    append_other(text, "first", site->first, site->site->score);
    append_changes(text, site);
    gs_text_append(text, "}");
}

void gs_explain_json(struct gs_text *text, const struct gs_explained_run *run)
{
    gs_text_append(text, "{\n  ");
    append_text(text, "run", run->path);
    gs_text_printf(text, ",\n  \"candidates\": %zu,\n  \"ranked\": %zu,\n  \"top\": %zu,\n  ",
                   run->n_all, run->n_ranked, run->top);
    append_text(text, "left_out", run->left_out);
    gs_text_append(text, ",\n  \"sites\": [");
    for (size_t i = 0; i < run->n_sites; i++) {
        gs_text_append(text, i ? ",\n" : "\n");
        append_site(text, &run->sites[i]);
    }
    gs_text_append(text, "]\n}\n");
}
