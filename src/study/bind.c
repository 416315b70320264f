// SPDX-License-Identifier: Apache-2.0
#include "study/bind.h"
#include "study/cache.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"
#include "geo/session.h"
#include "value/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double gs_measure_quantity(const struct gs_measure *measure, const void *params, const char *key)
{
    for (size_t i = 0; i < measure->n_params; i++)
        if (measure->params[i].type == GS_PARAM_QUANTITY &&
            strcmp(measure->params[i].key, key) == 0) {
            const void *at = (const char *)params + measure->params[i].offset;
            return *(const double *)at;
        }
    return NAN;
}

/* Remembers the worst of several faults while going on: the study's own come before the data's. */
static enum gs_status worse(enum gs_status a, enum gs_status b)
{
    if (a == GS_OK || b == GS_OK)
        return a == GS_OK ? b : a;
    return a == GS_ESTUDY || b == GS_ESTUDY ? GS_ESTUDY : a;
}

static bool is_fatal(enum gs_status status)
{
    return status && status != GS_ESTUDY && status != GS_EDATA;
}

/* -- sources ----------------------------------------------------------------------------------- */

/* A layer that a factor reads, opened at first use. `*at` stays SIZE_MAX when it cannot be opened
 * (which is reported once for all its factors). */
static enum gs_status find_source(struct gs_ctx *ctx, struct gs_bound *bound,
                                  const struct gs_layer *layer, bool raster, const char *where,
                                  const struct gs_pos *where_pos, size_t *at)
{
    for (size_t i = 0; i < bound->n_sources; i++) {
        struct gs_source *source = &bound->sources[i];
        if (source->layer == layer && gs_text_same(source->where, where) &&
            source->is_raster == raster) {
            *at = source->vector || source->raster ? i : SIZE_MAX;
            return GS_OK;
        }
    }
    size_t i = bound->n_sources++;
    struct gs_source *source = &bound->sources[i];
    *source = (struct gs_source){.layer = layer,
                                 .where = where,
                                 .where_pos = *where_pos,
                                 .is_raster = raster,
                                 .coverage = NAN,
                                 .operation = ""};
    enum gs_status status = raster ? gs_raster_open(ctx, layer, &source->raster)
                                   : gs_vector_open(ctx, layer, &source->vector);
    if (status == GS_OK)
        *at = i;
    return status;
}

static enum gs_status want_field(struct gs_ctx *ctx, struct gs_bound *bound,
                                 struct gs_source *source, const char *name,
                                 enum gs_field_kind kind)
{
    for (size_t i = 0; i < source->n_fields; i++)
        if (strcmp(source->fields[i], name) == 0 && source->kinds[i] == kind)
            return GS_OK;
    if (!source->fields) { /* each factor names one field at most */
        source->fields = GS_ARENA_ARRAY(ctx, &bound->arena, const char *, bound->fields_capacity);
        source->kinds =
            GS_ARENA_ARRAY(ctx, &bound->arena, enum gs_field_kind, bound->fields_capacity);
        if (!source->fields || !source->kinds)
            return GS_ENOMEM;
    }
    source->fields[source->n_fields] = name;
    source->kinds[source->n_fields++] = kind;
    return GS_OK;
}

/* -- fields ------------------------------------------------------------------------------------ */

enum gs_status gs_find_field(struct gs_ctx *ctx, const struct gs_vector *vector,
                             const struct gs_layer *layer, const char *name,
                             const struct gs_pos *pos, enum gs_field_kind *kind)
{
    const char *unit, *nearest = NULL;
    if (gs_vector_field(vector, name, kind, &unit, &nearest))
        return GS_OK;
    struct gs_text hint;
    gs_text_init(&hint);
    if (nearest)
        gs_text_printf(&hint, "did you mean `%s`?", nearest);
    enum gs_status status =
        gs_fail(ctx, GS_ESTUDY, pos, hint.bytes, "layer `%s` has no field `%s`", layer->id, name);
    gs_text_release(&hint);
    return status;
}

