// SPDX-License-Identifier: Apache-2.0
/* The XML of QGIS, as far as it is not default; tried with 3.22. Ids of layers are longer than ten
 * characters, as QGIS throws shorter ones away. */
#include "output/project.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "output/ranking.h"
#include "output/surface_files.h"

#include <string.h>

/* Layers with geometry from the top of the map down; others follow below them. */
static const struct {
    const char *name;
    bool shown;
} known[] = {{"portfolio", false},
             {"best_sites", true},
             {"ranking", true},
             {"shortlist", false},
             {"paths", false}};
enum { N_KNOWN = sizeof known / sizeof *known };
static const char background[] = "background"; /* beneath all, the surface too */

static void append_crs(struct gs_text *text, const struct gs_result *result)
{
    gs_text_append(text, "<spatialrefsys>");
    if (result->crs_epsg > 0) { /* any number below 100000 makes QGIS look at the code */
        gs_text_printf(text, "<srsid>1</srsid><authid>EPSG:%d</authid>", result->crs_epsg);
    } else {
        gs_text_append(text, "<wkt>");
        gs_text_append_xml(text, result->crs_wkt);
        gs_text_append(text, "</wkt>");
    }
    gs_text_append(text, "</spatialrefsys>");
}

/* -- the area -------------------------------------------------------------------------------- */

static bool has_area(const struct gs_result *result)
{
    return result->area[0] < result->area[2] && result->area[1] < result->area[3];
}

/* Where QGIS looks at first: in its window, and where a program asks the project. */
static void append_canvas(struct gs_text *text, const struct gs_result *result)
{
    static const char *const names[] = {"xmin", "ymin", "xmax", "ymax"};
    const double *extent = result->area;
    gs_text_append(text, "<mapcanvas name=\"theMapCanvas\"><units>meters</units>");
    if (has_area(result)) {
        gs_text_append(text, "<extent>");
        for (int i = 0; i < 4; i++) {
            gs_text_printf(text, "<%s>", names[i]);
            gs_text_append_double(text, extent[i]);
            gs_text_printf(text, "</%s>", names[i]);
        }
        gs_text_append(text, "</extent>");
    }
    gs_text_append(text, "<destinationsrs>");
    append_crs(text, result);
    gs_text_append(text, "</destinationsrs></mapcanvas>\n");
    if (!has_area(result))
        return;
    gs_text_append(text, "<ProjectViewSettings UseProjectScales=\"0\"><DefaultViewExtent");
    for (int i = 0; i < 4; i++) {
        gs_text_printf(text, " %s=\"", names[i]);
        gs_text_append_double(text, extent[i]);
        gs_text_append(text, "\"");
    }
    gs_text_append(text, ">");
    append_crs(text, result);
    gs_text_append(text, "</DefaultViewExtent></ProjectViewSettings>\n");
}

/* -- layers ---------------------------------------------------------------------------------- */

static void append_source(struct gs_text *text, const struct gs_gpkg *gpkg, const char *table)
{
    gs_text_append(text, "./");
    gs_text_append_xml(text, gs_gpkg_file_name(gpkg));
    gs_text_append(text, "|layername=");
    gs_text_append_xml(text, table);
}

static void append_node(struct gs_text *text, const char *name, const char *title, bool shown,
                        const char *provider)
{
    gs_text_append(text, "<layer-tree-layer id=\"gigasite_");
    gs_text_append_xml(text, name);
    gs_text_append(text, "\" name=\"");
    gs_text_append_xml(text, title);
    gs_text_printf(text, "\" checked=\"%s\" expanded=\"%d\" providerKey=\"%s\"/>\n",
                   shown ? "Qt::Checked" : "Qt::Unchecked", shown, provider);
}

/* What stands inside the root element of a style or of metadata. */
static void append_body(struct gs_text *text, const char *qml)
{
    const char *root = strstr(qml, "<qgis"), *first = root ? strchr(root, '>') : NULL;
    const char *end = first ? strstr(first, "</qgis>") : NULL;
    if (end)
        gs_text_append_bytes(text, first + 1, (size_t)(end - first - 1));
}

static enum gs_status append_layer(struct gs_ctx *ctx, struct gs_text *text,
                                   const struct gs_gpkg *gpkg, const struct gs_result *result,
                                   const struct gs_gpkg_layer *layer)
{
    char *metadata;
    enum gs_status status = gs_write_layer_metadata(ctx, result, layer, &metadata);
    if (status)
        return status;
    const char *style = layer->style ? layer->style : "";
    const char *kind = layer->kind                      ? layer->kind
                       : !layer->spatial                ? "No geometry"
                       : strstr(style, "type=\"fill\"") ? "Polygon"
                                                        : "Point";
    gs_text_printf(text,
                   "<maplayer type=\"vector\" geometry=\"%s\" labelsEnabled=\"%d\"><id>gigasite_",
                   kind, strstr(style, "<labeling") != NULL);
    gs_text_append_xml(text, layer->name);
    gs_text_append(text, "</id><datasource>");
    append_source(text, gpkg, layer->name);
    gs_text_append(text, "</datasource><layername>");
    gs_text_append_xml(text, layer->title);
    gs_text_append(text, "</layername>");
    if (layer->spatial) {
        gs_text_append(text, "<srs>");
        append_crs(text, result);
        gs_text_append(text, "</srs>");
    }
    gs_text_append(text, "<provider encoding=\"UTF-8\">ogr</provider>\n");
    append_body(text, style);
    gs_text_append(text, "<resourceMetadata>");
    append_body(text, metadata);
    gs_text_append(text, "</resourceMetadata>\n</maplayer>\n");
    gs_free(metadata);
    return GS_OK;
}

