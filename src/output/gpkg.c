// SPDX-License-Identifier: Apache-2.0
/* The run as a GeoPackage: `ranking` first, then what explains it. */
#include "output/project.h"
#include "output/ranking.h"
#include "output/writer.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS_PER_CHECK 4096

/* -- ranking ------------------------------------------------------------------------------- */

static struct gs_gpkg_cell measured_cell(const struct gs_measured *measured, size_t site)
{
    return measured->text ? gs_text_cell(measured->text[site])
                          : gs_number_cell(measured->number[site]);
}

static void fill_ranking(const struct gs_result *result, const struct gs_ranking *ranking,
                         size_t site, struct gs_gpkg_cell *cells)
{
    const struct gs_study *study = result->study;
    bool feasible = result->feasible[site];
    cells[GS_RANKING_ID] = gs_text_cell(result->sites.ids[site]);
    cells[GS_RANKING_NAME] = gs_text_cell(result->sites.names ? result->sites.names[site] : NULL);
    cells[GS_RANKING_RANK] = gs_number_cell(feasible ? (double)result->rank[site] : NAN);
    cells[GS_RANKING_SCORE] = gs_number_cell(feasible ? result->score[site] : NAN);
    cells[GS_RANKING_METHOD_INDEX] = gs_number_cell(feasible ? result->method_index[site] : NAN);
    cells[GS_RANKING_FEASIBLE] = gs_number_cell(feasible);
    cells[GS_RANKING_EXCLUDED_BY] = gs_text_cell(result->excluded_by[site]);
    for (size_t c = 0; c < study->n_criteria; c++) {
        struct gs_gpkg_cell *cell = cells + gs_ranking_criterion(ranking, c);
        cell[0] = measured_cell(&result->criteria[c], site);
        cell[1] = gs_number_cell(result->values[c][site]);
        cell[2] = gs_number_cell(result->parts[c][site]);
    }
    for (size_t c = 0; c < study->n_constraints; c++) {
        struct gs_gpkg_cell *cell = cells + gs_ranking_constraint(ranking, c);
        enum gs_verdict verdict = result->verdicts[c][site];
        cell[0] = measured_cell(&result->constraints[c], site);
        cell[1] = gs_number_cell(verdict == GS_VERDICT_MET);
        cell[1].null = verdict == GS_VERDICT_NOT_JUDGED;
    }
    for (size_t i = 0; i < ranking->n_extras; i++) {
        const struct gs_extra *extra = &ranking->extras[i];
        struct gs_gpkg_cell *cell = &cells[ranking->n - ranking->n_extras + i];
        *cell = gs_number_cell(extra->ranks ? (double)extra->ranks[site] : extra->numbers[site]);
        cell->null = extra->ranks && !extra->ranks[site];
    }
}

static enum gs_status new_crs(struct gs_ctx *ctx, const struct gs_result *result,
                              struct gs_crs **out)
{
    char code[32];
    snprintf(code, sizeof code, "EPSG:%d", result->crs_epsg);
    return gs_crs_new(ctx, result->crs_epsg > 0 ? code : result->crs_wkt, NULL, "the sites", out);
}

static enum gs_status write_ranking(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                    const struct gs_result *result, const struct gs_crs *crs,
                                    const struct gs_ranking *ranking, const char *geometry)
{
    struct gs_gpkg_cell *cells = GS_ARRAY_ZERO(ctx, struct gs_gpkg_cell, ranking->n);
    enum gs_status status =
        cells ? gs_gpkg_add_table(ctx, gpkg, "ranking", "Ranked sites",
                                  "The candidate sites with rank, score and what they rest on", crs,
                                  geometry, ranking->columns, ranking->n)
              : GS_ENOMEM;
    for (size_t place = 0; place < result->n_sites && status == GS_OK; place++) {
        size_t site = result->order[place];
        if (place % ROWS_PER_CHECK == 0) {
            gs_progress_step(ctx, 0.6 * (double)place / (double)result->n_sites);
            status = gs_check_cancel(ctx);
        }
        fill_ranking(result, ranking, site, cells);
        if (status == GS_OK)
            status = gs_gpkg_add_row(ctx, gpkg, cells, gs_sites_shown(&result->sites), site);
    }
    gs_free(cells);
    return status;
}

