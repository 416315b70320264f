// SPDX-License-Identifier: Apache-2.0
/* Two runs side by side: who moved, and because of what. */
#include "study/compare.h"

#include "base/ctx.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "output/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WITHIN_M 1000.0

const char *const gs_fate_names[GS_FATES] = {
    [GS_FATE_BETTER] = "better",     [GS_FATE_WORSE] = "worse",
    [GS_FATE_SAME] = "same rank",    [GS_FATE_ADMITTED] = "became feasible",
    [GS_FATE_EXCLUDED] = "excluded", [GS_FATE_OUT] = "excluded in both",
    [GS_FATE_ENTERED] = "entered",   [GS_FATE_LEFT] = "left",
};

const char *const gs_cause_kinds[GS_CAUSE_KINDS] = {
    [GS_CAUSE_LAYER] = "layer",       [GS_CAUSE_MEASURE] = "measure",
    [GS_CAUSE_VALUE] = "value",       [GS_CAUSE_CONSTRAINT] = "constraint",
    [GS_CAUSE_FACILITY] = "facility", [GS_CAUSE_WEIGHTS] = "weights",
    [GS_CAUSE_METHOD] = "method",     [GS_CAUSE_SITES] = "sites",
    [GS_CAUSE_AREA] = "area",         [GS_CAUSE_PROGRAM] = "program",
    [GS_CAUSE_SEVERAL] = "several",
};

enum gs_status gs_compare_note(struct gs_ctx *ctx, struct gs_comparison *out, const char *format,
                               ...)
{
    struct gs_text text;
    gs_text_init(&text);
    va_list args;
    va_start(args, format);
    gs_text_vprintf(&text, format, args);
    va_end(args);
    enum gs_status status = text.failed ? gs_fail_memory(ctx) : GS_OK;
    if (!status)
        status =
            gs_grow(ctx, &out->notes, &out->notes_capacity, out->n_notes + 1, sizeof *out->notes);
    if (!status) {
        out->notes[out->n_notes] = gs_arena_text(ctx, &out->arena, text.bytes ? text.bytes : "");
        status = out->notes[out->n_notes] ? GS_OK : GS_ENOMEM;
        out->n_notes += !status;
    }
    gs_text_release(&text);
    return status;
}

/* -- what the runs say of themselves ------------------------------------------------------------
 */

static enum gs_status keep(struct gs_ctx *ctx, struct gs_comparison *out, const char *text,
                           const char **to)
{
    *to = text ? gs_arena_text(ctx, &out->arena, text) : NULL;
    return text && !*to ? GS_ENOMEM : GS_OK;
}

static enum gs_status describe_runs(struct gs_ctx *ctx, const struct gs_run_side sides[2],
                                    struct gs_comparison *out)
{
    enum gs_status status = keep(ctx, out, gs_crs_wkt(sides[1].crs), &out->crs_wkt);
    for (int run = 0; run < 2 && !status; run++) {
        const struct gs_run_side *side = &sides[run];
        status = keep(ctx, out, side->path, &out->path[run]);
        if (!status)
            status = keep(ctx, out, gs_run_fact(side, "title"), &out->title[run]);
        if (!status)
            status = keep(ctx, out, gs_run_fact(side, "created"), &out->created[run]);
        if (!status)
            status = keep(ctx, out, gs_run_fact(side, "gigasite"), &out->version[run]);
        const double *ranks = gs_run_column(side, "rank")->number;
        for (size_t i = 0; i < side->features.shapes.n; i++)
            out->n_ranked[run] += isnan(ranks[i]) ? 0 : 1;
    }
    return status;
}

static enum gs_status note_factors(struct gs_ctx *ctx, const struct gs_joint_factor *factors,
                                   size_t n, const char *what, struct gs_comparison *out)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < n && !status; i++)
        if (factors[i].at[0] == SIZE_MAX || factors[i].at[1] == SIZE_MAX)
            status = gs_compare_note(ctx, out, "%s `%s` is in the %s run only", what, factors[i].id,
                                     factors[i].at[0] == SIZE_MAX ? "new" : "old");
    return status;
}

