// SPDX-License-Identifier: Apache-2.0
/* What was asked, in the file itself: `criteria`, `constraints` and `run`. */
#include "output/ranking.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>

enum gs_status gs_add_aliases(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *table,
                              const struct gs_gpkg_column *columns, size_t n)
{
    char *qml;
    enum gs_status status = gs_write_alias_qml(ctx, columns, n, &qml);
    if (status)
        return status;
    status = gs_gpkg_add_style(ctx, gpkg, table, qml);
    gs_free(qml);
    return status;
}

/* -- criteria ------------------------------------------------------------------------------ */

static const struct gs_gpkg_column criteria[] = {
    {"id", GS_GPKG_TEXT, "Id", "Id of the criterion"},
    {"title", GS_GPKG_TEXT, "Title", "Title of the criterion"},
    {"group_path", GS_GPKG_TEXT, "Group", "Groups it belongs to, outermost first, as a/b"},
    {"layer", GS_GPKG_TEXT, "Layer", "Layer it measures; empty: the candidates themselves"},
    {"where", GS_GPKG_TEXT, "Where", "Filter on the features of the layer"},
    {"measure", GS_GPKG_TEXT, "Measure", "How the layer becomes a number per site"},
    {"value_function", GS_GPKG_TEXT, "Value function", "How that number becomes a worth"},
    {"unit", GS_GPKG_TEXT, "Unit", "Unit of the measured quantity"},
    {"weight", GS_GPKG_REAL, "Weight", "Final share, all criteria together 1"},
    {"missing", GS_GPKG_TEXT, "Missing data",
     "What a site without data gets: exclude, or a worth of 0 to 1"},
    {"ranking_column", GS_GPKG_TEXT, "Column of ranking",
     "Column of table ranking that holds the measured quantity"},
};

/* a/b/c from the outermost group; "" at the top level. */
static void append_group(struct gs_text *text, const struct gs_study *study, size_t group)
{
    if (group == 0)
        return;
    append_group(text, study, study->groups[group].parent);
    gs_text_printf(text, "%s%s", text->length ? "/" : "", study->groups[group].id);
}

static enum gs_status write_criterion(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                      const struct gs_study *study, size_t c, const char *column)
{
    const struct gs_criterion *criterion = &study->criteria[c];
    const struct gs_factor *factor = &criterion->factor;
    struct gs_text group, missing;
    gs_text_init(&group);
    gs_text_init(&missing);
    append_group(&group, study, criterion->group);
    if (criterion->missing == GS_MISSING_EXCLUDE)
        gs_text_append(&missing, "exclude");
    else
        gs_text_append_double(&missing, criterion->missing_worth);
    struct gs_gpkg_cell cells[] = {
        gs_text_cell(factor->id),
        gs_text_cell(factor->title),
        gs_text_cell(group.bytes),
        gs_text_cell(factor->layer ? factor->layer->id : NULL),
        gs_text_cell(factor->where),
        gs_text_cell(factor->measure_text),
        gs_text_cell(criterion->value_text),
        gs_text_cell(factor->unit),
        gs_number_cell(criterion->weight),
        gs_text_cell(missing.bytes),
        gs_text_cell(column),
    };
    enum gs_status status = group.failed || missing.failed
                                ? gs_fail_memory(ctx)
                                : gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    gs_text_release(&group);
    gs_text_release(&missing);
    return status;
}

/* -- constraints --------------------------------------------------------------------------- */

static const struct gs_gpkg_column constraints[] = {
    {"id", GS_GPKG_TEXT, "Id", "Id of the constraint"},
    {"title", GS_GPKG_TEXT, "Title", "Title of the constraint"},
    {"layer", GS_GPKG_TEXT, "Layer", "Layer it measures; empty: the candidates themselves"},
    {"where", GS_GPKG_TEXT, "Where", "Filter on the features of the layer"},
    {"measure", GS_GPKG_TEXT, "Measure", "How the layer becomes a number per site"},
    {"require", GS_GPKG_TEXT, "Required", "What the measured quantity must satisfy"},
    {"unit", GS_GPKG_TEXT, "Unit", "Unit of the measured quantity"},
    {"excluded", GS_GPKG_INTEGER, "Excluded sites", "How many sites it rules out"},
    {"area_alone", GS_GPKG_REAL, "Area it rules out",
     "Share of the surface's cells that it rules out, whatever the others do; empty without one"},
    {"area_only", GS_GPKG_REAL, "Area only it rules out",
     "Share of the surface's cells that it rules out and no other constraint does"},
    {"area_together", GS_GPKG_REAL, "Area ruled out so far",
     "Share of the surface's cells that it or one before it rules out: the last row tells what all "
     "together do"},
    {"ranking_column", GS_GPKG_TEXT, "Column of ranking",
     "Column of table ranking that holds the measured quantity"},
    {"met_column", GS_GPKG_TEXT, "Column of ranking with the verdict",
     "Column of table ranking that tells whether the site satisfies it"},
};

