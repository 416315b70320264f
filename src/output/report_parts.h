// SPDX-License-Identifier: Apache-2.0
/* The files of output/report/ as CMake embeds them. */
#ifndef GS_OUTPUT_REPORT_PARTS_H
#define GS_OUTPUT_REPORT_PARTS_H

/* `text` ends with NUL; `sha256` in hexadecimal. */
struct gs_report_part {
    const char *text, *sha256;
};

extern const struct gs_report_part gs_report_page, gs_report_style, gs_report_script;

#define GS_LANGUAGE(name) extern const struct gs_report_part gs_report_texts_##name;
#include "output/report/language.def"
#undef GS_LANGUAGE

#endif