static enum gs_status note_differences(struct gs_ctx *ctx, const struct gs_joint *joint)
{
    struct gs_comparison *out = joint->out;
    enum gs_status status = GS_OK;
    if (!gs_text_same(out->title[0], out->title[1]))
        status = gs_compare_note(ctx, out, "the studies have different titles: %s | %s",
                                 out->title[0] ? out->title[0] : "none",
                                 out->title[1] ? out->title[1] : "none");
    if (!status && !gs_crs_same(joint->sides[0].crs, joint->sides[1].crs))
        status =
            gs_compare_note(ctx, out,
                            "the runs have different CRSs: %s | %s; places are compared in the "
                            "new one, to within a metre",
                            gs_crs_name(joint->sides[0].crs), gs_crs_name(joint->sides[1].crs));
    if (!status && !gs_text_same(out->version[0], out->version[1]))
        status =
            gs_compare_note(ctx, out, "the runs are of different versions of gigasite: %s | %s",
                            out->version[0] ? out->version[0] : "unknown",
                            out->version[1] ? out->version[1] : "unknown");
    if (!status)
        status = note_factors(ctx, joint->constraints, joint->n_constraints, "constraint", out);
    return status ? status
                  : note_factors(ctx, joint->criteria, joint->n_criteria, "criterion", out);
}

/* -- the studies with each other's facility -----------------------------------------------------
 */

static bool is_study_of(const struct gs_study *study, const struct gs_run_side *side)
{
    bool is = study->n_criteria == side->n_criteria && study->n_constraints == side->n_constraints;
    for (size_t c = 0; c < side->n_criteria && is; c++)
        is = strcmp(study->criteria[c].factor.id, side->criteria[c].id) == 0;
    for (size_t c = 0; c < side->n_constraints && is; c++)
        is = strcmp(study->constraints[c].factor.id, side->constraints[c].id) == 0;
    return is;
}

/* A study that refers to a size the other facility lacks cannot be had: that is no fault. */
static enum gs_status open_mixed(struct gs_ctx *ctx, struct gs_joint *joint, int text)
{
    struct gs_run_side *side = &joint->sides[text];
    struct gs_study_texts texts = side->texts;
    texts.facility_of = &joint->sides[!text].texts;
    const char *fault;
    return gs_study_open_kept(ctx, side->study_path, &texts, &joint->out->arena,
                              &joint->studies[text][!text], &fault);
}

static enum gs_status open_studies(struct gs_ctx *ctx, struct gs_joint *joint)
{
    struct gs_comparison *out = joint->out;
    for (int run = 0; run < 2; run++) {
        const struct gs_run_side *side = &joint->sides[run];
        const char *why = side->unread;
        if (!why && !is_study_of(side->study, side))
            why = "its tables are not those of the study it holds";
        if (why && !out->causes_left_out)
            out->causes_left_out =
                gs_arena_printf(ctx, &out->arena, "of the %s run, %s", run ? "new" : "old", why);
        if (why && !out->causes_left_out)
            return GS_ENOMEM;
        joint->studies[run][run] = side->study;
    }
    if (out->causes_left_out)
        return GS_OK;
    enum gs_status status = open_mixed(ctx, joint, 0);
    if (!status)
        status = open_mixed(ctx, joint, 1);
    if (!joint->studies[0][1] || !joint->studies[1][0])
        for (int run = 0; run < 2; run++) {
            gs_study_free(joint->studies[run][!run]);
            joint->studies[run][!run] = NULL;
        }
    return status;
}

/* -- details of causes --------------------------------------------------------------------------
 */

static enum gs_status tell_weights(struct gs_ctx *ctx, const struct gs_joint *joint,
                                   struct gs_cause *cause)
{
    struct gs_text text;
    gs_text_init(&text);
    for (size_t c = 0; c < joint->n_criteria; c++) {
        double weight[2] = {0, 0};
        for (int run = 0; run < 2; run++)
            if (joint->criteria[c].at[run] != SIZE_MAX)
                weight[run] = joint->studies[run][run]->criteria[joint->criteria[c].at[run]].weight;
        if (!(fabs(weight[1] - weight[0]) > 1e-9))
            continue;
        gs_text_printf(&text, "%s%s %.1f -> %.1f %%", text.length ? ", " : "",
                       joint->criteria[c].id, 100 * weight[0], 100 * weight[1]);
    }
    enum gs_status status = text.failed ? gs_fail_memory(ctx) : GS_OK;
    if (!status)
        status = keep(ctx, joint->out, text.bytes, &cause->detail);
    gs_text_release(&text);
    return status;
}

static enum gs_status tell_change(struct gs_ctx *ctx, const struct gs_joint *joint,
                                  const char *before, const char *after, struct gs_cause *cause)
{
    cause->detail = gs_arena_printf(ctx, &joint->out->arena, "%s -> %s", before ? before : "none",
                                    after ? after : "none");
    return cause->detail ? GS_OK : GS_ENOMEM;
}

