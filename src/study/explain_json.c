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

static void append_constraint(struct gs_text *text, const struct gs_explained_constraint *c)
{
    gs_text_append(text, "{");
    append_text(text, "id", c->id);
    gs_text_append(text, ", ");
    append_text(text, "title", c->title);
    append_measured(text, c->measured, c->measured_text, c->unit);
    gs_text_append(text, ", ");
    append_text(text, "require", c->require);
    gs_text_printf(text, ", \"met\": %s}", !c->met ? "null" : *c->met == '1' ? "true" : "false");
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
    gs_text_append(text, "}");
}

void gs_explain_json(struct gs_text *text, const struct gs_explained_run *run)
{
    gs_text_append(text, "{\n  ");
    append_text(text, "run", run->path);
    gs_text_printf(text, ",\n  \"candidates\": %zu,\n  \"ranked\": %zu,\n  \"sites\": [",
                   run->n_all, run->n_ranked);
    for (size_t i = 0; i < run->n_sites; i++) {
        gs_text_append(text, i ? ",\n" : "\n");
        append_site(text, &run->sites[i]);
    }
    gs_text_append(text, "]\n}\n");
}