static enum gs_status write_constraint(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                       const struct gs_result *result, size_t c,
                                       const struct gs_gpkg_column *columns)
{
    const struct gs_constraint *constraint = &result->study->constraints[c];
    const struct gs_factor *factor = &constraint->factor;
    size_t n_excluded = 0;
    for (size_t site = 0; site < result->n_sites; site++) {
        enum gs_verdict verdict = result->verdicts[c][site];
        n_excluded += verdict == GS_VERDICT_FAILED || verdict == GS_VERDICT_NO_DATA;
    }
    const struct gs_surface *surface = result->surface;
    const struct gs_removed *removed = surface ? &surface->removed[c] : NULL;
    double n_cells = surface ? gs_surface_cells(surface) : NAN;
    struct gs_gpkg_cell cells[] = {
        gs_text_cell(factor->id),
        gs_text_cell(factor->title),
        gs_text_cell(factor->layer ? factor->layer->id : NULL),
        gs_text_cell(factor->where),
        gs_text_cell(factor->measure_text),
        gs_text_cell(constraint->require_text),
        gs_text_cell(factor->unit),
        gs_number_cell((double)n_excluded),
        gs_number_cell(removed ? (double)removed->alone / n_cells : NAN),
        gs_number_cell(removed ? (double)removed->only / n_cells : NAN),
        gs_number_cell(removed ? (double)removed->together / n_cells : NAN),
        gs_text_cell(columns[0].name),
        gs_text_cell(columns[1].name),
    };
    return gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
}

/* -- run ----------------------------------------------------------------------------------- */

static const struct gs_gpkg_column run[] = {
    {"key", GS_GPKG_TEXT, "Key", "What is recorded of the run"},
    {"value", GS_GPKG_TEXT, "Value", "Its value"},
};

static const struct gs_gpkg_column layer_features[] = {
    {"layer", GS_GPKG_TEXT, "Layer", "Id of the layer"},
    {"where", GS_GPKG_TEXT, "Where", "Filter under which it was read; empty: none"},
    {"min_x", GS_GPKG_REAL, "West", "Bounds of what was read, analysis CRS; empty: everything"},
    {"min_y", GS_GPKG_REAL, "South", "Likewise"},
    {"max_x", GS_GPKG_REAL, "East", "Likewise"},
    {"max_y", GS_GPKG_REAL, "North", "Likewise"},
    {"features", GS_GPKG_INTEGER, "Features", "How many were read"},
    {"digest", GS_GPKG_TEXT, "Digest",
     "Place and hashes of each, for `gigasite compare`: 22 characters a feature; empty where they "
     "are too many"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Only a run that read features has the table. */
static enum gs_status write_layer_features(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                           const struct gs_result *result)
{
    if (!result->n_digests)
        return GS_OK;
    enum gs_status status = gs_gpkg_add_table(
        ctx, gpkg, "layer_features", "Features read",
        "What the run saw of each vector layer, so that a later run can tell what changed", NULL,
        NULL, layer_features, COUNT(layer_features));
    for (size_t i = 0; i < result->n_digests && status == GS_OK; i++) {
        const struct gs_layer_digest *digest = &result->digests[i];
        struct gs_gpkg_cell cells[] = {
            gs_text_cell(digest->layer),       gs_text_cell(digest->where),
            gs_number_cell(digest->bounds[0]), gs_number_cell(digest->bounds[1]),
            gs_number_cell(digest->bounds[2]), gs_number_cell(digest->bounds[3]),
            gs_number_cell((double)digest->n), gs_text_cell(digest->text),
        };
        status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    }
    return status
               ? status
               : gs_add_aliases(ctx, gpkg, "layer_features", layer_features, COUNT(layer_features));
}

static enum gs_status write_rows(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                 const struct gs_result *result, const struct gs_ranking *ranking)
{
    const struct gs_study *study = result->study;
    enum gs_status status = gs_gpkg_add_table(
        ctx, gpkg, "criteria", "Criteria",
        "What was asked: the criteria with their measures, value functions and weights", NULL, NULL,
        criteria, COUNT(criteria));
    for (size_t c = 0; c < study->n_criteria && status == GS_OK; c++)
        status = write_criterion(ctx, gpkg, study, c,
                                 ranking->columns[gs_ranking_criterion(ranking, c)].name);
    if (status == GS_OK)
        status = gs_gpkg_add_table(
            ctx, gpkg, "constraints", "Constraints",
            "What a site must satisfy, and how many sites each constraint rules out", NULL, NULL,
            constraints, COUNT(constraints));
    for (size_t c = 0; c < study->n_constraints && status == GS_OK; c++)
        status = write_constraint(ctx, gpkg, result, c,
                                  ranking->columns + gs_ranking_constraint(ranking, c));
    if (status == GS_OK)
        status = gs_gpkg_add_table(
            ctx, gpkg, "run", "Run",
            "How the ranking came about: versions, study, layers, coverage, warnings", NULL, NULL,
            run, COUNT(run));
    for (size_t i = 0; i < result->n_facts && status == GS_OK; i++) {
        struct gs_gpkg_cell cells[] = {gs_text_cell(result->facts[i].key),
                                       gs_text_cell(result->facts[i].value)};
        status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    }
    return status;
}

enum gs_status gs_write_study_tables(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                     const struct gs_result *result,
                                     const struct gs_ranking *ranking)
{
    enum gs_status status = write_rows(ctx, gpkg, result, ranking);
    if (status == GS_OK)
        status = write_layer_features(ctx, gpkg, result);
    if (status == GS_OK)
        status = gs_add_aliases(ctx, gpkg, "criteria", criteria, COUNT(criteria));
    if (status == GS_OK)
        status = gs_add_aliases(ctx, gpkg, "constraints", constraints, COUNT(constraints));
    if (status == GS_OK)
        status = gs_add_aliases(ctx, gpkg, "run", run, COUNT(run));
    return status;
}
