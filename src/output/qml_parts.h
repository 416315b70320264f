// SPDX-License-Identifier: Apache-2.0
/* What the styles of feature layers have in common. */
#ifndef GS_OUTPUT_QML_PARTS_H
#define GS_OUTPUT_QML_PARTS_H

#include "base/text.h"
#include "geo/gpkg.h"

/* The head of a style, which says what of a layer it sets ("Symbology|Fields"). */
void gs_qml_begin(struct gs_text *text, const char *categories, bool labels);
/* Begins a symbol of one layer of that class ("SimpleFill"), whose options follow. */
void gs_qml_begin_symbol(struct gs_text *text, int name, bool polygons, const char *class);
void gs_qml_option(struct gs_text *text, const char *name, const char *value);
void gs_qml_size(struct gs_text *text, double size_mm);
void gs_qml_end_symbol(struct gs_text *text);
/* Titles of the columns, after that of `fid`. */
void gs_qml_begin_aliases(struct gs_text *text, const struct gs_gpkg_column *columns, size_t n);
void gs_qml_alias(struct gs_text *text, size_t index, const char *field, const char *name);
void gs_qml_end_aliases(struct gs_text *text);

#endif
