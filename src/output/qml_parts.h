// SPDX-License-Identifier: Apache-2.0
/* What the styles of feature layers have in common. */
#ifndef GS_OUTPUT_QML_PARTS_H
#define GS_OUTPUT_QML_PARTS_H

#include "base/text.h"
#include "geo/gpkg.h"

/* The head of a style, which says what of a layer it sets ("Symbology|Fields"). */
void gs_qml_begin(struct gs_text *text, const char *categories, bool labels);
/* Begins a symbol, whose options follow. */
enum gs_symbol { GS_SYMBOL_MARKER, GS_SYMBOL_LINE, GS_SYMBOL_FILL };
void gs_qml_begin_symbol(struct gs_text *text, int name, enum gs_symbol kind);
void gs_qml_option(struct gs_text *text, const char *name, const char *value);
void gs_qml_size(struct gs_text *text, double size_mm);
void gs_qml_end_symbol(struct gs_text *text);
/* A renderer by the values of a text column: its categories, then its symbols, which are named by
 * the numbers from 0. */
void gs_qml_begin_categories(struct gs_text *text, const char *column);
void gs_qml_category(struct gs_text *text, const char *value, int symbol, const char *label);
void gs_qml_begin_category_symbols(struct gs_text *text);
void gs_qml_end_categories(struct gs_text *text);
/* Colours that tell reasons of exclusion apart, over again when there are more ("#rrggbb"), and
 * that of lacking data. */
const char *gs_reason_colour(size_t reason);
#define GS_NO_DATA_COLOUR "#bbbbbb"
/* An expression of QGIS that gives the text of `expression` as HTML. */
void gs_qml_escaped(struct gs_text *text, const char *expression);
/* The map tip, HTML with expressions, not yet escaped for XML. */
void gs_qml_map_tip(struct gs_text *text, const char *html);
/* Titles of the columns, after that of `fid`. */
void gs_qml_begin_aliases(struct gs_text *text, const struct gs_gpkg_column *columns, size_t n);
void gs_qml_alias(struct gs_text *text, size_t index, const char *field, const char *name);
void gs_qml_end_aliases(struct gs_text *text);

#endif
