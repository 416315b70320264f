// SPDX-License-Identifier: Apache-2.0
/* The map tip: HTML whose [% … %] QGIS evaluates for the site under the pointer. What comes from
 * the study stands in it as HTML inside a text of the expression; what comes from the table is
 * made HTML by the expression itself. */
#include "output/qml_parts.h"
#include "output/ranking.h"

#include <string.h>

/* A text of the expression that holds `value` as HTML. The characters that would end the text or
 * the expression (' \ %) are written as HTML too. */
static void append_html_literal(struct gs_text *text, const char *value)
{
    struct gs_text html;
    gs_text_init(&html);
    gs_text_append_xml(&html, value);
    gs_text_append(text, "'");
    for (const char *c = html.bytes; c && *c; c++)
        if (*c == '\\' || *c == '%')
            gs_text_printf(text, "&#%d;", *c);
        else
            gs_text_append_bytes(text, c, 1);
    gs_text_append(text, "'");
    text->failed |= html.failed;
    gs_text_release(&html);
}

/* A column in an expression. A name with % would end it at "%]": it is put together instead. */
static void append_column(struct gs_text *text, const char *name)
{
    if (!strchr(name, '%')) {
        gs_text_append_name(text, name);
        return;
    }
    gs_text_append(text, "attribute($currentfeature, '");
    for (const char *c = name; *c; c++)
        if (*c == '%')
            gs_text_append(text, "' || '%' || '");
        else if (*c == '\'')
            gs_text_append(text, "''");
        else if (*c == '\\')
            gs_text_append(text, "\\\\");
        else
            gs_text_append_bytes(text, c, 1);
    gs_text_append(text, "')");
}

/* The title of the criterion with the largest weight × worth, or weight × (1 - worth). */
static void append_extreme(struct gs_text *text, const struct gs_study *study,
                           const struct gs_ranking *ranking, bool strongest)
{
    gs_text_append(text, "with_variable('titles', array(");
    for (size_t c = 0; c < study->n_criteria; c++) {
        gs_text_append(text, c ? ", " : "");
        append_html_literal(text, study->criteria[c].factor.title);
    }
    gs_text_append(text, "), with_variable('figures', array(");
    for (size_t c = 0; c < study->n_criteria; c++) {
        gs_text_append(text, c ? ", " : "");
        gs_text_append_double(text, study->criteria[c].weight);
        gs_text_append(text, strongest ? " * coalesce(" : " * (1 - coalesce(");
        append_column(text, ranking->columns[gs_ranking_criterion(ranking, c) + 1].name);
        gs_text_append(text, strongest ? ", 0)" : ", 1))");
    }
    gs_text_append(text, "), array_get(@titles, array_find(@figures, array_max(@figures)))))");
}

void gs_append_map_tip(struct gs_text *text, const struct gs_study *study,
                       const struct gs_ranking *ranking)
{
    gs_text_append(text, "<b>[% ");
    gs_qml_escaped(text, "coalesce(\"name\", \"candidate_id\")");
    gs_text_append(text, " %]</b><br/>[% CASE WHEN \"feasible\" THEN 'Rank ' || \"rank\" || "
                         "', score ' || round(\"score\", 3)");
    if (study->n_criteria) {
        gs_text_append(text, " || '<br/>Strongest: ' || ");
        append_extreme(text, study, ranking, true);
        gs_text_append(text, " || '<br/>Weakest: ' || ");
        append_extreme(text, study, ranking, false);
    }
    gs_text_append(text, " ELSE 'Excluded: ' || ");
    gs_qml_escaped(text, "coalesce(\"excluded_by\", '')");
    gs_text_append(text, " END %]");
}