/* "value ID", "measure ID", "constraint ID": how it was and is. */
static enum gs_status tell_factor(struct gs_ctx *ctx, const struct gs_joint *joint,
                                  struct gs_cause *cause)
{
    bool constraint = cause->kind == GS_CAUSE_CONSTRAINT;
    const char *texts[2] = {NULL, NULL}, *space = strchr(cause->key, ' ');
    size_t n = joint->n_constraints + joint->n_criteria;
    for (size_t f = 0; f < n && space; f++) {
        bool of_constraint = f < joint->n_constraints;
        const struct gs_joint_factor *factor =
            of_constraint ? &joint->constraints[f] : &joint->criteria[f - joint->n_constraints];
        if (strcmp(factor->id, space + 1) != 0 || (constraint && !of_constraint) ||
            (cause->kind == GS_CAUSE_VALUE && of_constraint))
            continue;
        for (int run = 0; run < 2; run++) {
            const struct gs_study *study = joint->studies[run][run];
            size_t at = factor->at[run];
            if (at == SIZE_MAX)
                continue;
            if (cause->kind == GS_CAUSE_MEASURE)
                texts[run] = of_constraint ? study->constraints[at].factor.measure_text
                                           : study->criteria[at].factor.measure_text;
            else
                texts[run] = constraint ? study->constraints[at].require_text
                                        : study->criteria[at].value_text;
        }
    }
    return texts[0] || texts[1] ? tell_change(ctx, joint, texts[0], texts[1], cause) : GS_OK;
}

static enum gs_status tell_details(struct gs_ctx *ctx, const struct gs_joint *joint)
{
    struct gs_comparison *out = joint->out;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < out->n_causes && !status; i++) {
        struct gs_cause *cause = &out->causes[i];
        const char *before, *after;
        switch (cause->kind) {
        case GS_CAUSE_WEIGHTS:
            status = tell_weights(ctx, joint, cause);
            break;
        case GS_CAUSE_METHOD:
            status = tell_change(ctx, joint, joint->studies[0][0]->decision.text,
                                 joint->studies[1][1]->decision.text, cause);
            break;
        case GS_CAUSE_LAYER:
            before =
                cause->layer ? gs_run_layer_fact(&joint->sides[0], cause->layer, "vintage") : NULL;
            after =
                cause->layer ? gs_run_layer_fact(&joint->sides[1], cause->layer, "vintage") : NULL;
            if (before && after && strcmp(before, after) != 0)
                status = tell_change(ctx, joint, before, after, cause);
            break;
        case GS_CAUSE_MEASURE:
        case GS_CAUSE_VALUE:
        case GS_CAUSE_CONSTRAINT:
            status = tell_factor(ctx, joint, cause);
            break;
        default:
            break;
        }
    }
    return status;
}

static enum gs_status note_joined(struct gs_ctx *ctx, struct gs_comparison *out)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < out->n_causes && !status; i++) {
        const struct gs_cause *cause = &out->causes[i];
        if (cause->kind == GS_CAUSE_SEVERAL)
            status = gs_compare_note(ctx, out,
                                     "%s changed at once in what one criterion or constraint "
                                     "measures: the runs alone cannot tell them apart; a run with "
                                     "one of them changed can",
                                     cause->key);
        else if (cause->kind == GS_CAUSE_SITES && strcmp(cause->key, "sites that moved") == 0)
            status = gs_compare_note(ctx, out,
                                     "what sites that moved owe to other changes of what is "
                                     "measured there is told as part of their move");
        else if (strcmp(cause->key, "unknown") == 0)
            status =
                gs_compare_note(ctx, out,
                                "other quantities were measured although nothing that the runs "
                                "tell of has changed: `unknown`");
    }
    return status;
}

/* -- the whole ----------------------------------------------------------------------------------
 */

static enum gs_status compare(struct gs_ctx *ctx, struct gs_joint *joint,
                              const struct gs_compare_options *options)
{
    struct gs_comparison *out = joint->out;
    enum gs_status status = describe_runs(ctx, joint->sides, out);
    if (!status)
        status = gs_compare_sites(ctx, joint->sides, options, out);
    if (!status)
        status = gs_compare_layers(ctx, joint->sides, options->within_m, out);
    if (!status)
        status = gs_join_factors(ctx, joint);
    if (!status)
        status = note_differences(ctx, joint);
    if (!status)
        status = open_studies(ctx, joint);
    if (!status && !out->causes_left_out)
        status = gs_find_causes(ctx, joint);
    if (!status)
        status = gs_split_changes(ctx, joint);
    if (!status && !out->causes_left_out)
        status = tell_details(ctx, joint);
    if (!status && !out->causes_left_out)
        status = note_joined(ctx, out);
    return status;
}

