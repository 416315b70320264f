// SPDX-License-Identifier: Apache-2.0
/* What of two runs' inputs differs, and which part of what was measured, judged and weighed follows
 * from which of them. From the runs alone: where two inputs of one measured quantity changed at
 * once, they are one cause, as telling them apart would take the old data. */
#include "study/compare.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "measure/measure.h"
#include "study/bind.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct finder {
    struct gs_ctx *ctx;
    struct gs_joint *joint;
    struct gs_comparison *out;
    bool facility_differs, crs_differs, area_differs, program_differs;
    size_t capacity;
    enum gs_status status;
};

/* Inputs that one measured quantity follows from. */
struct sources {
    struct gs_text key;
    enum gs_cause_kind kind;
    const char *layer;
    size_t n;
};

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_list(const struct gs_texts *a, const struct gs_texts *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; i < a->n && same; i++)
        same = strcmp(a->items[i], b->items[i]) == 0;
    return same;
}

/* -- the list of causes -------------------------------------------------------------------------
 */

/* The number of the cause with this key, made when there is none. */
static uint8_t player(struct finder *finder, enum gs_cause_kind kind, const char *key,
                      const char *layer)
{
    struct gs_comparison *out = finder->out;
    for (size_t i = 0; i < out->n_causes; i++)
        if (strcmp(out->causes[i].key, key) == 0)
            return (uint8_t)i;
    if (out->n_causes == finder->capacity || finder->status) /* one a factor and a few besides */
        return GS_NO_PLAYER;
    const char *copy = gs_arena_text(finder->ctx, &out->arena, key);
    const char *id = layer ? gs_arena_text(finder->ctx, &out->arena, layer) : NULL;
    if (!copy || (layer && !id)) {
        finder->status = GS_ENOMEM;
        return GS_NO_PLAYER;
    }
    out->causes[out->n_causes] = (struct gs_cause){.kind = kind, .key = copy, .layer = id};
    return (uint8_t)out->n_causes++;
}

static uint8_t player_of_factor(struct finder *finder, enum gs_cause_kind kind, const char *what,
                                const char *id)
{
    struct gs_text key;
    gs_text_init(&key);
    gs_text_printf(&key, "%s %s", what, id);
    uint8_t number = GS_NO_PLAYER;
    if (key.failed)
        finder->status = gs_fail_memory(finder->ctx);
    else
        number = player(finder, kind, key.bytes, NULL);
    gs_text_release(&key);
    return number;
}

static void add_source(struct sources *sources, enum gs_cause_kind kind, const char *what,
                       const char *id)
{
    gs_text_printf(&sources->key, "%s%s%s%s", sources->n ? " + " : "", what, *id ? " " : "", id);
    sources->kind = sources->n++ ? GS_CAUSE_SEVERAL : kind;
    sources->layer = sources->n == 1 && kind == GS_CAUSE_LAYER ? id : NULL;
}

/* -- factors ------------------------------------------------------------------------------------
 */

/* Those of the new run, then those only the old one has. */
static enum gs_status join(struct gs_ctx *ctx, struct gs_arena *arena,
                           const struct gs_run_factor *old, size_t n_old,
                           const struct gs_run_factor *new, size_t n_new,
                           struct gs_joint_factor **out, size_t *n)
{
    struct gs_joint_factor *joint =
        GS_ARENA_ARRAY(ctx, arena, struct gs_joint_factor, n_old + n_new);
    if (!joint)
        return GS_ENOMEM;
    *n = 0;
    for (size_t i = 0; i < n_new; i++)
        joint[(*n)++] = (struct gs_joint_factor){new[i].id, new[i].title, {SIZE_MAX, i}};
    for (size_t k = 0; k < n_old; k++) {
        size_t i = 0;
        while (i < n_new && strcmp(new[i].id, old[k].id) != 0)
            i++;
        if (i < n_new)
            joint[i].at[0] = k;
        else
            joint[(*n)++] = (struct gs_joint_factor){old[k].id, old[k].title, {k, SIZE_MAX}};
    }
    *out = joint;
    return GS_OK;
}

