// SPDX-License-Identifier: Apache-2.0
/* The style of layer `changes`: who rose, who fell, who came and went. Blue and orange, which
 * colour-blind eyes tell apart (Wong, Nature Methods 8, 2011), and shapes that differ besides. */
#include "base/text.h"
#include "output/comparison.h"
#include "output/qml_parts.h"

#include <string.h>

static const struct {
    const char *value, *label, *colour, *shape;
    double size_mm;
} classes[] = {
    {"better", "Better rank", "0,114,178", "triangle", 6},
    {"worse", "Worse rank", "213,94,0", "triangle", 6}, /* turned, see below */
    {"same rank", "Same rank", "150,150,150", "circle", 3.2},
    {"became feasible", "Became feasible", "86,180,233", "star", 7},
    {"entered", "Entered", "0,158,115", "cross_fill", 6},
    {"excluded", "Excluded now", "230,159,0", "cross2", 6},
    {"left", "Left", "60,60,60", "cross2", 4.5},
    {"excluded in both", "Excluded in both", "190,190,190", "cross2", 3},
};
enum { N_CLASSES = sizeof classes / sizeof *classes, WORSE = 1 };

static void append_symbol(struct gs_text *text, int class, bool polygons)
{
    bool crossed = strcmp(classes[class].shape, "cross2") == 0;
    const char *colour = classes[class].colour;
    gs_qml_begin_symbol(text, class, polygons ? GS_SYMBOL_FILL : GS_SYMBOL_MARKER);
    gs_text_printf(text,
                   "<Option name=\"color\" type=\"QString\" value=\"%s,%d\"/>"
                   "<Option name=\"outline_color\" type=\"QString\" value=\"%s,255\"/>",
                   colour, polygons ? 180 : 255, crossed ? colour : "255,255,255");
    gs_qml_option(text, "outline_width", crossed && !polygons ? "0.6" : "0.3");
    gs_qml_option(text, "outline_width_unit", "MM");
    if (!polygons) {
        gs_qml_option(text, "name", classes[class].shape);
        gs_qml_option(text, "angle", class == WORSE ? "180" : "0");
        gs_qml_size(text, classes[class].size_mm);
        gs_qml_option(text, "size_unit", "MM");
    } else if (crossed) {
        gs_qml_option(text, "style", "b_diagonal");
    }
    gs_qml_end_symbol(text);
}

static void append_renderer(struct gs_text *text, bool polygons)
{
    gs_qml_begin_categories(text, "change");
    for (int class = 0; class < N_CLASSES; class ++)
        gs_qml_category(text, classes[class].value, class, classes[class].label);
    gs_qml_begin_category_symbols(text);
    for (int class = 0; class < N_CLASSES; class ++)
        append_symbol(text, class, polygons);
    gs_qml_end_categories(text);
}

/* The ranks gained, with their sign, where there are any. */
static void append_labels(struct gs_text *text)
{
    gs_text_append(
        text,
        "<labeling type=\"simple\"><settings calloutType=\"simple\">"
        "<text-style fieldName=\"if(&quot;ranks_gained&quot; = 0, '', "
        "if(&quot;ranks_gained&quot; > 0, '+', '') || &quot;ranks_gained&quot;)\" "
        "isExpression=\"1\" fontFamily=\"DejaVu Sans\" fontSize=\"8\" fontSizeUnit=\"Point\" "
        "textColor=\"20,20,20,255\" textOpacity=\"1\"><text-buffer bufferDraw=\"1\" "
        "bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" "
        "bufferOpacity=\"0.85\"/></text-style><placement placement=\"0\" dist=\"1\" "
        "distUnits=\"MM\"/><rendering drawLabels=\"1\" obstacle=\"0\"/></settings></labeling>\n");
}

static void append_map_tip(struct gs_text *text)
{
    struct gs_text html;
    gs_text_init(&html);
    gs_text_append(&html, "<b>[% ");
    gs_qml_escaped(&html, "coalesce(\"name\", \"candidate_id\")");
    gs_text_append(
        &html,
        " %]</b>: [% \"change\" %]<br/>rank [% coalesce(\"rank_old\", '-') %] to "
        "[% coalesce(\"rank_new\", '-') %], score [% coalesce(round(\"score_old\", 3), '-') %] to "
        "[% coalesce(round(\"score_new\", 3), '-') %]<br/>[% ");
    gs_qml_escaped(&html, "coalesce('mainly because of ' || \"main_cause\", '')");
    gs_text_append(&html, " %]<br/>[% ");
    gs_qml_escaped(&html, "coalesce(\"excluded_by_new\", \"excluded_by_old\", '')");
    gs_text_append(&html, " %]");
    gs_qml_map_tip(text, html.bytes ? html.bytes : "");
    text->failed |= html.failed;
    gs_text_release(&html);
}

enum gs_status gs_write_changes_qml(struct gs_ctx *ctx, const struct gs_gpkg_column *columns,
                                    size_t n, bool polygons, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_qml_begin(&text, "Symbology|Labeling|Fields|MapTips", true);
    append_renderer(&text, polygons);
    append_labels(&text);
    gs_qml_begin_aliases(&text, columns, n);
    gs_qml_end_aliases(&text);
    append_map_tip(&text);
    gs_text_append(&text, "</qgis>\n");
    return gs_text_finish(ctx, &text, out);
}
