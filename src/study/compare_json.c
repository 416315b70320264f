// SPDX-License-Identifier: Apache-2.0
/* `compare --format json`. Every key always; null where it does not apply. */
#include "study/compare.h"

#include "study/json.h"

#include <math.h>

static void append_runs(struct gs_json *json, const struct gs_comparison *cmp)
{
    for (int run = 0; run < 2; run++) {
        gs_json_begin(json, run ? "new" : "old", '{');
        gs_json_text(json, "path", cmp->path[run]);
        gs_json_text(json, "title", cmp->title[run]);
        gs_json_text(json, "created", cmp->created[run]);
        gs_json_text(json, "gigasite", cmp->version[run]);
        gs_json_number(json, "ranked", (double)cmp->n_ranked[run]);
        gs_json_end(json, '}');
    }
}

static void append_site(struct gs_json *json, const struct gs_comparison *cmp, size_t i)
{
    const struct gs_compared_site *site = &cmp->sites[i];
    gs_json_begin(json, NULL, '{');
    gs_json_text(json, "id", site->id);
    gs_json_text(json, "name", site->name);
    gs_json_text(json, "old_id", site->old_id);
    gs_json_flag(json, "by_place", site->by_place);
    gs_json_number(json, "moved_m", site->moved_m);
    gs_json_text(json, "change", gs_fate_names[site->fate]);
    gs_json_number(json, "rank_old", site->rank[0]);
    gs_json_number(json, "rank_new", site->rank[1]);
    gs_json_number(json, "score_old", site->score[0]);
    gs_json_number(json, "score_new", site->score[1]);
    gs_json_number(json, "score_change", site->score[1] - site->score[0]);
    gs_json_text(json, "excluded_by_old", site->excluded_by[0]);
    gs_json_text(json, "excluded_by_new", site->excluded_by[1]);
    gs_json_text(json, "main_cause",
                 site->main_cause == SIZE_MAX ? NULL : cmp->causes[site->main_cause].key);
    gs_json_begin(json, "by_criterion", '{');
    for (size_t c = 0; c < cmp->n_criteria && !cmp->criteria_left_out; c++)
        gs_json_number(json, cmp->criteria[c], cmp->by_criterion[c][i]);
    gs_json_end(json, '}');
    gs_json_begin(json, "by_cause", '{');
    for (size_t p = 0; p < cmp->n_causes; p++)
        gs_json_number(json, cmp->causes[p].key, cmp->by_cause[p][i]);
    gs_json_end(json, '}');
    gs_json_begin(json, "feasible_by_cause", '{');
    for (size_t p = 0; p < cmp->n_causes; p++)
        gs_json_number(json, cmp->causes[p].key, cmp->of_feasible[p][i]);
    gs_json_end(json, '}');
    gs_json_end(json, '}');
}

static void append_causes(struct gs_json *json, const struct gs_comparison *cmp)
{
    gs_json_begin(json, "causes", '[');
    for (size_t p = 0; p < cmp->n_causes; p++) {
        const struct gs_cause *cause = &cmp->causes[p];
        gs_json_begin(json, NULL, '{');
        gs_json_text(json, "cause", cause->key);
        gs_json_text(json, "kind", gs_cause_kinds[cause->kind]);
        gs_json_text(json, "layer", cause->layer);
        gs_json_text(json, "detail", cause->detail);
        gs_json_number(json, "movement", cause->movement);
        gs_json_number(json, "share", cause->share);
        gs_json_number(json, "moved", (double)cause->n_moved);
        gs_json_number(json, "in_or_out", (double)cause->n_flipped);
        gs_json_end(json, '}');
    }
    gs_json_end(json, ']');
    gs_json_text(json, "causes_left_out", cmp->causes_left_out);
    gs_json_text(json, "criteria_left_out", cmp->criteria_left_out);
}

static void append_layers(struct gs_json *json, const struct gs_comparison *cmp)
{
    gs_json_begin(json, "layers", '[');
    for (size_t i = 0; i < cmp->n_layers; i++) {
        const struct gs_layer_change *layer = &cmp->layers[i];
        double told = layer->told ? 0 : NAN, counted = layer->counted ? 0 : NAN;
        gs_json_begin(json, NULL, '{');
        gs_json_text(json, "layer", layer->layer);
        gs_json_text(json, "where", layer->where);
        gs_json_text(json, "vintage_old", layer->vintage[0]);
        gs_json_text(json, "vintage_new", layer->vintage[1]);
        gs_json_flag(json, "in_old", layer->in[0]);
        gs_json_flag(json, "in_new", layer->in[1]);
        gs_json_flag(json, "changed", layer->changed);
        gs_json_number(json, "features_old", counted + (double)layer->n[0]);
        gs_json_number(json, "features_new", counted + (double)layer->n[1]);
        gs_json_number(json, "same", told + (double)layer->same);
        gs_json_number(json, "altered", told + (double)layer->altered);
        gs_json_number(json, "moved", told + (double)layer->moved);
        gs_json_number(json, "added", told + (double)layer->added);
        gs_json_number(json, "removed", told + (double)layer->removed);
        gs_json_text(json, "not_told", layer->why_not);
        gs_json_end(json, '}');
    }
    gs_json_end(json, ']');
}

void gs_compare_json(struct gs_text *text, const struct gs_comparison *cmp)
{
    struct gs_json json = {.text = text, .is_first = true};
    gs_json_begin(&json, NULL, '{');
    append_runs(&json, cmp);
    gs_json_begin(&json, "sites", '[');
    for (size_t i = 0; i < cmp->n_sites; i++)
        append_site(&json, cmp, i);
    gs_json_end(&json, ']');
    append_causes(&json, cmp);
    append_layers(&json, cmp);
    gs_json_texts(&json, "notes", cmp->notes, cmp->n_notes);
    gs_json_end(&json, '}');
    gs_text_append(text, "\n");
}