/* Is the field of a factor there, and is it what the measure can use? Decides between numbers and
 * text. A text column counts as numbers where the catalogue says so, by a unit or missing codes. */
static enum gs_status bind_field(struct gs_ctx *ctx, struct gs_factor *factor,
                                 const struct gs_layer *layer, const struct gs_vector *vector,
                                 const char *name, enum gs_field_kind *kind)
{
    enum gs_status status = gs_find_field(ctx, vector, layer, name, &factor->measure_pos, kind);
    if (status)
        return status;
    const struct gs_field *field = gs_layer_field(layer, name);
    if (*kind == GS_FIELD_TEXT && field && (*field->unit || field->missing.n))
        *kind = GS_FIELD_NUMBER;
    if (*kind == GS_FIELD_NUMBER)
        return GS_OK;
    if (*kind == GS_FIELD_OTHER)
        return gs_fail(ctx, GS_ESTUDY, &factor->measure_pos, NULL,
                       "field `%s` of layer `%s` holds neither numbers nor text", name, layer->id);
    if (factor->measure->flags & GS_MEASURE_ANY_FIELD)
        return GS_OK;
    if (!(factor->measure->flags & GS_MEASURE_TEXT))
        return gs_fail(ctx, GS_ESTUDY, &factor->measure_pos,
                       "if it holds numbers, give the field a `unit:` or `missing:` codes in the "
                       "catalogue",
                       "field `%s` of layer `%s` is text, but measure `%s` needs numbers", name,
                       layer->id, factor->measure_name);
    factor->categorical = true;
    return GS_OK;
}

static const char *kinds_text(unsigned kinds)
{
    if (kinds == 1u << GS_PART_POINTS)
        return "points";
    if (kinds == 1u << GS_PART_LINE)
        return "lines";
    if (kinds == 1u << GS_PART_RING)
        return "polygons";
    return "geometries of several kinds";
}

static enum gs_status check_kinds(struct gs_ctx *ctx, const struct gs_factor *factor,
                                  unsigned kinds)
{
    unsigned wanted = factor->measure->geometry;
    if (!wanted || !kinds || (wanted & kinds))
        return GS_OK;
    return gs_fail(ctx, GS_ESTUDY, &factor->layer_pos, NULL,
                   "measure `%s` needs %s, but layer `%s` holds %s", factor->measure_name,
                   kinds_text(wanted), factor->layer->id, kinds_text(kinds));
}

/* -- units of rasters -------------------------------------------------------------------------- */

/* A raster whose catalogue states no unit: its file may. What the study wrote must agree. */
static enum gs_status settle_band_unit(struct gs_ctx *ctx, struct gs_bound *bound,
                                       struct gs_factor *factor, const struct gs_pos *pos,
                                       const char *band_unit)
{
    if (!factor->unit_open || strcmp(factor->measure->unit, GS_UNIT_BAND) != 0)
        return GS_OK;
    if (!*factor->unit) {
        factor->unit = gs_arena_text(ctx, &bound->study->arena, band_unit);
        return factor->unit ? GS_OK : GS_ENOMEM;
    }
    if (!*band_unit) {
        gs_warn(ctx, pos, "state the unit of the layer with `unit:` in the catalogue",
                "layer `%s` states no unit; its values are taken to be in %s, as written here",
                factor->layer->id, factor->unit);
        return GS_OK;
    }
    enum gs_unit_match match;
    double scale = 1, offset = 0;
    enum gs_status status = gs_unit_convert(ctx, factor->unit, band_unit, &match, &scale, &offset);
    if (status)
        return status;
    if (match != GS_UNIT_MATCH || scale != 1 || offset != 0)
        return gs_fail(ctx, GS_ESTUDY, pos,
                       "state the unit with `unit:` in the catalogue, then any unit of the same "
                       "kind may be used here",
                       "the file of layer `%s` is in %s, not in %s", factor->layer->id, band_unit,
                       factor->unit);
    return GS_OK;
}

/* -- factors ----------------------------------------------------------------------------------- */