/* How many sites the shortlist has: as many as `p_top` counts. Ties share a rank. */
static size_t shortlisted(const struct gs_result *result)
{
    size_t n = 0;
    while (n < result->n_sites && result->feasible[result->order[n]] &&
           result->rank[result->order[n]] <= (unsigned long long)result->study->robustness.top)
        n++;
    return n;
}

/* The best sites once more, as a layer of its own. */
static enum gs_status write_shortlist(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                      const struct gs_result *result,
                                      const struct gs_ranking *ranking)
{
    char where[64], title[64];
    long long top = result->study->robustness.top;
    const struct gs_shapes *shapes = gs_sites_shown(&result->sites);
    double all[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY}, own[4];
    for (size_t place = 0, n = shortlisted(result); place < n; place++) {
        if (!gs_shapes_bounds(shapes, result->order[place], own))
            continue;
        for (int k = 0; k < 2; k++) {
            all[k] = fmin(all[k], own[k]);
            all[k + 2] = fmax(all[k + 2], own[k + 2]);
        }
    }
    if (all[0] > all[2])
        return GS_OK;
    snprintf(where, sizeof where, "\"rank\" <= %lld", top);
    snprintf(title, sizeof title, "Shortlist: the best %lld", top);
    return gs_gpkg_add_view(ctx, gpkg, "shortlist", title,
                            "The best ranked sites, as many as the study asks for", "ranking",
                            ranking->columns, ranking->n, where, all);
}

/* -- contributions ------------------------------------------------------------------------- */

static const struct gs_gpkg_column contributions[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the candidate site"},
    {"criterion", GS_GPKG_TEXT, "Criterion", "Id of the criterion"},
    {"title", GS_GPKG_TEXT, "Title", "Title of the criterion"},
    {"measured", GS_GPKG_REAL, "Measured", "Measured quantity in `unit`; empty when missing"},
    {"measured_text", GS_GPKG_TEXT, "Measured text", "Measured class or text"},
    {"unit", GS_GPKG_TEXT, "Unit", "Unit of the measured quantity"},
    {"value", GS_GPKG_REAL, "Worth", "Worth of the measured quantity, 0 (worst) to 1 (best)"},
    {"weight", GS_GPKG_REAL, "Weight", "Final share of the criterion, all together 1"},
    {"part", GS_GPKG_REAL, "Part of the score",
     "Weight × worth; empty when the site is excluded or the method does not add up parts"},
};

static enum gs_status write_contributions(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                          const struct gs_result *result)
{
    const struct gs_study *study = result->study;
    size_t n_columns = sizeof contributions / sizeof *contributions;
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "contributions", "Contributions",
                          "What each criterion adds to the score of each site, a row each", NULL,
                          NULL, contributions, n_columns);
    for (size_t place = 0; place < result->n_sites && status == GS_OK; place++) {
        size_t site = result->order[place];
        if (place % ROWS_PER_CHECK == 0) {
            gs_progress_step(ctx, 0.6 + 0.3 * (double)place / (double)result->n_sites);
            status = gs_check_cancel(ctx);
        }
        for (size_t c = 0; c < study->n_criteria && status == GS_OK; c++) {
            const struct gs_criterion *criterion = &study->criteria[c];
            const struct gs_measured *measured = &result->criteria[c];
            struct gs_gpkg_cell cells[] = {
                gs_text_cell(result->sites.ids[site]),
                gs_text_cell(criterion->factor.id),
                gs_text_cell(criterion->factor.title),
                gs_number_cell(measured->text ? NAN : measured->number[site]),
                gs_text_cell(measured->text ? measured->text[site] : NULL),
                gs_text_cell(criterion->factor.unit),
                gs_number_cell(result->values[c][site]),
                gs_number_cell(criterion->weight),
                gs_number_cell(result->parts[c][site]),
            };
            status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
        }
    }
    return status;
}

/* -- the whole file ------------------------------------------------------------------------ */

/* The style of the ranking for a layer of its best n sites. */
static enum gs_status add_ranking_style(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                        const struct gs_result *result, const char *table, size_t n,
                                        bool polygons)
{
    char *qml;
    enum gs_status status = gs_write_ranking_qml(ctx, result, n, polygons, &qml);
    if (status)
        return status;
    status = gs_gpkg_add_style(ctx, gpkg, table, qml);
    gs_free(qml);
    return status;
}

