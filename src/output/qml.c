// SPDX-License-Identifier: Apache-2.0
/* The style of `ranking` as QGIS reads it (QML, only what is not default). */
#include "output/qml_parts.h"
#include "output/ranking.h"
#include "output/reasons.h"
#include "output/writer.h"

#include "base/text.h"
#include "base/viridis.h"

#include <math.h>

enum { N_CLASSES = GS_VIRIDIS_STOPS };

/* Markers in millimetres: wide enough to hold the rank while sites are few. */
static double marker_size(size_t n_sites)
{
    return n_sites <= 5 ? 11 : n_sites <= 30 ? 8 : n_sites <= 100 ? 6 : n_sites <= 2000 ? 4 : 2.4;
}

static void append_class_symbol(struct gs_text *text, int class, bool polygons, size_t n_sites)
{
    gs_qml_begin_symbol(text, class, polygons ? GS_SYMBOL_FILL : GS_SYMBOL_MARKER);
    const uint8_t *colour = gs_viridis[class];
    gs_text_printf(text, "<Option name=\"color\" type=\"QString\" value=\"%d,%d,%d,%d\"/>",
                   colour[0], colour[1], colour[2], polygons ? 200 : 255);
    gs_qml_option(text, "outline_color", polygons ? "40,40,40,255" : "255,255,255,255");
    gs_qml_option(text, "outline_width", polygons ? "0.2" : "0.3");
    gs_qml_option(text, "outline_width_unit", "MM");
    if (!polygons) {
        gs_qml_option(text, "name", "circle");
        gs_qml_size(text, marker_size(n_sites));
        gs_qml_option(text, "size_unit", "MM");
    }
    gs_qml_end_symbol(text);
}

/* Excluded sites: a cross, or hatching, in a colour of the reason; forms differ besides. */
static void append_excluded_symbol(struct gs_text *text, int symbol,
                                   const struct gs_shown_reason *reason, bool polygons,
                                   size_t n_sites)
{
    static const char *const markers[] = {"cross2", "cross"};
    static const char *const hatches[] = {"b_diagonal", "f_diagonal", "horizontal", "vertical"};
    int form = reason->code < -2 ? (int)(-2 - reason->code) : 0;
    gs_qml_begin_symbol(text, symbol, polygons ? GS_SYMBOL_FILL : GS_SYMBOL_MARKER);
    gs_qml_option(text, "color", reason->colour);
    gs_qml_option(text, "outline_color", reason->colour);
    gs_qml_option(text, "outline_width", polygons ? "0.2" : "0.8");
    gs_qml_option(text, "outline_width_unit", "MM");
    if (polygons) {
        gs_qml_option(text, "style", hatches[form % 4]);
        gs_qml_option(text, "outline_style", "dash");
    } else {
        gs_qml_option(text, "name", markers[form % 2]);
        gs_qml_size(text, marker_size(n_sites) * 0.6);
        gs_qml_option(text, "size_unit", "MM");
    }
    gs_qml_end_symbol(text);
}

static void append_range(struct gs_text *text, double lower, double upper, int symbol,
                         const char *label)
{
    gs_text_append(text, "<range lower=\"");
    gs_text_append_double(text, lower);
    gs_text_append(text, "\" upper=\"");
    gs_text_append_double(text, upper);
    gs_text_printf(text, "\" symbol=\"%d\" label=\"", symbol);
    gs_text_append_xml(text, label);
    gs_text_append(text, "\" render=\"true\"/>\n");
}

/* Five even classes over 0 to 1, best first. A feature without a number falls out of a graduated
 * renderer, so excluded sites have classes of their own, below 0. */
static void append_renderer(struct gs_text *text, const struct gs_shown_reason *reasons,
                            size_t n_reasons, bool polygons, size_t n_sites)
{
    static const char *const labels[] = {"0.0 to 0.2", "0.2 to 0.4", "0.4 to 0.6", "0.6 to 0.8",
                                         "0.8 to 1.0 (best)"};
    gs_text_printf(text,
                   "<renderer-v2 type=\"graduatedSymbol\" attr=\"%s\" "
                   "graduatedMethod=\"GraduatedColor\" symbollevels=\"0\" forceraster=\"0\" "
                   "enableorderby=\"0\">\n<ranges>\n",
                   n_reasons ? GS_SCORE_SHOWN : "score");
    for (int class = N_CLASSES - 1; class >= 0; class --)
        append_range(text, class / 5.0, (class + 1) / 5.0, class, labels[class]);
    for (size_t i = 0; i < n_reasons; i++)
        append_range(text, reasons[i].code, reasons[i].code, N_CLASSES + (int)i, reasons[i].label);
    gs_text_append(text, "</ranges>\n<symbols>\n");
    for (int class = 0; class < N_CLASSES; class ++)
        append_class_symbol(text, class, polygons, n_sites);
    for (size_t i = 0; i < n_reasons; i++)
        append_excluded_symbol(text, N_CLASSES + (int)i, &reasons[i], polygons, n_sites);
    gs_text_append(text, "</symbols>\n</renderer-v2>\n");
}

/* The field of the style, not of the table, that holds the score or why there is none; 6 is a
 * double. */
