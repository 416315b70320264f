// SPDX-License-Identifier: Apache-2.0
/* Layer `best_sites`: what was measured in place of candidate polygons. */
#include "output/ranking.h"

#include "base/mem.h"

#include <math.h>

static const struct gs_gpkg_column columns[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the candidate the site lies in"},
    {"name", GS_GPKG_TEXT, "Name", "Name of the candidate"},
    {"rank", GS_GPKG_INTEGER, "Rank", "Rank of the candidate; empty when excluded"},
    {"score", GS_GPKG_REAL, "Score", "Score of the candidate; empty when excluded"},
    {"surface_mean", GS_GPKG_REAL, "Mean of the surface",
     "Mean of the surface's scores in the site"},
    {"surface_min", GS_GPKG_REAL, "Least of the surface",
     "Least of the surface's scores in the site"},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static enum gs_status add_style(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                const struct gs_chosen_look *look)
{
    char *qml;
    enum gs_status status = gs_write_chosen_qml(ctx, columns, N_COLUMNS, look, &qml);
    if (status)
        return status;
    status = gs_gpkg_add_style(ctx, gpkg, "best_sites", qml);
    gs_free(qml);
    return status;
}

enum gs_status gs_write_best_sites(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                   const struct gs_result *result, const struct gs_crs *crs)
{
    const struct gs_sites *sites = &result->sites;
    if (!sites->shown || !sites->located_mean)
        return GS_OK;
    struct gs_chosen_look look = {.polygons = true,
                                  .tip = "<br/>Surface [% round(\"surface_mean\", 3) %] on "
                                         "average, at least [% round(\"surface_min\", 3) %]"};
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "best_sites", "Best sites",
                          "The best contiguous site in each candidate, which is what was "
                          "measured",
                          crs, "POLYGON", columns, N_COLUMNS);
    for (size_t place = 0; place < result->n_sites && !status; place++) {
        size_t site = result->order[place];
        if (isnan(sites->located_mean[site]))
            continue;
        bool feasible = result->feasible[site];
        look.some_excluded |= !feasible;
        look.n_sites++;
        struct gs_gpkg_cell cells[] = {
            gs_text_cell(sites->ids[site]),
            gs_text_cell(sites->names ? sites->names[site] : NULL),
            gs_number_cell(feasible ? (double)result->rank[site] : NAN),
            gs_number_cell(feasible ? result->score[site] : NAN),
            gs_number_cell(sites->located_mean[site]),
            gs_number_cell(sites->located_min[site]),
        };
        status = gs_gpkg_add_row(ctx, gpkg, cells, &sites->features.shapes, site);
    }
    return status ? status : add_style(ctx, gpkg, &look);
}