enum gs_status gs_join_factors(struct gs_ctx *ctx, struct gs_joint *joint)
{
    const struct gs_run_side *old = &joint->sides[0], *new = &joint->sides[1];
    struct gs_comparison *out = joint->out;
    enum gs_status status =
        join(ctx, &out->arena, old->constraints, old->n_constraints, new->constraints,
             new->n_constraints, &joint->constraints, &joint->n_constraints);
    if (!status)
        status = join(ctx, &out->arena, old->criteria, old->n_criteria, new->criteria,
                      new->n_criteria, &joint->criteria, &joint->n_criteria);
    if (status)
        return status;
    out->criteria = GS_ARENA_ARRAY(ctx, &out->arena, const char *, joint->n_criteria);
    out->criterion_titles = GS_ARENA_ARRAY(ctx, &out->arena, const char *, joint->n_criteria);
    if (!out->criteria || !out->criterion_titles)
        return GS_ENOMEM;
    out->n_criteria = joint->n_criteria;
    for (size_t c = 0; c < joint->n_criteria; c++) {
        out->criteria[c] = joint->criteria[c].id;
        out->criterion_titles[c] = joint->criteria[c].title;
    }
    return GS_OK;
}

static const struct gs_joint_factor *factor_at(const struct gs_joint *joint, size_t f)
{
    return f < joint->n_constraints ? &joint->constraints[f]
                                    : &joint->criteria[f - joint->n_constraints];
}

static const struct gs_factor *study_factor(const struct gs_joint *joint, size_t f, int run)
{
    const struct gs_study *study = joint->studies[run][run];
    size_t at = factor_at(joint, f)->at[run];
    return f < joint->n_constraints ? &study->constraints[at].factor : &study->criteria[at].factor;
}

const struct gs_column *gs_joint_measured(const struct gs_joint *joint, size_t f, int run)
{
    const struct gs_run_side *side = &joint->sides[run];
    size_t at = factor_at(joint, f)->at[run];
    return f < joint->n_constraints ? side->constraints[at].measured : side->criteria[at].measured;
}

bool gs_site_has_moved(const struct gs_compared_site *site)
{
    return site->at[0] != SIZE_MAX && site->at[1] != SIZE_MAX && !(site->moved_m == 0);
}

/* Was another quantity measured at some site that stayed where it was? */
static bool measured_differs(const struct gs_joint *joint, size_t f)
{
    const struct gs_column *old = gs_joint_measured(joint, f, 0);
    const struct gs_column *new = gs_joint_measured(joint, f, 1);
    if (!old->text != !new->text)
        return true;
    for (size_t i = 0; i < joint->out->n_sites; i++) {
        const struct gs_compared_site *site = &joint->out->sites[i];
        size_t a = site->at[0], b = site->at[1];
        if (a == SIZE_MAX || b == SIZE_MAX || gs_site_has_moved(site))
            continue;
        if (old->text ? !gs_text_same(old->text[a], new->text[b])
                      : !same_number(old->number[a], new->number[b]))
            return true;
    }
    return false;
}

/* -- what a measured quantity follows from ------------------------------------------------------
 */

/* What the catalogue says of how a layer is read. */
static bool same_reading(const struct gs_layer *a, const struct gs_layer *b)
{
    bool same = gs_text_same(a->table, b->table) && gs_text_same(a->sql, b->sql) &&
                gs_text_same(a->where, b->where) && gs_text_same(a->x, b->x) &&
                gs_text_same(a->y, b->y) && gs_text_same(a->crs, b->crs) &&
                a->crs_override == b->crs_override && a->band == b->band &&
                gs_text_same(a->unit, b->unit) && a->n_nodata == b->n_nodata &&
                a->resampling == b->resampling && a->n_fields == b->n_fields &&
                a->n_classes == b->n_classes;
    for (size_t i = 0; i < a->n_nodata && same; i++)
        same = same_number(a->nodata[i], b->nodata[i]);
    for (size_t i = 0; i < a->n_fields && same; i++)
        same = gs_text_same(a->fields[i].name, b->fields[i].name) &&
               gs_text_same(a->fields[i].column, b->fields[i].column) &&
               gs_text_same(a->fields[i].unit, b->fields[i].unit) &&
               same_list(&a->fields[i].missing, &b->fields[i].missing);
    for (size_t i = 0; i < a->n_classes && same; i++)
        same = a->classes[i].code == b->classes[i].code &&
               gs_text_same(a->classes[i].name, b->classes[i].name);
    return same;
}

static bool layer_differs(const struct gs_joint *joint, const struct gs_layer *old,
                          const struct gs_layer *new)
{
    const char *a = gs_run_layer_fact(&joint->sides[0], old->id, "fingerprint");
    const char *b = gs_run_layer_fact(&joint->sides[1], new->id, "fingerprint");
    bool known = a && b && *a && *b;
    return !known || strcmp(a, b) != 0 || !same_reading(old, new);
}

