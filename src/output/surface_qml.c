// SPDX-License-Identifier: Apache-2.0
/* Styles of the rasters (QML, only what is not default). */
#include "output/surface_files.h"

#include "base/text.h"
#include "base/viridis.h"
#include "output/qml_parts.h"

static void begin_qml(struct gs_text *text)
{
    gs_text_append(text, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                         "<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\n<pipe>\n");
}

static enum gs_status finish_qml(struct gs_ctx *ctx, struct gs_text *text, char **out)
{
    gs_text_append(text, "</rasterrenderer>\n</pipe>\n</qgis>\n");
    return gs_text_finish(ctx, text, out);
}

enum gs_status gs_write_surface_qml(struct gs_ctx *ctx, double min, double max, const char *unit,
                                    char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    begin_qml(&text);
    gs_text_append(&text, "<rasterrenderer type=\"singlebandpseudocolor\" band=\"1\" opacity=\"1\" "
                          "alphaBand=\"-1\" nodataColor=\"\" classificationMin=\"");
    gs_text_append_double(&text, min);
    gs_text_append(&text, "\" classificationMax=\"");
    gs_text_append_double(&text, max);
    gs_text_append(&text, "\">\n<rastershader>\n<colorrampshader colorRampType=\"INTERPOLATED\" "
                          "classificationMode=\"2\" clip=\"0\" minimumValue=\"");
    gs_text_append_double(&text, min);
    gs_text_append(&text, "\" maximumValue=\"");
    gs_text_append_double(&text, max);
    gs_text_append(&text, "\">\n");
    for (int i = 0; i < GS_VIRIDIS_STOPS; i++) {
        double value = min + (max - min) * i / (GS_VIRIDIS_STOPS - 1);
        const uint8_t *colour = gs_viridis[i];
        gs_text_printf(&text, "<item alpha=\"255\" color=\"#%02x%02x%02x\" value=\"", colour[0],
                       colour[1], colour[2]);
        gs_text_append_double(&text, value);
        gs_text_append(&text, "\" label=\"");
        gs_text_append_rounded(&text, value, 4);
        if (*unit) {
            gs_text_append(&text, " ");
            gs_text_append_xml(&text, unit);
        }
        gs_text_append(&text, "\"/>\n");
    }
    gs_text_append(&text, "</colorrampshader>\n</rastershader>\n");
    return finish_qml(ctx, &text, out);
}

static void append_entry(struct gs_text *text, int code, const char *colour, int alpha,
                         const char *label)
{
    gs_text_printf(text, "<paletteEntry value=\"%d\" color=\"%s\" alpha=\"%d\" label=\"", code,
                   colour, alpha);
    gs_text_append_xml(text, label);
    gs_text_append(text, "\"/>\n");
}

enum gs_status gs_write_exclusion_qml(struct gs_ctx *ctx, const struct gs_study *study, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    begin_qml(&text);
    gs_text_append(&text, "<rasterrenderer type=\"paletted\" band=\"1\" opacity=\"1\" "
                          "alphaBand=\"-1\" nodataColor=\"\">\n<colorPalette>\n");
    append_entry(&text, 0, "#ffffff", 0, "nothing rules it out");
    for (size_t i = 0; i < study->n_constraints; i++)
        append_entry(&text, (int)i + 1, gs_reason_colour(i), 255,
                     study->constraints[i].factor.title);
    append_entry(&text, GS_CODE_MISSING, GS_NO_DATA_COLOUR, 255, "a criterion lacks data");
    gs_text_append(&text, "</colorPalette>\n");
    return finish_qml(ctx, &text, out);
}
