// SPDX-License-Identifier: Apache-2.0
#include "output/ranking.h"

#include "base/units.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* Taken besides the fixed columns: what GeoPackage and QGIS use, and what a ranking with uncertain
 * weights adds, so that a column keeps its name when a study asks for that. */
static const char *const reserved[] = {"fid", "geom", GS_SCORE_SHOWN};
static const struct gs_gpkg_column robust[] = {
    {"rank_mean", GS_GPKG_REAL, "Mean rank", "Mean rank over all draws"},
    {"rank_p05", GS_GPKG_REAL, "Rank, 5 %", "Rank that it has or betters in 5 % of the draws"},
    {"rank_p95", GS_GPKG_REAL, "Rank, 95 %", "Rank that it has or betters in 95 % of the draws"},
    {"p_first", GS_GPKG_REAL, "Best", "Share of the draws in which it is first, 0 to 1"},
    {"p_top", GS_GPKG_REAL, "Among the best",
     "Share of the draws in which it is among the best (as many as `robustness: top` says)"},
};

static const struct gs_gpkg_column fixed[] = {
    [GS_RANKING_ID] = {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the candidate site"},
    [GS_RANKING_NAME] = {"name", GS_GPKG_TEXT, "Name", "Name of the candidate site"},
    [GS_RANKING_RANK] = {"rank", GS_GPKG_INTEGER, "Rank",
                         "1 is best, equal scores share a rank; empty when the site is excluded"},
    [GS_RANKING_SCORE] = {"score", GS_GPKG_REAL, "Score",
                          "0 (worst) to 1 (best); empty when the site is excluded"},
    [GS_RANKING_METHOD_INDEX] = {"method_index", GS_GPKG_REAL, "Index of the method",
                                 "The decision method's own figure"},
    [GS_RANKING_FEASIBLE] = {"feasible", GS_GPKG_BOOLEAN, "Feasible",
                             "Whether the site satisfies every constraint and has the data"},
    [GS_RANKING_EXCLUDED_BY] = {"excluded_by", GS_GPKG_TEXT, "Excluded by",
                                "Why the site is excluded"},
};

static bool is_taken(const struct gs_ranking *ranking, const char *name)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcasecmp(reserved[i], name) == 0)
            return true;
    for (size_t i = 0; i < sizeof robust / sizeof *robust; i++)
        if (strcasecmp(robust[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < ranking->n; i++)
        if (ranking->columns[i].name && strcasecmp(ranking->columns[i].name, name) == 0)
            return true;
    return false;
}

/* ID + suffix, made unique by _2, _3 …; NULL when memory is out. */
static const char *unique_name(struct gs_ctx *ctx, struct gs_ranking *ranking, const char *id,
                               const char *suffix, const struct gs_pos *warn_at)
{
    char *wanted = gs_arena_printf(ctx, &ranking->arena, "%s%s", id, suffix), *name = wanted;
    for (unsigned n = 2; name && is_taken(ranking, name); n++)
        name = gs_arena_printf(ctx, &ranking->arena, "%s_%u", wanted, n);
    if (name && name != wanted && warn_at)
        gs_warn(ctx, warn_at, NULL,
                "the name `%s` is taken in table `ranking`: that column of `%s` is called `%s`",
                wanted, id, name);
    return name;
}

static const char *unit_suffix(struct gs_ctx *ctx, struct gs_arena *arena, const char *format,
                               const char *unit)
{
    return gs_unit_is_plain(unit) ? "" : gs_arena_printf(ctx, arena, format, unit);
}

/* Title and description of the measured quantity. */
static bool describe_measured(struct gs_ctx *ctx, struct gs_arena *arena,
                              const struct gs_factor *factor, struct gs_gpkg_column *column)
{
    const char *bracket = unit_suffix(ctx, arena, " [%s]", factor->unit);
    const char *in = unit_suffix(ctx, arena, ", in %s", factor->unit);
    if (!bracket || !in)
        return false;
    column->type = factor->categorical ? GS_GPKG_TEXT : GS_GPKG_REAL;
    column->title = gs_arena_printf(ctx, arena, "%s%s", factor->title, bracket);
    column->description =
        gs_arena_printf(ctx, arena, "Measured: %s%s%s%s%s", factor->measure_text,
                        factor->layer ? " of layer " : " of the site",
                        factor->layer ? factor->layer->id : "",
                        factor->where ? factor->layer ? ", where " : " where " : "",
                        factor->where ? factor->where : "");
    if (column->description)
        column->description = gs_arena_printf(ctx, arena, "%s%s", column->description, in);
    return column->title && column->description;
}

static bool describe_worth(struct gs_ctx *ctx, struct gs_arena *arena,
                           const struct gs_criterion *criterion, struct gs_gpkg_column columns[2])
{
    const char *title = criterion->factor.title;
    columns[0].type = columns[1].type = GS_GPKG_REAL;
    columns[0].title = gs_arena_printf(ctx, arena, "%s: worth", title);
    columns[0].description =
        criterion->relative
            ? gs_arena_printf(ctx, arena, "The measured quantity as the method sees it: %s",
                              criterion->value_text)
            : gs_arena_printf(ctx, arena,
                              "Worth of the measured quantity, 0 (worst) to 1 (best): %s",
                              criterion->value_text);
    columns[1].title = gs_arena_printf(ctx, arena, "%s: part of the score", title);
    columns[1].description =
        gs_arena_printf(ctx, arena, "Weight %.4g × worth; the parts of a site add up to its score",
                        criterion->weight);
    return columns[0].title && columns[0].description && columns[1].title && columns[1].description;
}

/* Measured quantities get the plain ids first, so that `wind` is never renamed for the sake of what
 * belongs to another criterion. */
static enum gs_status name_criteria(struct gs_ctx *ctx, const struct gs_study *study, bool warn,
                                    struct gs_ranking *ranking)
{
    static const char *const suffixes[] = {"", "_value", "_part"};
    for (size_t s = 0; s < 3; s++)
        for (size_t c = 0; c < study->n_criteria; c++) {
            const struct gs_factor *factor = &study->criteria[c].factor;
            const char *name =
                unique_name(ctx, ranking, factor->id, suffixes[s], warn ? &factor->pos : NULL);
            if (!name)
                return GS_ENOMEM;
            ranking->columns[gs_ranking_criterion(ranking, c) + s].name = name;
        }
    return GS_OK;
}

static bool is_criterion(const struct gs_study *study, const char *id)
{
    for (size_t c = 0; c < study->n_criteria; c++)
        if (strcasecmp(study->criteria[c].factor.id, id) == 0)
            return true;
    return false;
}

static enum gs_status add_constraint(struct gs_ctx *ctx, const struct gs_study *study, size_t c,
                                     bool warn, struct gs_ranking *ranking)
{
    const struct gs_constraint *constraint = &study->constraints[c];
    const struct gs_factor *factor = &constraint->factor;
    struct gs_gpkg_column *columns = ranking->columns + gs_ranking_constraint(ranking, c);
    const struct gs_pos *warn_at = warn ? &factor->pos : NULL;
    const char *suffix = is_criterion(study, factor->id) ? "_measured" : "";
    columns[0].name = unique_name(ctx, ranking, factor->id, suffix, warn_at);
    if (!columns[0].name)
        return GS_ENOMEM;
    columns[1].name = unique_name(ctx, ranking, factor->id, "_met", warn_at);
    columns[1].type = GS_GPKG_BOOLEAN;
    columns[1].title = gs_arena_printf(ctx, &ranking->arena, "%s: met", factor->title);
    columns[1].description =
        gs_arena_printf(ctx, &ranking->arena, "Whether the site satisfies the constraint (%s)",
                        constraint->require_text);
    bool described = describe_measured(ctx, &ranking->arena, factor, &columns[0]);
    return described && columns[1].name && columns[1].title && columns[1].description ? GS_OK
                                                                                      : GS_ENOMEM;
}

/* -- further columns --------------------------------------------------------------------------- */

/* How many there may be. */
static size_t count_extras(const struct gs_result *result)
{
    const struct gs_study *study = result->study;
    return 2 + sizeof robust / sizeof *robust + result->n_figures + study->n_scenarios;
}

static enum gs_status add_extra(struct gs_ctx *ctx, struct gs_ranking *ranking, const char *id,
                                const char *suffix, const char *title, const char *description,
                                struct gs_extra extra)
{
    const char *name = unique_name(ctx, ranking, id, suffix, NULL);
    if (!name || !title || !description)
        return GS_ENOMEM;
    ranking->columns[ranking->n++] =
        (struct gs_gpkg_column){name, extra.ranks ? GS_GPKG_INTEGER : GS_GPKG_REAL, title,
                                description};
    ranking->extras[ranking->n_extras++] = extra;
    return GS_OK;
}

static enum gs_status add_located(struct gs_ctx *ctx, const struct gs_result *result,
                                  struct gs_ranking *ranking)
{
    const struct gs_sites *sites = &result->sites;
    if (!sites->located_mean)
        return GS_OK;
    enum gs_status status = add_extra(ctx, ranking, "surface_mean", "", "Mean of the surface",
                                      "Mean of the surface's scores where the site was found",
                                      (struct gs_extra){.numbers = sites->located_mean});
    return status ? status
                  : add_extra(ctx, ranking, "surface_min", "", "Least of the surface",
                              "Least of the surface's scores where the site was found",
                              (struct gs_extra){.numbers = sites->located_min});
}

static enum gs_status add_figures(struct gs_ctx *ctx, const struct gs_result *result,
                                  struct gs_ranking *ranking)
{
    enum gs_status status = GS_OK;
    for (size_t f = 0; f < result->n_figures && !status; f++) {
        const struct gs_figure *figure = &result->figure_names[f];
        status = add_extra(ctx, ranking, figure->name, "", figure->title, figure->help,
                           (struct gs_extra){.numbers = result->figures[f]});
    }
    return status;
}

/* Their names are kept free for them. */
static void add_robust(const struct gs_result *result, struct gs_ranking *ranking)
{
    const struct gs_robust *r = result->robust;
    if (!r)
        return;
    const double *const numbers[] = {r->rank_mean, r->rank_p05, r->rank_p95, r->p_first, r->p_top};
    for (size_t i = 0; i < sizeof robust / sizeof *robust; i++) {
        ranking->columns[ranking->n++] = robust[i];
        ranking->extras[ranking->n_extras++] = (struct gs_extra){.numbers = numbers[i]};
    }
}

static enum gs_status add_scenarios(struct gs_ctx *ctx, const struct gs_result *result,
                                    struct gs_ranking *ranking)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0, s = 0; i < result->n_outcomes && !status; i++) {
        const struct gs_outcome *outcome = &result->outcomes[i];
        if (!outcome->is_own)
            continue;
        const struct gs_scenario *scenario = &result->study->scenarios[s++];
        status =
            add_extra(ctx, ranking, scenario->id, "_rank",
                      gs_arena_printf(ctx, &ranking->arena, "Rank: %s", scenario->title),
                      gs_arena_printf(ctx, &ranking->arena,
                                      "Rank in scenario %s; empty when the site is excluded there",
                                      scenario->id),
                      (struct gs_extra){.ranks = outcome->rank});
    }
    return status;
}

