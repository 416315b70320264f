// SPDX-License-Identifier: Apache-2.0
/* The candidates: read, named, counted. */
#include "study/bind.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double gs_footprint_radius_m(const struct gs_facility *facility)
{
    return facility->land_m2 > 0 ? sqrt(facility->land_m2 / 3.14159265358979323846) : 0;
}

/* The fields to read: id, name, and those that measures of the candidates look at. */
struct wanted {
    const char **names;
    enum gs_field_kind *kinds;
    size_t n;
};

static enum gs_status check_field(struct gs_ctx *ctx, const struct gs_bound *bound,
                                  const char *name, const struct gs_pos *pos)
{
    enum gs_field_kind kind;
    return gs_find_field(ctx, bound->candidates, bound->study->candidates.layer, name, pos, &kind);
}

static void add_wanted(struct wanted *wanted, const char *name, enum gs_field_kind kind)
{
    for (size_t i = 0; i < wanted->n; i++)
        if (strcmp(wanted->names[i], name) == 0 && wanted->kinds[i] == kind)
            return;
    wanted->names[wanted->n] = name;
    wanted->kinds[wanted->n++] = kind;
}

/* What the portfolio counts and adds up. */
static enum gs_status want_portfolio(struct gs_ctx *ctx, const struct gs_bound *bound,
                                     struct wanted *wanted)
{
    const struct gs_portfolio_choice *choice = &bound->study->portfolio;
    enum gs_status worst = GS_OK;
    for (size_t i = 0; i < choice->n_quotas; i++) {
        enum gs_status status =
            check_field(ctx, bound, choice->quotas[i].field, &choice->quotas[i].pos);
        worst = worst ? worst : status;
        add_wanted(wanted, choice->quotas[i].field, GS_FIELD_TEXT);
    }
    if (choice->cost_field) {
        enum gs_status status = check_field(ctx, bound, choice->cost_field, &choice->cost_pos);
        worst = worst ? worst : status;
        add_wanted(wanted, choice->cost_field, GS_FIELD_NUMBER);
    }
    return worst;
}

static enum gs_status gather_wanted(struct gs_ctx *ctx, struct gs_bound *bound,
                                    struct wanted *wanted)
{
    const struct gs_candidates *c = &bound->study->candidates;
    size_t n_most = bound->n_all + 3 + bound->study->portfolio.n_quotas;
    wanted->names = GS_ARENA_ARRAY(ctx, &bound->arena, const char *, n_most);
    wanted->kinds = GS_ARENA_ARRAY(ctx, &bound->arena, enum gs_field_kind, n_most);
    if (!wanted->names || !wanted->kinds)
        return GS_ENOMEM;
    enum gs_status status = GS_OK;
    if (c->id) {
        status = check_field(ctx, bound, c->id, &c->id_pos);
        add_wanted(wanted, c->id, GS_FIELD_TEXT);
    }
    if (c->name) {
        enum gs_status of_name = check_field(ctx, bound, c->name, &c->name_pos);
        status = status ? status : of_name;
        add_wanted(wanted, c->name, GS_FIELD_TEXT);
    }
    enum gs_status of_portfolio = want_portfolio(ctx, bound, wanted);
    status = status ? status : of_portfolio;
    for (size_t i = 0; i < bound->n_all; i++) {
        const struct gs_factor *factor = bound->factors[i].factor;
        const char *name = gs_measure_field(factor->measure, factor->measure_params);
        if (factor->measure->input == GS_INPUT_SITE && name)
            add_wanted(wanted, name, factor->categorical ? GS_FIELD_TEXT : GS_FIELD_NUMBER);
    }
    return status;
}

static const struct gs_column *text_column(const struct gs_features *features, const char *name)
{
    for (size_t i = 0; i < features->n_columns; i++)
        if (features->columns[i].text && strcmp(features->columns[i].name, name) == 0)
            return &features->columns[i];
    return NULL;
}

struct id_at {
    const char *id;
    size_t site;
};

static int compare_ids(const void *a, const void *b)
{
    const struct id_at *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order ? order : (x->site > y->site) - (x->site < y->site);
}

static enum gs_status check_unique(struct gs_ctx *ctx, const struct gs_bound *bound,
                                   struct gs_sites *sites, size_t n)
{
    struct id_at *sorted = GS_ARRAY(ctx, struct id_at, n);
    if (!sorted)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct id_at){sites->ids[i], i};
    qsort(sorted, n, sizeof *sorted, compare_ids);
    struct gs_text list;
    gs_text_init(&list);
    size_t twice = 0;
    for (size_t i = 1; i < n; i++)
        if (strcmp(sorted[i].id, sorted[i - 1].id) == 0 &&
            (i == 1 || strcmp(sorted[i].id, sorted[i - 2].id) != 0) && twice++ < 5)
            gs_text_printf(&list, "%s`%s` (features %zu and %zu)", twice > 1 ? ", " : "",
                           sorted[i].id, sorted[i - 1].site + 1, sorted[i].site + 1);
    enum gs_status status = GS_OK;
    if (twice)
        status = gs_fail(ctx, GS_EDATA, &bound->study->candidates.id_pos,
                         "choose a field whose values are unique with `id:`",
                         "%zu candidate id%s several times: %s%s", twice,
                         twice == 1 ? " stands" : "s stand", list.bytes ? list.bytes : "",
                         twice > 5 ? ", …" : "");
    gs_text_release(&list);
    gs_free(sorted);
    return status;
}