static void append_score_shown(struct gs_text *text, const char *expression)
{
    gs_text_append(text, "<expressionfields><field name=\"" GS_SCORE_SHOWN "\" expression=\"");
    gs_text_append_xml(text, expression);
    gs_text_append(text, "\" type=\"6\" typeName=\"double\" subType=\"0\" length=\"-1\" "
                         "precision=\"-1\" comment=\"\"/></expressionfields>\n");
}

/* The rank, which excluded sites have not; never an obstacle to itself when drawn
 * twice. `inside` the symbol, or beside it. */
static void append_labels(struct gs_text *text, bool inside)
{
    gs_text_printf(
        text,
        "<labeling type=\"simple\"><settings calloutType=\"simple\">"
        "<text-style fieldName=\"rank\" isExpression=\"0\" fontFamily=\"DejaVu Sans\" "
        "fontSize=\"8\" fontSizeUnit=\"Point\" fontWeight=\"75\" textColor=\"20,20,20,255\" "
        "textOpacity=\"1\"><text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" "
        "bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" bufferOpacity=\"0.85\"/>"
        "</text-style><placement placement=\"%d\" dist=\"%s\" distUnits=\"MM\"/>"
        "<rendering drawLabels=\"1\" obstacle=\"0\"/></settings></labeling>\n",
        inside ? 1 : 0, inside ? "0" : "1");
}

static void append_aliases(struct gs_text *text, const struct gs_gpkg_column *columns, size_t n,
                           bool shown)
{
    gs_qml_begin_aliases(text, columns, n);
    if (shown)
        gs_qml_alias(text, n + 1, GS_SCORE_SHOWN, "Score on the map (below 0: excluded)");
    gs_qml_end_aliases(text);
}

enum gs_status gs_write_alias_qml(struct gs_ctx *ctx, const struct gs_gpkg_column *columns,
                                  size_t n, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_qml_begin(&text, "Fields", false);
    append_aliases(&text, columns, n, false);
    gs_text_append(&text, "</qgis>\n");
    return gs_text_finish(ctx, &text, out);
}

enum gs_status gs_write_ranking_qml(struct gs_ctx *ctx, const struct gs_result *result,
                                    size_t n_shown, bool polygons, char **out)
{
    struct gs_ranking ranking;
    struct gs_reasons reasons;
    enum gs_status status = gs_ranking_init(ctx, result, false, &ranking);
    if (status)
        return status;
    status = gs_reasons_init(ctx, result, &ranking, n_shown, &reasons);
    if (status) {
        gs_ranking_release(&ranking);
        return status;
    }
    struct gs_text text, tip;
    gs_text_init(&text);
    gs_text_init(&tip);
    gs_qml_begin(&text, "Symbology|Labeling|Fields|MapTips", true);
    if (reasons.n)
        append_score_shown(&text, reasons.expression);
    append_renderer(&text, reasons.list, reasons.n, polygons, n_shown);
    append_labels(&text, polygons || marker_size(n_shown) >= 6);
    append_aliases(&text, ranking.columns, ranking.n, reasons.n > 0);
    gs_text_append(&text, "<previewExpression>coalesce(&quot;rank&quot; || '. ', '') || "
                          "coalesce(&quot;name&quot;, &quot;candidate_id&quot;)"
                          "</previewExpression>\n");
    gs_append_map_tip(&tip, result->study, &ranking);
    gs_qml_map_tip(&text, tip.bytes ? tip.bytes : "");
    gs_text_append(&text, "</qgis>\n");
    text.failed |= tip.failed;
    gs_text_release(&tip);
    gs_reasons_release(&reasons);
    gs_ranking_release(&ranking);
    return gs_text_finish(ctx, &text, out);
}

/* Why it stands where it does, as far as the table tells. */
static void append_chosen_tip(struct gs_text *text, const char *extra)
{
    struct gs_text tip;
    gs_text_init(&tip);
    gs_text_append(&tip, "<b>[% ");
    gs_qml_escaped(&tip, "coalesce(\"name\", \"candidate_id\")");
    gs_text_append(&tip, " %]</b><br/>[% coalesce('Rank ' || \"rank\" || ', score ' || "
                         "round(\"score\", 3), 'Excluded') %]");
    gs_text_append(&tip, extra);
    gs_qml_map_tip(text, tip.bytes ? tip.bytes : "");
    text->failed |= tip.failed;
    gs_text_release(&tip);
}

enum gs_status gs_write_chosen_qml(struct gs_ctx *ctx, const struct gs_gpkg_column *columns,
                                   size_t n, const struct gs_chosen_look *look, char **out)
{
    static const struct gs_shown_reason excluded = {-1, "Excluded", GS_NO_DATA_COLOUR};
    struct gs_text text;
    gs_text_init(&text);
    gs_qml_begin(&text, "Symbology|Labeling|Fields|MapTips", true);
    if (look->some_excluded)
        append_score_shown(&text, "coalesce(\"score\", -1)");
    append_renderer(&text, &excluded, look->some_excluded, look->polygons, look->n_sites);
    append_labels(&text, look->polygons || marker_size(look->n_sites) >= 6);
    append_aliases(&text, columns, n, look->some_excluded);
    gs_text_append(&text, "<previewExpression>coalesce(&quot;name&quot;, &quot;candidate_id&quot;)"
                          "</previewExpression>\n");
    append_chosen_tip(&text, look->tip);
    gs_text_append(&text, "</qgis>\n");
    return gs_text_finish(ctx, &text, out);
}
