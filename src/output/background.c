// SPDX-License-Identifier: Apache-2.0
/* Layer `background`, for maps to stand on: the area of the study and, where the run has found
 * some, the borders in it. */
#include "output/ranking.h"

#include "base/mem.h"
#include "output/qml_parts.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct gs_gpkg_column columns[] = {
    {"kind", GS_GPKG_TEXT, "Kind", "area: all of the study's area; land: within borders"},
    {"title", GS_GPKG_TEXT, "Title", "Title of the study, or of the layer the borders are from"},
};

/* Quiet, so that what stands on it does not have to shout. */
static const struct {
    const char *value, *label, *colour, *outline, *width_mm;
} kinds[] = {
    {"area", "Area of the study", "233,239,244,255", "200,208,214,255", "0.26"},
    {"land", "Borders", "250,249,246,255", "165,165,160,255", "0.2"},
};

static enum gs_status write_qml(struct gs_ctx *ctx, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_qml_begin(&text, "Symbology|Fields", false);
    gs_qml_begin_categories(&text, "kind");
    for (int i = 0; i < (int)COUNT(kinds); i++)
        gs_qml_category(&text, kinds[i].value, i, kinds[i].label);
    gs_qml_begin_category_symbols(&text);
    for (int i = 0; i < (int)COUNT(kinds); i++) {
        gs_qml_begin_symbol(&text, i, GS_SYMBOL_FILL);
        gs_qml_option(&text, "color", kinds[i].colour);
        gs_qml_option(&text, "outline_color", kinds[i].outline);
        gs_qml_option(&text, "outline_width", kinds[i].width_mm);
        gs_qml_option(&text, "outline_width_unit", "MM");
        gs_qml_end_symbol(&text);
    }
    gs_qml_end_categories(&text);
    gs_qml_begin_aliases(&text, columns, COUNT(columns));
    gs_qml_end_aliases(&text);
    gs_text_append(&text, "</qgis>\n");
    return gs_text_finish(ctx, &text, out);
}

static enum gs_status add_area(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                               const struct gs_result *result)
{
    const double *a = result->area;
    const double ring[5][2] = {
        {a[0], a[1]}, {a[2], a[1]}, {a[2], a[3]}, {a[0], a[3]}, {a[0], a[1]}};
    const struct gs_gpkg_cell cells[] = {gs_text_cell("area"), gs_text_cell(result->study->title)};
    struct gs_shapes shapes;
    gs_shapes_init(&shapes);
    enum gs_status status = gs_shapes_begin(ctx, &shapes);
    if (!status)
        status = gs_shapes_copy_part(ctx, &shapes, GS_PART_RING, 5, ring);
    if (!status)
        status = gs_gpkg_add_row(ctx, gpkg, cells, &shapes, 0);
    gs_shapes_release(&shapes);
    return status;
}

enum gs_status gs_write_background(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                   const struct gs_result *result, const struct gs_crs *crs)
{
    const double *area = result->area;
    if (!(area[0] < area[2] && area[1] < area[3]))
        return GS_OK;
    char *qml;
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "background", "Background",
                          "The area of the study and the borders in it, made coarser: for maps to "
                          "stand on, not to measure",
                          crs, "MULTIPOLYGON", columns, COUNT(columns));
    if (!status)
        status = add_area(ctx, gpkg, result);
    for (size_t i = 0; i < result->borders.n && !status; i++) {
        const struct gs_gpkg_cell cells[] = {gs_text_cell("land"),
                                             gs_text_cell(result->borders_layer->title)};
        if (!gs_shapes_is_empty(&result->borders, i))
            status = gs_gpkg_add_row(ctx, gpkg, cells, &result->borders, i);
    }
    if (!status)
        status = write_qml(ctx, &qml);
    if (status)
        return status;
    status = gs_gpkg_add_style(ctx, gpkg, "background", qml);
    gs_free(qml);
    return status;
}
