// SPDX-License-Identifier: Apache-2.0
/* The short answer for programs. */
#include "output/summary.h"

#include <math.h>

static void append_json_cell(struct gs_text *text, const struct gs_result *result, size_t c,
                             size_t site)
{
    const struct gs_criterion *criterion = &result->study->criteria[c];
    const struct gs_measured *measured = &result->criteria[c];
    gs_text_append(text, "{\"id\": ");
    gs_text_append_json(text, criterion->factor.id);
    gs_text_append(text, ", \"measured\": ");
    if (measured->text)
        gs_text_append_json(text, measured->text[site]);
    else
        gs_text_append_json_double(text, measured->number[site]);
    gs_text_append(text, ", \"unit\": ");
    gs_text_append_json(text, criterion->factor.unit);
    gs_text_append(text, ", \"value\": ");
    gs_text_append_json_double(text, result->values[c][site]);
    gs_text_append(text, ", \"weight\": ");
    gs_text_append_json_double(text, criterion->weight);
    gs_text_append(text, ", \"part\": ");
    gs_text_append_json_double(text, result->parts[c][site]);
    gs_text_append(text, "}");
}

static void append_json_site(struct gs_text *text, const struct gs_result *result, size_t site)
{
    bool feasible = result->feasible[site];
    gs_text_append(text, "    {\"id\": ");
    gs_text_append_json(text, result->sites.ids[site]);
    gs_text_append(text, ", \"name\": ");
    gs_text_append_json(text, result->sites.names ? result->sites.names[site] : NULL);
    gs_text_append(text, ", \"rank\": ");
    gs_text_append_json_double(text, feasible ? (double)result->rank[site] : NAN);
    gs_text_append(text, ", \"score\": ");
    gs_text_append_json_double(text, feasible ? result->score[site] + 0.0 : NAN);
    gs_text_append(text, ", \"excluded_by\": ");
    gs_text_append_json(text, result->excluded_by[site]);
    gs_text_append(text, ", \"criteria\": [");
    for (size_t c = 0; c < result->study->n_criteria; c++) {
        gs_text_append(text, c ? ",\n      " : "\n      ");
        append_json_cell(text, result, c, site);
    }
    gs_text_append(text, "]}");
}

static void append_json_reason(struct gs_text *text, const struct gs_result *result,
                               struct gs_reason reason, size_t n)
{
    const struct gs_study *study = result->study;
    struct gs_text words;
    gs_text_init(&words);
    gs_append_reason(&words, result, reason);
    if (reason.kind == GS_REASON_NO_WORTH) {
        gs_text_append(text, "\"criterion\": ");
        gs_text_append_json(text, study->criteria[reason.item].factor.id);
    } else if (reason.kind != GS_REASON_NO_GEOMETRY) {
        gs_text_append(text, "\"constraint\": ");
        gs_text_append_json(text, study->constraints[reason.item].factor.id);
    }
    gs_text_append(text, reason.kind == GS_REASON_NO_GEOMETRY ? "" : ", ");
    gs_text_append(text, "\"reason\": ");
    gs_text_append_json(text, words.bytes);
    gs_text_printf(text, ", \"count\": %zu, \"sites\": [", n);
    bool some = false;
    for (size_t place = 0; place < result->n_sites; place++) {
        size_t site = result->order[place];
        if (!gs_reason_holds(result, reason, site))
            continue;
        gs_text_append(text, some ? ", " : "");
        gs_text_append_json(text, result->sites.ids[site]);
        some = true;
    }
    gs_text_append(text, "]}");
    text->failed |= words.failed;
    gs_text_release(&words);
}

static void append_share(struct gs_text *text, const char *key, uint64_t part,
                         const struct gs_surface *surface)
{
    gs_text_printf(text, "\"%s\": ", key);
    gs_text_append_json_double(text, (double)part / gs_surface_cells(surface));
}

static void append_surface(struct gs_text *text, const struct gs_result *result)
{
    const struct gs_surface *s = result->surface;
    if (!s)
        return;
    gs_text_printf(text, ",\n  \"surface\": {\"columns\": %zu, \"rows\": %zu, \"resolution_m\": ",
                   s->grid.n_cols, s->grid.n_rows);
    gs_text_append_json_double(text, s->grid.cell_m);
    gs_text_append(text, ",\n    ");
    append_share(text, "suitable", s->n_suitable, s);
    gs_text_append(text, ", ");
    append_share(text, "without_data", s->n_missing, s);
    gs_text_append(text, ",\n    \"min\": ");
    gs_text_append_json_double(text, s->min);
    gs_text_append(text, ", \"max\": ");
    gs_text_append_json_double(text, s->max);
    gs_text_append(text, ", \"mean\": ");
    gs_text_append_json_double(text, s->mean);
    gs_text_append(text, ",\n    \"suitability\": ");
    gs_text_append_json(text, s->suitability_path);
    gs_text_append(text, ", \"exclusion\": ");
    gs_text_append_json(text, s->exclusion_path);
    gs_text_append(text, ",\n    \"constraints\": [");
    for (size_t i = 0; i < result->study->n_constraints; i++) {
        gs_text_append(text, i ? ",\n      {\"id\": " : "\n      {\"id\": ");
        gs_text_append_json(text, result->study->constraints[i].factor.id);
        gs_text_append(text, ", ");
        append_share(text, "alone", s->removed[i].alone, s);
        gs_text_append(text, ", ");
        append_share(text, "only", s->removed[i].only, s);
        gs_text_append(text, ", ");
        append_share(text, "together", s->removed[i].together, s);
        gs_text_append(text, "}");
    }
    gs_text_append(text, "]}");
}

void gs_append_summary_json(struct gs_text *text, const struct gs_result *result, size_t top)
{
    size_t n_excluded = gs_count_excluded(result);
    gs_text_append(text, "{\n  \"sites\": [");
    for (size_t place = 0; place < result->n_sites && place < top; place++) {
        gs_text_append(text, place ? ",\n" : "\n");
        append_json_site(text, result, result->order[place]);
    }
    gs_text_printf(text, "],\n  \"candidates\": %zu,\n  \"ranked\": %zu,\n", result->n_sites,
                   result->n_sites - n_excluded);
    gs_text_printf(text, "  \"excluded\": {\"count\": %zu, \"reasons\": [", n_excluded);
    struct gs_reason reason = {0};
    bool first = true;
    for (size_t n; gs_reason_next(result, &reason, &n); reason.item++) {
        gs_text_append(text, first ? "\n      {" : ",\n      {");
        append_json_reason(text, result, reason, n);
        first = false;
    }
    gs_text_append(text, "]}");
    append_surface(text, result);
    gs_append_robustness_json(text, result);
    gs_append_portfolio_json(text, result);
    gs_append_outcomes_json(text, result);
    gs_text_append(text, "\n}\n");
}