static enum gs_status bind_vector_factor(struct gs_ctx *ctx, struct gs_bound *bound,
                                         struct gs_bound_factor *bf)
{
    struct gs_factor *factor = bf->factor;
    struct gs_source *source = &bound->sources[bf->source];
    const struct gs_measure *measure = factor->measure;
    source->n_factors++;
    const char *name = gs_measure_field(measure, factor->measure_params);
    enum gs_status status = check_kinds(ctx, factor, gs_vector_kinds(source->vector));
    if (!status && name) {
        enum gs_field_kind kind;
        status = bind_field(ctx, factor, factor->layer, source->vector, name, &kind);
        if (!status)
            status = want_field(ctx, bound, source, name, kind);
    }
    if (!status && (measure->flags & GS_MEASURE_PLANAR) && bound->metres_per_unit == 0)
        status = gs_fail(ctx, GS_ESTUDY, &factor->measure_pos,
                         "choose a projected CRS for `area:`, such as EPSG:3035",
                         "measure `%s` cannot be taken in a CRS of degrees", factor->measure_name);
    double reach_m = measure->reach_m ? measure->reach_m(factor->measure_params) : INFINITY;
    if ((measure->flags & GS_MEASURE_AREA) && !isfinite(reach_m)) /* no farther than the site */
        reach_m = gs_footprint_radius_m(bf->facility);
    if (!(reach_m <= source->reach_m))
        source->reach_m = reach_m;
    if (bound->metres_per_unit == 0 ||
        (measure->geodesic && measure->geodesic(factor->measure_params)))
        source->geodesic = true;
    return status;
}

static enum gs_status bind_raster_factor(struct gs_ctx *ctx, struct gs_bound *bound,
                                         struct gs_bound_factor *bf, const struct gs_pos *pos)
{
    struct gs_source *source = &bound->sources[bf->source];
    source->n_factors++;
    return settle_band_unit(ctx, bound, bf->factor, pos, gs_raster_info(source->raster)->unit);
}

/* The raster that a parameter names, and the unit of what comes of it. */
static enum gs_status bind_second(struct gs_ctx *ctx, struct gs_bound *bound,
                                  struct gs_bound_factor *bf)
{
    struct gs_factor *factor = bf->factor;
    const struct gs_pos no_where = {0};
    enum gs_status status =
        find_source(ctx, bound, factor->second, true, NULL, &no_where, &bf->second);
    if (status || bf->second == SIZE_MAX || strcmp(factor->measure->unit, GS_UNIT_COST) != 0)
        return status;
    const struct gs_raster_info *info = gs_raster_info(bound->sources[bf->second].raster);
    if (info->is_classes)
        return gs_fail(ctx, GS_ESTUDY, &factor->second_pos,
                       "make a raster with a friction for each class",
                       "layer `%s` holds classes, which are no friction", factor->second->id);
    if (!*factor->unit)
        return gs_unit_times_metre(ctx, &bound->study->arena, info->unit, &factor->unit);
    double scale = NAN;
    status = gs_unit_metre_scale(ctx, info->unit, factor->unit, &scale);
    if (!status && isnan(scale))
        status = gs_fail(ctx, GS_ESTUDY, &factor->second_pos,
                         "state the unit of the layer with `unit:` in the catalogue",
                         "friction of layer `%s` in %s gives no cost in %s", factor->second->id,
                         *info->unit ? info->unit : "plain numbers", factor->unit);
    return status;
}

