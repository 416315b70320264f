// SPDX-License-Identifier: Apache-2.0
/* Layer `paths`: the ways of least cost, coloured by what was measured along them. */
#include "output/ranking.h"

#include "base/mem.h"
#include "output/qml_parts.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct gs_gpkg_column columns[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the candidate site"},
    {"factor", GS_GPKG_TEXT, "Criterion or constraint", "Id of what was measured along it"},
    {"role", GS_GPKG_TEXT, "Role", "criterion or constraint"},
    {"cost", GS_GPKG_REAL, "Cost", "Accumulated cost in `unit`"},
    {"unit", GS_GPKG_TEXT, "Unit", "Unit of the cost"},
    {"length_m", GS_GPKG_REAL, "Length", "Length of the line in the analysis CRS [m]"},
};

/* Criteria, then constraints. */
static size_t n_factors(const struct gs_result *result)
{
    return result->study->n_criteria + result->study->n_constraints;
}

static const struct gs_factor *factor_at(const struct gs_result *result, size_t i,
                                         const struct gs_measured **measured, const char **role)
{
    const struct gs_study *study = result->study;
    bool criterion = i < study->n_criteria;
    size_t c = criterion ? i : i - study->n_criteria;
    *measured = criterion ? &result->criteria[c] : &result->constraints[c];
    *role = criterion ? "criterion" : "constraint";
    return criterion ? &study->criteria[c].factor : &study->constraints[c].factor;
}

static enum gs_status write_rows(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                 const struct gs_result *result, size_t i, double metres_per_unit)
{
    const struct gs_measured *measured;
    const char *role;
    const struct gs_factor *factor = factor_at(result, i, &measured, &role);
    enum gs_status status = gs_check_cancel(ctx);
    for (size_t place = 0; place < result->n_sites && measured->paths.n && !status; place++) {
        size_t site = result->order[place];
        if (gs_shapes_is_empty(&measured->paths, site))
            continue;
        struct gs_gpkg_cell cells[] = {
            gs_text_cell(result->sites.ids[site]),
            gs_text_cell(factor->id),
            gs_text_cell(role),
            gs_number_cell(measured->number[site]),
            gs_text_cell(factor->unit),
            gs_number_cell(gs_shapes_length(&measured->paths, site) * metres_per_unit),
        };
        status = gs_gpkg_add_row(ctx, gpkg, cells, &measured->paths, site);
    }
    return status;
}

/* -- style ----------------------------------------------------------------------------------- */

/* Does the factor have ways? */
static bool is_shown(const struct gs_result *result, size_t i)
{
    const struct gs_measured *measured;
    const char *role;
    factor_at(result, i, &measured, &role);
    for (size_t site = 0; site < measured->paths.n; site++)
        if (!gs_shapes_is_empty(&measured->paths, site))
            return true;
    return false;
}

static void append_renderer(struct gs_text *text, const struct gs_result *result)
{
    const struct gs_measured *measured;
    const char *role;
    int n = 0;
    gs_qml_begin_categories(text, "factor");
    for (size_t i = 0; i < n_factors(result); i++)
        if (is_shown(result, i)) {
            const struct gs_factor *factor = factor_at(result, i, &measured, &role);
            gs_qml_category(text, factor->id, n++, factor->title);
        }
    gs_qml_begin_category_symbols(text);
    for (int k = 0; k < n; k++) {
        gs_qml_begin_symbol(text, k, GS_SYMBOL_LINE);
        gs_text_printf(text, "<Option name=\"line_color\" type=\"QString\" value=\"%s\"/>",
                       gs_reason_colour((size_t)k));
        gs_qml_option(text, "line_width", "0.5");
        gs_qml_option(text, "line_width_unit", "MM");
        gs_qml_option(text, "line_style", k % 2 ? "dash" : "solid");
        gs_qml_end_symbol(text);
    }
    gs_qml_end_categories(text);
}

static void append_map_tip(struct gs_text *text)
{
    struct gs_text html;
    gs_text_init(&html);
    gs_text_append(&html, "<b>[% ");
    gs_qml_escaped(&html, "\"candidate_id\"");
    gs_text_append(&html, " %]</b>: [% ");
    gs_qml_escaped(&html, "\"factor\"");
    gs_text_append(&html, " %]<br/>cost [% round(\"cost\", 3) || ' ' || coalesce(\"unit\", '') %], "
                          "length [% round(\"length_m\" / 1000, 2) %] km");
    gs_qml_map_tip(text, html.bytes ? html.bytes : "");
    text->failed |= html.failed;
    gs_text_release(&html);
}

static enum gs_status add_style(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                const struct gs_result *result)
{
    struct gs_text text;
    char *qml;
    gs_text_init(&text);
    gs_qml_begin(&text, "Symbology|Fields|MapTips", false);
    append_renderer(&text, result);
    gs_qml_begin_aliases(&text, columns, COUNT(columns));
    gs_qml_end_aliases(&text);
    append_map_tip(&text);
    gs_text_append(&text, "</qgis>\n");
    enum gs_status status = gs_text_finish(ctx, &text, &qml);
    if (status)
        return status;
    status = gs_gpkg_add_style(ctx, gpkg, "paths", qml);
    gs_free(qml);
    return status;
}

/* Only runs with a measure that has them get the table. */
enum gs_status gs_write_paths(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                              const struct gs_result *result, const struct gs_crs *crs)
{
    bool any = false;
    for (size_t i = 0; i < n_factors(result); i++)
        any |= is_shown(result, i);
    if (!any)
        return GS_OK;
    double metres = gs_crs_metres_per_unit(crs);
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "paths", "Ways of least cost",
                          "The way from each site to the feature that costs least, a row per "
                          "site and criterion or constraint",
                          crs, "LINESTRING", columns, COUNT(columns));
    for (size_t i = 0; i < n_factors(result) && !status; i++)
        status = write_rows(ctx, gpkg, result, i, metres);
    return status ? status : add_style(ctx, gpkg, result);
}
