// SPDX-License-Identifier: Apache-2.0
/* The report: one HTML page that needs nothing besides itself. The page is made of the files in
 * output/report/, which CMake puts into the library, and of the data of a run. */
#ifndef GS_OUTPUT_REPORT_H
#define GS_OUTPUT_REPORT_H

#include "base/text.h"

struct gs_page {
    const char *language; /* "en", "fr"; see report/language.def */
    const char *title;
    const char *data; /* JSON */
};

/* Writes the page aside and renames it into place. */
enum gs_status gs_page_write(struct gs_ctx *ctx, const struct gs_page *page,
                             const char *path) GS_NODISCARD;

void gs_text_append_base64(struct gs_text *text, const uint8_t *bytes, size_t n);

#endif