/* `pos`: of the value function or requirement, where the study's own quantities stand. */
static enum gs_status bind_factor(struct gs_ctx *ctx, struct gs_bound *bound,
                                  struct gs_bound_factor *bf, const struct gs_pos *pos)
{
    struct gs_factor *factor = bf->factor;
    bf->source = bf->second = SIZE_MAX;
    if (factor->measure->input == GS_INPUT_SITE) {
        const char *name = gs_measure_field(factor->measure, factor->measure_params);
        enum gs_field_kind kind;
        if (!bound->study->candidates.layer)
            return gs_fail(ctx, GS_ESTUDY, &factor->measure_pos, "measure a layer instead",
                           "measure `%s` looks at fields of the candidates, but these come from no "
                           "layer",
                           factor->measure_name);
        return bound->candidates && name ? bind_field(ctx, factor, bound->study->candidates.layer,
                                                      bound->candidates, name, &kind)
                                         : GS_OK;
    }
    enum gs_status status =
        find_source(ctx, bound, factor->layer, factor->measure->input == GS_INPUT_RASTER,
                    factor->where, &factor->where_pos, &bf->source);
    if (!status && bf->source != SIZE_MAX)
        status = factor->measure->input == GS_INPUT_RASTER ? bind_raster_factor(ctx, bound, bf, pos)
                                                           : bind_vector_factor(ctx, bound, bf);
    if (factor->second && !is_fatal(status))
        status = worse(status, bind_second(ctx, bound, bf));
    return status;
}

/* A measured number is compared with class codes and names of the layer's classes; any other word
 * would match nothing, without a sound. */
static bool can_be_listed(const struct gs_factor *factor, const char *item)
{
    double code;
    const char *rest;
    const struct gs_layer *layer = factor->layer;
    if (factor->categorical || (gs_parse_number(item, &code, &rest) && !*rest))
        return true;
    if (factor->measure->input == GS_INPUT_RASTER)
        for (size_t i = 0; i < layer->n_classes; i++)
            if (strcmp(layer->classes[i].name, item) == 0)
                return true;
    return false;
}

static enum gs_status check_listed(struct gs_ctx *ctx, const struct gs_factor *factor,
                                   const char *const *items, size_t n, const struct gs_pos *pos)
{
    enum gs_status worst = GS_OK;
    for (size_t i = 0; i < n; i++)
        if (!can_be_listed(factor, items[i]))
            worst =
                factor->layer && factor->layer->n_classes
                    ? gs_fail(ctx, GS_ESTUDY, pos,
                              "classes are named under `classes:` in the catalogue",
                              "layer `%s` has no class `%s`", factor->layer->id, items[i])
                    : gs_fail(ctx, GS_ESTUDY, pos, NULL,
                              "`%s` measures numbers, which are never `%s`", factor->id, items[i]);
    return worst;
}

static enum gs_status check_require(struct gs_ctx *ctx, const struct gs_constraint *c)
{
    enum gs_status status = check_listed(ctx, &c->factor, c->in.items, c->in.n, &c->require_pos);
    enum gs_status second =
        check_listed(ctx, &c->factor, c->not_in.items, c->not_in.n, &c->require_pos);
    return status ? status : second;
}

static enum gs_status check_worths(struct gs_ctx *ctx, const struct gs_criterion *c)
{
    enum gs_status worst = GS_OK;
    for (size_t k = 0; !c->relative && k < c->value->n_params; k++) {
        if (c->value->params[k].type != GS_PARAM_WORTHS)
            continue;
        const struct gs_worths *worths =
            (const void *)((const char *)c->value_params + c->value->params[k].offset);
        enum gs_status status =
            check_listed(ctx, &c->factor, worths->keys, worths->n, &c->value_pos);
        worst = status ? status : worst;
    }
    return worst;
}

static enum gs_status check_categorical(struct gs_ctx *ctx, const struct gs_study *study)
{
    enum gs_status worst = GS_OK;
    for (size_t i = 0; i < study->n_criteria; i++) {
        const struct gs_criterion *c = &study->criteria[i];
        if (c->factor.categorical && c->relative)
            worst = gs_fail(ctx, GS_ESTUDY, &c->value_pos, "use value function `classes`",
                            "`%s` measures text, which is neither higher nor lower", c->factor.id);
        else if (c->factor.categorical && !c->value->categorical)
            worst = gs_fail(ctx, GS_ESTUDY, &c->value_pos, "use value function `classes`",
                            "`%s` measures text, which value function `%s` cannot judge",
                            c->factor.id, c->value_name);
    }
    for (size_t i = 0; i < study->n_constraints; i++) {
        const struct gs_constraint *c = &study->constraints[i];
        if (c->factor.categorical && (!isnan(c->min) || !isnan(c->max)))
            worst = gs_fail(ctx, GS_ESTUDY, &c->factor.measure_pos, "require `in:` or `not_in:`",
                            "`%s` measures text, which has no min or max", c->factor.id);
    }
    return worst;
}