static enum gs_status append_surface(struct gs_ctx *ctx, struct gs_text *text,
                                     const struct gs_result *result)
{
    char *qml;
    enum gs_status status = gs_write_surface_qml(ctx, 0, 1, "", &qml);
    if (status)
        return status;
    gs_text_append(text, "<maplayer type=\"raster\"><id>gigasite_suitability</id><datasource>./");
    gs_text_append_xml(text, gs_file_name(result->surface->suitability_path));
    gs_text_append(text, "</datasource><layername>Suitability</layername><srs>");
    append_crs(text, result);
    gs_text_append(text, "</srs><provider>gdal</provider>\n");
    append_body(text, qml);
    gs_text_append(text, "</maplayer>\n");
    gs_free(qml);
    return GS_OK;
}

/* -- the whole ------------------------------------------------------------------------------- */

static bool is_known(const char *name)
{
    for (size_t i = 0; i < N_KNOWN; i++)
        if (strcmp(known[i].name, name) == 0)
            return true;
    return false;
}

static void append_tree(struct gs_text *text, const struct gs_gpkg *gpkg, bool surface)
{
    struct gs_gpkg_layer layer;
    gs_text_append(text, "<layer-tree-group>\n");
    for (size_t i = 0; i < N_KNOWN; i++)
        if (gs_gpkg_find_layer(gpkg, known[i].name, &layer))
            append_node(text, layer.name, layer.title, known[i].shown, "ogr");
    for (size_t i = 0; gs_gpkg_layer(gpkg, i, &layer); i++)
        if (layer.spatial && !is_known(layer.name) && strcmp(layer.name, background) != 0)
            append_node(text, layer.name, layer.title, false, "ogr");
    if (surface)
        append_node(text, "suitability", "Suitability", true, "gdal");
    if (gs_gpkg_find_layer(gpkg, background, &layer))
        append_node(text, layer.name, layer.title, true, "ogr");
    gs_text_append(text,
                   "<layer-tree-group name=\"Tables\" checked=\"Qt::Checked\" expanded=\"0\">\n");
    for (size_t i = 0; gs_gpkg_layer(gpkg, i, &layer); i++)
        if (!layer.spatial)
            append_node(text, layer.name, layer.title, false, "ogr");
    gs_text_append(text, "</layer-tree-group>\n</layer-tree-group>\n");
}

static enum gs_status append_project(struct gs_ctx *ctx, struct gs_text *text, struct gs_gpkg *gpkg,
                                     const struct gs_result *result)
{
    static const char relation[] =
        "<relations><relation id=\"gigasite_contributions\" name=\"Contributions\" "
        "referencingLayer=\"gigasite_contributions\" referencedLayer=\"gigasite_ranking\" "
        "strength=\"Composition\"><fieldRef referencingField=\"candidate_id\" "
        "referencedField=\"candidate_id\"/></relation></relations>\n";
    bool surface = result->surface && result->surface->suitability_path;
    struct gs_gpkg_layer layer;
    gs_text_append(text, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                         "<qgis version=\"3.22.0\" projectname=\"");
    gs_text_append_xml(text, result->study->title);
    gs_text_append(text, "\">\n<title>");
    gs_text_append_xml(text, result->study->title);
    gs_text_append(text, "</title>\n<projectCrs>");
    append_crs(text, result);
    gs_text_append(text, "</projectCrs>\n");
    append_tree(text, gpkg, surface);
    append_canvas(text, result);
    gs_text_append(text, relation);
    gs_text_append(text, "<projectlayers>\n");
    enum gs_status status = GS_OK;
    for (size_t i = 0; gs_gpkg_layer(gpkg, i, &layer) && !status; i++)
        status = append_layer(ctx, text, gpkg, result, &layer);
    if (surface && !status)
        status = append_surface(ctx, text, result);
    gs_text_append(text,
                   "</projectlayers>\n<properties><SpatialRefSys><ProjectionsEnabled type=\"int\">1"
                   "</ProjectionsEnabled></SpatialRefSys><Paths><Absolute type=\"bool\">false"
                   "</Absolute></Paths></properties>\n</qgis>\n");
    return status;
}

enum gs_status gs_add_project(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                              const struct gs_result *result)
{
    struct gs_text text;
    char *qgs = NULL;
    gs_text_init(&text);
    enum gs_status status = append_project(ctx, &text, gpkg, result);
    if (status) {
        gs_text_release(&text);
        return status;
    }
    status = gs_text_finish(ctx, &text, &qgs);
    if (!status)
        status = gs_gpkg_add_project(ctx, gpkg, "overview", qgs);
    gs_free(qgs);
    return status;
}
