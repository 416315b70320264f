// SPDX-License-Identifier: Apache-2.0
#include "output/qml_parts.h"

void gs_qml_begin(struct gs_text *text, const char *categories, bool labels)
{
    gs_text_printf(text,
                   "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                   "<qgis version=\"3.22.0\" styleCategories=\"%s\" labelsEnabled=\"%d\">\n",
                   categories, labels);
}

void gs_qml_begin_symbol(struct gs_text *text, int name, enum gs_symbol kind)
{
    static const struct {
        const char *type, *class;
    } kinds[] = {{"marker", "SimpleMarker"}, {"line", "SimpleLine"}, {"fill", "SimpleFill"}};
    gs_text_printf(text,
                   "<symbol name=\"%d\" type=\"%s\" alpha=\"1\" clip_to_extent=\"1\" "
                   "force_rhr=\"0\"><layer class=\"%s\" enabled=\"1\" pass=\"0\" locked=\"0\">"
                   "<Option type=\"Map\">",
                   name, kinds[kind].type, kinds[kind].class);
}

void gs_qml_option(struct gs_text *text, const char *name, const char *value)
{
    gs_text_printf(text, "<Option name=\"%s\" type=\"QString\" value=\"%s\"/>", name, value);
}

void gs_qml_size(struct gs_text *text, double size_mm)
{
    gs_text_append(text, "<Option name=\"size\" type=\"QString\" value=\"");
    gs_text_append_rounded(text, size_mm, 3);
    gs_text_append(text, "\"/>");
}

void gs_qml_end_symbol(struct gs_text *text)
{
    gs_text_append(text, "</Option></layer></symbol>\n");
}

void gs_qml_begin_categories(struct gs_text *text, const char *column)
{
    gs_text_printf(text,
                   "<renderer-v2 type=\"categorizedSymbol\" attr=\"%s\" symbollevels=\"0\" "
                   "forceraster=\"0\" enableorderby=\"0\">\n<categories>\n",
                   column);
}

void gs_qml_category(struct gs_text *text, const char *value, int symbol, const char *label)
{
    gs_text_append(text, "<category value=\"");
    gs_text_append_xml(text, value);
    gs_text_printf(text, "\" type=\"string\" symbol=\"%d\" label=\"", symbol);
    gs_text_append_xml(text, label);
    gs_text_append(text, "\" render=\"true\"/>\n");
}

void gs_qml_begin_category_symbols(struct gs_text *text)
{
    gs_text_append(text, "</categories>\n<symbols>\n");
}

void gs_qml_end_categories(struct gs_text *text)
{
    gs_text_append(text, "</symbols>\n</renderer-v2>\n");
}

/* Okabe and Ito (2008), "Color universal design", then the same paler. */
const char *gs_reason_colour(size_t reason)
{
    static const char *const colours[] = {"#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2",
                                          "#d55e00", "#cc79a7", "#f3cf80", "#aad9f4", "#80cfb9",
                                          "#80b9d8", "#eaaf80", "#e6bcd3"};
    return colours[reason % (sizeof colours / sizeof *colours)];
}

/* `replace` goes through the map in the order of its keys, & first. */
void gs_qml_escaped(struct gs_text *text, const char *expression)
{
    gs_text_printf(text, "replace(%s, map('&', '&amp;', '<', '&lt;', '>', '&gt;', '\"', '&quot;'))",
                   expression);
}

void gs_qml_map_tip(struct gs_text *text, const char *html)
{
    gs_text_append(text, "<mapTip>");
    gs_text_append_xml(text, html);
    gs_text_append(text, "</mapTip>\n");
}

void gs_qml_begin_aliases(struct gs_text *text, const struct gs_gpkg_column *columns, size_t n)
{
    gs_text_append(text, "<aliases>\n");
    gs_qml_alias(text, 0, "fid", "Feature id");
    for (size_t i = 0; i < n; i++)
        gs_qml_alias(text, i + 1, columns[i].name, columns[i].title);
}

void gs_qml_alias(struct gs_text *text, size_t index, const char *field, const char *name)
{
    gs_text_printf(text, "<alias index=\"%zu\" field=\"", index);
    gs_text_append_xml(text, field);
    gs_text_append(text, "\" name=\"");
    gs_text_append_xml(text, name);
    gs_text_append(text, "\"/>\n");
}

void gs_qml_end_aliases(struct gs_text *text)
{
    gs_text_append(text, "</aliases>\n");
}