/* What is told outlives the runs. */
static enum gs_status keep_texts(struct gs_ctx *ctx, struct gs_comparison *out)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < out->n_sites && !status; i++) {
        struct gs_compared_site *site = &out->sites[i];
        const char **texts[] = {&site->id, &site->name, &site->old_id, &site->excluded_by[0],
                                &site->excluded_by[1]};
        for (size_t k = 0; k < sizeof texts / sizeof *texts && !status; k++)
            status = keep(ctx, out, *texts[k], texts[k]);
    }
    for (size_t c = 0; c < out->n_criteria && !status; c++) {
        status = keep(ctx, out, out->criteria[c], &out->criteria[c]);
        if (!status)
            status = keep(ctx, out, out->criterion_titles[c], &out->criterion_titles[c]);
    }
    for (size_t i = 0; i < out->n_layers && !status; i++) {
        struct gs_layer_change *layer = &out->layers[i];
        const char **texts[] = {&layer->layer, &layer->where, &layer->vintage[0],
                                &layer->vintage[1]};
        for (size_t k = 0; k < sizeof texts / sizeof *texts && !status; k++)
            status = keep(ctx, out, *texts[k], texts[k]);
    }
    return status;
}

enum gs_status gs_compare(struct gs_ctx *ctx, const char *old_path, const char *new_path,
                          const struct gs_compare_options *options, struct gs_comparison **out)
{
    struct gs_compare_options used = options ? *options : (struct gs_compare_options){.match = 0};
    if (!(used.within_m > 0))
        used.within_m = WITHIN_M;
    struct gs_comparison *comparison = GS_NEW(ctx, struct gs_comparison);
    if (!comparison)
        return GS_ENOMEM;
    gs_arena_init(&comparison->arena);
    gs_shapes_init(&comparison->shapes);
    struct gs_run_side sides[2] = {{.path = NULL}, {.path = NULL}};
    struct gs_joint joint = {.sides = sides, .out = comparison};
    enum gs_status status = gs_run_side_load(ctx, new_path, NULL, &sides[1]);
    if (!status)
        status = gs_run_side_load(ctx, old_path, sides[1].crs, &sides[0]);
    if (!status)
        status = compare(ctx, &joint, &used);
    if (!status)
        status = keep_texts(ctx, comparison);
    gs_study_free(joint.studies[0][1]);
    gs_study_free(joint.studies[1][0]);
    gs_run_side_release(&sides[0]);
    gs_run_side_release(&sides[1]);
    if (status)
        gs_comparison_free(comparison);
    else
        *out = comparison;
    return status;
}

void gs_comparison_free(struct gs_comparison *comparison)
{
    if (!comparison)
        return;
    gs_free(comparison->notes);
    gs_shapes_release(&comparison->shapes);
    gs_arena_release(&comparison->arena);
    gs_free(comparison);
}

enum gs_status gs_comparison_summary(struct gs_ctx *ctx, const struct gs_comparison *comparison,
                                     size_t top, enum gs_format format, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    if (format == GS_FORMAT_JSON)
        gs_compare_json(&text, comparison);
    else
        gs_compare_text(&text, comparison, top);
    return gs_text_finish(ctx, &text, out);
}

enum gs_status gs_comparison_write(struct gs_ctx *ctx, const struct gs_comparison *comparison,
                                   const char *output_path, int64_t timestamp)
{
    for (int i = 0; i < 2; i++)
        if (gs_same_file(comparison->path[i], output_path))
            return gs_fail(ctx, GS_EUSAGE, NULL, "choose another output with -o",
                           "%s is one of the runs, so it is not replaced", output_path);
    return gs_write_comparison(ctx, comparison, output_path, timestamp);
}

bool gs_comparison_top_changed(const struct gs_comparison *comparison, size_t top, bool in_order)
{
    for (size_t i = 0; i < comparison->n_sites; i++) {
        const struct gs_compared_site *site = &comparison->sites[i];
        bool was = site->rank[0] <= (double)top, is = site->rank[1] <= (double)top;
        if (was != is || (in_order && is && site->rank[0] != site->rank[1]))
            return true;
    }
    return false;
}

bool gs_comparison_any_changed(const struct gs_comparison *comparison)
{
    for (size_t i = 0; i < comparison->n_sites; i++) {
        enum gs_fate fate = comparison->sites[i].fate;
        if (fate != GS_FATE_SAME && fate != GS_FATE_OUT)
            return true;
    }
    return false;
}