/* -- areas ------------------------------------------------------------------------------------- */

/* A measure over a site's area needs one. */
static enum gs_status check_areas(struct gs_ctx *ctx, const struct gs_bound *bound,
                                  const struct gs_bound_factor *bf)
{
    const struct gs_sites *sites = &bound->sites;
    const struct gs_factor *factor = bf->factor;
    if (!(factor->measure->flags & GS_MEASURE_AREA) || gs_footprint_radius_m(bf->facility) > 0 ||
        !isnan(gs_measure_quantity(factor->measure, factor->measure_params, "radius")))
        return GS_OK;
    for (size_t i = 0; i < sites->features.shapes.n; i++)
        if (gs_shapes_kinds(&sites->features.shapes, i) & 1u << GS_PART_POINTS)
            return gs_fail(ctx, GS_ESTUDY, &factor->measure_pos,
                           "give the measure a `radius:`, or the facility its `land:`",
                           "measure `%s` looks at an area, but site `%s` is a point",
                           factor->measure_name, sites->ids[i]);
    return GS_OK;
}

/* -- all together ------------------------------------------------------------------------------ */

size_t gs_factor_count(const struct gs_study *study)
{
    return study->n_constraints + study->n_criteria;
}

struct gs_factor *gs_factor_at(struct gs_study *study, size_t i)
{
    return i < study->n_constraints ? &study->constraints[i].factor
                                    : &study->criteria[i - study->n_constraints].factor;
}

static enum gs_status bind_one(struct gs_ctx *ctx, struct gs_bound *bound,
                               const struct gs_study *study, size_t i, struct gs_bound_factor *bf)
{
    bool constraint = i < study->n_constraints;
    const struct gs_pos *pos = constraint ? &bf->factor->measure_pos
                                          : &study->criteria[i - study->n_constraints].value_pos;
    return bind_factor(ctx, bound, bf, pos);
}

static enum gs_status check_words(struct gs_ctx *ctx, const struct gs_study *study, size_t i)
{
    return i < study->n_constraints ? check_require(ctx, &study->constraints[i])
                                    : check_worths(ctx, &study->criteria[i - study->n_constraints]);
}

/* Would a factor of a scenario measure what this one does? The texts are compared as written, where
 * `facility.…` means the sizes of a facility. */
static bool measures_the_same(const struct gs_bound_factor *bf, const struct gs_factor *factor,
                              const struct gs_facility *facility)
{
    const struct gs_factor *own = bf->factor;
    if (own->measure != factor->measure || own->layer != factor->layer ||
        own->second != factor->second || !gs_text_same(own->where, factor->where) ||
        strcmp(own->measure_text, factor->measure_text) != 0 ||
        strcmp(own->unit, factor->unit) != 0)
        return false;
    bool sized = strstr(factor->measure_text, "facility.") != NULL;
    bool same_land = gs_footprint_radius_m(bf->facility) == gs_footprint_radius_m(facility);
    if ((factor->measure->flags & GS_MEASURE_AREA) && !same_land)
        return false;
    return !sized || memcmp(bf->facility, facility, sizeof *facility) == 0;
}

/* The factor that measures this one's quantity, which is added when there is none. */
static enum gs_status bind_variant(struct gs_ctx *ctx, struct gs_bound *bound,
                                   struct gs_study *study, size_t i, size_t *at)
{
    struct gs_factor *factor = gs_factor_at(study, i);
    for (*at = 0; *at < bound->n_all; ++*at)
        if (measures_the_same(&bound->factors[*at], factor, &study->facility))
            break;
    struct gs_bound_factor *bf = &bound->factors[*at];
    enum gs_status status = GS_OK;
    if (*at == bound->n_all) {
        bound->n_all++;
        *bf = (struct gs_bound_factor){.factor = factor, .facility = &study->facility};
        status = bind_one(ctx, bound, study, i, bf);
    }
    factor->unit = bf->factor->unit;
    factor->categorical = bf->factor->categorical;
    return status ? status : check_words(ctx, study, i);
}