/* A layer of a factor; the candidates themselves for a measure of these. */
static const struct gs_layer *layer_of(const struct gs_joint *joint, const struct gs_factor *factor,
                                       int run, bool second)
{
    if (second)
        return factor->second;
    return factor->layer ? factor->layer : joint->studies[run][run]->candidates.layer;
}

static void add_layers(const struct gs_joint *joint, const struct gs_factor *old,
                       const struct gs_factor *new, struct sources *sources)
{
    for (int second = 0; second < 2; second++) {
        const struct gs_layer *a = layer_of(joint, old, 0, second);
        const struct gs_layer *b = layer_of(joint, new, 1, second);
        if (a && b && strcmp(a->id, b->id) == 0 && layer_differs(joint, a, b))
            add_source(sources, GS_CAUSE_LAYER, "layer", b->id);
    }
}

static bool measure_differs(const struct gs_factor *a, const struct gs_factor *b)
{
    return !gs_text_same(a->layer ? a->layer->id : NULL, b->layer ? b->layer->id : NULL) ||
           !gs_text_same(a->second ? a->second->id : NULL, b->second ? b->second->id : NULL) ||
           !gs_text_same(a->where, b->where) || !gs_text_same(a->measure_text, b->measure_text) ||
           !gs_text_same(a->unit, b->unit);
}

static bool measure_is_sized(const struct finder *finder, const struct gs_factor *factor)
{
    const struct gs_joint *joint = finder->joint;
    bool land = !same_number(joint->studies[0][0]->facility.land_m2,
                             joint->studies[1][1]->facility.land_m2);
    return strstr(factor->measure_text, "facility.") ||
           (land && factor->measure->flags & GS_MEASURE_AREA);
}

static void find_sources(const struct finder *finder, size_t f, struct sources *sources)
{
    const struct gs_joint *joint = finder->joint;
    const struct gs_factor *old = study_factor(joint, f, 0), *new = study_factor(joint, f, 1);
    add_layers(joint, old, new, sources);
    if (measure_differs(old, new))
        add_source(sources, GS_CAUSE_MEASURE, "measure", new->id);
    if (finder->facility_differs && measure_is_sized(finder, new))
        add_source(sources, GS_CAUSE_FACILITY, "facility", "");
    if (finder->crs_differs || (finder->area_differs && new->measure->flags &GS_MEASURE_GRID))
        add_source(sources, GS_CAUSE_AREA, "area", "");
    if (finder->program_differs || !sources->n) /* nothing else can have */
        add_source(sources, GS_CAUSE_PROGRAM, finder->program_differs ? "program" : "unknown", "");
}

static void find_measured(struct finder *finder, size_t f)
{
    struct gs_joint *joint = finder->joint;
    const struct gs_joint_factor *factor = factor_at(joint, f);
    if (factor->at[0] == SIZE_MAX || factor->at[1] == SIZE_MAX || !measured_differs(joint, f))
        return;
    struct sources sources = {.n = 0};
    gs_text_init(&sources.key);
    find_sources(finder, f, &sources);
    if (sources.key.failed)
        finder->status = gs_fail_memory(finder->ctx);
    else
        joint->causes.measured[f] = player(finder, sources.kind, sources.key.bytes, sources.layer);
    gs_text_release(&sources.key);
}

/* -- judging ------------------------------------------------------------------------------------
 */

static bool requirement_differs(const struct gs_constraint *a, const struct gs_constraint *b)
{
    return !same_number(a->min, b->min) || !same_number(a->max, b->max) ||
           !same_list(&a->in, &b->in) || !same_list(&a->not_in, &b->not_in) ||
           a->pass_missing != b->pass_missing;
}

static bool value_differs(const struct gs_criterion *a, const struct gs_criterion *b)
{
    const struct gs_preference *p = &a->preference, *q = &b->preference;
    return a->relative != b->relative || a->lower != b->lower || a->normalise != b->normalise ||
           !gs_text_same(a->value_text, b->value_text) || a->missing != b->missing ||
           a->missing_worth != b->missing_worth || p->type != q->type ||
           p->is_typed != q->is_typed || !same_number(p->indifference, q->indifference) ||
           !same_number(p->preference, q->preference) || !same_number(p->sigma, q->sigma) ||
           !same_number(p->veto, q->veto);
}

