// SPDX-License-Identifier: Apache-2.0
/* What other methods and scenarios make of the sites. */
#include "output/ranking.h"

static const struct gs_gpkg_column columns[] = {
    {"scenario", GS_GPKG_TEXT, "Scenario", "Id of the scenario; base: the study as it is"},
    {"method", GS_GPKG_TEXT, "Method", "Decision method with its parameters"},
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the candidate site"},
    {"rank", GS_GPKG_INTEGER, "Rank", "1 is best; empty when the site is excluded"},
    {"score", GS_GPKG_REAL, "Score", "0 (worst) to 1 (best); empty when the site is excluded"},
    {"method_index", GS_GPKG_REAL, "Index of the method", "The decision method's own figure"},
    {"excluded_by", GS_GPKG_TEXT, "Excluded by", "Why the site is excluded"},
    {"kendall_tau", GS_GPKG_REAL, "Kendall's tau",
     "Agreement of this scenario and method with the study's own ranking, -1 to 1, over the sites "
     "that both rank; the same in all its rows"},
    {"spearman_rho", GS_GPKG_REAL, "Spearman's rho",
     "Correlation of the ranks of this scenario and method with the study's own, -1 to 1; the same "
     "in all its rows"},
};

enum { ROWS_PER_CHECK = 1024 };

static enum gs_status write_outcome(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                    const struct gs_result *result,
                                    const struct gs_outcome *outcome)
{
    enum gs_status status = GS_OK;
    for (size_t place = 0; place < result->n_sites && !status; place++) {
        size_t site = result->order[place];
        if (place % ROWS_PER_CHECK == 0)
            status = gs_check_cancel(ctx);
        struct gs_gpkg_cell cells[] = {
            gs_text_cell(outcome->scenario),          gs_text_cell(outcome->method),
            gs_text_cell(result->sites.ids[site]),    gs_number_cell(outcome->rank[site]),
            gs_number_cell(outcome->score[site]),     gs_number_cell(outcome->method_index[site]),
            gs_text_cell(outcome->excluded_by[site]), gs_number_cell(outcome->kendall_tau),
            gs_number_cell(outcome->spearman_rho),
        };
        cells[3].null = outcome->rank[site] == 0;
        if (!status)
            status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    }
    return status;
}

enum gs_status gs_write_scenario_ranks(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                       const struct gs_result *result)
{
    if (!result->n_outcomes)
        return GS_OK;
    size_t n_columns = sizeof columns / sizeof *columns;
    struct gs_outcome own = {.scenario = GS_SCENARIO_BASE,
                             .method = result->study->decision.text,
                             .score = result->score,
                             .method_index = result->method_index,
                             .rank = result->rank,
                             .excluded_by = result->excluded_by,
                             .kendall_tau = 1,
                             .spearman_rho = 1};
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "scenario_ranks", "Ranks by scenario and method",
                          "Rank and score of each site in every scenario and by every method, and "
                          "how far each agrees with the study's own ranking",
                          NULL, NULL, columns, n_columns);
    if (!status)
        status = write_outcome(ctx, gpkg, result, &own);
    for (size_t i = 0; i < result->n_outcomes && !status; i++)
        status = write_outcome(ctx, gpkg, result, &result->outcomes[i]);
    return status ? status : gs_add_aliases(ctx, gpkg, "scenario_ranks", columns, n_columns);
}