static enum gs_status bind_scenario(struct gs_ctx *ctx, struct gs_bound *bound,
                                    const struct gs_scenario *scenario, size_t **out)
{
    size_t n = gs_factor_count(scenario->study);
    size_t *at = GS_ARENA_ARRAY(ctx, &bound->arena, size_t, n);
    if (!at)
        return GS_ENOMEM;
    *out = at;
    enum gs_status worst = GS_OK;
    for (size_t i = 0; i < n && !is_fatal(worst); i++)
        worst = worse(worst, bind_variant(ctx, bound, scenario->study, i, &at[i]));
    return is_fatal(worst) ? worst : worse(worst, check_categorical(ctx, scenario->study));
}

/* The nodes of the portfolio, read with the other features of their layer. */
static enum gs_status bind_headroom(struct gs_ctx *ctx, struct gs_bound *bound)
{
    const struct gs_portfolio_choice *choice = &bound->study->portfolio;
    bound->headroom = SIZE_MAX;
    if (!choice->headroom)
        return GS_OK;
    bound->headroom = bound->n_all++;
    struct gs_bound_factor *bf = &bound->factors[bound->headroom];
    *bf = (struct gs_bound_factor){.factor = choice->headroom, .facility = &bound->study->facility};
    enum gs_status status = bind_factor(ctx, bound, bf, &choice->headroom->measure_pos);
    if (status || bf->source == SIZE_MAX || !choice->node_id)
        return status;
    enum gs_field_kind kind;
    struct gs_source *source = &bound->sources[bf->source];
    status = gs_find_field(ctx, source->vector, source->layer, choice->node_id,
                           &choice->node_id_pos, &kind);
    return status ? status : want_field(ctx, bound, source, choice->node_id, GS_FIELD_TEXT);
}

static enum gs_status bind_factors(struct gs_ctx *ctx, struct gs_bound *bound)
{
    struct gs_study *study = bound->study;
    size_t n_most = gs_factor_count(study);
    for (size_t i = 0; i < study->n_scenarios; i++)
        n_most += gs_factor_count(study->scenarios[i].study);
    n_most += study->portfolio.headroom != NULL;
    bound->n_factors = bound->n_all = gs_factor_count(study);
    bound->factors = GS_ARENA_ARRAY(ctx, &bound->arena, struct gs_bound_factor, n_most);
    bound->sources = GS_ARENA_ARRAY(ctx, &bound->arena, struct gs_source, 2 * n_most);
    bound->at = GS_ARENA_ARRAY(ctx, &bound->arena, size_t *, study->n_scenarios);
    bound->fields_capacity = n_most + 1; /* one field a factor, and the names of nodes */
    if (!bound->factors || !bound->sources || !bound->at)
        return GS_ENOMEM;
    enum gs_status worst = GS_OK;
    for (size_t i = 0; i < bound->n_factors; i++) {
        struct gs_bound_factor *bf = &bound->factors[i];
        *bf = (struct gs_bound_factor){.factor = gs_factor_at(study, i),
                                       .facility = &study->facility};
        enum gs_status status = bind_one(ctx, bound, study, i, bf);
        if (!status)
            status = check_words(ctx, study, i);
        if (is_fatal(status))
            return status;
        worst = worse(worst, status);
    }
    worst = worse(worst, check_categorical(ctx, study));
    for (size_t i = 0; i < study->n_scenarios && !is_fatal(worst); i++)
        worst = worse(worst, bind_scenario(ctx, bound, &study->scenarios[i], &bound->at[i]));
    return is_fatal(worst) ? worst : worse(worst, bind_headroom(ctx, bound));
}