static void find_judged(struct finder *finder, size_t f)
{
    struct gs_joint *joint = finder->joint;
    struct gs_mix *mix = &joint->causes;
    const struct gs_joint_factor *factor = factor_at(joint, f);
    size_t a = factor->at[0], b = factor->at[1];
    bool constraint = f < joint->n_constraints, both = a != SIZE_MAX && b != SIZE_MAX;
    if (!constraint && !both)
        return;                               /* it comes or goes with the weights */
    int other = joint->studies[0][1] != NULL; /* with the same facility, where that can be */
    const struct gs_study *old = joint->studies[0][other], *new = joint->studies[1][1];
    bool differs =
        !both || (constraint ? requirement_differs(&old->constraints[a], &new->constraints[b])
                             : value_differs(&old->criteria[a], &new->criteria[b]));
    if (finder->facility_differs &&
        !other) /* what refers to it cannot be told from what does not */
        mix->judged[f] =
            player(finder, GS_CAUSE_SEVERAL, "facility + constraints + value functions", NULL);
    else if (differs)
        mix->judged[f] = player_of_factor(finder, constraint ? GS_CAUSE_CONSTRAINT : GS_CAUSE_VALUE,
                                          constraint ? "constraint" : "value", factor->id);
    if (finder->facility_differs && other)
        mix->sized[f] = player(finder, GS_CAUSE_FACILITY, "facility", NULL);
    bool units =
        both && !gs_text_same(study_factor(joint, f, 0)->unit, study_factor(joint, f, 1)->unit);
    if (units && mix->judged[f] != GS_NO_PLAYER) { /* a quantity only fits its own function */
        char key[300];
        snprintf(key, sizeof key, "measure %.100s + its unit and %s", factor->id,
                 constraint ? "requirement" : "value function");
        mix->measured[f] = mix->judged[f] = player(finder, GS_CAUSE_SEVERAL, key, NULL);
    }
}

/* -- the rest -----------------------------------------------------------------------------------
 */

static bool facility_differs(const struct gs_facility *a, const struct gs_facility *b)
{
    return !same_number(a->accelerators, b->accelerators) ||
           !same_number(a->power_mw, b->power_mw) ||
           !same_number(a->energy_gwh_year, b->energy_gwh_year) ||
           !same_number(a->water_m3_year, b->water_m3_year) || !same_number(a->land_m2, b->land_m2);
}

static bool weights_differ(const struct gs_study *a, const struct gs_study *b)
{
    bool same = a->n_criteria == b->n_criteria && a->n_groups == b->n_groups;
    for (size_t g = 0; g < a->n_groups && same; g++)
        same = gs_text_same(a->groups[g].id, b->groups[g].id) &&
               a->groups[g].parent == b->groups[g].parent &&
               a->groups[g].weighing.method == b->groups[g].weighing.method &&
               same_number(a->groups[g].weight_given, b->groups[g].weight_given);
    for (size_t c = 0; c < a->n_criteria && same; c++)
        same = gs_text_same(a->criteria[c].factor.id, b->criteria[c].factor.id) &&
               a->criteria[c].group == b->criteria[c].group &&
               same_number(a->criteria[c].weight_given, b->criteria[c].weight_given);
    return !same;
}

static void find_rest(struct finder *finder)
{
    struct gs_joint *joint = finder->joint;
    struct gs_mix *mix = &joint->causes;
    const struct gs_study *old = joint->studies[0][0], *new = joint->studies[1][1];
    bool moved = false, came = false;
    for (size_t i = 0; i < finder->out->n_sites; i++) {
        const struct gs_compared_site *site = &finder->out->sites[i];
        moved |= gs_site_has_moved(site);
        came |= site->at[0] == SIZE_MAX || site->at[1] == SIZE_MAX;
    }
    if (weights_differ(old, new))
        mix->weights = player(finder, GS_CAUSE_WEIGHTS, "weights", NULL);
    if (!gs_text_same(old->decision.text, new->decision.text) ||
        old->decision.normalise != new->decision.normalise)
        mix->method = player(finder, GS_CAUSE_METHOD, "method", NULL);
    if (moved)
        mix->moved = player(finder, GS_CAUSE_SITES, "sites that moved", NULL);
    if (came)
        mix->came = player(finder, GS_CAUSE_SITES, "sites that came or went", NULL);
}

/* -- too many -----------------------------------------------------------------------------------
 */

static void renumber(uint8_t *number, const uint8_t *to)
{
    if (*number != GS_NO_PLAYER)
        *number = to[*number];
}

