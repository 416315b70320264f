// SPDX-License-Identifier: Apache-2.0
#include "output/qml_parts.h"

void gs_qml_begin(struct gs_text *text, const char *categories, bool labels)
{
    gs_text_printf(text,
                   "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                   "<qgis version=\"3.22.0\" styleCategories=\"%s\" labelsEnabled=\"%d\">\n",
                   categories, labels);
}

void gs_qml_begin_symbol(struct gs_text *text, int name, bool polygons, const char *class)
{
    gs_text_printf(text,
                   "<symbol name=\"%d\" type=\"%s\" alpha=\"1\" clip_to_extent=\"1\" "
                   "force_rhr=\"0\"><layer class=\"%s\" enabled=\"1\" pass=\"0\" locked=\"0\">"
                   "<Option type=\"Map\">",
                   name, polygons ? "fill" : "marker", class);
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