static enum gs_status check_places(struct gs_ctx *ctx, struct gs_bound *bound)
{
    enum gs_status worst = gs_bind_area(ctx, bound);
    if (!worst && bound->study->candidates.kind == GS_CANDIDATES_CELLS)
        worst = gs_bind_cells(ctx, bound);
    if (worst)
        return worst;
    worst = gs_check_coverage(ctx, bound);
    if (is_fatal(worst))
        return worst;
    bool grid = false;
    for (size_t i = 0; i < bound->n_all; i++) {
        const struct gs_factor *factor = bound->factors[i].factor;
        worst = worse(worst, check_areas(ctx, bound, &bound->factors[i]));
        if ((factor->measure->flags & GS_MEASURE_GRID) && bound->metres_per_unit > 0 && !grid) {
            char what[80];
            snprintf(what, sizeof what, "measure `%s`", factor->measure_name);
            worst = worse(worst, gs_area_grid(ctx, bound, what, &bound->grid));
            grid = true;
        }
    }
    return worst;
}

enum gs_status gs_bind(struct gs_ctx *ctx, struct gs_study *study, struct gs_cache *cache,
                       struct gs_bound **out)
{
    struct gs_bound *bound = GS_NEW(ctx, struct gs_bound);
    if (!bound)
        return GS_ENOMEM;
    bound->study = study;
    gs_arena_init(&bound->arena);
    gs_sites_init(&bound->sites);
    for (int i = 0; i < 4; i++)
        bound->surface_bounds[i] = bound->site_bounds[i] = NAN;
    bound->located_mean = bound->located_bound = NAN;
    enum gs_status worst = gs_geo_start(ctx), status;
    if (!worst)
        worst = gs_crs_new(ctx, study->area.crs, &study->area.crs_pos, "the study", &bound->crs);
    if (worst)
        goto out;
    bound->metres_per_unit = gs_crs_metres_per_unit(bound->crs);
    bool layer = study->candidates.kind == GS_CANDIDATES_LAYER;
    if (layer)
        worst = gs_vector_open(ctx, study->candidates.layer, &bound->candidates);
    if (is_fatal(worst))
        goto out;
    status = bind_factors(ctx, bound);
    worst = worse(worst, status);
    if (is_fatal(status) || (layer && !bound->candidates))
        goto out;
    if (!worst && cache) {
        worst = gs_inputs_new(ctx, bound, cache->store, cache->rehash, &cache->inputs);
        bound->cache = cache->store ? cache : NULL;
        if (worst)
            goto out;
    }
    status = layer ? gs_bind_sites(ctx, bound) : GS_OK;
    worst = worse(worst, status);
    if (!status)
        worst = worse(worst, check_places(ctx, bound));
out:
    if (worst) {
        gs_bound_free(bound);
        return worst;
    }
    *out = bound;
    return GS_OK;
}

bool gs_measure_the_same(const struct gs_bound_factor *a, const struct gs_bound_factor *b)
{
    return a->source == b->source && a->factor->measure == b->factor->measure &&
           strcmp(a->factor->measure_text, b->factor->measure_text) == 0 &&
           strcmp(a->factor->unit, b->factor->unit) == 0;
}

void gs_bound_factor_drop(struct gs_bound_factor *bf)
{
    if (bf->kept)
        bf->factor->measure->discard(bf->kept);
    bf->kept = NULL;
}

void gs_bound_free(struct gs_bound *bound)
{
    if (!bound)
        return;
    for (size_t i = 0; bound->factors && i < bound->n_all; i++) {
        gs_bound_factor_drop(&bound->factors[i]);
        gs_cache_drop_measure(&bound->factors[i]);
    }
    for (size_t i = 0; i < bound->n_sources; i++) {
        gs_bound_unload(&bound->sources[i]);
        gs_vector_close(bound->sources[i].vector);
        gs_raster_close(bound->sources[i].raster);
    }
    gs_vector_close(bound->candidates);
    gs_sites_release(&bound->sites);
    gs_crs_free(bound->crs);
    gs_arena_release(&bound->arena);
    gs_free(bound);
}