static enum gs_status add_qml(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                              const struct gs_result *result, const char *geometry)
{
    bool polygons = strstr(geometry, "POLYGON") != NULL;
    if (strcmp(geometry, "GEOMETRY") == 0) /* mixed kinds: as most sites want */
        for (size_t i = 0; i < result->n_sites && !polygons; i++)
            polygons = gs_shapes_kinds(gs_sites_shown(&result->sites), i) & 1u << GS_PART_RING;
    struct gs_gpkg_layer layer;
    enum gs_status status =
        add_ranking_style(ctx, gpkg, result, "ranking", result->n_sites, polygons);
    if (status == GS_OK && gs_gpkg_find_layer(gpkg, "shortlist", &layer))
        status = add_ranking_style(ctx, gpkg, result, "shortlist", shortlisted(result), polygons);
    return status ? status
                  : gs_add_aliases(ctx, gpkg, "contributions", contributions,
                                   sizeof contributions / sizeof *contributions);
}

static enum gs_status add_metadata(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                   const struct gs_result *result)
{
    char *text;
    enum gs_status status = gs_write_provenance(ctx, result, &text);
    if (status)
        return status;
    status = gs_gpkg_add_metadata(ctx, gpkg, NULL, "https://www.rfc-editor.org/rfc/rfc8259",
                                  "application/json", text);
    gs_free(text);
    if (status)
        return status;
    struct gs_gpkg_layer layer;
    for (size_t i = 0; gs_gpkg_layer(gpkg, i, &layer) && !status; i++) {
        status = gs_write_layer_metadata(ctx, result, &layer, &text);
        if (status)
            return status;
        status = gs_gpkg_add_metadata(ctx, gpkg, layer.name, "http://mrcc.com/qgis.dtd", "text/xml",
                                      text);
        gs_free(text);
    }
    return status;
}

static enum gs_status write(struct gs_ctx *ctx, const struct gs_result *result, const char *path,
                            const struct gs_run_options *options)
{
    struct gs_ranking ranking;
    struct gs_gpkg *gpkg = NULL;
    struct gs_crs *crs = NULL;
    const char *geometry;
    enum gs_status status = gs_ranking_init(ctx, result, true, &ranking);
    if (status)
        return status;
    status = gs_gpkg_geometry_type(ctx, gs_sites_shown(&result->sites), &geometry);
    if (status == GS_OK)
        status = gs_gpkg_create(ctx, path, options ? options->timestamp : -1, &gpkg);
    if (status == GS_OK)
        status = new_crs(ctx, result, &crs);
    if (status == GS_OK)
        status = write_ranking(ctx, gpkg, result, crs, &ranking, geometry);
    if (status == GS_OK)
        status = write_shortlist(ctx, gpkg, result, &ranking);
    if (status == GS_OK)
        status = gs_write_best_sites(ctx, gpkg, result, crs);
    if (status == GS_OK)
        status = write_contributions(ctx, gpkg, result);
    if (status == GS_OK)
        status = gs_write_paths(ctx, gpkg, result, crs);
    if (status == GS_OK)
        status = gs_write_portfolio_tables(ctx, gpkg, result, crs, geometry);
    if (status == GS_OK)
        status = gs_write_background(ctx, gpkg, result, crs);
    if (status == GS_OK)
        status = gs_write_scenario_ranks(ctx, gpkg, result);
    if (status == GS_OK)
        status = gs_write_robustness_tables(ctx, gpkg, result);
    if (status == GS_OK)
        status = gs_write_study_tables(ctx, gpkg, result, &ranking);
    if (status == GS_OK)
        status = add_qml(ctx, gpkg, result, geometry);
    if (status == GS_OK)
        status = gs_add_project(ctx, gpkg, result);
    if (status == GS_OK)
        status = add_metadata(ctx, gpkg, result);
    if (status == GS_OK)
        status = gs_check_cancel(ctx);
    if (status == GS_OK)
        status = gs_gpkg_finish(ctx, gpkg);
    gs_gpkg_free(gpkg);
    gs_crs_free(crs);
    gs_ranking_release(&ranking);
    return status;
}

const struct gs_writer gs_writer_gpkg = {
    .name = "gpkg",
    .summary = "GeoPackage that QGIS opens styled",
    .extension = "gpkg",
    .check = gs_gpkg_check_target,
    .write = write,
};