enum gs_status gs_ranking_init(struct gs_ctx *ctx, const struct gs_result *result, bool warn,
                               struct gs_ranking *out)
{
    const struct gs_study *study = result->study;
    struct gs_ranking ranking = {.n_criteria = study->n_criteria};
    size_t n_extras = count_extras(result);
    ranking.n = GS_RANKING_FIXED + 3 * study->n_criteria + 2 * study->n_constraints;
    gs_arena_init(&ranking.arena);
    ranking.columns =
        GS_ARENA_ARRAY(ctx, &ranking.arena, struct gs_gpkg_column, ranking.n + n_extras);
    ranking.extras = GS_ARENA_ARRAY(ctx, &ranking.arena, struct gs_extra, n_extras);
    enum gs_status status = ranking.columns && ranking.extras ? GS_OK : GS_ENOMEM;
    if (status == GS_OK) {
        memcpy(ranking.columns, fixed, sizeof fixed);
        status = name_criteria(ctx, study, warn, &ranking);
    }
    for (size_t c = 0; c < study->n_criteria && status == GS_OK; c++) {
        struct gs_gpkg_column *columns = ranking.columns + gs_ranking_criterion(&ranking, c);
        if (!describe_measured(ctx, &ranking.arena, &study->criteria[c].factor, columns) ||
            !describe_worth(ctx, &ranking.arena, &study->criteria[c], columns + 1))
            status = GS_ENOMEM;
    }
    for (size_t c = 0; c < study->n_constraints && status == GS_OK; c++)
        status = add_constraint(ctx, study, c, warn, &ranking);
    if (status == GS_OK)
        status = add_figures(ctx, result, &ranking);
    if (status == GS_OK)
        status = add_located(ctx, result, &ranking);
    if (status == GS_OK)
        add_robust(result, &ranking);
    if (status == GS_OK)
        status = add_scenarios(ctx, result, &ranking);
    if (status == GS_OK)
        *out = ranking;
    else
        gs_arena_release(&ranking.arena);
    return status;
}

void gs_ranking_release(struct gs_ranking *ranking)
{
    gs_arena_release(&ranking->arena);
    *ranking = (struct gs_ranking){0};
}

size_t gs_ranking_criterion(const struct gs_ranking *ranking, size_t c)
{
    (void)ranking;
    return GS_RANKING_FIXED + 3 * c;
}

size_t gs_ranking_constraint(const struct gs_ranking *ranking, size_t c)
{
    return GS_RANKING_FIXED + 3 * ranking->n_criteria + 2 * c;
}

bool gs_is_measured(const struct gs_measured *measured, size_t site)
{
    return measured->text ? measured->text[site] != NULL : !isnan(measured->number[site]);
}
