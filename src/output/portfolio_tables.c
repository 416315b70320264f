// SPDX-License-Identifier: Apache-2.0
/* The chosen set: layers `portfolio` and `portfolio_draws`, table `portfolio_runners_up`. */
#include "output/ranking.h"

#include "base/mem.h"
#include "base/text.h"
#include "output/qml_parts.h"

#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct gs_gpkg_column chosen[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the chosen site"},
    {"name", GS_GPKG_TEXT, "Name", "Name of the site"},
    {"place", GS_GPKG_INTEGER, "Place", "Place in the set, by rank"},
    {"rank", GS_GPKG_INTEGER, "Rank", "Rank among all candidates"},
    {"score", GS_GPKG_REAL, "Score", "0 (worst) to 1 (best)"},
    {"node", GS_GPKG_TEXT, "Grid node", "Node it draws its power from; several joined by `; `"},
    {"power_mw", GS_GPKG_REAL, "Power drawn", "What it draws from them [MW]"},
    {"node_distance_m", GS_GPKG_REAL, "Distance to the node",
     "Distance to the farthest node it draws from [m]"},
};

static double distance_of(const struct gs_nodes *nodes, size_t site, size_t node)
{
    for (size_t i = nodes->first[site]; i < nodes->first[site + 1]; i++)
        if (nodes->links[i] == node)
            return nodes->distance_m[i];
    return NAN;
}

static enum gs_status write_site(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                 const struct gs_result *result, size_t place)
{
    const struct gs_portfolio_result *portfolio = &result->portfolio;
    size_t site = portfolio->chosen[place];
    struct gs_text nodes;
    gs_text_init(&nodes);
    double power_mw = 0, distance_m = NAN;
    for (size_t i = 0; i < portfolio->n_draws; i++) {
        const struct gs_draw *draw = &portfolio->draws[i];
        if (draw->site != site)
            continue;
        gs_text_printf(&nodes, "%s%s", nodes.length ? "; " : "", result->nodes.ids[draw->node]);
        power_mw += draw->mw;
        distance_m = fmax(distance_m, distance_of(&result->nodes, site, draw->node));
    }
    struct gs_gpkg_cell cells[] = {
        gs_text_cell(result->sites.ids[site]),
        gs_text_cell(result->sites.names ? result->sites.names[site] : NULL),
        gs_number_cell((double)(place + 1)),
        gs_number_cell(result->rank[site]),
        gs_number_cell(result->score[site]),
        gs_text_cell(nodes.bytes),
        gs_number_cell(portfolio->n_draws ? power_mw : NAN),
        gs_number_cell(distance_m),
    };
    enum gs_status status =
        nodes.failed ? gs_fail_memory(ctx)
                     : gs_gpkg_add_row(ctx, gpkg, cells, gs_sites_shown(&result->sites), site);
    gs_text_release(&nodes);
    return status;
}

static const struct gs_gpkg_column runners_up[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of a site that is not in the set"},
    {"rank", GS_GPKG_INTEGER, "Rank", "Rank among all candidates"},
    {"score", GS_GPKG_REAL, "Score", "0 (worst) to 1 (best)"},
    {"cost", GS_GPKG_REAL, "Cost of having it",
     "What the objective loses in the best set that has this site; empty: no set can have it"},
    {"proven", GS_GPKG_BOOLEAN, "Proven", "Whether a better set with it has been ruled out"},
    {"with_it", GS_GPKG_TEXT, "Set with it", "Ids of that set"},
};

static enum gs_status write_runner_up(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                      const struct gs_result *result,
                                      const struct gs_runner_up *runner)
{
    struct gs_text ids;
    gs_text_init(&ids);
    for (size_t i = 0; runner->with && i < result->portfolio.n_chosen; i++)
        gs_text_printf(&ids, "%s%s", i ? "; " : "", result->sites.ids[runner->with[i]]);
    struct gs_gpkg_cell cells[] = {
        gs_text_cell(result->sites.ids[runner->site]),
        gs_number_cell(result->rank[runner->site]),
        gs_number_cell(result->score[runner->site]),
        gs_number_cell(runner->cost),
        gs_number_cell(runner->proven),
        gs_text_cell(ids.bytes),
    };
    enum gs_status status =
        ids.failed ? gs_fail_memory(ctx) : gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    gs_text_release(&ids);
    return status;
}

static enum gs_status add_style(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                const struct gs_result *result, bool polygons)
{
    struct gs_text tip;
    char *qml;
    gs_text_init(&tip);
    gs_text_append(&tip, "[% coalesce('<br/>Draws ' || round(\"power_mw\", 1) || ' MW from ' || ");
    gs_qml_escaped(&tip, "\"node\"");
    gs_text_append(&tip, " || ', ' || round(\"node_distance_m\" / 1000, 1) || ' km away', '') %]");
    const struct gs_chosen_look look = {.n_sites = result->portfolio.n_chosen,
                                        .polygons = polygons,
                                        .tip = tip.bytes ? tip.bytes : ""};
    enum gs_status status = tip.failed
                                ? gs_fail_memory(ctx)
                                : gs_write_chosen_qml(ctx, chosen, COUNT(chosen), &look, &qml);
    gs_text_release(&tip);
    if (status)
        return status;
    status = gs_gpkg_add_style(ctx, gpkg, "portfolio", qml);
    gs_free(qml);
    return status;
}

enum gs_status gs_write_portfolio_tables(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                         const struct gs_result *result, const struct gs_crs *crs,
                                         const char *geometry)
{
    const struct gs_portfolio_result *portfolio = &result->portfolio;
    if (!portfolio->made)
        return GS_OK;
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "portfolio", "Chosen set",
                          "The best set of sites that go together, with the nodes they draw from",
                          crs, geometry, chosen, COUNT(chosen));
    for (size_t i = 0; i < portfolio->n_chosen && !status; i++)
        status = write_site(ctx, gpkg, result, i);
    if (!status)
        status = gs_gpkg_add_table(ctx, gpkg, "portfolio_runners_up", "Runners-up of the set",
                                   "What it would cost to have other sites in the set", NULL, NULL,
                                   runners_up, COUNT(runners_up));
    for (size_t i = 0; i < portfolio->n_runners_up && !status; i++)
        status = write_runner_up(ctx, gpkg, result, &portfolio->runners_up[i]);
    if (!status)
        status = add_style(ctx, gpkg, result, strstr(geometry, "POLYGON") != NULL);
    return status
               ? status
               : gs_add_aliases(ctx, gpkg, "portfolio_runners_up", runners_up, COUNT(runners_up));
}