/* All causes of a kind become one. */
static void merge_kind(struct finder *finder, enum gs_cause_kind kind, const char *key)
{
    struct gs_joint *joint = finder->joint;
    struct gs_comparison *out = finder->out;
    struct gs_mix *mix = &joint->causes;
    uint8_t to[GS_NO_PLAYER];
    size_t n = 0, merged = SIZE_MAX;
    for (size_t i = 0; i < out->n_causes; i++) {
        struct gs_cause cause = out->causes[i];
        if (cause.kind == kind && merged != SIZE_MAX) {
            to[i] = (uint8_t)merged;
            continue;
        }
        if (cause.kind == kind) {
            merged = n;
            cause.key = key;
            cause.layer = NULL;
        }
        to[i] = (uint8_t)n;
        out->causes[n++] = cause;
    }
    out->n_causes = n;
    for (size_t f = 0; f < joint->n_constraints + joint->n_criteria; f++) {
        renumber(&mix->measured[f], to);
        renumber(&mix->judged[f], to);
        renumber(&mix->sized[f], to);
    }
    renumber(&mix->weights, to);
    renumber(&mix->method, to);
    renumber(&mix->came, to);
    renumber(&mix->moved, to);
}

static enum gs_status merge(struct finder *finder)
{
    static const struct {
        enum gs_cause_kind kind;
        const char *key;
    } steps[] = {{GS_CAUSE_VALUE, "value functions"}, {GS_CAUSE_CONSTRAINT, "constraints"},
                 {GS_CAUSE_MEASURE, "measures"},      {GS_CAUSE_SEVERAL, "several at once"},
                 {GS_CAUSE_LAYER, "layers"},          {GS_CAUSE_SITES, "sites"}};
    struct gs_comparison *out = finder->out;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && out->n_causes > GS_CAUSES_MAX; i++) {
        size_t before = out->n_causes;
        merge_kind(finder, steps[i].kind, steps[i].key);
        if (out->n_causes == before)
            continue;
        enum gs_status status =
            gs_compare_note(finder->ctx, out, "%s are one cause, as more than %d changed at once",
                            steps[i].key, GS_CAUSES_MAX);
        if (status)
            return status;
    }
    finder->joint->causes.n = out->n_causes;
    return GS_OK;
}

static enum gs_status allocate(struct gs_ctx *ctx, struct gs_joint *joint)
{
    size_t n = joint->n_constraints + joint->n_criteria;
    struct gs_mix *mix = &joint->causes;
    struct gs_arena *arena = &joint->out->arena;
    mix->measured = GS_ARENA_ARRAY(ctx, arena, uint8_t, n);
    mix->judged = GS_ARENA_ARRAY(ctx, arena, uint8_t, n);
    mix->sized = GS_ARENA_ARRAY(ctx, arena, uint8_t, n);
    if (!mix->measured || !mix->judged || !mix->sized)
        return GS_ENOMEM;
    memset(mix->measured, GS_NO_PLAYER, n);
    memset(mix->judged, GS_NO_PLAYER, n);
    memset(mix->sized, GS_NO_PLAYER, n);
    mix->weights = mix->method = mix->came = mix->moved = GS_NO_PLAYER;
    return GS_OK;
}

enum gs_status gs_find_causes(struct gs_ctx *ctx, struct gs_joint *joint)
{
    const struct gs_study *old = joint->studies[0][0], *new = joint->studies[1][1];
    struct gs_comparison *out = joint->out;
    size_t n_factors = joint->n_constraints + joint->n_criteria;
    struct finder finder = {.ctx = ctx, .joint = joint, .out = out};
    finder.facility_differs = facility_differs(&old->facility, &new->facility);
    finder.crs_differs = !gs_crs_same(joint->sides[0].crs, joint->sides[1].crs);
    finder.program_differs = !gs_text_same(out->version[0], out->version[1]);
    finder.area_differs = !same_number(old->area.resolution_m, new->area.resolution_m);
    for (int i = 0; i < 4; i++)
        finder.area_differs |= !same_number(old->area.bbox[i], new->area.bbox[i]);
    finder.capacity = 2 * n_factors + 8;
    if (finder.capacity >= GS_NO_PLAYER)
        finder.capacity = GS_NO_PLAYER - 1;
    enum gs_status status = allocate(ctx, joint);
    out->causes = GS_ARENA_ARRAY(ctx, &out->arena, struct gs_cause, finder.capacity);
    if (status || !out->causes)
        return GS_ENOMEM;
    for (size_t f = 0; f < n_factors; f++) {
        find_measured(&finder, f);
        find_judged(&finder, f);
    }
    find_rest(&finder);
    return finder.status ? finder.status : merge(&finder);
}