static enum gs_status name_sites(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_sites *sites)
{
    const struct gs_candidates *c = &bound->study->candidates;
    size_t n = sites->features.shapes.n;
    sites->ids = GS_ARRAY_ZERO(ctx, const char *, n);
    if (!sites->ids)
        return GS_ENOMEM;
    const struct gs_column *ids = c->id ? text_column(&sites->features, c->id) : NULL;
    for (size_t i = 0; i < n; i++) {
        sites->ids[i] =
            ids ? ids->text[i] : gs_arena_printf(ctx, &sites->features.arena, "%zu", i + 1);
        if (!sites->ids[i] && !ids)
            return GS_ENOMEM;
        if (!sites->ids[i])
            return gs_fail(ctx, GS_EDATA, &c->id_pos, NULL,
                           "candidate %zu has no id: field `%s` is empty", i + 1, c->id);
    }
    if (c->name) {
        const struct gs_column *names = text_column(&sites->features, c->name);
        sites->names = GS_ARRAY_ZERO(ctx, const char *, n);
        if (!sites->names)
            return GS_ENOMEM;
        for (size_t i = 0; i < n; i++)
            sites->names[i] = names->text[i];
    }
    return check_unique(ctx, bound, sites, n);
}

/* Points or polygons, and where they are. */
static enum gs_status check_shapes(struct gs_ctx *ctx, struct gs_bound *bound,
                                   const struct gs_sites *sites)
{
    const struct gs_shapes *shapes = &sites->features.shapes;
    size_t n_empty = 0;
    gs_shapes_all_bounds(shapes, bound->site_bounds);
    for (size_t i = 0; i < shapes->n; i++) {
        unsigned kinds = gs_shapes_kinds(shapes, i);
        if (gs_shapes_is_empty(shapes, i)) {
            n_empty++;
            continue;
        }
        if (kinds != 1u << GS_PART_POINTS && kinds != 1u << GS_PART_RING)
            return gs_fail(ctx, GS_EDATA, &bound->study->candidates.layer_pos, NULL,
                           "candidates must be points or polygons, but `%s` is %s", sites->ids[i],
                           kinds == 1u << GS_PART_LINE ? "a line"
                                                       : "a collection of several kinds");
    }
    const struct gs_read_counts *counts = &sites->features.counts;
    if (n_empty == shapes->n)
        return gs_fail(ctx, GS_EDATA, &bound->study->candidates.layer_pos, NULL,
                       "none of the %zu candidates has a geometry", shapes->n);
    if (n_empty > counts->unprojectable)
        gs_warn(ctx, &bound->study->candidates.layer_pos, NULL,
                "%zu of %zu candidates have no geometry; they are kept, unranked",
                n_empty - counts->unprojectable, shapes->n);
    if (counts->unprojectable)
        gs_warn(ctx, &bound->study->candidates.layer_pos, NULL,
                "%zu of %zu candidates lie where the analysis CRS cannot show them; they are kept, "
                "unranked",
                counts->unprojectable, shapes->n);
    if (counts->repaired)
        gs_warn(ctx, &bound->study->candidates.layer_pos, NULL,
                "%zu of %zu candidates had invalid polygons, which were repaired", counts->repaired,
                shapes->n);
    return GS_OK;
}

bool gs_bound_wants_lonlat(const struct gs_bound *bound)
{
    bool wanted = bound->metres_per_unit == 0;
    for (size_t i = 0; i < bound->n_sources; i++)
        wanted |= bound->sources[i].geodesic;
    return wanted;
}

enum gs_status gs_bind_sites(struct gs_ctx *ctx, struct gs_bound *bound)
{
    const struct gs_candidates *c = &bound->study->candidates;
    struct wanted wanted = {0};
    enum gs_status status = gather_wanted(ctx, bound, &wanted);
    if (status)
        return status;
    struct gs_vector_request request = {
        .crs = bound->crs,
        .where = c->where,
        .where_pos = c->where_pos,
        .all_geometries = true,
        .lonlat = gs_bound_wants_lonlat(bound),
        .fields = wanted.names,
        .kinds = wanted.kinds,
        .n_fields = wanted.n,
    };
    struct gs_sites *sites = &bound->sites;
    status = gs_vector_read(ctx, bound->candidates, &request, &sites->features);
    if (status)
        return status;
    if (sites->features.shapes.n == 0)
        return gs_fail(ctx, GS_EDATA, c->where ? &c->where_pos : &c->layer_pos, NULL,
                       "there are no candidates: no feature of layer `%s` satisfies the condition",
                       c->layer->id);
    sites->footprint_radius_m = gs_footprint_radius_m(&bound->study->facility);
    status = name_sites(ctx, bound, sites);
    return status ? status : check_shapes(ctx, bound, sites);
}
